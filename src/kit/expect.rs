//! What a test expects beforehand: calls that are to come, verified when the cloud goes. Left out:
//! assertions afterwards (see `received.rs`).

use std::fmt::Write as _;
use std::panic::Location;
use std::sync::Arc;

use serde_json::Value;

use super::Cloud;
use super::desk::Desk;
use super::matcher::Matcher;
use super::named;
use super::nearest;
use super::times::{Times, often};
use crate::contract::Contract;
use crate::transcript::Exchange;

/// An expectation as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    matcher: Matcher,
    times: Times,
    /// Where it was written.
    at: &'static Location<'static>,
    /// The number of the last exchange before it was written.
    since: u64,
    count: u64,
    /// Whether its failure was told already.
    told: bool,
}

impl Expected {
    /// Counts an exchange, if it is meant.
    pub(crate) fn note(&mut self, exchange: &Exchange) {
        if self.matcher.matches(exchange) {
            self.count += 1;
        }
    }

    /// Counts anew, after what is meant has changed.
    fn recount<'e>(&mut self, exchanges: impl Iterator<Item = &'e Arc<Exchange>>) {
        let meant = |it: &&Arc<Exchange>| it.number > self.since && self.matcher.matches(it);
        self.count = exchanges.filter(meant).map(|_| 1).sum();
    }

    /// Whether it has failed, which is told once.
    pub(crate) fn fails(&mut self) -> bool {
        let fails = !self.told && !self.times.hold(self.count);
        self.told |= fails;
        fails
    }

    /// Why it failed, in lines that each end with a newline.
    pub(crate) fn failure(&self, contract: &Contract, exchanges: &[Arc<Exchange>]) -> String {
        let first = exchanges.partition_point(|it| it.number <= self.since);
        let (before, after) = exchanges.split_at(first);
        let counted = nearest::counted(&self.matcher, self.times, self.count);
        let mut text = format!("{counted}\n  written: {}\n", self.at);
        text += &nearest::explain(contract, &self.matcher, self.times, self.count, after);
        let early: u64 = before
            .iter()
            .map(|it| u64::from(self.matcher.matches(it)))
            .sum();
        if early > 0 && !self.times.exceeded_by(self.count) {
            let early = often(early);
            let _ = writeln!(
                text,
                "  before:  it came {early} before the expectation was written"
            );
        }
        text
    }
}

/// A call that is expected to come, as it is being described. It counts from where it is written.
///
/// Unless told otherwise, it is expected at least once, of anybody, with any input and any answer.
/// It is verified when the cloud goes, or by [`Cloud::verify`]; dropping this handle does nothing.
///
/// ```should_panic
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.expect("DeleteNet").times(1);
/// cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000", "DryRun": true }));
/// cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
/// // DeleteNet was expected exactly once, and came twice
/// //   written: tests/clean_up.rs:5:7
/// //   seen:    requests 1 and 2
/// ```
#[derive(Clone, Debug)]
pub struct Expectation {
    desk: Arc<Desk>,
    operation: String,
    index: usize,
}

impl Expectation {
    /// Expects it so often: a number, or a range such as `2..` or `..=3`.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("ReadNets").times(2..);
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("ReadNets", json!({}));
    /// ```
    ///
    /// # Panics
    /// When the range holds no number.
    #[track_caller]
    pub fn times(self, times: impl Into<Times>) -> Self {
        let times = Times::given(times);
        self.amend(|expected| expected.times = times)
    }

    /// Expects it not to come.
    ///
    /// ```
    /// use mockscale::Cloud;
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("DeleteNet").never();
    /// ```
    pub fn never(self) -> Self {
        self.amend(|expected| expected.times = Times::NEVER)
    }

    /// Counts only requests that contain this.
    ///
    /// An object is contained in one that has its fields, however deep; everything else, lists too,
    /// must be equal. The value of a secret is not remembered, nor what
    /// [`CloudBuilder::redact`](crate::CloudBuilder::redact) hides, so any stands for any.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("CreateNet").with(json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16", "Tenancy": "default" }));
    /// ```
    ///
    /// # Panics
    /// When the operation has no such field.
    #[track_caller]
    pub fn with(self, part: impl Into<Value>) -> Self {
        let part = part.into();
        let desk = Arc::clone(&self.desk);
        named::request_fields(&desk, &self.operation, &part);
        self.amend(|expected| expected.matcher.with(&part, desk.redactions()))
    }

    /// Counts only calls of this account.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().account("222222222222").build();
    /// cloud.expect("ReadNets").by("222222222222");
    /// cloud.as_account("222222222222").call("ReadNets", json!({}));
    /// ```
    ///
    /// # Panics
    /// When the cloud has no such account.
    #[track_caller]
    pub fn by(self, account: &str) -> Self {
        named::account(&self.desk, account);
        self.amend(|expected| expected.matcher.by(account))
    }

    /// Counts only calls that are answered with this status.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("ReadNets").answered(200).times(1);
    /// cloud.call("ReadNets", json!({}));
    /// ```
    pub fn answered(self, status: u16) -> Self {
        self.amend(|expected| expected.matcher.answered(status))
    }

    /// Counts only calls that are refused with this error code.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("DeleteNet").refused("5065");
    /// cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    /// ```
    pub fn refused(self, code: &str) -> Self {
        self.amend(|expected| expected.matcher.refused(code))
    }

    /// The record is held first, then the terms: the order of a call that is being recorded.
    fn amend(self, change: impl FnOnce(&mut Expected)) -> Self {
        let book = self.desk.book();
        self.desk.verdict().amend(self.index, |expected| {
            change(expected);
            expected.recount(book.record.exchanges());
        });
        drop(book);
        self
    }
}

impl Cloud {
    /// Expects an operation to be called, from here on; at least once, unless told otherwise.
    ///
    /// An expectation that does not hold fails the test when the cloud goes (whatever is
    /// collected or switched off), and says what came instead. A call counts however it came,
    /// whoever answered it and whether or not it was refused.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("CreateNet").with(json!({ "IpRange": "10.0.0.0/16" })).answered(200).times(1);
    /// cloud.expect("DeleteNet").never();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn expect(&self, operation: &str) -> Expectation {
        let desk = self.desk();
        desk.contract().named(operation);
        let at = Location::caller();
        let book = desk.book();
        let since = book.record.said();
        let index = desk.verdict().expect(Expected {
            matcher: Matcher::of(operation),
            times: Times::AT_LEAST_ONCE,
            at,
            since,
            count: 0,
            told: false,
        });
        drop(book);
        Expectation {
            desk: Arc::clone(desk),
            operation: operation.to_owned(),
            index,
        }
    }
}
