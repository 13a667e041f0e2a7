//! Conversations about the family `security_group`.

use mockscale::{Cloud, Guard, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, made, net, pages_of_one, refused_twice, rehearsed, selected};

const ID: &str = "/SecurityGroup/SecurityGroupId";

fn wanted(name: &str) -> Value {
    json!({ "SecurityGroupName": name, "Description": "for a test" })
}

fn within(name: &str, net: &str) -> Value {
    let mut wanted = wanted(name);
    wanted["NetId"] = json!(net);
    wanted
}

#[test]
fn life() {
    let cloud = cloud();
    cloud.call("ReadSecurityGroups", json!({})).ok();
    let public = made(&cloud, "CreateSecurityGroup", wanted("web"), ID);
    let inside = within("web", &net(&cloud));
    let inside = made(&cloud, "CreateSecurityGroup", inside, ID);
    let by_id = json!({ "SecurityGroupId": inside });
    cloud.call("DeleteSecurityGroup", by_id.clone()).ok();
    cloud.call("DeleteSecurityGroup", by_id);
    let by_name = json!({ "SecurityGroupName": "web" });
    cloud.call("DeleteSecurityGroup", by_name.clone()).ok();
    cloud.call("DeleteSecurityGroup", by_name);
    let read = json!({ "Filters": { "SecurityGroupIds": [public] } });
    cloud.call("ReadSecurityGroups", read).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn names_are_unique_in_the_public_cloud_and_in_each_net() {
    let cloud = cloud();
    let (here, there) = (net(&cloud), net(&cloud));
    for wanted in [wanted("web"), within("web", &here), within("web", &there)] {
        cloud.call("CreateSecurityGroup", wanted.clone()).ok();
        let (status, code, details) = refused_twice(&cloud, "CreateSecurityGroup", wanted);
        assert_eq!((status, &*code), (409, "9008"));
        assert!(details.contains("'web'"), "{details}");
    }
    assert_eq!(
        refused_twice(&cloud, "CreateSecurityGroup", wanted("default")).1,
        "9008"
    );
    let default = within("default", &here);
    assert_eq!(
        refused_twice(&cloud, "CreateSecurityGroup", default).1,
        "9008"
    );
}

#[rstest]
#[case::all_that_is_allowed("aZ09 _.-:/()#,@[]+=&;{}!$*", "aZ09 _.-:/()#,@[]+=&;{}!$*éÀ")]
#[case::prefix_without_its_dash("sg", "x")]
fn good_names(#[case] name: &str, #[case] description: &str) {
    let wanted = json!({ "SecurityGroupName": name, "Description": description });
    cloud().call("CreateSecurityGroup", wanted).ok();
}

#[rstest]
#[case::empty("", "x", "4106")]
#[case::no_description("x", "", "4106")]
#[case::accented("é", "x", "4047")]
#[case::quoted("x", "a 'test'", "4047")]
#[case::control("x", "a\ttest", "4047")]
#[case::looks_like_an_id("sg-web", "x", "4047")]
fn bad_names(#[case] name: &str, #[case] description: &str, #[case] code: &str) {
    let wanted = json!({ "SecurityGroupName": name, "Description": description });
    let (status, said, _) = refused_twice(&cloud(), "CreateSecurityGroup", wanted);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn names_end_at_255_characters() {
    let cloud = cloud();
    cloud
        .call("CreateSecurityGroup", wanted(&"a".repeat(255)))
        .ok();
    let longer = wanted(&"a".repeat(256));
    assert_eq!(
        refused_twice(&cloud, "CreateSecurityGroup", longer).1,
        "4106"
    );
}

#[test]
fn five_hundred_in_the_public_cloud_and_in_each_net() {
    let cloud = cloud();
    // It would look at all of them after each call.
    cloud.without(Guard::Invariants);
    // The default group is one of them.
    for n in 1..500 {
        cloud
            .call("CreateSecurityGroup", wanted(&format!("g{n}")))
            .ok();
    }
    let (status, code, _) = refused_twice(&cloud, "CreateSecurityGroup", wanted("one more"));
    assert_eq!((status, &*code), (400, "10038"));
    cloud
        .call("CreateSecurityGroup", within("one more", &net(&cloud)))
        .ok();
}

#[rstest]
#[case::not_named(json!({}), 400, "7999")]
#[case::unknown(json!({ "SecurityGroupId": "sg-00000000" }), 400, "5020")]
#[case::of_another_kind(json!({ "SecurityGroupId": "vpc-00000000" }), 400, "4104")]
#[case::malformed(json!({ "SecurityGroupId": "sg-0" }), 400, "4105")]
#[case::unknown_name(json!({ "SecurityGroupName": "web" }), 400, "5021")]
#[case::default(json!({ "SecurityGroupName": "default" }), 409, "9051")]
fn deletions_that_are_refused(#[case] group: Value, #[case] status: u16, #[case] code: &str) {
    let (was, said, details) = refused_twice(&cloud(), "DeleteSecurityGroup", group);
    assert_eq!((was, &*said), (status, code));
    assert_eq!(details.is_empty(), ["5020", "5021"].contains(&code));
}

#[test]
fn the_default_group_of_a_net_stays() {
    let cloud = cloud();
    let read = json!({ "Filters": { "NetIds": [net(&cloud)] } });
    let read = cloud.call("ReadSecurityGroups", read).ok();
    let id = json!({ "SecurityGroupId": read.text("/SecurityGroups/0/SecurityGroupId") });
    let (status, code, _) = refused_twice(&cloud, "DeleteSecurityGroup", id);
    assert_eq!((status, &*code), (409, "9051"));
}

#[test]
fn a_name_never_means_a_group_of_a_net() {
    let cloud = cloud();
    let net = net(&cloud);
    cloud.call("CreateSecurityGroup", within("web", &net)).ok();
    let by_name = json!({ "SecurityGroupName": "web" });
    assert_eq!(
        refused_twice(&cloud, "DeleteSecurityGroup", by_name).1,
        "5021"
    );
}

#[test]
fn a_rule_of_another_group_blocks_deletion_its_own_does_not() {
    let cloud = cloud();
    let net = net(&cloud);
    let front = made(&cloud, "CreateSecurityGroup", within("front", &net), ID);
    let back = made(&cloud, "CreateSecurityGroup", within("back", &net), ID);
    for (of, names) in [(&back, &front), (&front, &front)] {
        let rule = json!({
            "SecurityGroupId": of,
            "Flow": "Inbound",
            "SecurityGroupNameToLink": names,
        });
        cloud.call("CreateSecurityGroupRule", rule).ok();
    }
    let named = json!({ "SecurityGroupId": front });
    let (status, code, details) = refused_twice(&cloud, "DeleteSecurityGroup", named.clone());
    assert_eq!((status, &*code, &*details), (409, "9085", ""));
    cloud
        .call("DeleteSecurityGroup", json!({ "SecurityGroupId": back }))
        .ok();
    cloud.call("DeleteSecurityGroup", named).ok();
}

#[test]
fn groups_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let group = made(&cloud, "CreateSecurityGroup", wanted("web"), ID);
    let other = cloud.as_account("210987654321");
    let named = json!({ "SecurityGroupId": group });
    assert_eq!(
        refused_twice(&other, "DeleteSecurityGroup", named).1,
        "5020"
    );
    let by_name = json!({ "SecurityGroupName": "web" });
    assert_eq!(
        refused_twice(&other, "DeleteSecurityGroup", by_name).1,
        "5021"
    );
    // The name is free there, and the Net is not theirs.
    other.call("CreateSecurityGroup", wanted("web")).ok();
    let theirs = within("web", &net(&cloud));
    assert_eq!(
        refused_twice(&other, "CreateSecurityGroup", theirs).1,
        "5065"
    );
}

#[test]
fn filters() {
    let cloud = cloud();
    let net = net(&cloud);
    let group = made(&cloud, "CreateSecurityGroup", within("web", &net), ID);
    let public = made(&cloud, "CreateSecurityGroup", wanted("public"), ID);
    for flow in ["Inbound", "Outbound"] {
        let rules = json!([
            { "IpProtocol": "tcp", "FromPortRange": 80, "ToPortRange": 88,
              "IpRanges": ["192.0.2.0/24"] },
            { "IpProtocol": "udp", "FromPortRange": 53, "ToPortRange": 54,
              "SecurityGroupsMembers": [{ "SecurityGroupId": group }] },
        ]);
        let rule = json!({ "SecurityGroupId": group, "Flow": flow, "Rules": rules });
        cloud.call("CreateSecurityGroupRule", rule).ok();
    }
    // Only in the public Cloud does a member show its name.
    let rule = json!({
        "SecurityGroupId": public,
        "Flow": "Inbound",
        "SecurityGroupNameToLink": "public",
    });
    cloud.call("CreateSecurityGroupRule", rule).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [group], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let (none, nobody) = (json!(["sg-00000000"]), json!(["000000000000"]));
    let owner = json!(["123456789012"]);
    // Besides the two: the default groups of the public Cloud and of the Net.
    for (filter, matching, count, other) in [
        (
            "Descriptions",
            json!(["for a test"]),
            2,
            json!(["for another"]),
        ),
        ("InboundRuleAccountIds", owner.clone(), 4, nobody.clone()),
        ("InboundRuleFromPortRanges", json!([80]), 1, json!([88])),
        (
            "InboundRuleIpRanges",
            json!(["192.0.2.0/24"]),
            1,
            json!(["192.0.2.0/25"]),
        ),
        ("InboundRuleProtocols", json!(["udp"]), 1, json!(["icmp"])),
        (
            "InboundRuleSecurityGroupIds",
            json!([group]),
            1,
            none.clone(),
        ),
        (
            "InboundRuleSecurityGroupNames",
            json!(["public"]),
            1,
            json!(["web"]),
        ),
        ("InboundRuleToPortRanges", json!([54]), 1, json!([53])),
        ("NetIds", json!([net]), 2, json!(["vpc-00000000"])),
        ("OutboundRuleAccountIds", owner, 2, nobody),
        ("OutboundRuleFromPortRanges", json!([53]), 1, json!([54])),
        (
            "OutboundRuleIpRanges",
            json!(["0.0.0.0/0"]),
            2,
            json!(["0.0.0.0/1"]),
        ),
        ("OutboundRuleProtocols", json!(["tcp"]), 1, json!(["icmp"])),
        (
            "OutboundRuleSecurityGroupIds",
            json!([group]),
            1,
            none.clone(),
        ),
        ("OutboundRuleToPortRanges", json!([88]), 1, json!([80])),
        ("SecurityGroupIds", json!([group]), 1, none),
        (
            "SecurityGroupNames",
            json!(["default"]),
            2,
            json!(["other"]),
        ),
        ("TagKeys", json!(["stage"]), 1, json!(["test"])),
        ("TagValues", json!(["test"]), 1, json!(["stage"])),
        ("Tags", json!(["stage=test"]), 1, json!(["stage=live"])),
    ] {
        let read = "ReadSecurityGroups";
        assert_eq!(selected(&cloud, read, filter, &matching), count, "{filter}");
        assert_eq!(selected(&cloud, read, filter, &other), 0, "{filter}");
    }
    // Outbound rules are for Nets, where no member shows its name.
    let (read, filter) = ("ReadSecurityGroups", "OutboundRuleSecurityGroupNames");
    assert_eq!(selected(&cloud, read, filter, &json!(["web"])), 0);
}

/// A VM in the public Cloud that wears a group.
fn vm(cloud: &Cloud, group: &str) -> String {
    let image = cloud.call("ReadImages", json!({})).ok();
    let image = image.text("/Images/0/ImageId");
    let wanted = json!({ "ImageId": image, "SecurityGroupIds": [group] });
    made(cloud, "CreateVms", wanted, "/Vms/0/VmId")
}

#[test]
fn a_vm_blocks_its_deletion_a_terminated_one_does_not() {
    let cloud = cloud();
    let group = made(&cloud, "CreateSecurityGroup", wanted("web"), ID);
    let vm = vm(&cloud, &group);
    let named = json!({ "SecurityGroupId": group });
    let (status, code, details) = refused_twice(&cloud, "DeleteSecurityGroup", named.clone());
    assert_eq!((status, &*code, &*details), (409, "9085", ""));
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    cloud.call("DeleteSecurityGroup", named).ok();
}

#[test]
fn a_card_blocks_its_deletion() {
    let cloud = cloud();
    let net = net(&cloud);
    let group = made(&cloud, "CreateSecurityGroup", within("web", &net), ID);
    let subnet = json!({ "NetId": net, "IpRange": "10.0.0.0/24" });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    let card = json!({ "SubnetId": subnet, "SecurityGroupIds": [group] });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    let named = json!({ "SecurityGroupId": group });
    assert_eq!(
        refused_twice(&cloud, "DeleteSecurityGroup", named.clone()).1,
        "9085"
    );
    cloud.call("DeleteNic", json!({ "NicId": card })).ok();
    cloud.call("DeleteSecurityGroup", named).ok();
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let group = made(&cloud, "CreateSecurityGroup", wanted("one"), ID);
    let rule = |range: &str| {
        json!({
            "Flow": "Inbound", "IpProtocol": "-1", "IpRange": range, "SecurityGroupId": group,
        })
    };
    cloud
        .call("CreateSecurityGroupRule", rule("192.0.2.0/24"))
        .ok();
    let before = cloud.call("ReadSecurityGroups", json!({})).ok();
    for (operation, input) in [
        ("CreateSecurityGroup", wanted("two")),
        ("CreateSecurityGroupRule", rule("198.51.100.0/24")),
        ("DeleteSecurityGroupRule", rule("192.0.2.0/24")),
        ("DeleteSecurityGroup", json!({ "SecurityGroupId": group })),
        ("ReadSecurityGroups", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let after = cloud.call("ReadSecurityGroups", json!({})).ok();
    assert_eq!(before["SecurityGroups"], after["SecurityGroups"]);
    let list = "SecurityGroups";
    assert_eq!(pages_of_one(&cloud, "ReadSecurityGroups", list), 2);
}
