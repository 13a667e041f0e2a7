//! Where the clouds of a process write what they have tallied: one file for each process, directory
//! and version of the API, made when there is first something to write.
//!
//! The name of the file is that of the program, with the process and when it began to write; no two
//! processes share one, and nothing that is there is touched. This is the one place of the crate
//! beside the clock's start where the system's time is read: for a name.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::CoverageError;
use super::line;
use super::tally::Tally;
use crate::contract::Contract;

/// The variable that names the directory for every cloud of a process.
const VARIABLE: &str = "MOCKSCALE_COVERAGE";
/// What our files are called after.
pub(super) const EXTENSION: &str = "jsonl";

/// Files that this process has begun, by directory and version of the API.
type Begun = BTreeMap<(PathBuf, String), (PathBuf, File)>;

static BEGUN: Mutex<Begun> = Mutex::new(Begun::new());

/// The directory that the environment names, read once: a test may change its working directory.
pub(crate) fn wished_directory() -> Option<&'static Path> {
    static WISHED: OnceLock<Option<PathBuf>> = OnceLock::new();
    let read = || {
        let directory = std::env::var_os(VARIABLE).filter(|it| !it.is_empty())?;
        std::path::absolute(directory).ok()
    };
    WISHED.get_or_init(read).as_deref()
}

/// Appends what a cloud has tallied to the file of this process.
///
/// # Errors
/// When the directory cannot be made, or the file cannot be made or written.
pub(crate) fn append(
    directory: &Path,
    contract: &Contract,
    tally: &Tally,
) -> Result<(), CoverageError> {
    let line = line::write(contract, tally);
    let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (directory.to_owned(), contract.version().to_owned());
    if !begun.contains_key(&key) {
        let file = begin(directory, contract.version())?;
        begun.insert(key.clone(), file);
    }
    let Some((path, file)) = begun.get_mut(&key) else {
        return Ok(());
    };
    // At once: what is appended in one piece is in one piece also for who reads meanwhile.
    file.write_all(line.as_bytes())
        .map_err(|error| CoverageError::write(path, &error))
}

/// A new file of this process, with its first line.
fn begin(directory: &Path, api: &str) -> Result<(PathBuf, File), CoverageError> {
    fs::create_dir_all(directory).map_err(|error| CoverageError::write(directory, &error))?;
    let program = program();
    let process = std::process::id();
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let start = since.map_or(0, |since| since.as_nanos());
    // A clock that stands still gives the same name twice.
    for attempt in 0..u32::MAX {
        let name = format!("{program}-{process}-{start}-{attempt}.{EXTENSION}");
        let path = directory.join(name);
        match OpenOptions::new().append(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(line::head(api, &program).as_bytes())
                    .map_err(|error| CoverageError::write(&path, &error))?;
                return Ok((path, file));
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(CoverageError::write(&path, &error)),
        }
    }
    Err(CoverageError::write(directory, &"no name is free there"))
}

/// The name of the program that runs, as a file may be named.
fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name: String = name
        .chars()
        .map(|c| if fit(c) { c } else { '_' })
        .take(100)
        .collect();
    if name.is_empty() {
        return "program".to_owned();
    }
    name
}
