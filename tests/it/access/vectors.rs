//! Signatures whose value is known from elsewhere: one made by osc-sdk-python, one by botocore.

use super::by_hand::{Signer, sha256};
use super::{SIGNED, admit_to, state};
use mockscale::access::Gate;
use mockscale::cloud::account::Credentials;
use mockscale::wire::WireRequest;
use rstest::rstest;

const ACCESS_KEY: &str = "ABCDEFGHIJ0123456789";
const SECRET_KEY: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZABCD";
const TIMESTAMP: &str = "20250101T000000Z";

const OSC4: &str = "\
POST
/api/v1/ReadVms

content-type:application/json; charset=utf-8
host:api.eu-west-2.outscale.com
x-osc-date:20250101T000000Z

content-type;host;x-osc-date
44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const OSC4_CANONICAL: &str = "135a526733bf07d931d64013e8afec40a808e06af2ca735503f0c9c520ec4c94";
const OSC4_SIGNATURE: &str = "abec41aa5ccbc01a62e2ccc9638c8c9dd7562d9b0aba7296bd5dffa9b346b32a";

const AWS4: &str = "\
POST
/api/v1/ReadVms

accept:application/json
content-type:application/json
host:api.eu-west-2.outscale.com
x-amz-date:20250101T000000Z

accept;content-type;host;x-amz-date
44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
const AWS4_SIGNATURE: &str = "5a5bb5190f681b4c39ad19931f79acdc520f66f456e20852adcc196767f06d50";

fn signer<'a>(version: &'a str, service: &'a str) -> Signer<'a> {
    Signer {
        version,
        access_key: ACCESS_KEY,
        secret_key: SECRET_KEY,
        timestamp: TIMESTAMP,
        region: "eu-west-2",
        service,
    }
}

#[test]
fn the_tests_sign_as_the_vectors_do() {
    assert_eq!(sha256(OSC4), OSC4_CANONICAL);
    assert_eq!(signer("OSC4", "api").signature(OSC4), OSC4_SIGNATURE);
    assert_eq!(signer("AWS4", "oapi").signature(AWS4), AWS4_SIGNATURE);
}

#[rstest]
#[case::osc4(
    &[
        ("Host", "api.eu-west-2.outscale.com"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-Osc-Date", TIMESTAMP),
    ],
    format!(
        "OSC4-HMAC-SHA256 Credential={ACCESS_KEY}/20250101/eu-west-2/api/osc4_request, \
         SignedHeaders=content-type;host;x-osc-date, Signature={OSC4_SIGNATURE}"
    )
)]
#[case::aws4(
    &[
        ("Host", "api.eu-west-2.outscale.com"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("X-Amz-Date", TIMESTAMP),
    ],
    format!(
        "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20250101/eu-west-2/oapi/aws4_request, \
         SignedHeaders=accept;content-type;host;x-amz-date, Signature={AWS4_SIGNATURE}"
    )
)]
fn a_known_signature_is_admitted(#[case] headers: &[(&str, &str)], #[case] authorization: String) {
    let account = Credentials {
        access_key: ACCESS_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
        ..Credentials::root("eu-west-2")
    };
    let mut state = state(std::slice::from_ref(&account));
    let request = WireRequest {
        method: "POST".to_owned(),
        path: "/api/v1/ReadVms".to_owned(),
        headers: headers
            .iter()
            .copied()
            .chain([("Authorization", authorization.as_str())])
            .collect(),
        body: b"{}".to_vec(),
        ..WireRequest::default()
    };
    let gate = Gate::default();
    // The second time the signing key is remembered.
    for _ in 0..2 {
        let admitted = admit_to(&mut state, &gate, &request, SIGNED);
        let caller = admitted.expect("a caller").expect("somebody");
        assert_eq!(*caller.account, *account.account);
        assert_eq!(caller.access_key.as_deref(), Some(ACCESS_KEY));
    }
}
