//! Net access points: ways from a Net to services of the cloud.
//!
//! By default: reading. By rule: the rest, and the seeded services. Left out: traffic, and the public
//! IP that an access point has and nobody sees.
//!
//! An access point adds a route to each of its tables, whose destination is a service instead of a
//! range; only the access point takes it away again.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::net::{self, NET};
use super::route_table::{self, ROUTE_TABLE};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents::is_gone;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::{default, seeds};

/// Net access points, as a kind of resource.
pub(in crate::cloud) const NET_ACCESS_POINT: &Kind = &Kind::new(
    "NetAccessPoint",
    "NetAccessPointId",
    "vpce-",
    fault::NO_SUCH_NET_ACCESS_POINT,
)
.tagged("vpc-endpoint");

pub(super) const FAMILY: Family = Family {
    tag: "NetAccessPoint",
    kinds: &[NET_ACCESS_POINT],
    filters: &[],
    transitions: &[&DELETION, &PREPARATION],
    rules: &[
        ("CreateNetAccessPoint", create_net_access_point),
        ("DeleteNetAccessPoint", delete_net_access_point),
        ("ReadNetAccessPointServices", read_net_access_point_services),
        ("UpdateNetAccessPoint", update_net_access_point),
    ],
};

static PREPARATION: Transition = Transition {
    kind: NET_ACCESS_POINT,
    field: "State",
    from: "pending",
    to: End::State("available"),
    read_once: true,
    then: None,
};

/// A deleted access point stays readable.
static DELETION: Transition = Transition {
    kind: NET_ACCESS_POINT,
    field: "State",
    from: "deleting",
    to: End::State("deleted"),
    read_once: true,
    then: None,
};

/// The list of the tables that have a route of an access point.
const TABLES: &str = "RouteTableIds";

/// Deletes an access point and its routes.
///
/// assumed: it has no tables from then on.
pub(super) fn end(state: &mut State, id: &str) {
    let point = state.get(NET_ACCESS_POINT, id);
    let tables = point
        .map_or(&[][..], |point| point.body.list(TABLES))
        .to_vec();
    for table in tables.iter().filter_map(Value::as_str) {
        route_table::drop_service(state, table, id);
    }
    state.edit(NET_ACCESS_POINT, id, |point| {
        point.body.put(TABLES, json!([]));
    });
    state.begin(&DELETION, id);
}

/// Takes a table that goes away off the access points that have a route in it.
///
/// assumed: a table may go that one uses.
pub(super) fn forget_table(state: &mut State, table_id: &str) {
    let points = state.store.all(NET_ACCESS_POINT);
    let using = points.filter(|point| point.body.texts(TABLES).any(|id| id == table_id));
    let using: Vec<_> = using.map(|point| Arc::clone(&point.id)).collect();
    for id in using {
        state.edit(NET_ACCESS_POINT, &id, |point| {
            let tables = point.body.list_mut(TABLES);
            tables.retain(|id| *id != *table_id);
        });
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    net_id: String,
    #[serde(default)]
    route_table_ids: Vec<String>,
    service_name: String,
}

/// Makes an access point, with a route to its service in each of the tables.
///
/// # Faults
/// - Those of [`net::find_net`].
/// - assumed: `NO_SUCH_SERVICE` for a service that the Region does not have.
/// - Those of [`check_tables`] (assumed: in this order).
/// - assumed: `ACCESS_POINT_EXISTS` when the Net has one to that service.
fn create_net_access_point(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let net = net::find_net(call, &wanted.net_id)?;
    let name = wanted.service_name;
    let services = seeds::net_access_point_services(&call.state.region);
    let Some(service) = services.iter().find(|it| it["ServiceName"] == *name) else {
        return Err(fault::NO_SUCH_SERVICE.says(format!("There is no service '{name}'.")));
    };
    check_tables(call, &net.id, &wanted.route_table_ids)?;
    let mut present = call.owned(NET_ACCESS_POINT).filter(|it| !is_gone(&it.body));
    if let Some(other) =
        present.find(|it| it.body.text(NET.id) == &*net.id && it.body.text("ServiceName") == name)
    {
        return Err(fault::ACCESS_POINT_EXISTS.says(format!(
            "The Net '{}' reaches '{name}' through '{}'.",
            net.id, other.id
        )));
    }
    drop(present);
    let mut body = Object::new();
    body.put(NET.id, &*net.id);
    body.put(TABLES, json!([]));
    body.put("ServiceName", name);
    body.put("State", PREPARATION.from);
    body.put("Tags", json!([]));
    let id = call.insert(NET_ACCESS_POINT, body);
    add_tables(
        call.state,
        &id,
        service["ServiceId"].as_str(),
        &wanted.route_table_ids,
    );
    call.state.begin(&PREPARATION, &id);
    Ok(shown(call, &id))
}

/// Deletes an access point; its routes go at once.
///
/// # Faults
/// Those of [`Call::find_live`].
fn delete_net_access_point(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(NET_ACCESS_POINT.id);
    call.find_live(NET_ACCESS_POINT, id)?;
    end(call.state, id);
    Ok(Reply::empty())
}

/// Answers the services of the region that the filters select.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_net_access_point_services(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let services = seeds::net_access_point_services(&call.state.region);
    default::read_listed(call, &services)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    #[serde(default)]
    add_route_table_ids: Vec<String>,
    net_access_point_id: String,
    #[serde(default)]
    remove_route_table_ids: Vec<String>,
}

/// Adds an access point's route to tables, and takes it out of others.
///
/// assumed: a table that has it may be added and one that has it not may be removed; one that is in
/// both lists has it in the end.
///
/// # Faults
/// Those of [`Call::find_live`], then those of [`check_tables`].
fn update_net_access_point(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let change: Change = call.read()?;
    let point = call.find_live(NET_ACCESS_POINT, &change.net_access_point_id)?;
    let net_id = point.body.text(NET.id);
    check_tables(call, net_id, &change.add_route_table_ids)?;
    check_tables(call, net_id, &change.remove_route_table_ids)?;
    for table in &change.remove_route_table_ids {
        route_table::drop_service(call.state, table, &point.id);
    }
    call.edit(NET_ACCESS_POINT, &point.id, |point| {
        let removed = |id: &Value| change.remove_route_table_ids.iter().any(|it| *id == **it);
        point.body.list_mut(TABLES).retain(|id| !removed(id));
    });
    let services = seeds::net_access_point_services(&call.state.region);
    let name = point.body.text("ServiceName");
    let service = services.iter().find(|it| it["ServiceName"] == *name);
    let service = service.and_then(|it| it["ServiceId"].as_str());
    add_tables(call.state, &point.id, service, &change.add_route_table_ids);
    Ok(shown(call, &point.id))
}

/// Refuses tables that are not of the access point's Net.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: `NETWORK_MISMATCH` for one of another Net.
fn check_tables(call: &Call<'_>, net_id: &str, tables: &[String]) -> Result<(), Fault> {
    for id in tables {
        let table = call.find_own(ROUTE_TABLE, id)?;
        let other = table.body.text(NET.id);
        if other != net_id {
            return Err(fault::NETWORK_MISMATCH.says(format!(
                "The route table '{id}' is in the Net '{other}', not in '{net_id}'."
            )));
        }
    }
    Ok(())
}

/// Adds the route of an access point to those tables that do not have it.
fn add_tables(state: &mut State, id: &str, service: Option<&str>, tables: &[String]) {
    for table in tables {
        let point = state.get(NET_ACCESS_POINT, id);
        if point.is_some_and(|point| point.body.texts(TABLES).any(|it| it == table)) {
            continue;
        }
        route_table::add_service(state, table, id, service.unwrap_or_default());
        state.edit(NET_ACCESS_POINT, id, |point| {
            point.body.list_mut(TABLES).push(table.as_str().into());
        });
    }
}

fn shown(call: &Call<'_>, id: &str) -> Reply {
    let shown = call.shown(NET_ACCESS_POINT, id);
    Reply::of("NetAccessPoint", shown)
}
