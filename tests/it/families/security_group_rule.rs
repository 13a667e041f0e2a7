//! Conversations about the family `security_group_rule`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, made, net, refused_twice};

const CREATE: &str = "CreateSecurityGroupRule";
const DELETE: &str = "DeleteSecurityGroupRule";

fn group(cloud: &Cloud, name: &str, net: Option<&str>) -> String {
    let mut wanted = json!({ "SecurityGroupName": name, "Description": "for a test" });
    if let Some(net) = net {
        wanted["NetId"] = json!(net);
    }
    let id = "/SecurityGroup/SecurityGroupId";
    made(cloud, "CreateSecurityGroup", wanted, id)
}

/// A request on a group: the rest of it, with the group and `Inbound` unless it says otherwise.
fn on(group: &str, rest: Value) -> Value {
    let mut request = json!({ "SecurityGroupId": group, "Flow": "Inbound" });
    let Value::Object(rest) = rest else {
        panic!("the rest of a request is an object");
    };
    request.as_object_mut().expect("an object").extend(rest);
    request
}

#[test]
fn in_the_public_cloud() {
    let cloud = cloud();
    let (web, other) = (group(&cloud, "web", None), group(&cloud, "other", None));
    let ssh = json!({ "IpProtocol": "tcp", "FromPortRange": 22, "ToPortRange": 22 });
    let ssh_from = |range: &str| {
        let mut rule = on(&web, ssh.clone());
        rule["IpRange"] = json!(range);
        rule
    };
    // The same protocol and ports: one rule with two ranges.
    cloud.call(CREATE, ssh_from("192.0.2.0/24")).ok();
    cloud.call(CREATE, ssh_from("198.51.100.7/32")).ok();
    cloud.call(CREATE, ssh_from("192.0.2.0/24"));
    // A member by name, by identifier, and in a list.
    let by_name = json!({ "SecurityGroupNameToLink": "other" });
    cloud.call(CREATE, on(&web, by_name)).ok();
    let by_id = json!({ "SecurityGroupNameToLink": other });
    cloud.call(CREATE, on(&web, by_id));
    let members = json!([{ "SecurityGroupName": "web" }]);
    let ping = json!([{
        "IpProtocol": "icmp",
        "FromPortRange": 8,
        "ToPortRange": -1,
        "SecurityGroupsMembers": members,
    }]);
    cloud.call(CREATE, on(&web, json!({ "Rules": ping }))).ok();
    cloud.call(DELETE, ssh_from("192.0.2.0/24")).ok();
    cloud.call(DELETE, ssh_from("192.0.2.0/24"));
    cloud.call(DELETE, ssh_from("198.51.100.7/32")).ok();
    let by_name = json!({ "SecurityGroupNameToUnlink": "other" });
    cloud.call(DELETE, on(&web, by_name)).ok();
    cloud.call(DELETE, on(&web, json!({ "Rules": ping }))).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn in_a_net() {
    let cloud = cloud();
    let net = net(&cloud);
    let web = group(&cloud, "web", Some(&net));
    // The default outbound rule goes without ports being named.
    let all_out = json!({ "Flow": "Outbound", "IpProtocol": "-1", "IpRange": "0.0.0.0/0" });
    cloud.call(DELETE, on(&web, all_out.clone())).ok();
    cloud.call(DELETE, on(&web, all_out));
    // Whatever ports are sent, all protocols have all of them.
    let all = json!({
        "Flow": "Outbound",
        "IpProtocol": "-1",
        "FromPortRange": 1,
        "ToPortRange": 2,
        "IpRange": "10.0.0.0/16",
    });
    cloud.call(CREATE, on(&web, all)).ok();
    // A member, a range and a service stand in rules of their own.
    let services = cloud.call("ReadNetAccessPointServices", json!({})).ok();
    let rules = json!([
        {
            "IpProtocol": "tcp",
            "FromPortRange": 443,
            "ToPortRange": 443,
            "IpRanges": ["10.0.0.0/16", "192.0.2.0/24"],
            "SecurityGroupsMembers": [{ "SecurityGroupId": web }],
            "ServiceIds": [services.text("/Services/0/ServiceId")],
        },
        { "IpProtocol": "50", "IpRanges": ["192.0.2.0/24"] },
    ]);
    let request = on(&web, json!({ "Flow": "Outbound", "Rules": rules }));
    cloud.call(CREATE, request.clone()).ok();
    cloud.call(DELETE, request).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::port_zero("tcp", 0, 0)]
#[case::all_ports("tcp", 0, 65535)]
#[case::every_port("udp", -1, -1)]
#[case::number_of_tcp("6", 80, 80)]
#[case::icmp("icmp", -1, -1)]
#[case::icmp_type_and_code("icmp", 3, 1)]
#[case::number_of_icmp("1", 8, 0)]
fn protocols_and_ports(#[case] protocol: &str, #[case] from: i64, #[case] to: i64) {
    let cloud = cloud();
    let group = group(&cloud, "web", Some(&net(&cloud)));
    let rule = on(
        &group,
        json!({
            "IpProtocol": protocol,
            "FromPortRange": from,
            "ToPortRange": to,
            "IpRange": "192.0.2.0/24",
        }),
    );
    let made = cloud.call(CREATE, rule.clone()).ok();
    let expected = json!([{
        "FromPortRange": from,
        "IpProtocol": protocol,
        "IpRanges": ["192.0.2.0/24"],
        "ToPortRange": to,
    }]);
    assert_eq!(made["SecurityGroup"]["InboundRules"], expected);
    let emptied = cloud.call(DELETE, rule).ok();
    assert_eq!(emptied["SecurityGroup"]["InboundRules"], json!([]));
}

#[rstest]
#[case::flow(json!({ "Flow": "inbound", "IpRange": "0.0.0.0/0" }), "4047")]
#[case::outbound(json!({ "Flow": "Outbound", "IpRange": "0.0.0.0/0" }), "4047")]
#[case::nobody(json!({}), "7999")]
#[case::nobody_in_a_list(json!({ "Rules": [{ "IpProtocol": "-1" }] }), "7999")]
#[case::both_forms(
    json!({ "IpRange": "0.0.0.0/0", "Rules": [{ "IpRanges": ["0.0.0.0/0"] }] }),
    "4046"
)]
#[case::protocol_beside_a_list(
    json!({ "IpProtocol": "-1", "Rules": [{ "IpRanges": ["0.0.0.0/0"] }] }),
    "4046"
)]
#[case::two_peers(json!({ "IpRange": "0.0.0.0/0", "SecurityGroupNameToLink": "default" }), "4046")]
#[case::protocol(json!({ "IpProtocol": "sctp", "IpRange": "0.0.0.0/0" }), "4053")]
#[case::number_in_the_public_cloud(json!({ "IpProtocol": "50", "IpRange": "0.0.0.0/0" }), "4053")]
#[case::empty_range(json!({ "IpRange": "" }), "7999")]
#[case::empty_member(json!({ "Rules": [members("")] }), "7999")]
#[case::number_out_of_range(json!({ "IpProtocol": "256", "IpRange": "0.0.0.0/0" }), "4053")]
#[case::no_ports(json!({ "IpProtocol": "tcp", "IpRange": "0.0.0.0/0" }), "7999")]
#[case::half_the_ports(
    json!({ "IpProtocol": "udp", "FromPortRange": 53, "IpRange": "0.0.0.0/0" }),
    "7999"
)]
#[case::no_type(json!({ "IpProtocol": "icmp", "IpRange": "0.0.0.0/0" }), "7999")]
#[case::first_port(tcp(-1, 80), "4064")]
#[case::last_port(tcp(80, 65536), "4021")]
#[case::backwards(tcp(88, 80), "4051")]
#[case::range(json!({ "IpRange": "192.0.2.1" }), "4030")]
#[case::host_bits(json!({ "IpRange": "192.0.2.1/24" }), "4030")]
#[case::ipv6(json!({ "IpRange": "::/0" }), "4030")]
#[case::unknown_member(json!({ "Rules": [members("sg-00000000")] }), "5020")]
#[case::name_as_an_identifier(json!({ "Rules": [members("default")] }), "4104")]
#[case::malformed_member(json!({ "Rules": [members("sg-0")] }), "4105")]
#[case::service_in_the_public_cloud(
    json!({ "Rules": [{ "ServiceIds": ["pl-00000000"] }] }),
    "4047"
)]
fn rules_that_are_refused(#[case] rest: Value, #[case] code: &str) {
    let cloud = cloud();
    let group = group(&cloud, "web", None);
    for operation in [CREATE, DELETE] {
        // The one field that has another name when a rule is deleted.
        let text = on(&group, rest.clone()).to_string();
        let text = match operation {
            DELETE => text.replace("NameToLink", "NameToUnlink"),
            _ => text,
        };
        let request = serde_json::from_str(&text).expect("still JSON");
        let (status, said, details) = refused_twice(&cloud, operation, request);
        assert_eq!((status, &*said), (400, code), "{operation}: {details}");
    }
}

fn tcp(from: i64, to: i64) -> Value {
    json!({
        "IpProtocol": "tcp",
        "FromPortRange": from,
        "ToPortRange": to,
        "IpRange": "0.0.0.0/0",
    })
}

fn members(id: &str) -> Value {
    json!({ "SecurityGroupsMembers": [{ "SecurityGroupId": id }] })
}

#[rstest]
#[case::unknown("sg-00000000", "5020")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("sg-0", "4105")]
fn groups_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let rule = on(id, json!({ "IpRange": "0.0.0.0/0" }));
    assert_eq!(refused_twice(&cloud(), CREATE, rule.clone()).1, code);
    assert_eq!(refused_twice(&cloud(), DELETE, rule).1, code);
}

#[test]
fn members_that_do_not_fit() {
    let cloud = cloud();
    let public = group(&cloud, "web", None);
    let inside = group(&cloud, "web", Some(&net(&cloud)));
    for (of, named, code) in [
        (&public, "no such name", "5021"),
        (&inside, "web", "5022"),
        (&inside, "sg-00000000", "5020"),
        (&inside, &public, "4086"),
        (&public, &inside, "4086"),
    ] {
        let rule = on(of, json!({ "SecurityGroupNameToLink": named }));
        let (status, said, _) = refused_twice(&cloud, CREATE, rule);
        assert_eq!((status, &*said), (400, code), "{named}");
    }
}

#[test]
fn an_empty_text_names_nobody() {
    let cloud = cloud();
    let (public, other) = (group(&cloud, "web", None), group(&cloud, "db", None));
    let member = json!({ "AccountId": "", "SecurityGroupId": "", "SecurityGroupName": "db" });
    let rules = json!({ "Rules": [{ "SecurityGroupsMembers": [member] }] });
    let made = cloud.call(CREATE, on(&public, rules)).ok();
    let rule = &made["SecurityGroup"]["InboundRules"][0];
    assert_eq!(rule["SecurityGroupsMembers"][0]["SecurityGroupId"], other);
    // The flat form, as clients send it that leave no field out.
    let flat = json!({
        "IpRange": "192.0.2.0/24",
        "SecurityGroupNameToLink": "",
        "SecurityGroupAccountIdToLink": "",
    });
    cloud.call(CREATE, on(&public, flat)).ok();
}

#[rstest]
#[case::a_sign("+50")]
#[case::a_zero("06")]
#[case::nothing("")]
fn protocols_that_are_no_plain_number(#[case] protocol: &str) {
    let cloud = cloud();
    let group = group(&cloud, "web", Some(&net(&cloud)));
    let rule = json!({ "IpProtocol": protocol, "IpRange": "0.0.0.0/0" });
    assert_eq!(refused_twice(&cloud, CREATE, on(&group, rule)).1, "4053");
}

#[test]
fn an_unknown_service() {
    let cloud = cloud();
    let group = group(&cloud, "web", Some(&net(&cloud)));
    let rule = json!({ "Rules": [{ "ServiceIds": ["pl-00000000"] }] });
    assert_eq!(refused_twice(&cloud, CREATE, on(&group, rule)).1, "5040");
}

#[test]
fn one_duplicate_fails_the_whole_call() {
    let cloud = cloud();
    let group = group(&cloud, "web", None);
    let two = |second: &str| {
        let rules = json!([{ "IpRanges": ["192.0.2.0/24"] }, { "IpRanges": [second] }]);
        on(&group, json!({ "Rules": rules }))
    };
    let (status, code, details) = refused_twice(&cloud, CREATE, two("192.0.2.0/24"));
    assert_eq!((status, &*code, &*details), (409, "9005", ""));
    cloud.call(CREATE, two("198.51.100.0/24")).ok();
    assert_eq!(
        refused_twice(&cloud, CREATE, two("203.0.113.0/24")).1,
        "9005"
    );
    // The same with deletions.
    assert_eq!(
        refused_twice(&cloud, DELETE, two("203.0.113.0/24")).1,
        "5044"
    );
    cloud.call(DELETE, two("198.51.100.0/24")).ok();
}

#[rstest]
#[case::other_range(json!({ "IpRange": "192.0.2.0/25" }))]
#[case::other_ports(json!({ "FromPortRange": 81 }))]
#[case::other_protocol(json!({ "IpProtocol": "udp" }))]
fn deletions_must_match_exactly(#[case] change: Value) {
    let cloud = cloud();
    let group = group(&cloud, "web", None);
    let rule = json!({
        "IpProtocol": "tcp",
        "FromPortRange": 80,
        "ToPortRange": 88,
        "IpRange": "192.0.2.0/24",
    });
    let rule = on(&group, rule);
    cloud.call(CREATE, rule.clone()).ok();
    let mut other = rule;
    let change = change.as_object().expect("an object").clone();
    other.as_object_mut().expect("an object").extend(change);
    let (status, code, _) = refused_twice(&cloud, DELETE, other);
    assert_eq!((status, &*code), (400, "5044"));
}

#[test]
fn a_member_of_another_account() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (ours, theirs) = (group(&cloud, "web", None), group(&other, "db", None));
    let by_id = json!({ "SecurityGroupNameToLink": theirs });
    // Without its account the group is looked for among the caller's.
    assert_eq!(refused_twice(&cloud, CREATE, on(&ours, by_id)).1, "5020");
    let by_name = json!({
        "SecurityGroupNameToLink": "db",
        "SecurityGroupAccountIdToLink": "210987654321",
    });
    let made = cloud.call(CREATE, on(&ours, by_name)).ok();
    let members = &made["SecurityGroup"]["InboundRules"][0]["SecurityGroupsMembers"];
    let expected = json!([{
        "AccountId": "210987654321",
        "SecurityGroupId": theirs,
        "SecurityGroupName": "db",
    }]);
    assert_eq!(*members, expected);
    let named = json!({ "SecurityGroupId": theirs });
    assert_eq!(
        refused_twice(&other, "DeleteSecurityGroup", named).1,
        "9085"
    );
    let unlink = json!({
        "SecurityGroupNameToUnlink": theirs,
        "SecurityGroupAccountIdToUnlink": "210987654321",
    });
    cloud.call(DELETE, on(&ours, unlink)).ok();
    // Nobody changes the rules of a group that is not theirs.
    let rule = on(&ours, json!({ "IpRange": "0.0.0.0/0" }));
    assert_eq!(refused_twice(&other, CREATE, rule).1, "5020");
}

/// The one way in which it can be: a dedicated group that is deleted by force takes its Nets along.
#[test]
fn a_member_whose_group_is_gone() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let ours = group(&cloud, "web", Some(&net(&cloud)));
    let wanted = json!({ "CpuGeneration": 5, "Name": "mine", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let dedicated = made(&other, "CreateDedicatedGroup", wanted, id);
    let wanted = json!({ "IpRange": "10.0.0.0/16", "Tenancy": dedicated });
    let their_net = made(&other, "CreateNet", wanted, "/Net/NetId");
    let theirs = group(&other, "db", Some(&their_net));
    let member = json!({ "AccountId": "210987654321", "SecurityGroupId": theirs });
    let rules = json!({ "Rules": [{ "SecurityGroupsMembers": [member] }] });
    let request = on(&ours, rules);
    cloud.call(CREATE, request.clone()).ok();
    let forced = json!({ "DedicatedGroupId": dedicated, "Force": true });
    other.call("DeleteDedicatedGroup", forced).ok();
    // No rule can name that group any more; the one that does can be taken out, once.
    assert_eq!(refused_twice(&cloud, CREATE, request.clone()).1, "5020");
    let emptied = cloud.call(DELETE, request.clone()).ok();
    assert_eq!(emptied["SecurityGroup"]["InboundRules"], json!([]));
    assert_eq!(refused_twice(&cloud, DELETE, request).1, "5020");
}
