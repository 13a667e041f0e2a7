//! Why there is no coverage to report: what is wrong, in which file and line, and what to do.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use super::text::shortened;
use crate::contract::printable;

/// Coverage that cannot be written, read or put together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoverageError {
    /// A directory holds no coverage.
    Nothing {
        /// The directory.
        directory: PathBuf,
        /// What is there instead.
        problem: String,
    },
    /// A file is no coverage, or not of this version, or damaged.
    File {
        /// The file.
        file: PathBuf,
        /// The line, from 1; 0 where the file as a whole is meant.
        line: usize,
        /// What is wrong with it.
        problem: String,
        /// What to do about it.
        remedy: String,
    },
    /// Coverage of several versions of the API.
    Versions {
        /// Each version, with what was collected by it.
        found: Vec<(String, Vec<PathBuf>)>,
    },
    /// Coverage of another version of the API than that of the contract it is held against.
    Contract {
        /// The version that it was collected by.
        collected: String,
        /// The version of the contract.
        contract: String,
    },
    /// No client of that name has called.
    Client {
        /// What was looked for.
        wanted: String,
        /// The clients that have called.
        known: Vec<String>,
    },
    /// Coverage could not be written.
    Write {
        /// The directory or the file.
        path: PathBuf,
        /// What the system said.
        problem: String,
    },
}

impl CoverageError {
    pub(super) fn nothing(directory: &Path, problem: impl Into<String>) -> Self {
        Self::Nothing {
            directory: directory.to_owned(),
            problem: problem.into(),
        }
    }

    pub(super) fn file(
        file: &Path,
        line: usize,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::File {
            file: file.to_owned(),
            line,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    pub(super) fn write(path: &Path, problem: &impl ToString) -> Self {
        Self::Write {
            path: path.to_owned(),
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for CoverageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { directory, problem } => write!(
                f,
                "{}: {problem}; collect some first: MOCKSCALE_COVERAGE={} cargo test",
                directory.display(),
                directory.display()
            ),
            Self::File {
                file,
                line,
                problem,
                remedy,
            } => {
                write!(f, "{}", file.display())?;
                if *line > 0 {
                    write!(f, ":{line}")?;
                }
                write!(f, ": {problem}; {remedy}")
            }
            Self::Versions { found } => versions(f, found),
            Self::Contract {
                collected,
                contract,
            } => write!(
                f,
                "this coverage was collected by API {collected}, and the contract is {contract}; \
                 read it with the contract of {collected} (mockscale coverage --contract FILE, \
                 Coverage::load_by)"
            ),
            Self::Client { wanted, known } => {
                write!(f, "no client has '{wanted}' in its user agent; there are:")?;
                for client in known.iter().take(CLIENTS) {
                    write!(f, "\n  {}", shortened(&printable(client), LONGEST))?;
                }
                match known.len().checked_sub(CLIENTS) {
                    Some(more @ 1..) => write!(f, "\n  and {more} more"),
                    _ => Ok(()),
                }
            }
            Self::Write { path, problem } => write!(
                f,
                "coverage cannot be written to {}: {problem}; name a directory that can be \
                 written, or collect none (MOCKSCALE_COVERAGE, CloudBuilder::coverage, \
                 mockscale serve --coverage)",
                path.display()
            ),
        }
    }
}

impl Error for CoverageError {}

/// At most so many clients are named.
const CLIENTS: usize = 20;

/// The most of a client's name that is shown, in characters.
const LONGEST: usize = 90;

/// At most so many files of each version are named.
const NAMED: usize = 3;

fn versions(f: &mut fmt::Formatter<'_>, found: &[(String, Vec<PathBuf>)]) -> fmt::Result {
    write!(f, "coverage of several versions of the API:")?;
    for (version, files) in found {
        write!(f, "\n  {version}:")?;
        for file in files.iter().take(NAMED) {
            write!(f, " {}", file.display())?;
        }
        if let Some(more @ 1..) = files.len().checked_sub(NAMED) {
            write!(f, " and {more} more")?;
        }
    }
    write!(
        f,
        "\ncollect each version into a directory of its own, or move the files of the others away"
    )
}
