//! Validators: a schema with all that it refers to, compiled when it is first needed.
//!
//! The dialect is Draft 4. The schema object of `OpenAPI` 3.0 derives from the drafts of that time
//! (`exclusiveMinimum` is a boolean, siblings of `$ref` are ignored), and Draft 4 is the only one
//! that refuses `1.0` for an integer, as the cloud's own typed clients do. What `OpenAPI` adds is
//! rewritten on the way in ([`dialect`]). Left out: what a breach looks like (see
//! [`super::breach`]).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jsonschema::{Draft, PatternOptions, ValidationOptions, Validator};
use serde_json::{Map, Value, json};

use super::date;
use super::document::{Document, SchemaId};
use super::references::SCHEMAS;

/// The one switch: 2020-12 would take `1.0` for an integer.
const DRAFT: Draft = Draft::Draft4;

/// Compiles the validator of `root`, or says why it cannot be (a pattern that is no regular
/// expression, say).
pub(super) fn compile(document: &Document, root: SchemaId) -> Result<Validator, String> {
    let closure = document.closure(root);
    let schemas: Map<String, Value> = closure
        .into_iter()
        .map(|id| {
            let name = document.schema_name(id).to_owned();
            (name, dialect(document.schema(id)))
        })
        .collect();
    let whole = json!({
        "$ref": format!("{SCHEMAS}{}", document.schema_name(root)),
        "components": { "schemas": schemas },
    });
    options().build(&whole).map_err(|e| e.to_string())
}

/// `oneOf` of `date` and `date-time` needs no rewriting: with formats asserted no text is both, so
/// "one of" and "any of" mean the same.
fn options() -> ValidationOptions<'static> {
    jsonschema::options()
        .with_draft(DRAFT)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("date", date::is_date)
        .with_format("date-time", date::is_date_time)
        .with_format("byte", |text: &str| BASE64.decode(text).is_ok())
}

/// The schema as Draft 4 understands it: `nullable` becomes a further type, and a numeric format,
/// which JSON Schema does not assert, becomes the bounds of that type.
fn dialect(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let mut out: Map<String, Value> = schema
        .iter()
        .filter(|(key, _)| *key != "nullable")
        .map(|(key, value)| (key.clone(), member(key, value)))
        .collect();
    if let Some((lowest, highest)) = bounds(schema) {
        out.entry("minimum").or_insert(lowest);
        out.entry("maximum").or_insert(highest);
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        if let Some(kind) = schema.get("type") {
            out.insert("type".to_owned(), json!([kind, "null"]));
        }
        if let Some(Value::Array(values)) = out.get_mut("enum") {
            values.push(Value::Null);
        }
    }
    Value::Object(out)
}

fn member(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("properties", Value::Object(properties)) => properties
            .iter()
            .map(|(name, schema)| (name.clone(), dialect(schema)))
            .collect(),
        ("oneOf" | "allOf" | "anyOf", Value::Array(schemas)) => {
            schemas.iter().map(dialect).collect()
        }
        ("items" | "not" | "additionalProperties", schema) => dialect(schema),
        (_, value) => value.clone(),
    }
}

/// Lowest and highest value of a numeric format. `double` needs none: it is what JSON's numbers are.
///
/// assumed: an integer without a format has 64 bits, as in the cloud's typed clients. A rule reads
/// it as such, and would take what is larger for absent.
fn bounds(schema: &Map<String, Value>) -> Option<(Value, Value)> {
    let text = |key| schema.get(key).and_then(Value::as_str);
    match (text("format"), text("type")) {
        (Some("int32"), _) => Some((json!(i32::MIN), json!(i32::MAX))),
        (Some("int64"), _) | (None, Some("integer")) => Some((json!(i64::MIN), json!(i64::MAX))),
        (Some("float"), _) => Some((json!(f32::MIN), json!(f32::MAX))),
        _ => None,
    }
}
