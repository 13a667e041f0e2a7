//! Links between network cards and VMs.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::update::left_vm;
use super::{NIC, find};
use crate::cloud::State;
use crate::cloud::call::{self, Call, Reply};
use crate::cloud::clock;
use crate::cloud::families::vm::{self, VM};
use crate::cloud::family::Kind;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Links a card to a VM, and answers the identifier of the link.
pub(in crate::cloud::families) fn attach(
    state: &mut State,
    nic_id: &str,
    vm_id: &str,
    device_number: i64,
    delete_on_vm_deletion: bool,
) -> String {
    let link_id = state.ids.hex("eni-attach-", 8);
    let now = clock::zulu(state.clock.now());
    let owner = state.get(VM, vm_id).map(|vm| Arc::clone(&vm.account));
    state.edit(NIC, nic_id, |nic| {
        nic.body.put("State", "in-use");
        nic.body.put(
            "LinkNic",
            json!({
                "DeleteOnVmDeletion": delete_on_vm_deletion,
                "DeviceNumber": device_number,
                "LinkNicId": link_id,
                "State": "attached",
                "VmAccountId": owner.as_deref(),
                "VmId": vm_id,
            }),
        );
        nic.notes.put("LinkDate", now);
    });
    let mut cards = cards(state, vm_id);
    cards.push((device_number, nic_id.to_owned()));
    cards.sort();
    put_cards(state, vm_id, cards);
    link_id
}

/// Takes a card off the VM that it is linked to, if any: it is available again, and keeps its
/// public IPs.
pub(in crate::cloud::families) fn detach(state: &mut State, nic_id: &str) {
    let Some(vm_id) = state
        .get(NIC, nic_id)
        .and_then(|nic| Some(link_of(nic)?.text("VmId").to_owned()))
    else {
        return;
    };
    state.edit(NIC, nic_id, |nic| {
        nic.body.put("State", "available");
        nic.body.remove("LinkNic");
        nic.notes.remove("LinkDate");
    });
    let mut cards = cards(state, &vm_id);
    cards.retain(|(_, id)| id != nic_id);
    put_cards(state, &vm_id, cards);
}

/// Refuses a card that is linked already.
///
/// # Faults
/// `BUSY`.
pub(in crate::cloud::families) fn check_free(nic: &Resource) -> Result<(), Fault> {
    if nic.state() == "available" {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::BUSY.says(format!(
        "The network card '{}' is {}; only an available one can be linked.",
        nic.id,
        nic.state()
    )))
}

/// How a card is linked, if it is.
pub(super) fn link_of(nic: &Resource) -> Option<&Object> {
    nic.body.object("LinkNic")
}

/// The cards of a VM by device number.
fn cards(state: &State, vm_id: &str) -> Vec<(i64, String)> {
    let Some(vm) = state.get(VM, vm_id) else {
        return Vec::new();
    };
    vm.notes
        .texts("Nics")
        .filter_map(|id| {
            let device = link_of(state.get(NIC, id)?)?.int("DeviceNumber")?;
            Some((device, id.to_owned()))
        })
        .collect()
}

fn put_cards(state: &mut State, vm_id: &str, cards: Vec<(i64, String)>) {
    let ids: Vec<String> = cards.into_iter().map(|(_, id)| id).collect();
    state.edit(VM, vm_id, |vm| vm.notes.put("Nics", ids));
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LinkNic {
    device_number: i64,
    nic_id: String,
    vm_id: String,
}

/// Links an available card to a VM that runs or is stopped.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for a device number outside 1 to 7.
/// - `NO_SUCH_NIC`, then `NO_SUCH_VM`: measured in this order.
/// - `BUSY` when the card is linked or the VM starts, `INVALID_VM_STATE` for other states.
/// - `NETWORK_MISMATCH` when the VM is in another Net, or in none.
/// - `SUBREGION_MISMATCH` when they are apart.
/// - `DEVICE_IN_USE` when the VM has a card of that number.
/// - Those of [`vm::check_private_ips`].
pub(super) fn link_nic(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: LinkNic = call.read()?;
    let device = request.device_number;
    if !(1..=7).contains(&device) {
        // assumed: the code; the bounds are documented.
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The DeviceNumber is {device}; it must lie between 1 and 7."
        )));
    }
    let nic = find(call, &request.nic_id)?;
    let vm = call.find_own(VM, &request.vm_id)?;
    check_free(&nic)?;
    vm::check_linkable(&vm)?;
    let cards = cards(call.state, &vm.id);
    let primary = cards
        .first()
        .and_then(|(_, id)| call.state.get(NIC, id))
        .and_then(|primary| primary.body.some_text("NetId"));
    if primary != nic.body.some_text("NetId") {
        // assumed: the code; and that a VM of the public Cloud takes no card.
        return Err(fault::NETWORK_MISMATCH.says(format!(
            "The network card is in {}, the VM is in {}.",
            nic.body.text("NetId"),
            primary.unwrap_or("the public Cloud")
        )));
    }
    if nic.body.text("SubregionName") != vm::subregion(&vm) {
        return Err(fault::SUBREGION_MISMATCH.says(format!(
            "The network card is in {}, the VM is in {}.",
            nic.body.text("SubregionName"),
            vm::subregion(&vm)
        )));
    }
    if cards.iter().any(|(taken, _)| *taken == device) {
        // assumed: the code.
        return Err(fault::DEVICE_IN_USE.says(format!(
            "The VM '{}' has a network card {device} already.",
            vm.id
        )));
    }
    vm::check_private_ips(vm.body.text("VmType"), nic.body.list("PrivateIps").len())?;
    let link_id = attach(call.state, &nic.id, &vm.id, device, false);
    Ok(Reply::of("LinkNicId", link_id))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UnlinkNic {
    link_nic_id: String,
}

/// Takes a card off its VM.
///
/// # Faults
/// - Those of [`no_such_link`].
/// - `NOT_SUPPORTED` for the primary card of a VM.
pub(super) fn unlink_nic(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UnlinkNic = call.read()?;
    let linked = call
        .owned(NIC)
        .filter(|nic| !super::is_hidden(nic))
        .find(|nic| link_of(nic).is_some_and(|it| it.text("LinkNicId") == request.link_nic_id))
        .cloned();
    let Some(nic) = linked else {
        return Err(no_such_link(&request.link_nic_id));
    };
    if link_of(&nic).and_then(|link| link.int("DeviceNumber")) == Some(0) {
        // assumed: the code; that it cannot be done is documented.
        return Err(fault::NOT_SUPPORTED.says(format!(
            "'{}' is the primary network card of its VM.",
            nic.id
        )));
    }
    detach(call.state, &nic.id);
    left_vm(call.state, &nic.id);
    Ok(Reply::empty())
}

/// What the identifier of a link looks like. Links are no resources: the store has none.
const LINK: &Kind = &Kind::new(
    "NicLink",
    "LinkNicId",
    "eni-attach-",
    fault::NO_SUCH_NIC_LINK,
);

/// The fault for a link that does not exist.
pub(super) fn no_such_link(id: &str) -> Fault {
    call::unknown(LINK, id)
}
