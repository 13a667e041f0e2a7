//! The link between a public IP and a network card: how it stands on both, and what others do to
//! it. Left out: who may ask for it (see the rules).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{PUBLIC_IP, public_dns_name};
use crate::cloud::State;
use crate::cloud::families::internet_service;
use crate::cloud::families::nic::{self, NIC, is_hidden};
use crate::cloud::families::vm::VM;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// The tag of a VM that keeps the public IP it names across a stop and a start.
const AUTO_ATTACH: &str = "osc.fcu.eip.auto-attach";
/// The note of a public IP that names the NAT service which holds it.
pub(super) const NAT_SERVICE: &str = "NatServiceId";
/// What a link is made of, on the public IP.
const LINK: [&str; 4] = ["LinkPublicIpId", "NicAccountId", "NicId", "PrivateIp"];

/// The `LinkPublicIp` that a network card shows for one of its private addresses, with every field.
pub(in crate::cloud) fn shown_link(state: &State, public_ip_id: &str) -> Option<Object> {
    let public_ip = state.get(PUBLIC_IP, public_ip_id)?;
    let address = public_ip.body.text("PublicIp");
    let mut link = Object::new();
    link.put("LinkPublicIpId", public_ip.body.text("LinkPublicIpId"));
    link.put("PublicDnsName", public_dns_name(state, address));
    link.put("PublicIp", address);
    link.put("PublicIpAccountId", &*public_ip.account);
    link.put("PublicIpId", &*public_ip.id);
    Some(link)
}

/// Unlinks whatever is linked to a network card that goes away.
pub(in crate::cloud) fn release_nic(state: &mut State, nic_id: &str) {
    for public_ip_id in links_of(state, nic_id) {
        untie(state, &public_ip_id);
    }
}

/// Unlinks what is linked to one private address of a network card, if something is.
pub(in crate::cloud) fn release_address(state: &mut State, nic_id: &str, private_ip: &str) {
    let public_ip_id = state
        .get(NIC, nic_id)
        .and_then(|nic| linked_at(nic, private_ip))
        .map(str::to_owned);
    if let Some(public_ip_id) = public_ip_id {
        untie(state, &public_ip_id);
    }
}

/// What a VM's stop does to the public IPs that were linked to it: they are unlinked, but for the
/// one that its auto-attach tag names.
///
/// assumed: it happens at the stop rather than at the start that follows, and only to links that
/// were made with `VmId`; the documentation speaks of "stop and start".
pub(in crate::cloud) fn vm_stopped(state: &mut State, vm_id: &str) {
    let kept = auto_attached(state, vm_id);
    untie_from_vm(state, vm_id, kept.as_deref());
}

/// What a VM's end does: the public IPs that were linked to it are unlinked, while a card that
/// stays keeps those that were linked to it.
pub(in crate::cloud) fn vm_terminated(state: &mut State, vm_id: &str) {
    untie_from_vm(state, vm_id, None);
}

/// Undoes the links that were made with `VmId`, but for that of one public IP.
fn untie_from_vm(state: &mut State, vm_id: &str, kept: Option<&str>) {
    for nic_id in cards_of(state, vm_id) {
        for public_ip_id in links_of(state, &nic_id) {
            let goes = state
                .get(PUBLIC_IP, &public_ip_id)
                .is_some_and(|it| it.notes.flag("ByVm") == Some(true) && kept != Some(&*it.id));
            if goes {
                untie(state, &public_ip_id);
            }
        }
    }
}

/// What a VM's start does: the IP of its auto-attach tag is linked, if nothing else holds it and
/// a call could link it.
pub(in crate::cloud) fn vm_started(state: &mut State, vm_id: &str) {
    let Some(public_ip_id) = auto_attached(state, vm_id) else {
        return;
    };
    let free = state
        .get(PUBLIC_IP, &public_ip_id)
        .is_some_and(|it| !it.body.contains_key("LinkPublicIpId"));
    let nic = cards_of(state, vm_id)
        .first()
        .and_then(|nic_id| state.get(NIC, nic_id).cloned());
    if let Some(nic) = nic
        && free
        && in_reach(state, &nic)
        && let Ok(private_ip) = private_address(&nic, None)
    {
        tie(state, &public_ip_id, &nic.id, &private_ip, true);
    }
}

/// One of a card's private addresses: the one wanted, or the primary.
pub(super) fn private_address(nic: &Resource, wanted: Option<&str>) -> Result<String, Fault> {
    nic.body
        .objects("PrivateIps")
        .find(|it| match wanted {
            Some(wanted) => it.text("PrivateIp") == wanted,
            None => it.flag("IsPrimary") == Some(true),
        })
        .map(|it| it.text("PrivateIp").to_owned())
        .ok_or_else(|| {
            // assumed: the code.
            fault::INVALID_PARAMETER_VALUE.says(format!(
                "The PrivateIp '{}' is not an address of the NIC '{}'.",
                wanted.unwrap_or_default(),
                nic.id
            ))
        })
}

/// Makes a link, undoing the ones that stand in its way, and answers its identifier.
pub(in crate::cloud) fn tie(
    state: &mut State,
    public_ip_id: &str,
    nic_id: &str,
    private_ip: &str,
    by_vm: bool,
) -> String {
    untie(state, public_ip_id);
    let present = state
        .get(NIC, nic_id)
        .and_then(|nic| linked_at(nic, private_ip))
        .map(str::to_owned);
    if let Some(present) = present {
        untie(state, &present);
    }
    let link = state.ids.hex("eipassoc-", 8);
    let owner = state.get(NIC, nic_id).map(|nic| Arc::clone(&nic.account));
    state.edit(PUBLIC_IP, public_ip_id, |public_ip| {
        public_ip.body.put("LinkPublicIpId", link.as_str());
        public_ip.body.put("NicAccountId", owner.as_deref());
        public_ip.body.put("NicId", nic_id);
        public_ip.body.put("PrivateIp", private_ip);
        public_ip.notes.put("ByVm", by_vm);
    });
    state.edit(NIC, nic_id, |nic| {
        links_mut(nic).put(private_ip, public_ip_id);
    });
    link
}

/// Links a public IP to a NAT service.
pub(in crate::cloud) fn hold(state: &mut State, public_ip_id: &str, nat_id: &str) {
    let link = state.ids.hex("eipassoc-", 8);
    state.edit(PUBLIC_IP, public_ip_id, |public_ip| {
        public_ip.body.put("LinkPublicIpId", link);
        public_ip.notes.put(NAT_SERVICE, nat_id);
    });
}

/// Undoes the link of a public IP, if it has one. A card that had a lent address before gets
/// another.
pub(in crate::cloud) fn untie(state: &mut State, public_ip_id: &str) {
    let Some(public_ip) = state.get(PUBLIC_IP, public_ip_id).cloned() else {
        return;
    };
    let (nic_id, private_ip) = (
        public_ip.body.text("NicId"),
        public_ip.body.text("PrivateIp"),
    );
    state.edit(NIC, nic_id, |nic| {
        links_mut(nic).remove(private_ip);
    });
    let primary = state
        .get(NIC, nic_id)
        .and_then(|nic| private_address(nic, None).ok());
    if primary.as_deref() == Some(private_ip) {
        nic::unlinked(state, nic_id);
    }
    state.edit(PUBLIC_IP, public_ip_id, |public_ip| {
        public_ip.notes.remove("ByVm");
        public_ip.notes.remove(NAT_SERVICE);
        for field in LINK {
            public_ip.body.remove(field);
        }
    });
}

/// Whether public addresses lead to a card: always in the public Cloud, in a Net with an Internet
/// service.
pub(super) fn in_reach(state: &State, nic: &Resource) -> bool {
    is_hidden(nic) || internet_service::linked_to(state, nic.body.text("NetId")).is_some()
}

pub(super) fn linked_at<'n>(nic: &'n Resource, private_ip: &str) -> Option<&'n str> {
    nic.notes.object("PublicIps")?.some_text(private_ip)
}

fn links_mut(nic: &mut Resource) -> &mut Object {
    let slot = nic.notes.entry("PublicIps").or_insert_with(|| json!({}));
    if !slot.is_object() {
        *slot = json!({});
    }
    slot.as_object_mut()
        .expect("the slot was just made an object")
}

fn links_of(state: &State, nic_id: &str) -> Vec<String> {
    state
        .get(NIC, nic_id)
        .and_then(|nic| nic.notes.object("PublicIps"))
        .into_iter()
        .flat_map(Object::values)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The cards of a VM, by device number.
pub(super) fn cards_of(state: &State, vm_id: &str) -> Vec<String> {
    state
        .get(VM, vm_id)
        .map(|vm| vm.notes.texts("Nics").map(str::to_owned).collect())
        .unwrap_or_default()
}

/// The public IP that a VM's auto-attach tag names, if it is the owner's.
fn auto_attached(state: &State, vm_id: &str) -> Option<String> {
    let vm = state.get(VM, vm_id)?;
    let address = vm
        .body
        .objects("Tags")
        .find(|tag| tag.text("Key") == AUTO_ATTACH)?
        .text("Value");
    state
        .owned(PUBLIC_IP, &vm.account)
        .find(|public_ip| public_ip.body.text("PublicIp") == address)
        .map(|public_ip| public_ip.id.to_string())
}
