//! Conversations about the family `tag`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed, selected,
};

fn public_ip(cloud: &Cloud) -> String {
    let made = cloud.call("CreatePublicIp", json!({})).ok();
    made.text("/PublicIp/PublicIpId").to_owned()
}

fn gateway(cloud: &Cloud) -> String {
    let wanted = json!({ "BgpAsn": 65000, "ConnectionType": "ipsec.1", "PublicIp": "192.0.2.1" });
    let made = cloud.call("CreateClientGateway", wanted).ok();
    made.text("/ClientGateway/ClientGatewayId").to_owned()
}

fn tags(pairs: &[(&str, &str)]) -> Value {
    let tag = |(key, value): &(&str, &str)| json!({ "Key": key, "Value": value });
    pairs.iter().map(tag).collect()
}

fn tags_of(cloud: &Cloud, filters: &Value) -> Vec<(String, String)> {
    let read = cloud.call("ReadTags", json!({ "Filters": filters })).ok();
    let read = read["Tags"].as_array().cloned().unwrap_or_default();
    let text = |tag: &Value, field: &str| tag[field].as_str().unwrap_or_default().to_owned();
    read.iter()
        .map(|tag| (text(tag, "ResourceId"), text(tag, "Key")))
        .collect()
}

#[test]
fn setting_replacing_reading_and_deleting() {
    let cloud = cloud();
    let (ip, gateway) = (public_ip(&cloud), gateway(&cloud));
    let set = json!({
        "ResourceIds": [gateway, ip],
        "Tags": tags(&[("stage", "test"), ("owner", "me")]),
    });
    cloud.call("CreateTags", set).ok();
    let replace = json!({ "ResourceIds": [ip], "Tags": tags(&[("stage", "live")]) });
    cloud.call("CreateTags", replace).ok();
    // Oldest resource first, then by key.
    cloud.call("ReadTags", json!({})).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    let other = json!({ "ResourceIds": [ip], "Tags": tags(&[("stage", "test")]) });
    cloud.call("DeleteTags", other).ok();
    let any = json!({ "ResourceIds": [ip, gateway], "Tags": tags(&[("stage", ""), ("no", "")]) });
    cloud.call("DeleteTags", any).ok();
    cloud.call("ReadTags", json!({})).ok();
    cloud
        .call("DeletePublicIp", json!({ "PublicIpId": ip }))
        .ok();
    cloud.call("ReadTags", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::vm("i-00000000", "5063")]
#[case::image("ami-00000000", "5023")]
#[case::volume("vol-00000000", "5064")]
#[case::snapshot("snap-00000000", "5054")]
#[case::public_ip("eipalloc-00000000", "5080")]
#[case::security_group("sg-00000000", "5020")]
#[case::route_table("rtb-00000000", "5046")]
#[case::nic("eni-00000000", "5036")]
#[case::net("vpc-00000000", "5065")]
#[case::subnet("subnet-00000000", "5057")]
#[case::net_peering("pcx-00000000", "5035")]
#[case::net_access_point("vpce-00000000", "5034")]
#[case::nat_service("nat-00000000", "5032")]
#[case::internet_service("igw-00000000", "5001")]
#[case::client_gateway("cgw-00000000", "5015")]
#[case::virtual_gateway("vgw-00000000", "5068")]
#[case::vpn_connection("vpn-00000000", "5067")]
#[case::dhcp_options("dopt-00000000", "5018")]
#[case::malformed("vol-xxx", "4105")]
#[case::unknown_prefix("thing-00000000", "4025")]
#[case::gpu("fgpu-00000000", "4025")]
#[case::dedicated_group("ded-00000000", "4025")]
#[case::direct_link("dxcon-00000000", "4025")]
#[case::direct_link_interface("dxvif-00000000", "4025")]
#[case::empty("", "4025")]
fn a_resource_that_is_not_there_is_refused(
    #[case] id: &str,
    #[case] code: &str,
    #[values("CreateTags", "DeleteTags")] operation: &str,
) {
    let cloud = cloud();
    let ip = public_ip(&cloud);
    let input = json!({ "ResourceIds": [ip, id], "Tags": tags(&[("stage", "test")]) });
    let (status, said, _) = refused_twice(&cloud, operation, input);
    assert_eq!((status, said.as_str()), (400, code));
    assert!(tags_of(&cloud, &json!({})).is_empty());
}

#[rstest]
#[case::no_key("", "", Some("4069"))]
#[case::longest_key(&"k".repeat(255), "", None)]
#[case::key_too_long(&"k".repeat(256), "", Some("4069"))]
#[case::longest_value("key", &"é".repeat(255), None)]
#[case::value_too_long("key", &"v".repeat(256), Some("4071"))]
fn texts_have_limits(#[case] key: &str, #[case] value: &str, #[case] code: Option<&str>) {
    let cloud = cloud();
    let ip = public_ip(&cloud);
    let input = json!({ "ResourceIds": [ip], "Tags": tags(&[(key, value)]) });
    let error = cloud.call("CreateTags", input).error();
    assert_eq!(error.map(|it| it.code).as_deref(), code);
}

#[test]
fn a_resource_bears_fifty_tags() {
    let cloud = cloud();
    let ip = public_ip(&cloud);
    let many = |first: usize, count: usize| -> Value {
        let tag = |n| json!({ "Key": format!("key-{n}"), "Value": "" });
        json!({ "ResourceIds": [ip], "Tags": (first..first + count).map(tag).collect::<Vec<_>>() })
    };
    cloud.call("CreateTags", many(0, 50)).ok();
    cloud.call("CreateTags", many(0, 50)).ok();
    let (status, code, _) = refused_twice(&cloud, "CreateTags", many(50, 1));
    assert_eq!((status, code.as_str()), (400, "10041"));
}

#[rstest]
#[case(json!({ "ResourceIds": [], "Tags": [{ "Key": "k", "Value": "v" }] }))]
#[case(json!({ "ResourceIds": ["i-00000000"], "Tags": [] }))]
fn an_empty_list_is_refused(
    #[case] input: Value,
    #[values("CreateTags", "DeleteTags")] operation: &str,
) {
    let (status, code, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, code.as_str()), (400, "7999"));
}

#[test]
fn what_belongs_to_others_cannot_be_tagged_nor_its_tags_read() {
    let cloud = builder().account("222222222222").build();
    let ip = public_ip(&cloud);
    let set = json!({ "ResourceIds": [ip], "Tags": tags(&[("stage", "test")]) });
    cloud.call("CreateTags", set.clone()).ok();
    let other = cloud.as_account("222222222222");
    let (status, code, _) = refused_twice(&other, "CreateTags", set);
    assert_eq!((status, code.as_str()), (400, "5080"));
    assert!(tags_of(&other, &json!({})).is_empty());
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let (gateway, ip) = (gateway(&cloud), public_ip(&cloud));
    let set = json!({ "ResourceIds": [gateway], "Tags": tags(&[("stage", "test"), ("a", "b")]) });
    cloud.call("CreateTags", set).ok();
    let other = json!({ "ResourceIds": [ip], "Tags": tags(&[("owner", "me")]) });
    cloud.call("CreateTags", other).ok();
    every_filter(
        &cloud,
        "ReadTags",
        &json!({}),
        ("Tags", "ResourceId", &gateway),
        &[
            ("Keys", json!(["stage"]), json!(["owner"])),
            ("ResourceIds", json!([gateway]), json!([ip])),
            (
                "ResourceTypes",
                json!(["customer-gateway"]),
                json!(["public-ip"]),
            ),
            ("Values", json!(["test"]), json!(["me"])),
        ],
    );
    assert_eq!(
        tags_of(&cloud, &json!({ "ResourceIds": [gateway] })).len(),
        2
    );
}

/// What can be tagged and made: the call that makes it, where the answer names it, and its type in
/// the answer and in the documentation.
const TAGGABLE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "CreateNet",
        r#"{"IpRange":"10.0.0.0/16"}"#,
        "/Net/NetId",
        "vpc",
        "net",
    ),
    (
        "CreateSubnet",
        r#"{"IpRange":"10.0.0.0/24","NetId":"$vpc"}"#,
        "/Subnet/SubnetId",
        "subnet",
        "subnet",
    ),
    (
        "CreateRouteTable",
        r#"{"NetId":"$vpc"}"#,
        "/RouteTable/RouteTableId",
        "route-table",
        "route-table",
    ),
    (
        "CreateSecurityGroup",
        r#"{"Description":"d","NetId":"$vpc","SecurityGroupName":"n"}"#,
        "/SecurityGroup/SecurityGroupId",
        "security-group",
        "security-group",
    ),
    (
        "CreateNic",
        r#"{"SubnetId":"$subnet"}"#,
        "/Nic/NicId",
        "network-interface",
        "nic",
    ),
    (
        "CreateVms",
        r#"{"ImageId":"ami-5aebd4d5"}"#,
        "/Vms/0/VmId",
        "instance",
        "vm",
    ),
    (
        "CreateVolume",
        r#"{"Size":1,"SubregionName":"eu-west-2a"}"#,
        "/Volume/VolumeId",
        "volume",
        "volume",
    ),
    (
        "CreatePublicIp",
        "{}",
        "/PublicIp/PublicIpId",
        "public-ip",
        "public-ip",
    ),
    (
        "CreateInternetService",
        "{}",
        "/InternetService/InternetServiceId",
        "internet-gateway",
        "internet-service",
    ),
    (
        "CreateClientGateway",
        r#"{"BgpAsn":65000,"ConnectionType":"ipsec.1","PublicIp":"192.0.2.1"}"#,
        "/ClientGateway/ClientGatewayId",
        "customer-gateway",
        "client-gateway",
    ),
    (
        "CreateVirtualGateway",
        r#"{"ConnectionType":"ipsec.1"}"#,
        "/VirtualGateway/VirtualGatewayId",
        "virtual-private-gateway",
        "virtual-gateway",
    ),
    (
        "CreateDhcpOptions",
        r#"{"DomainName":"example.test"}"#,
        "/DhcpOptionsSet/DhcpOptionsSetId",
        "dhcpoptions",
        "dhcp-options",
    ),
];

#[test]
fn every_kind_bears_tags() {
    let cloud = cloud();
    let mut ids: Vec<(&str, String)> = Vec::new();
    for (operation, input, pointer, word, _) in TAGGABLE {
        let mut input = (*input).to_owned();
        for (word, id) in &ids {
            input = input.replace(&format!("\"${word}\""), &json!(id).to_string());
        }
        let input = serde_json::from_str(&input).expect("the requests are JSON");
        ids.push((word, made(&cloud, operation, input, pointer)));
    }
    let all: Vec<&String> = ids.iter().map(|(_, id)| id).collect();
    let set = json!({ "ResourceIds": all, "Tags": tags(&[("stage", "test")]) });
    cloud.call("CreateTags", set.clone()).ok();
    let typed = |wanted: &str| {
        let filters = json!({ "Filters": { "ResourceTypes": [wanted] } });
        let read = cloud.call("ReadTags", filters).ok();
        assert!(read["Tags"].get(1).is_none(), "{wanted}");
        let texts = ["/Tags/0/ResourceId", "/Tags/0/ResourceType"];
        texts.map(|text| read.text(text).to_owned())
    };
    for ((_, id), (.., word, documented)) in ids.iter().zip(TAGGABLE) {
        let expected = [id.clone(), (*word).to_owned()];
        assert_eq!(typed(word), expected);
        assert_eq!(typed(documented), expected);
    }
    cloud.call("DeleteTags", set).ok();
    assert!(tags_of(&cloud, &json!({})).is_empty());
}

/// Kinds of which one takes more to make than a call.
#[test]
fn other_kinds_bear_tags_too() {
    let cloud = cloud();
    let place = crate::nat_service::place(&cloud);
    let snapshot = crate::snapshot::snapshot(&cloud);
    let image = json!({
        "BlockDeviceMappings": [{ "Bsu": { "SnapshotId": snapshot }, "DeviceName": "/dev/sda1" }],
        "ImageName": "composed",
        "RootDeviceName": "/dev/sda1",
    });
    let point = json!({ "NetId": place.net, "ServiceName": "com.outscale.eu-west-2.oos" });
    let client = json!({
        "BgpAsn": 65000, "ConnectionType": "ipsec.1", "PublicIp": "192.0.2.1",
    });
    let client = made(
        &cloud,
        "CreateClientGateway",
        client,
        "/ClientGateway/ClientGatewayId",
    );
    let gateway = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    let gateway = made(&cloud, "CreateVirtualGateway", gateway, id);
    let vpn = json!({
        "ClientGatewayId": client, "ConnectionType": "ipsec.1", "VirtualGatewayId": gateway,
    });
    let id = "/NetAccessPoint/NetAccessPointId";
    for (of, word, documented) in [
        (place.nat(&cloud), "natgateway", "nat-service"),
        (snapshot, "snapshot", "snapshot"),
        (
            made(&cloud, "CreateImage", image, "/Image/ImageId"),
            "image",
            "image",
        ),
        (
            made(&cloud, "CreateNetAccessPoint", point, id),
            "vpc-endpoint",
            "net-access-point",
        ),
        (
            made(
                &cloud,
                "CreateVpnConnection",
                vpn,
                "/VpnConnection/VpnConnectionId",
            ),
            "vpn-connection",
            "vpn-connection",
        ),
        (client, "customer-gateway", "client-gateway"),
        (gateway, "virtual-private-gateway", "virtual-gateway"),
    ] {
        let set = json!({ "ResourceIds": [of], "Tags": tags(&[("stage", "test")]) });
        cloud.call("CreateTags", set).ok();
        for wanted in [word, documented] {
            let filters = json!({ "Filters": { "ResourceTypes": [wanted] } });
            let read = cloud.call("ReadTags", filters).ok();
            assert_eq!(read.text("/Tags/0/ResourceId"), of, "{wanted}");
            assert_eq!(read.text("/Tags/0/ResourceType"), word);
        }
    }
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let ip = public_ip(&cloud);
    let set = json!({ "ResourceIds": [ip], "Tags": tags(&[("stage", "test")]) });
    rehearsed(&cloud, "CreateTags", set.clone());
    cloud.call("CreateTags", set.clone()).ok();
    rehearsed(&cloud, "DeleteTags", set);
    rehearsed(&cloud, "ReadTags", json!({}));
    assert_eq!(tags_of(&cloud, &json!({})).len(), 1);
}

/// Documented: keys and values need not be of the same tag.
#[rstest]
#[case::of_two_tags("a", "y", &["a", "b"])]
#[case::of_one_tag("a", "x", &["a"])]
#[case::no_such_value("a", "z", &[])]
fn keys_and_values_are_apart(#[case] key: &str, #[case] value: &str, #[case] found: &[&str]) {
    let cloud = cloud();
    let (both, one) = (public_ip(&cloud), public_ip(&cloud));
    for (ip, pairs) in [
        (&both, &[("a", "x"), ("b", "y")][..]),
        (&one, &[("a", "w")]),
    ] {
        let set = json!({ "ResourceIds": [ip], "Tags": tags(pairs) });
        cloud.call("CreateTags", set).ok();
    }
    let expected: Vec<_> = found
        .iter()
        .map(|key| (both.clone(), (*key).to_owned()))
        .collect();
    let filters = json!({ "Keys": [key], "Values": [value] });
    assert_eq!(tags_of(&cloud, &filters), expected);
}

#[rstest]
#[case::pair("stage=test", 1)]
#[case::empty_value("empty=", 1)]
#[case::the_first_sign_ends_the_key("a=b=c", 1)]
#[case::a_key_has_no_sign("x=y=z", 0)]
#[case::wildcard_in_the_value("stage=t*", 1)]
#[case::no_sign("stage", 0)]
fn pairs_on_one_tag(#[case] wanted: &str, #[case] found: usize) {
    let cloud = cloud();
    let ip = public_ip(&cloud);
    let pairs = [("stage", "test"), ("empty", ""), ("a", "b=c"), ("x=y", "z")];
    let set = json!({ "ResourceIds": [ip], "Tags": tags(&pairs) });
    cloud.call("CreateTags", set).ok();
    let wanted = json!([wanted]);
    assert_eq!(selected(&cloud, "ReadPublicIps", "Tags", &wanted), found);
}

#[test]
fn what_is_going_away_has_no_tags() {
    let cloud = cloud();
    let wanted = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", wanted, "/Net/NetId");
    let set = json!({ "ResourceIds": [net], "Tags": tags(&[("stage", "test")]) });
    cloud.call("CreateTags", set.clone()).ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    assert!(tags_of(&cloud, &json!({})).is_empty());
    assert_eq!(refused_twice(&cloud, "CreateTags", set).1, "5065");
}

#[test]
fn the_card_of_a_public_vm_bears_no_tags() {
    let cloud = cloud();
    let image = made(&cloud, "ReadImages", json!({}), "/Images/0/ImageId");
    let vm = made(
        &cloud,
        "CreateVms",
        json!({ "ImageId": image }),
        "/Vms/0/VmId",
    );
    let link = json!({ "PublicIpId": public_ip(&cloud), "VmId": vm });
    cloud.call("LinkPublicIp", link).ok();
    let card = made(&cloud, "ReadPublicIps", json!({}), "/PublicIps/0/NicId");
    let set = json!({ "ResourceIds": [card], "Tags": tags(&[("stage", "test")]) });
    assert_eq!(refused_twice(&cloud, "CreateTags", set).1, "5036");
}

#[test]
fn pages_of_one_make_the_whole() {
    let cloud = cloud();
    let ids = [public_ip(&cloud), gateway(&cloud)];
    let set = json!({ "ResourceIds": ids, "Tags": tags(&[("b", ""), ("c", ""), ("a", "")]) });
    cloud.call("CreateTags", set).ok();
    assert_eq!(pages_of_one(&cloud, "ReadTags", "Tags"), 6);
}
