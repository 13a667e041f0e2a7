//! IPv4 ranges as the API writes them, and which addresses of a range are taken.
//!
//! Left out: IPv6, which no operation of this version takes.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

use super::fault::{self, Fault};

/// The first host of a Subnet that a network card may have, counted from the range's address.
pub const FIRST_HOST: u32 = 4;
/// How many addresses of a Subnet nobody may have: the first four and the last.
pub const RESERVED: u32 = 5;

/// Reads a range in CIDR notation.
///
/// # Faults
/// `INVALID_IP_RANGE` when it is none, or when its address has bits beyond the mask.
pub fn range(text: &str) -> Result<Ipv4Net, Fault> {
    // assumed: bits beyond the mask are refused everywhere; the real cloud may cut them off.
    text.parse::<Ipv4Net>()
        .ok()
        .filter(|range| text.contains('/') && range.addr() == range.network())
        .ok_or_else(|| {
            fault::INVALID_IP_RANGE.says(format!(
                "The value '{text}' is no IPv4 range in CIDR notation."
            ))
        })
}

/// How many addresses a range has, 2³² counted as one less.
pub fn size(range: Ipv4Net) -> u32 {
    1u32.checked_shl(u32::from(32 - range.prefix_len()))
        .unwrap_or(u32::MAX)
}

/// Whether two ranges share an address.
pub fn overlap(a: Ipv4Net, b: Ipv4Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

/// Whether a range lies in one of the blocks that RFC 1918 sets aside for private networks.
pub fn is_private(range: Ipv4Net) -> bool {
    const BLOCKS: [(Ipv4Addr, u8); 3] = [
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
    ];
    BLOCKS.into_iter().any(|(block, mask)| {
        Ipv4Net::new(block, mask).is_ok_and(|private| private.contains(&range))
    })
}

/// The addresses of a range that are taken, as runs of hosts counted from its first address: where
/// a run begins, and the first host after it.
///
/// Cards mostly take one address after the other, so this stays short however many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Taken(Vec<(u32, u32)>);

impl Taken {
    /// How many are taken.
    pub fn count(&self) -> u32 {
        self.0.iter().map(|(first, end)| end - first).sum()
    }

    /// Those that are taken, in their order.
    pub fn hosts(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(first, end)| *first..*end)
    }

    /// Whether a host is taken.
    pub fn has(&self, host: u32) -> bool {
        self.0
            .iter()
            .any(|(first, end)| (*first..*end).contains(&host))
    }

    /// The lowest host that is free, from `host` on.
    pub fn free_from(&self, host: u32) -> u32 {
        self.0.iter().fold(host, |free, (first, end)| {
            if (*first..*end).contains(&free) {
                *end
            } else {
                free
            }
        })
    }

    /// Takes a host that is free.
    pub fn take(&mut self, host: u32) {
        let at = self.0.partition_point(|(first, _)| *first < host);
        self.0.insert(at, (host, host + 1));
        self.0.dedup_by(|next, run| {
            let adjoins = run.1 == next.0;
            if adjoins {
                run.1 = next.1;
            }
            adjoins
        });
    }

    /// Gives a host back; nothing happens when it is free.
    pub fn free(&mut self, host: u32) {
        let Some(at) = self
            .0
            .iter()
            .position(|(first, end)| (*first..*end).contains(&host))
        else {
            return;
        };
        let (first, end) = self.0[at];
        let rest = [(first, host), (host + 1, end)];
        self.0
            .splice(at..=at, rest.into_iter().filter(|(first, end)| first < end));
    }
}

/// The place of an address in a range, counted from the range's first address.
pub fn host(range: Ipv4Net, address: Ipv4Addr) -> Option<u32> {
    range
        .contains(&address)
        .then(|| address.to_bits() - range.network().to_bits())
}

/// The address at a place in a range.
pub fn at(range: Ipv4Net, host: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(range.network().to_bits().saturating_add(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn runs_grow_together_and_break_apart() {
        let mut taken = Taken::default();
        for host in [4, 6, 5, 9] {
            taken.take(host);
        }
        assert_eq!(taken, Taken(vec![(4, 7), (9, 10)]));
        assert_eq!((taken.count(), taken.free_from(4)), (4, 7));
        taken.free(5);
        assert_eq!(taken, Taken(vec![(4, 5), (6, 7), (9, 10)]));
        taken.free(9);
        taken.free(12);
        assert_eq!((taken.count(), taken.free_from(4)), (2, 5));
    }

    #[test]
    fn a_set_behaves_the_same() {
        let (mut taken, mut set, mut dice) = (Taken::default(), BTreeSet::new(), 1u32);
        for _ in 0..2000 {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let host = (dice >> 16) % 64;
            if set.insert(host) {
                taken.take(host);
            } else {
                set.remove(&host);
                taken.free(host);
            }
            assert_eq!(taken.count() as usize, set.len());
            assert!((0..64).all(|host| taken.has(host) == set.contains(&host)));
            assert_eq!(
                taken.free_from(0),
                (0..=64).find(|h| !set.contains(h)).unwrap()
            );
        }
    }

    #[test]
    fn ranges_are_read_strictly() {
        assert!(range("10.0.0.0/16").is_ok());
        for text in ["10.0.0.0", "10.0.0.1/16", "10.0.0.0/33", "::/0", "", "/8"] {
            assert!(range(text).is_err(), "{text}");
        }
        assert_eq!(size(range("10.0.0.0/29").unwrap()), 8);
        assert_eq!(size(range("0.0.0.0/0").unwrap()), u32::MAX);
    }
}
