//! Quotas: how much an account may have.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "Quota",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
