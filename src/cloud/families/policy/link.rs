//! Links of managed policies to users and groups.

use std::sync::Arc;

use super::super::user::{self, USER};
use super::super::user_group::{self, USER_GROUP};
use super::{POLICY_IDS, find};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// Links a policy to a group; one that is linked stays so.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for what is no resource name of a policy.
/// - `NO_SUCH_RESOURCE` or `NO_SUCH_USER_GROUP` for a policy or a group that there is not.
pub(super) fn link_managed_policy_to_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let group = user_group::find(call, NO_PATH)?;
    link(call, &policy, &group);
    Ok(Reply::empty())
}

/// Links a policy to a user; one that is linked stays so.
///
/// # Faults
/// `NO_SUCH_RESOURCE` or `NO_SUCH_USER` for a policy or a user that there is not.
pub(super) fn link_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let user = user::find(call, call.input.text("UserName"))?;
    link(call, &policy, &user);
    Ok(Reply::empty())
}

/// Takes a policy away from a group.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for what is no resource name of a policy.
/// - `NO_SUCH_RESOURCE` or `NO_SUCH_USER_GROUP` for a policy or a group that there is not.
/// - `NO_SUCH_RESOURCE` when they are not linked.
pub(super) fn unlink_managed_policy_from_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let group = user_group::find(call, NO_PATH)?;
    unlink(call, &policy, &group)
}

/// Takes a policy away from a user.
///
/// # Faults
/// - `NO_SUCH_RESOURCE` or `NO_SUCH_USER` for a policy or a user that there is not.
/// - `NO_SUCH_RESOURCE` when they are not linked.
pub(super) fn unlink_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let user = user::find(call, call.input.text("UserName"))?;
    unlink(call, &policy, &user)
}

/// These requests have no field for the path of the group.
pub(super) const NO_PATH: &str = "";

/// The users and the groups that a policy is linked to, the users first.
pub(super) fn holders<'s>(
    state: &'s State,
    policy_id: &str,
) -> impl Iterator<Item = &'s Arc<Resource>> {
    let all = state.store.all(USER).chain(state.store.all(USER_GROUP));
    all.filter(move |holder| has(holder, policy_id))
}

/// A user or a group, as a sentence calls it.
pub(super) fn called(holder: &Resource) -> String {
    if holder.kind == USER {
        format!("the user '{}'", holder.body.text("UserName"))
    } else {
        format!("the user group '{}'", holder.body.text("Name"))
    }
}

fn has(holder: &Resource, policy_id: &str) -> bool {
    holder.notes.texts(POLICY_IDS).any(|id| id == policy_id)
}

/// assumed: linking twice is no error.
fn link(call: &mut Call<'_>, policy: &Resource, holder: &Resource) {
    if !has(holder, &policy.id) {
        call.edit(holder.kind, &holder.id, |holder| {
            holder.notes.list_mut(POLICY_IDS).push((&*policy.id).into());
        });
    }
}

fn unlink(call: &mut Call<'_>, policy: &Resource, holder: &Resource) -> Result<Reply, Fault> {
    if !has(holder, &policy.id) {
        // assumed: the refusal and its code.
        return Err(fault::NO_SUCH_RESOURCE.says(format!(
            "The policy '{}' is not linked to {}.",
            policy.body.text("Orn"),
            called(holder)
        )));
    }
    call.edit(holder.kind, &holder.id, |holder| {
        let policies = holder.notes.list_mut(POLICY_IDS);
        policies.retain(|id| *id != *policy.id);
    });
    Ok(Reply::empty())
}
