//! Exports of snapshots to buckets.

use serde::Deserialize;

use super::{SNAPSHOT, check_usable};
use crate::cloud::bucket::Destination;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::task::{self, Task};
use crate::cloud::family::Kind;
use crate::cloud::fault::Fault;
use crate::cloud::lifecycle::Transition;

/// Exports of snapshots, as a kind of resource.
pub(in crate::cloud::families) const SNAPSHOT_EXPORT_TASK: &Kind =
    &task::kind("SnapshotExportTask", "snap-export-");

pub(super) static WAITING: Transition = Transition {
    then: Some(|state, task| task::go_on(state, task, &RUNNING)),
    ..task::changing(SNAPSHOT_EXPORT_TASK, "pending", "active")
};

pub(super) static RUNNING: Transition = Transition {
    then: Some(task::end),
    ..task::changing(SNAPSHOT_EXPORT_TASK, "active", "completed")
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSnapshotExportTask {
    osu_export: Destination,
    snapshot_id: String,
}

/// Starts the export of a completed snapshot of the caller's.
///
/// # Faults
/// - Those of [`Call::find_own`]: assumed, what is only shared must be copied first.
/// - Those of [`Destination::check`] and [`check_usable`].
pub(super) fn create_snapshot_export_task(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: CreateSnapshotExportTask = call.read()?;
    let snapshot = call.find_own(SNAPSHOT, &request.snapshot_id)?;
    request.osu_export.check()?;
    check_usable(&snapshot)?;
    let task = Task {
        of: SNAPSHOT,
        id: &snapshot.id,
        begins: &WAITING,
        destination: request.osu_export.shown(),
    };
    Ok(task.begin(call))
}
