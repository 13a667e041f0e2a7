//! Client certificate authorities.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Client certificate authorities, as a kind of resource.
pub(in crate::cloud) const CA: &Kind =
    &Kind::new("Ca", "CaId", "ca-", fault::NO_SUCH_RESOURCE).digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "Ca",
    kinds: &[CA],
    filters: &[],
    rules: &[],
};
