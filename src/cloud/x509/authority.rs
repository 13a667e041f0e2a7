//! The certificates of authorities that clients' certificates may chain to.

use x509_cert::certificate::{Certificate, Version};
use x509_cert::der::Decode;
use x509_cert::ext::pkix::BasicConstraints;

use super::pem::{self, BadPem, CERTIFICATE};

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

/// Reads the certificate of an authority from its PEM; what stands around the PEM is passed over.
///
/// ```
/// use mockscale::cloud::x509::{BadPem, read_ca};
///
/// assert_eq!(read_ca("no certificate"), Err(BadPem::NoBlock("CERTIFICATE")));
/// ```
///
/// # Errors
/// When the text does not hold exactly one certificate, or that is none of an authority.
pub fn read_ca(pem: &str) -> Result<Authority, BadPem> {
    let der = pem::one(pem, CERTIFICATE)?;
    let certificate = Certificate::from_der(&der).map_err(|_| BadPem::NoCertificate)?;
    let tbs = certificate.tbs_certificate();
    let constraints = tbs.get_extension::<BasicConstraints>();
    let constraints = constraints.map_err(|_| BadPem::NoCertificate)?;
    // assumed: nothing is documented about a certificate that may issue none. It could never
    // validate another, so refusing it tells of the mistake where it is made.
    let issues = constraints.is_some_and(|(_, constraints)| constraints.ca);
    if !issues || tbs.version() != Version::V3 {
        return Err(BadPem::NoAuthority);
    }
    let fingerprint = super::fingerprint(&der);
    Ok(Authority { der, fingerprint })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::{MAX_PEM, common_name};
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    const AUTHORITY: &str = include_str!("../../../fixtures/certificates/authority.pem");
    const VERSION_1: &str = include_str!("../../../fixtures/certificates/version-1.pem");
    const NO_AUTHORITY: &str = include_str!("../../../fixtures/certificates/no-authority.pem");
    const REQUEST: &str = include_str!("../../../fixtures/certificates/request.pem");
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
    #[case::nothing(String::new(), BadPem::NoBlock(CERTIFICATE))]
    #[case::words("a certificate".to_owned(), BadPem::NoBlock(CERTIFICATE))]
    #[case::bare_base64("MIIBiTCCATugAwIBAgIU".to_owned(), BadPem::NoBlock(CERTIFICATE))]
    #[case::an_end_alone("-----END CERTIFICATE-----".to_owned(), BadPem::NoBlock(CERTIFICATE))]
    #[case::without_line_breaks(AUTHORITY.replace('\n', " "), BadPem::Folded)]
    #[case::with_breaks_spelt_out(AUTHORITY.replace('\n', "\\n"), BadPem::Folded)]
    #[case::half(AUTHORITY[..200].to_owned(), BadPem::Unended(CERTIFICATE))]
    #[case::another_end(AUTHORITY.replace("END CERT", "END A CERT"), BadPem::Unended(CERTIFICATE))]
    #[case::two_beginnings(format!("{}\n{AUTHORITY}", &AUTHORITY[..200]), BadPem::Unended(CERTIFICATE))]
    #[case::a_key(KEY.to_owned(), BadPem::PrivateKey)]
    #[case::with_its_key(format!("{AUTHORITY}{KEY}"), BadPem::PrivateKey)]
    #[case::a_request(REQUEST.to_owned(), BadPem::Request)]
    #[case::a_list(AUTHORITY.replace("CERTIFICATE", "X509 CRL"), BadPem::OtherBlock(CERTIFICATE))]
    #[case::no_label(AUTHORITY.replace("CERTIFICATE", ""), BadPem::OtherBlock(CERTIFICATE))]
    #[case::a_chain(AUTHORITY.repeat(3), BadPem::Several(3))]
    #[case::no_base64(AUTHORITY.replace("MII", "M!I"), BadPem::NoBase64)]
    #[case::one_letter_short(AUTHORITY.replace("MII", "MI"), BadPem::NoBase64)]
    #[case::empty(pem(b""), BadPem::NoCertificate)]
    #[case::other_bytes(pem(b"no certificate"), BadPem::NoCertificate)]
    #[case::no_authority(NO_AUTHORITY.to_owned(), BadPem::NoAuthority)]
    #[case::before_extensions(VERSION_1.to_owned(), BadPem::NoAuthority)]
    #[case::too_large("a".repeat(MAX_PEM + 1), BadPem::TooLarge(MAX_PEM + 1))]
    fn what_is_no_authority(#[case] text: String, #[case] problem: BadPem) {
        assert_eq!(read_ca(&text), Err(problem));
        assert!(!problem.to_string().contains("c2VjcmV0"));
    }

    #[test]
    fn nothing_may_follow_a_certificate() {
        let mut der = read_ca(AUTHORITY).unwrap().der;
        der.push(0);
        assert_eq!(read_ca(&pem(&der)), Err(BadPem::NoCertificate));
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
