//! What the policies of a user let it call.

use super::Wanted;
use super::refusal::{Check, Refusal};
use crate::cloud::State;
use crate::cloud::account::Caller;

/// Asks the policies of a user; the root account is never restricted.
pub(super) fn granted(caller: &Caller, wanted: Wanted<'_>, _state: &State) -> Result<(), Refusal> {
    match &caller.user {
        None => Ok(()),
        Some(_) => Err(Check::Permission.refuses(format!(
            "no policy of the user allows api:{}",
            wanted.operation
        ))),
    }
}
