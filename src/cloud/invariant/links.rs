//! Virtual gateways, direct links, dedicated groups and flexible GPUs: each agrees with what it is
//! linked to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::view::View;
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    check_gateways(view, faults);
    for table in view.of_kind("RouteTable") {
        check_propagation(view, table, faults);
    }
    check_vlans(view, faults);
    for group in view.of_kind("DedicatedGroup") {
        check_group(view, group, faults);
    }
    for gpu in view.of_kind("FlexibleGpu") {
        check_gpu(view, gpu, faults);
    }
}

/// The Nets that a gateway is linked to now.
pub(super) fn attached(gateway: &Object) -> impl Iterator<Item = &str> {
    gateway
        .objects("NetToVirtualGatewayLinks")
        .filter(|link| link.text("State") == "attached")
        .map(|link| link.text("NetId"))
}

fn check_gateways(view: &View, faults: &mut Vec<String>) {
    let mut nets = BTreeSet::new();
    for gateway in view.of_kind("VirtualGateway") {
        let id = gateway.text("VirtualGatewayId");
        if attached(gateway).count() > 1 {
            faults.push(format!(
                "the virtual gateway {id} is linked to several Nets"
            ));
        }
        for net in attached(gateway) {
            if !nets.insert(net) || gateway.text("State") != "available" {
                faults.push(format!(
                    "the virtual gateway {id} should not be linked to {net}"
                ));
            }
        }
        let mut seen = BTreeSet::new();
        for link in gateway.objects("NetToVirtualGatewayLinks") {
            if !seen.insert(link.text("NetId")) {
                faults.push(format!("the virtual gateway {id} has two links to one Net"));
            }
        }
    }
}

fn check_propagation(view: &View, table: &Object, faults: &mut Vec<String>) {
    for entry in table.objects("RoutePropagatingVirtualGateways") {
        let gateway = view.find("VirtualGateway", entry.text("VirtualGatewayId"));
        let net = table.text("NetId");
        if gateway.is_none_or(|gateway| attached(gateway).all(|it| it != net)) {
            let (id, other) = (table.text("RouteTableId"), entry.text("VirtualGatewayId"));
            faults.push(format!(
                "{other} propagates to {id}, but is not linked to {net}"
            ));
        }
    }
}

fn check_vlans(view: &View, faults: &mut Vec<String>) {
    let mut taken = BTreeSet::new();
    for interface in view.of_kind("DirectLinkInterfaces") {
        if interface.text("State") == "deleting" {
            continue;
        }
        let link = interface.text("DirectLinkId");
        let vlan = interface.get("Vlan").and_then(Value::as_i64);
        if !taken.insert((link, vlan)) {
            faults.push(format!("two interfaces of {link} have the VLAN {vlan:?}"));
        }
        let state = view.find("DirectLink", link).map(|link| link.text("State"));
        if interface.text("State") == "available" && state != Some("available") {
            let id = interface.text("DirectLinkInterfaceId");
            faults.push(format!(
                "the interface {id} is up, and its link is {state:?}"
            ));
        }
    }
}

/// The members of a group are those whose tenancy says so.
fn check_group(view: &View, group: &Object, faults: &mut Vec<String>) {
    let id = group.text("DedicatedGroupId");
    let vms = view.of_kind("Vm").filter(|vm| {
        let tenancy = vm.get("Placement").and_then(|it| it["Tenancy"].as_str());
        tenancy == Some(id) && vm.text("State") != "terminated"
    });
    let nets = view
        .of_kind("Net")
        .filter(|net| net.text("Tenancy") == id && net.text("State") != "deleting");
    let vms: Vec<_> = vms.map(|vm| vm.text("VmId")).collect();
    let nets: Vec<_> = nets.map(|net| net.text("NetId")).collect();
    for (list, expected) in [("VmIds", vms), ("NetIds", nets)] {
        if group.get(list) != Some(&Value::from(expected.clone())) {
            faults.push(format!("the {list} of {id} should be {expected:?}"));
        }
    }
}

fn check_gpu(view: &View, gpu: &Object, faults: &mut Vec<String>) {
    let (id, state) = (gpu.text("FlexibleGpuId"), gpu.text("State"));
    let Some(vm) = view.find("Vm", gpu.text("VmId")) else {
        if state != "allocated" || gpu.contains_key("VmId") {
            faults.push(format!(
                "the GPU {id} is {state}, and its VM does not exist"
            ));
        }
        return;
    };
    let place = vm.get("Placement").and_then(|it| it.get("SubregionName"));
    if state == "allocated" || place != gpu.get("SubregionName") {
        faults.push(format!("the GPU {id} should not be in a VM at {place:?}"));
    }
    let waits = matches!(state, "attaching" | "detaching");
    match vm.text("State") {
        "terminated" => faults.push(format!("the GPU {id} is in a VM that is terminated")),
        "stopped" if waits => faults.push(format!("the GPU {id} is {state} in a stopped VM")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;

    fn linked() -> Value {
        let link = |net: &str, state: &str| json!({ "NetId": net, "State": state });
        json!({
            "DedicatedGroup": [{ "DedicatedGroupId": "ded-1", "NetIds": ["vpc-1"], "VmIds": ["i-1"] }],
            "DirectLink": [{ "DirectLinkId": "dxcon-1", "State": "available" }],
            "DirectLinkInterfaces": [
                { "DirectLinkId": "dxcon-1", "DirectLinkInterfaceId": "dxvif-1",
                    "State": "available", "Vlan": 10 },
                { "DirectLinkId": "dxcon-1", "DirectLinkInterfaceId": "dxvif-2",
                    "State": "available", "Vlan": 11 },
            ],
            "FlexibleGpu": [
                { "FlexibleGpuId": "fgpu-1", "State": "attached", "SubregionName": "a", "VmId": "i-1" },
                { "FlexibleGpuId": "fgpu-2", "State": "allocated", "SubregionName": "a" },
            ],
            "Net": [{ "NetId": "vpc-1", "State": "available", "Tenancy": "ded-1" }],
            "RouteTable": [{
                "NetId": "vpc-1",
                "RoutePropagatingVirtualGateways": [{ "VirtualGatewayId": "vgw-1" }],
                "RouteTableId": "rtb-1",
            }],
            "VirtualGateway": [
                { "NetToVirtualGatewayLinks": [link("vpc-2", "detached"), link("vpc-1", "attached")],
                    "State": "available", "VirtualGatewayId": "vgw-1" },
                { "NetToVirtualGatewayLinks": [], "State": "available", "VirtualGatewayId": "vgw-2" },
            ],
            "Vm": [{
                "Placement": { "SubregionName": "a", "Tenancy": "ded-1" },
                "State": "stopped", "VmId": "i-1",
            }],
        })
    }

    #[rstest]
    #[case::two_nets(
        "/VirtualGateway/0/NetToVirtualGatewayLinks/0/State", json!("attached"), "to several Nets"
    )]
    #[case::two_gateways(
        "/VirtualGateway/1/NetToVirtualGatewayLinks/-",
        json!({ "NetId": "vpc-1", "State": "attached" }),
        "vgw-2 should not be linked"
    )]
    #[case::deleted("/VirtualGateway/0/State", json!("deleted"), "vgw-1 should not be linked")]
    #[case::twice(
        "/VirtualGateway/0/NetToVirtualGatewayLinks/-",
        json!({ "NetId": "vpc-2", "State": "detached" }),
        "two links to one Net"
    )]
    #[case::propagation(
        "/RouteTable/0/RoutePropagatingVirtualGateways/0/VirtualGatewayId",
        json!("vgw-2"),
        "but is not linked to vpc-1"
    )]
    #[case::vlan("/DirectLinkInterfaces/1/Vlan", json!(10), "have the VLAN Some(10)")]
    #[case::link_that_is_down("/DirectLink/0/State", json!("pending"), "dxvif-1 is up")]
    #[case::no_member("/DedicatedGroup/0/VmIds", json!([]), "the VmIds of ded-1")]
    #[case::no_net("/DedicatedGroup/0/NetIds", json!([]), "the NetIds of ded-1")]
    #[case::member_that_left("/Vm/0/Placement/Tenancy", json!("default"), "the VmIds of ded-1")]
    #[case::gpu_of_nobody("/FlexibleGpu/0/VmId", json!("i-2"), "its VM does not exist")]
    #[case::gpu_that_is_free("/FlexibleGpu/0/State", json!("allocated"), "should not be in a VM")]
    #[case::gpu_elsewhere("/FlexibleGpu/0/SubregionName", json!("b"), "should not be in a VM")]
    #[case::gpu_that_waits("/FlexibleGpu/0/State", json!("attaching"), "in a stopped VM")]
    #[case::gpu_that_is_left("/Vm/0/State", json!("terminated"), "in a VM that is terminated")]
    fn what_disagrees_is_found(#[case] at: &str, #[case] value: Value, #[case] said: &str) {
        let faults = found(super::check, linked(), at, value);
        assert!(faults.iter().any(|it| it.contains(said)), "{faults:?}");
    }
}
