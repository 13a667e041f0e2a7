//! Vm groups.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Vm groups, as a kind of resource.
pub(in crate::cloud) const VM_GROUP: &Kind =
    &Kind::new("VmGroup", "VmGroupId", "vmgroup-", fault::NO_SUCH_RESOURCE).digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "VmGroup",
    kinds: &[VM_GROUP],
    filters: &[],
    rules: &[],
};
