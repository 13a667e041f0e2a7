//! Authorization headers that nobody should send: what the wire says, and what the author of
//! the test is told.

use super::{SENSITIVE, SIGNED, TIMESTAMP, admit, refused, request, wire};
use mockscale::access::Check;
use mockscale::wire::WireRequest;
use proptest::prelude::*;
use rstest::rstest;

const CREDENTIAL: &str = "Credential=MOCKSCALE00000000001/20250101/eu-west-2/api/osc4_request";
const HEADERS: &str = "SignedHeaders=host;x-osc-date";
const ZEROS: &str = "Signature=0000000000000000000000000000000000000000000000000000000000000000";

fn with(authorization: &str) -> WireRequest {
    request(
        "/api/v1/ReadVms",
        &[
            ("Host", "localhost"),
            ("X-Osc-Date", TIMESTAMP),
            ("Authorization", authorization),
        ],
        "{}",
    )
}

fn osc4(parameters: &[&str]) -> String {
    format!("OSC4-HMAC-SHA256 {}", parameters.join(", "))
}

/// A header that is well formed but for its credential.
fn credential(credential: &str) -> String {
    osc4(&[&format!("Credential={credential}"), HEADERS, ZEROS])
}

fn many_headers() -> String {
    let names: Vec<_> = (0..65).map(|n| format!("h{n}")).collect();
    format!("SignedHeaders={}", names.join(";"))
}

#[test]
fn but_for_the_signature_the_tables_start_from_a_good_header() {
    let refusal = refused(&with(&osc4(&[CREDENTIAL, HEADERS, ZEROS])), SIGNED);
    assert_eq!(refusal.check, Check::Signature);
}

#[rstest]
#[case::nothing_else("OSC4-HMAC-SHA256".to_owned(), "Credential is missing")]
#[case::no_credential(osc4(&[HEADERS, ZEROS]), "Credential is missing")]
#[case::no_signed_headers(osc4(&[CREDENTIAL, ZEROS]), "SignedHeaders is missing")]
#[case::no_signature(osc4(&[CREDENTIAL, HEADERS]), "Signature is missing")]
#[case::credential_twice(osc4(&[CREDENTIAL, CREDENTIAL, HEADERS, ZEROS]), "Credential is given twice")]
#[case::headers_twice(osc4(&[CREDENTIAL, HEADERS, HEADERS, ZEROS]), "SignedHeaders is given twice")]
#[case::signature_twice(osc4(&[CREDENTIAL, HEADERS, ZEROS, ZEROS]), "Signature is given twice")]
#[case::a_bare_word(osc4(&[CREDENTIAL, "word", HEADERS, ZEROS]), "other than name=value")]
#[case::no_commas(osc4(&[&[CREDENTIAL, HEADERS, ZEROS].join(" ")]), "SignedHeaders is missing")]
#[case::empty_credential(credential(""), "has 1 parts")]
#[case::four_parts(credential("AK/20250101/eu-west-2/osc4_request"), "has 4 parts")]
#[case::six_parts(credential("AK/20250101/eu/west/api/osc4_request"), "has 6 parts")]
#[case::no_access_key(
    credential("/20250101/eu-west-2/api/osc4_request"),
    "part of Credential is empty"
)]
#[case::no_service(
    credential("AK/20250101/eu-west-2//osc4_request"),
    "part of Credential is empty"
)]
#[case::a_space(credential("A K/20250101/eu-west-2/api/osc4_request"), "visible ASCII")]
#[case::no_date(credential("AK/yesterday/eu-west-2/api/osc4_request"), "YYYYMMDD")]
#[case::no_such_day(credential("AK/20250230/eu-west-2/api/osc4_request"), "YYYYMMDD")]
#[case::a_time(
    credential("AK/20250101T000000Z/eu-west-2/api/osc4_request"),
    "YYYYMMDD"
)]
#[case::other_terminator(
    credential("AK/20250101/eu-west-2/api/aws4_request"),
    "end in osc4_request"
)]
#[case::terminator_of_osc4(
    osc4(&[CREDENTIAL, HEADERS, ZEROS]).replace("OSC4-", "AWS4-"),
    "end in aws4_request"
)]
#[case::endless_region(
    credential(&format!("AK/20250101/{}/api/osc4_request", "r".repeat(129))),
    "longer than 128 bytes"
)]
#[case::no_signed_header(osc4(&[CREDENTIAL, "SignedHeaders=", ZEROS]), "cannot be a header's name")]
#[case::gap(osc4(&[CREDENTIAL, "SignedHeaders=host;;x-osc-date", ZEROS]), "cannot be a header's name")]
#[case::a_header_twice(
    osc4(&[CREDENTIAL, "SignedHeaders=host;x-osc-date;host", ZEROS]),
    "names a header twice"
)]
#[case::many_headers(
    osc4(&[CREDENTIAL, &many_headers(), ZEROS]),
    "more than 64 headers"
)]
#[case::empty_signature(osc4(&[CREDENTIAL, HEADERS, "Signature="]), "has 0 bytes")]
#[case::short_signature(osc4(&[CREDENTIAL, HEADERS, &ZEROS[..73]]), "has 63 bytes")]
#[case::long_signature(osc4(&[CREDENTIAL, HEADERS, &format!("{ZEROS}0")]), "has 65 bytes")]
#[case::not_hexadecimal(osc4(&[CREDENTIAL, HEADERS, &ZEROS.replace('0', "z")]), "letters a to f")]
#[case::capitals(osc4(&[CREDENTIAL, HEADERS, &ZEROS.replace('0', "A")]), "letters a to f")]
#[case::endless(osc4(&[CREDENTIAL, HEADERS, ZEROS, &"x=y,".repeat(1024)]), "longer than 4096 bytes")]
fn cannot_be_read(#[case] authorization: String, #[case] why: &str) {
    let refusal = refused(&with(&authorization), SIGNED);
    assert_eq!(refusal.check, Check::WellFormed, "{refusal}");
    assert_eq!(wire(&refusal), (401, 1, ""));
    let explanation = refusal.explanation.expect("there is a reason");
    assert!(explanation.contains(why), "{explanation}");
}

#[rstest]
#[case::authorization("Authorization", "Basic eDp5", Check::Present)]
#[case::host("Host", "localhost", Check::WellFormed)]
#[case::date("X-Osc-Date", TIMESTAMP, Check::WellFormed)]
#[case::other_date("X-Amz-Date", TIMESTAMP, Check::WellFormed)]
fn a_header_comes_twice(#[case] name: &str, #[case] value: &str, #[case] check: Check) {
    let mut request = with(&osc4(&[CREDENTIAL, HEADERS, ZEROS]));
    request.headers.push(name, value.as_bytes());
    let refusal = refused(&request, SIGNED);
    assert_eq!(refusal.check, check);
    assert_eq!(wire(&refusal), (401, 1, ""));
    let explanation = refusal.explanation.expect("there is a reason");
    assert!(explanation.contains("more than one "), "{explanation}");
    assert!(explanation.contains(name), "{explanation}");
}

#[rstest]
#[case::host_not_signed("SignedHeaders=x-osc-date", TIMESTAMP, "has to name host")]
#[case::date_not_signed(
    "SignedHeaders=host",
    TIMESTAMP,
    "has to name x-osc-date or x-amz-date"
)]
#[case::header_not_sent("SignedHeaders=host;x-osc-date;x-extra", TIMESTAMP, "names x-extra")]
#[case::other_date_not_sent("SignedHeaders=host;x-amz-date", TIMESTAMP, "names x-amz-date")]
#[case::no_time(HEADERS, "", "YYYYMMDDTHHMMSSZ")]
#[case::http_time(HEADERS, "Wed, 01 Jan 2025 00:00:00 GMT", "YYYYMMDDTHHMMSSZ")]
#[case::extended_time(HEADERS, "2025-01-01T00:00:00Z", "YYYYMMDDTHHMMSSZ")]
#[case::no_such_time(HEADERS, "20250101T250000Z", "YYYYMMDDTHHMMSSZ")]
#[case::another_day(HEADERS, "20250102T000000Z", "Credential is of 20250101")]
fn covers_too_little(#[case] headers: &str, #[case] date: &str, #[case] why: &str) {
    let authorization = osc4(&[CREDENTIAL, headers, ZEROS]);
    let request = request(
        "/api/v1/ReadVms",
        &[
            ("Host", "localhost"),
            ("X-Osc-Date", date),
            ("Authorization", &authorization),
        ],
        "{}",
    );
    let refusal = refused(&request, SIGNED);
    assert_eq!(refusal.check, Check::Signature, "{refusal}");
    assert_eq!(wire(&refusal), (401, 1, ""));
    let explanation = refusal.explanation.expect("there is a reason");
    assert!(explanation.contains(why), "{explanation}");
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_gets_in(
        scheme in "(OSC4-HMAC-SHA256|AWS4-HMAC-SHA256|Basic|\\PC{0,10}) ?",
        rest in any::<String>(),
    ) {
        let request = with(&[scheme, rest].concat());
        prop_assert!(admit(&request, SENSITIVE).is_err());
    }
}
