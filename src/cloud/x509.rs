//! Certificates as the API is handed them: the PEM of an authority, the name of a subject.
//!
//! Left out: signatures, dates and chains, which matter when a client shows a certificate and not
//! when an authority is registered.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::certificate::{Certificate, Version};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Tag, Tagged};
use x509_cert::ext::pkix::BasicConstraints;

/// The largest text that is read, in bytes (64 KiB).
///
/// assumed: no limit is documented; a certificate seldom has more than 4 KiB.
pub const MAX_PEM: usize = 64 << 10;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// A certificate authority that clients' certificates may chain to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its certificate.
    pub der: Vec<u8>,
    /// SHA-1 of the certificate: 40 lower-case hexadecimal digits.
    ///
    /// assumed: the documents show the form, not of what it is made; SHA-1 of the DER is what other
    /// tools call the fingerprint of a certificate.
    pub fingerprint: String,
}

/// Why a text is no certificate authority. None of it is repeated: it may hold a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCa {
    /// The text has that many bytes, more than [`MAX_PEM`].
    TooLarge(usize),
    /// There is no PEM block.
    NoBlock,
    /// The line breaks of the text are gone.
    Folded,
    /// A block does not end.
    Unended,
    /// One of the blocks is a private key.
    PrivateKey,
    /// The block is a request for a certificate.
    Request,
    /// The block is something else.
    OtherBlock,
    /// There are that many certificates.
    Several(usize),
    /// What stands in the block is no base64.
    NoBase64,
    /// The bytes in the block are no X.509 certificate, or something follows it.
    NoCertificate,
    /// The certificate is that of no authority.
    NoAuthority,
}

impl fmt::Display for BadCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(
                f,
                "the text has {bytes} bytes; a certificate has fewer than {MAX_PEM}"
            ),
            Self::NoBlock => f.write_str(
                "there is no PEM in the text; a certificate begins with the line \
                 -----BEGIN CERTIFICATE-----",
            ),
            Self::Folded => f.write_str(
                "the lines of the PEM have run together; send the file with its line breaks",
            ),
            Self::Unended => f.write_str(
                "the PEM breaks off; a certificate ends with the line -----END CERTIFICATE-----",
            ),
            Self::PrivateKey => f.write_str(
                "there is a private key in the text; send the certificate only, the key is for \
                 its owner alone",
            ),
            Self::Request => f.write_str(
                "this is a request for a certificate; send the certificate that was issued for it",
            ),
            Self::OtherBlock => f.write_str("the PEM is no CERTIFICATE but something else"),
            Self::Several(count) => write!(
                f,
                "there are {count} certificates; send that of one authority, without its chain"
            ),
            Self::NoBase64 => f.write_str("what stands between the lines of the PEM is no base64"),
            Self::NoCertificate => f.write_str("the PEM holds no X.509 certificate"),
            Self::NoAuthority => f.write_str(
                "this is not the certificate of an authority; issue it as X.509 version 3 with \
                 the basic constraint CA:TRUE",
            ),
        }
    }
}

impl std::error::Error for BadCa {}

/// Reads the certificate of an authority from its PEM; what stands around the PEM is passed over.
///
/// ```
/// use mockscale::cloud::x509::{BadCa, read_ca};
///
/// assert_eq!(read_ca("no certificate"), Err(BadCa::NoBlock));
/// ```
///
/// # Errors
/// When the text does not hold exactly one certificate, or that is none of an authority.
pub fn read_ca(pem: &str) -> Result<Authority, BadCa> {
    if pem.len() > MAX_PEM {
        return Err(BadCa::TooLarge(pem.len()));
    }
    let der = STANDARD.decode(one_certificate(pem)?);
    let der = der.map_err(|_| BadCa::NoBase64)?;
    let certificate = Certificate::from_der(&der).map_err(|_| BadCa::NoCertificate)?;
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>();
    let constraints = constraints.map_err(|_| BadCa::NoCertificate)?;
    // assumed: nothing is documented about a certificate that may issue none. It could never
    // validate another, so refusing it tells of the mistake where it is made.
    let issues = constraints.is_some_and(|(_, constraints)| constraints.ca);
    if !issues || tbs.version() != Version::V3 {
        return Err(BadCa::NoAuthority);
    }
    let fingerprint = fingerprint(&der);
    Ok(Authority { der, fingerprint })
}

/// What a certificate is called: its common name, or its fingerprint without one.
pub fn called(der: &[u8]) -> String {
    let name = common_name(der).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| fingerprint(der))
}

/// SHA-1 as hexadecimal digits: what tools call the fingerprint of a certificate.
fn fingerprint(der: &[u8]) -> String {
    let digits = Sha1::digest(der).map(|byte| format!("{byte:02x}"));
    digits.join("")
}

/// The common name of a certificate's subject: the last of several, which is the most specific.
///
/// None where there is none, or it cannot be read: the certificate is broken, or the name is in one
/// of the character sets that were given up long ago.
pub fn common_name(der: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(der).ok()?;
    let names = certificate.tbs_certificate().subject().iter();
    text(names.filter(|name| name.oid == COMMON_NAME).last()?)
}

fn text(name: &AttributeTypeAndValue) -> Option<String> {
    let bytes = name.value.value();
    match name.value.tag() {
        // Programs put more into a PrintableString than it may hold, and others read it.
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            String::from_utf8(bytes.to_vec()).ok()
        }
        // What is written as such is Latin-1 in truth.
        Tag::TeletexString => Some(bytes.iter().copied().map(char::from).collect()),
        Tag::BmpString => {
            let pairs = bytes.chunks(2).map(|pair| match *pair {
                [high, low] => Some(u16::from_be_bytes([high, low])),
                _ => None,
            });
            String::from_utf16(&pairs.collect::<Option<Vec<_>>>()?).ok()
        }
        _ => None,
    }
}

/// The base64 of the one certificate in a text, without its line breaks.
fn one_certificate(text: &str) -> Result<String, BadCa> {
    let blocks = blocks(text)?;
    let labels = || blocks.iter().map(|(label, _)| *label);
    if labels().any(|label| label.ends_with("PRIVATE KEY")) {
        return Err(BadCa::PrivateKey);
    }
    if labels().any(|label| label.ends_with("CERTIFICATE REQUEST")) {
        return Err(BadCa::Request);
    }
    if labels().any(|label| label != "CERTIFICATE") {
        return Err(BadCa::OtherBlock);
    }
    match &blocks[..] {
        [] => Err(BadCa::NoBlock),
        [(_, base64)] => Ok(base64.clone()),
        several => Err(BadCa::Several(several.len())),
    }
}

/// The label and the content of each PEM block.
fn blocks(text: &str) -> Result<Vec<(&str, String)>, BadCa> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in text.lines().map(str::trim) {
        let begins = label(line, BEGIN);
        if begins.is_none() && line.contains(BEGIN) {
            return Err(BadCa::Folded);
        }
        open = match (open, begins) {
            (None, Some(label)) => Some((label, String::new())),
            (None, None) => None,
            (Some(_), Some(_)) => return Err(BadCa::Unended),
            (Some((name, content)), None) if label(line, END) == Some(name) => {
                blocks.push((name, content));
                None
            }
            (Some((name, content)), None) => Some((name, content + line)),
        };
    }
    match open {
        Some(_) => Err(BadCa::Unended),
        None => Ok(blocks),
    }
}

fn label<'l>(line: &'l str, edge: &str) -> Option<&'l str> {
    let label = line.strip_prefix(edge)?.strip_suffix(DASHES)?;
    Some(label).filter(|label| !label.contains(DASHES))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DnType, DnValue, KeyPair};
    use rstest::rstest;

    use super::*;

    const AUTHORITY: &str = include_str!("../../fixtures/certificates/authority.pem");
    const VERSION_1: &str = include_str!("../../fixtures/certificates/version-1.pem");
    const NO_AUTHORITY: &str = include_str!("../../fixtures/certificates/no-authority.pem");
    const REQUEST: &str = include_str!("../../fixtures/certificates/request.pem");
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

    fn pem(der: &[u8]) -> String {
        let base64 = STANDARD.encode(der);
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    }

    #[rstest]
    #[case::as_it_is(AUTHORITY.to_owned())]
    #[case::of_another_system(AUTHORITY.replace('\n', "\r\n"))]
    #[case::without_its_last_line_break(AUTHORITY.trim_end().to_owned())]
    #[case::after_a_text(format!("Certificate:\n    Data: ...\n{AUTHORITY}\nthe end"))]
    fn an_authority_is_read(#[case] pem: String) {
        let authority = read_ca(&pem).unwrap();
        // As openssl shows it.
        assert_eq!(
            authority.fingerprint,
            "a0e3efc011e6a38216c7c568e9a1ca63e81b9611"
        );
        assert_eq!(common_name(&authority.der).as_deref(), Some("an authority"));
    }

    #[rstest]
    #[case::nothing(String::new(), BadCa::NoBlock)]
    #[case::words("a certificate".to_owned(), BadCa::NoBlock)]
    #[case::bare_base64("MIIBiTCCATugAwIBAgIU".to_owned(), BadCa::NoBlock)]
    #[case::an_end_alone("-----END CERTIFICATE-----".to_owned(), BadCa::NoBlock)]
    #[case::without_line_breaks(AUTHORITY.replace('\n', " "), BadCa::Folded)]
    #[case::with_breaks_spelt_out(AUTHORITY.replace('\n', "\\n"), BadCa::Folded)]
    #[case::half(AUTHORITY[..200].to_owned(), BadCa::Unended)]
    #[case::another_end(AUTHORITY.replace("END CERT", "END A CERT"), BadCa::Unended)]
    #[case::two_beginnings(format!("{}\n{AUTHORITY}", &AUTHORITY[..200]), BadCa::Unended)]
    #[case::a_key(KEY.to_owned(), BadCa::PrivateKey)]
    #[case::with_its_key(format!("{AUTHORITY}{KEY}"), BadCa::PrivateKey)]
    #[case::a_request(REQUEST.to_owned(), BadCa::Request)]
    #[case::a_list(AUTHORITY.replace("CERTIFICATE", "X509 CRL"), BadCa::OtherBlock)]
    #[case::no_label(AUTHORITY.replace("CERTIFICATE", ""), BadCa::OtherBlock)]
    #[case::a_chain(AUTHORITY.repeat(3), BadCa::Several(3))]
    #[case::no_base64(AUTHORITY.replace("MII", "M!I"), BadCa::NoBase64)]
    #[case::one_letter_short(AUTHORITY.replace("MII", "MI"), BadCa::NoBase64)]
    #[case::empty(pem(b""), BadCa::NoCertificate)]
    #[case::other_bytes(pem(b"no certificate"), BadCa::NoCertificate)]
    #[case::no_authority(NO_AUTHORITY.to_owned(), BadCa::NoAuthority)]
    #[case::before_extensions(VERSION_1.to_owned(), BadCa::NoAuthority)]
    #[case::too_large("a".repeat(MAX_PEM + 1), BadCa::TooLarge(MAX_PEM + 1))]
    fn what_is_no_authority(#[case] text: String, #[case] problem: BadCa) {
        assert_eq!(read_ca(&text), Err(problem));
        assert!(!problem.to_string().contains("c2VjcmV0"));
    }

    #[test]
    fn nothing_may_follow_a_certificate() {
        let mut der = read_ca(AUTHORITY).unwrap().der;
        der.push(0);
        assert_eq!(read_ca(&pem(&der)), Err(BadCa::NoCertificate));
    }

    /// A certificate with those common names.
    fn named(names: Vec<DnValue>) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Example");
        for name in names {
            params.distinguished_name.push(DnType::CommonName, name);
        }
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[rstest]
    #[case::none(vec![], None)]
    #[case::utf8(vec![DnValue::from("Zoë")], Some("Zoë"))]
    #[case::printable(vec![DnValue::PrintableString("zoe".try_into().unwrap())], Some("zoe"))]
    #[case::ascii(vec![DnValue::Ia5String("zoe@x".try_into().unwrap())], Some("zoe@x"))]
    #[case::teletex(vec![DnValue::TeletexString("zoe".try_into().unwrap())], Some("zoe"))]
    #[case::two_bytes(vec![DnValue::BmpString("Zoë".try_into().unwrap())], Some("Zoë"))]
    #[case::four_bytes(vec![DnValue::UniversalString("Zoë".try_into().unwrap())], None)]
    fn common_names(#[case] names: Vec<DnValue>, #[case] name: Option<&str>) {
        assert_eq!(common_name(&named(names)).as_deref(), name);
    }

    #[test]
    fn what_is_no_certificate_has_no_name() {
        assert_eq!(common_name(b""), None);
        assert_eq!(common_name(AUTHORITY.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            let _ = read_ca(&text);
            let _ = read_ca(&format!("-----BEGIN {text}-----\n{text}\n-----END {text}-----"));
            let _ = read_ca(&pem(&bytes));
            let _ = common_name(&bytes);
        }

        #[test]
        fn no_damage_makes_it_panic(
            at in any::<prop::sample::Index>(),
            length in 0..8_usize,
            put in any::<Vec<u8>>(),
        ) {
            let mut der = read_ca(AUTHORITY).unwrap().der;
            let start = at.index(der.len());
            der.splice(start..(start + length).min(der.len()), put);
            let _ = common_name(&der);
            let _ = read_ca(&pem(&der));
        }
    }
}
