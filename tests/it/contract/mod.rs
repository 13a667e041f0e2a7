//! The contract module seen from outside. Tests that hold the bundled facts against the vendor's
//! document need that document: they read the file that `OUTSCALE_OPENAPI` names and say that they
//! were skipped where it names none.

mod checks;
mod facts;
mod official;
mod outlines;
mod reading;

use mockscale::contract::{Contract, Operation};

/// The official document of the bundled version, as published; none if it is not at hand.
fn official_text() -> Option<String> {
    let Some(path) = std::env::var_os("OUTSCALE_OPENAPI") else {
        eprintln!("skipped: OUTSCALE_OPENAPI does not name the official OpenAPI document (YAML)");
        return None;
    };
    Some(std::fs::read_to_string(path).expect("OUTSCALE_OPENAPI names a readable file"))
}

fn operation<'a>(contract: &'a Contract, name: &str) -> &'a Operation {
    contract.operation(name).expect("an operation of 1.33.1")
}
