//! What `CreateVms` makes, and what it refuses.

use mockscale::{Value, json};
use rstest::rstest;

use super::{LINUX, base64, further_subnet, running, shown, subnet, vm};
use crate::support::{cloud, made, refused, refused_twice};

#[test]
fn cards_of_all_sorts() {
    let cloud = cloud();
    let (net, first) = subnet(&cloud);
    let second = further_subnet(&cloud, &net, "10.0.1.0/24", "eu-west-2a");
    let given = cloud
        .call("CreateNic", json!({ "SubnetId": second }))
        .ok()
        .text("/Nic/NicId")
        .to_owned();
    let made = vm(
        &cloud,
        json!({ "Nics": [
            { "DeviceNumber": 3, "NicId": given },
            { "DeviceNumber": 0, "SubnetId": first, "SecondaryPrivateIpCount": 2,
              "PrivateIps": [{ "PrivateIp": "10.0.0.50", "IsPrimary": true }] },
            { "DeviceNumber": 1, "SubnetId": second, "DeleteOnVmDeletion": false,
              "Description": "to the back" },
        ] }),
    );
    assert_eq!(made["SubnetId"], json!(first));
    assert_eq!(made["PrivateIp"], "10.0.0.50");
    let numbers: Vec<_> = made["Nics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|nic| nic["LinkNic"]["DeviceNumber"].clone())
        .collect();
    assert_eq!(numbers, [0, 1, 3]);
    cloud
        .call("DeleteVms", json!({ "VmIds": [made["VmId"]] }))
        .ok();
    let nics = cloud.call("ReadNics", json!({})).ok();
    let left: Vec<_> = nics["Nics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|nic| (nic["State"].as_str().unwrap(), nic.get("LinkNic")))
        .collect();
    assert_eq!(left, [("available", None), ("available", None)]);
}

#[test]
fn as_many_vms_as_find_an_address() {
    let cloud = cloud();
    let (net, _) = subnet(&cloud);
    // Eight addresses, five of them reserved.
    let small = further_subnet(&cloud, &net, "10.0.1.0/29", "eu-west-2a");
    let ask = |least: i64, most: i64| {
        json!({
            "ImageId": LINUX, "SubnetId": small, "MinVmsCount": least, "MaxVmsCount": most,
        })
    };
    let (status, code, _) = refused(&cloud, "CreateVms", ask(4, 5));
    assert_eq!((status, code.as_str()), (409, "10001"));
    let made = cloud.call("CreateVms", ask(2, 5)).ok();
    let made = made["Vms"].as_array().unwrap();
    let numbers: Vec<_> = made.iter().map(|vm| vm["LaunchNumber"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert!(
        made.iter()
            .all(|vm| vm["ReservationId"] == made[0]["ReservationId"])
    );
    // Nothing remains of the one that found no address.
    for (operation, list) in [("ReadVms", "Vms"), ("ReadVolumes", "Volumes")] {
        let all = cloud.call(operation, json!({})).ok();
        assert_eq!(all[list].as_array().unwrap().len(), 3);
    }
}

#[test]
fn what_is_sent_empty_is_not_sent() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let made = vm(&cloud, json!({ "SubnetId": subnet, "Nics": [] }));
    assert_eq!(made["SubnetId"], json!(subnet));
    let nic = cloud.call("CreateNic", json!({ "SubnetId": subnet })).ok();
    let nic = &nic["Nic"]["NicId"];
    let card = json!({
        "DeviceNumber": 0, "NicId": nic, "Description": "", "PrivateIps": [],
        "SecondaryPrivateIpCount": 0, "SecurityGroupIds": [],
    });
    let made = vm(&cloud, json!({ "Nics": [card] }));
    assert_eq!(&made["Nics"][0]["NicId"], nic);
    let card = json!({
        "DeviceNumber": 0, "NicId": "", "SecondaryPrivateIpCount": 0, "SubnetId": subnet,
        "PrivateIps": [{ "IsPrimary": true, "PrivateIp": "10.0.0.20" }, { "PrivateIp": "10.0.0.21" }],
    });
    let disk = json!({
        "Bsu": { "VolumeSize": 5 }, "DeviceName": "/dev/sdb", "NoDevice": "", "VirtualDeviceName": "",
    });
    let made = vm(
        &cloud,
        json!({ "BlockDeviceMappings": [disk], "Nics": [card] }),
    );
    assert_eq!(made["PrivateIp"], "10.0.0.20");
    assert_eq!(made["BlockDeviceMappings"][1]["DeviceName"], "/dev/sdb");
}

#[test]
fn user_data_is_shown_as_it_was_sent() {
    let cloud = cloud();
    assert_eq!(vm(&cloud, json!({}))["UserData"], "");
    let broken = "IyEvYmluL3No\nCmVjaG8gaGk=\n";
    assert_eq!(
        vm(&cloud, json!({ "UserData": broken }))["UserData"],
        broken
    );
}

/// It does nothing, says the text.
#[test]
fn no_vm_is_optimized_for_volumes() {
    let made = vm(&cloud(), json!({ "BsuOptimized": true }));
    assert_eq!(made["BsuOptimized"], false);
}

#[test]
fn a_vm_is_where_it_was_wanted() {
    let cloud = cloud();
    let place = json!({ "SubregionName": "eu-west-2b" });
    let vm_id = running(&cloud, json!({ "Placement": place }));
    assert_eq!(
        shown(&cloud, &vm_id)["Placement"]["SubregionName"],
        "eu-west-2b"
    );
    let states = cloud.call("ReadVmsState", json!({})).ok();
    assert_eq!(states["VmStates"][0]["SubregionName"], "eu-west-2b");
    let volumes = cloud.call("ReadVolumes", json!({})).ok();
    assert_eq!(volumes["Volumes"][0]["SubregionName"], "eu-west-2b");
}

#[test]
fn a_refused_call_takes_no_address() {
    let cloud = cloud();
    let (net, wide) = subnet(&cloud);
    // Eight addresses, five of them reserved.
    let small = further_subnet(&cloud, &net, "10.0.1.0/29", "eu-west-2a");
    let nic = cloud.call("CreateNic", json!({ "SubnetId": wide })).ok();
    let nic = &nic["Nic"]["NicId"];
    let free = || {
        let subnets = cloud.call("ReadSubnets", json!({})).ok();
        let subnets = subnets["Subnets"].as_array().unwrap().clone();
        subnets
            .iter()
            .map(|subnet| subnet["AvailableIpsCount"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let card = |number: i64, subnet: &str, further: i64| {
        json!({
            "DeviceNumber": number, "SubnetId": subnet, "SecondaryPrivateIpCount": further,
        })
    };
    for (mut ask, code) in [
        (json!({ "SubnetId": small, "MinVmsCount": 4 }), "10001"),
        (
            json!({ "Nics": [card(0, &wide, 3), card(1, &small, 3)] }),
            "10001",
        ),
        (
            json!({ "SubnetId": wide, "PrivateIps": ["10.0.0.8", "10.0.0.4"] }),
            "9031",
        ),
        (
            json!({ "SubnetId": wide, "PrivateIps": ["10.0.0.8"], "MinVmsCount": 2 }),
            "9031",
        ),
        (
            json!({ "Nics": [
                card(0, &wide, 0), { "DeviceNumber": 1, "NicId": nic },
                { "DeviceNumber": 2, "NicId": nic },
            ] }),
            "9002",
        ),
        (
            json!({ "SubnetId": wide, "Placement": { "Tenancy": "host" } }),
            "4007",
        ),
    ] {
        ask["ImageId"] = LINUX.into();
        assert_eq!(refused(&cloud, "CreateVms", ask).1, code);
        assert_eq!(free(), [250, 3]);
    }
    // A second VM of the call would need the same address: there is one, and no address is lost.
    let ask = json!({
        "ImageId": LINUX, "SubnetId": wide, "PrivateIps": ["10.0.0.8"], "MaxVmsCount": 3,
    });
    let made = cloud.call("CreateVms", ask).ok();
    assert_eq!(made["Vms"].as_array().unwrap().len(), 1);
    assert_eq!(free(), [249, 3]);
    cloud
        .call("DeleteVms", json!({ "VmIds": [made["Vms"][0]["VmId"]] }))
        .ok();
    assert_eq!(free(), [250, 3]);
}

#[test]
fn a_card_must_fit_the_type_however_it_comes_to_the_vm() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let small = running(&cloud, json!({ "SubnetId": subnet }));
    let nic = cloud.call("CreateNic", json!({ "SubnetId": subnet })).ok();
    let nic = &nic["Nic"]["NicId"];
    let four = json!({ "NicId": nic, "SecondaryPrivateIpCount": 4 });
    cloud.call("LinkPrivateIps", four).ok();
    let link = json!({ "DeviceNumber": 1, "NicId": nic, "VmId": small });
    assert_eq!(refused(&cloud, "LinkNic", link).1, "10021");
    let mut ask = json!({ "ImageId": LINUX, "Nics": [{ "DeviceNumber": 0, "NicId": nic }] });
    assert_eq!(refused(&cloud, "CreateVms", ask.clone()).1, "10021");
    ask["VmType"] = "m3.large".into();
    cloud.call("CreateVms", ask).ok();
}

#[rstest]
#[case::aws(json!({}), "t2.small", "medium")]
#[case::aws_keeps_its_own(json!({ "Performance": "highest" }), "t2.small", "medium")]
#[case::flagged(json!({ "VmType": "tinav5.c2r2p1", "Performance": "medium" }), "tinav5.c2r2p1", "highest")]
#[case::flagless(json!({ "VmType": "tinav5.c2r2", "Performance": "medium" }), "tinav5.c2r2", "medium")]
#[case::usual(json!({ "VmType": "tinav5.c2r2" }), "tinav5.c2r2", "high")]
fn types_and_performance(#[case] ask: Value, #[case] vm_type: &str, #[case] performance: &str) {
    let cloud = cloud();
    let made = vm(&cloud, ask);
    assert_eq!(made["VmType"], vm_type);
    assert_eq!(made["Performance"], performance);
}

#[rstest]
#[case::usual(json!({}), true)]
#[case::private(json!({ "UserData": base64("-----BEGIN OUTSCALE SECTION-----\nprivate_only=true\n-----END OUTSCALE SECTION-----\n") }), false)]
fn temporary_addresses(#[case] ask: Value, #[case] public: bool) {
    let cloud = cloud();
    let made = vm(&cloud, ask);
    assert_eq!(made.get("PublicIp").is_some(), public);
    assert_eq!(made.get("PublicDnsName").is_some(), public);
}

#[test]
fn a_temporary_address_is_lent_anew_at_each_start() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let before = shown(&cloud, &vm_id)["PublicIp"].clone();
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.settle();
    assert_eq!(shown(&cloud, &vm_id).get("PublicIp"), None);
    cloud.call("StartVms", json!({ "VmIds": [vm_id] })).ok();
    let after = shown(&cloud, &vm_id)["PublicIp"].clone();
    assert!(after.is_string() && after != before, "{before} and {after}");
}

#[test]
fn a_subnet_may_lend_public_addresses() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    cloud
        .call(
            "UpdateSubnet",
            json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": true }),
        )
        .ok();
    let made = vm(&cloud, json!({ "SubnetId": subnet }));
    let link = &made["Nics"][0]["LinkPublicIp"];
    assert!(made["PublicIp"].is_string());
    assert_eq!(link["PublicIp"], made["PublicIp"]);
    let listed = cloud.call("ReadPublicIps", json!({})).ok();
    assert_eq!(listed["PublicIps"], json!([]));
}

#[test]
fn block_devices_of_image_and_request() {
    let cloud = cloud();
    let mapping = |device: &str, bsu: Value| json!({ "DeviceName": device, "Bsu": bsu });
    let made = vm(
        &cloud,
        json!({
            "VmType": "m3.xlarge",
            "BlockDeviceMappings": [
                mapping("/dev/xvdb", json!({ "VolumeSize": 3 })),
                mapping("/dev/sda1", json!({ "VolumeSize": 12, "DeleteOnVmDeletion": false })),
                { "DeviceName": "/dev/sdc", "VirtualDeviceName": "ephemeral1" },
                { "DeviceName": "/dev/sdd", "NoDevice": "" },
            ],
        }),
    );
    let devices: Vec<_> = made["BlockDeviceMappings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["DeviceName"].as_str().unwrap(),
                it["Bsu"]["DeleteOnVmDeletion"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(devices, [("/dev/sda1", false), ("/dev/xvdb", true)]);
    let volumes = cloud.call("ReadVolumes", json!({})).ok();
    assert_eq!(volumes["Volumes"][0]["Size"], 12);
    assert_eq!(volumes["Volumes"][0]["SnapshotId"], "snap-4480a471");
    assert_eq!(volumes["Volumes"][1].get("SnapshotId"), None);
}

/// A public image with a second volume, `/dev/sdb`: 100 GiB of `io1` that stay.
const TWO_VOLUMES: &str = "ami-09a6be6d";

#[rstest]
#[case::as_it_is(json!([]), Some((100, "io1", false)))]
#[case::dropped(json!([{ "DeviceName": "/dev/sdb", "NoDevice": "" }]), None)]
#[case::larger(
    json!([{ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 200 } }]),
    Some((200, "io1", false)),
)]
#[case::another_type(
    json!([{ "DeviceName": "/dev/sdb", "Bsu": { "VolumeType": "gp2", "DeleteOnVmDeletion": true } }]),
    Some((100, "gp2", true)),
)]
fn a_volume_of_the_image(#[case] mappings: Value, #[case] expected: Option<(i64, &str, bool)>) {
    let cloud = cloud();
    let ask = json!({ "ImageId": TWO_VOLUMES, "BlockDeviceMappings": mappings });
    vm(&cloud, ask);
    let second = json!({ "Filters": { "LinkVolumeDeviceNames": ["/dev/sdb"] } });
    let second = cloud.call("ReadVolumes", second).ok();
    let shown = second["Volumes"].get(0).map(|volume| {
        (
            volume["Size"].as_i64().unwrap(),
            volume["VolumeType"].as_str().unwrap(),
            volume["LinkedVolumes"][0]["DeleteOnVmDeletion"] == true,
        )
    });
    assert_eq!(shown, expected);
}

#[rstest]
#[case::image(json!({ "ImageId": "ami-00000000" }), "5023")]
#[case::keypair(json!({ "KeypairName": "nobody" }), "5071")]
#[case::subregion(json!({ "Placement": { "SubregionName": "eu-west-9a" } }), "5009")]
#[case::no_subregion(json!({ "Placement": { "SubregionName": "" } }), "5009")]
#[case::tenancy(json!({ "Placement": { "Tenancy": "host" } }), "4007")]
#[case::dedicated_group(json!({ "Placement": { "Tenancy": "ded-00000000" } }), "5050")]
#[case::nested(json!({ "NestedVirtualization": true }), "4007")]
#[case::vm_type(json!({ "VmType": "t2.giant" }), "5024")]
#[case::user_data(json!({ "UserData": "not base64!" }), "4047")]
#[case::long_user_data(json!({ "UserData": base64(&"x".repeat(500 * 1024 + 1)) }), "4106")]
#[case::behavior(json!({ "VmInitiatedShutdownBehavior": "explode" }), "4047")]
#[case::no_vm(json!({ "MinVmsCount": 0 }), "4018")]
#[case::less_than_least(json!({ "MinVmsCount": 3, "MaxVmsCount": 2 }), "4018")]
#[case::too_many(json!({ "MinVmsCount": 1001, "MaxVmsCount": 1001 }), "10010")]
#[case::subnet(json!({ "SubnetId": "subnet-00000000" }), "5057")]
#[case::subnet_and_nics(json!({ "SubnetId": "subnet-00000000", "Nics": [{ "DeviceNumber": 0 }] }), "4046")]
#[case::subregion_and_nics(json!({ "Placement": { "SubregionName": "eu-west-2a" }, "Nics": [{ "DeviceNumber": 0 }] }), "4046")]
#[case::groups_and_nics(json!({ "SecurityGroups": ["default"], "Nics": [{ "DeviceNumber": 0 }] }), "4046")]
#[case::addresses_without_a_subnet(json!({ "PrivateIps": ["10.0.0.9"] }), "4046")]
#[case::group(json!({ "SecurityGroupIds": ["sg-00000000"] }), "5020")]
#[case::group_name(json!({ "SecurityGroups": ["nobody"] }), "5021")]
fn refusals(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    if ask.get("ImageId").is_none() {
        ask["ImageId"] = LINUX.into();
    }
    let (status, got, _) = refused_twice(&cloud, "CreateVms", ask);
    assert_eq!((status, got.as_str()), (400, code));
}

#[test]
fn what_does_not_lie_together_is_refused() {
    let cloud = cloud();
    let (net, near) = subnet(&cloud);
    let far = further_subnet(&cloud, &net, "10.0.1.0/24", "eu-west-2b");
    let (_, elsewhere) = subnet(&cloud);
    let two = |one: &str, other: &str| {
        json!({ "Nics": [
            { "DeviceNumber": 0, "SubnetId": one }, { "DeviceNumber": 1, "SubnetId": other },
        ] })
    };
    for (mut ask, code) in [
        (two(&near, &elsewhere), "4086"),
        (two(&near, &far), "9071"),
        (
            json!({ "SubnetId": near, "Placement": { "SubregionName": "eu-west-2b" } }),
            "9071",
        ),
        (
            json!({ "SubnetId": near, "SecurityGroups": ["nobody"] }),
            "5022",
        ),
        (
            json!({ "SubnetId": near, "PrivateIps": ["10.0.1.9"] }),
            "4047",
        ),
        (
            json!({ "SubnetId": near, "PrivateIps": ["10.0.0.3"] }),
            "4047",
        ),
        (
            json!({ "SubnetId": near, "PrivateIps": ["10.0.0.255"] }),
            "4047",
        ),
        (json!({ "SubnetId": near, "PrivateIps": ["x"] }), "4133"),
        (
            json!({ "SubnetId": near, "PrivateIps": ["10.0.0.9", "10.0.0.9"] }),
            "4047",
        ),
    ] {
        ask["ImageId"] = LINUX.into();
        assert_eq!(refused(&cloud, "CreateVms", ask).1, code);
    }
}

#[rstest]
#[case::no_primary(json!([{ "DeviceNumber": 1, "SubnetId": "" }]), "4047")]
#[case::twice(json!([{ "DeviceNumber": 0, "SubnetId": "" }, { "DeviceNumber": 0, "SubnetId": "" }]), "4047")]
#[case::out_of_range(json!([{ "DeviceNumber": 0, "SubnetId": "" }, { "DeviceNumber": 8, "SubnetId": "" }]), "4047")]
#[case::no_number(json!([{ "SubnetId": "" }]), "7999")]
#[case::neither(json!([{ "DeviceNumber": 0 }]), "4046")]
#[case::both(json!([{ "DeviceNumber": 0, "SubnetId": "", "NicId": "eni-00000000" }]), "4046")]
#[case::unknown(json!([{ "DeviceNumber": 0, "NicId": "eni-00000000" }]), "5036")]
#[case::only_for_new(json!([{ "DeviceNumber": 0, "NicId": "eni-00000000", "DeleteOnVmDeletion": true }]), "4046")]
#[case::too_many(json!([{ "DeviceNumber": 0, "SubnetId": "", "SecondaryPrivateIpCount": 4 }]), "10021")]
#[case::negative(json!([{ "DeviceNumber": 0, "SubnetId": "", "SecondaryPrivateIpCount": -1 }]), "4018")]
#[case::far_too_many(json!([{ "DeviceNumber": 0, "SubnetId": "", "SecondaryPrivateIpCount": i64::MAX }]), "4018")]
#[case::count_and_addresses(
    json!([{ "DeviceNumber": 0, "SubnetId": "", "SecondaryPrivateIpCount": 1,
             "PrivateIps": [{ "PrivateIp": "10.0.0.8" }, { "PrivateIp": "10.0.0.9" }] }]),
    "4046",
)]
fn refused_cards(#[case] mut nics: Value, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    for nic in nics.as_array_mut().expect("a list of cards") {
        if nic.get("SubnetId").is_some() {
            nic["SubnetId"] = subnet.as_str().into();
        }
    }
    let ask = json!({ "ImageId": LINUX, "Nics": nics });
    assert_eq!(refused_twice(&cloud, "CreateVms", ask).1, code);
}

#[rstest]
#[case::no_name(json!({ "Bsu": { "VolumeSize": 5 } }), "4019")]
#[case::bad_name(json!({ "DeviceName": "/dev/sda2", "Bsu": { "VolumeSize": 5 } }), "4019")]
#[case::nothing(json!({ "DeviceName": "/dev/sdb" }), "4011")]
#[case::two_things(json!({ "DeviceName": "/dev/sdb", "NoDevice": "x", "Bsu": { "VolumeSize": 5 } }), "4011")]
#[case::a_disk_and_a_volume(
    json!({ "DeviceName": "/dev/sdb", "VirtualDeviceName": "ephemeral0", "Bsu": { "VolumeSize": 5 } }),
    "4011"
)]
#[case::no_size(json!({ "DeviceName": "/dev/sdb", "Bsu": {} }), "7999")]
#[case::too_large(json!({ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 14902 } }), "4078")]
#[case::io1_without_iops(json!({ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 5, "VolumeType": "io1" } }), "7999")]
#[case::few_iops(json!({ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 5, "VolumeType": "io1", "Iops": 99 } }), "4029")]
#[case::dense_iops(json!({ "DeviceName": "/dev/sda1", "Bsu": { "VolumeSize": 10, "VolumeType": "io1", "Iops": 3001 } }), "4202")]
#[case::volume_type(json!({ "DeviceName": "/dev/sda1", "Bsu": { "VolumeType": "tape" } }), "4047")]
#[case::snapshot(json!({ "DeviceName": "/dev/sdb", "Bsu": { "SnapshotId": "snap-00000000" } }), "5054")]
#[case::root_shrinks(json!({ "DeviceName": "/dev/sda1", "Bsu": { "VolumeSize": 9 } }), "4125")]
#[case::root_from_elsewhere(json!({ "DeviceName": "/dev/sda1", "Bsu": { "SnapshotId": "snap-00000000" } }), "4057")]
#[case::no_root(json!({ "DeviceName": "/dev/sda1", "NoDevice": "" }), "4057")]
#[case::no_such_disk(json!({ "DeviceName": "/dev/sdb", "VirtualDeviceName": "ephemeral0" }), "4076")]
fn refused_devices(#[case] mapping: Value, #[case] code: &str) {
    let cloud = cloud();
    let ask = json!({ "ImageId": LINUX, "BlockDeviceMappings": [mapping] });
    let (status, got, _) = refused_twice(&cloud, "CreateVms", ask);
    assert_eq!((status, got.as_str()), (400, code));
}

#[test]
fn a_vm_takes_forty_volumes() {
    let cloud = cloud();
    let devices = |count: u8| -> Vec<Value> {
        let names = (b'b'..=b'z')
            .map(|x| format!("/dev/sd{}", char::from(x)))
            .chain((b'b'..=b'z').map(|x| format!("/dev/xvd{}", char::from(x))));
        names
            .take(count.into())
            .map(|name| json!({ "DeviceName": name, "Bsu": { "VolumeSize": 1 } }))
            .collect()
    };
    let ask = |count| json!({ "ImageId": LINUX, "BlockDeviceMappings": devices(count) });
    let (_, code, _) = refused(&cloud, "CreateVms", ask(40));
    assert_eq!(code, "10018");
    let full = running(&cloud, ask(39));
    let volume = cloud
        .call(
            "CreateVolume",
            json!({ "Size": 1, "SubregionName": "eu-west-2a" }),
        )
        .ok();
    cloud.settle();
    let link = json!({
        "DeviceName": "/dev/sdzz", "VmId": full, "VolumeId": volume["Volume"]["VolumeId"],
    });
    let (_, code, _) = refused(&cloud, "LinkVolume", link);
    assert_eq!(code, "10018");
}

#[rstest]
#[case::neither(json!({}), 1)]
#[case::least(json!({ "MinVmsCount": 2 }), 2)]
#[case::most(json!({ "MaxVmsCount": 2 }), 2)]
#[case::both(json!({ "MinVmsCount": 2, "MaxVmsCount": 3 }), 3)]
fn how_many(#[case] mut ask: Value, #[case] count: usize) {
    let cloud = cloud();
    ask["ImageId"] = LINUX.into();
    let made = cloud.call("CreateVms", ask).ok();
    assert_eq!(made["Vms"].as_array().map(Vec::len), Some(count));
}

#[test]
fn groups_are_those_of_each_card() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let group = |name: &str| {
        let ask = json!({ "Description": name, "NetId": net, "SecurityGroupName": name });
        let id = "/SecurityGroup/SecurityGroupId";
        made(&cloud, "CreateSecurityGroup", ask, id)
    };
    let mut groups = vec![group("web"), group("db")];
    groups.sort();
    let reversed: Vec<_> = groups.iter().rev().collect();
    let vm = vm(
        &cloud,
        json!({ "Nics": [
            { "DeviceNumber": 1, "SubnetId": subnet },
            { "DeviceNumber": 0, "SubnetId": subnet, "SecurityGroupIds": reversed },
        ] }),
    );
    let ids = |value: &Value| -> Vec<String> {
        let groups = value.as_array().expect("groups").iter();
        groups.map(|it| super::id(&it["SecurityGroupId"])).collect()
    };
    assert_eq!(ids(&vm["SecurityGroups"]), groups);
    assert_eq!(vm["Nics"][0]["SecurityGroups"], vm["SecurityGroups"]);
    assert_eq!(
        vm["Nics"][1]["SecurityGroups"][0]["SecurityGroupName"],
        "default"
    );
}

/// A card that was there already is the VM's, but does not go with it.
#[test]
fn a_given_card_brings_all_that_it_has() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let nic = json!({ "Description": "mine", "SubnetId": subnet, "PrivateIps": [
        { "IsPrimary": true, "PrivateIp": "10.0.0.20" }, { "PrivateIp": "10.0.0.21" },
    ] });
    let nic = made(&cloud, "CreateNic", nic, "/Nic/NicId");
    let vm = vm(
        &cloud,
        json!({ "Nics": [{ "DeviceNumber": 0, "NicId": nic }] }),
    );
    let card = &vm["Nics"][0];
    assert_eq!(
        (&vm["PrivateIp"], &card["Description"]),
        (&json!("10.0.0.20"), &json!("mine"))
    );
    assert_eq!(card["PrivateIps"].as_array().map(Vec::len), Some(2));
    assert_eq!(card["LinkNic"]["DeleteOnVmDeletion"], false);
    let twice = json!({ "ImageId": LINUX, "Nics": [{ "DeviceNumber": 0, "NicId": nic }] });
    let (status, code, _) = refused_twice(&cloud, "CreateVms", twice);
    assert_eq!((status, code.as_str()), (409, "9002"));
}

#[test]
fn a_device_is_given_once() {
    let cloud = cloud();
    let device = json!({ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSize": 1 } });
    let ask = json!({ "ImageId": LINUX, "BlockDeviceMappings": [device, device] });
    let (status, code, _) = refused_twice(&cloud, "CreateVms", ask);
    assert_eq!((status, code.as_str()), (400, "4011"));
}

#[test]
fn nested_virtualization_on_hardware_of_ones_own() {
    let cloud = cloud();
    let ask = json!({ "NestedVirtualization": true, "Placement": { "Tenancy": "dedicated" } });
    let vm_id = super::stopped(&cloud, ask);
    assert_eq!(shown(&cloud, &vm_id)["NestedVirtualization"], true);
    for wanted in [false, true] {
        let change = json!({ "NestedVirtualization": wanted, "VmId": vm_id });
        cloud.call("UpdateVm", change).ok();
        assert_eq!(shown(&cloud, &vm_id)["NestedVirtualization"], wanted);
    }
}

/// A device made from a snapshot of one's own: as large as that, or larger.
#[rstest]
#[case::as_large(json!({}), Ok(10))]
#[case::larger(json!({ "VolumeSize": 11 }), Ok(11))]
#[case::smaller(json!({ "VolumeSize": 9 }), Err("4125"))]
fn a_device_from_a_snapshot(#[case] mut bsu: Value, #[case] expected: Result<i64, &str>) {
    let cloud = cloud();
    let root = vm(&cloud, json!({}))["BlockDeviceMappings"][0]["Bsu"]["VolumeId"].clone();
    let id = "/Snapshot/SnapshotId";
    let snapshot = made(&cloud, "CreateSnapshot", json!({ "VolumeId": root }), id);
    cloud.settle();
    bsu["SnapshotId"] = json!(snapshot);
    let device = json!({ "DeviceName": "/dev/sdb", "Bsu": bsu });
    let ask = json!({ "ImageId": LINUX, "BlockDeviceMappings": [device] });
    match expected {
        Ok(size) => {
            vm(&cloud, ask);
            let of_it = json!({ "Filters": { "SnapshotIds": [snapshot] } });
            let volumes = cloud.call("ReadVolumes", of_it).ok();
            assert_eq!(volumes["Volumes"][0]["Size"], size);
            let link = &volumes["Volumes"][0]["LinkedVolumes"][0];
            assert_eq!(link["DeviceName"], "/dev/sdb");
        }
        Err(code) => assert_eq!(refused_twice(&cloud, "CreateVms", ask).1, code),
    }
}
