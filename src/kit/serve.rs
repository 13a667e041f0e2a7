//! The cloud on a port of its own, and the mocks that override its answers.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::desk::Desk;
use super::{Cloud, CloudBuilder, path};
use crate::server::{Answer, Listener};
use crate::wire::{WireRequest, WireResponse};

impl Cloud {
    /// A cloud that listens on a port of its own, on the loopback address.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use mockscale::Cloud;
    ///
    /// let cloud = Cloud::start().await;
    /// assert!(cloud.endpoint().starts_with("http://127.0.0.1:"));
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the system gives no port.
    #[expect(
        clippy::unused_async,
        reason = "the usual shape of a test server's start, and free to wait in a later version"
    )]
    pub async fn start() -> Self {
        Self::builder().start()
    }

    /// Listens on an address; port 0 picks one. A cloud listens once.
    ///
    /// # Errors
    /// When the address cannot be had, or the cloud listens already.
    pub fn serve(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        let port = Port::open(address, Arc::clone(self.desk()))?;
        let address = port.listener.address();
        self.held.port.set(port).map_err(|_| {
            io::Error::new(
                io::ErrorKind::AlreadyExists,
                format!("this cloud already listens on {}", self.url()),
            )
        })?;
        Ok(address)
    }

    /// `http://127.0.0.1:PORT`, without a path.
    ///
    /// # Panics
    /// When the cloud does not listen: it was made with [`Cloud::new`], not [`Cloud::start`].
    #[track_caller]
    pub fn url(&self) -> String {
        format!("http://{}", self.port().listener.address())
    }

    /// Where an SDK is pointed: the URL with the API's path, `http://127.0.0.1:PORT/api/v1`.
    ///
    /// # Panics
    /// When the cloud does not listen.
    #[track_caller]
    pub fn endpoint(&self) -> String {
        format!("{}/api/v1", self.url())
    }

    /// The environment that points a client of another process here, as the account of this
    /// handle: `OSC_ENDPOINT_API`, `OSC_ACCESS_KEY`, `OSC_SECRET_KEY`, `OSC_REGION`.
    ///
    /// # Panics
    /// When the cloud does not listen.
    #[track_caller]
    pub fn env(&self) -> Vec<(&'static str, String)> {
        environment(&self.endpoint(), &self.credentials())
    }

    /// Overrides answers with a wiremock mock, in the way its users know.
    ///
    /// Requests over HTTP are offered to the mocks first and reach the cloud when none matches;
    /// [`Cloud::call`] does not pass by here. Answers of mocks are checked and recorded like the
    /// cloud's own, and wiremock's expectations are verified when the cloud is dropped.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use mockscale::Cloud;
    /// use wiremock::matchers::path;
    /// use wiremock::{Mock, ResponseTemplate};
    ///
    /// let cloud = Cloud::start().await;
    /// cloud
    ///     .mount(Mock::given(path("/api/v1/ReadNets")).respond_with(ResponseTemplate::new(503)))
    ///     .await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the cloud does not listen, or the mock server cannot be started.
    pub async fn mount(&self, mock: wiremock::Mock) {
        let mounted = self.port().listener.overrides().mount(mock).await;
        if let Err(error) = mounted {
            panic!("the mock server cannot be reached: {error}");
        }
    }

    #[track_caller]
    fn port(&self) -> &Port {
        match self.held.port.get() {
            Some(port) => port,
            None => panic!("this cloud does not listen; make it with Cloud::start().await"),
        }
    }
}

impl CloudBuilder {
    /// The cloud, listening on a port of its own.
    ///
    /// # Panics
    /// When the system gives no port.
    pub fn start(self) -> Cloud {
        let cloud = self.build();
        if let Err(error) = cloud.serve(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))) {
            panic!("no port on the loopback address: {error}");
        }
        cloud
    }
}

/// The `OSC_*` variables that point a client at an endpoint.
pub fn environment(
    endpoint: &str,
    credentials: &crate::Credentials,
) -> Vec<(&'static str, String)> {
    vec![
        ("OSC_ENDPOINT_API", endpoint.to_owned()),
        ("OSC_ACCESS_KEY", credentials.access_key.clone()),
        ("OSC_SECRET_KEY", credentials.secret_key.clone()),
        ("OSC_REGION", credentials.region.clone()),
    ]
}

/// An open port.
pub(crate) struct Port {
    listener: Listener,
}

impl Port {
    fn open(address: SocketAddr, desk: Arc<Desk>) -> io::Result<Self> {
        Listener::bind(address, Arc::new(Counter(desk))).map(|listener| Self { listener })
    }

    /// Closes the port and verifies what the mocks expected.
    pub(crate) fn close(self) -> Option<String> {
        self.listener.overrides().verify().err()
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Port({})", self.listener.address())
    }
}

/// The desk, seen from the listener.
struct Counter(Arc<Desk>);

impl Answer for Counter {
    fn answer(&self, request: WireRequest) -> WireResponse {
        path::answer(&self.0, &request)
    }

    fn overridden(&self, request: &WireRequest, response: &WireResponse) {
        path::overridden(&self.0, request, response);
    }
}
