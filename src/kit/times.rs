//! How often something is wanted. Left out: counting it.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// How often a call is wanted: a number, or a range of numbers.
///
/// ```
/// use mockscale::Times;
///
/// assert_eq!(Times::from(2).to_string(), "exactly twice");
/// assert_eq!(Times::from(2..).to_string(), "at least twice");
/// assert_eq!(Times::from(..=3).to_string(), "at most 3 times");
/// assert_eq!(Times::from(2..5).to_string(), "2 to 4 times");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    least: u64,
    most: Option<u64>,
}

impl Times {
    /// Not once.
    pub(crate) const NEVER: Self = Self::between(0, Some(0));
    /// Once or more.
    pub(crate) const AT_LEAST_ONCE: Self = Self::between(1, None);

    const fn between(least: u64, most: Option<u64>) -> Self {
        Self { least, most }
    }

    /// Whether so many are as wanted.
    pub(crate) fn hold(self, count: u64) -> bool {
        self.least <= count && !self.exceeded_by(count)
    }

    /// Whether so many are too many.
    pub(crate) fn exceeded_by(self, count: u64) -> bool {
        self.most.is_some_and(|most| count > most)
    }

    /// Whether no count at all is as wanted.
    fn is_impossible(self) -> bool {
        self.most.is_some_and(|most| most < self.least)
    }

    /// What a test author has given.
    ///
    /// # Panics
    /// When the range holds no number.
    #[track_caller]
    pub(crate) fn given(times: impl Into<Self>) -> Self {
        let times = times.into();
        assert!(
            !times.is_impossible(),
            "no number of calls lies in an empty range of times"
        );
        times
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (_, Some(0)) => f.write_str("never"),
            (least, Some(most)) if least == most => write!(f, "exactly {}", often(most)),
            (0, Some(most)) => write!(f, "at most {}", often(most)),
            (0, None) => f.write_str("any number of times"),
            (least, None) => write!(f, "at least {}", often(least)),
            (least, Some(most)) => write!(f, "{least} to {most} times"),
        }
    }
}

/// A count in words.
pub(crate) fn often(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

impl From<u64> for Times {
    fn from(count: u64) -> Self {
        Self::between(count, Some(count))
    }
}

impl From<RangeInclusive<u64>> for Times {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self::between(*range.start(), Some(*range.end()))
    }
}

impl From<Range<u64>> for Times {
    fn from(range: Range<u64>) -> Self {
        match range.end.checked_sub(1) {
            Some(most) => Self::between(range.start, Some(most)),
            None => Self::between(1, Some(0)),
        }
    }
}

impl From<RangeFrom<u64>> for Times {
    fn from(range: RangeFrom<u64>) -> Self {
        Self::between(range.start, None)
    }
}

impl From<RangeTo<u64>> for Times {
    fn from(range: RangeTo<u64>) -> Self {
        Self::from(0..range.end)
    }
}

impl From<RangeToInclusive<u64>> for Times {
    fn from(range: RangeToInclusive<u64>) -> Self {
        Self::between(0, Some(range.end))
    }
}

impl From<RangeFull> for Times {
    fn from(_: RangeFull) -> Self {
        Self::between(0, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Times::from(0), &[0], &[1, 2], "never")]
    #[case(Times::from(1), &[1], &[0, 2], "exactly once")]
    #[case(Times::from(3), &[3], &[2, 4], "exactly 3 times")]
    #[case(Times::from(2..), &[2, 9], &[0, 1], "at least twice")]
    #[case(Times::from(..2), &[0, 1], &[2], "at most once")]
    #[case(Times::from(..=2), &[0, 2], &[3], "at most twice")]
    #[case(Times::from(1..3), &[1, 2], &[0, 3], "1 to 2 times")]
    #[case(Times::from(1..=3), &[1, 3], &[0, 4], "1 to 3 times")]
    #[case(Times::from(..), &[0, 9], &[], "any number of times")]
    fn counts_and_words(
        #[case] times: Times,
        #[case] held: &[u64],
        #[case] not: &[u64],
        #[case] words: &str,
    ) {
        assert!(held.iter().all(|count| times.hold(*count)));
        assert!(not.iter().all(|count| !times.hold(*count)));
        assert_eq!(times.to_string(), words);
    }

    #[rstest]
    #[case(Times::from(3..3))]
    #[case(Times::from(..0))]
    #[case(Times::from(RangeInclusive::new(5, 3)))]
    #[should_panic(expected = "empty range")]
    fn an_empty_range_is_refused(#[case] times: Times) {
        Times::given(times);
    }
}
