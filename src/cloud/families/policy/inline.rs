//! Inline policies: documents that are a part of a group, by name.

use serde_json::{Value, json};

use super::super::user_group::{self, USER_GROUP};
use super::{INLINE_POLICIES, check_document};
use crate::cloud::call::{Call, Reply};
use crate::cloud::fault::{self, Fault};
use crate::cloud::identity::{LONGEST_NAME, check_name};
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;
use crate::cloud::store::Resource;

/// The field with the path of the group.
const PATH: &str = "UserGroupPath";

/// Deletes an inline policy.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
/// - `NO_SUCH_RESOURCE` for a policy that the group does not have.
pub(super) fn delete_user_group_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = user_group::find(call, PATH)?;
    let name = call.input.text("PolicyName");
    find(&group, name)?;
    call.edit(USER_GROUP, &group.id, |group| {
        let policies = group.notes.list_mut(INLINE_POLICIES);
        policies.retain(|policy| policy["Name"] != *name);
    });
    Ok(Reply::empty())
}

/// Gives a group an inline policy, in place of the one that it has of that name.
///
/// # Faults
/// - `INVALID_NAME` for a name that is none.
/// - `INVALID_DOCUMENT` for a document that says nothing, or something else.
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
pub(super) fn put_user_group_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let name = call.input.text("PolicyName");
    let document = call.input.text("PolicyDocument");
    check_name("PolicyName", name, LONGEST_NAME)?;
    check_document(document)?;
    let group = user_group::find(call, PATH)?;
    call.edit(USER_GROUP, &group.id, |group| {
        let policy = json!({ "Body": document, "Name": name });
        let policies = group.notes.list_mut(INLINE_POLICIES);
        match policies.iter_mut().find(|it| it["Name"] == *name) {
            Some(present) => *present = policy,
            None => policies.push(policy),
        }
    });
    Ok(Reply::empty())
}

/// Answers the inline policies of a group in the order in which they were first put there.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
/// - Those of [`page::cut`].
pub(super) fn read_user_group_policies(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = user_group::find(call, PATH)?;
    let policies = (0..).zip(group.notes.list(INLINE_POLICIES).iter().cloned());
    page::cut::<Value>(call, "Policies", policies.collect())
}

/// Answers an inline policy of a group.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
/// - `NO_SUCH_RESOURCE` for a policy that the group does not have.
pub(super) fn read_user_group_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = user_group::find(call, PATH)?;
    let policy = find(&group, call.input.text("PolicyName"))?;
    Ok(Reply::of("Policy", policy.clone()))
}

fn find<'g>(group: &'g Resource, name: &str) -> Result<&'g Object, Fault> {
    let mut policies = group.notes.objects(INLINE_POLICIES);
    let policy = policies.find(|policy| policy.text("Name") == name);
    // assumed: the code.
    policy.ok_or_else(|| {
        fault::NO_SUCH_RESOURCE.says(format!("The PolicyName '{name}' doesn't exist."))
    })
}
