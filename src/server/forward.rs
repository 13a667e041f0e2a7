//! One request carried to the private mock server and its answer carried back.
//!
//! Connections are kept and used again: one for each call would use up the machine's ports within
//! a minute of load. Left out: retries, because a mock that saw a request has counted it.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HeaderMap, HeaderName, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use hyper::http::request::Parts;
use hyper::http::uri::Uri;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What the mocks made of a request.
pub(super) enum Offer {
    /// No mock wants it.
    Declined,
    /// A mock's answer.
    Taken(Response<Bytes>),
    /// There should have been an answer; why there is none.
    Failed(String),
}

/// Headers that are about one connection, not about the message.
const HOP_BY_HOP: [HeaderName; 7] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    EXPECT,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

type Failure = Box<dyn Error + Send + Sync>;

/// The way to one mock server.
#[derive(Debug)]
pub(super) struct Route {
    address: SocketAddr,
    idle: Mutex<Vec<SendRequest<Full<Bytes>>>>,
}

impl Route {
    pub(super) fn to(address: SocketAddr) -> Self {
        Self {
            address,
            idle: Mutex::default(),
        }
    }

    /// Sends a request with that head and body, and reads the whole answer.
    ///
    /// # Errors
    /// When the server cannot be reached or does not answer.
    pub(super) async fn exchange(
        &self,
        head: &Parts,
        target: Uri,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, Failure> {
        let mut sender = self.sender().await?;
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = target;
        *request.headers_mut() = end_to_end(&head.headers);
        // The body may have come in chunks; hyper writes the length of what is sent now.
        request.headers_mut().remove(CONTENT_LENGTH);

        let (head, body) = sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        self.idle().push(sender);

        let mut response = Response::from_parts(head, body);
        *response.headers_mut() = end_to_end(response.headers());
        Ok(response)
    }

    /// A connection that can take a request: one that is idle and still open, or a new one.
    async fn sender(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        loop {
            let idle = self.idle().pop();
            let Some(mut sender) = idle else {
                return self.connect().await;
            };
            if sender.ready().await.is_ok() {
                return Ok(sender);
            }
        }
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends when its sender is dropped; its errors reach whoever waits for an answer.
        tokio::spawn(connection);
        sender.ready().await?;
        Ok(sender)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SendRequest<Full<Bytes>>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
    headers
}
