//! Nets: private networks, each with a default security group and a main route table of its own.
//!
//! By default: reading. By rule: the rest.

use std::sync::Arc;

use serde_json::{Value, json};

use super::internet_service::{self, INTERNET_SERVICE};
use super::load_balancer::{self, LOAD_BALANCER};
use super::nat_service::{self, NAT_SERVICE};
use super::net_access_point::{self, NET_ACCESS_POINT};
use super::net_peering::{self, NET_PEERING};
use super::nic::{self, NIC};
use super::subnet::SUBNET;
use super::virtual_gateway::{self, VIRTUAL_GATEWAY};
use super::{dedicated_group, dhcp_option, route_table, security_group, vm_group};
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Nets, as a kind of resource.
pub(in crate::cloud) const NET: &Kind =
    &Kind::new("Net", "NetId", "vpc-", fault::NO_SUCH_NET).tagged("vpc");

pub(super) const FAMILY: Family = Family {
    tag: "Net",
    kinds: &[NET],
    // assumed: no Net is a default one; none was ever seen.
    filters: &[(
        "FiltersNet",
        "IsDefault",
        By::Values(|_, _| vec![Value::Bool(false)]),
    )],
    transitions: &[&DELETION],
    rules: &[
        ("CreateNet", create_net),
        ("DeleteNet", delete_net),
        ("UpdateNet", update_net),
    ],
};

/// The read just after the deletion still shows the Net; measured.
static DELETION: Transition = Transition {
    kind: NET,
    field: "State",
    from: "deleting",
    to: End::Gone,
    read_once: true,
    then: None,
};

/// The caller's Net that something is to be put into.
///
/// # Faults
/// Those of [`Call::find_live`]; assumed: one that is being deleted takes nothing.
pub(in crate::cloud) fn find_net(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    call.find_live(NET, id)
}

/// Deletes a Net in which no VM is left, with everything that cannot be without it. What can is
/// detached.
///
/// assumed: that is, its Internet service, its virtual gateway and the public IPs of its cards, also
/// of those of its load balancers and NAT services. What stays readable, such as a peering, ends.
pub(super) fn raze(state: &mut State, id: &str) {
    let held: Vec<Arc<Resource>> = dependents::of(state, &["NetId"], id).cloned().collect();
    for it in held {
        if it.kind == INTERNET_SERVICE {
            internet_service::detach(state, &it.id, id);
        } else if it.kind == VIRTUAL_GATEWAY {
            virtual_gateway::detach(state, &it.id, id);
        } else if it.kind == LOAD_BALANCER {
            load_balancer::remove(state, &it);
        } else if it.kind == NIC {
            nic::remove(state, &it.id);
        } else if it.kind == security_group::SECURITY_GROUP {
            security_group::remove(state, &it);
        } else if it.kind == NAT_SERVICE {
            nat_service::end(state, &it.id);
        } else if it.kind == NET_ACCESS_POINT {
            net_access_point::end(state, &it.id);
        } else if it.kind == NET_PEERING {
            net_peering::end_peering(state, &it.id);
        } else if it.kind == SUBNET {
            vm_group::raze(state, &it.id);
            state.remove(SUBNET, &it.id);
        } else {
            state.remove(it.kind, &it.id);
        }
    }
    state.begin(&DELETION, id);
}

/// Makes a Net, with its default security group and its main route table.
///
/// # Faults
/// - `INVALID_IP_RANGE` when the range is none.
/// - `RESERVED_BLOCK` when it does not lie in a private block (RFC 1918).
/// - `INVALID_BLOCK_SIZE` when it is larger than /16 or smaller than /28.
/// - Those of [`dedicated_group::check_tenancy`].
fn create_net(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let text = call.input.text("IpRange");
    let range = address::range(text)?;
    if !address::is_private(range) {
        return Err(fault::RESERVED_BLOCK.says(format!(
            "The range {range} does not lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16."
        )));
    }
    if !(16..=28).contains(&range.prefix_len()) {
        return Err(fault::INVALID_BLOCK_SIZE.says(format!(
            "The range {range} of a Net must have a mask between /16 and /28."
        )));
    }
    let tenancy = call.input.some_text("Tenancy").unwrap_or("default");
    dedicated_group::check_tenancy(call, tenancy)?;
    let account = Arc::clone(&call.account);
    let mut body = Object::new();
    let options = dhcp_option::default_set(call.state, &account);
    body.put("DhcpOptionsSetId", options.unwrap_or_default());
    body.put("IpRange", text);
    body.put("State", "available");
    body.put("Tags", json!([]));
    body.put("Tenancy", tenancy);
    let id = call.insert(NET, body);
    security_group::create_default(call.state, &account, Some(&id));
    route_table::create(call.state, &account, &id, true);
    Ok(Reply::of("Net", call.shown(NET, &id)))
}

/// Gives a Net another set of DHCP options, or the account's default one again.
///
/// # Faults
/// - Those of [`find_net`], then those of [`Call::find`] for the set.
fn update_net(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text("NetId").to_owned();
    find_net(call, &id)?;
    let set = match call.input.text("DhcpOptionsSetId") {
        "default" => dhcp_option::default_set(call.state, &call.account).unwrap_or_default(),
        set => call
            .find_own(dhcp_option::DHCP_OPTIONS_SET, set)?
            .id
            .to_string(),
    };
    call.edit(NET, &id, |net| net.body.put("DhcpOptionsSetId", set));
    Ok(Reply::of("Net", call.shown(NET, &id)))
}

/// Deletes a Net that holds nothing but its default security group and its main route table,
/// which go with it.
///
/// # Faults
/// - Those of [`find_net`].
/// - `NET_IN_USE` while anything else names the Net, or its default security group.
fn delete_net(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text("NetId").to_owned();
    find_net(call, &id)?;
    let group = security_group::default_group(call.state, &call.account, Some(&id));
    let table = route_table::main_of(call.state, &id).map(|table| table.id.to_string());
    let own = |resource: &Resource| {
        let its = [&group, &table];
        its.into_iter().flatten().any(|own| **own == *resource.id)
    };
    if let Some(other) = dependents::of(call.state, &["NetId"], &id).find(|it| !own(it)) {
        return Err(fault::NET_IN_USE.says(format!(
            "The Net '{id}' cannot be deleted while it has the {} '{}'.",
            other.kind.name, other.id
        )));
    }
    if let Some(group) = &group
        && let Some(other) = dependents::of(call.state, &["SecurityGroupId"], group).next()
    {
        // assumed: what keeps a group from being deleted keeps its Net too.
        return Err(fault::NET_IN_USE.says(format!(
            "The Net '{id}' cannot be deleted while the {} '{}' names its default security group.",
            other.kind.name, other.id
        )));
    }
    if let Some(group) = group {
        call.remove(security_group::SECURITY_GROUP, &group);
    }
    if let Some(table) = table {
        call.remove(route_table::ROUTE_TABLE, &table);
    }
    call.state.begin(&DELETION, &id);
    Ok(Reply::empty())
}
