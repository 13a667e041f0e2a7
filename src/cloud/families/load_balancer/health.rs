//! How the backends of a load balancer do. Left out: health checks, which have nothing to ask.
//!
//! States and reasons are those of real answers; the documentation has other words.

use super::backend::key;
use super::named;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::vm::VM;
use crate::cloud::family::Kind;
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use serde_json::Value;

/// How a backend does: a part of its load balancer that changes by itself. No call names it, so it
/// is no kind of its family.
pub(super) const BACKEND: &Kind =
    &Kind::new("BackendVmHealth", "BackendId", "", fault::NO_SUCH_VM).shown_by(show);

/// What a VM goes through that has become a backend.
///
/// assumed: as long as any other transition, whatever the health check says.
pub(super) static REGISTRATION: Transition = Transition {
    kind: BACKEND,
    field: "State",
    from: "DOWN",
    to: End::State("UP"),
    read_once: true,
    then: None,
};

/// Answers how the backends do, or those that the request names.
///
/// assumed: backends that are known by their public IPs only are not told.
///
/// # Faults
/// - Those of [`named`].
/// - assumed: `NO_SUCH_VM` for a VM that is no backend.
pub(super) fn read_vms_health(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = named(call)?;
    let wanted: Vec<&str> = call.input.texts("BackendVmIds").collect();
    let backends: Vec<&str> = balancer.body.texts("BackendVmIds").collect();
    if let Some(other) = wanted.iter().find(|id| !backends.contains(id)) {
        return Err(VM.no_such(other));
    }
    let mut shown: Vec<Value> = Vec::new();
    for id in backends {
        // assumed: an empty list is as good as none.
        if !wanted.is_empty() && !wanted.contains(&id) {
            continue;
        }
        if let Some(backend) = call.state.get(BACKEND, &key(&balancer, id)).cloned() {
            shown.push(show(call.state, &backend).into());
            call.saw(&backend);
        }
        // Who waits for a backend waits for its VM.
        if let Some(vm) = call.state.get(VM, id).cloned() {
            call.saw(&vm);
        }
    }
    Ok(Reply::of("BackendVmHealth", shown))
}

/// A VM that was just made a backend is down by the load balancer's fault, one that does not run by
/// its own.
fn show(state: &State, backend: &Resource) -> Object {
    let vm_id = backend.body.text("VmId");
    let runs = state
        .get(VM, vm_id)
        .is_some_and(|vm| vm.state() == "running");
    let mut shown = Object::new();
    shown.put("VmId", vm_id);
    let down = match backend.state() {
        "UP" if runs => {
            shown.put("State", "UP");
            return shown;
        }
        "UP" => ("INSTANCE", ""),
        _ => ("ELB", "Instance registration is pending"),
    };
    shown.put("State", "DOWN");
    shown.put("StateReason", down.0);
    shown.put("Description", down.1);
    shown
}
