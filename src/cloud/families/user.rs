//! Users of an account.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "User",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
