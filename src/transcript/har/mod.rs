//! Transcripts as HAR 1.2: the format in which browsers and proxies keep what was said over HTTP.
//!
//! An exchange is an entry, with its bodies as they were recorded: identifiers and instants are
//! those of the conversation, secrets are replaced. What HAR has no word for (number, caller, origin,
//! effects, violations …) stands in members called `_mockscale`, as the format allows: in the log
//! what is known of the conversation, in an entry every part of the exchange that a reader of the
//! entry alone would not come to. So a file of ours reads back as the same transcript, and one that
//! a browser or a proxy recorded against the real API reads as one too.
//!
//! - `model`: the parts of the format, for both ways.
//! - `write`: from a transcript.
//! - `read`: back, or from somebody else's file.
//! - `url`: between paths and absolute URLs.
//!
//! The crate `har` is not used: it drops members whose names begin with `_` both ways, reads through
//! a tag that loses line and column, and brings seven crates. The tests parse with it what is written.
//!
//! Left out: pages, cookies and queries, which the API knows nothing of; how long anything took,
//! since the cloud's clock stands still during a call: all times are 0.

mod model;
mod read;
mod url;
mod write;

pub(super) use read::{is_har, read};

use super::Transcript;

impl Transcript {
    /// The exchanges that are shown as a HAR 1.2 document, which browsers' developer tools load.
    ///
    /// Each entry begins where the cloud's clock stood and takes no time, since that clock stands
    /// still during a call. Calls without a socket go to `http://mockscale.test/api/v1/`. Bodies are
    /// those that were recorded, with their identifiers and secrets replaced.
    /// [`Transcript::parse`] reads it back.
    ///
    /// ```
    /// use mockscale::{Cloud, Transcript, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let har = cloud.transcript().to_har();
    /// assert!(har.contains(r#""url": "http://mockscale.test/api/v1/CreateNet""#));
    ///
    /// let back = Transcript::parse(&har).unwrap();
    /// assert_eq!(back.exchanges(), cloud.transcript().exchanges());
    /// ```
    pub fn to_har(&self) -> String {
        write::har(self)
    }

    /// How many entries of a HAR were no calls of the API and were left out: requests to other
    /// hosts, preflights of a browser, and requests that nobody answered.
    ///
    /// ```
    /// use mockscale::Transcript;
    ///
    /// let har = r#"{"log":{"version":"1.2","entries":[{
    ///     "startedDateTime": "2024-05-06T07:08:09.000Z",
    ///     "request": { "method": "GET", "url": "https://example.org/logo.png" },
    ///     "response": { "status": 200 }
    /// }]}}"#;
    /// assert_eq!(Transcript::parse(har).unwrap().left_out(), 1);
    /// ```
    pub fn left_out(&self) -> u64 {
        self.about().left_out
    }
}
