//! The SSH blob of a public key (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4):
//! writing one from numbers, and judging one.
//!
//! A blob is a row of strings, each after its length in four bytes. Left out: every key type that
//! a keypair cannot have.

use md5::{Digest, Md5};

use super::{KeyError, PublicKey};

/// The fewest bits that an RSA key may have.
pub(super) const RSA_BITS: u64 = 2048;

const RSA: &str = "ssh-rsa";
const ED25519: &str = "ssh-ed25519";

/// An elliptic curve that a key may be on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    key_type: &'static str,
    name: &'static str,
    bits: u64,
    /// The bytes of one coordinate.
    coordinate: usize,
}

impl Curve {
    pub(super) const P256: Self = Self {
        key_type: "ecdsa-sha2-nistp256",
        name: "nistp256",
        bits: 256,
        coordinate: 32,
    };
    pub(super) const P384: Self = Self {
        key_type: "ecdsa-sha2-nistp384",
        name: "nistp384",
        bits: 384,
        coordinate: 48,
    };
    pub(super) const P521: Self = Self {
        key_type: "ecdsa-sha2-nistp521",
        name: "nistp521",
        bits: 521,
        coordinate: 66,
    };

    fn of(key_type: &str) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|curve| curve.key_type == key_type)
    }

    /// Whether those bytes have the form of an uncompressed point.
    fn takes(self, point: &[u8]) -> bool {
        point.first() == Some(&4) && point.len() == 1 + 2 * self.coordinate
    }
}

/// The blob of an RSA key with those numbers (big-endian).
pub(super) fn rsa(exponent: &[u8], modulus: &[u8]) -> Vec<u8> {
    write(&[RSA.as_bytes(), &mpint(exponent), &mpint(modulus)])
}

/// The exponent and the modulus of the RSA key in a blob, without leading zeros.
pub(super) fn rsa_numbers(blob: &[u8]) -> Option<[&[u8]; 2]> {
    match strings(blob)?[..] {
        [kind, exponent, modulus] if kind == RSA.as_bytes() => {
            Some([exponent, modulus].map(without_zeros))
        }
        _ => None,
    }
}

/// The blob of an Ed25519 key.
pub(super) fn ed25519(point: &[u8]) -> Vec<u8> {
    write(&[ED25519.as_bytes(), point])
}

/// The blob of an ECDSA key.
pub(super) fn ecdsa(curve: Curve, point: &[u8]) -> Vec<u8> {
    write(&[curve.key_type.as_bytes(), curve.name.as_bytes(), point])
}

/// The type that a blob names.
pub(super) fn type_of(blob: &[u8]) -> Option<&str> {
    let (name, _) = take(blob)?;
    let plain = (1..=LONGEST_TYPE).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic);
    std::str::from_utf8(name).ok().filter(|_| plain)
}

/// The key in a blob.
///
/// # Errors
/// Any [`KeyError`].
pub(super) fn judge(blob: &[u8]) -> Result<PublicKey, KeyError> {
    let kind = type_of(blob).ok_or(KeyError::Unreadable)?;
    let fields = strings(blob).ok_or(KeyError::Unreadable)?;
    let (key_type, bits) = match (kind, &fields[..]) {
        (RSA, [_, exponent, modulus]) => (RSA, rsa_bits(exponent, modulus)?),
        (ED25519, [_, point]) if point.len() == 32 => (ED25519, 256),
        (RSA | ED25519, _) => return Err(KeyError::Unreadable),
        (other, fields) => {
            let curve = Curve::of(other).ok_or_else(|| KeyError::Unsupported(other.to_owned()))?;
            match fields {
                [_, name, point] if *name == curve.name.as_bytes() && curve.takes(point) => {}
                _ => return Err(KeyError::Unreadable),
            }
            (curve.key_type, curve.bits)
        }
    };
    Ok(PublicKey {
        key_type,
        fingerprint: fingerprint(blob),
        bits,
        blob: blob.to_vec(),
    })
}

/// The longest name of a key type (RFC 4251, section 6).
const LONGEST_TYPE: usize = 64;

/// The size of an RSA key, if its numbers can be those of one.
fn rsa_bits(exponent: &[u8], modulus: &[u8]) -> Result<u64, KeyError> {
    let exponent = positive_odd(exponent).ok_or(KeyError::Unreadable)?;
    let modulus = positive_odd(modulus).ok_or(KeyError::Unreadable)?;
    if exponent == [1] {
        return Err(KeyError::Unreadable);
    }
    let unused = modulus.first().map_or(0, |byte| byte.leading_zeros());
    match modulus.len() as u64 * 8 - u64::from(unused) {
        bits if bits < RSA_BITS => Err(KeyError::TooShort(bits)),
        bits => Ok(bits),
    }
}

/// The digits of an `mpint`, without the leading zeros.
fn positive_odd(mpint: &[u8]) -> Option<&[u8]> {
    let negative = mpint.first()? & 0x80 != 0;
    let odd = mpint.last()? & 1 == 1;
    (odd && !negative).then(|| without_zeros(mpint))
}

fn without_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    &digits[zeros..]
}

/// A positive number as SSH writes it: no leading zeros, but one where the highest bit is set.
fn mpint(digits: &[u8]) -> Vec<u8> {
    let digits = without_zeros(digits);
    let sign = digits.first().filter(|&&digit| digit & 0x80 != 0);
    sign.map(|_| 0)
        .into_iter()
        .chain(digits.iter().copied())
        .collect()
}

fn write(strings: &[&[u8]]) -> Vec<u8> {
    let mut blob = Vec::new();
    for string in strings {
        let length = u32::try_from(string.len()).expect("a part of a key is shorter than 4 GiB");
        blob.extend(length.to_be_bytes());
        blob.extend(*string);
    }
    blob
}

/// The strings of a blob, if it consists of whole ones.
fn strings(mut blob: &[u8]) -> Option<Vec<&[u8]>> {
    let mut strings = Vec::new();
    while !blob.is_empty() {
        let (string, rest) = take(blob)?;
        strings.push(string);
        blob = rest;
    }
    Some(strings)
}

fn take(blob: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = blob.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn fingerprint(blob: &[u8]) -> String {
    let pairs = Md5::digest(blob).map(|byte| format!("{byte:02x}"));
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn modulus(first: u8, last: u8) -> Vec<u8> {
        let mut digits = vec![0x55; 256];
        digits[0] = first;
        digits[255] = last;
        digits
    }

    #[test]
    fn an_rsa_key_needs_2048_bits() {
        let bits = |digits: &[u8]| judge(&rsa(&[1, 0, 1], digits)).map(|key| key.bits);
        assert_eq!(bits(&modulus(0x80, 1)), Ok(2048));
        assert_eq!(bits(&modulus(0x7f, 1)), Err(KeyError::TooShort(2047)));
        assert_eq!(bits(&[3]), Err(KeyError::TooShort(2)));
    }

    #[rstest]
    #[case::even_modulus(&[1, 0, 1], &modulus(0x80, 2))]
    #[case::no_modulus(&[1, 0, 1], &[])]
    #[case::even_exponent(&[2], &modulus(0x80, 1))]
    #[case::exponent_of_one(&[1], &modulus(0x80, 1))]
    fn numbers_that_make_no_key_are_unreadable(#[case] exponent: &[u8], #[case] modulus: &[u8]) {
        assert_eq!(judge(&rsa(exponent, modulus)), Err(KeyError::Unreadable));
    }

    #[test]
    fn a_negative_number_is_unreadable() {
        let blob = write(&[b"ssh-rsa", &[3], &modulus(0x80, 1)]);
        assert_eq!(judge(&blob), Err(KeyError::Unreadable));
    }

    #[rstest]
    #[case::short_point(&[&b"ssh-ed25519"[..], &[1; 31]])]
    #[case::long_point(&[&b"ssh-ed25519"[..], &[1; 33]])]
    #[case::one_field_more(&[&b"ssh-ed25519"[..], &[1; 32], &[]])]
    #[case::no_point(&[&b"ecdsa-sha2-nistp256"[..], b"nistp256"])]
    #[case::other_curve(&[&b"ecdsa-sha2-nistp256"[..], b"nistp384", &[4; 65]])]
    #[case::compressed(&[&b"ecdsa-sha2-nistp256"[..], b"nistp256", &[2; 33]])]
    #[case::odd_tag(&[&b"ecdsa-sha2-nistp256"[..], b"nistp256", &[2; 65]])]
    #[case::point_of_another_curve(&[&b"ecdsa-sha2-nistp256"[..], b"nistp256", &[4; 97]])]
    #[case::no_type(&[&b""[..], &[1; 32]])]
    #[case::no_text(&[&b"ssh-\xff"[..], &[1; 32]])]
    #[case::long_type(&[&[b'a'; 65][..]])]
    fn other_rows_of_strings_are_unreadable(#[case] strings: &[&[u8]]) {
        assert_eq!(judge(&write(strings)), Err(KeyError::Unreadable));
    }

    #[test]
    fn a_blob_ends_with_its_last_string() {
        let mut blob = ed25519(&[1; 32]);
        assert!(judge(&blob).is_ok());
        blob.push(0);
        assert_eq!(judge(&blob), Err(KeyError::Unreadable));
    }
}
