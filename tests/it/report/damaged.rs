//! Directories that hold no coverage, or coverage that cannot be trusted: each is named, with the
//! line and what to do, and nothing in it is touched.

use std::fs;
use std::path::Path;

use mockscale::{Contract, Coverage, json};
use rstest::rstest;
use tempfile::TempDir;

use crate::support::builder;

/// A directory with one good file of coverage.
fn collected() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let cloud = builder().coverage(directory.path()).build();
    cloud.call("ReadNets", json!({}));
    drop(cloud);
    Coverage::load(directory.path()).expect("good so far");
    directory
}

const HEAD: &str = r#"{"mockscale-coverage":1,"api":"1.33.1","program":"x","process":1}"#;

/// What loading says, with every file as it was.
#[track_caller]
fn refused(directory: &Path) -> String {
    let before = contents(directory);
    let error = Coverage::load(directory).expect_err("damaged").to_string();
    assert_eq!(contents(directory), before, "something was changed");
    error
}

fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut all: Vec<_> = paths
        .map(|path| {
            (
                path.display().to_string(),
                fs::read(&path).unwrap_or_default(),
            )
        })
        .collect();
    all.sort();
    all
}

#[rstest]
#[case::no_line_end(&format!("{HEAD}\n{{\"(in process)\":{{\"ReadN"), 2, "no end", "run the tests that wrote it again")]
#[case::cut_in_the_head("{\"mockscale-cov", 0, "no coverage", "keep only")]
#[case::empty("", 0, "empty", "remove the file")]
#[case::no_json(&format!("{HEAD}\nnonsense\n"), 2, "not JSON", "remove the file")]
#[case::no_object(&format!("{HEAD}\n{{}}\n[1]\n"), 3, "an object is wanted", "remove the file")]
#[case::no_operation(&format!("{HEAD}\n{{\"x\":{{\"ReadNet\":{{}}}}}}\n"), 2, "no operation ReadNet", "remove the file")]
#[case::no_field(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"request\":{{\"Colour\":1}}}}}}}}\n"), 2, "ReadNets: the request has no field Colour", "remove")]
#[case::no_value(&format!("{HEAD}\n{{\"x\":{{\"CreateVms\":{{\"request\":{{\"Performance\":[1,{{\"=low\":1}}]}}}}}}}}\n"), 2, "no value 'low'", "remove")]
#[case::no_count(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"asked\":-1}}}}}}\n"), 2, "a count is wanted for asked, not -1", "remove")]
#[case::no_pair(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"reply\":{{\"Nets\":[1]}}}}}}}}\n"), 2, "no pair at Nets", "remove")]
#[case::no_error(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"errors\":{{\"77777\":1}}}}}}}}\n"), 2, "no error 77777", "remove")]
#[case::no_transition(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"transitions\":{{\"Vm\":[1,1]}}}}}}}}\n"), 2, "no transition Vm", "remove")]
#[case::nothing_counted(&format!("{HEAD}\n{{\"x\":{{\"ReadNets\":{{\"colour\":1}}}}}}\n"), 2, "'colour'", "remove")]
#[case::a_later_format("{\"mockscale-coverage\":2}\n", 1, "format 2", "collect again")]
#[case::another_file("{\"a\":1}\n", 0, "no coverage", "keep only")]
fn files(#[case] text: &str, #[case] line: usize, #[case] problem: &str, #[case] remedy: &str) {
    let directory = collected();
    let file = directory.path().join("zz.jsonl");
    fs::write(&file, text).expect("written");
    let error = refused(directory.path());
    let place = match line {
        0 => format!("{}: ", file.display()),
        line => format!("{}:{line}: ", file.display()),
    };
    for part in [place.as_str(), problem, remedy] {
        assert!(error.contains(part), "no '{part}' in: {error}");
    }
}

#[test]
fn a_file_that_is_no_text() {
    let directory = collected();
    let file = directory.path().join("zz.jsonl");
    fs::write(&file, [0xff, 0xfe]).expect("written");
    assert!(refused(directory.path()).contains("zz.jsonl"));
}

#[rstest]
#[case("page.html")]
#[case("notes.txt")]
#[case("no-extension")]
fn a_file_that_is_not_ours(#[case] name: &str) {
    let directory = collected();
    fs::write(directory.path().join(name), "x").expect("written");
    let error = refused(directory.path());
    assert!(
        error.contains(name) && error.contains("keep only"),
        "{error}"
    );
}

#[test]
fn a_directory_within_is_not_ours_and_hidden_files_do_no_harm() {
    let directory = collected();
    fs::write(directory.path().join(".gitignore"), "*").expect("written");
    Coverage::load(directory.path()).expect("as before");
    fs::create_dir(directory.path().join("deeper")).expect("made");
    assert!(refused(directory.path()).contains("deeper"));
}

#[test]
fn nothing_at_all() {
    let directory = tempfile::tempdir().expect("a directory");
    let empty = refused(directory.path());
    assert!(empty.contains("no coverage is there"), "{empty}");
    let gone = refused(&directory.path().join("gone"));
    for error in [empty, gone] {
        assert!(error.contains("MOCKSCALE_COVERAGE="), "{error}");
    }
}

#[test]
fn several_versions_of_the_api_are_told_apart() {
    let directory = collected();
    let later = HEAD.replace("1.33.1", "1.40.0");
    let names: Vec<_> = (0..5).map(|n| format!("later-{n}.jsonl")).collect();
    for name in &names {
        fs::write(directory.path().join(name), format!("{later}\n")).expect("written");
    }
    let error = refused(directory.path());
    for part in [
        "1.33.1:",
        "1.40.0:",
        "later-0.jsonl",
        "and 2 more",
        "directory of its own",
    ] {
        assert!(error.contains(part), "no '{part}' in: {error}");
    }
}

#[test]
fn another_version_wants_its_own_contract() {
    let facts = Contract::bundled()
        .facts()
        .replace("\"version\":\"1.33.1\"", "\"version\":\"1.40.0\"");
    let later = || Contract::parse(&facts).expect("facts");
    let directory = tempfile::tempdir().expect("a directory");
    let cloud = builder()
        .contract(later())
        .coverage(directory.path())
        .build();
    cloud.call("ReadNets", json!({}));
    let of_cloud = cloud.coverage();
    drop(cloud);
    let error = refused(directory.path());
    for part in ["1.40.0", "1.33.1", "--contract"] {
        assert!(error.contains(part), "no '{part}' in: {error}");
    }
    let loaded = Coverage::load_by(directory.path(), later().into()).expect("its own");
    assert_eq!(loaded.figures(), of_cloud.figures());
    let mut bundled = builder().build().coverage();
    let error = bundled.merge(&loaded).expect_err("two versions");
    assert!(error.to_string().contains("1.40.0"), "{error}");
    assert!(bundled.figures().are_zero());
}
