//! The cloud's clock, in the hands of a test.

use jiff::{SignedDuration, Timestamp};

use super::Cloud;
use crate::cloud::State;

/// The clock of a cloud: [`Cloud::clock`].
#[derive(Clone, Copy, Debug)]
pub struct Clock<'c>(&'c Cloud);

impl Cloud {
    /// The cloud's clock. It stands still unless the test moves it; access keys and
    /// requests for a Net peering expire, locks end and throttles refill by it.
    ///
    /// ```
    /// use mockscale::{Cloud, jiff::SignedDuration};
    ///
    /// let cloud = Cloud::new();
    /// let before = cloud.clock().now();
    /// cloud.clock().advance(SignedDuration::from_hours(24));
    /// assert_eq!(cloud.now().duration_since(before), SignedDuration::from_hours(24));
    /// ```
    pub fn clock(&self) -> Clock<'_> {
        Clock(self)
    }

    /// Where the cloud's clock stands.
    pub fn now(&self) -> Timestamp {
        self.desk().with_state(|state| state.clock.now())
    }

    /// Moves the cloud's clock on, completing what is due by then.
    ///
    /// # Panics
    /// When the duration is negative: the clock does not go back.
    #[track_caller]
    pub fn advance(&self, by: SignedDuration) -> &Self {
        assert!(
            !by.is_negative(),
            "the cloud's clock does not go back; {by:#} is negative"
        );
        self.desk().with_state(|state| {
            state.clock.advance(by);
            state.settle_due();
        });
        self
    }

    /// Completes every transition that is under way, whatever paces them; what ends on a day, such
    /// as a request for a Net peering, only the clock ends ([`Cloud::advance`]).
    ///
    /// ```
    /// use mockscale::{Cloud, Pace, json};
    ///
    /// let cloud = Cloud::builder().pace(Pace::Manual).build();
    /// cloud.call("CreateVolume", json!({ "SubregionName": "eu-west-2a", "Size": 10 })).ok();
    /// cloud.settle();
    /// let read = cloud.call("ReadVolumes", json!({})).ok();
    /// assert_eq!(read.text("/Volumes/0/State"), "available");
    /// ```
    pub fn settle(&self) -> &Self {
        self.desk().with_state(State::settle_all);
        self
    }
}

impl Clock<'_> {
    /// Where it stands.
    pub fn now(self) -> Timestamp {
        self.0.now()
    }

    /// Moves it on, completing what is due by then.
    ///
    /// # Panics
    /// When the duration is negative: the clock does not go back.
    #[track_caller]
    pub fn advance(self, by: SignedDuration) {
        self.0.advance(by);
    }

    /// Moves it on to an instant, completing what is due by then.
    ///
    /// # Panics
    /// When the instant is past: the clock does not go back.
    #[track_caller]
    pub fn advance_to(self, instant: Timestamp) {
        self.0.advance(instant.duration_since(self.now()));
    }
}
