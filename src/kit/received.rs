//! What a test asserts afterwards: calls that came. Left out: expectations beforehand (see
//! `expect.rs`).

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use super::Cloud;
use super::desk::Desk;
use super::matcher::Matcher;
use super::named;
use super::nearest;
use super::times::Times;
use super::wording;
use crate::transcript::Exchange;

/// The calls of an operation that came so far, as they are being described.
///
/// It looks when it is asked ([`Received::times`], [`Received::once`], [`Received::never`],
/// [`Received::at_least_once`], [`Received::exchanges`]), and sees what the cloud remembers.
///
/// ```should_panic
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }));
/// cloud.received("CreateNet").with(json!({ "IpRange": "10.0.0.0/16" })).once();
/// // CreateNet with {"IpRange":"10.0.0.0/16"} was expected exactly once, and came never
/// //   nearest: request 1, CreateNet, which differs in
/// //     /IpRange: wanted "10.0.0.0/16", got "10.1.0.0/16"
/// ```
#[derive(Clone, Debug)]
#[must_use = "it asserts nothing before it is asked: `.once()`, `.never()`, `.times(2..)`…"]
pub struct Received {
    desk: Arc<Desk>,
    matcher: Matcher,
}

impl Received {
    /// Counts only requests that contain this; see [`Expectation::with`](super::Expectation::with).
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16", "Tenancy": "default" }));
    /// cloud.received("CreateNet").with(json!({ "Tenancy": "default" })).once();
    /// ```
    ///
    /// # Panics
    /// When the operation has no such field.
    #[track_caller]
    pub fn with(mut self, part: impl Into<Value>) -> Self {
        let part = part.into();
        named::request_fields(&self.desk, self.matcher.operation(), &part);
        self.matcher.with(&part, self.desk.redactions());
        self
    }

    /// Counts only calls of this account.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().account("222222222222").build();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("ReadNets").by("222222222222").never();
    /// ```
    ///
    /// # Panics
    /// When the cloud has no such account.
    #[track_caller]
    pub fn by(mut self, account: &str) -> Self {
        named::account(&self.desk, account);
        self.matcher.by(account);
        self
    }

    /// Counts only calls that were answered with this status.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("ReadNets").answered(200).once();
    /// ```
    pub fn answered(mut self, status: u16) -> Self {
        self.matcher.answered(status);
        self
    }

    /// Counts only calls that were refused with this error code.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    /// cloud.received("DeleteNet").refused("5065").once();
    /// ```
    pub fn refused(mut self, code: &str) -> Self {
        self.matcher.refused(code);
        self
    }

    /// Asserts that they came so often: a number, or a range such as `2..` or `..=3`.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("ReadNets").times(1..=2);
    /// ```
    ///
    /// # Panics
    /// When they did not, with what came nearest; and when the range holds no number.
    #[track_caller]
    pub fn times(self, times: impl Into<Times>) {
        if let Some(failure) = self.failure(Times::given(times)) {
            panic!("{failure}");
        }
    }

    /// Asserts that they came once.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("ReadNets").once();
    /// ```
    ///
    /// # Panics
    /// When they did not, with what came nearest.
    #[track_caller]
    pub fn once(self) {
        self.times(1);
    }

    /// Asserts that none came.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("DeleteNet").never();
    /// ```
    ///
    /// # Panics
    /// When one did.
    #[track_caller]
    pub fn never(self) {
        self.times(Times::NEVER);
    }

    /// Asserts that one came, or more.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.received("ReadNets").at_least_once();
    /// ```
    ///
    /// # Panics
    /// When none did, with what came nearest.
    #[track_caller]
    pub fn at_least_once(self) {
        self.times(Times::AT_LEAST_ONCE);
    }

    /// The exchanges themselves, oldest first.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// let exchanges = cloud.received("ReadNets").exchanges();
    /// assert_eq!(exchanges[0].status, 200);
    /// ```
    pub fn exchanges(&self) -> Vec<Arc<Exchange>> {
        let mut exchanges = self.desk.transcript().exchanges().to_vec();
        exchanges.retain(|exchange| self.matcher.matches(exchange));
        exchanges
    }

    fn failure(&self, times: Times) -> Option<String> {
        let transcript = self.desk.transcript();
        let exchanges = transcript.exchanges();
        let count = exchanges
            .iter()
            .map(|it| u64::from(self.matcher.matches(it)))
            .sum();
        if times.hold(count) {
            return None;
        }
        let mut text = nearest::counted(&self.matcher, times, count) + "\n";
        text += &nearest::explain(self.desk.contract(), &self.matcher, times, count, exchanges);
        if let Some(first) = exchanges.first().filter(|it| it.number > 1) {
            let last = first.number - 1;
            let _ = writeln!(
                text,
                "  unknown: requests 1 to {last}, which are no longer remembered"
            );
        }
        wording::add_tail(&mut text, &transcript);
        Some(text)
    }
}

impl Cloud {
    /// The calls of an operation that came so far, to be counted.
    ///
    /// A call counts however it came, whoever answered it and whether or not it was refused.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.received("CreateNet").answered(200).once();
    /// cloud.received("DeleteNet").never();
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn received(&self, operation: &str) -> Received {
        self.desk().contract().named(operation);
        Received {
            desk: Arc::clone(self.desk()),
            matcher: Matcher::of(operation),
        }
    }
}
