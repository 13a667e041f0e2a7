//! What stands after the algorithm in the Authorization header: `Credential`, `SignedHeaders`
//! and `Signature`, in any order, with or without spaces around the commas.
//!
//! assumed: how lenient the API is. Parameters of other names are passed over, and a comma too
//! many does no harm.

use super::super::malformed::Malformed;
use super::{Algorithm, date};

/// The longest credentials that are read, in bytes.
///
/// assumed: real ones have about 250 bytes.
pub(in crate::access) const MAX_AUTHORIZATION: usize = 4096;
/// The longest part of a credential, in bytes (assumed; an access key has 20).
const MAX_PART: usize = 128;
/// The most headers a signature may cover (assumed; real ones cover up to four).
const MAX_SIGNED_HEADERS: usize = 64;

/// A signature and how it says it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::access) struct Authorization<'r> {
    pub(super) algorithm: Algorithm,
    /// All of `Credential`: the access key and the scope.
    pub(super) credential: &'r str,
    pub(in crate::access) access_key: &'r str,
    /// The part of the credential that is signed: all but the access key.
    pub(super) scope: &'r str,
    pub(super) date: &'r str,
    pub(super) region: &'r str,
    pub(super) service: &'r str,
    /// The names of the signed headers, as sent.
    pub(super) names: Vec<&'r str>,
    pub(super) signature: [u8; 32],
}

impl<'r> Authorization<'r> {
    pub(in crate::access) fn parse(algorithm: Algorithm, text: &'r str) -> Result<Self, Malformed> {
        let [credential, signed_headers, signature] = parameters(text)?;
        let [access_key, date, region, service, terminator] = parts(credential)?;
        if date::day(date).is_none() {
            return Err(Malformed::ScopeDate);
        }
        if terminator != algorithm.terminator() {
            return Err(Malformed::Terminator {
                wants: algorithm.terminator(),
            });
        }
        Ok(Self {
            algorithm,
            credential,
            access_key,
            scope: &credential[access_key.len() + 1..],
            date,
            region,
            service,
            names: names(signed_headers)?,
            signature: digits(signature)?,
        })
    }

    /// Whether the signature covers that header (lower case).
    pub(super) fn covers(&self, header: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(header))
    }
}

/// The values of the three parameters.
fn parameters(text: &str) -> Result<[&str; 3], Malformed> {
    const NAMES: [&str; 3] = ["Credential", "SignedHeaders", "Signature"];
    if text.len() > MAX_AUTHORIZATION {
        return Err(Malformed::TooLong {
            limit: MAX_AUTHORIZATION,
        });
    }
    let mut values = [None; 3];
    for parameter in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (name, value) = parameter.split_once('=').ok_or(Malformed::NotAParameter)?;
        let name = name.trim_end();
        if let Some(at) = NAMES.iter().position(|known| *known == name)
            && values[at].replace(value.trim_start()).is_some()
        {
            return Err(Malformed::Twice(NAMES[at]));
        }
    }
    let [credential, signed_headers, signature] = values;
    Ok([
        credential.ok_or(Malformed::Missing(NAMES[0]))?,
        signed_headers.ok_or(Malformed::Missing(NAMES[1]))?,
        signature.ok_or(Malformed::Missing(NAMES[2]))?,
    ])
}

/// The five parts of a credential: access key, date, region, service, terminator.
fn parts(credential: &str) -> Result<[&str; 5], Malformed> {
    if !credential.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Malformed::ScopeCharacter);
    }
    let mut parts = [""; 5];
    let mut count = 0;
    for part in credential.split('/') {
        if let Some(slot) = parts.get_mut(count) {
            *slot = part;
        }
        count += 1;
    }
    if count != parts.len() {
        return Err(Malformed::ScopePartCount(count));
    }
    if parts.iter().any(|part| part.is_empty()) {
        return Err(Malformed::ScopePartEmpty);
    }
    if parts.iter().any(|part| part.len() > MAX_PART) {
        return Err(Malformed::ScopePartTooLong { limit: MAX_PART });
    }
    Ok(parts)
}

/// The names in a list of signed headers, each of them once.
fn names(list: &str) -> Result<Vec<&str>, Malformed> {
    let mut names: Vec<&str> = Vec::with_capacity(4);
    for name in list.split(';') {
        if names.len() == MAX_SIGNED_HEADERS {
            return Err(Malformed::TooManySignedHeaders {
                limit: MAX_SIGNED_HEADERS,
            });
        }
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Malformed::SignedHeaderName);
        }
        if names.iter().any(|seen| name.eq_ignore_ascii_case(seen)) {
            return Err(Malformed::SignedHeaderTwice);
        }
        names.push(name);
    }
    Ok(names)
}

/// Whether a header's name may hold that byte (`tchar` of RFC 9110).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The bytes of a signature, which is written in lower case (assumed: only so).
fn digits(text: &str) -> Result<[u8; 32], Malformed> {
    let text: &[u8; 64] = text
        .as_bytes()
        .try_into()
        .map_err(|_| Malformed::SignatureLength(text.len()))?;
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return Err(Malformed::SignatureDigit),
            };
            *byte = *byte << 4 | value;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Authorization, MAX_AUTHORIZATION, MAX_PART, Malformed};
    use proptest::prelude::*;
    use rstest::rstest;

    const CREDENTIAL: &str = "Credential=AK/20250101/eu-west-2/api/osc4_request";
    const SIGNED: &str = "SignedHeaders=host;x-osc-date";
    const SIGNATURE: &str =
        "Signature=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn parse(text: &str) -> Result<Authorization<'_>, Malformed> {
        Authorization::parse(Algorithm::Osc4, text)
    }

    #[test]
    fn reads_every_part() {
        let text = [CREDENTIAL, SIGNED, SIGNATURE].join(", ");
        let read = parse(&text).expect("the header is well formed");
        assert_eq!(read.credential, "AK/20250101/eu-west-2/api/osc4_request");
        assert_eq!(read.scope, "20250101/eu-west-2/api/osc4_request");
        assert_eq!(
            [read.access_key, read.date, read.region, read.service],
            ["AK", "20250101", "eu-west-2", "api"]
        );
        assert_eq!(read.names, ["host", "x-osc-date"]);
        assert_eq!(read.signature[..4], [0x00, 0x11, 0x22, 0x33]);
        assert_eq!(read.signature[28..], [0xcc, 0xdd, 0xee, 0xff]);
        assert!(read.covers("host") && !read.covers("x-amz-date"));
    }

    #[rstest]
    #[case::no_spaces(format!("{CREDENTIAL},{SIGNED},{SIGNATURE}"))]
    #[case::other_order(format!("{SIGNATURE}, {CREDENTIAL}, {SIGNED}"))]
    #[case::spaces_and_tabs(format!(" {CREDENTIAL} ,\t{SIGNED}\t,  {SIGNATURE} "))]
    #[case::spaces_around_equals(format!("{CREDENTIAL},{SIGNED},{SIGNATURE}").replace('=', " = "))]
    #[case::a_comma_too_many(format!(",{CREDENTIAL},,{SIGNED},{SIGNATURE},"))]
    #[case::a_further_parameter(format!("{CREDENTIAL},{SIGNED},{SIGNATURE},Extra=1,Extra=2"))]
    fn is_lenient(#[case] text: String) {
        let usual = [CREDENTIAL, SIGNED, SIGNATURE].join(", ");
        assert_eq!(parse(&text), parse(&usual));
        assert!(parse(&text).is_ok());
    }

    #[rstest]
    #[case::part("Credential=A K/20250101/r/s/osc4_request", Malformed::ScopeCharacter)]
    #[case::not_ascii("Credential=AK/20250101/ré/s/osc4_request", Malformed::ScopeCharacter)]
    #[case::four_parts("Credential=AK/20250101/r/osc4_request", Malformed::ScopePartCount(4))]
    #[case::six_parts(
        "Credential=A/K/20250101/r/s/osc4_request",
        Malformed::ScopePartCount(6)
    )]
    #[case::nothing("Credential=", Malformed::ScopePartCount(1))]
    #[case::no_region("Credential=AK/20250101//s/osc4_request", Malformed::ScopePartEmpty)]
    #[case::no_such_day("Credential=AK/20250230/r/s/osc4_request", Malformed::ScopeDate)]
    #[case::the_other_terminator(
        "Credential=AK/20250101/r/s/aws4_request",
        Malformed::Terminator { wants: "osc4_request" }
    )]
    #[case::endless_part(
        &format!("Credential=AK/20250101/{}/s/osc4_request", "r".repeat(MAX_PART + 1)),
        Malformed::ScopePartTooLong { limit: MAX_PART }
    )]
    fn refuses_credential(#[case] credential: &str, #[case] malformed: Malformed) {
        let text = [credential, SIGNED, SIGNATURE].join(", ");
        assert_eq!(parse(&text), Err(malformed));
    }

    #[rstest]
    #[case::nothing("", Malformed::SignedHeaderName)]
    #[case::an_empty_name("host;;x-osc-date", Malformed::SignedHeaderName)]
    #[case::a_final_semicolon("host;x-osc-date;", Malformed::SignedHeaderName)]
    #[case::spaces("host; x-osc-date", Malformed::SignedHeaderName)]
    #[case::twice("host;x-osc-date;Host", Malformed::SignedHeaderTwice)]
    #[case::endless(
        &(0..65).map(|n| format!("h{n}")).collect::<Vec<_>>().join(";"),
        Malformed::TooManySignedHeaders { limit: 64 }
    )]
    fn refuses_signed_headers(#[case] list: &str, #[case] malformed: Malformed) {
        let text = format!("{CREDENTIAL}, SignedHeaders={list}, {SIGNATURE}");
        assert_eq!(parse(&text), Err(malformed));
    }

    #[rstest]
    #[case::short(&"a".repeat(63), Malformed::SignatureLength(63))]
    #[case::long(&"a".repeat(65), Malformed::SignatureLength(65))]
    #[case::upper_case(&"A".repeat(64), Malformed::SignatureDigit)]
    #[case::not_hexadecimal(&"g".repeat(64), Malformed::SignatureDigit)]
    #[case::not_ascii(&"é".repeat(32), Malformed::SignatureDigit)]
    fn refuses_signature(#[case] signature: &str, #[case] malformed: Malformed) {
        let text = format!("{CREDENTIAL}, {SIGNED}, Signature={signature}");
        assert_eq!(parse(&text), Err(malformed));
    }

    #[rstest]
    #[case::nothing("", Malformed::Missing("Credential"))]
    #[case::no_list(&[CREDENTIAL, SIGNATURE].join(","), Malformed::Missing("SignedHeaders"))]
    #[case::no_signature(&[CREDENTIAL, SIGNED].join(","), Malformed::Missing("Signature"))]
    #[case::twice(&[SIGNED, CREDENTIAL, SIGNED].join(","), Malformed::Twice("SignedHeaders"))]
    #[case::other_case(&CREDENTIAL.to_lowercase(), Malformed::Missing("Credential"))]
    #[case::no_commas(&[CREDENTIAL, SIGNED, SIGNATURE].join(" "), Malformed::Missing("SignedHeaders"))]
    #[case::a_bare_word(&[CREDENTIAL, "word"].join(","), Malformed::NotAParameter)]
    #[case::endless(&"a=b,".repeat(1025), Malformed::TooLong { limit: MAX_AUTHORIZATION })]
    fn refuses_parameters(#[case] text: &str, #[case] malformed: Malformed) {
        assert_eq!(parse(text), Err(malformed));
    }

    proptest! {
        #[test]
        fn no_input_panics(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn no_near_miss_panics(
            text in r"((Credential|SignedHeaders|Signature|[a-z]?) ?=? ?[a-z0-9é/;=]{0,70}[, ]{0,3}){0,5}"
        ) {
            let _ = parse(&text);
        }

        #[test]
        fn order_and_spaces_do_not_matter(
            order in Just([0, 1, 2]).prop_shuffle(),
            key in "[A-Z0-9]{1,20}",
            region in "[a-z0-9-]{1,20}",
            signature in "[0-9a-f]{64}",
            spaces in proptest::array::uniform6("[ \t]{0,3}"),
        ) {
            let parameters = [
                format!("Credential={key}/20250101/{region}/api/osc4_request"),
                SIGNED.to_owned(),
                format!("Signature={signature}"),
            ];
            let usual = parameters.join(", ");
            let shuffled: Vec<_> = order
                .iter()
                .map(|&at| format!("{}{}{}", spaces[at], parameters[at], spaces[at + 3]))
                .collect();
            let shuffled = shuffled.join(",");
            prop_assert!(parse(&usual).is_ok());
            prop_assert_eq!(parse(&shuffled), parse(&usual));
        }
    }
}
