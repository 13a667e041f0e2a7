//! What breaks the contract before there is a call, and what a client is told of it.
//!
//! Each complaint is a breach for the test and a fault for the client; the two are made here, in
//! one table, so that a later measurement of the cloud's own codes changes one line.

use serde_json::Value;

use crate::cloud::fault::{self, Entry, Fault};
use crate::contract::{Breach, Contract, Operation, Side};
use crate::wire::operation_name;

/// What is wrong with a request before it is a call.
#[derive(Debug)]
pub(crate) struct Complaint {
    /// For the test.
    pub(crate) breach: Breach,
    /// For the client.
    pub(crate) fault: Fault,
}

/// The operation that a path, or a bare name, calls.
pub(crate) fn operation<'c>(
    contract: &'c Contract,
    path: &str,
) -> Result<&'c Operation, Box<Complaint>> {
    operation_name(path)
        .and_then(|name| contract.operation(name))
        .ok_or_else(|| unknown_operation(contract, path))
}

fn unknown_operation(contract: &Contract, path: &str) -> Box<Complaint> {
    let name = operation_name(path);
    let near = name.and_then(|name| contract.nearest_operation(name));
    let hint = near
        .map(|near| format!(" Did you mean {near}?"))
        .unwrap_or_default();
    let message = match name {
        Some(name) => format!(
            "The OUTSCALE API {} has no operation {name}",
            contract.version()
        ),
        None => format!("The path {path} calls no operation; calls go to /api/v1/<Operation>"),
    };
    let entry = fault::NO_SUCH_CALL;
    // The breach has the hint in a field of its own.
    let fault = entry.says(format!("{message}.{hint}"));
    let complaint = complaint("operation", Value::from(path), near, entry, message);
    Box::new(Complaint {
        fault,
        ..*complaint
    })
}

/// The fault for a body that breaks the contract.
///
/// assumed: but for the unreadable or missing date and the foreign page token, which were seen,
/// the cloud's codes for these are not known; the most plausible entries of its catalogue are used.
pub(crate) fn fault_for(contract: &Contract, operation: &Operation, breach: &Breach) -> Fault {
    let entry: &'static Entry = match breach.rule.as_str() {
        "required" if is_date(contract, operation, &breach.pointer) => {
            return unknown_type(&breach.pointer);
        }
        "format" if breach.pointer == "/NextPageToken" => fault::PAGE_TOKEN_INVALID,
        "additionalProperties" if breach.pointer.starts_with("/Filters") => fault::INVALID_FILTER,
        "additionalProperties" | "required" => fault::INVALID_PARAMETER,
        "anyOf" | "oneOf" => return unknown_type(&breach.pointer),
        "type" => fault::WRONG_JSON_TYPE,
        "minLength" | "maxLength" => fault::INVALID_LENGTH,
        _ => fault::INVALID_PARAMETER_VALUE,
    };
    let hint = match &breach.did_you_mean {
        Some(near) => format!(" Did you mean '{near}'?"),
        None => String::new(),
    };
    entry.says(format!("{}.{hint}", breach.message))
}

fn unknown_type(pointer: &str) -> Fault {
    let mut names = pointer.rsplit('/');
    let name = names.find(|part| part.parse::<usize>().is_err());
    fault::UNKNOWN_PARAMETER_TYPE.says(format!(
        "The parameter type of {} is unknown.",
        name.unwrap_or_default()
    ))
}

/// Whether a property at the top of a request is a date or a date with a time.
fn is_date(contract: &Contract, operation: &Operation, pointer: &str) -> bool {
    let properties = contract
        .schema(&format!("{}Request", operation.name()))
        .and_then(|request| request.pointer("/properties"));
    properties
        .and_then(|properties| properties.pointer(pointer))
        .is_some_and(|property| property.get("oneOf").is_some())
}

/// How deep a body may be nested: over HTTP the reader of JSON ends there.
const DEEPEST: usize = 128;

/// A body that comes as a value is no deeper than one that is read may be: whatever looks into it
/// goes as deep as it does.
pub(super) fn check_depth(body: &Value) -> Result<(), Box<Complaint>> {
    if !deeper_than(body, DEEPEST) {
        return Ok(());
    }
    Err(complaint(
        "json",
        Value::Null,
        None,
        fault::INVALID_PARAMETER,
        format!("The body is nested more than {DEEPEST} deep."),
    ))
}

fn deeper_than(value: &Value, limit: usize) -> bool {
    let within = |value: &Value| limit == 0 || deeper_than(value, limit - 1);
    match value {
        Value::Array(values) => values.iter().any(within),
        Value::Object(object) => object.values().any(within),
        _ => false,
    }
}

/// A complaint about the whole of a request.
pub(super) fn complaint(
    rule: &str,
    said: Value,
    near: Option<&str>,
    entry: &'static Entry,
    message: String,
) -> Box<Complaint> {
    Box::new(Complaint {
        fault: entry.says(message.clone()),
        breach: Breach {
            said,
            did_you_mean: near.map(str::to_owned),
            ..Breach::of_the_whole(Side::Request, rule, message)
        },
    })
}
