//! What a load balancer begins with, and what it cannot begin with.

use mockscale::{Value, json};
use rstest::rstest;

use super::{address, http, is_linked, public, shown, wanted, wanted_in};
use crate::support::{builder, cloud, made, refused_twice};
use crate::vm::{running, subnet};

#[test]
fn an_internal_one_shows_no_public_ip() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let mut input = wanted_in(&subnet, "inside");
    input["LoadBalancerType"] = json!("internal");
    cloud.call("CreateLoadBalancer", input).ok();
    let inside = shown(&cloud, "inside");
    assert!(inside.get("PublicIp").is_none(), "{inside}");
    assert_eq!(inside["NetId"], json!(net));
    assert_eq!(
        inside["SourceSecurityGroup"]["SecurityGroupName"],
        "default"
    );
    let name = inside["DnsName"].as_str().unwrap();
    let digits = name
        .strip_prefix("internal-inside-")
        .and_then(|it| it.strip_suffix(".eu-west-2.lbu.outscale.com"))
        .expect("a name of that form");
    assert_eq!(digits.len(), 9);
    assert!(digits.bytes().all(|it| it.is_ascii_digit()), "{name}");
}

#[test]
fn a_net_and_the_public_cloud_show_different_fields() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    public(&cloud, "outside");
    let input = wanted_in(&subnet, "inside");
    cloud.call("CreateLoadBalancer", input).ok();
    let (outside, inside) = (shown(&cloud, "outside"), shown(&cloud, "inside"));
    for field in ["NetId", "SecurityGroups"] {
        assert!(outside.get(field).is_none(), "{field}");
        assert!(inside.get(field).is_some(), "{field}");
    }
    assert_eq!(outside["Subnets"], json!([]));
    assert_eq!(inside["Subnets"], json!([subnet]));
    for one in [outside, inside] {
        assert_eq!(one["SubregionNames"], json!(["eu-west-2a"]));
        assert!(one["PublicIp"].is_string());
        assert_eq!(one["LoadBalancerType"], "internet-facing");
    }
}

#[test]
fn the_health_check_is_of_the_first_listener_that_was_sent() {
    let cloud = cloud();
    let mut input = wanted("web");
    let last = json!({
        "BackendPort": 7000,
        "BackendProtocol": "SSL",
        "LoadBalancerPort": 443,
        "LoadBalancerProtocol": "TCP",
    });
    input["Listeners"] = json!([last, http(80)]);
    cloud.call("CreateLoadBalancer", input).ok();
    let web = shown(&cloud, "web");
    assert_eq!(web["HealthCheck"]["Port"], 7000);
    let listeners = web["Listeners"].as_array().unwrap();
    let ports: Vec<_> = listeners.iter().map(|it| &it["LoadBalancerPort"]).collect();
    assert_eq!(ports, [80, 443]);
    assert_eq!(listeners[0]["BackendProtocol"], "HTTP");
    assert_eq!(listeners[1]["BackendProtocol"], "SSL");
}

#[rstest]
#[case::empty("")]
#[case::long(&"a".repeat(33))]
#[case::dash_first("-web")]
#[case::dash_last("web-")]
#[case::dot("web.1")]
#[case::blank("the web")]
#[case::letter("wéb")]
fn names_have_a_form(#[case] name: &str) {
    let (status, code, _) = refused_twice(&cloud(), "CreateLoadBalancer", wanted(name));
    assert_eq!((status, &*code), (400, "4036"));
}

#[rstest]
#[case::short("w")]
#[case::long(&"a".repeat(32))]
#[case::dashes("w--1")]
fn names_that_fit(#[case] name: &str) {
    public(&cloud(), name);
}

/// A request in which some properties are set, or with null taken out.
fn with(mut input: Value, changes: &Value) -> Value {
    for (property, value) in changes.as_object().expect("changes") {
        match value {
            Value::Null => drop(input.as_object_mut().expect("a request").remove(property)),
            value => input[property] = value.clone(),
        }
    }
    input
}

#[rstest]
#[case::no_listener(json!({ "Listeners": [] }), "7999")]
#[case::nowhere(json!({ "SubregionNames": null }), "4046")]
#[case::in_no_subregion(json!({ "SubregionNames": [] }), "4046")]
#[case::in_two_subregions(json!({ "SubregionNames": ["eu-west-2a", "eu-west-2b"] }), "4047")]
#[case::unknown_subregion(json!({ "SubregionNames": ["eu-west-2z"] }), "5009")]
#[case::both(json!({ "Subnets": ["subnet-00000000"] }), "4046")]
#[case::unknown_subnet(
    json!({ "SubregionNames": null, "Subnets": ["subnet-00000000"] }),
    "5057"
)]
#[case::two_subnets(
    json!({ "SubregionNames": null, "Subnets": ["subnet-00000000", "subnet-00000001"] }),
    "4047"
)]
#[case::internal_outside_a_net(json!({ "LoadBalancerType": "internal" }), "4060")]
#[case::unknown_type(json!({ "LoadBalancerType": "external" }), "4060")]
#[case::groups_outside_a_net(json!({ "SecurityGroups": ["sg-00000000"] }), "4046")]
#[case::unknown_ip(json!({ "PublicIp": "192.0.2.1" }), "5025")]
#[case::no_key(json!({ "Tags": [{ "Key": "", "Value": "" }] }), "4069")]
#[case::long_value(json!({ "Tags": [{ "Key": "k", "Value": "v".repeat(256) }] }), "4071")]
fn refusals(#[case] changes: Value, #[case] code: &str) {
    let cloud = cloud();
    let input = with(wanted("web"), &changes);
    let (status, said, _) = refused_twice(&cloud, "CreateLoadBalancer", input);
    assert_eq!((status, &*said), (400, code));
    assert!(shown(&cloud, "web").is_null());
}

#[rstest]
#[case::unknown_group(json!({ "SecurityGroups": ["sg-00000000"] }), "5020")]
#[case::group_of_the_public_cloud(json!({ "SecurityGroups": ["default"] }), "4086")]
#[case::ip_of_an_internal_one(
    json!({ "LoadBalancerType": "internal", "PublicIp": "192.0.2.1" }),
    "4046"
)]
fn refusals_in_a_net(#[case] mut changes: Value, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    if changes["SecurityGroups"][0] == "default" {
        let groups = cloud.call("ReadSecurityGroups", json!({})).ok();
        let groups = groups["SecurityGroups"].as_array().unwrap().clone();
        let group = groups.iter().find(|it| it.get("NetId").is_none()).unwrap();
        changes["SecurityGroups"] = json!([group["SecurityGroupId"]]);
    }
    let input = with(wanted_in(&subnet, "web"), &changes);
    let (status, said, _) = refused_twice(&cloud, "CreateLoadBalancer", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_name_is_taken_once() {
    let cloud = cloud();
    public(&cloud, "web");
    let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancer", wanted("web"));
    assert_eq!((status, &*code), (409, "9013"));
}

#[test]
fn what_is_another_accounts_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (net, subnet) = subnet(&other);
    let ip = address(&other);
    let group = json!({ "NetId": net, "SecurityGroupName": "theirs", "Description": "theirs" });
    let id = "/SecurityGroup/SecurityGroupId";
    let group = made(&other, "CreateSecurityGroup", group, id);
    let theirs = refused_twice(&cloud, "CreateLoadBalancer", wanted_in(&subnet, "web"));
    assert_eq!(theirs.1, "5057");
    let input = with(wanted("web"), &json!({ "PublicIp": ip }));
    assert_eq!(refused_twice(&cloud, "CreateLoadBalancer", input).1, "5025");
    let (_, own) = crate::vm::subnet(&cloud);
    let groups = json!({ "SecurityGroups": [group] });
    let input = with(wanted_in(&own, "web"), &groups);
    assert_eq!(refused_twice(&cloud, "CreateLoadBalancer", input).1, "5020");
}

#[test]
fn a_public_ip_is_linked_once() {
    let cloud = cloud();
    let ip = address(&cloud);
    let vm = running(&cloud, json!({}));
    let link = json!({ "PublicIp": ip, "VmId": vm });
    cloud.call("LinkPublicIp", link).ok();
    let input = with(wanted("web"), &json!({ "PublicIp": ip }));
    let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancer", input.clone());
    assert_eq!((status, &*code), (409, "9031"));
    cloud.call("UnlinkPublicIp", json!({ "PublicIp": ip })).ok();
    cloud.call("CreateLoadBalancer", input).ok();
    assert!(is_linked(&cloud, &ip));
    // The card that it is linked to is the cloud's own.
    let filter = json!({ "Filters": { "PublicIps": [ip] } });
    let read = cloud.call("ReadPublicIps", filter).ok();
    let linked = &read["PublicIps"][0];
    assert_ne!(linked["NicAccountId"], json!(cloud.credentials().account));
    assert!(linked.get("VmId").is_none());
    let nic = json!({ "NicId": linked["NicId"] });
    assert_eq!(refused_twice(&cloud, "DeleteNic", nic).1, "5036");
    let nics = cloud.call("ReadNics", json!({})).ok();
    assert_eq!(nics["Nics"], json!([]));
}

#[test]
fn a_full_subnet_takes_no_load_balancer() {
    let cloud = cloud();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let subnet = json!({ "NetId": net, "IpRange": "10.0.0.0/29" });
    let subnet = made(&cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    for name in ["a", "b", "c"] {
        let input = wanted_in(&subnet, name);
        cloud.call("CreateLoadBalancer", input).ok();
    }
    let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancer", wanted_in(&subnet, "d"));
    assert_eq!((status, &*code), (409, "10001"));
}
