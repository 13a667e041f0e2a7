//! Reading links: the policies of a user or a group, and what a policy is linked to.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::user::{self, USER};
use super::super::user_group::{self, USER_GROUP};
use super::link::{NO_PATH, holders};
use super::{POLICY, POLICY_IDS, find};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::fault::{self, Fault};
use crate::cloud::filter::Selection;
use crate::cloud::identity::with_zulu_dates;
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;
use crate::cloud::store::Resource;

/// What is shown of a policy that is linked.
const SHOWN: [&str; 5] = [
    "CreationDate",
    "LastModificationDate",
    "Orn",
    "PolicyId",
    "PolicyName",
];
/// The word for each sort of entity in a request, and the list it has in the answer.
const ENTITIES: [(&str, &str); 3] = [
    ("USER", "Users"),
    ("GROUP", "Groups"),
    (ACCOUNT, "Accounts"),
];
/// Accounts: nothing links a policy to one.
const ACCOUNT: &str = "ACCOUNT";

/// Answers what a policy is linked to, a page over the users and then the groups.
///
/// assumed: the counters are always there, and count what was asked for; accounts have a list only
/// when they were asked for by name.
///
/// # Faults
/// - `INVALID_PARAMETER` without a `PolicyOrn`, which the schema lets pass.
/// - `NO_SUCH_RESOURCE` for a name (ORN) that no policy of the account has.
/// - Those of [`page::items`].
pub(super) fn read_entities_linked_to_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    if call.input.some_text("PolicyOrn").is_none() {
        // assumed: the refusal and its code.
        return Err(fault::INVALID_PARAMETER.says("The request has no PolicyOrn."));
    }
    let policy = find(call)?;
    let asked: Vec<&str> = call.input.texts("EntitiesType").collect();
    let is_asked = |word: &str| match asked.as_slice() {
        [] => word != ACCOUNT,
        asked => asked.contains(&word),
    };
    let lists = ENTITIES.iter().filter(|(word, _)| is_asked(word));
    let mut entities: Object = lists
        .map(|(_, list)| ((*list).to_owned(), json!([])))
        .collect();
    let linked: Vec<(&str, Value)> = holders(call.state, &policy.id)
        .map(|holder| entity(call.state, holder))
        .filter(|(list, _)| entities.contains_key(*list))
        .collect();
    entities.put("ItemsCount", linked.len());
    let page = page::items(call, linked)?;
    for (list, entity) in page.items {
        entities.list_mut(list).push(entity);
    }
    entities.put("HasMoreItems", page.more);
    entities.put("MaxResultsLimit", page::MOST_ITEMS);
    entities.put("MaxResultsTruncated", page.truncated);
    Ok(Reply::of("PolicyEntities", entities))
}

/// Answers the managed policies of a user.
///
/// # Faults
/// - `NO_SUCH_USER` for a name that no user of the account has.
/// - Those of [`Selection::of`] and [`page::cut`].
pub(super) fn read_linked_policies(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let user = user::find(call, call.input.text("UserName"))?;
    read(call, &user, |policy| policy)
}

/// Answers the managed policies of a group.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` for a name that no group of the account has.
/// - Those of [`Selection::of`] and [`page::cut`].
pub(super) fn read_managed_policies_linked_to_user_group(
    call: &mut Call<'_>,
) -> Result<Reply, Fault> {
    let group = user_group::find(call, NO_PATH)?;
    read(call, &group, with_zulu_dates)
}

/// Answers the policies of a user or a group in the order of their creation.
fn read(
    call: &Call<'_>,
    holder: &Resource,
    dressed: impl Fn(Object) -> Object,
) -> Result<Reply, Fault> {
    let schema = call
        .operation
        .outline()
        .filters
        .as_deref()
        .unwrap_or_default();
    let selection = Selection::of(call, POLICY, schema)?;
    let selected = managed(call.state, holder)
        .filter(|policy| selection.matches(call.state, policy, &policy.body))
        .map(|policy| (policy.turn, dressed(brief(policy))))
        .collect();
    page::cut(call, "Policies", selected)
}

/// The managed policies of a user or a group in the order of their creation.
pub(in crate::cloud) fn managed<'s>(
    state: &'s State,
    holder: &Resource,
) -> impl Iterator<Item = &'s Arc<Resource>> {
    let ids = holder.notes.texts(POLICY_IDS);
    let mut policies: Vec<_> = ids.filter_map(|id| state.get(POLICY, id)).collect();
    policies.sort_by_key(|policy| policy.turn);
    policies.into_iter()
}

/// The groups that a policy is linked to.
///
/// assumed: among the policies of one group, the filter keeps those that one of the groups has
/// which it names.
pub(super) fn group_ids(state: &State, policy: &Resource) -> Vec<Value> {
    holders(state, &policy.id)
        .filter(|holder| holder.kind == USER_GROUP)
        .map(|group| (*group.id).into())
        .collect()
}

fn brief(policy: &Resource) -> Object {
    let fields = SHOWN.iter().copied();
    fields
        .map(|field| (field.to_owned(), policy.body.text(field).into()))
        .collect()
}

/// A user or a group as something that a policy is linked to, and the list that it stands in.
fn entity(state: &State, holder: &Resource) -> (&'static str, Value) {
    let (list, name, orn) = if holder.kind == USER {
        ("Users", holder.body.text("UserName"), user::orn(holder))
    } else {
        let orn = USER_GROUP.view(state, holder).text("Orn").to_owned();
        ("Groups", holder.body.text("Name"), orn)
    };
    (list, json!({ "Id": *holder.id, "Name": name, "Orn": orn }))
}
