//! `mockscale replay`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use mockscale::pki::Authority;
use mockscale::{Cloud, Transcript, json};
use rstest::rstest;

use super::{Folder, Ran, Served, conversation, mockscale, run, saved};

#[test]
fn exit_codes_of_replays() {
    let folder = Folder::new();
    let file = saved(&folder);
    let same = run(&["replay", &file]);
    assert_eq!((same.code, &*same.err), (Some(0), ""), "{same:?}");
    let other = run(&["replay", &file, "--seed", "7"]);
    assert_eq!(other.code, Some(3), "{other:?}");
    assert!(
        other
            .out
            .contains("#4 CreatePublicIp\n  mismatch  PublicIp.PublicIp: "),
        "{other:?}"
    );
    let varies = run(&[
        "replay",
        &file,
        "--seed",
        "7",
        "--varies",
        "PublicIp.PublicIp",
    ]);
    assert_eq!(varies.code, Some(0), "{varies:?}");
    let narrower = run(&["replay", &file, "--substitute", "10.0.0.0/16=10.0.0.0/24"]);
    assert_eq!(narrower.code, Some(0), "{narrower:?}");
    assert!(narrower.out.contains(" 1 vary"), "{narrower:?}");
}

#[test]
fn another_contract() {
    let folder = Folder::new();
    let file = saved(&folder);
    let facts = mockscale::Contract::bundled()
        .facts()
        .replace("\"IpRange\"", "\"IpRangge\"");
    let document = folder.path("other.json");
    fs::write(&document, facts).expect("a file");
    let replayed = run(&["replay", &file, "--contract", &document]);
    assert_eq!(replayed.code, Some(3));
    assert!(
        replayed
            .out
            .contains("#1 CreateNet\n  mismatch  status: 200 → 400"),
        "{replayed:?}"
    );
    fs::write(folder.path("none.json"), "{}").expect("a file");
    let refused = run(&["replay", &file, "--contract", &folder.path("none.json")]);
    assert_eq!((refused.code, &*refused.out), (Some(1), ""));
    assert!(refused.err.contains("none.json: "), "{refused:?}");
}

#[test]
fn against_an_endpoint() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    conversation()
        .by("123456789012")
        .save(&file)
        .expect("written");
    let served = Served::start(&[]);
    let url = served.1.clone();
    let args = ["replay", &file, "--endpoint", &url];
    let refused = run(&args);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused
            .err
            .contains("the environment variable OSC_ACCESS_KEY is not set"),
        "{refused:?}"
    );
    let root = mockscale::Credentials::root("eu-west-2");
    let with = |secret: &str| {
        let mut command = mockscale(&args);
        command
            .env("OSC_ACCESS_KEY", &root.access_key)
            .env("OSC_SECRET_KEY", secret);
        Ran::of(&command.output().expect("the program runs"))
    };
    let same = with(&root.secret_key);
    assert_eq!(same.code, Some(0), "{same:?}");
    let wrong = with("wrong");
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert!(wrong.out.contains("status: 200 → 401"), "{wrong:?}");
    drop(served);
    let nobody = with(&root.secret_key);
    assert_eq!(nobody.code, Some(1), "{nobody:?}");
    assert!(
        nobody
            .err
            .starts_with("mockscale: the replay could not be done: http://"),
        "{nobody:?}"
    );
    assert!(nobody.out.contains("4 not answered"), "{nobody:?}");
}

/// Whoever answers over HTTPS with a body, once, and tells what was asked; and its certificate.
fn https(body: &'static str) -> (String, thread::JoinHandle<String>, String) {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = rustls::pki_types::PrivateKeyDer::try_from(signing_key.serialize_der());
    let provider = rustls::crypto::ring::default_provider().into();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.expect("a key"))
        .expect("a configuration");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let asked = thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a client");
        let tls = rustls::ServerConnection::new(Arc::new(config)).expect("a connection");
        let mut stream = rustls::StreamOwned::new(tls, socket);
        let mut asked = Vec::new();
        let mut buffer = [0; 4096];
        while !asked.ends_with(b"{}") {
            match stream.read(&mut buffer) {
                Ok(count @ 1..) => asked.extend_from_slice(&buffer[..count]),
                _ => break,
            }
        }
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}");
        let _ = stream.write_all(head.as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
        String::from_utf8(asked).expect("UTF-8")
    });
    (format!("https://localhost:{port}"), asked, cert.pem())
}

#[rstest]
#[case::trusted(true)]
#[case::not_trusted(false)]
fn against_an_endpoint_over_https(#[case] trusted: bool) {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    let cloud = Cloud::new();
    cloud.call("ReadNets", json!({})).ok();
    cloud.transcript().save(&file).expect("written");
    let (url, asked, certificate) =
        https(r#"{"Nets":[],"ResponseContext":{"RequestId":"from afar"}}"#);
    let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
    let stranger = stranger.expect("a certificate").cert.pem();
    let roots = if trusted { certificate } else { stranger };
    fs::write(folder.path("roots.pem"), roots).expect("a file");
    let mut command = mockscale(&["replay", &file, "--endpoint", &url]);
    let command = command
        .env("OSC_ACCESS_KEY", "AK")
        .env("OSC_SECRET_KEY", "SK");
    let command = command.env("SSL_CERT_FILE", folder.path("roots.pem"));
    let ran = Ran::of(&command.output().expect("the program runs"));
    let asked = asked.join().expect("it answers");
    if trusted {
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(
            asked.starts_with("POST /api/v1/ReadNets HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(
            asked.contains("authorization: OSC4-HMAC-SHA256 Credential=AK/"),
            "{asked}"
        );
    } else {
        assert_eq!((ran.code, &*asked), (Some(1), ""), "{ran:?}");
        assert!(ran.err.contains("certificate"), "{ran:?}");
    }
}

#[test]
fn a_secret_comes_from_the_environment() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    let cloud = Cloud::builder().report().build();
    cloud.call("ReadNets", json!({ "Password": "hidden" }));
    cloud.transcript().save(&file).expect("written");
    let unsent = run(&["replay", &file]);
    assert_eq!(unsent.code, Some(3));
    assert!(
        unsent
            .out
            .contains("not sent: its Password was not recorded"),
        "{unsent:?}"
    );
    assert!(
        unsent.err.contains("not everything could be sent"),
        "{unsent:?}"
    );
    assert_eq!(run(&["replay", &file, "--tolerate-unsent"]).code, Some(0));
    let mut command = mockscale(&["replay", &file, "--secret", "Password=A_PASSWORD"]);
    let sent = Ran::of(
        &command
            .env("A_PASSWORD", "x")
            .output()
            .expect("the program runs"),
    );
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let missing = run(&["replay", &file, "--secret", "Password=NO_SUCH_VARIABLE"]);
    assert_eq!(missing.code, Some(1));
    assert!(
        missing.err.contains("NO_SUCH_VARIABLE is not set"),
        "{missing:?}"
    );
}

/// A user who may do nothing, and rules that let one network in, and a certificate.
fn about_access() -> Transcript {
    let authority = Authority::new("our devices");
    let cloud = Cloud::builder().report().build();
    let desk = cloud.from("203.0.113.9");
    desk.call("CreateUser", json!({ "UserName": "alice" })).ok();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = desk
        .call("CreateNet", net)
        .ok()
        .text("/Net/NetId")
        .to_owned();
    let rules = desk.call("ReadApiAccessRules", json!({})).ok();
    let everybody = json!({ "ApiAccessRuleId": rules.text("/ApiAccessRules/0/ApiAccessRuleId") });
    let ours = json!({ "IpRanges": ["203.0.113.0/24"] });
    desk.call("CreateApiAccessRule", ours).ok();
    desk.call("DeleteApiAccessRule", everybody).ok();
    let delete = json!({ "NetId": net });
    let alice = desk.as_user("alice");
    assert_eq!(alice.call("DeleteNet", delete.clone()).status(), 403);
    assert_eq!(cloud.call("DeleteNet", delete).status(), 401);
    let laptop = desk.with_certificate(&authority.issue("laptop-7").pem());
    laptop.call("ReadNets", json!({})).ok();
    cloud.transcript()
}

#[test]
fn users_and_origins_are_said_again_to_a_fresh_cloud() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    let transcript = about_access();
    transcript.save(&file).expect("written");
    let replayed = run(&["replay", &file]);
    assert_eq!(replayed.code, Some(3), "{replayed:?}");
    let told = "; 1 not sent\n\n#8 ReadNets\n  not sent: it came with a certificate, of which a \
                transcript keeps the name only\n";
    assert!(replayed.out.ends_with(told), "{replayed:?}");
    let tolerated = run(&["replay", &file, "--tolerate-unsent"]);
    assert_eq!(tolerated.code, Some(0), "{tolerated:?}");
}

#[test]
fn users_and_what_no_rule_let_in_are_not_said_to_an_endpoint() {
    let folder = Folder::new();
    let file = folder.path("a.jsonl");
    about_access().save(&file).expect("written");
    let served = Served::start(&[]);
    let root = mockscale::Credentials::root("eu-west-2");
    let mut command = mockscale(&["replay", &file, "--endpoint", &served.1, "--keep-going"]);
    let command = command
        .env("OSC_ACCESS_KEY", &root.access_key)
        .env("OSC_SECRET_KEY", &root.secret_key);
    let replayed = Ran::of(&command.output().expect("the program runs"));
    assert_eq!(replayed.code, Some(3), "{replayed:?}");
    for told in [
        "; 3 not sent\n",
        "\n#6 DeleteNet\n  not sent: the user alice said it, and ",
        "\n#7 DeleteNet\n  not sent: no API access rule let it in from 127.0.0.1, and ",
        "\n#8 ReadNets\n  not sent: it came with a certificate, ",
    ] {
        assert!(replayed.out.contains(told), "{told}: {replayed:?}");
    }
}
