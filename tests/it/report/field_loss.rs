//! What models lose of what they read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::{Cloud, FieldLoss, Loss, Shape, Value, json};
use rstest::rstest;
use serde::{Deserialize, Serialize};

use crate::support::cloud;

#[path = "../../../examples/sdk_models/mod.rs"]
mod sdk_models;

/// Every reply of a shape through the models of the official SDK.
fn of_the_sdk(cloud: &Cloud, shape: Shape) -> FieldLoss {
    let mut report = FieldLoss::new();
    for (operation, compare) in sdk_models::MODELS {
        let wire = cloud.sample_reply(operation, shape);
        compare(&mut report, operation, &wire);
    }
    report
}

#[test]
fn the_sdk_has_a_model_for_every_operation() {
    let names: Vec<&str> = sdk_models::MODELS.iter().map(|(name, _)| *name).collect();
    let cloud = cloud();
    assert_eq!(names, cloud.contract().names().collect::<Vec<_>>());
}

#[rstest]
fn the_sdk_loses_nothing_that_is_legal(
    #[values(Shape::Maximal, Shape::Minimal, Shape::Bare, Shape::Sparse)] shape: Shape,
) {
    let report = of_the_sdk(&cloud(), shape);
    report.assert_lossless();
    assert_eq!(
        report.to_string(),
        "nothing is lost in 223 operations and 223 replies\n"
    );
}

#[test]
fn the_sdk_cannot_read_new_values_of_an_enumeration() {
    let report = of_the_sdk(&cloud(), Shape::Future);
    let mut unreadable = Vec::new();
    for (operation, of) in report.operations() {
        for lost in &of.fields {
            match &lost.loss {
                Loss::Unreadable { .. } => unreadable.push((operation.as_str(), &*lost.path)),
                // What it does not know it leaves out.
                Loss::Dropped { .. } => {
                    let name = lost.path.rsplit('.').next();
                    assert!(name.is_some_and(|it| it.starts_with("Future")), "{lost:?}");
                }
                other => panic!("{operation} {}: {other:?}", lost.path),
            }
        }
    }
    assert_eq!(
        unreadable,
        [
            ("CreateVmGroup", "VmGroup.PositioningStrategy"),
            ("CreateVmTemplate", "VmTemplate.CpuPerformance"),
            ("ReadCatalogs", "Catalogs.State"),
            ("ReadVmGroups", "VmGroups.PositioningStrategy"),
            ("ReadVmTemplates", "VmTemplates.CpuPerformance"),
            ("UpdateVmGroup", "VmGroup.PositioningStrategy"),
            ("UpdateVmTemplate", "VmTemplate.CpuPerformance"),
        ]
    );
}

#[rstest]
#[case::equal(json!({ "A": [1, { "B": "x" }] }), json!({ "A": [1, { "B": "x" }] }), json!([]))]
#[case::null_for_absent(json!({ "A": 1 }), json!({ "A": 1, "B": null }), json!([]))]
#[case::absent_for_null(json!({ "A": 1, "B": null }), json!({ "A": 1 }), json!([]))]
#[case::dropped(
    json!({ "Vms": [{ "A": true }, { "A": false }] }),
    json!({ "Vms": [{}, { "A": null }] }),
    json!([{ "path": "Vms.A", "loss": { "what": "dropped", "was": true } }])
)]
#[case::renamed_by_case(
    json!({ "VmId": "i-1", "A": "i-1" }),
    json!({ "vm_id": "i-1" }),
    json!([
        { "path": "A", "loss": { "what": "dropped", "was": "i-1" } },
        { "path": "VmId", "loss": { "what": "renamed", "to": "vm_id" } },
    ])
)]
#[case::renamed_by_value(
    json!({ "VmTypeName": "tina" }),
    json!({ "Name": "tina" }),
    json!([{ "path": "VmTypeName", "loss": { "what": "renamed", "to": "Name" } }])
)]
#[case::renamed_and_retyped(
    json!({ "Size": 1 }),
    json!({ "size": "1" }),
    json!([
        { "path": "Size", "loss": { "what": "renamed", "to": "size" } },
        { "path": "Size", "loss": { "what": "retyped", "from": "integer", "to": "string" } },
    ])
)]
#[case::the_same_by_chance(
    json!({ "A": true, "B": "x", "C": "x" }),
    json!({ "D": true, "E": "x" }),
    json!([
        { "path": "A", "loss": { "what": "dropped", "was": true } },
        { "path": "B", "loss": { "what": "dropped", "was": "x" } },
        { "path": "C", "loss": { "what": "dropped", "was": "x" } },
        { "path": "D", "loss": { "what": "added", "value": true } },
        { "path": "E", "loss": { "what": "added", "value": "x" } },
    ])
)]
#[case::an_integer_is_no_number(
    json!({ "A": 1, "B": 1.5 }),
    json!({ "A": 1.0, "B": 1 }),
    json!([
        { "path": "A", "loss": { "what": "retyped", "from": "integer", "to": "number" } },
        { "path": "B", "loss": { "what": "retyped", "from": "number", "to": "integer" } },
    ])
)]
#[case::changed(
    json!({ "At": "2024-01-01T00:00:00.000Z", "P": 0.123_456_789, "L": [1, 2] }),
    json!({ "At": "2024-01-01T00:00:00Z", "P": 0.123_456_79, "L": [1] }),
    json!([
        { "path": "At", "loss": {
            "what": "changed", "from": "2024-01-01T00:00:00.000Z", "to": "2024-01-01T00:00:00Z",
        } },
        { "path": "L", "loss": { "what": "changed", "from": "2 items", "to": "1 items" } },
        { "path": "P", "loss": { "what": "changed", "from": 0.123_456_789, "to": 0.123_456_79 } },
    ])
)]
#[case::secrets(
    json!({ "SecretKey": "s3cret", "Keys": { "PrivateKey": "s3cret" } }),
    json!({ "SecretKey": "other" }),
    json!([
        { "path": "Keys", "loss": { "what": "dropped", "was": { "PrivateKey": "<secret>" } } },
        { "path": "SecretKey", "loss": { "what": "changed", "from": "<secret>", "to": "<secret>" } },
    ])
)]
#[case::another_thing(
    json!({ "A": 1 }),
    json!([1]),
    json!([{ "path": "", "loss": { "what": "retyped", "from": "object", "to": "array" } }])
)]
#[case::nothing(
    json!({ "A": 1 }),
    json!(null),
    json!([{ "path": "", "loss": { "what": "dropped", "was": { "A": 1 } } }])
)]
fn losses(#[case] wire: Value, #[case] model: Value, #[case] lost: Value) {
    let mut report = FieldLoss::new();
    report.compare("ReadVms", &wire, &model);
    assert_eq!(report.to_json()["ReadVms"]["fields"], lost);
    assert_eq!(report.is_lossless(), lost == json!([]));
}

/// A model with every fault that a model can have.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Reply {
    entries: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
struct Entry {
    #[serde(rename(deserialize = "Code"))]
    code: String,
    #[serde(rename = "Value")]
    value: f32,
    #[serde(rename = "Count")]
    count: f64,
    #[serde(default, rename = "Tags")]
    tags: Vec<Value>,
}

#[test]
fn a_table_for_people() {
    let mut report = FieldLoss::new();
    let entry = json!({ "Code": "a", "Value": 1.123_456_789, "Count": 3, "Zip": "c".repeat(100) });
    let wire = json!({ "Entries": [entry, entry] });
    report.compare_as::<Reply>("ReadCatalog", &wire);
    report.compare_as::<Reply>("ReadCatalog", &wire);
    report.compare_as::<Reply>("ReadVms", &json!({ "Entries": [entry, { "Code": 1 }] }));
    report.compare_as::<Value>("ReadNets", &wire);
    let expected = "\
ReadCatalog
  Entries.Code   renamed  to code
  Entries.Count  retyped  integer → number
  Entries.Value  changed  1.123456789 → 1.1234568
  Entries.Zip    dropped  was \"ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc…
  Entries.Tags   added    as []

ReadVms
  Entries.Code  unreadable  invalid type: integer `1`, expected a string

6 fields of 2 operations lost, in 3 operations and 4 replies
";
    assert_eq!(report.to_string(), expected);
    assert_eq!(report.operations()["ReadCatalog"].replies, 2);
    let failure =
        catch_unwind(AssertUnwindSafe(|| report.assert_lossless())).expect_err("a failure");
    assert_eq!(
        failure.downcast_ref::<String>().map(String::as_str),
        Some(expected)
    );
}

#[test]
fn a_secret_is_not_told_by_who_cannot_read_it() {
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Key {
        secret_key: u64,
    }
    let mut report = FieldLoss::new();
    report.compare_as::<Key>("ReadSecretAccessKey", &json!({ "SecretKey": "s3cret" }));
    let text = report.to_string();
    assert!(text.contains("SecretKey  unreadable  <secret>"), "{text}");
}

#[test]
fn a_secret_is_not_told_under_a_name_of_the_models_own() {
    let wire = json!({ "AccessKey": { "SecretKey": "s3cret" }, "State": "ACTIVE" });
    let model = json!({ "credentials": { "word": "s3cret" }, "State": "s3cret!" });
    let mut report = FieldLoss::new();
    report.compare("CreateAccessKey", &wire, &model);
    let told = format!("{report:?}{report}{}", report.to_json());
    assert!(!told.contains("s3cret"), "{told}");
    assert!(told.contains("credentials"), "{told}");
}

/// serde loses the path of what is flattened, and quotes the value.
#[test]
fn a_secret_is_not_told_where_its_path_is_lost() {
    #[derive(Deserialize, Serialize)]
    struct Key {
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Deserialize, Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Inner {
        secret_key: u64,
    }
    let mut report = FieldLoss::new();
    report.compare_as::<Key>("ReadSecretAccessKey", &json!({ "SecretKey": "s3cret" }));
    let text = report.to_string();
    assert!(text.contains("\"<secret>\", expected u64"), "{text}");
}

#[test]
fn the_last_reply_of_success_is_the_one() {
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    cloud
        .replies(Shape::Future)
        .call("ReadNets", json!({}))
        .ok();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    let transcript = cloud.transcript();
    let mut report = FieldLoss::new();
    report.compare_last::<outscale_api::models::ReadNetsResponse>("ReadNets", &transcript);
    let lost = &report.operations()["ReadNets"].fields;
    assert_eq!(lost[0].path, "FutureObject");
}

#[test]
#[should_panic(expected = "the transcript holds no reply of success to DeleteNet")]
fn a_refusal_is_nothing_to_compare() {
    let cloud = cloud();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    FieldLoss::new().compare_last::<Value>("DeleteNet", &cloud.transcript());
}

#[test]
#[should_panic(expected = "the contract has no operation ReadVm; did you mean ReadVms?")]
fn an_unknown_operation_is_refused() {
    FieldLoss::new().compare("ReadVm", &json!({}), &json!({}));
}
