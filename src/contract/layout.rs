//! How facts are written: the layout that [`super::document`] relies on.
//!
//! One operation, security scheme or schema to a line, sorted by name, keys sorted within; no
//! other white space. Left out: what the facts are (see [`super::distil`]).

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Named parts of a document, sorted.
pub(super) type Facts = BTreeMap<String, Value>;

/// The whole document. `head` holds what comes before the paths.
pub(super) fn render(
    head: &[(&str, Value)],
    operations: &Facts,
    security: &Facts,
    schemas: &Facts,
) -> String {
    let mut out = String::from("{\n");
    for (name, value) in head {
        write_sorted(&json!(name), &mut out);
        out.push(':');
        write_sorted(value, &mut out);
        out.push_str(",\n");
    }
    out.push_str("\"paths\":{\n");
    write_lines(operations, &mut out);
    out.push_str("},\n\"components\":{\"securitySchemes\":{\n");
    write_lines(security, &mut out);
    out.push_str("},\"schemas\":{\n");
    write_lines(schemas, &mut out);
    out.push_str("}}\n}\n");
    out
}

fn write_lines(facts: &Facts, out: &mut String) {
    for (i, (name, value)) in facts.iter().enumerate() {
        if i > 0 {
            out.push_str(",\n");
        }
        write_sorted(&json!(name), out);
        out.push(':');
        write_sorted(value, out);
    }
    out.push('\n');
}

/// Compact JSON with sorted keys, whatever order `serde_json`'s maps have in this build.
fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (i, (name, value)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write_sorted(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_sorted(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}
