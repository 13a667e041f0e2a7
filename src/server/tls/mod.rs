//! How a connection becomes one of TLS, 1.2 or 1.3.
//!
//! A client may show a certificate; [`client`] takes any whose key the client has, because the rules
//! of the account decide later whether it is good for anything. [`identity`] is what the server shows.
//! Left out: HTTP/2, and resumed sessions: each connection shows its certificate anew, so that none
//! lives on in a ticket.

mod client;
mod identity;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::NoServerSessionStorage;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::linger::Lingering;
use client::AnyClient;
use identity::Identity;

/// How long a client may take until it can be spoken with.
const PATIENCE: Duration = Duration::from_secs(10);

/// The TLS of one port.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    ca_pem: String,
    pub(super) patience: Duration,
}

/// A connection that can be spoken on.
pub(super) enum Opened {
    /// With the certificates that the client has shown, its own first.
    Secure(Box<TlsStream<Lingering>>, Arc<[Vec<u8>]>),
    /// The client has begun with HTTP at once.
    Plain(Lingering),
}

impl Tls {
    /// TLS with a certificate for that address and the loopback's, of an authority of its own.
    ///
    /// # Errors
    /// When the system gives no randomness for the keys.
    pub(crate) fn of(address: IpAddr) -> io::Result<Self> {
        let Identity { ca_pem, chain, key } = Identity::of(address).map_err(io::Error::other)?;
        // Named, because the process may have several providers or another default.
        let provider = Arc::new(ring::default_provider());
        let any_client = Arc::new(AnyClient::new(&provider));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_client_cert_verifier(any_client)
            .with_single_cert(chain, key)
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec(), b"http/1.0".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem,
            patience: PATIENCE,
        })
    }

    /// The authority that the server's certificate is of, as PEM.
    pub(crate) fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Waits until a client can be spoken with. None when the client has gone away, speaks something
    /// else, does not trust us, or takes too long.
    pub(super) async fn open(&self, stream: TcpStream) -> Option<Opened> {
        let opened = tokio::time::timeout(self.patience, self.shake_hands(stream)).await;
        opened.ok().flatten()
    }

    async fn shake_hands(&self, stream: TcpStream) -> Option<Opened> {
        let mut first = [0];
        let seen = stream.peek(&mut first).await.ok()?;
        let stream = Lingering::new(stream);
        // HTTP begins with the name of a method, TLS with the byte 22.
        if seen > 0 && first[0].is_ascii_alphabetic() {
            return Some(Opened::Plain(stream));
        }
        match self.acceptor.accept(stream).into_fallible().await {
            Ok(stream) => {
                let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
                let certificates = shown.iter().map(|der| der.to_vec()).collect();
                Some(Opened::Secure(Box::new(stream), certificates))
            }
            Err((_, mut stream)) => {
                // The alert that tells why is on its way; a reset would overtake it.
                let _ = stream.shutdown().await;
                None
            }
        }
    }
}
