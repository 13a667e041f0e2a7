//! How the calls about Nets are written: what makes them succeed often enough.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateClientGateway", 2, client_gateway),
    ("CreateDhcpOptions", 3, dhcp_options),
    ("CreateInternetService", 6, |_| json!({})),
    ("CreateNet", 6, net),
    ("CreatePublicIp", 10, |_| json!({})),
    ("CreateRoute", 14, route),
    ("CreateRouteTable", 8, of_a_net),
    ("CreateSecurityGroup", 10, security_group),
    ("CreateSecurityGroupRule", 14, rule),
    ("CreateSubnet", 22, subnet),
    ("DeleteInternetService", 3, internet_service),
    ("DeleteNet", 6, |pen| json!({ "NetId": pen.last("NetId") })),
    ("DeletePublicIp", 4, public_ip),
    ("DeleteRoute", 6, existing_route),
    (
        "DeleteRouteTable",
        5,
        |pen| json!({ "RouteTableId": pen.last("RouteTableId") }),
    ),
    (
        "DeleteSecurityGroup",
        6,
        |pen| json!({ "SecurityGroupId": pen.last("SecurityGroupId") }),
    ),
    ("DeleteSecurityGroupRule", 8, existing_rule),
    (
        "DeleteSubnet",
        8,
        |pen| json!({ "SubnetId": pen.last("SubnetId") }),
    ),
    ("LinkInternetService", 10, linked_service),
    ("LinkPublicIp", 20, link_public_ip),
    (
        "LinkRouteTable",
        10,
        |pen| json!({ "RouteTableId": pen.id("RouteTableId"), "SubnetId": pen.id("SubnetId") }),
    ),
    ("UnlinkInternetService", 4, linked_service),
    ("UnlinkPublicIp", 6, unlink_public_ip),
    (
        "UnlinkRouteTable",
        4,
        |pen| json!({ "LinkRouteTableId": pen.id("LinkRouteTableId") }),
    ),
    ("UpdateNet", 4, |pen| {
        let set = if pen.dice.percent(30) {
            "default".to_owned()
        } else {
            pen.id("DhcpOptionsSetId")
        };
        json!({ "NetId": pen.id("NetId"), "DhcpOptionsSetId": set })
    }),
    ("UpdateRoute", 8, other_route),
    (
        "UpdateRouteTableLink",
        6,
        |pen| json!({ "RouteTableId": pen.id("RouteTableId"), "LinkRouteTableId": pen.id("LinkRouteTableId") }),
    ),
    (
        "UpdateSubnet",
        4,
        |pen| json!({ "SubnetId": pen.id("SubnetId"), "MapPublicIpOnLaunch": pen.dice.percent(70) }),
    ),
];

fn net(pen: &mut Pen<'_>) -> Value {
    let usual = pen.dice.percent(75);
    let range = if usual { "10.0.0.0/16" } else { pen.range() };
    let mut input = json!({ "IpRange": range });
    pen.maybe(&mut input, 15, "Tenancy", |pen| pen.tenancy().into());
    input
}

fn of_a_net(pen: &mut Pen<'_>) -> Value {
    json!({ "NetId": pen.id("NetId") })
}

fn subnet(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "NetId": pen.id("NetId"), "IpRange": pen.range() });
    pen.maybe(&mut input, 25, "SubregionName", |pen| {
        pen.subregion().into()
    });
    input
}

fn client_gateway(pen: &mut Pen<'_>) -> Value {
    json!({ "BgpAsn": pen.number(&[65000, 1]), "ConnectionType": "ipsec.1", "PublicIp": "192.0.2.1" })
}

fn dhcp_options(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "DomainName": "test.local" });
    pen.maybe(&mut input, 40, "NtpServers", |pen| json!([pen.address()]));
    pen.maybe(&mut input, 40, "DomainNameServers", |_| {
        json!(["192.0.2.53", "OutscaleProvidedDNS"])
    });
    input
}

fn security_group(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "Description": "a group", "SecurityGroupName": pen.word() });
    pen.maybe(&mut input, 70, "NetId", |pen| pen.id("NetId").into());
    input
}

fn existing_rule(pen: &mut Pen<'_>) -> Value {
    let group = pen.id("SecurityGroupId");
    let flow = pen.one_of(&["Inbound", "Inbound", "Outbound"]);
    match pen.part(&group, &format!("{flow}Rules")) {
        Some(rule) => json!({ "SecurityGroupId": group, "Flow": flow, "Rules": [rule] }),
        None => rule(pen),
    }
}

fn rule(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({
        "SecurityGroupId": pen.id("SecurityGroupId"),
        "Flow": pen.one_of(&["Inbound", "Inbound", "Outbound", "Sideways"]),
    });
    if pen.dice.percent(50) {
        input["IpProtocol"] = pen.one_of(&["tcp", "tcp", "udp", "icmp", "-1", "7"]).into();
        input["IpRange"] = pen
            .one_of(&["10.0.0.0/16", "0.0.0.0/0", "10.0.0.0/16", "x"])
            .into();
        let port = pen.number(&[22, 80, -1]);
        input["FromPortRange"] = port.into();
        input["ToPortRange"] = (if pen.dice.percent(80) { port } else { 443 }).into();
    } else if pen.dice.percent(30) {
        input["SecurityGroupNameToLink"] = pen.id("SecurityGroupId").into();
        input["SecurityGroupAccountIdToLink"] = pen.id("AccountId").into();
    } else {
        let count = 1 + pen.dice.below(2);
        input["Rules"] = (0..count).map(|_| rule_of(pen)).collect();
    }
    input
}

fn rule_of(pen: &mut Pen<'_>) -> Value {
    let port = pen.number(&[22, 80]);
    let mut rule = json!({
        "IpProtocol": pen.one_of(&["tcp", "udp", "-1"]), "FromPortRange": port, "ToPortRange": port,
    });
    if pen.dice.percent(60) {
        let members = pen.ids("SecurityGroupId", 2);
        rule["SecurityGroupsMembers"] = members
            .into_iter()
            .map(|id| json!({ "SecurityGroupId": id }))
            .collect();
    } else {
        let ranges = ["10.0.0.0/16", "10.0.0.0/24", "0.0.0.0/0"];
        let count = 1 + pen.dice.below(3);
        rule["IpRanges"] = (0..count)
            .map(|_| Value::from(pen.one_of(&ranges)))
            .collect();
    }
    rule
}

fn destination(pen: &mut Pen<'_>) -> &'static str {
    pen.one_of(&[
        "0.0.0.0/0",
        "0.0.0.0/0",
        "192.0.2.0/24",
        "10.0.0.0/16",
        "10.0.1.0/24",
        "x",
    ])
}

fn existing_route(pen: &mut Pen<'_>) -> Value {
    let table = pen.id("RouteTableId");
    let route = pen.part(&table, "Routes");
    let there = route.and_then(|route| route["DestinationIpRange"].as_str());
    let destination = there.unwrap_or_else(|| destination(pen));
    json!({ "RouteTableId": table, "DestinationIpRange": destination })
}

fn other_route(pen: &mut Pen<'_>) -> Value {
    let (mut input, there) = (route(pen), existing_route(pen));
    for property in ["RouteTableId", "DestinationIpRange"] {
        input[property] = there[property].clone();
    }
    input
}

fn route(pen: &mut Pen<'_>) -> Value {
    let mut input =
        json!({ "RouteTableId": pen.id("RouteTableId"), "DestinationIpRange": destination(pen) });
    match pen.dice.below(10) {
        0..3 => input["GatewayId"] = pen.id("InternetServiceId").into(),
        3 => input["GatewayId"] = pen.id("VirtualGatewayId").into(),
        4..7 => input["NicId"] = pen.id("NicId").into(),
        7..9 => input["VmId"] = pen.id("VmId").into(),
        _ if pen.dice.percent(50) => input["NetPeeringId"] = pen.id("NetPeeringId").into(),
        _ => input["NatServiceId"] = pen.id("NatServiceId").into(),
    }
    input
}

fn internet_service(pen: &mut Pen<'_>) -> Value {
    json!({ "InternetServiceId": pen.id("InternetServiceId") })
}

fn linked_service(pen: &mut Pen<'_>) -> Value {
    json!({ "InternetServiceId": pen.id("InternetServiceId"), "NetId": pen.id("NetId") })
}

fn public_ip(pen: &mut Pen<'_>) -> Value {
    if pen.dice.percent(50) {
        json!({ "PublicIp": pen.id("PublicIp") })
    } else {
        json!({ "PublicIpId": pen.id("PublicIpId") })
    }
}

fn link_public_ip(pen: &mut Pen<'_>) -> Value {
    let mut input = public_ip(pen);
    if pen.dice.percent(50) {
        input["VmId"] = pen.id("VmId").into();
    } else {
        let nic = pen.id("NicId");
        pen.maybe(&mut input, 30, "PrivateIp", |pen| {
            pen.address_of(&nic).into()
        });
        input["NicId"] = nic.into();
    }
    pen.maybe(&mut input, 40, "AllowRelink", |pen| {
        pen.dice.percent(80).into()
    });
    input
}

fn unlink_public_ip(pen: &mut Pen<'_>) -> Value {
    if pen.dice.percent(50) {
        json!({ "PublicIp": pen.id("PublicIp") })
    } else {
        json!({ "LinkPublicIpId": pen.id("LinkPublicIpId") })
    }
}
