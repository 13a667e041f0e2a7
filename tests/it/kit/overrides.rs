//! wiremock mocks over the cloud's own answers.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::{Cloud, Source, json};
use rstest::rstest;
use wiremock::matchers::{body_partial_json, path};
use wiremock::{Mock, ResponseTemplate};

use crate::http::post;
use crate::support::last;

fn unavailable() -> ResponseTemplate {
    ResponseTemplate::new(503).set_body_json(json!({
        "Errors": [{ "Code": "6", "Type": "AccessDenied", "Details": "" }],
        "ResponseContext": { "RequestId": "00000000-0000-4000-8000-000000000000" },
    }))
}

#[tokio::test]
async fn a_mock_answers_what_it_matches_and_the_cloud_the_rest() {
    let cloud = Cloud::start().await;
    let mock = Mock::given(path("/api/v1/ReadNets"))
        .respond_with(unavailable())
        .up_to_n_times(1)
        .expect(1);
    cloud.mount(mock).await;
    assert_eq!(post(&cloud, "/api/v1/ReadSubnets", "{}").await.0, 200);
    assert_eq!(last(&cloud).source, Source::Cloud);
    assert_eq!(post(&cloud, "/api/v1/ReadNets", "{}").await.0, 503);
    assert_eq!(last(&cloud).source, Source::Mock);
    assert_eq!(post(&cloud, "/api/v1/ReadNets", "{}").await.0, 200);
    mockscale::assert_transcript!(cloud);
}

#[tokio::test]
async fn what_a_mock_answers_is_checked() {
    let cloud = Cloud::start().await;
    let answer = ResponseTemplate::new(200).set_body_json(json!({ "Nets": [{ "NetIdd": "x" }] }));
    cloud
        .mount(Mock::given(path("/api/v1/ReadNets")).respond_with(answer))
        .await;
    post(&cloud, "/api/v1/ReadNets", "{}").await;
    let violations = cloud.report().violations();
    let pointers: Vec<_> = violations
        .iter()
        .map(|it| it.breach.pointer.as_str())
        .collect();
    assert_eq!(pointers, ["/Nets/0/NetIdd"]);
}

/// As in the README: what a gateway in front of the API sends is not the API's to declare.
#[rstest]
#[case::of_a_gateway(503, None)]
#[case::of_the_api(500, Some("json"))]
#[tokio::test]
async fn an_answer_without_a_body(#[case] status: u16, #[case] rule: Option<&str>) {
    let cloud = Cloud::start().await;
    let mock = Mock::given(path("/api/v1/ReadVms")).respond_with(ResponseTemplate::new(status));
    cloud.mount(mock).await;
    let answer = reqwest::Client::new()
        .post(format!("{}/ReadVms", cloud.endpoint()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), status);
    let violations = cloud.report().violations();
    let rules: Vec<_> = violations
        .iter()
        .map(|it| it.breach.rule.as_str())
        .collect();
    assert_eq!(rules, Vec::from_iter(rule));
}

#[tokio::test]
async fn an_expectation_that_failed_fails_the_test() {
    let cloud = Cloud::start().await;
    let mock = Mock::given(body_partial_json(json!({ "IpRange": "10.9.0.0/16" })))
        .respond_with(unavailable())
        .named("the second region")
        .expect(1);
    cloud.mount(mock).await;
    let failure = catch_unwind(AssertUnwindSafe(|| drop(cloud))).expect_err("a failure");
    let failure = failure.downcast_ref::<String>().expect("a text");
    assert!(failure.contains("the second region"), "{failure}");
}
