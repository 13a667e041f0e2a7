//! What came of a replay.

use serde_json::Value;

use super::endpoint::EndpointError;
use super::replayer::Replayer;
use crate::transcript::Transcript;

/// A conversation that was said again, and how the answers differ from the recorded ones.
///
/// `Display` writes a line that sums it up, and a block for each exchange that differs.
///
/// ```
/// use mockscale::{Cloud, Replay, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// let later = cloud.fork();
/// later.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
///
/// let replay = Replay::of(&cloud.transcript()).against(&later);
/// assert!(!replay.is_match());
/// assert!(replay.to_string().contains("extra     Nets[0]"), "{replay}");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a replay fails nothing by itself: assert_match() does"]
pub struct Replay {
    pub(super) exchanges: Vec<Replayed>,
    pub(super) notes: Vec<String>,
    /// Whether what could not be sent counts as a difference.
    pub(super) all_sent: bool,
}

/// One exchange that was said again.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// let replay = cloud.transcript().replay(&Cloud::new());
/// assert_eq!(replay.exchanges()[0].operation, "ReadNets");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Replayed {
    /// Its number in the recording.
    pub number: u64,
    /// What was called.
    pub operation: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of one exchange.
///
/// ```
/// use mockscale::replay::Outcome;
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// let replay = cloud.transcript().replay(&Cloud::new());
/// assert!(matches!(replay.exchanges()[0].outcome, Outcome::Answered { status: 200, .. }));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// There was an answer.
    Answered {
        /// Its status.
        status: u16,
        /// How many places match.
        matches: usize,
        /// The places that do not, the status first.
        places: Vec<Difference>,
    },
    /// The request could not be sent: why, in words.
    Unsent(String),
    /// There was no answer.
    Failed(EndpointError),
    /// Nothing was sent any more, since an earlier exchange had failed.
    NotReached,
}

/// A place at which an answer is not what was recorded; `Display` writes it in a line.
///
/// ```
/// use mockscale::{Cloud, EndpointError, Value, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// let unavailable = |_: &str, _: &Value| Ok::<_, EndpointError>((503, json!({})));
/// let replay = cloud.transcript().replay(&unavailable);
/// let difference = replay.differences().next().expect("a difference");
/// assert_eq!(difference.to_string(), "mismatch  status: 200 → 503");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The number of the exchange.
    pub number: u64,
    /// In what way.
    pub class: Class,
    /// Where: `status`, or a path into the reply as it was recorded (as it came, for what is extra):
    /// `Vms[0].State`.
    pub place: String,
    /// What was recorded; `None` for what is extra.
    pub recorded: Option<Value>,
    /// What came; `None` for what is missing.
    pub found: Option<Value>,
    /// What else is to be said of it.
    pub note: Option<String>,
}

/// In what way a place is not what was recorded.
///
/// ```
/// assert_eq!(mockscale::replay::Class::Varies.name(), "varies");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Another value that says the same: an identifier that was learnt, an instant, a request id, a
    /// page token, or what the author said may vary. No difference.
    Varies,
    /// It was recorded and is not there now.
    Missing,
    /// It was not recorded and is there now.
    Extra,
    /// Another value.
    Mismatch,
}

impl Class {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Varies => "varies",
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Mismatch => "mismatch",
        }
    }
}

/// How many places of a replay are of which class, and how many exchanges have no answer.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
/// let counts = cloud.transcript().replay(&Cloud::new()).counts();
/// // The status, the empty list, the request id.
/// assert_eq!((counts.matches, counts.varies, counts.unsent), (3, 0, 0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The same as recorded.
    pub matches: usize,
    /// [`Class::Varies`].
    pub varies: usize,
    /// [`Class::Missing`].
    pub missing: usize,
    /// [`Class::Extra`].
    pub extra: usize,
    /// [`Class::Mismatch`].
    pub mismatches: usize,
    /// Exchanges that could not be sent.
    pub unsent: usize,
    /// Exchanges without an answer, and those that were not sent after them.
    pub failed: usize,
}

impl Replay {
    /// A conversation to be said again, with options; see [`Replayer`].
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreatePublicIp", json!({}));
    /// Replay::of(&cloud.transcript())
    ///     .varies("**.PublicIp")
    ///     .against(&Cloud::builder().seed(7).build())
    ///     .assert_match();
    /// ```
    pub fn of<'e>(transcript: &Transcript) -> Replayer<'e> {
        Replayer::new(transcript)
    }

    /// Every exchange, in the order of the recording.
    pub fn exchanges(&self) -> &[Replayed] {
        &self.exchanges
    }

    /// Whether everything was sent, and every answer matches or varies only.
    pub fn is_match(&self) -> bool {
        let counts = self.counts();
        self.differences().next().is_none()
            && counts.failed == 0
            && (counts.unsent == 0 || !self.all_sent)
    }

    /// Fails the test unless [`Replay::is_match`].
    ///
    /// # Panics
    /// When something differs, could not be sent or was not answered, with all of it.
    #[track_caller]
    pub fn assert_match(&self) {
        assert!(self.is_match(), "{self}");
    }

    /// What is missing, extra, or another value, in the order of the recording.
    ///
    /// ```
    /// use mockscale::replay::Class;
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.call("ReadNets", json!({}));
    /// let reads = cloud.transcript().only("ReadNets");
    /// let replay = reads.replay(&Cloud::new());
    /// let difference = replay.differences().next().expect("a difference");
    /// assert_eq!((difference.class, &*difference.place), (Class::Missing, "Nets[0]"));
    /// ```
    pub fn differences(&self) -> impl Iterator<Item = &Difference> {
        self.places().filter(|it| it.class != Class::Varies)
    }

    /// What varies, and is no difference.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let replay = cloud.transcript().replay(&Cloud::builder().seed(7).build());
    /// assert!(replay.varied().any(|it| it.place == "Net.NetId"));
    /// ```
    pub fn varied(&self) -> impl Iterator<Item = &Difference> {
        self.places().filter(|it| it.class == Class::Varies)
    }

    fn places(&self) -> impl Iterator<Item = &Difference> {
        self.exchanges.iter().flat_map(|it| it.outcome.places())
    }

    /// How many places are of which class.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for exchange in &self.exchanges {
            match &exchange.outcome {
                Outcome::Answered { matches, .. } => counts.matches += matches,
                Outcome::Unsent(_) => counts.unsent += 1,
                Outcome::Failed(_) | Outcome::NotReached => counts.failed += 1,
            }
        }
        for place in self.places() {
            *match place.class {
                Class::Varies => &mut counts.varies,
                Class::Missing => &mut counts.missing,
                Class::Extra => &mut counts.extra,
                Class::Mismatch => &mut counts.mismatches,
            } += 1;
        }
        counts
    }

    /// Why there was no answer at some point, if that was so.
    ///
    /// ```
    /// use mockscale::{Cloud, EndpointError, Value, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// let nobody = |_: &str, _: &Value| Err(EndpointError::new("nobody is there"));
    /// let replay = cloud.transcript().replay(&nobody);
    /// assert_eq!(replay.failure(), Some(&EndpointError::new("nobody is there")));
    /// ```
    pub fn failure(&self) -> Option<&EndpointError> {
        self.exchanges.iter().find_map(|it| match &it.outcome {
            Outcome::Failed(error) => Some(error),
            _ => None,
        })
    }
}

impl Outcome {
    /// The places that do not match.
    pub(super) fn places(&self) -> &[Difference] {
        match self {
            Self::Answered { places, .. } => places,
            _ => &[],
        }
    }

    /// Whether there is nothing to tell of it.
    pub(super) fn is_match(&self) -> bool {
        matches!(self, Self::Answered { .. })
            && self.places().iter().all(|it| it.class == Class::Varies)
    }
}
