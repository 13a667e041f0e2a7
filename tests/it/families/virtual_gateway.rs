//! Conversations about the family `virtual_gateway`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, last, made, net, pages_of_one, refused_twice, rehearsed,
};

fn gateway(cloud: &Cloud) -> String {
    let wanted = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    made(cloud, "CreateVirtualGateway", wanted, id)
}

/// The main route table of a Net.
fn table(cloud: &Cloud, net: &str) -> String {
    let read = json!({ "Filters": { "NetIds": [net] } });
    let read = cloud.call("ReadRouteTables", read).ok();
    read.text("/RouteTables/0/RouteTableId").to_owned()
}

fn both(gateway: &str, net: &str) -> Value {
    json!({ "NetId": net, "VirtualGatewayId": gateway })
}

fn named(gateway: &str) -> Value {
    json!({ "VirtualGatewayId": gateway })
}

fn propagation(gateway: &str, table: &str, enable: bool) -> Value {
    json!({ "Enable": enable, "RouteTableId": table, "VirtualGatewayId": gateway })
}

/// The Nets that a gateway has links to, with their states.
fn links(cloud: &Cloud, gateway: &str) -> Vec<(String, String)> {
    let read = json!({ "Filters": { "VirtualGatewayIds": [gateway] } });
    let read = cloud.call("ReadVirtualGateways", read).ok();
    let links = &read["VirtualGateways"][0]["NetToVirtualGatewayLinks"];
    let text = |link: &Value, field: &str| link[field].as_str().unwrap_or_default().to_owned();
    let links = links.as_array().into_iter().flatten();
    links
        .map(|link| (text(link, "NetId"), text(link, "State")))
        .collect()
}

#[test]
fn life() {
    let cloud = cloud();
    let (gateway, net) = (gateway(&cloud), net(&cloud));
    cloud.call("LinkVirtualGateway", both(&gateway, &net)).ok();
    cloud.call("ReadVirtualGateways", json!({})).ok();
    let table = table(&cloud, &net);
    let route = json!({
        "DestinationIpRange": "192.168.0.0/16",
        "GatewayId": gateway,
        "RouteTableId": table,
    });
    cloud.call("CreateRoute", route).ok();
    let enabled = propagation(&gateway, &table, true);
    cloud.call("UpdateRoutePropagation", enabled).ok();
    cloud.call("DeleteVirtualGateway", named(&gateway));
    cloud
        .call("UnlinkVirtualGateway", both(&gateway, &net))
        .ok();
    cloud.call("UnlinkVirtualGateway", both(&gateway, &net));
    cloud.call("ReadVirtualGateways", json!({})).ok();
    cloud.call("ReadRouteTables", json!({})).ok();
    cloud.call("DeleteVirtualGateway", named(&gateway)).ok();
    cloud.call("DeleteVirtualGateway", named(&gateway));
    cloud.call("ReadVirtualGateways", json!({})).ok();
    cloud.call("ReadVirtualGateways", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn links_that_were_stay_detached() {
    let cloud = cloud();
    let (gateway, here, there) = (gateway(&cloud), net(&cloud), net(&cloud));
    let link = |net: &str, state: &str| (net.to_owned(), state.to_owned());
    cloud.call("LinkVirtualGateway", both(&gateway, &here)).ok();
    cloud
        .call("UnlinkVirtualGateway", both(&gateway, &here))
        .ok();
    cloud
        .call("LinkVirtualGateway", both(&gateway, &there))
        .ok();
    let swapped = [link(&here, "detached"), link(&there, "attached")];
    assert_eq!(links(&cloud, &gateway), swapped);
    cloud
        .call("UnlinkVirtualGateway", both(&gateway, &there))
        .ok();
    cloud.call("LinkVirtualGateway", both(&gateway, &here)).ok();
    let back = [link(&here, "attached"), link(&there, "detached")];
    assert_eq!(links(&cloud, &gateway), back);
    // The Net that it was linked to may go, and the link still tells of it.
    cloud.call("DeleteNet", json!({ "NetId": there })).ok();
    cloud.settle();
    assert_eq!(links(&cloud, &gateway), back);
    assert!(cloud.dangling().is_empty());
    let (status, code, details) = refused_twice(&cloud, "DeleteNet", json!({ "NetId": here }));
    assert_eq!((status, &*code), (409, "9097"));
    assert!(details.contains(&gateway), "{details}");
}

#[test]
fn one_gateway_for_one_net() {
    let cloud = cloud();
    let (first, second) = (gateway(&cloud), gateway(&cloud));
    let (here, there) = (net(&cloud), net(&cloud));
    cloud.call("LinkVirtualGateway", both(&first, &here)).ok();
    for (operation, gateway, net, code) in [
        ("LinkVirtualGateway", &first, &here, "9065"),
        ("LinkVirtualGateway", &second, &here, "9065"),
        ("LinkVirtualGateway", &first, &there, "9024"),
        ("UnlinkVirtualGateway", &first, &there, "9027"),
        ("UnlinkVirtualGateway", &second, &here, "9027"),
    ] {
        let (status, said, _) = refused_twice(&cloud, operation, both(gateway, net));
        assert_eq!((status, &*said), (409, code));
    }
}

#[rstest]
#[case::both_unknown("vgw-00000000", "vpc-00000000", "5068")]
#[case::of_another_kind("igw-00000000", "vpc-00000000", "4104")]
#[case::malformed("vgw-0", "vpc-00000000", "4105")]
#[case::unknown_net("", "vpc-00000000", "5065")]
#[case::net_of_another_kind("", "subnet-00000000", "4104")]
#[case::net_that_goes("", "", "5065")]
fn what_does_not_exist(#[case] id: &str, #[case] net: &str, #[case] code: &str) {
    let cloud = cloud();
    let (own, going) = (gateway(&cloud), self::net(&cloud));
    cloud.call("DeleteNet", json!({ "NetId": going })).ok();
    let id = if id.is_empty() { &own } else { id };
    let net = if net.is_empty() { &going } else { net };
    for operation in ["LinkVirtualGateway", "UnlinkVirtualGateway"] {
        let (status, said, _) = refused_twice(&cloud, operation, both(id, net));
        assert_eq!((status, &*said), (400, code));
    }
}

#[rstest]
#[case("ipsec.2")]
#[case("")]
fn there_is_one_type_of_connection(#[case] wanted: &str) {
    let input = json!({ "ConnectionType": wanted });
    let (status, code, _) = refused_twice(&cloud(), "CreateVirtualGateway", input);
    assert_eq!((status, &*code), (400, "4080"));
}

#[test]
fn a_deleted_gateway_is_only_read() {
    let cloud = cloud();
    let (gateway, net) = (gateway(&cloud), net(&cloud));
    let tags = json!({ "ResourceIds": [gateway], "Tags": [{ "Key": "k", "Value": "v" }] });
    cloud.call("CreateTags", tags.clone()).ok();
    cloud.call("DeleteVirtualGateway", named(&gateway)).ok();
    cloud.settle();
    let table = table(&cloud, &net);
    let gone = (400, "5068");
    let unusable = (409, "6008");
    for (operation, input, expected) in [
        ("DeleteVirtualGateway", named(&gateway), gone),
        ("LinkVirtualGateway", both(&gateway, &net), unusable),
        ("UnlinkVirtualGateway", both(&gateway, &net), unusable),
        (
            "UpdateRoutePropagation",
            propagation(&gateway, &table, true),
            unusable,
        ),
        ("CreateTags", tags, gone),
    ] {
        let (status, code, _) = refused_twice(&cloud, operation, input);
        assert_eq!((status, &*code), expected, "{operation}");
    }
    let read = cloud.call("ReadVirtualGateways", json!({})).ok();
    assert_eq!(read.text("/VirtualGateways/0/State"), "deleted");
}

#[test]
fn propagation_is_switched_on_and_off() {
    let cloud = cloud();
    let (gateway, net) = (gateway(&cloud), net(&cloud));
    let table = table(&cloud, &net);
    // Nothing is propagated yet, which may be said.
    let off = propagation(&gateway, &table, false);
    cloud.call("UpdateRoutePropagation", off.clone()).ok();
    let on = propagation(&gateway, &table, true);
    let (status, code, _) = refused_twice(&cloud, "UpdateRoutePropagation", on.clone());
    assert_eq!((status, &*code), (400, "4079"));
    cloud.call("LinkVirtualGateway", both(&gateway, &net)).ok();
    for (input, propagating, changes) in [
        (&on, json!([{ "VirtualGatewayId": gateway }]), 1),
        (&on, json!([{ "VirtualGatewayId": gateway }]), 0),
        (&off, json!([]), 1),
        (&off, json!([]), 0),
    ] {
        let reply = cloud.call("UpdateRoutePropagation", input.clone()).ok();
        let shown = &reply["RouteTable"]["RoutePropagatingVirtualGateways"];
        assert_eq!(*shown, propagating);
        assert_eq!(last(&cloud).effects.len(), changes);
    }
}

#[rstest]
#[case::both_unknown("rtb-00000000", "vgw-00000000", "5046")]
#[case::of_another_kind("vpc-00000000", "vgw-00000000", "4104")]
#[case::unknown_gateway("", "vgw-00000000", "5068")]
#[case::gateway_of_another_kind("", "igw-00000000", "4104")]
fn propagation_between_what_does_not_exist(
    #[case] table: &str,
    #[case] gateway: &str,
    #[case] code: &str,
    #[values(true, false)] enable: bool,
) {
    let cloud = cloud();
    let own = self::table(&cloud, &net(&cloud));
    let table = if table.is_empty() { &own } else { table };
    let input = propagation(gateway, table, enable);
    let (status, said, _) = refused_twice(&cloud, "UpdateRoutePropagation", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (gateway, net) = (gateway(&cloud), net(&cloud));
    let theirs = (self::gateway(&other), self::net(&other));
    let (own, their_table) = (table(&cloud, &net), table(&other, &theirs.1));
    for (operation, input, code) in [
        ("DeleteVirtualGateway", named(&gateway), "5068"),
        ("LinkVirtualGateway", both(&gateway, &theirs.1), "5068"),
        ("LinkVirtualGateway", both(&theirs.0, &net), "5065"),
        ("UnlinkVirtualGateway", both(&gateway, &theirs.1), "5068"),
        (
            "UpdateRoutePropagation",
            propagation(&gateway, &their_table, false),
            "5068",
        ),
        (
            "UpdateRoutePropagation",
            propagation(&theirs.0, &own, false),
            "5046",
        ),
    ] {
        let (status, said, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (linked, free) = (gateway(&cloud), gateway(&cloud));
    let (here, there) = (net(&cloud), net(&cloud));
    cloud.call("LinkVirtualGateway", both(&linked, &here)).ok();
    let table = table(&cloud, &here);
    for (operation, input) in [
        (
            "CreateVirtualGateway",
            json!({ "ConnectionType": "ipsec.1" }),
        ),
        ("DeleteVirtualGateway", named(&free)),
        ("LinkVirtualGateway", both(&free, &there)),
        ("UnlinkVirtualGateway", both(&linked, &here)),
        ("UpdateRoutePropagation", propagation(&linked, &table, true)),
        ("ReadVirtualGateways", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    assert_eq!(links(&cloud, &linked).len(), 1);
    assert!(links(&cloud, &free).is_empty());
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (id, net) = (gateway(&cloud), net(&cloud));
    gateway(&cloud);
    cloud.call("LinkVirtualGateway", both(&id, &net)).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    every_filter(
        &cloud,
        "ReadVirtualGateways",
        &json!({}),
        ("VirtualGateways", "VirtualGatewayId", &id),
        &[
            ("ConnectionTypes", json!(["ipsec.1"]), json!(["ipsec.2"])),
            ("LinkNetIds", json!([net]), json!(["vpc-00000000"])),
            ("LinkStates", json!(["attached"]), json!(["detached"])),
            ("States", json!(["available"]), json!(["deleted"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
            ("VirtualGatewayIds", json!([id]), json!(["vgw-00000000"])),
        ],
    );
    let list = "VirtualGateways";
    assert_eq!(pages_of_one(&cloud, "ReadVirtualGateways", list), 2);
}
