//! Why the gate refused a call.

use std::fmt;

use super::Cloud;
use crate::access::Check;
use crate::transcript::Exchange;

/// What the gate made of a call: [`Cloud::explain`].
///
/// `Display` says it in full. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The number of the exchange.
    pub number: u64,
    /// What was called.
    pub operation: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The check that refused it; `None` when none did.
    pub check: Option<Check>,
    /// Why; for a wrong signature with the canonical request and the string to sign that the cloud
    /// computed, and the mistake that would have made the client's, if it is a usual one. Also what
    /// a refusal behind the gate leaves out of its answer.
    pub why: Option<String>,
}

impl Cloud {
    /// Says which check at the gate refused a request, and why.
    ///
    /// ```
    /// use mockscale::{Check, Cloud, json};
    ///
    /// let cloud = Cloud::builder().access_rule("203.0.113.0/24").build();
    /// cloud.call("ReadVms", json!({}));
    /// let explanation = cloud.explain(1);
    /// assert_eq!(explanation.check, Some(Check::AccessRules));
    /// assert!(explanation.to_string().contains("127.0.0.1 is in none of 203.0.113.0/24"));
    /// ```
    ///
    /// # Panics
    /// When there was no such request, or it is no longer remembered.
    #[track_caller]
    pub fn explain(&self, request_number: u64) -> Explanation {
        let transcript = self.transcript();
        let exchanges = transcript.exchanges();
        match exchanges.iter().find(|it| it.number == request_number) {
            Some(exchange) => Explanation::of(exchange),
            None => panic!(
                "no request {request_number} is remembered; the last one was {}, and {} are \
                 forgotten",
                exchanges.last().map_or(0, |last| last.number),
                transcript.forgotten()
            ),
        }
    }
}

impl Explanation {
    fn of(exchange: &Exchange) -> Self {
        let complaint = || {
            let first = exchange.violations.first()?;
            Some(first.breach.message.clone())
        };
        Self {
            number: exchange.number,
            operation: exchange.operation.clone(),
            status: exchange.status,
            check: exchange.check,
            why: exchange
                .explanation
                .clone()
                .or_else(|| exchange.check.and_then(|_| complaint())),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "request {}, {}", self.number, self.operation)?;
        match self.check {
            Some(check) => write!(
                f,
                ", was refused with status {} by the check {}",
                self.status,
                check.name()
            ),
            None => write!(
                f,
                ", was refused by no check at the gate and answered with status {}",
                self.status
            ),
        }?;
        match &self.why {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}
