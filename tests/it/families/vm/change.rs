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
#[case::user_data(json!({ "UserData": "no Base64!" }), "4047")]
#[case::much_user_data(json!({ "UserData": "A".repeat(700_000) }), "4106")]
#[case::one_wrong_of_several(
    json!({
        "BlockDeviceMappings": [{ "DeviceName": "/dev/sdz", "Bsu": { "DeleteOnVmDeletion": false } }],
        "DeletionProtection": true,
        "UserData": "aGk=",
    }),
    "4011"
)]
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
#[case::without_a_flag_again(json!({ "VmType": "tinav5.c1r1" }), "tinav5.c1r1", "high")]
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

/// assumed: where the type says it all, a request may say otherwise, and the type stays.
#[rstest]
#[case("tinav5.c2r2p1")]
#[case("t2.small")]
fn performance_beside_a_type_that_says_it(#[case] vm_type: &str) {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({ "VmType": vm_type }));
    let change = json!({ "Performance": "medium", "VmId": vm_id });
    let now = cloud.call("UpdateVm", change).ok()["Vm"].clone();
    assert_eq!(
        (&now["VmType"], &now["Performance"]),
        (&json!(vm_type), &json!("medium"))
    );
    // A type that says nothing keeps it.
    let change = json!({ "VmId": vm_id, "VmType": "tinav5.c2r2" });
    let now = cloud.call("UpdateVm", change).ok()["Vm"].clone();
    assert_eq!(now["Performance"], "medium");
}

#[test]
fn of_several_cards_the_primary_one_changes() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let cards = json!([
        { "DeviceNumber": 0, "SubnetId": subnet }, { "DeviceNumber": 1, "SubnetId": subnet },
    ]);
    let vm_id = running(&cloud, json!({ "Nics": cards }));
    let group = json!({ "Description": "web", "NetId": net, "SecurityGroupName": "web" });
    let group = made(
        &cloud,
        "CreateSecurityGroup",
        group,
        "/SecurityGroup/SecurityGroupId",
    );
    let before = shown(&cloud, &vm_id)["Nics"].clone();
    let change = json!({
        "IsSourceDestChecked": false, "SecurityGroupIds": [group], "VmId": vm_id,
    });
    cloud.call("UpdateVm", change).ok();
    let after = shown(&cloud, &vm_id)["Nics"].clone();
    assert_eq!(after[0]["IsSourceDestChecked"], false);
    assert_eq!(after[0]["SecurityGroups"][0]["SecurityGroupId"], group);
    assert_eq!(after[1], before[1]);
}

/// assumed: of two mappings for one device the later counts.
#[test]
fn a_device_that_is_named_twice() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let flag = |goes: bool| json!({ "DeviceName": "/dev/sda1", "Bsu": { "DeleteOnVmDeletion": goes, "VolumeId": "" } });
    let change = json!({ "BlockDeviceMappings": [flag(true), flag(false)], "VmId": vm_id });
    let now = cloud.call("UpdateVm", change).ok();
    let bsu = &now["Vm"]["BlockDeviceMappings"][0]["Bsu"];
    assert_eq!(bsu["DeleteOnVmDeletion"], false);
}
