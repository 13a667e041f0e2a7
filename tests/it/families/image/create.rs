//! Images that an account makes.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use super::{LINUX, WINDOWS, image, named, shown};
use crate::snapshot::{self, OTHER, snapshot};
use crate::support::{builder, cloud, made, manual, refused_twice, rehearsed};
use crate::vm::{running, stopped};
use crate::volume::volume;

const URL: &str = "https://bucket.test/one/manifest.xml?Expires=1&Signature=x";

fn copy(image: &str) -> Value {
    json!({ "SourceImageId": image, "SourceRegionName": "eu-west-2" })
}

fn of_snapshot(snapshot: &str) -> Value {
    json!({
        "BlockDeviceMappings": [{ "Bsu": { "SnapshotId": snapshot }, "DeviceName": "/dev/sda1" }],
        "ImageName": "composed",
        "RootDeviceName": "/dev/sda1",
    })
}

/// The mapping of an image for a device.
fn bsu(image: &Value, device: &str) -> Value {
    let mut mappings = image["BlockDeviceMappings"]
        .as_array()
        .into_iter()
        .flatten();
    let mapping = mappings.find(|it| it["DeviceName"] == device);
    mapping.expect("the device")["Bsu"].clone()
}

/// Only those of io1 are of somebody's choice.
#[test]
fn an_image_keeps_iops_that_were_asked_for_and_its_copy_bears_no_tags() {
    let cloud = cloud();
    let disks = json!([
        { "Bsu": { "VolumeSize": 5, "VolumeType": "gp2" }, "DeviceName": "/dev/sdb" },
        { "Bsu": { "Iops": 300, "VolumeSize": 5, "VolumeType": "io1" }, "DeviceName": "/dev/sdc" },
    ]);
    let vm = running(&cloud, json!({ "BlockDeviceMappings": disks }));
    let wanted = json!({ "ImageName": "golden", "VmId": vm });
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    cloud.settle();
    let source = shown(&cloud, &image);
    assert_eq!(bsu(&source, "/dev/sdb").get("Iops"), None);
    assert_eq!(bsu(&source, "/dev/sdc")["Iops"], 300);
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [image], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let copied = made(&cloud, "CreateImage", copy(&image), "/Image/ImageId");
    cloud.settle();
    let copied = shown(&cloud, &copied);
    assert_eq!(copied["Tags"], json!([]));
    assert_eq!(bsu(&copied, "/dev/sdc")["Iops"], 300);
}

/// The state of a VM.
fn state(cloud: &Cloud, vm: &str) -> Value {
    crate::vm::shown(cloud, vm)["State"].clone()
}

#[test]
fn life() {
    let cloud = cloud();
    let vm = running(&cloud, json!({}));
    let disk = volume(
        &cloud,
        json!({ "Iops": 100, "Size": 4, "VolumeType": "io1" }),
    );
    let link = json!({ "DeviceName": "/dev/sdb", "VmId": vm, "VolumeId": disk });
    cloud.call("LinkVolume", link).ok();
    let wanted = json!({ "Description": "golden", "ImageName": "golden (1)", "VmId": vm });
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    let from = json!({ "ImageId": image });
    cloud.call("CreateVms", from.clone());
    cloud.call("ReadSnapshots", json!({})).ok();
    cloud.call("ReadVmsState", json!({ "AllVms": true })).ok();
    let owned = json!({ "Filters": { "AccountIds": ["123456789012"] } });
    cloud.call("ReadImages", owned.clone()).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.call("CreateVms", from.clone()).ok();
    let held = shown(&cloud, &image)["BlockDeviceMappings"][0]["Bsu"]["SnapshotId"].clone();
    let held = json!({ "SnapshotId": held });
    cloud.call("DeleteSnapshot", held.clone());
    cloud.call("DeleteImage", named(&image)).ok();
    cloud.call("DeleteImage", named(&image));
    cloud.call("CreateVms", from);
    cloud.call("DeleteSnapshot", held).ok();
    cloud.call("ReadImages", owned).ok();
    cloud.settle();
    assert!(cloud.dangling().is_empty());
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_vm_of_many_disks_is_imaged_whole() {
    let cloud = cloud();
    let disks = "bcdefgh".chars().map(
        |letter| json!({ "Bsu": { "VolumeSize": 1 }, "DeviceName": format!("/dev/xvd{letter}") }),
    );
    let disks: Vec<Value> = disks.collect();
    let vm = running(&cloud, json!({ "BlockDeviceMappings": disks }));
    let wanted = json!({ "ImageName": "whole", "VmId": vm });
    let image = cloud.call("CreateImage", wanted).ok();
    let mappings = image["Image"]["BlockDeviceMappings"].as_array();
    assert_eq!(mappings.map(Vec::len), Some(8));
}

#[test]
fn copies_compositions_and_imports() {
    let cloud = cloud();
    let mut wanted = copy(LINUX);
    wanted["ImageName"] = "my Debian".into();
    cloud.call("CreateImage", wanted).ok();
    let snapshot = snapshot(&cloud);
    let fast =
        json!({ "Iops": 300, "SnapshotId": snapshot, "VolumeSize": 20, "VolumeType": "io1" });
    let empty = json!({ "DeleteOnVmDeletion": false, "VolumeSize": 5 });
    let wanted = json!({
        "Architecture": "i386",
        "BlockDeviceMappings": [
            { "Bsu": empty, "DeviceName": "/dev/sdb" },
            { "Bsu": fast, "DeviceName": "/dev/sda1" },
            { "DeviceName": "/dev/sdc", "VirtualDeviceName": "ephemeral0" },
        ],
        "ImageName": "composed",
        "ProductCodes": ["0001", "0002"],
        "RootDeviceName": "/dev/sda1",
    });
    cloud.call("CreateImage", wanted).ok();
    let wanted = json!({ "FileLocation": URL, "ImageName": "imported" });
    cloud.call("CreateImage", wanted).ok();
    let owned = json!({ "Filters": { "AccountIds": ["123456789012"] } });
    cloud.call("ReadImages", owned.clone()).ok();
    cloud.call("ReadImages", owned).ok();
    cloud.call("ReadSnapshots", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::stops(json!({}), "stopping")]
#[case::stops_as_said(json!({ "NoReboot": false }), "stopping")]
#[case::goes_on(json!({ "NoReboot": true }), "running")]
fn a_vm_is_restarted_for_its_image(#[case] mut wanted: Value, #[case] during: &str) {
    let cloud = cloud();
    // Whatever it is told to do when it is stopped.
    let ends = json!({ "VmInitiatedShutdownBehavior": "terminate" });
    let vm = running(&cloud, ends);
    wanted["VmId"] = vm.as_str().into();
    let before = crate::vm::shown(&cloud, &vm)["PublicIp"].clone();
    rehearsed(&cloud, "CreateImage", wanted.clone());
    cloud.call("CreateImage", wanted).ok();
    assert_eq!(state(&cloud, &vm), during);
    cloud.settle();
    assert_eq!(state(&cloud, &vm), "running");
    let after = crate::vm::shown(&cloud, &vm);
    assert_eq!(after["PublicIp"] == before, during == "running");
    assert_eq!(after["StateReason"], "");
}

#[test]
fn a_stopped_vm_stays_so() {
    let cloud = cloud();
    let vm = stopped(&cloud, json!({}));
    cloud.call("CreateImage", json!({ "VmId": vm })).ok();
    cloud.settle();
    assert_eq!(state(&cloud, &vm), "stopped");
}

#[test]
fn an_image_of_a_vm_bears_what_the_vm_does() {
    let cloud = cloud();
    let keeps = json!([{ "Bsu": { "DeleteOnVmDeletion": false }, "DeviceName": "/dev/sda1" }]);
    let vm = stopped(
        &cloud,
        json!({ "BlockDeviceMappings": keeps, "ImageId": WINDOWS }),
    );
    // The root volume is the last that was linked, and still the first.
    let disks = &crate::vm::shown(&cloud, &vm)["BlockDeviceMappings"];
    let root = json!({ "VolumeId": disks[0]["Bsu"]["VolumeId"] });
    cloud.call("UnlinkVolume", root.clone()).ok();
    let wanted = json!({ "VmId": vm });
    let (status, code, _) = refused_twice(&cloud, "CreateImage", wanted.clone());
    assert_eq!((status, &*code), (400, "4057"));
    let disk = volume(&cloud, json!({ "Size": 1 }));
    for (device, disk) in [
        ("/dev/sdb", json!(disk)),
        ("/dev/sda1", root["VolumeId"].clone()),
    ] {
        let link = json!({ "DeviceName": device, "VmId": vm, "VolumeId": disk });
        cloud.call("LinkVolume", link).ok();
    }
    let made = cloud.call("CreateImage", wanted).ok();
    let image = &made["Image"];
    assert_eq!(image["ProductCodes"], json!(["0002"]));
    assert_eq!(image["ImageName"], image["ImageId"]);
    let devices = image["BlockDeviceMappings"]
        .as_array()
        .into_iter()
        .flatten();
    let devices: Vec<_> = devices
        .map(|it| (&it["DeviceName"], &it["Bsu"]["VolumeSize"]))
        .collect();
    assert_eq!(json!(devices), json!([["/dev/sda1", 50], ["/dev/sdb", 1]]));
    cloud.settle();
    let snapshots = cloud.call("ReadSnapshots", json!({})).ok();
    let of = |it: &Value| (it["VolumeId"].clone(), it["VolumeSize"].clone());
    let snapshots = snapshots["Snapshots"].as_array().into_iter().flatten();
    let expected = [
        (root["VolumeId"].clone(), json!(50)),
        (json!(disk), json!(1)),
    ];
    assert!(snapshots.map(of).eq(expected));
}

/// An image is complete when its snapshots are, whichever ends first.
#[test]
fn an_available_image_has_completed_snapshots() {
    let cloud = cloud();
    let vm = running(&cloud, json!({}));
    let made = cloud.call("CreateImage", json!({ "VmId": vm })).ok();
    let image = made.text("/Image/ImageId");
    let held = made.text("/Image/BlockDeviceMappings/0/Bsu/SnapshotId");
    assert_eq!(shown(&cloud, image)["State"], "pending");
    assert_eq!(shown(&cloud, image)["State"], "available");
    let seen = snapshot::shown(&cloud, held);
    assert_eq!(
        (&seen["State"], &seen["Progress"]),
        (&json!("completed"), &json!(100))
    );
}

/// Both are due at once, and neither is undone by the end of the other.
#[test]
fn an_image_and_its_snapshots_end_together() {
    let minute = SignedDuration::from_mins(1);
    let cloud = builder().pace(Pace::After(minute)).build();
    let wanted = json!({ "FileLocation": URL });
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    cloud.advance(minute);
    assert_eq!(shown(&cloud, &image)["State"], "available");
    let read = cloud.call("ReadSnapshots", json!({})).ok();
    assert_eq!(read["Snapshots"][0]["State"], "completed");
    assert_eq!(read["Snapshots"][0]["Progress"], 100);
}

#[test]
fn while_it_is_pending_nothing_can_be_made_of_it() {
    let cloud = manual();
    let wanted = json!({ "FileLocation": URL, "ImageName": "imported" });
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let uses = [
        ("CreateImage", copy(&image)),
        (
            "CreateImageExportTask",
            json!({ "ImageId": image, "OsuExport": export }),
        ),
        ("CreateVms", named(&image)),
    ];
    for (operation, input) in &uses {
        let (status, code, _) = refused_twice(&cloud, operation, input.clone());
        assert_eq!((status, &*code), (409, "6001"), "{operation}");
    }
    cloud.settle();
    for (operation, input) in uses {
        cloud.call(operation, input).ok();
    }
    // It may be deleted all the same.
    let image = made(
        &cloud,
        "CreateImage",
        json!({ "FileLocation": URL }),
        "/Image/ImageId",
    );
    cloud.call("DeleteImage", named(&image)).ok();
    cloud.settle();
    assert_eq!(shown(&cloud, &image), Value::Null);
}

#[rstest]
#[case::linux(json!({}), 10)]
#[case::windows(json!({ "ProductCodes": ["0002"] }), 50)]
fn an_import_has_a_root_of_the_usual_size(#[case] mut wanted: Value, #[case] gib: i64) {
    wanted["FileLocation"] = URL.into();
    let made = cloud().call("CreateImage", wanted).ok();
    let bsu = &made["Image"]["BlockDeviceMappings"][0]["Bsu"];
    assert_eq!(bsu["VolumeSize"], gib);
    assert_eq!(made["Image"]["FileLocation"], URL);
}

#[rstest]
#[case::nothing(json!({}), "4046")]
#[case::a_name(json!({ "ImageName": "none" }), "4046")]
#[case::vm_and_image(json!({ "SourceImageId": LINUX, "VmId": "" }), "4046")]
#[case::vm_and_devices(json!({ "RootDeviceName": "/dev/sda1", "VmId": "" }), "4046")]
#[case::image_and_file(json!({ "FileLocation": URL, "SourceRegionName": "eu-west-2" }), "4046")]
#[case::file_and_devices(json!({ "FileLocation": URL, "RootDeviceName": "/dev/sda1" }), "4046")]
#[case::short(json!({ "FileLocation": URL, "ImageName": "ab" }), "4026")]
#[case::long(json!({ "FileLocation": URL, "ImageName": "a".repeat(129) }), "4026")]
#[case::letters(json!({ "FileLocation": URL, "ImageName": "été" }), "4026")]
#[case::characters(json!({ "FileLocation": URL, "ImageName": "a:bc" }), "4026")]
#[case::url(json!({ "FileLocation": "bucket.test/key" }), "4075")]
#[case::code(json!({ "FileLocation": URL, "ProductCodes": ["0001", "9999"] }), "5044")]
#[case::made_code(json!({ "FileLocation": URL, "ProductCodes": ["pty-00000000"] }), "5044")]
#[case::vm(json!({ "VmId": "i-00000000" }), "5063")]
#[case::vm_of_another_kind(json!({ "VmId": "vol-00000000" }), "4104")]
#[case::malformed_vm(json!({ "VmId": "i-xxx" }), "4105")]
#[case::image(copy("ami-00000000"), "5023")]
#[case::image_of_another_kind(copy("i-00000000"), "4104")]
#[case::malformed_image(copy("ami-xxx"), "4105")]
#[case::no_region(json!({ "SourceImageId": LINUX }), "7999")]
#[case::no_image(json!({ "SourceRegionName": "eu-west-2" }), "7999")]
#[case::region(json!({ "SourceImageId": LINUX, "SourceRegionName": "us-east-2" }), "5043")]
fn refusals(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    if ask["VmId"] == "" {
        ask["VmId"] = stopped(&cloud, json!({})).into();
    }
    let (status, said, _) = refused_twice(&cloud, "CreateImage", ask);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::no_name("ImageName", json!(null), "7999")]
#[case::no_root("RootDeviceName", json!(null), "7999")]
#[case::another_root("RootDeviceName", json!("/dev/sdb"), "4057")]
#[case::architecture("Architecture", json!("arm64"), "4047")]
#[case::no_device("BlockDeviceMappings", json!([{ "Bsu": { "VolumeSize": 1 } }]), "4019")]
#[case::device("BlockDeviceMappings", json!([{ "DeviceName": "sdb" }]), "4019")]
#[case::neither("BlockDeviceMappings", json!([{ "DeviceName": "/dev/sdb" }]), "4011")]
#[case::both(
    "BlockDeviceMappings",
    json!([{ "Bsu": {}, "DeviceName": "/dev/sdb", "VirtualDeviceName": "ephemeral0" }]),
    "4011"
)]
#[case::twice(
    "BlockDeviceMappings",
    json!([
        { "Bsu": { "VolumeSize": 1 }, "DeviceName": "/dev/sdb" },
        { "Bsu": { "VolumeSize": 1 }, "DeviceName": "/dev/sdb" },
    ]),
    "4011"
)]
#[case::virtual_name(
    "BlockDeviceMappings",
    json!([{ "DeviceName": "/dev/sdb", "VirtualDeviceName": "sdb" }]),
    "4076"
)]
#[case::empty_root(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "VolumeSize": 1 }, "DeviceName": "/dev/sda1" }]),
    "4057"
)]
#[case::no_root_device(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "VolumeSize": 1 }, "DeviceName": "/dev/sdb" }]),
    "4057"
)]
#[case::no_size(
    "BlockDeviceMappings",
    json!([{ "Bsu": {}, "DeviceName": "/dev/sda1" }]),
    "7999"
)]
#[case::snapshot(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "SnapshotId": "snap-00000000" }, "DeviceName": "/dev/sda1" }]),
    "5054"
)]
#[case::smaller(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "SnapshotId": "", "VolumeSize": 9 }, "DeviceName": "/dev/sda1" }]),
    "4125"
)]
#[case::volume_type(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "SnapshotId": "", "VolumeType": "tape" }, "DeviceName": "/dev/sda1" }]),
    "4047"
)]
#[case::no_iops(
    "BlockDeviceMappings",
    json!([{ "Bsu": { "SnapshotId": "", "VolumeType": "io1" }, "DeviceName": "/dev/sda1" }]),
    "7999"
)]
fn refused_compositions(#[case] property: &str, #[case] mut value: Value, #[case] code: &str) {
    let cloud = cloud();
    let snapshot = snapshot(&cloud);
    if value[0]["Bsu"]["SnapshotId"] == "" {
        value[0]["Bsu"]["SnapshotId"] = snapshot.as_str().into();
    }
    let mut ask = of_snapshot(&snapshot);
    match value {
        Value::Null => drop(ask.as_object_mut().map(|it| it.remove(property))),
        value => ask[property] = value,
    }
    let (status, said, _) = refused_twice(&cloud, "CreateImage", ask);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn an_image_has_no_more_devices_than_a_vm() {
    let cloud = cloud();
    let mut ask = of_snapshot(&snapshot(&cloud));
    for number in 0..40_u8 {
        let (first, second) = (
            char::from(b'b' + number / 26),
            char::from(b'a' + number % 26),
        );
        let device = format!("/dev/sd{first}{second}");
        let device = json!({ "Bsu": { "VolumeSize": 1 }, "DeviceName": device });
        if let Some(devices) = ask["BlockDeviceMappings"].as_array_mut() {
            devices.push(device);
        }
    }
    let (status, code, _) = refused_twice(&cloud, "CreateImage", ask);
    assert_eq!((status, &*code), (400, "10018"));
}

#[test]
fn a_snapshot_must_be_completed_first() {
    let cloud = manual();
    let volume = volume(&cloud, json!({ "Size": 1 }));
    let wanted = json!({ "VolumeId": volume });
    let held = made(&cloud, "CreateSnapshot", wanted, "/Snapshot/SnapshotId");
    let (status, code, _) = refused_twice(&cloud, "CreateImage", of_snapshot(&held));
    assert_eq!((status, &*code), (409, "6003"));
}

#[rstest]
#[case::pending("pending", "9002")]
#[case::stopping("stopping", "6006")]
#[case::terminated("terminated", "6006")]
fn a_vm_runs_or_is_stopped(#[case] state: &str, #[case] code: &str) {
    let cloud = manual();
    let vm = made(
        &cloud,
        "CreateVms",
        json!({ "ImageId": LINUX }),
        "/Vms/0/VmId",
    );
    let vms = json!({ "VmIds": [vm] });
    if state != "pending" {
        cloud.settle();
    }
    match state {
        "stopping" => drop(cloud.call("StopVms", vms).ok()),
        "terminated" => {
            cloud.call("DeleteVms", vms).ok();
            cloud.settle();
        }
        _ => {}
    }
    assert_eq!(self::state(&cloud, &vm), state);
    let (status, said, _) = refused_twice(&cloud, "CreateImage", json!({ "VmId": vm }));
    assert_eq!((status, &*said), (409, code));
}

#[test]
fn a_name_is_an_accounts_own() {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let id = image(&cloud, "mine");
    let mut again = copy(LINUX);
    again["ImageName"] = "mine".into();
    let (status, code, _) = refused_twice(&cloud, "CreateImage", again.clone());
    assert_eq!((status, &*code), (409, "9015"));
    other.call("CreateImage", again.clone()).ok();
    cloud.call("DeleteImage", named(&id)).ok();
    cloud.call("CreateImage", again).ok();
    // Those of the public images are theirs.
    let mut public = copy(LINUX);
    public["ImageName"] = shown(&cloud, LINUX)["ImageName"].clone();
    cloud.call("CreateImage", public).ok();
}

/// The larger volume of an image may be made smaller again, as long as it holds the snapshot.
#[rstest]
#[case(9, Err("4125"))]
#[case(10, Ok(10))]
#[case(15, Ok(15))]
#[case(25, Ok(25))]
fn a_vm_may_want_less_than_its_image(#[case] asked: i64, #[case] got: Result<i64, &str>) {
    let cloud = cloud();
    let mut wanted = of_snapshot(&snapshot(&cloud));
    wanted["BlockDeviceMappings"][0]["Bsu"]["VolumeSize"] = 20.into();
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    let root = json!([{ "Bsu": { "VolumeSize": asked }, "DeviceName": "/dev/sda1" }]);
    let vm = json!({ "BlockDeviceMappings": root, "ImageId": image });
    match got {
        Err(code) => {
            let (status, said, _) = refused_twice(&cloud, "CreateVms", vm);
            assert_eq!((status, &*said), (400, code));
        }
        Ok(size) => {
            cloud.call("CreateVms", vm).ok();
            let of = json!({ "Filters": { "LinkVolumeDeviceNames": ["/dev/sda1"] } });
            let read = cloud.call("ReadVolumes", of).ok();
            assert_eq!(read["Volumes"][0]["Size"], size);
        }
    }
}

#[test]
fn vms_have_the_volumes_of_their_image() {
    let cloud = cloud();
    let held = snapshot(&cloud);
    let mut wanted = of_snapshot(&held);
    wanted["BlockDeviceMappings"] = json!([
        { "Bsu": { "SnapshotId": held }, "DeviceName": "/dev/sda1" },
        { "Bsu": { "VolumeSize": 3, "VolumeType": "gp2" }, "DeviceName": "/dev/sdb" },
        { "DeviceName": "/dev/sdc", "VirtualDeviceName": "ephemeral0" },
    ]);
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    cloud.call("CreateVms", named(&image)).ok();
    let linked = json!({ "Filters": { "LinkVolumeLinkStates": ["attached"] } });
    let read = cloud.call("ReadVolumes", linked).ok();
    let volumes = read["Volumes"].as_array().into_iter().flatten();
    let volumes: Vec<_> = volumes
        .map(|it| json!([it["Size"], it["VolumeType"], it["SnapshotId"]]))
        .collect();
    assert_eq!(
        json!(volumes),
        json!([[10, "standard", held], [3, "gp2", null]])
    );
}
