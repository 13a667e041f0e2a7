//! What the policies of a user let it call.

use super::Wanted;
use super::refusal::{Check, Refusal};
use crate::cloud::State;
use crate::cloud::account::{Caller, directory, effective};
use crate::cloud::permission::decide;

/// Asks the policies of a user; the root account is never restricted.
pub(super) fn granted(caller: &Caller, wanted: Wanted<'_>, state: &State) -> Result<(), Refusal> {
    let Some(user) = &caller.user else {
        return Ok(());
    };
    if !directory::is_user(state, user) {
        return Err(Check::Permission.refuses("the user has been deleted since"));
    }
    let policies = effective::policies(state, user);
    let policies = policies
        .iter()
        .map(|(name, document)| (name.as_str(), document));
    // assumed: what a policy says of the older APIs (`ec2:`, `iam:`) says nothing about this one.
    let action = format!("api:{}", wanted.operation);
    let decision = decide(policies, &action);
    if decision.is_allowed() {
        return Ok(());
    }
    Err(Check::Permission.refuses(format!("{action}: {decision}")))
}
