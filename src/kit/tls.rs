//! The cloud on a port that speaks TLS (feature `tls`).
//!
//! Clients may show a certificate or not: whether they may call with it is for the rules of their
//! account. Left out: certificates of the server's that are not made here.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use super::{Cloud, CloudBuilder};
use crate::server::{Listener, Tls};

impl Cloud {
    /// A cloud that listens on a port of its own, on the loopback address, and speaks TLS there.
    ///
    /// Clients have to trust [`Cloud::ca_pem`]. What they show as a certificate of their own is taken
    /// with the connection, whoever has issued it; [`crate::pki`] has some to show.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use mockscale::Cloud;
    ///
    /// let cloud = Cloud::start_tls().await;
    /// assert!(cloud.endpoint().starts_with("https://127.0.0.1:"));
    /// let ca = reqwest::Certificate::from_pem(cloud.ca_pem().as_bytes()).expect("a certificate");
    /// let client = reqwest::Client::builder().add_root_certificate(ca).build().expect("a client");
    /// let regions = client.post(format!("{}/ReadRegions", cloud.endpoint())).send().await;
    /// assert_eq!(regions.expect("an answer").status(), 200);
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the system gives no port.
    #[expect(
        clippy::unused_async,
        reason = "the usual shape of a test server's start, and free to wait in a later version"
    )]
    pub async fn start_tls() -> Self {
        Self::builder().start_tls()
    }

    /// Listens on an address and speaks TLS there, 1.2 or 1.3; port 0 picks one. A cloud listens once,
    /// with TLS or without.
    ///
    /// The server's certificate is for that address, `127.0.0.1`, `::1` and `localhost`, from
    /// two days ago for more than two years by the system's clock.
    ///
    /// # Errors
    /// When the address cannot be had, or the cloud listens already.
    pub fn serve_tls(&self, address: SocketAddr) -> io::Result<SocketAddr> {
        self.listen(|desk| Listener::bind_tls(address, desk, Tls::of(address.ip())?))
    }

    /// The authority that clients have to trust, as PEM. It was made for this port alone, and can
    /// issue nothing more: its key is gone.
    ///
    /// # Panics
    /// When the cloud does not listen, or speaks plain HTTP.
    #[track_caller]
    pub fn ca_pem(&self) -> String {
        match self.port().listener.tls() {
            Some(tls) => tls.ca_pem().to_owned(),
            None => panic!(
                "this cloud speaks plain HTTP; make it with Cloud::start_tls().await, or let it \
                 listen with Cloud::serve_tls"
            ),
        }
    }
}

impl CloudBuilder {
    /// The cloud, listening on a port of its own with TLS; see [`Cloud::start_tls`].
    ///
    /// # Panics
    /// When the system gives no port.
    pub fn start_tls(self) -> Cloud {
        let cloud = self.build();
        if let Err(error) = cloud.serve_tls(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))) {
            panic!("no port on the loopback address: {error}");
        }
        cloud
    }
}
