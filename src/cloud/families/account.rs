//! Accounts: who the customer is.
//!
//! By rule: reading the caller's own. Left out: making and changing accounts, consumption, and
//! checking a login (see `fixtures/gaps.json`).

use crate::cloud::account::directory;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};

/// Accounts, as a kind of resource; the password and the API access policy are notes.
pub(in crate::cloud) const ACCOUNT: &Kind =
    &Kind::opaque("Account", "AccountId", 12, fault::NO_SUCH_RESOURCE)
        .telling(&[directory::MAX_SECONDS, directory::TRUSTED]);

pub(super) const FAMILY: Family = Family {
    tag: "Account",
    kinds: &[ACCOUNT],
    filters: &[],
    transitions: &[],
    rules: &[("ReadAccounts", read_accounts)],
};

/// Answers the caller's account: exactly one.
///
/// The name and address are made up; what is unset on a real account is absent here too.
///
/// # Faults
/// Those of [`default::read`].
fn read_accounts(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read(call)
}
