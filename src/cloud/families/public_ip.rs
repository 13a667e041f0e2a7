//! Public IPs: allocation, and their links to VMs and network cards.
//!
//! By default: reading them. By rule: the rest. Left out: NAT services, which hold an address for
//! as long as they live, and quotas.
//!
//! A link stands on the public IP (`LinkPublicIpId`, `NicId`, `NicAccountId`, `PrivateIp`) and, the
//! other way round, in the card's note `PublicIps`: private address → `PublicIpId`. A VM of the
//! public Cloud has a card too, which only public IPs show. Everything else is derived.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::internet_service;
use super::nic::NIC;
use super::vm::VM;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{default, page, seeds};

/// Public IPs, as a kind of resource.
pub(in crate::cloud) const PUBLIC_IP: &Kind = &Kind::new(
    "PublicIp",
    "PublicIpId",
    "eipalloc-",
    fault::NO_SUCH_PUBLIC_IP,
)
.tagged("public-ip")
.shown_by(shown);

pub(super) const FAMILY: Family = Family {
    tag: "PublicIp",
    kinds: &[PUBLIC_IP],
    filters: &[("FiltersPublicIp", "Placements", By::Values(placements))],
    rules: &[
        ("CreatePublicIp", create_public_ip),
        ("DeletePublicIp", delete_public_ip),
        ("LinkPublicIp", link_public_ip),
        ("ReadPublicIpRanges", read_public_ip_ranges),
        ("UnlinkPublicIp", unlink_public_ip),
    ],
};

/// The tag of a VM that keeps the public IP it names across a stop and a start.
const AUTO_ATTACH: &str = "osc.fcu.eip.auto-attach";
/// What a link is made of, on the public IP.
const LINK: [&str; 4] = ["LinkPublicIpId", "NicAccountId", "NicId", "PrivateIp"];

/// Takes the next address out of the cloud's ranges for the account.
///
/// # Faults
/// None: quotas are left out.
fn create_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let address = take_address(call.state).to_string();
    default::create(call, |body| body.put("PublicIp", address))
}

/// Gives a public IP back.
///
/// # Faults
/// - Those of naming a public IP.
/// - `ADDRESS_IN_USE` while it is linked.
fn delete_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let public_ip = named(call)?;
    if let Some(link) = public_ip.body.some_text("LinkPublicIpId") {
        // assumed: the refusal and its code; clients always unlink first.
        return Err(fault::ADDRESS_IN_USE.says(format!(
            "The public IP '{}' is linked ({link}).",
            public_ip.body.text("PublicIp")
        )));
    }
    call.remove(PUBLIC_IP, &public_ip.id);
    Ok(Reply::empty())
}

/// Links a public IP to a VM or a network card, taking it from its present holder if it may.
///
/// # Faults
/// - Those of naming the target, then those of naming a public IP, in this order (measured).
/// - `GATEWAY_NOT_LINKED_TO_NET` when the card's Net has no Internet service.
/// - `INVALID_PARAMETER_VALUE` for a private address that the card does not have.
/// - `ADDRESS_IN_USE` when either side is linked already and `AllowRelink` is not set.
fn link_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let nic = target(call)?;
    let public_ip = named(call)?;
    let in_net = !is_hidden(&nic);
    if in_net && internet_service::linked_to(call.state, nic.body.text("NetId")).is_none() {
        // assumed: the code; that the call is refused is documented.
        return Err(fault::GATEWAY_NOT_LINKED_TO_NET.says(format!(
            "The Net '{}' has no Internet service.",
            nic.body.text("NetId")
        )));
    }
    let private_ip = private_address(&nic, call.input.some_text("PrivateIp"))?;
    let relinks = call.input.flag("AllowRelink").unwrap_or(!in_net);
    let holders = [Some(&*public_ip.id), linked_at(&nic, &private_ip)];
    for holder in holders.into_iter().flatten() {
        let linked = call
            .state
            .get(PUBLIC_IP, holder)
            .is_some_and(|held| held.body.contains_key("LinkPublicIpId"));
        if linked && !relinks {
            // assumed: the code; the vendor's name for it is locked-address.
            return Err(fault::ADDRESS_IN_USE.says(format!(
                "The public IP '{holder}' is already linked and AllowRelink is not true."
            )));
        }
    }
    let by_vm = call.input.some_text("VmId").is_some();
    let link = tie(call.state, &public_ip.id, &nic.id, &private_ip, by_vm);
    Ok(Reply::of("LinkPublicIpId", link))
}

/// Answers the ranges that public IPs are taken from.
///
/// # Faults
/// Those of [`page::cut`].
fn read_public_ip_ranges(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let ranges = seeds::public_ip_ranges().iter().map(ToString::to_string);
    page::cut(call, "PublicIps", (0..).zip(ranges).collect())
}

/// Unlinks a public IP from what it is linked to.
///
/// # Faults
/// - `MISSING_IP_OR_LINK` when neither is given; an empty text counts as nothing (measured).
/// - `NO_SUCH_PUBLIC_IP_LINK` for a link that does not exist.
/// - `NO_SUCH_IP` for an address that is not the caller's.
fn unlink_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let link = call.input.some_text("LinkPublicIpId");
    let address = call.input.some_text("PublicIp");
    let public_ip = match (link, address) {
        (None, None) => {
            return Err(fault::MISSING_IP_OR_LINK
                .says("Neither the Ip nor the Association to be unlinked was given."));
        }
        (Some(link), _) => having(call, "LinkPublicIpId", link).ok_or_else(|| no_link(link))?,
        (None, Some(address)) => by_address(call, address)?,
    };
    if address.is_some_and(|address| address != public_ip.body.text("PublicIp")) {
        return Err(contradiction("LinkPublicIpId", "PublicIp"));
    }
    if !public_ip.body.contains_key("LinkPublicIpId") {
        // assumed: an address without a link is refused like a link that does not exist.
        return Err(fault::NO_SUCH_PUBLIC_IP_LINK.says(format!(
            "The public IP '{}' is not linked.",
            public_ip.body.text("PublicIp")
        )));
    }
    untie(call.state, &public_ip.id);
    Ok(Reply::empty())
}

/// The next address out of the cloud's ranges, never given before.
pub(in crate::cloud) fn take_address(state: &mut State) -> Ipv4Addr {
    let index = state.ids.count("public address");
    seeds::public_ip(state.ids.seed(), index.into())
}

/// The name that a public address resolves to.
pub(in crate::cloud) fn public_dns_name(state: &State, address: &str) -> String {
    format!(
        "ows-{}.{}.compute.outscale.com",
        address.replace('.', "-"),
        state.region
    )
}

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

/// What a VM's stop does to the public IPs that were linked to it: they are unlinked, but for the
/// one that its auto-attach tag names.
///
/// assumed: it happens at the stop rather than at the start that follows, and only to links that
/// were made with `VmId`; the documentation speaks of "stop and start".
pub(in crate::cloud) fn vm_stopped(state: &mut State, vm_id: &str) {
    let kept = auto_attached(state, vm_id);
    for nic_id in cards_of(state, vm_id) {
        for public_ip_id in links_of(state, &nic_id) {
            let goes = state.get(PUBLIC_IP, &public_ip_id).is_some_and(|it| {
                it.notes.flag("ByVm") == Some(true) && kept.as_deref() != Some(&*it.id)
            });
            if goes {
                untie(state, &public_ip_id);
            }
        }
    }
}

/// What a VM's start does: the IP of its auto-attach tag is linked, if nothing else holds it.
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
        && let Ok(private_ip) = private_address(&nic, None)
    {
        tie(state, &public_ip_id, &nic.id, &private_ip, true);
    }
}

/// With the VM that its card is linked to.
fn shown(state: &State, public_ip: &Resource) -> Object {
    let mut body = public_ip.body.clone();
    let vm_id = body
        .some_text("NicId")
        .and_then(|nic_id| state.get(NIC, nic_id))
        .and_then(|nic| nic.body.object("LinkNic")?.some_text("VmId"))
        .map(str::to_owned);
    if let Some(vm_id) = vm_id {
        body.put("VmId", vm_id);
    }
    body
}

/// Whether it is used in the public Cloud or in a Net.
///
/// assumed: the two words, by lineage; an address that is not linked is in neither.
fn placements(state: &State, public_ip: &Resource) -> Vec<Value> {
    public_ip
        .body
        .some_text("NicId")
        .and_then(|nic_id| state.get(NIC, nic_id))
        .map(|nic| if is_hidden(nic) { "standard" } else { "vpc" })
        .map(Value::from)
        .into_iter()
        .collect()
}

/// The caller's public IP that a request names, by `PublicIpId`, by `PublicIp` or by both.
///
/// # Faults
/// - `MISSING_PARAMETER` when it names none, `INVALID_PARAMETER_SET` when it names two.
/// - `NO_SUCH_PUBLIC_IP` or `NO_SUCH_IP` when there is none.
fn named(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    let id = call.input.some_text("PublicIpId");
    let address = call.input.some_text("PublicIp");
    match (id, address) {
        (None, None) => {
            Err(fault::MISSING_PARAMETER.says("One of PublicIpId and PublicIp is required."))
        }
        (None, Some(address)) => by_address(call, address),
        (Some(id), address) => {
            let public_ip = call.find_own(PUBLIC_IP, id)?;
            match address {
                Some(address) if address != public_ip.body.text("PublicIp") => {
                    Err(contradiction("PublicIpId", "PublicIp"))
                }
                _ => Ok(public_ip),
            }
        }
    }
}

fn by_address(call: &Call<'_>, address: &str) -> Result<Arc<Resource>, Fault> {
    // assumed: the code of an address that is not the caller's; that of an identifier was measured.
    having(call, "PublicIp", address)
        .ok_or_else(|| fault::NO_SUCH_IP.says(format!("The PublicIp '{address}' doesn't exist.")))
}

fn having(call: &Call<'_>, field: &str, value: &str) -> Option<Arc<Resource>> {
    call.owned(PUBLIC_IP)
        .find(|public_ip| public_ip.body.text(field) == value)
        .cloned()
}

fn no_link(link: &str) -> Fault {
    fault::NO_SUCH_PUBLIC_IP_LINK.says(format!("The LinkPublicIpId '{link}' doesn't exist."))
}

/// assumed: both may be given as long as they agree.
fn contradiction(one: &str, other: &str) -> Fault {
    fault::INVALID_PARAMETER_SET.says(format!("{one} and {other} name different public IPs."))
}

/// The network card that a request wants the link on.
///
/// # Faults
/// - `MISSING_PARAMETER` without a VM or a card, `INVALID_PARAMETER_SET` with both, or with a VM
///   that has several cards.
/// - `NO_SUCH_VM`, `NO_SUCH_NIC`.
/// - `INVALID_VM_STATE` when the VM is going away or has no card.
fn target(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    match (call.input.some_text("VmId"), call.input.some_text("NicId")) {
        (None, None) => Err(fault::MISSING_PARAMETER.says("One of VmId and NicId is required.")),
        (Some(_), Some(_)) => {
            Err(fault::INVALID_PARAMETER_SET.says("VmId and NicId exclude each other."))
        }
        (None, Some(nic_id)) => {
            let nic = call.find_own(NIC, nic_id)?;
            if is_hidden(&nic) {
                // assumed: the card of a VM in the public Cloud cannot be named, only its VM.
                return Err(NIC.no_such(nic_id));
            }
            Ok(nic)
        }
        (Some(vm_id), None) => card_of_vm(call, vm_id),
    }
}

fn card_of_vm(call: &Call<'_>, vm_id: &str) -> Result<Arc<Resource>, Fault> {
    let vm = call.find_own(VM, vm_id)?;
    // assumed: "pending" is accepted; the documentation names no state.
    if !matches!(vm.state(), "pending" | "running" | "stopped") {
        return Err(fault::INVALID_VM_STATE.says(format!(
            "The VM '{vm_id}' is {}; it must be pending, running or stopped.",
            vm.state()
        )));
    }
    let cards = cards_of(call.state, vm_id);
    match cards.as_slice() {
        [nic_id] => call.find_own(NIC, nic_id),
        [] => Err(fault::INVALID_VM_STATE.says(format!("The VM '{vm_id}' has no NIC."))),
        // assumed: the code; that NicId is required then is documented.
        _ => Err(fault::INVALID_PARAMETER_SET.says(format!(
            "The VM '{vm_id}' has several NICs: NicId is required instead of VmId."
        ))),
    }
}

/// One of a card's private addresses: the one wanted, or the primary.
fn private_address(nic: &Resource, wanted: Option<&str>) -> Result<String, Fault> {
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
fn tie(
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

/// Undoes the link of a public IP, if it has one.
fn untie(state: &mut State, public_ip_id: &str) {
    let Some(public_ip) = state.get(PUBLIC_IP, public_ip_id).cloned() else {
        return;
    };
    state.edit(NIC, public_ip.body.text("NicId"), |nic| {
        links_mut(nic).remove(public_ip.body.text("PrivateIp"));
    });
    state.edit(PUBLIC_IP, public_ip_id, |public_ip| {
        public_ip.notes.remove("ByVm");
        for field in LINK {
            public_ip.body.remove(field);
        }
    });
}

fn is_hidden(nic: &Resource) -> bool {
    nic.notes.flag("Hidden") == Some(true)
}

fn linked_at<'n>(nic: &'n Resource, private_ip: &str) -> Option<&'n str> {
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
fn cards_of(state: &State, vm_id: &str) -> Vec<String> {
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
