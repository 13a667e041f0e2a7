//! The public catalog: prices for everybody.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "PublicCatalog",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
