//! Policies: documents that say who may call what, by themselves (managed) or as a part of a group
//! (inline).
//!
//! By default: reading many. By rule: the rest. The versions of a managed policy are a note of it;
//! what it is linked to is a note of the user or the group. Left out: the cloud's own policies
//! (scope `OWS`), whose names are not published, and how many an account may have.

mod inline;
mod link;
mod linked;
mod version;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::identity::{self, LONGEST_NAME, ROOT_PATH, check_name, check_path};
use crate::cloud::object::{Fields, Object};
use crate::cloud::permission::Document;
use crate::cloud::store::Resource;

use link::{called, holders};
pub(in crate::cloud) use linked::managed;
pub(in crate::cloud) use version::in_force;

/// Managed policies, as a kind of resource.
pub(in crate::cloud) const POLICY: &Kind =
    &Kind::opaque("Policy", "PolicyId", 31, fault::NO_SUCH_RESOURCE)
        .called("PolicyOrn")
        .shown_by(shown)
        .telling(&[VERSIONS]);

/// The note of a user or a group that names the managed policies linked to it.
pub(in crate::cloud) const POLICY_IDS: &str = "PolicyIds";
/// The note of a group with its inline policies.
pub(in crate::cloud) const INLINE_POLICIES: &str = "InlinePolicies";
/// The note of a policy with its versions.
const VERSIONS: &str = "Versions";
/// The note of a policy with the number of its next version.
const NEXT_VERSION: &str = "NextVersion";
/// The longest description, in characters; documented.
const LONGEST_DESCRIPTION: usize = 1000;

pub(super) const FAMILY: Family = Family {
    tag: "Policy",
    kinds: &[POLICY],
    filters: &[
        ("FiltersUserGroup", "PathPrefix", By::Prefix("Path")),
        (
            "FiltersUserGroup",
            "UserGroupIds",
            By::Values(linked::group_ids),
        ),
        (
            "ReadLinkedPoliciesFilters",
            "PathPrefix",
            By::Prefix("Path"),
        ),
        ("ReadPoliciesFilters", "OnlyLinked", By::Values(only_linked)),
        ("ReadPoliciesFilters", "PathPrefix", By::Prefix("Path")),
        ("ReadPoliciesFilters", "Scope", By::Values(scope)),
    ],
    transitions: &[],
    rules: &[
        ("CreatePolicy", create_policy),
        ("CreatePolicyVersion", version::create_policy_version),
        ("DeletePolicy", delete_policy),
        ("DeletePolicyVersion", version::delete_policy_version),
        ("DeleteUserGroupPolicy", inline::delete_user_group_policy),
        (
            "LinkManagedPolicyToUserGroup",
            link::link_managed_policy_to_user_group,
        ),
        ("LinkPolicy", link::link_policy),
        ("PutUserGroupPolicy", inline::put_user_group_policy),
        (
            "ReadEntitiesLinkedToPolicy",
            linked::read_entities_linked_to_policy,
        ),
        ("ReadLinkedPolicies", linked::read_linked_policies),
        (
            "ReadManagedPoliciesLinkedToUserGroup",
            linked::read_managed_policies_linked_to_user_group,
        ),
        ("ReadPolicy", read_policy),
        ("ReadPolicyVersion", version::read_policy_version),
        ("ReadPolicyVersions", version::read_policy_versions),
        ("ReadUserGroupPolicies", inline::read_user_group_policies),
        ("ReadUserGroupPolicy", inline::read_user_group_policy),
        (
            "SetDefaultPolicyVersion",
            version::set_default_policy_version,
        ),
        (
            "UnlinkManagedPolicyFromUserGroup",
            link::unlink_managed_policy_from_user_group,
        ),
        ("UnlinkPolicy", link::unlink_policy),
    ],
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    description: Option<String>,
    document: String,
    path: Option<String>,
    policy_name: String,
}

/// Makes a policy whose first version, `v1`, is the default one.
///
/// # Faults
/// - `INVALID_NAME`, `INVALID_PARAMETER_VALUE` or `INVALID_LENGTH` for a name, a path or a
///   description that is none.
/// - `INVALID_DOCUMENT` for a document that says nothing, or something else.
/// - `DUPLICATE_NAME` when the account has a policy of that name at that path.
fn create_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let path = wanted.path.as_deref().unwrap_or(ROOT_PATH);
    check_name("PolicyName", &wanted.policy_name, LONGEST_NAME)?;
    check_path("Path", path)?;
    check_description(wanted.description.as_deref())?;
    check_document(&wanted.document)?;
    let orn = identity::orn(&call.account, "policy", path, &wanted.policy_name);
    if by_orn(call, &orn).is_some() {
        // assumed: the code, and that the same name may stand at another path.
        return Err(fault::DUPLICATE_NAME.says(format!("The policy '{orn}' already exists.")));
    }
    let now = clock::offset(call.state.clock.now());
    let mut policy = Object::new();
    policy.put("CreationDate", now.as_str());
    if let Some(description) = wanted.description {
        policy.put("Description", description);
    }
    policy.put("IsLinkable", true);
    policy.put("LastModificationDate", now.as_str());
    policy.put("Orn", orn);
    policy.put("Path", path);
    policy.put("PolicyName", wanted.policy_name);
    policy.put("PolicyDefaultVersionId", "v1");
    let mut notes = Object::new();
    let first = json!({ "Body": wanted.document, "CreationDate": now, "VersionId": "v1" });
    notes.put(VERSIONS, vec![first]);
    notes.put(NEXT_VERSION, 2);
    let account = Arc::clone(&call.account);
    let id = call.state.insert_with(POLICY, &account, policy, notes);
    Ok(Reply::of("Policy", call.shown(POLICY, &id)))
}

/// Deletes a policy that is linked to nothing and has its default version only.
///
/// # Faults
/// - `NO_SUCH_RESOURCE` for a name (ORN) that no policy of the account has.
/// - `BUSY` while it is linked, or has another version. (The documentation wants all versions to be
///   deleted first, but lets nobody delete the default one.)
fn delete_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    if let Some(held) = held_by(call.state, &policy) {
        let orn = policy.body.text("Orn");
        // assumed: the code.
        return Err(fault::BUSY.says(format!("The policy '{orn}' {held}.")));
    }
    call.remove(POLICY, &policy.id);
    Ok(Reply::empty())
}

/// What keeps a policy from being deleted, in words.
fn held_by(state: &State, policy: &Resource) -> Option<String> {
    if let Some(holder) = holders(state, &policy.id).next() {
        return Some(format!("is linked to {}", called(holder)));
    }
    let default = policy.body.text("PolicyDefaultVersionId");
    let mut versions = policy.notes.objects(VERSIONS);
    let other = versions.find(|version| version.text("VersionId") != default)?;
    let other = other.text("VersionId");
    Some(format!("has the version '{other}' besides the default one"))
}

/// Answers a policy.
///
/// # Faults
/// `NO_SUCH_RESOURCE` for a name (ORN) that no policy of the account has.
fn read_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let policy = find(call)?;
    Ok(Reply::of("Policy", shown(call.state, &policy)))
}

/// The policy of the caller's account that the request names.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for what is no resource name of a policy.
/// - `NO_SUCH_RESOURCE` when there is no such policy.
fn find(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    let orn = call.input.text("PolicyOrn");
    if !is_orn(orn) {
        // Where the schema has the pattern, the contract has refused it already.
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The PolicyOrn '{orn}' is not the resource name of a policy."
        )));
    }
    // assumed: the code.
    by_orn(call, orn).ok_or_else(|| POLICY.no_such(orn))
}

fn by_orn(call: &Call<'_>, orn: &str) -> Option<Arc<Resource>> {
    let mut policies = call.owned(POLICY);
    policies.find(|it| it.body.text("Orn") == orn).cloned()
}

/// Whether a text can name a policy: the pattern that most schemas have.
fn is_orn(text: &str) -> bool {
    let service = |rest: &str| ["iam:", "idauth:"].iter().any(|it| rest.starts_with(it));
    let account = |head: &str| {
        let (_, number) = head.rsplit_once(':').unwrap_or_default();
        number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    !text.contains(char::is_whitespace)
        && text.strip_prefix("orn:ows:").is_some_and(service)
        && text
            .split_once(":policy/")
            .is_some_and(|(head, name)| account(head) && !name.is_empty())
}

/// A policy with the number of users and groups that it is linked to.
fn shown(state: &State, policy: &Resource) -> Object {
    let mut shown = policy.body.clone();
    shown.put("ResourcesCount", holders(state, &policy.id).count());
    shown
}

/// What the filter for linked policies compares with: one that asks for all of them has them all.
///
/// assumed: a link to a group counts, though the documentation speaks of users.
fn only_linked(state: &State, policy: &Resource) -> Vec<Value> {
    let linked = holders(state, &policy.id).next().is_some();
    vec![false.into(), linked.into()]
}

/// Every policy is the account's own.
fn scope(_: &State, _: &Resource) -> Vec<Value> {
    vec!["LOCAL".into()]
}

fn check_description(description: Option<&str>) -> Result<(), Fault> {
    let length = description.unwrap_or_default().chars().count();
    if length <= LONGEST_DESCRIPTION {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::INVALID_LENGTH.says(format!(
        "The Description has {length} characters; {LONGEST_DESCRIPTION} is the most."
    )))
}

/// Refuses what is no policy document.
///
/// # Faults
/// assumed: the code.
/// `INVALID_DOCUMENT` with what is wrong, and where.
fn check_document(text: &str) -> Result<(), Fault> {
    match Document::parse(text) {
        Ok(_) => Ok(()),
        Err(wrong) => Err(fault::INVALID_DOCUMENT.says(wrong.to_string())),
    }
}
