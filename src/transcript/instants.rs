//! Instants relative to when the cloud began.
//!
//! The cloud's own are told so, and those that a client computed from its clock: the snapshot of
//! such a conversation is the same whenever it takes place. What a client wrote down stays as it was
//! written, also where the cloud repeats it.
//!
//! Left out: days without a time, which say nothing of when a conversation took place.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::Value;

use super::exchange::{Exchange, Said};
use crate::cloud::{clock, seeds};

/// Milliseconds in a second and in a minute.
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

/// The instants of a conversation, in milliseconds as the API writes them: found in one pass over
/// it, only looked up afterwards.
#[derive(Debug, Default)]
pub(super) struct Instants {
    start: Timestamp,
    /// Told by the cloud before any client said them.
    told: BTreeSet<i64>,
    /// Said by a client that computed them from the cloud's clock.
    computed: BTreeSet<i64>,
    /// Written down by a client.
    written: BTreeSet<i64>,
}

impl Instants {
    /// Those of a conversation that began at `start`.
    pub(super) fn of(start: Timestamp, exchanges: &[Arc<Exchange>]) -> Self {
        let mut instants = Self {
            start,
            ..Self::default()
        };
        for exchange in exchanges {
            if let Said::Json(body) = &exchange.request {
                each(body, &mut |instant| instants.say(instant, exchange.at));
            }
            if let Said::Json(body) = &exchange.reply {
                each(body, &mut |instant| instants.tell(instant));
            }
        }
        instants
    }

    /// `<start>`, `<start+90s>`, `<start-24h>`: a text that is an instant of the cloud's, or one
    /// that a client computed from it.
    pub(super) fn relative(&self, text: &str) -> Option<String> {
        let instant = clock::read_instant(text)?;
        let known = instant.as_millisecond();
        let own = instant >= self.start && !self.written.contains(&known);
        if !own && !self.computed.contains(&known) {
            return None;
        }
        let since = instant.duration_since(self.start);
        let rounded = since.round(Unit::Millisecond).unwrap_or(since);
        if rounded.is_zero() {
            return Some("<start>".to_owned());
        }
        let sign = if rounded.is_negative() { '-' } else { '+' };
        Some(format!("<start{sign}{:#}>", rounded.abs()))
    }

    fn say(&mut self, instant: Timestamp, at: Timestamp) {
        let said = instant.as_millisecond();
        if self.told.contains(&said) {
            return;
        }
        if self.is_computed(said, at) {
            self.computed.insert(said);
        } else {
            self.written.insert(said);
        }
    }

    fn tell(&mut self, instant: Timestamp) {
        let told = instant.as_millisecond();
        if !self.written.contains(&told) {
            self.told.insert(told);
        }
    }

    /// Whether a round time lies between an instant and the start of the clock, or where it stood.
    ///
    /// A clock that goes by the system's starts within a second, where nobody writes an instant
    /// down: whole seconds are round. One that starts on a second was set there by the test, so
    /// that either reading is the same in every run: minutes are.
    fn is_computed(&self, said: i64, at: Timestamp) -> bool {
        let start = self.start.as_millisecond();
        let round = if start % SECOND == 0 { MINUTE } else { SECOND };
        [start, at.as_millisecond()]
            .into_iter()
            .any(|clock| (said - clock) % round == 0)
    }
}

/// Where the clock of a cloud starts that goes by the system's: within a second, see
/// [`Instants::is_computed`].
pub(crate) fn within_a_second(now: Timestamp) -> Timestamp {
    match now.as_millisecond() % SECOND {
        0 => now + SignedDuration::from_millis(1),
        _ => now,
    }
}

/// Each date in a body that is all of a text, but for those of seeded resources: they are facts.
fn each(value: &Value, found: &mut impl FnMut(Timestamp)) {
    match value {
        Value::String(text) if is_dated(text) && !is_seeded(text) => {
            clock::read(text).into_iter().for_each(found);
        }
        Value::Array(values) => values.iter().for_each(|value| each(value, found)),
        Value::Object(object) => object.values().for_each(|value| each(value, found)),
        _ => {}
    }
}

/// Whether a text begins as dates do.
fn is_dated(text: &str) -> bool {
    let text = text.as_bytes();
    text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-')
}

/// Whether a text is the date of a resource that every cloud begins with.
fn is_seeded(text: &str) -> bool {
    let mut images = seeds::images().iter();
    images.any(|image| image["CreationDate"] == text)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// The instants of a cloud that began then, after a client said that text when so many seconds
    /// had passed.
    fn after(start: &str, passed: i64, said: &str) -> Instants {
        let start: Timestamp = start.parse().expect("an instant");
        let at = start + SignedDuration::from_secs(passed);
        let mut instants = Instants {
            start,
            ..Instants::default()
        };
        each(&json!([{ "Date": said }]), &mut |it| instants.say(it, at));
        instants
    }

    const SET: &str = "2024-05-06T07:08:09Z";
    const SYSTEM: &str = "2024-05-06T07:08:09.123Z";

    #[rstest]
    #[case::the_start(SET, "2024-05-06T07:08:09.000Z", Some("<start>"))]
    #[case::later(SET, "2024-05-06T07:10:09.000+0000", Some("<start+2m>"))]
    #[case::since_the_call(SET, "2024-05-06T07:08:54Z", Some("<start+45s>"))]
    #[case::a_day_before(SET, "2024-05-05T07:08:09Z", Some("<start-24h>"))]
    #[case::years_before(SET, "2021-05-06T09:08:09+02:00", Some("<start-26304h>"))]
    #[case::an_hour(SET, "2024-05-06T08:00:00Z", None)]
    #[case::midnight(SET, "2063-04-05T00:00:00.000Z", None)]
    #[case::a_day_by_the_system(SYSTEM, "2024-05-05T07:08:09.123Z", Some("<start-24h>"))]
    #[case::seconds_by_the_system(SYSTEM, "2024-05-06T07:08:16.123Z", Some("<start+7s>"))]
    #[case::a_second(SYSTEM, "2024-05-06T07:08:16Z", None)]
    #[case::an_image(SET, "2024-03-11T10:22:09.731Z", None)]
    #[case::a_day(SET, "2024-05-06", None)]
    #[case::no_day(SET, "2024-05-99T07:08:09Z", None)]
    #[case::none(SET, "soon", None)]
    fn what_a_client_says(#[case] start: &str, #[case] said: &str, #[case] told: Option<&str>) {
        let instants = after(start, 45, said);
        assert_eq!(instants.relative(said).as_deref(), told);
    }

    #[rstest]
    #[case::the_start("2024-05-06T07:08:09.000Z", Some("<start>"))]
    #[case::later("2024-05-06T07:09:39.000+0000", Some("<start+1m 30s>"))]
    #[case::before("2024-05-05T07:08:09Z", None)]
    fn what_the_cloud_tells(#[case] text: &str, #[case] told: Option<&str>) {
        let mut instants = after(SET, 0, "soon");
        each(&json!({ "CreationDate": text }), &mut |it| {
            instants.tell(it);
        });
        assert_eq!(instants.relative(text).as_deref(), told);
        // Nobody wrote down what was told before.
        each(&json!(text), &mut |it| instants.say(it, Timestamp::MAX));
        assert_eq!(instants.relative(text).as_deref(), told);
    }

    /// A day is midnight, and the cloud repeats it in full.
    #[test]
    fn what_was_written_stays_where_it_is_repeated() {
        let mut instants = after(SET, 0, "2063-04-05");
        let echo = "2063-04-05T00:00:00.000+0000";
        each(&json!(echo), &mut |it| instants.tell(it));
        assert_eq!(instants.relative(echo), None);
        assert!(after(SET, 0, "soon").relative(echo).is_some());
    }

    #[test]
    fn the_system_starts_no_clock_on_a_second() {
        for (now, start) in [(SET, "2024-05-06T07:08:09.001Z"), (SYSTEM, SYSTEM)] {
            let now: Timestamp = now.parse().expect("an instant");
            assert_eq!(within_a_second(now), start.parse().expect("an instant"));
        }
    }
}
