//! From the errors of a validator to breaches a person can act upon: one for each property, secrets
//! masked, with the nearest name that the schema knows.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

use super::document::Document;
use super::references::escape;
use super::secret::{MASK, holds_a_private_key, is_a_slip_of_a_secret, is_secret};
use super::suggest::nearest;
use super::violation::{Breach, Side};

/// Longest text shown in full, in characters.
const LONGEST_TEXT: usize = 120;
/// Most elements of a list, or members of an object, that are shown.
const MOST_MEMBERS: usize = 8;
/// Deepest nesting that is shown.
const DEEPEST: usize = 4;

/// Every breach of `body`; none if it is valid.
pub(super) fn breaches(
    document: &Document,
    validator: &Validator,
    side: Side,
    body: &Value,
) -> Vec<Breach> {
    if validator.is_valid(body) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for error in validator.iter_errors(body) {
        report(document, side, body, &error, &mut found);
    }
    found
}

/// The one breach of a body that cannot be checked, because its schema cannot be compiled.
pub(super) fn unusable(side: Side, problem: &str) -> Breach {
    let message = format!("the schema in the document is itself at fault: {problem}");
    Breach::of_the_whole(side, "schema", message)
}

fn report(
    document: &Document,
    side: Side,
    body: &Value,
    error: &ValidationError<'_>,
    found: &mut Vec<Breach>,
) {
    let place = error.instance_path().as_str();
    let rule = error.kind().keyword();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let schema = parent_schema(document, error);
            for name in unexpected {
                found.push(unexpected_property(side, body, place, name, schema));
            }
            return;
        }
        // How the validator says the same of an object that may have no property at all: a schema
        // that is `false` stands nowhere else in `OpenAPI` 3.0.
        ValidationErrorKind::FalseSchema => {
            let members = body.pointer(place).and_then(Value::as_object);
            for (name, _) in members.into_iter().flatten() {
                found.push(unexpected_property(side, body, place, name, None));
            }
            return;
        }
        _ => {}
    }
    let (pointer, said, did_you_mean) = match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            (join(place, name), Value::Null, None)
        }
        kind => {
            let hidden = hides_a_secret(place);
            let said = if hidden {
                json!(MASK)
            } else {
                shown(error.instance(), 0)
            };
            let meant = if hidden {
                None
            } else {
                nearest_value(kind, error.instance())
            };
            (place.to_owned(), said, meant)
        }
    };
    found.push(Breach {
        side,
        pointer,
        rule: rule.to_owned(),
        said,
        did_you_mean,
        message: message(error),
    });
}

fn unexpected_property(
    side: Side,
    body: &Value,
    place: &str,
    name: &str,
    schema: Option<&Value>,
) -> Breach {
    let pointer = join(place, name);
    let known = schema.and_then(|s| s["properties"].as_object());
    let names = known.into_iter().flat_map(|known| known.keys());
    let did_you_mean = nearest(name, names.map(String::as_str));
    // A misspelt secret is still a secret.
    let secret = hides_a_secret(&pointer)
        || is_a_slip_of_a_secret(name)
        || did_you_mean.is_some_and(is_secret);
    let said = match body.pointer(&pointer) {
        Some(_) if secret => json!(MASK),
        Some(value) => shown(value, 0),
        None => Value::Null,
    };
    Breach {
        side,
        pointer,
        rule: "additionalProperties".to_owned(),
        said,
        did_you_mean: did_you_mean.map(str::to_owned),
        message: format!("`{name}` is not a property of this object"),
    }
}

/// The schema, as in the document, whose keyword is broken: a validator names it by its place.
fn parent_schema<'a>(document: &'a Document, error: &ValidationError<'_>) -> Option<&'a Value> {
    let place = error.schema_path().as_str();
    let within = place.strip_prefix("/components/schemas/")?;
    let (name, keyword) = within.split_once('/')?;
    let schema = document.schema(document.find_schema(name)?);
    match keyword.rsplit_once('/') {
        Some((parent, _)) => schema.pointer(&format!("/{parent}")),
        None => Some(schema),
    }
}

fn nearest_value(kind: &ValidationErrorKind, said: &Value) -> Option<String> {
    let ValidationErrorKind::Enum { options } = kind else {
        return None;
    };
    let options = options.as_array()?.iter().filter_map(Value::as_str);
    nearest(said.as_str()?, options).map(str::to_owned)
}

/// What is wrong. Says nothing of the value itself, which may be a secret.
fn message(error: &ValidationError<'_>) -> String {
    match (error.kind(), expectation(error.kind())) {
        (ValidationErrorKind::Required { property }, _) => {
            format!("`{}` is missing", property.as_str().unwrap_or_default())
        }
        (ValidationErrorKind::Type { .. }, Some(expected)) => {
            format!("expected {expected}, not {}", kind_of(error.instance()))
        }
        (_, Some(expected)) => format!("expected {expected}"),
        (_, None) => error.masked().to_string(),
    }
}

/// What the schema wants; none for the keywords that this API's documents do not use.
fn expectation(kind: &ValidationErrorKind) -> Option<String> {
    Some(match kind {
        ValidationErrorKind::Type { kind } => match kind {
            TypeKind::Single(one) => one.to_string(),
            TypeKind::Multiple(several) => {
                let names: Vec<String> = several.iter().map(|t| t.to_string()).collect();
                names.join(" or ")
            }
        },
        ValidationErrorKind::Enum { options } => format!("one of {options}"),
        ValidationErrorKind::Format { format } => format_in_words(format).to_owned(),
        ValidationErrorKind::Pattern { pattern } => format!("text that matches {pattern}"),
        ValidationErrorKind::Minimum { limit } => format!("{limit} or more"),
        ValidationErrorKind::Maximum { limit } => format!("{limit} or less"),
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            let branches = context.iter().flatten();
            let mut wanted: Vec<String> = branches.filter_map(|e| expectation(e.kind())).collect();
            wanted.dedup();
            wanted.join(", or ")
        }
        _ => return None,
    })
}

fn format_in_words(format: &str) -> &str {
    match format {
        "date" => "a date such as 2024-12-31",
        "date-time" => "a date and time such as 2024-12-31T12:00:00.000Z",
        "byte" => "base64",
        other => other,
    }
}

/// JSON Schema's name of a value's type; it calls `1.0` a number.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn hides_a_secret(pointer: &str) -> bool {
    pointer.split('/').any(is_secret)
}

fn join(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", escape(name))
}

/// A value as a message may show it: no secrets, not too long.
fn shown(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) if holds_a_private_key(text) => json!(MASK),
        Value::String(text) => shortened(text),
        Value::Array(_) | Value::Object(_) if depth == DEEPEST => json!("…"),
        Value::Array(items) => {
            let mut out: Vec<Value> = items
                .iter()
                .take(MOST_MEMBERS)
                .map(|item| shown(item, depth + 1))
                .collect();
            if items.len() > MOST_MEMBERS {
                out.push(json!(format!("… ({} in all)", items.len())));
            }
            Value::Array(out)
        }
        Value::Object(members) => {
            let mut out = serde_json::Map::new();
            for (name, value) in members.iter().take(MOST_MEMBERS) {
                let value = if is_secret(name) {
                    json!(MASK)
                } else {
                    shown(value, depth + 1)
                };
                out.insert(name.clone(), value);
            }
            if members.len() > MOST_MEMBERS {
                out.insert("…".to_owned(), json!(format!("{} in all", members.len())));
            }
            Value::Object(out)
        }
        other => other.clone(),
    }
}

fn shortened(text: &str) -> Value {
    match text.char_indices().nth(LONGEST_TEXT) {
        None => json!(text),
        Some((end, _)) => {
            let length = text.chars().count();
            json!(format!("{}… ({length} characters)", &text[..end]))
        }
    }
}
