//! Reading VMs, their states, types, consoles and passwords.

use mockscale::{Value, json};
use rstest::rstest;

use super::{LINUX, WINDOWS, id, running, stopped, subnet, vm};
use crate::support::{builder, cloud, pages_of_one, refused};

#[test]
fn states_are_of_running_vms_unless_all_are_wanted() {
    let cloud = cloud();
    let up = running(&cloud, json!({}));
    let down = stopped(&cloud, json!({}));
    let states = |input: Value| {
        let reply = cloud.call("ReadVmsState", input).ok();
        let states = reply["VmStates"].as_array().unwrap().clone();
        states
            .iter()
            .map(|state| id(&state["VmId"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(states(json!({})), [up.as_str()]);
    assert_eq!(states(json!({ "AllVms": true })), [&*up, &*down]);
    assert!(states(json!({ "Filters": { "VmIds": [down] } })).is_empty());
}

#[test]
fn a_wait_for_a_state_ends() {
    let cloud = cloud();
    vm(&cloud, json!({}));
    let wait = json!({ "AllVms": true, "Filters": { "VmStates": ["running"] } });
    let first = cloud.call("ReadVmsState", wait.clone()).ok();
    assert_eq!(first["VmStates"], json!([]));
    let second = cloud.call("ReadVmsState", wait).ok();
    assert_eq!(second["VmStates"][0]["VmState"], "running");
}

#[rstest]
#[case("not-an-identifier", "4104")]
#[case("i-xyz", "4105")]
fn malformed_ids_in_the_filter(#[case] vm_id: &str, #[case] code: &str) {
    let cloud = cloud();
    let filter = json!({ "Filters": { "VmIds": [vm_id] } });
    let (status, got, _) = refused(&cloud, "ReadVms", filter.clone());
    assert_eq!((status, got.as_str()), (400, code));
    let states = cloud.call("ReadVmsState", filter).ok();
    assert_eq!(states["VmStates"], json!([]));
}

#[test]
fn console_and_password() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({ "ImageId": WINDOWS }));
    let one = json!({ "VmId": vm_id });
    let password = cloud.call("ReadAdminPassword", one.clone()).ok();
    assert_eq!(password["AdminPassword"], "");
    assert_eq!(password["VmId"], json!(vm_id));
    let console = cloud.call("ReadConsoleOutput", one).ok();
    assert_ne!(console["ConsoleOutput"], "");
    for operation in ["ReadAdminPassword", "ReadConsoleOutput"] {
        let (_, code, _) = refused(&cloud, operation, json!({ "VmId": "i-00000000" }));
        assert_eq!(code, "5063");
    }
}

#[test]
fn a_vm_that_never_ran_says_nothing() {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({}));
    let one = json!({ "VmId": vm_id });
    let output = || cloud.call("ReadConsoleOutput", one.clone()).ok()["ConsoleOutput"].clone();
    assert_eq!(output(), "");
    cloud.call("StartVms", json!({ "VmIds": [vm_id] })).ok();
    assert_eq!(output(), "");
    cloud.settle();
    assert_ne!(output(), "");
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.settle();
    assert_ne!(output(), "");
}

#[rstest]
#[case::linux(LINUX, false)]
#[case::windows(WINDOWS, true)]
fn the_console_of_a_windows_is_silent_after_its_first_boot(
    #[case] image: &str,
    #[case] silent: bool,
    #[values(&["StopVms", "StartVms"], &["RebootVms"])] again: &[&str],
) {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({ "ImageId": image }));
    let one = json!({ "VmId": vm_id });
    let output = || cloud.call("ReadConsoleOutput", one.clone()).ok()["ConsoleOutput"].clone();
    assert_ne!(output(), "");
    for operation in again {
        cloud.call(operation, json!({ "VmIds": [vm_id] })).ok();
        cloud.settle();
    }
    assert_eq!(output() == "", silent);
}

#[test]
fn types_come_in_pages() {
    let cloud = cloud();
    let all = cloud.call("ReadVmTypes", json!({})).ok();
    let all = all["VmTypes"].as_array().unwrap().len();
    let page = cloud
        .call("ReadVmTypes", json!({ "ResultsPerPage": all - 1 }))
        .ok();
    let rest = cloud
        .call(
            "ReadVmTypes",
            json!({ "NextPageToken": page["NextPageToken"] }),
        )
        .ok();
    assert_eq!(rest["VmTypes"].as_array().unwrap().len(), 1);
}

#[test]
fn vms_and_their_states_come_in_pages() {
    let cloud = cloud();
    let ask = json!({ "ImageId": LINUX, "MinVmsCount": 3 });
    cloud.call("CreateVms", ask).ok();
    cloud.settle();
    stopped(&cloud, json!({}));
    assert_eq!(pages_of_one(&cloud, "ReadVms", "Vms"), 4);
    assert_eq!(pages_of_one(&cloud, "ReadVmsState", "VmStates"), 3);
}

/// What typed clients take for granted of a VM that is not terminated, but for `OsFamily`, which
/// was never recorded.
const ALWAYS: &[&str] = &[
    "Architecture",
    "BlockDeviceMappings",
    "CreationDate",
    "DeletionProtection",
    "Hypervisor",
    "ImageId",
    "LaunchNumber",
    "NestedVirtualization",
    "Nics",
    "Performance",
    "Placement",
    "PrivateIp",
    "ProductCodes",
    "ReservationId",
    "RootDeviceName",
    "RootDeviceType",
    "SecurityGroups",
    "State",
    "StateReason",
    "Tags",
    "UserData",
    "VmId",
    "VmInitiatedShutdownBehavior",
    "VmType",
];
/// The same of a card that it shows.
const ALWAYS_OF_A_CARD: &[&str] = &[
    "AccountId",
    "Description",
    "IsSourceDestChecked",
    "LinkNic",
    "MacAddress",
    "NetId",
    "NicId",
    "PrivateDnsName",
    "PrivateIps",
    "SecurityGroups",
    "State",
    "SubnetId",
];
/// Fields that nothing has a value for: they are absent, not empty.
const ABSENT: &[&str] = &["ClientToken", "KeypairName", "OsFamily"];

#[rstest]
#[case::public_cloud(false)]
#[case::net(true)]
fn what_every_vm_shows(#[case] in_net: bool) {
    let cloud = cloud();
    let mut ask = json!({ "ImageId": LINUX, "BootOnCreation": false });
    if in_net {
        ask["SubnetId"] = subnet(&cloud).1.into();
    }
    let made = cloud.call("CreateVms", ask).ok()["Vms"][0].clone();
    let named = json!({ "VmIds": [made["VmId"]] });
    let read = || cloud.call("ReadVms", json!({})).ok()["Vms"][0].clone();
    let mut seen = vec![made, read(), read()];
    for operation in ["StartVms", "StopVms"] {
        cloud.call(operation, named.clone()).ok();
        seen.extend([read(), read()]);
    }
    let states: Vec<_> = seen.iter().map(|vm| vm["State"].as_str()).collect();
    let states: Vec<_> = states.into_iter().flatten().collect();
    let wanted = [
        "pending", "pending", "stopped", "pending", "running", "stopping", "stopped",
    ];
    assert_eq!(states, wanted);
    for vm in seen {
        for field in ALWAYS {
            assert!(!vm[field].is_null(), "no {field} in {vm}");
        }
        for field in ABSENT {
            assert_eq!(vm.get(field), None, "{vm}");
        }
        assert_eq!(vm.get("NetId").is_some(), in_net);
        let cards = vm["Nics"].as_array().expect("a list");
        assert_eq!(cards.len(), usize::from(in_net));
        for field in ALWAYS_OF_A_CARD {
            assert!(
                cards.iter().all(|card| !card[field].is_null()),
                "no {field} in {vm}"
            );
        }
    }
}

#[test]
fn another_account_sees_nothing_of_it() {
    let cloud = builder().account("111111111111").build();
    let vm_id = running(&cloud, json!({}));
    let other = cloud.as_account("111111111111");
    assert_eq!(other.call("ReadVms", json!({})).ok()["Vms"], json!([]));
    let states = other.call("ReadVmsState", json!({ "AllVms": true })).ok();
    assert_eq!(states["VmStates"], json!([]));
    let stop = other.call("StopVms", json!({ "VmIds": [vm_id] }));
    assert_eq!(stop.error().unwrap().code, "5063");
}
