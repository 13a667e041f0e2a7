//! Whether a client's certificate counts for an authority that the account has registered.
//!
//! The TLS handshake only proves that the client has the key; everything else is judged here, by the
//! cloud's clock: the chain, the dates, the usage. Left out: revocation, which the API has no word
//! for.

mod version_1;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};
use x509_cert::certificate::Certificate;
use x509_cert::der::Decode;
use x509_cert::time::Time;

/// Why a certificate does not count, for people to read: nothing of it is repeated but dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// The client has shown none.
    Missing,
    /// It cannot be read.
    Malformed(Link),
    /// It is not valid until then.
    NotYetValid(Link, Timestamp),
    /// It was valid until then.
    Expired(Link, Timestamp),
    /// It does not lead to the registered authority.
    UnknownIssuer,
    /// It names the authority, and another key has signed it.
    BadSignature,
    /// It says what it is for, and clients are not among that.
    NotForClients,
    /// It is that of an authority, shown as if it were a client's.
    Authority,
    /// It was issued with a certificate that may issue none, or none of that name or depth.
    NotAllowed,
    /// It is signed in a way, or demands something, that is not understood here.
    Unsupported,
}

/// A certificate between the client and the registered authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The client's own.
    Client,
    /// That of an authority in between, which the client has shown.
    Intermediate,
    /// That of the registered authority.
    Authority,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Client => "the client's certificate",
            Self::Intermediate => "an intermediate certificate",
            Self::Authority => "the certificate of the registered authority",
        })
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the client has shown no certificate"),
            Self::Malformed(link) => write!(f, "{link} cannot be read"),
            Self::NotYetValid(link, from) => write!(f, "{link} is not valid before {from}"),
            Self::Expired(link, until) => write!(f, "{link} expired at {until}"),
            Self::UnknownIssuer => f.write_str(
                "the client's certificate does not lead to the registered authority: another one \
                 has issued it, an intermediate certificate was not shown, or there are more than six \
                 of them",
            ),
            Self::BadSignature => f.write_str(
                "the client's certificate names the registered authority, and is not signed with \
                 its key",
            ),
            Self::NotForClients => f.write_str(
                "the client's certificate is not for clients, by its extended key usage",
            ),
            Self::Authority => {
                f.write_str("the client has shown the certificate of an authority as its own")
            }
            Self::NotAllowed => f.write_str(
                "an authority between the client and the registered one may not issue that, by \
                 its basic or name constraints",
            ),
            Self::Unsupported => f.write_str(
                "a certificate is signed with an algorithm, or has a critical extension, that is \
                 not supported",
            ),
        }
    }
}

impl std::error::Error for Distrust {}

/// Says whether a chain of certificates, the client's first, leads to an authority and is good for a
/// client at that instant.
///
/// # Errors
/// Why it does not, or is not.
pub fn judge(chain: &[Vec<u8>], authority: &[u8], at: Timestamp) -> Result<(), Distrust> {
    let mut shown = chain.iter().map(|der| CertificateDer::from(&der[..]));
    let leaf = shown.next().ok_or(Distrust::Missing)?;
    let intermediates: Vec<_> = shown.collect();
    let unreadable = Distrust::Malformed(Link::Authority);
    let registered = Certificate::from_der(authority).map_err(|_| unreadable)?;
    // assumed: an authority that has expired vouches for nobody, as with most servers; nothing is
    // documented.
    in_time(&registered, Link::Authority, at)?;
    let client = match EndEntityCert::try_from(&leaf) {
        Err(Error::UnsupportedCertVersion) => return version_1::judge(&leaf, &registered, at),
        read => read.map_err(|error| distrust(&error, Link::Client))?,
    };
    // assumed: any authority may be registered, also one that another has issued.
    let authority = CertificateDer::from(authority);
    let anchors = [anchor_from_trusted_cert(&authority).map_err(|_| unreadable)?];
    // No certificate is valid before 1970.
    let instant = Duration::try_from(at.duration_since(Timestamp::UNIX_EPOCH)).unwrap_or_default();
    let verified = client.verify_for_usage(
        ALL_VERIFICATION_ALGS,
        &anchors,
        &intermediates,
        UnixTime::since_unix_epoch(instant),
        KeyUsage::client_auth(),
        None,
        None,
    );
    verified.map(|_| ()).map_err(|error| {
        let own = Certificate::from_der(&leaf).ok();
        let in_time = own.is_some_and(|own| in_time(&own, Link::Client, at).is_ok());
        let link = if in_time {
            Link::Intermediate
        } else {
            Link::Client
        };
        distrust(&error, link)
    })
}

/// Whether a certificate is valid at that instant, the first and the last one included.
fn in_time(certificate: &Certificate, link: Link, at: Timestamp) -> Result<(), Distrust> {
    let validity = certificate.tbs_certificate().validity();
    let instant = |time: Time| {
        let since = Timestamp::UNIX_EPOCH.checked_add(time.to_unix_duration());
        since.map_err(|_| Distrust::Malformed(link))
    };
    let (from, until) = (instant(validity.not_before)?, instant(validity.not_after)?);
    if at < from {
        Err(Distrust::NotYetValid(link, from))
    } else if at.as_second() > until.as_second() {
        Err(Distrust::Expired(link, until))
    } else {
        Ok(())
    }
}

/// The same in our words, about the certificate whose dates or bytes it would be.
fn distrust(error: &Error, link: Link) -> Distrust {
    let instant = |time: &UnixTime| {
        let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    };
    match error {
        Error::CertNotValidYet { not_before, .. } => {
            Distrust::NotYetValid(link, instant(not_before))
        }
        Error::CertExpired { not_after, .. } => Distrust::Expired(link, instant(not_after)),
        Error::UnknownIssuer
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumPathDepthExceeded
        | Error::MaximumSignatureChecksExceeded => Distrust::UnknownIssuer,
        Error::InvalidSignatureForPublicKey
        | Error::SignatureAlgorithmMismatch
        | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => Distrust::BadSignature,
        Error::EmptyEkuExtension | Error::RequiredEkuNotFoundContext(_) => Distrust::NotForClients,
        // assumed: an authority's own certificate lets nobody in, even the registered one's; nothing
        // is documented.
        Error::CaUsedAsEndEntity => Distrust::Authority,
        Error::EndEntityUsedAsCa
        | Error::NameConstraintViolation
        | Error::MaximumNameConstraintComparisonsExceeded
        | Error::PathLenConstraintViolated => Distrust::NotAllowed,
        Error::UnsupportedCertVersion
        | Error::UnsupportedCriticalExtension
        | Error::UnsupportedSignatureAlgorithmContext(_) => Distrust::Unsupported,
        _ => Distrust::Malformed(link),
    }
}
