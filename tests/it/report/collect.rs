//! What clouds write to a directory: everything, once, whatever becomes of the test.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;

use mockscale::{Cloud, Coverage, Value, json};
use tempfile::TempDir;

use super::rows;
use crate::http::post;
use crate::support::builder;

fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

fn collecting(directory: &Path) -> Cloud {
    builder().coverage(directory).build()
}

fn report(directory: &Path) -> Value {
    Coverage::load(directory).expect("coverage").to_json()
}

/// Lines of coverage, without the first ones.
fn lines(directory: &Path) -> usize {
    let files = fs::read_dir(directory).expect("a directory");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"));
    texts.map(|text| text.lines().count() - 1).sum()
}

#[test]
fn a_cloud_writes_a_line_as_it_goes() {
    let root = directory();
    // Made when it is needed, with what is above it.
    let directory = root.path().join("target/coverage");
    let cloud = collecting(&directory);
    cloud.call("ReadNets", json!({}));
    let handle = cloud.clone();
    drop(cloud);
    assert!(!directory.exists(), "a handle is left");
    let told = handle.coverage().to_json();
    drop(handle);
    let mut report = report(&directory);
    assert_eq!(
        (&report["clouds"], &report["processes"]),
        (&json!(1), &json!(1))
    );
    report["clouds"] = json!(0);
    report["processes"] = json!(0);
    assert_eq!(
        report, told,
        "what is read is what the cloud said of itself"
    );
}

#[tokio::test]
async fn a_cloud_that_listens_has_written_once_it_is_gone() {
    let directory = directory();
    let cloud = builder().coverage(directory.path()).start();
    post(&cloud, "/api/v1/ReadNets", "{}").await;
    drop(cloud);
    // Not a moment later, when the listener has let go of it as well.
    assert_eq!(
        rows(&report(directory.path()), "operations"),
        ["ReadNets 1"]
    );
}

#[test]
fn clouds_of_a_process_share_a_file() {
    let directory = directory();
    for _ in 0..3 {
        collecting(directory.path()).call("ReadNets", json!({}));
    }
    assert_eq!(fs::read_dir(directory.path()).expect("files").count(), 1);
    assert_eq!(lines(directory.path()), 3);
    assert_eq!(
        rows(&report(directory.path()), "operations"),
        ["ReadNets 3"]
    );
}

#[test]
fn who_says_nothing_writes_nothing() {
    let root = directory();
    let directory = root.path().join("coverage");
    drop(collecting(&directory));
    collecting(&directory)
        .write_coverage()
        .expect("nothing to write");
    assert!(!directory.exists());
}

#[test]
fn what_is_forgotten_is_not_lost() {
    let directory = directory();
    let cloud = builder()
        .coverage(directory.path())
        .keep_exchanges(1)
        .build();
    for _ in 0..50 {
        cloud.call("ReadNets", json!({}));
    }
    cloud.call("ReadVms", json!({}));
    drop(cloud);
    assert_eq!(
        rows(&report(directory.path()), "operations"),
        ["ReadNets 50", "ReadVms 1"]
    );
}

#[test]
fn what_was_written_is_not_written_again() {
    let directory = directory();
    let cloud = collecting(directory.path());
    cloud.call("ReadNets", json!({}));
    cloud.write_coverage().expect("written");
    cloud.write_coverage().expect("nothing new");
    assert_eq!(lines(directory.path()), 1);
    cloud.call("ReadVms", json!({}));
    drop(cloud);
    assert_eq!(lines(directory.path()), 2);
    assert_eq!(
        rows(&report(directory.path()), "operations"),
        ["ReadNets 1", "ReadVms 1"]
    );
}

#[test]
fn a_fork_tells_with_the_cloud_it_was_made_of() {
    let directory = directory();
    let cloud = collecting(directory.path());
    cloud.call("ReadNets", json!({}));
    for _ in 0..5 {
        cloud.fork().call("ReadVms", json!({}));
    }
    assert_eq!(fs::read_dir(directory.path()).expect("files").count(), 0);
    drop(cloud);
    assert_eq!(lines(directory.path()), 1);
    assert_eq!(
        rows(&report(directory.path()), "operations"),
        ["ReadNets 1", "ReadVms 5"]
    );
}

#[test]
fn a_test_that_fails_has_exercised_what_it_has() {
    let directory = directory();
    let of_test = catch_unwind(AssertUnwindSafe(|| {
        let cloud = collecting(directory.path());
        cloud.call("ReadNets", json!({}));
        panic!("an assertion");
    }));
    assert!(of_test.is_err());
    let of_guard = catch_unwind(AssertUnwindSafe(|| {
        collecting(directory.path()).call("ReadVms", json!({ "Filter": {} }));
    }));
    assert!(of_guard.is_err());
    let report = report(directory.path());
    assert_eq!(rows(&report, "operations"), ["ReadNets 1"]);
    assert_eq!(report["calls"]["refused_by_contract"], 1);
}

#[test]
fn many_threads_lose_nothing() {
    let directory = directory();
    let shared = collecting(directory.path());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let own = collecting(directory.path());
                for _ in 0..20 {
                    own.call("ReadVms", json!({}));
                    shared.call("ReadNets", json!({}));
                    shared.fork().call("ReadVolumes", json!({}));
                }
            });
        }
    });
    drop(shared);
    let report = report(directory.path());
    assert_eq!(report["clouds"], 9);
    assert_eq!(
        rows(&report, "operations"),
        ["ReadNets 160", "ReadVms 160", "ReadVolumes 160"]
    );
}

#[test]
fn a_directory_that_cannot_be_made_fails_the_test_and_is_named() {
    let root = directory();
    let taken = root.path().join("taken");
    fs::write(&taken, "a file").expect("written");
    let cloud = collecting(&taken);
    cloud.call("ReadNets", json!({}));
    let failure = catch_unwind(AssertUnwindSafe(|| drop(cloud))).expect_err("a failure");
    let failure = failure.downcast::<String>().expect("a text");
    for part in [
        taken.to_str().expect("UTF-8"),
        "cannot be written",
        "MOCKSCALE_COVERAGE",
    ] {
        assert!(failure.contains(part), "no {part} in {failure}");
    }
    assert_eq!(fs::read_to_string(&taken).expect("still there"), "a file");
    // A test that panics already is left to it: a second panic would end the process.
    let panicking = catch_unwind(AssertUnwindSafe(|| {
        let cloud = collecting(&taken);
        cloud.call("ReadNets", json!({}));
        panic!("an assertion");
    }));
    assert_eq!(
        *panicking
            .expect_err("a panic")
            .downcast::<&str>()
            .expect("ours"),
        "an assertion"
    );
    // Who asks is told instead, and once.
    let cloud = collecting(&taken);
    cloud.call("ReadNets", json!({}));
    assert!(cloud.write_coverage().is_err());
    assert!(cloud.write_coverage().is_ok());
}
