//! Certificates as the API is handed them: the PEM of an authority, of a server with its key, the
//! name of a subject.
//!
//! Left out: signatures and, but for a server's end, dates: they matter when somebody shows a
//! certificate and not when it is registered.

mod authority;
mod pem;
mod server;

use sha1::{Digest, Sha1};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::certificate::Certificate;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Tag, Tagged};

pub use authority::{Authority, read_ca};
pub use pem::{BadPem, MAX_PEM};
pub use server::{BadServer, server_expiry};

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

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

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, DnValue, KeyPair};
    use rstest::rstest;

    use super::*;

    const AUTHORITY: &str = include_str!("../../../fixtures/certificates/authority.pem");

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
}
