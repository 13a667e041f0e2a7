//! What a client sees of a listener that speaks TLS. Left out: what rules make of a certificate.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rstest::rstest;
use rustls::client::ResolvesClientCert;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, SignatureScheme, StreamOwned,
    SupportedProtocolVersion,
};

use super::{PATIENCE, Stage};
use crate::pki::{Authority, Certificate};
use crate::server::{Listener, Tls};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A listener that speaks TLS and waits that long for a client.
fn patient(patience: Duration) -> Stage {
    let mut tls = Tls::of(LOOPBACK.ip()).unwrap();
    tls.patience = patience;
    Stage::bound("double", |target| {
        Listener::bind_tls(LOOPBACK, target, tls).unwrap()
    })
}

fn stage() -> Stage {
    patient(PATIENCE)
}

/// Shows what it is told to, whether it fits or not.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl Shown {
    fn new(chain: &[Vec<u8>], key_pem: &str) -> Self {
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).unwrap();
        let key = ring::sign::any_supported_type(&key).unwrap();
        let chain = chain.iter().cloned().map(CertificateDer::from);
        Self(Arc::new(CertifiedKey::new(chain.collect(), key)))
    }

    fn of(certificate: &Certificate) -> Self {
        Self::new(certificate.chain(), &certificate.key_pem())
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

type Connection = StreamOwned<ClientConnection, TcpStream>;

/// A connection that has not shaken hands yet.
fn connect(
    stage: &Stage,
    version: &'static SupportedProtocolVersion,
    shown: Option<Shown>,
) -> Connection {
    let mut roots = RootCertStore::empty();
    let ca_pem = stage.listener.tls().unwrap().ca_pem();
    roots
        .add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap())
        .unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots);
    let config = match shown {
        Some(shown) => config.with_client_cert_resolver(Arc::new(shown)),
        None => config.with_no_client_auth(),
    };
    let name = "localhost".try_into().unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(stage.listener.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(client, stream)
}

/// What is answered to a request on a connection of its own, to the last byte.
fn ask(mut connection: Connection) -> std::io::Result<String> {
    connection.write_all(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

fn ca() -> Authority {
    Authority::new("ca")
}

#[rstest]
#[case::none(None, "double: GET / body ")]
#[case::one(Some(ca().issue("alice")), "double: GET / shown 1 body ")]
#[case::a_chain(Some(ca().intermediate("site").issue("alice")), "double: GET / shown 2 body ")]
fn what_a_client_shows_is_handed_on(
    #[values(&TLS12, &TLS13)] version: &'static SupportedProtocolVersion,
    #[case] certificate: Option<Certificate>,
    #[case] answer: &str,
) {
    let stage = stage();
    let shown = certificate.as_ref().map(Shown::of);
    let answered = ask(connect(&stage, version, shown)).unwrap();
    assert!(answered.ends_with(answer), "{answered}");
}

#[rstest]
fn the_key_of_a_certificate_has_to_be_there(
    #[values(&TLS12, &TLS13)] version: &'static SupportedProtocolVersion,
) {
    let stage = stage();
    let (alice, mallory) = (ca().issue("alice"), ca().issue("mallory"));
    let stolen = Shown::new(alice.chain(), &mallory.key_pem());
    assert!(ask(connect(&stage, version, Some(stolen))).is_err());
    let garbage = Shown::new(&[b"garbage".to_vec()], &mallory.key_pem());
    assert!(ask(connect(&stage, version, Some(garbage))).is_err());
    assert!(ask(connect(&stage, version, None)).is_ok());
}

#[test]
fn each_connection_shows_its_certificate_anew() {
    let stage = stage();
    let mut connection = connect(&stage, &TLS13, None);
    connection.write_all(b"GET /1 HTTP/1.1\r\n\r\n").unwrap();
    let mut byte = [0];
    connection.read_exact(&mut byte).unwrap();
    assert_eq!(connection.conn.tls13_tickets_received(), 0);
}

#[rstest]
#[case("GET / HTTP/1.1\r\nhost: h\r\n\r\n")]
#[case("POST /api/v1/ReadNets HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n")]
#[case("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n")]
fn a_client_without_tls_is_told_so(#[case] request: &str) {
    let stage = stage();
    let mut client = stage.client();
    let reply = client.send(request).reply();
    assert_eq!(reply.status(), 400);
    let [code, kind, details] = reply.error();
    assert_eq!((code.as_str(), kind.as_str()), ("0", "DefaultError"));
    assert!(details.contains("https://"), "{details}");
    assert_eq!(reply.header("connection"), Some("close"));
    client
        .0
        .get_ref()
        .shutdown(std::net::Shutdown::Write)
        .unwrap();
    client.assert_ended();
    assert!(ask(connect(&stage, &TLS13, None)).is_ok());
}

#[rstest]
#[case::silence(b"")]
#[case::half_a_hello(b"\x16\x03\x01\x02\x00\x01")]
fn a_handshake_without_end_is_given_up(#[case] beginning: &[u8]) {
    let stage = patient(Duration::from_millis(100));
    let mut client = stage.client();
    client.send(beginning).assert_ended();
    let mut other = connect(&stage, &TLS13, None);
    assert!(other.write_all(b"GET / HTTP/1.1\r\n\r\n").is_ok());
}

#[rstest]
#[case::zeros(&[0; 64])]
#[case::no_hello(b"\x16\x03\x01\x00\x04\xff\x00\x00\x00")]
#[case::a_newer_record(b"\x16\xff\xff\xff\xff\xff")]
fn what_is_neither_http_nor_tls_ends_its_connection_only(#[case] bytes: &[u8]) {
    let stage = stage();
    let mut client = stage.client();
    client.send(bytes);
    client
        .0
        .get_ref()
        .shutdown(std::net::Shutdown::Write)
        .unwrap();
    let mut alert = Vec::new();
    client.0.read_to_end(&mut alert).unwrap();
    // A record of an alert, and no HTTP.
    assert_eq!(alert.first(), Some(&21), "{alert:?}");
    assert!(ask(connect(&stage, &TLS13, None)).is_ok());
}

#[test]
fn a_port_without_tls_does_not_hang_on_it() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03");
    assert_eq!(client.reply().status(), 400);
    client.assert_ended();
    assert_eq!(stage.client().post("/", b"").status(), 200);
}

#[test]
fn a_client_that_does_not_trust_the_authority_ends_its_connection_only() {
    let (stage, other) = (stage(), stage());
    let mut connection = connect(&other, &TLS13, None);
    connection.sock = TcpStream::connect(stage.listener.address()).unwrap();
    let refused = ask(connection).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidData, "{refused}");
    assert!(ask(connect(&stage, &TLS13, None)).is_ok());
}

#[test]
fn a_body_too_large_to_drain_is_answered_over_tls_too() {
    let stage = stage();
    let mut connection = connect(&stage, &TLS13, None);
    let length = crate::server::message::MAX_DRAIN + 1;
    write!(
        connection,
        "POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n"
    )
    .unwrap();
    let part = vec![b' '; 1 << 20];
    // Still sending while the answer is on its way: a reset would lose it.
    for _ in 0..length / (1 << 20) {
        connection.write_all(&part).unwrap();
    }
    let mut answer = vec![0; 15];
    connection.read_exact(&mut answer).unwrap();
    assert_eq!(answer, b"HTTP/1.1 200 OK");
}

#[test]
fn dropping_closes_the_port_and_frees_the_target() {
    let stage = stage();
    let address = stage.listener.address();
    let mut idle = connect(&stage, &TLS13, None);
    idle.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut halfway = stage.client();
    halfway.send(b"\x16\x03");
    stage.close();
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}
