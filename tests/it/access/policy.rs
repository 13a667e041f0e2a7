//! The table of the API access policy: what it takes to call an operation while a trusted session is
//! active, and while none is. Over HTTP a certificate is declared, over TLS the client shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mockscale::jiff::SignedDuration;
use mockscale::pki::Authority;
use mockscale::{Check, Cloud, Value, json};
use rstest::rstest;

use crate::access_key::able;
use crate::http::{send, send_by, signed_by};
use crate::support::{last, made, refused};
use crate::tls::trusting;

/// Whether a trusted session is active.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Session {
    Off,
    On,
}

/// Whether the API access rules ask for a certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    Open,
    Certificate,
}

/// What a caller proves itself with.
#[derive(Clone, Copy)]
enum Proof {
    Key,
    Password,
    Nothing,
}

/// What a caller shows besides.
#[derive(Clone, Copy)]
enum Shown {
    Nothing,
    Certificate,
    /// That of an authority which is not registered.
    Foreign,
}

/// What becomes of a call: it is admitted, or it is refused by a check.
#[derive(Clone, Copy)]
enum Verdict {
    Admitted,
    Refused(Check, u16, &'static str),
}

use Proof::{Key, Password};
use Rules::Open;
use Session::{Off, On};
use Shown::{Certificate, Foreign};
use Verdict::{Admitted, Refused};

/// No credentials were sent.
const UNPROVEN: Verdict = Refused(Check::Present, 401, "1");
/// The operation takes no password.
const NO_PASSWORD: Verdict = Refused(Check::SchemeAllowed, 401, "9");
/// No access rule lets the call in.
const NO_RULE: Verdict = Refused(Check::AccessRules, 401, "14");

/// What the operations are called with: as dry runs, as all that matters is whether they are let in.
const CALLS: &[(&str, &str)] = &[
    ("CreateAccessKey", "{}"),
    (
        "CreateApiAccessRule",
        r#"{"CaIds":["ca-00000000000000000000000000000000"]}"#,
    ),
    ("CreateCa", r#"{"CaPem":"x"}"#),
    (
        "DeleteAccessKey",
        r#"{"AccessKeyId":"AAAAAAAAAAAAAAAAAAAA"}"#,
    ),
    (
        "DeleteApiAccessRule",
        r#"{"ApiAccessRuleId":"aar-00000000000000000000000000000000"}"#,
    ),
    (
        "DeleteCa",
        r#"{"CaId":"ca-00000000000000000000000000000000"}"#,
    ),
    ("ReadAccessKeys", "{}"),
    ("ReadApiAccessPolicy", "{}"),
    ("ReadApiAccessRules", "{}"),
    ("ReadCas", "{}"),
    ("ReadRegions", "{}"),
    (
        "ReadSecretAccessKey",
        r#"{"AccessKeyId":"AAAAAAAAAAAAAAAAAAAA"}"#,
    ),
    ("ReadVms", "{}"),
    (
        "UpdateAccessKey",
        r#"{"AccessKeyId":"AAAAAAAAAAAAAAAAAAAA","State":"INACTIVE"}"#,
    ),
    (
        "UpdateApiAccessPolicy",
        r#"{"MaxAccessKeyExpirationSeconds":0,"RequireTrustedEnv":false}"#,
    ),
    (
        "UpdateApiAccessRule",
        r#"{"ApiAccessRuleId":"aar-00000000000000000000000000000000"}"#,
    ),
    (
        "UpdateCa",
        r#"{"CaId":"ca-00000000000000000000000000000000"}"#,
    ),
];

/// How a handle of that cloud calls that shows a certificate, or none.
fn showing(cloud: &Cloud, shown: Shown) -> Cloud {
    let [ours, other] = ["ours", "other"].map(Authority::new);
    match shown {
        Shown::Nothing => cloud.clone(),
        Certificate => cloud.with_certificate(&ours.issue("alice").pem()),
        Foreign => cloud.with_certificate(&other.issue("alice").pem()),
    }
}

/// Makes every key end, the rules ask for a certificate, and the session trusted, as is wanted.
fn set_up(cloud: &Cloud, session: Session, rules: Rules) {
    let tomorrow = cloud.now() + SignedDuration::from_hours(24);
    let key = json!({
        "AccessKeyId": cloud.credentials().access_key,
        "State": "ACTIVE",
        "ExpirationDate": tomorrow.to_string(),
    });
    cloud.call("UpdateAccessKey", key).ok();
    if rules == Rules::Certificate {
        ask_for_certificate(cloud, &[]);
    }
    if session == On {
        switch(cloud, session);
    }
}

/// Switches a trusted session on or off, showing a certificate.
fn switch(cloud: &Cloud, session: Session) {
    let policy = json!({
        "MaxAccessKeyExpirationSeconds": 172_800,
        "RequireTrustedEnv": session == On,
    });
    let inside = showing(cloud, Certificate);
    inside.call("UpdateApiAccessPolicy", policy).ok();
}

/// Makes the one rule of the account ask for a certificate, and an address if ranges are given.
fn ask_for_certificate(cloud: &Cloud, ranges: &[&str]) {
    let pem = json!({ "CaPem": Authority::new("ours").pem() });
    let ca = made(cloud, "CreateCa", pem, "/Ca/CaId");
    let read = cloud.call("ReadApiAccessRules", json!({})).ok();
    let rule = json!({
        "ApiAccessRuleId": read.text("/ApiAccessRules/0/ApiAccessRuleId"),
        "CaIds": [ca],
        "IpRanges": ranges,
    });
    cloud.call("UpdateApiAccessRule", rule).ok();
}

/// A call over HTTP: the status, and the code of a refusal.
async fn call(cloud: &Cloud, proof: Proof, shown: Shown, operation: &str) -> (u16, String) {
    let (_, input) = CALLS
        .iter()
        .find(|(name, _)| *name == operation)
        .expect("the operation stands in the table");
    let mut input: Value = serde_json::from_str(input).expect("JSON");
    input["DryRun"] = json!(true);
    let (path, body) = (format!("/api/v1/{operation}"), input.to_string());
    let credentials = cloud.credentials();
    let mut headers = match proof {
        Key => signed_by(&credentials, &cloud.url(), &path, body.as_bytes()),
        Password => {
            let login = format!("{}:{}", credentials.login, credentials.password);
            let login = BASE64.encode(login);
            vec![("authorization", format!("Basic {login}"))]
        }
        Proof::Nothing => vec![],
    };
    let (status, reply) = if cloud.url().starts_with("https") {
        let client = client(cloud, shown);
        send_by(&client, cloud, &path, headers, body.into()).await
    } else {
        if !matches!(shown, Shown::Nothing) {
            headers.extend(showing(cloud, shown).declaration());
        }
        send(cloud, &path, headers, body.into()).await
    };
    let code = reply["Errors"][0]["Code"].as_str().unwrap_or_default();
    (status, code.to_owned())
}

/// A client that shows a certificate, or none, in its handshake.
fn client(cloud: &Cloud, shown: Shown) -> reqwest::Client {
    let issuer = match shown {
        Shown::Nothing => None,
        Certificate => Some("ours"),
        Foreign => Some("other"),
    };
    let mut client = trusting(cloud);
    if let Some(issuer) = issuer {
        let identity = Authority::new(issuer).issue("alice").identity_pem();
        let identity = reqwest::Identity::from_pem(identity.as_bytes());
        client = client.identity(identity.expect("an identity"));
    }
    client.build().expect("a client")
}

/// Asserts what becomes of a call.
async fn assert_call(cloud: &Cloud, proof: Proof, shown: Shown, operation: &str, verdict: Verdict) {
    let (status, code) = call(cloud, proof, shown, operation).await;
    let explanation = cloud.explain(last(cloud).number);
    match verdict {
        Admitted => {
            assert_eq!(explanation.check, None, "{explanation}");
            // What is asked for need not be there.
            assert!([200, 400].contains(&status), "{operation}: {status} {code}");
        }
        Refused(check, expected, number) => {
            assert_eq!(explanation.check, Some(check), "{explanation}");
            assert_eq!((status, code.as_str()), (expected, number), "{explanation}");
        }
    }
}

#[rstest]
#[case::key_without_certificate(Off, Open, Key, Shown::Nothing, Admitted, Admitted)]
#[case::key_and_certificate(Off, Open, Key, Certificate, Admitted, Admitted)]
#[case::password_without_certificate(Off, Open, Password, Shown::Nothing, NO_PASSWORD, Admitted)]
#[case::password_and_certificate(Off, Open, Password, Certificate, NO_PASSWORD, Admitted)]
#[case::nothing_at_all(Off, Open, Proof::Nothing, Shown::Nothing, UNPROVEN, UNPROVEN)]
#[case::only_certificate(Off, Open, Proof::Nothing, Certificate, UNPROVEN, UNPROVEN)]
#[case::asked_key_without(Off, Rules::Certificate, Key, Shown::Nothing, NO_RULE, NO_RULE)]
#[case::asked_key_with(Off, Rules::Certificate, Key, Certificate, Admitted, Admitted)]
#[case::asked_key_foreign(Off, Rules::Certificate, Key, Foreign, NO_RULE, NO_RULE)]
#[case::asked_password_without(
    Off,
    Rules::Certificate,
    Password,
    Shown::Nothing,
    NO_PASSWORD,
    NO_RULE
)]
#[case::asked_password_with(Off, Rules::Certificate, Password, Certificate, NO_PASSWORD, Admitted)]
#[case::asked_password_foreign(Off, Rules::Certificate, Password, Foreign, NO_PASSWORD, NO_RULE)]
#[case::asked_nothing_at_all(
    Off,
    Rules::Certificate,
    Proof::Nothing,
    Shown::Nothing,
    UNPROVEN,
    UNPROVEN
)]
#[case::asked_only_certificate(
    Off,
    Rules::Certificate,
    Proof::Nothing,
    Certificate,
    UNPROVEN,
    UNPROVEN
)]
#[case::trusted_key_without(On, Rules::Certificate, Key, Shown::Nothing, Admitted, NO_RULE)]
#[case::trusted_key_with(On, Rules::Certificate, Key, Certificate, Admitted, Admitted)]
#[case::trusted_key_foreign(On, Rules::Certificate, Key, Foreign, Admitted, NO_RULE)]
#[case::trusted_password_without(
    On,
    Rules::Certificate,
    Password,
    Shown::Nothing,
    NO_PASSWORD,
    NO_RULE
)]
#[case::trusted_password_with(On, Rules::Certificate, Password, Certificate, NO_PASSWORD, Admitted)]
#[case::trusted_password_foreign(On, Rules::Certificate, Password, Foreign, NO_PASSWORD, NO_RULE)]
#[case::trusted_nothing_at_all(
    On,
    Rules::Certificate,
    Proof::Nothing,
    Shown::Nothing,
    UNPROVEN,
    UNPROVEN
)]
#[case::trusted_only_certificate(
    On,
    Rules::Certificate,
    Proof::Nothing,
    Certificate,
    UNPROVEN,
    UNPROVEN
)]
#[tokio::test]
async fn row(
    #[case] session: Session,
    #[case] rules: Rules,
    #[case] proof: Proof,
    #[case] shown: Shown,
    #[case] ordinary: Verdict,
    #[case] sensitive: Verdict,
    #[values(
        "CreateAccessKey",
        "CreateApiAccessRule",
        "CreateCa",
        "DeleteAccessKey",
        "DeleteApiAccessRule",
        "DeleteCa",
        "ReadAccessKeys",
        "ReadApiAccessPolicy",
        "ReadApiAccessRules",
        "ReadCas",
        "ReadRegions",
        "ReadSecretAccessKey",
        "ReadVms",
        "UpdateAccessKey",
        "UpdateApiAccessPolicy",
        "UpdateApiAccessRule",
        "UpdateCa"
    )]
    operation: &str,
) {
    let verdict = match operation {
        "ReadRegions" => Admitted,
        "ReadVms" => ordinary,
        _ => sensitive,
    };
    for cloud in [Cloud::start().await, Cloud::start_tls().await] {
        set_up(&cloud, session, rules);
        assert_call(&cloud, proof, shown, operation, verdict).await;
    }
}

#[test]
fn the_table_has_every_operation_that_takes_a_password() {
    let sensitive = mockscale::operations().into_iter();
    let sensitive = sensitive.filter(|it| it.security.iter().any(|it| it == "BasicAuth"));
    let sensitive: Vec<_> = sensitive.map(|it| it.operation).collect();
    let ours = CALLS.iter().map(|(operation, _)| *operation);
    let ours: Vec<_> = ours
        .filter(|it| !["ReadRegions", "ReadVms"].contains(it))
        .collect();
    assert_eq!(ours, sensitive);
    assert_eq!(ours.len(), 15);
}

#[rstest]
#[case::off_outside(Off, "192.0.2.1", NO_RULE, NO_RULE)]
#[case::off_inside(Off, "203.0.113.9", NO_RULE, NO_RULE)]
#[case::on_outside(On, "192.0.2.1", NO_RULE, NO_RULE)]
#[case::on_inside(On, "203.0.113.9", Admitted, NO_RULE)]
#[tokio::test]
async fn addresses_count_also_in_a_trusted_session(
    #[case] session: Session,
    #[case] address: &str,
    #[case] ordinary: Verdict,
    #[case] sensitive: Verdict,
) {
    let cloud = Cloud::start().await;
    set_up(&cloud, Off, Open);
    ask_for_certificate(&cloud, &["203.0.113.0/24"]);
    let inside = cloud.from("203.0.113.9");
    switch(&inside, session);
    for (operation, verdict) in [("ReadVms", ordinary), ("ReadAccessKeys", sensitive)] {
        let reply = cloud.from(address).call(operation, json!({}));
        let check = cloud.explain(last(&cloud).number).check;
        match verdict {
            Admitted => assert_eq!((reply.status(), check), (200, None)),
            Refused(by, status, _) => assert_eq!((reply.status(), check), (status, Some(by))),
        }
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_switched_off_or_support_helps() {
    let cloud = Cloud::start().await;
    set_up(&cloud, On, Rules::Certificate);
    assert_call(&cloud, Key, Shown::Nothing, "ReadVms", Admitted).await;
    switch(&cloud, Off);
    assert_call(&cloud, Key, Shown::Nothing, "ReadVms", NO_RULE).await;
    switch(&cloud, On);
    cloud.support().restore_access();
    assert_call(&cloud, Key, Shown::Nothing, "ReadAccessKeys", Admitted).await;
}

#[tokio::test]
async fn a_session_is_that_of_the_users_too() {
    let cloud = Cloud::start().await;
    able(&cloud, "alice");
    let alice = cloud.as_user("alice");
    set_up(&cloud, On, Rules::Certificate);
    let end = cloud.now() + SignedDuration::from_hours(1);
    let key = json!({ "ExpirationDate": end.to_string(), "UserName": "alice" });
    showing(&cloud, Certificate)
        .call("CreateAccessKey", key)
        .ok();
    assert_call(&alice, Key, Shown::Nothing, "ReadVms", Admitted).await;
    assert_call(&alice, Key, Shown::Nothing, "ReadAccessKeys", NO_RULE).await;
    assert_call(&alice, Key, Certificate, "ReadAccessKeys", Admitted).await;
}

#[test]
fn activating_a_session() {
    let cloud = crate::support::cloud();
    let trusted = json!({ "MaxAccessKeyExpirationSeconds": 172_800, "RequireTrustedEnv": true });
    // The key has no end yet, and then the rule no authority.
    refused(&cloud, "UpdateApiAccessPolicy", trusted.clone());
    set_up(&cloud, Off, Open);
    refused(&cloud, "UpdateApiAccessPolicy", trusted.clone());
    ask_for_certificate(&cloud, &[]);
    let inside = showing(&cloud, Certificate);
    inside.call("UpdateApiAccessPolicy", trusted).ok();
    // A rule without an authority would take the ground from under it.
    let open = json!({ "IpRanges": ["0.0.0.0/0"] });
    refused(&inside, "CreateApiAccessRule", open);
    cloud.call("ReadVms", json!({})).ok();
    cloud.call("ReadAccessKeys", json!({}));
    mockscale::assert_transcript!(cloud);
}
