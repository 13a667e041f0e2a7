//! Replies with what is required and little else.

use serde_json::Value;

use super::super::document::{Document, SchemaId};
use super::{properties, required};

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
            body.retain(|name, value| {
                required(schema).any(|it| it == name) || (depth > 0 && holds_objects(value))
            });
            for (name, value) in body {
                // What no schema knows was no reply of the cloud's; it is left as it is.
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

/// Whether a value is an object or a list of some; an empty list tells nothing about its items.
fn holds_objects(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.iter().all(Value::is_object),
        _ => false,
    }
}
