//! Replays over HTTP, to whoever listens there.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use mockscale::{Cloud, Credentials, Remote, Replay};
use rstest::rstest;

use super::conversation;
use crate::support::builder;

fn remote(cloud: &Cloud) -> Remote {
    Remote::new(&cloud.endpoint(), cloud.credentials()).expect("an endpoint")
}

#[test]
fn over_http() {
    let cloud = builder().start();
    let replay = conversation().replay(&remote(&cloud));
    replay.assert_match();
    assert_eq!(replay.counts().varies, 0, "{replay}");
    let said = cloud.transcript();
    let agent = said.exchanges()[0].agent.as_deref();
    assert_eq!(
        agent,
        Some(concat!("mockscale/", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn over_http_to_a_cloud_with_another_seed() {
    let cloud = builder().seed(3).start();
    let transcript = conversation();
    let replayer = Replay::of(&transcript)
        .varies("**.PublicIp")
        .varies("**.PublicDnsName");
    replayer.against(&remote(&cloud)).assert_match();
}

#[test]
fn a_har_is_replayed_like_anything_else() {
    let cloud = builder().start();
    let recorded = builder().start();
    conversation().replay(&remote(&recorded)).assert_match();
    let har = recorded.transcript().to_har();
    let back = mockscale::Transcript::parse(&har).expect("a transcript");
    back.replay(&remote(&cloud)).assert_match();
}

#[test]
fn wrong_credentials_are_refused_every_time() {
    let cloud = builder().start();
    let wrong = Credentials {
        secret_key: "wrong".to_owned(),
        ..cloud.credentials()
    };
    let wrong = Remote::new(&cloud.url(), wrong).expect("an endpoint");
    let replay = conversation().only("CreateNet").replay(&wrong);
    let text = replay.to_string();
    assert!(
        text.contains("mismatch  status: 200 → 401 (AccessDenied 1"),
        "{text}"
    );
    assert!(!text.contains("wrong"), "{text}");
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let nobody = Remote::new(&format!("http://{address}"), Credentials::root("eu-west-2"));
    let replay = conversation().replay(&nobody.expect("an endpoint"));
    let failure = replay.failure().expect("a failure").to_string();
    assert!(
        failure.starts_with(&format!("http://{address}/api/v1/CreateNet: ")),
        "{failure}"
    );
    assert!(failure.contains("refused"), "{failure}");
    assert_eq!(replay.counts().failed, 18);
}

/// Whoever answers with those bytes, once.
fn answering(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let _ = stream.read(&mut [0; 16_384]);
        let _ = stream.write_all(bytes);
    });
    format!("http://{address}")
}

#[rstest]
#[case::html(
    b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
    "it answers 502 with what is no JSON: \"<html>\""
)]
#[case::no_http(b"hello?\r\n\r\n", "CreateNet: ")]
#[case::nothing(b"", "CreateNet: ")]
#[case::cut_off(
    b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n{\"Net\":",
    "CreateNet: "
)]
fn what_is_no_answer(#[case] bytes: &'static [u8], #[case] told: &str) {
    let endpoint = Remote::new(&answering(bytes), Credentials::root("eu-west-2"));
    let replay = conversation()
        .only("CreateNet")
        .replay(&endpoint.expect("an endpoint"));
    let failure = replay.failure().expect("a failure").to_string();
    assert!(failure.contains(told), "{failure}");
}

#[test]
fn a_redirect_and_an_empty_body_are_answers() {
    let moved = b"HTTP/1.1 301 Moved\r\nlocation: http://192.0.2.1/\r\ncontent-length: 0\r\n\r\n";
    let endpoint = Remote::new(&answering(moved), Credentials::root("eu-west-2"));
    let replay = conversation()
        .only("CreateNet")
        .replay(&endpoint.expect("an endpoint"));
    assert!(
        replay.to_string().contains("mismatch  status: 200 → 301"),
        "{replay}"
    );
}

#[test]
fn tls_is_spoken_and_certificates_are_checked() {
    let plain = answering(b"HTTP/1.1 200 OK\r\n\r\n").replace("http://", "https://");
    let endpoint = match Remote::new(&plain, Credentials::root("eu-west-2")) {
        Ok(endpoint) => endpoint,
        // A system without certificates says so.
        Err(error) => return assert!(error.to_string().contains("SSL_CERT_FILE"), "{error}"),
    };
    let replay = conversation().only("CreateNet").replay(&endpoint);
    let failure = replay.failure().expect("a failure").to_string();
    assert!(failure.contains("https://"), "{failure}");
}
