//! Instants relative to when the cloud began.
//!
//! Left out: days without a time, which say nothing of when a conversation took place.

use jiff::{SignedDuration, Timestamp, Unit};

use crate::cloud::{clock, seeds};

/// How long before the start an instant may be that was computed from it: a year.
pub(super) const BEFORE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// `<start>`, `<start+90s>`: an instant since the cloud began, or as much as `before` earlier. Older
/// ones, and the dates of seeded resources, are facts and stay.
pub(super) fn relative(text: &str, start: Timestamp, before: SignedDuration) -> Option<String> {
    let since = clock::read_instant(text)?.duration_since(start);
    if since < -before || since.is_negative() && is_seeded(text) {
        return None;
    }
    let rounded = since.round(Unit::Millisecond).unwrap_or(since);
    if rounded.is_zero() {
        return Some("<start>".to_owned());
    }
    let sign = if rounded.is_negative() { '-' } else { '+' };
    Some(format!("<start{sign}{:#}>", rounded.abs()))
}

/// Whether a text is the date of a resource that every cloud begins with.
fn is_seeded(text: &str) -> bool {
    let mut images = seeds::images().iter();
    images.any(|image| image["CreationDate"] == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::the_start("2024-05-06T07:08:09.000Z", Some("<start>"))]
    #[case::later("2024-05-06T07:09:39.000+0000", Some("<start+1m 30s>"))]
    #[case::a_day_before("2024-05-05T07:08:09Z", Some("<start-24h>"))]
    #[case::just_before("2024-05-06T09:08:08.750+02:00", Some("<start-250ms>"))]
    #[case::a_year_before("2023-05-06T07:08:09Z", Some("<start-8784h>"))]
    #[case::longer_before("2023-05-06T07:08:08Z", None)]
    #[case::an_image("2024-03-11T10:22:09.731Z", None)]
    #[case::a_day("2024-05-06", None)]
    #[case::none("soon", None)]
    fn instants(#[case] text: &str, #[case] told: Option<&str>) {
        let start = "2024-05-06T07:08:09Z".parse().expect("an instant");
        assert_eq!(relative(text, start, BEFORE).as_deref(), told);
        let later = told.filter(|it| !it.contains('-'));
        assert_eq!(
            relative(text, start, SignedDuration::ZERO).as_deref(),
            later
        );
    }
}
