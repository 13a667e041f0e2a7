//! The beginning and the end of a volume.

use serde::Deserialize;
use serde_json::json;

use super::limits::{Measures, SizeSource, iops_to_show};
use super::{VOLUME, wrong_state};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::families::snapshot::{self, SNAPSHOT};
use crate::cloud::families::subregion;
use crate::cloud::fault::Fault;
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};

static CREATING: Transition = Transition {
    kind: VOLUME,
    field: "State",
    from: "creating",
    to: End::State("available"),
    read_once: true,
    then: None,
};

static DELETING: Transition = Transition {
    kind: VOLUME,
    field: "State",
    from: "deleting",
    to: End::Gone,
    read_once: true,
    then: None,
};

/// Every one of them.
pub(super) const TRANSITIONS: &[&Transition] = &[&CREATING, &DELETING];

/// A volume that is to be made.
#[derive(Clone, Debug)]
pub(in crate::cloud::families) struct Plan {
    /// Type, size and IOPS.
    pub(in crate::cloud::families) measures: Measures,
    /// What it is made from.
    pub(in crate::cloud::families) snapshot_id: Option<String>,
}

/// Makes a volume in a Subregion, `available` and linked to nothing, and answers its identifier.
pub(in crate::cloud::families) fn make(
    state: &mut State,
    account: &str,
    subregion: &str,
    plan: &Plan,
) -> String {
    let mut body = measured(plan);
    body.put("CreationDate", clock::zulu(state.clock.now()));
    body.put("LinkedVolumes", json!([]));
    body.put("State", "available");
    body.put("SubregionName", subregion);
    body.put("Tags", json!([]));
    if let Some(snapshot_id) = &plan.snapshot_id {
        body.put("SnapshotId", snapshot_id.as_str());
    }
    state.insert(VOLUME, account, body)
}

/// The fields of a volume that quotas count.
pub(in crate::cloud::families) fn measured(plan: &Plan) -> Object {
    let mut body = Object::new();
    body.put("Size", plan.measures.size);
    body.put("VolumeType", plan.measures.volume_type);
    if let Some(iops) = iops_to_show(&plan.measures) {
        body.put("Iops", iops);
    }
    body
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateVolume {
    iops: Option<i64>,
    size: Option<i64>,
    snapshot_id: Option<String>,
    subregion_name: String,
    volume_type: Option<String>,
}

/// Makes a volume, empty or from a snapshot.
///
/// # Faults
/// - `NO_SUCH_SUBREGION`, `NO_SUCH_SNAPSHOT`.
/// - `INVALID_STATE` when the snapshot is not completed.
/// - Those of [`SizeSource::size`] and [`Measures::of`].
pub(super) fn create_volume(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: CreateVolume = call.read()?;
    subregion::check(call.state, &request.subregion_name)?;
    let snapshot = match &request.snapshot_id {
        Some(id) => Some(call.find(SNAPSHOT, id)?),
        None => None,
    };
    if let Some(snapshot) = &snapshot {
        snapshot::check_usable(snapshot)?;
    }
    let size = SizeSource {
        asked: request.size,
        snapshot: snapshot.and_then(|snapshot| snapshot.body.int("VolumeSize")),
    };
    let plan = Plan {
        measures: Measures::of(request.volume_type.as_deref(), size.size()?, request.iops)?,
        snapshot_id: request.snapshot_id,
    };
    let account = call.account.clone();
    let id = make(call.state, &account, &request.subregion_name, &plan);
    call.state.begin(&CREATING, &id);
    Ok(Reply::of("Volume", call.shown(VOLUME, &id)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteVolume {
    volume_id: String,
}

/// Deletes a volume that is linked to nothing; the next read still lists it.
///
/// # Faults
/// - `NO_SUCH_VOLUME`, also while it is being deleted.
/// - `INVALID_VOLUME_STATE` unless it is available, or has failed.
pub(super) fn delete_volume(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: DeleteVolume = call.read()?;
    let volume = super::find(call, &request.volume_id)?;
    if !matches!(volume.state(), "available" | "error") {
        // assumed: also that a volume must have come to be, or failed to, before it goes.
        return Err(wrong_state(&volume, "only an available one can be deleted"));
    }
    call.state.begin(&DELETING, &request.volume_id);
    Ok(Reply::empty())
}
