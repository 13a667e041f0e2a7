//! What a user may call: policies of the user and its groups, enforced.

use mockscale::{Check, Cloud, Value, json};
use rstest::rstest;

use crate::http::post;
use crate::support::{builder, cloud, last, made};
use crate::user::user;
use crate::user_group::{group, join};

/// A document of statements about everything, each as its effect, its element and its patterns.
fn document(statements: &[&str]) -> String {
    let statement = |words: &&str| {
        let words: Vec<&str> = words.split(' ').collect();
        json!({ "Effect": words[0], words[1]: words[2..], "Resource": ["*"] })
    };
    let statements: Vec<Value> = statements.iter().map(statement).collect();
    json!({ "Statement": statements }).to_string()
}

/// Makes a policy, and answers its resource name.
fn policy(cloud: &Cloud, name: &str, document: &str) -> String {
    let wanted = json!({ "PolicyName": name, "Document": document });
    made(cloud, "CreatePolicy", wanted, "/Policy/Orn")
}

fn link(cloud: &Cloud, orn: &str) {
    let link = json!({ "PolicyOrn": orn, "UserName": "alice" });
    cloud.call("LinkPolicy", link).ok();
}

/// A cloud with the user alice, who is in the group devs.
fn alice() -> Cloud {
    alice_in(cloud())
}

fn alice_in(cloud: Cloud) -> Cloud {
    user(&cloud, "alice");
    group(&cloud, "devs", "/");
    join(&cloud, "alice", "devs");
    cloud
}

/// Whether a user may call; a refusal must be that of the permission, and change nothing.
#[track_caller]
fn may(cloud: &Cloud, operation: &str, input: Value) -> bool {
    let reply = cloud.as_user("alice").call(operation, input);
    let Some(error) = reply.error() else {
        return true;
    };
    assert_eq!(
        (reply.status(), error.code.as_str()),
        (403, "4"),
        "{operation}"
    );
    assert_eq!(error.kind, "AccessDenied");
    assert_eq!(
        error.details,
        "You are not authorized to perform this action."
    );
    let exchange = last(cloud);
    assert!(exchange.effects.is_empty(), "{operation}");
    assert_eq!(
        cloud.explain(exchange.number).check,
        Some(Check::Permission)
    );
    false
}

/// Calls by which verdicts are told apart: a read of resources, one of keys, one of users, and a
/// creation.
const PROBES: [(&str, &str); 4] = [
    ("ReadNets", "{}"),
    ("ReadAccessKeys", "{}"),
    ("ReadUsers", "{}"),
    ("CreateNet", r#"{"IpRange": "10.0.0.0/16"}"#),
];

/// The verdicts of the probes: `+` where the call is allowed.
#[track_caller]
fn verdicts(cloud: &Cloud) -> String {
    let verdict = |(operation, input): (&str, &str)| {
        let input = serde_json::from_str(input).expect("JSON");
        if may(cloud, operation, input) {
            '+'
        } else {
            '-'
        }
    };
    PROBES.map(verdict).iter().collect()
}

#[rstest]
#[case::everything(&["Allow Action *"], "++++")]
#[case::every_service(&["Allow Action *:*"], "++++")]
#[case::this_api(&["Allow Action api:*"], "++++")]
#[case::reads(&["Allow Action api:Read*"], "+++-")]
#[case::one(&["Allow Action api:ReadNets"], "+---")]
#[case::two(&["Allow Action api:ReadNets api:CreateNet"], "+--+")]
#[case::what_ends_so(&["Allow Action api:*Net"], "---+")]
#[case::what_has_it_inside(&["Allow Action api:*Acc*"], "-+--")]
#[case::two_statements(
    &["Allow Action api:ReadNets", "Allow Action api:ReadUsers"],
    "+-+-"
)]
#[case::letter_case(&["Allow Action api:readNets API:*"], "----")]
#[case::older_apis(&["Allow Action ec2:* iam:*"], "----")]
#[case::all_but(&["Allow NotAction api:CreateNet"], "+++-")]
#[case::all_but_reads(&["Allow NotAction api:Read*"], "---+")]
#[case::all_but_all(&["Allow NotAction *"], "----")]
#[case::deny_alone(&["Deny Action api:CreateNet"], "----")]
#[case::deny_after(
    &["Allow Action *", "Deny Action api:Create*"],
    "+++-"
)]
#[case::deny_before(
    &["Deny Action api:Read*", "Allow Action *"],
    "---+"
)]
#[case::deny_all_but(
    &["Allow Action *", "Deny NotAction api:ReadNets api:CreateNet"],
    "+--+"
)]
#[case::denied_everything(
    &["Allow Action *", "Deny Action *"],
    "----"
)]
#[case::denied_elsewhere(
    &["Allow Action api:*", "Deny Action ec2:*"],
    "++++"
)]
fn a_document_decides(#[case] statements: &[&str], #[case] expected: &str) {
    let document = document(statements);
    // By whichever way it applies to the user.
    let ways: [fn(&Cloud, &str); 3] = [
        |cloud, document| link(cloud, &policy(cloud, "it", document)),
        |cloud, document| {
            let orn = policy(cloud, "it", document);
            let link = json!({ "PolicyOrn": orn, "UserGroupName": "devs" });
            cloud.call("LinkManagedPolicyToUserGroup", link).ok();
        },
        |cloud, document| {
            let inline = json!({
                "UserGroupName": "devs",
                "PolicyName": "it",
                "PolicyDocument": document,
            });
            cloud.call("PutUserGroupPolicy", inline).ok();
        },
    ];
    for (way, apply) in ways.into_iter().enumerate() {
        let cloud = alice();
        apply(&cloud, &document);
        assert_eq!(verdicts(&cloud), expected, "way {way}");
    }
}

#[rstest]
#[case("Allow", json!("*"), "++++")]
#[case("Allow", json!(["vpc-12345678", "*"]), "++++")]
#[case("Allow", json!("orn:ows:api::123456789012:*"), "++++")]
#[case("Allow", json!("vpc-12345678"), "----")]
#[case("Deny", json!("*"), "----")]
#[case("Deny", json!("vpc-12345678"), "++++")]
fn a_resource_is_everything_or_nothing(
    #[case] effect: &str,
    #[case] resource: Value,
    #[case] expected: &str,
) {
    let cloud = alice();
    let statement = json!({ "Effect": effect, "Action": "*", "Resource": resource });
    link(
        &cloud,
        &policy(
            &cloud,
            "it",
            &json!({ "Statement": [statement] }).to_string(),
        ),
    );
    if effect == "Deny" {
        link(&cloud, &policy(&cloud, "all", crate::policy::ALLOW_ALL));
    }
    assert_eq!(verdicts(&cloud), expected);
}

#[test]
fn a_user_begins_with_nothing_and_the_root_account_is_never_restricted() {
    let cloud = alice();
    let nobody = document(&["Deny Action *"]);
    assert_eq!(verdicts(&cloud), "----");
    let why = cloud.explain(last(&cloud).number).to_string();
    assert!(why.ends_with("api:CreateNet: no policy applies"), "{why}");
    link(&cloud, &policy(&cloud, "nobody", &nobody));
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
}

#[test]
fn policies_add_up_and_one_that_denies_is_enough() {
    let cloud = alice();
    link(
        &cloud,
        &policy(&cloud, "reader", &document(&["Allow Action api:ReadN*"])),
    );
    assert_eq!(verdicts(&cloud), "+---");
    let orn = policy(&cloud, "maker", &document(&["Allow Action api:Create*"]));
    let linked = json!({ "PolicyOrn": orn, "UserGroupName": "devs" });
    cloud.call("LinkManagedPolicyToUserGroup", linked).ok();
    assert_eq!(verdicts(&cloud), "+--+");
    let inline = |document: &str| {
        let inline = json!({
            "UserGroupName": "devs",
            "PolicyName": "guard",
            "PolicyDocument": document,
        });
        cloud.call("PutUserGroupPolicy", inline).ok();
    };
    inline(&document(&["Allow Action *"]));
    assert_eq!(verdicts(&cloud), "++++");
    inline(&document(&["Deny Action api:*Net*"]));
    assert_eq!(verdicts(&cloud), "----");
    let why = cloud.explain(last(&cloud).number).to_string();
    let reason = "api:CreateNet: statement 1 of the inline policy 'guard' of the user group 'devs' \
                  denies it";
    assert!(why.ends_with(reason), "{why}");
}

#[test]
fn a_change_counts_at_the_next_call() {
    let cloud = alice();
    let orn = policy(&cloud, "it", &document(&["Allow Action api:Read*"]));
    link(&cloud, &orn);
    assert_eq!(verdicts(&cloud), "+++-");
    let all = document(&["Allow Action *"]);
    let second = json!({ "PolicyOrn": orn, "Document": all });
    cloud.call("CreatePolicyVersion", second).ok();
    assert_eq!(
        verdicts(&cloud),
        "+++-",
        "the second version is not the default one"
    );
    for (version, expected) in [("v2", "++++"), ("v1", "+++-")] {
        let default = json!({ "PolicyOrn": orn, "VersionId": version });
        cloud.call("SetDefaultPolicyVersion", default).ok();
        assert_eq!(verdicts(&cloud), expected);
    }
    let unlinked = json!({ "PolicyOrn": orn, "UserName": "alice" });
    cloud.call("UnlinkPolicy", unlinked).ok();
    assert_eq!(verdicts(&cloud), "----");
    let linked = json!({ "PolicyOrn": orn, "UserGroupName": "devs" });
    cloud.call("LinkManagedPolicyToUserGroup", linked).ok();
    assert_eq!(verdicts(&cloud), "+++-");
    let left = json!({ "UserName": "alice", "UserGroupName": "devs" });
    cloud.call("RemoveUserFromUserGroup", left).ok();
    assert_eq!(verdicts(&cloud), "----");
}

#[test]
fn a_renamed_user_keeps_its_permissions() {
    let cloud = alice();
    link(&cloud, &policy(&cloud, "it", crate::policy::ALLOW_ALL));
    let handle = cloud.as_user("alice");
    let renamed = json!({ "UserName": "alice", "NewUserName": "alicia" });
    cloud.call("UpdateUser", renamed).ok();
    handle.call("ReadNets", json!({})).ok();
    cloud.as_user("alicia").call("ReadNets", json!({})).ok();
}

#[test]
fn a_deleted_user_may_do_nothing() {
    let cloud = cloud();
    user(&cloud, "alice");
    let orn = policy(&cloud, "it", crate::policy::ALLOW_ALL);
    link(&cloud, &orn);
    let handle = cloud.as_user("alice");
    handle.call("ReadNets", json!({})).ok();
    let unlinked = json!({ "PolicyOrn": orn, "UserName": "alice" });
    cloud.call("UnlinkPolicy", unlinked).ok();
    cloud
        .call("DeleteUser", json!({ "UserName": "alice" }))
        .ok();
    assert_eq!(handle.call("ReadNets", json!({})).status(), 403);
}

#[test]
fn a_user_of_the_same_name_in_another_account_has_policies_of_its_own() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    user(&cloud, "alice");
    user(&other, "alice");
    link(&cloud, &policy(&cloud, "it", crate::policy::ALLOW_ALL));
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    assert_eq!(verdicts(&cloud), "++++");
    assert_eq!(verdicts(&other), "----");
}

#[test]
fn a_dry_run_asks_for_permission() {
    let cloud = alice();
    let dry = || json!({ "IpRange": "10.0.0.0/16", "DryRun": true });
    assert!(!may(&cloud, "CreateNet", dry()));
    link(&cloud, &policy(&cloud, "it", crate::policy::ALLOW_ALL));
    assert!(may(&cloud, "CreateNet", dry()));
}

#[test]
fn public_operations_are_open_to_everybody() {
    assert!(may(&alice(), "ReadRegions", json!({})));
}

#[tokio::test]
async fn a_user_calls_over_http_with_a_key_of_its_own() {
    let cloud = alice_in(builder().start());
    cloud
        .call("CreateAccessKey", json!({ "UserName": "alice" }))
        .ok();
    let alice = cloud.as_user("alice");
    let read = || post(&alice, "/api/v1/ReadNets", "{}");
    let (status, refused) = read().await;
    assert_eq!((status, &refused["Errors"][0]["Code"]), (403, &json!("4")));
    link(&cloud, &policy(&cloud, "it", crate::policy::ALLOW_ALL));
    let (status, nets) = read().await;
    assert_eq!((status, &nets["Nets"]), (200, &json!([])));
}
