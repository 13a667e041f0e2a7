//! Vms.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Vms, as a kind of resource.
pub(in crate::cloud) const VM: &Kind =
    &Kind::new("Vm", "VmId", "i-", fault::NO_SUCH_VM).tagged("instance");

pub(super) const FAMILY: Family = Family {
    tag: "Vm",
    kinds: &[VM],
    filters: &[],
    rules: &[],
};
