//! Answers that a test author mounts over the cloud's, with wiremock.
//!
//! The first mock starts a private `wiremock::MockServer` behind the listener. From then on each
//! request is offered to it first, and falls through to the cloud when no mock wants it. Only a
//! request whose body is larger than [`crate::wire::MAX_BODY`] is not offered: its body is gone.
//!
//! What wiremock costs and cannot do here (0.6):
//! - It keeps each request that it is offered, 5 KiB and its body, until the cloud is dropped.
//! - Priority 255 is taken by the fall-through: a mock of that priority never answers.
//! - A mock that fails the connection (`respond_with_err`) or panics becomes a 502.
//!
//! # Why the server is dropped on a thread of its own
//! Its `Drop` blocks, panics where an expectation failed, and can wait for ever inside of a tokio
//! task that has used up its budget. A plain thread has none of these troubles.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use hyper::http::request::Parts;
use hyper::http::uri::Uri;
use tokio::sync::OnceCell;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::forward::{Offer, Route};
use super::mishap::panic_text;
use super::runtime;
use crate::wire::WireRequest;

/// The header by which the catch-all says that no mock wanted a request.
const FALL_THROUGH: &str = "x-mockscale-fall-through";
const LOWEST_PRIORITY: u8 = 255;
/// Where wiremock's report of failed expectations turns to its list of requests. The cloud's
/// transcript is that list, without secrets.
const END_OF_REPORT: &str = "\nEnable request recording";

/// The mocks mounted over one cloud; none, at no cost, until the first is mounted.
#[derive(Default)]
pub(crate) struct Overrides {
    private: OnceCell<Arc<Private>>,
}

impl Overrides {
    /// Mounts a mock: from the moment this returns it answers the requests that it matches.
    ///
    /// # Errors
    /// When the private server cannot be started, or the mocks were already verified.
    pub(crate) async fn mount(&self, mock: Mock) -> io::Result<()> {
        let private = self.private.get_or_try_init(Private::start).await?;
        let server = private
            .running()
            .ok_or_else(|| io::Error::other("the mounted mocks were already verified"))?;
        server.register(mock).await;
        Ok(())
    }

    /// Stops the mocks and compares what they expected with what came. The requests that follow
    /// are the cloud's. To be called once, when the cloud ends: a later call finds no mocks.
    ///
    /// The standard error stream shows the failure too, as a panic of the thread that found it.
    ///
    /// # Errors
    /// wiremock's own report of the expectations that failed.
    pub(crate) fn verify(&self) -> Result<(), String> {
        let Some(private) = self.private.get() else {
            return Ok(());
        };
        let private = Arc::clone(private);
        thread::Builder::new()
            .name("mockscale-verify".to_owned())
            .spawn(move || drop(private.stop()))
            .map_err(|error| format!("The mounted mocks could not be verified: {error}."))?
            .join()
            .map_err(|payload| report(&panic_text(&*payload)))
    }

    /// Offers a request to the mocks.
    pub(super) async fn offer(&self, head: &Parts, request: &WireRequest) -> Offer {
        match self.private.get() {
            Some(private) if request.oversize.is_none() => private.offer(head, request).await,
            _ => Offer::Declined,
        }
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("server", &self.private.get().map(|p| &p.route))
            .finish()
    }
}

fn report(panic: &str) -> String {
    let end = panic.find(END_OF_REPORT).unwrap_or(panic.len());
    panic[..end].trim_end().to_owned()
}

/// The private server and the way to it.
struct Private {
    route: Route,
    /// What the fall-through header says: of this server, and of no other in the process.
    token: String,
    /// None once it was stopped.
    server: Mutex<Option<Arc<MockServer>>>,
}

impl Private {
    async fn start() -> io::Result<Arc<Self>> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = socket.local_addr()?;
        let token = address.to_string();
        let otherwise = ResponseTemplate::new(204).insert_header(FALL_THROUGH, token.as_str());
        // On our own runtime: starting wants tokio's timer, and the caller's executor may have none.
        // It is wrapped there, so that a mount that is given up midway does not drop it bare.
        let started = runtime::handle()?.spawn(async move {
            let server = MockServer::builder()
                .listener(socket)
                .disable_request_recording()
                .start()
                .await;
            Mock::given(any())
                .respond_with(otherwise)
                .with_priority(LOWEST_PRIORITY)
                .mount(&server)
                .await;
            Arc::new(Self {
                route: Route::to(address),
                token,
                server: Mutex::new(Some(Arc::new(server))),
            })
        });
        started.await.map_err(io::Error::other)
    }

    async fn offer(&self, head: &Parts, request: &WireRequest) -> Offer {
        // `*` and the authority of CONNECT are no paths; wiremock panics on them.
        let target = head.uri.path_and_query();
        let Some(target) = target.filter(|t| t.path().starts_with('/')) else {
            return Offer::Declined;
        };
        if self.slot().is_none() {
            return Offer::Declined;
        }
        let target = Uri::from(target.clone());
        match self
            .route
            .exchange(head, target, request.body.clone())
            .await
        {
            Ok(response) => match response.headers().get(FALL_THROUGH) {
                Some(token) if token.as_bytes() == self.token.as_bytes() => Offer::Declined,
                _ => Offer::Taken(response),
            },
            Err(error) => Offer::Failed(format!(
                "The mounted mocks gave no answer to {} {} ({error}): one of them panicked, or was \
                 told to fail the connection, which no mounted mock can.",
                request.method, request.path,
            )),
        }
    }

    fn running(&self) -> Option<Arc<MockServer>> {
        self.slot().clone()
    }

    fn stop(&self) -> Option<Arc<MockServer>> {
        self.slot().take()
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<MockServer>>> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// For an owner that never asked for the verification, because it is panicking: no second report.
impl Drop for Private {
    fn drop(&mut self) {
        let (Some(server), Ok(runtime)) = (self.stop(), runtime::handle()) else {
            return;
        };
        // Without a thread to be had, the server is dropped here after all.
        let _ = thread::Builder::new()
            .name("mockscale-discard".to_owned())
            .spawn(move || runtime.block_on(server.reset()));
    }
}
