//! Operations that a test author names.

use crate::contract::{Contract, Operation};

/// The operation of that name.
///
/// # Panics
/// When the contract has no such operation, with the nearest one.
#[track_caller]
pub(crate) fn operation<'c>(contract: &'c Contract, name: &str) -> &'c Operation {
    contract.operation(name).unwrap_or_else(|| {
        let hint = contract
            .nearest_operation(name)
            .map(|near| format!("; did you mean {near}?"))
            .unwrap_or_default();
        panic!("the contract has no operation {name}{hint}")
    })
}
