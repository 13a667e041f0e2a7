//! What is in the making fails when a test says so.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::{Cloud, Guard, Pace, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, made, refused};
use crate::vm::{LINUX, running, shown};

/// Something in the making: the kind, the read, its list, and how it is found.
struct Making {
    id: String,
    read: (&'static str, &'static str, &'static str),
}

impl Making {
    fn state(&self, cloud: &Cloud) -> Value {
        let (operation, list, filter) = self.read;
        let read = json!({ "Filters": { filter: [self.id] } });
        cloud.call(operation, read).ok()[list][0]["State"].clone()
    }
}

fn volume(cloud: &Cloud) -> String {
    let wanted = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    made(cloud, "CreateVolume", wanted, "/Volume/VolumeId")
}

fn snapshot(cloud: &Cloud, volume: &str) -> String {
    let wanted = json!({ "VolumeId": volume });
    made(cloud, "CreateSnapshot", wanted, "/Snapshot/SnapshotId")
}

/// Begins something of a kind, whose parts are complete.
fn begin(cloud: &Cloud, kind: &str) -> Making {
    let export = json!({ "DiskImageFormat": "qcow2", "OsuBucket": "exports" });
    let (id, read) = match kind {
        "Volume" => (volume(cloud), ("ReadVolumes", "Volumes", "VolumeIds")),
        "Snapshot" => {
            let volume = volume(cloud);
            cloud.settle();
            (
                snapshot(cloud, &volume),
                ("ReadSnapshots", "Snapshots", "SnapshotIds"),
            )
        }
        "SnapshotExportTask" => {
            let volume = volume(cloud);
            cloud.settle();
            let snapshot = snapshot(cloud, &volume);
            cloud.settle();
            let wanted = json!({ "SnapshotId": snapshot, "OsuExport": export });
            let id = "/SnapshotExportTask/TaskId";
            (
                made(cloud, "CreateSnapshotExportTask", wanted, id),
                ("ReadSnapshotExportTasks", "SnapshotExportTasks", "TaskIds"),
            )
        }
        _ => {
            let vm = running(cloud, json!({}));
            let wanted = json!({ "ImageName": "golden", "VmId": vm });
            let image = made(cloud, "CreateImage", wanted, "/Image/ImageId");
            if kind == "Image" {
                (image, ("ReadImages", "Images", "ImageIds"))
            } else {
                cloud.settle();
                let wanted = json!({ "ImageId": image, "OsuExport": export });
                let id = "/ImageExportTask/TaskId";
                (
                    made(cloud, "CreateImageExportTask", wanted, id),
                    ("ReadImageExportTasks", "ImageExportTasks", "TaskIds"),
                )
            }
        }
    };
    Making { id, read }
}

#[rstest]
#[case("Image", "failed")]
#[case("ImageExportTask", "failed")]
#[case("Snapshot", "error")]
#[case("SnapshotExportTask", "failed")]
#[case("Volume", "error")]
fn it_stays_failed_until_it_is_deleted(
    #[case] kind: &str,
    #[case] failed: &str,
    #[values(Pace::OnRead, Pace::Manual)] pace: Pace,
) {
    let cloud = builder().pace(pace).build();
    let making = begin(&cloud, kind);
    cloud.fail(&making.id);
    for _ in 0..2 {
        assert_eq!(making.state(&cloud), failed);
        cloud.settle();
    }
    assert!(cloud.broken_invariants().is_empty());
    let again = catch_unwind(AssertUnwindSafe(|| {
        cloud.fail(&making.id);
    }));
    let said = again.expect_err("it is not in the making");
    let said = said.downcast_ref::<String>().expect("a text");
    let id = &making.id;
    assert_eq!(
        *said,
        format!("the {kind} '{id}' is {failed}, and not in the making")
    );
    let delete = match kind {
        "Image" => ("DeleteImage", json!({ "ImageId": id })),
        "Snapshot" => ("DeleteSnapshot", json!({ "SnapshotId": id })),
        "Volume" => ("DeleteVolume", json!({ "VolumeId": id })),
        // A task that has ended stays.
        _ => {
            let over = json!({ "ExportTaskId": id });
            assert_eq!(refused(&cloud, "DeleteExportTask", over).1, "6003");
            return;
        }
    };
    cloud.call(delete.0, delete.1).ok();
    cloud.settle();
    assert_eq!(making.state(&cloud), Value::Null);
}

#[test]
fn nothing_is_made_of_what_has_failed() {
    let cloud = cloud();
    let [image, snapshot, volume] = ["Image", "Snapshot", "Volume"].map(|kind| {
        let id = begin(&cloud, kind).id;
        cloud.fail(&id);
        id
    });
    let vm = running(&cloud, json!({}));
    for (operation, input, code) in [
        ("CreateVms", json!({ "ImageId": image }), "6001"),
        (
            "CreateVolume",
            json!({ "SnapshotId": snapshot, "SubregionName": "eu-west-2a" }),
            "6003",
        ),
        (
            "CreateImage",
            json!({
                "ImageName": "silver",
                "BlockDeviceMappings": [
                    { "DeviceName": "/dev/sda1", "Bsu": { "SnapshotId": snapshot } },
                ],
                "RootDeviceName": "/dev/sda1",
            }),
            "6003",
        ),
        (
            "LinkVolume",
            json!({ "DeviceName": "/dev/xvdb", "VmId": vm, "VolumeId": volume }),
            "6007",
        ),
        ("CreateSnapshot", json!({ "VolumeId": volume }), "6007"),
    ] {
        assert_eq!(refused(&cloud, operation, input).1, code, "{operation}");
    }
}

#[test]
fn exports_that_have_failed_leave_room_for_others() {
    let cloud = builder().quota("image_export_limit", 1).build();
    let making = begin(&cloud, "ImageExportTask");
    let read = cloud.call("ReadImageExportTasks", json!({})).ok();
    let image = read.text("/ImageExportTasks/0/ImageId");
    let export = json!({ "DiskImageFormat": "qcow2", "OsuBucket": "exports" });
    let wanted = json!({ "ImageId": image, "OsuExport": export });
    assert_eq!(
        refused(&cloud, "CreateImageExportTask", wanted.clone()).1,
        "10999"
    );
    cloud.fail(&making.id);
    let read = cloud.call("ReadImageExportTasks", json!({})).ok();
    let comment = read.text("/ImageExportTasks/0/Comment");
    assert!(comment.contains(" failed: "), "{comment}");
    cloud.call("CreateImageExportTask", wanted).ok();
}

#[rstest]
#[case::unknown("vol-00000000")]
#[case::of_a_kind_that_cannot("vpc-00000000")]
#[case::nothing("")]
#[should_panic(expected = "that could fail: no Image, no ImageExportTask, no Snapshot")]
fn what_is_not_there_cannot_fail(#[case] id: &str) {
    cloud().fail(id);
}

#[test]
#[should_panic(expected = "the account 210987654321 has no 'vol-")]
fn what_is_somebody_elses_cannot_fail() {
    let cloud = builder().account("210987654321").build();
    let volume = volume(&cloud);
    cloud.as_account("210987654321").fail(&volume);
}

#[test]
#[should_panic(expected = "is deleting, and not in the making")]
fn a_deletion_cannot_fail() {
    let cloud = cloud();
    let volume = volume(&cloud);
    cloud.settle();
    cloud
        .call("DeleteVolume", json!({ "VolumeId": volume }))
        .ok();
    cloud.fail(&volume);
}

/// What has failed is there, and is to be deleted like anything else.
#[rstest]
#[case("Image")]
#[case("Snapshot")]
#[case("Volume")]
fn what_has_failed_is_a_leak(#[case] kind: &str) {
    let cloud = builder().without(Guard::Leaks).build();
    let making = begin(&cloud, kind);
    cloud.fail(&making.id);
    let leaks = cloud.leaks();
    let told = leaks.iter().any(|leak| leak.id == *making.id);
    assert!(told, "{leaks:?}");
}

#[test]
fn a_new_vm_that_finds_no_room_is_terminated() {
    let cloud = builder().quota("vm_limit", 1).build();
    let ask = json!({ "ImageId": LINUX });
    let vm = made(&cloud, "CreateVms", ask.clone(), "/Vms/0/VmId");
    let ip = made(&cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIpId");
    let link = json!({ "PublicIpId": ip, "VmId": vm });
    cloud.call("LinkPublicIp", link).ok();
    cloud.fail(&vm);
    let now = shown(&cloud, &vm);
    assert_eq!(now["State"], "terminated");
    let reason = now["StateReason"].as_str().expect("a text");
    assert!(reason.contains("InsufficientInstanceCapacity"), "{reason}");
    // Nothing of it is left, and there is room for another.
    let read = cloud.call("ReadVolumes", json!({})).ok();
    assert_eq!(read["Volumes"], json!([]));
    let read = cloud.call("ReadPublicIps", json!({})).ok();
    assert_eq!(read["PublicIps"][0].get("LinkPublicIpId"), None);
    cloud.call("CreateVms", ask).ok();
}

#[test]
fn a_vm_that_finds_no_room_again_is_stopped() {
    let cloud = cloud();
    let vm = running(&cloud, json!({}));
    let named = json!({ "VmIds": [vm] });
    cloud.call("StopVms", named.clone()).ok();
    cloud.settle();
    cloud.call("StartVms", named.clone()).ok();
    cloud.fail(&vm);
    let now = shown(&cloud, &vm);
    assert_eq!(
        (&now["State"], now.get("PublicIp")),
        (&json!("stopped"), None)
    );
    let reason = now["StateReason"].as_str().expect("a text");
    assert!(reason.contains("InsufficientInstanceCapacity"), "{reason}");
    cloud.call("StartVms", named).ok();
    cloud.settle();
    let now = shown(&cloud, &vm);
    assert_eq!(
        (&now["State"], &now["StateReason"]),
        (&json!("running"), &json!(""))
    );
}

#[rstest]
#[case("StopVms", "is stopping, and not in the making")]
#[case("DeleteVms", "is shutting-down, and not in the making")]
fn a_vm_that_ends_cannot_fail(#[case] operation: &str, #[case] said: &str) {
    let cloud = builder().pace(Pace::Manual).build();
    let vm = running(&cloud, json!({}));
    cloud.call(operation, json!({ "VmIds": [vm] })).ok();
    let failed = catch_unwind(AssertUnwindSafe(|| {
        cloud.fail(&vm);
    }));
    let told = failed.expect_err("it is not in the making");
    let told = told.downcast_ref::<String>().expect("a text");
    assert!(told.ends_with(said), "{told}");
}

/// The snapshots of an image go on, whatever becomes of the image.
#[test]
fn the_snapshots_of_an_image_that_fails_are_completed() {
    let cloud = cloud();
    let vm = json!({ "ImageId": LINUX });
    let vm = running(&cloud, vm);
    let wanted = json!({ "ImageName": "golden", "VmId": vm });
    let image = made(&cloud, "CreateImage", wanted, "/Image/ImageId");
    cloud.fail(&image);
    cloud.settle();
    let own = json!({ "Filters": { "AccountIds": ["123456789012"] } });
    let read = cloud.call("ReadSnapshots", own).ok();
    assert_eq!(read.text("/Snapshots/0/State"), "completed");
}
