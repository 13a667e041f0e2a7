//! curl over OpenSSL, with certificates of ours and of the openssl program's.

use std::fs;
use std::path::Path;
use std::process::Command;

use mockscale::Cloud;
use mockscale::access::certificate::judge;
use mockscale::cloud::x509::read_ca;
use rstest::rstest;
use tempfile::TempDir;

use super::shown;
use crate::support::builder;

/// Whether a program is there to be tested with.
fn there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        println!("skipped: there is no {program} on this machine");
    }
    there
}

/// A folder with a cloud's authority, `ca.pem`.
fn folder(cloud: &Cloud) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("ca.pem"), cloud.ca_pem()).expect("written");
    folder
}

/// Reads the Nets, and answers the status and what curl says.
fn curl(cloud: &Cloud, folder: &Path, options: &[&str]) -> (String, String) {
    let credentials = cloud.credentials();
    let user = format!("{}:{}", credentials.access_key, credentials.secret_key);
    let output = Command::new("curl")
        .current_dir(folder)
        .args([
            "--silent",
            "--show-error",
            "--noproxy",
            "*",
            "--cacert",
            "ca.pem",
        ])
        .args(["--aws-sigv4", "osc:osc:eu-west-2:api", "--user", &user])
        .args(["--header", "Content-Type: application/json", "--data", "{}"])
        .args(["--output", "reply.json", "--write-out", "%{http_code}"])
        .args(options)
        .arg(format!("{}/ReadNets", cloud.endpoint()))
        .output()
        .expect("curl runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[rstest]
fn every_certificate_is_taken_and_the_call_answered(
    #[values(&["--tls-max", "1.2"], &["--tlsv1.3"])] version: &[&str],
) {
    if !there("curl") {
        return;
    }
    let cloud = builder().start_tls();
    let folder = folder(&cloud);
    for (name, certificate) in shown() {
        let mut options = version.to_vec();
        if let Some(certificate) = certificate {
            let identity = certificate.identity_pem();
            fs::write(folder.path().join("identity.pem"), identity).expect("written");
            options.extend(["--cert", "identity.pem"]);
        }
        let (status, error) = curl(&cloud, folder.path(), &options);
        assert_eq!(status, "200", "{name}: {error}");
    }
}

#[test]
fn a_client_that_trusts_another_authority_refuses() {
    if !there("curl") {
        return;
    }
    let (cloud, other) = (builder().start_tls(), builder().start_tls());
    let (status, error) = curl(&cloud, folder(&other).path(), &[]);
    assert_eq!(status, "000");
    assert!(error.contains("certificate"), "{error}");
}

/// The commands by which an authority and a client's certificate are usually made: the certificate
/// is of X.509 version 1 before OpenSSL 3.2, and of version 3 since.
const USUAL: &[&str] = &[
    "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=root",
    "req -newkey rsa:2048 -nodes -keyout client.key -out client.csr -subj /CN=alice",
    "x509 -req -in client.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out client.pem",
];

#[test]
fn what_openssl_issues_is_taken_and_counts() {
    if !there("curl") || !there("openssl") {
        return;
    }
    let cloud = builder().start_tls();
    let folder = folder(&cloud);
    for command in USUAL {
        let made = Command::new("openssl")
            .current_dir(folder.path())
            .args(command.split(' '))
            .output()
            .expect("openssl runs");
        assert!(made.status.success(), "{command}: {made:?}");
    }
    for version in [&["--tls-max", "1.2"][..], &["--tlsv1.3"]] {
        let options = [version, &["--cert", "client.pem", "--key", "client.key"]].concat();
        let (status, error) = curl(&cloud, folder.path(), &options);
        assert_eq!(status, "200", "{error}");
    }
    let read = |file: &str| fs::read_to_string(folder.path().join(file)).expect("a file");
    let root = read_ca(&read("root.pem")).expect("an authority").der;
    let chain = [der(&read("client.pem"))];
    assert_eq!(judge(&chain, &root, jiff::Timestamp::now()), Ok(()));
}

/// What a PEM of one block holds.
fn der(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let base64: String = pem.lines().filter(|line| !line.contains('-')).collect();
    base64::engine::general_purpose::STANDARD
        .decode(base64)
        .expect("base64")
}
