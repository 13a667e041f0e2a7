//! What was said: every call of a cloud, with its answer, its effects and what was wrong with it.
//!
//! An **exchange** is one call and its answer: its number in the conversation, when it was by the
//! cloud's clock, what was called, by whom, from where, with which certificate and with which
//! client, how it came over HTTP, both bodies, the status, what it changed, and what broke the
//! contract. It is made in one place, and its secrets are replaced there: none can reach what is
//! written from it.
//!
//! A **transcript** is a conversation taken out to be read, compared or kept: all exchanges that
//! the cloud remembers, and which of them are shown. A selection ([`Transcript::only`],
//! [`Transcript::since`] …) narrows what is shown and keeps the rest out of sight, so that a
//! reference means the same resource in the whole conversation and in each part of it.
//!
//! On its way to a reader a conversation passes these steps, a file each:
//!
//! 1. `record`: kept by the cloud, all of it or the last so many exchanges.
//! 2. `select`: which exchanges are shown.
//! 3. `redact`: secrets where it was recorded; then whatever the author names by its path.
//! 4. `references`: one pass over the whole conversation (each request, reply, effects and
//!    violations, keys sorted) names every identifier: `<vm:1>`.
//! 5. `canonical`: an exchange without anything that differs from run to run: references, instants
//!    since the cloud began (`<start+90s>`) or, where a client computed them, before (`<start-24h>`),
//!    sorted keys, headers in one order, no request id. `bodies` and `instants` do so with theirs:
//!    also the API's own log tells no host and no date of a header, and what a client wrote down
//!    stays. From here on nothing is looked up any more.
//! 6. `text` for people, `yaml` for snapshots: both written from the canonical exchange.
//!
//! `lines` is another way out, and one back in: **JSON lines**, for machines. The first
//! line says what it is (format, version of the API, region, where the clock stood when the cloud
//! began, how many exchanges came before); then each line is one exchange as it was recorded, with
//! its identifiers and instants. `har` is the same as HAR 1.2, also for what others have recorded.
//! `file` saves and loads both.
//!
//! Left out: bodies that are no JSON (what was wrong with them is kept), the query of a request
//! and headers that do not matter to the API, certificates but for what they are called, the address
//! 127.0.0.1, from which a call comes unless it says otherwise, and how long an answer took: the
//! cloud's clock stands still meanwhile.

mod bodies;
mod canonical;
mod error;
mod exchange;
mod file;
mod har;
mod instants;
mod lines;
mod record;
mod redact;
mod references;
mod select;
#[cfg(test)]
mod tests;
mod text;
mod yaml;

#[cfg(feature = "snapshot")]
pub(crate) mod snapshot;

pub use error::TranscriptError;
pub use exchange::{Exchange, Http, Said, Source};
pub use select::Mark;

pub(crate) use instants::within_a_second;
pub(crate) use record::Record;
pub(crate) use redact::{HIDDEN, Path, Place, Redactions, Texts};
pub(crate) use redact::{
    hide_misplaced, hide_misplaced_in, mask_effects, mask_misspelt, redacted, secrets,
};
pub(crate) use references::PAGE;

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::cloud::account::DEFAULT_REGION;
use crate::contract::Contract;
use references::References;

/// A conversation, or a part of one.
///
/// `Display` writes canonical text for people; [`Transcript::to_yaml`] writes what
/// `assert_transcript!` compares.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let text = cloud.transcript().to_string();
/// assert!(text.contains("+ Net <net:1>"), "{text}");
/// ```
#[derive(Clone)]
pub struct Transcript {
    whole: Arc<Whole>,
    shown: Arc<[Arc<Exchange>]>,
    with_headers: bool,
}

/// The whole conversation, as far as it is remembered.
struct Whole {
    about: About,
    exchanges: Arc<[Arc<Exchange>]>,
    references: OnceLock<References>,
}

/// What is known of a conversation besides its exchanges.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// Where the cloud's clock stood when it began.
    pub(crate) start: Timestamp,
    /// The version of the API that was spoken.
    pub(crate) api: String,
    /// The region that the cloud played.
    pub(crate) region: String,
    /// The contract that tells families and operations.
    pub(crate) contract: Arc<Contract>,
    /// How many exchanges came before the first that is remembered.
    pub(crate) forgotten: u64,
    /// How many entries of a file were no calls.
    pub(crate) left_out: u64,
}

impl About {
    /// A conversation by the bundled contract in the usual region, all of it remembered.
    pub(crate) fn usual(start: Timestamp) -> Self {
        let contract = Contract::bundled();
        Self {
            start,
            api: contract.version().to_owned(),
            region: DEFAULT_REGION.to_owned(),
            contract,
            forgotten: 0,
            left_out: 0,
        }
    }
}

impl Transcript {
    /// A conversation by the bundled contract that began at an instant of the cloud's clock.
    ///
    /// ```
    /// use mockscale::{Transcript, jiff::Timestamp};
    ///
    /// assert!(Transcript::new(Timestamp::UNIX_EPOCH, Vec::new()).is_empty());
    /// ```
    pub fn new(start: Timestamp, exchanges: Vec<Arc<Exchange>>) -> Self {
        Self::of(About::usual(start), exchanges)
    }

    /// A conversation; all of it is shown.
    pub(crate) fn of(about: About, exchanges: Vec<Arc<Exchange>>) -> Self {
        let exchanges: Arc<[_]> = exchanges.into();
        Self {
            shown: Arc::clone(&exchanges),
            whole: Arc::new(Whole {
                about,
                exchanges,
                references: OnceLock::new(),
            }),
            with_headers: false,
        }
    }

    /// The same conversation with other exchanges shown, whose references stay what they were.
    fn showing(&self, shown: impl Iterator<Item = Arc<Exchange>>) -> Self {
        Self {
            shown: shown.collect(),
            ..self.clone()
        }
    }

    /// What is known besides the exchanges.
    pub(crate) fn about(&self) -> &About {
        &self.whole.about
    }

    /// The references of the whole conversation, given when they are first asked for.
    fn references(&self) -> &References {
        self.whole
            .references
            .get_or_init(|| References::of(self.whole.about.start, &self.whole.exchanges))
    }

    /// The exchanges that are shown, oldest first.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.transcript().exchanges().iter().all(|it| it.status == 200));
    /// ```
    pub fn exchanges(&self) -> &[Arc<Exchange>] {
        &self.shown
    }

    /// How many exchanges are shown.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// Whether no exchange is shown.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// How many exchanges the cloud has forgotten, the first ones; none unless
    /// [`CloudBuilder::keep_exchanges`](crate::CloudBuilder::keep_exchanges) limits what it keeps.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().keep_exchanges(1).build();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("ReadVms", json!({}));
    /// assert_eq!(cloud.transcript().forgotten(), 1);
    /// ```
    pub fn forgotten(&self) -> u64 {
        self.whole.about.forgotten
    }

    /// Where the cloud's clock stood when it began.
    ///
    /// ```
    /// let cloud = mockscale::Cloud::new();
    /// assert_eq!(cloud.transcript().start(), cloud.now());
    /// ```
    pub fn start(&self) -> Timestamp {
        self.whole.about.start
    }

    /// The version of the API that was spoken.
    ///
    /// ```
    /// assert_eq!(mockscale::Cloud::new().transcript().api(), "1.33.1");
    /// ```
    pub fn api(&self) -> &str {
        &self.whole.about.api
    }

    /// The region that the cloud played.
    ///
    /// ```
    /// let cloud = mockscale::Cloud::builder().region("us-east-2").build();
    /// assert_eq!(cloud.transcript().region(), "us-east-2");
    /// ```
    pub fn region(&self) -> &str {
        &self.whole.about.region
    }

    /// Shows in text and YAML also how each request came over HTTP: method, path, and the headers
    /// of [`Http::HEADERS`] in that order, host and dates replaced.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # use mockscale::Cloud;
    /// let cloud = Cloud::start().await;
    /// let url = format!("{}/ReadRegions", cloud.endpoint());
    /// reqwest::Client::new().post(url).body("{}").send().await.unwrap();
    /// let text = cloud.transcript().with_headers().to_string();
    /// assert!(text.contains("host: <host>"), "{text}");
    /// # }
    /// ```
    pub fn with_headers(mut self) -> Self {
        self.with_headers = true;
        self
    }

    /// The last so many of the exchanges that are shown, as text that keeps the references of the
    /// whole conversation.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("ReadVms", json!({}));
    /// assert!(cloud.transcript().tail(1).starts_with("#2 ReadVms"));
    /// ```
    pub fn tail(&self, count: usize) -> String {
        text::tail(self, count)
    }

    /// [`Transcript::tail`] with at most so many lines of each body.
    pub(crate) fn brief_tail(&self, count: usize, lines: usize) -> String {
        text::brief_tail(self, count, lines)
    }

    /// A text with each identifier followed by its reference, for what is told beside a tail.
    pub(crate) fn beside(&self, text: &str) -> String {
        self.references().beside(text)
    }

    /// The exchanges that are shown as YAML, one fact a line: what `assert_transcript!` compares.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let yaml = cloud.transcript().to_yaml();
    /// assert!(yaml.contains("- created: Net <net:1>\n"), "{yaml}");
    /// ```
    pub fn to_yaml(&self) -> String {
        yaml::whole(self)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::whole(self))
    }
}

/// Shows what is shown: what a redaction or a selection took away stays away.
impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript")
            .field("start", &self.whole.about.start)
            .field("exchanges", &self.shown)
            .finish_non_exhaustive()
    }
}
