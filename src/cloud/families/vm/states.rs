//! The states of a VM, and the calls that change them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::delete::terminate;
use super::{VM, wrong_state};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::{flexible_gpu, nic, public_ip};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// Why a VM is stopped.
///
/// assumed: the wording; only the length of the cloud's own is known.
const STOPPED: &str = "Stopped on user's request.";
/// Why a VM is terminated.
///
/// assumed: like [`STOPPED`].
const DELETED: &str = "Deleted on user's request.";
/// Why a VM did not come to run.
///
/// assumed: the wording but for the one word, which clients look for.
const NO_CAPACITY: &str = "InsufficientInstanceCapacity: there was no room for the VM.";

/// States and their codes, sorted by state.
const CODES: &[(&str, i64)] = &[
    ("pending", 0),
    ("quarantine", -1),
    ("running", 16),
    ("shutting-down", 32),
    ("stopped", 80),
    ("stopping", 64),
    ("terminated", 48),
];

const fn changing(from: &'static str, to: &'static str) -> Transition {
    Transition {
        kind: VM,
        field: "State",
        from,
        to: End::State(to),
        read_once: true,
        then: None,
    }
}

/// The note of a VM that has run at least once.
pub(super) const BOOTED: &str = "Booted";
/// The note of a VM that has run, and been started or rebooted since.
pub(super) const BOOTED_AGAIN: &str = "BootedAgain";
/// The note of a Windows that has not run a second time: its password, encrypted.
pub(super) const PASSWORD: &str = "Password";

static BOOTING: Transition = Transition {
    then: Some(|state, vm| state.edit(VM, &vm.id, |vm| vm.notes.put(BOOTED, true))),
    ..changing("pending", "running")
};

/// The beginning of a VM that is not booted.
static RESTING: Transition = Transition {
    then: Some(|state, vm| {
        state.edit(VM, &vm.id, |vm| vm.body.put("StateReason", STOPPED));
        nic::vm_stopped(state, &vm.id);
    }),
    ..changing("pending", "stopped")
};

static STOPPING: Transition = Transition {
    then: Some(|state, vm| has_stopped(state, &vm.id)),
    ..changing("stopping", "stopped")
};

/// A stop that the VM answers with a start.
static STOPPING_TO_RESTART: Transition = Transition {
    then: Some(|state, vm| {
        has_stopped(state, &vm.id);
        state.begin(&RESTARTING, &vm.id);
    }),
    ..changing("stopping", "stopped")
};

static RESTARTING: Transition = Transition {
    then: Some(|state, vm| start(state, &vm.id)),
    ..changing("stopped", "pending")
};

/// A stop that the VM does not survive.
static STOPPING_TO_END: Transition = Transition {
    then: Some(|state, vm| terminate(state, &vm.id)),
    ..changing("stopping", "terminated")
};

/// No read shows it: the first one after the deletion finds the VM terminated, as measured.
static SHUTTING_DOWN: Transition = Transition {
    read_once: false,
    then: Some(|state, vm| terminate(state, &vm.id)),
    ..changing("shutting-down", "terminated")
};

/// Every one of them.
pub(super) const TRANSITIONS: &[&Transition] = &[
    &BOOTING,
    &RESTARTING,
    &RESTING,
    &SHUTTING_DOWN,
    &STOPPING,
    &STOPPING_TO_END,
    &STOPPING_TO_RESTART,
];

/// The code of a state, as filters give it.
pub(super) fn code(state: &str) -> Option<i64> {
    CODES
        .binary_search_by(|(name, _)| (*name).cmp(state))
        .ok()
        .map(|at| CODES[at].1)
}

/// Lets a VM come to be: to run, or to be stopped.
pub(super) fn create(state: &mut State, vm_id: &str, boot: bool) {
    state.begin(if boot { &BOOTING } else { &RESTING }, vm_id);
}

/// Lets a VM go.
pub(super) fn shut_down(state: &mut State, vm_id: &str) {
    state.edit(VM, vm_id, |vm| vm.body.put("StateReason", DELETED));
    state.begin(&SHUTTING_DOWN, vm_id);
}

/// Lets a VM that is pending find no room: a new one is terminated, one that has run is stopped.
///
/// assumed: which of the two it is; both were met.
pub(in crate::cloud) fn fail(state: &mut State, vm_id: &str) {
    let has_run = state
        .get(VM, vm_id)
        .is_some_and(|vm| vm.notes.contains_key(BOOTED));
    if has_run {
        state.lifecycle.forget(vm_id);
        state.edit(VM, vm_id, |vm| vm.body.put("State", "stopped"));
        has_stopped(state, vm_id);
    } else {
        end(state, vm_id);
    }
    state.edit(VM, vm_id, |vm| vm.body.put("StateReason", NO_CAPACITY));
}

/// Terminates a VM here and now, whatever it was about to become.
pub(in crate::cloud::families) fn end(state: &mut State, vm_id: &str) {
    state.lifecycle.forget(vm_id);
    state.edit(VM, vm_id, |vm| {
        vm.body.put("State", "terminated");
        vm.body.put("StateReason", DELETED);
    });
    terminate(state, vm_id);
}

/// Stops a VM that runs and starts it again, whatever it is told to do at a stop.
pub(in crate::cloud::families) fn restart(state: &mut State, vm_id: &str) {
    state.edit(VM, vm_id, |vm| vm.body.put("StateReason", STOPPED));
    state.begin(&STOPPING_TO_RESTART, vm_id);
}

fn start(state: &mut State, vm_id: &str) {
    state.edit(VM, vm_id, |vm| {
        vm.body.put("StateReason", "");
        if vm.notes.contains_key(BOOTED) {
            boot_again(vm);
        }
    });
    state.begin(&BOOTING, vm_id);
    nic::vm_started(state, vm_id);
    public_ip::vm_started(state, vm_id);
}

/// What ends with the first boot of a VM.
fn boot_again(vm: &mut Resource) {
    vm.notes.remove(PASSWORD);
    vm.notes.put(BOOTED_AGAIN, true);
}

fn stop(state: &mut State, vm: &Resource) {
    state.edit(VM, &vm.id, |vm| vm.body.put("StateReason", STOPPED));
    let transition = match vm.body.text("VmInitiatedShutdownBehavior") {
        "restart" => &STOPPING_TO_RESTART,
        // assumed: also where it is protected against deletion, which is another call.
        "terminate" => &STOPPING_TO_END,
        _ => &STOPPING,
    };
    state.begin(transition, &vm.id);
}

fn has_stopped(state: &mut State, vm_id: &str) {
    flexible_gpu::vm_stopped(state, vm_id);
    nic::vm_stopped(state, vm_id);
    public_ip::vm_stopped(state, vm_id);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named {
    vm_ids: Vec<String>,
}

/// The VMs that a request names, each once.
///
/// # Faults
/// `NO_SUCH_VM` when any of them does not exist: the call is refused as a whole.
pub(super) fn named(call: &Call<'_>) -> Result<Vec<Arc<Resource>>, Fault> {
    let request: Named = call.read()?;
    let mut vms: Vec<Arc<Resource>> = Vec::new();
    for id in &request.vm_ids {
        // assumed: with several identifiers, one that is unknown refuses all.
        let vm = call.find_own(VM, id)?;
        if !vms.iter().any(|seen| seen.id == vm.id) {
            vms.push(vm);
        }
    }
    Ok(vms)
}

/// The answer of the calls that change states: what the VMs were, and what they are.
pub(super) fn changed(call: &Call<'_>, before: &[Arc<Resource>]) -> Reply {
    let vms: Vec<Value> = before
        .iter()
        .map(|vm| {
            let now = call.state.get(VM, &vm.id);
            json!({
                "CurrentState": now.map_or("", |vm| vm.state()),
                "PreviousState": vm.state(),
                "VmId": &*vm.id,
            })
        })
        .collect();
    Reply::of("Vms", vms)
}

/// Starts stopped VMs. assumed: also one whose root volume was unlinked.
///
/// # Faults
/// - `NO_SUCH_VM`.
/// - `BUSY` for one that runs: starting is not idempotent, as measured.
/// - `INVALID_VM_STATE` for one in any other state.
pub(super) fn start_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vms = named(call)?;
    for vm in &vms {
        match vm.state() {
            "stopped" => start(call.state, &vm.id),
            // assumed: the code; its type and status are recorded.
            "running" => {
                return Err(fault::BUSY.says(format!("The VM '{}' is running already.", vm.id)));
            }
            state => return Err(wrong_state(vm, state)),
        }
    }
    Ok(changed(call, &vms))
}

/// Stops VMs that run; one that is stopped stays so. `ForceStop` changes nothing about it.
///
/// # Faults
/// - `NO_SUCH_VM`.
/// - `VM_NEVER_STARTED` for one that is pending.
/// - `INVALID_VM_STATE` for one that is going away.
pub(super) fn stop_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vms = named(call)?;
    for vm in &vms {
        match vm.state() {
            "running" => stop(call.state, vm),
            // assumed: one that is stopping already goes on doing so.
            "stopped" | "stopping" => {}
            // assumed: the same while it starts again; it is known of a new VM.
            "pending" => {
                return Err(fault::VM_NEVER_STARTED.says(format!(
                    "The VM '{}' is pending: it has not started.",
                    vm.id
                )));
            }
            state => return Err(wrong_state(vm, state)),
        }
    }
    Ok(changed(call, &vms))
}

/// Reboots VMs; they go on running as far as anybody can see.
///
/// # Faults
/// - `NO_SUCH_VM`.
/// - `INVALID_VM_STATE` for one that does not run.
pub(super) fn reboot_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    for vm in named(call)? {
        match vm.state() {
            "running" => call.edit(VM, &vm.id, boot_again),
            state => return Err(wrong_state(&vm, state)),
        }
    }
    Ok(Reply::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_state() {
        assert!(CODES.is_sorted());
    }
}
