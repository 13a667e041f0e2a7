//! What a request over HTTP may say of its own origin, and who has to vouch for it.

use mockscale::{Check, json};
use rstest::rstest;

use super::DESK;
use crate::http::{send, signed};
use crate::support::builder;

/// What a request says of its own origin counts only with the secret of this very cloud.
#[rstest]
#[case::no_secret(&["x-mockscale-voucher"], &[], "count only with this cloud's own")]
#[case::a_wrong_secret(&[], &[("x-mockscale-voucher", "x")], "count only with this cloud's own")]
#[case::no_address(&[], &[("x-mockscale-from", "everywhere")], "is no IP address")]
#[case::no_certificate(&[], &[("x-mockscale-certificate", "!")], "is no base64")]
#[tokio::test]
async fn what_a_request_may_not_declare(
    #[case] without: &[&str],
    #[case] with: &[(&'static str, &str)],
    #[case] told: &str,
) {
    let cloud = builder().access_rule("203.0.113.0/24").start();
    let mut headers = signed(&cloud, "/api/v1/ReadVms", b"{}");
    let replaced = |name: &str| with.iter().any(|(it, _)| *it == name) || without.contains(&name);
    let declared = cloud.from(DESK).declaration();
    headers.extend(declared.into_iter().filter(|(name, _)| !replaced(name)));
    headers.extend(
        with.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let (status, body) = send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    assert_eq!((status, &body["Errors"][0]["Code"]), (401, &json!("1")));
    let explanation = cloud.explain(1);
    assert_eq!(explanation.check, Some(Check::Declared));
    assert!(explanation.to_string().contains(told), "{explanation}");
}

#[tokio::test]
async fn another_cloud_vouches_for_nobody() {
    let (cloud, other) = (builder().start(), builder().start());
    let mut headers = signed(&cloud, "/api/v1/ReadVms", b"{}");
    headers.extend(other.from(DESK).declaration());
    let (status, _) = send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    assert_eq!(
        (status, cloud.explain(1).check),
        (401, Some(Check::Declared))
    );
}

/// An address that is declared as IPv6 and is IPv4 in truth is the latter.
#[tokio::test]
async fn a_declared_address_is_read_like_any_other() {
    let cloud = builder().access_rule("203.0.113.0/24").start();
    let mut headers = signed(&cloud, "/api/v1/ReadVms", b"{}");
    for (name, value) in cloud.from(DESK).declaration() {
        headers.push((name, value.replace(DESK, "::ffff:203.0.113.9")));
    }
    let (status, _) = send(&cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    assert_eq!(status, 200);
}
