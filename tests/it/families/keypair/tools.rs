//! Keypairs held against OpenSSH itself; skipped, with a word about it, where it is not installed.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{cloud, tool};

/// What `ssh-keygen` answers; `None` where there is none.
fn ssh_keygen(arguments: &[&str], file: &Path) -> Option<Output> {
    let mut command = Command::new("ssh-keygen");
    let command = command.args(arguments).arg("-f").arg(file);
    command
        .stdin(Stdio::null())
        .output()
        .inspect_err(|_| eprintln!("skipped: ssh-keygen is not installed"))
        .ok()
}

/// The fingerprint and the size that `ssh-keygen` finds in a file, and what it calls the type.
fn fingerprint(file: &Path) -> Option<(String, u64, String)> {
    let output = ssh_keygen(&["-l", "-E", "md5"], file)?;
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).expect("text");
    let words: Vec<_> = said.split_whitespace().collect();
    let size = words[0].parse().expect("a size");
    let fingerprint = words[1].strip_prefix("MD5:").expect("a fingerprint");
    let sort = words[words.len() - 1].trim_matches(['(', ')']);
    Some((fingerprint.to_owned(), size, sort.to_owned()))
}

fn import(cloud: &Cloud, name: &str, key: &str) -> Value {
    let wanted = json!({ "KeypairName": name, "PublicKey": key });
    cloud.call("CreateKeypair", wanted).ok()["Keypair"].clone()
}

/// A key file that nobody else may read, as `ssh` wants it.
fn keep(file: &Path, text: &str) {
    std::fs::write(file, text).expect("a file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let owner = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(file, owner).expect("the file is ours");
    }
}

#[test]
fn openssh_takes_a_made_key_and_finds_its_fingerprint() {
    let cloud = cloud();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    for name in ["one", "two"] {
        let made = json!({ "KeypairName": name });
        let made = cloud.call("CreateKeypair", made).ok();
        keep(&file, made.text("/Keypair/PrivateKey"));
        let Some((fingerprint, size, sort)) = fingerprint(&file) else {
            return;
        };
        assert_eq!(made["Keypair"]["KeypairFingerprint"], *fingerprint);
        assert_eq!((size, sort.as_str()), (2048, "RSA"));
        // Its public half can be imported, and is the same key.
        let public = ssh_keygen(&["-y"], &file).expect("it is installed");
        let public = String::from_utf8(public.stdout).expect("text");
        let brought = import(&cloud, &format!("{name}-again"), &public);
        assert_eq!(brought["KeypairFingerprint"], *fingerprint);
        assert_eq!(brought["KeypairType"], "ssh-rsa");
    }
}

/// Keys that OpenSSH makes, in every format in which it gives the public half away.
#[rstest]
#[case::rsa("rsa", "2048", "ssh-rsa")]
#[case::large_rsa("rsa", "3072", "ssh-rsa")]
#[case::ed25519("ed25519", "256", "ssh-ed25519")]
#[case::p256("ecdsa", "256", "ecdsa-sha2-nistp256")]
#[case::p384("ecdsa", "384", "ecdsa-sha2-nistp384")]
#[case::p521("ecdsa", "521", "ecdsa-sha2-nistp521")]
fn keys_of_openssh_have_its_fingerprint(
    #[case] sort: &str,
    #[case] bits: &str,
    #[case] key_type: &str,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    let new = ["-q", "-t", sort, "-b", bits, "-N", "", "-C", "a comment"];
    if ssh_keygen(&new, &file).is_none() {
        return;
    }
    let public = file.with_extension("pub");
    let (wanted, ..) = fingerprint(&public).expect("it is installed");
    let mut texts = vec![std::fs::read_to_string(&public).expect("a file")];
    for format in ["RFC4716", "PKCS8", "PEM"] {
        let export = ssh_keygen(&["-e", "-m", format], &public).expect("it is installed");
        // Not every type can be given away in every format.
        if export.status.success() {
            texts.push(String::from_utf8(export.stdout).expect("text"));
        }
    }
    assert!(texts.len() >= 2, "only {texts:?}");
    let cloud = cloud();
    for (at, text) in texts.iter().enumerate() {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        for (way, key) in [("as it is", text), ("encoded", &encoded)] {
            let brought = import(&cloud, &format!("{at} {way}"), key);
            assert_eq!(brought["KeypairFingerprint"], *wanted, "{text}");
            assert_eq!(brought["KeypairType"], key_type);
        }
    }
}

/// The keys of the test data, in every format in which they are kept.
#[rstest]
#[case("rsa-2048", &["openssh", "rfc4716", "spki.pem", "pkcs1.pem"])]
#[case("rsa-4096", &["openssh", "rfc4716", "spki.pem", "pkcs1.pem"])]
#[case("ed25519", &["openssh", "rfc4716", "spki.pem"])]
#[case("ecdsa-256", &["openssh", "rfc4716", "spki.pem"])]
#[case("ecdsa-384", &["openssh", "rfc4716", "spki.pem"])]
#[case("ecdsa-521", &["openssh", "rfc4716", "spki.pem"])]
fn a_key_has_one_fingerprint_in_every_format(#[case] name: &str, #[case] formats: &[&str]) {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/keys/public"));
    let Some((wanted, ..)) = fingerprint(&folder.join(format!("{name}.openssh"))) else {
        return;
    };
    let cloud = cloud();
    for format in formats {
        let text = folder.join(format!("{name}.{format}"));
        let text = std::fs::read_to_string(text).expect("a file");
        let brought = import(&cloud, format, &text);
        assert_eq!(brought["KeypairFingerprint"], *wanted, "{format}");
    }
}

#[test]
fn openssl_takes_a_made_key() {
    let made = json!({ "KeypairName": "made" });
    let made = cloud().call("CreateKeypair", made).ok();
    let private = made.text("/Keypair/PrivateKey");
    let Some(said) = tool("openssl", &["rsa", "-check", "-noout"], private) else {
        return;
    };
    assert!(said.contains("RSA key ok"), "{said}");
}
