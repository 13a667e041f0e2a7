//! Rules of listeners.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{ports, web};
use crate::load_balancer::{http, named, public};
use crate::support::{builder, every_filter, refused_twice};
use crate::vm::running;

/// The request for a rule of the listener on a port of a load balancer.
fn on(balancer: &str, port: u32, rule: &Value, vms: &[&str]) -> Value {
    json!({
        "Listener": { "LoadBalancerName": balancer, "LoadBalancerPort": port },
        "ListenerRule": rule,
        "VmIds": vms,
    })
}

fn rule(name: &str, priority: i64) -> Value {
    json!({ "ListenerRuleName": name, "PathPattern": "/docs/*", "Priority": priority })
}

fn rule_named(name: &str) -> Value {
    json!({ "ListenerRuleName": name })
}

/// A cloud with a load balancer `web` and a VM that runs.
fn web_and_vm() -> (Cloud, String) {
    let cloud = web();
    let vm = running(&cloud, json!({}));
    (cloud, vm)
}

#[track_caller]
fn make(cloud: &Cloud, balancer: &str, port: u32, rule: &Value, vm: &str) -> Value {
    let input = on(balancer, port, rule, &[vm]);
    cloud.call("CreateListenerRule", input).ok()["ListenerRule"].clone()
}

/// The names of all rules.
fn names(cloud: &Cloud) -> Vec<Value> {
    let read = cloud.call("ReadListenerRules", json!({})).ok();
    let rules = read["ListenerRules"].as_array().cloned().expect("a list");
    rules
        .iter()
        .map(|it| it["ListenerRuleName"].clone())
        .collect()
}

#[test]
fn life() {
    let (cloud, vm) = web_and_vm();
    let host = json!({
        "Action": "forward",
        "HostNamePattern": "*.example.com",
        "ListenerRuleName": "hosts",
        "Priority": 10,
    });
    let wanted = on("web", 80, &host, &[&vm, &vm]);
    cloud.call("CreateListenerRule", wanted).ok();
    let wanted = on("web", 80, &rule("paths", 100), &[&vm]);
    cloud.call("CreateListenerRule", wanted).ok();
    cloud.call("ReadListenerRules", json!({})).ok();
    let both = json!({ "ListenerRuleName": "hosts", "PathPattern": "/*" });
    cloud.call("UpdateListenerRule", both).ok();
    let path = json!({ "ListenerRuleName": "hosts", "HostPattern": null });
    cloud.call("UpdateListenerRule", path).ok();
    let none = json!({ "ListenerRuleName": "hosts", "PathPattern": null });
    cloud.call("UpdateListenerRule", none);
    cloud.call("DeleteListenerRule", rule_named("hosts")).ok();
    cloud.call("DeleteListenerRule", rule_named("hosts"));
    cloud.call("ReadListenerRules", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn filters() {
    let (cloud, vm) = web_and_vm();
    make(&cloud, "web", 80, &rule("one", 1), &vm);
    make(&cloud, "web", 80, &rule("other", 2), &vm);
    let target = ("ListenerRules", "ListenerRuleName", "one");
    let table = [("ListenerRuleNames", json!(["one"]), json!(["other", "on"]))];
    every_filter(&cloud, "ReadListenerRules", &json!({}), target, &table);
}

#[rstest]
#[case::no_name("ListenerRuleName", json!(""), "4059")]
#[case::action("Action", json!("redirect"), "4058")]
#[case::low("Priority", json!(0), "4047")]
#[case::high("Priority", json!(20000), "4047")]
#[case::no_pattern("PathPattern", Value::Null, "4046")]
#[case::empty_path("PathPattern", json!(""), "4049")]
#[case::long_path("PathPattern", json!("/".repeat(129)), "4049")]
#[case::wild_path("PathPattern", json!("/*/*/*/*"), "4049")]
#[case::odd_path("PathPattern", json!("/a%20b"), "4049")]
#[case::empty_host("HostNamePattern", json!(""), "4024")]
#[case::long_host("HostNamePattern", json!("a".repeat(129)), "4024")]
#[case::wild_host("HostNamePattern", json!("*.*.*.*"), "4024")]
#[case::odd_host("HostNamePattern", json!("a_b.example.com"), "4024")]
fn refusals(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let (cloud, vm) = web_and_vm();
    let mut rule = rule("one", 1);
    match value {
        Value::Null => drop(rule.as_object_mut().unwrap().remove(field)),
        value => rule[field] = value,
    }
    let (status, said, _) =
        refused_twice(&cloud, "CreateListenerRule", on("web", 80, &rule, &[&vm]));
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::longest_host("HostNamePattern", &"a".repeat(128))]
#[case::wild_host("HostNamePattern", "*.a-b?.*.*")]
#[case::longest_path("PathPattern", &"a".repeat(128))]
#[case::every_character("PathPattern", "/aZ0_-.$/~\"'@:+?***")]
fn patterns_that_fit(#[case] field: &str, #[case] pattern: &str) {
    let (cloud, vm) = web_and_vm();
    let mut rule = rule("one", 19999);
    rule[field] = json!(pattern);
    let made = make(&cloud, "web", 80, &rule, &vm);
    assert_eq!(made[field], pattern);
}

#[rstest]
#[case::no_balancer("nobody", 80, "i-00000000", "5030")]
#[case::no_listener("web", 81, "i-00000000", "5028")]
#[case::no_vm("web", 80, "i-00000000", "5063")]
#[case::another_kind("web", 80, "sg-00000000", "4104")]
fn references_are_checked_in_this_order(
    #[case] balancer: &str,
    #[case] port: u32,
    #[case] vm: &str,
    #[case] code: &str,
) {
    let input = on(balancer, port, &rule("one", 1), &[vm]);
    let (status, said, _) = refused_twice(&web(), "CreateListenerRule", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_rule_needs_a_vm() {
    let input = on("web", 80, &rule("one", 1), &[]);
    let (status, code, _) = refused_twice(&web(), "CreateListenerRule", input);
    assert_eq!((status, &*code), (400, "7999"));
}

#[test]
fn names_are_the_accounts_and_priorities_the_listeners() {
    let (cloud, vm) = web_and_vm();
    public(&cloud, "api");
    let listeners = json!({ "LoadBalancerName": "web", "Listeners": [http(81)] });
    cloud.call("CreateLoadBalancerListeners", listeners).ok();
    let first = make(&cloud, "web", 80, &rule("one", 1), &vm);
    for (balancer, port) in [("web", 80), ("web", 81), ("api", 80)] {
        let input = on(balancer, port, &rule("one", 2), &[&vm]);
        let (status, code, _) = refused_twice(&cloud, "CreateListenerRule", input);
        assert_eq!((status, &*code), (409, "9054"));
    }
    let input = on("web", 80, &rule("two", 1), &[&vm]);
    let (status, code, _) = refused_twice(&cloud, "CreateListenerRule", input);
    assert_eq!((status, &*code), (409, "9047"));
    let second = make(&cloud, "web", 81, &rule("two", 1), &vm);
    let third = make(&cloud, "web", 80, &rule("three", 2), &vm);
    assert_ne!(first["ListenerId"], second["ListenerId"]);
    assert_eq!(first["ListenerId"], third["ListenerId"]);
    assert_ne!(first["ListenerRuleId"], third["ListenerRuleId"]);
    // A name and a priority that were given back can be given again.
    cloud.call("DeleteListenerRule", rule_named("one")).ok();
    make(&cloud, "web", 80, &rule("one", 1), &vm);
}

#[test]
fn rules_go_with_their_listener_and_with_its_load_balancer() {
    let (cloud, vm) = web_and_vm();
    public(&cloud, "api");
    let listeners = json!({ "LoadBalancerName": "web", "Listeners": [http(81)] });
    cloud.call("CreateLoadBalancerListeners", listeners).ok();
    make(&cloud, "web", 80, &rule("one", 1), &vm);
    make(&cloud, "web", 81, &rule("two", 1), &vm);
    make(&cloud, "api", 80, &rule("three", 1), &vm);
    let gone = ports(&[80]);
    cloud.call("DeleteLoadBalancerListeners", gone).ok();
    assert_eq!(names(&cloud), ["two", "three"]);
    cloud.call("DeleteLoadBalancer", named("web")).ok();
    assert_eq!(names(&cloud), ["three"]);
    // A listener that comes back is another one.
    public(&cloud, "web");
    make(&cloud, "web", 80, &rule("one", 1), &vm);
}

#[test]
fn a_vm_that_ends_is_named_by_no_rule() {
    let (cloud, vm) = web_and_vm();
    let other = running(&cloud, json!({}));
    let input = on("web", 80, &rule("one", 1), &[&vm, &other]);
    cloud.call("CreateListenerRule", input).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    let read = cloud.call("ReadListenerRules", json!({})).ok();
    assert_eq!(read["ListenerRules"][0]["VmIds"], json!([other]));
}

#[rstest]
#[case::unknown(json!({ "ListenerRuleName": "nobody", "PathPattern": "/" }), "5029")]
#[case::nothing(json!({ "ListenerRuleName": "one" }), "7999")]
#[case::path(json!({ "ListenerRuleName": "one", "PathPattern": "" }), "4049")]
#[case::host(json!({ "ListenerRuleName": "one", "HostPattern": "a_b" }), "4024")]
#[case::none_left(json!({ "ListenerRuleName": "one", "PathPattern": null }), "4046")]
fn refused_changes(#[case] input: Value, #[case] code: &str) {
    let (cloud, vm) = web_and_vm();
    make(&cloud, "web", 80, &rule("one", 1), &vm);
    let (status, said, _) = refused_twice(&cloud, "UpdateListenerRule", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn rules_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    public(&other, "web");
    let vm = running(&other, json!({}));
    make(&other, "web", 80, &rule("one", 1), &vm);
    let changed = json!({ "ListenerRuleName": "one", "PathPattern": "/" });
    assert_eq!(
        refused_twice(&cloud, "UpdateListenerRule", changed).1,
        "5029"
    );
    let gone = refused_twice(&cloud, "DeleteListenerRule", rule_named("one"));
    assert_eq!(gone.1, "5029");
    assert!(names(&cloud).is_empty());
    // Nor do their VMs, and each account has names and priorities of its own.
    public(&cloud, "web");
    let input = on("web", 80, &rule("one", 1), &[&vm]);
    assert_eq!(refused_twice(&cloud, "CreateListenerRule", input).1, "5063");
    let own = running(&cloud, json!({}));
    make(&cloud, "web", 80, &rule("one", 1), &own);
}
