//! JSON lines: out, back in, in files, and what is said of files that are none.

use std::fs;

use mockscale::{Transcript, json};
use rstest::rstest;

use super::two_nets;
use crate::http::post;
use crate::support;

use crate::support::cloud;

const HEADER: &str =
    r#"{"transcript":1,"api":"1.33.1","region":"eu-west-2","start":"2024-05-06T07:08:09Z"}"#;
const EXCHANGE: &str = r#"{"number":1,"at":"2024-05-06T07:08:09Z","operation":"ReadNets","request":{"json":{}},"status":200,"reply":{"json":{}}}"#;

#[tokio::test]
async fn a_conversation_comes_back_as_it_was() {
    let cloud = support::builder().region("us-east-2").report().start();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud.call("CreateNet", json!({ "IpRnge": null, "Tenancy": 1.25e-3 }));
    cloud.advance(mockscale::jiff::SignedDuration::from_micros(1_234_567));
    post(&cloud, "/api/v1/ReadNets", "{}").await;
    post(&cloud, "/api/v1/ReadNets", "{").await;
    post(&cloud, "/no/such/path", "{}").await;
    let transcript = cloud.transcript();
    let lines = transcript.to_json_lines();
    assert_eq!(lines.lines().count(), 6);
    assert!(lines.contains(r#""region":"us-east-2","start":"2024-05-06T07:08:09Z"}"#));
    let back = Transcript::parse(&lines).expect("a transcript");
    assert_eq!(back.exchanges(), transcript.exchanges());
    assert_eq!(back.to_yaml(), transcript.to_yaml());
    assert_eq!(back.start(), transcript.start());
    assert_eq!(back.to_json_lines(), lines);
    assert_eq!(back.only("Net").len(), transcript.only("Net").len());
}

/// Whoever changes what a line holds raises the number of the format.
#[test]
fn what_a_line_holds() {
    let cloud = support::builder().report().build();
    cloud.call("CreateNet", json!({ "IpRnge": 7 }));
    cloud
        .call(
            "CreateVolume",
            json!({ "SubregionName": "eu-west-2a", "Size": 1 }),
        )
        .ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    let mut settings = mockscale::insta::Settings::clone_current();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/transcript/lines");
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let lines = cloud.transcript().to_json_lines();
    settings.bind(|| mockscale::insta::assert_snapshot!("what_a_line_holds", lines));
}

#[test]
fn a_part_and_what_was_forgotten_come_back_too() {
    let cloud = support::builder().keep_exchanges(2).build();
    for _ in 0..3 {
        cloud.call("ReadNets", json!({}));
    }
    let cloud_says = cloud.transcript();
    let back = Transcript::parse(&cloud_says.to_json_lines()).expect("a transcript");
    assert_eq!(back.to_string(), cloud_says.to_string());
    let part = Transcript::parse(&two_nets().transcript().refusals().to_json_lines());
    assert_eq!(part.expect("a transcript").exchanges()[0].number, 3);
}

#[test]
fn line_ends_of_windows_and_empty_lines_do_no_harm() {
    let text = format!("{HEADER}\r\n\r\n{EXCHANGE}\r\n\r\n");
    assert_eq!(Transcript::parse(&text).expect("a transcript").len(), 1);
    let text = format!("{HEADER}\n{EXCHANGE}");
    assert_eq!(Transcript::parse(&text).expect("a transcript").len(), 1);
}

/// A good header and good exchange, then whatever comes.
fn after_good(line: &str) -> String {
    format!("{HEADER}\n{EXCHANGE}\n{line}")
}

#[rstest]
#[case::empty("", None, "it is empty; expected a first line")]
#[case::blank(" \n\n", None, "it is empty")]
#[case::other_text(
    "GET / HTTP/1.1\n",
    Some(1),
    "this is not a transcript; expected a first line"
)]
#[case::other_json("{\"log\":{}}\n", Some(1), "this is not a transcript")]
#[case::an_exchange_first(EXCHANGE, Some(1), "this is not a transcript")]
#[case::a_list("[1]\n", Some(1), "this is not a transcript")]
#[case::later_format(
    &HEADER.replace("1,", "2,"),
    Some(1),
    "this transcript has format 2, not 1; record it again, or read it with the version"
)]
#[case::header_without_start(
    r#"{"transcript":1,"api":"1.33.1","region":"eu-west-2"}"#,
    Some(1),
    "missing field `start`"
)]
#[case::header_with_more(&HEADER.replace('}', r#","x":1}"#), Some(1), "unknown field `x`")]
#[case::corrupt(&after_good("{\"number\":x}\n"), Some(3), "column 11: this line is not JSON: expected value; record")]
#[case::corrupt_within(&format!("{HEADER}\n{{\"nu\n{EXCHANGE}\n"), Some(2), "this line is not JSON")]
#[case::truncated(&after_good(&EXCHANGE[..60]), Some(3), "the last line breaks off; the file was not written to its end")]
#[case::truncated_with_an_end(&after_good("{\"number\":\n"), Some(3), "this line is not JSON: EOF")]
#[case::unknown_field(
    &after_good(&EXCHANGE.replace("\"at\"", "\"when\"")),
    Some(3),
    "this line is no exchange: unknown field `when`, expected one of `number`, `at`"
)]
#[case::missing_field(
    &after_good(r#"{"number":2}"#),
    Some(3),
    "this line is no exchange: missing field `at`; record"
)]
#[case::wrong_type(
    &after_good(&EXCHANGE.replace("200", "\"ok\"")),
    Some(3),
    "invalid type: string \"ok\", expected u16"
)]
#[case::said_twice(&after_good(EXCHANGE), Some(3), "exchange 1 stands after exchange 1")]
#[case::two_in_a_line(&after_good("{} {}"), Some(3), "this line is")]
fn what_is_no_transcript(#[case] text: &str, #[case] line: Option<usize>, #[case] told: &str) {
    let error = Transcript::parse(text).expect_err("an error");
    assert!(error.to_string().contains(told), "{error}");
    assert_eq!(error.line(), line, "{error}");
    assert_eq!(error.file(), None);

    // The cases run side by side, and two of them are told the same.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.jsonl");
    fs::write(&file, text).expect("a file");
    let of_file = Transcript::load(&file).expect_err("an error");
    let begin = match line {
        Some(line) => format!("{}:{line}", file.display()),
        None => format!("{}: ", file.display()),
    };
    assert!(of_file.to_string().starts_with(&begin), "{of_file}");
    assert!(
        of_file
            .to_string()
            .contains(told.trim_start_matches("column 11: ")),
        "{of_file}"
    );
    assert_eq!(of_file.file(), Some(&*file));
    assert_eq!(
        fs::read_to_string(&file).expect("a file"),
        text,
        "nothing is written"
    );
}

#[test]
fn what_is_no_text_is_told_by_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.jsonl");
    let mut bytes = format!("{HEADER}\nab").into_bytes();
    bytes.push(0xff);
    fs::write(&file, bytes).expect("a file");
    let error = Transcript::load(&file).expect_err("an error");
    assert!(
        error.to_string().contains("a.jsonl:2:3: this is not UTF-8"),
        "{error}"
    );
}

#[test]
fn a_file_is_written_and_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.jsonl");
    let transcript = two_nets().transcript();
    transcript.save(&file).expect("written");
    transcript.refusals().save(&file).expect("written over");
    let back = Transcript::load(&file).expect("a transcript");
    assert_eq!(back.exchanges(), transcript.refusals().exchanges());
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside it: {left:?}");
}

#[rstest]
#[case::other("a.yaml", "the extension .yaml; possible is .jsonl (JSON lines)")]
#[case::none("a", "has no extension that says its format; possible is .jsonl")]
#[case::a_folder_in_its_place("taken.jsonl", "it cannot be written")]
#[case::no_folder("no/such/a.jsonl", "it cannot be written")]
#[case::a_file_for_a_folder("old.jsonl/a.jsonl", "it cannot be written")]
fn what_cannot_be_written(#[case] name: &str, #[case] told: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("taken.jsonl")).expect("a folder");
    fs::write(folder.path().join("old.jsonl"), "old").expect("a file");
    let file = folder.path().join(name);
    let error = two_nets().transcript().save(&file).expect_err("an error");
    let text = error.to_string();
    assert!(text.starts_with(&format!("{}: ", file.display())), "{text}");
    assert!(text.contains(told), "{text}");
    let old = fs::read_to_string(folder.path().join("old.jsonl")).expect("the old file");
    assert_eq!(old, "old");
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        2,
        "nothing is left beside it"
    );
}

#[rstest]
#[case::missing("missing.jsonl", "there is no such file; Transcript::save writes one")]
#[case::a_folder("folder.jsonl", "this is a folder; name the file in it")]
#[case::other("a.har2", "the extension .har2; possible is")]
fn what_cannot_be_read(#[case] name: &str, #[case] told: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("folder.jsonl")).expect("a folder");
    let error = Transcript::load(folder.path().join(name)).expect_err("an error");
    assert!(error.to_string().contains(told), "{error}");
}

#[test]
fn an_error_is_one_of_the_standard_librarys() {
    let error: Box<dyn std::error::Error + Send + Sync> = Transcript::load("missing.jsonl")
        .expect_err("an error")
        .into();
    assert!(error.source().is_some(), "the system's own word is kept");
}

#[test]
fn no_line_holds_a_secret() {
    let cloud = cloud();
    let key = cloud
        .call("CreateKeypair", json!({ "KeypairName": "k" }))
        .ok();
    let secret = &key.text("/Keypair/PrivateKey")[40..80];
    assert!(!cloud.transcript().to_json_lines().contains(secret));
}
