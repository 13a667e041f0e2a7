//! Client certificate authorities.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Client certificate authorities, as a kind of resource.
pub(in crate::cloud) const CA: &Kind =
    &Kind::new("Ca", "CaId", "ca-", fault::NO_SUCH_RESOURCE).digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "Ca",
    kinds: &[CA],
    filters: &[],
    transitions: &[],
    rules: &[],
};
