//! What does not come to be.

use super::Cloud;
use crate::cloud::failure;

impl Cloud {
    /// Lets something that is in the making fail, as the real cloud's may: a volume or a snapshot
    /// reads `error` from then on, an image or an export task `failed`. A VM that is `pending` finds no
    /// room: a new one is `terminated`, one that has run before is `stopped` again, and its
    /// `StateReason` says why. What waits for it can be tested so.
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
    /// complete already: by its pace, or because a read has shown it. With
    /// [`Pace::Immediate`](crate::Pace::Immediate) nothing is ever in the making.
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
