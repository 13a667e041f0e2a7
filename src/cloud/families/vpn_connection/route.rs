//! The static routes of a VPN connection: what it is sent.

use std::sync::Arc;

use super::{VPN_CONNECTION, find_usable};
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents::is_gone;
use crate::cloud::family::Kind;
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// A route: a part of its connection that changes by itself. No call names it by an identifier, so
/// it is no kind of its family.
const ROUTE: &Kind = &Kind::new("RouteLight", "RouteId", "", fault::NO_SUCH_VPN_ROUTE)
    .shown_by(|_, route| shown(route));

pub(super) static PREPARATION: Transition = Transition {
    kind: ROUTE,
    field: "State",
    from: "pending",
    to: End::State("available"),
    read_once: true,
    then: None,
};

pub(super) static DELETION: Transition = Transition {
    kind: ROUTE,
    field: "State",
    from: "deleting",
    to: End::State("deleted"),
    read_once: true,
    then: None,
};

/// Adds a route to a connection that has none by BGP; one that was deleted comes back.
///
/// # Faults
/// - `INVALID_IP_RANGE` for a destination that is no range.
/// - Those of [`find_usable`] for the connection.
/// - assumed: `VPN_NOT_STATIC` for one that learns its routes.
/// - assumed: `ROUTE_EXISTS` when it has a route for that range.
pub(super) fn create(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (vpn, destination) = named(call)?;
    if vpn.body.flag("StaticRoutesOnly") != Some(true) {
        return Err(fault::VPN_NOT_STATIC.says(format!(
            "The VPN connection '{}' does not have static routes only.",
            vpn.id
        )));
    }
    let id = key(&vpn.id, destination);
    match call.state.get(ROUTE, &id) {
        Some(route) if !is_gone(&route.body) => {
            return Err(fault::ROUTE_EXISTS.says(format!(
                "The VPN connection '{}' has a route for {destination}.",
                vpn.id
            )));
        }
        Some(_) => {}
        None => {
            let mut body = Object::new();
            body.put("DestinationIpRange", destination);
            body.put(ROUTE.id, &*id);
            body.put("RouteType", "static");
            body.put("State", PREPARATION.from);
            let mut notes = Object::new();
            notes.put(VPN_CONNECTION.id, &*vpn.id);
            call.state.insert_with(ROUTE, &vpn.account, body, notes);
        }
    }
    call.state.begin(&PREPARATION, &id);
    Ok(Reply::empty())
}

/// Takes a route back, which is still listed.
///
/// # Faults
/// - Those of [`create`] for the destination and the connection.
/// - assumed: `NO_SUCH_VPN_ROUTE` when it has none for exactly that range.
pub(super) fn delete(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (vpn, destination) = named(call)?;
    let id = key(&vpn.id, destination);
    if call
        .state
        .get(ROUTE, &id)
        .is_none_or(|route| is_gone(&route.body))
    {
        return Err(fault::NO_SUCH_VPN_ROUTE.says(format!(
            "The VPN connection '{}' has no route for {destination}.",
            vpn.id
        )));
    }
    call.state.begin(&DELETION, &id);
    Ok(Reply::empty())
}

/// The routes of a connection, in the order in which they were made.
pub(super) fn of<'a>(state: &'a State, vpn_id: &'a str) -> impl Iterator<Item = &'a Arc<Resource>> {
    let routes = state.store.all(ROUTE);
    routes.filter(move |route| route.notes.text(VPN_CONNECTION.id) == vpn_id)
}

/// A route as its connection shows it.
pub(super) fn shown(route: &Resource) -> Object {
    let mut shown = route.body.clone();
    shown.remove(ROUTE.id);
    shown
}

/// Takes the routes of a connection out.
pub(super) fn remove_all(state: &mut State, vpn_id: &str) {
    let routes: Vec<_> = of(state, vpn_id).map(|it| Arc::clone(&it.id)).collect();
    for id in routes {
        state.remove(ROUTE, &id);
    }
}

/// The connection and the destination that a call names.
fn named<'a>(call: &Call<'a>) -> Result<(Arc<Resource>, &'a str), Fault> {
    let input = call.input;
    let destination = input.text("DestinationIpRange");
    address::range(destination)?;
    let vpn = find_usable(call, input.text(VPN_CONNECTION.id))?;
    Ok((vpn, destination))
}

fn key(vpn_id: &str, destination: &str) -> String {
    format!("{vpn_id}/{destination}")
}
