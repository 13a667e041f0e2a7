//! Replies with what is required and little else.

use serde_json::Value;

use super::super::document::{Document, SchemaId};
use super::{is_object, properties, required};

/// Drops the optional properties of an object; objects and lists of objects stay down to a depth.
pub(super) fn prune(document: &Document, schema: SchemaId, body: &mut Value, depth: usize) {
    within(document, document.schema(schema), body, depth);
}

fn within(document: &Document, schema: &Value, value: &mut Value, depth: usize) {
    let schema = document.referred(schema);
    match value {
        Value::Object(body) => {
            let Some(known) = properties(schema) else {
                return;
            };
            body.retain(|name, _| {
                let is_required = required(schema).any(|it| it == name);
                let schema = known.get(name);
                is_required || (depth > 0 && schema.is_some_and(|it| holds_objects(document, it)))
            });
            for (name, value) in body {
                if let Some(schema) = known.get(name) {
                    within(document, schema, value, depth.saturating_sub(1));
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                within(document, &schema["items"], item, depth);
            }
        }
        _ => {}
    }
}

/// Whether a schema is one of objects or of lists of some.
fn holds_objects(document: &Document, schema: &Value) -> bool {
    let schema = document.referred(schema);
    is_object(schema) || (schema["type"] == "array" && holds_objects(document, &schema["items"]))
}
