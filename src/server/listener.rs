//! One port, answered by one cloud (or by the mocks that are mounted over it).
//!
//! Left out: HTTP/2, and how a connection becomes one of TLS.

use std::convert::Infallible;
use std::fmt;
#[cfg(feature = "tls")]
use std::future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use super::Answer;
use super::forward::Offer;
use super::linger::Lingering;
use super::message::{Caller, Content, http_response, wire_request};
use super::mishap::{BROKEN_OFF, MOCK_FAILED, Mishaps, PANICKED, caught};
use super::overrides::Overrides;
use super::runtime;
#[cfg(feature = "tls")]
use super::tls::{Opened, Tls};
use crate::wire::{WireRequest, WireResponse};

/// How long accepting pauses when the system has no socket to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// One port of its own.
///
/// Dropping it closes the port and every connection, and lets go of what it served; the drop
/// itself does not wait for that.
pub(crate) struct Listener {
    scheme: &'static str,
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

impl Listener {
    /// Opens a port (0 for any free one) and answers there from now on.
    ///
    /// May be called inside a runtime and outside of one.
    ///
    /// # Errors
    /// When the address cannot be had, or the background runtime cannot be started.
    pub(crate) fn bind(address: SocketAddr, target: Arc<dyn Answer>) -> io::Result<Self> {
        Self::open("http", address, Shared::new(target))
    }

    /// [`Listener::bind`] for HTTPS.
    ///
    /// # Errors
    /// When the address cannot be had, or the background runtime cannot be started.
    #[cfg(feature = "tls")]
    pub(crate) fn bind_tls(
        address: SocketAddr,
        target: Arc<dyn Answer>,
        tls: Tls,
    ) -> io::Result<Self> {
        let shared = Shared {
            tls: Some(tls),
            ..Shared::new(target)
        };
        Self::open("https", address, shared)
    }

    fn open(scheme: &'static str, address: SocketAddr, shared: Shared) -> io::Result<Self> {
        let runtime = runtime::handle()?;
        let socket = std::net::TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let socket = {
            let _inside = runtime.enter();
            TcpListener::from_std(socket)?
        };
        let shared = Arc::new(shared);
        let accepting = runtime
            .spawn(accept(Arc::clone(&shared), socket))
            .abort_handle();
        Ok(Self {
            scheme,
            address,
            shared,
            accepting,
        })
    }

    /// Where it listens, with the port that was given.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The scheme of URLs that lead here.
    pub(crate) fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The TLS that it speaks, if it does.
    #[cfg(feature = "tls")]
    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.shared.tls.as_ref()
    }

    /// The mocks mounted over the cloud's answers.
    pub(crate) fn overrides(&self) -> &Overrides {
        &self.shared.overrides
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Accepts until it is aborted. The connections are its own, so they end with it. The socket is the
/// last argument, dropped first: once the target is gone, the port is closed.
async fn accept(shared: Arc<Shared>, socket: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(converse(stream, peer, Arc::clone(&shared)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection until either side ends it.
async fn converse(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    // Only speed depends on it.
    let _ = stream.set_nodelay(true);
    #[cfg(feature = "tls")]
    if let Some(tls) = &shared.tls {
        match tls.open(stream).await {
            Some(Opened::Secure(stream, certificates)) => {
                let caller = Caller { peer, certificates };
                speak(*stream, |request| shared.respond(request, &caller)).await;
            }
            Some(Opened::Plain(stream)) => {
                speak(stream, |_| future::ready(Ok(shared.send_to_tls()))).await;
            }
            None => {}
        }
        return;
    }
    let caller = Caller {
        peer,
        certificates: Arc::default(),
    };
    let stream = Lingering::new(stream);
    speak(stream, |request| shared.respond(request, &caller)).await;
}

/// Answers the requests of one connection.
async fn speak<S, F>(stream: S, respond: impl Fn(Request<Incoming>) -> F)
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = Result<Response<Full<Bytes>>, Infallible>>,
{
    // Half-closing is for clients that end their side once they have asked. (`pipeline_flush` would
    // hold back the answer to a request that is followed by something broken.) An error here is a
    // connection that broke, or a request that hyper has refused with its own 400.
    let _ = http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service_fn(respond))
        .await;
}

/// What the connections of a listener share.
struct Shared {
    target: Arc<dyn Answer>,
    overrides: Overrides,
    mishaps: Mishaps,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

impl Shared {
    fn new(target: Arc<dyn Answer>) -> Self {
        Self {
            target,
            overrides: Overrides::default(),
            mishaps: Mishaps::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        caller: &Caller,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let (mut response, last) = match Content::read(body).await {
            Ok(content) => {
                let last = content.unread;
                let request = wire_request(&head, content, caller);
                (self.decide(&head, request).await, last)
            }
            Err(error) => {
                let details = format!("The body of the request could not be read: {error}.");
                (
                    http_response(self.mishaps.answer(BROKEN_OFF, details)),
                    true,
                )
            }
        };
        if last {
            close_after(&mut response);
        }
        Ok(response)
    }

    /// Tells a client that has called without TLS where it should have used it.
    #[cfg(feature = "tls")]
    fn send_to_tls(&self) -> Response<Full<Bytes>> {
        let details = "This port speaks TLS: call it with https:// and not with http://.";
        let answer = self.mishaps.answer(super::mishap::WITHOUT_TLS, details);
        let mut response = http_response(answer);
        close_after(&mut response);
        response
    }

    /// The mocks' answer if one of them has any, else the cloud's.
    async fn decide(&self, head: &Parts, request: WireRequest) -> Response<Full<Bytes>> {
        let decided = match self.overrides.offer(head, &request).await {
            Offer::Declined => caught(|| self.target.answer(&request)).map(http_response),
            Offer::Taken(response) => {
                let note = WireResponse {
                    status: response.status().as_u16(),
                    body: response.body().to_vec(),
                };
                caught(|| self.target.overridden(&request, &note)).map(|()| response.map(Full::new))
            }
            Offer::Failed(why) => {
                let answer = self.mishaps.answer(MOCK_FAILED, why);
                caught(|| self.target.overridden(&request, &answer)).map(|()| http_response(answer))
            }
        };
        decided.unwrap_or_else(|panic| {
            let (method, path) = (&head.method, head.uri.path());
            eprintln!("mockscale: panicked while answering {method} {path}: {panic}");
            let details = format!("The fake cloud panicked, which is a bug of its own: {panic}");
            let answer = self.mishaps.answer(PANICKED, details);
            // What panicked once may do so again; the client is answered all the same.
            let _ = caught(|| self.target.panicked(&request, &answer, &panic));
            http_response(answer)
        })
    }
}

/// Makes an answer the last one of its connection.
fn close_after(response: &mut Response<Full<Bytes>>) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
}
