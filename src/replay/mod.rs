//! A recorded conversation said again to somebody else, and how the answers differ.
//!
//! The requests of a transcript are sent to an endpoint in their order: another cloud, one with
//! another version of the contract, a real service, a function. What an endpoint calls by another
//! name is learnt from its answers and put into later requests, so that a conversation works
//! wherever identifiers are others. Each answer is held against the recorded one, place by place:
//! it matches, it varies in a way that says nothing, or it differs.
//!
//! - `endpoint`: whom it is said to, and as whom; `remote`: over HTTP and HTTPS.
//! - `replayer`: the options; `saying`: the conversation.
//! - `words`: which texts are identifiers, instants, addresses.
//! - `learnt`: what is called otherwise there, and whether that stays so.
//! - `compare`, `pairs`: two answers, and two lists of resources.
//! - `outcome`, `show`: what came of it, and as text.
//!
//! Left out: headers, pacing (a real service is not waited for between two calls), calls that were
//! refused for their signature, which no transcript keeps, and certificates, of which it keeps the
//! name only.

mod compare;
mod endpoint;
mod learnt;
mod outcome;
mod pairs;
#[cfg(feature = "remote")]
mod remote;
mod replayer;
mod saying;
mod show;
mod words;

pub use endpoint::{Endpoint, EndpointError, Speaker};
pub use outcome::{Class, Counts, Difference, Outcome, Replay, Replayed};
#[cfg(feature = "remote")]
pub use remote::Remote;
pub use replayer::Replayer;

use crate::transcript::Transcript;

impl Transcript {
    /// Says the exchanges that are shown to an endpoint, in their order, and compares the answers.
    ///
    /// [`Replay::of`] does the same with options. An endpoint that does not know the identifiers of
    /// the recording needs the calls that made them: replay whole conversations.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.call("DeleteNet", json!({ "NetId": net["Net"]["NetId"] }));
    ///
    /// let other = Cloud::builder().seed(7).build();
    /// cloud.transcript().replay(&other).assert_match();
    /// ```
    pub fn replay(&self, endpoint: &dyn Endpoint) -> Replay {
        Replay::of(self).against(endpoint)
    }
}
