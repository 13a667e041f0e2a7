//! What a client's certificate is worth to a registered authority.

use jiff::Timestamp;
use mockscale::access::certificate::{Distrust, Link, judge};
use mockscale::cloud::x509::read_ca;
use mockscale::pki::{Authority, Certificate};
use proptest::prelude::*;
use rstest::rstest;

fn at(instant: &str) -> Timestamp {
    instant.parse().expect("an instant")
}

/// The instant at which most is judged.
fn now() -> Timestamp {
    at("2024-05-06T07:08:09Z")
}

/// The registered authority.
fn ca() -> Authority {
    Authority::new("ca")
}

fn last_year() -> [Timestamp; 2] {
    [at("2023-01-01T00:00:00Z"), at("2023-12-31T23:59:59Z")]
}

fn next_year() -> [Timestamp; 2] {
    [at("2025-01-01T00:00:00Z"), at("2025-12-31T23:59:59Z")]
}

fn expired() -> Certificate {
    let [from, until] = last_year();
    ca().issue_valid("alice", from, until)
}

fn not_yet_valid() -> Certificate {
    let [from, until] = next_year();
    ca().issue_valid("alice", from, until)
}

fn under_an_expired_intermediate() -> Certificate {
    let [from, until] = last_year();
    ca().intermediate_valid("site", from, until).issue("alice")
}

fn under_a_coming_intermediate() -> Certificate {
    let [from, until] = next_year();
    ca().intermediate_valid("site", from, until).issue("alice")
}

/// An authority that is called like the registered one, and is another.
fn namesake() -> Authority {
    Authority::new("other").intermediate("ca")
}

#[rstest]
#[case::of_the_authority(ca().issue("alice"))]
#[case::of_an_intermediate(ca().intermediate("site").issue("alice"))]
#[case::of_three(ca().intermediate("a").intermediate("b").intermediate("c").issue("alice"))]
fn good_ones(#[case] certificate: Certificate) {
    assert_eq!(judge(certificate.chain(), ca().der(), now()), Ok(()));
}

#[test]
fn the_order_of_intermediates_and_what_else_is_shown_do_not_matter() {
    let mut chain = ca()
        .intermediate("a")
        .intermediate("b")
        .issue("alice")
        .chain()
        .to_vec();
    chain[1..].reverse();
    chain.push(ca().der().to_vec());
    chain.push(Authority::new("other").der().to_vec());
    assert_eq!(judge(&chain, ca().der(), now()), Ok(()));
}

#[rstest]
#[case::of_another_authority(Authority::new("other").issue("alice"), Distrust::UnknownIssuer)]
#[case::of_a_namesake(namesake().issue("alice"), Distrust::BadSignature)]
#[case::expired(expired(), Distrust::Expired(Link::Client, last_year()[1]))]
#[case::not_yet_valid(not_yet_valid(), Distrust::NotYetValid(Link::Client, next_year()[0]))]
#[case::for_servers(ca().issue_for_servers("alice"), Distrust::NotForClients)]
#[case::under_an_expired_intermediate(
    under_an_expired_intermediate(),
    Distrust::Expired(Link::Intermediate, last_year()[1])
)]
#[case::under_a_coming_intermediate(
    under_a_coming_intermediate(),
    Distrust::NotYetValid(Link::Intermediate, next_year()[0])
)]
fn bad_ones(#[case] certificate: Certificate, #[case] why: Distrust) {
    assert_eq!(judge(certificate.chain(), ca().der(), now()), Err(why));
}

#[rstest]
#[case::nothing(vec![], Distrust::Missing)]
#[case::garbage(vec![b"garbage".to_vec()], Distrust::Malformed(Link::Client))]
#[case::an_authority(vec![ca().der().to_vec()], Distrust::Authority)]
#[case::without_its_intermediate(
    ca().intermediate("site").issue("alice").chain()[..1].to_vec(),
    Distrust::UnknownIssuer
)]
#[case::with_a_broken_intermediate(
    vec![ca().intermediate("site").issue("alice").chain()[0].clone(), b"garbage".to_vec()],
    Distrust::Malformed(Link::Intermediate)
)]
#[case::under_a_certificate_of_a_client(forged(), Distrust::NotAllowed)]
fn bad_chains(#[case] chain: Vec<Vec<u8>>, #[case] why: Distrust) {
    assert_eq!(judge(&chain, ca().der(), now()), Err(why));
}

/// What somebody issues who has a client's certificate only.
fn forged() -> Vec<Vec<u8>> {
    let alice = ca().issue("alice");
    let key = rcgen::KeyPair::from_pem(&alice.key_pem()).expect("a key");
    let named = |name: &str| {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params
    };
    let issuer = rcgen::Issuer::new(named("alice"), key);
    let key = rcgen::KeyPair::generate().expect("a key");
    let forged = named("root")
        .signed_by(&key, &issuer)
        .expect("a certificate");
    vec![forged.der().to_vec(), alice.chain()[0].clone()]
}

#[test]
fn an_altered_certificate_is_not_signed() {
    let mut chain = ca().issue("alice").chain().to_vec();
    let name = chain[0]
        .windows(5)
        .position(|bytes| bytes == b"alice")
        .expect("the name");
    chain[0][name..name + 5].copy_from_slice(b"admin");
    assert_eq!(
        judge(&chain, ca().der(), now()),
        Err(Distrust::BadSignature)
    );
}

#[rstest]
#[case("2022-12-31T23:59:59Z", false)]
#[case("2023-01-01T00:00:00Z", true)]
#[case("2023-12-31T23:59:59.9Z", true)]
#[case("2024-01-01T00:00:00Z", false)]
#[case("1969-12-31T23:59:59Z", false)]
fn the_dates_are_included(#[case] instant: &str, #[case] good: bool) {
    let judged = judge(expired().chain(), ca().der(), at(instant));
    assert_eq!(judged.is_ok(), good, "{judged:?}");
    let [from, until] = last_year();
    let old = Authority::new_valid("old", from, until);
    let judged = judge(old.issue("alice").chain(), old.der(), at(instant));
    assert_eq!(judged.is_ok(), good, "{judged:?}");
}

#[rstest]
#[case(last_year(), Distrust::Expired(Link::Authority, last_year()[1]))]
#[case(next_year(), Distrust::NotYetValid(Link::Authority, next_year()[0]))]
fn an_authority_has_dates_too(#[case] dates: [Timestamp; 2], #[case] why: Distrust) {
    let [from, until] = dates;
    let old = Authority::new_valid("old", from, until);
    let judged = judge(old.issue("alice").chain(), old.der(), now());
    assert_eq!(judged, Err(why));
}

#[test]
fn an_authority_that_cannot_be_read() {
    let judged = judge(ca().issue("alice").chain(), b"garbage", now());
    assert_eq!(judged, Err(Distrust::Malformed(Link::Authority)));
}

/// What `openssl x509 -req` makes of a request.
mod version_1 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const AUTHORITY: &str = include_str!("../../../fixtures/certificates/authority.pem");
    const CLIENT: &str = include_str!("../../../fixtures/certificates/client-version-1.pem");

    fn client() -> Vec<u8> {
        let base64: String = CLIENT.lines().filter(|line| !line.contains('-')).collect();
        STANDARD.decode(base64).expect("base64")
    }

    #[test]
    fn it_counts_like_any_other() {
        let authority = read_ca(AUTHORITY).expect("an authority").der;
        let chain = [client()];
        assert_eq!(
            judge(&chain, &authority, at("2030-01-01T00:00:00Z")),
            Ok(())
        );
        let early = judge(&chain, &authority, now());
        assert!(matches!(early, Err(Distrust::NotYetValid(..))), "{early:?}");
        let late = judge(&chain, &authority, at("2126-01-01T00:00:00Z"));
        assert!(
            matches!(late, Err(Distrust::Expired(Link::Client, _))),
            "{late:?}"
        );
        let other = judge(&chain, ca().der(), at("2030-01-01T00:00:00Z"));
        assert_eq!(other, Err(Distrust::UnknownIssuer));
    }

    #[test]
    fn it_is_signed_like_any_other() {
        let authority = read_ca(AUTHORITY).expect("an authority").der;
        let mut leaf = client();
        let last = leaf.len() - 1;
        leaf[last] ^= 1;
        let judged = judge(&[leaf], &authority, at("2030-01-01T00:00:00Z"));
        assert_eq!(judged, Err(Distrust::BadSignature));
    }
}

#[rstest]
#[case(
    Distrust::Expired(Link::Client, last_year()[1]),
    "the client's certificate expired at 2023-12-31T23:59:59Z"
)]
#[case(
    Distrust::NotYetValid(Link::Intermediate, next_year()[0]),
    "an intermediate certificate is not valid before 2025-01-01T00:00:00Z"
)]
#[case(
    Distrust::Malformed(Link::Authority),
    "the certificate of the registered authority cannot be read"
)]
fn it_is_told_in_words(#[case] why: Distrust, #[case] told: &str) {
    assert_eq!(why.to_string(), told);
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        at in any::<prop::sample::Index>(),
        length in 0..8_usize,
        put in any::<Vec<u8>>(),
        garbage in any::<Vec<u8>>(),
    ) {
        let mut chain = ca().intermediate("site").issue("alice").chain().to_vec();
        let _ = judge(std::slice::from_ref(&garbage), ca().der(), now());
        let _ = judge(&chain, &garbage, now());
        for link in 0..2 {
            let damaged = &mut chain[link];
            let start = at.index(damaged.len());
            damaged.splice(start..(start + length).min(damaged.len()), put.clone());
            let _ = judge(&chain, ca().der(), now());
        }
    }
}
