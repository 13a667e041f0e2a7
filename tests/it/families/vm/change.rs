//! What `UpdateVm` changes, and what it refuses.

use mockscale::{Value, json};
use rstest::rstest;

use super::{id, running, shown, stopped, subnet, vm};
use crate::support::{cloud, made, manual, refused, refused_twice, rehearsed};

#[rstest]
#[case::vm_type(json!({ "VmType": "tinav5.c1r1" }))]
#[case::performance(json!({ "Performance": "high" }))]
#[case::user_data(json!({ "UserData": "" }))]
#[case::nested(json!({ "NestedVirtualization": false }))]
fn some_changes_need_a_stopped_vm(#[case] mut change: Value) {
    let cloud = cloud();
    change["VmId"] = running(&cloud, json!({})).into();
    let (status, code, _) = refused(&cloud, "UpdateVm", change);
    assert_eq!((status, code.as_str()), (409, "6006"));
}

#[rstest]
#[case::vm(json!({ "VmId": "i-00000000" }), "5063")]
#[case::keypair(json!({ "KeypairName": "nobody" }), "5071")]
#[case::vm_type(json!({ "VmType": "t2.giant" }), "5024")]
#[case::behavior(json!({ "VmInitiatedShutdownBehavior": "explode" }), "4047")]
#[case::no_group(json!({ "SecurityGroupIds": [] }), "4047")]
#[case::group(json!({ "SecurityGroupIds": ["sg-00000000"] }), "5020")]
#[case::no_net(json!({ "IsSourceDestChecked": true }), "4046")]
#[case::device(json!({ "BlockDeviceMappings": [{ "DeviceName": "/dev/sdb", "Bsu": {} }] }), "4011")]
#[case::volume(json!({ "BlockDeviceMappings": [{ "DeviceName": "/dev/sda1", "Bsu": { "VolumeId": "vol-00000000" } }] }), "4011")]
#[case::device_name(json!({ "BlockDeviceMappings": [{ "DeviceName": "sdb" }] }), "4019")]
#[case::nested(json!({ "NestedVirtualization": true }), "4007")]
fn refused_changes(#[case] mut change: Value, #[case] code: &str) {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({}));
    if change.get("VmId").is_none() {
        change["VmId"] = vm_id.into();
    }
    let (status, got, _) = refused_twice(&cloud, "UpdateVm", change);
    assert_eq!((status, got.as_str()), (400, code));
}

/// Changes that need no stopped VM: what is sent, where the VM shows it, and what it shows.
#[rstest]
#[case::protection(json!({ "DeletionProtection": true }), "/DeletionProtection", json!(true))]
#[case::keypair(json!({ "KeypairName": "admin" }), "/KeypairName", json!("admin"))]
#[case::behavior(
    json!({ "VmInitiatedShutdownBehavior": "terminate" }),
    "/VmInitiatedShutdownBehavior",
    json!("terminate"),
)]
#[case::checked(json!({ "IsSourceDestChecked": false }), "/IsSourceDestChecked", json!(false))]
#[case::checked_card(
    json!({ "IsSourceDestChecked": false }),
    "/Nics/0/IsSourceDestChecked",
    json!(false),
)]
#[case::volume(
    json!({ "BlockDeviceMappings": [
        { "DeviceName": "/dev/sda1", "Bsu": { "DeleteOnVmDeletion": false } },
    ] }),
    "/BlockDeviceMappings/0/Bsu/DeleteOnVmDeletion",
    json!(false),
)]
// It does nothing, says the text.
#[case::optimized(json!({ "BsuOptimized": true }), "/BsuOptimized", json!(false))]
fn live_changes(
    #[case] mut change: Value,
    #[case] pointer: &str,
    #[case] expected: Value,
    #[values("pending", "running", "stopping", "stopped")] state: &str,
) {
    let cloud = manual();
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair).ok();
    let (_, subnet) = subnet(&cloud);
    let vm_id = id(&vm(&cloud, json!({ "SubnetId": subnet }))["VmId"]);
    if state != "pending" {
        cloud.settle();
    }
    if state.starts_with("stop") {
        cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    }
    if state == "stopped" {
        cloud.settle();
    }
    change["VmId"] = json!(vm_id);
    rehearsed(&cloud, "UpdateVm", change.clone());
    let answer = cloud.call("UpdateVm", change).ok();
    assert_eq!(answer["Vm"]["State"], state);
    assert_eq!(answer["Vm"].pointer(pointer), Some(&expected));
    assert_eq!(answer["Vm"], shown(&cloud, &vm_id));
}

#[test]
fn groups_of_a_vm_in_the_public_cloud() {
    let cloud = cloud();
    let group = |name: &str| {
        let ask = json!({ "Description": name, "SecurityGroupName": name });
        let id = "/SecurityGroup/SecurityGroupId";
        made(&cloud, "CreateSecurityGroup", ask, id)
    };
    let mut groups = vec![group("web"), group("db")];
    let vm_id = running(&cloud, json!({}));
    let before = shown(&cloud, &vm_id)["SecurityGroups"].clone();
    assert_eq!(before[0]["SecurityGroupName"], "default");
    groups.sort();
    groups.reverse();
    let change = json!({ "SecurityGroupIds": groups, "VmId": vm_id });
    cloud.call("UpdateVm", change).ok();
    let after = shown(&cloud, &vm_id)["SecurityGroups"].clone();
    let shown: Vec<_> = after.as_array().expect("groups").iter().collect();
    let shown: Vec<_> = shown.iter().map(|it| id(&it["SecurityGroupId"])).collect();
    groups.reverse();
    assert_eq!(shown, groups);
    let (net, _) = subnet(&cloud);
    let ask = json!({ "Description": "net", "NetId": net, "SecurityGroupName": "net" });
    let of_net = made(
        &cloud,
        "CreateSecurityGroup",
        ask,
        "/SecurityGroup/SecurityGroupId",
    );
    let change = json!({ "SecurityGroupIds": [of_net], "VmId": vm_id });
    assert_eq!(refused_twice(&cloud, "UpdateVm", change).1, "4086");
}

#[rstest]
#[case("shutting-down")]
#[case("terminated")]
fn nothing_changes_a_vm_that_goes(#[case] state: &str) {
    let cloud = manual();
    let vm_id = running(&cloud, json!({}));
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    if state == "terminated" {
        cloud.settle();
    }
    let change = json!({ "DeletionProtection": true, "VmId": vm_id });
    let (status, code, _) = refused_twice(&cloud, "UpdateVm", change);
    assert_eq!((status, code.as_str()), (409, "6006"));
    assert_eq!(shown(&cloud, &vm_id)["State"], state);
}

#[test]
fn a_vm_stays_large_enough_for_its_cards() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm_id = stopped(
        &cloud,
        json!({
            "VmType": "m3.large",
            "Nics": [{ "DeviceNumber": 0, "SubnetId": subnet, "SecondaryPrivateIpCount": 4 }],
        }),
    );
    let change = json!({ "VmId": vm_id, "VmType": "t2.small" });
    let (status, code, _) = refused_twice(&cloud, "UpdateVm", change);
    assert_eq!((status, code.as_str()), (400, "10021"));
    let change = json!({ "VmId": vm_id, "VmType": "m3.xlarge" });
    cloud.call("UpdateVm", change).ok();
}

/// What a type says of the performance, and what a request says.
#[rstest]
#[case::asked(json!({ "Performance": "medium" }), "tinav5.c2r2", "medium")]
#[case::kept(json!({ "VmType": "tinav5.c4r4" }), "tinav5.c4r4", "high")]
#[case::flag(json!({ "VmType": "tinav5.c2r2p1" }), "tinav5.c2r2p1", "highest")]
#[case::flag_wins(
    json!({ "VmType": "tinav5.c2r2p1", "Performance": "medium" }),
    "tinav5.c2r2p1",
    "highest",
)]
fn types_and_performance(
    #[case] mut change: Value,
    #[case] vm_type: &str,
    #[case] performance: &str,
) {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({ "VmType": "tinav5.c2r2" }));
    change["VmId"] = json!(vm_id);
    cloud.call("UpdateVm", change).ok();
    let shown = shown(&cloud, &vm_id);
    assert_eq!(shown["VmType"], vm_type);
    assert_eq!(shown["Performance"], performance);
}
