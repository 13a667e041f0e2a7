//! What a server shows of itself: a certificate of an authority that is made for it.
//!
//! Both are made anew for each port, and the authority's key is thrown away at once: whoever trusts
//! the authority trusts this port and nothing else. Left out: names other than those of this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, Error,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Clocks differ, between a container and its host too.
const BEFORE: Duration = DAY.saturating_mul(2);
/// Longer than a test or a server for tests lives; Apple's clients refuse more than 825 days.
const AFTER: Duration = DAY.saturating_mul(820);

/// A certificate, its key, and the authority that it is of.
pub(super) struct Identity {
    pub(super) ca_pem: String,
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Identity {
    /// For that address, the two loopback addresses and `localhost`.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub(super) fn of(address: IpAddr) -> Result<Self, Error> {
        let ca = authority()?;
        let key = KeyPair::generate()?;
        let certificate = server(address)?.signed_by(&key, &ca)?;
        Ok(Self {
            ca_pem: ca.pem(),
            chain: vec![certificate.into()],
            key: key.into(),
        })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, Error> {
    let key = KeyPair::generate()?;
    // Of two clouds' authorities a client is to see at once which one it misses.
    let mut name = "mockscale test CA ".to_owned();
    let digits = key.public_key_raw().iter().rev().take(4);
    name.extend(digits.map(|byte| format!("{byte:02x}")));
    let mut params = named(&name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, key)
}

fn server(address: IpAddr) -> Result<CertificateParams, Error> {
    let mut params = named("mockscale");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let bound = Some(address).filter(|address| !loopback.contains(address));
    let addresses = loopback.into_iter().chain(bound).map(SanType::IpAddress);
    let localhost = SanType::DnsName("localhost".try_into()?);
    params.subject_alt_names = addresses.chain([localhost]).collect();
    Ok(params)
}

fn named(name: &str) -> CertificateParams {
    // By the system's clock and not the cloud's: it is the client who judges.
    let now = SystemTime::now();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = (now - BEFORE).into();
    params.not_after = (now + AFTER).into();
    params
}
