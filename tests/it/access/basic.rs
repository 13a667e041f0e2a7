//! Login and password: where they are taken, and how they may be written.

use super::{PUBLIC, SENSITIVE, SIGNED, admit, admit_to, assert_root, refused, request, root};
use super::{state, wire};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use mockscale::access::{Check, Gate};
use mockscale::cloud::account::{Caller, Credentials};
use mockscale::wire::WireRequest;
use rstest::rstest;

fn basic(credentials: &str) -> WireRequest {
    with(&format!("Basic {}", STANDARD.encode(credentials)))
}

fn with(authorization: &str) -> WireRequest {
    request(
        "/api/v1/ReadAccessKeys",
        &[("Host", "localhost"), ("Authorization", authorization)],
        "{}",
    )
}

fn right() -> String {
    format!("{}:{}", root().login, root().password)
}

#[test]
fn admits_where_the_operation_takes_it() {
    assert_root(&basic(&right()), SENSITIVE);
}

#[test]
fn refuses_where_the_operation_does_not_take_it() {
    // Right or wrong makes no difference: the password is not looked at.
    for credentials in [right(), "nobody:nothing".to_owned()] {
        let refusal = refused(&basic(&credentials), SIGNED);
        assert_eq!(refusal.check, Check::SchemeAllowed);
        assert_eq!(wire(&refusal), (401, 9, ""));
        assert_eq!(refusal.fault.entry().kind, "AuthFailure");
    }
}

#[test]
fn is_not_looked_at_on_a_public_operation() {
    assert_eq!(admit(&basic("nobody:nothing"), PUBLIC), Ok(None));
}

#[rstest]
#[case::standard(STANDARD.encode(CREDENTIALS))]
#[case::standard_unpadded(STANDARD_NO_PAD.encode(CREDENTIALS))]
#[case::for_urls(URL_SAFE.encode(CREDENTIALS))]
#[case::for_urls_unpadded(URL_SAFE_NO_PAD.encode(CREDENTIALS))]
fn every_base64_will_do(#[case] credentials: String) {
    let (login, password) = CREDENTIALS.split_once(':').expect("there is a colon");
    let account = Credentials {
        login: login.to_owned(),
        password: password.to_owned(),
        ..root()
    };
    let request = with(&format!("basic  {credentials}"));
    let admitted = admit_to(
        &mut state(&[account]),
        &Gate::default(),
        &request,
        SENSITIVE,
    );
    assert_eq!(admitted, Ok(Some(Caller::root(&root().account))));
}

/// With both characters in which the alphabets differ, padding, and colons in the password.
const CREDENTIALS: &str = "me@mockscale.test:~~~???:>>>";

#[test]
fn the_credentials_above_show_what_they_should() {
    let encoded = STANDARD.encode(CREDENTIALS);
    assert!(["+", "/", "=="].iter().all(|part| encoded.contains(part)));
}

#[rstest]
#[case::wrong_password(&format!("{}:wrong", root().login), Check::Password)]
#[case::no_password(&format!("{}:", root().login), Check::Password)]
#[case::longer_password(&format!("{}x", right()), Check::Password)]
#[case::password_in_capitals(&right().replace(":mockscale", ":MOCKSCALE"), Check::Password)]
#[case::unknown_login("nobody@mockscale.test:mockscale-password", Check::LoginKnown)]
#[case::access_key("MOCKSCALE00000000001:mockscale-password", Check::LoginKnown)]
#[case::no_login(":mockscale-password", Check::LoginKnown)]
#[case::no_colon("root@mockscale.test", Check::WellFormed)]
#[case::nothing("", Check::WellFormed)]
fn refuses(#[case] credentials: &str, #[case] check: Check) {
    let refusal = refused(&basic(credentials), SENSITIVE);
    assert_eq!(refusal.check, check);
    assert_eq!(wire(&refusal), (401, 1, ""));
}

#[rstest]
#[case::in_clear(&format!("Basic {}", right()), "not base64")]
#[case::bare("Basic", "no colon")]
#[case::not_utf_8("Basic /zp4", "not UTF-8")]
#[case::endless(&format!("Basic {}", "A".repeat(5000)), "longer than 4096 bytes")]
fn refuses_what_cannot_be_read(#[case] authorization: &str, #[case] why: &str) {
    let refusal = refused(&with(authorization), SENSITIVE);
    assert_eq!(refusal.check, Check::WellFormed);
    assert_eq!(wire(&refusal), (401, 1, ""));
    let explanation = refusal.explanation.expect("there is a reason");
    assert!(explanation.contains(why), "{explanation}");
    assert!(!explanation.contains("password"), "{explanation}");
}
