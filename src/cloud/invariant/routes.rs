//! Routes: each is active when what it leads to can take what is sent there, and a black hole
//! otherwise. Left out: destinations (see `network.rs`), and who may propagate (see `links.rs`).

use super::links::attached;
use super::view::View;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::state_of;

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for table in view.of_kind("RouteTable") {
        for route in table.objects("Routes") {
            let (state, works) = (route.text("State"), works(view, table, route));
            if (state == "active") != works {
                let (id, to) = (table.text("RouteTableId"), destination(route));
                let target = if works { "works" } else { "does not work" };
                faults.push(format!(
                    "the route of {id} for {to} is {state}, and its target {target}: {route:?}"
                ));
            }
        }
    }
}

fn destination(route: &Object) -> &str {
    let range = route.some_text("DestinationIpRange");
    range.unwrap_or_else(|| route.text("DestinationServiceId"))
}

/// Whether the target of a route can take what is sent there.
fn works(view: &View, table: &Object, route: &Object) -> bool {
    let net = table.text("NetId");
    let find = |kind: &str, property: &str| view.find(kind, route.text(property));
    let there =
        |target: Option<&Object>, state: &str| target.is_some_and(|it| state_of(it) == state);
    if let Some(gateway) = route.some_text("GatewayId") {
        let service = find("InternetService", "GatewayId");
        let virtual_gateway = find("VirtualGateway", "GatewayId");
        gateway == "local"
            || service.is_some_and(|it| it.text("NetId") == net)
            || virtual_gateway.is_some_and(|it| attached(it).any(|it| it == net))
    } else if route.contains_key("NatServiceId") {
        there(find("NatService", "NatServiceId"), "available")
    } else if route.contains_key("NetPeeringId") {
        there(find("NetPeering", "NetPeeringId"), "active")
    } else if route.contains_key("VmId") || route.contains_key("NicId") {
        let nic = find("Nic", "NicId").filter(|nic| nic.text("NetId") == net);
        let holder = nic.and_then(|nic| nic.object("LinkNic")?.some_text("VmId"));
        let vm = holder.and_then(|id| view.find("Vm", id));
        holder == route.some_text("VmId") && vm.is_some_and(|vm| vm.text("State") != "terminated")
    } else {
        // A service, which is there for everybody.
        route.contains_key("DestinationServiceId")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;

    fn routed() -> Value {
        let route = |target: &str, id: &str| json!({ "DestinationIpRange": id, target: id, "State": "active" });
        let by_vm = json!({
            "DestinationIpRange": "10.9.0.0/16", "NicId": "eni-1", "State": "active", "VmId": "i-1",
        });
        let service = json!({
            "DestinationServiceId": "pl-1", "NetAccessPointId": "vpce-1", "State": "active",
        });
        let alone =
            json!({ "DestinationIpRange": "10.8.0.0/16", "NicId": "eni-2", "State": "blackhole" });
        let attached = json!([{ "NetId": "vpc-1", "State": "attached" }]);
        json!({
            "InternetService": [{ "InternetServiceId": "igw-1", "NetId": "vpc-1" }],
            "NatService": [{ "NatServiceId": "nat-1", "State": "available" }],
            "NetPeering": [{ "NetPeeringId": "pcx-1", "State": { "Name": "active" } }],
            "Nic": [
                { "LinkNic": { "VmId": "i-1" }, "NetId": "vpc-1", "NicId": "eni-1" },
                { "NetId": "vpc-1", "NicId": "eni-2" },
            ],
            "RouteTable": [{
                "NetId": "vpc-1",
                "RouteTableId": "rtb-1",
                "Routes": [
                    route("GatewayId", "local"),
                    route("GatewayId", "igw-1"),
                    route("GatewayId", "vgw-1"),
                    route("NatServiceId", "nat-1"),
                    route("NetPeeringId", "pcx-1"),
                    by_vm,
                    service,
                    alone,
                ],
            }],
            "VirtualGateway": [{ "NetToVirtualGatewayLinks": attached, "VirtualGatewayId": "vgw-1" }],
            "Vm": [{ "State": "running", "VmId": "i-1" }],
        })
    }

    #[rstest]
    #[case::service_that_left("/InternetService/0/NetId", json!("vpc-2"), "for igw-1 is active")]
    #[case::gateway_that_left(
        "/VirtualGateway/0/NetToVirtualGatewayLinks/0/State", json!("detached"), "for vgw-1 is active"
    )]
    #[case::nat_that_went("/NatService/0/State", json!("deleted"), "for nat-1 is active")]
    #[case::peering_that_ended("/NetPeering/0/State/Name", json!("deleted"), "for pcx-1 is active")]
    #[case::vm_that_ended("/Vm/0/State", json!("terminated"), "for 10.9.0.0/16 is active")]
    #[case::card_that_moved("/Nic/0/LinkNic/VmId", json!("i-2"), "for 10.9.0.0/16 is active")]
    #[case::card_elsewhere("/Nic/0/NetId", json!("vpc-2"), "for 10.9.0.0/16 is active")]
    #[case::local("/RouteTable/0/Routes/0/State", json!("blackhole"), "its target works")]
    #[case::service("/RouteTable/0/Routes/1/State", json!("blackhole"), "its target works")]
    #[case::gateway("/RouteTable/0/Routes/2/State", json!("blackhole"), "its target works")]
    #[case::nat("/RouteTable/0/Routes/3/State", json!("blackhole"), "its target works")]
    #[case::peering("/RouteTable/0/Routes/4/State", json!("blackhole"), "its target works")]
    #[case::vm("/RouteTable/0/Routes/5/State", json!("blackhole"), "its target works")]
    #[case::access_point("/RouteTable/0/Routes/6/State", json!("blackhole"), "for pl-1 is blackhole")]
    #[case::card_alone("/RouteTable/0/Routes/7/State", json!("active"), "for 10.8.0.0/16 is active")]
    fn a_state_that_is_wrong_is_found(#[case] at: &str, #[case] value: Value, #[case] said: &str) {
        let faults = found(super::check, routed(), at, value);
        assert!(faults.iter().any(|it| it.contains(said)), "{faults:?}");
    }
}
