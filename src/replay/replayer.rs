//! A conversation to be said again: the options. Left out: saying it, which is `saying.rs`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::endpoint::Endpoint;
use super::learnt::Learnt;
use super::outcome::{Replay, Replayed};
use super::saying::Saying;
use crate::contract::{did_you_mean, nearest};
use crate::transcript::{Exchange, Path, Transcript};

/// A conversation to be said again; [`Replay::of`] makes one.
///
/// Nothing is sent before [`Replayer::against`].
#[derive(Clone)]
#[must_use = "nothing is sent before against()"]
pub struct Replayer<'e> {
    pub(super) transcript: Transcript,
    pub(super) varies: Vec<Path>,
    pub(super) learnt: Learnt,
    pub(super) secrets: BTreeMap<String, Value>,
    callers: Vec<(String, &'e dyn Endpoint)>,
    pub(super) keep_going: bool,
    all_sent: bool,
}

impl<'e> Replayer<'e> {
    pub(super) fn new(transcript: &Transcript) -> Self {
        Self {
            transcript: transcript.clone(),
            varies: Vec::new(),
            learnt: Learnt::default(),
            secrets: BTreeMap::new(),
            callers: Vec::new(),
            keep_going: false,
            all_sent: true,
        }
    }

    /// Says that what stands at a path of a reply may be any value. Addresses are worth it where the
    /// endpoint gives others, such as `**.PublicIp`; identifiers and instants need no mention.
    ///
    /// The path is one of [`Transcript::redact`]: property names joined by dots, lists implied, `*`
    /// for any one property, `**` for any number of them.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreatePublicIp", json!({}));
    /// let other = Cloud::builder().seed(7).build();
    /// let transcript = cloud.transcript();
    /// assert!(!transcript.replay(&other).is_match());
    /// Replay::of(&transcript).varies("**.PublicIp").against(&other).assert_match();
    /// ```
    ///
    /// # Panics
    /// When the path cannot be read.
    #[track_caller]
    pub fn varies(self, path: &str) -> Self {
        match self.try_varies(path) {
            Ok(replayer) => replayer,
            Err(malformed) => panic!("{malformed}"),
        }
    }

    /// [`Replayer::varies`] for a path from outside.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay};
    ///
    /// let transcript = Cloud::new().transcript();
    /// assert!(Replay::of(&transcript).try_varies("Vms[0]").is_err());
    /// ```
    ///
    /// # Errors
    /// What is wrong with the path, and what would be right.
    pub fn try_varies(mut self, path: &str) -> Result<Self, String> {
        let path = Path::parse(path).map_err(|malformed| malformed.to_string())?;
        self.varies.push(path);
        Ok(self)
    }

    /// Says `new` wherever `old` was said, a whole word in any text: an image, a subregion, a name.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let replay = Replay::of(&cloud.transcript())
    ///     .substitute("10.0.0.0/16", "10.9.0.0/16")
    ///     .against(&Cloud::new());
    /// assert!(replay.is_match() && replay.varied().any(|it| it.place == "Net.IpRange"));
    /// ```
    pub fn substitute(mut self, old: &str, new: &str) -> Self {
        self.learnt.substitute(old, new);
        self
    }

    /// Supplies a secret that no transcript keeps: what is sent as a property of that name where it
    /// was replaced. It is not shown.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.report();
    /// cloud.call("ReadAccessKeys", json!({ "SecretKey": "misplaced" }));
    /// let transcript = cloud.transcript();
    ///
    /// let other = Cloud::new();
    /// other.report();
    /// assert_eq!(transcript.replay(&other).counts().unsent, 1);
    /// let replayer = Replay::of(&transcript).secret("SecretKey", "misplaced again");
    /// replayer.against(&other).assert_match();
    /// ```
    pub fn secret(mut self, property: &str, value: impl Into<Value>) -> Self {
        self.secrets.insert(property.to_owned(), value.into());
        self
    }

    /// Says what an account or a user said to an endpoint of its own: a handle or credentials of
    /// that account or user. A user goes by its name, or by `123456789012/alice` where two accounts
    /// have one of that name.
    ///
    /// A [`Cloud`](crate::Cloud) needs none for the users of its account, which it calls as. What
    /// came with a certificate is sent only to an endpoint that is given for whoever said it.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::builder().account("210987654321").build();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.as_account("210987654321").call("ReadNets", json!({}));
    ///
    /// let other = Cloud::builder().account("210987654321").build();
    /// Replay::of(&cloud.transcript())
    ///     .caller("210987654321", &other.as_account("210987654321"))
    ///     .against(&other)
    ///     .assert_match();
    /// ```
    ///
    /// # Panics
    /// When nobody in the conversation is called so.
    #[track_caller]
    pub fn caller(mut self, caller: &str, endpoint: &'e dyn Endpoint) -> Self {
        let names = self.transcript.callers();
        assert!(
            names.contains(caller),
            "nobody in the transcript is called {caller}{}",
            did_you_mean(nearest(caller, names.iter().map(String::as_str)))
        );
        self.callers.push((caller.to_owned(), endpoint));
        self
    }

    /// Goes on when a call is not answered; otherwise nothing is sent after that.
    ///
    /// ```
    /// use mockscale::{Cloud, EndpointError, Replay, Value, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// cloud.call("ReadVms", json!({}));
    /// let no_vms = |operation: &str, _: &Value| match operation {
    ///     "ReadVms" => Ok((200, json!({ "Vms": [] }))),
    ///     _ => Err(EndpointError::new("the line is dead")),
    /// };
    /// let transcript = cloud.transcript();
    /// assert_eq!(transcript.replay(&no_vms).counts().failed, 2);
    /// assert_eq!(Replay::of(&transcript).keep_going().against(&no_vms).counts().failed, 1);
    /// ```
    pub fn keep_going(mut self) -> Self {
        self.keep_going = true;
        self
    }

    /// Counts exchanges that cannot be sent (an unreadable body, a refused signature, a certificate,
    /// a secret that nobody supplied, a user as whom the endpoint cannot call) as no difference. They
    /// are still told.
    ///
    /// ```
    /// use mockscale::{Cloud, Replay, json};
    ///
    /// let cloud = Cloud::builder().report().build();
    /// cloud.call("ReadNets", json!({ "Password": "hidden" }));
    /// let replayer = Replay::of(&cloud.transcript());
    /// assert!(!replayer.against(&Cloud::new()).is_match());
    /// assert!(replayer.tolerate_unsent().against(&Cloud::new()).is_match());
    /// ```
    pub fn tolerate_unsent(mut self) -> Self {
        self.all_sent = false;
        self
    }

    /// Says the conversation to an endpoint, in order, and compares the answers.
    ///
    /// The endpoint also hears how much time passed between two calls; a [`Cloud`](crate::Cloud)
    /// moves its clock by that.
    pub fn against(&self, endpoint: &dyn Endpoint) -> Replay {
        let mut saying = Saying::new(self);
        let exchanges = self.transcript.exchanges().iter();
        let said = exchanges.map(|exchange| Replayed {
            number: exchange.number,
            operation: exchange.operation.clone(),
            outcome: saying.say(exchange, endpoint),
        });
        Replay {
            exchanges: said.collect(),
            notes: self.notes(),
            all_sent: self.all_sent,
        }
    }

    /// What a reader should know before the differences.
    fn notes(&self) -> Vec<String> {
        let exchanges = self.transcript.exchanges().iter();
        let unnamed = exchanges.filter(|it| self.own(it).or_else(|| self.accounts(it)).is_none());
        let accounts: BTreeSet<&str> = unnamed.filter_map(|it| it.caller.as_deref()).collect();
        if accounts.len() < 2 {
            return Vec::new();
        }
        let accounts: Vec<&str> = accounts.into_iter().collect();
        vec![format!(
            "recorded as the accounts {}, said as one; Replayer::caller tells them apart",
            accounts.join(", ")
        )]
    }

    /// The endpoint that was given for whoever said an exchange: the user, or the root account.
    pub(super) fn own(&self, exchange: &Exchange) -> Option<&'e dyn Endpoint> {
        let Some(user) = &exchange.user else {
            return self.accounts(exchange);
        };
        let account = exchange.caller.as_deref().unwrap_or_default();
        let in_full = self.given(&format!("{account}/{user}"));
        in_full.or_else(|| self.given(user))
    }

    /// The endpoint that was given for the account of whoever said an exchange.
    pub(super) fn accounts(&self, exchange: &Exchange) -> Option<&'e dyn Endpoint> {
        self.given(exchange.caller.as_deref()?)
    }

    /// The endpoint that was given for a name; of several, the last.
    fn given(&self, name: &str) -> Option<&'e dyn Endpoint> {
        let mut callers = self.callers.iter().rev();
        callers.find(|(of, _)| of == name).map(|(_, its)| *its)
    }
}
