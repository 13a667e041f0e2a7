//! Transcripts in files: the extension says in which format.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::TranscriptError;
use super::{Transcript, har, lines};

/// The formats that a file may have, by extension.
const EXTENSIONS: &str = ".jsonl (JSON lines) or .har (HAR 1.2)";

/// A format of files.
#[derive(Clone, Copy)]
enum Format {
    JsonLines,
    Har,
}

impl Format {
    /// The format that a file's name asks for.
    fn of(path: &Path) -> Result<Self, TranscriptError> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("jsonl") => Ok(Self::JsonLines),
            Some("har") => Ok(Self::Har),
            extension => {
                let problem = match extension {
                    Some(extension) => {
                        format!("no format of a transcript has the extension .{extension}")
                    }
                    None => "the file's name has no extension that says its format".to_owned(),
                };
                let advice = format!("possible is {EXTENSIONS}");
                Err(TranscriptError::new(problem, advice).of_file(path))
            }
        }
    }
}

impl Transcript {
    /// Writes the exchanges that are shown to a file, in the format of its extension: `.jsonl` for
    /// [JSON lines](Transcript::to_json_lines), `.har` for [HAR 1.2](Transcript::to_har).
    ///
    /// The file is written beside its place and then put there, so that it is never half a
    /// transcript, and an old one stays when anything fails.
    ///
    /// ```
    /// use mockscale::{Cloud, Transcript, json};
    ///
    /// let folder = std::env::temp_dir();
    /// let file = folder.join(format!("mockscale-doc-save-{}.jsonl", std::process::id()));
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.transcript().save(&file)?;
    /// assert_eq!(Transcript::load(&file)?.len(), 1);
    /// # std::fs::remove_file(file).unwrap();
    /// # Ok::<(), mockscale::TranscriptError>(())
    /// ```
    ///
    /// # Errors
    /// When no format has that extension, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), TranscriptError> {
        let path = path.as_ref();
        let text = match Format::of(path)? {
            Format::JsonLines => self.to_json_lines(),
            Format::Har => self.to_har(),
        };
        write(path, text.as_bytes()).map_err(|error| {
            let problem = format!("it cannot be written: {error}");
            let advice = "name a file in a folder that exists and can be written";
            TranscriptError::io(problem, advice, error).of_file(path)
        })
    }

    /// Reads a file with one of the extensions of [`Transcript::save`], in whichever of their formats
    /// its content is; see [`Transcript::parse`].
    ///
    /// ```
    /// use mockscale::Transcript;
    ///
    /// let error = Transcript::load("no/such/file.jsonl").unwrap_err();
    /// assert!(error.to_string().starts_with("no/such/file.jsonl: there is no such file"));
    /// ```
    ///
    /// # Errors
    /// When no format has that extension, the file cannot be read, or it is no transcript; the error
    /// names the file and the line.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, TranscriptError> {
        let path = path.as_ref();
        let format = Format::of(path)?;
        let text = read(path)?;
        match format {
            // Whatever else it is: what is wrong with it as a HAR is the better answer.
            Format::Har if text.trim_start().starts_with('{') && !lines::begin(&text) => {
                har::read(&text)
            }
            Format::JsonLines | Format::Har => Self::parse(&text),
        }
        .map_err(|error| error.of_file(path))
    }
}

fn read(path: &Path) -> Result<String, TranscriptError> {
    let failed = |problem: String, advice: &str, error| {
        Err(TranscriptError::io(problem, advice, error).of_file(path))
    };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return failed(
                "there is no such file".to_owned(),
                "Transcript::save writes one",
                error,
            );
        }
        Err(error) if path.is_dir() => {
            return failed("this is a folder".to_owned(), "name the file in it", error);
        }
        Err(error) => {
            let problem = format!("it cannot be read: {error}");
            return failed(problem, "name a file that this user may read", error);
        }
    };
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let lines = good.split(|byte| *byte == b'\n');
        let last = (1..).zip(lines).last();
        let (line, column) = last.map_or((1, 1), |(line, it)| (line, it.len() + 1));
        TranscriptError::new("this is not UTF-8", "a transcript is text: save it again")
            .at(line, Some(column))
            .of_file(path)
    })
}

/// Writes a file beside its place and puts it there.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        // A device or a pipe is written to; a file in its place would end it for everybody.
        let mut file = File::options().write(true).open(path)?;
        return file.write_all(content);
    }
    let beside = beside(&path);
    let written = File::create_new(&beside)
        .and_then(|mut file| file.write_all(content))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // Nobody looks for it; the failure itself is what is told.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name that no other process and no other thread uses.
fn beside(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}-{count}.new", std::process::id()));
    path.with_file_name(name)
}
