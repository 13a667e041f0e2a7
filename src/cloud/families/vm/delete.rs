//! The end of a VM, and what becomes of what it used.

use std::sync::Arc;

use super::VM;
use super::states::{changed, named, shut_down};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::flexible_gpu;
use crate::cloud::families::load_balancer;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::public_ip;
use crate::cloud::families::volume::{self, VOLUME};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Lets VMs go; one that is terminated, or about to be, stays so.
///
/// # Faults
/// - `NO_SUCH_VM`.
/// - Those of [`delete`]: none is deleted then.
pub(super) fn delete_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vms = named(call)?;
    delete(call.state, &vms)?;
    Ok(changed(call, &vms))
}

/// Lets VMs go that are not about to anyway.
///
/// # Faults
/// assumed: the code, of another fake's, and that none is deleted then. `DELETION_PROTECTED` when
/// one of them is protected.
pub(in crate::cloud::families) fn delete(
    state: &mut State,
    vms: &[Arc<Resource>],
) -> Result<(), Fault> {
    for vm in vms.iter().filter(|vm| !is_ending(vm)) {
        if vm.body.flag("DeletionProtection") == Some(true) {
            return Err(fault::DELETION_PROTECTED
                .says(format!("The VM '{}' is protected against deletion.", vm.id)));
        }
        shut_down(state, &vm.id);
    }
    Ok(())
}

/// Whether a VM is gone, or about to be.
pub(in crate::cloud::families) fn is_ending(vm: &Resource) -> bool {
    matches!(vm.state(), "shutting-down" | "terminated")
}

/// What happens when a VM is terminated: its volumes, cards and GPUs go with it or are free again,
/// no public IP is linked to it, and no load balancer leads to it.
///
/// assumed: that public IPs are unlinked and kept, and that it all happens at the end of the VM; what
/// goes with it is documented.
///
/// It stays readable. assumed: for ever, while the real one is forgotten after about an hour.
pub(super) fn terminate(state: &mut State, vm_id: &str) {
    let Some(vm) = state.get(VM, vm_id).cloned() else {
        return;
    };
    load_balancer::forget_vm(state, vm_id);
    let checked = vm
        .notes
        .texts("Nics")
        .next()
        .and_then(|id| state.get(NIC, id))
        .filter(|card| !nic::is_hidden(card))
        .and_then(|card| card.body.flag("IsSourceDestChecked"));
    for id in vm.notes.texts("Volumes") {
        let goes = state
            .get(VOLUME, id)
            .is_some_and(|it| goes_with_it(volume::link_of(it)));
        volume::detach(state, id);
        if goes {
            state.remove(VOLUME, id);
        }
    }
    public_ip::vm_terminated(state, vm_id);
    for id in vm.notes.texts("Nics") {
        let goes = state
            .get(NIC, id)
            .is_some_and(|it| goes_with_it(it.body.object("LinkNic")));
        nic::detach(state, id);
        if goes {
            nic::remove(state, id);
        } else {
            nic::left_vm(state, id);
        }
    }
    flexible_gpu::vm_terminated(state, vm_id);
    if let Some(checked) = checked {
        // Recorded: the one field of its card that it goes on showing.
        state.edit(VM, vm_id, |vm| vm.body.put("IsSourceDestChecked", checked));
    }
}

fn goes_with_it(link: Option<&Object>) -> bool {
    link.and_then(|link| link.flag("DeleteOnVmDeletion")) == Some(true)
}
