//! How the calls about gateways, direct links, dedicated groups and flexible GPUs are written.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// A direct link that most conversations begin with.
pub(super) const OFFICE: &str =
    r#"{"Bandwidth":"1Gbps","DirectLinkName":"office","Location":"PAR1"}"#;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateDedicatedGroup", 3, |pen| {
        json!({
            "CpuGeneration": pen.number(&[5, 5, 4, 7, 8]), "Name": pen.word(),
            "SubregionName": pen.subregion(),
        })
    }),
    ("CreateDirectLink", 3, |pen| {
        json!({
            "Bandwidth": pen.one_of(&["1Gbps", "10Gbps", "2Gbps"]), "DirectLinkName": pen.word(),
            "Location": pen.one_of(&["PAR1", "PAR4", "NJ1"]),
        })
    }),
    ("CreateDirectLinkInterface", 8, interface),
    ("CreateFlexibleGpu", 6, |pen| {
        let model = pen.one_of(&["nvidia-p100", "nvidia-p100", "nvidia-v100", "nvidia-k2", ""]);
        let mut input = json!({ "ModelName": model, "SubregionName": pen.subregion() });
        pen.maybe(&mut input, 20, "Generation", |pen| {
            pen.one_of(&["v5", "v4"]).into()
        });
        pen.maybe(&mut input, 40, "DeleteOnVmDeletion", |pen| {
            pen.dice.percent(50).into()
        });
        input
    }),
    (
        "CreateVirtualGateway",
        5,
        |pen| json!({ "ConnectionType": pen.one_of(&["ipsec.1", "ipsec.1", "ipsec.1", "ipsec.2"]) }),
    ),
    ("DeleteDedicatedGroup", 2, |pen| {
        let mut input = json!({ "DedicatedGroupId": pen.last("DedicatedGroupId") });
        pen.maybe(&mut input, 60, "Force", |pen| pen.dice.percent(70).into());
        input
    }),
    (
        "DeleteDirectLink",
        2,
        |pen| json!({ "DirectLinkId": pen.last("DirectLinkId") }),
    ),
    (
        "DeleteDirectLinkInterface",
        3,
        |pen| json!({ "DirectLinkInterfaceId": pen.last("DirectLinkInterfaceId") }),
    ),
    (
        "DeleteFlexibleGpu",
        2,
        |pen| json!({ "FlexibleGpuId": pen.last("FlexibleGpuId") }),
    ),
    (
        "DeleteVirtualGateway",
        2,
        |pen| json!({ "VirtualGatewayId": pen.last("VirtualGatewayId") }),
    ),
    (
        "LinkFlexibleGpu",
        12,
        |pen| json!({ "FlexibleGpuId": pen.id("FlexibleGpuId"), "VmId": pen.id("VmId") }),
    ),
    ("LinkVirtualGateway", 8, linked),
    (
        "UnlinkFlexibleGpu",
        5,
        |pen| json!({ "FlexibleGpuId": pen.id("FlexibleGpuId") }),
    ),
    ("UnlinkVirtualGateway", 4, linked),
    (
        "UpdateDirectLinkInterface",
        5,
        |pen| json!({ "DirectLinkInterfaceId": pen.id("DirectLinkInterfaceId"), "Mtu": 1500 }),
    ),
    ("UpdateRoutePropagation", 8, |pen| {
        json!({
            "Enable": pen.dice.percent(75), "RouteTableId": pen.id("RouteTableId"),
            "VirtualGatewayId": pen.id("VirtualGatewayId"),
        })
    }),
];

fn linked(pen: &mut Pen<'_>) -> Value {
    json!({ "NetId": pen.id("NetId"), "VirtualGatewayId": pen.id("VirtualGatewayId") })
}

fn interface(pen: &mut Pen<'_>) -> Value {
    let mut interface = json!({
        "BgpAsn": pen.number(&[65000, 64512, 65534]),
        "DirectLinkInterfaceName": pen.word(),
        "VirtualGatewayId": pen.id("VirtualGatewayId"),
        "Vlan": pen.number(&[2, 101, 102, 4094]),
    });
    for field in ["ClientPrivateIp", "OutscalePrivateIp"] {
        pen.maybe(&mut interface, 20, field, |pen| {
            pen.one_of(&[
                "172.16.0.5/30",
                "172.16.0.6/30",
                "172.16.0.9/30",
                "172.16.0.5",
            ])
            .into()
        });
    }
    json!({ "DirectLinkId": pen.id("DirectLinkId"), "DirectLinkInterface": interface })
}
