//! Changes of a VM.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::delete::is_ending;
use super::{VM, check_private_ips, size, subregion, tenancy, wrong_state};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::dedicated_group;
use crate::cloud::families::keypair::KEYPAIR;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::volume::{self, VOLUME};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// What can only be changed while the VM is stopped; documented.
const COLD: [&str; 4] = ["NestedVirtualization", "Performance", "UserData", "VmType"];
/// Properties of the request that become those of the VM as they are.
const COPIED: [&str; 6] = [
    "DeletionProtection",
    "KeypairName",
    "NestedVirtualization",
    "UserData",
    "VmInitiatedShutdownBehavior",
    "VmType",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateVm {
    #[serde(default)]
    block_device_mappings: Vec<SentMapping>,
    is_source_dest_checked: Option<bool>,
    keypair_name: Option<String>,
    nested_virtualization: Option<bool>,
    performance: Option<String>,
    security_group_ids: Option<Vec<String>>,
    user_data: Option<String>,
    vm_id: String,
    vm_initiated_shutdown_behavior: Option<String>,
    vm_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentMapping {
    bsu: Option<SentBsu>,
    device_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentBsu {
    delete_on_vm_deletion: Option<bool>,
    volume_id: Option<String>,
}

/// Changes attributes of a VM, of its primary network card and of its volumes, any number at once.
///
/// # Faults
/// - `NO_SUCH_VM`, `NO_SUCH_KEYPAIR`, `NO_SUCH_VM_TYPE`.
/// - `INVALID_VM_STATE` for what needs a stopped VM, or when it is going away.
/// - `INVALID_DEVICE` or `INVALID_BLOCK_DEVICE_MAPPING` for a volume that the VM does not have.
/// - Those of [`size`], [`dedicated_group::check_fit`], [`check_private_ips`], [`nic::groups`] and
///   [`nic::check_some`].
pub(super) fn update_vm(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UpdateVm = call.read()?;
    let vm = call.find_own(VM, &request.vm_id)?;
    check_state(call, &vm)?;
    check_values(call, &vm, &request)?;
    update_card(call, &vm, &request)?;
    for mapping in &request.block_device_mappings {
        update_volume(call, &vm, mapping)?;
    }
    let copied: Vec<(&str, Value)> = COPIED
        .iter()
        .filter_map(|field| Some((*field, call.input.get(*field)?.clone())))
        .collect();
    let facts = request.vm_type.as_deref().map(size::vm_type).transpose()?;
    // assumed: a new type's own flag wins, the present type's does not.
    let performance = facts
        .and_then(|facts| facts.performance)
        .or(request.performance.as_deref());
    call.edit(VM, &vm.id, |vm| {
        for (field, value) in copied {
            vm.body.put(field, value);
        }
        if let Some(performance) = performance {
            vm.body.put("Performance", performance);
        }
    });
    Ok(Reply::of("Vm", call.shown(VM, &vm.id)))
}

fn check_state(call: &Call<'_>, vm: &Resource) -> Result<(), Fault> {
    let cold = COLD.iter().any(|field| call.input.contains_key(*field));
    // assumed: a VM that is going away cannot be changed.
    if is_ending(vm) || (cold && vm.state() != "stopped") {
        return Err(wrong_state(vm, vm.state()));
    }
    Ok(())
}

fn check_values(call: &Call<'_>, vm: &Resource, request: &UpdateVm) -> Result<(), Fault> {
    if let Some(name) = &request.keypair_name {
        call.find(KEYPAIR, name)?;
    }
    if let Some(behavior) = &request.vm_initiated_shutdown_behavior {
        size::shutdown_behavior(behavior)?;
    }
    if let Some(user_data) = &request.user_data {
        size::user_data(user_data)?;
    }
    let tenancy = tenancy(vm);
    if let Some(vm_type) = &request.vm_type {
        dedicated_group::check_fit(call.state, tenancy, subregion(vm), &size::vm_type(vm_type)?)?;
        // assumed: a VM cannot become smaller than its network cards need.
        for card in vm
            .notes
            .texts("Nics")
            .filter_map(|id| call.state.get(NIC, id))
        {
            check_private_ips(vm_type, card.body.list("PrivateIps").len())?;
        }
    }
    size::nested_virtualization(request.nested_virtualization == Some(true), tenancy)
}

/// What the request says of the VM's primary network card.
fn update_card(call: &mut Call<'_>, vm: &Resource, request: &UpdateVm) -> Result<(), Fault> {
    let Some(card) = vm
        .notes
        .texts("Nics")
        .next()
        .and_then(|id| call.state.get(NIC, id).cloned())
    else {
        return Ok(());
    };
    if let Some(ids) = &request.security_group_ids {
        nic::check_some(ids)?;
        let ids = ids.iter().map(String::as_str);
        let groups = nic::groups(call, ids, card.body.some_text("NetId"))?;
        nic::put_groups(call.state, &card.id, &groups);
    }
    if let Some(checked) = request.is_source_dest_checked {
        if nic::is_hidden(&card) {
            // assumed: refused; that it is for Nets only is documented.
            return Err(
                fault::INVALID_PARAMETER_SET.says("IsSourceDestChecked is for VMs in a Net only.")
            );
        }
        // assumed: of several cards, the primary one is meant.
        call.edit(NIC, &card.id, |card| {
            card.body.put("IsSourceDestChecked", checked);
        });
    }
    Ok(())
}

/// Sets whether a volume of the VM goes with it. assumed: `NoDevice` and `VirtualDeviceName`, which
/// the request may have as well, say nothing of a VM that is there.
fn update_volume(call: &mut Call<'_>, vm: &Resource, sent: &SentMapping) -> Result<(), Fault> {
    let device = sent.device_name.as_deref().unwrap_or_default();
    volume::device_name(device)?;
    let linked: Option<Arc<Resource>> = volume::on(call.state, vm)
        .find(|it| volume::link_of(it).is_some_and(|link| link.text("DeviceName") == device))
        .and_then(|it| call.state.get(VOLUME, &it.id))
        .cloned();
    let (Some(volume), Some(bsu)) = (linked, &sent.bsu) else {
        // assumed: the code, and that there must be a Bsu.
        return Err(fault::INVALID_BLOCK_DEVICE_MAPPING.says(format!(
            "The VM has no device {device}, or the request says nothing of its Bsu."
        )));
    };
    let named = bsu.volume_id.as_deref().filter(|id| !id.is_empty());
    if named.is_some_and(|id| id != &*volume.id) {
        return Err(fault::INVALID_BLOCK_DEVICE_MAPPING.says(format!(
            "The device {device} is the volume '{}'.",
            volume.id
        )));
    }
    if let Some(flag) = bsu.delete_on_vm_deletion {
        call.edit(VOLUME, &volume.id, |volume| {
            if let Some(Value::Object(link)) = volume.body.list_mut("LinkedVolumes").first_mut() {
                link.put("DeleteOnVmDeletion", flag);
            }
        });
    }
    Ok(())
}
