//! Files that a command writes: whole or not at all, and never over another by accident.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file beside its place and puts it there.
///
/// # Errors
/// When there is one already and it is not to be replaced, or the system refuses; what was there
/// stays.
pub(crate) fn write(file: &Path, text: &str, force: bool) -> Result<(), String> {
    if file.is_dir() {
        return Err(format!(
            "{}: this is a folder; name a file in it",
            file.display()
        ));
    }
    if !force && file.exists() {
        return Err(taken(file));
    }
    put(file, text).map_err(|error| format!("{}: it cannot be written: {error}", file.display()))
}

/// Writes a file beside its place and puts it there, over any old one; a link stays one. A device or
/// a pipe is written to: a file in its place would end it for everybody.
pub(crate) fn put(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if file.exists() && !file.is_file() {
        let mut there = File::options().write(true).open(file)?;
        return there.write_all(text.as_bytes());
    }
    let mut name = OsString::from(".");
    name.push(file.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = file.with_file_name(name);
    let written = File::create_new(&beside)
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&beside, &file));
    if written.is_err() {
        // Nobody looks for it; the failure itself is what is told.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Tells people something. That nobody reads it is no reason to stop: `eprintln!` would panic.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
}

/// What others have said, without what a terminal would act upon but for the ends of lines.
pub(crate) fn harmless(text: &str) -> String {
    let acts = |c: &char| c.is_control() && *c != '\n' && *c != '\t';
    let mut out = String::new();
    for c in text.chars() {
        match Some(c).filter(acts) {
            Some(c) => out.extend(c.escape_default()),
            None => out.push(c),
        }
    }
    out
}

/// That a file is there already.
pub(crate) fn taken(file: &Path) -> String {
    format!(
        "{}: this file exists; name another, or replace it with --force",
        file.display()
    )
}
