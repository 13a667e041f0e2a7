//! What was said: every call of a cloud, with its answer, its effects and what was wrong with it.
//!
//! An [`Exchange`] is recorded with its secrets already replaced. A [`Transcript`] is a part of the
//! conversation, taken out to be read or compared; as text it is canonical: identifiers stand as
//! references (`<vm:1>`) that keep their identity, instants are relative to the cloud's start, so
//! the same conversation reads the same each time.
//!
//! Left out: other formats than text, and replay.

mod canonical;
mod exchange;
mod record;
mod redact;
mod render;
#[cfg(feature = "snapshot")]
pub(crate) mod snapshot;

pub use exchange::{Exchange, Http, Said, Source};
pub(crate) use record::Record;
pub(crate) use redact::redacted;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// A conversation, or a part of one.
///
/// `Display` writes the canonical text that `assert_transcript!`
/// compares:
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let text = cloud.transcript().to_string();
/// assert!(text.contains("+ Net <net:1>"), "{text}");
/// ```
#[derive(Clone, Debug)]
pub struct Transcript {
    start: Timestamp,
    exchanges: Vec<Arc<Exchange>>,
}

impl Transcript {
    /// A conversation that began at an instant of the cloud's clock.
    pub fn new(start: Timestamp, exchanges: Vec<Arc<Exchange>>) -> Self {
        Self { start, exchanges }
    }

    /// The exchanges, oldest first.
    pub fn exchanges(&self) -> &[Arc<Exchange>] {
        &self.exchanges
    }

    /// How many exchanges there are.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// The last so many exchanges, as text that keeps the references of the whole conversation.
    pub fn tail(&self, count: usize) -> String {
        render::tail(self, count)
    }
}

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render::whole(self))
    }
}
