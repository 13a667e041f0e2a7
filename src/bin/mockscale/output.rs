//! Files that a command writes: whole or not at all, and never over another by accident.

use std::fs::{self, File};
use std::io::Write as _;
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
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = file.with_file_name(name);
    let written = File::create_new(&beside)
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&beside, file));
    written.map_err(|error| {
        // Nobody looks for it; the failure itself is what is told.
        let _ = fs::remove_file(&beside);
        format!("{}: it cannot be written: {error}", file.display())
    })
}

/// That a file is there already.
pub(crate) fn taken(file: &Path) -> String {
    format!(
        "{}: this file exists; name another, or replace it with --force",
        file.display()
    )
}
