//! HTTP messages as hyper has them, to and from the wire types.
//!
//! Left out: transfer encodings, `Expect: 100-continue` and framing, which are hyper's.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Response, StatusCode};

use crate::wire::{Headers, MAX_BODY, WireRequest, WireResponse};

/// How much of a body is read at all, in bytes (64 MiB): past it the answer is given at once and
/// the connection ends after it.
pub(super) const MAX_DRAIN: u64 = 64 << 20;

/// The headers that only successful answers carry.
///
/// assumed: the names were seen on the cloud, the values not: they are the usual ones.
const ON_SUCCESS: [(HeaderName, HeaderValue); 5] = [
    (
        REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    ),
    (
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000; includeSubDomains"),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block")),
];

/// Who is at the other end of a connection.
pub(super) struct Caller {
    pub(super) peer: SocketAddr,
    /// What the client has shown of itself, as [`WireRequest::certificates`] has it.
    pub(super) certificates: Arc<[Vec<u8>]>,
}

/// A request body as far as it was wanted.
#[derive(Default)]
pub(super) struct Content {
    /// Empty when the body was larger than [`MAX_BODY`].
    bytes: Vec<u8>,
    /// Its length in bytes when it was larger; past [`MAX_DRAIN`] without a `Content-Length`, the
    /// bytes that had come until then.
    oversize: Option<u64>,
    /// Whether bytes of it are left on the connection, which is then good for nothing else.
    pub(super) unread: bool,
}

impl Content {
    /// Reads a body, keeping at most [`MAX_BODY`] bytes.
    ///
    /// # Errors
    /// When the body breaks off or its framing is broken.
    pub(super) async fn read(mut body: Incoming) -> Result<Self, hyper::Error> {
        let declared = body.size_hint().lower();
        if declared > MAX_DRAIN {
            return Ok(Self::unread(declared));
        }
        let mut bytes = Vec::with_capacity(kept(declared).unwrap_or(0));
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame?.into_data() else {
                continue; // trailers say nothing to the API
            };
            length += data.len() as u64;
            if length > MAX_DRAIN {
                return Ok(Self::unread(length));
            }
            if kept(length).is_some() {
                bytes.extend_from_slice(&data);
            } else {
                bytes = Vec::new();
            }
        }
        let oversize = kept(length).is_none().then_some(length);
        Ok(Self {
            bytes,
            oversize,
            unread: false,
        })
    }

    fn unread(length: u64) -> Self {
        Self {
            bytes: Vec::new(),
            oversize: Some(length),
            unread: true,
        }
    }
}

/// That length, unless it is more than is kept.
fn kept(length: u64) -> Option<usize> {
    usize::try_from(length)
        .ok()
        .filter(|&length| length <= MAX_BODY)
}

/// The request as the cloud reads it.
pub(super) fn wire_request(head: &Parts, content: Content, caller: &Caller) -> WireRequest {
    let mut headers = Headers::default();
    for (name, value) in &head.headers {
        headers.push(name.as_str(), value.as_bytes());
    }
    WireRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body: content.bytes,
        oversize: content.oversize,
        peer: Some(caller.peer),
        certificates: Arc::clone(&caller.certificates),
    }
}

/// The answer with the headers that the cloud sends. hyper adds `Content-Length` and `Date`.
pub(super) fn http_response(answer: WireResponse) -> Response<Full<Bytes>> {
    // A status that HTTP does not have can only be a slip of ours; it must not end the connection.
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Full::from(answer.body));
    *response.status_mut() = status;
    let headers = if status == StatusCode::OK {
        &SUCCESS
    } else {
        &REFUSAL
    };
    response.headers_mut().clone_from(headers);
    response
}

/// The headers of a refusal; made once, since inserting them one by one costs more than the rest.
static REFUSAL: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers
});

/// The headers of a call that was made.
static SUCCESS: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = REFUSAL.clone();
    headers.extend(ON_SUCCESS);
    headers
});
