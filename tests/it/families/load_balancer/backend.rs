//! Backends: VMs by their identifiers and by their addresses, and how they do.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use super::{named, public, shown, wanted_in};
use crate::support::{builder, cloud, manual, refused_twice};
use crate::vm::{id, running, stopped, subnet, vm};

fn backends(vms: &[&str]) -> Value {
    json!({ "LoadBalancerName": "web", "BackendVmIds": vms })
}

#[track_caller]
fn register(cloud: &Cloud, vms: &[&str]) {
    cloud.call("RegisterVmsInLoadBalancer", backends(vms)).ok();
}

/// The state and the reason of each backend.
#[track_caller]
fn health(cloud: &Cloud) -> Vec<String> {
    let read = cloud.call("ReadVmsHealth", named("web")).ok();
    let read = read["BackendVmHealth"].as_array().cloned().expect("a list");
    read.iter()
        .map(|it| match it["StateReason"].as_str() {
            None => id(&it["State"]),
            Some(reason) => format!("{} {reason}", id(&it["State"])),
        })
        .collect()
}

/// A cloud with a load balancer `web` and a VM that runs.
fn one_of_each() -> (Cloud, String) {
    let cloud = cloud();
    public(&cloud, "web");
    let vm = running(&cloud, json!({}));
    (cloud, vm)
}

#[test]
fn health_follows_the_vm() {
    let (cloud, vm) = one_of_each();
    register(&cloud, &[&vm]);
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("StopVms", json!({ "VmIds": [vm] })).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("StartVms", json!({ "VmIds": [vm] })).ok();
    // A read of the health shows the VM's own transition once, like any other read of it.
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn linking_and_unlinking_by_identifier_and_by_address() {
    let (cloud, by_id) = one_of_each();
    let by_address = running(&cloud, json!({}));
    let address = crate::vm::shown(&cloud, &by_address)["PublicIp"].clone();
    let both = json!({
        "LoadBalancerName": "web",
        "BackendVmIds": [by_id, by_id],
        "BackendIps": [address],
    });
    let link = "LinkLoadBalancerBackendMachines";
    cloud.call(link, both.clone()).ok();
    // Once more is no more.
    cloud.call(link, both.clone()).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    cloud.call("ReadVmsHealth", named("web")).ok();
    let unlink = "UnlinkLoadBalancerBackendMachines";
    cloud.call(unlink, both.clone()).ok();
    cloud.call(unlink, both).ok();
    cloud.call("ReadLoadBalancers", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn the_pace_says_when_a_registration_ends() {
    let after = |pace: Pace| {
        let cloud = builder().pace(pace).build();
        public(&cloud, "web");
        let vm = running(&cloud, json!({}));
        register(&cloud, &[&vm]);
        cloud
    };
    let cloud = after(Pace::OnRead);
    assert_eq!([health(&cloud), health(&cloud)], [["DOWN ELB"], ["UP"]]);
    assert_eq!(health(&after(Pace::Immediate)), ["UP"]);
    let cloud = after(Pace::After(SignedDuration::from_secs(60)));
    assert_eq!(health(&cloud), ["DOWN ELB"]);
    cloud.clock().advance(SignedDuration::from_secs(59));
    assert_eq!(health(&cloud), ["DOWN ELB"]);
    cloud.clock().advance(SignedDuration::from_secs(1));
    assert_eq!(health(&cloud), ["UP"]);
    let cloud = after(Pace::Manual);
    assert_eq!([health(&cloud), health(&cloud)], [["DOWN ELB"]; 2]);
    cloud.settle();
    assert_eq!(health(&cloud), ["UP"]);
}

#[test]
fn who_waits_for_health_only_waits_for_the_vm_too() {
    let cloud = cloud();
    public(&cloud, "web");
    let pending = id(&vm(&cloud, json!({}))["VmId"]);
    register(&cloud, &[&pending]);
    assert_eq!([health(&cloud), health(&cloud)], [["DOWN ELB"], ["UP"]]);
}

#[test]
fn health_of_some_backends() {
    let (cloud, first) = one_of_each();
    let second = stopped(&cloud, json!({}));
    register(&cloud, &[&second, &first]);
    cloud.settle();
    // In the order in which they were registered.
    assert_eq!(health(&cloud), ["DOWN INSTANCE", "UP"]);
    let read = cloud.call("ReadVmsHealth", backends(&[&first])).ok();
    assert_eq!(
        read["BackendVmHealth"],
        json!([{ "State": "UP", "VmId": first }])
    );
    let other = running(&cloud, json!({}));
    for vm in [other.as_str(), "i-00000000"] {
        let (status, code, _) = refused_twice(&cloud, "ReadVmsHealth", backends(&[&first, vm]));
        assert_eq!((status, &*code), (400, "5063"));
    }
}

#[test]
fn a_read_of_one_backend_ends_no_others_registration() {
    let (cloud, first) = one_of_each();
    let second = running(&cloud, json!({}));
    register(&cloud, &[&first, &second]);
    cloud.call("ReadVmsHealth", backends(&[&first])).ok();
    assert_eq!(health(&cloud), ["UP", "DOWN ELB"]);
}

#[test]
fn a_vm_that_is_registered_anew_is_down_again() {
    let (cloud, vm) = one_of_each();
    register(&cloud, &[&vm]);
    cloud.settle();
    // As long as it is a backend, nothing happens.
    register(&cloud, &[&vm]);
    assert_eq!(health(&cloud), ["UP"]);
    let gone = backends(&[&vm]);
    cloud.call("DeregisterVmsInLoadBalancer", gone).ok();
    register(&cloud, &[&vm]);
    assert_eq!(health(&cloud), ["DOWN ELB"]);
}

#[test]
fn a_vm_is_a_backend_of_several() {
    let (cloud, vm) = one_of_each();
    public(&cloud, "api");
    let both = ["web", "api"];
    for name in both {
        let input = json!({ "LoadBalancerName": name, "BackendVmIds": [vm] });
        cloud.call("RegisterVmsInLoadBalancer", input).ok();
    }
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    for name in both {
        assert_eq!(shown(&cloud, name)["BackendVmIds"], json!([]));
    }
}

#[test]
fn all_must_be_in_one_net_or_in_the_public_cloud() {
    let cloud = cloud();
    let (_, here) = subnet(&cloud);
    let (_, there) = subnet(&cloud);
    let inside = running(&cloud, json!({ "SubnetId": here }));
    let elsewhere = running(&cloud, json!({ "SubnetId": there }));
    let outside = running(&cloud, json!({}));
    let input = wanted_in(&here, "web");
    cloud.call("CreateLoadBalancer", input).ok();
    public(&cloud, "open");
    let address = crate::vm::shown(&cloud, &outside)["PublicIp"].clone();
    for (name, property, backend) in [
        ("web", "BackendVmIds", json!(elsewhere)),
        ("web", "BackendVmIds", json!(outside)),
        ("web", "BackendIps", address),
        ("open", "BackendVmIds", json!(inside)),
    ] {
        let mut input = named(name);
        input[property] = json!([backend]);
        let operation = "LinkLoadBalancerBackendMachines";
        let (status, code, _) = refused_twice(&cloud, operation, input);
        assert_eq!((status, &*code), (400, "4086"), "{name} {backend}");
    }
    register(&cloud, &[&inside]);
}

#[rstest]
#[case::unknown(json!(["i-00000000"]), json!([]), "5063")]
#[case::another_kind(json!(["vol-00000000"]), json!([]), "4104")]
#[case::malformed(json!(["i-0"]), json!([]), "4105")]
#[case::nobodys_address(json!([]), json!(["192.0.2.1"]), "5025")]
#[case::no_address(json!([]), json!([""]), "5025")]
#[case::neither(json!([]), json!([]), "7999")]
fn refusals(#[case] vms: Value, #[case] addresses: Value, #[case] code: &str) {
    let (cloud, vm) = one_of_each();
    let mut input =
        json!({ "LoadBalancerName": "web", "BackendVmIds": vms, "BackendIps": addresses });
    let operation = "LinkLoadBalancerBackendMachines";
    let (status, said, _) = refused_twice(&cloud, operation, input.clone());
    assert_eq!((status, &*said), (400, code));
    // All or nothing.
    if code != "7999" {
        let both = json!([vm, vms[0]]);
        input["BackendVmIds"] = if vms[0].is_null() { json!([vm]) } else { both };
        assert_eq!(refused_twice(&cloud, operation, input).1, code);
        assert_eq!(shown(&cloud, "web")["BackendVmIds"], json!([]));
    }
}

#[rstest]
#[case::unknown("i-00000000", "5063")]
#[case::another_kind("vol-00000000", "4104")]
fn what_is_no_vm_cannot_be_taken_off(
    #[case] vm: &str,
    #[case] code: &str,
    #[values("DeregisterVmsInLoadBalancer", "UnlinkLoadBalancerBackendMachines")] operation: &str,
) {
    let (cloud, _) = one_of_each();
    let (status, said, _) = refused_twice(&cloud, operation, backends(&[vm]));
    assert_eq!((status, &*said), (400, code));
    assert_eq!(refused_twice(&cloud, operation, backends(&[])).1, "7999");
}

#[test]
fn vms_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    public(&cloud, "web");
    let theirs = running(&cloud.as_account("210987654321"), json!({}));
    let (status, code, _) =
        refused_twice(&cloud, "RegisterVmsInLoadBalancer", backends(&[&theirs]));
    assert_eq!((status, &*code), (400, "5063"));
}

#[test]
fn any_vm_that_is_not_ending_can_be_a_backend() {
    let cloud = manual();
    public(&cloud, "web");
    let pending = id(&vm(&cloud, json!({}))["VmId"]);
    register(&cloud, &[&pending]);
    cloud.settle();
    let cloud = manual();
    public(&cloud, "web");
    let ending = running(&cloud, json!({}));
    let gone = json!({ "VmIds": [ending] });
    cloud.call("DeleteVms", gone).ok();
    for _ in ["shutting-down", "terminated"] {
        let (status, code, _) =
            refused_twice(&cloud, "RegisterVmsInLoadBalancer", backends(&[&ending]));
        assert_eq!((status, &*code), (409, "6006"));
        cloud.settle();
    }
    // It can still be said to be none.
    let none = backends(&[&ending]);
    cloud.call("DeregisterVmsInLoadBalancer", none).ok();
}
