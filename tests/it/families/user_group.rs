//! Conversations about the family `user_group`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::policy::{ALLOW_ALL, policy};
use crate::support::{builder, cloud, every_filter, made, refused};
use crate::user::user;

/// Makes a group at a path, and answers its identifier.
#[track_caller]
pub(crate) fn group(cloud: &Cloud, name: &str, path: &str) -> String {
    let wanted = json!({ "UserGroupName": name, "Path": path });
    made(cloud, "CreateUserGroup", wanted, "/UserGroup/UserGroupId")
}

/// Adds a user to a group.
#[track_caller]
pub(crate) fn join(cloud: &Cloud, user: &str, group: &str) {
    let member = json!({ "UserName": user, "UserGroupName": group });
    cloud.call("AddUserToUserGroup", member).ok();
}

#[test]
fn making_filling_changing_and_deleting() {
    let cloud = cloud();
    let devs = || json!({ "UserGroupName": "devs" });
    let wanted = json!({ "UserGroupName": "devs", "Path": "/ops/" });
    cloud.call("CreateUserGroup", wanted).ok();
    let alice = json!({ "UserName": "alice", "Path": "/ops/", "UserEmail": "alice@example.com" });
    cloud.call("CreateUser", alice).ok();
    user(&cloud, "bob");
    join(&cloud, "alice", "devs");
    join(&cloud, "bob", "devs");
    // Twice is once.
    join(&cloud, "alice", "devs");
    cloud.call("ReadUserGroup", devs()).ok();
    cloud
        .call("ReadUserGroupsPerUser", json!({ "UserName": "alice" }))
        .ok();
    cloud.clock().advance(SignedDuration::from_secs(90));
    let renamed = json!({ "UserGroupName": "devs", "NewUserGroupName": "makers" });
    cloud.call("UpdateUserGroup", renamed).ok();
    let left = json!({ "UserName": "bob", "UserGroupName": "makers" });
    cloud.call("RemoveUserFromUserGroup", left.clone()).ok();
    cloud.call("RemoveUserFromUserGroup", left);
    cloud.call("DeleteUserGroup", json!({ "UserGroupName": "makers" }));
    let by_force = json!({ "UserGroupName": "makers", "Force": true });
    cloud.call("DeleteUserGroup", by_force).ok();
    cloud.call("ReadUserGroup", devs());
    cloud.call("ReadUserGroups", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::empty("UserGroupName", "", "4043")]
#[case::long("UserGroupName", &"g".repeat(129), "4043")]
#[case::blank("UserGroupName", "the devs", "4043")]
#[case::slash("UserGroupName", "/devs", "4043")]
#[case::taken("UserGroupName", "taken", "9028")]
#[case::no_path("Path", "", "4047")]
#[case::path_ends("Path", "/ops", "4047")]
#[case::path_begins("Path", "ops/", "4047")]
#[case::path_characters("Path", "/o p/", "4047")]
fn creation_and_change_are_refused(#[case] field: &str, #[case] value: &str, #[case] code: &str) {
    let cloud = cloud();
    group(&cloud, "taken", "/elsewhere/");
    group(&cloud, "mine", "/");
    let mut wanted = json!({ "UserGroupName": "new" });
    wanted[field] = json!(value);
    let mut changed = json!({ "UserGroupName": "mine" });
    changed[format!("New{field}")] = json!(value);
    let status = if code == "9028" { 409 } else { 400 };
    for (operation, input) in [("CreateUserGroup", wanted), ("UpdateUserGroup", changed)] {
        let (said, number, details) = refused(&cloud, operation, input);
        assert_eq!((said, number.as_str()), (status, code), "{operation}");
        assert!(
            details.contains(if status == 409 { "'taken'" } else { field }),
            "{details}"
        );
    }
}

/// Each operation on a group with the field for its path; the request names a user too, if it must.
const ON_A_GROUP: &[(&str, &str)] = &[
    ("AddUserToUserGroup", "UserGroupPath"),
    ("DeleteUserGroup", "Path"),
    ("DeleteUserGroupPolicy", "UserGroupPath"),
    ("PutUserGroupPolicy", "UserGroupPath"),
    ("ReadUserGroup", "Path"),
    ("ReadUserGroupPolicies", "UserGroupPath"),
    ("ReadUserGroupPolicy", "UserGroupPath"),
    ("RemoveUserFromUserGroup", "UserGroupPath"),
    ("UpdateUserGroup", "Path"),
];

/// A request about a group that has one member and one inline policy.
fn about(operation: &str, group: &str) -> Value {
    let mut input = json!({ "UserGroupName": group });
    if operation.contains("UserTo") || operation.contains("UserFrom") {
        input["UserName"] = json!("alice");
    }
    if operation.ends_with("Policy") {
        input["PolicyName"] = json!("inline");
    }
    if operation.starts_with("Put") {
        input["PolicyDocument"] = json!(ALLOW_ALL);
    }
    if operation == "DeleteUserGroup" {
        input["Force"] = json!(true);
    }
    input
}

fn one_member_and_one_policy() -> Cloud {
    let cloud = cloud();
    let wanted = json!({ "UserName": "alice", "Path": "/people/" });
    cloud.call("CreateUser", wanted).ok();
    group(&cloud, "devs", "/ops/");
    join(&cloud, "alice", "devs");
    cloud
        .call("PutUserGroupPolicy", about("PutUserGroupPolicy", "devs"))
        .ok();
    cloud
}

#[test]
fn a_group_is_found_by_its_name_and_at_its_path() {
    for (operation, field) in ON_A_GROUP {
        let cloud = one_member_and_one_policy();
        let mut input = about(operation, "devs");
        for wrong in ["/", "/ops", "/ops/more/"] {
            input[field] = json!(wrong);
            let (status, code, details) = refused(&cloud, operation, input.clone());
            assert_eq!(
                (status, code.as_str()),
                (400, "5060"),
                "{operation} at {wrong}"
            );
            assert_eq!(details, "The UserGroupName 'devs' doesn't exist.");
        }
        input[field] = json!("/ops/");
        cloud.call(operation, input).ok();
        let cloud = one_member_and_one_policy();
        cloud.call(operation, about(operation, "devs")).ok();
        let (status, code, _) = refused(&cloud, operation, about(operation, "nobodies"));
        assert_eq!((status, code.as_str()), (400, "5060"), "{operation}");
    }
}

#[rstest]
#[case("AddUserToUserGroup")]
#[case("RemoveUserFromUserGroup")]
#[case("ReadUserGroupsPerUser")]
fn a_user_is_found_by_its_name_and_at_its_path(#[case] operation: &str) {
    let cloud = one_member_and_one_policy();
    let mut input = json!({ "UserName": "alice", "UserPath": "/" });
    if operation != "ReadUserGroupsPerUser" {
        input["UserGroupName"] = json!("devs");
    }
    let (status, code, details) = refused(&cloud, operation, input.clone());
    assert_eq!((status, code.as_str()), (400, "5075"));
    assert_eq!(details, "The UserName 'alice' doesn't exist.");
    input["UserPath"] = json!("/people/");
    cloud.call(operation, input.clone()).ok();
    input["UserName"] = json!("nobody");
    assert_eq!(refused(&cloud, operation, input).1, "5075");
}

#[test]
fn the_group_is_looked_for_before_the_user() {
    let input = json!({ "UserGroupName": "nobodies", "UserName": "nobody" });
    assert_eq!(refused(&cloud(), "AddUserToUserGroup", input).1, "5060");
}

#[test]
fn who_is_no_member_cannot_be_removed() {
    let cloud = one_member_and_one_policy();
    user(&cloud, "bob");
    let input = json!({ "UserGroupName": "devs", "UserName": "bob" });
    let (status, code, details) = refused(&cloud, "RemoveUserFromUserGroup", input);
    assert_eq!((status, code.as_str()), (400, "5098"));
    assert_eq!(
        details,
        "The user 'bob' is not a member of the user group 'devs'."
    );
}

#[test]
fn a_group_that_holds_something_is_deleted_by_force_only() {
    let cloud = cloud();
    user(&cloud, "alice");
    let orn = policy(&cloud, "reader");
    let linked = json!({ "UserGroupName": "devs", "PolicyOrn": orn });
    let fills: [(&str, Value, String); 3] = [
        (
            "AddUserToUserGroup",
            about("AddUserToUserGroup", "devs"),
            "has the member 'alice'".to_owned(),
        ),
        (
            "LinkManagedPolicyToUserGroup",
            linked,
            format!("has the policy '{orn}' linked"),
        ),
        (
            "PutUserGroupPolicy",
            about("PutUserGroupPolicy", "devs"),
            "has the inline policy 'inline'".to_owned(),
        ),
    ];
    for (operation, input, held) in fills {
        group(&cloud, "devs", "/");
        cloud.call(operation, input).ok();
        for input in [
            json!({ "UserGroupName": "devs" }),
            json!({ "UserGroupName": "devs", "Force": false }),
        ] {
            let (status, code, details) = refused(&cloud, "DeleteUserGroup", input);
            assert_eq!((status, code.as_str()), (409, "9002"));
            assert_eq!(details, format!("The user group 'devs' {held}."));
        }
        cloud
            .call("DeleteUserGroup", about("DeleteUserGroup", "devs"))
            .ok();
    }
    let groups = cloud
        .call("ReadUserGroupsPerUser", json!({ "UserName": "alice" }))
        .ok();
    assert_eq!(groups["UserGroups"], json!([]));
    cloud.call("DeletePolicy", json!({ "PolicyOrn": orn })).ok();
    cloud
        .call("DeleteUser", json!({ "UserName": "alice" }))
        .ok();
}

#[test]
fn a_renamed_group_and_a_renamed_user_keep_what_they_have() {
    let cloud = one_member_and_one_policy();
    let orn = policy(&cloud, "reader");
    let linked = json!({ "UserGroupName": "devs", "PolicyOrn": orn });
    cloud.call("LinkManagedPolicyToUserGroup", linked).ok();
    let renamed = json!({ "UserName": "alice", "NewUserName": "alicia", "NewPath": "/moved/" });
    cloud.call("UpdateUser", renamed).ok();
    let moved =
        json!({ "UserGroupName": "devs", "NewUserGroupName": "makers", "NewPath": "/new/" });
    let moved = cloud.call("UpdateUserGroup", moved).ok();
    assert_eq!(
        moved["UserGroup"]["Orn"],
        "orn:ows:idauth::123456789012:usergroup/new/makers"
    );
    assert_eq!(moved["Users"][0]["UserName"], "alicia");
    let groups = cloud
        .call("ReadUserGroupsPerUser", json!({ "UserName": "alicia" }))
        .ok();
    assert_eq!(groups["UserGroups"][0], moved["UserGroup"]);
    for operation in [
        "ReadManagedPoliciesLinkedToUserGroup",
        "ReadUserGroupPolicies",
    ] {
        let policies = cloud
            .call(operation, json!({ "UserGroupName": "makers" }))
            .ok();
        assert_eq!(
            policies["Policies"].as_array().map(Vec::len),
            Some(1),
            "{operation}"
        );
    }
    let entities = cloud
        .call("ReadEntitiesLinkedToPolicy", json!({ "PolicyOrn": orn }))
        .ok();
    assert_eq!(
        entities["PolicyEntities"]["Groups"][0]["Orn"],
        moved["UserGroup"]["Orn"]
    );
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let devs = group(&cloud, "devs", "/example/");
    let others = group(&cloud, "others", "/");
    for prefix in ["/ex", "/example/", "/", ""] {
        every_filter(
            &cloud,
            "ReadUserGroups",
            &json!({}),
            ("UserGroups", "UserGroupId", &devs),
            &[
                ("PathPrefix", json!(prefix), json!("/example/more")),
                ("UserGroupIds", json!([devs]), json!([others])),
            ],
        );
    }
}

#[test]
fn groups_come_in_pages() {
    let cloud = cloud();
    user(&cloud, "alice");
    for n in 0..101 {
        group(&cloud, &format!("g{n}"), "/");
        join(&cloud, "alice", &format!("g{n}"));
    }
    let page = cloud.call("ReadUserGroups", json!({})).ok();
    assert_eq!(page["UserGroups"].as_array().map(Vec::len), Some(100));
    assert_eq!(page["HasMoreItems"], true);
    let rest = cloud
        .call("ReadUserGroups", json!({ "FirstItem": 100 }))
        .ok();
    assert_eq!(rest["UserGroups"][0]["Name"], "g100");
    assert_eq!(rest["HasMoreItems"], false);
    // The groups of one user do not.
    let all = cloud
        .call("ReadUserGroupsPerUser", json!({ "UserName": "alice" }))
        .ok();
    assert_eq!(all["UserGroups"].as_array().map(Vec::len), Some(101));
}

#[test]
fn a_group_of_another_account_is_out_of_reach() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let mine = group(&cloud, "devs", "/");
    user(&cloud, "alice");
    for (operation, _) in ON_A_GROUP {
        let code = refused(&other, operation, about(operation, "devs")).1;
        assert_eq!(code, "5060", "{operation}");
    }
    let theirs = other
        .call("CreateUserGroup", json!({ "UserGroupName": "devs" }))
        .ok();
    assert_eq!(
        theirs["UserGroup"]["Orn"],
        "orn:ows:idauth::222222222222:usergroup/devs"
    );
    assert_eq!(
        refused(
            &other,
            "AddUserToUserGroup",
            about("AddUserToUserGroup", "devs")
        )
        .1,
        "5075"
    );
    let read = json!({ "Filters": { "UserGroupIds": [mine] } });
    assert_eq!(
        other.call("ReadUserGroups", read).ok()["UserGroups"],
        json!([])
    );
}

#[test]
fn a_dry_run_does_nothing() {
    let cloud = one_member_and_one_policy();
    user(&cloud, "bob");
    let read = || {
        let group = cloud
            .call("ReadUserGroup", json!({ "UserGroupName": "devs" }))
            .ok();
        let policies = json!({ "UserGroupName": "devs" });
        let policies = cloud.call("ReadUserGroupPolicies", policies).ok();
        (
            group["UserGroup"].clone(),
            group["Users"].clone(),
            policies["Policies"].clone(),
        )
    };
    let before = read();
    for (operation, _) in ON_A_GROUP {
        let mut input = about(operation, "devs");
        input["DryRun"] = json!(true);
        if *operation == "AddUserToUserGroup" {
            input["UserName"] = json!("bob");
        }
        let reply = cloud.call(operation, input).ok();
        assert_eq!(
            reply.body().as_object().map(serde_json::Map::len),
            Some(1),
            "{operation}"
        );
    }
    assert_eq!(read(), before);
}
