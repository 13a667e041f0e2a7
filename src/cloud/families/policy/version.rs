//! Versions of managed policies: up to five, of which one is in force.

use serde::Deserialize;
use serde_json::json;

use super::{NEXT_VERSION, POLICY, VERSIONS, check_document, find};
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;
use crate::cloud::store::Resource;

/// How many versions a policy may have; documented.
const MOST_VERSIONS: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    document: String,
    set_as_default: Option<bool>,
}

/// Adds a version, and puts it in force if that is asked for.
///
/// assumed: it gets the next number, and no number is given twice; without a wish the default stays.
///
/// # Faults
/// - `INVALID_DOCUMENT` for a document that says nothing, or something else.
/// - `NO_SUCH_RESOURCE` for a name (ORN) that no policy of the account has.
/// - `BUSY` when the policy has five versions.
pub(super) fn create_policy_version(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    check_document(&wanted.document)?;
    let policy = find(call)?;
    if policy.notes.list(VERSIONS).len() >= MOST_VERSIONS {
        // assumed: the code.
        return Err(fault::BUSY.says(format!(
            "The policy '{}' has {MOST_VERSIONS} versions, which is the most.",
            policy.body.text("Orn")
        )));
    }
    let number = policy.notes.int(NEXT_VERSION).unwrap_or(1);
    let id = format!("v{number}");
    let now = clock::offset(call.state.clock.now());
    call.edit(POLICY, &policy.id, |policy| {
        let version = json!({ "Body": wanted.document, "CreationDate": now, "VersionId": id });
        policy.notes.list_mut(VERSIONS).push(version);
        policy.notes.put(NEXT_VERSION, number + 1);
        if wanted.set_as_default == Some(true) {
            put_in_force(policy, &id, &now);
        }
    });
    let policy = find(call)?;
    Ok(Reply::of("PolicyVersion", find_version(&policy, &id)?))
}

/// Deletes a version that is not in force.
///
/// # Faults
/// - `NO_SUCH_RESOURCE` for a policy or a version that there is not.
/// - `BUSY` for the default version.
pub(super) fn delete_policy_version(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let id = call.input.text("VersionId");
    let version = find_version(&policy, id)?;
    if version.flag("DefaultVersion") == Some(true) {
        // assumed: the code; that the call is refused is documented.
        return Err(fault::BUSY.says(format!("The version '{id}' is the default one.")));
    }
    call.edit(POLICY, &policy.id, |policy| {
        let versions = policy.notes.list_mut(VERSIONS);
        versions.retain(|version| version["VersionId"] != *id);
    });
    Ok(Reply::empty())
}

/// Answers a version with its document.
///
/// # Faults
/// `NO_SUCH_RESOURCE` for a policy or a version that there is not.
pub(super) fn read_policy_version(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let version = find_version(&policy, call.input.text("VersionId"))?;
    Ok(Reply::of("PolicyVersion", version))
}

/// Answers the versions of a policy in the order in which they were made.
///
/// # Faults
/// - `NO_SUCH_RESOURCE` for a name (ORN) that no policy of the account has.
/// - Those of [`page::items`].
pub(super) fn read_policy_versions(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let versions = policy.notes.objects(VERSIONS);
    let page = page::items(call, versions.map(|it| shown(&policy, it)).collect())?;
    Ok(Reply::of("PolicyVersions", page.items)
        .with("HasMoreItems", page.more)
        .with("MaxResultsLimit", page.size))
}

/// Puts a version in force.
///
/// # Faults
/// `NO_SUCH_RESOURCE` for a policy or a version that there is not.
pub(super) fn set_default_policy_version(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    let id = call.input.text("VersionId");
    find_version(&policy, id)?;
    let now = clock::offset(call.state.clock.now());
    call.edit(POLICY, &policy.id, |policy| put_in_force(policy, id, &now));
    Ok(Reply::empty())
}

/// The document in force.
pub(in crate::cloud) fn in_force(policy: &Resource) -> &str {
    let default = policy.body.text("PolicyDefaultVersionId");
    let mut versions = policy.notes.objects(VERSIONS);
    let version = versions.find(|version| version.text("VersionId") == default);
    version.map(|it| it.text("Body")).unwrap_or_default()
}

/// assumed: the policy counts as modified when another version comes into force.
fn put_in_force(policy: &mut Resource, id: &str, now: &str) {
    if policy.body.text("PolicyDefaultVersionId") != id {
        policy.body.put("PolicyDefaultVersionId", id);
        policy.body.put("LastModificationDate", now);
    }
}

fn find_version(policy: &Resource, id: &str) -> Result<Object, Fault> {
    let mut versions = policy.notes.objects(VERSIONS);
    let version = versions.find(|version| version.text("VersionId") == id);
    // assumed: the code.
    version
        .map(|version| shown(policy, version))
        .ok_or_else(|| fault::NO_SUCH_RESOURCE.says(format!("The VersionId '{id}' doesn't exist.")))
}

fn shown(policy: &Resource, version: &Object) -> Object {
    let mut shown = version.clone();
    let in_force = version.text("VersionId") == policy.body.text("PolicyDefaultVersionId");
    shown.put("DefaultVersion", in_force);
    shown
}
