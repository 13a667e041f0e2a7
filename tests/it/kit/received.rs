//! Calls that are asserted afterwards.

use std::sync::Arc;

use mockscale::{Cloud, Received, Value, json};
use rstest::rstest;

use super::said_by;

fn conversation() -> Cloud {
    let cloud = Cloud::builder().account("222222222222").build();
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/8" }));
    let other = cloud.as_account("222222222222");
    other.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16", "Tenancy": "default" }),
    );
    cloud
}

#[rstest]
#[case::all(|it: Received| it.times(3), true)]
#[case::a_range(|it: Received| it.times(1..3), false)]
#[case::at_least_once(Received::at_least_once, true)]
#[case::once(Received::once, false)]
#[case::never(Received::never, false)]
#[case::with(|it: Received| it.with(json!({ "Tenancy": "default" })).once(), true)]
#[case::by(|it: Received| it.by("222222222222").once(), true)]
#[case::answered(|it: Received| it.answered(200).times(2), true)]
#[case::refused(|it: Received| it.refused("4014").once(), true)]
#[case::refused_otherwise(|it: Received| it.refused("9999").at_least_once(), false)]
#[case::never_refused_so(|it: Received| it.refused("9999").never(), true)]
fn an_assertion_holds_or_fails(#[case] assert: fn(Received), #[case] holds: bool) {
    let cloud = conversation();
    assert_eq!(
        said_by(|| assert(cloud.received("CreateNet"))).is_none(),
        holds
    );
}

#[test]
fn a_failure_shows_the_nearest_the_fields_and_the_tail() {
    let cloud = conversation();
    let wanted = json!({ "IpRange": "10.1.0.0/16", "Tenancy": "dedicated" });
    let received = cloud.received("CreateNet").with(wanted).answered(200);
    let failure = said_by(|| received.once()).expect("a failure");
    let (head, tail) = failure
        .split_once("\nthe conversation:\n\n")
        .expect("a tail");
    assert_eq!(
        head,
        r#"CreateNet with {"IpRange":"10.1.0.0/16","Tenancy":"dedicated"} answered 200 was expected exactly once, and came never
  nearest: request 3, CreateNet, which differs in
    /IpRange: wanted "10.1.0.0/16", got "10.0.0.0/16"
    /Tenancy: wanted "dedicated", got "default"
"#
    );
    assert_eq!(tail, cloud.transcript().tail(3));
}

#[test]
fn the_caller_the_status_and_the_code_are_told_too() {
    let cloud = conversation();
    let wanted = cloud
        .received("CreateNet")
        .with(json!({ "IpRange": "10.0.0.0/8" }));
    let wanted = wanted.by("222222222222").answered(409).refused("4015");
    let failure = said_by(|| wanted.once()).expect("a failure");
    for part in [
        "nearest: request 2, CreateNet, which differs in\n",
        "    caller: wanted 222222222222, got 123456789012\n",
        "    status: wanted 409, got 400\n",
        "    error code: wanted 4015, got 4014\n",
    ] {
        assert!(failure.contains(part), "no {part:?} in:\n{failure}");
    }
}

#[test]
fn it_looks_when_it_is_asked() {
    let cloud = Cloud::new();
    let received = cloud.received("ReadNets");
    cloud.call("ReadNets", json!({}));
    let exchanges = received.exchanges();
    assert_eq!(exchanges.len(), 1);
    assert!(Arc::ptr_eq(
        &exchanges[0],
        &cloud.transcript().exchanges()[0]
    ));
    received.once();
}

#[test]
fn what_is_forgotten_is_told() {
    let cloud = Cloud::builder().keep_exchanges(2).build();
    for _ in 0..5 {
        cloud.call("ReadNets", json!({}));
    }
    let failure = said_by(|| cloud.received("ReadNets").times(5)).expect("a failure");
    assert!(failure.contains("came twice"), "{failure}");
    assert!(
        failure.contains("requests 1 to 3, which are no longer"),
        "{failure}"
    );
}

#[test]
fn what_cannot_be_read_is_no_match_and_says_why() {
    let cloud = Cloud::builder().report().start();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().expect("a runtime");
    runtime.block_on(crate::http::post(&cloud, "/CreateNet", "{"));
    cloud.received("CreateNet").once();
    let wanted = || {
        cloud
            .received("CreateNet")
            .with(json!({ "IpRange": "10.0.0.0/16" }))
    };
    let failure = said_by(|| wanted().once()).expect("a failure");
    assert!(failure.contains("(the whole body): wanted"), "{failure}");
    assert!(
        failure.contains("cannot be read: The body is not JSON"),
        "{failure}"
    );
}

#[test]
#[should_panic(expected = "the contract has no operation CreateVm; did you mean CreateVms?")]
fn an_unknown_operation_is_refused_when_written() {
    Cloud::new().received("CreateVm").never();
}

#[rstest]
#[case::top(json!({ "ImagId": "x" }), "the request of CreateVms has no field ImagId; did you mean ImageId?")]
#[case::within(
    json!({ "Placement": { "SubregionNam": "x" } }),
    "the request of CreateVms has no field Placement.SubregionNam; did you mean SubregionName?"
)]
#[case::in_a_list(
    json!({ "BlockDeviceMappings": [{ "Bsu": { "Size": 1 } }] }),
    "the request of CreateVms has no field BlockDeviceMappings.Bsu.Size"
)]
fn a_field_that_does_not_exist_is_refused_when_written(#[case] part: Value, #[case] told: &str) {
    let cloud = Cloud::new();
    let said = said_by(|| cloud.received("CreateVms").with(part.clone()).never());
    let said = said.expect("a refusal");
    assert!(said.starts_with(told), "{said}");
    let said = said_by(|| drop(cloud.expect("CreateVms").never().with(part)));
    assert!(said.expect("a refusal").starts_with(told));
}
