//! Public IPs: allocation, and their links to VMs and network cards.
//!
//! By default: reading them. By rule: the rest.
//!
//! A link stands on the public IP (`LinkPublicIpId`, `NicId`, `NicAccountId`, `PrivateIp`) and, the
//! other way round, in the card's note `PublicIps`: private address → `PublicIpId`. A VM of the
//! public Cloud has a card too, which only public IPs show. Everything else is derived.
//!
//! A NAT service holds an address for as long as it lives (note `NatServiceId`). assumed: of that the
//! public IP shows `LinkPublicIpId` alone.

mod link;

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::Value;

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::nic::{self, NIC, is_hidden};
use crate::cloud::families::vm::VM;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{default, page, seeds};

use link::{NAT_SERVICE, cards_of, in_reach, linked_at, private_address};
pub(in crate::cloud) use link::{
    hold, release_address, release_nic, shown_link, tie, untie, vm_started, vm_stopped,
    vm_terminated,
};

/// Public IPs, as a kind of resource.
pub(in crate::cloud) const PUBLIC_IP: &Kind = &Kind::new(
    "PublicIp",
    "PublicIpId",
    "eipalloc-",
    fault::NO_SUCH_PUBLIC_IP,
)
.tagged("public-ip")
.shown_by(shown);

/// What the identifier of a link looks like. Links are no resources: the store has none.
const LINK: &Kind = &Kind::new(
    "PublicIpLink",
    "LinkPublicIpId",
    "eipassoc-",
    fault::NO_SUCH_PUBLIC_IP_LINK,
);

pub(super) const FAMILY: Family = Family {
    tag: "PublicIp",
    kinds: &[PUBLIC_IP],
    filters: &[("FiltersPublicIp", "Placements", By::Values(placements))],
    transitions: &[],
    rules: &[
        ("CreatePublicIp", create_public_ip),
        ("DeletePublicIp", delete_public_ip),
        ("LinkPublicIp", link_public_ip),
        ("ReadPublicIpRanges", read_public_ip_ranges),
        ("UnlinkPublicIp", unlink_public_ip),
    ],
};

/// Takes the next address out of the cloud's ranges for the account.
///
/// # Faults
/// None.
fn create_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let address = take_address(call.state).to_string();
    default::create(call, |body| body.put("PublicIp", address))
}

/// Gives a public IP back.
///
/// # Faults
/// Those of naming a public IP, then those of [`check_free`].
fn delete_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let public_ip = named(call)?;
    // assumed: the refusal; clients always unlink first.
    check_free(&public_ip)?;
    call.remove(PUBLIC_IP, &public_ip.id);
    Ok(Reply::empty())
}

/// Links a public IP to a VM or a network card, taking it from its present holder if it may.
///
/// # Faults
/// - `MISSING_PARAMETER` when no public IP is named.
/// - Those of naming the target, then those of naming a public IP, in this order (measured).
/// - Those of [`check_not_held`], also where it may be taken from its holder.
/// - `GATEWAY_NOT_LINKED_TO_NET` when the card's Net has no Internet service.
/// - assumed: the code. `INVALID_PARAMETER_SET` for a private address and a VM of the public Cloud:
///   documented for Nets only.
/// - `INVALID_PARAMETER_VALUE` for a private address that the card does not have.
/// - `ADDRESS_IN_USE` when it is linked to another card, or the address to another public IP, and
///   `AllowRelink` is not set.
fn link_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    check_one_named(call)?;
    let nic = target(call)?;
    let public_ip = named(call)?;
    check_not_held(&public_ip)?;
    if !in_reach(call.state, &nic) {
        // assumed: the code; that the call is refused is documented.
        return Err(fault::GATEWAY_NOT_LINKED_TO_NET.says(format!(
            "The Net '{}' has no Internet service.",
            nic.body.text("NetId")
        )));
    }
    let wanted = call.input.some_text("PrivateIp");
    if wanted.is_some() && is_hidden(&nic) {
        return Err(fault::INVALID_PARAMETER_SET
            .says("PrivateIp is for cards of a Net; a VM of the public Cloud has one address."));
    }
    let private_ip = private_address(&nic, wanted)?;
    let relinks = call.input.flag("AllowRelink").unwrap_or(is_hidden(&nic));
    let its_own = public_ip.body.text("NicId") == &*nic.id;
    if its_own && public_ip.body.text("PrivateIp") == private_ip {
        // assumed: the link that is there stays.
        return Ok(Reply::of(LINK.id, public_ip.body.text(LINK.id)));
    }
    // Documented: only another card's link stands in the way.
    let elsewhere = Some(&*public_ip.id).filter(|_| !its_own);
    let holders = [elsewhere, linked_at(&nic, &private_ip)];
    for holder in holders.into_iter().flatten() {
        let linked = call
            .state
            .get(PUBLIC_IP, holder)
            .is_some_and(|held| held.body.contains_key("LinkPublicIpId"));
        if linked && !relinks {
            // assumed: the code, and that another public IP on the address is in the way too.
            return Err(fault::ADDRESS_IN_USE.says(format!(
                "The public IP '{holder}' is already linked and AllowRelink is not true."
            )));
        }
    }
    let by_vm = call.input.some_text("VmId").is_some();
    let link = tie(call.state, &public_ip.id, &nic.id, &private_ip, by_vm);
    Ok(Reply::of(LINK.id, link))
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
/// - Those of [`Call::find`] for a link that does not exist.
/// - `NO_SUCH_IP` for an address that is not the caller's.
/// - Those of [`check_not_held`].
fn unlink_public_ip(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let link = call.input.some_text("LinkPublicIpId");
    let address = call.input.some_text("PublicIp");
    let public_ip = match (link, address) {
        (None, None) => {
            return Err(fault::MISSING_IP_OR_LINK
                .says("One of Ip and Association is required: what is to be unlinked."));
        }
        (Some(link), _) => match having(call, LINK.id, link) {
            Some(public_ip) => public_ip,
            None => call.find(LINK, link)?,
        },
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
    check_not_held(&public_ip)?;
    untie(call.state, &public_ip.id);
    Ok(Reply::empty())
}

/// Refuses to touch the link of a public IP that a NAT service holds.
///
/// # Faults
/// assumed: the code; that only the deletion of the service ends its link is documented.
/// `ADDRESS_IN_USE` while it is held.
fn check_not_held(public_ip: &Resource) -> Result<(), Fault> {
    match public_ip.notes.some_text(NAT_SERVICE) {
        None => Ok(()),
        Some(nat) => Err(fault::ADDRESS_IN_USE.says(format!(
            "The public IP '{}' is that of the NAT service '{nat}'.",
            public_ip.body.text("PublicIp")
        ))),
    }
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
    let nic = public_ip.body.some_text("NicId");
    let nic = nic.and_then(|nic_id| state.get(NIC, nic_id));
    let placement = nic.map(|nic| if is_hidden(nic) { "standard" } else { "vpc" });
    let held = public_ip.notes.some_text(NAT_SERVICE).map(|_| "vpc");
    placement.or(held).map(Value::from).into_iter().collect()
}

/// The caller's public IP that a request names, by `PublicIpId`, by `PublicIp` or by both.
///
/// # Faults
/// - assumed: `MISSING_PARAMETER` when it names none.
/// - `INVALID_PARAMETER_SET` when it names two.
/// - `NO_SUCH_PUBLIC_IP` or `NO_SUCH_IP` when there is none.
fn named(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    check_one_named(call)?;
    let address = call.input.some_text("PublicIp");
    match call.input.some_text("PublicIpId") {
        None => by_address(call, address.unwrap_or_default()),
        Some(id) => {
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

fn check_one_named(call: &Call<'_>) -> Result<(), Fault> {
    let named = |field| call.input.some_text(field).is_some();
    if named("PublicIpId") || named("PublicIp") {
        return Ok(());
    }
    Err(fault::MISSING_PARAMETER.says("One of PublicIpId and PublicIp is required."))
}

fn by_address(call: &Call<'_>, address: &str) -> Result<Arc<Resource>, Fault> {
    // assumed: the code of an address that is not the caller's; that of an identifier was measured.
    having(call, "PublicIp", address)
        .ok_or_else(|| fault::NO_SUCH_IP.says(format!("The PublicIp '{address}' doesn't exist.")))
}

/// The caller's public IP of that address, which nothing is linked to.
///
/// # Faults
/// - `NO_SUCH_IP` when the caller has none.
/// - Those of [`check_free`].
pub(in crate::cloud) fn find_free(call: &Call<'_>, address: &str) -> Result<Arc<Resource>, Fault> {
    let public_ip = by_address(call, address)?;
    check_free(&public_ip)?;
    Ok(public_ip)
}

/// Refuses a public IP that is linked to something.
///
/// # Faults
/// assumed: the code. `ADDRESS_IN_USE` while it is linked.
pub(in crate::cloud) fn check_free(public_ip: &Resource) -> Result<(), Fault> {
    match public_ip.body.some_text(LINK.id) {
        None => Ok(()),
        Some(link) => Err(fault::ADDRESS_IN_USE.says(format!(
            "The public IP '{}' is linked ({link}).",
            public_ip.body.text("PublicIp")
        ))),
    }
}

fn having(call: &Call<'_>, field: &str, value: &str) -> Option<Arc<Resource>> {
    call.owned(PUBLIC_IP)
        .find(|public_ip| public_ip.body.text(field) == value)
        .cloned()
}

/// assumed: both may be given as long as they agree.
fn contradiction(one: &str, other: &str) -> Fault {
    fault::INVALID_PARAMETER_SET.says(format!("{one} and {other} name different public IPs."))
}

/// The network card that a request wants the link on.
///
/// # Faults
/// - assumed: `MISSING_PARAMETER` without a VM or a card, `INVALID_PARAMETER_SET` with both.
/// - Those of [`Call::find`] for the VM or the card, then those of [`card_of_vm`].
fn target(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    match (call.input.some_text("VmId"), call.input.some_text("NicId")) {
        (None, None) => Err(fault::MISSING_PARAMETER.says("One of VmId and NicId is required.")),
        (Some(_), Some(_)) => {
            Err(fault::INVALID_PARAMETER_SET.says("VmId and NicId exclude each other."))
        }
        (None, Some(nic_id)) => nic::find(call, nic_id),
        (Some(vm_id), None) => card_of_vm(call, vm_id),
    }
}

/// The only card of a VM.
///
/// # Faults
/// - Those of [`Call::find`].
/// - assumed: `INVALID_VM_STATE` when it is going away or has no card.
/// - `INVALID_PARAMETER_SET` when it has several.
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
