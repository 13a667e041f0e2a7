//! A call as it came over the wire and the answer as it leaves: plain bytes, no HTTP library.
//!
//! The listener fills these in, access and the request path read them. Headers are kept as one
//! flat list: a header map of its own would pin kilobytes for each recorded request.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// The header that vouches for what a request declares of its own origin: see `kit/trust.rs`.
pub(crate) const VOUCHER: &str = "x-mockscale-voucher";

/// The headers whose values nothing repeats (lower case).
const SECRET: [&str; 5] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-security-token",
    VOUCHER,
];

/// Whether a header of that name (lower case) holds what must not be shown.
pub(crate) fn is_secret_header(name: &str) -> bool {
    SECRET.contains(&name)
}

/// Headers in the order in which they came, names in lower case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

/// Without what is secret: a debug print must not hold a password.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value)| {
            let secret = is_secret_header(name);
            (name, if secret { "<secret>" } else { value })
        };
        f.debug_map().entries(self.iter().map(shown)).finish()
    }
}

impl Headers {
    /// Appends a header; bytes that are not UTF-8 are replaced.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        let value = String::from_utf8_lossy(value).into_owned();
        self.0.push((name.to_ascii_lowercase(), value));
    }

    /// The value of the first header of that name (lower case).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The values of every header of that name (lower case), in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every header, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Headers {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            headers.push(name, value.as_bytes());
        }
        headers
    }
}

/// One request, as received.
#[derive(Clone, Default)]
pub struct WireRequest {
    /// `POST`, and whatever else was tried.
    pub method: String,
    /// The path as sent, doubled slashes included, without the query.
    pub path: String,
    /// What followed `?`, if anything.
    pub query: String,
    /// The headers.
    pub headers: Headers,
    /// The body, at most [`MAX_BODY`] bytes of it.
    pub body: Vec<u8>,
    /// The length of the whole body, when it was longer than [`MAX_BODY`] and was not kept.
    pub oversize: Option<u64>,
    /// Who called.
    pub peer: Option<SocketAddr>,
    /// The certificates that the client has shown, as DER, its own first and then those between it
    /// and an authority; empty without TLS. The handshake has only proved that the client has the key
    /// of the first.
    pub certificates: Arc<[Vec<u8>]>,
}

/// Without the body, which may hold a password.
impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.headers)
            .field("bytes", &self.body.len())
            .field("peer", &self.peer)
            .field("certificates", &self.certificates.len())
            .finish_non_exhaustive()
    }
}

/// The largest body that is read, in bytes (4 MiB).
///
/// assumed: the real limit is not documented; the largest legal field is 500 KiB of user data.
pub const MAX_BODY: usize = 4 << 20;

/// One answer, ready to be written.
#[derive(Clone, Debug)]
pub struct WireResponse {
    /// The HTTP status.
    pub status: u16,
    /// Compact JSON.
    pub body: Vec<u8>,
}

/// The name of the operation that a path calls: `/api/v1/Op`, `/api/latest/Op` or `/Op`, with
/// repeated slashes taken as one.
pub(crate) fn operation_name(path: &str) -> Option<&str> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("api"), Some("v1" | "latest"), Some(name), None) | (Some(name), None, ..) => {
            Some(name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Headers, SECRET, operation_name};
    use rstest::rstest;

    #[test]
    fn no_secret_header_is_printed() {
        let mut headers: Headers = SECRET.map(|name| (name, "hush")).into_iter().collect();
        headers.push("Host", b"here");
        let printed = format!("{headers:?}");
        assert!(
            !printed.contains("hush") && printed.contains("here"),
            "{printed}"
        );
    }

    #[rstest]
    #[case("/api/v1/ReadNets", Some("ReadNets"))]
    #[case("/api/latest/ReadNets", Some("ReadNets"))]
    #[case("//api/latest/ReadNets", Some("ReadNets"))]
    #[case("/ReadNets", Some("ReadNets"))]
    #[case("/api/v1/ReadNets/", Some("ReadNets"))]
    #[case("/api/v2/ReadNets", None)]
    #[case("/api/v1", None)]
    #[case("/", None)]
    #[case("", None)]
    fn routes(#[case] path: &str, #[case] name: Option<&str>) {
        assert_eq!(operation_name(path), name);
    }
}
