//! Interfaces of direct links: VLANs on such a link, each to a virtual gateway.
//!
//! By default: reading. By rule: the rest. Left out: routes that are learnt by BGP, and the
//! states `confirming`, `rejected`, `expired` and `deleted`.
//!
//! An interface waits for its link: it is `pending` for as long as that is not available.

use ipnet::Ipv4Net;
use serde::Deserialize;

use super::direct_link::DIRECT_LINK;
use super::virtual_gateway;
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::dependents::is_gone;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::id::Ids;
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};

/// Direct link interfaces, as a kind of resource.
pub(in crate::cloud) const DIRECT_LINK_INTERFACE: &Kind = &Kind::new(
    "DirectLinkInterfaces",
    "DirectLinkInterfaceId",
    "dxvif-",
    fault::NO_SUCH_DIRECT_LINK_INTERFACE,
);

pub(super) const FAMILY: Family = Family {
    tag: "DirectLinkInterface",
    kinds: &[DIRECT_LINK_INTERFACE],
    filters: &[],
    transitions: &[&DELETION, &PREPARATION],
    rules: &[
        ("CreateDirectLinkInterface", create_direct_link_interface),
        ("DeleteDirectLinkInterface", delete_direct_link_interface),
        ("UpdateDirectLinkInterface", update_direct_link_interface),
    ],
};

/// The numbers that the client's autonomous system may have; documented.
const BGP_ASNS: std::ops::RangeInclusive<i64> = 64512..=65534;
/// The VLANs that a link has; documented.
const VLANS: std::ops::RangeInclusive<i64> = 2..=4094;
/// The only one there is, in bytes; documented.
const MTU: i64 = 1500;
/// How long the mask is of the network that the two ends make up, in bits.
const PEERS: u8 = 30;
/// How many characters a key has that the client does not choose.
///
/// assumed: its length, and that it consists of letters and digits.
const KEY_LENGTH: usize = 16;

static PREPARATION: Transition = Transition {
    kind: DIRECT_LINK_INTERFACE,
    field: "State",
    from: "pending",
    to: End::State("available"),
    read_once: true,
    then: None,
};

/// assumed: that nothing is left to be read.
static DELETION: Transition = Transition {
    kind: DIRECT_LINK_INTERFACE,
    field: "State",
    from: "deleting",
    to: End::Gone,
    read_once: true,
    then: None,
};

/// Lets the interfaces that have waited for their link come up.
///
/// assumed: that they wait, and may be made before.
pub(super) fn link_available(state: &mut State, link_id: &str) {
    let interfaces = state.store.all(DIRECT_LINK_INTERFACE);
    let waiting = interfaces
        .filter(|it| it.body.text(DIRECT_LINK.id) == link_id && it.state() == PREPARATION.from)
        .map(|it| it.id.to_string());
    for id in waiting.collect::<Vec<_>>() {
        state.begin(&PREPARATION, &id);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    direct_link_id: String,
    direct_link_interface: Wanted,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    bgp_asn: i64,
    #[serde(default)]
    bgp_key: String,
    #[serde(default)]
    client_private_ip: String,
    direct_link_interface_name: String,
    #[serde(default)]
    outscale_private_ip: String,
    virtual_gateway_id: String,
    vlan: i64,
}

/// Makes an interface; without addresses and a key, with those that the cloud chooses.
///
/// # Faults
/// assumed: the codes; the limits are documented.
/// - Those of [`Call::find_live`] for the link, then (assumed: in this order) those of
///   [`virtual_gateway::find_usable`] for the gateway.
/// - `INVALID_BGP_ASN`, `INVALID_RANGE` for the numbers of the autonomous system and of the VLAN.
/// - Those of [`peers`].
/// - `DUPLICATE_VLAN` when the link has that VLAN already.
fn create_direct_link_interface(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: Request = call.read()?;
    let wanted = request.direct_link_interface;
    let link = call.find_live(DIRECT_LINK, &request.direct_link_id)?;
    virtual_gateway::find_usable(call, &wanted.virtual_gateway_id)?;
    check_numbers(&wanted)?;
    let (outscale, client) = peers(&mut call.state.ids, &wanted)?;
    let mut present = call
        .owned(DIRECT_LINK_INTERFACE)
        .filter(|it| it.body.text(DIRECT_LINK.id) == &*link.id && !is_gone(&it.body));
    if let Some(other) = present.find(|it| it.body.int("Vlan") == Some(wanted.vlan)) {
        return Err(fault::DUPLICATE_VLAN.says(format!(
            "The Vlan {} of the DirectLink '{}' is that of the interface '{}'.",
            wanted.vlan, link.id, other.id
        )));
    }
    drop(present);
    let mut body = Object::new();
    body.put("AccountId", &*call.account);
    body.put("BgpAsn", wanted.bgp_asn);
    body.put("ClientPrivateIp", client.to_string());
    body.put("DirectLinkId", &*link.id);
    body.put("DirectLinkInterfaceName", wanted.direct_link_interface_name);
    body.put("InterfaceType", "private");
    body.put("Location", link.body.text("Location"));
    body.put("Mtu", MTU);
    body.put("OutscalePrivateIp", outscale.to_string());
    body.put("State", PREPARATION.from);
    body.put("VirtualGatewayId", wanted.virtual_gateway_id);
    body.put("Vlan", wanted.vlan);
    if wanted.bgp_key.is_empty() {
        // assumed: shown, since nobody could know it otherwise; the examples do not repeat the key
        // that they send.
        body.put("BgpKey", call.state.ids.opaque("BgpKey", KEY_LENGTH));
    }
    let id = call.insert(DIRECT_LINK_INTERFACE, body);
    if link.state() == "available" {
        call.state.begin(&PREPARATION, &id);
    }
    let shown = call.shown(DIRECT_LINK_INTERFACE, &id);
    Ok(Reply::of("DirectLinkInterface", shown))
}

fn check_numbers(wanted: &Wanted) -> Result<(), Fault> {
    for (field, number, range, entry) in [
        ("BgpAsn", wanted.bgp_asn, BGP_ASNS, fault::INVALID_BGP_ASN),
        ("Vlan", wanted.vlan, VLANS, fault::INVALID_RANGE),
    ] {
        if !range.contains(&number) {
            return Err(entry.says(format!(
                "The {field} {number} does not lie between {} and {}.",
                range.start(),
                range.end()
            )));
        }
    }
    Ok(())
}

/// The addresses of the vendor's end and of the client's: as wanted, or in the network of the one
/// that is, or in one that nobody else has.
///
/// # Faults
/// assumed: the codes.
/// - `INVALID_IP_RANGE` for what is no address with a mask of 30 bits.
/// - `INVALID_PARAMETER_SET` for two that are not the ends of one network.
fn peers(ids: &mut Ids, wanted: &Wanted) -> Result<(Ipv4Net, Ipv4Net), Fault> {
    let outscale = end(&wanted.outscale_private_ip)?;
    let client = end(&wanted.client_private_ip)?;
    match (outscale, client) {
        (Some(outscale), Some(client)) => {
            let apart = outscale.addr() != client.addr();
            if apart && outscale.network() == client.network() {
                return Ok((outscale, client));
            }
            Err(fault::INVALID_PARAMETER_SET.says(format!(
                "The addresses {outscale} and {client} are not the two ends of one network."
            )))
        }
        (Some(outscale), None) => Ok((outscale, other_end(outscale))),
        (None, Some(client)) => Ok((other_end(client), client)),
        (None, None) => {
            // assumed: taken from the addresses of RFC 3927, four at a time, 16,384 times.
            let place = ids.count("BGP peers") % (1 << 14);
            let network = Ipv4Net::new_assert(std::net::Ipv4Addr::new(169, 254, 0, 0), 16);
            let outscale = Ipv4Net::new_assert(address::at(network, 4 * place + 1), PEERS);
            Ok((outscale, other_end(outscale)))
        }
    }
}

/// Reads the address of an end; the empty text is none.
///
/// The address of the network itself is taken too: the documentation's example has one.
fn end(text: &str) -> Result<Option<Ipv4Net>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<Ipv4Net>() {
        Ok(end) if end.prefix_len() == PEERS => Ok(Some(end)),
        _ => Err(fault::INVALID_IP_RANGE.says(format!(
            "The value '{text}' is no IPv4 address with the mask /{PEERS}."
        ))),
    }
}

/// The first host of a network that is not this end.
fn other_end(end: Ipv4Net) -> Ipv4Net {
    let mut hosts = end.hosts().filter(|host| *host != end.addr());
    let host = hosts
        .next()
        .expect("a network of four addresses has two hosts");
    Ipv4Net::new_assert(host, PEERS)
}

/// Deletes an interface; the next read still lists it.
///
/// # Faults
/// Those of [`Call::find_live`].
fn delete_direct_link_interface(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let interface = find(call)?;
    call.state.begin(&DELETION, &interface);
    Ok(Reply::empty())
}

/// Sets the size of an interface's packets, of which there is only one.
///
/// # Faults
/// Those of [`Call::find_live`].
fn update_direct_link_interface(call: &mut Call<'_>) -> Result<Reply, Fault> {
    find(call)?;
    default::update(call, |_| {})
}

fn find(call: &Call<'_>) -> Result<String, Fault> {
    let id = call.input.text(DIRECT_LINK_INTERFACE.id);
    call.find_live(DIRECT_LINK_INTERFACE, id)
        .map(|it| it.id.to_string())
}
