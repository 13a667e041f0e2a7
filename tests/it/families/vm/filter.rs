//! Every filter on VMs, their states and their types.

use mockscale::{Cloud, Value, json};

use super::{LINUX, WINDOWS, id, running, shown, subnet};
use crate::support::{cloud, every_filter};

/// A VM in a Net that has a value for every filter.
fn furnished(cloud: &Cloud) -> Value {
    let (net, subnet) = subnet(cloud);
    let service = cloud.call("CreateInternetService", json!({})).ok();
    let service = &service["InternetService"]["InternetServiceId"];
    cloud
        .call(
            "LinkInternetService",
            json!({ "InternetServiceId": service, "NetId": net }),
        )
        .ok();
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "admin" }))
        .ok();
    let vm_id = running(
        cloud,
        json!({
            "ClientToken": "once", "ImageId": WINDOWS, "KeypairName": "admin", "SubnetId": subnet,
        }),
    );
    let ip = cloud.call("CreatePublicIp", json!({})).ok();
    cloud
        .call(
            "LinkPublicIp",
            json!({ "PublicIpId": ip["PublicIp"]["PublicIpId"], "VmId": vm_id }),
        )
        .ok();
    cloud
        .call(
            "CreateTags",
            json!({ "ResourceIds": [vm_id], "Tags": [{ "Key": "stage", "Value": "test" }] }),
        )
        .ok();
    shown(cloud, &vm_id)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of 64 filters")]
fn every_filter_of_vms_selects() {
    let cloud = cloud();
    let vm = furnished(&cloud);
    let nics = cloud.call("ReadNics", json!({})).ok();
    let (nic, light) = (&nics["Nics"][0], &vm["Nics"][0]);
    let mapping = &vm["BlockDeviceMappings"][0]["Bsu"];
    let (link, group) = (&nic["LinkPublicIp"], &vm["SecurityGroups"][0]);
    let none = json!(["none"]);
    let other = json!(["2020-01-01T00:00:00Z"]);
    let account = json!([nic["AccountId"]]);
    let table = [
        ("Architectures", json!(["x86_64"]), json!(["i386"])),
        (
            "BlockDeviceMappingDeleteOnVmDeletion",
            json!(true),
            json!(false),
        ),
        (
            "BlockDeviceMappingDeviceNames",
            json!(["/dev/sda1"]),
            json!(["/dev/sdb"]),
        ),
        (
            "BlockDeviceMappingLinkDates",
            json!(["2024-05-06"]),
            other.clone(),
        ),
        (
            "BlockDeviceMappingStates",
            json!(["attached"]),
            json!(["detached"]),
        ),
        (
            "BlockDeviceMappingVolumeIds",
            json!([mapping["VolumeId"]]),
            none.clone(),
        ),
        ("ClientTokens", json!(["once"]), none.clone()),
        ("CreationDates", json!([vm["CreationDate"]]), other.clone()),
        ("ImageIds", json!([WINDOWS]), json!([LINUX])),
        ("IsSourceDestChecked", json!(true), json!(false)),
        ("KeypairNames", json!(["admin"]), none.clone()),
        ("LaunchNumbers", json!([0]), json!([1])),
        ("Lifecycles", Value::Null, json!(["spot"])),
        ("NetIds", json!([vm["NetId"]]), none.clone()),
        ("NicAccountIds", account.clone(), none.clone()),
        ("NicDescriptions", json!(["Primary*"]), none.clone()),
        ("NicIsSourceDestChecked", json!(true), json!(false)),
        ("NicLinkNicDeleteOnVmDeletion", json!(true), json!(false)),
        ("NicLinkNicDeviceNumbers", json!([0]), json!([1])),
        (
            "NicLinkNicLinkNicDates",
            json!(["2024-05-06"]),
            other.clone(),
        ),
        (
            "NicLinkNicLinkNicIds",
            json!([light["LinkNic"]["LinkNicId"]]),
            none.clone(),
        ),
        ("NicLinkNicStates", json!(["attached"]), json!(["detached"])),
        ("NicLinkNicVmAccountIds", account.clone(), none.clone()),
        ("NicLinkNicVmIds", json!([vm["VmId"]]), none.clone()),
        ("NicLinkPublicIpAccountIds", account.clone(), none.clone()),
        (
            "NicLinkPublicIpLinkPublicIpIds",
            json!([link["LinkPublicIpId"]]),
            none.clone(),
        ),
        (
            "NicLinkPublicIpPublicIpIds",
            json!([link["PublicIpId"]]),
            none.clone(),
        ),
        (
            "NicLinkPublicIpPublicIps",
            json!([link["PublicIp"]]),
            none.clone(),
        ),
        ("NicMacAddresses", json!([nic["MacAddress"]]), none.clone()),
        ("NicNetIds", json!([nic["NetId"]]), none.clone()),
        ("NicNicIds", json!([nic["NicId"]]), none.clone()),
        ("NicPrivateIpsLinkPublicIpAccountIds", account, none.clone()),
        (
            "NicPrivateIpsLinkPublicIpIds",
            json!([link["PublicIp"]]),
            none.clone(),
        ),
        ("NicPrivateIpsPrimaryIp", json!(true), json!(false)),
        (
            "NicPrivateIpsPrivateIps",
            json!([vm["PrivateIp"]]),
            none.clone(),
        ),
        (
            "NicSecurityGroupIds",
            json!([group["SecurityGroupId"]]),
            none.clone(),
        ),
        ("NicSecurityGroupNames", json!(["default"]), none.clone()),
        ("NicStates", json!(["in-use"]), json!(["available"])),
        ("NicSubnetIds", json!([nic["SubnetId"]]), none.clone()),
        (
            "NicSubregionNames",
            json!(["eu-west-2a"]),
            json!(["eu-west-2b"]),
        ),
        ("Platforms", json!(["windows"]), none.clone()),
        ("PrivateIps", json!([vm["PrivateIp"]]), none.clone()),
        ("ProductCodes", json!(["0002"]), json!(["0001"])),
        ("PublicIps", json!([vm["PublicIp"]]), none.clone()),
        ("ReservationIds", json!([vm["ReservationId"]]), none.clone()),
        ("RootDeviceNames", json!(["/dev/sda1"]), none.clone()),
        ("RootDeviceTypes", json!(["ebs"]), none.clone()),
        (
            "SecurityGroupIds",
            json!([group["SecurityGroupId"]]),
            none.clone(),
        ),
        ("SecurityGroupNames", json!(["default"]), none.clone()),
        ("StateReasonCodes", Value::Null, json!([0])),
        ("StateReasonMessages", json!([""]), none.clone()),
        ("StateReasons", json!([""]), none.clone()),
        ("SubnetIds", json!([vm["SubnetId"]]), none.clone()),
        (
            "SubregionNames",
            json!(["eu-west-2a"]),
            json!(["eu-west-2b"]),
        ),
        ("TagKeys", json!(["stage"]), none.clone()),
        ("TagValues", json!(["test"]), none.clone()),
        ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ("Tenancies", json!(["default"]), json!(["dedicated"])),
        ("VmIds", json!([vm["VmId"]]), json!(["i-00000000"])),
        (
            "VmSecurityGroupIds",
            json!([group["SecurityGroupId"]]),
            none.clone(),
        ),
        ("VmSecurityGroupNames", json!(["default"]), none),
        ("VmStateCodes", json!([16]), json!([0, -1, 32, 48, 64, 80])),
        ("VmStateNames", json!(["running"]), json!(["stopped"])),
        ("VmTypes", json!(["t2.small"]), json!(["t2.micro"])),
    ];
    let target = ("Vms", "VmId", vm["VmId"].as_str().unwrap());
    every_filter(&cloud, "ReadVms", &json!({}), target, &table);
}

#[test]
fn every_filter_of_states_selects() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let table = [
        (
            "MaintenanceEventCodes",
            Value::Null,
            json!(["system-reboot"]),
        ),
        ("MaintenanceEventDescriptions", Value::Null, json!(["soon"])),
        (
            "MaintenanceEventsNotAfter",
            Value::Null,
            json!(["2024-05-06"]),
        ),
        (
            "MaintenanceEventsNotBefore",
            Value::Null,
            json!(["2024-05-06"]),
        ),
        (
            "SubregionNames",
            json!(["eu-west-2a"]),
            json!(["eu-west-2b"]),
        ),
        ("VmIds", json!([vm_id]), json!(["i-00000000"])),
        ("VmStates", json!(["running"]), json!(["stopped"])),
    ];
    let target = ("VmStates", "VmId", vm_id.as_str());
    every_filter(
        &cloud,
        "ReadVmsState",
        &json!({ "AllVms": true }),
        target,
        &table,
    );
}

#[test]
fn every_filter_of_types_selects() {
    let cloud = cloud();
    let all = cloud.call("ReadVmTypes", json!({})).ok();
    let found = all["VmTypes"].as_array().unwrap().iter();
    let gpu = found.clone().find(|it| it.get("Gpu").is_some());
    let gpu = gpu.expect("a type with a GPU is seeded");
    let eth = found.clone().find(|it| it.get("Eth").is_some());
    let eth = eth.expect("a type with an Eth is seeded");
    let m3 = found.clone().find(|it| it["VmTypeName"] == "m3.xlarge");
    let m3 = m3.expect("m3.xlarge is seeded");
    let select = |filter: &str, value: &Value| {
        let value = if value.is_boolean() {
            value.clone()
        } else {
            json!([value])
        };
        let read = cloud.call("ReadVmTypes", json!({ "Filters": { filter: value } }));
        let types = read.ok()["VmTypes"].as_array().unwrap().clone();
        types
            .iter()
            .map(|it| id(&it["VmTypeName"]))
            .collect::<Vec<_>>()
    };
    for (of, filter, field, miss) in [
        (m3, "BsuOptimized", "BsuOptimized", json!(false)),
        (m3, "EphemeralsTypes", "EphemeralsType", json!("tape")),
        (eth, "Eths", "Eth", json!(99)),
        (gpu, "Gpus", "Gpu", json!(99)),
        (m3, "MemorySizes", "MemorySize", json!(0.25)),
        (m3, "VcoreCounts", "VcoreCount", json!(99)),
        (m3, "VmTypeNames", "VmTypeName", json!("t2.giant")),
        (m3, "VolumeCounts", "VolumeCount", json!(99)),
        (m3, "VolumeSizes", "VolumeSize", json!(99)),
    ] {
        let name = id(&of["VmTypeName"]);
        assert!(select(filter, &of[field]).contains(&name), "{filter}");
        assert!(!select(filter, &miss).contains(&name), "{filter}");
    }
}
