//! Texts that must not be read, wherever they stand.

use serde_json::Value;

/// The shortest text, in bytes, that is also hidden within other texts: a shorter one stands in
/// them by chance.
const SHORTEST: usize = 4;

/// Texts to be hidden; the longest first, since it may hold another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts(Vec<String>);

impl Texts {
    /// The texts within some values, but for `but`, which stands in place of what is hidden already.
    pub(crate) fn of<'v>(values: impl IntoIterator<Item = &'v Value>, but: &str) -> Self {
        let mut texts = Vec::new();
        for value in values {
            collect(value, &mut texts);
        }
        texts.retain(|text| text != but);
        Self::from(texts)
    }

    /// Whether one of them stands in a value.
    pub(crate) fn stand_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.0.iter().any(|hidden| text.contains(hidden.as_str())),
            Value::Array(values) => values.iter().any(|value| self.stand_in(value)),
            Value::Object(object) => object.values().any(|value| self.stand_in(value)),
            _ => false,
        }
    }

    /// Whether nothing is to be hidden.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Replaces them in every text of a value.
    pub(crate) fn hide_in_value(&self, value: &mut Value, with: &str) {
        match value {
            Value::String(text) => self.hide_in_text(text, with),
            Value::Array(values) => {
                for value in values {
                    self.hide_in_value(value, with);
                }
            }
            Value::Object(object) => {
                for value in object.values_mut() {
                    self.hide_in_value(value, with);
                }
            }
            _ => {}
        }
    }

    /// Replaces them in a text.
    pub(crate) fn hide_in_text(&self, text: &mut String, with: &str) {
        for hidden in &self.0 {
            if text.contains(hidden.as_str()) {
                *text = text.replace(hidden.as_str(), with);
            }
        }
    }
}

impl From<Vec<String>> for Texts {
    fn from(mut texts: Vec<String>) -> Self {
        texts.retain(|text| text.len() >= SHORTEST);
        texts.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        texts.dedup();
        Self(texts)
    }
}

/// The texts within a value.
fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        Value::Object(object) => object.values().for_each(|value| collect(value, into)),
        _ => {}
    }
}
