//! Files of browsers and proxies that looked on.

use base64::Engine as _;
use mockscale::{Said, Transcript, Value, json};
use rstest::rstest;

/// An entry as a recorder writes it, for a call of the real API.
pub(super) fn entry(at: &str, operation: &str, request: &str, reply: &str) -> Value {
    json!({
        "startedDateTime": at,
        "time": 41.25,
        "request": {
            "method": "POST",
            "url": format!("https://api.us-east-2.outscale.com/api/v1/{operation}?trace=hidden"),
            "httpVersion": "HTTP/2",
            "headers": [
                { "name": ":authority", "value": "api.us-east-2.outscale.com" },
                { "name": "User-Agent", "value": "a-client/2.1" },
                { "name": "Authorization", "value": "OSC4-HMAC-SHA256 Credential=AK/x, Signature=hidden" },
                { "name": "Cookie", "value": "hidden" },
            ],
            "cookies": [{ "name": "session", "value": "hidden" }],
            "queryString": [{ "name": "trace", "value": "hidden" }],
            "postData": { "mimeType": "application/json", "text": request },
            "headersSize": -1,
            "bodySize": request.len(),
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/2",
            "headers": [{ "name": "set-cookie", "value": "hidden" }],
            "cookies": [],
            "content": { "size": reply.len(), "mimeType": "application/json", "text": reply },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": 12.0,
        },
        "cache": {},
        "timings": { "send": 0.1, "wait": 40, "receive": 1, "ssl": null },
        "serverIPAddress": "192.0.2.1",
        "_initiator": { "type": "script" },
    })
}

pub(super) fn har(version: &str, entries: &[Value]) -> String {
    json!({ "log": {
        "version": version,
        "creator": { "name": "a proxy", "version": "1" },
        "pages": [{ "id": "page_1" }],
        "entries": entries,
    }})
    .to_string()
}

fn two() -> Vec<Value> {
    let nets = r#"{"Nets":[],"ResponseContext":{"RequestId":"x"}}"#;
    let key = r#"{"AccessKey":{"AccessKeyId":"AK","SecretKey":"hidden"}}"#;
    vec![
        entry(
            "2025-01-02T10:00:02.500+01:00",
            "CreateServerCertificate",
            r#"{"PrivateKye":"hidden"}"#,
            key,
        ),
        entry("2025-01-02T09:00:01Z", "ReadNets", "", nets),
    ]
}

#[rstest]
#[case("1.1")]
#[case("1.2")]
#[case("1.3")]
#[case("")]
fn calls_are_read_oldest_first(#[case] version: &str) {
    let transcript = Transcript::parse(&har(version, &two())).expect("a transcript");
    let [first, second] = transcript.exchanges() else {
        panic!("two exchanges: {transcript:?}")
    };
    assert_eq!(
        (first.number, &*first.operation, first.status),
        (1, "ReadNets", 200)
    );
    assert_eq!(first.request, Said::Json(json!({}).into()));
    assert_eq!(first.agent.as_deref(), Some("a-client/2.1"));
    assert_eq!(
        (second.number, &*second.operation),
        (2, "CreateServerCertificate")
    );
    assert_eq!(transcript.start().to_string(), "2025-01-02T09:00:01Z");
    assert_eq!(
        (transcript.region(), transcript.left_out()),
        ("us-east-2", 0)
    );
    let http = second.http.as_ref().expect("HTTP");
    assert_eq!(http.path, "/api/v1/CreateServerCertificate");
    assert_eq!(
        http.headers,
        [
            ("host", "api.us-east-2.outscale.com"),
            ("user-agent", "a-client/2.1"),
            ("authorization", "OSC4-HMAC-SHA256 <secret>"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn its_secrets_are_replaced() {
    let transcript = Transcript::parse(&har("1.2", &two())).expect("a transcript");
    for written in [
        transcript.to_har(),
        transcript.to_json_lines(),
        transcript.to_yaml(),
    ] {
        assert!(!written.contains("hidden"), "{written}");
        assert!(written.contains("<secret>"), "{written}");
    }
}

#[test]
fn it_goes_on_as_a_transcript_of_ours() {
    let transcript = Transcript::parse(&har("1.2", &two())).expect("a transcript");
    for written in [transcript.to_har(), transcript.to_json_lines()] {
        let back = Transcript::parse(&written).expect("a transcript");
        assert_eq!(back.exchanges(), transcript.exchanges());
        assert_eq!(back.region(), "us-east-2");
    }
}

#[test]
fn what_is_no_call_is_left_out_and_counted() {
    let mut entries = two();
    let mut other = |url: &str, method: &str, status: i64| {
        let mut entry = entries[0].clone();
        entry["request"]["url"] = url.into();
        entry["request"]["method"] = method.into();
        entry["response"]["status"] = status.into();
        entries.push(entry);
    };
    other("https://example.org/api/v1/users", "POST", 200);
    other("https://example.org/logo.png", "GET", 200);
    other(
        "https://api.us-east-2.outscale.com/api/v1/ReadNets",
        "OPTIONS",
        200,
    );
    other("https://api.us-east-2.outscale.com/", "GET", 200);
    other(
        "https://api.us-east-2.outscale.com/api/v1/ReadNets",
        "POST",
        0,
    );
    other("data:text/plain,x", "GET", 200);
    // Misspelt, but at a host that was called.
    other(
        "https://api.us-east-2.outscale.com/api/v1/ReadNetz",
        "POST",
        404,
    );
    let transcript = Transcript::parse(&har("1.2", &entries)).expect("a transcript");
    assert_eq!((transcript.len(), transcript.left_out()), (3, 6));
    assert!(
        transcript
            .exchanges()
            .iter()
            .any(|it| it.operation == "ReadNetz")
    );
}

#[test]
fn nothing_of_ours_may_be_in_it() {
    let transcript = Transcript::parse(&har("1.2", &[])).expect("a transcript");
    assert!(transcript.is_empty());
    assert_eq!(transcript.region(), "eu-west-2");
}

/// Bodies as recorders keep them.
#[rstest]
#[case::base64(json!({ "text": base64("{\"Nets\":[]}"), "encoding": "base64" }), Ok(json!({ "Nets": [] })))]
#[case::no_base64(json!({ "text": "…", "encoding": "base64" }), Err("not base64"))]
#[case::base64_of_bytes(json!({ "text": "H4sIAAAAAAAA", "encoding": "base64" }), Err("not JSON"))]
#[case::html(json!({ "text": "<html>" }), Err("not JSON"))]
#[case::nothing(json!({ "text": "" }), Err("empty"))]
#[case::without_content(json!({ "size": 12 }), Err("not recorded"))]
fn replies(#[case] content: Value, #[case] kept: Result<Value, &str>) {
    let mut entries = two();
    entries[1]["response"]["content"] = content;
    let transcript = Transcript::parse(&har("1.2", &entries)).expect("a transcript");
    let kept = match kept {
        Ok(value) => Said::Json(value.into()),
        Err(why) => Said::Unreadable(why.to_owned()),
    };
    assert_eq!(transcript.exchanges()[0].reply, kept);
}

#[rstest]
#[case::form(json!({ "mimeType": "x", "params": [] }), Err("a form"))]
#[case::cut_off(json!({ "mimeType": "x", "text": "{ \"Password\": \"hid" }), Err("not JSON"))]
#[case::nothing(Value::Null, Ok(json!({})))]
#[case::text(json!({ "text": "{\"A\":1}" }), Ok(json!({ "A": 1 })))]
fn requests(#[case] post_data: Value, #[case] kept: Result<Value, &str>) {
    let mut entries = two();
    entries[1]["request"]["postData"] = post_data;
    let transcript = Transcript::parse(&har("1.2", &entries)).expect("a transcript");
    let kept = match kept {
        Ok(value) => Said::Json(value.into()),
        Err(why) => Said::Unreadable(why.to_owned()),
    };
    assert_eq!(transcript.exchanges()[0].request, kept);
}

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}
