//! A conversation that is being said again, exchange by exchange: what is sent, to whom and as whom, or
//! why it cannot be.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::compare::{Comparison, is_hidden};
use super::endpoint::{Endpoint, EndpointError, Speaker};
use super::learnt::Learnt;
use super::outcome::Outcome;
use super::replayer::Replayer;
use crate::access::Check;
use crate::contract::MASK;
use crate::transcript::{Exchange, Said, Texts, redacted};

/// A conversation that is being said.
pub(super) struct Saying<'r, 'e> {
    replayer: &'r Replayer<'e>,
    learnt: Learnt,
    /// What must not be told.
    secrets: Texts,
    now: Timestamp,
    stopped: bool,
}

impl<'r, 'e> Saying<'r, 'e> {
    /// At its beginning.
    pub(super) fn new(replayer: &'r Replayer<'e>) -> Self {
        Self {
            replayer,
            learnt: replayer.learnt.clone(),
            secrets: Texts::of(replayer.secrets.values(), MASK),
            now: replayer.transcript.start(),
            stopped: false,
        }
    }

    /// Says the next exchange.
    pub(super) fn say(&mut self, exchange: &Arc<Exchange>, endpoint: &dyn Endpoint) -> Outcome {
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
        match self.answer(exchange, &request, endpoint) {
            Ok((status, reply)) => self.compared(exchange, status, &reply),
            Err(error) if error.is_unsent() => Outcome::Unsent(error.to_string()),
            Err(error) => {
                self.stopped = !self.replayer.keep_going;
                Outcome::Failed(error)
            }
        }
    }

    /// Says a call as whoever said it, and from where.
    fn answer(
        &self,
        exchange: &Exchange,
        request: &Value,
        endpoint: &dyn Endpoint,
    ) -> Result<(u16, Value), EndpointError> {
        let own = self.replayer.own(exchange);
        let user = exchange.user.as_deref().filter(|_| own.is_none());
        let user = user.map(|name| self.learnt.translated(name));
        let speaker = Speaker {
            user: user.as_deref(),
            from: exchange.from,
            let_in: exchange.check != Some(Check::AccessRules),
        };
        let given = own.or_else(|| self.replayer.accounts(exchange));
        let endpoint = given.unwrap_or(endpoint);
        endpoint.call_as(&speaker, &exchange.operation, request)
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
        // Of whoever calls a public operation nothing is asked, and nobody known.
        let asked = exchange.caller.is_some() && exchange.certificate.is_some();
        if asked && self.replayer.own(exchange).is_none() {
            return Err(
                "it came with a certificate, of which a transcript keeps the name only".to_owned(),
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
