//! Volumes: block storage, its size and speed, and its links to VMs.
//!
//! By default: reading. By rule: the rest. Left out: what a volume holds, the state
//! `updating`, and links that are `attaching` or `detaching`.
//!
//! A volume knows the VM that it is linked to (`LinkedVolumes`), and since when (note `LinkDate`);
//! the VM only knows its volumes' identifiers.

mod bsu;
mod change;
mod limits;
mod link;
mod make;

pub(in crate::cloud::families) use bsu::{Bsu, bsu_to_show};
pub(in crate::cloud::families) use limits::{
    LARGEST_GIB, Measures, SizeSource, check_count, device_name, iops_to_show,
};
pub(in crate::cloud::families) use link::{attach, detach, link_of, on};
pub(in crate::cloud::families) use make::{Plan, make, measured};

use std::sync::Arc;

use serde_json::Value;

use crate::cloud::State;
use crate::cloud::call::Call;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::store::Resource;

/// Volumes, as a kind of resource.
pub(in crate::cloud) const VOLUME: &Kind =
    &Kind::new("Volume", "VolumeId", "vol-", fault::NO_SUCH_VOLUME).tagged("volume");

pub(super) const FAMILY: Family = Family {
    tag: "Volume",
    kinds: &[VOLUME],
    filters: &[(
        "FiltersVolume",
        "LinkVolumeLinkDates",
        By::Values(link_dates),
    )],
    transitions: make::TRANSITIONS,
    rules: &[
        ("CreateVolume", make::create_volume),
        ("DeleteVolume", make::delete_volume),
        ("LinkVolume", link::link_volume),
        ("UnlinkVolume", link::unlink_volume),
        ("UpdateVolume", change::update_volume),
    ],
};

/// A volume of the caller's that is not about to go away.
///
/// # Faults
/// Those of [`Call::find_own`]; a volume that is being deleted counts as gone.
fn find(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    call.find_live(VOLUME, id)
}

/// The fault for a volume whose state is in the way, and what it should be.
///
/// assumed: the code.
pub(super) fn wrong_state(volume: &Resource, rule: &str) -> Fault {
    fault::INVALID_VOLUME_STATE.says(format!(
        "The volume '{}' is {}; {rule}.",
        volume.id,
        volume.state()
    ))
}

fn link_dates(_: &State, volume: &Resource) -> Vec<Value> {
    volume.notes.get("LinkDate").cloned().into_iter().collect()
}
