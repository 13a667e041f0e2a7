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
