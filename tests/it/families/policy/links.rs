//! Links of policies to users and groups, read from both ends.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use super::{ALLOW_ALL, about, policy};
use crate::support::{cloud, every_filter, made, refused};
use crate::user::user;
use crate::user_group::group;

/// A cloud with a policy that is linked to a user and a group.
fn linked() -> (Cloud, String) {
    let cloud = cloud();
    user(&cloud, "alice");
    group(&cloud, "devs", "/ops/");
    let orn = policy(&cloud, "all");
    for operation in ["LinkPolicy", "LinkManagedPolicyToUserGroup"] {
        cloud.call(operation, about(operation, &orn)).ok();
    }
    (cloud, orn)
}

fn resources(cloud: &Cloud, orn: &str) -> Value {
    let read = cloud.call("ReadPolicy", json!({ "PolicyOrn": orn })).ok();
    read["Policy"]["ResourcesCount"].clone()
}

#[test]
fn linking_reading_and_unlinking() {
    let (cloud, orn) = linked();
    let it = || json!({ "PolicyOrn": orn });
    // Twice is once.
    cloud.call("LinkPolicy", about("LinkPolicy", &orn)).ok();
    cloud.call("ReadPolicy", it()).ok();
    cloud
        .call("ReadLinkedPolicies", json!({ "UserName": "alice" }))
        .ok();
    let devs = json!({ "UserGroupName": "devs" });
    cloud
        .call("ReadManagedPoliciesLinkedToUserGroup", devs)
        .ok();
    cloud.call("ReadEntitiesLinkedToPolicy", it()).ok();
    for operation in ["UnlinkPolicy", "UnlinkManagedPolicyFromUserGroup"] {
        cloud.call("DeletePolicy", it());
        cloud.call(operation, about(operation, &orn)).ok();
        cloud.call(operation, about(operation, &orn));
    }
    cloud.call("ReadEntitiesLinkedToPolicy", it()).ok();
    cloud.call("DeletePolicy", it()).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn the_count_of_resources_follows_the_links() {
    let (cloud, orn) = linked();
    assert_eq!(resources(&cloud, &orn), 2);
    user(&cloud, "bob");
    cloud
        .call("LinkPolicy", json!({ "PolicyOrn": orn, "UserName": "bob" }))
        .ok();
    assert_eq!(resources(&cloud, &orn), 3);
    cloud.call("UnlinkPolicy", about("UnlinkPolicy", &orn)).ok();
    let by_force = json!({ "UserGroupName": "devs", "Force": true });
    cloud.call("DeleteUserGroup", by_force).ok();
    assert_eq!(resources(&cloud, &orn), 1);
}

#[test]
fn the_links_of_a_renamed_user_are_its_own() {
    let (cloud, orn) = linked();
    let renamed = json!({ "UserName": "alice", "NewUserName": "alicia", "NewPath": "/new/" });
    cloud.call("UpdateUser", renamed).ok();
    let read = cloud
        .call("ReadLinkedPolicies", json!({ "UserName": "alicia" }))
        .ok();
    assert_eq!(read["Policies"][0]["Orn"], orn);
    let entities = cloud
        .call("ReadEntitiesLinkedToPolicy", json!({ "PolicyOrn": orn }))
        .ok();
    let user = &entities["PolicyEntities"]["Users"][0];
    assert_eq!(user["Orn"], "orn:ows:idauth::123456789012:user/new/alicia");
    let gone = json!({ "UserName": "alice" });
    assert_eq!(refused(&cloud, "ReadLinkedPolicies", gone).1, "5075");
}

#[rstest]
#[case("LinkPolicy", "5075")]
#[case("UnlinkPolicy", "5075")]
#[case("LinkManagedPolicyToUserGroup", "5060")]
#[case("UnlinkManagedPolicyFromUserGroup", "5060")]
fn who_is_not_there_is_refused(#[case] operation: &str, #[case] code: &str) {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    let (status, said, _) = refused(&cloud, operation, about(operation, &orn));
    assert_eq!((status, said.as_str()), (400, code));
    // The policy is looked for first.
    let unknown = about(operation, &format!("{orn}2"));
    assert_eq!(refused(&cloud, operation, unknown).1, "5044");
}

#[rstest]
#[case("ReadLinkedPolicies", "UserName", "5075")]
#[case("ReadManagedPoliciesLinkedToUserGroup", "UserGroupName", "5060")]
fn whose_policies_are_read_must_be_there(
    #[case] operation: &str,
    #[case] field: &str,
    #[case] code: &str,
) {
    let (status, said, details) = refused(&cloud(), operation, json!({ field: "nobody" }));
    assert_eq!((status, said.as_str()), (400, code));
    assert_eq!(details, format!("The {field} 'nobody' doesn't exist."));
}

#[test]
fn every_filter_selects() {
    let (cloud, _) = linked();
    let wanted = json!({ "PolicyName": "deep", "Path": "/example/", "Document": ALLOW_ALL });
    let deep = made(&cloud, "CreatePolicy", wanted, "/Policy/Orn");
    for operation in ["LinkPolicy", "LinkManagedPolicyToUserGroup"] {
        cloud.call(operation, about(operation, &deep)).ok();
    }
    let devs = cloud
        .call("ReadUserGroup", json!({ "UserGroupName": "devs" }))
        .ok();
    let devs = devs.text("/UserGroup/UserGroupId");
    for prefix in ["/", "/ex", "/example/"] {
        every_filter(
            &cloud,
            "ReadLinkedPolicies",
            &json!({ "UserName": "alice" }),
            ("Policies", "Orn", &deep),
            &[("PathPrefix", json!(prefix), json!("/more"))],
        );
        every_filter(
            &cloud,
            "ReadManagedPoliciesLinkedToUserGroup",
            &json!({ "UserGroupName": "devs" }),
            ("Policies", "Orn", &deep),
            &[
                ("PathPrefix", json!(prefix), json!("/more")),
                ("UserGroupIds", json!([devs]), json!(["ug-00000000"])),
            ],
        );
    }
}

#[test]
fn policies_come_in_the_order_of_their_creation_and_in_pages() {
    let cloud = cloud();
    user(&cloud, "alice");
    group(&cloud, "devs", "/");
    let all: Vec<_> = (0..3).map(|n| policy(&cloud, &format!("p{n}"))).collect();
    for orn in all.iter().rev() {
        for operation in ["LinkPolicy", "LinkManagedPolicyToUserGroup"] {
            cloud.call(operation, about(operation, orn)).ok();
        }
    }
    for (operation, field, name) in [
        ("ReadLinkedPolicies", "UserName", "alice"),
        (
            "ReadManagedPoliciesLinkedToUserGroup",
            "UserGroupName",
            "devs",
        ),
    ] {
        let page = json!({ field: name, "ResultsPerPage": 1 });
        let page = cloud.call(operation, page).ok();
        assert_eq!(page["Policies"].as_array().map(Vec::len), Some(1));
        assert_eq!(page["Policies"][0]["PolicyName"], "p0");
        assert_eq!(page["HasMoreItems"], true);
        assert_eq!(page["MaxResultsTruncated"], false);
    }
}

#[rstest]
#[case::all(json!({}), 3, &["u0", "u1", "g0"], false)]
#[case::first(json!({ "ResultsPerPage": 2 }), 3, &["u0", "u1"], true)]
#[case::across(json!({ "ResultsPerPage": 2, "FirstItem": 1 }), 3, &["u1", "g0"], false)]
#[case::behind(json!({ "FirstItem": 3 }), 3, &[], false)]
#[case::users(json!({ "EntitiesType": ["USER"] }), 2, &["u0", "u1"], false)]
#[case::groups(json!({ "EntitiesType": ["GROUP"] }), 1, &["g0"], false)]
#[case::accounts(json!({ "EntitiesType": ["ACCOUNT"] }), 0, &[], false)]
#[case::two_sorts(json!({ "EntitiesType": ["GROUP", "USER"], "ResultsPerPage": 1 }), 3, &["u0"], true)]
#[case::no_sort(json!({ "EntitiesType": [] }), 3, &["u0", "u1", "g0"], false)]
fn entities_are_counted_and_come_in_pages(
    #[case] input: Value,
    #[case] count: usize,
    #[case] names: &[&str],
    #[case] more: bool,
) {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    group(&cloud, "g0", "/");
    let link = json!({ "PolicyOrn": orn, "UserGroupName": "g0" });
    cloud.call("LinkManagedPolicyToUserGroup", link).ok();
    for name in ["u0", "u1"] {
        user(&cloud, name);
        cloud
            .call("LinkPolicy", json!({ "PolicyOrn": orn, "UserName": name }))
            .ok();
    }
    let mut input = input;
    input["PolicyOrn"] = json!(orn);
    let read = cloud.call("ReadEntitiesLinkedToPolicy", input.clone()).ok();
    let entities = &read["PolicyEntities"];
    let lists = [
        ("USER", "Users"),
        ("GROUP", "Groups"),
        ("ACCOUNT", "Accounts"),
    ];
    let mut found = Vec::new();
    for (word, list) in lists {
        let asked = match input["EntitiesType"].as_array() {
            Some(asked) if !asked.is_empty() => asked.contains(&json!(word)),
            _ => word != "ACCOUNT",
        };
        assert_eq!(entities.get(list).is_some(), asked, "{list}");
        let items = entities[list].as_array().into_iter().flatten();
        found.extend(items.filter_map(|it| it["Name"].as_str()));
    }
    assert_eq!(found, names);
    assert_eq!(entities["ItemsCount"], count);
    assert_eq!(entities["HasMoreItems"], more);
    assert_eq!(entities["MaxResultsLimit"], 100);
    assert_eq!(entities["MaxResultsTruncated"], false);
}

#[test]
fn entities_of_no_policy_are_refused() {
    let (status, code, details) = refused(&cloud(), "ReadEntitiesLinkedToPolicy", json!({}));
    assert_eq!((status, code.as_str()), (400, "4045"));
    assert!(details.contains("PolicyOrn"), "{details}");
}
