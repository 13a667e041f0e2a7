//! Requests as no client library writes them, byte by byte.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::http::post;
use crate::support::last;

/// Sends bytes and reads until the cloud closes; answers the status and the whole text.
pub(crate) fn say(cloud: &Cloud, bytes: &str) -> (u16, String) {
    let address = cloud.url().replace("http://", "");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(bytes.as_bytes()).expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    let status = text.split(' ').nth(1).and_then(|it| it.parse().ok());
    (status.expect("a status"), text)
}

#[rstest]
#[case::http_1_0_without_host("POST /ReadRegions HTTP/1.0\r\n\r\n")]
#[case::no_body_and_no_length("POST /ReadRegions HTTP/1.1\r\nhost: x\r\n\r\n")]
#[case::a_trailing_slash("POST /api/v1/ReadRegions/ HTTP/1.1\r\nhost: x\r\n\r\n")]
#[case::a_query("POST /api/v1/ReadRegions?a=b HTTP/1.1\r\nhost: x\r\n\r\n")]
#[case::an_absolute_target("POST http://x/api/v1/ReadRegions HTTP/1.1\r\nhost: x\r\n\r\n")]
#[case::chunks(
    "POST /ReadRegions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
)]
#[case::the_same_length_twice(
    "POST /ReadRegions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}"
)]
fn what_is_odd_and_can_be_understood(#[case] bytes: &str) {
    let cloud = Cloud::builder().start();
    let (status, text) = say(&cloud, bytes);
    assert_eq!(status, 200, "{text}");
    assert_eq!(last(&cloud).operation, "ReadRegions");
}

#[rstest]
#[case::two_lengths(
    "POST /ReadRegions HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"
)]
#[case::a_length_that_is_no_number(
    "POST /ReadRegions HTTP/1.1\r\nhost: x\r\ncontent-length: -2\r\n\r\n{}"
)]
fn what_cannot_be_understood_is_no_call(#[case] bytes: &str) {
    let cloud = Cloud::builder().start();
    let (status, text) = say(&cloud, bytes);
    assert_eq!(status, 400, "{text}");
    assert!(cloud.transcript().is_empty());
}

#[test]
fn a_signed_request_without_a_host_is_told_what_it_lacks() {
    let cloud = Cloud::builder().signature_window(None).start();
    let (status, text) = say(
        &cloud,
        &format!(
            "POST /ReadNets HTTP/1.0\r\nx-osc-date: 20250101T000000Z\r\nauthorization: \
             OSC4-HMAC-SHA256 Credential={}/20250101/eu-west-2/api/osc4_request, \
             SignedHeaders=x-osc-date, Signature={}\r\n\r\n",
            cloud.credentials().access_key,
            "0".repeat(64)
        ),
    );
    assert_eq!(status, 401, "{text}");
    let explanation = last(&cloud).explanation.clone().expect("an explanation");
    assert!(explanation.contains("host"), "{explanation}");
}

/// JSON at its edges, as the body of `CreateNet`.
#[rstest]
#[case::of_two_members_with_one_name_the_last(
    r#"{"IpRange":"10.0.0.0/8","IpRange":"10.0.0.0/16"}"#,
    200,
    ""
)]
#[case::a_lone_surrogate(r#"{"IpRange":"\ud800"}"#, 400, "not JSON")]
#[case::an_escaped_nul(r#"{"IpRange":"10.0.0.0/16\u0000"}"#, 400, "CIDR")]
#[case::a_bare_nul("{\"IpRange\":\"10.0.0.0/16\0\"}", 400, "not JSON")]
#[case::more_than_64_bits(r#"{"IpRange":99999999999999999999}"#, 400, "string")]
#[case::more_than_a_double(r#"{"IpRange":1e400}"#, 400, "not JSON")]
#[case::white_space_only(" \r\n\t", 400, "IpRange")]
#[tokio::test]
async fn json_at_its_edges(#[case] body: &'static str, #[case] status: u16, #[case] hint: &str) {
    let cloud = Cloud::builder().report().start();
    let (said, answer) = post(&cloud, "/CreateNet", body).await;
    assert_eq!(said, status, "{answer}");
    assert!(answer.to_string().contains(hint), "{answer}");
}

#[rstest]
#[case("ReadVolumes", json!({ "ResultsPerPage": 9_223_372_036_854_775_808_u64 }))]
#[case("ReadVolumes", json!({ "ResultsPerPage": -1 }))]
#[case("CreateVolume", json!({ "SubregionName": "eu-west-2a", "Size": u64::MAX }))]
#[case("CreateVolume", json!({ "SubregionName": "eu-west-2a", "Size": 10.5 }))]
#[case("CreateVms", json!({ "ImageId": "ami-5aebd4d5", "MaxVmsCount": u64::MAX }))]
fn numbers_too_large_are_refused(#[case] operation: &str, #[case] input: Value) {
    let cloud = Cloud::new();
    cloud.report();
    assert_eq!(cloud.call(operation, input).status(), 400);
}

#[test]
fn a_forged_page_token_is_refused() {
    let cloud = Cloud::new();
    for _ in 0..2 {
        let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
        cloud.call("CreateVolume", volume).ok();
    }
    let page = cloud.call("ReadVolumes", json!({ "ResultsPerPage": 1 }));
    let facts = BASE64.decode(page.text("/NextPageToken")).expect("base64");
    let mut facts: Value = serde_json::from_slice(&facts).expect("JSON");
    facts[3] = json!(i64::MIN); // when it was given: further back than a clock can tell
    let forged = BASE64.encode(facts.to_string());
    let read = cloud.call("ReadVolumes", json!({ "NextPageToken": forged }));
    assert_eq!(read.status(), 400, "{}", read.body());
}

#[test]
fn what_a_terminal_would_obey_is_quoted_in_a_transcript() {
    let cloud = Cloud::new();
    let odd = "a\u{0}b\u{1b}[31mc";
    let group = json!({ "SecurityGroupName": "odd", "Description": odd });
    cloud.report().call("CreateSecurityGroup", group);
    let text = cloud.transcript().to_string();
    assert!(text.contains(r#""a\u0000b\u001b[31mc""#), "{text}");
    assert!(!text.contains(['\u{0}', '\u{1b}']), "{text}");
}
