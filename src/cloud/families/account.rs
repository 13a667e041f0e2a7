//! Accounts: who the customer is.
//!
//! By rule: reading the caller's own. Left out: making and changing accounts, consumption, and
//! checking a login (see `fixtures/gaps.json`).

use serde_json::json;

use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::Family;
use crate::cloud::fault::Fault;

pub(super) const FAMILY: Family = Family {
    tag: "Account",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[("ReadAccounts", read_accounts)],
};

/// Answers the caller's account: exactly one.
///
/// The name and address are made up; what is unset on a real account is absent here too.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_accounts(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let accounts = &call.state.accounts;
    let account = json!({
        "AccountId": *call.account,
        "City": "Mockville",
        "CompanyName": "Mockscale",
        "Country": "France",
        "CustomerId": call.account.get(..8),
        "Email": accounts.by_account(&call.account).map(|it| it.login.as_str()),
        "FirstName": "Root",
        "LastName": "Mockscale",
        "ZipCode": "00000",
    });
    default::read_listed(call, [&account])
}
