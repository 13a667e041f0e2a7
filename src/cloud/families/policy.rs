//! Policies: who may call what.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "Policy",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
