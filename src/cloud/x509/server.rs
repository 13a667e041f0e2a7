//! The certificates of servers: with the private key that belongs to one, and the certificates of
//! those who issued it.
//!
//! Left out: whether the signatures hold and what a certificate may be used for; its dates are read
//! and not judged.

use std::fmt;

use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use x509_cert::certificate::Certificate;
use x509_cert::der::Decode;

use super::pem::{self, BadPem, CERTIFICATE, RSA_KEY};

/// Why a certificate cannot be used by a server. None of what was sent is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadServer {
    /// The certificate itself.
    Body(BadPem),
    /// The certificates of its issuers.
    Chain(BadPem),
    /// The certificate at that place of the chain, counted from one, did not issue the one before.
    BrokenChain(usize),
    /// The private key.
    PrivateKey(BadPem),
    /// The private key belongs to another certificate.
    Mismatch,
}

impl fmt::Display for BadServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(bad) => write!(f, "The Body cannot be used: {bad}."),
            Self::Chain(bad) => write!(f, "The Chain cannot be used: {bad}."),
            Self::BrokenChain(place) => write!(
                f,
                "The Chain cannot be used: the subject of its certificate {place} is not the \
                 issuer of the one before; send the issuer of the Body first."
            ),
            Self::PrivateKey(bad) => write!(f, "The PrivateKey cannot be used: {bad}."),
            Self::Mismatch => f.write_str("The PrivateKey is not that of the certificate."),
        }
    }
}

impl std::error::Error for BadServer {}

/// The day (UTC) on which a server's certificate expires, as `2033-12-31`, if the certificate, its
/// chain and its key are all in order.
///
/// ```
/// use mockscale::cloud::x509::{BadPem, BadServer, server_expiry};
///
/// let bad = BadServer::Body(BadPem::NoBlock("CERTIFICATE"));
/// assert_eq!(server_expiry("no certificate", None, "no key"), Err(bad));
/// ```
///
/// # Errors
/// When one of the texts is not what it has to be, or they do not belong together.
pub fn server_expiry(body: &str, chain: Option<&str>, key: &str) -> Result<String, BadServer> {
    let der = pem::one(body, CERTIFICATE).map_err(BadServer::Body)?;
    let certificate = read(&der).map_err(BadServer::Body)?;
    if let Some(chain) = chain {
        check_chain(&certificate, chain)?;
    }
    let key = pem::one(key, RSA_KEY).map_err(BadServer::PrivateKey)?;
    let key = RsaPrivateKeyRef::from_der(&key);
    let key = key.map_err(|_| BadServer::PrivateKey(BadPem::NoKey))?;
    if !is_of(&key, &certificate) {
        return Err(BadServer::Mismatch);
    }
    // Not by way of an instant: what never expires does so after the last one that we have.
    let end = certificate.tbs_certificate().validity().not_after;
    let end = end.to_date_time();
    let (year, month, day) = (end.year(), end.month(), end.day());
    Ok(format!("{year:04}-{month:02}-{day:02}"))
}

fn read(der: &[u8]) -> Result<Certificate, BadPem> {
    Certificate::from_der(der).map_err(|_| BadPem::NoCertificate)
}

/// Refuses a chain in which not each certificate is, by its name, the issuer of the one before.
fn check_chain(certificate: &Certificate, chain: &str) -> Result<(), BadServer> {
    let ders = pem::all(chain, CERTIFICATE).map_err(BadServer::Chain)?;
    let mut issuer = certificate.tbs_certificate().issuer().clone();
    for (place, der) in (1..).zip(&ders) {
        let above = read(der).map_err(BadServer::Chain)?;
        let above = above.tbs_certificate();
        // assumed: nothing is documented about the order. Clients that are shown another one find
        // no way to their root, so refusing it tells of the mistake where it is made.
        if *above.subject() != issuer {
            return Err(BadServer::BrokenChain(place));
        }
        issuer = above.issuer().clone();
    }
    Ok(())
}

/// Whether the public half of a key is the one in a certificate.
fn is_of(key: &RsaPrivateKeyRef<'_>, certificate: &Certificate) -> bool {
    let info = certificate.tbs_certificate().subject_public_key_info();
    let public = info.subject_public_key.as_bytes().unwrap_or_default();
    info.algorithm.oid == pkcs1::ALGORITHM_OID
        && RsaPublicKeyRef::from_der(public).is_ok_and(|public| public == key.public_key())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::cloud::ssh::make_rsa;

    const SITE: &str = include_str!("../../../fixtures/certificates/server/site.pem");
    const KEY: &str = include_str!("../../../fixtures/certificates/server/site.key");
    const PKCS8: &str = include_str!("../../../fixtures/certificates/server/site.pkcs8.key");
    const LOCKED: &str = include_str!("../../../fixtures/certificates/server/site.encrypted.key");
    const SITE_EC: &str = include_str!("../../../fixtures/certificates/server/elliptic.pem");
    const KEY_EC: &str = include_str!("../../../fixtures/certificates/server/elliptic.key");
    const ISSUER: &str = include_str!("../../../fixtures/certificates/server/intermediate.pem");
    const ROOT: &str = include_str!("../../../fixtures/certificates/server/root.pem");

    #[rstest]
    #[case::alone(None)]
    #[case::with_its_issuer(Some(ISSUER.to_owned()))]
    #[case::up_to_the_root(Some(format!("{ISSUER}{ROOT}")))]
    fn what_belongs_together_is_read(#[case] chain: Option<String>) {
        let chain = chain.as_deref();
        assert_eq!(server_expiry(SITE, chain, KEY), Ok("2033-12-31".to_owned()));
        let (site, key) = (SITE.replace('\n', "\r\n"), format!("a key:\n{KEY}"));
        assert!(server_expiry(&site, chain, &key).is_ok());
    }

    #[rstest]
    #[case::words("a certificate", BadPem::NoBlock(CERTIFICATE))]
    #[case::its_key(KEY, BadPem::PrivateKey)]
    #[case::with_its_issuer(&format!("{SITE}{ISSUER}"), BadPem::Several(2))]
    #[case::half(&SITE[..200], BadPem::Unended(CERTIFICATE))]
    #[case::other_bytes(&SITE.replace("MII", "AAA"), BadPem::NoCertificate)]
    fn what_is_no_certificate(#[case] body: &str, #[case] problem: BadPem) {
        let read = server_expiry(body, None, KEY);
        assert_eq!(read, Err(BadServer::Body(problem)));
    }

    #[rstest]
    #[case::words("a chain", BadServer::Chain(BadPem::NoBlock(CERTIFICATE)))]
    #[case::a_key(KEY, BadServer::Chain(BadPem::PrivateKey))]
    #[case::other_bytes(&ROOT.replace("MII", "AAA"), BadServer::Chain(BadPem::NoCertificate))]
    #[case::itself(SITE, BadServer::BrokenChain(1))]
    #[case::root_alone(ROOT, BadServer::BrokenChain(1))]
    #[case::root_first(&format!("{ROOT}{ISSUER}"), BadServer::BrokenChain(1))]
    #[case::twice(&ISSUER.repeat(2), BadServer::BrokenChain(2))]
    fn what_is_no_chain(#[case] chain: &str, #[case] problem: BadServer) {
        assert_eq!(server_expiry(SITE, Some(chain), KEY), Err(problem));
    }

    #[rstest]
    #[case::words("a key", BadPem::NoBlock(RSA_KEY))]
    #[case::a_certificate(SITE, BadPem::OtherBlock(RSA_KEY))]
    #[case::pkcs8(PKCS8, BadPem::OtherKey)]
    #[case::elliptic(KEY_EC, BadPem::OtherKey)]
    #[case::with_a_password(LOCKED, BadPem::Encrypted)]
    #[case::pkcs8_with_a_password(&PKCS8.replace("PRI", "ENCRYPTED PRI"), BadPem::Encrypted)]
    #[case::two(&KEY.repeat(2), BadPem::Several(2))]
    #[case::half(&KEY[..200], BadPem::Unended(RSA_KEY))]
    #[case::folded(&KEY.replace('\n', " "), BadPem::Folded)]
    #[case::no_base64(&KEY.replace("MII", "M!I"), BadPem::NoBase64)]
    #[case::other_bytes(&KEY.replace("MII", "AAA"), BadPem::NoKey)]
    #[case::a_mislabelled_one(&PKCS8.replace("PRI", "RSA PRI"), BadPem::NoKey)]
    #[case::too_large(&"a".repeat(pem::MAX_PEM + 1), BadPem::TooLarge(pem::MAX_PEM + 1))]
    fn what_is_no_key(#[case] key: &str, #[case] problem: BadPem) {
        let read = server_expiry(SITE, None, key);
        assert_eq!(read, Err(BadServer::PrivateKey(problem)));
        assert!(!problem.to_string().contains("MII"), "{problem}");
    }

    #[test]
    fn another_key_does_not_match() {
        let other = make_rsa(0, 0).private_pem;
        assert_eq!(server_expiry(SITE, None, &other), Err(BadServer::Mismatch));
        assert_eq!(server_expiry(SITE_EC, None, KEY), Err(BadServer::Mismatch));
    }

    proptest! {
        #[test]
        fn no_damage_makes_it_panic(
            at in any::<prop::sample::Index>(),
            length in 0..8_usize,
            put in "[A-Za-z0-9+/=\n-]{0,8}",
        ) {
            let damaged = |text: &str| {
                let start = at.index(text.len());
                let mut text = text.to_owned();
                text.replace_range(start..(start + length).min(text.len()), &put);
                text
            };
            let _ = server_expiry(&damaged(SITE), Some(ISSUER), KEY);
            let _ = server_expiry(SITE, Some(&damaged(ISSUER)), KEY);
            let _ = server_expiry(SITE, None, &damaged(KEY));
        }
    }
}
