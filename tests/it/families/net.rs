//! Conversations about the family `net`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed, selected,
};

fn net(cloud: &Cloud, range: &str) -> String {
    made(
        cloud,
        "CreateNet",
        json!({ "IpRange": range }),
        "/Net/NetId",
    )
}

#[test]
fn life() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    let within = json!({ "Filters": { "NetIds": [net] } });
    cloud.call("ReadNets", within.clone()).ok();
    cloud.call("ReadSecurityGroups", within.clone()).ok();
    cloud.call("ReadRouteTables", within.clone()).ok();
    let named = json!({ "NetId": net });
    cloud.call("DeleteNet", named.clone()).ok();
    // What came with the Net is gone at once; the Net itself is seen once more.
    cloud.call("ReadSecurityGroups", within.clone()).ok();
    cloud.call("ReadRouteTables", within.clone()).ok();
    cloud.call("DeleteNet", named.clone());
    cloud.call("ReadNets", within.clone()).ok();
    cloud.call("ReadNets", within).ok();
    cloud.call("DeleteNet", named);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn dhcp_options_and_back() {
    let cloud = cloud();
    let net = net(&cloud, "192.168.0.0/24");
    let own = json!({ "DomainName": "example.test" });
    let set = "/DhcpOptionsSet/DhcpOptionsSetId";
    let own = made(&cloud, "CreateDhcpOptions", own, set);
    for set in [&*own, "default"] {
        let change = json!({ "NetId": net, "DhcpOptionsSetId": set });
        cloud.call("UpdateNet", change).ok();
    }
    mockscale::assert_transcript!(cloud);
}

#[test]
fn nets_of_one_account_may_have_the_same_range() {
    let cloud = cloud();
    assert_ne!(net(&cloud, "10.0.0.0/16"), net(&cloud, "10.0.0.0/16"));
}

#[rstest]
#[case::largest("10.0.0.0/16")]
#[case::smallest("10.255.255.240/28")]
#[case::second_block("172.31.0.0/16")]
#[case::third_block("192.168.0.0/16")]
fn ranges_that_a_net_may_have(#[case] range: &str) {
    let made = cloud().call("CreateNet", json!({ "IpRange": range })).ok();
    assert_eq!(made["Net"]["IpRange"], range);
}

#[rstest]
#[case::too_large("10.0.0.0/8", 400, "4014")]
#[case::still_too_large("10.0.0.0/15", 400, "4014")]
#[case::too_small("10.0.0.0/29", 400, "4014")]
#[case::public("142.42.42.42/32", 409, "9050")]
#[case::beyond_the_second_block("172.32.0.0/16", 409, "9050")]
#[case::around_the_third_block("192.0.0.0/8", 409, "9050")]
#[case::everything("0.0.0.0/0", 409, "9050")]
#[case::host_bits("10.0.0.1/16", 400, "4030")]
#[case::no_mask("10.0.0.0", 400, "4030")]
#[case::no_range("ten", 400, "4030")]
#[case::ipv6("fd00::/16", 400, "4030")]
#[case::empty("", 400, "4030")]
fn ranges_that_it_may_not_have(#[case] range: &str, #[case] status: u16, #[case] code: &str) {
    let (was, said, _) = refused_twice(&cloud(), "CreateNet", json!({ "IpRange": range }));
    assert_eq!((was, &*said), (status, code));
}

#[rstest]
#[case(json!("default"), "default")]
#[case(json!("dedicated"), "dedicated")]
fn tenancies(#[case] tenancy: Value, #[case] shown: &str) {
    let wanted = json!({ "IpRange": "10.0.0.0/16", "Tenancy": tenancy });
    let made = cloud().call("CreateNet", wanted).ok();
    assert_eq!(made["Net"]["Tenancy"], shown);
}

#[rstest]
#[case::unknown_word("shared", "4007")]
#[case::unknown_group("ded-00000000", "5050")]
#[case::malformed_group("ded-x", "4105")]
fn no_tenancies(#[case] tenancy: &str, #[case] code: &str) {
    let wanted = json!({ "IpRange": "10.0.0.0/16", "Tenancy": tenancy });
    assert_eq!(refused_twice(&cloud(), "CreateNet", wanted).1, code);
}

#[rstest]
#[case::unknown("DeleteNet", json!({ "NetId": "vpc-00000000" }), "5065")]
#[case::of_another_kind("DeleteNet", json!({ "NetId": "subnet-00000000" }), "4104")]
#[case::malformed("DeleteNet", json!({ "NetId": "vpc-1" }), "4105")]
#[case::upper_case("DeleteNet", json!({ "NetId": "vpc-ABCDEF01" }), "4105")]
#[case::the_net_first(
    "UpdateNet",
    json!({ "NetId": "vpc-00000000", "DhcpOptionsSetId": "dopt-00000000" }),
    "5065"
)]
fn nets_that_do_not_exist(#[case] operation: &str, #[case] input: Value, #[case] code: &str) {
    let (status, said, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn an_unknown_set_of_dhcp_options() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    let change = json!({ "NetId": net, "DhcpOptionsSetId": "dopt-00000000" });
    let (status, code, details) = refused_twice(&cloud, "UpdateNet", change);
    assert_eq!((status, &*code), (400, "5018"));
    assert_eq!(details, "The DhcpOptionsId 'dopt-00000000' doesn't exist.");
}

#[test]
fn nets_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let net = net(&cloud, "10.0.0.0/16");
    let other = cloud.as_account("210987654321");
    let (_, code, details) = refused_twice(&other, "DeleteNet", json!({ "NetId": net }));
    assert_eq!(code, "5065");
    assert_eq!(details, format!("The NetId '{net}' doesn't exist."));
    let here = json!({ "NetId": net, "IpRange": "10.0.0.0/24" });
    assert_eq!(refused_twice(&other, "CreateSubnet", here).1, "5065");
    assert_eq!(
        selected(&other, "ReadNets", "NetIds", &json!([net])),
        0,
        "the other account sees the Net"
    );
}

#[rstest]
#[case::subnet("CreateSubnet", json!({ "IpRange": "10.0.0.0/24" }), "Subnet")]
#[case::security_group(
    "CreateSecurityGroup",
    json!({ "SecurityGroupName": "web", "Description": "web" }),
    "SecurityGroup"
)]
#[case::route_table("CreateRouteTable", json!({}), "RouteTable")]
fn what_is_in_a_net_blocks_its_deletion(
    #[case] creation: &str,
    #[case] mut input: Value,
    #[case] kind: &str,
) {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    input["NetId"] = json!(net);
    let id = format!("{kind}Id");
    let inside = made(&cloud, creation, input, &format!("/{kind}/{id}"));
    let (status, code, details) = refused_twice(&cloud, "DeleteNet", json!({ "NetId": net }));
    assert_eq!((status, &*code), (409, "9097"));
    assert!(details.contains(&inside), "{details}");
    assert_eq!(
        selected(&cloud, "ReadNets", "States", &json!(["available"])),
        1
    );
    cloud
        .call(&format!("Delete{kind}"), json!({ id: inside }))
        .ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
}

#[test]
fn a_linked_internet_service_blocks_its_deletion() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    let service = "/InternetService/InternetServiceId";
    let service = made(&cloud, "CreateInternetService", json!({}), service);
    let both = json!({ "NetId": net, "InternetServiceId": service });
    cloud.call("LinkInternetService", both.clone()).ok();
    let named = json!({ "NetId": net });
    assert_eq!(refused_twice(&cloud, "DeleteNet", named.clone()).1, "9097");
    cloud.call("UnlinkInternetService", both).ok();
    cloud.call("DeleteNet", named).ok();
}

#[test]
fn a_rule_elsewhere_that_names_its_default_group_blocks_its_deletion() {
    let cloud = cloud();
    let (net, other) = (net(&cloud, "10.0.0.0/16"), net(&cloud, "10.1.0.0/16"));
    let default_of = |net: &str| {
        let filters = json!({ "Filters": { "NetIds": [net] } });
        let read = cloud.call("ReadSecurityGroups", filters).ok();
        read.text("/SecurityGroups/0/SecurityGroupId").to_owned()
    };
    let member = json!({ "SecurityGroupId": default_of(&net) });
    let rule = json!({
        "SecurityGroupId": default_of(&other),
        "Flow": "Inbound",
        "Rules": [{ "IpProtocol": "-1", "SecurityGroupsMembers": [member] }],
    });
    cloud.call("CreateSecurityGroupRule", rule.clone()).ok();
    let named = json!({ "NetId": net });
    assert_eq!(refused_twice(&cloud, "DeleteNet", named.clone()).1, "9097");
    cloud.call("DeleteSecurityGroupRule", rule).ok();
    cloud.call("DeleteNet", named).ok();
}

#[test]
fn nothing_can_be_put_into_a_net_that_is_being_deleted() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    let subnet = json!({ "NetId": net, "IpRange": "10.0.0.0/24" });
    assert_eq!(refused_twice(&cloud, "CreateSubnet", subnet).1, "5065");
    let table = json!({ "NetId": net });
    assert_eq!(refused_twice(&cloud, "CreateRouteTable", table).1, "5065");
}

#[test]
fn a_dry_run_makes_nothing_but_refuses_the_same() {
    let cloud = cloud();
    let wanted = json!({ "IpRange": "10.0.0.0/16", "DryRun": true });
    let answer = cloud.call("CreateNet", wanted).ok();
    assert!(answer.body().get("Net").is_none());
    assert_eq!(cloud.call("ReadNets", json!({}))["Nets"], json!([]));
    let wrong = json!({ "IpRange": "10.0.0.0/8", "DryRun": true });
    assert_eq!(refused_twice(&cloud, "CreateNet", wrong).1, "4014");
}

#[test]
fn filters() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    let set = cloud.call("ReadNets", json!({}))["Nets"][0]["DhcpOptionsSetId"].clone();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [net], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    every_filter(
        &cloud,
        "ReadNets",
        &json!({}),
        ("Nets", "NetId", &net),
        &[
            ("DhcpOptionsSetIds", json!([set]), json!(["dopt-00000000"])),
            ("IpRanges", json!(["10.0.0.0/16"]), json!(["10.0.0.0/24"])),
            ("IsDefault", json!(false), json!(true)),
            ("NetIds", json!([net, "no-id"]), json!(["no-id"])),
            ("States", json!(["available"]), json!(["deleting"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    self::net(&cloud, "10.1.0.0/16");
    assert_eq!(pages_of_one(&cloud, "ReadNets", "Nets"), 2);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let net = net(&cloud, "10.0.0.0/16");
    let set = json!({ "DomainName": "example.test" });
    let id = "/DhcpOptionsSet/DhcpOptionsSetId";
    let set = made(&cloud, "CreateDhcpOptions", set, id);
    for (operation, input) in [
        ("CreateNet", json!({ "IpRange": "10.1.0.0/16" })),
        (
            "UpdateNet",
            json!({ "DhcpOptionsSetId": set, "NetId": net }),
        ),
        ("DeleteNet", json!({ "NetId": net })),
        ("ReadNets", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let states = |word: &str| selected(&cloud, "ReadNets", "States", &json!([word]));
    assert_eq!([states("available"), states("deleting")], [1, 0]);
}
