//! The beginning of VMs.

use serde::Deserialize as _;
use serde_json::Value;

use super::network::{Card, Source};
use super::plan::{self, Plan, Request};
use super::{VM, read, states};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply, token_mismatch};
use crate::cloud::families::keypair;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::volume;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// Makes VMs with their network cards and volumes: as many as possible, but no fewer than asked.
///
/// A `ClientToken` that was used before answers the VMs of then; assumed: for ever, and as they are.
///
/// # Faults
/// - `TOKEN_MISMATCH` for a token that stood for another request.
/// - Those of [`plan::of`].
/// - Those of [`nic::make`] when fewer VMs than the minimum find a place.
pub(super) fn create_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: Request = call.read()?;
    let ids = match made_before(call, request.client_token.as_deref())? {
        Some(ids) => ids,
        None => make_all(call, &plan::of(call, &request)?)?,
    };
    let vms: Vec<Value> = ids
        .iter()
        .map(|id| Value::Object(call.shown(VM, id)))
        .collect();
    Ok(Reply::of("Vms", vms))
}

/// Makes VMs for another family, by a request like that of a client.
///
/// # Faults
/// Those of [`plan::of`] and [`nic::make`].
pub(in crate::cloud::families) fn launch(
    call: &mut Call<'_>,
    request: Object,
) -> Result<Vec<String>, Fault> {
    let request = Request::deserialize(Value::from(request))
        .map_err(|error| fault::INVALID_PARAMETER.says(error.to_string()))?;
    let plan = plan::of(call, &request)?;
    make_all(call, &plan)
}

/// The VMs that a token stands for, if it was used before; an empty one stands for none.
fn made_before(call: &Call<'_>, token: Option<&str>) -> Result<Option<Vec<String>>, Fault> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok(None);
    };
    let vms: Vec<_> = call
        .owned(VM)
        .filter(|vm| vm.body.text("ClientToken") == token)
        .collect();
    let Some(first) = vms.first() else {
        return Ok(None);
    };
    if first.notes.object("Request") != Some(&request_to_compare(call)) {
        // assumed: that a token is never forgotten.
        return Err(token_mismatch(token));
    }
    Ok(Some(vms.iter().map(|vm| vm.id.to_string()).collect()))
}

fn request_to_compare(call: &Call<'_>) -> Object {
    let mut request = call.input.clone();
    request.remove("DryRun");
    request
}

fn make_all(call: &mut Call<'_>, plan: &Plan) -> Result<Vec<String>, Fault> {
    let account = call.account.clone();
    let mut notes = Object::new();
    if plan.body.contains_key("ClientToken") {
        notes.put("Request", request_to_compare(call));
    }
    let reservation = call.state.ids.hex("r-", 8);
    let mut ids = Vec::new();
    while ids.len() < plan.most {
        let mut body = plan.body.clone();
        body.put("LaunchNumber", ids.len());
        body.put("ReservationId", reservation.as_str());
        if ids.len() < plan.least {
            ids.push(make(call.state, &account, plan, body, notes.clone())?);
            continue;
        }
        // One more than there must be: if it finds no place, nothing of it remains.
        let before = call.state.clone();
        let Ok(id) = make(call.state, &account, plan, body, notes.clone()) else {
            *call.state = before;
            break;
        };
        ids.push(id);
    }
    Ok(ids)
}

/// Makes one VM.
fn make(
    state: &mut State,
    account: &str,
    plan: &Plan,
    mut body: Object,
    notes: Object,
) -> Result<String, Fault> {
    body.put("State", "pending");
    let vm_id = state.insert_with(VM, account, body, notes);
    let sealed_with = plan.sealed_with.as_ref();
    if let Some(password) = sealed_with.and_then(|it| keypair::seal(it, &read::password(&vm_id))) {
        state.edit(VM, &vm_id, |vm| vm.notes.put(states::PASSWORD, password));
    }
    for card in &plan.cards {
        attach(state, account, &vm_id, card)?;
    }
    for disk in &plan.disks {
        let volume_id = volume::make(state, account, &plan.subregion, &disk.plan);
        volume::attach(state, &volume_id, &vm_id, &disk.device, disk.delete);
    }
    states::create(state, &vm_id, plan.boot);
    Ok(vm_id)
}

fn attach(state: &mut State, account: &str, vm_id: &str, card: &Card) -> Result<(), Fault> {
    let nic_id = match &card.source {
        Source::Given(id) => {
            // A second VM of the same call finds it taken.
            if let Some(nic) = state.get(NIC, id) {
                nic::check_free(nic)?;
            }
            id.clone()
        }
        Source::Made(plan) => nic::make(state, account, plan)?,
    };
    nic::attach(state, &nic_id, vm_id, card.device, card.delete);
    Ok(())
}
