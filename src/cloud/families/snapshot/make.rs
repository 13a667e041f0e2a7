//! The beginning of a snapshot: of a volume, of another snapshot, or of a file in a bucket.

use serde::Deserialize;
use serde_json::json;

use super::{PERMISSIONS, SNAPSHOT, check_usable};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply, given};
use crate::cloud::families::region;
use crate::cloud::families::volume::{self, LARGEST_GIB, VOLUME};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::{bucket, clock, sharing};

/// The bytes of a GiB.
const GIB: i64 = 1 << 30;

const fn changing(from: &'static str, to: &'static str) -> Transition {
    Transition {
        kind: SNAPSHOT,
        field: "State",
        from,
        to: End::State(to),
        read_once: true,
        then: None,
    }
}

pub(super) static QUEUED: Transition = Transition {
    then: Some(|state, snapshot| state.begin(&PENDING, &snapshot.id)),
    ..changing("in-queue", "pending")
};

/// assumed: the progress stays 0 until it is 100.
pub(super) static PENDING: Transition = Transition {
    then: Some(|state, snapshot| {
        state.edit(SNAPSHOT, &snapshot.id, |snapshot| {
            snapshot.body.put("Progress", 100);
        });
    }),
    ..changing("pending", COMPLETED)
};

const COMPLETED: &str = "completed";

/// A snapshot that is to be made.
pub(in crate::cloud::families) struct Plan<'a> {
    /// What its owner says of it.
    pub(in crate::cloud::families) description: &'a str,
    /// The size of the volume, in GiB.
    pub(in crate::cloud::families) size: i64,
    /// The volume that it is of, if it is of one.
    pub(in crate::cloud::families) volume_id: Option<&'a str>,
}

/// Lets a snapshot come to be, and answers its identifier.
pub(in crate::cloud::families) fn make(
    state: &mut State,
    account: &str,
    plan: &Plan<'_>,
) -> String {
    let body = body(state, account, plan);
    let id = state.insert(SNAPSHOT, account, body);
    state.begin(&QUEUED, &id);
    id
}

/// Makes a copy, which is completed at once, and answers its identifier.
pub(in crate::cloud::families) fn copy(
    state: &mut State,
    account: &str,
    plan: &Plan<'_>,
) -> String {
    let mut body = body(state, account, plan);
    body.put("Progress", 100);
    body.put("State", COMPLETED);
    state.insert(SNAPSHOT, account, body)
}

/// Lets a snapshot be completed, whatever it waits for.
pub(in crate::cloud::families) fn complete(state: &mut State, id: &str) {
    while state.lifecycle.of(id).is_some() {
        state.complete_of(id);
    }
}

fn body(state: &State, account: &str, plan: &Plan<'_>) -> Object {
    let mut body = Object::new();
    body.put("AccountId", account);
    body.put("CreationDate", clock::zulu(state.clock.now()));
    body.put("Description", plan.description);
    body.put(PERMISSIONS, sharing::private());
    body.put("Progress", 0);
    body.put("State", QUEUED.from);
    body.put("Tags", json!([]));
    // A copy shows none, as recorded; assumed: nor does an import.
    if let Some(volume_id) = plan.volume_id {
        body.put(VOLUME.id, volume_id);
    }
    body.put("VolumeSize", plan.size);
    body
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateSnapshot {
    #[serde(default)]
    description: String,
    file_location: Option<String>,
    snapshot_size: Option<i64>,
    source_region_name: Option<String>,
    source_snapshot_id: Option<String>,
    volume_id: Option<String>,
}

/// Makes a snapshot of a volume, of another snapshot or of a file; a copy is completed at once.
///
/// # Faults
/// - `MISSING_PARAMETER` when no source is named, or not in full.
/// - `INVALID_PARAMETER_SET` when several are.
/// - Those of [`of_volume`], [`of_snapshot`] and [`of_file`].
pub(super) fn create_snapshot(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: CreateSnapshot = call.read()?;
    let of_snapshot = request.source_snapshot_id.is_some() || request.source_region_name.is_some();
    let of_file = request.file_location.is_some() || request.snapshot_size.is_some();
    // assumed: the codes; that the sources exclude each other is documented.
    let id = match (&request.volume_id, of_snapshot, of_file) {
        (Some(volume_id), false, false) => self::of_volume(call, &request, volume_id)?,
        (None, true, false) => self::of_snapshot(call, &request)?,
        (None, false, true) => self::of_file(call, &request)?,
        (None, false, false) => {
            return Err(fault::MISSING_PARAMETER
                .says("A VolumeId, a SourceSnapshotId or a FileLocation must be given."));
        }
        _ => {
            return Err(fault::INVALID_PARAMETER_SET.says(
                "A snapshot is made of a volume, of a snapshot or of a file, not of several.",
            ));
        }
    };
    Ok(Reply::of("Snapshot", call.shown(SNAPSHOT, &id)))
}

/// # Faults
/// - Those of [`Call::find_live`].
/// - `INVALID_VOLUME_STATE` while the volume is being created; assumed: and when it has failed.
fn of_volume(
    call: &mut Call<'_>,
    request: &CreateSnapshot,
    volume_id: &str,
) -> Result<String, Fault> {
    let volume = call.find_live(VOLUME, volume_id)?;
    if matches!(volume.state(), "creating" | "error") {
        return Err(volume::wrong_state(
            &volume,
            "there is nothing in it to be kept",
        ));
    }
    let plan = Plan {
        description: &request.description,
        size: volume.body.int("Size").unwrap_or_default(),
        volume_id: Some(volume_id),
    };
    let account = call.account.clone();
    Ok(make(call.state, &account, &plan))
}

/// # Faults
/// - Those of [`region::check_own`], then (assumed: in this order) of [`Call::find`] and
///   [`check_usable`].
fn of_snapshot(call: &mut Call<'_>, request: &CreateSnapshot) -> Result<String, Fault> {
    let (id, region) = (&request.source_snapshot_id, &request.source_region_name);
    let id = given("SourceSnapshotId", id.as_deref())?;
    region::check_own(call.state, given("SourceRegionName", region.as_deref())?)?;
    let source = call.find(SNAPSHOT, id)?;
    check_usable(&source)?;
    let plan = Plan {
        description: &request.description,
        size: source.body.int("VolumeSize").unwrap_or_default(),
        volume_id: None,
    };
    let account = call.account.clone();
    Ok(copy(call.state, &account, &plan))
}

/// # Faults
/// - Those of [`bucket::check_url`].
/// - `INVALID_SNAPSHOT_SIZE` when no volume could have the size.
fn of_file(call: &mut Call<'_>, request: &CreateSnapshot) -> Result<String, Fault> {
    let url = given("FileLocation", request.file_location.as_deref())?;
    let bytes = given("SnapshotSize", request.snapshot_size)?;
    bucket::check_url("FileLocation", url)?;
    // assumed: rounded up.
    let size = bytes / GIB + i64::from(bytes % GIB > 0);
    if !(1..=LARGEST_GIB).contains(&size) {
        // assumed: the code, and that the bounds are those of volumes.
        return Err(fault::INVALID_SNAPSHOT_SIZE.says(format!(
            "The SnapshotSize is {bytes} bytes; a volume has 1 to {LARGEST_GIB} GiB."
        )));
    }
    let plan = Plan {
        description: &request.description,
        size,
        volume_id: None,
    };
    let account = call.account.clone();
    // assumed: in the queue as others are; the documentation shows a state here that it does not
    // list.
    Ok(make(call.state, &account, &plan))
}
