//! API access policies: how long keys may live and who is trusted.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "ApiAccessPolicy",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
