//! Replies of an API that has grown: what no schema knows yet.

use serde_json::{Value, json};

use super::super::document::{Document, SchemaId};
use super::properties;

/// The value of an enumeration that nobody knows.
const VALUE: &str = "future-value";

/// Adds to every object what it does not have yet, and to every enumeration a value.
pub(super) fn extend(document: &Document, schema: SchemaId, body: &mut Value) {
    within(document, document.schema(schema), "", body);
}

fn within(document: &Document, schema: &Value, property: &str, value: &mut Value) {
    let schema = document.referred(schema);
    match value {
        Value::Object(body) => {
            let known = properties(schema);
            for (name, value) in body.iter_mut() {
                if let Some(schema) = known.and_then(|known| known.get(name)) {
                    within(document, schema, name, value);
                }
            }
            body.insert("FutureText".to_owned(), json!("unknown"));
            let object = json!({ "FutureText": "unknown", "FutureList": [1, 2] });
            body.insert("FutureObject".to_owned(), object);
        }
        Value::Array(items) => {
            for item in items {
                within(document, &schema["items"], property, item);
            }
        }
        Value::String(text) if schema.get("enum").is_some() || is_state(property) => {
            VALUE.clone_into(text);
        }
        _ => {}
    }
}

/// Whether a property's values are an enumeration that the schema leaves to the documentation.
fn is_state(property: &str) -> bool {
    property.ends_with("State")
}
