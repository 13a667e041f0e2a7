//! Snapshots that others may use.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{OTHER, copy, named, shown, snapshot};
use crate::support::{builder, cloud, last, refused_twice};

fn update(snapshot: &str, change: &str, permissions: &Value) -> Value {
    json!({ "PermissionsToCreateVolume": { change: permissions }, "SnapshotId": snapshot })
}

/// A cloud of two accounts, the second as it is called by itself, and a snapshot of the first.
fn two() -> (Cloud, Cloud, String) {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    let snapshot = snapshot(&cloud);
    (cloud, other, snapshot)
}

#[rstest]
#[case::with_one(json!({ "AccountIds": [OTHER] }))]
#[case::with_all(json!({ "GlobalPermission": true }))]
fn what_is_shared_can_be_used_until_it_is_no_more(#[case] permissions: Value) {
    let (cloud, other, snapshot) = two();
    let volume = json!({ "SnapshotId": snapshot, "SubregionName": "eu-west-2a" });
    let device = json!([{ "Bsu": { "SnapshotId": snapshot }, "DeviceName": "/dev/sdb" }]);
    let vm = json!({ "BlockDeviceMappings": device, "ImageId": crate::vm::LINUX });
    let uses = [
        ("CreateSnapshot", copy(&snapshot)),
        ("CreateVms", vm),
        ("CreateVolume", volume),
    ];
    let unshared = |other: &Cloud| {
        for (operation, input) in &uses {
            let (status, code, _) = refused_twice(other, operation, input.clone());
            assert_eq!((status, &*code), (400, "5054"), "{operation}");
        }
        assert_eq!(shown(other, &snapshot), Value::Null);
    };
    unshared(&other);
    let shares = update(&snapshot, "Additions", &permissions);
    cloud.call("UpdateSnapshot", shares).ok();
    assert_eq!(shown(&other, &snapshot)["AccountId"], "123456789012");
    for (operation, input) in &uses {
        other.call(operation, input.clone()).ok();
    }
    let taken_back = update(&snapshot, "Removals", &permissions);
    cloud.call("UpdateSnapshot", taken_back).ok();
    unshared(&other);
    // What was made of it stays.
    let volumes = other.call("ReadVolumes", json!({})).ok();
    let mut volumes = volumes["Volumes"].as_array().into_iter().flatten();
    assert!(volumes.any(|volume| volume["SnapshotId"] == snapshot));
    assert!(cloud.dangling().is_empty());
}

#[test]
fn sharing() {
    let cloud = cloud();
    let snapshot = snapshot(&cloud);
    let both = json!({ "AccountIds": [OTHER, "111111111111", OTHER] });
    let one = json!({ "AccountIds": ["111111111111", "222222222222"] });
    let all = json!({ "GlobalPermission": true });
    for (change, permissions, accounts, global) in [
        ("Additions", &both, json!([OTHER, "111111111111"]), false),
        ("Additions", &both, json!([OTHER, "111111111111"]), false),
        ("Removals", &one, json!([OTHER]), false),
        ("Removals", &one, json!([OTHER]), false),
        ("Additions", &all, json!([OTHER]), true),
        ("Additions", &json!({}), json!([OTHER]), true),
        (
            "Removals",
            &json!({ "GlobalPermission": false }),
            json!([OTHER]),
            true,
        ),
        ("Removals", &all, json!([OTHER]), false),
        ("Removals", &all, json!([OTHER]), false),
    ] {
        let input = update(&snapshot, change, permissions);
        let reply = cloud.call("UpdateSnapshot", input).ok();
        assert_eq!(
            reply["Snapshot"]["PermissionsToCreateVolume"],
            json!({ "AccountIds": accounts, "GlobalPermission": global }),
            "{change} of {permissions}"
        );
    }
    assert!(last(&cloud).effects.is_empty());
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::neither(json!({}), "7999")]
#[case::both(json!({ "Additions": {}, "Removals": {} }), "4046")]
#[case::short(json!({ "Additions": { "AccountIds": ["12345678901"] } }), "4050")]
#[case::long(json!({ "Removals": { "AccountIds": ["1234567890123"] } }), "4050")]
#[case::letters(json!({ "Additions": { "AccountIds": [OTHER, "all"] } }), "4050")]
#[case::empty(json!({ "Additions": { "AccountIds": [""] } }), "4050")]
fn refusals(#[case] change: Value, #[case] code: &str) {
    let cloud = cloud();
    let mut input = named(&snapshot(&cloud));
    input["PermissionsToCreateVolume"] = change;
    let (status, said, _) = refused_twice(&cloud, "UpdateSnapshot", input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn what_is_only_shared_stays_its_owners() {
    let (cloud, other, snapshot) = two();
    let tags = json!({ "ResourceIds": [snapshot], "Tags": [{ "Key": "k", "Value": "v" }] });
    cloud.call("CreateTags", tags.clone()).ok();
    let everybody = json!({ "GlobalPermission": true });
    let shares = update(&snapshot, "Additions", &everybody);
    cloud.call("UpdateSnapshot", shares.clone()).ok();
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    for (operation, input) in [
        ("CreateTags", tags),
        ("DeleteSnapshot", named(&snapshot)),
        ("UpdateSnapshot", shares),
        (
            "CreateSnapshotExportTask",
            json!({ "OsuExport": export, "SnapshotId": snapshot }),
        ),
    ] {
        let (status, code, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*code), (400, "5054"), "{operation}");
    }
    // Nor are its tags anybody's business.
    assert_eq!(shown(&other, &snapshot)["Tags"], json!([]));
    let tagged = json!({ "Filters": { "TagKeys": ["k"] } });
    let found = |cloud: &Cloud| {
        let read = cloud.call("ReadSnapshots", tagged.clone()).ok();
        read["Snapshots"].as_array().map(Vec::len)
    };
    assert_eq!((found(&cloud), found(&other)), (Some(1), Some(0)));
}
