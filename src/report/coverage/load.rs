//! Coverage read from a directory: every file must be ours, whole, and of one version.
//!
//! Nothing is changed there. Files that hide behind a dot are left alone; whatever else is not
//! ours is an error, since it may be a file of ours that something has spoilt.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::collect::EXTENSION;
use super::error::CoverageError;
use super::line::{self, FORMAT, MARK};
use super::tally::Tally;
use crate::contract::Contract;

/// What a directory holds.
pub(super) struct Loaded {
    pub(super) tally: Tally,
    /// How many processes have written there.
    pub(super) processes: usize,
    /// How many clouds.
    pub(super) clouds: usize,
}

/// A file of ours, its first line understood.
struct Collected {
    path: PathBuf,
    api: String,
    text: String,
}

/// Reads every file of a directory.
///
/// # Errors
/// When there is nothing, or a file is not ours, damaged, or of another version.
pub(super) fn load(directory: &Path, contract: &Contract) -> Result<Loaded, CoverageError> {
    let files = files(directory)?;
    agree(&files, contract)?;
    let mut loaded = Loaded {
        tally: Tally::default(),
        processes: files.len(),
        clouds: 0,
    };
    for file in &files {
        // The first line is the head.
        for (number, text) in (1..).zip(file.text.lines()).skip(1) {
            let tally = line::read(contract, text)
                .map_err(|problem| damaged(&file.path, number, problem))?;
            loaded.tally.merge(&tally);
            loaded.clouds += 1;
        }
    }
    Ok(loaded)
}

fn files(directory: &Path) -> Result<Vec<Collected>, CoverageError> {
    let nothing = |error: std::io::Error| CoverageError::nothing(directory, error.to_string());
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(nothing)? {
        let entry = entry.map_err(nothing)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    if paths.is_empty() {
        return Err(CoverageError::nothing(directory, "no coverage is there"));
    }
    paths.sort();
    paths.iter().map(|path| open(path)).collect()
}

fn open(path: &Path) -> Result<Collected, CoverageError> {
    if path.extension().is_none_or(|it| it != EXTENSION) {
        return Err(not_ours(path, "this is no coverage"));
    }
    let failed = |error: std::io::Error| not_ours(path, &error.to_string());
    if !fs::metadata(path).map_err(failed)?.is_file() {
        // A pipe would be waited for, a device might never end.
        return Err(not_ours(path, "this is no file"));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let head = text.lines().next().unwrap_or_default();
    let head: Value = serde_json::from_str(head).unwrap_or_default();
    let api = head["api"].as_str().unwrap_or_default().to_owned();
    match head[MARK].as_u64() {
        Some(FORMAT) if text.ends_with('\n') => Ok(Collected {
            path: path.to_owned(),
            api,
            text,
        }),
        Some(FORMAT) => {
            let last = text.lines().count();
            let problem = "the line has no end: the process was stopped while it wrote";
            Err(damaged(path, last, problem))
        }
        Some(other) => Err(CoverageError::file(
            path,
            1,
            format!("format {other} of coverage, and this mockscale reads format {FORMAT}"),
            "collect again with this version of mockscale, into a new directory",
        )),
        None if text.is_empty() => Err(damaged(path, 0, "the file is empty")),
        None => Err(not_ours(path, "this is no coverage")),
    }
}

/// All files must be of the contract's version.
fn agree(files: &[Collected], contract: &Contract) -> Result<(), CoverageError> {
    let mut found: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        found.entry(&file.api).or_default().push(file.path.clone());
    }
    if found.len() > 1 {
        let found = found.into_iter();
        return Err(CoverageError::Versions {
            found: found.map(|(api, files)| (api.to_owned(), files)).collect(),
        });
    }
    match found.keys().next() {
        Some(api) if *api != contract.version() => Err(CoverageError::Contract {
            collected: (*api).to_owned(),
            contract: contract.version().to_owned(),
        }),
        _ => Ok(()),
    }
}

fn not_ours(path: &Path, problem: &str) -> CoverageError {
    CoverageError::file(
        path,
        0,
        problem,
        "keep only what MOCKSCALE_COVERAGE has collected in this directory",
    )
}

fn damaged(path: &Path, line: usize, problem: impl Into<String>) -> CoverageError {
    CoverageError::file(
        path,
        line,
        problem,
        "remove the file and run the tests that wrote it again",
    )
}
