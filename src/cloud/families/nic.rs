//! Nics.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Nics, as a kind of resource.
pub(in crate::cloud) const NIC: &Kind =
    &Kind::new("Nic", "NicId", "eni-", fault::NO_SUCH_NIC).tagged("network-interface");

pub(super) const FAMILY: Family = Family {
    tag: "Nic",
    kinds: &[NIC],
    filters: &[],
    rules: &[],
};
