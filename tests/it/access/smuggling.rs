//! Requests over the wire that two readers could take for two different ones: refused, and nothing
//! changes.

use crate::http::signed;
use crate::kit::raw::say;
use crate::support::{builder, last};
use mockscale::{Cloud, json};
use rstest::rstest;

const BODY: &str = r#"{"IpRange":"10.0.0.0/16"}"#;

/// A signed request that makes a Net, head and body, as one reader takes it.
fn honest(cloud: &Cloud) -> String {
    let [(date, time), (_, authorization)] = signed(cloud, "/api/v1/CreateNet", BODY.as_bytes())
        .try_into()
        .expect("two headers");
    let host = cloud.url().replace("http://", "");
    format!(
        "POST /api/v1/CreateNet HTTP/1.1\r\nhost: {host}\r\n{date}: {time}\r\n\
         authorization: {authorization}\r\ncontent-length: {}\r\n\r\n{BODY}",
        BODY.len()
    )
}

/// The line of a header, with its end.
fn line<'a>(request: &'a str, name: &str) -> &'a str {
    let mut lines = request.split_inclusive("\r\n");
    lines
        .find(|line| line.starts_with(name))
        .expect("it is there")
}

/// The request with something else in the place of a header's line.
fn with(request: &str, name: &str, change: impl Fn(&str) -> String) -> String {
    let line = line(request, name);
    request.replacen(line, &change(line), 1)
}

/// Nothing was made.
#[track_caller]
fn assert_unchanged(cloud: &Cloud) {
    let said = cloud.transcript();
    let mut exchanges = said.exchanges().iter();
    assert!(exchanges.all(|exchange| exchange.effects.is_empty()));
    let nets = cloud.call("ReadNets", json!({})).ok();
    assert_eq!(nets["Nets"], json!([]));
}

#[test]
fn but_for_what_the_tables_change_the_request_is_good() {
    let cloud = builder().start();
    let (status, text) = say(&cloud, &honest(&cloud));
    assert_eq!(status, 200, "{text}");
}

#[rstest]
#[case::authorization("authorization", |it: &str| it.repeat(2), "more than one Authorization header")]
#[case::authorization_in_capitals(
    "authorization",
    |it: &str| format!("AUTHORIZATION: Basic eDp5\r\n{it}"),
    "more than one Authorization header"
)]
#[case::empty_authorization(
    "authorization",
    |it: &str| format!("{it}authorization:\r\n"),
    "more than one Authorization header"
)]
#[case::date("x-osc-date", |it: &str| it.repeat(2), "more than one date (X-Osc-Date, X-Amz-Date) header")]
#[case::later_date(
    "x-osc-date",
    |it: &str| format!("{it}X-Osc-Date: 20990101T000000Z\r\n"),
    "more than one date (X-Osc-Date, X-Amz-Date) header"
)]
#[case::date_that_is_not_signed(
    "x-osc-date",
    |it: &str| format!("{it}x-amz-date: 1\r\nx-amz-date: 2\r\n"),
    "more than one date (X-Osc-Date, X-Amz-Date) header"
)]
#[case::host("host", |it: &str| it.repeat(2), "more than one Host header")]
#[case::other_host("host", |it: &str| format!("Host: other\r\n{it}"), "more than one Host header")]
#[case::joined_authorization("authorization", joined, "SignedHeaders is given twice")]
#[case::second_signature(
    "authorization",
    |it: &str| format!("{}, Signature={}\r\n", it.trim_end(), "0".repeat(64)),
    "Signature is given twice"
)]
#[case::second_list_of_headers(
    "authorization",
    |it: &str| format!("{}, SignedHeaders=host\r\n", it.trim_end()),
    "SignedHeaders is given twice"
)]
#[case::joined_date("x-osc-date", joined, "x-osc-date holds no time")]
#[case::joined_host("host", joined, "the signature is not that of this request")]
fn two_for_one(#[case] name: &str, #[case] change: fn(&str) -> String, #[case] why: &str) {
    let cloud = builder().start();
    let (status, text) = say(&cloud, &with(&honest(&cloud), name, change));
    assert_eq!(status, 401, "{text}");
    assert!(
        text.contains(r#""Code":"1","Details":"","Type":"AccessDenied""#),
        "{text}"
    );
    let explanation = last(&cloud).explanation.clone().expect("an explanation");
    assert!(explanation.contains(why), "{explanation}");
    assert_unchanged(&cloud);
}

/// A value twice in one line.
fn joined(line: &str) -> String {
    let (name, value) = line
        .trim_end()
        .split_once(": ")
        .expect("a name and a value");
    format!("{name}: {value}, {value}\r\n")
}

#[rstest]
#[case::folded_authorization("authorization", |it: &str| it.replace(", Signature", ",\r\n Signature"))]
#[case::folded_date("x-osc-date", |it: &str| it.replace(": ", ":\r\n "))]
#[case::space_before_the_colon("authorization", |it: &str| it.replacen(':', " :", 1))]
#[case::line_without_colon("authorization", |it: &str| format!("{it}authorization\r\n"))]
#[case::carriage_return_inside("authorization", |it: &str| it.replace(", Sig", ",\rSig"))]
#[case::nul("authorization", |it: &str| it.replace(", Sig", ",\0Sig"))]
#[case::two_lengths("content-length", |it: &str| format!("{it}content-length: 2\r\n"))]
#[case::joined_lengths("content-length", joined)]
#[case::signed_length("content-length", |it: &str| it.replace(": ", ": +"))]
#[case::encoding_that_is_not_known(
    "content-length",
    |it: &str| format!("{it}transfer-encoding: identity\r\n")
)]
#[case::chunks_inside_something_else(
    "content-length",
    |it: &str| format!("{it}transfer-encoding: chunked, identity\r\n")
)]
fn what_is_no_http(#[case] name: &str, #[case] change: fn(&str) -> String) {
    let cloud = builder().start();
    let (status, text) = say(&cloud, &with(&honest(&cloud), name, change));
    assert_eq!(status, 400, "{text}");
    assert!(cloud.transcript().is_empty());
    assert_unchanged(&cloud);
}

/// Chunks count, a length beside them does not (RFC 9112, 6.3), and the connection ends: what hides
/// behind is never read as a request.
#[rstest]
#[case::length_first("content-length: 4\r\ntransfer-encoding: chunked\r\n")]
#[case::chunks_first("transfer-encoding: chunked\r\ncontent-length: 4\r\n")]
fn a_length_beside_chunks_does_not_count(#[case] framing: &str) {
    let cloud = builder().start();
    let chunks = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let hidden = honest(&cloud);
    let request = with(&honest(&cloud), "content-length", |_| framing.to_owned());
    let (head, _) = request.split_once("\r\n\r\n").expect("a head");
    let (status, text) = say(&cloud, &format!("{head}\r\n\r\n{chunks}{hidden}"));
    assert_eq!(status, 200, "{text}");
    assert_eq!(text.matches("HTTP/1.1").count(), 1, "{text}");
    assert_eq!(cloud.transcript().exchanges().len(), 1);
}

/// Signed is what the other reader would take for the body.
#[rstest]
#[case::length_first(true)]
#[case::chunks_first(false)]
fn a_body_signed_by_its_length_is_refused_in_chunks(#[case] length_first: bool) {
    let cloud = builder().start();
    let chunks = format!("{:x}\r\n{BODY}\r\n0\r\n\r\n", BODY.len());
    let head: String = signed(&cloud, "/api/v1/CreateNet", chunks.as_bytes())
        .iter()
        .flat_map(|(name, value)| [name, ": ", value, "\r\n"])
        .collect();
    let mut framing = [
        format!("content-length: {}\r\n", chunks.len()),
        "transfer-encoding: chunked\r\n".to_owned(),
    ];
    if !length_first {
        framing.reverse();
    }
    let host = cloud.url().replace("http://", "");
    let (status, text) = say(
        &cloud,
        &format!(
            "POST /api/v1/CreateNet HTTP/1.1\r\nhost: {host}\r\n{head}{}\r\n{chunks}",
            framing.concat()
        ),
    );
    assert_eq!(status, 401, "{text}");
    assert_unchanged(&cloud);
}

/// Two dates are one too many, though only one of them is signed: no client sends both.
#[rstest]
#[case::nonsense("tomorrow")]
#[case::another_time("20200101T000000Z")]
fn the_other_date_header_must_not_come(#[case] time: &str) {
    let cloud = builder().start();
    let request = with(&honest(&cloud), "x-osc-date", |it| {
        format!("x-amz-date: {time}\r\n{it}")
    });
    let (status, text) = say(&cloud, &request);
    assert_eq!(status, 401, "{text}");
    assert_unchanged(&cloud);
}

/// Not smuggling: a line may be added as long as no signature covers it.
#[test]
fn an_unsigned_header_may_come_twice() {
    let cloud = builder().start();
    let request = with(&honest(&cloud), "host", |it| {
        format!("{it}x-a: 1\r\nx-a: 2\r\n")
    });
    let (status, text) = say(&cloud, &request);
    assert_eq!(status, 200, "{text}");
}
