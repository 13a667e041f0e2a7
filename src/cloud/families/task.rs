//! Export tasks of images and snapshots.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "Task",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
