//! The report as text: a table for each operation that loses something, and the sum.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::{Loss, OperationLoss};

/// How much of a value is shown, in characters.
const SHOWN: usize = 60;

/// The report.
pub(super) fn table(operations: &BTreeMap<String, OperationLoss>) -> String {
    let lossy: Vec<_> = operations
        .iter()
        .filter(|(_, of)| !of.fields.is_empty())
        .collect();
    let mut out = String::new();
    for (operation, of) in &lossy {
        let _ = writeln!(out, "{operation}");
        write_fields(&mut out, of);
        out.push('\n');
    }
    let fields: usize = lossy.iter().map(|(_, of)| of.fields.len()).sum();
    let replies: u64 = operations.values().map(|of| of.replies).sum();
    let compared = format!(
        "{} and {}",
        counted(operations.len(), "operation"),
        counted(usize::try_from(replies).unwrap_or(usize::MAX), "reply"),
    );
    let _ = match fields {
        0 => writeln!(out, "nothing is lost in {compared}"),
        _ => writeln!(
            out,
            "{} of {} lost, in {compared}",
            counted(fields, "field"),
            counted(lossy.len(), "operation"),
        ),
    };
    out
}

fn write_fields(out: &mut String, of: &OperationLoss) {
    let rows: Vec<_> = of
        .fields
        .iter()
        .map(|lost| {
            let whole = lost.path.is_empty();
            let path = if whole { "(whole)" } else { lost.path.as_str() };
            let (what, more) = words(&lost.loss);
            (path, what, more)
        })
        .collect();
    let longest = |column: fn(&(&str, &str, String)) -> usize| {
        let lengths = rows.iter().map(column);
        lengths.max().unwrap_or_default()
    };
    let path_width = longest(|row| row.0.chars().count());
    let what_width = longest(|row| row.1.chars().count());
    for (path, what, more) in &rows {
        let _ = writeln!(out, "  {path:path_width$}  {what:what_width$}  {more}");
    }
}

/// What became of a field, and more about it.
fn words(loss: &Loss) -> (&'static str, String) {
    match loss {
        Loss::Dropped { was } => ("dropped", format!("was {}", short(was))),
        Loss::Renamed { to } => ("renamed", format!("to {to}")),
        Loss::Retyped { from, to } => ("retyped", format!("{from} → {to}")),
        Loss::Changed { from, to } => ("changed", format!("{} → {}", short(from), short(to))),
        Loss::Added { value } => ("added", format!("as {}", short(value))),
        Loss::Unreadable { message } => ("unreadable", message.clone()),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    let mut short: String = text.chars().take(SHOWN).collect();
    short.push('…');
    short
}

fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}
