//! User groups.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{By, Family};

pub(super) const FAMILY: Family = Family {
    tag: "UserGroup",
    kinds: &[],
    // Its prefix is compared as a whole path: there is nothing yet to tell the two apart.
    filters: &[("FiltersUserGroup", "PathPrefix", By::Path("Path"))],
    transitions: &[],
    rules: &[],
};
