//! The two forms that are read: text for people, YAML for snapshots.

use mockscale::jiff::SignedDuration;
use mockscale::wiremock::{Mock, ResponseTemplate, matchers::path};
use mockscale::{Cloud, Transcript, Value, assert_transcript, json};

use super::two_nets;
use crate::http::{send, signed};
use crate::support;

use crate::support::builder;

fn parsed(cloud: &Cloud) -> Value {
    let yaml = cloud.transcript().to_yaml();
    serde_norway::from_str(&yaml).unwrap_or_else(|error| panic!("{error} in:\n{yaml}"))
}

#[test]
fn yaml_is_a_list_of_exchanges() {
    let parsed = parsed(&two_nets());
    let exchanges = parsed.as_array().expect("a list");
    assert_eq!(exchanges.len(), 4);
    assert_eq!(exchanges[0]["number"], 1);
    assert_eq!(exchanges[0]["status"], 200);
    assert_eq!(
        exchanges[0]["caller"], "123456789012",
        "a text, though of digits"
    );
    assert_eq!(exchanges[1]["reply"]["Net"]["NetId"], "<net:2>");
    assert_eq!(exchanges[1]["effects"][0]["created"], "Net <net:2>");
    assert_eq!(exchanges[2]["status"], 400);
    assert_eq!(
        exchanges[3].get("request"),
        None,
        "what is empty is left out"
    );
    assert!(!cloud_says_context(&exchanges[3]));
}

fn cloud_says_context(exchange: &Value) -> bool {
    exchange.to_string().contains("ResponseContext")
}

/// Texts that YAML could take for something else, or a diff for the end of something.
const AWKWARD: [&str; 14] = [
    "null",
    "yes",
    "0001",
    "1e3",
    "- x",
    "a: b",
    "#c",
    "'",
    "\"",
    "x\n",
    "x\n\n",
    "\n",
    " x ",
    "é→\u{7f}\t",
];

#[test]
fn texts_come_through_yaml_as_they_are() {
    let cloud = support::builder().report().build();
    for text in AWKWARD {
        cloud.call("CreateNet", json!({ "IpRange": text }));
    }
    cloud.call(
        "ReadNets",
        json!({ "NextPageToken": 1.5, "ResultsPerPage": u64::MAX }),
    );
    let parsed = parsed(&cloud);
    for (at, text) in AWKWARD.iter().enumerate() {
        assert_eq!(parsed[at]["request"]["IpRange"], *text);
    }
    let last = &parsed[AWKWARD.len()]["request"];
    assert_eq!(
        *last,
        json!({ "NextPageToken": 1.5, "ResultsPerPage": u64::MAX })
    );
}

#[test]
fn a_text_at_the_end_of_an_exchange_keeps_its_length() {
    let mut lines = support::cloud().transcript().to_json_lines();
    for (number, text) in (1..).zip(AWKWARD) {
        let exchange = json!({
            "number": number, "at": "2024-05-06T07:08:09Z", "operation": "ReadNets",
            "request": { "json": {} }, "status": 200, "reply": { "json": { "Text": text } },
        });
        lines += &exchange.to_string();
        lines.push('\n');
    }
    let transcript = Transcript::parse(&lines).expect("a transcript");
    let parsed: Value = serde_norway::from_str(&transcript.to_yaml()).expect("YAML");
    for (at, text) in AWKWARD.iter().enumerate() {
        assert_eq!(parsed[at]["reply"]["Text"], *text);
    }
}

#[test]
fn lines_of_a_text_are_lines() {
    let cloud = support::builder().report().build();
    let lines = "first\n  second\n\nlast\n";
    cloud.call(
        "CreateNet",
        json!({ "IpRange": lines, "Tenancy": "a\u{1b}b\nc" }),
    );
    let text = cloud.transcript().to_string();
    let block = "    IpRange: |\n      first\n        second\n\n      last\n";
    assert!(text.contains(block), "{text}");
    assert!(text.contains(r#"Tenancy: "a\u001bb\nc""#), "{text}");
}

#[test]
fn a_violation_is_a_line_with_the_nearest_name() {
    let cloud = support::builder().report().build();
    cloud.call("CreateNet", json!({ "IpRnge": "10.0.0.0/16" }));
    let line = "request /IpRnge additionalProperties: `IpRnge` is not a property of this object; \
                did you mean `IpRange`?";
    let violations = parsed(&cloud)[0]["violations"].clone();
    assert!(
        violations
            .as_array()
            .expect("a list")
            .contains(&json!(line)),
        "{violations}"
    );
    assert!(
        cloud
            .transcript()
            .to_string()
            .contains(&format!("    ! {line}\n"))
    );
}

#[tokio::test]
async fn headers_are_shown_to_who_asks_in_one_order() {
    let cloud = Cloud::start().await;
    let url = format!("{}/ReadRegions", cloud.endpoint());
    let request = reqwest::Client::new().post(url).body("{}");
    let request = request
        .header("X-Osc-Date", "20240506T070809Z")
        .header("Accept", "application/json")
        .header("X-Unheard-Of", "1")
        .header("Authorization", "Basic c2VjcmV0")
        .header("User-Agent", "a-client/1");
    request.send().await.expect("an answer");
    let plain = cloud.transcript();
    assert!(!plain.to_yaml().contains("host"), "{plain}");
    assert!(!plain.to_string().contains("host"), "{plain}");
    let shown = plain.with_headers();
    let yaml = "  http: POST /api/v1/ReadRegions\n  headers:\n    host: <host>\n    \
                user-agent: a-client/1\n    accept: application/json\n    \
                authorization: Basic <secret>\n    x-osc-date: <date>\n  status";
    assert!(shown.to_yaml().contains(yaml), "{}", shown.to_yaml());
    let text = "  http: POST /api/v1/ReadRegions\n    host: <host>\n    user-agent: a-client/1\n";
    assert!(shown.to_string().contains(text), "{shown}");
    assert!(
        shown.only("Region").to_yaml().contains("host"),
        "a part shows them too"
    );
}

#[tokio::test]
async fn what_a_mock_answered_says_so() {
    let cloud = Cloud::start().await;
    let mock = Mock::given(path("/api/v1/ReadVms")).respond_with(ResponseTemplate::new(503));
    cloud.mount(mock).await;
    let request = reqwest::Client::new().post(format!("{}/ReadVms", cloud.endpoint()));
    request.body("{}").send().await.expect("an answer");
    let parsed = parsed(&cloud);
    assert_eq!(parsed[0]["source"], "mock");
    assert_eq!(parsed[0]["reply"], "(empty)");
}

#[test]
fn a_page_token_keeps_its_identity() {
    let cloud = two_nets();
    let first = json!({ "ResultsPerPage": 1 });
    let token = made_token(&cloud, first);
    cloud
        .call(
            "ReadNets",
            json!({ "ResultsPerPage": 1, "NextPageToken": token }),
        )
        .ok();
    let parsed = parsed(&cloud);
    assert_eq!(parsed[4]["reply"]["NextPageToken"], "<page:1>");
    assert_eq!(parsed[5]["request"]["NextPageToken"], "<page:1>");
}

fn made_token(cloud: &Cloud, input: Value) -> String {
    cloud
        .call("ReadNets", input)
        .ok()
        .text("/NextPageToken")
        .to_owned()
}

/// A client's calls over HTTP, and the log of them in several forms; on a port of so many digits.
async fn logged(small_port: bool) -> (String, Transcript) {
    let cloud = support::builder().build();
    let at = |port: u16| cloud.serve(([127, 0, 0, 1], port).into());
    if small_port {
        let mut free = (2000..10_000).filter(|port| at(*port).is_ok());
        free.next().expect("a free port below 10000");
    } else {
        at(0).expect("a port");
    }
    let log = "/api/v1/ReadApiLogs";
    for (path, body) in [
        ("/api/v1/CreateNet", r#"{ "IpRange": "10.0.0.0/16" }"#),
        (log, "{}"),
        (log, "{}"),
        (
            log,
            r#"{ "With": { "QueryHeaderRaw": false, "QueryCallName": false } }"#,
        ),
    ] {
        let mut headers = signed(&cloud, path, body.as_bytes());
        headers.push(("user-agent", "a-client/1".to_owned()));
        assert_eq!(send(&cloud, path, headers, body.into()).await.0, 200);
    }
    cloud.call("ReadApiLogs", json!({})).ok();
    (cloud.url(), cloud.transcript())
}

/// Neither its port nor its seconds tell the log of one run from that of another.
#[tokio::test]
async fn the_log_of_calls_over_http_is_the_same_in_every_run() {
    let (url, one) = logged(false).await;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let (other_url, other) = logged(true).await;
    assert!(url.len() > other_url.len(), "{url}, {other_url}");
    assert_eq!(one.to_yaml(), other.to_yaml());
    assert_eq!(one.to_string(), other.to_string());
    let yaml = one.to_yaml();
    let headers = r"X-Osc-Date: <date>\nAuthorization: *****\nUser-Agent: a-client/1\nAccept: */*\nHost: <host>\nContent-Length: 2\nX-Forwarded-For: 127.0.0.1";
    assert!(
        yaml.contains(&format!("QueryHeaderRaw: '{headers}'\n")),
        "{yaml}"
    );
    assert!(yaml.contains("QueryHeaderSize: <size>\n"), "{yaml}");
    // How much the other calls were answered is told.
    assert!(
        yaml.contains("ResponseSize: <size>\n") && yaml.contains("ResponseSize: 2"),
        "{yaml}"
    );
    // Machines are told everything.
    assert!(one.to_json_lines().contains(&url["http://".len()..]));
}

/// A refusal of what has expired, and the log of that, in a cloud that begins then.
fn expired(start: &str) -> Cloud {
    let cloud = builder().start_at(start.parse().expect("an instant"));
    let cloud = cloud.build();
    let yesterday = cloud.now() - SignedDuration::from_hours(24);
    let key = json!({ "ExpirationDate": yesterday.to_string() });
    cloud.call("CreateAccessKey", key);
    let filters = json!({ "QueryDateAfter": yesterday.to_string() });
    let with = json!({ "QueryHeaderRaw": false, "RequestId": false });
    let logs = json!({ "Filters": filters, "With": with });
    cloud.call("ReadApiLogs", logs).ok();
    // What a resource tells stays, though it lies as far back.
    let old = json!({ "ImageIds": ["ami-5aebd4d5"] });
    cloud.call("ReadImages", json!({ "Filters": old })).ok();
    cloud.advance(SignedDuration::from_hours(1));
    let key = json!({ "ExpirationDate": cloud.now().to_string() });
    cloud.call("CreateAccessKey", key);
    cloud
}

#[test]
fn what_has_expired_does_not_tell_when() {
    let cloud = expired("2026-01-02T03:04:05Z");
    let later = expired("2026-12-31T23:59:59Z").transcript();
    assert_eq!(cloud.transcript().to_yaml(), later.to_yaml());
    assert_eq!(cloud.transcript().to_string(), later.to_string());
    assert_transcript!(cloud);
}
