//! Conversations about the family `image`.

use mockscale::{Cloud, Value, json};

use crate::snapshot::OTHER;
use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice};
use crate::vm::{LINUX, WINDOWS};

#[path = "image/create.rs"]
mod create;
#[path = "image/export.rs"]
mod export;
#[path = "image/share.rs"]
mod share;

/// An image of the account's own of that name: the copy of a public one.
#[track_caller]
pub(crate) fn image(cloud: &Cloud, name: &str) -> String {
    let wanted = json!({
        "ImageName": name, "SourceImageId": LINUX, "SourceRegionName": "eu-west-2",
    });
    made(cloud, "CreateImage", wanted, "/Image/ImageId")
}

fn named(image: &str) -> Value {
    json!({ "ImageId": image })
}

/// An image as a read shows it; null when it shows none.
#[track_caller]
fn shown(cloud: &Cloud, image: &str) -> Value {
    let read = json!({ "Filters": { "ImageIds": [image] } });
    let read = cloud.call("ReadImages", read).ok();
    read["Images"][0].clone()
}

#[test]
fn public_images_are_everybodys() {
    let cloud = builder().account("111111111111").build();
    let images = cloud.call("ReadImages", json!({})).ok();
    assert!(images["Images"].as_array().unwrap().len() >= 12);
    let other = cloud.as_account("111111111111");
    assert_eq!(
        other.call("ReadImages", json!({})).ok()["Images"],
        images["Images"]
    );
}

#[test]
fn a_client_finds_an_image_by_a_pattern() {
    let cloud = cloud();
    cloud
        .call(
            "ReadImages",
            json!({ "Filters": {
                "AccountAliases": ["Outscale"], "ImageNames": ["Ubuntu*", "RockyLinux*"],
            } }),
        )
        .ok();
    mockscale::assert_transcript!(cloud);
}

/// How many images a read selects by one filter.
fn found(cloud: &Cloud, filter: &str, wanted: &Value) -> Option<usize> {
    let read = json!({ "Filters": { filter: wanted } });
    let read = cloud.call("ReadImages", read).ok();
    read["Images"].as_array().map(Vec::len)
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let id = image(&cloud, "mine 1");
    let other = json!({ "AccountIds": [OTHER] });
    let change = json!({
        "Description": "nightly 1",
        "ImageId": id,
        "PermissionsToLaunch": { "Additions": other },
    });
    cloud.call("UpdateImage", change).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let image = shown(&cloud, &id);
    let bsu = &image["BlockDeviceMappings"][0]["Bsu"];
    let none = json!(["none"]);
    let table = [
        // No account that makes images here has an alias.
        ("AccountAliases", json!(null), json!(["Outscale"])),
        ("AccountIds", json!(["123456789012"]), json!([OTHER])),
        ("Architectures", json!(["x86_64"]), json!(["i386"])),
        (
            "BlockDeviceMappingDeleteOnVmDeletion",
            json!(true),
            json!(false),
        ),
        (
            "BlockDeviceMappingDeviceNames",
            json!(["/dev/sda1"]),
            none.clone(),
        ),
        (
            "BlockDeviceMappingSnapshotIds",
            json!([bsu["SnapshotId"]]),
            none.clone(),
        ),
        ("BlockDeviceMappingVolumeSizes", json!([10]), json!([11])),
        (
            "BlockDeviceMappingVolumeTypes",
            json!(["standard"]),
            json!(["io1"]),
        ),
        ("Descriptions", json!(["nightly*"]), none.clone()),
        (
            "FileLocations",
            json!(["123456789012/mine 1"]),
            none.clone(),
        ),
        ("Hypervisors", json!(["xen"]), json!(["ovm"])),
        ("ImageIds", json!([id]), json!(["ami-00000000"])),
        ("ImageNames", json!(["mine*"]), json!(["Debian*"])),
        (
            "PermissionsToLaunchAccountIds",
            json!([OTHER]),
            json!(["123456789012"]),
        ),
        (
            "PermissionsToLaunchGlobalPermission",
            json!(false),
            json!(true),
        ),
        ("ProductCodeNames", json!(["Linux"]), json!(["Windows"])),
        ("ProductCodes", json!(["0001"]), json!(["0002"])),
        ("RootDeviceNames", json!(["/dev/sda1"]), none.clone()),
        ("RootDeviceTypes", json!(["ebs"]), none.clone()),
        ("States", json!(["available"]), json!(["pending"])),
        ("TagKeys", json!(["stage"]), json!(["test"])),
        ("TagValues", json!(["test"]), json!(["stage"])),
        ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ("VirtualizationTypes", json!(["hvm"]), json!(["pv"])),
    ];
    every_filter(
        &cloud,
        "ReadImages",
        &json!({}),
        ("Images", "ImageId", &id),
        &table,
    );
    let all = pages_of_one(&cloud, "ReadImages", "Images");
    assert_eq!(found(&cloud, "RootDeviceTypes", &json!(["bsu"])), Some(all));
    // Of the public ones, which have an alias, all but a few are Outscale's.
    let public = found(&cloud, "PermissionsToLaunchGlobalPermission", &json!(true));
    assert_eq!(public, Some(all - 1));
    let by_outscale = found(&cloud, "AccountAliases", &json!(["Outscale"]));
    assert!(by_outscale > Some(10) && by_outscale < public);
}

#[test]
fn the_catalogue_has_several_owners_and_product_codes() {
    let images = cloud().call("ReadImages", json!({})).ok();
    let distinct = |text: fn(&Value) -> &Value| {
        let images = images["Images"].as_array().into_iter().flatten();
        let mut texts: Vec<_> = images.filter_map(|image| text(image).as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.len()
    };
    assert_eq!(distinct(|image| &image["AccountId"]), 3);
    assert_eq!(distinct(|image| &image["ProductCodes"][0]), 4);
}

#[test]
fn what_cannot_be_deleted() {
    let cloud = cloud();
    for (id, code) in [
        ("ami-00000000", "5023"),
        (LINUX, "5023"),
        (WINDOWS, "5023"),
        ("snap-00000000", "4104"),
        ("ami-xxx", "4105"),
        ("", "5023"),
    ] {
        let (status, said, _) = refused_twice(&cloud, "DeleteImage", named(id));
        assert_eq!((status, &*said), (400, code), "{id}");
    }
}
