//! Users of an account (EIM users).
//!
//! By default: reading them. By rule: making, changing and deleting. The policies linked to a user
//! are a note of the user, its groups are notes of the groups, its keys are resources of their own.
//! Left out: passwords, and how many an account may have.

use std::sync::Arc;

use serde::Deserialize;

use super::policy::{self, POLICY_IDS};
use super::user_group;
use crate::cloud::State;
use crate::cloud::account::directory;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::identity::{self, LONGEST_USER_NAME, ROOT_PATH, check_name, check_path};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Users, as a kind of resource.
pub(in crate::cloud) const USER: &Kind = &Kind::opaque("User", "UserId", 31, fault::NO_SUCH_USER)
    .called("UserName")
    .telling(&[POLICY_IDS]);

pub(super) const FAMILY: Family = Family {
    tag: "User",
    kinds: &[USER],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateUser", create_user),
        ("DeleteUser", delete_user),
        ("UpdateUser", update_user),
    ],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    user_name: String,
    path: Option<String>,
    user_email: Option<String>,
}

/// Makes a user that may do nothing yet: it has no policy, no group and no key.
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name, a path or an e-mail address that is
///   none.
/// - `DUPLICATE_USER_NAME` when the account has a user of that name, whatever its path.
fn create_user(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let path = wanted.path.as_deref().unwrap_or(ROOT_PATH);
    check_name("UserName", &wanted.user_name, LONGEST_USER_NAME)?;
    check_path("Path", path)?;
    check_email("UserEmail", wanted.user_email.as_deref())?;
    check_free(call, &wanted.user_name)?;
    let now = clock::offset(call.state.clock.now());
    let mut user = Object::new();
    user.put("CreationDate", now.as_str());
    user.put("LastModificationDate", now);
    user.put("Path", path);
    if let Some(email) = wanted.user_email {
        user.put("UserEmail", email);
    }
    user.put("UserName", wanted.user_name);
    let id = call.insert(USER, user);
    Ok(Reply::of("User", call.shown(USER, &id)))
}

/// Deletes a user that nothing belongs to.
///
/// # Faults
/// - `NO_SUCH_USER` for a name that no user of the account has.
/// - `BUSY` while it has an access key, is a member of a group, or has a policy linked.
fn delete_user(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let name = call.input.text("UserName");
    let user = find(call, name)?;
    if let Some(held) = held_by(call.state, &user) {
        // assumed: the code; that the call is refused is documented.
        return Err(fault::BUSY.says(format!("The user '{name}' {held}.")));
    }
    call.remove(USER, &user.id);
    Ok(Reply::empty())
}

/// What keeps a user from being deleted, in words.
fn held_by(state: &State, user: &Resource) -> Option<String> {
    if let Some(key) = directory::keys(state, &user.account, Some(&user.id)).next() {
        return Some(format!("has the access key '{}'", key.id()));
    }
    if let Some(group) = user_group::groups_of(state, &user.id).next() {
        let name = group.body.text("Name");
        return Some(format!("is a member of the user group '{name}'"));
    }
    let policy = policy::managed(state, user).next()?;
    Some(format!(
        "has the policy '{}' linked",
        policy.body.text("Orn")
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    user_name: String,
    new_path: Option<String>,
    new_user_email: Option<String>,
    new_user_name: Option<String>,
}

/// Changes what was sent of a user: its memberships, policies and keys stay its own.
///
/// # Faults
/// - `INVALID_NAME` or `INVALID_PARAMETER_VALUE` for a name, a path or an e-mail address that is
///   none.
/// - `NO_SUCH_USER` for a name that no user of the account has.
/// - `DUPLICATE_USER_NAME` when another user has the new name.
fn update_user(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let changed: Changed = call.read()?;
    if let Some(name) = &changed.new_user_name {
        check_name("NewUserName", name, LONGEST_USER_NAME)?;
    }
    if let Some(path) = &changed.new_path {
        check_path("NewPath", path)?;
    }
    check_email("NewUserEmail", changed.new_user_email.as_deref())?;
    let user = find(call, &changed.user_name)?;
    if let Some(name) = changed.new_user_name.as_deref()
        && name != changed.user_name
    {
        check_free(call, name)?;
    }
    let now = clock::offset(call.state.clock.now());
    call.edit(USER, &user.id, |user| {
        let fields = [
            ("UserName", changed.new_user_name),
            ("Path", changed.new_path),
            ("UserEmail", changed.new_user_email),
            ("LastModificationDate", Some(now)),
        ];
        for (field, value) in fields {
            if let Some(value) = value {
                user.body.put(field, value);
            }
        }
    });
    Ok(Reply::of("User", call.shown(USER, &user.id)))
}

/// The user of that name in the caller's account.
///
/// # Faults
/// `NO_SUCH_USER` when there is none.
pub(in crate::cloud) fn find(call: &Call<'_>, name: &str) -> Result<Arc<Resource>, Fault> {
    directory::user(call.state, &call.account, name)
        .cloned()
        .ok_or_else(|| USER.no_such(name))
}

/// [`find`], but only at the path that the request names, if it names one.
///
/// assumed: without one any path will do, though the documentation speaks of `/`: clients find
/// users by their names alone.
pub(super) fn find_at_path(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    let name = call.input.text("UserName");
    let user = find(call, name)?;
    match call.input.some_text("UserPath") {
        Some(path) if path != user.body.text("Path") => Err(USER.no_such(name)),
        _ => Ok(user),
    }
}

/// The resource name of a user, which its schema does not show.
pub(super) fn orn(user: &Resource) -> String {
    let (path, name) = (user.body.text("Path"), user.body.text("UserName"));
    identity::orn(&user.account, "user", path, name)
}

fn check_free(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    match directory::user(call.state, &call.account, name) {
        // assumed: the code.
        Some(_) => {
            Err(fault::DUPLICATE_USER_NAME.says(format!("The user '{name}' already exists.")))
        }
        None => Ok(()),
    }
}

/// assumed: an address has one `@` with something on both sides; what the cloud checks is not known.
fn check_email(property: &str, email: Option<&str>) -> Result<(), Fault> {
    let is_address = |email: &str| {
        let fits = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
        email
            .split_once('@')
            .is_some_and(|(name, host)| fits(name) && fits(host))
    };
    match email {
        Some(email) if !is_address(email) => Err(fault::INVALID_PARAMETER_VALUE
            .says(format!("The {property} '{email}' is no e-mail address."))),
        _ => Ok(()),
    }
}
