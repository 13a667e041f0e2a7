//! How the calls are written about ways out of a Net: peerings, NAT services, access points,
//! VPN connections.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("AcceptNetPeering", 10, asked),
    ("CreateNatService", 14, nat_service),
    ("CreateNetAccessPoint", 8, access_point),
    ("CreateNetPeering", 14, peering),
    ("CreateVpnConnection", 8, vpn),
    ("CreateVpnConnectionRoute", 8, vpn_route),
    (
        "DeleteNatService",
        4,
        |pen| json!({ "NatServiceId": pen.last("NatServiceId") }),
    ),
    (
        "DeleteNetAccessPoint",
        3,
        |pen| json!({ "NetAccessPointId": pen.last("NetAccessPointId") }),
    ),
    (
        "DeleteNetPeering",
        6,
        |pen| json!({ "NetPeeringId": pen.last("NetPeeringId") }),
    ),
    (
        "DeleteVpnConnection",
        4,
        |pen| json!({ "VpnConnectionId": pen.last("VpnConnectionId") }),
    ),
    ("DeleteVpnConnectionRoute", 8, vpn_route),
    ("RejectNetPeering", 6, asked),
    ("UpdateNetAccessPoint", 8, |pen| {
        json!({
            "AddRouteTableIds": pen.ids("RouteTableId", 2),
            "NetAccessPointId": pen.id("NetAccessPointId"),
            "RemoveRouteTableIds": pen.ids("RouteTableId", 2),
        })
    }),
    ("UpdateVpnConnection", 4, other_vpn),
];

fn nat_service(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "PublicIpId": pen.id("PublicIpId"), "SubnetId": pen.id("SubnetId") });
    pen.maybe(&mut input, 15, "ClientToken", |pen| pen.word().into());
    input
}

fn access_point(pen: &mut Pen<'_>) -> Value {
    let service = pen.one_of(&[
        "com.outscale.eu-west-2.oos",
        "com.outscale.eu-west-2.api",
        "com.outscale.eu-west-2.fcu",
        "oos",
    ]);
    let mut input = json!({ "NetId": pen.id("NetId"), "ServiceName": service });
    pen.maybe(&mut input, 70, "RouteTableIds", |pen| {
        json!(pen.ids("RouteTableId", 2))
    });
    input
}

fn peering(pen: &mut Pen<'_>) -> Value {
    let source = pen.id("NetId");
    if pen.dice.percent(40) {
        let (accepter, owner) = (pen.foreign("NetId"), pen.other());
        return json!({
            "AccepterNetId": accepter, "AccepterOwnerId": owner, "SourceNetId": source,
        });
    }
    json!({ "AccepterNetId": pen.last("NetId"), "SourceNetId": source })
}

/// Mostly one's own request, or that of the other account, which has not been read yet.
fn asked(pen: &mut Pen<'_>) -> Value {
    let theirs = pen.dice.percent(35);
    let id = if theirs {
        pen.foreign("NetPeeringId")
    } else {
        pen.last("NetPeeringId")
    };
    json!({ "NetPeeringId": id })
}

fn vpn(pen: &mut Pen<'_>) -> Value {
    json!({
        "ClientGatewayId": pen.id("ClientGatewayId"), "ConnectionType": "ipsec.1",
        "StaticRoutesOnly": pen.dice.percent(80), "VirtualGatewayId": pen.id("VirtualGatewayId"),
    })
}

fn vpn_route(pen: &mut Pen<'_>) -> Value {
    let destination = pen.one_of(&["192.0.2.0/24", "10.9.0.0/16", "10.9.0.0/16", "x"]);
    json!({ "DestinationIpRange": destination, "VpnConnectionId": pen.id("VpnConnectionId") })
}

fn other_vpn(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({ "VpnConnectionId": pen.id("VpnConnectionId") });
    pen.maybe(&mut input, 40, "ClientGatewayId", |pen| {
        pen.id("ClientGatewayId").into()
    });
    pen.maybe(&mut input, 40, "VirtualGatewayId", |pen| {
        pen.id("VirtualGatewayId").into()
    });
    pen.maybe(&mut input, 60, "VpnOptions", |pen| {
        json!({
            "Phase2Options": { "PreSharedKey": pen.word() },
            "TunnelInsideIpRange": pen.one_of(&["169.254.254.4/30", "10.0.0.0/30"]),
        })
    });
    input
}
