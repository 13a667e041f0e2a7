//! The cloud on a port of its own, and the mocks that override its answers.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use super::desk::Desk;
use super::{Cloud, CloudBuilder, over_http};
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

    /// Listens on an address and answers where that is; port 0 picks one. A cloud listens once, from
    /// inside a runtime or outside of one.
    ///
    /// ```
    /// use mockscale::Cloud;
    ///
    /// let cloud = Cloud::new();
    /// let address = cloud.serve("127.0.0.1:0".parse()?)?;
    /// assert_eq!(cloud.url(), format!("http://{address}"));
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the address cannot be had, or the cloud listens already.
    pub fn serve(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        self.listen(|desk| Listener::bind(address, desk))
    }

    /// Opens the cloud's one port.
    pub(super) fn listen(
        &self,
        bind: impl FnOnce(Arc<Desk>) -> io::Result<Listener>,
    ) -> io::Result<SocketAddr> {
        let taken = |port: &Port| {
            let text = format!("this cloud already listens on {}", port.listener.address());
            io::Error::new(io::ErrorKind::AlreadyExists, text)
        };
        if let Some(port) = self.held.port.get() {
            return Err(taken(port));
        }
        let listener = bind(Arc::clone(self.desk()))?;
        let address = listener.address();
        match self.held.port.set(Port { listener }) {
            Ok(()) => Ok(address),
            // Another handle was faster; the second port closes again.
            Err(second) => Err(taken(self.held.port.get().unwrap_or(&second))),
        }
    }

    /// `http://127.0.0.1:PORT`, without a path; `https://` when the cloud speaks TLS.
    ///
    /// # Panics
    /// When the cloud does not listen: it was made with [`Cloud::new`], not [`Cloud::start`].
    #[track_caller]
    pub fn url(&self) -> String {
        let listener = &self.port().listener;
        format!("{}://{}", listener.scheme(), listener.address())
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
    /// cloud's own, and wiremock's expectations are verified when the cloud is dropped. An
    /// empty body is legal with a status that the operation does not declare, since a gateway in
    /// front of the API answers so.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use mockscale::Cloud;
    /// use mockscale::wiremock::matchers::path;
    /// use mockscale::wiremock::{Mock, ResponseTemplate};
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
    pub(super) fn port(&self) -> &Port {
        match self.held.port.get() {
            Some(port) => port,
            None => panic!(
                "this cloud does not listen; make it with Cloud::start().await, \
                 or let it listen with Cloud::serve (a fork has no port of its own)"
            ),
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
///
/// ```
/// use mockscale::{Cloud, environment};
///
/// let root = Cloud::new().credentials();
/// let variables = environment("http://127.0.0.1:3400/api/v1", &root);
/// assert!(variables.contains(&("OSC_REGION", "eu-west-2".to_owned())));
/// ```
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
    pub(super) listener: Listener,
}

impl Port {
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

impl Answer for Desk {
    fn answer(&self, request: &WireRequest) -> WireResponse {
        over_http::answer(self, request)
    }

    fn overridden(&self, request: &WireRequest, response: &WireResponse) {
        over_http::overridden(self, request, response);
    }

    fn panicked(&self, request: &WireRequest, response: &WireResponse, panic: &str) {
        over_http::panicked(self, request, response, panic);
    }
}
