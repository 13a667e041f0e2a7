//! What a test author names: a rule, a field, an account. What does not exist is refused when
//! it is written.

use serde_json::Value;

use super::desk::Desk;
use crate::contract::{self, Side};

/// The rule of that name.
///
/// # Panics
/// When no breach of a contract can name it.
#[track_caller]
pub(crate) fn rule(name: &str) -> &'static str {
    if let Some(rule) = contract::rule(name) {
        return rule;
    }
    let hint = contract::did_you_mean(contract::nearest_rule(name));
    panic!("there is no rule {name}{hint} (mockscale::contract::RULES lists them)");
}

/// Fields of the request of an operation.
///
/// # Panics
/// When a part of a request names one that the operation does not have.
#[track_caller]
pub(crate) fn request_fields(desk: &Desk, operation: &str, part: &Value) {
    let operation = desk.contract().named(operation);
    if let Some((path, near)) = operation.fields(Side::Request).misspelt(part) {
        let hint = contract::did_you_mean(near);
        panic!(
            "the request of {} has no field {path}{hint}",
            operation.name()
        );
    }
}

/// An account of the cloud.
///
/// # Panics
/// When the cloud has none of that number.
#[track_caller]
pub(crate) fn account(desk: &Desk, account: &str) {
    assert!(
        desk.credentials(account).is_some(),
        "this cloud has no account {account}; add it with Cloud::builder().account(\"{account}\")"
    );
}
