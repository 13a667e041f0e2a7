//! What others send or leave about: it neither acts on a terminal, nor is written over, nor waited
//! for.

use std::fs;

use mockscale::{Coverage, Transcript, json};

use crate::http::post;
use crate::support::{builder, cloud};

/// Red, in seven and in eight bits, and a line that runs from right to left.
const ESCAPES: &str = "\u{1b}[31m\u{9b}31m\u{202e}";

fn acts_on_a_terminal(text: &str) -> bool {
    text.contains(['\u{1b}', '\u{9b}', '\u{202e}'])
}

#[tokio::test]
async fn no_text_acts_on_a_terminal() {
    let cloud = builder().report().start();
    let body = json!({ ESCAPES: ESCAPES, "IpRange": ESCAPES });
    cloud.call("CreateNet", body.clone());
    post(&cloud, "/api/v1/CreateNet", body.to_string()).await;
    let text = cloud.transcript().to_string();
    assert!(text.contains("\\u001b[31m\\u009b31m\\u202e"), "{text}");
    assert!(!acts_on_a_terminal(&text), "{text:?}");
}

#[test]
fn no_client_of_a_report_acts_on_a_terminal() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut lines = String::from("{\"mockscale-coverage\":1,\"api\":\"1.33.1\"}\n");
    for number in 0..30 {
        let client = format!("{ESCAPES}{number}{}", "long ".repeat(100));
        lines += &json!({ client: { "ReadNets": { "asked": 1, "answered": 1 } } }).to_string();
        lines += "\n";
    }
    fs::write(directory.path().join("a.jsonl"), lines).expect("written");
    let coverage = Coverage::load(directory.path()).expect("coverage");
    let text = coverage.to_string();
    assert!(!acts_on_a_terminal(&text), "{text:?}");
    let error = coverage.by("nobody").expect_err("nobody").to_string();
    assert!(!acts_on_a_terminal(&error), "{error:?}");
    assert!(error.ends_with("and 10 more"), "{error}");
    assert!(error.lines().all(|line| line.chars().count() < 100));
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    let lines = format!("\u{feff}{}", cloud.transcript().to_json_lines());
    assert_eq!(Transcript::parse(&lines).expect("a transcript").len(), 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_coverage_and_not_waited_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let pipe = directory.path().join("a.jsonl");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let error = Coverage::load(directory.path()).expect_err("a pipe");
    assert!(
        error.to_string().contains("a.jsonl: this is no file"),
        "{error}"
    );
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_replaced_and_a_device_stays_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("deeper")).expect("a folder");
    fs::write(path("deeper/a.jsonl"), "old").expect("written");
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    std::os::unix::fs::symlink("deeper/a.jsonl", path("b.jsonl")).expect("a link");
    cloud.transcript().save(path("b.jsonl")).expect("saved");
    assert!(path("b.jsonl").is_symlink());
    assert_eq!(
        Transcript::load(path("deeper/a.jsonl"))
            .expect("a transcript")
            .len(),
        1
    );
    std::os::unix::fs::symlink("/dev/null", path("c.jsonl")).expect("a link");
    cloud.transcript().save(path("c.jsonl")).expect("written");
    assert!(path("c.jsonl").is_symlink());
    assert!(!fs::metadata("/dev/null").expect("a device").is_file());
}
