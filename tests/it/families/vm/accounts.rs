//! Two accounts: what is one's own, the other can neither use nor change.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{LINUX, running, shown, subnet, vm};
use crate::support::{builder, made, refused_twice};

const OTHER: &str = "111111111111";

/// The clouds of two accounts.
fn two() -> (Cloud, Cloud) {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    (cloud, other)
}

fn group(cloud: &Cloud) -> String {
    let ask = json!({ "Description": "web", "SecurityGroupName": "web" });
    let id = "/SecurityGroup/SecurityGroupId";
    made(cloud, "CreateSecurityGroup", ask, id)
}

#[test]
fn nothing_of_another_account_makes_a_vm() {
    let (cloud, other) = two();
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair.clone()).ok();
    let group = group(&cloud);
    let (_, subnet_id) = subnet(&cloud);
    let nic = json!({ "SubnetId": subnet_id });
    let nic = made(&cloud, "CreateNic", nic, "/Nic/NicId");
    let host = json!({ "CpuGeneration": 5, "Name": "mine", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let host = made(&cloud, "CreateDedicatedGroup", host, id);
    let (_, theirs) = subnet(&other);
    for (mut ask, expected) in [
        (keypair, "5071"),
        (json!({ "SecurityGroupIds": [group] }), "5020"),
        (json!({ "SecurityGroups": ["web"] }), "5021"),
        (json!({ "SubnetId": subnet_id }), "5057"),
        (
            json!({ "Nics": [{ "DeviceNumber": 0, "SubnetId": subnet_id }] }),
            "5057",
        ),
        (
            json!({ "Nics": [{ "DeviceNumber": 0, "NicId": nic }] }),
            "5036",
        ),
        (
            json!({ "Nics": [
                { "DeviceNumber": 0, "SubnetId": theirs, "SecurityGroupIds": [group] },
            ] }),
            "5020",
        ),
        (json!({ "Placement": { "Tenancy": host } }), "5050"),
    ] {
        ask["ImageId"] = LINUX.into();
        let (status, code, _) = refused_twice(&other, "CreateVms", ask);
        assert_eq!((status, code.as_str()), (400, expected));
    }
}

#[rstest]
#[case::delete("DeleteVms", "VmIds")]
#[case::reboot("RebootVms", "VmIds")]
#[case::start("StartVms", "VmIds")]
#[case::stop("StopVms", "VmIds")]
#[case::password("ReadAdminPassword", "VmId")]
#[case::console("ReadConsoleOutput", "VmId")]
#[case::update("UpdateVm", "VmId")]
fn a_vm_is_its_owners(#[case] operation: &str, #[case] property: &str) {
    let (cloud, other) = two();
    let vm_id = running(&cloud, json!({}));
    let named = if property == "VmIds" {
        json!([vm_id])
    } else {
        json!(vm_id)
    };
    let (status, code, _) = refused_twice(&other, operation, json!({ property: named }));
    assert_eq!((status, code.as_str()), (400, "5063"));
    assert_eq!(shown(&cloud, &vm_id)["State"], "running");
}

#[test]
fn nothing_of_another_account_changes_a_vm() {
    let (cloud, other) = two();
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair).ok();
    let group = group(&cloud);
    let vm_id = running(&other, json!({}));
    for (field, value, expected) in [
        ("KeypairName", json!("admin"), "5071"),
        ("SecurityGroupIds", json!([group]), "5020"),
    ] {
        let ask = json!({ "VmId": vm_id, field: value });
        assert_eq!(refused_twice(&other, "UpdateVm", ask).1, expected);
    }
}

#[test]
fn a_client_token_is_its_accounts() {
    let (cloud, other) = two();
    let token = |count: i64| json!({ "ClientToken": "once", "MinVmsCount": count });
    let of = |vm: Value| vm["VmId"].clone();
    let mine = of(vm(&cloud, token(1)));
    let theirs = of(vm(&other, token(2)));
    assert_ne!(mine, theirs);
    assert_eq!(of(vm(&cloud, token(1))), mine);
    assert_eq!(of(vm(&other, token(2))), theirs);
}
