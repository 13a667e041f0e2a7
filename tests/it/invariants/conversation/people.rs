//! How the calls about users, groups and policies are written: few names, so that they meet.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// A policy that most conversations begin with.
pub(super) const READER: &str = r#"{
    "PolicyName": "reader",
    "Document": "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}"
}"#;
/// Its link to a user.
pub(super) const READER_OF_ALICE: &str =
    r#"{"UserName": "alice", "PolicyOrn": "orn:ows:idauth::123456789012:policy/reader"}"#;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("AddUserToUserGroup", 8, member),
    (
        "CreatePolicy",
        4,
        |pen| json!({ "PolicyName": pen.one_of(POLICIES), "Document": document(pen) }),
    ),
    ("CreatePolicyVersion", 10, |pen| {
        let mut input = policy(pen);
        input["Document"] = document(pen).into();
        pen.maybe(&mut input, 40, "SetAsDefault", |pen| {
            pen.dice.percent(80).into()
        });
        input
    }),
    ("CreateUser", 4, user),
    ("CreateUserGroup", 4, group),
    ("DeletePolicy", 9, policy),
    ("DeletePolicyVersion", 8, version),
    ("DeleteUser", 6, user),
    ("DeleteUserGroup", 2, |pen| {
        let mut input = group(pen);
        pen.maybe(&mut input, 60, "Force", |pen| pen.dice.percent(60).into());
        input
    }),
    ("DeleteUserGroupPolicy", 5, inline),
    ("LinkManagedPolicyToUserGroup", 4, of_a_group),
    ("LinkPolicy", 4, of_a_user),
    ("PutUserGroupPolicy", 8, |pen| {
        let mut input = inline(pen);
        input["PolicyDocument"] = document(pen).into();
        input
    }),
    ("ReadEntitiesLinkedToPolicy", 2, policy),
    ("ReadLinkedPolicies", 2, user),
    ("ReadManagedPoliciesLinkedToUserGroup", 2, group),
    ("ReadPolicy", 2, policy),
    ("ReadPolicyVersion", 2, version),
    ("ReadPolicyVersions", 2, policy),
    ("ReadUserGroup", 2, group),
    ("ReadUserGroupPolicies", 2, group),
    ("ReadUserGroupPolicy", 5, inline),
    ("ReadUserGroupsPerUser", 2, user),
    ("RemoveUserFromUserGroup", 8, member),
    ("SetDefaultPolicyVersion", 6, version),
    ("UnlinkManagedPolicyFromUserGroup", 3, of_a_group),
    ("UnlinkPolicy", 3, of_a_user),
    ("UpdateUser", 3, |pen| {
        let mut input = user(pen);
        pen.maybe(&mut input, 50, "NewUserName", |pen| {
            pen.one_of(USERS).into()
        });
        pen.maybe(&mut input, 50, "NewPath", |pen| pen.one_of(PATHS).into());
        input
    }),
    ("UpdateUserGroup", 3, |pen| {
        let mut input = group(pen);
        pen.maybe(&mut input, 50, "NewUserGroupName", |pen| {
            pen.one_of(GROUPS).into()
        });
        pen.maybe(&mut input, 50, "NewPath", |pen| pen.one_of(PATHS).into());
        input
    }),
];

const USERS: &[&str] = &["alice", "alice", "alice", "bob", "alice", "bob", "é"];
const GROUPS: &[&str] = &["devs", "devs", "devs", "ops", "devs", "a b"];
const POLICIES: &[&str] = &["reader", "reader", "reader", "guard", "reader", "/"];
const PATHS: &[&str] = &["/", "/a/", "/a", ""];
const DOCUMENTS: &[&str] = &[
    r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
    r#"{"Statement":[{"Effect":"Deny","NotAction":["api:Read*"],"Resource":["*"]}]}"#,
    r#"{"Statement":[{"Sid":"x","Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#,
    r#"{"Statement":[]}"#,
];

fn user(pen: &mut Pen<'_>) -> Value {
    json!({ "UserName": pen.one_of(USERS) })
}

fn group(pen: &mut Pen<'_>) -> Value {
    json!({ "UserGroupName": pen.one_of(GROUPS) })
}

fn member(pen: &mut Pen<'_>) -> Value {
    json!({ "UserGroupName": pen.one_of(GROUPS), "UserName": pen.one_of(USERS) })
}

fn inline(pen: &mut Pen<'_>) -> Value {
    json!({ "UserGroupName": pen.one_of(GROUPS), "PolicyName": pen.one_of(POLICIES) })
}

fn document(pen: &mut Pen<'_>) -> &'static str {
    pen.one_of(DOCUMENTS)
}

/// A policy by its resource name, rarely that of another account.
fn policy(pen: &mut Pen<'_>) -> Value {
    let account = pen.account();
    let name = pen.one_of(POLICIES);
    json!({ "PolicyOrn": format!("orn:ows:idauth::{account}:policy/{name}") })
}

fn version(pen: &mut Pen<'_>) -> Value {
    let mut input = policy(pen);
    input["VersionId"] = pen.one_of(&["v1", "v1", "v2", "v2", "v3", "v"]).into();
    input
}

fn of_a_user(pen: &mut Pen<'_>) -> Value {
    let mut input = policy(pen);
    input["UserName"] = pen.one_of(USERS).into();
    input
}

fn of_a_group(pen: &mut Pen<'_>) -> Value {
    let mut input = policy(pen);
    input["UserGroupName"] = pen.one_of(GROUPS).into();
    input
}
