//! What `UpdateVm` refuses.

use mockscale::{Value, json};
use rstest::rstest;

use super::{running, stopped};
use crate::support::{cloud, refused};

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
    let (status, got, _) = refused(&cloud, "UpdateVm", change);
    assert_eq!((status, got.as_str()), (400, code));
}
