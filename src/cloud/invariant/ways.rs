//! Ways out of a Net: peerings at both ends, NAT services with what they hold, access points with
//! their tables, VPN connections with their gateways. Left out: whether routes to them work (see
//! `routes.rs`).

use std::collections::BTreeSet;

use ipnet::Ipv4Net;

use super::view::{View, own_account};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::state_of as state;

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    check_peerings(view, faults);
    for nat in view.of_kind("NatService") {
        check_nat(view, nat, faults);
    }
    for point in view.of_kind("NetAccessPoint") {
        check_access_point(view, point, faults);
    }
    check_vpns(view, faults);
}

/// Whether a peering is in force or may come to be.
pub(super) fn is_live(peering: &Object) -> bool {
    matches!(state(peering), "pending-acceptance" | "active")
}

fn net_of<'p>(peering: &'p Object, which: &str) -> &'p str {
    peering.object(which).map_or("", |end| end.text("NetId"))
}

fn check_peerings(view: &View, faults: &mut Vec<String>) {
    let peerings: Vec<_> = view.of_kind("NetPeering").collect();
    for (at, peering) in peerings.iter().enumerate() {
        let id = peering.text("NetPeeringId");
        check_peering(view, id, peering, faults);
        let (source, accepter) = (net_of(peering, "SourceNet"), net_of(peering, "AccepterNet"));
        for other in peerings[..at]
            .iter()
            .filter(|it| is_live(it) && is_live(peering))
        {
            let ends = (net_of(other, "SourceNet"), net_of(other, "AccepterNet"));
            let active = [state(peering), state(other)].contains(&"active");
            if ends == (source, accepter) || active && ends == (accepter, source) {
                let other = other.text("NetPeeringId");
                faults.push(format!(
                    "the peerings {other} and {id} are between the same Nets"
                ));
            }
        }
    }
}

fn check_peering(view: &View, id: &str, peering: &Object, faults: &mut Vec<String>) {
    let state = state(peering);
    if peering.contains_key("ExpirationDate") != (state == "pending-acceptance") {
        faults.push(format!("the peering {id} is {state}, whenever it expires"));
    }
    let mut ranges = Vec::new();
    for end in ["SourceNet", "AccepterNet"] {
        let Some(end) = peering.object(end) else {
            faults.push(format!("the peering {id} has no {end}"));
            continue;
        };
        ranges.extend(end.text("IpRange").parse::<Ipv4Net>());
        let net = view.find("Net", end.text("NetId"));
        let own = end.text("AccountId") == own_account(view);
        // What is over may have lost its Nets.
        let there = net.map(|net| net.get("IpRange")) == Some(end.get("IpRange"));
        if own && is_live(peering) && !there || !own && net.is_some() {
            faults.push(format!(
                "the peering {id} has the end {end:?}, and the Net is {net:?}"
            ));
        }
    }
    let overlap = match ranges.as_slice() {
        [a, b] => a.contains(b) || b.contains(a),
        _ => true,
    };
    if overlap != (state == "failed") {
        faults.push(format!("the peering {id} is {state} between {ranges:?}"));
    }
}

/// The NAT services that a public IP is held by; there is one at most.
pub(super) fn holders<'v>(view: &'v View, id: &'v str) -> impl Iterator<Item = &'v Object> {
    let nats = view.of_kind("NatService");
    nats.filter(move |nat| {
        nat.objects("PublicIps")
            .any(|it| it.text("PublicIpId") == id)
    })
}

/// A service that lives holds one public IP and is in a Subnet; another holds nothing.
fn check_nat(view: &View, nat: &Object, faults: &mut Vec<String>) {
    let id = nat.text("NatServiceId");
    let held: Vec<_> = nat.objects("PublicIps").collect();
    if state(nat) == "deleted" {
        if nat.contains_key("PublicIps") {
            faults.push(format!("the NAT service {id} is deleted and has {held:?}"));
        }
        return;
    }
    let subnet = view.find("Subnet", nat.text("SubnetId"));
    if subnet.is_none_or(|subnet| subnet.get("NetId") != nat.get("NetId")) {
        faults.push(format!("the NAT service {id} and its Subnet are apart"));
    }
    let [held] = held.as_slice() else {
        faults.push(format!("the NAT service {id} holds {held:?}"));
        return;
    };
    let public_ip = view.find("PublicIp", held.text("PublicIpId"));
    let linked = public_ip.is_some_and(|it| {
        it.get("PublicIp") == held.get("PublicIp")
            && it.contains_key("LinkPublicIpId")
            && !it.contains_key("NicId")
    });
    if !linked || holders(view, held.text("PublicIpId")).count() != 1 {
        faults.push(format!(
            "the NAT service {id} holds {held:?}, which is {public_ip:?}"
        ));
    }
}

/// The tables that an access point names, and only they, have its route.
fn check_access_point(view: &View, point: &Object, faults: &mut Vec<String>) {
    let id = point.text("NetAccessPointId");
    let named = point.get("RouteTableIds").and_then(|it| it.as_array());
    let mut named: Vec<_> = named
        .into_iter()
        .flatten()
        .filter_map(|it| it.as_str())
        .collect();
    let mut having = Vec::new();
    for table in view.of_kind("RouteTable") {
        let its = table
            .objects("Routes")
            .filter(|route| route.text("NetAccessPointId") == id);
        for route in its {
            having.push(table.text("RouteTableId"));
            let right = route.text("DestinationServiceId").starts_with("pl-")
                && !route.contains_key("DestinationIpRange")
                && table.get("NetId") == point.get("NetId");
            if !right {
                faults.push(format!("the access point {id} has the route {route:?}"));
            }
        }
    }
    named.sort_unstable();
    having.sort_unstable();
    if named != having {
        faults.push(format!(
            "the access point {id} names {named:?} and has routes in {having:?}"
        ));
    }
    let live = matches!(state(point), "pending" | "available");
    if live && view.find("Net", point.text("NetId")).is_none() || !live && !named.is_empty() {
        faults.push(format!(
            "the access point {id} should not be {}",
            state(point)
        ));
    }
}

/// One that lives has both gateways, and is the only one between them; routes have one destination.
fn check_vpns(view: &View, faults: &mut Vec<String>) {
    let mut between = BTreeSet::new();
    for vpn in view.of_kind("VpnConnection") {
        let id = vpn.text("VpnConnectionId");
        let routes: Vec<_> = vpn.objects("Routes").collect();
        let destinations: BTreeSet<_> = routes
            .iter()
            .map(|it| it.text("DestinationIpRange"))
            .collect();
        if destinations.len() != routes.len() {
            faults.push(format!("the VPN connection {id} has {routes:?}"));
        }
        if !matches!(state(vpn), "pending" | "available") {
            if !routes.is_empty() {
                faults.push(format!("the VPN connection {id} goes and has {routes:?}"));
            }
            continue;
        }
        let (client, gateway) = (vpn.text("ClientGatewayId"), vpn.text("VirtualGatewayId"));
        if !between.insert((client, gateway)) {
            faults.push(format!(
                "two VPN connections are between {client} and {gateway}"
            ));
        }
        for (kind, end) in [("ClientGateway", client), ("VirtualGateway", gateway)] {
            if view
                .find(kind, end)
                .is_none_or(|it| state(it) != "available")
            {
                faults.push(format!("the VPN connection {id} is there without {end}"));
            }
        }
        if vpn.get("StaticRoutesOnly") != Some(&true.into()) && !routes.is_empty() {
            faults.push(format!(
                "the VPN connection {id} learns its routes, and has {routes:?}"
            ));
        }
        if vpn.objects("VgwTelemetries").count() != 1 {
            faults.push(format!("the VPN connection {id} has not one tunnel"));
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;
    use super::check;

    fn end(account: &str, net: &str, range: &str) -> Value {
        json!({ "AccountId": account, "IpRange": range, "NetId": net })
    }

    fn peering(id: &str, source: &Value, accepter: &Value) -> Value {
        json!({
            "AccepterNet": accepter,
            "NetPeeringId": id,
            "SourceNet": source,
            "State": { "Message": "Active", "Name": "active" },
        })
    }

    fn peered() -> Value {
        let ends = [
            end("1", "vpc-1", "10.0.0.0/16"),
            end("2", "vpc-2", "10.1.0.0/16"),
        ];
        let [source, accepter] = ends;
        json!({
            "Account": [{ "AccountId": "1" }],
            "Net": [{ "IpRange": "10.0.0.0/16", "NetId": "vpc-1" }],
            "NetPeering": [peering("pcx-1", &source, &accepter)],
        })
    }

    #[rstest]
    #[case::date("/NetPeering/0/ExpirationDate", json!("2024-05-06T07:08:09.000Z"))]
    #[case::no_date("/NetPeering/0/State/Name", json!("pending-acceptance"))]
    #[case::range("/NetPeering/0/SourceNet/IpRange", json!("10.2.0.0/16"))]
    #[case::no_net("/Net/0/NetId", json!("vpc-3"))]
    #[case::of_another("/NetPeering/0/SourceNet/AccountId", json!("2"))]
    #[case::overlap("/NetPeering/0/AccepterNet/IpRange", json!("10.0.0.0/24"))]
    #[case::no_overlap("/NetPeering/0/State/Name", json!("failed"))]
    #[case::twice(
        "/NetPeering/-",
        peering(
            "pcx-2",
            &end("2", "vpc-2", "10.1.0.0/16"),
            &end("1", "vpc-1", "10.0.0.0/16"),
        )
    )]
    fn a_peering_that_is_wrong_is_found(#[case] pointer: &str, #[case] value: Value) {
        assert_ne!(found(check, peered(), pointer, value), [""; 0]);
    }

    fn translated() -> Value {
        let held = json!([{ "PublicIp": "192.0.2.1", "PublicIpId": "eipalloc-1" }]);
        json!({
            "NatService": [
                { "NatServiceId": "nat-1", "NetId": "vpc-1", "PublicIps": held,
                    "State": "available", "SubnetId": "subnet-1" },
                { "NatServiceId": "nat-2", "NetId": "vpc-1", "State": "deleted" },
            ],
            "PublicIp": [{ "LinkPublicIpId": "eipassoc-1", "PublicIp": "192.0.2.1",
                "PublicIpId": "eipalloc-1" }],
            "Subnet": [{ "NetId": "vpc-1", "SubnetId": "subnet-1" }],
        })
    }

    #[rstest]
    #[case::no_subnet("/Subnet/0/SubnetId", json!("subnet-2"))]
    #[case::another_net("/NatService/0/NetId", json!("vpc-2"))]
    #[case::no_public_ip("/NatService/0/PublicIps", json!([]))]
    #[case::unknown_public_ip("/PublicIp/0/PublicIpId", json!("eipalloc-2"))]
    #[case::another_address("/PublicIp/0/PublicIp", json!("192.0.2.2"))]
    #[case::on_a_card("/PublicIp/0/NicId", json!("eni-1"))]
    #[case::held_when_deleted("/NatService/1/PublicIps", json!([]))]
    #[case::twice("/NatService/-", json!({
        "NatServiceId": "nat-3", "NetId": "vpc-1", "State": "available", "SubnetId": "subnet-1",
        "PublicIps": [{ "PublicIp": "192.0.2.1", "PublicIpId": "eipalloc-1" }],
    }))]
    fn a_nat_service_that_is_wrong_is_found(#[case] pointer: &str, #[case] value: Value) {
        assert_ne!(found(check, translated(), pointer, value), [""; 0]);
    }

    fn reached() -> Value {
        let route = json!({
            "DestinationServiceId": "pl-1", "NetAccessPointId": "vpce-1", "State": "active",
        });
        json!({
            "Net": [{ "NetId": "vpc-1" }],
            "NetAccessPoint": [{ "NetAccessPointId": "vpce-1", "NetId": "vpc-1",
                "RouteTableIds": ["rtb-1"], "State": "available" }],
            "RouteTable": [
                { "NetId": "vpc-1", "RouteTableId": "rtb-1", "Routes": [route] },
                { "NetId": "vpc-1", "RouteTableId": "rtb-2", "Routes": [] },
            ],
        })
    }

    #[rstest]
    #[case::no_net("/Net/0/NetId", json!("vpc-2"))]
    #[case::another_net("/RouteTable/0/NetId", json!("vpc-2"))]
    #[case::no_route("/RouteTable/0/Routes", json!([]))]
    #[case::no_table("/NetAccessPoint/0/RouteTableIds", json!([]))]
    #[case::another_table("/NetAccessPoint/0/RouteTableIds/-", json!("rtb-2"))]
    #[case::to_a_range("/RouteTable/0/Routes/0/DestinationIpRange", json!("10.0.0.0/16"))]
    #[case::to_no_service("/RouteTable/0/Routes/0/DestinationServiceId", json!(""))]
    #[case::deleted("/NetAccessPoint/0/State", json!("deleted"))]
    #[case::twice("/RouteTable/0/Routes/-", json!({
        "DestinationServiceId": "pl-1", "NetAccessPointId": "vpce-1", "State": "active",
    }))]
    fn an_access_point_that_is_wrong_is_found(#[case] pointer: &str, #[case] value: Value) {
        assert_ne!(found(check, reached(), pointer, value), [""; 0]);
    }

    fn connected() -> Value {
        let route = json!({ "DestinationIpRange": "10.9.0.0/16", "State": "available" });
        json!({
            "ClientGateway": [{ "ClientGatewayId": "cgw-1", "State": "available" }],
            "VirtualGateway": [{ "State": "available", "VirtualGatewayId": "vgw-1" }],
            "VpnConnection": [{
                "ClientGatewayId": "cgw-1", "Routes": [route], "State": "available",
                "StaticRoutesOnly": true, "VgwTelemetries": [{}], "VirtualGatewayId": "vgw-1",
                "VpnConnectionId": "vpn-1",
            }],
        })
    }

    #[rstest]
    #[case::no_client("/ClientGateway/0/ClientGatewayId", json!("cgw-2"))]
    #[case::client_that_goes("/ClientGateway/0/State", json!("deleted"))]
    #[case::no_gateway("/VirtualGateway/0/VirtualGatewayId", json!("vgw-2"))]
    #[case::gateway_that_goes("/VirtualGateway/0/State", json!("deleting"))]
    #[case::goes_with_routes("/VpnConnection/0/State", json!("deleting"))]
    #[case::learns("/VpnConnection/0/StaticRoutesOnly", json!(false))]
    #[case::no_tunnel("/VpnConnection/0/VgwTelemetries", json!([]))]
    #[case::a_route_twice("/VpnConnection/0/Routes/-", json!({ "DestinationIpRange": "10.9.0.0/16" }))]
    #[case::twice("/VpnConnection/-", json!({
        "ClientGatewayId": "cgw-1", "State": "pending", "StaticRoutesOnly": true,
        "VgwTelemetries": [{}], "VirtualGatewayId": "vgw-1", "VpnConnectionId": "vpn-2",
    }))]
    fn a_vpn_connection_that_is_wrong_is_found(#[case] pointer: &str, #[case] value: Value) {
        assert_ne!(found(check, connected(), pointer, value), [""; 0]);
    }
}
