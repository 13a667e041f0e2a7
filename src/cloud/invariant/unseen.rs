//! What no account reads, or none alone: the addresses that a Subnet counts as taken against those
//! who have them (the cards of load balancers and NAT services among them), public addresses over
//! all accounts, addresses of the public Cloud, and the listeners that rules are of.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::cloud::dependents::is_gone;
use crate::cloud::families::listener::{self, LISTENER_RULE};
use crate::cloud::families::load_balancer::LOAD_BALANCER;
use crate::cloud::families::nat_service::{self, NAT_SERVICE};
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::public_ip::PUBLIC_IP;
use crate::cloud::families::subnet::{self, SUBNET};
use crate::cloud::families::vpn_connection::VPN_CONNECTION;
use crate::cloud::object::Fields;
use crate::cloud::state::State;
use crate::cloud::store::Resource;

/// A fault, with the account of what is at fault.
type Found = (String, String);

pub(super) fn check(state: &State) -> Vec<Found> {
    let mut faults = Vec::new();
    check_subnets(state, &mut faults);
    check_public(state, &mut faults);
    check_rules(state, &mut faults);
    faults
}

/// The private addresses that are had, each with who has it: by Subnet, those of the public Cloud
/// by the empty text.
fn private(state: &State) -> BTreeMap<&str, Vec<(Ipv4Addr, &Resource)>> {
    let mut had: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for nic in state.store.all(NIC) {
        let addresses = nic.body.objects("PrivateIps");
        let addresses = addresses.filter_map(|it| it.text("PrivateIp").parse().ok());
        let place = had.entry(nic.body.text(SUBNET.id)).or_default();
        place.extend(addresses.map(|address| (address, &**nic)));
    }
    for nat in state.store.all(NAT_SERVICE) {
        let place = had.entry(nat.body.text(SUBNET.id)).or_default();
        place.extend(nat_service::private_ip(nat).map(|address| (address, &**nat)));
    }
    had
}

fn check_subnets(state: &State, faults: &mut Vec<Found>) {
    let mut had = private(state);
    for (place, addresses) in &had {
        let mut seen = BTreeMap::new();
        for (address, holder) in addresses {
            if let Some(other) = seen.insert(address, *holder) {
                let place = if place.is_empty() {
                    "the public Cloud"
                } else {
                    place
                };
                let both = format!("{} and {} of {place}", other.id, holder.id);
                faults.push((holder.account.to_string(), format!("{both} have {address}")));
            }
        }
    }
    for subnet in state.store.all(SUBNET) {
        let had = had.remove(&*subnet.id).unwrap_or_default();
        let had: BTreeSet<_> = had.into_iter().map(|(address, _)| address).collect();
        let counted: BTreeSet<_> = subnet::addresses_taken(subnet).collect();
        for (address, what) in counted
            .difference(&had)
            .map(|address| (address, "is counted as taken, and nobody has it"))
            .chain(
                had.difference(&counted)
                    .map(|it| (it, "is had and counted as free")),
            )
        {
            let said = format!("{address} of the Subnet {} {what}", subnet.id);
            faults.push((subnet.account.to_string(), said));
        }
    }
}

/// No two have one public address, whosever they are.
fn check_public(state: &State, faults: &mut Vec<Found>) {
    let ips = state
        .store
        .all(PUBLIC_IP)
        .map(|it| (it, it.body.text("PublicIp")));
    let lent = state.store.all(NIC);
    let lent = lent.filter_map(|nic| Some((nic, nic::lent(nic)?)));
    let vpns = state
        .store
        .all(VPN_CONNECTION)
        .filter(|vpn| !is_gone(&vpn.body));
    let tunnels = vpns.flat_map(|vpn| {
        let tunnels = vpn.body.objects("VgwTelemetries");
        tunnels.map(move |it| (vpn, it.text("OutsideIpAddress")))
    });
    let mut seen: BTreeMap<&str, &Resource> = BTreeMap::new();
    for (holder, address) in ips.chain(lent).chain(tunnels) {
        if let Some(other) = seen.insert(address, holder) {
            let said = format!("{} and {} have {address}", other.id, holder.id);
            faults.push((holder.account.to_string(), said));
        }
    }
}

/// Each rule is of a listener that the account has.
fn check_rules(state: &State, faults: &mut Vec<Found>) {
    for rule in state.store.all(LISTENER_RULE) {
        let number = rule.body.int("ListenerId");
        let mut balancers = state.owned(LOAD_BALANCER, &rule.account);
        let of_one = |balancer: &Resource| {
            listener::numbers(balancer)
                .into_iter()
                .any(|it| Some(it) == number)
        };
        if !balancers.any(|balancer| of_one(balancer)) {
            let said = format!(
                "the listener rule {} is of no listener ({number:?})",
                rule.id
            );
            faults.push((rule.account.to_string(), said));
        }
    }
}
