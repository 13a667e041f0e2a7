//! What is no recording, and command lines that make no sense.

use std::fs;

use rstest::rstest;

use super::{Folder, Ran, mockscale, run, saved};

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
