//! Conversations about the family `vm_template`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, refused_twice, rehearsed};
use crate::vm::LINUX;

/// What a template needs, and what it may have.
fn wanted(more: Value) -> Value {
    let mut wanted = json!({
        "CpuCores": 2, "CpuGeneration": "v4", "ImageId": LINUX, "Ram": 4, "VmTemplateName": "small",
    });
    if let (Value::Object(wanted), Value::Object(more)) = (&mut wanted, more) {
        wanted.extend(more);
    }
    wanted
}

#[track_caller]
fn template(cloud: &Cloud, more: Value) -> String {
    let id = "/VmTemplate/VmTemplateId";
    made(cloud, "CreateVmTemplate", wanted(more), id)
}

#[test]
fn a_template_is_made_changed_and_deleted() {
    let cloud = cloud();
    let id = template(&cloud, json!({}));
    let change = json!({ "VmTemplateId": id, "Description": "for tests" });
    cloud.call("UpdateVmTemplate", change).ok();
    cloud.call("ReadVmTemplates", json!({})).ok();
    let gone = json!({ "VmTemplateId": id });
    cloud.call("DeleteVmTemplate", gone.clone()).ok();
    cloud.call("DeleteVmTemplate", gone);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_template_with_everything() {
    let cloud = cloud();
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair).ok();
    let id = template(
        &cloud,
        json!({
            "CpuPerformance": "highest",
            "Description": "for tests",
            "KeypairName": "admin",
            "Tags": [{ "Key": "stage", "Value": "test" }],
        }),
    );
    let change = json!({
        "Tags": [{ "Key": "stage", "Value": "live" }, { "Key": "owner", "Value": "me" }],
        "VmTemplateId": id,
        "VmTemplateName": "large",
    });
    cloud.call("UpdateVmTemplate", change).ok();
    let change = json!({ "Tags": [], "VmTemplateId": id });
    cloud.call("UpdateVmTemplate", change).ok();
    cloud.call("ReadVmTemplates", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::image(json!({ "ImageId": "ami-00000000" }), "5023")]
#[case::keypair(json!({ "KeypairName": "nobody" }), "5071")]
#[case::generation(json!({ "CpuGeneration": "v99" }), "4047")]
#[case::no_generation(json!({ "CpuGeneration": "4" }), "4047")]
#[case::no_core(json!({ "CpuCores": 0 }), "4047")]
#[case::no_memory(json!({ "Ram": 0 }), "4047")]
#[case::flag_in_the_generation(json!({ "CpuGeneration": "v4.c1r1p1" }), "4047")]
#[case::tag(json!({ "Tags": [{ "Key": "", "Value": "test" }] }), "4069")]
fn refusals(#[case] more: Value, #[case] code: &str) {
    let (status, got, _) = refused_twice(&cloud(), "CreateVmTemplate", wanted(more));
    assert_eq!((status, got.as_str()), (400, code));
}

#[rstest]
#[case::unknown(json!({ "VmTemplateId": "vmtemplate-00000000000000000000000000000000" }), "5044")]
#[case::malformed(json!({ "VmTemplateId": "vmtemplate-0" }), "4105")]
#[case::tag(json!({ "Tags": [{ "Key": "stage", "Value": "x".repeat(256) }] }), "4071")]
fn refused_changes(#[case] mut change: Value, #[case] code: &str) {
    let cloud = cloud();
    let id = template(&cloud, json!({}));
    if change.get("VmTemplateId").is_none() {
        change["VmTemplateId"] = id.into();
    }
    let (status, got, _) = refused_twice(&cloud, "UpdateVmTemplate", change);
    assert_eq!((status, got.as_str()), (400, code));
}

#[test]
fn rehearsals() {
    let cloud = cloud();
    let id = template(&cloud, json!({}));
    rehearsed(&cloud, "CreateVmTemplate", wanted(json!({})));
    rehearsed(&cloud, "ReadVmTemplates", json!({}));
    let change = json!({ "Description": "for tests", "VmTemplateId": id });
    rehearsed(&cloud, "UpdateVmTemplate", change);
    rehearsed(&cloud, "DeleteVmTemplate", json!({ "VmTemplateId": id }));
}

#[test]
fn another_account_has_nothing_to_do_with_it() {
    let cloud = builder().account("111111111111").build();
    let id = template(&cloud, json!({}));
    let other = cloud.as_account("111111111111");
    let all = other.call("ReadVmTemplates", json!({})).ok();
    assert_eq!(all["VmTemplates"], json!([]));
    for operation in ["DeleteVmTemplate", "UpdateVmTemplate"] {
        let (status, code, _) = refused_twice(&other, operation, json!({ "VmTemplateId": id }));
        assert_eq!((status, code.as_str()), (400, "5044"));
    }
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair.clone()).ok();
    let (_, code, _) = refused_twice(&other, "CreateVmTemplate", wanted(keypair));
    assert_eq!(code, "5071");
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let keypair = json!({ "KeypairName": "admin" });
    cloud.call("CreateKeypair", keypair).ok();
    let id = template(
        &cloud,
        json!({
            "Description": "for tests",
            "KeypairName": "admin",
            "Tags": [{ "Key": "stage", "Value": "test" }],
        }),
    );
    template(
        &cloud,
        json!({ "CpuCores": 1, "CpuPerformance": "medium", "Ram": 1, "VmTemplateName": "tiny" }),
    );
    let none = json!(["none"]);
    let table = [
        ("CpuCores", json!([2]), json!([1])),
        ("CpuGenerations", json!(["v4"]), json!(["v5"])),
        ("CpuPerformances", json!(["high"]), json!(["medium"])),
        ("Descriptions", json!(["for tests"]), json!([""])),
        ("ImageIds", json!([LINUX]), json!(["ami-00000000"])),
        ("KeypairNames", json!(["admin"]), none.clone()),
        ("Rams", json!([4]), json!([1])),
        ("TagKeys", json!(["stage"]), none.clone()),
        ("TagValues", json!(["test"]), none.clone()),
        ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ("VmTemplateIds", json!([id]), none),
        ("VmTemplateNames", json!(["small"]), json!(["tiny"])),
    ];
    let target = ("VmTemplates", "VmTemplateId", id.as_str());
    every_filter(&cloud, "ReadVmTemplates", &json!({}), target, &table);
}
