//! Bad input over HTTP: answered in the API's envelope, nothing changed, the exchange recorded.

use mockscale::{Cloud, Said, Value, json};
use rstest::rstest;

use crate::http::{post, send, signed};
use crate::support::last;

/// What every refusal must be, whatever was sent.
#[track_caller]
fn check(cloud: &Cloud, answer: (u16, Value), status: u16, code: &str, hint: &str) {
    let (said, body) = answer;
    assert_eq!(said, status, "{body}");
    let error = &body["Errors"][0];
    assert_eq!(error["Code"], code, "{body}");
    assert!(error["Type"].is_string(), "{body}");
    let details = error["Details"].as_str().expect("Details");
    assert!(details.contains(hint), "{details:?} does not say {hint:?}");
    assert!(body["ResponseContext"]["RequestId"].is_string());
    let exchange = last(cloud);
    assert_eq!(exchange.status, status);
    assert!(exchange.effects.is_empty());
    assert_eq!(cloud.call("ReadNets", json!({}))["Nets"], json!([]));
}

fn nested(levels: usize) -> Vec<u8> {
    let mut text = "{\"Filters\":".repeat(levels);
    text.push_str("{}");
    text.push_str(&"}".repeat(levels));
    text.into_bytes()
}

#[rstest]
#[case::malformed(b"{\"IpRange\": ".to_vec(), 400, "4045", "not JSON")]
#[case::text_after_it(b"{} {}".to_vec(), 400, "4045", "not JSON")]
#[case::a_list(b"[]".to_vec(), 400, "4108", "object")]
#[case::a_number(b"7".to_vec(), 400, "4108", "object")]
#[case::null(b"null".to_vec(), 400, "4108", "object")]
#[case::not_utf8(b"{\"IpRange\": \"\xff\"}".to_vec(), 400, "4045", "UTF-8 from byte 13")]
#[case::a_bom(b"\xef\xbb\xbf{}".to_vec(), 400, "4045", "not JSON")]
#[case::a_wrong_type(b"{\"IpRange\": 10}".to_vec(), 400, "4108", "string")]
#[case::an_unknown_field(b"{\"IpRnge\": \"10.0.0.0/16\", \"IpRange\": \"10.0.0.0/16\"}".to_vec(), 400, "4045", "'IpRange'")]
#[case::a_missing_field(b"{}".to_vec(), 400, "4045", "IpRange")]
#[case::an_empty_body(Vec::new(), 400, "4045", "IpRange")]
#[case::a_thousand_levels(nested(1000), 400, "4045", "not JSON")]
#[case::ten_megabytes(vec![b' '; 10_000_000], 400, "4106", "10000000 bytes")]
#[case::an_ip_range_too_large(b"{\"IpRange\": \"10.0.0.0/8\"}".to_vec(), 400, "4014", "")]
#[tokio::test]
async fn bodies(
    #[case] body: Vec<u8>,
    #[case] status: u16,
    #[case] code: &str,
    #[case] hint: &str,
) {
    let cloud = Cloud::builder().report().start();
    let answer = post(&cloud, "/api/v1/CreateNet", body).await;
    check(&cloud, answer, status, code, hint);
}

#[rstest]
#[case::missing_date(
    "ReadConsumptionAccount",
    r#"{"ToDate": "2024-05-06"}"#,
    "3019",
    "FromDate"
)]
#[case::empty_date(
    "ReadConsumptionAccount",
    r#"{"FromDate": "", "ToDate": "2024-05-06"}"#,
    "3019",
    "FromDate"
)]
#[case::token_of_nobody("ReadNets", r#"{"NextPageToken": "invalid-token"}"#, "4117", "")]
#[case::token_in_base64("ReadNets", r#"{"NextPageToken": "bm9uZQ=="}"#, "4117", "ReadNets")]
#[case::no_items("ReadNets", r#"{"ResultsPerPage": 0}"#, "4047", "ResultsPerPage")]
#[case::too_many_items("ReadNets", r#"{"ResultsPerPage": 1001}"#, "4047", "ResultsPerPage")]
#[case::no_users("ReadUsers", r#"{"ResultsPerPage": 0}"#, "4047", "ResultsPerPage")]
#[case::before_the_first("ReadUsers", r#"{"FirstItem": -1}"#, "4047", "FirstItem")]
#[tokio::test]
async fn reads(
    #[case] operation: &str,
    #[case] body: &str,
    #[case] code: &str,
    #[case] hint: &str,
) {
    let cloud = Cloud::builder().report().start();
    let answer = post(&cloud, &format!("/api/v1/{operation}"), body.to_owned()).await;
    check(&cloud, answer, 400, code, hint);
}

#[rstest]
#[case::near("/api/v1/CreateNets", "CreateNet?")]
#[case::far("/api/v1/Xyzzy", "no operation Xyzzy")]
#[case::lower_case("/api/v1/createnet", "CreateNet?")]
#[case::another_version("/api/v9/CreateNet", "/api/v1/<Operation>")]
#[case::the_root("/", "/api/v1/<Operation>")]
#[case::not_ascii("/api/v1/%C3%A9", "no operation")]
#[tokio::test]
async fn unknown_operations(#[case] path: &str, #[case] hint: &str) {
    let cloud = Cloud::builder().report().start();
    let answer = post(&cloud, path, "{}").await;
    check(&cloud, answer, 404, "5011", hint);
    assert_eq!(cloud.unserved().len(), 1);
}

#[rstest]
#[case("GET")]
#[case("PUT")]
#[case("DELETE")]
#[case("OPTIONS")]
#[tokio::test]
async fn methods(#[case] method: &str) {
    let cloud = Cloud::builder().report().start();
    let method = method.parse().expect("a method");
    let response = reqwest::Client::new()
        .request(method, format!("{}/ReadNets", cloud.endpoint()))
        .send()
        .await
        .expect("an answer");
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    let body = serde_json::from_slice(&body).expect("JSON");
    check(&cloud, (status, body), 405, "2", "POST");
}

#[rstest]
#[case::none("", 401, "1")]
#[case::an_unknown_scheme("Bearer abc", 401, "12")]
#[case::no_parameters("OSC4-HMAC-SHA256", 401, "1")]
#[case::basic_where_it_is_not_taken("Basic cm9vdEBtb2Nrc2NhbGUudGVzdDpwYXNz", 401, "9")]
#[case::an_unknown_key(
    "OSC4-HMAC-SHA256 Credential=AAAAAAAAAAAAAAAAAAAA/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    400,
    "4120"
)]
#[case::no_signature(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date",
    401,
    "1"
)]
#[case::no_credential(
    "OSC4-HMAC-SHA256 SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::a_parameter_twice(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::a_short_scope(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::a_bad_date(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20251301/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::another_terminator(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/aws4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::no_hex(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=xyz",
    401,
    "1"
)]
#[case::no_signed_host(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::a_signed_header_that_is_absent(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-absent;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[case::a_wrong_signature(
    "OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request, SignedHeaders=host;x-osc-date, Signature=0000000000000000000000000000000000000000000000000000000000000000",
    401,
    "1"
)]
#[tokio::test]
async fn authorizations(#[case] authorization: &str, #[case] status: u16, #[case] code: &str) {
    let cloud = Cloud::builder().report().start();
    let mut headers = vec![("x-osc-date", "20250101T000000Z".to_owned())];
    if !authorization.is_empty() {
        headers.push(("authorization", authorization.to_owned()));
    }
    let body = br#"{"IpRange":"10.0.0.0/16"}"#.to_vec();
    let answer = send(&cloud, "/api/v1/CreateNet", headers, body).await;
    check(&cloud, answer, status, code, "");
}

#[tokio::test]
async fn a_signature_does_not_serve_another_body() {
    let cloud = Cloud::builder().report().start();
    let headers = signed(&cloud, "/api/v1/CreateNet", b"{}");
    let body = br#"{"IpRange":"10.0.0.0/16"}"#.to_vec();
    let answer = send(&cloud, "/api/v1/CreateNet", headers, body).await;
    check(&cloud, answer, 401, "1", "");
    let explanation = last_but_one(&cloud)
        .explanation
        .clone()
        .expect("an explanation");
    assert!(explanation.contains("/api/v1/CreateNet"), "{explanation}");
    assert!(!explanation.contains(&cloud.credentials().secret_key));
}

#[track_caller]
fn last_but_one(cloud: &Cloud) -> std::sync::Arc<mockscale::Exchange> {
    let transcript = cloud.transcript();
    let exchanges = transcript.exchanges();
    exchanges[exchanges.len() - 2].clone()
}

#[tokio::test]
async fn what_cannot_be_read_is_not_kept() {
    let cloud = Cloud::builder().report().start();
    post(&cloud, "/api/v1/CreateNet", "{\"Password\": \"hunter2\"").await;
    assert!(matches!(&last(&cloud).request, Said::Unreadable(_)));
    assert!(!cloud.transcript().to_string().contains("hunter2"));
}

#[rstest]
#[case::of_another_kind("DeleteNet", json!({ "NetId": "i-00000000" }), 400, "4104")]
#[case::malformed("DeleteNet", json!({ "NetId": "vpc-xyz" }), 400, "4105")]
#[case::unknown("DeleteNet", json!({ "NetId": "vpc-00000000" }), 400, "5065")]
#[case::empty("DeleteNet", json!({ "NetId": "" }), 400, "5065")]
#[case::a_negative_volume("CreateVolume", json!({ "SubregionName": "eu-west-2a", "Size": -1 }), 400, "4078")]
#[case::a_volume_too_large("CreateVolume", json!({ "SubregionName": "eu-west-2a", "Size": 14_902 }), 400, "4078")]
fn values(#[case] operation: &str, #[case] input: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = Cloud::new();
    let (said, given, _) = crate::support::refused(&cloud, operation, input);
    assert_eq!((said, given.as_str()), (status, code));
}

#[test]
fn overlapping_subnets() {
    let cloud = Cloud::new();
    let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    let net = net.text("/Net/NetId");
    cloud
        .call(
            "CreateSubnet",
            json!({ "NetId": net, "IpRange": "10.0.0.0/24" }),
        )
        .ok();
    let input = json!({ "NetId": net, "IpRange": "10.0.0.128/25" });
    let (status, code, _) = crate::support::refused(&cloud, "CreateSubnet", input);
    assert_eq!((status, code.as_str()), (409, "9058"));
}

#[test]
fn an_id_of_another_account() {
    let cloud = Cloud::builder().account("210987654321").build();
    let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    let other = cloud.as_account("210987654321");
    let input = json!({ "NetId": net.text("/Net/NetId") });
    let (status, code, _) = crate::support::refused(&other, "DeleteNet", input.clone());
    assert_eq!((status, code.as_str()), (400, "5065"));
    assert_eq!(other.call("ReadNets", json!({}))["Nets"], json!([]));
    assert_eq!(cloud.call("DeleteNet", input).status(), 200);
}

#[tokio::test]
async fn the_server_goes_on_after_all_of_it() {
    let cloud = Cloud::builder().report().start();
    let large = vec![b' '; 5_000_000];
    for body in [&b"{"[..], b"\xff", b"[]", &large] {
        post(&cloud, "/api/v1/CreateNet", body.to_vec()).await;
    }
    let answer = post(&cloud, "/api/v1/CreateNet", r#"{"IpRange":"10.0.0.0/16"}"#).await;
    assert_eq!(answer.0, 200);
}

#[rstest]
#[case::no_base64("Basic !!!")]
#[case::no_colon("Basic cm9vdA==")]
#[case::no_user("Basic OnBhc3N3b3Jk")]
#[case::nothing("Basic ")]
#[case::a_wrong_password("Basic cm9vdEBtb2Nrc2NhbGUudGVzdDpwYXNz")]
#[tokio::test]
async fn basic_where_it_is_taken(#[case] authorization: &str) {
    let cloud = Cloud::builder().report().start();
    let headers = vec![("authorization", authorization.to_owned())];
    let answer = send(&cloud, "/api/v1/ReadAccessKeys", headers, b"{}".to_vec()).await;
    check(&cloud, answer, 401, "1", "");
}

#[tokio::test]
async fn two_authorizations_are_refused_though_one_is_right() {
    let cloud = Cloud::builder().report().start();
    let body = br#"{"IpRange":"10.0.0.0/16"}"#.to_vec();
    let mut headers = signed(&cloud, "/api/v1/CreateNet", &body);
    headers.push(("authorization", "Bearer abc".to_owned()));
    let answer = send(&cloud, "/api/v1/CreateNet", headers, body).await;
    check(&cloud, answer, 401, "1", "");
}

#[rstest]
#[case::as_deep_as_may_be(127, "4045", "Deep")]
#[case::one_more(128, "4045", "nested more than 128 deep")]
#[case::thousands(3000, "4045", "nested more than 128 deep")]
fn a_value_is_no_deeper_than_a_text_may_be(
    #[case] levels: usize,
    #[case] code: &str,
    #[case] told: &str,
) {
    let cloud = Cloud::builder().report().build();
    // Not with `json!`, which copies what it is given, as deep as that is.
    let deep = (0..levels).fold(json!(1), |inner, _| Value::Array(vec![inner]));
    let body = [("Deep".to_owned(), deep)].into_iter().collect();
    let response = cloud.call("CreateNet", Value::Object(body));
    let error = response.error().expect("an error");
    assert_eq!((response.status(), error.code.as_str()), (400, code));
    assert!(error.details.contains(told), "{error}");
    // The legal depth lets the contract speak: an unknown field, and a missing one.
    let violations = if levels == 127 { 2 } else { 1 };
    assert_eq!(cloud.violations().len(), violations);
}
