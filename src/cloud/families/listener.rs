//! Listeners of load balancers, and their rules.
//!
//! By default: reading rules, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "Listener",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
