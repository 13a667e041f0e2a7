//! The states of a VM, and the calls that change them.

use std::collections::BTreeSet;

use mockscale::{Value, json};
use rstest::rstest;

use super::{LINUX, id, running, shown, stopped, subnet, vm};
use crate::support::{builder, cloud, made, manual, refused, refused_twice, selected};

/// What each call answers for a VM in each state: the new state, or the code of the refusal.
#[rstest]
#[case("pending", "StartVms", "6006")]
#[case("pending", "StopVms", "9039")]
#[case("pending", "RebootVms", "6006")]
#[case("pending", "DeleteVms", "shutting-down")]
#[case("running", "StartVms", "9002")]
#[case("running", "StopVms", "stopping")]
#[case("running", "RebootVms", "running")]
#[case("running", "DeleteVms", "shutting-down")]
#[case("stopping", "StartVms", "6006")]
#[case("stopping", "StopVms", "stopping")]
#[case("stopping", "RebootVms", "6006")]
#[case("stopping", "DeleteVms", "shutting-down")]
#[case("stopped", "StartVms", "pending")]
#[case("stopped", "StopVms", "stopped")]
#[case("stopped", "RebootVms", "6006")]
#[case("stopped", "DeleteVms", "shutting-down")]
#[case("shutting-down", "StartVms", "6006")]
#[case("shutting-down", "StopVms", "6006")]
#[case("shutting-down", "RebootVms", "6006")]
#[case("shutting-down", "DeleteVms", "shutting-down")]
#[case("terminated", "StartVms", "6006")]
#[case("terminated", "StopVms", "6006")]
#[case("terminated", "RebootVms", "6006")]
#[case("terminated", "DeleteVms", "terminated")]
fn states(#[case] state: &str, #[case] operation: &str, #[case] expected: &str) {
    let cloud = manual();
    let vm_id = id(&vm(&cloud, json!({}))["VmId"]);
    let named = json!({ "VmIds": [vm_id] });
    if !matches!(state, "pending") {
        cloud.settle();
    }
    match state {
        "stopping" | "stopped" => drop(cloud.call("StopVms", named.clone()).ok()),
        "shutting-down" | "terminated" => drop(cloud.call("DeleteVms", named.clone()).ok()),
        _ => {}
    }
    if matches!(state, "stopped" | "terminated") {
        cloud.settle();
    }
    if expected.chars().all(|c| c.is_ascii_digit()) {
        let (status, code, _) = refused(&cloud, operation, named);
        assert_eq!((status, code.as_str()), (409, expected));
        return;
    }
    let answer = cloud.call(operation, named).ok();
    if operation != "RebootVms" {
        let changed = json!([{ "VmId": vm_id, "PreviousState": state, "CurrentState": expected }]);
        assert_eq!(answer["Vms"], changed);
    }
}

#[rstest]
#[case("StartVms")]
#[case("StopVms")]
#[case("RebootVms")]
#[case("DeleteVms")]
fn one_unknown_vm_refuses_all(#[case] operation: &str) {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let ask = json!({ "VmIds": [vm_id, "i-00000000"] });
    let (status, code, details) = refused(&cloud, operation, ask);
    assert_eq!((status, code.as_str()), (400, "5063"));
    assert_eq!(details, "The VmId 'i-00000000' doesn't exist.");
}

/// A VM whose state is in the way keeps the others of the call as they are.
#[rstest]
#[case("StartVms", "stopped", "running", "9002")]
#[case("StopVms", "running", "pending", "9039")]
#[case("RebootVms", "running", "stopped", "6006")]
fn one_wrong_state_refuses_all(
    #[case] operation: &str,
    #[case] fits: &str,
    #[case] other: &str,
    #[case] code: &str,
) {
    let cloud = manual();
    let in_state = |state: &str| match state {
        "running" => running(&cloud, json!({})),
        "stopped" => stopped(&cloud, json!({})),
        _ => id(&vm(&cloud, json!({}))["VmId"]),
    };
    let vms = [in_state(fits), in_state(other)];
    let ask = json!({ "VmIds": vms });
    assert_eq!(refused_twice(&cloud, operation, ask).1, code);
    assert_eq!(shown(&cloud, &vms[0])["State"], fits);
}

/// assumed: no VM is none too many.
#[rstest]
fn no_vm_at_all_is_no_fault(
    #[values("StartVms", "StopVms", "RebootVms", "DeleteVms")] operation: &str,
) {
    let answer = cloud().call(operation, json!({ "VmIds": [] })).ok();
    assert!(answer.body().get("Vms").is_none_or(|vms| *vms == json!([])));
}

#[rstest]
#[case("vol-00000000", "4104")]
#[case("i-0", "4105")]
fn what_can_be_no_vm_is_told(
    #[case] odd: &str,
    #[case] code: &str,
    #[values("StartVms", "StopVms", "RebootVms", "DeleteVms")] operation: &str,
) {
    let ask = json!({ "VmIds": [odd] });
    assert_eq!(refused_twice(&cloud(), operation, ask).1, code);
}

#[rstest]
#[case("vol-00000000", "4104")]
#[case("i-0", "4105")]
fn what_can_be_no_vm_is_told_alone(
    #[case] odd: &str,
    #[case] code: &str,
    #[values("UpdateVm", "ReadAdminPassword", "ReadConsoleOutput")] operation: &str,
) {
    let ask = json!({ "VmId": odd });
    assert_eq!(refused_twice(&cloud(), operation, ask).1, code);
}

#[test]
fn states_are_read_of_all_vms_or_of_those_that_run() {
    let cloud = manual();
    let down = stopped(&cloud, json!({}));
    let gone = running(&cloud, json!({}));
    cloud.call("DeleteVms", json!({ "VmIds": [gone] })).ok();
    cloud.settle();
    let stopping = running(&cloud, json!({}));
    cloud.call("StopVms", json!({ "VmIds": [stopping] })).ok();
    let pending = id(&vm(&cloud, json!({}))["VmId"]);
    let states = |ask: Value| -> Vec<(String, String)> {
        let read = cloud.call("ReadVmsState", ask).ok();
        let states = read["VmStates"].as_array().into_iter().flatten();
        states
            .map(|it| (id(&it["VmId"]), id(&it["VmState"])))
            .collect()
    };
    let told = |vm: &String, state: &str| (vm.clone(), state.to_owned());
    let mut all = states(json!({ "AllVms": true }));
    all.sort();
    let mut expected = [
        told(&down, "stopped"),
        told(&gone, "terminated"),
        told(&stopping, "stopping"),
        told(&pending, "pending"),
    ];
    expected.sort();
    assert_eq!(all, expected);
    let of_state =
        |all: bool| states(json!({ "AllVms": all, "Filters": { "VmStates": ["stopped"] } }));
    assert_eq!(of_state(true), [told(&down, "stopped")]);
    assert_eq!(of_state(false), []);
}

#[test]
fn a_protected_vm_protects_the_others_of_the_call() {
    let cloud = cloud();
    let free = running(&cloud, json!({}));
    let safe = running(&cloud, json!({ "DeletionProtection": true }));
    let both = json!({ "VmIds": [free, safe] });
    let (status, code, _) = refused(&cloud, "DeleteVms", both.clone());
    assert_eq!((status, code.as_str()), (400, "8018"));
    assert_eq!(shown(&cloud, &free)["State"], "running");
    assert_eq!(
        shown(&cloud, &free)["BlockDeviceMappings"][0]["Bsu"]["State"],
        "attached"
    );
    let lift = json!({ "VmId": safe, "DeletionProtection": false });
    cloud.call("UpdateVm", lift).ok();
    cloud.call("DeleteVms", both).ok();
    assert_eq!(shown(&cloud, &safe)["State"], "terminated");
}

#[rstest]
#[case("stop", &["stopping", "stopped", "stopped"])]
#[case("restart", &["stopping", "stopped", "pending", "running"])]
#[case("terminate", &["stopping", "terminated"])]
fn what_a_stop_leads_to(#[case] behavior: &str, #[case] seen: &[&str]) {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({ "VmInitiatedShutdownBehavior": behavior }));
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    for state in seen {
        assert_eq!(shown(&cloud, &vm_id)["State"], *state);
    }
}

/// A stop that ends a VM frees what a deletion frees; protection is against deletions alone.
#[rstest]
fn a_stop_that_ends_a_vm_frees_what_it_used(#[values(false, true)] protected: bool) {
    let cloud = builder().quota("vm_limit", 1).build();
    let (_, subnet) = subnet(&cloud);
    let ask = json!({
        "DeletionProtection": protected,
        "SubnetId": subnet,
        "VmInitiatedShutdownBehavior": "terminate",
    });
    let vm_id = running(&cloud, ask);
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.settle();
    let ended = shown(&cloud, &vm_id);
    assert_eq!(ended["State"], "terminated");
    assert_eq!((ended.get("Nics"), ended.get("NetId")), (None, None));
    let volumes = cloud.call("ReadVolumes", json!({})).ok();
    let cards = cloud.call("ReadNics", json!({})).ok();
    assert_eq!(
        (&volumes["Volumes"], &cards["Nics"]),
        (&json!([]), &json!([]))
    );
    // The quota too.
    vm(&cloud, json!({}));
}

/// Between its stop and its start by itself a VM is stopped like any other.
#[rstest]
#[case("StartVms", "running")]
#[case("StopVms", "running")]
#[case("DeleteVms", "terminated")]
fn a_vm_that_restarts_can_be_told_otherwise(#[case] operation: &str, #[case] then: &str) {
    let cloud = cloud();
    let ask = json!({ "VmInitiatedShutdownBehavior": "restart" });
    let vm_id = running(&cloud, ask);
    let before = shown(&cloud, &vm_id)["PublicIp"].clone();
    let named = json!({ "VmIds": [vm_id] });
    cloud.call("StopVms", named.clone()).ok();
    assert_eq!(shown(&cloud, &vm_id)["State"], "stopping");
    let waits = shown(&cloud, &vm_id);
    assert_eq!(
        (&waits["State"], waits.get("PublicIp")),
        (&json!("stopped"), None)
    );
    drop(cloud.call(operation, named));
    cloud.settle();
    let now = shown(&cloud, &vm_id);
    assert_eq!(now["State"], then);
    assert!(then != "running" || now["PublicIp"].is_string() && now["PublicIp"] != before);
}

#[test]
fn a_reason_is_given_for_a_vm_that_does_not_run() {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({}));
    assert_ne!(shown(&cloud, &vm_id)["StateReason"], "");
    cloud.call("StartVms", json!({ "VmIds": [vm_id] })).ok();
    assert_eq!(shown(&cloud, &vm_id)["StateReason"], "");
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).error();
    cloud.settle();
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    assert_ne!(shown(&cloud, &vm_id)["StateReason"], "");
}

/// What a VM uses is free when it is terminated, and not before.
#[test]
fn a_vm_holds_what_it_uses_to_its_end() {
    let cloud = manual();
    let (net, subnet) = subnet(&cloud);
    let ask = json!({ "NetId": net, "SecurityGroupName": "web", "Description": "web" });
    let group = made(
        &cloud,
        "CreateSecurityGroup",
        ask,
        "/SecurityGroup/SecurityGroupId",
    );
    let vm_id = running(
        &cloud,
        json!({
            "SecurityGroupIds": [group],
            "SubnetId": subnet,
            "BlockDeviceMappings": [
                { "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 1, "DeleteOnVmDeletion": false } },
            ],
        }),
    );
    let volume = &shown(&cloud, &vm_id)["BlockDeviceMappings"][1]["Bsu"]["VolumeId"];
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    let deletions = [
        (
            "DeleteSecurityGroup",
            json!({ "SecurityGroupId": group }),
            "9085",
        ),
        ("DeleteSubnet", json!({ "SubnetId": subnet }), "9095"),
        ("DeleteVolume", json!({ "VolumeId": volume }), "6007"),
    ];
    for (operation, ask, code) in deletions.clone() {
        let (status, got, _) = refused(&cloud, operation, ask);
        assert_eq!((status, got.as_str()), (409, code));
    }
    cloud.settle();
    for (operation, ask, _) in deletions {
        cloud.call(operation, ask).ok();
    }
}

#[test]
fn force_changes_nothing_about_a_stop() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let stop = json!({ "ForceStop": true, "VmIds": [vm_id] });
    let answer = cloud.call("StopVms", stop.clone()).ok();
    assert_eq!(answer["Vms"][0]["CurrentState"], "stopping");
    assert_eq!(shown(&cloud, &vm_id)["State"], "stopping");
    let again = cloud.call("StopVms", stop).ok();
    assert_eq!(again["Vms"][0]["PreviousState"], "stopped");
}

fn fields(vm: &Value) -> BTreeSet<&str> {
    let fields = vm.as_object().into_iter().flatten();
    fields.map(|(field, _)| field.as_str()).collect()
}

#[rstest]
#[case::public_cloud(
    false,
    &["Nics", "PrivateDnsName", "PrivateIp", "PublicDnsName", "PublicIp", "SecurityGroups"],
)]
#[case::net(
    true,
    &["NetId", "Nics", "PrivateDnsName", "PrivateIp", "SecurityGroups", "SubnetId"],
)]
fn what_a_terminated_vm_shows(#[case] in_net: bool, #[case] no_more: &[&str]) {
    let cloud = cloud();
    let mut ask = json!({ "ClientToken": "once", "KeypairName": "admin" });
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair).ok();
    if in_net {
        ask["SubnetId"] = subnet(&cloud).1.into();
    }
    let vm_id = running(&cloud, ask);
    let up = shown(&cloud, &vm_id);
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    let down = shown(&cloud, &vm_id);
    let lost: Vec<_> = fields(&up).difference(&fields(&down)).copied().collect();
    assert_eq!(lost, no_more);
    assert!(fields(&down).is_subset(&fields(&up)));
    assert_eq!(down["BlockDeviceMappings"], json!([]));
    assert_eq!(down["State"], "terminated");
    let volume = &up["BlockDeviceMappings"][0]["Bsu"]["VolumeId"];
    let group = &up["SecurityGroups"][0]["SecurityGroupId"];
    for (filter, value, matches) in [
        ("BlockDeviceMappingVolumeIds", json!([volume]), false),
        (
            "NetIds",
            json!([up["NetId"].as_str().unwrap_or("vpc-00000000")]),
            false,
        ),
        ("NicStates", json!(["in-use", "available"]), false),
        ("PrivateIps", json!([up["PrivateIp"]]), false),
        ("SecurityGroupIds", json!([group]), false),
        ("VmSecurityGroupIds", json!([group]), false),
        ("ClientTokens", json!(["once"]), true),
        ("ImageIds", json!([LINUX]), true),
        ("KeypairNames", json!(["admin"]), true),
        ("VmStateCodes", json!([48]), true),
        ("VmStateNames", json!(["terminated"]), true),
    ] {
        let found = selected(&cloud, "ReadVms", filter, &value);
        assert_eq!(found == 1, matches, "{filter}");
    }
}
