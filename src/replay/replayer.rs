//! A conversation to be said again: the options, and saying it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::compare::{Comparison, is_hidden};
use super::endpoint::Endpoint;
use super::learnt::Learnt;
use super::outcome::{Outcome, Replay, Replayed};
use crate::access::Check;
use crate::contract::MASK;
use crate::transcript::{Exchange, Path, Said, Texts, Transcript, redacted};

/// A conversation to be said again; [`Replay::of`] makes one.
///
/// Nothing is sent before [`Replayer::against`].
#[derive(Clone)]
#[must_use = "nothing is sent before against()"]
pub struct Replayer<'e> {
    transcript: Transcript,
    varies: Vec<Path>,
    learnt: Learnt,
    secrets: BTreeMap<String, Value>,
    callers: Vec<(String, &'e dyn Endpoint)>,
    keep_going: bool,
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

    /// Says what an account, or a user by its name, said to an endpoint of its own: a handle or
    /// credentials of that account or user.
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
    pub fn caller(mut self, caller: &str, endpoint: &'e dyn Endpoint) -> Self {
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

    /// Counts exchanges that cannot be sent (an unreadable body, a refused signature, a secret that
    /// nobody supplied) as no difference. They are still told.
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
        let mut saying = Saying {
            replayer: self,
            learnt: self.learnt.clone(),
            secrets: Texts::of(self.secrets.values(), MASK),
            now: self.transcript.start(),
            stopped: false,
        };
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
        let unnamed = |name: fn(&Exchange) -> Option<&str>| {
            let names = self.transcript.exchanges().iter();
            let mut names: BTreeSet<&str> = names.filter_map(|it| name(it)).collect();
            names.retain(|name| !self.callers.iter().any(|(of, _)| of == name));
            names.into_iter().collect::<Vec<_>>()
        };
        let accounts = unnamed(|it| it.caller.as_deref());
        let users = unnamed(|it| it.user.as_deref());
        let mut notes = Vec::new();
        if accounts.len() > 1 {
            notes.push(format!(
                "recorded as the accounts {}, said as one; Replayer::caller tells them apart",
                accounts.join(", ")
            ));
        }
        if !users.is_empty() {
            notes.push(format!(
                "recorded as the users {}, said as their accounts; Replayer::caller tells them apart",
                users.join(", ")
            ));
        }
        notes
    }
}

/// A conversation that is being said.
struct Saying<'r, 'e> {
    replayer: &'r Replayer<'e>,
    learnt: Learnt,
    /// What must not be told.
    secrets: Texts,
    now: Timestamp,
    stopped: bool,
}

impl Saying<'_, '_> {
    fn say(&mut self, exchange: &Arc<Exchange>, endpoint: &dyn Endpoint) -> Outcome {
        let outcome = self.outcome(exchange, endpoint);
        let answered_so =
            matches!(outcome, Outcome::Answered { status, .. } if status == exchange.status);
        if !answered_so
            && let (Said::Json(request), Said::Json(reply)) = (&exchange.request, &exchange.reply)
            && exchange.status < 400
        {
            self.learnt.lose(exchange.number, request, reply);
        }
        outcome
    }

    fn outcome(&mut self, exchange: &Exchange, endpoint: &dyn Endpoint) -> Outcome {
        if self.stopped {
            return Outcome::NotReached;
        }
        let request = match self.request(exchange) {
            Ok(request) => request,
            Err(why) => return Outcome::Unsent(why),
        };
        if exchange.at > self.now {
            endpoint.pass(exchange.at.duration_since(self.now));
            self.now = exchange.at;
        }
        let callers = || self.replayer.callers.iter().rev();
        let of = |name: &Option<String>| callers().find(|(of, _)| Some(of) == name.as_ref());
        let named = of(&exchange.user).or_else(|| of(&exchange.caller));
        let endpoint = named.map_or(endpoint, |(_, its)| *its);
        match endpoint.call(&exchange.operation, &request) {
            Ok((status, reply)) => self.compared(exchange, status, &reply),
            Err(error) => {
                self.stopped = !self.replayer.keep_going;
                Outcome::Failed(error)
            }
        }
    }

    fn compared(&mut self, exchange: &Exchange, status: u16, reply: &Value) -> Outcome {
        let mut reply = redacted(reply);
        self.secrets.hide_in_value(&mut reply, MASK);
        let learnt = &mut self.learnt;
        let mut comparison = Comparison::new(exchange.number, learnt, &self.replayer.varies);
        let same = comparison.statuses(exchange.status, status, refusal(&reply));
        if let (true, Said::Json(recorded)) = (same, &exchange.reply) {
            comparison.bodies(recorded, &reply);
        }
        Outcome::Answered {
            status,
            matches: comparison.matches,
            places: comparison.places,
        }
    }

    /// The body to send.
    ///
    /// # Errors
    /// Why it cannot be sent, in words.
    fn request(&self, exchange: &Exchange) -> Result<Value, String> {
        let Said::Json(recorded) = &exchange.request else {
            return Err("its body could not be read when it was recorded".to_owned());
        };
        if let Some(http) = exchange.http.as_ref().filter(|http| http.method != "POST") {
            return Err(format!("it was no call but a {} request", http.method));
        }
        if exchange.operation.contains('/') {
            return Err("its path calls no operation".to_owned());
        }
        let refused = exchange.explanation.is_some() || exchange.status == 401;
        if exchange.caller.is_none() && refused {
            return Err("access was refused to it, and a transcript keeps no signature".to_owned());
        }
        if exchange.check == Some(Check::AccessRules) {
            return Err(
                "no API access rule let it in, and a transcript keeps no origin".to_owned(),
            );
        }
        if let Some((id, number)) = self.learnt.missing(recorded) {
            return Err(format!(
                "it names {id}, which #{number} made when it was recorded and did not make now"
            ));
        }
        let mut request = self.learnt.request(recorded);
        fill(&mut request, "", &self.replayer.secrets)?;
        Ok(request)
    }
}

/// Puts secrets where they were replaced.
///
/// # Errors
/// Which secret nobody supplied, in words.
fn fill(
    value: &mut Value,
    property: &str,
    secrets: &BTreeMap<String, Value>,
) -> Result<(), String> {
    match value {
        Value::String(text) if is_hidden(text) => match secrets.get(property) {
            Some(secret) => {
                *value = secret.clone();
                Ok(())
            }
            None => Err(format!(
                "its {property} was not recorded, since it is secret; supply it with \
                 .secret({property:?}, …)"
            )),
        },
        Value::Array(values) => values
            .iter_mut()
            .try_for_each(|it| fill(it, property, secrets)),
        Value::Object(object) => {
            let mut members = object.iter_mut();
            members.try_for_each(|(name, it)| fill(it, name, secrets))
        }
        _ => Ok(()),
    }
}

/// What an answer says that refuses: the type, the code and the details of its first error.
fn refusal(reply: &Value) -> Option<String> {
    let error = reply.pointer("/Errors/0")?;
    let text = |field: &str| error[field].as_str().unwrap_or_default();
    Some(match text("Details") {
        "" => format!("{} {}", text("Type"), text("Code")),
        details => format!("{} {}: {details}", text("Type"), text("Code")),
    })
}
