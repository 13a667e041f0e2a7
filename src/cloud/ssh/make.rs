//! RSA pairs for clients that bring no key of their own.
//!
//! Two primes of a bundled pool make a key at once, where searching for primes would take seconds
//! in a debug build. The pool is published, so these keys protect nothing.

use num_bigint::BigUint;
use pkcs1::RsaPrivateKeyRef;
use pkcs1::der::EncodePem;
use pkcs1::{LineEnding, UintRef};

use super::{PublicKey, blob};

/// A new pair of keys.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct MadeKey {
    /// The private half: PKCS#1 in PEM, as `PrivateKey` gives it.
    pub(crate) private_pem: String,
    /// The public half.
    pub(crate) public: PublicKey,
}

/// The RSA pair of 2048 bits that a cloud with that seed makes as its `index`th.
///
/// Depends on nothing else. A seed has as many keys as there are pairs of primes (2016); after
/// that they come again.
pub(crate) fn make_rsa(seed: u64, index: u64) -> MadeKey {
    let (p, q) = pick(seed, index);
    let one = BigUint::from(1_u32);
    let modulus = &p * &q;
    let totient = (&p - &one) * (&q - &one);
    let private = private_exponent(&totient);
    let numbers = [
        &modulus,
        &BigUint::from(EXPONENT),
        &private,
        &p,
        &q,
        &(&private % (&p - &one)),
        &(&private % (&q - &one)),
        &q.modinv(&p)
            .expect("two different primes have no common divisor"),
    ]
    .map(BigUint::to_bytes_be);
    MadeKey {
        private_pem: pem(&numbers),
        public: blob::judge(&blob::rsa(&numbers[1], &numbers[0]))
            .expect("the product of two primes of the pool has 2048 bits"),
    }
}

/// The public exponent. It is prime, and divides no prime of the pool less one.
const EXPONENT: u64 = 65_537;

const PRIMES: &str = include_str!("../../../fixtures/keys/primes.txt");

/// The larger and the smaller prime of the key with that number.
fn pick(seed: u64, index: u64) -> (BigUint, BigUint) {
    // A prime that does not divide the number of pairs: the steps visit each of them once.
    const STEP: u64 = 1117;
    // Sorted by size.
    let primes: Vec<&str> = PRIMES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let pairs: Vec<_> = (1..primes.len())
        .flat_map(|larger| (0..larger).map(move |smaller| (larger, smaller)))
        .collect();
    let count = pairs.len() as u64;
    let rank = (seed % count + index % count * STEP) % count;
    let (larger, smaller) = usize::try_from(rank)
        .ok()
        .and_then(|rank| pairs.get(rank))
        .expect("the rank lies below the number of pairs");
    (number(primes[*larger]), number(primes[*smaller]))
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("the pool is written in hexadecimal")
}

/// The inverse of the public exponent, by way of a small inverse instead of a large one.
fn private_exponent(totient: &BigUint) -> BigUint {
    let exponent = BigUint::from(EXPONENT);
    // Fermat: the exponent is prime.
    let inverse = (totient % &exponent).modpow(&BigUint::from(EXPONENT - 2), &exponent);
    // One more than this multiple of the totient is a multiple of the exponent.
    (totient * (&exponent - inverse) + 1_u32) / exponent
}

/// The numbers of an RSA key, in the order of PKCS#1, as PEM.
fn pem(numbers: &[Vec<u8>; 8]) -> String {
    let numbers = numbers
        .each_ref()
        .map(|digits| UintRef::new(digits).expect("a number of a key fits into DER"));
    let key = RsaPrivateKeyRef {
        modulus: numbers[0],
        public_exponent: numbers[1],
        private_exponent: numbers[2],
        prime1: numbers[3],
        prime2: numbers[4],
        exponent1: numbers[5],
        exponent2: numbers[6],
        coefficient: numbers[7],
        other_prime_infos: None,
    };
    key.to_pem(LineEnding::LF)
        .expect("a key of 2048 bits fits into DER")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tests::tool;
    use super::*;

    #[test]
    fn the_pool_is_sorted_and_made_of_odd_numbers_of_1024_bits() {
        let lines = PRIMES.lines().filter(|line| !line.starts_with('#'));
        let primes: Vec<BigUint> = lines.map(number).collect();
        assert_eq!(primes.len(), 64);
        assert!(primes.is_sorted_by(|a, b| a < b));
        for prime in &primes {
            assert_eq!(prime.bits(), 1024);
            assert!(prime.bit(1022) && prime.bit(0));
            assert_ne!(prime % EXPONENT, BigUint::from(1_u32));
        }
    }

    #[test]
    fn every_number_of_a_key_fits_the_others() {
        for index in 0..20 {
            let (p, q) = pick(3, index);
            assert!(p > q);
            let totient = (&p - 1_u32) * (&q - 1_u32);
            let private = private_exponent(&totient);
            assert!(private < totient);
            assert_eq!(private * EXPONENT % totient, BigUint::from(1_u32));
        }
    }

    #[test]
    fn the_same_seed_and_index_make_the_same_key() {
        let [first, again] = [make_rsa(42, 7), make_rsa(42, 7)];
        assert_eq!(first.private_pem, again.private_pem);
        assert_eq!(first.public, again.public);
        assert_eq!(
            (first.public.key_type, first.public.bits),
            ("ssh-rsa", 2048)
        );
        assert!(
            first
                .private_pem
                .starts_with("-----BEGIN RSA PRIVATE KEY-----\n")
        );
        assert_ne!(make_rsa(43, 7).public, first.public);
        make_rsa(u64::MAX, u64::MAX);
    }

    #[test]
    fn a_seed_has_2016_keys_before_one_comes_again() {
        for seed in [0, 41] {
            let pairs: BTreeSet<_> = (0..2016).map(|index| pick(seed, index)).collect();
            assert_eq!(pairs.len(), 2016);
            assert_eq!(pick(seed, 2016), pick(seed, 0));
        }
    }

    #[test]
    fn openssl_takes_the_private_half() {
        for index in 0..5 {
            let made = make_rsa(1, index);
            let Some(said) = tool("openssl", &["rsa", "-check", "-noout"], &made.private_pem)
            else {
                return;
            };
            assert!(said.contains("RSA key ok"), "{said}");
        }
    }

    #[test]
    fn openssl_and_this_module_agree_on_the_public_half() {
        let made = make_rsa(5, 0);
        for format in ["-pubout", "-RSAPublicKey_out"] {
            let Some(public) = tool("openssl", &["rsa", format], &made.private_pem) else {
                return;
            };
            assert_eq!(
                super::super::read_public_key(&public),
                Ok(made.public.clone())
            );
        }
    }
}
