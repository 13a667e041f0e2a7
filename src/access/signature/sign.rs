//! Making signatures, for tests and tools that call without an SDK.

use super::Algorithm;
use super::canonical::{Canonical, digest, hex, string_to_sign};
use super::key::SigningKey;
use crate::cloud::account::Credentials;
use crate::wire::{Headers, WireRequest};

/// Signs a request with every header that it has, and returns the two headers to add to it: the
/// date and Authorization.
///
/// The region is that of the credentials, `service` is `api` or `oapi` as a rule, `timestamp`
/// is in UTC and written `YYYYMMDDTHHMMSSZ`. The request should have a `host` header, without
/// which no signature is accepted. If it already has the two headers that are returned, they are to
/// be replaced.
/// Nothing is checked, so that bad signatures can be made too.
///
/// ```
/// use mockscale::Cloud;
/// use mockscale::signature::{Algorithm, sign};
/// use mockscale::wire::WireRequest;
///
/// let root = Cloud::new().credentials();
/// let mut request = WireRequest {
///     method: "POST".to_owned(),
///     path: "/api/v1/ReadVms".to_owned(),
///     headers: [("host", "127.0.0.1:8080")].into_iter().collect(),
///     body: b"{}".to_vec(),
///     ..WireRequest::default()
/// };
/// for (name, value) in sign(&request, &root, Algorithm::Osc4, "api", "20250101T000000Z") {
///     request.headers.push(name, value.as_bytes());
/// }
/// assert_eq!(request.headers.get("x-osc-date"), Some("20250101T000000Z"));
/// let authorization = request.headers.get("authorization").unwrap();
/// assert!(authorization.starts_with("OSC4-HMAC-SHA256 Credential=MOCKSCALE00000000001/"));
/// ```
pub fn sign(
    request: &WireRequest,
    credentials: &Credentials,
    algorithm: Algorithm,
    service: &str,
    timestamp: &str,
) -> [(&'static str, String); 2] {
    let date_header = algorithm.date_header();
    let headers: Headers = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "authorization" && *name != date_header)
        .chain([(date_header, timestamp)])
        .collect();
    let mut names: Vec<_> = headers.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();

    let canonical = Canonical::of(request, &headers, &names).text();
    let day = timestamp.get(..8).unwrap_or(timestamp);
    let scope = [day, &credentials.region, service, algorithm.terminator()];
    let hash = digest(canonical.as_bytes());
    let string = string_to_sign(algorithm.name(), timestamp, &scope.join("/"), &hash);
    let key = SigningKey::derive(algorithm.key_prefix(), &credentials.secret_key, scope);
    let signature = hex(&key.sign(&string));

    let authorization = format!(
        "{} Credential={}/{}, SignedHeaders={}, Signature={signature}",
        algorithm.name(),
        credentials.access_key,
        scope.join("/"),
        names.join(";"),
    );
    [
        (date_header, timestamp.to_owned()),
        ("authorization", authorization),
    ]
}
