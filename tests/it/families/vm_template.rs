//! Conversations about the family `vm_template`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{cloud, every_filter, made, refused_twice, rehearsed};

const NONE: &str = "vmtemplate-00000000000000000000000000000000";

#[test]
fn a_template_is_made_changed_and_deleted() {
    let cloud = cloud();
    let images = cloud.call("ReadImages", json!({})).ok();
    let wanted = json!({
        "CpuCores": 2,
        "CpuGeneration": "v4",
        "ImageId": images.text("/Images/0/ImageId"),
        "Ram": 4,
        "VmTemplateName": "small",
    });
    let fork = cloud.fork();
    let made = fork.call("CreateVmTemplate", wanted).ok();
    let id = made.text("/VmTemplate/VmTemplateId");
    let change = json!({ "VmTemplateId": id, "Description": "for tests" });
    fork.call("UpdateVmTemplate", change).ok();
    fork.call("ReadVmTemplates", json!({})).ok();
    let gone = json!({ "VmTemplateId": id });
    fork.call("DeleteVmTemplate", gone.clone()).ok();
    fork.call("DeleteVmTemplate", gone);
    mockscale::assert_transcript!(fork);
}

fn small() -> Value {
    json!({
        "CpuCores": 2,
        "CpuGeneration": "v4",
        "Description": "for tests",
        "ImageId": "ami-5aebd4d5",
        "KeypairName": "mine",
        "Ram": 4,
        "Tags": [{ "Key": "size", "Value": "small" }],
        "VmTemplateName": "small",
    })
}

/// A cloud with a keypair that templates name.
fn with_keypair() -> Cloud {
    let cloud = cloud();
    let pair = json!({ "KeypairName": "mine" });
    cloud.call("CreateKeypair", pair).ok();
    cloud
}

#[rstest]
#[case::no_image("ImageId", json!("ami-00000000"), "5023")]
#[case::no_keypair("KeypairName", json!("yours"), "5071")]
#[case::no_generation("CpuGeneration", json!("5"), "4047")]
#[case::no_such_generation("CpuGeneration", json!("v8"), "4047")]
#[case::no_cores("CpuCores", json!(0), "4047")]
#[case::too_many_cores("CpuCores", json!(131), "4047")]
#[case::no_memory("Ram", json!(0), "4047")]
#[case::too_much_memory("Ram", json!(2301), "4047")]
#[case::an_empty_key("Tags", json!([{ "Key": "", "Value": "x" }]), "4069")]
fn a_template_of_what_there_is_not(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let cloud = with_keypair();
    let mut wanted = small();
    wanted[field] = value;
    let (status, said, details) = refused_twice(&cloud, "CreateVmTemplate", wanted);
    assert_eq!((status, said.as_str()), (400, code), "{details}");
}

#[test]
fn tags_are_replaced_and_the_size_stays() {
    let cloud = with_keypair();
    rehearsed(&cloud, "CreateVmTemplate", small());
    let id = made(
        &cloud,
        "CreateVmTemplate",
        small(),
        "/VmTemplate/VmTemplateId",
    );
    let before = cloud.call("ReadVmTemplates", json!({})).ok();
    let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }]);
    let change = json!({ "Tags": twice, "VmTemplateId": id, "VmTemplateName": "tiny" });
    rehearsed(&cloud, "UpdateVmTemplate", change.clone());
    let after = cloud.call("UpdateVmTemplate", change).ok();
    let mut wanted = before["VmTemplates"][0].clone();
    wanted["Tags"] = json!([{ "Key": "a", "Value": "2" }]);
    wanted["VmTemplateName"] = "tiny".into();
    assert_eq!(after["VmTemplate"], wanted);
    let wrong = json!({ "Tags": [{ "Key": "", "Value": "" }], "VmTemplateId": id });
    let (status, code, _) = refused_twice(&cloud, "UpdateVmTemplate", wrong);
    assert_eq!((status, code.as_str()), (400, "4069"));
    rehearsed(&cloud, "DeleteVmTemplate", json!({ "VmTemplateId": id }));
}

#[rstest]
#[case("DeleteVmTemplate")]
#[case("UpdateVmTemplate")]
fn a_template_that_is_not_there(#[case] operation: &str) {
    let cloud = with_keypair();
    let other = cloud.account().open();
    let mut theirs = small();
    theirs
        .as_object_mut()
        .expect("an object")
        .remove("KeypairName");
    let theirs = made(
        &other,
        "CreateVmTemplate",
        theirs,
        "/VmTemplate/VmTemplateId",
    );
    for (id, code) in [(&*theirs, "5044"), (NONE, "5044"), ("vmtemplate-1", "4105")] {
        let input = json!({ "VmTemplateId": id });
        let (status, said, _) = refused_twice(&cloud, operation, input);
        assert_eq!((status, said.as_str()), (400, code), "{id}");
    }
}

#[test]
fn every_filter_of_templates_selects() {
    let cloud = with_keypair();
    let id = made(
        &cloud,
        "CreateVmTemplate",
        small(),
        "/VmTemplate/VmTemplateId",
    );
    let target = ("VmTemplates", "VmTemplateId", id.as_str());
    let table = [
        ("CpuCores", json!([2]), json!([1, 4])),
        ("CpuGenerations", json!(["v4"]), json!(["v5"])),
        ("CpuPerformances", json!(["high"]), json!(["highest"])),
        ("Descriptions", json!(["for tests"]), json!(["for"])),
        ("ImageIds", json!(["ami-5aebd4d5"]), json!(["ami-00000000"])),
        ("KeypairNames", json!(["mine"]), json!(["yours"])),
        ("Rams", json!([4]), json!([2])),
        ("TagKeys", json!(["size"]), json!(["small"])),
        ("TagValues", json!(["small"]), json!(["size"])),
        ("Tags", json!(["size=small"]), json!(["size=large"])),
        ("VmTemplateIds", json!([id]), json!([NONE])),
        ("VmTemplateNames", json!(["small"]), json!(["large"])),
    ];
    every_filter(&cloud, "ReadVmTemplates", &json!({}), target, &table);
    rehearsed(&cloud, "ReadVmTemplates", json!({}));
}
