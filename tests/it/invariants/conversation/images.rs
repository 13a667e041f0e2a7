//! How the calls about images, snapshots and their exports are written.

use mockscale::{Value, json};

use super::pen::Pen;
use super::{ACCOUNTS, Row};

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateImage", 14, image),
    (
        "CreateImageExportTask",
        6,
        |pen| json!({ "ImageId": pen.id("ImageId"), "OsuExport": export(pen) }),
    ),
    ("CreateSnapshot", 14, snapshot),
    (
        "CreateSnapshotExportTask",
        6,
        |pen| json!({ "OsuExport": export(pen), "SnapshotId": pen.id("SnapshotId") }),
    ),
    (
        "DeleteExportTask",
        4,
        |pen| json!({ "ExportTaskId": pen.last("TaskId") }),
    ),
    (
        "DeleteImage",
        5,
        |pen| json!({ "ImageId": pen.last("ImageId") }),
    ),
    (
        "DeleteSnapshot",
        6,
        |pen| json!({ "SnapshotId": pen.last("SnapshotId") }),
    ),
    ("ReadImageExportTasks", 4, |_| json!({})),
    ("ReadSnapshotExportTasks", 4, |_| json!({})),
    ("ReadSnapshots", 8, |_| json!({})),
    (
        "UpdateSnapshot",
        8,
        |pen| json!({ "PermissionsToCreateVolume": permissions(pen), "SnapshotId": pen.id("SnapshotId") }),
    ),
];

const NAMES: &[&str] = &["golden", "nightly", "image (3)", "ab", "a:b"];
const URLS: &[&str] = &[
    "https://bucket.test/key?Signature=x",
    "https://bucket.test/key?Signature=x",
    "https://bucket.test",
    "",
];

fn image(pen: &mut Pen<'_>) -> Value {
    let mut input = match pen.dice.below(10) {
        0..4 => json!({ "NoReboot": pen.dice.percent(60), "VmId": pen.id("VmId") }),
        4..6 => json!({ "SourceImageId": pen.id("ImageId"), "SourceRegionName": region(pen) }),
        6..8 => json!({
            "BlockDeviceMappings": [root(pen)],
            "ImageName": pen.one_of(NAMES),
            "RootDeviceName": "/dev/sda1",
        }),
        8 => json!({ "FileLocation": pen.one_of(URLS) }),
        _ => json!({}),
    };
    pen.maybe(&mut input, 40, "ImageName", |pen| pen.one_of(NAMES).into());
    pen.maybe(&mut input, 15, "ProductCodes", |pen| {
        json!([pen.one_of(&["0001", "0002", "0006", "9999"])])
    });
    pen.maybe(&mut input, 4, "VmId", |pen| pen.id("VmId").into());
    input
}

/// A root device made of a snapshot, mostly of a size that will do.
fn root(pen: &mut Pen<'_>) -> Value {
    let mut bsu = json!({ "SnapshotId": pen.id("SnapshotId") });
    pen.maybe(&mut bsu, 40, "VolumeSize", |pen| {
        pen.number(&[100, 50, 10, 1]).into()
    });
    json!({ "Bsu": bsu, "DeviceName": "/dev/sda1" })
}

fn snapshot(pen: &mut Pen<'_>) -> Value {
    let mut input = match pen.dice.below(10) {
        0..5 => json!({ "VolumeId": pen.id("VolumeId") }),
        5..8 => {
            json!({ "SourceRegionName": region(pen), "SourceSnapshotId": pen.id("SnapshotId") })
        }
        8 => {
            let bytes = pen.number(&[1, 1 << 30, 5 << 30]);
            json!({ "FileLocation": pen.one_of(URLS), "SnapshotSize": bytes })
        }
        _ => json!({}),
    };
    pen.maybe(&mut input, 30, "Description", |pen| pen.word().into());
    pen.maybe(&mut input, 4, "VolumeId", |pen| pen.id("VolumeId").into());
    input
}

fn region(pen: &mut Pen<'_>) -> &'static str {
    pen.one_of(&["eu-west-2", "eu-west-2", "eu-west-2", "us-east-2"])
}

fn export(pen: &mut Pen<'_>) -> Value {
    let mut export = json!({
        "DiskImageFormat": pen.one_of(&["qcow2", "raw", "qcow2", "vmdk"]),
        "OsuBucket": pen.one_of(&["exports", "exports", ""]),
    });
    pen.maybe(&mut export, 40, "OsuPrefix", |pen| pen.word().into());
    pen.maybe(&mut export, 10, "OsuManifestUrl", |pen| {
        pen.one_of(URLS).into()
    });
    export
}

/// A change of permissions, mostly with the other account.
fn permissions(pen: &mut Pen<'_>) -> Value {
    let mut permissions = json!({});
    pen.maybe(&mut permissions, 70, "AccountIds", |pen| {
        let odd = pen.one_of(&["111111111111", "111111111111", "1", "all"]);
        let one = [ACCOUNTS[1], ACCOUNTS[0], ACCOUNTS[1], odd];
        json!([pen.one_of(&one)])
    });
    pen.maybe(&mut permissions, 30, "GlobalPermission", |pen| {
        pen.dice.percent(80).into()
    });
    match pen.dice.below(20) {
        0 => json!({}),
        1 => json!({ "Additions": permissions, "Removals": permissions }),
        2..8 => json!({ "Removals": permissions }),
        _ => json!({ "Additions": permissions }),
    }
}
