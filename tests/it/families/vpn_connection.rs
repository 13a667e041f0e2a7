//! Conversations about the family `vpn_connection`.

use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, manual, pages_of_one, refused, refused_twice, rehearsed,
    tool,
};

fn client(cloud: &Cloud, asn: i64) -> String {
    let wanted = json!({ "BgpAsn": asn, "ConnectionType": "ipsec.1", "PublicIp": "192.0.2.1" });
    let id = "/ClientGateway/ClientGatewayId";
    made(cloud, "CreateClientGateway", wanted, id)
}

fn gateway(cloud: &Cloud) -> String {
    let wanted = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    made(cloud, "CreateVirtualGateway", wanted, id)
}

fn wanted(client: &str, gateway: &str) -> Value {
    json!({
        "ClientGatewayId": client,
        "ConnectionType": "ipsec.1",
        "StaticRoutesOnly": true,
        "VirtualGatewayId": gateway,
    })
}

fn vpn_between(cloud: &Cloud, client: &str, gateway: &str) -> String {
    let id = "/VpnConnection/VpnConnectionId";
    let wanted = wanted(client, gateway);
    made(cloud, "CreateVpnConnection", wanted, id)
}

/// A connection with static routes.
fn vpn(cloud: &Cloud) -> String {
    vpn_between(cloud, &client(cloud, 65000), &gateway(cloud))
}

fn named(vpn: &str) -> Value {
    json!({ "VpnConnectionId": vpn })
}

fn route(vpn: &str, destination: &str) -> Value {
    json!({ "DestinationIpRange": destination, "VpnConnectionId": vpn })
}

/// A connection as it is read.
#[track_caller]
fn read(cloud: &Cloud, vpn: &str) -> Value {
    let read = json!({ "Filters": { "VpnConnectionIds": [vpn] } });
    cloud.call("ReadVpnConnections", read).ok()["VpnConnections"][0].clone()
}

/// The destinations and states of the routes, as they are read.
#[track_caller]
fn routes(cloud: &Cloud, vpn: &str) -> Vec<(String, String)> {
    let vpn = read(cloud, vpn);
    let text = |route: &Value, field: &str| route[field].as_str().unwrap_or_default().to_owned();
    let routes = vpn["Routes"].as_array().expect("routes").iter();
    routes
        .map(|route| (text(route, "DestinationIpRange"), text(route, "State")))
        .collect()
}

#[test]
fn life() {
    let cloud = cloud();
    let (client, gateway) = (client(&cloud, 65000), gateway(&cloud));
    let mark = cloud.mark();
    let vpn = vpn_between(&cloud, &client, &gateway);
    cloud.call("ReadVpnConnections", json!({})).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    let destination = route(&vpn, "10.12.0.0/16");
    cloud
        .call("CreateVpnConnectionRoute", destination.clone())
        .ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    cloud.call("DeleteVpnConnectionRoute", destination).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    let gone = json!({ "ClientGatewayId": client });
    cloud.call("DeleteClientGateway", gone.clone());
    let left = json!({ "VirtualGatewayId": gateway });
    cloud.call("DeleteVirtualGateway", left.clone());
    cloud.call("DeleteVpnConnection", named(&vpn)).ok();
    cloud.call("DeleteVpnConnection", named(&vpn));
    cloud.call("ReadVpnConnections", json!({})).ok();
    cloud.call("DeleteClientGateway", gone).ok();
    cloud.call("DeleteVirtualGateway", left).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn options_are_put_over_those_before() {
    let cloud = cloud();
    let vpn = vpn(&cloud);
    cloud.settle();
    let update = |options: Value| {
        let mut input = named(&vpn);
        input["VpnOptions"] = options;
        cloud.call("UpdateVpnConnection", input).ok()["VpnConnection"].clone()
    };
    assert!(read(&cloud, &vpn).get("VpnOptions").is_none());
    let phase = json!({ "IkeVersions": ["ikev2"], "Phase1LifetimeSeconds": 3600 });
    let first = update(json!({
        "Phase1Options": phase,
        "Phase2Options": { "PreSharedKey": "a < b & c's" },
        // The documentation's own example has bits beyond the mask.
        "TunnelInsideIpRange": "169.254.254.22/30",
    }));
    assert_eq!(first["State"], "pending");
    let second = update(json!({
        "Phase1Options": { "Phase1LifetimeSeconds": 7200 },
        "Phase2Options": { "Phase2LifetimeSeconds": 1800 },
    }));
    let options = json!({
        "Phase1Options": { "IkeVersions": ["ikev2"], "Phase1LifetimeSeconds": 7200 },
        "Phase2Options": { "Phase2LifetimeSeconds": 1800, "PreSharedKey": "a < b & c's" },
        "TunnelInsideIpRange": "169.254.254.22/30",
    });
    assert_eq!(second["VpnOptions"], options);
    let shown = read(&cloud, &vpn);
    assert_eq!(shown["VpnOptions"], options);
    assert_eq!(read(&cloud, &vpn)["State"], "available");
    let text = shown["ClientGatewayConfiguration"]
        .as_str()
        .expect("a text");
    for part in [
        "<pre_shared_key>a &lt; b &amp; c's</pre_shared_key>",
        "<inside_range>169.254.254.22/30</inside_range>",
        "<client_address>192.0.2.1</client_address>",
    ] {
        assert!(text.contains(part), "no {part} in {text}");
    }
}

#[test]
fn a_configuration_names_both_ends() {
    let cloud = cloud();
    let (client, gateway) = (client(&cloud, 65010), gateway(&cloud));
    let mut dynamic = wanted(&client, &gateway);
    dynamic["StaticRoutesOnly"] = false.into();
    let vpn = cloud.call("CreateVpnConnection", dynamic).ok();
    let vpn = vpn["VpnConnection"].clone();
    let text = vpn["ClientGatewayConfiguration"].as_str().expect("a text");
    let outside = vpn["VgwTelemetries"][0]["OutsideIpAddress"].as_str();
    let outside = outside.expect("an address");
    for part in [client.as_str(), &gateway, outside, "192.0.2.1", "65010"] {
        assert!(text.contains(part), "no {part} in {text}");
    }
    let id = vpn["VpnConnectionId"].as_str().expect("an identifier");
    assert!(text.contains(&format!("<vpn_connection id=\"{id}\">")));
    // Each has a key and an address of its own.
    let other = vpn_between(&cloud, &self::client(&cloud, 65010), &gateway);
    let other = read(&cloud, &other);
    assert_ne!(other["VgwTelemetries"][0]["OutsideIpAddress"], outside);
    let key = |text: &str| {
        let (_, rest) = text.split_once("<pre_shared_key>").expect("a key");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let others = other["ClientGatewayConfiguration"]
        .as_str()
        .expect("a text");
    assert_eq!(key(text).len(), 32);
    assert_ne!(key(text), key(others));
    // It is XML.
    if let Some(root) = tool("xmllint", &["--xpath", "name(/*)", "-"], text) {
        assert_eq!(root.trim(), "vpn_connection");
    }
}

#[test]
fn the_key_is_in_no_transcript() {
    let cloud = cloud();
    let vpn = vpn(&cloud);
    let mut input = named(&vpn);
    input["VpnOptions"] = json!({ "Phase2Options": { "PreSharedKey": "very secret" } });
    cloud.call("UpdateVpnConnection", input).ok();
    cloud.call("ReadVpnConnections", json!({})).ok();
    let told = cloud.transcript().to_yaml();
    assert!(!told.contains("very secret"), "{told}");
    assert!(!told.contains("pre_shared_key"), "{told}");
}

#[rstest]
#[case("169.254.254.0/30", true)]
#[case("169.254.254.255/30", true)]
#[case("169.254.254.0/29", false)]
#[case("169.254.255.0/30", false)]
#[case("169.254.254.0", false)]
#[case("10.0.0.0/30", false)]
#[case("", false)]
fn the_inside_of_a_tunnel(#[case] range: &str, #[case] fits: bool) {
    let cloud = cloud();
    let mut input = named(&vpn(&cloud));
    input["VpnOptions"] = json!({ "TunnelInsideIpRange": range });
    if fits {
        cloud.call("UpdateVpnConnection", input).ok();
    } else {
        let (status, code, _) = refused_twice(&cloud, "UpdateVpnConnection", input);
        assert_eq!((status, &*code), (400, "4030"));
    }
}

#[rstest]
#[case("one\ntwo")]
#[case("one\rtwo")]
#[case("so-called \"key\"")]
fn keys_that_are_refused(#[case] key: &str) {
    let cloud = cloud();
    let mut input = named(&vpn(&cloud));
    input["VpnOptions"] = json!({ "Phase2Options": { "PreSharedKey": key } });
    let (status, code, details) = refused_twice(&cloud, "UpdateVpnConnection", input);
    assert_eq!((status, &*code), (400, "4047"));
    assert!(!details.contains(key));
}

#[test]
fn one_connection_between_two_gateways() {
    let cloud = cloud();
    let (client, gateway) = (client(&cloud, 65000), gateway(&cloud));
    let first = vpn_between(&cloud, &client, &gateway);
    cloud.settle();
    let again = wanted(&client, &gateway);
    let (status, code, details) = refused_twice(&cloud, "CreateVpnConnection", again.clone());
    assert_eq!((status, &*code), (409, "9069"));
    assert!(details.contains(&first), "{details}");
    let other = vpn_between(&cloud, &client, &self::gateway(&cloud));
    cloud.settle();
    let mut moved = named(&other);
    moved["VirtualGatewayId"] = gateway.as_str().into();
    let (status, code, _) = refused_twice(&cloud, "UpdateVpnConnection", moved.clone());
    assert_eq!((status, &*code), (409, "9069"));
    // Its own ends are not in its way, and a deleted one is in nobody's.
    let same = json!({
        "ClientGatewayId": client, "VirtualGatewayId": gateway, "VpnConnectionId": first,
    });
    cloud.call("UpdateVpnConnection", same).ok();
    cloud.call("DeleteVpnConnection", named(&first)).ok();
    let updated = cloud.call("UpdateVpnConnection", moved).ok();
    assert_eq!(updated["VpnConnection"]["VirtualGatewayId"], *gateway);
    let text = updated.text("/VpnConnection/ClientGatewayConfiguration");
    assert!(text.contains(&gateway), "{text}");
}

#[rstest]
#[case(Pace::OnRead, "pending", "available")]
#[case(Pace::Immediate, "available", "available")]
#[case(Pace::Manual, "pending", "pending")]
fn routes_come_up_by_themselves(#[case] pace: Pace, #[case] first: &str, #[case] second: &str) {
    let cloud = builder().pace(pace).build();
    let vpn = vpn(&cloud);
    cloud.settle();
    for destination in ["10.12.0.0/16", "10.13.0.0/16"] {
        let input = route(&vpn, destination);
        cloud.call("CreateVpnConnectionRoute", input).ok();
    }
    let both = |state: &str| {
        let of = |destination: &str| (destination.to_owned(), state.to_owned());
        vec![of("10.12.0.0/16"), of("10.13.0.0/16")]
    };
    assert_eq!(routes(&cloud, &vpn), both(first));
    assert_eq!(routes(&cloud, &vpn), both(second));
}

#[test]
fn a_deleted_route_stays_listed_and_comes_back() {
    let cloud = cloud();
    let vpn = vpn(&cloud);
    cloud.settle();
    let input = route(&vpn, "10.12.0.0/16");
    let state = |word: &str| vec![("10.12.0.0/16".to_owned(), word.to_owned())];
    for _ in 0..2 {
        cloud.call("CreateVpnConnectionRoute", input.clone()).ok();
        let (status, code, _) = refused_twice(&cloud, "CreateVpnConnectionRoute", input.clone());
        assert_eq!((status, &*code), (409, "9052"));
        cloud.settle();
        assert_eq!(routes(&cloud, &vpn), state("available"));
        cloud.call("DeleteVpnConnectionRoute", input.clone()).ok();
        let (status, code, _) = refused_twice(&cloud, "DeleteVpnConnectionRoute", input.clone());
        assert_eq!((status, &*code), (400, "5055"));
        assert_eq!(routes(&cloud, &vpn), state("deleting"));
        assert_eq!(routes(&cloud, &vpn), state("deleted"));
    }
    // Routes of another connection are others.
    let other = self::vpn(&cloud);
    cloud
        .call("CreateVpnConnectionRoute", route(&other, "10.12.0.0/16"))
        .ok();
    assert_eq!(routes(&cloud, &vpn), state("deleted"));
}

#[test]
fn routes_by_bgp_are_not_made() {
    let cloud = cloud();
    let mut dynamic = wanted(&client(&cloud, 65000), &gateway(&cloud));
    dynamic
        .as_object_mut()
        .expect("an object")
        .remove("StaticRoutesOnly");
    let made = cloud.call("CreateVpnConnection", dynamic).ok();
    assert_eq!(made["VpnConnection"]["StaticRoutesOnly"], false);
    let vpn = made.text("/VpnConnection/VpnConnectionId");
    cloud.settle();
    let input = route(vpn, "10.12.0.0/16");
    let (status, code, _) = refused_twice(&cloud, "CreateVpnConnectionRoute", input.clone());
    assert_eq!((status, &*code), (409, "9068"));
    let (status, code, _) = refused_twice(&cloud, "DeleteVpnConnectionRoute", input);
    assert_eq!((status, &*code), (400, "5055"));
}

#[rstest]
#[case::range("", "10.12.0.0", "4030")]
#[case::host("", "10.12.0.1/16", "4030")]
#[case::nothing("", "", "4030")]
#[case::unknown("vpn-00000000", "10.12.0.0/16", "5067")]
#[case::of_another_kind("vgw-00000000", "10.12.0.0/16", "4104")]
#[case::malformed("vpn-0", "10.12.0.0/16", "4105")]
#[case::deleted("deleted", "10.12.0.0/16", "6009")]
fn routes_that_cannot_be(
    #[case] id: &str,
    #[case] destination: &str,
    #[case] code: &str,
    #[values("CreateVpnConnectionRoute", "DeleteVpnConnectionRoute")] operation: &str,
) {
    let cloud = cloud();
    let (own, deleted) = (vpn(&cloud), vpn(&cloud));
    cloud.call("DeleteVpnConnection", named(&deleted)).ok();
    cloud.settle();
    let id = match id {
        "" => &own,
        "deleted" => &deleted,
        id => id,
    };
    let (status, said, _) = refused_twice(&cloud, operation, route(id, destination));
    let of_state = if code == "6009" { 409 } else { 400 };
    assert_eq!((status, &*said), (of_state, code));
}

#[rstest]
#[case::type_of_connection("ipsec.2", "", "", "4080")]
#[case::both_unknown("ipsec.1", "cgw-00000000", "vgw-00000000", "5015")]
#[case::client_of_another_kind("ipsec.1", "vgw-00000000", "", "4104")]
#[case::client_malformed("ipsec.1", "cgw-0", "", "4105")]
#[case::gateway_unknown("ipsec.1", "", "vgw-00000000", "5068")]
#[case::gateway_of_another_kind("ipsec.1", "", "igw-00000000", "4104")]
#[case::gateway_malformed("ipsec.1", "", "vgw-0", "4105")]
#[case::gateway_that_went("ipsec.1", "", "deleted", "6008")]
fn what_cannot_be_connected(
    #[case] of_type: &str,
    #[case] client: &str,
    #[case] gateway: &str,
    #[case] code: &str,
) {
    let cloud = cloud();
    let (own_client, own, deleted) = (
        self::client(&cloud, 65000),
        self::gateway(&cloud),
        self::gateway(&cloud),
    );
    let named = json!({ "VirtualGatewayId": deleted });
    cloud.call("DeleteVirtualGateway", named).ok();
    cloud.settle();
    let client = if client.is_empty() {
        &own_client
    } else {
        client
    };
    let gateway = match gateway {
        "" => &own,
        "deleted" => &deleted,
        id => id,
    };
    let mut input = wanted(client, gateway);
    input["ConnectionType"] = of_type.into();
    let of_state = if code == "6008" { 409 } else { 400 };
    let (status, said, _) = refused_twice(&cloud, "CreateVpnConnection", input);
    assert_eq!((status, &*said), (of_state, code));
    if of_type == "ipsec.1" {
        let vpn = vpn(&cloud);
        cloud.settle();
        let input = json!({
            "ClientGatewayId": client, "VirtualGatewayId": gateway, "VpnConnectionId": vpn,
        });
        let (status, said, _) = refused_twice(&cloud, "UpdateVpnConnection", input);
        assert_eq!((status, &*said), (of_state, code));
    }
}

#[rstest]
#[case::unknown("vpn-00000000", "5067")]
#[case::of_another_kind("cgw-00000000", "4104")]
#[case::malformed("vpn-0", "4105")]
fn what_does_not_exist(
    #[case] id: &str,
    #[case] code: &str,
    #[values("DeleteVpnConnection", "UpdateVpnConnection")] operation: &str,
) {
    let (status, said, _) = refused_twice(&cloud(), operation, named(id));
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case("DeleteVpnConnection", 400, "5067")]
#[case("UpdateVpnConnection", 409, "6009")]
fn what_is_deleted_is_only_read(
    #[case] operation: &str,
    #[case] status: u16,
    #[case] code: &str,
    #[values(Pace::Immediate, Pace::Manual)] pace: Pace,
) {
    let cloud = builder().pace(pace).build();
    let vpn = vpn(&cloud);
    cloud.call("DeleteVpnConnection", named(&vpn)).ok();
    let (said, with, _) = refused(&cloud, operation, named(&vpn));
    assert_eq!((said, &*with), (status, code));
}

/// What a connection keeps, from its first moment until it is deleted for good.
#[test]
fn gateways_stay_while_they_are_connected() {
    let cloud = manual();
    let (client, gateway) = (client(&cloud, 65000), gateway(&cloud));
    let vpn = vpn_between(&cloud, &client, &gateway);
    let client = json!({ "ClientGatewayId": client });
    let gateway = json!({ "VirtualGatewayId": gateway });
    let (status, code, details) = refused_twice(&cloud, "DeleteClientGateway", client.clone());
    assert_eq!((status, &*code), (424, "1001"));
    assert!(details.contains(&vpn), "{details}");
    let (status, code, details) = refused_twice(&cloud, "DeleteVirtualGateway", gateway.clone());
    assert_eq!((status, &*code), (409, "9002"));
    assert!(details.contains(&vpn), "{details}");
    cloud.call("DeleteVpnConnection", named(&vpn)).ok();
    assert_eq!(read(&cloud, &vpn)["State"], "deleting");
    // Until it is gone.
    assert_eq!(
        refused(&cloud, "DeleteClientGateway", client.clone()).1,
        "1001"
    );
    assert_eq!(
        refused(&cloud, "DeleteVirtualGateway", gateway.clone()).1,
        "9002"
    );
    cloud.settle();
    assert_eq!(read(&cloud, &vpn)["State"], "deleted");
    cloud.call("DeleteClientGateway", client).ok();
    cloud.call("DeleteVirtualGateway", gateway).ok();
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

/// As documented: unlink the gateway, delete the Net, and only then the connection.
#[test]
fn a_connection_does_not_keep_a_net() {
    let cloud = cloud();
    let gateway = gateway(&cloud);
    let vpn = vpn_between(&cloud, &client(&cloud, 65000), &gateway);
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let both = json!({ "NetId": net, "VirtualGatewayId": gateway });
    cloud.call("LinkVirtualGateway", both.clone()).ok();
    cloud.call("UnlinkVirtualGateway", both).ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    cloud.call("DeleteVpnConnection", named(&vpn)).ok();
}

#[test]
fn a_deleted_connection_has_no_routes_and_takes_no_tags() {
    let cloud = cloud();
    let vpn = vpn(&cloud);
    let tags = json!({ "ResourceIds": [vpn], "Tags": [{ "Key": "k", "Value": "v" }] });
    cloud.call("CreateTags", tags.clone()).ok();
    cloud
        .call("CreateVpnConnectionRoute", route(&vpn, "10.12.0.0/16"))
        .ok();
    cloud.call("DeleteVpnConnection", named(&vpn)).ok();
    cloud.settle();
    let shown = read(&cloud, &vpn);
    assert_eq!(
        (&shown["Routes"], &shown["State"]),
        (&json!([]), &json!("deleted"))
    );
    assert_eq!(shown["Tags"][0]["Key"], "k");
    let (status, code, _) = refused_twice(&cloud, "CreateTags", tags);
    assert_eq!((status, &*code), (400, "5067"));
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (client, gateway) = (client(&cloud, 65000), gateway(&cloud));
    let vpn = vpn_between(&cloud, &client, &gateway);
    let theirs = (self::client(&other, 65000), self::gateway(&other));
    let their_vpn = self::vpn(&other);
    for (operation, input, code) in [
        ("DeleteVpnConnection", named(&vpn), "5067"),
        ("UpdateVpnConnection", named(&vpn), "5067"),
        (
            "UpdateVpnConnection",
            json!({ "ClientGatewayId": client, "VpnConnectionId": their_vpn }),
            "5015",
        ),
        (
            "UpdateVpnConnection",
            json!({ "VirtualGatewayId": gateway, "VpnConnectionId": their_vpn }),
            "5068",
        ),
        ("CreateVpnConnection", wanted(&client, &theirs.1), "5015"),
        ("CreateVpnConnection", wanted(&theirs.0, &gateway), "5068"),
        (
            "CreateVpnConnectionRoute",
            route(&vpn, "10.0.0.0/8"),
            "5067",
        ),
        (
            "DeleteVpnConnectionRoute",
            route(&vpn, "10.0.0.0/8"),
            "5067",
        ),
        (
            "DeleteClientGateway",
            json!({ "ClientGatewayId": client }),
            "5015",
        ),
    ] {
        let (status, said, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
    let read = other.call("ReadVpnConnections", json!({})).ok();
    assert_eq!(read["VpnConnections"].as_array().map(Vec::len), Some(1));
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = manual();
    let vpn = vpn(&cloud);
    let input = route(&vpn, "10.12.0.0/16");
    rehearsed(&cloud, "CreateVpnConnectionRoute", input.clone());
    assert_eq!(routes(&cloud, &vpn), []);
    cloud.call("CreateVpnConnectionRoute", input.clone()).ok();
    let before = read(&cloud, &vpn);
    let mut update = named(&vpn);
    update["VpnOptions"] = json!({ "TunnelInsideIpRange": "169.254.254.4/30" });
    for (operation, input) in [
        (
            "CreateVpnConnection",
            wanted(&client(&cloud, 1), &gateway(&cloud)),
        ),
        ("UpdateVpnConnection", update),
        ("DeleteVpnConnectionRoute", input),
        ("DeleteVpnConnection", named(&vpn)),
        ("ReadVpnConnections", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    assert_eq!(read(&cloud, &vpn), before);
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (client, gateway) = (client(&cloud, 65000), gateway(&cloud));
    let id = vpn_between(&cloud, &client, &gateway);
    cloud
        .call("CreateVpnConnectionRoute", route(&id, "10.12.0.0/16"))
        .ok();
    let mut other = wanted(&self::client(&cloud, 65001), &self::gateway(&cloud));
    other["StaticRoutesOnly"] = false.into();
    cloud.call("CreateVpnConnection", other).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    cloud.settle();
    every_filter(
        &cloud,
        "ReadVpnConnections",
        &json!({}),
        ("VpnConnections", "VpnConnectionId", &id),
        &[
            ("BgpAsns", json!([65000]), json!([65001])),
            ("ClientGatewayIds", json!([client]), json!(["cgw-00000000"])),
            ("ConnectionTypes", json!(["ipsec.1"]), json!(["ipsec.2"])),
            (
                "RouteDestinationIpRanges",
                json!(["10.12.0.0/16"]),
                json!(["10.13.0.0/16"]),
            ),
            ("States", json!(["available"]), json!(["pending"])),
            ("StaticRoutesOnly", json!(true), json!(false)),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
            (
                "VirtualGatewayIds",
                json!([gateway]),
                json!(["vgw-00000000"]),
            ),
            ("VpnConnectionIds", json!([id]), json!(["vpn-00000000"])),
        ],
    );
    let list = "VpnConnections";
    assert_eq!(pages_of_one(&cloud, "ReadVpnConnections", list), 2);
}

#[test]
fn quotas() {
    let cloud = builder()
        .quota("vpnc_limit", 1)
        .quota("static_route_limit", 1)
        .build();
    let first = vpn(&cloud);
    let second = wanted(&client(&cloud, 65000), &gateway(&cloud));
    let (status, _, details) = refused_twice(&cloud, "CreateVpnConnection", second.clone());
    assert_eq!(status, 400);
    assert!(details.contains("VPN connections"), "{details}");
    let here = route(&first, "10.12.0.0/16");
    cloud.call("CreateVpnConnectionRoute", here.clone()).ok();
    let there = route(&first, "10.13.0.0/16");
    let (status, code, _) = refused_twice(&cloud, "CreateVpnConnectionRoute", there.clone());
    assert_eq!((status, &*code), (400, "10040"));
    cloud.call("DeleteVpnConnectionRoute", here).ok();
    cloud.call("CreateVpnConnectionRoute", there).ok();
    cloud.call("DeleteVpnConnection", named(&first)).ok();
    cloud.call("CreateVpnConnection", second).ok();
}
