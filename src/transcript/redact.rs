//! Secrets are replaced where an exchange is recorded, so that none can reach a transcript.

use serde_json::Value;

use crate::contract::{MASK, is_secret};

/// A copy in which every secret property is replaced, however deep.
pub(crate) fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .map(|(property, value)| {
                let said = if is_secret(property) && !value.is_null() {
                    Value::from(MASK)
                } else {
                    redacted(value)
                };
                (property.clone(), said)
            })
            .collect(),
        Value::Array(values) => values.iter().map(redacted).collect(),
        value => value.clone(),
    }
}
