//! Changes of load balancers, one attribute at a time.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{address, is_linked, public, shown, wanted, wanted_in};
use crate::support::{cloud, refused_twice};
use crate::vm::subnet;

/// A change of the load balancer `web`.
fn change(attributes: Value) -> Value {
    let mut input = attributes;
    input["LoadBalancerName"] = json!("web");
    input
}

#[track_caller]
fn changed(cloud: &Cloud, attributes: Value) -> Value {
    let reply = cloud.call("UpdateLoadBalancer", change(attributes)).ok();
    assert_eq!(reply["LoadBalancer"], shown(cloud, "web"));
    reply["LoadBalancer"].clone()
}

fn check() -> Value {
    json!({
        "CheckInterval": 5,
        "HealthyThreshold": 2,
        "Path": "/healthy",
        "Port": 8080,
        "Protocol": "HTTP",
        "Timeout": 60,
        "UnhealthyThreshold": 10,
    })
}

#[test]
fn one_after_the_other() {
    let cloud = cloud();
    public(&cloud, "web");
    let policy = json!({
        "LoadBalancerName": "web",
        "PolicyName": "sticky",
        "PolicyType": "load_balancer",
    });
    cloud.call("CreateLoadBalancerPolicy", policy).ok();
    for attributes in [
        json!({ "HealthCheck": check() }),
        json!({ "AccessLog": { "IsEnabled": true, "OsuBucketName": "logs", "OsuBucketPrefix": "web", "PublicationInterval": 5 } }),
        json!({ "SecuredCookies": true }),
        json!({ "LoadBalancerPort": 80, "PolicyNames": ["sticky"] }),
        json!({ "LoadBalancerPort": 80, "PolicyNames": [] }),
        json!({ "AccessLog": { "IsEnabled": false } }),
    ] {
        let input = change(attributes);
        cloud.call("UpdateLoadBalancer", input).ok();
    }
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::nothing(json!({}), "7999")]
#[case::only_a_port(json!({ "LoadBalancerPort": 80 }), "7999")]
#[case::two(json!({ "SecuredCookies": true, "PublicIp": "" }), "4046")]
#[case::groups_outside_a_net(json!({ "SecurityGroups": [] }), "4046")]
#[case::unknown_ip(json!({ "PublicIp": "192.0.2.1" }), "5025")]
#[case::logs_without_a_bucket(json!({ "AccessLog": { "IsEnabled": true } }), "4045")]
#[case::logs_to_a_bucket_without_a_name(
    json!({ "AccessLog": { "IsEnabled": true, "OsuBucketName": "" } }),
    "4045"
)]
#[case::logs_too_often(json!({ "AccessLog": { "IsEnabled": false, "PublicationInterval": 10 } }), "4099")]
#[case::policy_without_a_port(json!({ "PolicyNames": [] }), "4046")]
#[case::policy_on_no_listener(json!({ "LoadBalancerPort": 81, "PolicyNames": [] }), "5028")]
#[case::certificate_without_a_port(json!({ "ServerCertificateId": "orn" }), "4046")]
#[case::certificate_on_no_listener(
    json!({ "LoadBalancerPort": 81, "ServerCertificateId": "orn" }),
    "5028"
)]
#[case::certificate_of_http(
    json!({ "LoadBalancerPort": 80, "ServerCertificateId": "orn" }),
    "4102"
)]
fn refusals(#[case] attributes: Value, #[case] code: &str) {
    let cloud = cloud();
    public(&cloud, "web");
    let before = shown(&cloud, "web");
    let (status, said, _) = refused_twice(&cloud, "UpdateLoadBalancer", change(attributes));
    assert_eq!((status, &*said), (400, code));
    assert_eq!(shown(&cloud, "web"), before);
}

#[rstest]
#[case::often("CheckInterval", json!(4), "4047")]
#[case::rarely("CheckInterval", json!(601), "4047")]
#[case::quickly_well("HealthyThreshold", json!(1), "4047")]
#[case::slowly_well("HealthyThreshold", json!(11), "4047")]
#[case::quickly_ill("UnhealthyThreshold", json!(1), "4047")]
#[case::slowly_ill("UnhealthyThreshold", json!(11), "4047")]
#[case::impatient("Timeout", json!(1), "4047")]
#[case::patient("Timeout", json!(61), "4047")]
#[case::low_port("Port", json!(0), "4047")]
#[case::high_port("Port", json!(65536), "4047")]
#[case::protocol("Protocol", json!("UDP"), "4053")]
#[case::lower_case("Protocol", json!("http"), "4053")]
#[case::path_of_tcp("Protocol", json!("TCP"), "4212")]
#[case::path_of_ssl("Protocol", json!("SSL"), "4212")]
fn health_checks_have_ranges(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let cloud = cloud();
    public(&cloud, "web");
    let mut check = check();
    check[field] = value;
    let input = change(json!({ "HealthCheck": check }));
    let (status, said, _) = refused_twice(&cloud, "UpdateLoadBalancer", input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::http_asks_for_the_root("HTTP", None, Some("/"))]
#[case::an_empty_path_is_none("HTTPS", Some(""), Some("/"))]
#[case::a_path("HTTPS", Some("/ok"), Some("/ok"))]
#[case::tcp_has_none("TCP", None, None)]
#[case::nor_an_empty_one("SSL", Some(""), None)]
fn paths_of_health_checks(
    #[case] protocol: &str,
    #[case] sent: Option<&str>,
    #[case] shown: Option<&str>,
) {
    let cloud = cloud();
    public(&cloud, "web");
    let mut check = check();
    check["Protocol"] = json!(protocol);
    check.as_object_mut().unwrap().remove("Path");
    if let Some(path) = sent {
        check["Path"] = json!(path);
    }
    let web = changed(&cloud, json!({ "HealthCheck": check }));
    assert_eq!(web["HealthCheck"]["Path"].as_str(), shown);
}

#[test]
fn a_new_public_ip_frees_the_former_one() {
    let cloud = cloud();
    let (first, second) = (address(&cloud), address(&cloud));
    public(&cloud, "web");
    let lent = shown(&cloud, "web")["PublicIp"].clone();
    for ip in [&first, &second] {
        let web = changed(&cloud, json!({ "PublicIp": ip }));
        assert_eq!(web["PublicIp"], json!(ip));
        assert!(is_linked(&cloud, ip));
    }
    assert!(!is_linked(&cloud, &first));
    // The one that it has is no other.
    changed(&cloud, json!({ "PublicIp": second }));
    // One that another load balancer has is in use.
    public(&cloud, "other");
    let input = json!({ "LoadBalancerName": "other", "PublicIp": second });
    let (status, code, _) = refused_twice(&cloud, "UpdateLoadBalancer", input);
    assert_eq!((status, &*code), (409, "9031"));
    // Another one is lent, none of those before.
    let web = changed(&cloud, json!({ "PublicIp": "" }));
    let again = &web["PublicIp"];
    assert!(again.is_string(), "{again}");
    assert!(
        *again != lent && *again != second && *again != first,
        "{again}"
    );
    assert!(!is_linked(&cloud, &second));
}

#[test]
fn groups_are_replaced_and_the_first_is_the_source() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let input = wanted_in(&subnet, "web");
    cloud.call("CreateLoadBalancer", input).ok();
    let group = |name: &str| {
        let group = json!({ "NetId": net, "SecurityGroupName": name, "Description": name });
        let id = "/SecurityGroup/SecurityGroupId";
        crate::support::made(&cloud, "CreateSecurityGroup", group, id)
    };
    let mut groups = [group("a"), group("b")];
    let web = changed(&cloud, json!({ "SecurityGroups": groups }));
    groups.sort();
    assert_eq!(web["SecurityGroups"], json!(groups));
    let source = web["SourceSecurityGroup"].clone();
    assert_eq!(
        source["SecurityGroupAccountId"],
        json!(cloud.credentials().account)
    );
    for group in &groups {
        let group = json!({ "SecurityGroupId": group });
        assert_eq!(
            refused_twice(&cloud, "DeleteSecurityGroup", group).1,
            "9085"
        );
    }
    let web = changed(&cloud, json!({ "SecurityGroups": [] }));
    assert_eq!(web["SourceSecurityGroup"]["SecurityGroupName"], "default");
    for group in &groups {
        let group = json!({ "SecurityGroupId": group });
        cloud.call("DeleteSecurityGroup", group).ok();
    }
}

#[test]
fn a_group_must_be_of_the_same_net() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let (elsewhere, _) = crate::vm::subnet(&cloud);
    let input = wanted_in(&subnet, "web");
    cloud.call("CreateLoadBalancer", input).ok();
    let group = json!({ "NetId": elsewhere, "SecurityGroupName": "x", "Description": "x" });
    let id = "/SecurityGroup/SecurityGroupId";
    let group = crate::support::made(&cloud, "CreateSecurityGroup", group, id);
    for (group, code) in [(group.as_str(), "4086"), ("sg-00000000", "5020")] {
        let input = change(json!({ "SecurityGroups": [group] }));
        let (status, said, _) = refused_twice(&cloud, "UpdateLoadBalancer", input);
        assert_eq!((status, &*said), (400, code));
    }
}

#[test]
fn an_internal_one_gets_no_public_ip() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let ip = address(&cloud);
    let mut input = wanted_in(&subnet, "web");
    input["LoadBalancerType"] = json!("internal");
    cloud.call("CreateLoadBalancer", input).ok();
    let input = change(json!({ "PublicIp": ip }));
    let (status, code, _) = refused_twice(&cloud, "UpdateLoadBalancer", input);
    assert_eq!((status, &*code), (400, "4046"));
    // Its name is taken, be it another sort.
    assert_eq!(
        refused_twice(&cloud, "CreateLoadBalancer", wanted("web")).1,
        "9013"
    );
}
