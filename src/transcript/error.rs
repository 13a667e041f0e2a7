//! Why a file is no transcript: which file, where in it, what is wrong, and what to do.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A transcript that cannot be read or written.
///
/// ```
/// use mockscale::Transcript;
///
/// let error = Transcript::parse("GET / HTTP/1.1\n").unwrap_err();
/// assert_eq!(error.line(), Some(1));
/// assert!(error.to_string().contains("not a transcript"), "{error}");
/// ```
#[derive(Debug)]
pub struct TranscriptError {
    file: Option<PathBuf>,
    line: Option<usize>,
    column: Option<usize>,
    problem: String,
    advice: String,
    source: Option<io::Error>,
}

impl TranscriptError {
    /// What is wrong with the whole of something, and what to do.
    pub(super) fn new(problem: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            column: None,
            problem: problem.into(),
            advice: advice.into(),
            source: None,
        }
    }

    /// What the system says of a file.
    pub(super) fn io(problem: impl Into<String>, advice: &str, source: io::Error) -> Self {
        Self {
            source: Some(source),
            ..Self::new(problem, advice)
        }
    }

    /// Where it is: a line and a column, both from 1.
    pub(super) fn at(mut self, line: usize, column: Option<usize>) -> Self {
        self.line = Some(line);
        self.column = column.filter(|column| *column > 0);
        self
    }

    /// In which file.
    pub(super) fn of_file(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// The file, unless a text was read.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The line that is at fault, from 1; none when it is the whole.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The column in that line, from 1, in bytes; none where it is not known.
    pub fn column(&self) -> Option<usize> {
        self.column
    }
}

impl fmt::Display for TranscriptError {
    /// One line: `file:line:column: what is wrong; what to do`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}:{line}", file.display())?,
            (Some(file), None) => write!(f, "{}", file.display())?,
            (None, Some(line)) => write!(f, "line {line}")?,
            (None, None) => return write!(f, "{}; {}", self.problem, self.advice),
        }
        match (self.column, self.file.is_some()) {
            (Some(column), true) => write!(f, ":{column}")?,
            (Some(column), false) => write!(f, ", column {column}")?,
            (None, _) => {}
        }
        write!(f, ": {}; {}", self.problem, self.advice)
    }
}

impl Error for TranscriptError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
