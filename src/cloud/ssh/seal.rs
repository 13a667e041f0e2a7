//! Encryption for the holder of an RSA key, with the padding of PKCS#1 (RFC 8017, section 7.2).
//!
//! The padding follows from the text, so that the same text reads the same each time: that is no
//! encryption for real secrets.

use num_bigint::BigUint;
use sha2::{Digest as _, Sha256};

use super::blob;

/// A text that only the private half of the key in an SSH blob reads; `None` for a key that is not
/// an RSA key, or is too short for the text.
pub(crate) fn seal(blob: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    /// The least padding, in bytes.
    const LEAST: usize = 8;
    let [exponent, modulus] = blob::rsa_numbers(blob)?;
    let padding = modulus
        .len()
        .checked_sub(text.len() + 3)
        .filter(|length| *length >= LEAST)?;
    let mut block = vec![0, 2];
    block.extend(not_zero(text).take(padding));
    block.push(0);
    block.extend(text);
    let [block, exponent, modulus_number] =
        [&block[..], exponent, modulus].map(BigUint::from_bytes_be);
    let sealed = block.modpow(&exponent, &modulus_number).to_bytes_be();
    let mut whole = vec![0; modulus.len() - sealed.len()];
    whole.extend(sealed);
    Some(whole)
}

/// Bytes that follow from a text, none of them zero, without end.
fn not_zero(text: &[u8]) -> impl Iterator<Item = u8> {
    let text = text.to_vec();
    (0_u32..)
        .flat_map(move |n| Sha256::digest([&n.to_be_bytes(), &text[..]].concat()))
        .filter(|byte| *byte != 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    use super::super::tests::tool;
    use super::super::{make_rsa, read_public_key};
    use super::*;

    #[test]
    fn openssl_reads_it_with_the_private_half() {
        let made = make_rsa(3, 0);
        let sealed = seal(&made.public.blob, b"for your eyes only").unwrap();
        assert_eq!(sealed.len(), 256);
        let mut key = tempfile::NamedTempFile::new().unwrap();
        key.write_all(made.private_pem.as_bytes()).unwrap();
        let mut written = tempfile::NamedTempFile::new().unwrap();
        written.write_all(&sealed).unwrap();
        let path = |file: &tempfile::NamedTempFile| file.path().to_str().unwrap().to_owned();
        let (key, written) = (path(&key), path(&written));
        let arguments = ["pkeyutl", "-decrypt", "-inkey", &key, "-in", &written];
        let Some(said) = tool("openssl", &arguments, "") else {
            return;
        };
        assert_eq!(said, "for your eyes only");
    }

    #[test]
    fn the_same_text_reads_the_same_and_another_does_not() {
        let blob = make_rsa(3, 1).public.blob;
        let sealed = |text: &[u8]| BASE64.encode(seal(&blob, text).unwrap());
        assert_eq!(sealed(b"one"), sealed(b"one"));
        assert_ne!(sealed(b"one"), sealed(b"other"));
    }

    #[test]
    fn a_text_needs_room_and_an_rsa_key() {
        let blob = make_rsa(3, 2).public.blob;
        assert!(seal(&blob, &[b'x'; 245]).is_some());
        assert_eq!(seal(&blob, &[b'x'; 246]), None);
        let text = include_str!("../../../fixtures/keys/public/ed25519.openssh");
        assert_eq!(seal(&read_public_key(text).unwrap().blob, b"x"), None);
    }
}
