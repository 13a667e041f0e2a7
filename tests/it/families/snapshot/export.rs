//! Exports of snapshots.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{OTHER, named, shown, snapshot};
use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};

fn wanted(snapshot: &str) -> Value {
    let export = json!({
        "DiskImageFormat": "qcow2",
        "OsuApiKey": { "ApiKeyId": "KEY", "SecretKey": "of-the-bucket" },
        "OsuBucket": "exports",
        "OsuManifestUrl": "https://bucket.test/manifest",
        "OsuPrefix": "nightly",
    });
    json!({ "OsuExport": export, "SnapshotId": snapshot })
}

fn task(cloud: &Cloud, snapshot: &str) -> String {
    let id = "/SnapshotExportTask/TaskId";
    made(cloud, "CreateSnapshotExportTask", wanted(snapshot), id)
}

#[test]
fn an_export_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let snapshot = snapshot(&cloud);
    task(&cloud, &snapshot);
    for _ in 0..3 {
        cloud.call("ReadSnapshotExportTasks", json!({})).ok();
    }
    let plain = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let plain = json!({ "OsuExport": plain, "SnapshotId": snapshot });
    cloud.call("CreateSnapshotExportTask", plain).ok();
    // The export knows what it was of.
    cloud.call("DeleteSnapshot", named(&snapshot)).ok();
    cloud.settle();
    cloud.call("ReadSnapshotExportTasks", json!({})).ok();
    assert_eq!(shown(&cloud, &snapshot), Value::Null);
    assert!(cloud.dangling().is_empty());
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::unknown("SnapshotId", json!("snap-00000000"), "5054")]
#[case::of_another_kind("SnapshotId", json!("ami-00000000"), "4104")]
#[case::malformed("SnapshotId", json!("snap-xxx"), "4105")]
#[case::format("DiskImageFormat", json!("vmdk"), "4047")]
#[case::no_format("DiskImageFormat", json!(""), "4047")]
#[case::no_bucket("OsuBucket", json!(""), "4002")]
#[case::manifest("OsuManifestUrl", json!("bucket.test/manifest"), "4075")]
fn refusals(#[case] property: &str, #[case] value: Value, #[case] code: &str) {
    let cloud = cloud();
    let mut input = wanted(&snapshot(&cloud));
    match property {
        "SnapshotId" => input[property] = value,
        _ => input["OsuExport"][property] = value,
    }
    let (status, said, _) = refused_twice(&cloud, "CreateSnapshotExportTask", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn exports_are_of_an_account() {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let snapshot = snapshot(&cloud);
    let input = wanted(&snapshot);
    let (status, code, _) = refused_twice(&other, "CreateSnapshotExportTask", input);
    assert_eq!((status, &*code), (400, "5054"));
    rehearsed(&cloud, "CreateSnapshotExportTask", wanted(&snapshot));
    rehearsed(&cloud, "ReadSnapshotExportTasks", json!({}));
    let id = task(&cloud, &snapshot);
    task(&cloud, &snapshot);
    let theirs = other.call("ReadSnapshotExportTasks", json!({})).ok();
    assert_eq!(theirs["SnapshotExportTasks"], json!([]));
    every_filter(
        &cloud,
        "ReadSnapshotExportTasks",
        &json!({}),
        ("SnapshotExportTasks", "TaskId", &id),
        &[("TaskIds", json!([id]), json!(["snap-export-00000000"]))],
    );
    cloud.settle();
    let list = "SnapshotExportTasks";
    assert_eq!(pages_of_one(&cloud, "ReadSnapshotExportTasks", list), 2);
}
