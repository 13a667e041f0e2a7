//! Backends: the VMs that a load balancer leads to.
//!
//! The list of them stands in the body of the load balancer. How each does is a part of its own
//! (see `health.rs`), which comes and goes with the entry in that list. Left out: what happens to an
//! address in `BackendIps` when its VM loses it: it stays there until it is unlinked.

use std::sync::Arc;

use serde_json::Value;

use super::health::BACKEND;
use super::{LOAD_BALANCER, named};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::listener;
use crate::cloud::families::vm::{self, VM};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

pub(super) use super::health::REGISTRATION;

/// Makes VMs backends of a load balancer, by their identifiers or by their public IPs; one that is
/// a backend already stays one.
///
/// # Faults
/// - Those of [`named`], then those of [`sent`].
/// - `NO_SUCH_VM`, or assumed: `NO_SUCH_IP` for an address that no VM of the caller's has.
/// - assumed: `INVALID_VM_STATE` for a VM that is gone, or about to be; others do not matter.
/// - assumed: `NETWORK_MISMATCH` unless all are in one Net, or in the public Cloud.
pub(super) fn link_load_balancer_backend_machines(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = named(call)?;
    let (vm_ids, addresses) = sent(call)?;
    for id in &vm_ids {
        check(call, &balancer, &*call.find_own(VM, id)?)?;
    }
    for address in &addresses {
        let vm = having(call, address).ok_or_else(|| {
            fault::NO_SUCH_IP.says(format!("No VM has the public IP '{address}'."))
        })?;
        check(call, &balancer, &vm)?;
    }
    for id in &vm_ids {
        if add(call, &balancer, "BackendVmIds", id) {
            let key = key(&balancer, id);
            let mut part = Object::new();
            part.put(BACKEND.id, key.as_str());
            part.put("VmId", id.as_str());
            call.insert(BACKEND, part);
            call.state.begin(&REGISTRATION, &key);
        }
    }
    for address in &addresses {
        add(call, &balancer, "BackendIps", address);
    }
    Ok(Reply::empty())
}

/// Takes backends off a load balancer; one that is none does not matter.
///
/// # Faults
/// - Those of [`named`], then those of [`sent`].
/// - `NO_SUCH_VM`.
pub(super) fn unlink_load_balancer_backend_machines(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = named(call)?;
    let (vm_ids, addresses) = sent(call)?;
    for id in &vm_ids {
        // assumed: it must be a VM, though not a backend.
        call.find_own(VM, id)?;
    }
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        drop_from(&mut it.body, "BackendVmIds", &vm_ids);
        drop_from(&mut it.body, "BackendIps", &addresses);
    });
    for id in &vm_ids {
        call.state.remove(BACKEND, &key(&balancer, id));
    }
    Ok(Reply::empty())
}

/// What the end of a load balancer does to how its backends do.
pub(super) fn forget(state: &mut State, balancer: &Resource) {
    for id in balancer.body.texts("BackendVmIds") {
        state.remove(BACKEND, &key(balancer, id));
    }
}

/// What the end of a VM does: it is no backend any more, nor is it named by rules of listeners.
pub(in crate::cloud::families) fn forget_vm(state: &mut State, vm_id: &str) {
    let Some(account) = state.get(VM, vm_id).map(|vm| Arc::clone(&vm.account)) else {
        return;
    };
    let backs = |it: &&Arc<Resource>| it.body.texts("BackendVmIds").any(|id| id == vm_id);
    let balancers: Vec<_> = state
        .owned(LOAD_BALANCER, &account)
        .filter(backs)
        .cloned()
        .collect();
    for balancer in balancers {
        state.remove(BACKEND, &key(&balancer, vm_id));
        state.edit_of(LOAD_BALANCER, &account, &balancer.id, |it| {
            drop_from(&mut it.body, "BackendVmIds", &[vm_id]);
        });
    }
    listener::forget_vm(state, &account, vm_id);
}

/// The identifier of the part that says how a backend does.
pub(super) fn key(balancer: &Resource, vm_id: &str) -> String {
    format!("{}/{vm_id}", balancer.id)
}

/// The identifiers and the addresses that a request names, each once.
///
/// # Faults
/// `MISSING_PARAMETER` when it names neither.
fn sent(call: &Call<'_>) -> Result<(Vec<String>, Vec<String>), Fault> {
    let texts = |property| {
        let mut texts: Vec<String> = Vec::new();
        for text in call.input.texts(property) {
            if !texts.iter().any(|seen| seen == text) {
                texts.push(text.to_owned());
            }
        }
        texts
    };
    let (vm_ids, addresses) = (texts("BackendVmIds"), texts("BackendIps"));
    if vm_ids.is_empty() && addresses.is_empty() {
        // assumed: the code; that there must be one is documented.
        return Err(fault::MISSING_PARAMETER.says("At least one backend is required."));
    }
    Ok((vm_ids, addresses))
}

fn check(call: &Call<'_>, balancer: &Resource, vm: &Resource) -> Result<(), Fault> {
    if vm::is_ending(vm) {
        return Err(fault::INVALID_VM_STATE.says(format!("The VM '{}' is {}.", vm.id, vm.state())));
    }
    let (here, there) = (balancer.body.some_text("NetId"), call.shown(VM, &vm.id));
    if here != there.some_text("NetId") {
        return Err(fault::NETWORK_MISMATCH.says(format!(
            "The VM '{}' is not in {}, where the load balancer is.",
            vm.id,
            here.unwrap_or("the public Cloud")
        )));
    }
    Ok(())
}

/// The caller's VM that shows a public IP.
fn having(call: &Call<'_>, address: &str) -> Option<Arc<Resource>> {
    call.owned(VM)
        .find(|vm| VM.view(call.state, vm).text("PublicIp") == address)
        .cloned()
}

/// Adds a text to a list of a load balancer; false when it was there.
fn add(call: &mut Call<'_>, balancer: &Resource, list: &str, text: &str) -> bool {
    if balancer.body.texts(list).any(|present| present == text) {
        return false;
    }
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        it.body.list_mut(list).push(text.into());
    });
    true
}

fn drop_from(body: &mut Object, list: &str, texts: &[impl AsRef<str>]) {
    let goes = |value: &Value| texts.iter().any(|text| *value == *text.as_ref());
    body.list_mut(list).retain(|value| !goes(value));
}
