//! Calls that are expected beforehand.

use mockscale::{Cloud, Expectation, Times, json};
use rstest::rstest;

use super::{drop_of, said_by};
use crate::http::post;

fn create(cloud: &Cloud, range: &str) {
    cloud.call("CreateNet", json!({ "IpRange": range }));
}

/// Twice 10.0.0.0/16, of which the second is refused in a dry run, and one by the other account.
fn conversation(cloud: &Cloud) {
    create(cloud, "10.0.0.0/16");
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/8" }));
    let other = cloud.as_account("222222222222");
    other.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16", "Tenancy": "default" }),
    );
}

fn cloud() -> Cloud {
    Cloud::builder().account("222222222222").build()
}

type Describe = fn(Expectation) -> Expectation;

#[rstest]
#[case::at_least_once_by_default(|it: Expectation| it, true)]
#[case::a_number(|it: Expectation| it.times(3), true)]
#[case::another_number(|it: Expectation| it.times(2), false)]
#[case::a_range(|it: Expectation| it.times(2..), true)]
#[case::too_few(|it: Expectation| it.times(4..), false)]
#[case::too_many(|it: Expectation| it.times(..=2), false)]
#[case::never(Expectation::never, false)]
#[case::with_a_field(|it: Expectation| it.with(json!({ "IpRange": "10.0.0.0/16" })).times(2), true)]
#[case::with_two_parts(
    |it: Expectation| it.with(json!({ "IpRange": "10.0.0.0/16" })).with(json!({ "Tenancy": "default" })).times(1),
    true
)]
#[case::with_a_field_that_never_came(|it: Expectation| it.with(json!({ "DryRun": true })), false)]
#[case::with_anything(|it: Expectation| it.with(json!({})).times(3), true)]
#[case::by(|it: Expectation| it.by("222222222222").times(1), true)]
#[case::by_root(|it: Expectation| it.by("123456789012").times(2), true)]
#[case::answered(|it: Expectation| it.answered(200).times(2), true)]
#[case::answered_otherwise(|it: Expectation| it.answered(409), false)]
#[case::refused(|it: Expectation| it.refused("4014").times(1), true)]
#[case::refused_otherwise(|it: Expectation| it.refused("4015"), false)]
#[case::all_of_it(
    |it: Expectation| it.by("222222222222").answered(200).with(json!({ "Tenancy": "default" })).times(1..2),
    true
)]
fn an_expectation_holds_or_fails(#[case] describe: Describe, #[case] holds: bool) {
    let verified = cloud();
    describe(verified.expect("CreateNet"));
    conversation(&verified);
    assert_eq!(said_by(|| verified.verify()).is_none(), holds);

    // Told in any order, and at the end.
    let cloud = cloud();
    let expectation = cloud.expect("CreateNet");
    conversation(&cloud);
    describe(expectation);
    assert_eq!(drop_of(cloud).is_none(), holds);
}

#[test]
fn a_failure_names_the_line_the_nearest_call_and_what_differs() {
    let cloud = Cloud::new();
    let line = line!() + 2;
    cloud
        .expect("CreateNet")
        .with(json!({ "IpRange": "10.9.0.0/16", "Tenancy": "default" }));
    create(&cloud, "10.0.0.0/16");
    cloud.call(
        "CreateNet",
        json!({ "IpRange": "10.1.0.0/16", "Tenancy": "default" }),
    );
    let failure = drop_of(cloud).expect("a failure");
    let head = failure.split("\nthe conversation").next().expect("a head");
    assert_eq!(
        head,
        format!(
            r#"CreateNet with {{"IpRange":"10.9.0.0/16","Tenancy":"default"}} was expected at least once, and came never
  written: tests/it/kit/expect.rs:{line}:10
  nearest: request 2, CreateNet, which differs in
    /IpRange: wanted "10.9.0.0/16", got "10.1.0.0/16"
"#
        )
    );
    assert!(failure.contains("#2 CreateNet → 200"), "{failure}");
}

#[rstest]
#[case::of_the_family(
    &["ReadNets", "CreateSubnet", "DeleteNet"],
    "CreateNet was not called, but of its family DeleteNet (request 3), ReadNets (request 1)"
)]
#[case::of_a_like_name(
    &["ReadVms", "CreateNic"],
    "CreateNet was not called, but CreateNic (request 2)"
)]
#[case::nothing_like_it(&["ReadVms"], "nothing; CreateNet was not called, nor anything like it")]
#[case::nothing(&[], "nothing; no call came at all")]
fn where_the_operation_was_not_called_its_like_is_named(
    #[case] called: &[&str],
    #[case] nearest: &str,
) {
    let cloud = Cloud::new();
    cloud.expect("CreateNet");
    cloud.report();
    for operation in called {
        cloud.call(operation, json!({}));
    }
    let failure = drop_of(cloud).expect("a failure");
    let nearest = format!("  nearest: {nearest}\n");
    assert!(failure.contains(&nearest), "{failure}");
}

#[test]
fn too_many_are_numbered() {
    for (count, numbers) in [
        (1, "request 1\n"),
        (3, "requests 1, 2 and 3\n"),
        (8, "requests 1, 2, 3, 4, 5 and 3 more\n"),
    ] {
        let cloud = Cloud::new();
        cloud.expect("ReadNets").never();
        for _ in 0..count {
            cloud.call("ReadNets", json!({}));
        }
        let failure = drop_of(cloud).expect("a failure");
        assert!(
            failure.contains(&format!("  seen:    {numbers}")),
            "{failure}"
        );
        assert!(!failure.contains("nearest:"), "{failure}");
    }
}

#[test]
fn what_came_before_does_not_count_and_is_told() {
    let cloud = Cloud::new();
    create(&cloud, "10.0.0.0/16");
    cloud
        .expect("CreateNet")
        .with(json!({ "IpRange": "10.0.0.0/16" }));
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("came never"), "{failure}");
    assert!(
        failure.contains("it came once before the expectation was written"),
        "{failure}"
    );
}

#[test]
fn expectations_count_what_the_ring_has_forgotten() {
    let cloud = Cloud::builder().keep_exchanges(1).build();
    cloud.expect("ReadNets").times(3);
    for _ in 0..3 {
        cloud.call("ReadNets", json!({}));
    }
    cloud.call("ReadVms", json!({}));
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn secrets_are_neither_compared_nor_shown() {
    let cloud = Cloud::new();
    cloud.without(mockscale::Guard::Unserved);
    cloud.expect("CreateVpnConnection").times(..);
    cloud.expect("UpdateVpnConnection").with(json!({
        "VpnConnectionId": "vpn-11111111",
        "VpnOptions": { "Phase2Options": { "PreSharedKey": "of the test" } },
    }));
    let options = json!({ "Phase2Options": { "PreSharedKey": "of the client" } });
    let input = json!({ "VpnConnectionId": "vpn-00000000", "VpnOptions": options });
    cloud.call("UpdateVpnConnection", input);
    let failure = drop_of(cloud).expect("a failure");
    assert!(
        failure.contains(r#"/VpnConnectionId: wanted "vpn-11111111""#),
        "{failure}"
    );
    assert!(!failure.contains("of the "), "{failure}");
}

#[test]
#[should_panic(expected = "the contract has no operation DeleteVm; did you mean DeleteVms?")]
fn an_unknown_operation_is_refused_when_written() {
    Cloud::new().expect("DeleteVm");
}

#[test]
#[should_panic(expected = "this cloud has no account 222222222222")]
fn an_unknown_account_is_refused_when_written() {
    Cloud::new().expect("ReadNets").times(..).by("222222222222");
}

#[test]
#[should_panic(expected = "empty range of times")]
fn an_empty_range_is_refused_when_written() {
    Cloud::new().expect("ReadNets").times(Times::from(3..3));
}

#[test]
fn an_expectation_holds_no_cloud() {
    let cloud = Cloud::new();
    let expectation = cloud.expect("ReadNets");
    assert!(drop_of(cloud).is_some());
    drop(expectation.times(2));
}

#[test]
fn a_fork_expects_nothing() {
    let cloud = Cloud::new();
    cloud.expect("ReadNets");
    drop(cloud.fork());
    cloud.fork().call("ReadNets", json!({}));
    assert!(drop_of(cloud).is_some());
}

#[tokio::test]
async fn a_call_over_http_counts_whoever_answers_it() {
    use mockscale::wiremock::{Mock, ResponseTemplate, matchers::path};

    let cloud = Cloud::start().await;
    cloud.expect("ReadNets").times(1).answered(503);
    cloud.expect("ReadVms").times(1).by("123456789012");
    let busy = ResponseTemplate::new(503).set_body_json(json!({
        "Errors": [{ "Code": "6", "Type": "AccessDenied", "Details": "" }],
        "ResponseContext": { "RequestId": "00000000-0000-4000-8000-000000000000" },
    }));
    let busy = Mock::given(path("/ReadNets")).respond_with(busy);
    cloud.mount(busy).await;
    post(&cloud, "/ReadNets", "{}").await;
    post(&cloud, "/ReadVms", "{}").await;
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn what_is_hidden_at_the_source_stands_for_any() {
    let cloud = Cloud::builder().redact("**.UserData").build();
    let vms = json!({ "ImageId": "ami-5aebd4d5", "UserData": "c2VjcmV0" });
    cloud.expect("CreateVms").with(vms.clone()).times(1);
    cloud.call("CreateVms", vms.clone()).ok();
    cloud.received("CreateVms").with(vms.clone()).once();
    let failure = said_by(|| cloud.received("CreateVms").with(vms).never());
    let failure = failure.expect("a failure");
    assert!(!failure.contains("c2VjcmV0"), "{failure}");
    assert_eq!(drop_of(cloud), None);
}
