//! Snapshots: what a volume held at an instant.
//!
//! By default: reading, of one's own, of shared and of public ones. Left out: what
//! `fixtures/gaps.json` names.

use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// Snapshots, as a kind of resource.
pub(in crate::cloud) const SNAPSHOT: &Kind =
    &Kind::new("Snapshot", "SnapshotId", "snap-", fault::NO_SUCH_SNAPSHOT)
        .tagged("snapshot")
        .shared_with(shared);

pub(super) const FAMILY: Family = Family {
    tag: "Snapshot",
    kinds: &[SNAPSHOT],
    filters: &[
        (
            "FiltersSnapshot",
            "FromCreationDate",
            By::NotBefore("CreationDate"),
        ),
        (
            "FiltersSnapshot",
            "ToCreationDate",
            By::NotAfter("CreationDate"),
        ),
    ],
    transitions: &[],
    rules: &[],
};

/// Refuses a snapshot that no volume can be made from.
///
/// # Faults
/// `INVALID_STATE` unless it is completed.
pub(super) fn check_usable(snapshot: &Resource) -> Result<(), Fault> {
    if snapshot.state() == "completed" {
        return Ok(());
    }
    // assumed: the code; that it must be completed follows from what its state means.
    Err(fault::INVALID_STATE.silent())
}

fn shared(snapshot: &Resource, account: &str) -> bool {
    snapshot
        .body
        .object("PermissionsToCreateVolume")
        .is_some_and(|permissions| {
            permissions.flag("GlobalPermission") == Some(true)
                || permissions.texts("AccountIds").any(|id| id == account)
        })
}
