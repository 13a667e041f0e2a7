//! Images, snapshots and exports: their figures agree, and they are shared with accounts.

use std::collections::BTreeSet;

use super::view::{View, own_id};
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for snapshot in view.of_kind("Snapshot") {
        check_progress("Snapshot", snapshot, &["completed"], faults);
        check_permissions("Snapshot", snapshot, "PermissionsToCreateVolume", faults);
    }
    for kind in ["ImageExportTask", "SnapshotExportTask"] {
        for task in view.of_kind(kind) {
            check_progress(kind, task, &["completed"], faults);
        }
    }
    for image in view.of_kind("Image") {
        check_permissions("Image", image, "PermissionsToLaunch", faults);
        check_image(view, image, faults);
    }
    for volume in view.of_kind("Volume") {
        check_size(view, volume, faults);
    }
}

/// It is complete exactly when it says so.
fn check_progress(kind: &str, item: &Object, complete: &[&str], faults: &mut Vec<String>) {
    let progress = item.int("Progress");
    let (id, state) = (own_id(kind, item).unwrap_or_default(), item.text("State"));
    let fits = progress.is_some_and(|it| (0..=100).contains(&it));
    if !fits || (progress == Some(100)) != complete.contains(&state) {
        faults.push(format!(
            "the {kind} {id} is {state} at {progress:?} percent"
        ));
    }
}

/// It is shared with accounts, each named once.
fn check_permissions(kind: &str, item: &Object, field: &str, faults: &mut Vec<String>) {
    let id = own_id(kind, item).unwrap_or_default();
    let permissions = item.object(field);
    let accounts = permissions.and_then(|it| it.get("AccountIds")?.as_array());
    let global = permissions.and_then(|it| it.get("GlobalPermission")?.as_bool());
    let mut seen = BTreeSet::new();
    for account in accounts.into_iter().flatten() {
        let account = account.as_str().unwrap_or_default();
        let digits = account.bytes().all(|it| it.is_ascii_digit());
        if account.len() != 12 || !digits || !seen.insert(account) {
            faults.push(format!(
                "the {kind} {id} should not be shared with '{account}'"
            ));
        }
    }
    if accounts.is_none() || global.is_none() {
        faults.push(format!(
            "the {kind} {id} does not say whom it is shared with"
        ));
    }
}

/// A volume holds what it was made of.
fn check_size(view: &View, volume: &Object, faults: &mut Vec<String>) {
    let snapshot = view.find("Snapshot", volume.text("SnapshotId"));
    let needed = snapshot.and_then(|it| it.int("VolumeSize"));
    if needed.is_some_and(|needed| volume.int("Size").is_none_or(|size| size < needed)) {
        let id = volume.text("VolumeId");
        faults.push(format!("the volume {id} is smaller than its snapshot"));
    }
}

/// The volumes of an image hold their snapshots, which are completed when it is available.
fn check_image(view: &View, image: &Object, faults: &mut Vec<String>) {
    let (id, state) = (image.text("ImageId"), image.text("State"));
    let mut devices = BTreeSet::new();
    for mapping in image.objects("BlockDeviceMappings") {
        devices.insert(mapping.text("DeviceName"));
        let Some(bsu) = mapping.object("Bsu") else {
            continue;
        };
        let Some(snapshot) = view.find("Snapshot", bsu.text("SnapshotId")) else {
            continue;
        };
        if bsu.int("VolumeSize") < snapshot.int("VolumeSize") {
            faults.push(format!(
                "a volume of the image {id} is smaller than its snapshot"
            ));
        }
        if state == "available" && snapshot.text("State") != "completed" {
            faults.push(format!(
                "the image {id} is available, and its snapshot is not complete"
            ));
        }
    }
    if devices.len() != image.objects("BlockDeviceMappings").count()
        || !devices.contains(image.text("RootDeviceName"))
    {
        faults.push(format!(
            "the image {id} has a device twice, or no root device"
        ));
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;
    use super::*;

    /// Resources with which all is well.
    fn whole() -> Value {
        let shared = json!({ "AccountIds": ["111111111111"], "GlobalPermission": false });
        json!({
            "Image": [{
                "BlockDeviceMappings": [
                    { "Bsu": { "SnapshotId": "snap-1", "VolumeSize": 10 }, "DeviceName": "/dev/sda1" },
                    { "Bsu": { "VolumeSize": 1 }, "DeviceName": "/dev/sdb" },
                ],
                "ImageId": "ami-1",
                "PermissionsToLaunch": shared,
                "RootDeviceName": "/dev/sda1",
                "State": "available",
            }],
            "ImageExportTask": [{ "Progress": 50, "State": "cancelled", "TaskId": "image-export-1" }],
            "Snapshot": [{
                "PermissionsToCreateVolume": shared,
                "Progress": 100,
                "SnapshotId": "snap-1",
                "State": "completed",
                "VolumeSize": 10,
            }],
            "SnapshotExportTask": [{ "Progress": 0, "State": "pending", "TaskId": "snap-export-1" }],
            "Volume": [{ "Size": 10, "SnapshotId": "snap-1", "VolumeId": "vol-1" }],
        })
    }

    #[rstest]
    #[case("/Snapshot/0/Progress", json!(99), "is completed at Some(99)")]
    #[case("/Snapshot/0/State", json!("pending"), "is pending at Some(100)")]
    #[case("/SnapshotExportTask/0/State", json!("completed"), "is completed at Some(0)")]
    #[case("/SnapshotExportTask/0/Progress", json!(-1), "at Some(-1)")]
    #[case("/ImageExportTask/0/Progress", json!(100), "is cancelled at Some(100)")]
    #[case("/Snapshot/0/PermissionsToCreateVolume/AccountIds/0", json!("1"), "shared with '1'")]
    #[case(
        "/Image/0/PermissionsToLaunch/AccountIds",
        json!(["111111111111", "111111111111"]),
        "Image ami-1 should not be shared with '111111111111'"
    )]
    #[case("/Image/0/PermissionsToLaunch/GlobalPermission", json!(null), "does not say whom")]
    #[case("/Volume/0/Size", json!(9), "vol-1 is smaller")]
    #[case("/Image/0/BlockDeviceMappings/0/Bsu/VolumeSize", json!(9), "of the image ami-1 is smaller")]
    #[case("/Snapshot/0/State", json!("pending"), "its snapshot is not complete")]
    #[case("/Image/0/RootDeviceName", json!("/dev/sdc"), "no root device")]
    #[case("/Image/0/BlockDeviceMappings/1/DeviceName", json!("/dev/sda1"), "a device twice")]
    fn each_of_these_is_found(#[case] pointer: &str, #[case] value: Value, #[case] said: &str) {
        let faults = found(check, whole(), pointer, value);
        assert!(
            faults.iter().any(|fault| fault.contains(said)),
            "{faults:?}"
        );
    }
}
