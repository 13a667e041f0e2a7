//! The API's two kinds of dates, checked by hand because RFC 3339 refuses what the cloud writes.
//!
//! The cloud's documents show `2010-10-01T12:34:56.789Z` and also
//! `2010-10-01T12:34:56.789+0000`, whose offset has no colon.

use jiff::civil::Date;

/// Whether `text` is a calendar date, `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let year = number(&bytes[..4]).and_then(|n| i16::try_from(n).ok());
    let month = number(&bytes[5..7]).and_then(|n| i8::try_from(n).ok());
    let day = number(&bytes[8..]).and_then(|n| i8::try_from(n).ok());
    matches!((year, month, day), (Some(y), Some(m), Some(d)) if Date::new(y, m, d).is_ok())
}

/// Whether `text` is a date, a time and an offset as RFC 3339 has them, the colon of the offset
/// being optional.
pub(super) fn is_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some((time, offset)) = rest.find(['Z', 'z', '+', '-']).map(|at| rest.split_at(at)) else {
        return false;
    };
    is_date(date) && is_time(time) && is_offset(offset)
}

/// `HH:MM:SS` and any fraction; RFC 3339 knows second 60.
fn is_time(text: &str) -> bool {
    let (clock, fraction) = text
        .split_once('.')
        .map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let clock = clock.as_bytes();
    clock.len() == 8
        && clock[2] == b':'
        && clock[5] == b':'
        && number(&clock[..2]).is_some_and(|hour| hour < 24)
        && number(&clock[3..5]).is_some_and(|minute| minute < 60)
        && number(&clock[6..]).is_some_and(|second| second <= 60)
        && fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()))
}

fn is_offset(text: &str) -> bool {
    let (hours, minutes) = match text.as_bytes() {
        [b'Z' | b'z'] => return true,
        [_, h @ .., b':', a, b] if h.len() == 2 => (h, [*a, *b]),
        [_, h @ .., a, b] if h.len() == 2 => (h, [*a, *b]),
        _ => return false,
    };
    number(hours).is_some_and(|h| h < 24) && number(&minutes).is_some_and(|m| m < 60)
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |sum: u16, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(sum * 10 + u16::try_from(digit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_date_time};

    #[test]
    fn dates_are_calendar_dates() {
        assert!(is_date("2024-02-29"));
        for wrong in [
            "2023-02-29",
            "2024-13-01",
            "2024-1-01",
            "20240101",
            "2024-01-01T",
            "",
            "+024-01-01",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn date_times_carry_an_offset_with_or_without_colon() {
        for right in [
            "2010-10-01T12:34:56.789Z",
            "2010-10-01T12:34:56Z",
            "2010-10-01T12:34:56.789+0000",
            "2010-10-01T12:34:56.789+01:00",
            "2016-12-31T23:59:60z",
        ] {
            assert!(is_date_time(right), "{right}");
        }
        for wrong in [
            "2010-10-01",
            "2010-10-01T12:34:56",
            "2010-10-01 12:34:56Z",
            "2010-10-01T24:00:00Z",
            "2010-10-01T12:34Z",
            "2010-10-01T12:34:56.Z",
            "2010-10-01T12:34:56+1",
            "2010-10-01T12:34:56+00000",
            "2010-10-01T12:34:56Zulu",
            "éé-10-01T12:34:56Z",
        ] {
            assert!(!is_date_time(wrong), "{wrong}");
        }
    }
}
