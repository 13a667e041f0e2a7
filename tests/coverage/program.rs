//! `mockscale coverage`, run as its users run it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use mockscale::Value;
use rstest::rstest;

use super::{collected, converse};

fn mockscale() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockscale"));
    // What collects this suite is not to collect what these tests look at.
    command.env_remove("MOCKSCALE_COVERAGE");
    command
}

fn coverage(directory: &Path, args: &[&str]) -> Output {
    let mut command = mockscale();
    let output = command.arg("coverage").arg(directory).args(args).output();
    output.expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Serves until one call was answered, and is stopped.
async fn serve_one(command: &mut Command, operation: &str, agent: &str) {
    let mut child = command
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("piped"))
        .read_line(&mut line)
        .expect("a line");
    let url = line.trim().strip_prefix("ready ").expect("ready");
    let response = reqwest::Client::new()
        .post(format!("{url}/api/v1/{operation}"))
        .header("user-agent", agent)
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200);
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(sent.expect("kill runs").success());
    assert!(child.wait().expect("it ends").success());
}

#[tokio::test]
async fn programs_collect_into_one_directory() {
    let root = tempfile::tempdir().expect("a directory");
    let directory = root.path().join("coverage");
    let mut by_flag = mockscale();
    by_flag.args(["serve", "--coverage"]).arg(&directory);
    serve_one(&mut by_flag, "ReadRegions", "one/1.0").await;
    let mut by_variable = mockscale();
    by_variable
        .arg("serve")
        .env("MOCKSCALE_COVERAGE", &directory);
    serve_one(&mut by_variable, "ReadPublicIpRanges", "two/2.0").await;
    assert_eq!(fs::read_dir(&directory).expect("files").count(), 2);
    let printed = coverage(&directory, &["--format", "json"]);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    let report: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    assert_eq!(report["processes"], 2);
    assert_eq!(report["clouds"], 2);
    assert_eq!(report["figures"]["operations"]["exercised"], 2);
    let clients = report["clients"].as_array().expect("clients");
    let names: Vec<_> = clients.iter().map(|it| &it["client"]).collect();
    assert_eq!(names, ["one/1.0", "two/2.0"]);
    let one = coverage(&directory, &["--format", "json", "--client", "one/"]);
    let report: Value = serde_json::from_slice(&one.stdout).expect("JSON");
    assert_eq!(report["figures"]["operations"]["exercised"], 1);
}

#[test]
fn the_report_is_text() {
    let directory = collected();
    let printed = coverage(directory.path(), &[]);
    let report = text(&printed.stdout);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    for part in [
        "6 calls by 1 client to 1 cloud in 1 process",
        "5 of 223 (2.2 %)",
        "  Net   ",
        "3 of 4",
        "Families without a call",
        "  Net: UpdateNet\n",
        "--format html",
    ] {
        assert!(report.contains(part), "no '{part}' in:\n{report}");
    }
    let missing = text(&coverage(directory.path(), &["--missing"]).stdout);
    assert!(
        missing.contains("    UpdateNet\n") && !missing.contains("    ReadNets\n"),
        "{missing}"
    );
}

#[test]
fn a_report_is_written_as_a_whole() {
    let directory = collected();
    let elsewhere = tempfile::tempdir().expect("a directory");
    let file = elsewhere.path().join("page.html");
    fs::write(&file, "an older page").expect("written");
    let args = [
        "--format",
        "html",
        "--output",
        file.to_str().expect("UTF-8"),
    ];
    let printed = coverage(directory.path(), &args);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    assert_eq!(text(&printed.stdout), "");
    let page = fs::read_to_string(&file).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    let left = fs::read_dir(elsewhere.path()).expect("files").count();
    assert_eq!(left, 1, "something is left beside the page");
}

/// A file in its place would end it for everybody.
#[cfg(unix)]
#[test]
fn a_device_stays_a_device_and_a_link_a_link() {
    let directory = collected();
    let elsewhere = tempfile::tempdir().expect("a directory");
    let page = elsewhere.path().join("page.html");
    fs::write(&page, "an older page").expect("written");
    for (at, target) in [Path::new("/dev/null"), &page].into_iter().enumerate() {
        let link = elsewhere.path().join(at.to_string());
        std::os::unix::fs::symlink(target, &link).expect("a link");
        let printed = coverage(
            directory.path(),
            &["--output", link.to_str().expect("UTF-8")],
        );
        assert!(printed.status.success(), "{}", text(&printed.stderr));
        assert!(link.is_symlink());
    }
    assert!(!Path::new("/dev/null").is_file());
    let written = fs::read_to_string(&page).expect("a report");
    assert!(written.starts_with("Coverage of API"), "{written}");
}

#[test]
fn a_report_goes_nowhere_it_would_do_harm() {
    let directory = collected();
    let elsewhere = tempfile::tempdir().expect("a directory");
    let cases = [
        (
            elsewhere.path().to_owned(),
            "this is a folder; name a file in it",
        ),
        (directory.path().join("page.html"), "holds the coverage"),
        (
            elsewhere.path().join("no/such/page.html"),
            "it cannot be written",
        ),
    ];
    for (file, problem) in cases {
        let name = file.to_str().expect("UTF-8");
        let printed = coverage(directory.path(), &["--output", name]);
        let said = text(&printed.stderr);
        assert_eq!(printed.status.code(), Some(1), "{said}");
        assert!(said.contains(problem) && said.contains(name), "{said}");
    }
    assert_eq!(fs::read_dir(elsewhere.path()).expect("files").count(), 0);
    assert_eq!(fs::read_dir(directory.path()).expect("files").count(), 1);
}

#[rstest]
#[case::met(&["operations=2", "request-fields=0.1"], 0, "")]
#[case::met_by_nothing(&["enum-values=0"], 0, "")]
#[case::short(&["operations=2.3"], 3, "operations: 5 of 223 (2.2 %), and 2.3 % is wanted")]
#[case::one_of_two(&["operations=2", "transitions=50%"], 3, "transitions: 2 of 34 (5.8 %), and 50 % is wanted")]
fn the_gate(#[case] wanted: &[&str], #[case] code: i32, #[case] said: &str) {
    let directory = collected();
    let args: Vec<_> = wanted.iter().flat_map(|it| ["--fail-under", it]).collect();
    let printed = coverage(directory.path(), &args);
    let error = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(code), "{error}");
    assert!(error.contains(said), "{error}");
    assert_eq!(error.is_empty(), said.is_empty(), "{error}");
    // The report is printed all the same.
    assert!(text(&printed.stdout).contains("5 of 223"));
}

/// A command line that makes no sense: exit code 2, and what would be right.
#[rstest]
#[case::no_dimension(&["--fail-under", "fields=3"], "request-fields")]
#[case::no_percentage(&["--fail-under", "operations=many"], "no percentage")]
#[case::more_than_all(&["--fail-under", "operations=101"], "from 0 to 100")]
#[case::not_a_number(&["--fail-under", "operations=NaN"], "no percentage")]
#[case::no_pair(&["--fail-under", "operations"], "operations=60")]
#[case::what_is_in_there_anyway(&["--missing", "--format", "json"], "--format text")]
#[case::no_format(&["--format", "xml"], "json")]
fn usage(#[case] args: &[&str], #[case] hint: &str) {
    let directory = collected();
    let printed = coverage(directory.path(), args);
    let error = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(2), "{error}");
    assert!(error.contains(hint), "{error}");
}

#[test]
fn what_cannot_be_read_is_named() {
    let directory = collected();
    let nobody = coverage(directory.path(), &["--client", "terraform"]);
    let spoilt = directory.path().join("a.jsonl");
    fs::write(
        &spoilt,
        "{\"mockscale-coverage\":1,\"api\":\"1.33.1\"}\n{\"x\":",
    )
    .expect("written");
    let damaged = coverage(directory.path(), &[]);
    fs::remove_file(&spoilt).expect("ours");
    let gone = coverage(&directory.path().join("gone"), &[]);
    let contract = coverage(directory.path(), &["--contract", "Cargo.toml"]);
    let cases = [
        (nobody, "(in process)"),
        (damaged, "a.jsonl:2: "),
        (gone, "gone"),
        (contract, "Cargo.toml"),
    ];
    for (printed, part) in cases {
        let error = text(&printed.stderr);
        assert_eq!(printed.status.code(), Some(1), "{error}");
        assert!(
            error.starts_with("mockscale: ") && error.contains(part),
            "{error}"
        );
        assert_eq!(text(&printed.stdout), "");
    }
}

#[test]
fn runs_add_up() {
    let directory = collected();
    converse(directory.path());
    let report = text(&coverage(directory.path(), &[]).stdout);
    assert!(
        report.contains("12 calls by 1 client to 2 clouds in 1 process"),
        "{report}"
    );
}

#[test]
fn a_server_tells_at_once_that_it_cannot_collect() {
    let root = tempfile::tempdir().expect("a directory");
    let taken = root.path().join("taken");
    fs::write(&taken, "a file").expect("written");
    let printed = mockscale()
        .args(["serve", "--coverage"])
        .arg(&taken)
        .output()
        .expect("the program runs");
    let error = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(1), "{error}");
    assert!(error.contains("taken"), "{error}");
}
