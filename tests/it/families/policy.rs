//! Conversations about the family `policy`: managed policies, their versions and links.

#[path = "policy/documents.rs"]
mod documents;
#[path = "policy/inline.rs"]
mod inline;
#[path = "policy/links.rs"]
mod links;

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Guard, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, refused};
use crate::user::user;

/// A document that allows everything.
pub(crate) const ALLOW_ALL: &str =
    r#"{"Statement": [ {"Effect": "Allow", "Action": ["*"], "Resource": ["*"]} ]}"#;
/// A document that forbids deleting.
const DENY_DELETE: &str =
    r#"{"Statement":[{"Effect":"Deny","Action":"api:Delete*","Resource":"*"}]}"#;

/// Makes a policy that allows everything, and answers its resource name.
#[track_caller]
pub(crate) fn policy(cloud: &Cloud, name: &str) -> String {
    let wanted = json!({ "PolicyName": name, "Document": ALLOW_ALL });
    made(cloud, "CreatePolicy", wanted, "/Policy/Orn")
}

/// Adds a version to a policy, and answers its identifier.
#[track_caller]
fn version(cloud: &Cloud, orn: &str) -> String {
    let wanted = json!({ "PolicyOrn": orn, "Document": DENY_DELETE });
    made(
        cloud,
        "CreatePolicyVersion",
        wanted,
        "/PolicyVersion/VersionId",
    )
}

#[test]
fn making_reading_versions_and_deleting() {
    let cloud = cloud();
    let wanted = json!({
        "PolicyName": "all",
        "Path": "/example/",
        "Description": "Everything",
        "Document": ALLOW_ALL,
    });
    let orn = made(&cloud, "CreatePolicy", wanted, "/Policy/Orn");
    let it = || json!({ "PolicyOrn": orn });
    let with = |version: &str| json!({ "PolicyOrn": orn, "VersionId": version });
    cloud.clock().advance(SignedDuration::from_secs(90));
    version(&cloud, &orn);
    let third = json!({ "PolicyOrn": orn, "Document": DENY_DELETE, "SetAsDefault": true });
    cloud.call("CreatePolicyVersion", third).ok();
    cloud.call("ReadPolicy", it()).ok();
    cloud.call("ReadPolicyVersions", it()).ok();
    cloud.call("ReadPolicyVersion", with("v1")).ok();
    cloud.call("DeletePolicyVersion", with("v3"));
    cloud.call("SetDefaultPolicyVersion", with("v2")).ok();
    cloud.call("DeletePolicy", it());
    cloud.call("DeletePolicyVersion", with("v1")).ok();
    cloud.call("DeletePolicyVersion", with("v3")).ok();
    cloud.call("ReadPolicies", json!({})).ok();
    cloud.call("DeletePolicy", it()).ok();
    cloud.call("ReadPolicy", it());
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::empty("PolicyName", "", 400, "4043")]
#[case::long("PolicyName", &"p".repeat(129), 400, "4043")]
#[case::blank("PolicyName", "all of it", 400, "4043")]
#[case::slash("PolicyName", "all/it", 400, "4043")]
#[case::taken("PolicyName", "taken", 409, "9015")]
#[case::path_ends("Path", "/ops", 400, "4047")]
#[case::path_begins("Path", "ops/", 400, "4047")]
#[case::description("Description", &"é".repeat(1001), 400, "4106")]
fn creation_is_refused(
    #[case] field: &str,
    #[case] value: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    policy(&cloud, "taken");
    let mut wanted = json!({ "PolicyName": "new", "Document": ALLOW_ALL });
    wanted[field] = json!(value);
    let (said, number, details) = refused(&cloud, "CreatePolicy", wanted);
    assert_eq!((said, number.as_str()), (status, code));
    assert!(
        details.contains(if status == 409 {
            "policy/taken'"
        } else {
            field
        }),
        "{details}"
    );
}

#[test]
fn a_name_may_stand_at_several_paths_and_a_description_have_1000_characters() {
    let cloud = cloud();
    policy(&cloud, "reader");
    let wanted = json!({
        "PolicyName": "reader",
        "Path": "/more/",
        "Description": "é".repeat(1000),
        "Document": ALLOW_ALL,
    });
    let orn = made(&cloud, "CreatePolicy", wanted, "/Policy/Orn");
    assert_eq!(orn, "orn:ows:idauth::123456789012:policy/more/reader");
}

/// Every operation on a policy.
const ON_A_POLICY: &[&str] = &[
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "LinkManagedPolicyToUserGroup",
    "LinkPolicy",
    "ReadEntitiesLinkedToPolicy",
    "ReadPolicy",
    "ReadPolicyVersion",
    "ReadPolicyVersions",
    "SetDefaultPolicyVersion",
    "UnlinkManagedPolicyFromUserGroup",
    "UnlinkPolicy",
];

/// A request about a policy with all that the operation wants.
fn about(operation: &str, orn: &str) -> mockscale::Value {
    let mut input = json!({ "PolicyOrn": orn });
    match operation {
        "CreatePolicyVersion" => input["Document"] = json!(ALLOW_ALL),
        "LinkPolicy" | "UnlinkPolicy" => input["UserName"] = json!("alice"),
        it if it.ends_with("UserGroup") => input["UserGroupName"] = json!("devs"),
        it if it.ends_with("PolicyVersion") => input["VersionId"] = json!("v1"),
        _ => {}
    }
    input
}

#[rstest]
#[case::unknown("orn:ows:idauth::123456789012:policy/nothing", "5044")]
#[case::other_path("orn:ows:idauth::123456789012:policy/ops/all", "5044")]
#[case::letter_case("orn:ows:idauth::123456789012:policy/ALL", "5044")]
#[case::other_account("orn:ows:idauth::222222222222:policy/all", "5044")]
#[case::other_service("orn:ows:iam::123456789012:policy/all", "5044")]
#[case::nobodys("orn:ows:idauth::333333333333:policy/all", "5044")]
#[case::no_orn("all", "4047")]
#[case::no_policy("orn:ows:idauth::123456789012:user/all", "4047")]
#[case::nameless("orn:ows:idauth::123456789012:policy/", "4047")]
#[case::short_account("orn:ows:idauth::123:policy/all", "4047")]
#[case::blank("orn:ows:idauth::123456789012:policy/a ll", "4047")]
#[case::wrong_service("orn:ows:ec2::123456789012:policy/all", "4047")]
fn a_policy_that_there_is_not_is_refused(#[case] orn: &str, #[case] code: &str) {
    let cloud = builder().account("222222222222").build();
    policy(&cloud, "all");
    policy(&cloud.as_account("222222222222"), "all");
    user(&cloud, "alice");
    crate::user_group::group(&cloud, "devs", "/");
    if code == "4047" {
        // Most schemas have the pattern: such a request breaks the contract as well.
        cloud.without(Guard::Violations);
    }
    for operation in ON_A_POLICY {
        let (status, said, details) = refused(&cloud, operation, about(operation, orn));
        assert_eq!(
            (status, said.as_str()),
            (400, code),
            "{operation}: {details}"
        );
        if code == "5044" {
            assert_eq!(
                details,
                format!("The PolicyOrn '{orn}' doesn't exist."),
                "{operation}"
            );
        }
    }
}

#[rstest]
#[case("DeletePolicyVersion")]
#[case("ReadPolicyVersion")]
#[case("SetDefaultPolicyVersion")]
fn a_version_that_there_is_not_is_refused(#[case] operation: &str) {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    for id in ["v2", "V1", "1", ""] {
        let input = json!({ "PolicyOrn": orn, "VersionId": id });
        let (status, code, details) = refused(&cloud, operation, input);
        assert_eq!((status, code.as_str()), (400, "5044"), "{id}");
        assert_eq!(details, format!("The VersionId '{id}' doesn't exist."));
    }
}

#[test]
fn there_are_five_versions_at_most_and_no_number_twice() {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    let made: Vec<String> = (0..4).map(|_| version(&cloud, &orn)).collect();
    assert_eq!(made, ["v2", "v3", "v4", "v5"]);
    let sixth = || json!({ "PolicyOrn": orn, "Document": ALLOW_ALL, "SetAsDefault": true });
    let (status, code, details) = refused(&cloud, "CreatePolicyVersion", sixth());
    assert_eq!((status, code.as_str()), (409, "9002"));
    assert!(details.contains("has 5 versions"), "{details}");
    let gone = json!({ "PolicyOrn": orn, "VersionId": "v5" });
    cloud.call("DeletePolicyVersion", gone).ok();
    let made = cloud.call("CreatePolicyVersion", sixth()).ok();
    assert_eq!(made["PolicyVersion"]["VersionId"], "v6");
    let gone = json!({ "PolicyOrn": orn, "VersionId": "v2" });
    cloud.call("DeletePolicyVersion", gone).ok();
    assert_eq!(version(&cloud, &orn), "v7");
    let read = cloud
        .call("ReadPolicyVersions", json!({ "PolicyOrn": orn }))
        .ok();
    let versions = read["PolicyVersions"].as_array().expect("a list");
    let ids: Vec<_> = versions.iter().map(|it| it["VersionId"].as_str()).collect();
    assert_eq!(
        ids,
        [Some("v1"), Some("v3"), Some("v4"), Some("v6"), Some("v7")]
    );
    let default: Vec<_> = versions
        .iter()
        .filter(|it| it["DefaultVersion"] == true)
        .collect();
    assert_eq!(default, [&versions[3]]);
}

#[rstest]
#[case::whole(json!({}), &["v1", "v2", "v3"], false, 100)]
#[case::first(json!({ "ResultsPerPage": 2 }), &["v1", "v2"], true, 2)]
#[case::second(json!({ "FirstItem": 2, "ResultsPerPage": 2 }), &["v3"], false, 2)]
#[case::too_many(json!({ "ResultsPerPage": 101 }), &["v1", "v2", "v3"], false, 100)]
fn versions_come_in_pages(
    #[case] page: mockscale::Value,
    #[case] ids: &[&str],
    #[case] more: bool,
    #[case] limit: usize,
) {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    version(&cloud, &orn);
    version(&cloud, &orn);
    let mut input = page;
    input["PolicyOrn"] = json!(orn);
    let read = cloud.call("ReadPolicyVersions", input).ok();
    let versions = read["PolicyVersions"].as_array().expect("a list");
    let found: Vec<_> = versions
        .iter()
        .filter_map(|it| it["VersionId"].as_str())
        .collect();
    assert_eq!(found, ids);
    assert_eq!(
        (&read["HasMoreItems"], &read["MaxResultsLimit"]),
        (&json!(more), &json!(limit))
    );
    assert_eq!(read.body().get("MaxResultsTruncated"), None);
}

#[test]
fn another_default_modifies_the_policy_and_the_same_does_not() {
    let cloud = cloud();
    let orn = policy(&cloud, "all");
    version(&cloud, &orn);
    let modified = || {
        let read = cloud.call("ReadPolicy", json!({ "PolicyOrn": orn })).ok();
        read.text("/Policy/LastModificationDate").to_owned()
    };
    let set = |id: &str| {
        cloud.clock().advance(SignedDuration::from_secs(1));
        let input = json!({ "PolicyOrn": orn, "VersionId": id });
        cloud.call("SetDefaultPolicyVersion", input).ok();
    };
    let made = modified();
    set("v1");
    assert_eq!(modified(), made);
    set("v2");
    assert_ne!(modified(), made);
}

#[test]
fn every_filter_of_policies_selects() {
    let cloud = cloud();
    let wanted = json!({ "PolicyName": "alone", "Path": "/example/", "Document": ALLOW_ALL });
    cloud.call("CreatePolicy", wanted).ok();
    let linked = policy(&cloud, "linked");
    user(&cloud, "alice");
    cloud.call("LinkPolicy", about("LinkPolicy", &linked)).ok();
    for prefix in ["/ex", "/example/", "/"] {
        every_filter(
            &cloud,
            "ReadPolicies",
            &json!({}),
            ("Policies", "PolicyName", "alone"),
            &[
                ("OnlyLinked", json!(false), json!(true)),
                ("PathPrefix", json!(prefix), json!("/more/")),
                ("Scope", json!("LOCAL"), json!("OWS")),
            ],
        );
    }
    let orns = |only: bool| {
        let read = json!({ "Filters": { "OnlyLinked": only } });
        let read = cloud.call("ReadPolicies", read).ok();
        let orns = read["Policies"].as_array().into_iter().flatten();
        orns.map(|it| it["Orn"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(orns(true), [json!(linked)]);
    assert_eq!(orns(false).len(), 2);
}

#[test]
fn policies_come_in_pages() {
    let cloud = cloud();
    for n in 0..3 {
        policy(&cloud, &format!("p{n}"));
    }
    let page = json!({ "FirstItem": 1, "ResultsPerPage": 1 });
    let page = cloud.call("ReadPolicies", page).ok();
    assert_eq!(page["Policies"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["Policies"][0]["PolicyName"], "p1");
    assert_eq!(
        (&page["HasMoreItems"], &page["MaxResultsLimit"]),
        (&json!(true), &json!(1))
    );
}

#[test]
fn a_policy_of_another_account_is_not_read() {
    let cloud = builder().account("222222222222").build();
    policy(&cloud, "all");
    let read = cloud
        .as_account("222222222222")
        .call("ReadPolicies", json!({}))
        .ok();
    assert_eq!(read["Policies"], json!([]));
}

#[test]
fn a_dry_run_does_nothing() {
    let cloud = cloud();
    user(&cloud, "alice");
    crate::user_group::group(&cloud, "devs", "/");
    let orn = policy(&cloud, "all");
    let before = cloud.call("ReadPolicies", json!({})).ok()["Policies"].clone();
    let new = json!({ "PolicyName": "new", "Document": ALLOW_ALL });
    for (operation, mut input) in [
        ("CreatePolicy", new),
        ("DeletePolicy", about("DeletePolicy", &orn)),
        ("LinkPolicy", about("LinkPolicy", &orn)),
        (
            "LinkManagedPolicyToUserGroup",
            about("LinkManagedPolicyToUserGroup", &orn),
        ),
    ] {
        input["DryRun"] = json!(true);
        let reply = cloud.call(operation, input).ok();
        assert_eq!(
            reply.body().as_object().map(serde_json::Map::len),
            Some(1),
            "{operation}"
        );
    }
    assert_eq!(
        cloud.call("ReadPolicies", json!({})).ok()["Policies"],
        before
    );
}
