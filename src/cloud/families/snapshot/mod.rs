//! Snapshots: what a volume held at an instant.
//!
//! By default: reading, of one's own, of shared and of public ones, and of export tasks. By rule:
//! the rest. Left out: what a snapshot holds, the state `deleting`, and the pause
//! that too many snapshots of one volume bring about.

mod export;
mod make;

pub(in crate::cloud::families) use export::SNAPSHOT_EXPORT_TASK;
pub(in crate::cloud::families) use make::{Plan, complete, copy, make};

use serde::Deserialize;

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::sharing;
use crate::cloud::store::Resource;

use super::image;

/// Snapshots, as a kind of resource.
pub(in crate::cloud) const SNAPSHOT: &Kind =
    &Kind::new("Snapshot", "SnapshotId", "snap-", fault::NO_SUCH_SNAPSHOT)
        .tagged("snapshot")
        .shared_with(|snapshot, account| sharing::lets_in(&snapshot.body, PERMISSIONS, account));

/// The field that says with whom one is shared.
const PERMISSIONS: &str = "PermissionsToCreateVolume";

pub(super) const FAMILY: Family = Family {
    tag: "Snapshot",
    kinds: &[SNAPSHOT, SNAPSHOT_EXPORT_TASK],
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
    transitions: &[
        &make::QUEUED,
        &make::PENDING,
        &export::WAITING,
        &export::RUNNING,
    ],
    rules: &[
        ("CreateSnapshot", make::create_snapshot),
        (
            "CreateSnapshotExportTask",
            export::create_snapshot_export_task,
        ),
        ("DeleteSnapshot", delete_snapshot),
        ("UpdateSnapshot", update_snapshot),
    ],
};

/// Refuses a snapshot that nothing can be made from.
///
/// # Faults
/// `INVALID_STATE` unless it is completed.
pub(super) fn check_usable(snapshot: &Resource) -> Result<(), Fault> {
    if snapshot.state() == "completed" {
        return Ok(());
    }
    // assumed: the code; that it must be completed follows from what its state means.
    Err(fault::INVALID_STATE.says(format!(
        "The snapshot '{}' is {}.",
        snapshot.id,
        snapshot.state()
    )))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteSnapshot {
    snapshot_id: String,
}

/// Takes a snapshot out at once, in whatever state; assumed: volumes made of it stay.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - `SNAPSHOT_IN_USE` while an image, whoever's, is made of it; assumed: the code, whose number was
///   seen without its occasion.
fn delete_snapshot(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: DeleteSnapshot = call.read()?;
    let snapshot = call.find_own(SNAPSHOT, &request.snapshot_id)?;
    if let Some(image) = image::made_of(call.state, &snapshot.id) {
        return Err(fault::SNAPSHOT_IN_USE.says(format!(
            "The image '{}' is made of the snapshot '{}'.",
            image.id, snapshot.id
        )));
    }
    call.remove(SNAPSHOT, &snapshot.id);
    Ok(Reply::empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSnapshot {
    permissions_to_create_volume: sharing::Change,
    snapshot_id: String,
}

/// Shares a snapshot with accounts, or no longer; in whatever state it is.
///
/// # Faults
/// - Those of [`Call::find_own`]: assumed, only its owner may.
/// - Those of [`sharing::Change::of`].
fn update_snapshot(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UpdateSnapshot = call.read()?;
    let snapshot = call.find_own(SNAPSHOT, &request.snapshot_id)?;
    let change = &request.permissions_to_create_volume;
    let permissions = change.of(&snapshot.body, PERMISSIONS)?;
    call.edit(SNAPSHOT, &snapshot.id, |snapshot| {
        snapshot.body.put(PERMISSIONS, permissions);
    });
    let shown = call.shown(SNAPSHOT, &snapshot.id);
    Ok(Reply::of("Snapshot", shown))
}
