//! How often an account may call one operation: off unless it was asked for.
//!
//! A token bucket for each account and operation, filled by the cloud's clock. Left out: limits
//! for an account as a whole; the real limits, which are not published.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rpds::RedBlackTreeMapSync;

/// A limit and what was spent of it.
#[derive(Clone, Debug, Default)]
pub struct Throttle {
    limit: Option<Limit>,
    /// When each bucket is full again.
    full: RedBlackTreeMapSync<(Arc<str>, String), Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    /// How long a bucket takes from empty to full.
    whole: SignedDuration,
    /// How long one call's worth takes.
    each: SignedDuration,
}

impl Throttle {
    /// At most so many calls of one operation at once, and as many in each such period.
    pub fn allowing(calls: u32, per: SignedDuration) -> Self {
        // Rounded down, so that so many do fit.
        let each = per.as_nanos() / i128::from(calls.max(1));
        let each = i64::try_from(each).unwrap_or(i64::MAX);
        Self {
            limit: Some(Limit {
                whole: per,
                each: SignedDuration::from_nanos(each),
            }),
            ..Self::default()
        }
    }

    /// Takes a call's worth out of the bucket, unless that is empty.
    pub fn take(&mut self, account: &Arc<str>, operation: &str, now: Timestamp) -> bool {
        let Some(limit) = self.limit else {
            return true;
        };
        let key = (Arc::clone(account), operation.to_owned());
        let full = self.full.get(&key).copied().unwrap_or(now).max(now);
        let later = full.checked_add(limit.each).unwrap_or(Timestamp::MAX);
        let fits = later.duration_since(now) <= limit.whole;
        if fits {
            self.full.insert_mut(key, later);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(1, 1)]
    #[case(3, 1)]
    #[case(5, 2)]
    #[case(7, 60)]
    fn a_bucket_holds_what_was_said_and_fills_evenly(#[case] calls: u32, #[case] seconds: i64) {
        let account: Arc<str> = "123456789012".into();
        let per = SignedDuration::from_secs(seconds);
        let (mut throttle, mut now) = (Throttle::allowing(calls, per), Timestamp::UNIX_EPOCH);
        for _ in 0..2 {
            for _ in 0..calls {
                assert!(throttle.take(&account, "ReadVms", now));
            }
            assert!(!throttle.take(&account, "ReadVms", now));
            now += per;
        }
        now += per;
        for _ in 0..calls {
            assert!(throttle.take(&account, "ReadVms", now));
        }
        now += per / i32::try_from(calls).expect("few calls") + SignedDuration::from_nanos(1);
        assert!(throttle.take(&account, "ReadVms", now), "one is back");
        assert!(!throttle.take(&account, "ReadVms", now), "and no more");
    }

    #[test]
    fn accounts_and_operations_are_apart_and_none_is_no_limit() {
        let (one, other): (Arc<str>, Arc<str>) = ("1".into(), "2".into());
        let now = Timestamp::UNIX_EPOCH;
        let mut throttle = Throttle::allowing(1, SignedDuration::from_secs(1));
        assert!(throttle.take(&one, "ReadVms", now));
        assert!(throttle.take(&other, "ReadVms", now));
        assert!(throttle.take(&one, "ReadNets", now));
        assert!(!throttle.take(&one, "ReadVms", now));
        let mut none = Throttle::default();
        assert!((0..1000).all(|_| none.take(&one, "ReadVms", now)));
    }
}
