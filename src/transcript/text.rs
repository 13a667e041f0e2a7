//! A transcript as text for people: one block an exchange, keys in order, effects with their signs.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

use super::Transcript;
use super::bodies::Body;
use super::canonical::{Canonical, CanonicalChange, CanonicalEffect, is_plain};
use crate::contract::printable;

/// Everything that is shown.
pub(super) fn whole(transcript: &Transcript) -> String {
    tail(transcript, usize::MAX)
}

/// The last so many blocks; with the first of them, how many came before it and are forgotten.
pub(super) fn tail(transcript: &Transcript, count: usize) -> String {
    last(transcript, count, usize::MAX)
}

/// [`tail`] with at most so many lines of each body.
pub(super) fn brief_tail(transcript: &Transcript, count: usize, lines: usize) -> String {
    last(transcript, count, lines)
}

fn last(transcript: &Transcript, count: usize, lines: usize) -> String {
    let mut blocks: Vec<_> = Canonical::all(transcript)
        .rev()
        .take(count)
        .map(|exchange| block(&exchange, lines))
        .collect();
    if let Some(forgotten) = forgotten(transcript)
        && count >= transcript.len()
    {
        blocks.push(format!("({forgotten})\n"));
    }
    blocks.reverse();
    blocks.join("\n")
}

/// How many exchanges the cloud no longer remembers, in words, if there are any.
pub(super) fn forgotten(transcript: &Transcript) -> Option<String> {
    match transcript.forgotten() {
        0 => None,
        1 => Some("1 earlier exchange is no longer remembered".to_owned()),
        count => Some(format!(
            "{count} earlier exchanges are no longer remembered"
        )),
    }
}

fn block(exchange: &Canonical, lines: usize) -> String {
    let mut out = title(exchange);
    out.push('\n');
    if let Some(http) = &exchange.http {
        let _ = writeln!(out, "  http: {}", http.line);
        for (name, value) in &http.headers {
            let _ = writeln!(out, "    {name}: {value}");
        }
    }
    write_body(&mut out, "request", exchange.request.as_ref(), lines);
    write_body(&mut out, "reply", exchange.reply.as_ref(), lines);
    if !exchange.effects.is_empty() {
        out.push_str("  effects:\n");
        for effect in &exchange.effects {
            write_effect(&mut out, effect);
        }
    }
    if !exchange.violations.is_empty() {
        out.push_str("  violations:\n");
        for violation in &exchange.violations {
            let _ = writeln!(out, "    ! {violation}");
        }
    }
    match printable(&out) {
        Cow::Borrowed(_) => out,
        Cow::Owned(safe) => safe,
    }
}

/// `#1 ReadVms → 200 (account 123456789012) (from 203.0.113.9, certificate laptop-7)`.
fn title(exchange: &Canonical) -> String {
    let mut out = format!(
        "#{} {} → {}",
        exchange.number, exchange.operation, exchange.status
    );
    match (&exchange.caller, &exchange.user) {
        (Some(caller), Some(user)) => {
            let _ = write!(out, " (user {user} of account {caller})");
        }
        (Some(caller), None) => {
            let _ = write!(out, " (account {caller})");
        }
        (None, _) => {}
    }
    let _ = match (exchange.from, exchange.certificate.as_deref().map(named)) {
        (Some(from), Some(name)) => write!(out, " (from {from}, certificate {name})"),
        (Some(from), None) => write!(out, " (from {from})"),
        (None, Some(name)) => write!(out, " (certificate {name})"),
        (None, None) => Ok(()),
    };
    if let Some(check) = exchange.check {
        let _ = write!(out, " (refused by the check {})", check.name());
    }
    if exchange.by_mock {
        out.push_str(" (answered by a mock)");
    }
    if let Some(shape) = exchange.shaped {
        let _ = write!(out, " (shaped: {shape})");
    }
    out
}

/// A name that clients choose freely, in quotes where it could be taken for what stands beside it.
fn named(name: &str) -> Cow<'_, str> {
    if is_plain(name) && !name.contains(['(', ')', ',']) {
        return Cow::Borrowed(name);
    }
    Value::from(name).to_string().into()
}

/// A body with its title, at most so many lines of it.
fn write_body(out: &mut String, title: &str, body: Option<&Body>, lines: usize) {
    match body {
        None => {}
        Some(Body::Unreadable(why)) => {
            let _ = writeln!(out, "  {title}: ({why})");
        }
        Some(Body::Json(value)) => {
            let mut text = format!("  {title}:");
            write_value(&mut text, value, 2);
            let cut = text.lines().count().saturating_sub(lines.saturating_add(1));
            if cut < 2 {
                out.push_str(&text);
                return;
            }
            for line in text.lines().take(lines.saturating_add(1)) {
                let _ = writeln!(out, "{line}");
            }
            let _ = writeln!(out, "    … {cut} more lines");
        }
    }
}

fn write_effect(out: &mut String, effect: &CanonicalEffect) {
    let subject = &effect.subject;
    let _ = match &effect.change {
        CanonicalChange::Created => writeln!(out, "    + {subject}"),
        CanonicalChange::Deleted => writeln!(out, "    - {subject}"),
        CanonicalChange::Scheduled(course) => writeln!(out, "    … {subject} {course}"),
        CanonicalChange::Changed(fields) => {
            for (path, became) in fields {
                let _ = writeln!(out, "    ~ {subject} {path}: {became}");
            }
            Ok(())
        }
    };
}

/// Indented text: `key: value`, `- item`, nothing that a diff would hide.
fn write_value(out: &mut String, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(object) if !object.is_empty() => {
            out.push('\n');
            for (key, value) in object {
                let _ = write!(out, "{indent}{key}:");
                write_value(out, value, depth + 1);
            }
        }
        Value::Array(values) if !values.is_empty() => {
            out.push('\n');
            for value in values {
                write_item(out, value, depth);
            }
        }
        Value::String(text) if is_plain(text) => {
            let _ = writeln!(out, " {text}");
        }
        Value::String(text) if is_paragraph(text) => {
            out.push_str(if text.ends_with('\n') {
                " |\n"
            } else {
                " |-\n"
            });
            for line in text.lines() {
                let _ = writeln!(out, "{}", format!("{indent}{line}").trim_end());
            }
        }
        value => {
            let _ = writeln!(out, " {value}");
        }
    }
}

/// Whether a text is readable as lines: several of them, and nothing that a terminal would act upon.
fn is_paragraph(text: &str) -> bool {
    text.trim_end().contains('\n') && !text.contains(|c: char| c.is_control() && c != '\n')
}

fn write_item(out: &mut String, value: &Value, depth: usize) {
    let mut item = String::new();
    write_value(&mut item, value, depth + 1);
    let indent = "  ".repeat(depth);
    let text = item.trim_start_matches('\n');
    let _ = match text.strip_prefix(&format!("{indent}  ")) {
        Some(rest) => write!(out, "{indent}- {rest}"),
        None => write!(out, "{indent}-{text}"),
    };
}
