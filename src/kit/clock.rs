//! The cloud's clock, in the hands of a test.

use jiff::{SignedDuration, Timestamp};

use super::Cloud;
use crate::cloud::{State, failure};

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

    /// Completes every transition that is under way, whatever paces them.
    pub fn settle(&self) -> &Self {
        self.desk().with_state(State::settle_all);
        self
    }
}

impl Cloud {
    /// Lets something that is in the making fail, as the real cloud's may: a volume or a snapshot
    /// reads `error` from then on, an image or an export task `failed`. What waits for it can be
    /// tested so.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let wanted = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    /// let made = cloud.call("CreateVolume", wanted).ok();
    /// assert_eq!(made.text("/Volume/State"), "creating");
    ///
    /// cloud.fail(made.text("/Volume/VolumeId"));
    /// let read = cloud.call("ReadVolumes", json!({})).ok();
    /// assert_eq!(read.text("/Volumes/0/State"), "error");
    /// ```
    ///
    /// This is no call: it is not in the transcript.
    ///
    /// # Panics
    /// When the account of this handle has nothing of that identifier that could fail, or it is
    /// complete already: a read completes what is under way unless the pace is
    /// [`Manual`](crate::Pace::Manual) or [`After`](crate::Pace::After).
    #[track_caller]
    pub fn fail(&self, id: &str) -> &Self {
        let account = &self.visitor.caller.account;
        let failed = self
            .desk()
            .with_state(|state| failure::fail(state, account, id));
        if let Err(problem) = failed {
            panic!("{problem}");
        }
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
