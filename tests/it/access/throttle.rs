//! Throttling: how often an account may call one operation, with and without a socket.

use mockscale::jiff::SignedDuration;
use mockscale::{Check, Cloud, CloudBuilder, json};
use rstest::rstest;

use crate::http::{post, send, signed_by};
use crate::support::{builder, last, refused};

/// Two calls of each operation at once, and two more in each ten seconds.
fn throttled() -> CloudBuilder {
    builder().throttle(2, SignedDuration::from_secs(10))
}

/// The statuses of so many calls over HTTP.
async fn statuses(cloud: &Cloud, operation: &str, times: usize) -> Vec<u16> {
    let path = format!("/api/v1/{operation}");
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(post(cloud, &path, "{}").await.0);
    }
    statuses
}

#[tokio::test]
async fn who_calls_too_often_is_refused() {
    let cloud = throttled().start();
    assert_eq!(statuses(&cloud, "ReadVms", 2).await, [200, 200]);
    let (status, body) = post(&cloud, "/api/v1/ReadVms", "{}").await;
    assert_eq!(status, 429);
    let error = json!({
        "Code": "25",
        "Type": "AccessDenied",
        "Details": "Request rate exceeded.",
    });
    assert_eq!(body["Errors"], json!([error]));
    let explanation = cloud.explain(last(&cloud).number);
    assert_eq!(explanation.check, Some(Check::Rate));
    assert!(explanation.to_string().contains("ReadVms"), "{explanation}");
    // Without a socket, the same bucket.
    let (status, code, details) = refused(&cloud, "ReadVms", json!({}));
    assert_eq!((status, code.as_str()), (429, "25"));
    assert_eq!(details, "Request rate exceeded.");
}

#[rstest]
#[case::at_once(0, &[429, 429])]
#[case::nearly_one(4_999, &[429, 429])]
#[case::one(5_000, &[200, 429])]
#[case::nearly_two(9_999, &[200, 429])]
#[case::all(10_000, &[200, 200, 429])]
#[case::no_more_than_all(3_600_000, &[200, 200, 429])]
#[tokio::test]
async fn a_bucket_fills_by_the_clouds_clock(#[case] millis: i64, #[case] then: &[u16]) {
    let cloud = throttled().start();
    assert_eq!(statuses(&cloud, "ReadVms", 3).await, [200, 200, 429]);
    cloud.clock().advance(SignedDuration::from_millis(millis));
    assert_eq!(statuses(&cloud, "ReadVms", then.len()).await, then);
}

#[tokio::test]
async fn accounts_and_operations_are_apart() {
    let cloud = throttled().account("210987654321").start();
    let other = cloud.as_account("210987654321");
    assert_eq!(statuses(&cloud, "ReadVms", 3).await, [200, 200, 429]);
    assert_eq!(statuses(&cloud, "ReadNets", 3).await, [200, 200, 429]);
    assert_eq!(statuses(&other, "ReadVms", 3).await, [200, 200, 429]);
}

#[tokio::test]
async fn users_and_keys_share_what_their_account_may_call() {
    let cloud = throttled().start();
    let made = cloud.call("CreateAccessKey", json!({})).ok();
    let mut second = cloud.credentials();
    made.text("/AccessKey/AccessKeyId")
        .clone_into(&mut second.access_key);
    made.text("/AccessKey/SecretKey")
        .clone_into(&mut second.secret_key);
    assert_eq!(statuses(&cloud, "ReadVms", 2).await, [200, 200]);
    let headers = signed_by(&second, &cloud.url(), "/api/v1/ReadVms", b"{}");
    let (status, _) = send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    assert_eq!(status, 429);
}

#[tokio::test]
async fn what_is_public_or_refused_before_takes_nothing() {
    let cloud = throttled().start();
    assert_eq!(statuses(&cloud, "ReadRegions", 5).await, [200; 5]);
    let mut nobody = cloud.credentials();
    "NOTTHESECRETNOTTHESECRETNOTTHESECRET0000".clone_into(&mut nobody.secret_key);
    for _ in 0..3 {
        let headers = signed_by(&nobody, &cloud.url(), "/api/v1/ReadVms", b"{}");
        let (status, _) = send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
        assert_eq!(status, 401);
    }
    assert_eq!(statuses(&cloud, "ReadVms", 3).await, [200, 200, 429]);
}

#[tokio::test]
async fn nothing_is_throttled_unless_it_is_asked_for() {
    let cloud = Cloud::start().await;
    assert_eq!(statuses(&cloud, "ReadVms", 30).await, [200; 30]);
}
