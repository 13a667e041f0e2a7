//! How coverage stands in a file: a first line that says what it is, then one line for each cloud.
//!
//! A line is JSON: client → operation → what was counted, nothing that is zero. A field that has
//! more to say than its count is a pair: the count and what is within, a listed value among it as
//! `=value`.
//!
//! ```json
//! {"(in process)":{"CreateNet":{"asked":1,"answered":1,"request":{"IpRange":1}, …}}}
//! ```

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::tally::{Counts, Tally};
use super::universe;
use crate::contract::{Contract, Fields, Operation, Side};

/// The version of this format; another one is refused.
pub(super) const FORMAT: u64 = 1;
/// The member of the first line that tells our files.
pub(super) const MARK: &str = "mockscale-coverage";

/// The first line of a file.
pub(super) fn head(api: &str, program: &str) -> String {
    let process = std::process::id();
    let head = json!({ MARK: FORMAT, "api": api, "program": program, "process": process });
    format!("{head}\n")
}

/// A tally as a line, with its end.
pub(super) fn write(contract: &Contract, tally: &Tally) -> String {
    let mut out = String::from("{");
    for (client, operations) in &tally.clients {
        open(&mut out, client);
        for (name, counts) in operations {
            open(&mut out, name);
            write_counts(&mut out, contract.operation(name), counts);
            out.push('}');
        }
        out.push('}');
    }
    out.push_str("}\n");
    out
}

fn write_counts(out: &mut String, operation: Option<&Operation>, counts: &Counts) {
    let numbers = [
        ("asked", counts.asked),
        ("answered", counts.answered),
        ("illegal", counts.illegal),
    ];
    for (name, count) in numbers.into_iter().filter(|(_, count)| *count > 0) {
        key(out, name);
        let _ = write!(out, "{count}");
    }
    let bodies = [
        ("request", Side::Request, &counts.request),
        ("reply", Side::Reply, &counts.reply),
    ];
    for (name, side, counts) in bodies {
        if let Some(fields) = operation.map(|it| it.fields(side))
            && !counts.is_empty()
        {
            open(out, name);
            write_fields(out, fields, fields.top(), counts);
            out.push('}');
        }
    }
    if !counts.errors.is_empty() {
        open(out, "errors");
        for (code, count) in &counts.errors {
            key(out, &code.to_string());
            let _ = write!(out, "{count}");
        }
        out.push('}');
    }
    if !counts.moves.is_empty() {
        open(out, "transitions");
        for (number, [begun, completed]) in &counts.moves {
            if let Some(transition) = universe::moves().get(*number) {
                key(out, &transition.to_string());
                let _ = write!(out, "[{begun},{completed}]");
            }
        }
        out.push('}');
    }
}

fn write_fields(out: &mut String, fields: &Fields, among: &[usize], counts: &[u64]) {
    let of = |slot: usize| counts.get(slot).copied().unwrap_or_default();
    for &number in among.iter().filter(|number| of(**number) > 0) {
        let field = fields.field(number);
        key(out, field.name());
        let count = of(number);
        let filled = |within: &usize| of(*within) > 0;
        if field.values().is_empty() && !field.inner().iter().any(filled) {
            let _ = write!(out, "{count}");
            continue;
        }
        let _ = write!(out, "[{count},{{");
        for (at, value) in field.values().iter().enumerate() {
            let count = of(fields.value_slot(number, at));
            if count > 0 {
                key(out, &format!("={}", plain(value)));
                let _ = write!(out, "{count}");
            }
        }
        write_fields(out, fields, field.inner(), counts);
        out.push_str("}]");
    }
}

fn open(out: &mut String, name: &str) {
    key(out, name);
    out.push('{');
}

fn key(out: &mut String, name: &str) {
    if !out.ends_with(['{', '[']) {
        out.push(',');
    }
    let _ = write!(out, "{}:", Value::from(name));
}

/// A listed value as text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Reads a line that [`write`] has written.
///
/// # Errors
/// Says what in it is not as it should be.
pub(super) fn read(contract: &Contract, line: &str) -> Result<Tally, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let mut tally = Tally::default();
    for (client, operations) in object(&line, "the line")? {
        let of = tally.clients.entry(client.clone()).or_default();
        for (name, counts) in object(operations, client)? {
            let operation = contract.operation(name);
            if operation.is_none() && !name.is_empty() {
                return Err(format!("the contract has no operation {name}"));
            }
            let counts = read_counts(operation, object(counts, name)?)
                .map_err(|problem| format!("{name}: {problem}"))?;
            of.insert(name.clone(), counts);
        }
    }
    Ok(tally)
}

fn read_counts(
    operation: Option<&Operation>,
    members: &Map<String, Value>,
) -> Result<Counts, String> {
    let mut counts = Counts::default();
    for (name, said) in members {
        match name.as_str() {
            "asked" => counts.asked = number(said, name)?,
            "answered" => counts.answered = number(said, name)?,
            "illegal" => counts.illegal = number(said, name)?,
            "request" => counts.request = read_body(operation, Side::Request, said)?,
            "reply" => counts.reply = read_body(operation, Side::Reply, said)?,
            "errors" => {
                for (code, count) in object(said, name)? {
                    let entry = code.parse().ok().and_then(universe::error);
                    let entry = entry.ok_or_else(|| format!("there is no error {code}"))?;
                    counts.errors.insert(entry.code, number(count, code)?);
                }
            }
            "transitions" => {
                for (label, ends) in object(said, name)? {
                    let known = universe::moves()
                        .iter()
                        .position(|it| it.to_string() == *label);
                    let known = known.ok_or_else(|| format!("there is no transition {label}"))?;
                    let ends = [number(&ends[0], label)?, number(&ends[1], label)?];
                    counts.moves.insert(known, ends);
                }
            }
            other => return Err(format!("'{other}' is nothing that is counted")),
        }
    }
    Ok(counts)
}

fn read_body(operation: Option<&Operation>, side: Side, said: &Value) -> Result<Vec<u64>, String> {
    let operation = operation.ok_or("nothing is known of its bodies")?;
    let fields = operation.fields(side);
    let mut counts = vec![0; fields.slots()];
    read_fields(fields, fields.top(), object(said, "a body")?, &mut counts)
        .map_err(|problem| format!("the {side} {problem}"))?;
    Ok(counts)
}

fn read_fields(
    fields: &Fields,
    among: &[usize],
    members: &Map<String, Value>,
    counts: &mut [u64],
) -> Result<(), String> {
    for (name, said) in members.iter().filter(|(name, _)| !name.starts_with('=')) {
        let found = fields.named(among, name);
        let found = found.ok_or_else(|| format!("has no field {name}"))?;
        let Some(pair) = said.as_array() else {
            counts[found] = number(said, name)?;
            continue;
        };
        let [count, within] = pair.as_slice() else {
            return Err(format!("has no pair at {name}"));
        };
        counts[found] = number(count, name)?;
        let within = object(within, name)?;
        let field = fields.field(found);
        for (value, count) in within {
            if let Some(value) = value.strip_prefix('=') {
                let at = field.values().iter().position(|it| plain(it) == value);
                let at = at.ok_or_else(|| format!("lists no value '{value}' for {name}"))?;
                counts[fields.value_slot(found, at)] = number(count, value)?;
            }
        }
        read_fields(fields, field.inner(), within, counts)?;
    }
    Ok(())
}

fn object<'v>(value: &'v Value, name: &str) -> Result<&'v Map<String, Value>, String> {
    let found = value.as_object();
    found.ok_or_else(|| format!("an object is wanted for {name}"))
}

fn number(value: &Value, name: &str) -> Result<u64, String> {
    let found = value.as_u64();
    found.ok_or_else(|| format!("a count is wanted for {name}, not {value}"))
}
