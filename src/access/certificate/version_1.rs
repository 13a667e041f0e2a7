//! Client certificates of X.509 version 1, which have no extensions.
//!
//! `openssl x509 -req` issues such ones unless it is told more (before OpenSSL 3.2). Left out:
//! authorities of that version, and intermediate ones above such a certificate.

use jiff::Timestamp;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use webpki::{ALL_VERIFICATION_ALGS, Error, RawPublicKeyEntity};
use x509_cert::certificate::Certificate;
use x509_cert::der::asn1::AnyRef;
use x509_cert::der::{Decode, Encode};

use super::{Distrust, Link, in_time};

/// Says whether an authority itself has issued such a certificate, and it is valid at that instant.
///
/// assumed: the cloud takes them, as common TLS servers do; nothing is documented.
///
/// # Errors
/// Why it does not count.
pub(super) fn judge(leaf: &[u8], authority: &Certificate, at: Timestamp) -> Result<(), Distrust> {
    let unreadable = Distrust::Malformed(Link::Client);
    let leaf = Certificate::from_der(leaf).map_err(|_| unreadable)?;
    in_time(&leaf, Link::Client, at)?;
    let authority = authority.tbs_certificate();
    if leaf.tbs_certificate().issuer() != authority.subject() {
        return Err(Distrust::UnknownIssuer);
    }
    let key = authority.subject_public_key_info().to_der();
    match (key, signed(&leaf)) {
        (Ok(key), Some(signed)) => signed.with(&key.into()),
        _ => Err(unreadable),
    }
}

/// A signature and what it is about.
struct Signed {
    /// The algorithm's identifier, without the header around it.
    algorithm: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

fn signed(certificate: &Certificate) -> Option<Signed> {
    let algorithm = certificate.signature_algorithm().to_der().ok()?;
    Some(Signed {
        algorithm: AnyRef::from_der(&algorithm).ok()?.value().to_vec(),
        message: certificate.tbs_certificate().to_der().ok()?,
        signature: certificate.signature().as_bytes()?.to_vec(),
    })
}

impl Signed {
    /// Whether it was signed with that key.
    fn with(&self, key: &SubjectPublicKeyInfoDer<'_>) -> Result<(), Distrust> {
        let key = RawPublicKeyEntity::try_from(key);
        let key = key.map_err(|_| Distrust::Malformed(Link::Authority))?;
        let mut judgement = Err(Distrust::Unsupported);
        // Several differ only in the curve of the key.
        for algorithm in ALL_VERIFICATION_ALGS {
            if algorithm.signature_alg_id().as_ref() != self.algorithm {
                continue;
            }
            judgement = match key.verify_signature(*algorithm, &self.message, &self.signature) {
                Ok(()) => return Ok(()),
                Err(Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => judgement,
                Err(_) => Err(Distrust::BadSignature),
            };
        }
        judgement
    }
}
