//! Dedicated groups: hosts of an account of its own.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Dedicated groups, as a kind of resource.
pub(in crate::cloud) const DEDICATED_GROUP: &Kind = &Kind::new(
    "DedicatedGroup",
    "DedicatedGroupId",
    "ded-",
    fault::NO_SUCH_DEDICATED_GROUP,
);

pub(super) const FAMILY: Family = Family {
    tag: "DedicatedGroup",
    kinds: &[DEDICATED_GROUP],
    filters: &[],
    transitions: &[],
    rules: &[],
};
