//! What a test author names: a rule, an account. What does not exist is refused when
//! it is written.

use super::desk::Desk;
use crate::contract;

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
