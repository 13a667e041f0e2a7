//! Certificate authorities and client certificates for tests (feature `tls`).
//!
//! What API access rules judge is the certificate with which a client connects. Here are some to
//! connect with: good ones, expired ones, those of another authority.
//!
//! ```
//! use mockscale::pki::Authority;
//!
//! let ca = Authority::new("our laptops");
//! let laptop = ca.issue("alice");
//! // `ca.pem()` is what CreateCa takes; `laptop.identity_pem()` is what a client connects with,
//! // such as reqwest::Identity::from_pem(laptop.identity_pem().as_bytes()).
//! assert!(ca.pem().starts_with("-----BEGIN CERTIFICATE-----\n"));
//! assert!(laptop.identity_pem().contains("PRIVATE KEY"));
//! ```
//!
//! **Nothing here is a secret.** Every key follows from the names that it was asked for with, so that
//! the same names give the same bytes in every run, and what a test records stays as it is. Whoever
//! knows the names can make the key: register these authorities with a fake cloud only.
//!
//! Left out: keys other than Ed25519, revocation, and certificates of versions before X.509 v3.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pkcs1::pem::{LineEnding, encode_string};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ED25519, SerialNumber,
};
use rustls::pki_types::PrivatePkcs8KeyDer;
use sha2::{Digest, Sha256};

/// When what was given no dates begins to be valid: 2000-01-01T00:00:00Z, in seconds since 1970.
const FROM: i64 = 946_684_800;
/// When it ends: 2100-01-01T00:00:00Z, in seconds since 1970.
const UNTIL: i64 = 4_102_444_800;
/// The end of what a certificate can say: 9999-12-31T23:59:59Z, in seconds since 1970.
const LAST: i64 = 253_402_300_799;

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410, section 7).
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// What rcgen can fail at: a key that is none, a name that DER cannot hold.
const MADE: &str = "a certificate of an Ed25519 key and UTF-8 names can be made";

/// A certificate authority.
#[derive(Clone)]
pub struct Authority {
    name: String,
    seed: Seed,
    issuer: Arc<CertifiedIssuer<'static, KeyPair>>,
    /// The authorities between it and the root, itself first; the root has none.
    chain: Vec<Vec<u8>>,
}

/// A client's certificate with its key, and the intermediate authorities above it.
#[derive(Clone)]
pub struct Certificate {
    name: String,
    seed: Seed,
    chain: Vec<Vec<u8>>,
}

impl Authority {
    /// An authority that signs for itself, valid from 2000 to 2100.
    pub fn new(name: &str) -> Self {
        Self::new_valid(name, usual(FROM), usual(UNTIL))
    }

    /// [`Authority::new`] with dates of its own, in whole seconds, both included.
    ///
    /// # Panics
    /// When `from` is before 1970 or after `until`, or `until` is after 9999.
    #[track_caller]
    pub fn new_valid(name: &str, from: Timestamp, until: Timestamp) -> Self {
        let seed = Seed::of(None, "authority", name);
        let params = authority(name, &seed, from, until);
        Self {
            name: name.to_owned(),
            issuer: Arc::new(CertifiedIssuer::self_signed(params, seed.key()).expect(MADE)),
            chain: Vec::new(),
            seed,
        }
    }

    /// An authority under this one, valid from 2000 to 2100. What it issues brings the certificate
    /// of the intermediate along.
    ///
    /// ```
    /// use mockscale::pki::Authority;
    ///
    /// let site = Authority::new("company").intermediate("site");
    /// assert_eq!(site.issue("alice").chain().len(), 2);
    /// ```
    pub fn intermediate(&self, name: &str) -> Self {
        self.intermediate_valid(name, usual(FROM), usual(UNTIL))
    }

    /// [`Authority::intermediate`] with dates of its own, in whole seconds, both included.
    ///
    /// # Panics
    /// When `from` is before 1970 or after `until`, or `until` is after 9999.
    #[track_caller]
    pub fn intermediate_valid(&self, name: &str, from: Timestamp, until: Timestamp) -> Self {
        let seed = Seed::of(Some(&self.seed), "authority", name);
        let params = authority(name, &seed, from, until);
        let issuer = CertifiedIssuer::signed_by(params, seed.key(), &self.issuer).expect(MADE);
        let chain = [issuer.der().to_vec()].into_iter();
        Self {
            name: name.to_owned(),
            chain: chain.chain(self.chain.iter().cloned()).collect(),
            issuer: Arc::new(issuer),
            seed,
        }
    }

    /// A client certificate with that common name, valid from 2000 to 2100.
    pub fn issue(&self, common_name: &str) -> Certificate {
        self.issue_valid(common_name, usual(FROM), usual(UNTIL))
    }

    /// [`Authority::issue`] with dates of its own, in whole seconds, both included: what matters is
    /// the cloud's clock.
    ///
    /// ```
    /// use mockscale::pki::Authority;
    ///
    /// let [from, until] = ["2024-01-01T00:00:00Z", "2024-01-31T00:00:00Z"];
    /// let short = Authority::new("ca").issue_valid("alice", from.parse()?, until.parse()?);
    /// # Ok::<(), mockscale::jiff::Error>(())
    /// ```
    ///
    /// # Panics
    /// When `from` is before 1970 or after `until`, or `until` is after 9999.
    #[track_caller]
    pub fn issue_valid(&self, common_name: &str, from: Timestamp, until: Timestamp) -> Certificate {
        let usage = ExtendedKeyUsagePurpose::ClientAuth;
        self.issue_for(usage, common_name, from, until)
    }

    /// A certificate that says it is for servers, which no client should be let in with.
    pub fn issue_for_servers(&self, common_name: &str) -> Certificate {
        let usage = ExtendedKeyUsagePurpose::ServerAuth;
        self.issue_for(usage, common_name, usual(FROM), usual(UNTIL))
    }

    /// The authority's own certificate as PEM, which `CreateCa` takes.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", self.der())
    }

    /// The authority's own certificate as DER.
    pub fn der(&self) -> &[u8] {
        self.issuer.der()
    }

    #[track_caller]
    fn issue_for(
        &self,
        usage: ExtendedKeyUsagePurpose,
        name: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Certificate {
        let role = match usage {
            ExtendedKeyUsagePurpose::ServerAuth => "server",
            _ => "client",
        };
        let seed = Seed::of(Some(&self.seed), role, name);
        let mut params = params(name, &seed, from, until);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let signed = params.signed_by(&seed.key(), &self.issuer).expect(MADE);
        let chain = [signed.der().to_vec()].into_iter();
        Certificate {
            name: name.to_owned(),
            chain: chain.chain(self.chain.iter().cloned()).collect(),
            seed,
        }
    }
}

impl Certificate {
    /// The certificate and then the intermediate ones, as PEM; the root is left out, since whoever
    /// judges has it.
    pub fn pem(&self) -> String {
        let blocks = self.chain.iter().map(|der| pem("CERTIFICATE", der));
        blocks.collect()
    }

    /// The private key as PEM (PKCS#8).
    pub fn key_pem(&self) -> String {
        pem("PRIVATE KEY", &self.seed.pkcs8())
    }

    /// [`Certificate::pem`] and [`Certificate::key_pem`] in one text, which `curl --cert` and
    /// `reqwest::Identity::from_pem` take.
    pub fn identity_pem(&self) -> String {
        self.pem() + &self.key_pem()
    }

    /// The certificate and then the intermediate ones, as DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }
}

/// Without the key.
impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Authority");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

/// Without the key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Certificate");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a key is made of.
#[derive(Clone)]
struct Seed([u8; 32]);

impl Seed {
    /// Follows from every name from the root down.
    fn of(above: Option<&Self>, role: &str, name: &str) -> Self {
        let mut hash = Sha256::new_with_prefix("mockscale pki");
        hash.update(above.map_or([0; 32], |above| above.0));
        // No role contains a zero, so none can be mistaken for the beginning of a name.
        hash.update(format!("{role}\0{name}"));
        Self(hash.finalize().into())
    }

    fn pkcs8(&self) -> [u8; 48] {
        let mut key = [0; 48];
        key[..16].copy_from_slice(&PKCS8);
        key[16..].copy_from_slice(&self.0);
        key
    }

    fn key(&self) -> KeyPair {
        let pkcs8 = self.pkcs8();
        let key = PrivatePkcs8KeyDer::from(&pkcs8[..]);
        KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_ED25519).expect(MADE)
    }

    /// The certificates of one name differ by their dates.
    fn serial(&self, from: Timestamp, until: Timestamp) -> SerialNumber {
        let mut hash = Sha256::new_with_prefix(self.0);
        hash.update(from.as_second().to_be_bytes());
        hash.update(until.as_second().to_be_bytes());
        let mut serial: [u8; 16] = [0; 16];
        serial.copy_from_slice(&hash.finalize()[..16]);
        // Positive, and as long for everyone.
        serial[0] = serial[0] & 0x3f | 0x40;
        SerialNumber::from_slice(&serial)
    }
}

#[track_caller]
fn authority(name: &str, seed: &Seed, from: Timestamp, until: Timestamp) -> CertificateParams {
    let mut params = params(name, seed, from, until);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

#[track_caller]
fn params(name: &str, seed: &Seed, from: Timestamp, until: Timestamp) -> CertificateParams {
    let [first, last] = [from.as_second(), until.as_second()];
    assert!(
        0 <= first && first <= last && last <= LAST,
        "a certificate is valid from an instant to a later one, between 1970 and 9999, not from \
         {from} to {until}"
    );
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.not_before = epoch + Duration::from_secs(first.unsigned_abs());
    params.not_after = epoch + Duration::from_secs(last.unsigned_abs());
    params.serial_number = Some(seed.serial(from, until));
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.use_authority_key_identifier_extension = true;
    params
}

fn usual(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("the usual dates are dates")
}

fn pem(label: &str, der: &[u8]) -> String {
    encode_string(label, LineEnding::LF, der).expect("DER of some kilobytes fits into PEM")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::x509::{common_name, read_ca};

    #[test]
    fn the_same_names_give_the_same_bytes() {
        let make = || Authority::new("root").intermediate("site").issue("alice");
        assert_eq!(make().identity_pem(), make().identity_pem());
        // The bytes of an earlier version: transcripts and fixtures may hold them.
        let fingerprint = read_ca(&Authority::new("root").pem()).unwrap().fingerprint;
        assert_eq!(fingerprint, "2a14d0b3dc523409815d0895cc9167ef007303d1");
    }

    #[test]
    fn other_names_give_other_keys() {
        let root = Authority::new("root");
        let keys = [
            root.issue("alice").key_pem(),
            root.issue("bob").key_pem(),
            root.intermediate("alice").issue("alice").key_pem(),
            Authority::new("other").issue("alice").key_pem(),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn a_certificate_carries_its_name_and_its_intermediates() {
        let site = Authority::new("root")
            .intermediate("region")
            .intermediate("site");
        let certificate = site.issue("alice");
        let names: Vec<_> = certificate
            .chain()
            .iter()
            .map(|der| common_name(der))
            .collect();
        let names: Vec<_> = names.iter().flatten().map(String::as_str).collect();
        assert_eq!(names, ["alice", "site", "region"]);
        assert_eq!(certificate.pem().matches("BEGIN CERTIFICATE").count(), 3);
        assert_eq!(
            certificate.key_pem().matches("BEGIN PRIVATE KEY").count(),
            1
        );
    }

    #[test]
    fn debug_shows_no_key() {
        let root = Authority::new("root");
        let shown = format!("{root:?} {:?}", root.issue("alice"));
        assert_eq!(
            shown,
            r#"Authority { name: "root", .. } Certificate { name: "alice", .. }"#
        );
    }

    #[test]
    #[should_panic(expected = "to a later one")]
    fn the_end_is_not_before_the_beginning() {
        Authority::new("root").issue_valid("alice", usual(UNTIL), usual(FROM));
    }
}
