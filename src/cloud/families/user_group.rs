//! User groups: what is allowed to several users at once.
//!
//! By default: reading many. By rule: the rest. Members, linked policies and inline policies are
//! notes of the group; the rules for its policies stand in the family of policies. Left out: how
//! many an account may have.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::policy::{self, INLINE_POLICIES, POLICY_IDS};
use super::user::{self, USER};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::identity::{
    self, LONGEST_NAME, ROOT_PATH, check_name, check_path, with_zulu_dates,
};
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;
use crate::cloud::store::Resource;

/// User groups, as a kind of resource.
pub(in crate::cloud) const USER_GROUP: &Kind =
    &Kind::new("UserGroup", "UserGroupId", "ug-", fault::NO_SUCH_USER_GROUP)
        .called("UserGroupName")
        .shown_by(shown)
        .telling(&[INLINE_POLICIES, POLICY_IDS, USER_IDS]);

pub(super) const FAMILY: Family = Family {
    tag: "UserGroup",
    kinds: &[USER_GROUP],
    filters: &[("FiltersUserGroup", "PathPrefix", By::Prefix("Path"))],
    transitions: &[],
    rules: &[
        ("AddUserToUserGroup", add_user_to_user_group),
        ("CreateUserGroup", create_user_group),
        ("DeleteUserGroup", delete_user_group),
        ("ReadUserGroup", read_user_group),
        ("ReadUserGroupsPerUser", read_user_groups_per_user),
        ("RemoveUserFromUserGroup", remove_user_from_user_group),
        ("UpdateUserGroup", update_user_group),
    ],
};

/// The note of a group that names its members.
const USER_IDS: &str = "UserIds";

/// Adds a user to a group; one that is a member stays one.
///
/// # Faults
/// `NO_SUCH_USER_GROUP` or `NO_SUCH_USER` for a name that the account does not have at that path.
fn add_user_to_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = find(call, "UserGroupPath")?;
    let user = user::find_at_path(call)?;
    if !has_member(&group, &user.id) {
        call.edit(USER_GROUP, &group.id, |group| {
            group.notes.list_mut(USER_IDS).push((&*user.id).into());
        });
    }
    Ok(Reply::empty())
}

/// Makes a group without members and policies.
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name or a path that is none.
/// - `GROUP_EXISTS` when the account has a group of that name, whatever its path.
fn create_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let name = call.input.text("UserGroupName");
    let path = path_or_root(call, "Path")?;
    check_name("UserGroupName", name, LONGEST_NAME)?;
    check_free(call, name)?;
    let now = clock::zulu(call.state.clock.now());
    let mut group = Object::new();
    group.put("CreationDate", now.as_str());
    group.put("LastModificationDate", now);
    group.put("Name", name);
    group.put("Path", path);
    let id = call.insert(USER_GROUP, group);
    Ok(Reply::of("UserGroup", call.shown(USER_GROUP, &id)))
}

/// Deletes a group; by force with its memberships, its inline policies and its links to policies.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
/// - `BUSY` without force, while it has a member or a policy.
fn delete_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = find(call, "Path")?;
    match held_by(call.state, &group) {
        // assumed: the code; that the call is refused is documented.
        Some(held) if call.input.flag("Force") != Some(true) => {
            let name = group.body.text("Name");
            Err(fault::BUSY.says(format!("The user group '{name}' {held}.")))
        }
        _ => {
            call.remove(USER_GROUP, &group.id);
            Ok(Reply::empty())
        }
    }
}

/// What keeps a group from being deleted without force, in words.
fn held_by(state: &State, group: &Resource) -> Option<String> {
    let mut members = group.notes.texts(USER_IDS);
    if let Some(member) = members.find_map(|id| state.get(USER, id)) {
        return Some(format!("has the member '{}'", member.body.text("UserName")));
    }
    if let Some(policy) = policy::managed(state, group).next() {
        return Some(format!(
            "has the policy '{}' linked",
            policy.body.text("Orn")
        ));
    }
    let inline = group.notes.objects(INLINE_POLICIES).next()?;
    Some(format!("has the inline policy '{}'", inline.text("Name")))
}

/// Answers a group with its members.
///
/// # Faults
/// `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
fn read_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = find(call, "Path")?;
    Ok(with_members(call, &group.id))
}

/// Answers the groups that a user is a member of.
///
/// # Faults
/// `NO_SUCH_USER` for a name that the account does not have at that path.
fn read_user_groups_per_user(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let user = user::find_at_path(call)?;
    let groups = groups_of(call.state, &user.id)
        .map(|group| (group.turn, shown(call.state, group)))
        .collect();
    page::cut(call, "UserGroups", groups)
}

/// Takes a user out of a group.
///
/// # Faults
/// - `NO_SUCH_USER_GROUP` or `NO_SUCH_USER` for a name that the account does not have at that path.
/// - `NO_SUCH_MEMBER` for a user that is not in the group.
fn remove_user_from_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = find(call, "UserGroupPath")?;
    let user = user::find_at_path(call)?;
    if !has_member(&group, &user.id) {
        return Err(fault::NO_SUCH_MEMBER.says(format!(
            "The user '{}' is not a member of the user group '{}'.",
            user.body.text("UserName"),
            group.body.text("Name")
        )));
    }
    call.edit(USER_GROUP, &group.id, |group| {
        let members = group.notes.list_mut(USER_IDS);
        members.retain(|id| *id != *user.id);
    });
    Ok(Reply::empty())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    new_user_group_name: Option<String>,
}

/// Renames a group and moves it: to `/` when no new path is sent (documented).
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name or a path that is none.
/// - `NO_SUCH_USER_GROUP` for a name that the account does not have at that path.
/// - `GROUP_EXISTS` when another group has the new name.
fn update_user_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let Changed {
        new_user_group_name: name,
    } = call.read()?;
    let path = path_or_root(call, "NewPath")?.to_owned();
    if let Some(name) = &name {
        check_name("NewUserGroupName", name, LONGEST_NAME)?;
    }
    let group = find(call, "Path")?;
    let name = name.unwrap_or_else(|| group.body.text("Name").to_owned());
    if name != group.body.text("Name") {
        check_free(call, &name)?;
    }
    let now = clock::zulu(call.state.clock.now());
    call.edit(USER_GROUP, &group.id, |group| {
        group.body.put("LastModificationDate", now);
        group.body.put("Name", name);
        group.body.put("Path", path);
    });
    Ok(with_members(call, &group.id))
}

/// The group that the request names; at the path that it names in that field, if it names one.
///
/// assumed: without one any path will do, though the documentation speaks of `/`: clients find
/// groups by their names alone.
///
/// # Faults
/// `NO_SUCH_USER_GROUP` when there is none.
pub(super) fn find(call: &Call<'_>, path: &str) -> Result<Arc<Resource>, Fault> {
    let name = call.input.text("UserGroupName");
    let path = call.input.some_text(path);
    let found =
        by_name(call, name).filter(|it| path.is_none_or(|path| path == it.body.text("Path")));
    found.cloned().ok_or_else(|| USER_GROUP.no_such(name))
}

/// The groups that a user is a member of, in the order of creation.
pub(in crate::cloud) fn groups_of<'s>(
    state: &'s State,
    user_id: &str,
) -> impl Iterator<Item = &'s Arc<Resource>> {
    let groups = state.store.all(USER_GROUP);
    groups.filter(move |group| has_member(group, user_id))
}

fn has_member(group: &Resource, user_id: &str) -> bool {
    group.notes.texts(USER_IDS).any(|id| id == user_id)
}

fn by_name<'c>(call: &'c Call<'_>, name: &str) -> Option<&'c Arc<Resource>> {
    call.owned(USER_GROUP)
        .find(|group| group.body.text("Name") == name)
}

fn shown(_: &State, group: &Resource) -> Object {
    let mut shown = group.body.clone();
    let (path, name) = (shown.text("Path"), shown.text("Name"));
    let orn = identity::orn(&group.account, "usergroup", path, name);
    shown.put("Orn", orn);
    shown
}

/// A group and its members as one answer.
fn with_members(call: &Call<'_>, id: &str) -> Reply {
    let group = call.state.get(USER_GROUP, id);
    let ids = group
        .into_iter()
        .flat_map(|group| group.notes.texts(USER_IDS));
    let members: Vec<Value> = ids
        .map(|id| with_zulu_dates(call.shown(USER, id)).into())
        .collect();
    Reply::of("UserGroup", call.shown(USER_GROUP, id)).with("Users", members)
}

fn path_or_root<'c>(call: &'c Call<'_>, property: &str) -> Result<&'c str, Fault> {
    match call.input.get(property).and_then(Value::as_str) {
        Some(path) => check_path(property, path).map(|()| path),
        None => Ok(ROOT_PATH),
    }
}

fn check_free(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    match by_name(call, name) {
        // assumed: the code.
        Some(_) => {
            let details = format!("The user group '{name}' already exists.");
            Err(fault::GROUP_EXISTS.says(details))
        }
        None => Ok(()),
    }
}
