//! Identifiers, addresses of network cards, request ids: the one place where chance enters.
//!
//! Everything comes from the cloud's seed and a counter for each sort of identifier, so the same
//! seed and the same calls give the same bytes, and nothing is ever given twice.

use std::fmt::Write as _;

use rpds::RedBlackTreeMapSync;

/// The source of all identifiers of a cloud.
#[derive(Clone, Debug)]
pub struct Ids {
    seed: u64,
    counters: RedBlackTreeMapSync<&'static str, u32>,
}

impl Ids {
    /// Identifiers that follow from a seed.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            counters: RedBlackTreeMapSync::new_sync(),
        }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many of a sort were given before, counting this one as given.
    pub fn count(&mut self, sort: &'static str) -> u32 {
        let n = self.counters.get(sort).copied().unwrap_or(0);
        self.counters.insert_mut(sort, n.wrapping_add(1));
        n
    }

    /// A new identifier: the prefix and so many lower-case hex digits.
    pub fn hex(&mut self, prefix: &'static str, digits: usize) -> String {
        let n = self.count(prefix);
        let key = mix(self.seed ^ hash(prefix));
        // The first eight digits alone never repeat: `scramble` is a bijection of 32 bits.
        let mut text = format!("{prefix}{:08x}", scramble(n, low(key)));
        while text.len() < prefix.len() + digits {
            let more = mix(key ^ (text.len() as u64) << 32 ^ u64::from(n));
            let _ = write!(text, "{more:016x}");
        }
        text.truncate(prefix.len() + digits);
        text
    }

    /// A new identifier of so many upper-case letters and digits (seven or more).
    pub fn opaque(&mut self, sort: &'static str, length: usize) -> String {
        let n = self.count(sort);
        let key = mix(self.seed ^ hash(sort));
        // Seven digits hold 32 bits, and those never repeat: see `hex`.
        let mut text = base_36(scramble(n, low(key)).into(), 7);
        while text.len() < length {
            let more = mix(key ^ (text.len() as u64) << 32 ^ u64::from(n));
            text.push_str(&base_36(more, 12));
        }
        text.truncate(length);
        text
    }

    /// A new number of so many decimal digits, the first of which is none of the leading zeros; it
    /// may repeat one that was not given here.
    pub fn digits(&mut self, sort: &'static str, length: usize) -> String {
        let n = self.count(sort);
        let n = scramble(n, low(mix(self.seed ^ hash(sort))));
        let tail = mix(n.into()) % 1_000_000_000_000;
        let mut text = format!("{:010}{tail:012}", u64::from(n) + 1_000_000_000);
        text.truncate(length);
        text
    }

    /// A hardware address, locally administered, in lower case as the cloud writes them.
    pub fn mac(&mut self) -> String {
        let n = self.count("mac");
        scramble(n, low(mix(self.seed ^ hash("mac"))))
            .to_be_bytes()
            .iter()
            .fold("aa:00".to_owned(), |mac, byte| format!("{mac}:{byte:02x}"))
    }
}

/// The request id of the `n`th answer of a cloud: a UUID.
pub fn request_id(seed: u64, n: u64) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    const VERSION: u128 = 0xf << 76;
    const VARIANT: u128 = 0x3 << 62;
    let high = mix(seed ^ mix(n));
    let random = u128::from(high) << 64 | u128::from(mix(high ^ n));
    let bits = random & !VERSION & !VARIANT | 4 << 76 | 2 << 62;
    let mut id = String::with_capacity(36);
    for at in 0..32 {
        if matches!(at, 8 | 12 | 16 | 20) {
            id.push('-');
        }
        let digit = usize::try_from(bits >> (124 - 4 * at) & 0xf).expect("four bits");
        id.push(char::from(HEX[digit]));
    }
    id
}

/// A bijection of 32 bits for each key (the finalizer of `MurmurHash3`).
fn scramble(n: u32, key: u32) -> u32 {
    let mut x = n ^ key;
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}

/// The last so many digits of a number in base 36.
fn base_36(mut n: u64, digits: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut text = String::with_capacity(digits);
    for _ in 0..digits {
        let digit = usize::try_from(n % 36).expect("less than 36");
        text.push(char::from(DIGITS[digit]));
        n /= 36;
    }
    text
}

/// `SplitMix64`'s output function.
fn mix(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// FNV-1a, to tell the sorts of identifiers apart.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn low(n: u64) -> u32 {
    u32::try_from(n & 0xffff_ffff).expect("masked to 32 bits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_seed_gives_the_same_identifiers() {
        let (mut a, mut b) = (Ids::new(7), Ids::new(7));
        assert_eq!(a.hex("vpc-", 8), b.hex("vpc-", 8));
        assert_ne!(a.hex("vpc-", 8), Ids::new(8).hex("vpc-", 8));
    }

    #[test]
    fn identifiers_never_repeat() {
        let mut ids = Ids::new(1);
        let given: BTreeSet<String> = (0..50_000).map(|_| ids.hex("i-", 8)).collect();
        assert_eq!(given.len(), 50_000);
    }

    #[test]
    fn opaque_identifiers_never_repeat_and_have_their_length() {
        let mut ids = Ids::new(1);
        let given: BTreeSet<String> = (0..50_000).map(|_| ids.opaque("Key", 20)).collect();
        assert_eq!(given.len(), 50_000);
        let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        assert!(
            given
                .iter()
                .all(|id| id.len() == 20 && id.bytes().all(fits))
        );
    }

    #[test]
    fn a_request_id_is_a_uuid() {
        for n in 0..100 {
            let id = request_id(1, n);
            let dashes: Vec<_> = id.match_indices('-').map(|(at, _)| at).collect();
            assert_eq!((id.len(), dashes), (36, vec![8, 13, 18, 23]), "{id}");
            assert_eq!(&id[14..15], "4", "{id}");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
    }
}
