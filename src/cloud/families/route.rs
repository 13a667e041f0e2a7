//! Routes: where a route table sends what is for a range.
//!
//! By rule: all of it; routes are read with their tables. Left out: routes that a virtual gateway
//! propagates; those to services belong to Net access points.

use std::sync::Arc;

use serde_json::Value;

use super::internet_service::INTERNET_SERVICE;
use super::nat_service::NAT_SERVICE;
use super::net_peering::{self, NET_PEERING};
use super::nic::{self, NIC};
use super::route_table::{self, ROUTE_TABLE};
use super::virtual_gateway::VIRTUAL_GATEWAY;
use super::vm::VM;
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

pub(super) const FAMILY: Family = Family {
    tag: "Route",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        (CREATION, create_route),
        ("DeleteRoute", delete_route),
        ("UpdateRoute", update_route),
    ],
};

/// The operation that makes a route, and the method by which it is said to be made.
pub(super) const CREATION: &str = "CreateRoute";
/// What the local route has for a gateway.
pub(super) const LOCAL: &str = "local";

/// Looks a target up and answers what a route to it says.
type LookUp = fn(&Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault>;

/// What a route can lead to.
const TARGETS: &[(&str, LookUp)] = &[
    ("GatewayId", gateway),
    ("NatServiceId", nat_service),
    ("NetPeeringId", net_peering),
    ("NicId", nic),
    ("VmId", vm),
];

/// Names the VM that the network card of a route is in, for as long as it is.
pub(super) fn name_vm(state: &State, route: &mut Object) {
    if route.contains_key("VmId") {
        return;
    }
    let nic = route.some_text("NicId").and_then(|id| state.shown(NIC, id));
    if let Some(link) = nic.as_ref().and_then(|nic| nic.object("LinkNic")) {
        route.put("VmAccountId", link.text("VmAccountId"));
        route.put("VmId", link.text("VmId"));
    }
}

/// Whether what a route leads to can take what is sent there.
///
/// assumed beyond peerings: that a route stays and turns `blackhole` when its target goes.
pub(super) fn is_active(state: &State, net_id: &str, route: &Object) -> bool {
    let of = |kind, field| route.some_text(field).map(|id| state.get(kind, id));
    if let Some(gateway) = route.some_text("GatewayId") {
        gateway == LOCAL
            || [INTERNET_SERVICE, VIRTUAL_GATEWAY]
                .iter()
                .filter_map(|kind| state.get(kind, gateway))
                .any(|gateway| is_linked(gateway, net_id))
    } else if let Some(nat) = of(NAT_SERVICE, "NatServiceId") {
        nat.is_some_and(|nat| nat.state() == "available")
    } else if let Some(peering) = of(NET_PEERING, "NetPeeringId") {
        peering.is_some_and(|peering| peering.state() == "active")
    } else if let Some(vm) = of(VM, "VmId") {
        let nic = state.shown(NIC, route.text("NicId"));
        vm.is_some_and(|vm| vm.state() != "terminated")
            && nic.is_some_and(|nic| holder(&nic) == route.text("VmId"))
    } else {
        // A card that is in no VM, or a service.
        !route.contains_key("NicId")
    }
}

/// Whether a table has a route to an Internet service that is linked to its Net.
pub(super) fn leads_to_internet(state: &State, table: &Resource) -> bool {
    let net_id = table.body.text("NetId");
    let mut routes = table.body.objects("Routes");
    routes.any(|route| {
        let gateway = route.text("GatewayId");
        gateway.starts_with(INTERNET_SERVICE.prefix) && is_active(state, net_id, route)
    })
}

/// Adds a route to a table.
///
/// # Faults
/// - Those of [`target`], then `INVALID_IP_RANGE` for a destination that is no range.
/// - Those of [`Call::find`] for the table, then those of [`Target::route`].
/// - assumed: `ROUTE_EXISTS` when the table has a route for that range, the local one included.
fn create_route(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let target = target(call)?;
    let (table, destination) = named(call)?;
    let mut route = target.route(call, &table)?;
    if position(&table, destination).is_some() {
        return Err(fault::ROUTE_EXISTS.says(format!(
            "The route table '{}' has a route for {destination}.",
            table.id
        )));
    }
    route.put("CreationMethod", CREATION);
    route.put("DestinationIpRange", destination);
    route.put("State", "active");
    Ok(change(call, &table, |routes| routes.push(route.into())))
}

/// Sends what is for a range to another target.
///
/// # Faults
/// - Those of [`create_route`] for the destination, the table and the target.
/// - Those of [`find_changeable`].
fn update_route(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let target = target(call)?;
    let (table, destination) = named(call)?;
    let mut route = target.route(call, &table)?;
    let (at, former) = find_changeable(&table, destination)?;
    for kept in ["CreationMethod", "DestinationIpRange", "State"] {
        route.put(kept, former.text(kept));
    }
    Ok(change(call, &table, |routes| routes[at] = route.into()))
}

/// Takes a route out of a table.
///
/// # Faults
/// - Those of [`create_route`] for the destination and the table.
/// - Those of [`find_changeable`].
fn delete_route(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (table, destination) = named(call)?;
    let (at, _) = find_changeable(&table, destination)?;
    Ok(change(call, &table, |routes| {
        routes.remove(at);
    }))
}

/// The table and the destination that a call names.
fn named<'a>(call: &Call<'a>) -> Result<(Arc<Resource>, &'a str), Fault> {
    let input = call.input;
    let destination = input.text("DestinationIpRange");
    address::range(destination)?;
    let table = call.find_own(ROUTE_TABLE, input.text(ROUTE_TABLE.id))?;
    Ok((table, destination))
}

fn change(call: &mut Call<'_>, table: &Resource, how: impl FnOnce(&mut Vec<Value>)) -> Reply {
    call.edit(ROUTE_TABLE, &table.id, |table| {
        how(table.body.list_mut("Routes"));
    });
    let shown = call.state.get(ROUTE_TABLE, &table.id);
    let shown = shown.map(|table| route_table::as_made(call.state, table));
    Reply::of("RouteTable", shown.unwrap_or_default())
}

fn position(table: &Resource, destination: &str) -> Option<usize> {
    let routes = table.body.list("Routes");
    routes
        .iter()
        .position(|route| route["DestinationIpRange"] == destination)
}

/// The route for a range, which must be one that a call has made.
///
/// # Faults
/// - assumed: `NO_SUCH_ROUTE` when the table has none for exactly that range.
/// - assumed: `INVALID_PARAMETER_VALUE` for the local route.
fn find_changeable<'t>(
    table: &'t Resource,
    destination: &str,
) -> Result<(usize, &'t Object), Fault> {
    let found = position(table, destination)
        .and_then(|at| Some((at, table.body.list("Routes").get(at)?.as_object()?)));
    match found {
        None => Err(fault::NO_SUCH_ROUTE.says(format!(
            "The route table '{}' has no route for {destination}.",
            table.id
        ))),
        Some((_, route)) if route.text("GatewayId") == LOCAL => Err(fault::INVALID_PARAMETER_VALUE
            .says(format!(
                "The route for {destination} is the local one of '{}' and stays.",
                table.id
            ))),
        Some(found) => Ok(found),
    }
}

/// The target that a call names.
struct Target<'a> {
    look_up: LookUp,
    id: &'a str,
}

impl Target<'_> {
    /// The target as the route shows it.
    ///
    /// # Faults
    /// - Those of [`Call::find`] for the target.
    /// - assumed: `NETWORK_MISMATCH` for one of another Net.
    /// - assumed: `GATEWAY_NOT_LINKED_TO_NET` for a gateway that is linked to no Net.
    /// - assumed: `INVALID_PARAMETER_VALUE` for a VM that has not exactly one network card.
    fn route(&self, call: &Call<'_>, table: &Resource) -> Result<Object, Fault> {
        (self.look_up)(call, table.body.text("NetId"), self.id)
    }
}

/// The one target that a call names, not looked up yet.
///
/// # Faults
/// assumed: `MISSING_PARAMETER` for none, `INVALID_PARAMETER_SET` for several.
fn target<'a>(call: &Call<'a>) -> Result<Target<'a>, Fault> {
    let input = call.input;
    let mut given = TARGETS.iter().filter_map(|(field, look_up)| {
        let (look_up, id) = (*look_up, input.some_text(field)?);
        Some(Target { look_up, id })
    });
    let fields = || TARGETS.iter().map(|(field, _)| *field).collect::<Vec<_>>();
    match (given.next(), given.next()) {
        (Some(target), None) => Ok(target),
        (None, _) => {
            Err(fault::MISSING_PARAMETER
                .says(format!("A route needs one of {}.", fields().join(", "))))
        }
        _ => Err(fault::INVALID_PARAMETER_SET.says(format!(
            "A route takes only one of {}.",
            fields().join(", ")
        ))),
    }
}

fn gateway(call: &Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault> {
    let kind = if id.starts_with(VIRTUAL_GATEWAY.prefix) {
        VIRTUAL_GATEWAY
    } else {
        INTERNET_SERVICE
    };
    let gateway = call.find_own(kind, id)?;
    if is_linked(&gateway, net_id) {
        Ok(leads_to("GatewayId", id))
    } else if linked_nets(&gateway).next().is_some() {
        Err(mismatch(kind, id, net_id))
    } else {
        Err(fault::GATEWAY_NOT_LINKED_TO_NET
            .says(format!("The {} '{id}' is linked to no Net.", kind.name)))
    }
}

fn nat_service(call: &Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault> {
    let nat = call.find_live(NAT_SERVICE, id)?;
    check_net(&nat, net_id)?;
    Ok(leads_to("NatServiceId", id))
}

/// A peering may still wait to be accepted; the route is a black hole until then.
fn net_peering(call: &Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault> {
    let peering = net_peering::find(call, id)?;
    if net_peering::nets(&peering).any(|net| net == net_id) {
        Ok(leads_to("NetPeeringId", id))
    } else {
        Err(mismatch(NET_PEERING, id, net_id))
    }
}

fn nic(call: &Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault> {
    let nic = nic::find(call, id)?;
    check_net(&nic, net_id)?;
    Ok(leads_to("NicId", id))
}

fn vm(call: &Call<'_>, net_id: &str, id: &str) -> Result<Object, Fault> {
    let vm = call.find_own(VM, id)?;
    // A VM is in the Net of its network cards: its view knows, its body does not.
    let shown = VM.view(call.state, &vm);
    if shown.text("NetId") != net_id {
        return Err(mismatch(VM, id, net_id));
    }
    let mut nics = shown.objects("Nics");
    let (Some(nic), None) = (nics.next(), nics.next()) else {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The VM '{id}' must have exactly one network card to be routed to; name the card."
        )));
    };
    let mut route = leads_to("VmId", id);
    route.put("NicId", nic.text("NicId"));
    route.put("VmAccountId", &*vm.account);
    Ok(route)
}

fn leads_to(field: &str, id: &str) -> Object {
    let mut route = Object::new();
    route.put(field, id);
    route
}

fn check_net(target: &Resource, net_id: &str) -> Result<(), Fault> {
    if target.body.text("NetId") == net_id {
        Ok(())
    } else {
        Err(mismatch(target.kind, &target.id, net_id))
    }
}

fn mismatch(kind: &Kind, id: &str, net_id: &str) -> Fault {
    fault::NETWORK_MISMATCH.says(format!(
        "The {} '{id}' is not of the Net '{net_id}'.",
        kind.name
    ))
}

fn is_linked(gateway: &Resource, net_id: &str) -> bool {
    linked_nets(gateway).any(|linked| linked == net_id)
}

/// The Net of an Internet service, or those that a virtual gateway is attached to.
fn linked_nets(gateway: &Resource) -> impl Iterator<Item = &str> {
    let links = gateway.body.objects("NetToVirtualGatewayLinks");
    let attached = links.filter(|link| link.text("State") == "attached");
    gateway
        .body
        .some_text("NetId")
        .into_iter()
        .chain(attached.map(|link| link.text("NetId")))
}

/// The VM that a card is in.
fn holder(nic: &Object) -> &str {
    nic.object("LinkNic").map_or("", |link| link.text("VmId"))
}
