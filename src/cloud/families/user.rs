//! Users of an account.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Users, as a kind of resource.
pub(in crate::cloud) const USER: &Kind = &Kind::opaque("User", "UserId", 31, fault::NO_SUCH_USER);

pub(super) const FAMILY: Family = Family {
    tag: "User",
    kinds: &[USER],
    filters: &[],
    transitions: &[],
    rules: &[],
};
