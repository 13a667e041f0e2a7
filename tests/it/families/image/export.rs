//! Exports of images.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{image, named};
use crate::snapshot::OTHER;
use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};

fn wanted(image: &str) -> Value {
    let export = json!({
        "DiskImageFormat": "qcow2",
        "OsuApiKey": { "ApiKeyId": "KEY", "SecretKey": "of-the-bucket" },
        "OsuBucket": "exports",
        "OsuManifestUrl": "https://bucket.test/manifest",
        "OsuPrefix": "golden",
    });
    json!({ "ImageId": image, "OsuExport": export })
}

fn task(cloud: &Cloud, image: &str) -> String {
    let id = "/ImageExportTask/TaskId";
    made(cloud, "CreateImageExportTask", wanted(image), id)
}

#[test]
fn an_export_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let image = image(&cloud, "mine");
    task(&cloud, &image);
    for _ in 0..3 {
        cloud.call("ReadImageExportTasks", json!({})).ok();
    }
    let plain = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let plain = json!({ "ImageId": image, "OsuExport": plain });
    cloud.call("CreateImageExportTask", plain).ok();
    // The export knows what it was of.
    cloud.call("DeleteImage", named(&image)).ok();
    cloud.settle();
    cloud.call("ReadImageExportTasks", json!({})).ok();
    assert!(cloud.dangling().is_empty());
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::unknown("ImageId", json!("ami-00000000"), "5023")]
#[case::of_another_kind("ImageId", json!("snap-00000000"), "4104")]
#[case::malformed("ImageId", json!("ami-xxx"), "4105")]
#[case::format("DiskImageFormat", json!("vmdk"), "4047")]
#[case::no_bucket("OsuBucket", json!(""), "4002")]
#[case::manifest("OsuManifestUrl", json!(""), "4075")]
fn refusals(#[case] property: &str, #[case] value: Value, #[case] code: &str) {
    let cloud = cloud();
    let mut input = wanted(&image(&cloud, "mine"));
    match property {
        "ImageId" => input[property] = value,
        _ => input["OsuExport"][property] = value,
    }
    let (status, said, _) = refused_twice(&cloud, "CreateImageExportTask", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn exports_are_of_an_account() {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let image = image(&cloud, "mine");
    let (status, code, _) = refused_twice(&other, "CreateImageExportTask", wanted(&image));
    assert_eq!((status, &*code), (400, "5023"));
    rehearsed(&cloud, "CreateImageExportTask", wanted(&image));
    rehearsed(&cloud, "ReadImageExportTasks", json!({}));
    let id = task(&cloud, &image);
    task(&cloud, &image);
    let theirs = other.call("ReadImageExportTasks", json!({})).ok();
    assert_eq!(theirs["ImageExportTasks"], json!([]));
    every_filter(
        &cloud,
        "ReadImageExportTasks",
        &json!({}),
        ("ImageExportTasks", "TaskId", &id),
        &[("TaskIds", json!([id]), json!(["image-export-00000000"]))],
    );
    cloud.settle();
    let list = "ImageExportTasks";
    assert_eq!(pages_of_one(&cloud, "ReadImageExportTasks", list), 2);
}
