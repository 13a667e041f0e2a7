//! Subnets: parts of a Net's range, each in one Subregion, and who has which of their addresses.
//!
//! By default: reading, `UpdateSubnet`. By rule: the rest. Left out: traffic.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Deserialize as _;
use serde_json::Value;

use super::{net, route_table, subregion};
use crate::cloud::State;
use crate::cloud::address::{self, Taken};
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Subnets, as a kind of resource.
pub(in crate::cloud) const SUBNET: &Kind =
    &Kind::new("Subnet", "SubnetId", "subnet-", fault::NO_SUCH_SUBNET)
        .tagged("subnet")
        .shown_by(show);

pub(super) const FAMILY: Family = Family {
    tag: "Subnet",
    kinds: &[SUBNET],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateSubnet", create_subnet),
        ("DeleteSubnet", delete_subnet),
    ],
};

/// The note of a Subnet that holds the addresses in use: see [`Taken`].
const TAKEN: &str = "Taken";

/// Takes an address of a Subnet for a network card: the one wanted, or the lowest that is free.
///
/// # Faults
/// - `NO_SUCH_SUBNET` when there is none.
/// - `INVALID_PARAMETER_VALUE` when the address is not one that a card may have there.
/// - `ADDRESS_IN_USE` when it is taken.
/// - `INSUFFICIENT_CAPACITY` when the Subnet is full.
pub(in crate::cloud) fn take_address(
    state: &mut State,
    subnet_id: &str,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Addr, Fault> {
    let subnet = state
        .get(SUBNET, subnet_id)
        .ok_or_else(|| SUBNET.no_such(subnet_id))?;
    let (range, mut taken) = (range_of(subnet)?, taken(subnet));
    let hosts = address::FIRST_HOST..address::size(range).saturating_sub(1);
    let host = match wanted {
        None => Some(taken.free_from(hosts.start))
            .filter(|host| hosts.contains(host))
            // assumed: the code; a full Subnet was never recorded.
            .ok_or_else(|| {
                fault::INSUFFICIENT_CAPACITY.says(format!("No address of {subnet_id} is free."))
            })?,
        Some(wanted) => {
            let host = address::host(range, wanted)
                .filter(|host| hosts.contains(host))
                .ok_or_else(|| {
                    fault::INVALID_PARAMETER_VALUE.says(format!(
                        "The address {wanted} is not one that a network card may have in {range}: \
                         it must lie in it, past the first four and before the last."
                    ))
                })?;
            if taken.has(host) {
                return Err(fault::ADDRESS_IN_USE
                    .says(format!("The address {wanted} of {subnet_id} is taken.")));
            }
            host
        }
    };
    taken.take(host);
    note(state, subnet_id, &taken);
    Ok(address::at(range, host))
}

/// Gives an address back.
pub(in crate::cloud) fn free_address(state: &mut State, subnet_id: &str, address: Ipv4Addr) {
    let Some(subnet) = state.get(SUBNET, subnet_id) else {
        return;
    };
    let mut taken = taken(subnet);
    let host = range_of(subnet)
        .ok()
        .and_then(|range| address::host(range, address));
    if let Some(host) = host {
        taken.free(host);
        note(state, subnet_id, &taken);
    }
}

/// Makes a Subnet of a part of a Net's range that no other Subnet has.
///
/// # Faults
/// - `INVALID_IP_RANGE` when the range is none.
/// - assumed: `INVALID_BLOCK_SIZE` when it is larger than /16 or smaller than /29.
/// - Those of [`net::find_net`].
/// - assumed: `OUTSIDE_NET` or `SUBNET_CONFLICT` for its place.
/// - `NO_SUCH_SUBREGION` for a Subregion that the Region has not.
fn create_subnet(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let range = address::range(call.input.text("IpRange"))?;
    if !(16..=29).contains(&range.prefix_len()) {
        return Err(fault::INVALID_BLOCK_SIZE.says(format!(
            "The range {range} of a Subnet must have a mask between /16 and /29."
        )));
    }
    let net = net::find_net(call, call.input.text("NetId"))?;
    let whole = address::range(net.body.text("IpRange"))?;
    if !whole.contains(&range) {
        return Err(fault::OUTSIDE_NET.says(format!(
            "The range {range} does not lie in that of the Net '{}', {whole}.",
            net.id
        )));
    }
    for sibling in call.owned(SUBNET) {
        let overlaps = || range_of(sibling).is_ok_and(|other| address::overlap(range, other));
        if sibling.body.text("NetId") == &*net.id && overlaps() {
            return Err(fault::SUBNET_CONFLICT.says(format!(
                "The range {range} overlaps that of the Subnet '{}', {}.",
                sibling.id,
                sibling.body.text("IpRange")
            )));
        }
    }
    let subregion = subregion(call)?;
    default::create(call, |body| {
        body.put("MapPublicIpOnLaunch", false);
        body.put("SubregionName", subregion);
    })
}

/// The Subregion that was asked for, or the Region's usual one.
fn subregion<'a>(call: &Call<'a>) -> Result<&'a str, Fault> {
    let Some(asked) = call.input.get("SubregionName").and_then(Value::as_str) else {
        return Ok(subregion::usual(call.state));
    };
    // assumed: the code, by analogy with the creation of VMs.
    subregion::check(call.state, asked)?;
    Ok(asked)
}

/// Deletes a Subnet in which nothing lives; its link to a route table goes with it.
///
/// # Faults
/// - Those of [`Call::find`].
/// - `SUBNET_IN_USE` while a VM, a network card, a NAT service or a load balancer lives in it;
///   assumed: or a VM group.
fn delete_subnet(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(SUBNET.id).to_owned();
    call.find_own(SUBNET, &id)?;
    let inside = dependents::of(call.state, &["SubnetId", "Subnets"], &id)
        .find(|it| it.kind != route_table::ROUTE_TABLE);
    if let Some(inside) = inside {
        return Err(fault::SUBNET_IN_USE.says(format!(
            "The Subnet '{id}' cannot be deleted while the {} '{}' is in it.",
            inside.kind.name, inside.id
        )));
    }
    route_table::forget_subnet(call.state, &id);
    default::delete(call)
}

/// The addresses of a Subnet that are counted as taken.
pub(in crate::cloud) fn addresses_taken(subnet: &Resource) -> impl Iterator<Item = Ipv4Addr> {
    let taken = taken(subnet);
    let range = range_of(subnet).into_iter();
    range.flat_map(move |range| {
        taken
            .hosts()
            .map(move |host| address::at(range, host))
            .collect::<Vec<_>>()
    })
}

fn show(_: &State, subnet: &Resource) -> Object {
    let mut shown = subnet.body.clone();
    if let Ok(range) = range_of(subnet) {
        let used = address::RESERVED + taken(subnet).count();
        shown.put(
            "AvailableIpsCount",
            address::size(range).saturating_sub(used),
        );
    }
    shown
}

fn range_of(subnet: &Resource) -> Result<Ipv4Net, Fault> {
    address::range(subnet.body.text("IpRange"))
}

fn taken(subnet: &Resource) -> Taken {
    let runs = subnet.notes.get(TAKEN);
    runs.and_then(|runs| Taken::deserialize(runs).ok())
        .unwrap_or_default()
}

fn note(state: &mut State, subnet_id: &str, taken: &Taken) {
    let runs = serde_json::to_value(taken).expect("runs of numbers are JSON");
    state.edit(SUBNET, subnet_id, |subnet| subnet.notes.put(TAKEN, runs));
}
