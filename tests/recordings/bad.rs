//! What is no recording, and command lines that make no sense.

use std::fs;

use mockscale::{Cloud, json};
use rstest::rstest;

use super::{Folder, Ran, conversation, mockscale, run, saved};

/// What is no recording: exit code 1, file and line, nothing on standard output.
#[rstest]
#[case::missing("missing.jsonl", None, "there is no such file")]
#[case::a_folder(".jsonl", None, ".jsonl: the file's name has no extension")]
#[case::empty("a.har", Some(""), "a.har: it is empty")]
#[case::another_kind("a.har", Some("PK\u{3}\u{4}"), "a.har:1: this is not a transcript")]
#[case::another_extension("a.zip", Some("PK"), "the extension .zip; possible is .jsonl")]
#[case::corrupt("a.har", Some("{\"log\":\n oops"), "a.har:2:2: this is not JSON")]
#[case::a_region_that_is_none(
    "a.jsonl",
    Some(r#"{"transcript":1,"api":"1.33.1","region":"mars-1","start":"2024-05-06T07:08:09Z"}"#),
    "a.jsonl: mars-1: there is no such region; there are "
)]
fn what_is_no_recording(#[case] name: &str, #[case] content: Option<&str>, #[case] told: &str) {
    let folder = Folder::new();
    if let Some(content) = content {
        fs::write(folder.path(name), content).expect("a file");
    }
    let ran = run(&["replay", &folder.path(name)]);
    assert_eq!((ran.code, &*ran.out), (Some(1), ""), "{ran:?}");
    assert!(
        ran.err.starts_with("mockscale: ") && ran.err.contains(told),
        "{ran:?}"
    );
}

/// A recording of one call by whoever that line says.
fn said_by(folder: &Folder, caller: &str) -> String {
    let file = folder.path("a.jsonl");
    let lines = conversation().only("ReadVms").to_json_lines();
    let said = r#""caller":"123456789012""#;
    assert_eq!(lines.matches(said).count(), 1, "{lines}");
    fs::write(&file, lines.replace(said, caller)).expect("a file");
    file
}

#[rstest]
#[case::a_word(r#""caller":"mars""#, r#"exchange 5: the caller "mars" is no account"#)]
#[case::nothing(r#""caller":"""#, r#"the caller "" is no account"#)]
#[case::other_digits(r#""caller":"١٢٣٤٥٦٧٨٩٠١٢""#, "is no account: one has 12 digits")]
#[case::a_user(r#""caller":"123456789012/alice""#, "is no account")]
#[case::a_line(r#""caller":"x\ny""#, r#""x\ny" is no account"#)]
#[case::a_number(r#""caller":123456789012"#, "a.jsonl:2:83: this line is no exchange")]
fn a_caller_that_is_no_account(#[case] caller: &str, #[case] told: &str) {
    let folder = Folder::new();
    let ran = run(&["replay", &said_by(&folder, caller)]);
    assert_eq!((ran.code, &*ran.out), (Some(1), ""), "{ran:?}");
    assert!(ran.err.contains(told), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{ran:?}");
}

/// Whom the fresh cloud does not have says nothing; an account is made.
#[rstest]
#[case::an_account(r#""caller":"555555555555""#, None)]
#[case::a_user(
    r#""caller":"123456789012","user":"alice""#,
    Some("not sent: the account 123456789012 has no user alice")
)]
#[case::of_an_account_of_its_own(
    r#""caller":"555555555555","user":"alice""#,
    Some("not sent: the account 555555555555 has no user alice")
)]
#[case::with_an_account(
    r#""caller":"123456789012","user":"555555555555/alice""#,
    Some("has no user 555555555555/alice")
)]
#[case::nothing(r#""caller":"123456789012","user":"""#, Some("has no user "))]
#[case::no_name(
    r#""caller":"123456789012","user":"a\u001b b/é""#,
    Some("has no user a")
)]
#[case::of_nobody(r#""user":"alice""#, Some("has no user alice"))]
fn a_caller_who_is_not_there(#[case] caller: &str, #[case] told: Option<&str>) {
    let folder = Folder::new();
    let ran = run(&["replay", &said_by(&folder, caller)]);
    let code = if told.is_some() { 3 } else { 0 };
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.out.contains(told.unwrap_or_default()), "{ran:?}");
    assert!(
        !ran.out.contains('\u{1b}') && !ran.err.contains("panicked"),
        "{ran:?}"
    );
}

/// Who has no key calls as anybody does: a fresh cloud asks for none.
#[test]
fn a_user_without_a_key_is_said_again() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    let cloud = Cloud::new();
    cloud
        .call("CreateUser", json!({ "UserName": "alice" }))
        .ok();
    cloud.as_user("alice").call("ReadVms", json!({}));
    cloud.transcript().save(&file).expect("written");
    let ran = run(&["replay", &file]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[rstest]
#[case::a_form_that_is_none(&["transcript", "a.jsonl", "--as", "xml"], "possible values: text, yaml, jsonl, har")]
#[case::no_file(&["transcript"], "<FILE>")]
#[case::force_without_output(&["transcript", "a.jsonl", "--force"], "--output")]
#[case::a_recording_that_is_none(&["serve", "--record", "a.har"], "ends in .jsonl")]
#[case::a_seed_for_an_endpoint(&["replay", "a.jsonl", "--endpoint", "http://h", "--seed", "1"], "cannot be used with")]
#[case::half_a_pair(&["replay", "a.jsonl", "--substitute", "x"], "two texts with = between them")]
fn usage(#[case] args: &[&str], #[case] hint: &str) {
    let ran = run(args);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains(hint), "{ran:?}");
}

#[rstest]
#[case::path(&["--varies", "Vms[0]"], "the path `Vms[0]` cannot be read")]
#[case::endpoint(&["--endpoint", "ftp://h"], "http:// or https://")]
fn what_makes_no_sense_with_a_recording(#[case] args: &[&str], #[case] told: &str) {
    let folder = Folder::new();
    let file = saved(&folder);
    let mut command = mockscale(&["replay", &file]);
    command
        .args(args)
        .env("OSC_ACCESS_KEY", "x")
        .env("OSC_SECRET_KEY", "y");
    let ran = Ran::of(&command.output().expect("the program runs"));
    assert_eq!((ran.code, &*ran.out), (Some(1), ""), "{ran:?}");
    assert!(ran.err.contains(told), "{ran:?}");
}

#[test]
fn help_says_what_exit_codes_mean() {
    let help = run(&["replay", "--help"]).out;
    assert!(
        help.contains("Exit codes: 0 when every answer matches or varies only"),
        "{help}"
    );
    let help = run(&["serve", "--help"]).out;
    assert!(help.contains("--record <FILE>"), "{help}");
}
