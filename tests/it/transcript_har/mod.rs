//! Transcripts as HAR: written by the format's rules, read back, and read from others' tools.

mod bad;
mod foreign;

use std::fs;

use mockscale::jiff::SignedDuration;
use mockscale::pki::Authority;
use mockscale::{Cloud, Transcript, Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, ResponseTemplate};

use crate::http::{post, send, signed};
use crate::support::builder;

/// Everything that can be said: with a socket and without, legal and not, by the cloud and a mock.
async fn all_sorts() -> Cloud {
    let cloud = builder()
        .account("210987654321")
        .redact("**.UserData")
        .report()
        .start();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "a \"key\"" }))
        .ok();
    cloud.call("ReadNets", json!({ "Fliters": {} }));
    cloud.call("ReadNetz", json!(["ключ —", 1.5, -0.0, null]));
    cloud.call("NoSuch", Value::Null);
    cloud
        .as_account("210987654321")
        .call("ReadVms", json!({}))
        .ok();
    let card = Authority::new("our devices").issue("laptop-7").pem();
    let elsewhere = cloud.from("198.51.100.7").with_certificate(&card);
    elsewhere.call("ReadVms", json!({})).ok();
    cloud.advance(SignedDuration::from_nanos(90_000_000_001));
    let vms = json!({ "ImageId": "ami-5aebd4d5", "UserData": "c2VjcmV0" });
    cloud.call("CreateVms", vms).ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("CreateLoadBalancer", json!({}));
    assert_eq!(post(&cloud, "/api/v1/ReadNets", "{}").await.0, 200);
    assert_eq!(post(&cloud, "//api/latest/ReadNets/", "").await.0, 200);
    assert_eq!(post(&cloud, "/api/v1/ReadNets", "{ no").await.0, 400);
    assert_eq!(post(&cloud, "/nowhere/at/all", "{}").await.0, 404);
    assert_eq!(
        send(&cloud, "/api/v1/ReadVms", vec![], b"{}".to_vec())
            .await
            .0,
        401
    );
    let mut headers = signed(&cloud, "/api/v1/ReadVms", b"{}");
    headers.push(("user-agent", "a-test/1.0".to_owned()));
    headers.push(("cookie", "session=chocolate".to_owned()));
    assert_eq!(
        send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec())
            .await
            .0,
        200
    );
    let mock = Mock::given(path("/api/v1/ReadSubnets")).respond_with(ResponseTemplate::new(503));
    cloud.mount(mock).await;
    let url = format!("{}/api/v1/ReadSubnets?X-Signature=abc", cloud.url());
    reqwest::Client::new()
        .post(&url)
        .send()
        .await
        .expect("an answer");
    reqwest::Client::new()
        .get(&url)
        .send()
        .await
        .expect("an answer");
    cloud
}

/// What HAR 1.2 asks of a document and this one does not give.
fn faults(document: &Value) -> Vec<String> {
    let schema = include_str!("../../fixtures/har-1.2.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema);
    let validator = validator.expect("a schema");
    let errors = validator.iter_errors(document);
    errors
        .map(|it| format!("{}: {it}", it.instance_path()))
        .collect()
}

#[tokio::test]
async fn what_is_written_keeps_the_rules_of_the_format() {
    let har = all_sorts().await.transcript().to_har();
    let document: Value = serde_json::from_str(&har).expect("JSON");
    assert_eq!(faults(&document), [""; 0]);

    // The rules bite.
    let pointers = [
        "/log/creator",
        "/log/entries/0/request/headersSize",
        "/log/entries/0/timings",
    ];
    for pointer in pointers {
        let mut broken = document.clone();
        *broken.pointer_mut(pointer).expect("a place") = "x".into();
        assert!(!faults(&broken).is_empty(), "{pointer}");
    }
    let mut broken = document;
    broken["log"]["entries"][0]["startedDateTime"] = "2024-05-06".into();
    assert!(!faults(&broken).is_empty());
}

#[tokio::test]
async fn another_reader_of_the_format_reads_it() {
    let transcript = all_sorts().await.transcript();
    let har::Har { log } = har::from_str(&transcript.to_har()).expect("a HAR");
    let har::Spec::V1_2(log) = log else {
        panic!("not 1.2: {log:?}")
    };
    assert_eq!(log.entries.len(), transcript.len());
    let (first, said) = (&log.entries[0], &transcript.exchanges()[0]);
    assert_eq!(first.started_date_time, "2024-05-06T07:08:09.000Z");
    assert_eq!(first.response.status, i64::from(said.status));
    let size = first.response.content.text.as_ref().map(String::len);
    assert_eq!(usize::try_from(first.response.content.size).ok(), size);
}

#[tokio::test]
async fn it_reads_back_as_it_was() {
    let transcript = all_sorts().await.transcript();
    let har = transcript.to_har();
    let back = Transcript::parse(&har).expect("a transcript");
    for (back, was) in back.exchanges().iter().zip(transcript.exchanges()) {
        assert_eq!(back, was);
    }
    assert_eq!(back.len(), transcript.len());
    assert_eq!(
        (
            back.start(),
            back.region(),
            back.api(),
            back.forgotten(),
            back.left_out()
        ),
        (
            transcript.start(),
            transcript.region(),
            transcript.api(),
            0,
            0
        )
    );
    assert_eq!(back.to_yaml(), transcript.to_yaml());
    assert_eq!(back.to_har(), har, "the same bytes");
}

#[tokio::test]
async fn no_secret_is_in_it() {
    let har = all_sorts().await.transcript().to_har();
    for secret in [
        "c2VjcmV0",
        "PRIVATE KEY",
        "chocolate",
        "X-Signature",
        "Credential=",
    ] {
        assert!(!har.contains(secret), "{secret}");
    }
    assert!(har.contains("OSC4-HMAC-SHA256 <secret>"));
}

#[tokio::test]
async fn what_the_format_has_words_for_is_said_in_them_only() {
    let har = all_sorts().await.transcript().to_har();
    let document: Value = serde_json::from_str(&har).expect("JSON");
    let entries = document["log"]["entries"].as_array().expect("entries");
    let over_http = entries.iter().find(|it| {
        it["_mockscale"]["caller"].is_string()
            && !it["request"]["headers"]
                .as_array()
                .expect("headers")
                .is_empty()
    });
    let ours = over_http.expect("a call over HTTP")["_mockscale"]
        .as_object()
        .expect("ours");
    let names: Vec<_> = ours.keys().map(String::as_str).collect();
    assert_eq!(names, ["caller", "number", "served"]);
    let mut urls = entries
        .iter()
        .filter_map(|it| it["request"]["url"].as_str());
    assert!(urls.any(|url| url.ends_with("//api/latest/ReadNets/")));
}

#[test]
fn it_is_saved_and_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.har");
    let cloud = builder().keep_exchanges(2).build();
    for _ in 0..3 {
        cloud.call("ReadNets", json!({})).ok();
    }
    let transcript = cloud.transcript();
    transcript.save(&file).expect("written");
    let back = Transcript::load(&file).expect("a transcript");
    assert_eq!(back.exchanges(), transcript.exchanges());
    assert_eq!(back.forgotten(), 1);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);

    // The content counts, not the name.
    let lines = folder.path().join("lines.har");
    fs::write(&lines, transcript.to_json_lines()).expect("a file");
    assert_eq!(Transcript::load(&lines).expect("a transcript").len(), 2);
    let har = folder.path().join("har.jsonl");
    fs::write(&har, format!("\u{feff} {}", transcript.to_har())).expect("a file");
    assert_eq!(Transcript::load(&har).expect("a transcript").len(), 2);
}
