//! Conversations about the family `vm`.

use mockscale::{Cloud, Value, json};

use crate::support::cloud;

#[path = "vm/accounts.rs"]
mod accounts;
#[path = "vm/change.rs"]
mod change;
#[path = "vm/create.rs"]
mod create;
#[path = "vm/filter.rs"]
mod filter;
#[path = "vm/password.rs"]
mod password;
#[path = "vm/read.rs"]
mod read;
#[path = "vm/rehearsal.rs"]
mod rehearsal;
#[path = "vm/states.rs"]
mod states;
#[path = "vm/token.rs"]
mod token;

/// A public image of a Linux and one of a Windows, out of the seeds.
pub(crate) const LINUX: &str = "ami-5aebd4d5";
pub(crate) const WINDOWS: &str = "ami-36b59fad";

/// The first VM that a `CreateVms` answers.
#[track_caller]
pub(crate) fn vm(cloud: &Cloud, mut input: Value) -> Value {
    if input.get("ImageId").is_none() {
        input["ImageId"] = LINUX.into();
    }
    cloud.call("CreateVms", input).ok()["Vms"][0].clone()
}

/// A VM that runs.
#[track_caller]
pub(crate) fn running(cloud: &Cloud, input: Value) -> String {
    let id = id(&vm(cloud, input)["VmId"]);
    cloud.settle();
    id
}

/// A VM that is stopped.
#[track_caller]
pub(crate) fn stopped(cloud: &Cloud, mut input: Value) -> String {
    input["BootOnCreation"] = false.into();
    running(cloud, input)
}

#[track_caller]
pub(crate) fn id(value: &Value) -> String {
    value.as_str().expect("an identifier").to_owned()
}

/// A Net with one Subnet, 10.0.0.0/24.
#[track_caller]
pub(crate) fn subnet(cloud: &Cloud) -> (String, String) {
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok()
        .text("/Net/NetId")
        .to_owned();
    let subnet = further_subnet(cloud, &net, "10.0.0.0/24", "eu-west-2a");
    (net, subnet)
}

#[track_caller]
pub(crate) fn further_subnet(cloud: &Cloud, net: &str, range: &str, subregion: &str) -> String {
    cloud
        .call(
            "CreateSubnet",
            json!({ "NetId": net, "IpRange": range, "SubregionName": subregion }),
        )
        .ok()
        .text("/Subnet/SubnetId")
        .to_owned()
}

#[track_caller]
pub(crate) fn shown(cloud: &Cloud, vm_id: &str) -> Value {
    let reply = cloud.call("ReadVms", json!({ "Filters": { "VmIds": [vm_id] } }));
    reply.ok()["Vms"][0].clone()
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_vm_in_the_public_cloud_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let vm_id = id(&vm(&cloud, json!({}))["VmId"]);
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("StartVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_vm_in_a_net_with_everything() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let group = cloud
        .call(
            "CreateSecurityGroup",
            json!({ "NetId": net, "SecurityGroupName": "web", "Description": "web" }),
        )
        .ok()
        .text("/SecurityGroup/SecurityGroupId")
        .to_owned();
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "admin" }))
        .ok();
    let vm_id = id(&vm(
        &cloud,
        json!({
            "BlockDeviceMappings": [
                { "DeviceName": "/dev/sda1", "Bsu": { "VolumeSize": 20, "VolumeType": "gp2" } },
                { "DeviceName": "/dev/sdb", "Bsu": {
                    "VolumeSize": 5, "VolumeType": "io1", "Iops": 500, "DeleteOnVmDeletion": false,
                } },
            ],
            "ClientToken": "once",
            "KeypairName": "admin",
            "Performance": "medium",
            "PrivateIps": ["10.0.0.10", "10.0.0.11"],
            "SecurityGroupIds": [group],
            "SecurityGroups": ["default"],
            "SubnetId": subnet,
            "UserData": base64("#!/bin/sh\n"),
            "VmType": "tinav5.c2r2",
        }),
    )["VmId"]);
    cloud.call("ReadNics", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadNics", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn changes_of_a_stopped_vm() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let group = cloud
        .call(
            "CreateSecurityGroup",
            json!({ "NetId": net, "SecurityGroupName": "web", "Description": "web" }),
        )
        .ok();
    let group = &group["SecurityGroup"]["SecurityGroupId"];
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "admin" }))
        .ok();
    let vm_id = stopped(&cloud, json!({ "SubnetId": subnet }));
    let changed = cloud
        .call(
            "UpdateVm",
            json!({
                "BlockDeviceMappings": [
                    { "DeviceName": "/dev/sda1", "Bsu": { "DeleteOnVmDeletion": false } },
                ],
                "DeletionProtection": true,
                "IsSourceDestChecked": false,
                "KeypairName": "admin",
                "SecurityGroupIds": [group],
                "UserData": base64("again"),
                "VmId": vm_id,
                "VmInitiatedShutdownBehavior": "restart",
                "VmType": "tinav5.c4r8p1",
            }),
        )
        .ok();
    assert_eq!(changed["Vm"], shown(&cloud, &vm_id));
    let volumes = cloud.call("ReadVolumes", json!({})).ok();
    let link = &volumes["Volumes"][0]["LinkedVolumes"][0];
    assert_eq!(link["DeleteOnVmDeletion"], false);
    mockscale::assert_transcript!(cloud);
}
