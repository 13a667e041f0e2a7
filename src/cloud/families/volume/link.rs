//! Links between volumes and VMs.

use serde::Deserialize;
use serde_json::json;

use super::{VOLUME, check_count, device_name, wrong_state};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::families::vm::{self, VM};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Links a volume to a VM, under a device name, from now on.
pub(in crate::cloud::families) fn attach(
    state: &mut State,
    volume_id: &str,
    vm_id: &str,
    device: &str,
    delete_on_vm_deletion: bool,
) {
    let now = clock::zulu(state.clock.now());
    state.edit(VOLUME, volume_id, |volume| {
        volume.body.put("State", "in-use");
        volume.body.put(
            "LinkedVolumes",
            json!([{
                "DeleteOnVmDeletion": delete_on_vm_deletion,
                "DeviceName": device,
                // Recorded in reads from the first on; assumed for answers, whose samples say `attaching`.
                "State": "attached",
                "VmId": vm_id,
                "VolumeId": volume_id,
            }]),
        );
        volume.notes.put("LinkDate", now);
    });
    state.edit(VM, vm_id, |vm| {
        vm.notes.list_mut("Volumes").push(volume_id.into());
    });
}

/// Takes a volume off the VM that it is linked to, if any: it is available again.
pub(in crate::cloud::families) fn detach(state: &mut State, volume_id: &str) {
    let Some(vm_id) = state
        .get(VOLUME, volume_id)
        .and_then(|volume| Some(link_of(volume)?.text("VmId").to_owned()))
    else {
        return;
    };
    state.edit(VOLUME, volume_id, |volume| {
        volume.body.put("State", "available");
        volume.body.put("LinkedVolumes", json!([]));
        volume.notes.remove("LinkDate");
    });
    state.edit(VM, &vm_id, |vm| {
        vm.notes.list_mut("Volumes").retain(|id| id != volume_id);
    });
}

/// Whether a device name is taken on a VM.
pub(in crate::cloud::families) fn is_on(state: &State, vm: &Resource, device: &str) -> bool {
    on(state, vm).any(|volume| link_of(volume).is_some_and(|it| it.text("DeviceName") == device))
}

/// The volumes of a VM, in the order in which they were linked.
pub(in crate::cloud::families) fn on<'a>(
    state: &'a State,
    vm: &'a Resource,
) -> impl Iterator<Item = &'a Resource> {
    vm.notes
        .texts("Volumes")
        .filter_map(|id| state.get(VOLUME, id))
        .map(|volume| &**volume)
}

/// How a volume is linked, if it is.
pub(in crate::cloud::families) fn link_of(volume: &Resource) -> Option<&Object> {
    volume.body.objects("LinkedVolumes").next()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LinkVolume {
    device_name: String,
    vm_id: String,
    volume_id: String,
}

/// Links an available volume to a VM that runs or is stopped.
///
/// # Faults
/// - `NO_SUCH_VM`, then `NO_SUCH_VOLUME`: measured in this order.
/// - `INVALID_DEVICE` for a name that no device can have, `DEVICE_IN_USE` for one that is taken.
/// - `BUSY` while the VM starts, `INVALID_VM_STATE` when it neither runs nor is stopped.
/// - `INVALID_VOLUME_STATE` unless the volume is available.
/// - `SUBREGION_MISMATCH` when they are apart.
/// - Those of [`check_count`] when the VM takes no more.
pub(super) fn link_volume(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: LinkVolume = call.read()?;
    let vm = call.find_own(VM, &request.vm_id)?;
    let volume = super::find(call, &request.volume_id)?;
    device_name(&request.device_name)?;
    vm::check_linkable(&vm)?;
    if volume.state() != "available" {
        return Err(wrong_state(&volume, "only an available one can be linked"));
    }
    if volume.body.text("SubregionName") != vm::subregion(&vm) {
        // assumed: the code.
        return Err(fault::SUBREGION_MISMATCH.says(format!(
            "The volume is in {}, the VM is in {}.",
            volume.body.text("SubregionName"),
            vm::subregion(&vm)
        )));
    }
    if is_on(call.state, &vm, &request.device_name) {
        // assumed: the code.
        return Err(fault::DEVICE_IN_USE.says(format!(
            "The VM '{}' has a device {} already.",
            vm.id, request.device_name
        )));
    }
    check_count(vm.notes.list("Volumes").len() + 1)?;
    attach(call.state, &volume.id, &vm.id, &request.device_name, false);
    Ok(Reply::empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UnlinkVolume {
    volume_id: String,
}

/// Takes a volume off its VM; assumed: `ForceUnlink` changes nothing about it.
///
/// # Faults
/// - `NO_SUCH_VOLUME`.
/// - `VOLUME_NOT_IN_USE` when it is linked to nothing.
/// - `INVALID_VM_STATE` for the root volume of a VM that is not stopped.
pub(super) fn unlink_volume(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UnlinkVolume = call.read()?;
    let volume = super::find(call, &request.volume_id)?;
    let Some(link) = link_of(&volume) else {
        // assumed: the code; its type and status were seen.
        return Err(fault::VOLUME_NOT_IN_USE
            .says(format!("The volume '{}' is linked to no VM.", volume.id)));
    };
    let root_of_a_live_vm = call
        .state
        .get(VM, link.text("VmId"))
        .filter(|vm| vm.body.text("RootDeviceName") == link.text("DeviceName"))
        .filter(|vm| vm.state() != "stopped");
    if let Some(vm) = root_of_a_live_vm {
        // assumed: the code.
        return Err(fault::INVALID_VM_STATE.says(format!(
            "The VM '{}' is {}; its root volume can only be unlinked while it is stopped.",
            vm.id,
            vm.state()
        )));
    }
    detach(call.state, &volume.id);
    Ok(Reply::empty())
}
