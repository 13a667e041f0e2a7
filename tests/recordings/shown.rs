//! `mockscale transcript`.

use std::fs;

use mockscale::json;
use rstest::rstest;

use super::{Folder, run, saved};

#[rstest]
#[case::text("text", "#1 CreateNet → 200 (account 123456789012)\n")]
#[case::yaml("yaml", "- number: 1\n  operation: CreateNet\n")]
#[case::jsonl("jsonl", "{\"transcript\":1,")]
#[case::har("har", "{\n  \"log\": {\n    \"version\": \"1.2\",")]
fn forms(#[case] form: &str, #[case] begin: &str) {
    let folder = Folder::new();
    let file = saved(&folder);
    let shown = run(&["transcript", &file, "--as", form]);
    assert_eq!((shown.code, &*shown.err), (Some(0), ""));
    assert!(shown.out.starts_with(begin), "{}", shown.out);

    let output = folder.path("out");
    let written = run(&["transcript", &file, "--as", form, "--output", &output]);
    assert_eq!((written.code, &*written.out), (Some(0), ""));
    assert_eq!(folder.read("out"), shown.out);
    let refused = run(&["transcript", &file, "--output", &output]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("this file exists"), "{refused:?}");
    assert_eq!(folder.read("out"), shown.out);
    let written = run(&[
        "transcript",
        &file,
        "--refusals",
        "--output",
        &output,
        "--force",
    ]);
    assert_eq!(written.code, Some(0));
    assert!(folder.read("out").starts_with("#3 DeleteNet → 400"));
    assert_eq!(folder.count(), 2, "nothing is left beside them");
}

#[test]
fn a_part_of_it() {
    let folder = Folder::new();
    let file = saved(&folder);
    let shown = run(&["transcript", &file, "--only", "Net", "--refusals"]);
    assert_eq!(shown.out.matches("\n#").count() + 1, 1, "{}", shown.out);
    assert!(shown.out.starts_with("#3 DeleteNet → 400"), "{}", shown.out);
    let shown = run(&["transcript", &file, "--only", "ReadVms"]);
    assert!(shown.out.starts_with("#5 ReadVms → 200"), "{}", shown.out);
    let refused = run(&["transcript", &file, "--only", "ReadVm"]);
    assert_eq!((refused.code, &*refused.out), (Some(1), ""));
    assert!(
        refused
            .err
            .contains("neither a family nor an operation ReadVm; did you mean ReadVms?"),
        "{refused:?}"
    );
}

#[test]
fn a_har_of_a_browser() {
    let folder = Folder::new();
    let entry = |url: &str| {
        json!({
            "startedDateTime": "2025-01-02T09:00:01Z",
            "request": { "method": "POST", "url": url },
            "response": { "status": 200, "content": { "text": "{}" } },
        })
    };
    let api = entry("https://api.eu-west-2.outscale.com/api/v1/ReadNets");
    let har =
        json!({ "log": { "version": "1.2", "entries": [api, entry("https://example.org/")] } });
    let file = folder.path("a.har");
    fs::write(&file, har.to_string()).expect("a file");
    let shown = run(&["transcript", &file]);
    assert!(shown.out.starts_with("#1 ReadNets → 200"), "{shown:?}");
    assert_eq!(
        shown.err,
        "mockscale: 1 entry is no call of the API and is left out\n"
    );
    let replayed = run(&["replay", &file]);
    assert_eq!(replayed.code, Some(3));
    assert!(
        replayed.out.contains("#1 ReadNets\n  extra     Nets: []"),
        "{replayed:?}"
    );
}
