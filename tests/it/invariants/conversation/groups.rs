//! How the calls about VM templates and the groups made of them are written.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// A template that most conversations begin with.
pub(super) const SMALL: &str = r#"{"CpuCores":1,"CpuGeneration":"v5","ImageId":"ami-5aebd4d5",
    "Ram":1,"VmTemplateName":"small"}"#;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CreateVmGroup", 8, group),
    ("CreateVmTemplate", 3, template),
    ("DeleteVmGroup", 2, |pen| named(pen)),
    (
        "DeleteVmTemplate",
        3,
        |pen| json!({ "VmTemplateId": pen.last("VmTemplateId") }),
    ),
    ("ReadVmGroups", 6, |_| json!({})),
    ("ScaleDownVmGroup", 6, |pen| {
        let mut input = named(pen);
        input["VmSubtraction"] = pen.number(&[1, 1, 2]).into();
        input
    }),
    ("ScaleUpVmGroup", 6, |pen| {
        let mut input = named(pen);
        input["VmAddition"] = pen.number(&[1, 1, 2]).into();
        input
    }),
    ("UpdateVmGroup", 3, |pen| {
        let mut input = named(pen);
        pen.maybe(&mut input, 50, "VmTemplateId", |pen| {
            pen.id("VmTemplateId").into()
        });
        pen.maybe(&mut input, 50, "Tags", Pen::tags);
        input
    }),
    ("UpdateVmTemplate", 2, |pen| {
        let mut input = json!({ "VmTemplateId": pen.last("VmTemplateId") });
        pen.maybe(&mut input, 50, "Description", |pen| pen.word().into());
        pen.maybe(&mut input, 50, "Tags", Pen::tags);
        input
    }),
];

fn named(pen: &mut Pen<'_>) -> Value {
    json!({ "VmGroupId": pen.last("VmGroupId") })
}

fn group(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({
        "SecurityGroupIds": [],
        "SubnetId": pen.id("SubnetId"),
        "VmCount": pen.number(&[1, 1, 2, 3]),
        "VmGroupName": pen.word(),
        "VmTemplateId": pen.last("VmTemplateId"),
    });
    pen.maybe(&mut input, 20, "SecurityGroupIds", |pen| {
        pen.ids("SecurityGroupId", 2).into()
    });
    pen.maybe(&mut input, 30, "PositioningStrategy", |pen| {
        pen.one_of(&["attract", "repulse"]).into()
    });
    pen.maybe(&mut input, 30, "Tags", Pen::tags);
    input
}

fn template(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({
        "CpuCores": pen.number(&[1, 1, 2]),
        "CpuGeneration": pen.one_of(&["v5", "v5", "v4", "5"]),
        "ImageId": "ami-5aebd4d5",
        "Ram": pen.number(&[1, 2]),
        "VmTemplateName": pen.word(),
    });
    pen.maybe(&mut input, 20, "KeypairName", |pen| {
        pen.id("KeypairName").into()
    });
    pen.maybe(&mut input, 30, "Tags", Pen::tags);
    input
}
