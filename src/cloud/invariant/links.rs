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
fn attached(gateway: &Object) -> impl Iterator<Item = &str> {
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
    for route in table.objects("Routes") {
        let gateway = view.find("VirtualGateway", route.text("GatewayId"));
        let net = table.text("NetId");
        if let Some(gateway) = gateway
            && attached(gateway).any(|it| it == net) != (route.text("State") == "active")
        {
            let id = table.text("RouteTableId");
            faults.push(format!(
                "a route of {id} to a virtual gateway has the wrong state"
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
