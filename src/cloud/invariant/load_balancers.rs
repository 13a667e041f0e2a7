//! Load balancers: where they stand, what they lead to, and the rules of their listeners.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::view::View;
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for balancer in view.of_kind("LoadBalancer") {
        check_place(view, balancer, faults);
        check_backends(view, balancer, faults);
        check_listeners(view, balancer, faults);
    }
    check_addresses(view, faults);
    check_rules(view, faults);
}

/// In a Net or in the public Cloud, with everything that belongs to it.
fn check_place(view: &View, balancer: &Object, faults: &mut Vec<String>) {
    let (name, net_id) = (balancer.text("LoadBalancerName"), balancer.get("NetId"));
    let of_the_net = |kind: &str, list: &[Value]| {
        list.iter().all(|id| {
            let found = view.find(kind, id.as_str().unwrap_or_default());
            found.is_some_and(|it| it.get("NetId") == net_id)
        })
    };
    let (subnets, groups) = (balancer.list("Subnets"), balancer.list("SecurityGroups"));
    let right = match net_id {
        None => subnets.is_empty() && !balancer.contains_key("SecurityGroups"),
        Some(_) => {
            subnets.len() == 1
                && !groups.is_empty()
                && of_the_net("Subnet", subnets)
                && of_the_net("SecurityGroup", groups)
        }
    };
    if !right || balancer.list("SubregionNames").len() != 1 {
        faults.push(format!("{name} stands nowhere: {balancer:?}"));
    }
    let public = balancer.text("LoadBalancerType") == "internet-facing";
    if public == balancer.text("PublicIp").is_empty() || !public && net_id.is_none() {
        faults.push(format!("{name} has a wrong public IP: {balancer:?}"));
    }
}

/// Each is a VM that has not ended, in the same Net or the public Cloud, and named once.
fn check_backends(view: &View, balancer: &Object, faults: &mut Vec<String>) {
    let name = balancer.text("LoadBalancerName");
    let mut seen = BTreeSet::new();
    for id in balancer.list("BackendVmIds") {
        let id = id.as_str().unwrap_or_default();
        let vm = view.find("Vm", id);
        let right = vm.is_some_and(|vm| {
            vm.text("State") != "terminated" && vm.get("NetId") == balancer.get("NetId")
        });
        if !right || !seen.insert(id) {
            faults.push(format!("{name} has the wrong backend {id}"));
        }
    }
}

/// By port, with policies and a certificate that exist and that the protocol allows.
fn check_listeners(view: &View, balancer: &Object, faults: &mut Vec<String>) {
    let name = balancer.text("LoadBalancerName");
    let port = |listener: &Object| listener["LoadBalancerPort"].as_i64();
    let ports: Vec<_> = balancer.objects("Listeners").map(port).collect();
    if !ports.is_sorted_by(|one, next| one < next) {
        faults.push(format!("the listeners of {name} are on {ports:?}"));
    }
    let policies: Vec<&Value> = [
        "ApplicationStickyCookiePolicies",
        "LoadBalancerStickyCookiePolicies",
    ]
    .iter()
    .flat_map(|list| balancer.objects(list))
    .map(|policy| &policy["PolicyName"])
    .collect();
    let names: BTreeSet<_> = policies.iter().filter_map(|it| it.as_str()).collect();
    if names.len() != policies.len() {
        faults.push(format!("{name} has two policies of one name: {policies:?}"));
    }
    for listener in balancer.objects("Listeners") {
        let enabled = listener.list("PolicyNames");
        let http = listener.text("LoadBalancerProtocol").starts_with("HTTP");
        let known = enabled.iter().all(|it| policies.contains(&it));
        let encrypted = matches!(listener.text("LoadBalancerProtocol"), "HTTPS" | "SSL");
        let shown = listener.get("ServerCertificateId");
        let mut certificates = view.of_kind("ServerCertificate");
        let found = certificates.any(|it| it.get("Orn") == shown);
        if !known
            || enabled.len() > usize::from(http)
            || encrypted != shown.is_some()
            || encrypted != found
        {
            faults.push(format!("{name} has a wrong listener: {listener:?}"));
        }
    }
}

/// No two have one public IP; one of the caller's is linked, and not to a VM.
fn check_addresses(view: &View, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for balancer in view.of_kind("LoadBalancer") {
        let Some(address) = balancer.get("PublicIp") else {
            continue;
        };
        let mut known = view.of_kind("PublicIp");
        let own = known.find(|it| it.get("PublicIp") == Some(address));
        let wrong = own.is_some_and(|own| {
            own.contains_key("VmId") || own.get("NicAccountId").is_none_or(|it| *it == json!(""))
        });
        if wrong || !seen.insert(address.as_str()) {
            faults.push(format!("a load balancer has the wrong address {address}"));
        }
    }
}

/// Priorities are a listener's own, and each rule has a pattern.
fn check_rules(view: &View, faults: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for rule in view.of_kind("ListenerRule") {
        let key = (rule["ListenerId"].as_i64(), rule["Priority"].as_i64());
        let pattern = rule.contains_key("HostNamePattern") || rule.contains_key("PathPattern");
        if !seen.insert(key) || !pattern {
            faults.push(format!("a listener rule is wrong: {rule:?}"));
        }
    }
    if !seen.is_empty() && view.of_kind("LoadBalancer").next().is_none() {
        faults.push("there are listener rules without a load balancer".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;

    fn balanced() -> Value {
        json!({
            "ListenerRule": [
                { "ListenerId": 1, "PathPattern": "/a", "Priority": 1 },
                { "ListenerId": 1, "HostNamePattern": "a", "Priority": 2 },
            ],
            "LoadBalancer": [{
                "BackendVmIds": ["i-1"],
                "Listeners": [
                    { "LoadBalancerPort": 80, "LoadBalancerProtocol": "HTTP",
                        "PolicyNames": ["sticky"] },
                    { "LoadBalancerPort": 443, "LoadBalancerProtocol": "HTTPS", "PolicyNames": [],
                        "ServerCertificateId": "orn:1" },
                ],
                "LoadBalancerName": "web",
                "LoadBalancerStickyCookiePolicies": [{ "PolicyName": "sticky" }],
                "LoadBalancerType": "internet-facing",
                "NetId": "vpc-1",
                "PublicIp": "192.0.2.1",
                "SecurityGroups": ["sg-1"],
                "Subnets": ["subnet-1"],
                "SubregionNames": ["a"],
            }],
            "PublicIp": [{ "NicAccountId": "9", "PublicIp": "192.0.2.1" }],
            "SecurityGroup": [{ "NetId": "vpc-1", "SecurityGroupId": "sg-1" }],
            "ServerCertificate": [{ "Orn": "orn:1" }],
            "Subnet": [{ "NetId": "vpc-1", "SubnetId": "subnet-1" }],
            "Vm": [{ "NetId": "vpc-1", "State": "running", "VmId": "i-1" }],
        })
    }

    #[rstest]
    #[case::no_subnet("/LoadBalancer/0/Subnets", json!([]), "stands nowhere")]
    #[case::no_group("/LoadBalancer/0/SecurityGroups", json!([]), "stands nowhere")]
    #[case::another_net("/Subnet/0/NetId", json!("vpc-2"), "stands nowhere")]
    #[case::another_group("/SecurityGroup/0/NetId", json!("vpc-2"), "stands nowhere")]
    #[case::two_subregions("/LoadBalancer/0/SubregionNames/-", json!("b"), "stands nowhere")]
    #[case::no_address("/LoadBalancer/0/PublicIp", json!(""), "has a wrong public IP")]
    #[case::internal("/LoadBalancer/0/LoadBalancerType", json!("internal"), "has a wrong public IP")]
    #[case::backend_that_ended("/Vm/0/State", json!("terminated"), "the wrong backend i-1")]
    #[case::backend_elsewhere("/Vm/0/NetId", json!("vpc-2"), "the wrong backend i-1")]
    #[case::backend_twice("/LoadBalancer/0/BackendVmIds/-", json!("i-1"), "the wrong backend i-1")]
    #[case::port_twice(
        "/LoadBalancer/0/Listeners/1/LoadBalancerPort", json!(80), "the listeners of web are on"
    )]
    #[case::policy_twice(
        "/LoadBalancer/0/LoadBalancerStickyCookiePolicies/-",
        json!({ "PolicyName": "sticky" }),
        "two policies of one name"
    )]
    #[case::unknown_policy(
        "/LoadBalancer/0/Listeners/0/PolicyNames", json!(["other"]), "has a wrong listener"
    )]
    #[case::policy_without_http(
        "/LoadBalancer/0/Listeners/0/LoadBalancerProtocol", json!("TCP"), "has a wrong listener"
    )]
    #[case::no_certificate("/ServerCertificate/0/Orn", json!("orn:2"), "has a wrong listener")]
    #[case::not_linked("/PublicIp/0/NicAccountId", json!(""), "the wrong address")]
    #[case::linked_to_a_vm("/PublicIp/0/VmId", json!("i-1"), "the wrong address")]
    #[case::priority("/ListenerRule/1/Priority", json!(1), "a listener rule is wrong")]
    #[case::no_pattern("/ListenerRule/-", json!({ "ListenerId": 2, "Priority": 1 }), "rule is wrong")]
    #[case::no_balancer("/LoadBalancer", json!([]), "without a load balancer")]
    fn what_is_wrong_is_found(#[case] at: &str, #[case] value: Value, #[case] said: &str) {
        let faults = found(super::check, balanced(), at, value);
        assert!(faults.iter().any(|it| it.contains(said)), "{faults:?}");
    }
}
