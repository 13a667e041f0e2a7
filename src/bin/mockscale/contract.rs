//! `mockscale contract`: what can be done with an API document on the command line.

use std::path::Path;

use mockscale::Contract;

/// `mockscale contract distil FILE`: the facts of an official document (YAML or JSON), in the layout
/// of `fixtures/api/`, ready to be written to standard output.
///
/// # Errors
///
/// Says which file could not be read, or what in it is wrong and where.
pub(crate) fn distil(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let contract = Contract::parse(&text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(contract.facts().to_owned())
}
