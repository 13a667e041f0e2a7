//! The formats in which clients send a public key.
//!
//! An OpenSSH line, PEM (PKCS#1 and `SubjectPublicKeyInfo`) and RFC 4716, each as text or in base64;
//! DER in base64. Left out: options before an OpenSSH key, files with several keys, private keys.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use pkcs1::{RsaPublicKeyRef, pem};
use spki::SubjectPublicKeyInfoRef;
use spki::der::Decode;
use spki::der::oid::ObjectIdentifier;

use super::blob::{self, Curve};
use super::{KeyError, PublicKey};

/// Reads the public key that a client wants to import.
///
/// # Errors
/// [`KeyError::TooShort`] for an RSA key below 2048 bits, [`KeyError::Unsupported`] for a key of
/// another kind, [`KeyError::Unreadable`] for anything else.
pub(crate) fn read_public_key(text: &str) -> Result<PublicKey, KeyError> {
    let text = text.trim();
    let blob = match blob_of_text(text) {
        Some(blob) => blob?,
        None => blob_of_bytes(&base64(text)?)?,
    };
    blob::judge(&blob)
}

const PEM_START: &str = "-----BEGIN ";
const SSH2_START: &str = "---- BEGIN SSH2 PUBLIC KEY ----";
const SSH2_END: &str = "---- END SSH2 PUBLIC KEY ----";

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// The padding may be there or not: clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The blob of a key in one of the text formats; `None` for a text that starts like none of them.
fn blob_of_text(text: &str) -> Option<Result<Vec<u8>, KeyError>> {
    if text.starts_with(PEM_START) {
        Some(blob_of_pem(text))
    } else if text.starts_with(SSH2_START) {
        Some(blob_of_ssh2(text))
    } else {
        // Each type of SSH key has a hyphen in its name, which base64 has not.
        let (kind, rest) = text.split_once([' ', '\t'])?;
        kind.contains('-').then(|| blob_of_line(kind, rest))
    }
}

/// What base64 may have hidden: a text, or DER.
fn blob_of_bytes(bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
    let text = std::str::from_utf8(bytes).ok();
    text.and_then(|text| blob_of_text(text.trim()))
        .unwrap_or_else(|| match blob_of_spki(bytes) {
            Err(KeyError::Unreadable) => blob_of_pkcs1(bytes),
            other => other,
        })
}

fn blob_of_line(kind: &str, rest: &str) -> Result<Vec<u8>, KeyError> {
    if rest.contains(['\n', '\r']) {
        return Err(KeyError::Unreadable);
    }
    let key = rest.split_whitespace().next().unwrap_or_default();
    let blob = base64(key)?;
    match blob::type_of(&blob) {
        Some(named) if named == kind => Ok(blob),
        _ => Err(KeyError::Unreadable),
    }
}

fn blob_of_ssh2(text: &str) -> Result<Vec<u8>, KeyError> {
    let inner = text
        .strip_prefix(SSH2_START)
        .and_then(|text| text.strip_suffix(SSH2_END))
        .ok_or(KeyError::Unreadable)?;
    let mut body = String::new();
    let mut continued = false;
    for line in inner.lines() {
        // A header ends in the first line without a backslash at its end.
        if continued || line.contains(':') {
            continued = line.ends_with('\\');
        } else {
            body.push_str(line);
        }
    }
    base64(&body)
}

fn blob_of_pem(text: &str) -> Result<Vec<u8>, KeyError> {
    let mut decoder =
        pem::Decoder::new_detect_wrap(text.as_bytes()).map_err(|_| KeyError::Unreadable)?;
    let label = decoder.type_label();
    let mut der = Vec::new();
    decoder
        .decode_to_end(&mut der)
        .map_err(|_| KeyError::Unreadable)?;
    match label {
        "PUBLIC KEY" => blob_of_spki(&der),
        "RSA PUBLIC KEY" => blob_of_pkcs1(&der),
        other => Err(KeyError::Unsupported(other.to_owned())),
    }
}

fn blob_of_spki(der: &[u8]) -> Result<Vec<u8>, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Unreadable)?;
    let key = info
        .subject_public_key
        .as_bytes()
        .ok_or(KeyError::Unreadable)?;
    match info.algorithm.oid {
        pkcs1::ALGORITHM_OID => blob_of_pkcs1(key),
        ED25519 => Ok(blob::ed25519(key)),
        ELLIPTIC => match info.algorithm.parameters_oid() {
            Ok(P256) => Ok(blob::ecdsa(Curve::P256, key)),
            Ok(P384) => Ok(blob::ecdsa(Curve::P384, key)),
            Ok(P521) => Ok(blob::ecdsa(Curve::P521, key)),
            Ok(other) => Err(KeyError::Unsupported(other.to_string())),
            Err(_) => Err(KeyError::Unreadable),
        },
        other => Err(KeyError::Unsupported(other.to_string())),
    }
}

fn blob_of_pkcs1(der: &[u8]) -> Result<Vec<u8>, KeyError> {
    let key = RsaPublicKeyRef::from_der(der).map_err(|_| KeyError::Unreadable)?;
    let exponent = key.public_exponent.as_bytes();
    Ok(blob::rsa(exponent, key.modulus.as_bytes()))
}

fn base64(text: &str) -> Result<Vec<u8>, KeyError> {
    let digits: String = text.split_ascii_whitespace().collect();
    BASE64.decode(digits).map_err(|_| KeyError::Unreadable)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::tests::tool;
    use super::*;

    /// A key of the test data, in one of the formats in which it is kept.
    fn kept(file: &str) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/keys/public/");
        std::fs::read_to_string(format!("{path}{file}")).unwrap()
    }

    fn wrapped(base64: &str) -> String {
        let lines: Vec<_> = base64.as_bytes().chunks(76).collect();
        String::from_utf8(lines.join(&b'\n')).unwrap()
    }

    /// The same key in every way in which a client may send it.
    fn ways(name: &str, formats: &[&str]) -> Vec<String> {
        let mut ways = Vec::new();
        for format in formats {
            let text = kept(&format!("{name}.{format}"));
            let encoded = STANDARD.encode(&text);
            ways.push(encoded.trim_end_matches('=').to_owned());
            ways.push(wrapped(&encoded));
            ways.push(encoded);
            ways.push(text.replace('\n', "\r\n"));
            ways.push(format!("\n  {text}"));
            ways.push(text.trim_end().to_owned());
            if format.ends_with("pem") {
                let body: Vec<_> = text.lines().filter(|line| !line.contains('-')).collect();
                ways.push(body.concat());
                ways.push(body.join("\n"));
                let mut lines: Vec<_> = text.lines().collect();
                let [first, last] = [lines.remove(0), lines.pop().unwrap()];
                ways.push(format!("{first}\n{}\n{last}", lines.concat()));
            }
            ways.push(text);
        }
        let line = kept(&format!("{name}.openssh"));
        let bare: Vec<_> = line.split_whitespace().take(2).collect();
        ways.push(STANDARD.encode(bare.join(" ")));
        ways.push(bare.join(" "));
        ways
    }

    const ANY: &[&str] = &["openssh", "rfc4716", "spki.pem"];
    const RSA: &[&str] = &["openssh", "rfc4716", "spki.pem", "pkcs1.pem"];

    #[rstest]
    #[case::rsa_2048(
        "rsa-2048",
        RSA,
        "ssh-rsa",
        2048,
        "6c:21:44:de:fb:0e:76:f5:d6:7f:17:34:6b:bc:fe:bf"
    )]
    #[case::rsa_4096(
        "rsa-4096",
        RSA,
        "ssh-rsa",
        4096,
        "42:69:b4:fc:1e:1b:46:85:6d:d1:29:7f:59:8d:37:51"
    )]
    #[case::ed25519(
        "ed25519",
        ANY,
        "ssh-ed25519",
        256,
        "00:b3:13:5a:38:d7:ea:f3:9a:59:0b:e6:58:aa:21:9c"
    )]
    #[case::p256(
        "ecdsa-256",
        ANY,
        "ecdsa-sha2-nistp256",
        256,
        "3f:4c:6d:68:23:bd:1e:d4:1f:07:c2:18:58:3c:a6:41"
    )]
    #[case::p384(
        "ecdsa-384",
        ANY,
        "ecdsa-sha2-nistp384",
        384,
        "b1:e4:ff:4f:e9:04:c6:75:30:5d:f8:47:c7:bf:45:05"
    )]
    #[case::p521(
        "ecdsa-521",
        ANY,
        "ecdsa-sha2-nistp521",
        521,
        "4e:12:39:96:7a:b5:ac:23:c0:bb:75:c0:4c:ee:70:f3"
    )]
    fn every_format_of_a_key_gives_the_same_key(
        #[case] name: &str,
        #[case] formats: &[&str],
        #[case] key_type: &'static str,
        #[case] bits: u64,
        #[case] fingerprint: &str,
    ) {
        let mut blobs = BTreeSet::new();
        for text in ways(name, formats) {
            let key = read_public_key(&text).unwrap();
            let facts = (key.key_type, key.bits, key.fingerprint.as_str());
            assert_eq!(facts, (key_type, bits, fingerprint), "{text}");
            blobs.insert(key.blob);
        }
        assert_eq!(blobs.len(), 1);
    }

    #[rstest]
    fn ssh_keygen_finds_the_same_fingerprint(
        #[values(
            "rsa-2048",
            "rsa-4096",
            "ed25519",
            "ecdsa-256",
            "ecdsa-384",
            "ecdsa-521"
        )]
        name: &str,
    ) {
        let line = kept(&format!("{name}.openssh"));
        let key = read_public_key(&line).unwrap();
        if let Some(said) = tool("ssh-keygen", &["-l", "-E", "md5", "-f", "-"], &line) {
            let start = format!("{} MD5:{} ", key.bits, key.fingerprint);
            assert!(said.starts_with(&start), "{said}");
        }
    }

    #[test]
    fn a_short_key_is_refused_with_its_size() {
        let refused = read_public_key(&kept("rsa-1024.openssh"));
        assert_eq!(refused, Err(KeyError::TooShort(1024)));
    }

    #[test]
    fn keys_of_another_kind_are_named() {
        let dsa = read_public_key(&kept("dsa.openssh"));
        assert_eq!(dsa, Err(KeyError::Unsupported("ssh-dss".to_owned())));
        let private = super::super::make_rsa(0, 0).private_pem;
        let kind = KeyError::Unsupported("RSA PRIVATE KEY".to_owned());
        assert_eq!(read_public_key(&private), Err(kind));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::blank(" \n")]
    #[case::words("no key at all")]
    #[case::base64_of_words("bm8ga2V5IGF0IGFsbA==")]
    #[case::type_alone("ssh-rsa")]
    #[case::type_and_space("ssh-rsa ")]
    #[case::empty_blob("ssh-rsa AAAA")]
    #[case::no_base64("ssh-ed25519 %%%%")]
    #[case::huge_length("ssh-rsa AAAAB3NzaC1yc2H/////")]
    #[case::empty_pem("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----")]
    #[case::open_pem("-----BEGIN PUBLIC KEY-----")]
    #[case::open_ssh2("---- BEGIN SSH2 PUBLIC KEY ----")]
    #[case::empty_ssh2("---- BEGIN SSH2 PUBLIC KEY ----\n---- END SSH2 PUBLIC KEY ----")]
    fn other_texts_are_unreadable(#[case] text: &str) {
        assert_eq!(read_public_key(text), Err(KeyError::Unreadable));
    }

    #[test]
    fn a_type_must_be_that_of_its_blob() {
        let line = kept("ed25519.openssh");
        let lying = line.replace("ssh-ed25519", "ssh-rsa");
        assert_eq!(read_public_key(&lying), Err(KeyError::Unreadable));
        let two_keys = line.repeat(2);
        assert_eq!(read_public_key(&two_keys), Err(KeyError::Unreadable));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), bytes in any::<Vec<u8>>()) {
            let encoded = STANDARD.encode(&bytes);
            let _ = read_public_key(&text);
            let _ = read_public_key(&encoded);
            let _ = read_public_key(&format!("ssh-rsa {encoded} {text}"));
            let _ = read_public_key(&format!("{SSH2_START}\n{text}\n{encoded}\n{SSH2_END}"));
            for label in ["PUBLIC KEY", "RSA PUBLIC KEY", &text] {
                let _ = read_public_key(&format!("-----BEGIN {label}-----\n{encoded}\n-----END {label}-----"));
            }
            let _ = blob::judge(&bytes);
        }

        #[test]
        fn no_damage_to_a_key_makes_it_panic(
            file in prop::sample::select(vec![
                "rsa-2048.openssh", "rsa-2048.rfc4716", "rsa-2048.spki.pem", "rsa-2048.pkcs1.pem",
                "ed25519.spki.pem", "ecdsa-521.openssh", "ecdsa-384.spki.pem",
            ]),
            at in any::<prop::sample::Index>(),
            length in 0..8_usize,
            put in ".{0,6}",
        ) {
            let mut text: Vec<char> = kept(file).chars().collect();
            let start = at.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, put.chars());
            let text: String = text.into_iter().collect();
            let _ = read_public_key(&text);
            let _ = read_public_key(&STANDARD.encode(&text));
        }

        #[test]
        fn no_damage_to_a_blob_makes_it_panic(
            file in prop::sample::select(vec!["rsa-2048.openssh", "ed25519.openssh", "ecdsa-256.openssh"]),
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let line = kept(file);
            let mut blob = STANDARD.decode(line.split(' ').nth(1).unwrap().trim()).unwrap();
            let at = at.index(blob.len());
            blob[at] = byte;
            let _ = blob::judge(&blob);
            blob.truncate(at);
            prop_assert!(blob::judge(&blob).is_err());
        }
    }
}
