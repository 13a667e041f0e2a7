//! VPN connections: tunnels between a virtual gateway and a client gateway.
//!
//! By rule: all of it. Left out: traffic (a tunnel never comes up), and routes by BGP.
//!
//! A connection and its routes stay readable when they are deleted: clients wait to see it.

mod configuration;
mod options;
mod route;

use std::sync::Arc;

use serde_json::{Value, json};

use super::client_gateway::{CLIENT_GATEWAY, check_connection_type};
use super::public_ip;
use super::virtual_gateway::{self, VIRTUAL_GATEWAY};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::default;
use crate::cloud::dependents::is_gone;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::{Resource, state_of};

/// VPN connections, as a kind of resource.
pub(in crate::cloud) const VPN_CONNECTION: &Kind = &Kind::new(
    "VpnConnection",
    "VpnConnectionId",
    "vpn-",
    fault::NO_SUCH_VPN_CONNECTION,
)
.tagged("vpn-connection")
.shown_by(show);

pub(super) const FAMILY: Family = Family {
    tag: "VpnConnection",
    kinds: &[VPN_CONNECTION],
    filters: &[("FiltersVpnConnection", "BgpAsns", By::Values(bgp_asns))],
    transitions: &[
        &DELETION,
        &PREPARATION,
        &route::DELETION,
        &route::PREPARATION,
    ],
    rules: &[
        ("CreateVpnConnection", create_vpn_connection),
        ("CreateVpnConnectionRoute", route::create),
        ("DeleteVpnConnection", delete_vpn_connection),
        ("DeleteVpnConnectionRoute", route::delete),
        ("ReadVpnConnections", read_vpn_connections),
        ("UpdateVpnConnection", update_vpn_connection),
    ],
};

static PREPARATION: Transition = Transition {
    kind: VPN_CONNECTION,
    field: "State",
    from: "pending",
    to: End::State("available"),
    read_once: true,
    then: None,
};

static DELETION: Transition = Transition {
    kind: VPN_CONNECTION,
    field: "State",
    from: "deleting",
    to: End::State("deleted"),
    read_once: true,
    then: None,
};

/// The note of a connection that holds the key which the cloud has made up for it.
const KEY: &str = "PreSharedKey";
/// How many letters and digits such a key has.
///
/// assumed: that there is one, and what it looks like.
const KEY_LENGTH: usize = 32;

/// Makes a connection with one tunnel, which is down.
///
/// # Faults
/// - Those of [`check_connection_type`].
/// - Those of [`find_ends`].
fn create_vpn_connection(call: &mut Call<'_>) -> Result<Reply, Fault> {
    check_connection_type(call.input.text("ConnectionType"))?;
    let (client, cloud) = (
        call.input.text(CLIENT_GATEWAY.id),
        call.input.text(VIRTUAL_GATEWAY.id),
    );
    find_ends(call, client, cloud, None)?;
    let mut body = Object::new();
    body.put(CLIENT_GATEWAY.id, client);
    body.put("ConnectionType", call.input.text("ConnectionType"));
    body.put("State", PREPARATION.from);
    let is_static = call.input.flag("StaticRoutesOnly").unwrap_or(false);
    body.put("StaticRoutesOnly", is_static);
    body.put("Tags", json!([]));
    let tunnel = json!({
        "AcceptedRouteCount": 0,
        "LastStateChangeDate": clock::zulu(call.state.clock.now()),
        // assumed: an address of the ranges that public IPs are taken from.
        "OutsideIpAddress": public_ip::take_address(call.state).to_string(),
        "State": "DOWN",
        "StateDescription": "IPSEC IS DOWN",
    });
    // Recorded: one, where others have two.
    body.put("VgwTelemetries", json!([tunnel]));
    body.put(VIRTUAL_GATEWAY.id, cloud);
    let mut notes = Object::new();
    notes.put(KEY, call.state.ids.opaque(KEY, KEY_LENGTH));
    let account = Arc::clone(&call.account);
    let id = call
        .state
        .insert_with(VPN_CONNECTION, &account, body, notes);
    configuration::write(call.state, &id);
    call.state.begin(&PREPARATION, &id);
    Ok(shown(call, &id))
}

/// Answers the connections that the filters select, and has looked at their routes as well.
///
/// # Faults
/// Those of [`default::read`].
fn read_vpn_connections(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let reply = default::read(call)?;
    let routes = call.seen.iter().flat_map(|id| route::of(call.state, id));
    let routes: Vec<_> = routes.map(|route| Arc::clone(&route.id)).collect();
    call.seen.extend(routes);
    Ok(reply)
}

/// Gives a connection other ends or other options, after which it comes up again.
///
/// assumed: also one that is coming up, and one that is given nothing else.
///
/// # Faults
/// - Those of [`find_usable`] for the connection, then those of [`find_ends`].
/// - Those of [`options::merge`].
fn update_vpn_connection(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vpn = find_usable(call, call.input.text(VPN_CONNECTION.id))?;
    let input = call.input;
    let end = |kind: &Kind| {
        let asked = input.some_text(kind.id);
        asked.unwrap_or_else(|| vpn.body.text(kind.id))
    };
    let (client, cloud) = (end(CLIENT_GATEWAY), end(VIRTUAL_GATEWAY));
    find_ends(call, client, cloud, Some(&vpn.id))?;
    let options = match input.object("VpnOptions") {
        None => None,
        Some(sent) => Some(options::merge(vpn.body.object("VpnOptions"), sent)?),
    };
    call.edit(VPN_CONNECTION, &vpn.id, |vpn| {
        vpn.body.put(CLIENT_GATEWAY.id, client);
        vpn.body.put(VIRTUAL_GATEWAY.id, cloud);
        if let Some(options) = options {
            vpn.body.put("VpnOptions", options);
        }
    });
    configuration::write(call.state, &vpn.id);
    call.state.begin(&PREPARATION, &vpn.id);
    Ok(shown(call, &vpn.id))
}

/// Deletes a connection with its routes; what it connected may be deleted when that is over.
///
/// # Faults
/// Those of [`Call::find_live`].
fn delete_vpn_connection(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vpn = call.find_live(VPN_CONNECTION, call.input.text(VPN_CONNECTION.id))?;
    // assumed: they are not shown any more, whereas a route that is deleted by itself is.
    route::remove_all(call.state, &vpn.id);
    call.state.begin(&DELETION, &vpn.id);
    Ok(Reply::empty())
}

/// A connection that can be changed.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: which calls answer it. `INVALID_VPN_STATE` for one that is deleted, or being deleted.
fn find_usable(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    let vpn = call.find_own(VPN_CONNECTION, id)?;
    if is_gone(&vpn.body) {
        return Err(fault::INVALID_VPN_STATE.says(format!(
            "The VPN connection '{id}' is in the state '{}', not 'available'.",
            state_of(&vpn.body)
        )));
    }
    Ok(vpn)
}

/// Refuses ends between which there cannot be a connection, or another than the one named.
///
/// # Faults
/// - Those of [`Call::find_live`] for the client gateway, then (assumed: in this order) those of
///   [`virtual_gateway::find_usable`] for the virtual one.
/// - assumed: the code. `VPN_EXISTS` when there is one.
fn find_ends(call: &Call<'_>, client: &str, cloud: &str, but: Option<&str>) -> Result<(), Fault> {
    call.find_live(CLIENT_GATEWAY, client)?;
    virtual_gateway::find_usable(call, cloud)?;
    let mut others = call.owned(VPN_CONNECTION).filter(|vpn| {
        vpn.body.text(CLIENT_GATEWAY.id) == client
            && vpn.body.text(VIRTUAL_GATEWAY.id) == cloud
            && !is_gone(&vpn.body)
            && but != Some(&*vpn.id)
    });
    match others.next() {
        None => Ok(()),
        Some(other) => Err(fault::VPN_EXISTS.says(format!(
            "The VPN connection '{}' is between '{client}' and '{cloud}'.",
            other.id
        ))),
    }
}

fn shown(call: &Call<'_>, id: &str) -> Reply {
    Reply::of("VpnConnection", call.shown(VPN_CONNECTION, id))
}

/// With its routes, which are parts of it that change by themselves.
fn show(state: &State, vpn: &Resource) -> Object {
    let mut shown = vpn.body.clone();
    let routes = route::of(state, &vpn.id);
    let routes: Vec<Value> = routes.map(|it| route::shown(it).into()).collect();
    shown.put("Routes", routes);
    shown
}

/// The number of the client gateway's autonomous system, which the connection does not show.
fn bgp_asns(state: &State, connection: &Resource) -> Vec<Value> {
    state
        .get(CLIENT_GATEWAY, connection.body.text(CLIENT_GATEWAY.id))
        .and_then(|gateway| gateway.body.get("BgpAsn").cloned())
        .into_iter()
        .collect()
}
