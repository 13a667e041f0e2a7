//! Conversations about the family `user`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, refused};

/// Makes a user, and answers its identifier.
#[track_caller]
pub(crate) fn user(cloud: &Cloud, name: &str) -> String {
    made(
        cloud,
        "CreateUser",
        json!({ "UserName": name }),
        "/User/UserId",
    )
}

#[test]
fn making_reading_changing_and_deleting() {
    let cloud = cloud();
    let alice = json!({ "UserName": "alice", "Path": "/ops/", "UserEmail": "alice@example.com" });
    cloud.call("CreateUser", alice).ok();
    user(&cloud, "bob");
    cloud.call("ReadUsers", json!({})).ok();
    cloud.clock().advance(SignedDuration::from_secs(90));
    let renamed = json!({
        "UserName": "alice",
        "NewUserName": "alicia",
        "NewPath": "/dev/",
        "NewUserEmail": "alicia@example.com",
    });
    cloud.call("UpdateUser", renamed).ok();
    let moved = json!({ "UserName": "bob", "NewPath": "/ops/" });
    cloud.call("UpdateUser", moved).ok();
    cloud.call("DeleteUser", json!({ "UserName": "bob" })).ok();
    cloud.call("DeleteUser", json!({ "UserName": "alice" }));
    cloud.call("ReadUsers", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::empty("UserName", "", "4043")]
#[case::long("UserName", &"u".repeat(65), "4043")]
#[case::blank("UserName", "al ice", "4043")]
#[case::slash("UserName", "ops/alice", "4043")]
#[case::beyond_ascii("UserName", "alicé", "4043")]
#[case::end_of_line("UserName", "alice\n", "4043")]
#[case::taken("UserName", "taken", "9022")]
#[case::no_path("Path", "", "4047")]
#[case::path_ends("Path", "/ops", "4047")]
#[case::path_begins("Path", "ops/", "4047")]
#[case::path_characters("Path", "/o-p/", "4047")]
#[case::long_path("Path", &format!("/{}/", "p".repeat(511)), "4047")]
#[case::no_address("UserEmail", "alice", "4047")]
#[case::no_host("UserEmail", "alice@", "4047")]
#[case::two_hosts("UserEmail", "alice@a@b", "4047")]
fn creation_and_change_are_refused(#[case] field: &str, #[case] value: &str, #[case] code: &str) {
    let cloud = cloud();
    user(&cloud, "taken");
    user(&cloud, "mine");
    let mut wanted = json!({ "UserName": "new" });
    wanted[field] = json!(value);
    let mut changed = json!({ "UserName": "mine" });
    changed[format!("New{field}")] = json!(value);
    let status = if code == "9022" { 409 } else { 400 };
    for (operation, input, property) in [
        ("CreateUser", wanted, field.to_owned()),
        ("UpdateUser", changed, format!("New{field}")),
    ] {
        let (said, number, details) = refused(&cloud, operation, input);
        assert_eq!((said, number.as_str()), (status, code), "{operation}");
        let told = if code == "9022" {
            "'taken'"
        } else {
            property.as_str()
        };
        assert!(details.contains(told), "{operation}: {details}");
    }
}

#[rstest]
#[case("UpdateUser")]
#[case("DeleteUser")]
fn who_is_not_there_is_refused(#[case] operation: &str) {
    let (status, code, details) = refused(&cloud(), operation, json!({ "UserName": "nobody" }));
    assert_eq!((status, code.as_str()), (400, "5075"));
    assert_eq!(details, "The UserName 'nobody' doesn't exist.");
}

#[test]
fn the_longest_names_and_every_character_will_do() {
    let cloud = cloud();
    for name in ["u".repeat(64), "aZ09+=,.@-_".to_owned()] {
        user(&cloud, &name);
    }
    let path = format!("/{}/", "p_9".repeat(170));
    assert_eq!(path.len(), 512);
    let wanted = json!({ "UserName": "deep", "Path": path });
    assert_eq!(cloud.call("CreateUser", wanted).ok()["User"]["Path"], path);
}

#[test]
fn what_is_not_sent_stays_and_ones_own_name_is_no_conflict() {
    let cloud = cloud();
    let made = json!({ "UserName": "alice", "Path": "/ops/", "UserEmail": "alice@example.com" });
    let made = cloud.call("CreateUser", made).ok();
    let same = json!({ "UserName": "alice", "NewUserName": "alice" });
    let same = cloud.call("UpdateUser", same).ok();
    assert_eq!(same["User"], made["User"]);
}

#[test]
fn a_name_is_unique_in_its_account_only() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let mine = user(&cloud, "alice");
    let (status, code, _) = refused(&other, "DeleteUser", json!({ "UserName": "alice" }));
    assert_eq!((status, code.as_str()), (400, "5075"));
    let theirs = user(&other, "alice");
    let wanted = json!({ "UserName": "alice", "Path": "/elsewhere/" });
    assert_eq!(refused(&cloud, "CreateUser", wanted).1, "9022");
    let read = other
        .call(
            "ReadUsers",
            json!({ "Filters": { "UserIds": [mine, theirs] } }),
        )
        .ok();
    assert_eq!(read["Users"].as_array().map(Vec::len), Some(1));
    assert_eq!(read["Users"][0]["UserId"], theirs);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let alice = user(&cloud, "alice");
    let bob = user(&cloud, "bob");
    every_filter(
        &cloud,
        "ReadUsers",
        &json!({}),
        ("Users", "UserId", &alice),
        &[("UserIds", json!([alice, "NONE"]), json!([bob]))],
    );
}

#[rstest]
#[case::whole(json!({}), 0, 100, true, 100, false)]
#[case::second(json!({ "FirstItem": 100 }), 100, 100, true, 100, false)]
#[case::last(json!({ "FirstItem": 200 }), 200, 50, false, 100, false)]
#[case::small(json!({ "FirstItem": 7, "ResultsPerPage": 3 }), 7, 3, true, 3, false)]
#[case::to_the_end(json!({ "FirstItem": 150, "ResultsPerPage": 100 }), 150, 100, false, 100, false)]
#[case::too_many(json!({ "ResultsPerPage": 1000 }), 0, 100, true, 100, true)]
#[case::behind(json!({ "FirstItem": 250 }), 250, 0, false, 100, false)]
#[case::far_behind(json!({ "FirstItem": i64::MAX }), 0, 0, false, 100, false)]
fn pages_of_250_users(
    #[case] input: Value,
    #[case] first: usize,
    #[case] items: usize,
    #[case] more: bool,
    #[case] limit: usize,
    #[case] truncated: bool,
) {
    let cloud = cloud();
    for n in 0..250 {
        user(&cloud, &format!("u{n}"));
    }
    let page = cloud.call("ReadUsers", input).ok();
    let users = page["Users"].as_array().expect("a list");
    assert_eq!(users.len(), items);
    for (n, user) in (first..).zip(users) {
        assert_eq!(user["UserName"], format!("u{n}"));
    }
    assert_eq!(page["HasMoreItems"], more);
    assert_eq!(page["MaxResultsLimit"], limit);
    assert_eq!(page["MaxResultsTruncated"], truncated);
}

#[rstest]
#[case("FirstItem", -1)]
#[case("ResultsPerPage", 0)]
#[case("ResultsPerPage", -1)]
fn a_page_of_nothing_is_refused(#[case] field: &str, #[case] value: i64) {
    let (status, code, details) = refused(&cloud(), "ReadUsers", json!({ field: value }));
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains(field), "{details}");
}

#[test]
fn who_still_has_something_is_not_deleted() {
    let cloud = cloud();
    user(&cloud, "alice");
    let alice = || json!({ "UserName": "alice" });
    let policy = crate::policy::policy(&cloud, "reader");
    let linked = json!({ "UserName": "alice", "PolicyOrn": policy.clone() });
    let member = json!({ "UserName": "alice", "UserGroupName": "devs" });
    cloud
        .call("CreateUserGroup", json!({ "UserGroupName": "devs" }))
        .ok();
    cloud.call("AddUserToUserGroup", member.clone()).ok();
    cloud.call("LinkPolicy", linked.clone()).ok();
    let held = |by: &str| {
        let (status, code, details) = refused(&cloud, "DeleteUser", alice());
        assert_eq!((status, code.as_str()), (409, "9002"));
        assert_eq!(details, format!("The user 'alice' {by}."));
    };
    let key = made(&cloud, "CreateAccessKey", alice(), "/AccessKey/AccessKeyId");
    let key = json!({ "UserName": "alice", "AccessKeyId": key });
    held(&format!(
        "has the access key '{}'",
        key["AccessKeyId"].as_str().expect("a text")
    ));
    let mut inactive = key.clone();
    inactive["State"] = json!("INACTIVE");
    cloud.call("UpdateAccessKey", inactive).ok();
    cloud.call("DeleteAccessKey", key).ok();
    held("is a member of the user group 'devs'");
    cloud.call("RemoveUserFromUserGroup", member).ok();
    held(&format!("has the policy '{policy}' linked"));
    cloud.call("UnlinkPolicy", linked).ok();
    cloud.call("DeleteUser", alice()).ok();
}

#[test]
fn a_dry_run_does_nothing() {
    let cloud = cloud();
    user(&cloud, "alice");
    let before = cloud.call("ReadUsers", json!({})).ok()["Users"].clone();
    for (operation, input) in [
        ("CreateUser", json!({ "UserName": "bob", "DryRun": true })),
        (
            "UpdateUser",
            json!({ "UserName": "alice", "NewUserName": "bob", "DryRun": true }),
        ),
        ("DeleteUser", json!({ "UserName": "alice", "DryRun": true })),
        ("ReadUsers", json!({ "DryRun": true })),
    ] {
        let reply = cloud.call(operation, input).ok();
        let told: Vec<_> = reply.body().as_object().into_iter().flatten().collect();
        assert_eq!(told.len(), 1, "{operation}: {told:?}");
    }
    assert_eq!(cloud.call("ReadUsers", json!({})).ok()["Users"], before);
}

#[test]
fn dates_end_in_an_offset_but_where_a_group_is_told_of() {
    let cloud = cloud();
    user(&cloud, "alice");
    crate::user_group::group(&cloud, "devs", "/");
    crate::user_group::join(&cloud, "alice", "devs");
    let orn = crate::policy::policy(&cloud, "all");
    let link = json!({ "PolicyOrn": orn, "UserName": "alice" });
    cloud.call("LinkPolicy", link).ok();
    let link = json!({ "PolicyOrn": orn, "UserGroupName": "devs" });
    cloud.call("LinkManagedPolicyToUserGroup", link).ok();
    let version = json!({ "PolicyOrn": orn, "VersionId": "v1" });
    let devs = || json!({ "UserGroupName": "devs" });
    let alice = || json!({ "UserName": "alice" });
    for (operation, input, pointer, style) in [
        ("ReadUsers", json!({}), "/Users/0", "+0000"),
        ("UpdateUser", alice(), "/User", "+0000"),
        ("ReadUserGroup", devs(), "/UserGroup", "Z"),
        ("ReadUserGroup", devs(), "/Users/0", "Z"),
        ("UpdateUserGroup", devs(), "/Users/0", "Z"),
        ("ReadUserGroups", json!({}), "/UserGroups/0", "Z"),
        ("ReadUserGroupsPerUser", alice(), "/UserGroups/0", "Z"),
        ("ReadPolicies", json!({}), "/Policies/0", "+0000"),
        ("ReadLinkedPolicies", alice(), "/Policies/0", "+0000"),
        (
            "ReadManagedPoliciesLinkedToUserGroup",
            devs(),
            "/Policies/0",
            "Z",
        ),
        ("ReadPolicyVersion", version, "/PolicyVersion", "+0000"),
    ] {
        let reply = cloud.call(operation, input).ok();
        let date = reply.text(&format!("{pointer}/CreationDate"));
        assert_eq!(
            date,
            format!("2024-05-06T07:08:09.000{style}"),
            "{operation}"
        );
        if operation != "ReadPolicyVersion" {
            let date = reply.text(&format!("{pointer}/LastModificationDate"));
            assert_eq!(
                date,
                format!("2024-05-06T07:08:09.000{style}"),
                "{operation}"
            );
        }
    }
}
