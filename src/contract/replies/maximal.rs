//! Replies with every optional field: what is absent is made up from the schema.
//!
//! What is made up is told apart within its object, so that a client that mixes up two fields is
//! found: texts name their property, numbers count the properties. Left out: `multipleOf`.

use serde_json::{Map, Value, json};

use super::super::date;
use super::super::document::{Document, SchemaId};
use super::pattern;
use super::{Likely, Place, is_object, properties, required};

/// What leads a client to the next page: made up, it would lead nowhere.
const CURSOR: &str = "NextPageToken";

/// What an `int64` is at least: a model with 32 bits does not hold it.
const MORE_THAN_32_BITS: f64 = 3_000_000_000.0;

/// What follows the point of a `double`: a model of single precision loses some of it.
const MORE_THAN_SINGLE: f64 = 0.123_456_789;

/// Fills replies.
pub(super) struct Maximal<'a> {
    document: &'a Document,
    likely: Likely<'a>,
    /// The schemas whose objects are being filled, outermost first: none of them is made up anew
    /// within itself, which would never end.
    open: Vec<&'a Value>,
}

impl<'a> Maximal<'a> {
    pub(super) fn new(document: &'a Document, likely: Likely<'a>) -> Self {
        Self {
            document,
            likely,
            open: Vec::new(),
        }
    }

    /// Fills a reply.
    pub(super) fn reply(mut self, schema: SchemaId, body: &mut Value) {
        if let Value::Object(body) = body {
            self.fill_object(self.document.schema(schema), body, true);
        }
    }

    /// Fills an object. The lists of a reply itself are the truth, also when they are empty.
    fn fill_object(&mut self, schema: &'a Value, body: &mut Map<String, Value>, whole: bool) {
        self.open.push(schema);
        let known = properties(schema).into_iter().flatten();
        for (index, (property, schema)) in known.enumerate() {
            match body.get_mut(property).filter(|value| !value.is_null()) {
                Some(value) if whole && is_empty(value) => {}
                Some(value) => self.fill(property, schema, value, index),
                None if whole && property == CURSOR => {}
                None => {
                    if let Some(made) = self.make(property, schema, index) {
                        body.insert(property.clone(), made);
                    }
                }
            }
        }
        self.open.pop();
    }

    /// Fills what is there.
    fn fill(&mut self, property: &str, schema: &'a Value, value: &mut Value, index: usize) {
        let schema = self.document.referred(schema);
        match value {
            Value::Object(body) => self.fill_object(schema, body, false),
            Value::Array(items) if items.is_empty() => {
                items.extend(self.make(property, &schema["items"], index));
            }
            Value::Array(items) => {
                for item in items {
                    self.fill(property, &schema["items"], item, index);
                }
            }
            _ => {}
        }
    }

    /// A value of a schema; none if there can be none, or it would hold itself.
    fn make(&mut self, property: &str, schema: &'a Value, index: usize) -> Option<Value> {
        let schema = self.document.referred(schema);
        if self.open.iter().any(|open| std::ptr::eq(*open, schema)) {
            return None;
        }
        if let Some(alternatives) = ["oneOf", "anyOf"].iter().find_map(|it| schema.get(it)) {
            let alternatives = alternatives.as_array()?;
            return alternatives
                .iter()
                .find_map(|schema| self.make(property, schema, index));
        }
        if is_object(schema) {
            let mut body = Map::new();
            self.fill_object(schema, &mut body, false);
            let whole = required(schema).all(|name| body.contains_key(name));
            return whole.then_some(Value::Object(body));
        }
        if schema["type"] == "array" {
            let item = self.make(property, &schema["items"], index);
            return Some(Value::Array(item.into_iter().collect()));
        }
        self.plain(property, schema, index)
    }

    /// A plain value: one of an enumeration, what is likely, or what the type and its limits allow.
    fn plain(&self, property: &str, facts: &Value, index: usize) -> Option<Value> {
        if let Some(values) = facts["enum"].as_array() {
            return values.iter().find(|value| !value.is_null()).cloned();
        }
        let likely = (self.likely)(&Place { property, facts });
        if let Some(value) = likely.filter(|value| is_legal(facts, value)) {
            return Some(value);
        }
        let count = u16::try_from(index + 1).unwrap_or(u16::MAX);
        let sort = facts["format"].as_str().unwrap_or_default();
        match facts["type"].as_str()? {
            "boolean" => Some(json!(true)),
            "integer" => {
                let (lowest, highest) = limits(facts, 1.0);
                let base = if sort == "int64" {
                    MORE_THAN_32_BITS
                } else {
                    0.0
                };
                let whole = (base + f64::from(count)).clamp(lowest.ceil(), highest.floor());
                serde_json::from_str(&format!("{whole:.0}")).ok()
            }
            "number" => {
                let (lowest, highest) = limits(facts, 0.25);
                let part = if sort == "double" {
                    MORE_THAN_SINGLE
                } else {
                    0.1
                };
                // Through text, which is the shortest that means the same.
                let number = format!("{count}{}", &part.to_string()[1..]);
                let number: f64 = number.parse().ok()?;
                Some(json!(number.clamp(lowest, highest)))
            }
            "string" => text(property, facts).map(Value::String),
            _ => None,
        }
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
}

/// A text of a format, a pattern or a length.
fn text(property: &str, facts: &Value) -> Option<String> {
    if let Some(pattern) = facts["pattern"].as_str() {
        return pattern::example(pattern);
    }
    let text = match facts["format"].as_str() {
        Some("date") => "2000-01-01".to_owned(),
        Some("date-time") => "2000-01-01T00:00:00.000Z".to_owned(),
        // `made-up`, in base 64.
        Some("byte") => "bWFkZS11cA==".to_owned(),
        _ => {
            let (shortest, longest) = lengths(facts);
            let text = format!("made-up-{property:-<shortest$}");
            text.chars().take(longest).collect()
        }
    };
    Some(text)
}

/// Whether a suggested value may stand there. A pattern decides by itself.
fn is_legal(facts: &Value, value: &Value) -> bool {
    match (facts["type"].as_str(), value) {
        (Some("boolean"), Value::Bool(_)) => true,
        (Some("integer"), Value::Number(number)) => !number.is_f64() && is_within(facts, value),
        (Some("number"), Value::Number(_)) => is_within(facts, value),
        (Some("string"), Value::String(text)) => {
            let (shortest, longest) = lengths(facts);
            let of_format = match facts["format"].as_str() {
                Some("date") => date::is_date(text),
                Some("date-time") => date::is_date_time(text),
                Some("byte") => false,
                _ => true,
            };
            let fits = (shortest..=longest).contains(&text.chars().count());
            of_format && fits && facts.get("pattern").is_none()
        }
        _ => false,
    }
}

fn is_within(facts: &Value, value: &Value) -> bool {
    let (lowest, highest) = limits(facts, f64::EPSILON);
    value
        .as_f64()
        .is_some_and(|value| (lowest..=highest).contains(&value))
}

/// The least and the largest number; `step` away from a limit that is excluded.
fn limits(facts: &Value, step: f64) -> (f64, f64) {
    let away = |key: &str| f64::from(u8::from(facts[key] == true)) * step;
    let lowest = facts["minimum"].as_f64().unwrap_or(f64::MIN) + away("exclusiveMinimum");
    let highest = facts["maximum"].as_f64().unwrap_or(f64::MAX) - away("exclusiveMaximum");
    // Limits that leave no room for a number: the check of the reply will say so.
    (lowest, highest.max(lowest))
}

/// The least and the largest length of a text.
fn lengths(facts: &Value) -> (usize, usize) {
    let length = |key: &str| facts[key].as_u64().and_then(|it| usize::try_from(it).ok());
    let shortest = length("minLength").unwrap_or_default();
    (
        shortest,
        length("maxLength").unwrap_or(usize::MAX).max(shortest),
    )
}
