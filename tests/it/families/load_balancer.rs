//! Conversations about the family `load_balancer`.

use mockscale::{Cloud, Value, json};

use crate::support::{builder, cloud, every_filter, made, refused_twice, rehearsed};
use crate::vm::{running, subnet};

#[path = "load_balancer/backend.rs"]
mod backend;
#[path = "load_balancer/create.rs"]
mod create;
#[path = "load_balancer/tag.rs"]
mod tag;
#[path = "load_balancer/update.rs"]
mod update;

/// A listener of HTTP on a port, whose backends listen on 8080.
pub(crate) fn http(port: u16) -> Value {
    json!({ "BackendPort": 8080, "LoadBalancerPort": port, "LoadBalancerProtocol": "HTTP" })
}

/// The request for a load balancer in the public Cloud with a listener of HTTP on port 80.
pub(crate) fn wanted(name: &str) -> Value {
    json!({
        "Listeners": [http(80)],
        "LoadBalancerName": name,
        "SubregionNames": ["eu-west-2a"],
    })
}

/// The request for one in a Subnet.
pub(crate) fn wanted_in(subnet: &str, name: &str) -> Value {
    json!({ "Listeners": [http(80)], "LoadBalancerName": name, "Subnets": [subnet] })
}

/// Makes a load balancer in the public Cloud.
#[track_caller]
pub(crate) fn public(cloud: &Cloud, name: &str) {
    cloud.call("CreateLoadBalancer", wanted(name)).ok();
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "LoadBalancerName": name })
}

/// A load balancer as it reads.
#[track_caller]
pub(crate) fn shown(cloud: &Cloud, name: &str) -> Value {
    let filter = json!({ "Filters": { "LoadBalancerNames": [name] } });
    cloud.call("ReadLoadBalancers", filter).ok()["LoadBalancers"][0].clone()
}

/// A public IP of the caller's.
#[track_caller]
fn address(cloud: &Cloud) -> String {
    made(cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIp")
}

/// Whether a public IP is linked to something.
fn is_linked(cloud: &Cloud, address: &str) -> bool {
    let filter = json!({ "Filters": { "PublicIps": [address] } });
    let read = cloud.call("ReadPublicIps", filter).ok();
    read["PublicIps"][0].get("LinkPublicIpId").is_some()
}

#[test]
fn in_the_public_cloud_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let mut wanted = wanted("web");
    wanted["Tags"] = json!([{ "Key": "stage", "Value": "test" }]);
    cloud.call("CreateLoadBalancer", wanted).ok();
    let vm = running(&cloud, json!({}));
    let backends = json!({ "LoadBalancerName": "web", "BackendVmIds": [vm] });
    cloud
        .call("RegisterVmsInLoadBalancer", backends.clone())
        .ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    cloud.call("DeregisterVmsInLoadBalancer", backends).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    cloud.call("DeleteLoadBalancer", named("web"));
    mockscale::assert_transcript!(cloud);
}

#[test]
fn in_a_net_with_a_public_ip_of_the_callers() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let group = json!({ "NetId": net, "SecurityGroupName": "front", "Description": "front" });
    let id = "/SecurityGroup/SecurityGroupId";
    let group = made(&cloud, "CreateSecurityGroup", group, id);
    let ip = address(&cloud);
    let mut wanted = wanted_in(&subnet, "front");
    wanted["SecurityGroups"] = json!([group]);
    wanted["PublicIp"] = json!(ip);
    cloud.call("CreateLoadBalancer", wanted).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    let lent = json!({ "LoadBalancerName": "front", "PublicIp": "" });
    cloud.call("UpdateLoadBalancer", lent).ok();
    let default = json!({ "LoadBalancerName": "front", "SecurityGroups": [] });
    cloud.call("UpdateLoadBalancer", default).ok();
    cloud.call("DeleteLoadBalancer", named("front")).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn filters() {
    let cloud = cloud();
    public(&cloud, "private-web");
    public(&cloud, "web");
    let target = ("LoadBalancers", "LoadBalancerName", "private-web");
    let exact = ("LoadBalancerNames", json!(["private-web"]), json!(["web"]));
    every_filter(&cloud, "ReadLoadBalancers", &json!({}), target, &[exact]);
    let pattern = ("LoadBalancerNames", json!(["private*"]), json!(["*.web"]));
    every_filter(&cloud, "ReadLoadBalancers", &json!({}), target, &[pattern]);
    let nobody = json!({ "Filters": { "LoadBalancerNames": ["nobody"] } });
    let read = cloud.call("ReadLoadBalancers", nobody).ok();
    assert_eq!(read["LoadBalancers"], json!([]));
}

#[test]
fn it_keeps_what_it_stands_in() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let service = "/InternetService/InternetServiceId";
    let service = made(&cloud, "CreateInternetService", json!({}), service);
    let link = json!({ "InternetServiceId": service, "NetId": net });
    cloud.call("LinkInternetService", link.clone()).ok();
    let group = json!({ "NetId": net, "SecurityGroupName": "front", "Description": "front" });
    let id = "/SecurityGroup/SecurityGroupId";
    let group = made(&cloud, "CreateSecurityGroup", group, id);
    let mut wanted = wanted_in(&subnet, "front");
    wanted["SecurityGroups"] = json!([group]);
    cloud.call("CreateLoadBalancer", wanted.clone()).ok();
    for (operation, input, code, names_it) in [
        (
            "DeleteSubnet",
            json!({ "SubnetId": subnet }),
            "9095",
            "'front'",
        ),
        ("DeleteNet", json!({ "NetId": net }), "9097", ""),
        (
            "DeleteSecurityGroup",
            json!({ "SecurityGroupId": group }),
            "9085",
            "",
        ),
        ("UnlinkInternetService", link.clone(), "1005", "'front'"),
    ] {
        let (status, said, details) = refused_twice(&cloud, operation, input);
        assert_eq!((status, &*said), (409, code), "{operation}");
        assert!(details.contains(names_it), "{details}");
    }
    cloud.call("DeleteLoadBalancer", named("front")).ok();
    // An internal one has nothing to do with the Internet.
    wanted["LoadBalancerType"] = json!("internal");
    cloud.call("CreateLoadBalancer", wanted).ok();
    cloud.call("UnlinkInternetService", link).ok();
    cloud.call("DeleteLoadBalancer", named("front")).ok();
    let group = json!({ "SecurityGroupId": group });
    cloud.call("DeleteSecurityGroup", group).ok();
    let subnet = json!({ "SubnetId": subnet });
    cloud.call("DeleteSubnet", subnet).ok();
}

#[test]
fn its_end_frees_its_public_ip_and_leaves_its_backends() {
    let cloud = cloud();
    let ip = address(&cloud);
    let mut wanted = wanted("web");
    wanted["PublicIp"] = json!(ip);
    cloud.call("CreateLoadBalancer", wanted.clone()).ok();
    assert!(is_linked(&cloud, &ip));
    let (status, code, _) = refused_twice(&cloud, "DeletePublicIp", json!({ "PublicIp": ip }));
    assert_eq!((status, &*code), (409, "9031"));
    let vm = running(&cloud, json!({}));
    let backends = json!({ "LoadBalancerName": "web", "BackendVmIds": [vm] });
    cloud.call("RegisterVmsInLoadBalancer", backends).ok();
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    assert!(!is_linked(&cloud, &ip));
    assert_eq!(crate::vm::shown(&cloud, &vm)["State"], "running");
    // The name is free again, and its new bearer has nothing of the old one.
    cloud.call("CreateLoadBalancer", wanted).ok();
    assert_eq!(shown(&cloud, "web")["BackendVmIds"], json!([]));
    assert_eq!(shown(&cloud, "web")["PublicIp"], json!(ip));
}

#[test]
fn its_public_ip_can_be_unlinked_like_any_other() {
    let cloud = cloud();
    let ip = address(&cloud);
    let mut wanted = wanted("web");
    wanted["PublicIp"] = json!(ip);
    cloud.call("CreateLoadBalancer", wanted).ok();
    cloud.call("UnlinkPublicIp", json!({ "PublicIp": ip })).ok();
    let lent = shown(&cloud, "web")["PublicIp"].clone();
    assert!(lent.is_string() && lent != json!(ip), "{lent}");
}

/// Every operation that names a load balancer, with what else it needs.
const NAMING_ONE: &[(&str, &str)] = &[
    (
        "CreateLoadBalancerListeners",
        r#"{"Listeners":[{"BackendPort":81,"LoadBalancerPort":81,"LoadBalancerProtocol":"TCP"}]}"#,
    ),
    (
        "CreateLoadBalancerPolicy",
        r#"{"PolicyName":"p","PolicyType":"load_balancer"}"#,
    ),
    (
        "CreateLoadBalancerTags",
        r#"{"Tags":[{"Key":"a","Value":"b"}]}"#,
    ),
    ("DeleteLoadBalancer", "{}"),
    (
        "DeleteLoadBalancerListeners",
        r#"{"LoadBalancerPorts":[80]}"#,
    ),
    ("DeleteLoadBalancerPolicy", r#"{"PolicyName":"q"}"#),
    ("DeleteLoadBalancerTags", r#"{"Tags":[{"Key":"a"}]}"#),
    (
        "DeregisterVmsInLoadBalancer",
        r#"{"BackendVmIds":["i-00000000"]}"#,
    ),
    (
        "LinkLoadBalancerBackendMachines",
        r#"{"BackendVmIds":["i-00000000"]}"#,
    ),
    ("ReadLoadBalancerTags", "{}"),
    ("ReadVmsHealth", "{}"),
    (
        "RegisterVmsInLoadBalancer",
        r#"{"BackendVmIds":["i-00000000"]}"#,
    ),
    (
        "UnlinkLoadBalancerBackendMachines",
        r#"{"BackendIps":["192.0.2.1"]}"#,
    ),
    ("UpdateLoadBalancer", r#"{"SecuredCookies":true}"#),
];

/// The request of one of these operations about a load balancer.
fn naming(operation: &str, input: &str, name: &str) -> Value {
    let mut input: Value = serde_json::from_str(input).expect("JSON");
    if operation.ends_with("LoadBalancerTags") {
        input["LoadBalancerNames"] = json!([name]);
    } else {
        input["LoadBalancerName"] = json!(name);
    }
    input
}

#[test]
fn one_that_does_not_exist_or_is_another_accounts_is_refused_first() {
    let cloud = builder().account("210987654321").build();
    public(&cloud.as_account("210987654321"), "theirs");
    for name in ["nobody", "theirs", ""] {
        for (operation, input) in NAMING_ONE {
            let input = naming(operation, input, name);
            let (status, code, details) = refused_twice(&cloud, operation, input);
            assert_eq!((status, &*code), (400, "5030"), "{operation}");
            assert_eq!(details, format!("The LoadBalancer '{name}' doesn't exist."));
        }
    }
    // Each account has names of its own.
    public(&cloud, "theirs");
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let vm = running(&cloud, json!({}));
    rehearsed(&cloud, "CreateLoadBalancer", wanted("web"));
    public(&cloud, "web");
    let policy = json!({
        "LoadBalancerName": "web", "PolicyName": "q", "PolicyType": "load_balancer",
    });
    cloud.call("CreateLoadBalancerPolicy", policy).ok();
    let rule = |name: &str, priority: i64| {
        json!({
            "Listener": { "LoadBalancerName": "web", "LoadBalancerPort": 80 },
            "ListenerRule": {
                "ListenerRuleName": name, "PathPattern": "/docs/*", "Priority": priority,
            },
            "VmIds": [vm],
        })
    };
    cloud.call("CreateListenerRule", rule("docs", 10)).ok();
    for (operation, input) in NAMING_ONE {
        let mut input = naming(operation, input, "web");
        if let Some(vms) = input.get_mut("BackendVmIds") {
            *vms = json!([vm]);
        }
        rehearsed(&cloud, operation, input);
    }
    let named = json!({ "ListenerRuleName": "docs" });
    let mut changed = named.clone();
    changed["PathPattern"] = json!("/*");
    for (operation, input) in [
        ("CreateListenerRule", rule("more", 20)),
        ("DeleteListenerRule", named),
        ("ReadListenerRules", json!({})),
        ("ReadLoadBalancers", json!({})),
        ("UpdateListenerRule", changed),
    ] {
        rehearsed(&cloud, operation, input);
    }
    assert_eq!(
        refused_twice(&cloud, "CreateLoadBalancer", wanted("web")).1,
        "9013"
    );
}

#[test]
fn what_leads_to_a_backend_is_no_leak_of_its_own() {
    let cloud = cloud();
    let vm = running(&cloud, json!({}));
    public(&cloud, "web");
    let backends = json!({ "LoadBalancerName": "web", "BackendVmIds": [vm] });
    cloud.call("RegisterVmsInLoadBalancer", backends).ok();
    let leaks: Vec<_> = cloud.leaks().iter().map(|leak| leak.kind).collect();
    assert_eq!(leaks, ["Vm", "LoadBalancer"]);
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    assert_eq!(cloud.leaks().len(), 0);
}
