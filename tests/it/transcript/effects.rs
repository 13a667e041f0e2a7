//! Effects: created, changed field by field, deleted, scheduled.

use mockscale::{Cloud, Value, json};
use rstest::rstest;
use serde_norway::Value as Yaml;

use crate::support::{self, last, made};

/// What an exchange says it did, a line each, as the YAML has it.
fn told(cloud: &Cloud) -> Vec<String> {
    let number = last(cloud).number;
    let yaml: Yaml = serde_norway::from_str(&cloud.transcript().to_yaml()).expect("YAML");
    let exchanges = yaml.as_sequence().expect("a list");
    let exchange = exchanges.iter().find(|it| it["number"] == number);
    let effects = exchange.and_then(|it| it.get("effects")?.as_sequence());
    let text = |it: &Yaml| it.as_str().expect("a text").to_owned();
    effects
        .into_iter()
        .flatten()
        .flat_map(|effect| effect.as_mapping().expect("a mapping"))
        .map(|(what, of)| format!("{}: {}", text(what), text(of)))
        .collect()
}

/// A cloud with a Net, a keypair, a volume and a VM that runs.
fn furnished() -> Cloud {
    let cloud = support::cloud();
    made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "old" }))
        .ok();
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    made(&cloud, "CreateVolume", volume, "/Volume/VolumeId");
    made(
        &cloud,
        "CreateVms",
        json!({ "ImageId": "ami-5aebd4d5" }),
        "/Vms/0/VmId",
    );
    cloud.settle();
    cloud
}

/// The identifiers that `furnished` made, in the places of `$net`, `$volume` and `$vm`.
fn filled(cloud: &Cloud, input: &str) -> Value {
    let transcript = cloud.transcript();
    let reply = |operation: &str, pointer: &str| {
        let made = transcript.only(operation);
        let lines = made.to_json_lines();
        let exchange: Value =
            serde_json::from_str(lines.lines().nth(1).expect("one")).expect("JSON");
        exchange
            .pointer(pointer)
            .expect(pointer)
            .as_str()
            .expect("a text")
            .to_owned()
    };
    let input = input
        .replace("$net", &reply("CreateNet", "/reply/json/Net/NetId"))
        .replace(
            "$volume",
            &reply("CreateVolume", "/reply/json/Volume/VolumeId"),
        )
        .replace("$vm", &reply("CreateVms", "/reply/json/Vms/0/VmId"));
    serde_json::from_str(&input).expect("JSON")
}

#[rstest]
#[case::created("CreateKeypair", r#"{ "KeypairName": "k" }"#, &["created: Keypair k"])]
#[case::deleted("DeleteKeypair", r#"{ "KeypairName": "old" }"#, &["deleted: Keypair old"])]
#[case::scheduled_to_be_gone(
    "DeleteVolume",
    r#"{ "VolumeId": "$volume" }"#,
    &[
        "changed: Volume <volume:1>",
        "State: available → deleting",
        "scheduled: Volume <volume:1>, deleting → gone",
    ]
)]
#[case::changed(
    "UpdateVm",
    r#"{ "VmId": "$vm", "DeletionProtection": true, "VmInitiatedShutdownBehavior": "restart" }"#,
    &[
        "changed: Vm <vm:1>",
        "DeletionProtection: false → true",
        "VmInitiatedShutdownBehavior: stop → restart",
    ]
)]
#[case::scheduled(
    "StopVms",
    r#"{ "VmIds": ["$vm"], "ForceStop": true }"#,
    &[
        "changed: Vm <vm:1>",
        "State: running → stopping",
        "StateReason: \"\" → Stopped on user's request.",
        "scheduled: Vm <vm:1>, stopping → stopped",
    ]
)]
#[case::an_element_of_a_list(
    "CreateTags",
    r#"{ "ResourceIds": ["$net"], "Tags": [{ "Key": "a", "Value": "b" }] }"#,
    &["changed: Net <net:1>", r#"Tags[0]: (absent) → {"Key":"a","Value":"b"}"#]
)]
#[case::nothing("ReadNets", "{}", &[])]
#[case::nothing_by_a_refusal("DeleteNet", r#"{ "NetId": "vpc-00000000" }"#, &[])]
#[case::nothing_by_a_rehearsal("DeleteNet", r#"{ "NetId": "$net", "DryRun": true }"#, &[])]
fn each_is_told(#[case] operation: &str, #[case] input: &str, #[case] effects: &[&str]) {
    let cloud = furnished();
    cloud.call(operation, filled(&cloud, input));
    assert_eq!(told(&cloud), effects, "{}", cloud.transcript().tail(1));
}
