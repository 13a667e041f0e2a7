//! Virtual gateways: a Net's way to VPN connections and direct links.
//!
//! By default: reading. By rule: the rest. Left out: the routes that propagation adds to a
//! table, and the states `attaching` and `detaching`: a link comes and goes at once.
//!
//! A gateway remembers the Nets that it was linked to: such a link stays, and reads `detached`.

use std::sync::Arc;

use serde_json::json;

use super::client_gateway::check_connection_type;
use super::net;
use super::route_table::{self, ROUTE_TABLE};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::Fields;
use crate::cloud::store::{Resource, state_of};

/// Virtual gateways, as a kind of resource.
pub(in crate::cloud) const VIRTUAL_GATEWAY: &Kind = &Kind::new(
    "VirtualGateway",
    "VirtualGatewayId",
    "vgw-",
    fault::NO_SUCH_VIRTUAL_GATEWAY,
)
.tagged("virtual-private-gateway");

pub(super) const FAMILY: Family = Family {
    tag: "VirtualGateway",
    kinds: &[VIRTUAL_GATEWAY],
    filters: &[],
    transitions: &[&DELETION],
    rules: &[
        ("CreateVirtualGateway", create_virtual_gateway),
        ("DeleteVirtualGateway", delete_virtual_gateway),
        ("LinkVirtualGateway", link_virtual_gateway),
        ("UnlinkVirtualGateway", unlink_virtual_gateway),
        ("UpdateRoutePropagation", update_route_propagation),
    ],
};

/// A deleted gateway stays readable; clients rely on it.
static DELETION: Transition = Transition {
    kind: VIRTUAL_GATEWAY,
    field: "State",
    from: "deleting",
    to: End::State("deleted"),
    read_once: true,
    then: None,
};

/// The list of a gateway's links.
const LINKS: &str = "NetToVirtualGatewayLinks";
/// The state of a link that is in force.
const ATTACHED: &str = "attached";
/// The state of a link that was.
const DETACHED: &str = "detached";
/// The list of the gateways that may add routes to a table.
const PROPAGATING: &str = "RoutePropagatingVirtualGateways";

/// A gateway that something can be linked to.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: which calls answer it. `INVALID_VIRTUAL_GATEWAY_STATE` for one that is deleted, or
///   being deleted.
pub(super) fn find_usable(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    let gateway = call.find_own(VIRTUAL_GATEWAY, id)?;
    if dependents::is_gone(&gateway.body) {
        return Err(fault::INVALID_VIRTUAL_GATEWAY_STATE.says(format!(
            "The virtual gateway '{id}' is in the state '{}', not 'available'.",
            state_of(&gateway.body)
        )));
    }
    Ok(gateway)
}

/// Ends the link of a gateway to a Net, and whatever it propagates there.
pub(super) fn detach(state: &mut State, id: &str, net_id: &str) {
    put_link(state, id, net_id, DETACHED);
    let tables = state.store.all(ROUTE_TABLE);
    let tables = tables.filter(|table| table.body.text("NetId") == net_id);
    let tables: Vec<String> = tables.map(|table| table.id.to_string()).collect();
    for table in tables {
        propagate(state, &table, id, false);
    }
}

/// Makes a gateway that is linked to nothing.
///
/// # Faults
/// Those of [`check_connection_type`].
fn create_virtual_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    check_connection_type(call.input.text("ConnectionType"))?;
    default::create(call, |_| {})
}

/// Deletes a gateway that is linked to no Net and that nothing uses.
///
/// # Faults
/// - Those of [`Call::find_live`].
/// - assumed: `GATEWAY_ALREADY_LINKED` while it is linked to a Net, and `BUSY` while a VPN
///   connection or an interface of a direct link leads to it, be it one that is being deleted; the
///   documentation advises to end the link and the VPN connection before.
fn delete_virtual_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(VIRTUAL_GATEWAY.id);
    let gateway = call.find_live(VIRTUAL_GATEWAY, id)?;
    if let Some(net) = linked_net(&gateway) {
        return Err(linked_to(id, net));
    }
    if let Some(user) = dependents::until_deleted(call.state, &[VIRTUAL_GATEWAY.id], id).next() {
        return Err(fault::BUSY.says(format!(
            "The virtual gateway '{id}' is used by the {} '{}'.",
            user.kind.name, user.id
        )));
    }
    call.state.begin(&DELETION, id);
    Ok(Reply::empty())
}

/// Links a gateway to a Net: one to one.
///
/// # Faults
/// - Those of [`find_usable`] for the gateway, then those of [`net::find_net`].
/// - assumed: `NET_ALREADY_LINKED` when the Net has one, be it this one.
/// - assumed: `GATEWAY_ALREADY_LINKED` when the gateway is linked to another Net.
fn link_virtual_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (id, net_id) = (
        call.input.text(VIRTUAL_GATEWAY.id),
        call.input.text("NetId"),
    );
    let gateway = find_usable(call, id)?;
    net::find_net(call, net_id)?;
    let mut gateways = call.owned(VIRTUAL_GATEWAY);
    if let Some(other) = gateways.find(|other| linked_net(other) == Some(net_id)) {
        return Err(fault::NET_ALREADY_LINKED.says(format!(
            "The Net '{net_id}' has the virtual gateway '{}'.",
            other.id
        )));
    }
    drop(gateways);
    if let Some(other) = linked_net(&gateway) {
        return Err(linked_to(id, other));
    }
    put_link(call.state, id, net_id, ATTACHED);
    Ok(Reply::of(
        "NetToVirtualGatewayLink",
        json!({ "NetId": net_id, "State": ATTACHED }),
    ))
}

/// Ends the link of a gateway to a Net; routes to it lead nowhere from then on.
///
/// # Faults
/// - Those of [`find_usable`] for the gateway, then those of [`net::find_net`].
/// - assumed: `VIRTUAL_GATEWAY_NOT_LINKED` when it is not linked to that Net.
fn unlink_virtual_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (id, net_id) = (
        call.input.text(VIRTUAL_GATEWAY.id),
        call.input.text("NetId"),
    );
    let gateway = find_usable(call, id)?;
    net::find_net(call, net_id)?;
    if linked_net(&gateway) != Some(net_id) {
        return Err(fault::VIRTUAL_GATEWAY_NOT_LINKED.says(format!(
            "The virtual gateway '{id}' is not linked to the Net '{net_id}'."
        )));
    }
    detach(call.state, id, net_id);
    Ok(Reply::empty())
}

/// Lets a gateway add routes to a table of its Net, or no longer; twice is as good as once.
///
/// # Faults
/// - Those of [`Call::find_own`] for the table, then those of [`find_usable`] for the gateway.
/// - assumed: `INVALID_VPN_PROPAGATION` to let a gateway that is not linked to the table's Net.
fn update_route_propagation(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let table = call.find_own(ROUTE_TABLE, call.input.text(ROUTE_TABLE.id))?;
    let gateway = find_usable(call, call.input.text(VIRTUAL_GATEWAY.id))?;
    let enable = call.input.flag("Enable") == Some(true);
    let net_id = table.body.text("NetId");
    if enable && linked_net(&gateway) != Some(net_id) {
        return Err(fault::INVALID_VPN_PROPAGATION.says(format!(
            "The virtual gateway '{}' is not linked to the Net '{net_id}' of the route table '{}'.",
            gateway.id, table.id
        )));
    }
    propagate(call.state, &table.id, &gateway.id, enable);
    // assumed: in the order of the calls about routes, not in that of reads.
    let shown = call.state.get(ROUTE_TABLE, &table.id);
    let shown = shown.map(|table| route_table::as_made(call.state, table));
    Ok(Reply::of("RouteTable", shown.unwrap_or_default()))
}

fn propagate(state: &mut State, table_id: &str, id: &str, enable: bool) {
    state.edit(ROUTE_TABLE, table_id, |table| {
        let gateways = table.body.list_mut(PROPAGATING);
        let entry = json!({ "VirtualGatewayId": id });
        gateways.retain(|other| *other != entry);
        if enable {
            gateways.push(entry);
        }
    });
}

/// Sets the state of a gateway's link to a Net.
///
/// assumed: the link of a Net that it was linked to before is used again.
fn put_link(state: &mut State, id: &str, net_id: &str, to: &str) {
    let link = json!({ "NetId": net_id, "State": to });
    state.edit(VIRTUAL_GATEWAY, id, |gateway| {
        let links = gateway.body.list_mut(LINKS);
        match links.iter_mut().find(|link| link["NetId"] == *net_id) {
            Some(present) => *present = link,
            None => links.push(link),
        }
    });
}

/// The Net that a gateway is linked to now.
fn linked_net(gateway: &Resource) -> Option<&str> {
    let mut links = gateway.body.objects(LINKS);
    let link = links.find(|link| link.text("State") == ATTACHED)?;
    Some(link.text("NetId"))
}

fn linked_to(id: &str, net_id: &str) -> Fault {
    fault::GATEWAY_ALREADY_LINKED.says(format!(
        "The virtual gateway '{id}' is linked to the Net '{net_id}'."
    ))
}
