//! Images that others may use, and what else can be changed of one.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{LINUX, image, named, shown};
use crate::snapshot::OTHER;
use crate::support::{builder, cloud, made, refused_twice, rehearsed};

fn update(image: &str, change: &str, permissions: &Value) -> Value {
    json!({ "ImageId": image, "PermissionsToLaunch": { change: permissions } })
}

/// A cloud of two accounts, the second as it is called by itself, and an image of the first.
fn two() -> (Cloud, Cloud, String) {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let image = image(&cloud, "mine");
    (cloud, other, image)
}

#[rstest]
#[case::with_one(json!({ "AccountIds": [OTHER] }))]
#[case::with_all(json!({ "GlobalPermission": true }))]
fn what_is_shared_can_be_used_until_it_is_no_more(#[case] permissions: Value) {
    let (cloud, other, image) = two();
    let template = json!({
        "CpuCores": 1, "CpuGeneration": "v5", "ImageId": image, "Ram": 1, "VmTemplateName": "one",
    });
    let copy = json!({ "SourceImageId": image, "SourceRegionName": "eu-west-2" });
    let uses = [
        ("CreateImage", copy),
        ("CreateVmTemplate", template),
        ("CreateVms", named(&image)),
    ];
    let unshared = || {
        for (operation, input) in &uses {
            let (status, code, _) = refused_twice(&other, operation, input.clone());
            assert_eq!((status, &*code), (400, "5023"), "{operation}");
        }
        assert_eq!(shown(&other, &image), Value::Null);
    };
    unshared();
    let shares = update(&image, "Additions", &permissions);
    cloud.call("UpdateImage", shares).ok();
    assert_eq!(shown(&other, &image)["ImageName"], "mine");
    for (operation, input) in &uses {
        other.call(operation, input.clone()).ok();
    }
    let taken_back = update(&image, "Removals", &permissions);
    cloud.call("UpdateImage", taken_back).ok();
    unshared();
    // What was made of it stays.
    let vms = other.call("ReadVms", json!({})).ok();
    assert_eq!(vms["Vms"][0]["ImageId"], image);
    assert!(cloud.dangling().is_empty());
}

#[test]
fn what_is_only_shared_stays_its_owners() {
    let (cloud, other, image) = two();
    let tags = json!({ "ResourceIds": [image], "Tags": [{ "Key": "k", "Value": "v" }] });
    cloud.call("CreateTags", tags.clone()).ok();
    let everybody = json!({ "GlobalPermission": true });
    let shares = update(&image, "Additions", &everybody);
    cloud.call("UpdateImage", shares).ok();
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    for id in [&*image, LINUX] {
        for (operation, input) in [
            ("DeleteImage", named(id)),
            ("UpdateImage", update(id, "Additions", &everybody)),
            (
                "CreateImageExportTask",
                json!({ "ImageId": id, "OsuExport": export }),
            ),
        ] {
            let (status, code, _) = refused_twice(&other, operation, input);
            assert_eq!((status, &*code), (400, "5023"), "{operation}");
        }
    }
    let (status, code, _) = refused_twice(&other, "CreateTags", tags);
    assert_eq!((status, &*code), (400, "5023"));
    assert_eq!(shown(&other, &image)["Tags"], json!([]));
    assert_eq!(
        shown(&cloud, &image)["Tags"],
        json!([{ "Key": "k", "Value": "v" }])
    );
}

/// An image holds its snapshots, whoever has made it.
#[test]
fn a_snapshot_is_held_by_the_image_of_another_account() {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let held = crate::snapshot::snapshot(&cloud);
    let shared = |change: &str| {
        let permissions = json!({ change: { "AccountIds": [OTHER] } });
        json!({ "PermissionsToCreateVolume": permissions, "SnapshotId": held })
    };
    cloud.call("UpdateSnapshot", shared("Additions")).ok();
    let device = json!({ "Bsu": { "SnapshotId": held }, "DeviceName": "/dev/sda1" });
    let wanted = json!({
        "BlockDeviceMappings": [device],
        "ImageName": "of another",
        "RootDeviceName": "/dev/sda1",
    });
    let image = made(&other, "CreateImage", wanted, "/Image/ImageId");
    cloud.call("UpdateSnapshot", shared("Removals")).ok();
    let goes = json!({ "SnapshotId": held });
    let (status, code, details) = refused_twice(&cloud, "DeleteSnapshot", goes.clone());
    assert_eq!((status, &*code), (409, "9094"));
    assert!(details.contains(&image), "{details}");
    // What it is no longer shared with can still be launched.
    other.call("CreateVms", named(&image)).ok();
    other.call("DeleteImage", named(&image)).ok();
    cloud.call("DeleteSnapshot", goes).ok();
    assert!(cloud.dangling().is_empty());
}

#[test]
fn updates() {
    let cloud = cloud();
    let image = image(&cloud, "mine");
    let mut both = update(&image, "Additions", &json!({ "AccountIds": [OTHER] }));
    both["Description"] = "for friends".into();
    rehearsed(&cloud, "UpdateImage", both.clone());
    cloud.call("UpdateImage", both).ok();
    let described = json!({ "Description": "", "ImageId": image });
    cloud.call("UpdateImage", described).ok();
    let public = update(&image, "Additions", &json!({ "GlobalPermission": true }));
    cloud.call("UpdateImage", public).ok();
    let private = json!({ "AccountIds": [OTHER], "GlobalPermission": true });
    let private = update(&image, "Removals", &private);
    cloud.call("UpdateImage", private).ok();
    rehearsed(&cloud, "DeleteImage", named(&image));
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::nothing(json!({}), "7999")]
#[case::neither(json!({ "PermissionsToLaunch": {} }), "7999")]
#[case::both(json!({ "PermissionsToLaunch": { "Additions": {}, "Removals": {} } }), "4046")]
#[case::account(
    json!({ "PermissionsToLaunch": { "Additions": { "AccountIds": ["1234567890"] } } }),
    "4050"
)]
#[case::unknown(json!({ "Description": "", "ImageId": "ami-00000000" }), "5023")]
#[case::of_another_kind(json!({ "Description": "", "ImageId": "i-00000000" }), "4104")]
#[case::malformed(json!({ "Description": "", "ImageId": "ami-xxx" }), "4105")]
fn refusals(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    let own = image(&cloud, "mine");
    if ask.get("ImageId").is_none() {
        ask["ImageId"] = own.into();
    }
    let (status, said, _) = refused_twice(&cloud, "UpdateImage", ask);
    assert_eq!((status, &*said), (400, code));
}
