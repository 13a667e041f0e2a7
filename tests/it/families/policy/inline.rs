//! Inline policies of groups.

use mockscale::json;
use rstest::rstest;

use super::{ALLOW_ALL, DENY_DELETE};
use crate::support::{cloud, refused};
use crate::user_group::group;

#[test]
fn putting_reading_replacing_and_deleting() {
    let cloud = cloud();
    group(&cloud, "devs", "/ops/");
    let put = |name: &str, document: &str| {
        let policy = json!({
            "UserGroupName": "devs",
            "PolicyName": name,
            "PolicyDocument": document,
        });
        cloud.call("PutUserGroupPolicy", policy).ok();
    };
    put("all", ALLOW_ALL);
    put("guard", ALLOW_ALL);
    put("all", DENY_DELETE);
    let it = || json!({ "UserGroupName": "devs", "PolicyName": "all" });
    cloud
        .call("ReadUserGroupPolicies", json!({ "UserGroupName": "devs" }))
        .ok();
    cloud.call("ReadUserGroupPolicy", it()).ok();
    cloud.call("DeleteUserGroupPolicy", it()).ok();
    cloud.call("DeleteUserGroupPolicy", it());
    let second = json!({ "UserGroupName": "devs", "FirstItem": 1, "ResultsPerPage": 1 });
    cloud.call("ReadUserGroupPolicies", second).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case("")]
#[case("a b")]
#[case("a/b")]
#[case(&"p".repeat(129))]
fn a_name_that_is_none_is_refused(#[case] name: &str) {
    let cloud = cloud();
    group(&cloud, "devs", "/");
    let policy =
        json!({ "UserGroupName": "devs", "PolicyName": name, "PolicyDocument": ALLOW_ALL });
    let (status, code, details) = refused(&cloud, "PutUserGroupPolicy", policy);
    assert_eq!((status, code.as_str()), (400, "4043"));
    assert!(details.contains("PolicyName"), "{details}");
}

#[rstest]
#[case("ReadUserGroupPolicy")]
#[case("DeleteUserGroupPolicy")]
fn a_policy_that_there_is_not_is_refused(#[case] operation: &str) {
    let cloud = cloud();
    group(&cloud, "devs", "/");
    let input = json!({ "UserGroupName": "devs", "PolicyName": "none" });
    let (status, code, details) = refused(&cloud, operation, input);
    assert_eq!((status, code.as_str()), (400, "5044"));
    assert_eq!(details, "The PolicyName 'none' doesn't exist.");
}
