//! Conversations about the family `direct_link_interface`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::direct_link;
use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};

fn gateway(cloud: &Cloud) -> String {
    let wanted = json!({ "ConnectionType": "ipsec.1" });
    made(
        cloud,
        "CreateVirtualGateway",
        wanted,
        "/VirtualGateway/VirtualGatewayId",
    )
}

/// A link that works.
fn link(cloud: &Cloud) -> String {
    let link = direct_link::link(cloud);
    cloud.support().complete_direct_link(&link);
    link
}

fn wanted(link: &str, gateway: &str) -> Value {
    json!({
        "DirectLinkId": link,
        "DirectLinkInterface": {
            "BgpAsn": 65000,
            "DirectLinkInterfaceName": "to-office",
            "VirtualGatewayId": gateway,
            "Vlan": 101,
        },
    })
}

fn interface(cloud: &Cloud, wanted: Value) -> String {
    let id = "/DirectLinkInterface/DirectLinkInterfaceId";
    made(cloud, "CreateDirectLinkInterface", wanted, id)
}

/// An interface with a link and a gateway of its own.
fn whole(cloud: &Cloud) -> String {
    interface(cloud, wanted(&link(cloud), &gateway(cloud)))
}

fn named(interface: &str) -> Value {
    json!({ "DirectLinkInterfaceId": interface })
}

#[test]
fn life() {
    let cloud = cloud();
    let (link, gateway) = (link(&cloud), gateway(&cloud));
    let mut input = wanted(&link, &gateway);
    input["DirectLinkInterface"]["BgpKey"] = "mine".into();
    input["DirectLinkInterface"]["ClientPrivateIp"] = "172.16.0.5/30".into();
    input["DirectLinkInterface"]["OutscalePrivateIp"] = "172.16.0.4/30".into();
    let interface = interface(&cloud, input);
    cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    let updated = json!({ "DirectLinkInterfaceId": interface, "Mtu": 1500 });
    cloud
        .call("UpdateDirectLinkInterface", updated.clone())
        .ok();
    cloud.call("DeleteDirectLink", json!({ "DirectLinkId": link }));
    let gone = json!({ "VirtualGatewayId": gateway });
    cloud.call("DeleteVirtualGateway", gone.clone());
    cloud
        .call("DeleteDirectLinkInterface", named(&interface))
        .ok();
    cloud.call("DeleteDirectLinkInterface", named(&interface));
    cloud.call("UpdateDirectLinkInterface", updated);
    cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    cloud
        .call("DeleteDirectLink", json!({ "DirectLinkId": link }))
        .ok();
    cloud.call("DeleteVirtualGateway", gone).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn an_interface_waits_for_its_link() {
    let cloud = cloud();
    let (first, second) = (direct_link::link(&cloud), direct_link::link(&cloud));
    let gateway = gateway(&cloud);
    for link in [&first, &second] {
        interface(&cloud, wanted(link, &gateway));
    }
    let states = || {
        let read = cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
        [
            "/DirectLinkInterfaces/0/State",
            "/DirectLinkInterfaces/1/State",
        ]
        .map(|state| read.text(state).to_owned())
    };
    assert_eq!(states(), ["pending", "pending"]);
    assert_eq!(states(), ["pending", "pending"]);
    cloud.support().complete_direct_link(&second);
    assert_eq!(states(), ["pending", "pending"]);
    assert_eq!(states(), ["pending", "available"]);
    cloud.settle();
    assert_eq!(states(), ["available", "available"]);
}

/// What is sent of the two addresses, and what they are: the vendor's and the client's.
#[rstest]
#[case::both("172.16.0.4/30", "172.16.0.5/30", "172.16.0.4/30", "172.16.0.5/30")]
#[case::outscale("172.16.0.5/30", "", "172.16.0.5/30", "172.16.0.6/30")]
#[case::client("", "172.16.0.5/30", "172.16.0.6/30", "172.16.0.5/30")]
#[case::client_behind("", "172.16.0.6/30", "172.16.0.5/30", "172.16.0.6/30")]
#[case::none("", "", "169.254.0.1/30", "169.254.0.2/30")]
fn addresses(
    #[case] outscale: &str,
    #[case] client: &str,
    #[case] ours: &str,
    #[case] theirs: &str,
) {
    let cloud = cloud();
    let mut input = wanted(&link(&cloud), &gateway(&cloud));
    for (field, address) in [("OutscalePrivateIp", outscale), ("ClientPrivateIp", client)] {
        if !address.is_empty() {
            input["DirectLinkInterface"][field] = address.into();
        }
    }
    let made = cloud.call("CreateDirectLinkInterface", input).ok();
    let made = &made["DirectLinkInterface"];
    assert_eq!(made["OutscalePrivateIp"], ours);
    assert_eq!(made["ClientPrivateIp"], theirs);
}

#[test]
fn what_the_cloud_chooses_is_nobody_elses() {
    let cloud = cloud();
    let (link, gateway) = (link(&cloud), gateway(&cloud));
    for vlan in [2, 4094] {
        let mut input = wanted(&link, &gateway);
        input["DirectLinkInterface"]["Vlan"] = vlan.into();
        interface(&cloud, input);
    }
    let read = cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    let read = &read["DirectLinkInterfaces"];
    for field in ["BgpKey", "ClientPrivateIp", "OutscalePrivateIp"] {
        assert!(read[0][field].is_string(), "{field}");
        assert_ne!(read[0][field], read[1][field], "{field}");
    }
    let key = read[0]["BgpKey"].as_str().expect("a key");
    assert_eq!(key.len(), 16);
    assert!(!cloud.transcript().to_string().contains(key));
}

#[rstest]
#[case("BgpAsn", json!(64511), "4010")]
#[case("BgpAsn", json!(65535), "4010")]
#[case("Vlan", json!(1), "4056")]
#[case("Vlan", json!(4095), "4056")]
#[case("Vlan", json!(-1), "4056")]
#[case("ClientPrivateIp", json!("172.16.0.5"), "4030")]
#[case("ClientPrivateIp", json!("172.16.0.5/29"), "4030")]
#[case("OutscalePrivateIp", json!("172.16.0.256/30"), "4030")]
#[case("OutscalePrivateIp", json!("here"), "4030")]
#[case("VirtualGatewayId", json!("vgw-00000000"), "5068")]
#[case("VirtualGatewayId", json!("igw-00000000"), "4104")]
#[case("VirtualGatewayId", json!("vgw-0"), "4105")]
fn interfaces_that_cannot_be_made(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let cloud = cloud();
    let mut input = wanted(&link(&cloud), &gateway(&cloud));
    input["DirectLinkInterface"][field] = value;
    let (status, said, _) = refused_twice(&cloud, "CreateDirectLinkInterface", input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::two_networks("172.16.0.5/30", "172.16.0.9/30")]
#[case::one_address("172.16.0.5/30", "172.16.0.5/30")]
fn two_ends_of_no_network(#[case] outscale: &str, #[case] client: &str) {
    let cloud = cloud();
    let mut input = wanted(&link(&cloud), &gateway(&cloud));
    input["DirectLinkInterface"]["OutscalePrivateIp"] = outscale.into();
    input["DirectLinkInterface"]["ClientPrivateIp"] = client.into();
    let (status, code, _) = refused_twice(&cloud, "CreateDirectLinkInterface", input);
    assert_eq!((status, &*code), (400, "4046"));
}

#[rstest]
#[case::unknown("dxcon-00000000", "5072")]
#[case::of_another_kind("vgw-00000000", "4104")]
#[case::malformed("dxcon-0", "4105")]
#[case::going("", "5072")]
fn links_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let cloud = cloud();
    let link = link(&cloud);
    cloud
        .call("DeleteDirectLink", json!({ "DirectLinkId": link }))
        .ok();
    let id = if id.is_empty() { &link } else { id };
    // The gateway does not exist either, which is found out later.
    let input = wanted(id, "vgw-00000000");
    let (status, said, _) = refused_twice(&cloud, "CreateDirectLinkInterface", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_deleted_gateway_takes_no_interface() {
    let cloud = cloud();
    let (link, gateway) = (link(&cloud), gateway(&cloud));
    let gone = json!({ "VirtualGatewayId": gateway });
    cloud.call("DeleteVirtualGateway", gone).ok();
    cloud.settle();
    let said = refused_twice(&cloud, "CreateDirectLinkInterface", wanted(&link, &gateway));
    assert_eq!((said.0, &*said.1), (409, "6008"));
}

#[test]
fn a_vlan_is_once_on_a_link() {
    let cloud = cloud();
    let (link, other, gateway) = (link(&cloud), link(&cloud), gateway(&cloud));
    let first = interface(&cloud, wanted(&link, &gateway));
    cloud.settle();
    let input = wanted(&link, &gateway);
    let (status, code, details) = refused_twice(&cloud, "CreateDirectLinkInterface", input.clone());
    assert_eq!((status, &*code), (409, "9023"));
    assert!(details.contains(&first), "{details}");
    interface(&cloud, wanted(&other, &gateway));
    cloud.call("DeleteDirectLinkInterface", named(&first)).ok();
    interface(&cloud, input);
}

#[rstest]
#[case::unknown("dxvif-00000000", "5073")]
#[case::of_another_kind("dxcon-00000000", "4104")]
#[case::malformed("dxvif-0", "4105")]
fn interfaces_that_do_not_exist(
    #[case] id: &str,
    #[case] code: &str,
    #[values("DeleteDirectLinkInterface", "UpdateDirectLinkInterface")] operation: &str,
) {
    let mut input = named(id);
    if operation == "UpdateDirectLinkInterface" {
        input["Mtu"] = 1500.into();
    }
    let (status, said, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (mine, theirs) = (
        (link(&cloud), gateway(&cloud)),
        (link(&other), gateway(&other)),
    );
    for (link, gateway, code) in [(&mine.0, &theirs.1, "5072"), (&theirs.0, &mine.1, "5068")] {
        let input = wanted(link, gateway);
        let said = refused_twice(&other, "CreateDirectLinkInterface", input);
        assert_eq!((said.0, &*said.1), (400, code));
    }
    let interface = interface(&cloud, wanted(&mine.0, &mine.1));
    let updated = json!({ "DirectLinkInterfaceId": interface, "Mtu": 1500 });
    for (operation, input) in [
        ("DeleteDirectLinkInterface", named(&interface)),
        ("UpdateDirectLinkInterface", updated),
    ] {
        let said = refused_twice(&other, operation, input);
        assert_eq!((said.0, &*said.1), (400, "5073"), "{operation}");
    }
    let read = other.call("ReadDirectLinkInterfaces", json!({})).ok();
    assert_eq!(read["DirectLinkInterfaces"], json!([]));
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (link, gateway) = (link(&cloud), gateway(&cloud));
    let id = interface(&cloud, wanted(&link, &gateway));
    whole(&cloud);
    cloud.settle();
    every_filter(
        &cloud,
        "ReadDirectLinkInterfaces",
        &json!({}),
        ("DirectLinkInterfaces", "DirectLinkInterfaceId", &id),
        &[
            ("DirectLinkIds", json!([link]), json!(["dxcon-00000000"])),
            (
                "DirectLinkInterfaceIds",
                json!([id]),
                json!(["dxvif-00000000"]),
            ),
        ],
    );
    let list = "DirectLinkInterfaces";
    assert_eq!(pages_of_one(&cloud, "ReadDirectLinkInterfaces", list), 2);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (link, gateway) = (link(&cloud), gateway(&cloud));
    let id = interface(&cloud, wanted(&link, &gateway));
    let mut further = wanted(&link, &gateway);
    further["DirectLinkInterface"]["Vlan"] = 102.into();
    let updated = json!({ "DirectLinkInterfaceId": id, "Mtu": 1500 });
    for (operation, input) in [
        ("CreateDirectLinkInterface", further),
        ("UpdateDirectLinkInterface", updated),
        ("DeleteDirectLinkInterface", named(&id)),
        ("ReadDirectLinkInterfaces", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let read = cloud.call("ReadDirectLinkInterfaces", json!({})).ok();
    assert_eq!(read.text("/DirectLinkInterfaces/0/State"), "pending");
    assert_eq!(read["DirectLinkInterfaces"][1], Value::Null);
}
