//! `mockscale serve --record`: exchanges written to a file as they come.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mockscale::Exchange;

use crate::output;

/// A file that is being recorded to.
pub(crate) struct Record {
    name: PathBuf,
    /// The file, or why nothing more is written to it.
    state: Mutex<Result<File, String>>,
}

/// A file for a recording, as a command line names it.
pub(crate) fn file(name: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(name);
    match file.extension() {
        Some(extension) if extension == "jsonl" => Ok(file),
        _ => Err("a recording is JSON lines: name a file that ends in .jsonl".to_owned()),
    }
}

impl Record {
    /// A recording that has not begun.
    ///
    /// # Errors
    /// When there is such a file already and it is not to be replaced.
    pub(crate) fn new(name: &Path, force: bool) -> Result<Self, String> {
        if !force && name.exists() {
            return Err(output::taken(name));
        }
        Ok(Self {
            name: name.to_owned(),
            state: Mutex::new(Err("the recording has not begun".to_owned())),
        })
    }

    /// Makes the file once something else has succeeded; what is said meanwhile waits. The header
    /// stands before the first exchange.
    ///
    /// # Errors
    /// When that fails, and any old file stays; or the file cannot be written.
    pub(crate) fn begin<T>(
        &self,
        header: &str,
        force: bool,
        other: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let mut state = self.state();
        let done = other()?;
        let created = if force {
            File::create(&self.name)
        } else {
            File::create_new(&self.name)
        };
        let begun = created.and_then(|mut file| {
            file.write_all(header.as_bytes())?;
            Ok(file)
        });
        *state = Ok(begun.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => output::taken(&self.name),
            _ => format!("{}: it cannot be written: {error}", self.name.display()),
        })?);
        Ok(done)
    }

    /// Writes an exchange. When that fails, nothing more is written, and it is said at once.
    pub(crate) fn add(&self, exchange: &Exchange) {
        match serde_json::to_vec(exchange) {
            Ok(mut line) => {
                line.push(b'\n');
                self.write(&line);
            }
            Err(error) => self.fail(&error.into()),
        }
    }

    /// Whether everything was recorded.
    ///
    /// # Errors
    /// When something was not, with the first failure.
    pub(crate) fn end(&self) -> Result<(), String> {
        self.state().as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Writes a line at once: a file is not buffered, so whoever reads it finds what was answered.
    fn write(&self, line: &[u8]) {
        let written = match &mut *self.state() {
            Ok(file) => file.write_all(line),
            Err(_) => Ok(()),
        };
        if let Err(error) = written {
            self.fail(&error);
        }
    }

    fn fail(&self, error: &io::Error) {
        let problem = format!(
            "{}: the recording is incomplete: {error}",
            self.name.display()
        );
        output::say(&format!("mockscale: {problem}"));
        *self.state() = Err(problem);
    }

    fn state(&self) -> MutexGuard<'_, Result<File, String>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
