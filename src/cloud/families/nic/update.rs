//! Changes of a network card: by its owner, and by what happens to its VM.

use serde::Deserialize;
use serde_json::{Value, json};

use super::link::{link_of, no_such_link};
use super::plan::groups;
use super::view::lent;
use super::{NIC, find};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::public_ip;
use crate::cloud::families::vm::VM;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// The note of a card that the cloud lends a public address: that address, or the empty text while
/// its VM is stopped.
pub(super) const TEMPORARY_IP: &str = "TemporaryIp";

/// Replaces the security groups of a card.
pub(in crate::cloud::families) fn put_groups(state: &mut State, nic_id: &str, groups: &[Object]) {
    state.edit(NIC, nic_id, |nic| {
        nic.body.put("SecurityGroups", json!(groups));
    });
}

/// Takes back the public addresses that the cloud lent to the cards of a VM that stops.
///
/// assumed: that, and the other address at a start or after an unlink.
pub(in crate::cloud::families) fn vm_stopped(state: &mut State, vm_id: &str) {
    for nic_id in lending_cards(state, vm_id) {
        put_lent(state, &nic_id, String::new());
    }
}

/// Lends public addresses to the cards of a VM that starts: other ones than before.
pub(in crate::cloud::families) fn vm_started(state: &mut State, vm_id: &str) {
    for nic_id in lending_cards(state, vm_id) {
        lend_anew(state, &nic_id);
    }
}

/// Lends an address again to a card that has left a VM which is stopped, and stays.
pub(in crate::cloud::families) fn left_vm(state: &mut State, nic_id: &str) {
    let waits = state
        .get(NIC, nic_id)
        .is_some_and(|nic| nic.notes.contains_key(TEMPORARY_IP) && lent(nic).is_none());
    if waits {
        lend_anew(state, nic_id);
    }
}

/// Lends a card another public address, now that none is linked to its primary private one; while
/// its VM is stopped it has none.
pub(in crate::cloud::families) fn unlinked(state: &mut State, nic_id: &str) {
    let lends = state
        .get(NIC, nic_id)
        .is_some_and(|nic| lent(nic).is_some());
    if lends {
        lend_anew(state, nic_id);
    }
}

fn lend_anew(state: &mut State, nic_id: &str) {
    let address = public_ip::take_address(state).to_string();
    put_lent(state, nic_id, address);
}

fn put_lent(state: &mut State, nic_id: &str, address: String) {
    state.edit(NIC, nic_id, |nic| nic.notes.put(TEMPORARY_IP, address));
}

/// The cards of a VM that the cloud lends addresses to, by device number.
fn lending_cards(state: &State, vm_id: &str) -> Vec<String> {
    let cards = state.get(VM, vm_id).into_iter();
    let cards = cards.flat_map(|vm| vm.notes.texts("Nics"));
    let lends = |id: &&str| {
        let nic = state.get(NIC, id);
        nic.is_some_and(|nic| nic.notes.contains_key(TEMPORARY_IP))
    };
    cards.filter(lends).map(str::to_owned).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateNic {
    description: Option<String>,
    link_nic: Option<SentLink>,
    nic_id: String,
    security_group_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentLink {
    delete_on_vm_deletion: Option<bool>,
    link_nic_id: Option<String>,
}

/// Changes one attribute of a card: its description, its groups, or whether it goes with its VM.
///
/// # Faults
/// - `NO_SUCH_NIC`.
/// - `MISSING_PARAMETER` without an attribute, `INVALID_PARAMETER_SET` with several.
/// - Those of [`no_such_link`] when the link is not one of the card.
/// - `INVALID_PARAMETER_VALUE` for an empty list of groups; those of [`groups`].
pub(super) fn update_nic(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UpdateNic = call.read()?;
    let nic = find(call, &request.nic_id)?;
    match (
        &request.description,
        &request.security_group_ids,
        &request.link_nic,
    ) {
        (Some(description), None, None) => call.edit(NIC, &nic.id, |nic| {
            nic.body.put("Description", description.as_str());
        }),
        (None, Some(ids), None) => {
            check_some(ids)?;
            let ids = ids.iter().map(String::as_str);
            let groups = groups(call, ids, nic.body.some_text("NetId"))?;
            put_groups(call.state, &nic.id, &groups);
        }
        (None, None, Some(sent)) => {
            let id = sent
                .link_nic_id
                .as_deref()
                .ok_or_else(|| fault::MISSING_PARAMETER.says("LinkNic needs the LinkNicId."))?;
            if link_of(&nic).is_none_or(|link| link.text("LinkNicId") != id) {
                return Err(no_such_link(id));
            }
            if let Some(flag) = sent.delete_on_vm_deletion {
                call.edit(NIC, &nic.id, |nic| {
                    if let Some(Value::Object(link)) = nic.body.get_mut("LinkNic") {
                        link.put("DeleteOnVmDeletion", flag);
                    }
                });
            }
        }
        (None, None, None) => {
            // assumed: the code; that there is one attribute a call is documented.
            return Err(fault::MISSING_PARAMETER
                .says("One of Description, LinkNic and SecurityGroupIds is required."));
        }
        _ => {
            return Err(fault::INVALID_PARAMETER_SET
                .says("Description, LinkNic and SecurityGroupIds exclude each other."));
        }
    }
    Ok(Reply::of("Nic", call.shown(NIC, &nic.id)))
}

/// Refuses to leave a card without security groups.
///
/// # Faults
/// `INVALID_PARAMETER_VALUE`.
pub(in crate::cloud::families) fn check_some(ids: &[String]) -> Result<(), Fault> {
    if ids.is_empty() {
        // assumed: the code; that there must be one is documented.
        return Err(fault::INVALID_PARAMETER_VALUE.says("At least one security group is required."));
    }
    Ok(())
}
