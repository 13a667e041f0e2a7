//! The lock after repeated failures to prove an identity.
//!
//! Four failures in a row lock for a minute, each further four for a minute more, up to ten
//! minutes; access keys and passwords apart; a success forgets it all. These are the documented
//! numbers, and they go by the cloud's clock. Left out: the permanent lock, which is documented
//! without saying when it comes.

use std::fmt;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use rpds::RedBlackTreeMapSync;

use super::fault::{self, Fault};

/// How many failures in a row lock.
const FAILURES: u32 = 4;
/// What each lock is longer than the one before.
const STEP: SignedDuration = SignedDuration::from_mins(1);
/// The longest lock, in steps.
const MOST_STEPS: i32 = 10;
/// How many identities are remembered before those that are not locked are forgotten: whoever makes
/// up a new key for each call would fill the memory otherwise.
const CAPACITY: usize = 10_000;

/// What somebody tries to prove.
///
/// assumed: failures with a key count for each source address and each key apart, also for a key
/// that does not exist; those with a password for each login. The documentation names neither.
#[derive(Clone, Copy)]
pub enum Attempt<'a> {
    /// That they have the secret of an access key.
    Key {
        /// From where.
        from: IpAddr,
        /// The access key as it was sent.
        access_key: &'a str,
    },
    /// That they know a password.
    Password {
        /// The login as it was sent.
        login: &'a str,
    },
}

impl Attempt<'_> {
    fn name(self) -> String {
        match self {
            Self::Key { from, access_key } => format!("key/{from}/{access_key}"),
            Self::Password { login } => format!("login/{login}"),
        }
    }
}

/// Who has failed, how often, and until when they are locked out.
#[derive(Clone)]
pub struct Lockout {
    on: bool,
    failed: RedBlackTreeMapSync<String, Failed>,
}

#[derive(Clone, Copy)]
struct Failed {
    /// In a row, since the last lock.
    failures: u32,
    /// How many locks there were, at most [`MOST_STEPS`].
    locks: i32,
    until: Timestamp,
}

impl Default for Lockout {
    fn default() -> Self {
        Self {
            on: true,
            failed: RedBlackTreeMapSync::new_sync(),
        }
    }
}

/// Without what was sent as a key: it may be a secret in the wrong place.
impl fmt::Debug for Lockout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lockout")
            .field("on", &self.on)
            .field("failed", &self.failed.size())
            .finish()
    }
}

impl Lockout {
    /// Never locks anybody out.
    pub fn off() -> Self {
        Self {
            on: false,
            ..Self::default()
        }
    }

    /// For how long an attempt is locked out yet.
    pub fn remaining(&self, attempt: Attempt<'_>, now: Timestamp) -> Option<SignedDuration> {
        if self.failed.is_empty() {
            return None;
        }
        let failed = self.failed.get(&attempt.name())?;
        Some(failed.until.duration_since(now)).filter(SignedDuration::is_positive)
    }

    /// Takes note of how an attempt that was not locked out went.
    pub fn note(&mut self, attempt: Attempt<'_>, succeeded: bool, now: Timestamp) {
        if !self.on || (succeeded && self.failed.is_empty()) {
            return;
        }
        let name = attempt.name();
        if succeeded {
            self.failed.remove_mut(&name);
            return;
        }
        let mut failed = self.failed.get(&name).copied().unwrap_or(Failed {
            failures: 0,
            locks: 0,
            until: now,
        });
        failed.failures += 1;
        if failed.failures == FAILURES {
            failed.failures = 0;
            failed.locks = MOST_STEPS.min(failed.locks + 1);
            failed.until = now.checked_add(STEP * failed.locks).unwrap_or(now);
        }
        if self.failed.size() >= CAPACITY && !self.failed.contains_key(&name) {
            let locked = self.failed.iter().filter(|(_, it)| it.until > now);
            let locked: Vec<_> = locked.map(|(name, it)| (name.clone(), *it)).collect();
            self.failed = locked.into_iter().take(CAPACITY - 1).collect();
        }
        self.failed.insert_mut(name, failed);
    }

    /// Forgets every failure and opens every lock.
    pub fn clear(&mut self) {
        self.failed = RedBlackTreeMapSync::new_sync();
    }
}

/// What whoever is locked out for so long is told.
///
/// assumed: the wording; documented is that it names the seconds.
pub fn refusal(remaining: SignedDuration) -> Fault {
    fault::LOCKED_OUT.says(format!(
        "Too many failed attempts to authenticate: locked for {} seconds.",
        seconds(remaining)
    ))
}

/// A duration in whole seconds, rounded up: a lock is told as long as it holds.
pub fn seconds(remaining: SignedDuration) -> u128 {
    remaining.as_millis().unsigned_abs().div_ceil(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const KEY: Attempt<'_> = Attempt::Key {
        from: IpAddr::V4(Ipv4Addr::LOCALHOST),
        access_key: "AK",
    };

    /// How long each of so many rounds of four failures locks, in seconds.
    fn locks(rounds: usize) -> Vec<i64> {
        let (mut lockout, mut now) = (Lockout::default(), Timestamp::UNIX_EPOCH);
        let mut lengths = Vec::new();
        for _ in 0..rounds {
            for _ in 0..FAILURES {
                assert_eq!(lockout.remaining(KEY, now), None);
                lockout.note(KEY, false, now);
            }
            let length = lockout.remaining(KEY, now).expect("locked");
            lengths.push(length.as_secs());
            now += length;
        }
        lengths
    }

    #[test]
    fn each_lock_is_a_minute_longer_up_to_ten() {
        let expected = [60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 600, 600];
        assert_eq!(locks(12), expected);
    }

    #[test]
    fn a_success_forgets_failures_and_locks() {
        let (mut lockout, now) = (Lockout::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..3 {
            for _ in 0..3 {
                lockout.note(KEY, false, now);
            }
            lockout.note(KEY, true, now);
            assert_eq!(lockout.remaining(KEY, now), None);
        }
    }

    #[test]
    fn keys_sources_and_passwords_are_apart() {
        let (mut lockout, now) = (Lockout::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..4 {
            lockout.note(KEY, false, now);
        }
        let elsewhere = Attempt::Key {
            from: "192.0.2.1".parse().expect("an address"),
            access_key: "AK",
        };
        assert!(lockout.remaining(KEY, now).is_some());
        assert!(lockout.remaining(elsewhere, now).is_none());
        assert!(
            lockout
                .remaining(Attempt::Password { login: "AK" }, now)
                .is_none()
        );
        lockout.clear();
        assert!(lockout.remaining(KEY, now).is_none());
    }

    #[test]
    fn memory_is_bounded_and_locks_survive() {
        let (mut lockout, now) = (Lockout::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..4 {
            lockout.note(KEY, false, now);
        }
        for n in 0..2 * CAPACITY {
            let login = n.to_string();
            lockout.note(Attempt::Password { login: &login }, false, now);
            assert!(lockout.failed.size() <= CAPACITY);
        }
        assert!(lockout.remaining(KEY, now).is_some());
    }

    #[test]
    fn off_is_off() {
        let (mut lockout, now) = (Lockout::off(), Timestamp::UNIX_EPOCH);
        for _ in 0..40 {
            lockout.note(KEY, false, now);
        }
        assert_eq!(lockout.remaining(KEY, now), None);
    }
}
