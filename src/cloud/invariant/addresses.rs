//! Ranges and private addresses: each lies where it must, and has one holder.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use super::view::View;
use crate::cloud::object::{Fields, Object};

/// How many addresses of a Subnet nobody may have: the first four and the last.
const RESERVED: usize = 5;

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    check_ranges(view, faults);
    let mut held: BTreeMap<&str, BTreeMap<Ipv4Addr, &str>> = BTreeMap::new();
    for nic in view.of_kind("Nic") {
        let (id, subnet) = (nic.text("NicId"), nic.text("SubnetId"));
        let taken = held.entry(subnet).or_default();
        for address in nic.objects("PrivateIps").map(|it| it.text("PrivateIp")) {
            match address.parse() {
                Err(_) => faults.push(format!("the Nic {id} has the address '{address}'")),
                Ok(address) => {
                    if let Some(other) = taken.insert(address, id) {
                        faults.push(format!(
                            "the Nics {other} and {id} of {subnet} have {address}"
                        ));
                    }
                }
            }
        }
        let primary = nic
            .objects("PrivateIps")
            .filter(|it| it["IsPrimary"] == true);
        if primary.count() != 1 {
            faults.push(format!("the Nic {id} has not one primary address"));
        }
    }
    for subnet in view.of_kind("Subnet") {
        let id = subnet.text("SubnetId");
        let none = BTreeMap::new();
        // The card of a load balancer is the cloud's own, and has one address.
        let balancers = view.of_kind("LoadBalancer");
        let balancers = balancers.filter(|it| it["Subnets"] == json!([id])).count();
        // So has a NAT service, which has no card.
        let nats = view.of_kind("NatService");
        let nats = nats.filter(|it| it.text("SubnetId") == id && it.text("State") != "deleted");
        let unseen = balancers + nats.count();
        check_subnet(subnet, held.get(id).unwrap_or(&none), unseen, faults);
    }
}

fn range(item: &Object) -> Option<Ipv4Net> {
    item.text("IpRange").parse().ok()
}

fn check_ranges(view: &View, faults: &mut Vec<String>) {
    let subnets: Vec<_> = view.of_kind("Subnet").collect();
    for (at, subnet) in subnets.iter().enumerate() {
        let id = subnet.text("SubnetId");
        let net = view.find("Net", subnet.text("NetId")).and_then(range);
        let (Some(net), Some(own)) = (net, range(subnet)) else {
            faults.push(format!("the Subnet {id} or its Net has no range"));
            continue;
        };
        if !net.contains(&own) {
            faults.push(format!(
                "the Subnet {id} ({own}) does not lie in its Net ({net})"
            ));
        }
        for other in &subnets[..at] {
            let overlap = range(other).is_some_and(|it| it.contains(&own) || own.contains(&it));
            if overlap && other.get("NetId") == subnet.get("NetId") {
                faults.push(format!(
                    "the Subnets {} and {id} overlap",
                    other.text("SubnetId")
                ));
            }
        }
    }
}

fn check_subnet(
    subnet: &Object,
    held: &BTreeMap<Ipv4Addr, &str>,
    unseen: usize,
    faults: &mut Vec<String>,
) {
    let id = subnet.text("SubnetId");
    let Some(range) = range(subnet) else {
        return;
    };
    let size = 1_usize << (32 - range.prefix_len());
    let free = subnet.get("AvailableIpsCount").and_then(Value::as_u64);
    let wanted = size.saturating_sub(RESERVED + held.len() + unseen);
    if free != u64::try_from(wanted).ok() {
        faults.push(format!(
            "the Subnet {id} has {free:?} free addresses instead of {wanted}: {held:?} are taken"
        ));
    }
    for (address, nic) in held {
        let first = u32::from(range.network()) + 4;
        let inside = (first..u32::from(range.broadcast())).contains(&u32::from(*address));
        if !inside {
            faults.push(format!(
                "the address {address} of the Nic {nic} is not for {range}"
            ));
        }
    }
}
