//! Nets.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Nets, as a kind of resource.
pub(in crate::cloud) const NET: &Kind =
    &Kind::new("Net", "NetId", "vpc-", fault::NO_SUCH_NET).tagged("vpc");

pub(super) const FAMILY: Family = Family {
    tag: "Net",
    kinds: &[NET],
    filters: &[],
    rules: &[],
};
