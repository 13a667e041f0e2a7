//! Conversations about the family `api_access_policy`. What a policy lets in is told in
//! `access/policy.rs`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::access_key::key;
use crate::support::{builder, cloud, last, refused};
use crate::user::user;

/// A day, in seconds.
const DAY: i64 = 86_400;

fn policy(max: i64, trusted: bool) -> Value {
    json!({ "MaxAccessKeyExpirationSeconds": max, "RequireTrustedEnv": trusted })
}

/// Gives the root account's first key an end, so many seconds away.
#[track_caller]
fn ends_in(cloud: &Cloud, seconds: i64) {
    let end = cloud.now() + SignedDuration::from_secs(seconds);
    let key = json!({
        "AccessKeyId": cloud.credentials().access_key,
        "State": "ACTIVE",
        "ExpirationDate": end.to_string(),
    });
    cloud.call("UpdateAccessKey", key).ok();
}

#[test]
fn reading_and_changing() {
    let cloud = cloud();
    cloud.call("ReadApiAccessPolicy", json!({})).ok();
    ends_in(&cloud, DAY);
    let year = policy(365 * DAY, false);
    cloud.call("UpdateApiAccessPolicy", year.clone()).ok();
    cloud.call("UpdateApiAccessPolicy", year).ok();
    cloud.call("ReadApiAccessPolicy", json!({})).ok();
    cloud.call("UpdateApiAccessPolicy", policy(0, false)).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::negative(policy(-1, false), "not between 0 and 3153600000")]
#[case::too_long(policy(3_153_600_001, false), "not between 0 and 3153600000")]
#[case::trusted_without_a_maximum(policy(0, true), "greater than 0")]
#[case::no_longer_than_a_key(policy(DAY, false), "'MOCKSCALE00000000001' lives for another 86400")]
#[case::shorter_than_a_key(policy(1, false), "'MOCKSCALE00000000001' lives for another 86400")]
#[case::rule_without_a_ca(policy(DAY + 1, true), "names no CA")]
fn a_policy_is_refused(#[case] wanted: Value, #[case] told: &str) {
    let cloud = cloud();
    ends_in(&cloud, DAY);
    let (status, code, details) = refused(&cloud, "UpdateApiAccessPolicy", wanted);
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains(told), "{details}");
    let read = cloud.call("ReadApiAccessPolicy", json!({})).ok();
    assert_eq!(read["ApiAccessPolicy"], policy(0, false));
}

#[rstest]
#[case::any(0)]
#[case::strictly_longer(DAY + 1)]
#[case::a_hundred_years(3_153_600_000)]
fn a_policy_is_taken(#[case] max: i64) {
    let cloud = cloud();
    ends_in(&cloud, DAY);
    let reply = cloud.call("UpdateApiAccessPolicy", policy(max, false)).ok();
    assert_eq!(reply["ApiAccessPolicy"], policy(max, false));
}

#[test]
fn every_key_counts_also_one_that_is_switched_off_and_one_that_has_ended() {
    let cloud = cloud();
    ends_in(&cloud, DAY);
    let endless = key(&cloud, json!({}));
    let off = json!({ "AccessKeyId": endless, "State": "INACTIVE" });
    cloud.call("UpdateAccessKey", off).ok();
    let wanted = policy(2 * DAY, false);
    let (_, _, details) = refused(&cloud, "UpdateApiAccessPolicy", wanted.clone());
    assert!(
        details.contains(&format!("'{endless}' has no ExpirationDate")),
        "{details}"
    );
    let gone = json!({ "AccessKeyId": endless });
    cloud.call("DeleteAccessKey", gone).ok();
    cloud.call("UpdateApiAccessPolicy", wanted).ok();
    // What has ended lives for less than any time.
    cloud.clock().advance(SignedDuration::from_secs(2 * DAY));
    cloud.call("UpdateApiAccessPolicy", policy(1, false)).ok();
}

#[test]
fn keys_of_users_count_too() {
    let cloud = cloud();
    ends_in(&cloud, DAY);
    user(&cloud, "alice");
    let hers = key(&cloud, json!({ "UserName": "alice" }));
    let wanted = policy(2 * DAY, false);
    let (status, code, details) = refused(&cloud, "UpdateApiAccessPolicy", wanted.clone());
    assert_eq!((status, code.as_str()), (400, "4047"));
    let told = format!("'{hers}' of the user 'alice' has no ExpirationDate");
    assert!(details.contains(&told), "{details}");
    let mut ends = json!({ "AccessKeyId": hers, "State": "ACTIVE", "UserName": "alice" });
    ends["ExpirationDate"] = json!("2024-05-07");
    cloud.call("UpdateAccessKey", ends).ok();
    cloud.call("UpdateApiAccessPolicy", wanted).ok();
    // And so do those that come later.
    let endless = json!({ "UserName": "alice" });
    let (status, code, _) = refused(&cloud, "CreateAccessKey", endless);
    assert_eq!((status, code.as_str()), (400, "4047"));
}

#[rstest]
#[case::none(None, "4047")]
#[case::as_long(Some("2024-05-07T07:08:09Z"), "4047")]
#[case::longer(Some("2063-04-05"), "4047")]
#[case::shorter(Some("2024-05-07T07:08:08Z"), "")]
fn the_maximum_holds_for_new_and_changed_keys(#[case] end: Option<&str>, #[case] code: &str) {
    let cloud = cloud();
    ends_in(&cloud, DAY / 2);
    cloud.call("UpdateApiAccessPolicy", policy(DAY, false)).ok();
    let mut made = json!({});
    let mut changed = json!({
        "AccessKeyId": cloud.credentials().access_key,
        "State": "ACTIVE",
    });
    if let Some(end) = end {
        made["ExpirationDate"] = json!(end);
        changed["ExpirationDate"] = json!(end);
    }
    for (operation, input) in [("CreateAccessKey", made), ("UpdateAccessKey", changed)] {
        if code.is_empty() {
            cloud.call(operation, input).ok();
            continue;
        }
        let (status, said, details) = refused(&cloud, operation, input);
        assert_eq!((status, said.as_str()), (400, code), "{operation}");
        assert!(details.contains("86400 seconds"), "{operation}: {details}");
    }
}

#[test]
fn each_account_has_its_own() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    ends_in(&cloud, DAY);
    cloud
        .call("UpdateApiAccessPolicy", policy(2 * DAY, false))
        .ok();
    let read = other.call("ReadApiAccessPolicy", json!({})).ok();
    assert_eq!(read["ApiAccessPolicy"], policy(0, false));
    key(&other, json!({}));
}

#[test]
fn a_dry_run_changes_nothing() {
    let cloud = cloud();
    ends_in(&cloud, DAY);
    let mut wanted = policy(2 * DAY, false);
    wanted["DryRun"] = json!(true);
    cloud.call("UpdateApiAccessPolicy", wanted).ok();
    assert!(last(&cloud).effects.is_empty());
    let read = cloud.call("ReadApiAccessPolicy", json!({})).ok();
    assert_eq!(read["ApiAccessPolicy"], policy(0, false));
}
