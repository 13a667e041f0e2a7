//! Which rules accounts start with, how their owners lock themselves out, and the way back in.

use mockscale::pki::Authority;
use mockscale::{CloudBuilder, json};
use rstest::rstest;

use super::{DESK, OFFICE, Way, cas, first_rule, guarded, ips, trust, warden};
use crate::http::post;
use crate::support::{builder, refused};

fn in_the_ruleless_region() -> CloudBuilder {
    builder().region("cloudgouv-eu-west-1")
}

#[rstest]
#[case::of_the_region(in_the_ruleless_region(), 401)]
#[case::with_a_rule(in_the_ruleless_region().access_rule("127.0.0.1"), 200)]
#[case::with_another_rule(in_the_ruleless_region().access_rule("203.0.113.0/24"), 401)]
#[case::of_another_region(builder(), 200)]
#[case::of_another_region_with_a_rule(builder().access_rule("203.0.113.0/24"), 401)]
#[case::with_several(builder().access_rule("203.0.113.0/24").access_rule("127.0.0.1/32"), 200)]
#[tokio::test]
async fn what_accounts_start_with(#[case] builder: CloudBuilder, #[case] status: u16) {
    let cloud = builder.start();
    assert_eq!(post(&cloud, "/api/v1/ReadVms", "{}").await.0, status);
    assert_eq!(cloud.call("ReadVms", json!({})).status(), status);
}

/// Whoever deletes the rule that lets them in is out, with whatever they come; support lets them in
/// again, and leaves the other rules as they are.
#[tokio::test]
async fn locking_oneself_out_and_the_way_back() {
    let cloud = builder().start();
    let first = first_rule(&cloud);
    cloud
        .call("CreateApiAccessRule", json!({ "IpRanges": OFFICE }))
        .ok();
    let path = "/api/v1/DeleteApiAccessRule";
    assert_eq!(post(&cloud, path, first.to_string()).await.0, 200);
    // Not even to make a rule that would let them in. That is no failure that locks.
    let everywhere = r#"{"IpRanges":["0.0.0.0/0"]}"#;
    for _ in 0..5 {
        let (status, body) = post(&cloud, "/api/v1/CreateApiAccessRule", everywhere).await;
        assert_eq!((status, &body["Errors"][0]["Code"]), (401, &json!("14")));
    }
    cloud.from(DESK).call("ReadVms", json!({})).ok();

    cloud.support().restore_access();
    assert_eq!(post(&cloud, "/api/v1/ReadVms", "{}").await.0, 200);
    let rules = cloud.call("ReadApiAccessRules", json!({})).ok();
    let ranges = |at: usize| rules["ApiAccessRules"][at]["IpRanges"].clone();
    assert_eq!(
        [ranges(0), ranges(1)],
        [json!(OFFICE), json!(["0.0.0.0/0"])]
    );
    // Once is enough.
    cloud.support().restore_access();
    let again = cloud.call("ReadApiAccessRules", json!({})).ok();
    assert_eq!(again["ApiAccessRules"], rules["ApiAccessRules"]);
}

#[test]
fn support_ends_a_trusted_session_that_keeps_its_owner_out() {
    let cloud = guarded(&[cas(&["ours"])], Way::InProcess);
    trust(&cloud);
    assert_eq!(cloud.call("ReadAccessKeys", json!({})).status(), 401);
    cloud.support().restore_access();
    cloud.call("ReadAccessKeys", json!({})).ok();
    let policy = cloud.call("ReadApiAccessPolicy", json!({})).ok();
    assert_eq!(policy["ApiAccessPolicy"]["RequireTrustedEnv"], false);
}

#[test]
fn a_rule_without_authorities_is_refused_while_a_session_is_trusted() {
    let cloud = guarded(&[cas(&["ours"])], Way::InProcess);
    trust(&cloud);
    let warden = warden(&cloud);
    let rules = warden.call("ReadApiAccessRules", json!({})).ok();
    let rule = &rules["ApiAccessRules"][0];
    let mut less = json!({ "IpRanges": OFFICE });
    let (status, code, details) = refused(&warden, "CreateApiAccessRule", less.clone());
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains("CaIds"), "{details}");
    less["ApiAccessRuleId"] = rule["ApiAccessRuleId"].clone();
    let (status, code, _) = refused(&warden, "UpdateApiAccessRule", less.clone());
    assert_eq!((status, code.as_str()), (400, "4047"));
    less["CaIds"] = rule["CaIds"].clone();
    warden.call("UpdateApiAccessRule", less).ok();
}

#[test]
fn an_account_has_its_own_rules_and_authorities() {
    let cloud = guarded(&[ips(OFFICE), cas(&["ours"])], Way::InProcess);
    let other = cloud.account().open();
    let alice = Authority::new("ours").issue("alice").pem();
    assert_eq!(cloud.call("ReadVms", json!({})).status(), 401);
    other.call("ReadVms", json!({})).ok();
    let first = first_rule(&other);
    other
        .call("CreateApiAccessRule", json!({ "IpRanges": OFFICE }))
        .ok();
    other.call("DeleteApiAccessRule", first).ok();
    cloud
        .with_certificate(&alice)
        .call("ReadVms", json!({}))
        .ok();
    assert_eq!(
        other
            .with_certificate(&alice)
            .call("ReadVms", json!({}))
            .status(),
        401
    );
}
