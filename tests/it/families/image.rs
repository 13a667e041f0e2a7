//! Conversations about the family `image`.

use mockscale::{Cloud, json};

use crate::support::{cloud, every_filter};

#[test]
fn public_images_are_everybodys() {
    let cloud = Cloud::builder().account("111111111111").build();
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
                "AccountAliases": ["Outscale"], "ImageNames": ["Ubuntu*"],
            } }),
        )
        .ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let all = cloud.call("ReadImages", json!({})).ok();
    let image = &all["Images"][0];
    let bsu = &image["BlockDeviceMappings"][0]["Bsu"];
    let none = json!(["none"]);
    let table = [
        ("AccountAliases", json!(["Outscale"]), none.clone()),
        ("AccountIds", json!([image["AccountId"]]), none.clone()),
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
        ("Descriptions", json!([""]), none.clone()),
        (
            "FileLocations",
            json!([image["FileLocation"]]),
            none.clone(),
        ),
        ("Hypervisors", json!(["xen"]), json!(["ovm"])),
        (
            "ImageIds",
            json!([image["ImageId"]]),
            json!(["ami-00000000"]),
        ),
        ("ImageNames", json!(["Debian-11*"]), json!(["Debian-12*"])),
        // Nobody in particular may launch it, since everybody may.
        (
            "PermissionsToLaunchAccountIds",
            json!(null),
            json!(["123456789012"]),
        ),
        (
            "PermissionsToLaunchGlobalPermission",
            json!(true),
            json!(false),
        ),
        ("ProductCodeNames", json!(["Linux"]), json!(["Windows"])),
        ("ProductCodes", json!(["0001"]), json!(["0002"])),
        ("RootDeviceNames", json!(["/dev/sda1"]), none.clone()),
        ("RootDeviceTypes", json!(["ebs"]), none.clone()),
        ("States", json!(["available"]), json!(["pending"])),
        // CreateTags is for one's own resources, and these images are not.
        ("TagKeys", json!(null), none.clone()),
        ("TagValues", json!(null), none.clone()),
        ("Tags", json!(null), json!(["stage=test"])),
        ("VirtualizationTypes", json!(["hvm"]), json!(["pv"])),
    ];
    let target = ("Images", "ImageId", image["ImageId"].as_str().unwrap());
    every_filter(&cloud, "ReadImages", &json!({}), target, &table);
    let bsu = json!({ "Filters": { "RootDeviceTypes": ["bsu"] } });
    assert_eq!(cloud.call("ReadImages", bsu).ok()["Images"], all["Images"]);
}
