//! What is no HAR, or no longer one: where it is wrong, and what to do.

use std::fs;

use mockscale::{Transcript, Value, json};
use rstest::rstest;

use super::foreign::{entry, har};
use crate::support::cloud;

/// A file of somebody else's whose second entry was changed.
fn second(change: impl FnOnce(&mut Value)) -> String {
    let mut entries = vec![entry("2025-01-02T09:00:01Z", "ReadNets", "{}", "{}"); 2];
    change(&mut entries[1]);
    har("1.2", &entries)
}

/// A file of ours with two exchanges, changed.
fn ours(change: impl FnOnce(&mut Value)) -> String {
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    cloud.call("ReadVms", json!({})).ok();
    let mut har = serde_json::from_str(&cloud.transcript().to_har()).expect("JSON");
    change(&mut har);
    har.to_string()
}

fn without(part: &'static str) -> String {
    second(|entry| drop(entry.as_object_mut().expect("an entry").remove(part)))
}

#[rstest]
#[case::corrupt("{\"log\": {\n  \"version\": \"1.2\",\n  oops", Some((3, 3)), "this is not JSON: key must be a string; export it again")]
#[case::breaks_off("{\"log\":{\"version\":\"1.2\",\"entries\":[{", Some((1, 36)), "this HAR breaks off")]
#[case::two("{\"log\":{\"version\":\"1.2\",\"entries\":[]}} {}", Some((1, 40)), "not JSON: trailing characters")]
#[case::other_version(&har("2.0", &[]), None, "this HAR has version 2.0; versions 1.1 to 1.3 are read")]
#[case::unlike_anything("{\"log\":{\"version\":\"9\",\"entries\":{}}}", None, "version 9")]
#[case::version_that_is_none("{\"log\":{\"version\":1.2,\"entries\":[]}}", Some((1, 21)), "expected a string")]
#[case::no_entries("{\"log\":{\"version\":\"1.2\"}}", Some((1, 24)), "missing field `entries`")]
#[case::entries_that_are_none("{\"log\":{\"version\":\"1.2\",\"entries\":{}}}", Some((1, 34)), "expected a list of entries")]
#[case::log_that_is_none("{\"log\":7}", Some((1, 8)), "not a transcript, nor a HAR: invalid type")]
#[case::log_of_nothing("{\"log\":null}", None, "it has no `log`")]
#[case::no_request(&without("request"), Some((1, 0)), "entry 2: missing field `request`")]
#[case::no_response(&without("response"), Some((1, 0)), "entry 2: missing field `response`")]
#[case::no_date(&without("startedDateTime"), Some((1, 0)), "entry 2: missing field `startedDateTime`")]
#[case::no_url(&second(|it| it["request"] = json!({ "method": "POST" })), Some((1, 0)), "entry 2: missing field `url`")]
#[case::a_date_that_is_none(&second(|it| it["startedDateTime"] = "soon".into()), None, "entry 2: startedDateTime \"soon\" is no instant")]
#[case::ours_of_later(&ours(|it| it["log"]["_mockscale"] = json!({ "transcript": 2, "x": 1 })), None, "this transcript has format 2, not 1")]
#[case::ours_without_format(&ours(|it| it["log"]["_mockscale"] = json!({})), None, "format null, not 1")]
#[case::ours_in_part(&ours(|it| it["log"]["entries"][1]["_mockscale"] = Value::Null), None, "entry 2: it has no `_mockscale`")]
#[case::ours_changed(&ours(|it| it["log"]["entries"][1]["_mockscale"]["x"] = 1.into()), None, "entry 2: this is no exchange: unknown field `x`")]
#[case::ours_twice(&ours(|it| it["log"]["entries"][1]["_mockscale"]["number"] = 1.into()), None, "exchange 1 stands after exchange 1")]
#[case::ours_without_a_date(&ours(|it| it["log"]["entries"][0]["startedDateTime"] = "".into()), None, "entry 1: this is no exchange: missing field")]
fn what_is_no_har(#[case] text: &str, #[case] at: Option<(usize, usize)>, #[case] told: &str) {
    let error = Transcript::parse(text).expect_err("an error");
    assert!(error.to_string().contains(told), "{error}");
    assert_eq!(error.line(), at.map(|(line, _)| line), "{error}");
    if let Some((_, column @ 1..)) = at {
        assert_eq!(error.column(), Some(column), "{error}");
    }

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.har");
    fs::write(&file, text).expect("a file");
    let of_file = Transcript::load(&file).expect_err("an error").to_string();
    assert!(
        of_file.starts_with(&format!("{}:", file.display())),
        "{of_file}"
    );
    assert!(of_file.contains(told), "{of_file}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), text);
}

/// Files that are called HAR.
#[rstest]
#[case::empty("", "it is empty")]
#[case::no_log(
    "{\"lag\":{}}",
    "this is not a transcript, nor a HAR: it has no `log`; export"
)]
#[case::text("GET / HTTP/1.1\n", ":1: this is not a transcript")]
#[case::a_list("[]", ":1: this is not a transcript")]
#[case::corrupt("{\"lag\"", ":1:6: this HAR breaks off")]
fn what_is_called_so(#[case] text: &str, #[case] told: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.har");
    fs::write(&file, text).expect("a file");
    let error = Transcript::load(&file).expect_err("an error");
    assert!(error.to_string().contains(told), "{error}");
}

#[rstest]
#[case::a_folder("folder.har", "this is a folder")]
#[case::missing("missing.har", "there is no such file")]
#[case::other(
    "a.zip",
    "the extension .zip; possible is .jsonl (JSON lines) or .har (HAR 1.2)"
)]
fn what_cannot_be_read(#[case] name: &str, #[case] told: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("folder.har")).expect("a folder");
    let error = Transcript::load(folder.path().join(name)).expect_err("an error");
    assert!(error.to_string().contains(told), "{error}");
}

#[test]
fn what_cannot_be_written_leaves_what_was_there() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("taken.har")).expect("a folder");
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    let error = cloud
        .transcript()
        .save(folder.path().join("taken.har"))
        .expect_err("an error");
    assert!(
        error.to_string().contains("it cannot be written"),
        "{error}"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}
