//! The cloud on a port that speaks TLS (feature `tls`).
//!
//! Clients may show a certificate or not: whether they may call with it is for the rules of their
//! account. Left out: certificates of the server's that are not made here.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

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

    /// A handle to the same cloud that calls with a client certificate: PEM, its own first and then
    /// those between it and an authority.
    ///
    /// API access rules are held against it as if a connection had shown it. That whoever calls has
    /// its key is taken for granted; a key in the PEM is passed over.
    ///
    /// ```
    /// use mockscale::pki::Authority;
    /// use mockscale::{Cloud, json};
    ///
    /// let authority = Authority::new("our devices");
    /// let cloud = Cloud::new();
    /// let laptop = cloud.with_certificate(&authority.issue("laptop-7").pem());
    /// assert_eq!(laptop.call("ReadVms", json!({})).status(), 200);
    /// ```
    ///
    /// # Panics
    /// When the PEM holds no certificate, or cannot be read.
    #[track_caller]
    pub fn with_certificate(&self, pem: &str) -> Self {
        let blocks = CertificateDer::pem_slice_iter(pem.as_bytes());
        let chain: Result<Vec<_>, _> = blocks.collect();
        let Ok(chain) = chain else {
            panic!("the PEM of the client's certificate cannot be read: a block is cut short");
        };
        assert!(
            !chain.is_empty(),
            "the PEM of the client's certificate holds no block of the label CERTIFICATE"
        );
        let mut handle = self.clone();
        handle.visitor.origin.certificates = chain.iter().map(|der| der.to_vec()).collect();
        handle
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
