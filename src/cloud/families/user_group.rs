//! User groups.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "UserGroup",
    kinds: &[],
    filters: &[],
    rules: &[],
};
