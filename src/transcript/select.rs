//! Which exchanges of a conversation are shown: selections, and the marks that they go by.
//!
//! Left out: selections by content. `exchanges()` is a slice, and a test can filter it as it likes.

use std::collections::BTreeSet;

use super::{Exchange, Transcript};
use crate::contract::{Contract, Operation, did_you_mean, nearest};

/// A place in a conversation: the number of the exchange that was the last one.
///
/// [`Cloud::mark`](crate::Cloud::mark) takes one, [`Transcript::since`] shows what came after it. It
/// means nothing to another cloud.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// let before = cloud.mark();
/// cloud.call("ReadNets", json!({}));
/// assert!(before < cloud.mark());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub(crate) u64);

impl Transcript {
    /// Only the calls of one family (the tag of its operations, such as `Vm`), or of one operation.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("ReadVms", json!({}));
    /// assert_eq!(cloud.transcript().only("Net").len(), 2);
    /// assert_eq!(cloud.transcript().only("ReadNets").len(), 1);
    /// ```
    ///
    /// # Panics
    /// When the contract has neither a family nor an operation of that name.
    #[track_caller]
    pub fn only(&self, name: &str) -> Self {
        match self.try_only(name) {
            Ok(only) => only,
            Err(problem) => panic!("{problem}"),
        }
    }

    /// [`Transcript::only`] for a name from outside.
    ///
    /// ```
    /// let transcript = mockscale::Cloud::new().transcript();
    /// let problem = transcript.try_only("ReadNetz").unwrap_err();
    /// assert!(problem.ends_with("did you mean ReadNets?"), "{problem}");
    /// ```
    ///
    /// # Errors
    /// When the contract has neither a family nor an operation of that name: which is near.
    pub fn try_only(&self, name: &str) -> Result<Self, String> {
        let contract = &self.about().contract;
        let calls = |exchange: &Exchange| {
            exchange.operation == name
                || contract
                    .operation(&exchange.operation)
                    .is_some_and(|operation| operation.tag() == name)
        };
        let only = self.filtered(calls);
        if only.is_empty()
            && let Some(hint) = unknown(contract, name)
        {
            return Err(format!(
                "the contract has neither a family nor an operation {name}{hint}"
            ));
        }
        Ok(only)
    }

    /// Only what was said after a mark.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let ready = cloud.mark();
    /// cloud.call("ReadNets", json!({}));
    /// assert_eq!(cloud.transcript().since(ready).len(), 1);
    /// ```
    pub fn since(&self, mark: Mark) -> Self {
        self.filtered(|exchange| exchange.number > mark.0)
    }

    /// Only what a caller said: an account and its users, by its number, or one user, by its name.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().account("210987654321").build();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.as_account("210987654321").call("ReadVms", json!({}));
    /// assert_eq!(cloud.transcript().by("210987654321").len(), 1);
    /// ```
    pub fn by(&self, caller: &str) -> Self {
        self.filtered(|exchange| {
            [&exchange.caller, &exchange.user]
                .into_iter()
                .any(|it| it.as_deref() == Some(caller))
        })
    }

    /// Whoever said something in the whole conversation: accounts, users, and users with their
    /// accounts (`123456789012/alice`).
    pub(crate) fn callers(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for exchange in &*self.whole.exchanges {
            if let (Some(account), Some(user)) = (&exchange.caller, &exchange.user) {
                names.insert(format!("{account}/{user}"));
            }
            names.extend(exchange.caller.clone());
            names.extend(exchange.user.clone());
        }
        names
    }

    /// Only the calls that were refused: status 400 and above, whoever answered.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    /// assert_eq!(cloud.transcript().refusals().len(), 1);
    /// ```
    pub fn refusals(&self) -> Self {
        self.filtered(|exchange| exchange.status >= 400)
    }

    fn filtered(&self, keep: impl Fn(&Exchange) -> bool) -> Self {
        let kept = self.exchanges().iter().filter(|exchange| keep(exchange));
        self.showing(kept.cloned())
    }
}

/// What to say of a name that is neither a family's nor an operation's; nothing if it is one.
fn unknown(contract: &Contract, name: &str) -> Option<String> {
    let mut tags: Vec<_> = contract.operations().map(Operation::tag).collect();
    tags.sort_unstable();
    tags.dedup();
    if contract.operation(name).is_some() || tags.contains(&name) {
        return None;
    }
    let names = tags.into_iter().chain(contract.names());
    Some(did_you_mean(nearest(name, names)))
}
