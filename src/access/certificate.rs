//! Client certificates, as API access rules look at them. (placeholder)

use super::Origin;
use jiff::Timestamp;

/// Whether the client's certificate leads to one of these authorities.
pub(super) fn trusted<'c>(
    origin: &Origin,
    _authorities: impl Iterator<Item = (&'c str, Vec<u8>)>,
    _now: Timestamp,
) -> Result<(), String> {
    if origin.certificates.is_empty() {
        return Err("no certificate was presented".to_owned());
    }
    Err("certificates are not judged yet".to_owned())
}

/// The common name of the client's certificate.
pub(super) fn common_name(_origin: &Origin) -> Option<String> {
    None
}
