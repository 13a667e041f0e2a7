//! `mockscale contract`: what can be done with an API document on the command line, and reading one
//! for other commands.

use std::path::Path;

use mockscale::Contract;

/// `mockscale contract distil FILE`: the facts of an official document (YAML or JSON), in the layout
/// of `fixtures/api/`, ready to be written to standard output.
///
/// # Errors
/// Those of [`read`].
pub(crate) fn distil(file: &Path) -> Result<String, String> {
    Ok(read(file)?.facts().to_owned())
}

/// The contract that a document (YAML or JSON) is.
///
/// # Errors
/// Says which file could not be read, or what in it is wrong and where.
pub(crate) fn read(file: &Path) -> Result<Contract, String> {
    let said = |problem: String| format!("{}: {problem}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| said(error.to_string()))?;
    Contract::parse(&text).map_err(|error| said(error.to_string()))
}
