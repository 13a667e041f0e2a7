//! What a test author names: a rule, a field, an account, a user. What does not exist is refused when
//! it is written.

use std::sync::Arc;

use serde_json::Value;

use super::desk::Desk;
use crate::cloud::account::directory;
use crate::cloud::quota;
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
    let known = desk.with_state(|state| directory::account(state, account).is_some());
    assert!(
        known,
        "this cloud has no account {account}; open it with \
         cloud.account().number(\"{account}\").open() or Cloud::builder().account(\"{account}\")"
    );
}

/// A user of an account: its identifier.
///
/// # Errors
/// When the account has none of that name: which is near, and how to make one.
pub(crate) fn user(desk: &Desk, account: &str, name: &str) -> Result<Arc<str>, String> {
    desk.with_state(|state| {
        if let Some(user) = directory::user(state, account, name) {
            return Ok(Arc::clone(&user.id));
        }
        let near = contract::nearest(name, directory::user_names(state, account));
        Err(format!(
            "the account {account} has no user {name}{}; make one with \
             cloud.call(\"CreateUser\", json!({{ \"UserName\": \"{name}\" }}))",
            contract::did_you_mean(near)
        ))
    })
}

/// A quota.
///
/// # Panics
/// When there is none of that name.
#[track_caller]
pub(crate) fn quota(name: &str) {
    if !quota::names().any(|it| it == name) {
        let hint = contract::did_you_mean(contract::nearest(name, quota::names()));
        panic!("there is no quota {name}{hint} (mockscale::quotas() lists them)");
    }
}

/// The number of an account.
///
/// # Panics
/// When it is not 12 digits.
#[track_caller]
pub(crate) fn account_number(account: &str) {
    assert!(
        account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()),
        "an account number has 12 digits, unlike '{account}'"
    );
}

/// A range of addresses, or one address.
///
/// # Panics
/// When it is neither.
#[track_caller]
pub(crate) fn range(range: &str) {
    assert!(
        directory::is_range(range),
        "'{range}' is no range of addresses such as 203.0.113.0/24"
    );
}
