//! VM groups: VMs that are made alike.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// VM groups, as a kind of resource.
pub(in crate::cloud) const VM_GROUP: &Kind =
    &Kind::new("VmGroup", "VmGroupId", "vmgroup-", fault::NO_SUCH_RESOURCE).digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "VmGroup",
    kinds: &[VM_GROUP],
    filters: &[],
    transitions: &[],
    rules: &[],
};
