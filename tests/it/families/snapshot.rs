//! Conversations about the family `snapshot`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, last, made, manual, pages_of_one, refused_twice, rehearsed,
};
use crate::volume::volume;

#[path = "snapshot/export.rs"]
mod export;
#[path = "snapshot/share.rs"]
mod share;

/// Another account of the cloud.
pub(crate) const OTHER: &str = "210987654321";

/// A completed snapshot of 10 GiB, of a volume of its own.
#[track_caller]
pub(crate) fn snapshot(cloud: &Cloud) -> String {
    let volume = volume(cloud, json!({ "Size": 10 }));
    let id = of(cloud, &volume);
    cloud.settle();
    id
}

/// A snapshot of a volume, in the making.
#[track_caller]
fn of(cloud: &Cloud, volume: &str) -> String {
    let id = "/Snapshot/SnapshotId";
    made(cloud, "CreateSnapshot", json!({ "VolumeId": volume }), id)
}

fn named(snapshot: &str) -> Value {
    json!({ "SnapshotId": snapshot })
}

fn copy(snapshot: &str) -> Value {
    json!({ "SourceRegionName": "eu-west-2", "SourceSnapshotId": snapshot })
}

fn import(bytes: i64) -> Value {
    let url = "https://bucket.test/one/disk.qcow2?Expires=1&Signature=x";
    json!({ "FileLocation": url, "SnapshotSize": bytes })
}

/// A snapshot as a read shows it; null when it shows none.
#[track_caller]
pub(crate) fn shown(cloud: &Cloud, snapshot: &str) -> Value {
    let read = json!({ "Filters": { "SnapshotIds": [snapshot] } });
    let read = cloud.call("ReadSnapshots", read).ok();
    read["Snapshots"][0].clone()
}

#[test]
fn life() {
    let cloud = cloud();
    let wanted = json!({ "Size": 10, "SubregionName": "eu-west-2a" });
    let volume = made(&cloud, "CreateVolume", wanted, "/Volume/VolumeId");
    let wanted = json!({ "Description": "before the upgrade", "VolumeId": volume });
    cloud.call("CreateSnapshot", wanted.clone());
    let snapshot = made(&cloud, "CreateSnapshot", wanted, "/Snapshot/SnapshotId");
    let from = json!({ "SnapshotId": snapshot, "SubregionName": "eu-west-2b" });
    cloud.call("CreateVolume", from.clone());
    cloud.call("ReadSnapshots", json!({})).ok();
    cloud.call("ReadSnapshots", json!({})).ok();
    let goes = json!({ "VolumeId": volume });
    cloud.call("DeleteVolume", goes).ok();
    cloud.call("CreateVolume", from.clone()).ok();
    cloud.call("DeleteSnapshot", named(&snapshot)).ok();
    cloud.call("DeleteSnapshot", named(&snapshot));
    cloud.call("CreateVolume", from);
    cloud.call("ReadSnapshots", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn copies_and_imports() {
    let cloud = cloud();
    let source = snapshot(&cloud);
    let mut wanted = copy(&source);
    wanted["Description"] = "a copy".into();
    cloud.call("CreateSnapshot", wanted).ok();
    cloud.call("CreateSnapshot", import(3 << 30)).ok();
    // What was copied may go.
    cloud.call("DeleteSnapshot", named(&source)).ok();
    cloud.settle();
    cloud.call("ReadSnapshots", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case(1, 1)]
#[case(1 << 30, 1)]
#[case((1 << 30) + 1, 2)]
#[case(14_901 << 30, 14_901)]
fn an_import_fits_a_volume_of_whole_gib(#[case] bytes: i64, #[case] gib: i64) {
    let made = cloud().call("CreateSnapshot", import(bytes)).ok();
    assert_eq!(made["Snapshot"]["VolumeSize"], gib);
}

#[rstest]
#[case::nothing(json!({}), "7999")]
#[case::only_a_description(json!({ "Description": "none" }), "7999")]
#[case::no_region(json!({ "SourceSnapshotId": "" }), "7999")]
#[case::no_snapshot(json!({ "SourceRegionName": "eu-west-2" }), "7999")]
#[case::no_size(json!({ "FileLocation": "https://bucket.test/key" }), "7999")]
#[case::no_file(json!({ "SnapshotSize": 1 }), "7999")]
#[case::volume_and_snapshot(json!({ "VolumeId": "", "SourceSnapshotId": "" }), "4046")]
#[case::volume_and_size(json!({ "VolumeId": "", "SnapshotSize": 1 }), "4046")]
#[case::snapshot_and_file(
    json!({ "SourceRegionName": "eu-west-2", "FileLocation": "https://bucket.test/key" }),
    "4046"
)]
#[case::volume(json!({ "VolumeId": "vol-00000000" }), "5064")]
#[case::volume_of_another_kind(json!({ "VolumeId": "snap-00000000" }), "4104")]
#[case::malformed_volume(json!({ "VolumeId": "vol-xxx" }), "4105")]
#[case::snapshot(copy("snap-00000000"), "5054")]
#[case::snapshot_of_another_kind(copy("vol-00000000"), "4104")]
#[case::malformed_snapshot(copy("snap-xxx"), "4105")]
#[case::region(json!({ "SourceRegionName": "us-east-2", "SourceSnapshotId": "" }), "5043")]
#[case::no_bytes(import(0), "4203")]
#[case::fewer_bytes(import(-1), "4203")]
#[case::too_many_bytes(import((14_901 << 30) + 1), "4203")]
#[case::most_bytes(import(i64::MAX), "4203")]
#[case::no_url(json!({ "FileLocation": "", "SnapshotSize": 1 }), "4075")]
#[case::another_scheme(json!({ "FileLocation": "s3://bucket.test/key", "SnapshotSize": 1 }), "4075")]
#[case::no_host(json!({ "FileLocation": "https:///key", "SnapshotSize": 1 }), "4075")]
#[case::no_key(json!({ "FileLocation": "https://bucket.test/?k", "SnapshotSize": 1 }), "4075")]
#[case::spaces(json!({ "FileLocation": "https://bucket.test/a key", "SnapshotSize": 1 }), "4075")]
fn refusals(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    // An empty one stands for one that exists.
    for (property, id) in [
        ("VolumeId", volume(&cloud, json!({ "Size": 1 }))),
        ("SourceSnapshotId", snapshot(&cloud)),
    ] {
        if ask[property] == "" {
            ask[property] = id.into();
        }
    }
    let (status, said, _) = refused_twice(&cloud, "CreateSnapshot", ask);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_volume_must_have_come_to_be_and_must_not_go() {
    let cloud = manual();
    let wanted = json!({ "Size": 1, "SubregionName": "eu-west-2a" });
    let volume = made(&cloud, "CreateVolume", wanted, "/Volume/VolumeId");
    let wanted = json!({ "VolumeId": volume });
    let (status, code, _) = refused_twice(&cloud, "CreateSnapshot", wanted.clone());
    assert_eq!((status, &*code), (409, "6007"));
    cloud.settle();
    cloud.call("CreateSnapshot", wanted.clone()).ok();
    cloud.call("DeleteVolume", wanted.clone()).ok();
    let (status, code, _) = refused_twice(&cloud, "CreateSnapshot", wanted);
    assert_eq!((status, &*code), (400, "5064"));
}

#[test]
fn a_snapshot_outlives_its_volume_from_the_first() {
    let cloud = cloud();
    let volume = volume(&cloud, json!({ "Size": 10 }));
    let snapshot = of(&cloud, &volume);
    let named = json!({ "VolumeId": volume });
    cloud.call("DeleteVolume", named).ok();
    cloud.settle();
    let now = shown(&cloud, &snapshot);
    assert_eq!(
        (&now["State"], &now["VolumeId"]),
        (&json!("completed"), &json!(volume))
    );
}

#[test]
fn a_copy_bears_no_tags() {
    let cloud = cloud();
    let source = snapshot(&cloud);
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [source], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let copied = cloud.call("CreateSnapshot", copy(&source)).ok();
    assert_eq!(copied["Snapshot"]["Tags"], json!([]));
}

#[test]
fn a_public_snapshot_is_found_as_one() {
    let cloud = cloud();
    let (public, _) = (snapshot(&cloud), snapshot(&cloud));
    let opened = json!({
        "PermissionsToCreateVolume": { "Additions": { "GlobalPermission": true } },
        "SnapshotId": public,
    });
    cloud.call("UpdateSnapshot", opened).ok();
    let filters = json!({ "Filters": { "PermissionsToCreateVolumeGlobalPermission": true } });
    let read = cloud.call("ReadSnapshots", filters).ok();
    let found = read["Snapshots"].as_array().expect("a list");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["SnapshotId"], *public);
}

#[test]
fn a_volume_in_use_and_changed_is_kept_as_it_is() {
    let cloud = cloud();
    let vm = crate::vm::running(&cloud, json!({}));
    let vm = crate::vm::shown(&cloud, &vm);
    let root = crate::vm::id(&vm["BlockDeviceMappings"][0]["Bsu"]["VolumeId"]);
    assert_eq!(shown(&cloud, &of(&cloud, &root))["VolumeSize"], 10);
    let volume = volume(&cloud, json!({ "Size": 1 }));
    let before = of(&cloud, &volume);
    let grows = json!({ "Size": 2, "VolumeId": volume });
    cloud.call("UpdateVolume", grows).ok();
    assert_eq!(shown(&cloud, &before)["VolumeSize"], 1);
    assert_eq!(shown(&cloud, &of(&cloud, &volume))["VolumeSize"], 2);
}

#[test]
fn only_a_completed_one_is_of_use() {
    let cloud = manual();
    let volume = volume(&cloud, json!({ "Size": 10 }));
    let snapshot = of(&cloud, &volume);
    let device = json!([{ "Bsu": { "SnapshotId": snapshot }, "DeviceName": "/dev/sdb" }]);
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let uses = [
        ("CreateSnapshot", copy(&snapshot)),
        (
            "CreateSnapshotExportTask",
            json!({ "OsuExport": export, "SnapshotId": snapshot }),
        ),
        (
            "CreateVms",
            json!({ "BlockDeviceMappings": device, "ImageId": crate::vm::LINUX }),
        ),
        (
            "CreateVolume",
            json!({ "SnapshotId": snapshot, "SubregionName": "eu-west-2a" }),
        ),
    ];
    for (operation, input) in &uses {
        let (status, code, _) = refused_twice(&cloud, operation, input.clone());
        assert_eq!((status, &*code), (409, "6003"), "{operation}");
    }
    cloud.settle();
    for (operation, input) in uses {
        rehearsed(&cloud, operation, input.clone());
        cloud.call(operation, input).ok();
    }
}

/// Whoever tries again gets through, without a read.
#[test]
fn a_refusal_moves_it_on() {
    let cloud = cloud();
    let volume = volume(&cloud, json!({ "Size": 10 }));
    let wanted = copy(&of(&cloud, &volume));
    let statuses = [409, 409, 200].map(|_| cloud.call("CreateSnapshot", wanted.clone()).status());
    assert_eq!(statuses, [409, 409, 200]);
}

#[rstest]
#[case::as_large(json!({}), Some(10))]
#[case::larger(json!({ "Size": 11 }), Some(11))]
#[case::smaller(json!({ "Size": 9 }), None)]
fn a_volume_made_of_it_holds_it(#[case] mut ask: Value, #[case] size: Option<i64>) {
    let cloud = cloud();
    ask["SnapshotId"] = snapshot(&cloud).into();
    ask["SubregionName"] = "eu-west-2b".into();
    if let Some(size) = size {
        let made = cloud.call("CreateVolume", ask.clone()).ok();
        assert_eq!(made["Volume"]["Size"], size);
        assert_eq!(made["Volume"]["SnapshotId"], ask["SnapshotId"]);
    } else {
        let (status, code, _) = refused_twice(&cloud, "CreateVolume", ask);
        assert_eq!((status, &*code), (400, "4125"));
    }
}

#[test]
fn it_goes_at_once_even_out_of_the_queue() {
    let cloud = manual();
    let volume = volume(&cloud, json!({ "Size": 1 }));
    let snapshot = of(&cloud, &volume);
    assert_eq!(shown(&cloud, &snapshot)["State"], "in-queue");
    cloud.call("DeleteSnapshot", named(&snapshot)).ok();
    assert_eq!(shown(&cloud, &snapshot), Value::Null);
    cloud.settle();
    assert_eq!(shown(&cloud, &snapshot), Value::Null);
    assert!(last(&cloud).effects.is_empty());
}

#[rstest]
#[case::unknown("snap-00000000", "5054")]
#[case::of_another_kind("vol-00000000", "4104")]
#[case::malformed("snap-xxx", "4105")]
#[case::of_a_task("snap-export-00000000", "4105")]
#[case::empty("", "5054")]
fn what_does_not_exist(#[case] id: &str, #[case] code: &str) {
    let cloud = cloud();
    let mut update = named(id);
    update["PermissionsToCreateVolume"] = json!({ "Additions": {} });
    for (operation, input) in [("DeleteSnapshot", named(id)), ("UpdateSnapshot", update)] {
        let (status, said, _) = refused_twice(&cloud, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (volume, snapshot) = (volume(&cloud, json!({ "Size": 1 })), snapshot(&cloud));
    let before = cloud.call("ReadSnapshots", json!({})).ok();
    let mut update = named(&snapshot);
    update["PermissionsToCreateVolume"] = json!({ "Additions": { "GlobalPermission": true } });
    for (operation, input) in [
        ("CreateSnapshot", json!({ "VolumeId": volume })),
        ("CreateSnapshot", copy(&snapshot)),
        ("CreateSnapshot", import(1)),
        ("UpdateSnapshot", update),
        ("DeleteSnapshot", named(&snapshot)),
        ("ReadSnapshots", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let after = cloud.call("ReadSnapshots", json!({})).ok();
    assert_eq!(after["Snapshots"], before["Snapshots"]);
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let (volume, snapshot) = (volume(&cloud, json!({ "Size": 1 })), snapshot(&cloud));
    let mut update = named(&snapshot);
    update["PermissionsToCreateVolume"] = json!({ "Additions": {} });
    for (operation, input, code) in [
        ("CreateSnapshot", json!({ "VolumeId": volume }), "5064"),
        ("CreateSnapshot", copy(&snapshot), "5054"),
        ("UpdateSnapshot", update, "5054"),
        ("DeleteSnapshot", named(&snapshot), "5054"),
    ] {
        let (status, said, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
    assert_eq!(shown(&other, &snapshot), Value::Null);
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    snapshot(&cloud);
    let volume = volume(&cloud, json!({ "Size": 7 }));
    let wanted = json!({ "Description": "nightly 1", "VolumeId": volume });
    let id = made(&cloud, "CreateSnapshot", wanted, "/Snapshot/SnapshotId");
    cloud.settle();
    let shares = json!({
        "PermissionsToCreateVolume": { "Additions": { "AccountIds": [OTHER] } },
        "SnapshotId": id,
    });
    cloud.call("UpdateSnapshot", shares).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    every_filter(
        &cloud,
        "ReadSnapshots",
        &json!({}),
        ("Snapshots", "SnapshotId", &id),
        &[
            // No account that makes snapshots here has an alias.
            ("AccountAliases", json!(null), json!(["Outscale"])),
            ("AccountIds", json!(["123456789012"]), json!([OTHER])),
            ("Descriptions", json!(["nightly*"]), json!(["weekly*"])),
            (
                "FromCreationDate",
                json!("2024-05-06T07:08:09Z"),
                json!("2024-05-06T07:08:09.001Z"),
            ),
            (
                "PermissionsToCreateVolumeAccountIds",
                json!([OTHER]),
                json!(["123456789012"]),
            ),
            (
                "PermissionsToCreateVolumeGlobalPermission",
                json!(false),
                json!(true),
            ),
            ("Progresses", json!([100]), json!([0])),
            ("SnapshotIds", json!([id]), json!(["snap-00000000"])),
            ("States", json!(["completed"]), json!(["pending"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
            (
                "ToCreationDate",
                json!("2024-05-06T07:08:09Z"),
                json!("2024-05-06T07:08:08.999Z"),
            ),
            ("VolumeIds", json!([volume]), json!(["vol-00000000"])),
            ("VolumeSizes", json!([7]), json!([10])),
        ],
    );
    assert_eq!(pages_of_one(&cloud, "ReadSnapshots", "Snapshots"), 2);
}
