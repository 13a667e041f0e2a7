//! What one exchange exercises: one test for each rule of what counts.

use mockscale::{Cloud, Dimension, Guard, Pace, Shape, json};
use rstest::rstest;
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use super::exercised;
use crate::http::{post, send, signed, signed_by};
use crate::support::{UNSERVED, builder, cloud, manual, with_unserved};

#[test]
fn a_field_counts_when_it_is_there_and_not_null() {
    let cloud = cloud();
    cloud.call(
        "ReadNets",
        json!({ "Filters": { "NetIds": [], "TagKeys": ["a", "b"] } }),
    );
    cloud.call("ReadNets", json!({ "DryRun": false }));
    assert_eq!(
        exercised(&cloud, "request_fields"),
        [
            "ReadNets DryRun 1",
            "ReadNets Filters 1",
            "ReadNets Filters.NetIds 1",
            "ReadNets Filters.TagKeys 1"
        ]
    );
    assert_eq!(exercised(&cloud, "operations"), ["ReadNets 2"]);
}

#[test]
fn a_reply_that_was_made_up_counts_for_nothing_but_its_operation() {
    let cloud = cloud();
    cloud.replies(Shape::Maximal);
    cloud.call("ReadVms", json!({ "ResultsPerPage": 5 })).ok();
    assert_eq!(exercised(&cloud, "reply_fields"), [""; 0]);
    assert_eq!(exercised(&cloud, "operations"), ["ReadVms 1"]);
    assert_eq!(
        exercised(&cloud, "request_fields"),
        ["ReadVms ResultsPerPage 1"]
    );
}

#[test]
fn a_field_counts_once_in_a_reply_however_many_there_are() {
    let cloud = cloud();
    for n in 0..3 {
        cloud
            .call("CreateNet", json!({ "IpRange": format!("10.{n}.0.0/16") }))
            .ok();
    }
    cloud.call("ReadNets", json!({})).ok();
    let read = exercised(&cloud, "reply_fields");
    assert!(
        read.contains(&"CreateNet Net.NetId 3".to_owned()),
        "{read:?}"
    );
    assert!(
        read.contains(&"ReadNets Nets.NetId 1".to_owned()),
        "{read:?}"
    );
    // A list that is there and empty, and nothing within.
    assert!(
        read.contains(&"ReadNets Nets.Tags 1".to_owned()),
        "{read:?}"
    );
    assert!(
        !read.iter().any(|it| it.contains("Nets.Tags.Key")),
        "{read:?}"
    );
    // The context says nothing of the operation.
    assert!(
        !read.iter().any(|it| it.contains("ResponseContext")),
        "{read:?}"
    );
}

#[test]
fn listed_values_count_on_both_sides_and_booleans_are_none() {
    let cloud = cloud();
    let template = json!({
        "CpuCores": 2,
        "CpuGeneration": "v4",
        "CpuPerformance": "highest",
        "ImageId": super::image(),
        "Ram": 4,
        "VmTemplateName": "one",
    });
    cloud.call("CreateVmTemplate", template).ok();
    assert_eq!(
        exercised(&cloud, "enum_values"),
        [
            "CreateVmTemplate CpuPerformance highest 1",
            "CreateVmTemplate VmTemplate.CpuPerformance highest 1"
        ]
    );
}

#[test]
fn a_refusal_is_an_answer_and_has_a_code() {
    let cloud = cloud();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    assert_eq!(exercised(&cloud, "operations"), ["DeleteNet 1"]);
    assert_eq!(exercised(&cloud, "request_fields"), ["DeleteNet NetId 1"]);
    assert_eq!(exercised(&cloud, "reply_fields"), [""; 0]);
    assert_eq!(exercised(&cloud, "error_codes"), ["5065 1"]);
}

#[test]
fn what_breaks_the_contract_exercises_nothing_and_is_counted_apart() {
    let cloud = cloud();
    cloud.report();
    cloud.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16", "Colour": "red" }),
    );
    cloud.call("NoSuchCall", json!({}));
    let report = cloud.coverage().to_json();
    assert!(cloud.coverage().figures().are_zero());
    assert_eq!(
        report["calls"],
        json!({ "asked": 2, "answered": 0, "refused_by_contract": 2, "not_answered": 0 })
    );
}

#[test]
fn a_gap_is_asked_and_not_exercised() {
    let cloud = builder().contract(with_unserved()).build();
    cloud.without(Guard::Unserved);
    assert_eq!(cloud.call(UNSERVED, json!({})).status(), 501);
    let report = cloud.coverage().to_json();
    assert!(cloud.coverage().figures().are_zero());
    assert_eq!(report["calls"]["not_answered"], 1);
    let operations = report["operations"].as_array().expect("rows");
    let row = operations.iter().find(|it| it["operation"] == UNSERVED);
    let row = row.expect("every operation has a row");
    assert_eq!(
        (&row["served"], &row["calls"]["asked"]),
        (&json!("gap"), &json!(1))
    );
}

#[tokio::test]
async fn a_mock_exercises_what_it_answers_also_a_gap() {
    let cloud = Cloud::start().await;
    let answer = json!({ "Tags": [{ "Key": "a" }] });
    let mock = Mock::given(path("/api/v1/ReadLoadBalancerTags"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer));
    cloud.mount(mock).await;
    post(
        &cloud,
        "/api/v1/ReadLoadBalancerTags",
        r#"{"LoadBalancerNames":["x"]}"#,
    )
    .await;
    assert_eq!(exercised(&cloud, "operations"), ["ReadLoadBalancerTags 1"]);
    assert_eq!(
        exercised(&cloud, "reply_fields"),
        [
            "ReadLoadBalancerTags Tags 1",
            "ReadLoadBalancerTags Tags.Key 1"
        ]
    );
}

#[tokio::test]
async fn null_is_as_good_as_absent() {
    let cloud = Cloud::start().await;
    let mock = Mock::given(path("/api/v1/UpdateListenerRule"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})));
    cloud.mount(mock).await;
    let body = r#"{"ListenerRuleName":"one","HostPattern":null}"#;
    post(&cloud, "/api/v1/UpdateListenerRule", body).await;
    assert_eq!(
        exercised(&cloud, "request_fields"),
        ["UpdateListenerRule ListenerRuleName 1"]
    );
}

#[tokio::test]
async fn a_reply_that_breaks_the_contract_exercises_no_reply_field() {
    let cloud = Cloud::start().await;
    cloud.report();
    let answer = json!({ "Nets": [{ "NetId": "vpc-12345678", "Colour": "red" }] });
    let mock = Mock::given(path("/api/v1/ReadNets"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer));
    cloud.mount(mock).await;
    post(&cloud, "/api/v1/ReadNets", r#"{"DryRun":false}"#).await;
    assert_eq!(exercised(&cloud, "request_fields"), ["ReadNets DryRun 1"]);
    assert_eq!(exercised(&cloud, "reply_fields"), [""; 0]);
}

#[tokio::test]
async fn who_is_not_let_in_exercises_the_code_alone() {
    let cloud = Cloud::start().await;
    let mut wrong = cloud.credentials();
    wrong.secret_key = "wrong".to_owned();
    let body = br#"{"DryRun":false}"#;
    let headers = signed_by(&wrong, &cloud.url(), "/api/v1/ReadNets", body);
    let (status, _) = send(&cloud, "/api/v1/ReadNets", headers, body.to_vec()).await;
    assert_eq!(status, 401);
    assert_eq!(exercised(&cloud, "error_codes"), ["1 1"]);
    let figures = cloud.coverage().figures();
    assert_eq!(figures[Dimension::Operations].exercised, 0);
    assert_eq!(figures[Dimension::RequestFields].exercised, 0);
}

#[tokio::test]
async fn clients_are_told_apart_by_their_user_agent() {
    let cloud = Cloud::start().await;
    cloud.call("ReadVms", json!({}));
    for agent in [Some("a-tool/1.2 (x86)"), None] {
        let mut headers = signed(&cloud, "/api/v1/ReadNets", b"{}");
        headers.extend(agent.map(|agent| ("user-agent", agent.to_owned())));
        send(&cloud, "/api/v1/ReadNets", headers, b"{}".to_vec()).await;
    }
    let coverage = cloud.coverage();
    let by_client = coverage.by_client();
    let clients: Vec<_> = by_client.keys().map(String::as_str).collect();
    assert_eq!(
        clients,
        ["(in process)", "(no user agent)", "a-tool/1.2 (x86)"]
    );
    let of = |client: &str| coverage.by(client).expect(client);
    assert_eq!(
        super::rows(&of("a-tool").to_json(), "operations"),
        ["ReadNets 1"]
    );
    assert_eq!(
        super::rows(&of("in process").to_json(), "operations"),
        ["ReadVms 1"]
    );
    let unknown = coverage.by("terraform").expect_err("nobody").to_string();
    for part in ["'terraform'", "a-tool/1.2 (x86)", "(no user agent)"] {
        assert!(unknown.contains(part), "{unknown}");
    }
}

#[test]
fn a_transition_counts_as_it_begins_and_as_it_ends() {
    let cloud = cloud();
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    cloud.call("CreateVolume", volume).ok();
    let begun = "Volume creating available 1";
    assert_eq!(exercised(&cloud, "transitions"), [begun]);
    cloud.call("ReadVolumes", json!({})).ok();
    assert_eq!(
        exercised(&cloud, "transitions"),
        ["Volume creating available 2"]
    );
    let report = cloud.coverage().to_json();
    let rows = report["transitions"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["count"] == 2).expect("the row");
    assert_eq!((&row["begun"], &row["completed"]), (&json!(1), &json!(1)));
}

#[test]
fn a_resource_that_will_be_gone_counts_as_its_end_begins() {
    let cloud = manual();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud
        .call("DeleteNet", json!({ "NetId": net.text("/Net/NetId") }))
        .ok();
    assert_eq!(exercised(&cloud, "transitions"), ["Net deleting 1"]);
}

#[rstest]
#[case(Pace::Immediate)]
fn a_transient_state_that_nobody_sees_is_not_exercised(#[case] pace: Pace) {
    let cloud = crate::support::builder().pace(pace).build();
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    cloud.call("CreateVolume", volume).ok();
    assert_eq!(exercised(&cloud, "transitions"), [""; 0]);
}
