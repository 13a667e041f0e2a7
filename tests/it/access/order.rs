//! The order of the checks: of two things that are wrong, which one is told. And what is told:
//! enough to find the mistake, never a secret.

use super::by_hand::sha256;
use super::{
    PUBLIC, SENSITIVE, SIGNED, TIMESTAMP, accounts, admit, admit_to, refused, request, root, wire,
};
use crate::http::{send, timestamp};
use crate::support::{builder, last};
use mockscale::access::signature::{Algorithm, sign};
use mockscale::access::{Check, Gate, Origin, Wanted};
use mockscale::cloud::account::Credentials;
use mockscale::jiff::SignedDuration;
use mockscale::wire::{MAX_BODY, WireRequest};
use mockscale::{Cloud, json};
use rstest::rstest;

const UNKNOWN_KEY: &str = "OSC4-HMAC-SHA256 \
    Credential=AKUNKNOWN/20250101/eu-west-2/api/osc4_request, \
    SignedHeaders=nothing, Signature=00000000000000000000000000000000\
    00000000000000000000000000000000";

fn bare() -> WireRequest {
    request("/api/v1/ReadVms", &[("Host", "localhost:8080")], "{}")
}

fn with(authorization: &str) -> WireRequest {
    let mut request = bare();
    request
        .headers
        .push("Authorization", authorization.as_bytes());
    request
}

fn signed_by(credentials: &Credentials) -> WireRequest {
    let mut request = bare();
    for (name, value) in sign(&request, credentials, Algorithm::Osc4, "api", TIMESTAMP) {
        request.headers.push(name, value.as_bytes());
    }
    request
}

fn wrong_secret() -> Credentials {
    Credentials {
        secret_key: "NOTTHESECRETNOTTHESECRETNOTTHESECRET0000".to_owned(),
        ..root()
    }
}

#[rstest]
#[case::nothing(bare())]
#[case::garbage(with("}{"))]
#[case::empty(with(""))]
#[case::unknown_scheme(with("Bearer abc"))]
#[case::unknown_key(with(UNKNOWN_KEY))]
#[case::wrong_signature(signed_by(&wrong_secret()))]
#[case::right_signature(signed_by(&root()))]
fn a_public_operation_looks_at_nothing(#[case] request: WireRequest) {
    assert_eq!(admit(&request, PUBLIC), Ok(None));
}

#[rstest]
#[case::nothing(bare(), SIGNED, Check::Present, (401, 1, ""))]
#[case::empty(with(""), SIGNED, Check::SchemeKnown, (401, 12, ""))]
#[case::bearer(with("Bearer abc"), SIGNED, Check::SchemeKnown, (401, 12, ""))]
#[case::bearer_on_sensitive(with("Bearer abc"), SENSITIVE, Check::SchemeKnown, (401, 12, ""))]
#[case::basic(with("Basic }{"), SIGNED, Check::SchemeAllowed, (401, 9, ""))]
#[case::basic_on_sensitive(with("Basic }{"), SENSITIVE, Check::WellFormed, (401, 1, ""))]
#[case::signature_only_password(signed_by(&root()), &["BasicAuth"], Check::SchemeAllowed, (401, 9, ""))]
#[case::unknown_key(with(UNKNOWN_KEY), SIGNED, Check::KeyKnown, (400, 4120, ""))]
#[case::wrong_signature(signed_by(&wrong_secret()), SIGNED, Check::Signature, (401, 1, ""))]
#[case::wrong_on_sensitive(signed_by(&wrong_secret()), SENSITIVE, Check::Signature, (401, 1, ""))]
fn the_first_thing_wrong_is_told(
    #[case] request: WireRequest,
    #[case] security: &[&str],
    #[case] check: Check,
    #[case] expected: (u16, u16, &str),
) {
    let refusal = refused(&request, security);
    assert_eq!(refusal.check, check);
    assert_eq!(wire(&refusal), expected);
}

/// The check that refuses a call over HTTP, from where a handle is.
async fn check(from: &Cloud, with: &Credentials, timestamp: &str) -> Option<Check> {
    let (path, host) = ("/api/v1/ReadVms", from.url().replace("http://", ""));
    let request = request(path, &[("Host", &host)], "{}");
    let mut headers = sign(&request, with, Algorithm::Osc4, "api", timestamp).to_vec();
    headers.extend(from.declaration());
    send(from, path, headers, request.body).await;
    from.explain(last(from).number).check
}

/// A key with which nothing is right, and the cloud that it is for: locked, switched off, of a user
/// without a policy, whose account may call from one network only and has done so as often as it may.
async fn nothing_right() -> (Cloud, Credentials) {
    let cloud = builder()
        .access_rule("203.0.113.0/24")
        .throttle(2, SignedDuration::from_hours(1))
        .start();
    let office = cloud.from("203.0.113.9");
    for (operation, input) in [
        ("CreateUser", json!({ "UserName": "alice" })),
        ("CreateAccessKey", json!({ "UserName": "alice" })),
        ("ReadVms", json!({})),
        ("ReadVms", json!({})),
    ] {
        office.call(operation, input).ok();
    }
    let key = office.as_user("alice").credentials();
    let wrong = Credentials {
        secret_key: wrong_secret().secret_key,
        ..key.clone()
    };
    for _ in 0..4 {
        assert_eq!(
            check(&cloud, &wrong, &timestamp()).await,
            Some(Check::Signature)
        );
    }
    switch(&office, &key, "INACTIVE");
    (cloud, key)
}

fn switch(office: &Cloud, key: &Credentials, state: &str) {
    let update = json!({ "AccessKeyId": key.access_key, "State": state, "UserName": "alice" });
    office.call("UpdateAccessKey", update).ok();
}

/// One thing after the other is put right: each time the next one is told, in the order of [`Check`].
#[tokio::test]
async fn of_all_that_is_wrong_the_first_is_told() {
    let (cloud, key) = nothing_right().await;
    let office = cloud.from("203.0.113.9");
    let wrong = Credentials {
        secret_key: wrong_secret().secret_key,
        ..key.clone()
    };
    let now = timestamp();
    let mut told = vec![check(&cloud, &wrong, TIMESTAMP).await];
    cloud.support().unlock();
    told.push(check(&cloud, &wrong, TIMESTAMP).await);
    switch(&office, &key, "ACTIVE");
    told.push(check(&cloud, &wrong, TIMESTAMP).await);
    told.push(check(&cloud, &wrong, &now).await);
    told.push(check(&cloud, &key, &now).await);
    told.push(check(&office, &key, &now).await);
    cloud.clock().advance(SignedDuration::from_hours(1));
    told.push(check(&office, &key, &now).await);
    let expected = [
        Check::Unlocked,
        Check::KeyUsable,
        Check::Fresh,
        Check::Signature,
        Check::AccessRules,
        Check::Rate,
        Check::Permission,
    ];
    assert!(expected.is_sorted());
    assert_eq!(told, expected.map(Some));
    // The account is told of those that were not answered with 401, the latest first.
    let filters = json!({ "QueryCallNames": ["ReadVms"] });
    let logs = office
        .call("ReadApiLogs", json!({ "Filters": filters }))
        .ok();
    let logged = logs["Logs"].as_array().expect("a list").iter();
    let logged: Vec<_> = logged.map(|log| &log["ResponseStatusCode"]).collect();
    assert_eq!(json!(logged), json!([403, 429, 200, 200]));
}

/// The fifth was found wrong while nobody was locked out yet.
#[test]
fn proofs_that_are_made_at_once_count_one_after_the_other() {
    let (gate, mut state) = (Gate::new(None), accounts());
    let request = signed_by(&wrong_secret());
    let security = ["ApiKeyAuth".to_owned()];
    let wanted = Wanted {
        operation: "ReadVms",
        security: &security,
    };
    let origin = Origin::of(&request);
    let now = "2025-01-01T00:00:00Z".parse().expect("an instant");
    let asked = gate.hear(&request, wanted, &origin, now);
    let asked = asked.ok().flatten().expect("it has credentials");
    let proofs = [(); 5].map(|()| asked.prove(&state).expect("nobody is locked out"));
    let told = proofs.map(|proof| {
        asked
            .decide(proof, &mut state)
            .expect_err("a refusal")
            .check
    });
    let wrong = Check::Signature;
    assert_eq!(told, [wrong, wrong, wrong, wrong, Check::Unlocked]);
    assert!(asked.prove(&state).is_err());
}

#[test]
fn keys_are_told_apart() {
    let second = Credentials::further(2, "210987654321", "eu-west-2");
    assert_eq!(
        admit(&signed_by(&second), SIGNED),
        Ok(Some("210987654321".to_owned()))
    );
    // The second account's secret under the root account's key.
    let mixed = Credentials {
        access_key: root().access_key,
        ..second
    };
    assert_eq!(refused(&signed_by(&mixed), SIGNED).check, Check::Signature);
}

#[test]
fn a_wrong_signature_is_explained() {
    let mut request = signed_by(&wrong_secret());
    request.path = "//api/v1/ReadVms".to_owned();
    let canonical = "POST\n/api/v1/ReadVms\n\nhost:localhost:8080\nx-osc-date:20250101T000000Z\n\n\
                     host;x-osc-date\n\
                     44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let explanation = refused(&request, SIGNED).explanation;
    assert_eq!(
        explanation.expect("there is an explanation"),
        format!(
            "the signature is not that of this request. \
             No usual mistake leads to it: the secret key most likely is another one, or the \
             path, the host, the date or the body was changed after it was made.\n\
             hosts tried: localhost:8080, localhost, api.eu-west-2.outscale.com\n\
             paths tried: /api/v1/ReadVms, //api/v1/ReadVms\n\
             canonical request:\n{canonical}\n\
             string to sign:\nOSC4-HMAC-SHA256\n20250101T000000Z\n\
             20250101/eu-west-2/api/osc4_request\n{}",
            sha256(canonical)
        )
    );
}

#[test]
fn an_explanation_keeps_signed_secrets_to_itself() {
    let mut request = bare();
    request.headers.push("Cookie", b"session=hush");
    request.headers.push("X-Amz-Security-Token", b"hush");
    request.headers.push("X-Mockscale-Voucher", b"hush");
    for (name, value) in sign(&request, &wrong_secret(), Algorithm::Aws4, "api", TIMESTAMP) {
        request.headers.push(name, value.as_bytes());
    }
    let refusal = refused(&request, SIGNED);
    let explanation = refusal.explanation.expect("there is an explanation");
    assert!(explanation.contains("cookie:(not shown)"), "{explanation}");
    assert!(!explanation.contains("hush"), "{explanation}");
}

#[test]
fn an_unknown_key_is_repeated_unless_it_may_be_a_secret() {
    let refusal = refused(&with(UNKNOWN_KEY), SIGNED);
    assert!(refusal.to_string().contains("AKUNKNOWN"), "{refusal}");

    let swapped = UNKNOWN_KEY.replace("AKUNKNOWN", &root().secret_key);
    let refusal = refused(&with(&swapped), SIGNED);
    assert_eq!(refusal.check, Check::KeyKnown);
    assert!(
        !refusal.to_string().contains(&root().secret_key),
        "{refusal}"
    );
    assert!(
        refusal.to_string().contains("is it the secret key?"),
        "{refusal}"
    );
}

#[test]
fn no_secret_is_printed() {
    let (gate, mut state) = (Gate::default(), super::accounts());
    let admitted = admit_to(&mut state, &gate, &signed_by(&root()), SIGNED);
    let wrong = admit_to(&mut state, &gate, &signed_by(&wrong_secret()), SIGNED);
    let printed = format!("{gate:?} {admitted:?} {wrong:?} {state:?}");
    for secret in [
        root().secret_key,
        root().password,
        wrong_secret().secret_key,
    ] {
        assert!(!printed.contains(&secret), "{printed}");
    }
}

#[test]
fn a_body_that_was_not_kept_cannot_be_verified() {
    let request = WireRequest {
        oversize: Some(MAX_BODY as u64 + 1),
        ..signed_by(&root())
    };
    let refusal = refused(&request, SIGNED);
    assert_eq!(wire(&refusal), (401, 1, ""));
    assert!(refusal.to_string().contains("was not kept"), "{refusal}");
}

#[test]
fn a_gate_is_shared_between_threads() {
    let gate = Gate::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let request = signed_by(&root());
                assert!(admit_to(&mut super::accounts(), &gate, &request, SIGNED).is_ok());
            });
        }
    });
}
