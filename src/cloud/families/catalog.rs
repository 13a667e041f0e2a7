//! Catalogs: prices of the account.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "Catalog",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
