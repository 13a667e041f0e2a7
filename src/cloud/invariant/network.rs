//! Nets and what is in them: route tables, security groups, Internet services.

use std::collections::BTreeSet;

use super::view::View;
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for net in view.of_kind("Net") {
        check_net(view, net, faults);
    }
    for table in view.of_kind("RouteTable") {
        check_table(view, table, faults);
    }
    check_groups(view, faults);
    let mut linked = BTreeSet::new();
    for table in view.of_kind("RouteTable") {
        for link in table.objects("LinkRouteTables") {
            let subnet = link.text("SubnetId");
            if !subnet.is_empty() && !linked.insert(subnet) {
                faults.push(format!("the Subnet {subnet} is linked to two route tables"));
            }
        }
    }
    let mut served = BTreeSet::new();
    for service in view.of_kind("InternetService") {
        let (net, state) = (service.text("NetId"), service.text("State"));
        if !net.is_empty() && !served.insert(net) {
            faults.push(format!("the Net {net} has two Internet services"));
        }
        if net.is_empty() != state.is_empty() {
            faults.push(format!(
                "an Internet service of the Net '{net}' is '{state}'"
            ));
        }
    }
}

fn in_net<'v>(view: &'v View, kind: &str, net_id: &'v str) -> impl Iterator<Item = &'v Object> {
    view.of_kind(kind)
        .filter(move |it| it.text("NetId") == net_id)
}

fn check_net(view: &View, net: &Object, faults: &mut Vec<String>) {
    let id = net.text("NetId");
    let going = net.text("State") == "deleting";
    let wanted = usize::from(!going);
    let main = in_net(view, "RouteTable", id).flat_map(main_links);
    let default =
        in_net(view, "SecurityGroup", id).filter(|it| it.text("SecurityGroupName") == "default");
    for (what, count) in [
        ("main route tables", main.count()),
        ("default groups", default.count()),
    ] {
        if count != wanted {
            faults.push(format!(
                "the Net {id} ({}) has {count} {what}",
                net.text("State")
            ));
        }
    }
    if going {
        for kind in [
            "Subnet",
            "Nic",
            "Vm",
            "RouteTable",
            "SecurityGroup",
            "InternetService",
            "LoadBalancer",
        ] {
            if in_net(view, kind, id).next().is_some() {
                faults.push(format!("the Net {id} is deleting and has a {kind}"));
            }
        }
    }
}

fn main_links(table: &Object) -> impl Iterator<Item = &Object> {
    let links = table.objects("LinkRouteTables");
    links.filter(|link| link.flag("Main") == Some(true))
}

fn check_table(view: &View, table: &Object, faults: &mut Vec<String>) {
    let (id, net_id) = (table.text("RouteTableId"), table.text("NetId"));
    let range = view
        .find("Net", net_id)
        .map_or("", |net| net.text("IpRange"));
    let local: Vec<_> = table
        .objects("Routes")
        .filter(|route| route.text("GatewayId") == "local")
        .map(|route| route.text("DestinationIpRange"))
        .collect();
    if local != [range] {
        faults.push(format!(
            "the route table {id} has the local routes {local:?}, not {range}"
        ));
    }
    let mut destinations = BTreeSet::new();
    for route in table.objects("Routes") {
        // A range, or a service.
        let destination = (
            route.text("DestinationIpRange"),
            route.text("DestinationServiceId"),
        );
        if !destinations.insert(destination) {
            faults.push(format!(
                "the route table {id} has two routes for {destination:?}"
            ));
        }
    }
    for link in table.objects("LinkRouteTables") {
        let main = link.get("Main").is_some_and(|main| main == true);
        let subnet = view.find("Subnet", link.text("SubnetId"));
        // Recorded answers leave the Net of a link out.
        let net = link.get("NetId").is_none_or(|net| net == net_id);
        let right = link.text("RouteTableId") == id && net;
        if !right || main != subnet.is_none() || subnet.is_some_and(|it| it.text("NetId") != net_id)
        {
            faults.push(format!("a link of the route table {id} is wrong: {link:?}"));
        }
    }
}

fn check_groups(view: &View, faults: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for group in view.of_kind("SecurityGroup") {
        let id = group.text("SecurityGroupId");
        let name = (group.text("NetId"), group.text("SecurityGroupName"));
        if !names.insert(name) {
            faults.push(format!("two security groups are called {name:?}"));
        }
        if name.0.is_empty() && group.objects("OutboundRules").next().is_some() {
            faults.push(format!(
                "the group {id} of the public Cloud has outbound rules"
            ));
        }
        for flow in ["InboundRules", "OutboundRules"] {
            check_rules(group, flow, faults);
        }
    }
    if !names.contains(&("", "default")) {
        faults.push("the public Cloud has no default group".to_owned());
    }
}

/// No rule is empty, and none is there twice.
fn check_rules(group: &Object, flow: &str, faults: &mut Vec<String>) {
    let id = group.text("SecurityGroupId");
    let mut seen = Vec::new();
    for rule in group.objects(flow) {
        let mut leads = 0;
        for list in ["IpRanges", "SecurityGroupsMembers", "ServiceIds"] {
            for member in rule
                .get(list)
                .and_then(|it| it.as_array())
                .into_iter()
                .flatten()
            {
                leads += 1;
                let port = |end: &str| rule.get(end).cloned();
                let one = (
                    rule.text("IpProtocol"),
                    port("FromPortRange"),
                    port("ToPortRange"),
                    member,
                );
                if seen.contains(&one) {
                    faults.push(format!("the group {id} has a rule twice: {one:?}"));
                }
                seen.push(one);
            }
        }
        if leads == 0 {
            faults.push(format!("the group {id} has a rule for nobody: {rule:?}"));
        }
    }
}
