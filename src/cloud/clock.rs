//! The cloud's clock: the one place where time enters.
//!
//! It stands still unless the test moves it, so that a conversation reads the same each time.
//! The ways in which the API writes an instant are here too.

use jiff::{SignedDuration, Timestamp};

/// A clock that moves only when it is told to.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Timestamp,
    now: Timestamp,
}

impl Clock {
    /// A clock that stands at an instant (whole milliseconds, as the API writes them).
    pub fn starting_at(instant: Timestamp) -> Self {
        let start = Timestamp::from_millisecond(instant.as_millisecond()).unwrap_or(instant);
        Self { start, now: start }
    }

    /// Where the clock stood when the cloud began.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// Where it stands.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves it on; a duration beyond the calendar's end stops there.
    pub fn advance(&mut self, by: SignedDuration) {
        self.now = self.now.checked_add(by).unwrap_or(Timestamp::MAX);
    }

    /// Moves it to an instant, never back.
    pub fn advance_to(&mut self, instant: Timestamp) {
        self.now = self.now.max(instant);
    }
}

/// `2024-05-06T07:08:09.123Z`: how most families write an instant.
pub fn zulu(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// `2024-05-06T07:08:09.123+0000`: how keys, policies and catalogues write one.
pub fn offset(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// `2024-05-06`: how certificates write the day (UTC) of an instant.
pub fn date(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d").to_string()
}

/// Reads an instant as clients write it: date-time with any offset (`+0000` too), or a bare date,
/// which means midnight UTC.
pub fn read(text: &str) -> Option<Timestamp> {
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        return date
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|z| z.timestamp());
    }
    text.parse().ok().or_else(|| {
        let (head, zone) = text.split_at_checked(text.len().checked_sub(5)?)?;
        let (hours, minutes) = zone.split_at_checked(3)?;
        format!("{head}{hours}:{minutes}").parse().ok()
    })
}

/// Reads an instant in full: a date with its time and zone.
pub fn read_instant(text: &str) -> Option<Timestamp> {
    let in_full = text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T');
    if in_full { read(text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2024-05-06T07:08:09.123Z", Some("2024-05-06T07:08:09.123Z"))]
    #[case("2024-05-06T09:08:09.123+02:00", Some("2024-05-06T07:08:09.123Z"))]
    #[case("2024-05-06T07:08:09.123+0000", Some("2024-05-06T07:08:09.123Z"))]
    #[case("2063-04-05", Some("2063-04-05T00:00:00.000Z"))]
    #[case("", None)]
    #[case("é0000", None)]
    #[case("soon", None)]
    fn instants(#[case] text: &str, #[case] read_as: Option<&str>) {
        assert_eq!(read(text).map(zulu).as_deref(), read_as);
    }
}
