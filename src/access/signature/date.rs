//! The two forms of date in a signature, read strictly: `20250101` and `20250101T000000Z`.

use jiff::civil::{Date, DateTime, Time};

/// A day of the credential scope.
pub(super) fn day(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, [4, 2, 2])?;
    Date::new(year, small(month)?, small(day)?).ok()
}

/// The time of signing, in UTC.
pub(super) fn timestamp(text: &str) -> Option<DateTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [hour, minute, second] = numbers(time, [2, 2, 2])?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(day(date)?.to_datetime(time))
}

/// Numbers of these many digits, one after the other.
fn numbers<const N: usize>(text: &str, widths: [usize; N]) -> Option<[i16; N]> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.len() != widths.iter().sum::<usize>() {
        return None;
    }
    let mut at = 0;
    let numbers = widths.map(|width| {
        let number = text[at..at + width]
            .bytes()
            .fold(0, |number, digit| number * 10 + i16::from(digit - b'0'));
        at += width;
        number
    });
    Some(numbers)
}

fn small(number: i16) -> Option<i8> {
    number.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{day, timestamp};
    use jiff::civil::date;
    use rstest::rstest;

    #[test]
    fn reads_what_clients_send() {
        assert_eq!(day("20250131"), Some(date(2025, 1, 31)));
        assert_eq!(
            timestamp("20240229T235958Z"),
            Some(date(2024, 2, 29).at(23, 59, 58, 0))
        );
    }

    #[rstest]
    #[case::empty("")]
    #[case::extended("2025-01-01T00:00:00Z")]
    #[case::no_zone("20250101T000000")]
    #[case::offset("20250101T000000+00")]
    #[case::lower_case("20250101t000000z")]
    #[case::fraction("20250101T000000.0Z")]
    #[case::short_time("20250101T0000Z")]
    #[case::space("20250101T 00000Z")]
    #[case::sign("+0250101T000000Z")]
    #[case::wide_digits("２0250101T000000Z")]
    #[case::month_0("20250001T000000Z")]
    #[case::month_13("20251301T000000Z")]
    #[case::february_29("20250229T000000Z")]
    #[case::hour_24("20250101T240000Z")]
    #[case::minute_60("20250101T006000Z")]
    #[case::second_60("20250101T000060Z")]
    fn refuses(#[case] text: &str) {
        assert_eq!(timestamp(text), None);
        assert_eq!(day(text), None);
    }
}
