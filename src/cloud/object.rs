//! JSON objects as rules use them: accessors instead of index chains.
//!
//! Resources are stored as plain JSON objects, so that the schema stays the truth and absent and
//! null stay apart. An accessor never fails: what is absent or of another type reads as nothing.

use serde_json::{Map, Value};

/// A JSON object.
pub type Object = Map<String, Value>;

const NOTHING: &[Value] = &[];

/// Typed looks into a JSON object.
pub trait Fields {
    /// The text of a field, `""` when there is none.
    fn text(&self, field: &str) -> &str;
    /// The text of a field, unless it is absent or empty.
    fn some_text(&self, field: &str) -> Option<&str>;
    /// The whole number in a field.
    fn int(&self, field: &str) -> Option<i64>;
    /// The boolean in a field.
    fn flag(&self, field: &str) -> Option<bool>;
    /// The elements of a list, none when there is no list.
    fn list(&self, field: &str) -> &[Value];
    /// The list in a field, made when there is none.
    fn list_mut(&mut self, field: &str) -> &mut Vec<Value>;
    /// The objects of a list.
    fn objects(&self, field: &str) -> impl Iterator<Item = &Object>;
    /// The texts of a list.
    fn texts(&self, field: &str) -> impl Iterator<Item = &str>;
    /// The object in a field.
    fn object(&self, field: &str) -> Option<&Object>;
    /// Sets a field.
    fn put(&mut self, field: &str, value: impl Into<Value>);
}

impl Fields for Object {
    fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    fn some_text(&self, field: &str) -> Option<&str> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }

    fn int(&self, field: &str) -> Option<i64> {
        self.get(field).and_then(Value::as_i64)
    }

    fn flag(&self, field: &str) -> Option<bool> {
        self.get(field).and_then(Value::as_bool)
    }

    fn list(&self, field: &str) -> &[Value] {
        self.get(field)
            .and_then(Value::as_array)
            .map_or(NOTHING, Vec::as_slice)
    }

    fn list_mut(&mut self, field: &str) -> &mut Vec<Value> {
        let slot = self.entry(field).or_insert_with(|| Value::Array(vec![]));
        if !slot.is_array() {
            *slot = Value::Array(vec![]);
        }
        slot.as_array_mut().expect("the slot was just made a list")
    }

    fn objects(&self, field: &str) -> impl Iterator<Item = &Object> {
        self.list(field).iter().filter_map(Value::as_object)
    }

    fn texts(&self, field: &str) -> impl Iterator<Item = &str> {
        self.list(field).iter().filter_map(Value::as_str)
    }

    fn object(&self, field: &str) -> Option<&Object> {
        self.get(field).and_then(Value::as_object)
    }

    fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.insert(field.to_owned(), value.into());
    }
}
