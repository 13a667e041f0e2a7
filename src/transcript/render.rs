//! A transcript as text for people: one block an exchange, keys in order, effects with their signs.
//!
//! The answer's context is left out: its request id is the exchange's number in another form.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::canonical::Canonical;
use super::{Exchange, Said, Source, Transcript};
use crate::cloud::effect::{Change, Effect};
use crate::contract::Shape;

/// The whole transcript.
pub(crate) fn whole(transcript: &Transcript) -> String {
    blocks(transcript).join("\n")
}

/// The last so many blocks.
pub(crate) fn tail(transcript: &Transcript, count: usize) -> String {
    let blocks = blocks(transcript);
    blocks[blocks.len().saturating_sub(count)..].join("\n")
}

fn blocks(transcript: &Transcript) -> Vec<String> {
    let mut canonical = Canonical::new(transcript.start);
    transcript
        .exchanges
        .iter()
        .map(|exchange| block(exchange, &mut canonical))
        .collect()
}

fn block(exchange: &Exchange, canonical: &mut Canonical) -> String {
    let mut out = format!(
        "#{} {} → {}",
        exchange.number, exchange.operation, exchange.status
    );
    if let Some(caller) = &exchange.caller {
        let _ = write!(out, " (account {caller})");
    }
    if exchange.source == Source::Mock {
        out.push_str(" (answered by a mock)");
    }
    if exchange.shape != Shape::Live {
        let _ = write!(out, " (shaped: {})", exchange.shape);
    }
    out.push('\n');
    said(&mut out, "request", &exchange.request, canonical);
    said(&mut out, "reply", &exchange.reply, canonical);
    if !exchange.effects.is_empty() {
        out.push_str("  effects:\n");
        for effect in &exchange.effects {
            write_effect(&mut out, effect, canonical);
        }
    }
    if !exchange.violations.is_empty() {
        out.push_str("  violations:\n");
        for violation in &exchange.violations {
            let breach = &violation.breach;
            let _ = writeln!(
                out,
                "    ! {} {} {}: {}",
                breach.side,
                if breach.pointer.is_empty() {
                    "(whole)"
                } else {
                    &breach.pointer
                },
                breach.rule,
                canonical.text(&breach.message)
            );
        }
    }
    out
}

fn said(out: &mut String, title: &str, said: &Said, canonical: &mut Canonical) {
    match said {
        Said::Unreadable(why) => {
            let _ = writeln!(out, "  {title}: ({why})");
        }
        Said::Json(value) => {
            let body = match &**value {
                Value::Object(object) => Value::Object(
                    object
                        .iter()
                        .filter(|(key, _)| *key != "ResponseContext")
                        .map(|(key, value)| (key.clone(), value.clone()))
                        .collect(),
                ),
                value => value.clone(),
            };
            if body.as_object().is_some_and(Map::is_empty) {
                return;
            }
            let _ = write!(out, "  {title}:");
            write_value(out, &body, 2, canonical);
        }
    }
}

fn write_effect(out: &mut String, effect: &Effect, canonical: &mut Canonical) {
    let name = format!("{} {}", effect.kind, canonical.text(&effect.id));
    let _ = match &effect.change {
        Change::Created => writeln!(out, "    + {name}"),
        Change::Deleted => writeln!(out, "    - {name}"),
        Change::Scheduled { from, to } => {
            writeln!(out, "    … {name} {from} → {}", to.unwrap_or("gone"))
        }
        Change::Changed(fields) => {
            for field in fields {
                let before = scalar_or_json(field.before.as_ref(), canonical);
                let after = scalar_or_json(field.after.as_ref(), canonical);
                let _ = writeln!(out, "    ~ {name} {}: {before} → {after}", field.path);
            }
            Ok(())
        }
    };
}

fn scalar_or_json(value: Option<&Value>, canonical: &mut Canonical) -> String {
    match value {
        None => "(absent)".to_owned(),
        Some(value) => canonical_value(value, canonical).to_string(),
    }
}

fn canonical_value(value: &Value, canonical: &mut Canonical) -> Value {
    match value {
        Value::String(text) => Value::String(canonical.text(text).into_owned()),
        Value::Array(values) => values
            .iter()
            .map(|value| canonical_value(value, canonical))
            .collect(),
        Value::Object(object) => {
            let mut sorted = Map::new();
            for key in sorted_keys(object) {
                sorted.insert(key.clone(), canonical_value(&object[key], canonical));
            }
            Value::Object(sorted)
        }
        value => value.clone(),
    }
}

/// Indented text: `key: value`, `- item`, nothing that a diff would hide.
fn write_value(out: &mut String, value: &Value, depth: usize, canonical: &mut Canonical) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(object) if !object.is_empty() => {
            out.push('\n');
            for key in sorted_keys(object) {
                let _ = write!(out, "{indent}{key}:");
                match (key.as_str(), &object[key]) {
                    ("NextPageToken", Value::String(token)) => {
                        let _ = writeln!(out, " {}", canonical.page(token));
                    }
                    (_, value) => write_value(out, value, depth + 1, canonical),
                }
            }
        }
        Value::Array(values) if !values.is_empty() => {
            out.push('\n');
            for value in values {
                write_item(out, value, depth, canonical);
            }
        }
        Value::String(text) => {
            let text = canonical.text(text);
            if is_plain(&text) {
                let _ = writeln!(out, " {text}");
            } else {
                let _ = writeln!(out, " {}", Value::String(text.into_owned()));
            }
        }
        value => {
            let _ = writeln!(out, " {value}");
        }
    }
}

/// Whether a text can stand without quotes and not be taken for anything else: neither `"4014"`
/// nor `"0001"` is a number.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.contains(|c: char| c.is_control() || matches!(c, '"' | '#'))
        && !text.starts_with(['[', '{', '-'])
        && serde_json::from_str::<Value>(text).is_err()
        && text.parse::<f64>().is_err()
}

fn write_item(out: &mut String, value: &Value, depth: usize, canonical: &mut Canonical) {
    let mut item = String::new();
    write_value(&mut item, value, depth + 1, canonical);
    let indent = "  ".repeat(depth);
    let text = item.trim_start_matches('\n');
    let _ = match text.strip_prefix(&format!("{indent}  ")) {
        Some(rest) => write!(out, "{indent}- {rest}"),
        None => write!(out, "{indent}-{text}"),
    };
}

/// Keys in order, whatever the map's own order is.
fn sorted_keys(object: &Map<String, Value>) -> Vec<&String> {
    let mut keys: Vec<_> = object.keys().collect();
    keys.sort();
    keys
}
