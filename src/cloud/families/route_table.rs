//! Route tables: which way the Subnets of a Net send what leaves them.
//!
//! By default: reading. By rule: the rest; the routes in a table are a family of their own. Left
//! out: propagation, which belongs to virtual gateways.
//!
//! A table holds its links. The main link stands for every Subnet of the Net that has none of its
//! own.

use std::sync::Arc;

use serde_json::{Value, json};

use super::subnet::SUBNET;
use super::{net, net_access_point, route};
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Route tables, as a kind of resource.
pub(in crate::cloud) const ROUTE_TABLE: &Kind = &Kind::new(
    "RouteTable",
    "RouteTableId",
    "rtb-",
    fault::NO_SUCH_ROUTE_TABLE,
)
.tagged("route-table")
.shown_by(show);

/// What the identifier of a link looks like. Links are no resources: the store has none.
const LINK: &Kind = &Kind::new(
    "RouteTableLink",
    "LinkRouteTableId",
    "rtbassoc-",
    fault::NO_SUCH_ROUTE_TABLE_LINK,
);

/// The operation that makes a table, and the method by which the local route is said to be made.
const CREATION: &str = "CreateRouteTable";
/// The list of a table's links.
const LINKS: &str = "LinkRouteTables";

pub(super) const FAMILY: Family = Family {
    tag: "RouteTable",
    kinds: &[ROUTE_TABLE],
    // The name says links, the documentation says tables.
    filters: &[(
        "FiltersRouteTable",
        "LinkRouteTableIds",
        By::Path("LinkRouteTables.RouteTableId"),
    )],
    transitions: &[],
    rules: &[
        (CREATION, create_route_table),
        ("DeleteRouteTable", delete_route_table),
        ("LinkRouteTable", link_route_table),
        ("UnlinkRouteTable", unlink_route_table),
        ("UpdateRouteTableLink", update_route_table_link),
    ],
};

/// Makes a table with nothing but the local route, the main one of its Net or not yet linked.
pub(in crate::cloud) fn create(
    state: &mut State,
    account: &str,
    net_id: &str,
    main: bool,
) -> String {
    let id = state.ids.hex(ROUTE_TABLE.prefix, ROUTE_TABLE.digits);
    let net = state.get(net::NET, net_id);
    let range = net.map_or("", |net| net.body.text("IpRange")).to_owned();
    let mut body = Object::new();
    body.put("LinkRouteTables", json!([]));
    body.put("NetId", net_id);
    body.put("RoutePropagatingVirtualGateways", json!([]));
    body.put("RouteTableId", id.as_str());
    body.put("Routes", json!([local(&range)]));
    body.put("Tags", json!([]));
    if main {
        let link = json!({
            "LinkRouteTableId": state.ids.hex(LINK.prefix, LINK.digits),
            "Main": true,
            "NetId": net_id,
            "RouteTableId": id,
        });
        body.list_mut(LINKS).push(link);
    }
    state.insert(ROUTE_TABLE, account, body)
}

/// The main table of a Net.
pub(in crate::cloud) fn main_of<'a>(state: &'a State, net_id: &str) -> Option<&'a Arc<Resource>> {
    let mut tables = state.store.all(ROUTE_TABLE);
    tables.find(|table| table.body.text("NetId") == net_id && links(table).any(is_main))
}

/// The table that serves a Subnet: the one it is linked to, or the main one of its Net.
pub(super) fn of_subnet<'a>(state: &'a State, subnet: &Resource) -> Option<&'a Arc<Resource>> {
    linked_to(state, &subnet.id).or_else(|| main_of(state, subnet.body.text("NetId")))
}

/// Drops the link of a Subnet that goes away.
pub(in crate::cloud) fn forget_subnet(state: &mut State, subnet_id: &str) {
    let table = linked_to(state, subnet_id).map(|table| Arc::clone(&table.id));
    if let Some(table) = table {
        state.edit(ROUTE_TABLE, &table, |table| {
            drop_links(table, |link| link.text("SubnetId") == subnet_id);
        });
    }
}

/// Adds the route of an access point to a table: it leads to a service, not to a range.
pub(super) fn add_service(state: &mut State, table_id: &str, point_id: &str, service_id: &str) {
    let route = json!({
        // Recorded: as if a call had made it.
        "CreationMethod": route::CREATION,
        "DestinationServiceId": service_id,
        "NetAccessPointId": point_id,
        "State": "active",
    });
    state.edit(ROUTE_TABLE, table_id, |table| {
        table.body.list_mut("Routes").push(route);
    });
}

/// Takes the route of an access point out of a table.
pub(super) fn drop_service(state: &mut State, table_id: &str, point_id: &str) {
    state.edit(ROUTE_TABLE, table_id, |table| {
        let routes = table.body.list_mut("Routes");
        routes.retain(|route| route["NetAccessPointId"] != *point_id);
    });
}

/// A table with its routes in the order in which they were made, as their own operations answer.
pub(super) fn as_made(state: &State, table: &Resource) -> Object {
    let mut shown = table.body.clone();
    let routes = shown.list_mut("Routes");
    for route in routes.iter_mut().filter_map(Value::as_object_mut) {
        route::name_vm(state, route);
        let active = route::is_active(state, table.body.text("NetId"), route);
        route.put("State", if active { "active" } else { "blackhole" });
    }
    shown
}

/// Reads sort the routes by destination; measured.
fn show(state: &State, table: &Resource) -> Object {
    let mut shown = as_made(state, table);
    // assumed: sorted as numbers; routes to services, which have no range, come last.
    shown.list_mut("Routes").sort_by_cached_key(|route| {
        let range = route["DestinationIpRange"].as_str();
        let range = range.and_then(|range| address::range(range).ok());
        (range.is_none(), range)
    });
    shown
}

/// The route that every table begins with: what is for the Net stays in it.
fn local(range: &str) -> Value {
    json!({
        "CreationMethod": CREATION,
        "DestinationIpRange": range,
        "GatewayId": route::LOCAL,
        "State": "active",
    })
}

/// Makes a table in a Net, linked to nothing.
///
/// # Faults
/// Those of [`net::find_net`].
fn create_route_table(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let net = net::find_net(call, call.input.text("NetId"))?;
    let account = Arc::clone(&call.account);
    let id = create(call.state, &account, &net.id, false);
    Ok(Reply::of("RouteTable", call.shown(ROUTE_TABLE, &id)))
}

/// Deletes a table that is linked to nothing; its routes go with it, also those of access points.
///
/// # Faults
/// - Those of [`Call::find`].
/// - assumed: `SUBNET_IS_LINKED` while it has links, the main one included.
fn delete_route_table(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(ROUTE_TABLE.id);
    let table = call.find_own(ROUTE_TABLE, id)?;
    if let Some(link) = links(&table).next() {
        let whose = match link.some_text("SubnetId") {
            Some(subnet) => format!("linked to the Subnet '{subnet}'"),
            None => format!("the main one of the Net '{}'", table.body.text("NetId")),
        };
        return Err(fault::SUBNET_IS_LINKED.says(format!("The route table '{id}' is {whose}.")));
    }
    net_access_point::forget_table(call.state, id);
    default::delete(call)
}

/// Links a Subnet to a table of its Net.
///
/// # Faults
/// - Those of [`Call::find`] for the table, then for the Subnet.
/// - `NETWORK_MISMATCH` when they are of different Nets.
/// - assumed: `SUBNET_IS_LINKED` when the Subnet has a link of its own.
fn link_route_table(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let table = call.find_own(ROUTE_TABLE, call.input.text(ROUTE_TABLE.id))?;
    let subnet = call.find_own(SUBNET, call.input.text(SUBNET.id))?;
    check_same_net(&table, &subnet)?;
    if let Some(other) = linked_to(call.state, &subnet.id) {
        return Err(fault::SUBNET_IS_LINKED.says(format!(
            "The Subnet '{}' is linked to the route table '{}'.",
            subnet.id, other.id
        )));
    }
    let id = call.state.ids.hex(LINK.prefix, LINK.digits);
    let link = json!({
        "LinkRouteTableId": id,
        "Main": false,
        "RouteTableId": &*table.id,
        "SubnetId": &*subnet.id,
    });
    call.edit(ROUTE_TABLE, &table.id, |table| {
        table.body.list_mut(LINKS).push(link);
    });
    Ok(Reply::of("LinkRouteTableId", id))
}

/// Takes a Subnet's link away, so that the main table serves it again.
///
/// # Faults
/// - Those of [`Call::find`] for the link.
/// - assumed: `INVALID_PARAMETER_VALUE` for the main link.
fn unlink_route_table(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(LINK.id);
    let (table, link) = find_link(call, id)?;
    if is_main(&link) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The link '{id}' makes '{}' the main route table of its Net; it can only be moved.",
            table.id
        )));
    }
    call.edit(ROUTE_TABLE, &table.id, |table| {
        drop_links(table, |link| link.text(LINK.id) == id);
    });
    Ok(Reply::empty())
}

/// Moves a link to another table of the Net; the main link makes that table the main one.
///
/// # Faults
/// - Those of [`Call::find`] for the table, then for the link.
/// - `NETWORK_MISMATCH` when the tables are of different Nets.
fn update_route_table_link(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let table = call.find_own(ROUTE_TABLE, call.input.text(ROUTE_TABLE.id))?;
    let id = call.input.text(LINK.id);
    let (former, mut link) = find_link(call, id)?;
    check_same_net(&table, &former)?;
    link.put(ROUTE_TABLE.id, &*table.id);
    // Moving a link to where it is changes nothing; measured.
    if table.id != former.id {
        call.edit(ROUTE_TABLE, &former.id, |former| {
            drop_links(former, |link| link.text(LINK.id) == id);
        });
        call.edit(ROUTE_TABLE, &table.id, |table| {
            table.body.list_mut(LINKS).push(Value::Object(link));
        });
    }
    // assumed: the identifier stays, as in the documentation's example.
    Ok(Reply::of("LinkRouteTableId", id))
}

fn check_same_net(table: &Resource, other: &Resource) -> Result<(), Fault> {
    let (a, b) = (table.body.text("NetId"), other.body.text("NetId"));
    if a == b {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::NETWORK_MISMATCH.says(format!(
        "The route table '{}' is in the Net '{a}', but '{}' is in the Net '{b}'.",
        table.id, other.id
    )))
}

/// The caller's link of that identifier, and the table that it leads to.
fn find_link(call: &Call<'_>, id: &str) -> Result<(Arc<Resource>, Object), Fault> {
    for table in call.owned(ROUTE_TABLE) {
        if let Some(link) = links(table).find(|link| link.text(LINK.id) == id) {
            return Ok((Arc::clone(table), link.clone()));
        }
    }
    call.find(LINK, id)?;
    Err(LINK.no_such(id))
}

/// The table that a Subnet has a link of its own to.
fn linked_to<'a>(state: &'a State, subnet_id: &str) -> Option<&'a Arc<Resource>> {
    let mut tables = state.store.all(ROUTE_TABLE);
    tables.find(|table| links(table).any(|link| link.text("SubnetId") == subnet_id))
}

fn links(table: &Resource) -> impl Iterator<Item = &Object> {
    table.body.objects(LINKS)
}

fn is_main(link: &Object) -> bool {
    link.flag("Main") == Some(true)
}

fn drop_links(table: &mut Resource, which: impl Fn(&Object) -> bool) {
    let links = table.body.list_mut(LINKS);
    links.retain(|link| !link.as_object().is_some_and(&which));
}
