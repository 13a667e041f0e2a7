//! Snapshots: the forms of the macro, insta's settings, and the same bytes wherever a test runs.

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use mockscale::assert_transcript;
use mockscale::insta::Settings;
use rstest::rstest;

use super::two_nets;

#[test]
fn forms() {
    let cloud = two_nets();
    let transcript = cloud.transcript();
    assert_transcript!(cloud);
    assert_transcript!(&cloud,);
    assert_transcript!("the_refusal", transcript.refusals());
    assert_transcript!(String::from("the_refusal"), &transcript.refusals(),);
    assert_transcript!(transcript.refusals(), @r"
    - number: 3
      operation: DeleteNet
      caller: '123456789012'
      request:
        NetId: <net:3>
      status: 400
      reply:
        Errors:
        - Code: '5065'
          Details: The NetId '<net:3>' doesn't exist.
          Type: InvalidResource
    ");
    assert_transcript!(transcript.only("Vm"), @"[]",);
}

#[test]
fn a_suffix_stands_in_the_usual_folder() {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_suffix("suffix");
    settings.bind(|| assert_transcript!(two_nets().transcript().refusals()));
    let file = "snapshots/transcript/snapshots/a_suffix_stands_in_the_usual_folder@suffix.snap";
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(file).is_file());
}

/// Says to a child what to set, and where to.
const SETTING: &str = "MOCKSCALE_TEST_SETTING";
const FOLDER: &str = "MOCKSCALE_TEST_FOLDER";

/// Runs one test of this binary in a process of its own, as nextest does.
fn alone(test: &str, variables: &[(&str, &str)]) -> Output {
    let mut child = Command::new(env::current_exe().expect("this binary"));
    child.args([
        "--exact",
        &format!("transcript::snapshots::{test}"),
        "--nocapture",
    ]);
    child
        .env_remove("INSTA_FORCE_PASS")
        .env("RUST_BACKTRACE", "0");
    child.envs(variables.iter().copied());
    child.output().expect("the child ran")
}

/// Does nothing but as a child.
#[test]
fn a_child_writes() {
    let (Ok(setting), Ok(folder)) = (env::var(SETTING), env::var(FOLDER)) else {
        return;
    };
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(folder);
    match setting.as_str() {
        "description" => settings.set_description("what is looked at"),
        "info" => settings.set_info(&["one", "two"]),
        "suffix" => settings.set_snapshot_suffix("fr"),
        "filter" => settings.add_filter("DeleteNet", "<a call>"),
        "module" => settings.set_prepend_module_to_snapshot(true),
        _ => {}
    }
    settings.bind(|| assert_transcript!("of_a_child", two_nets().transcript().refusals()));
}

#[rstest]
#[case(
    "none",
    "it__transcript__snapshots__of_a_child.snap",
    "operation: DeleteNet"
)]
#[case(
    "description",
    "it__transcript__snapshots__of_a_child.snap",
    "description: what is looked at"
)]
#[case(
    "info",
    "it__transcript__snapshots__of_a_child.snap",
    "info:\n  - one\n  - two"
)]
#[case(
    "suffix",
    "it__transcript__snapshots__of_a_child@fr.snap",
    "operation: DeleteNet"
)]
#[case(
    "filter",
    "it__transcript__snapshots__of_a_child.snap",
    "operation: <a call>"
)]
fn settings_are_honoured(#[case] setting: &str, #[case] name: &str, #[case] holds: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("a text");
    let variables = [
        (SETTING, setting),
        (FOLDER, place),
        ("INSTA_UPDATE", "always"),
    ];
    let output = alone("a_child_writes", &variables);
    assert!(output.status.success(), "{output:?}");
    let snapshot = fs::read_to_string(folder.path().join(name)).expect(name);
    assert!(snapshot.contains(holds), "{snapshot}");
    assert!(!snapshot.contains("expression:"), "{snapshot}");
    // Again, and nothing changes.
    let variables = [(SETTING, setting), (FOLDER, place), ("INSTA_UPDATE", "no")];
    assert!(alone("a_child_writes", &variables).status.success());
    assert_eq!(
        fs::read_to_string(folder.path().join(name)).expect(name),
        snapshot
    );
}

#[test]
fn a_difference_fails_and_shows_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("a text");
    let variables = [
        (SETTING, "none"),
        (FOLDER, place),
        ("INSTA_UPDATE", "always"),
    ];
    assert!(alone("a_child_writes", &variables).status.success());
    let variables = [(SETTING, "filter"), (FOLDER, place), ("INSTA_UPDATE", "no")];
    let output = alone("a_child_writes", &variables);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("operation: <a call>"), "{said}");
}

#[test]
fn a_folder_that_is_a_file_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = folder.path().join("taken");
    fs::write(&taken, "mine").expect("a file");
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(taken.join("deeper"));
    let compare = || settings.bind(|| assert_transcript!("x", two_nets()));
    let failure = catch_unwind(AssertUnwindSafe(compare)).expect_err("a panic");
    let text = failure.downcast::<String>().expect("a text");
    let told = format!(
        "but {} is a file, not a folder; move it away",
        taken.display()
    );
    assert!(text.contains(&told), "{text}");
    assert_eq!(fs::read_to_string(&taken).expect("a file"), "mine");
}

#[test]
fn a_snapshot_that_cannot_be_written_is_told_with_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("a text");
    // A folder in the place of the file: tests may run as a user who may write everywhere.
    let taken = folder
        .path()
        .join("it__transcript__snapshots__of_a_child.snap.new");
    fs::create_dir(&taken).expect("a folder");
    let variables = [(SETTING, "none"), (FOLDER, place), ("INSTA_UPDATE", "new")];
    let output = alone("a_child_writes", &variables);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let told = format!("the snapshot cannot be written to {place}: ");
    assert!(said.contains(&told), "{said}");
    assert!(said.contains("Settings::set_snapshot_path"), "{said}");
    assert!(taken.is_dir());
}

#[test]
fn threads_say_the_same() {
    let said = || {
        let cloud = two_nets();
        assert_transcript!("in_parallel", cloud);
        (
            cloud.transcript().to_yaml(),
            cloud.transcript().to_json_lines(),
        )
    };
    let first = said();
    let others: Vec<_> = (0..16).map(|_| thread::spawn(said)).collect();
    for other in others {
        assert_eq!(other.join().expect("a transcript"), first);
    }
}

/// Prints its YAML for a parent to read.
#[test]
fn a_child_says() {
    if env::var(SETTING).is_ok() {
        println!("<<<{}>>>", two_nets().transcript().to_yaml());
    }
}

#[test]
fn processes_say_the_same() {
    let here = two_nets().transcript().to_yaml();
    for _ in 0..3 {
        let output = alone("a_child_says", &[(SETTING, "say")]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = said
            .split_once("<<<")
            .and_then(|(_, rest)| rest.split_once(">>>"));
        assert_eq!(said.expect("what the child said").0, here);
    }
}
