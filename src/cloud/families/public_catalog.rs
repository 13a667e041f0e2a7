//! The public catalogue: what things cost in a region, for everybody.
//!
//! By rule: reading it; it has the entries of the accounts' own catalogues.

use super::catalog;
use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "PublicCatalog",
    kinds: &[],
    filters: &[],
    transitions: &[],
    // assumed: accounts have no prices of their own.
    rules: &[("ReadPublicCatalog", catalog::read_catalog)],
};
