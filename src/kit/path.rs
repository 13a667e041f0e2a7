//! The path of a call, on one screen: access, contract, cloud, contract, record.
//!
//! Left out: how a request over HTTP becomes a call; see `over_http.rs`.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::desk::{Book, Desk};
use super::intake::{self, Complaint};
use super::logged::Logged;
use super::replies;
use super::response::Response;
use super::visitor::Visitor;
use crate::access::{Check, Origin, Refusal, Wanted};
use crate::cloud::State;
use crate::cloud::account::{Caller, directory};
use crate::cloud::dispatch::{self, Outcome, Served};
use crate::cloud::effect::Effect;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Object;
use crate::cloud::x509;
use crate::contract::{Breach, Operation, Shape, Violation};
use crate::transcript::{
    Exchange, Http, Said, Source, hide_misplaced_in, mask_effects, mask_misspelt, redacted,
};

/// A call without a socket: the caller is known, the rest is as over HTTP.
pub(crate) fn call(desk: &Desk, visitor: &Visitor, operation: &str, input: Value) -> Response {
    let Visitor { caller, origin } = visitor;
    let mut passage = Passage::new(operation);
    passage.called_by(desk, caller);
    passage.called_from(origin);
    if let Err(complaint) = intake::check_depth(&input) {
        passage.request = Said::Unreadable(complaint.breach.message.clone());
        return passage.object_to(desk, *complaint);
    }
    let operation = match intake::operation(desk.contract(), operation) {
        Ok(operation) => operation,
        Err(complaint) => {
            passage.request = kept(input, true);
            passage.check = Some(Check::Route);
            return passage.object_to(desk, *complaint);
        }
    };
    let wanted = wanted(operation);
    if !wanted.is_public() {
        passage.log = Some(Logged::of(caller, origin, None));
    }
    let passed = desk.with_state(|state| desk.gate().pass(caller, wanted, origin, state));
    if let Err(refusal) = passed {
        let breaches = operation.check_request(&input);
        passage.request = kept_misspelt(&input, &breaches);
        return passage.turn_away(desk, refusal);
    }
    perform(desk, passage, operation, caller, input)
}

/// What the gate asks about an operation.
pub(super) fn wanted(operation: &Operation) -> Wanted<'_> {
    Wanted {
        operation: operation.name(),
        security: operation.security(),
    }
}

/// The call itself: legal request, rule or default, legal reply.
pub(super) fn perform(
    desk: &Desk,
    mut passage: Passage<'_>,
    operation: &Operation,
    caller: &Caller,
    input: Value,
) -> Response {
    let secret = operation.carries_secrets();
    let breaches = operation.check_request(&input);
    if let Some(first) = breaches.first() {
        let fault = intake::fault_for(desk.contract(), operation, first);
        passage.request = kept_misspelt(&input, &breaches);
        passage.breaches = breaches;
        return passage.refuse(desk, &fault);
    }
    let Value::Object(fields) = &input else {
        // The request schemas are objects, so the check above has refused everything else.
        return passage.refuse(
            desk,
            &fault::INVALID_PARAMETER.says("The body is not an object."),
        );
    };
    let mut book = desk.book();
    let Book { state, record } = &mut *book;
    let number = record.number();
    let at = state.clock.now();
    let Outcome {
        result,
        effects,
        served,
    } = dispatch::dispatch(state, desk.contract(), operation, fields, caller);
    let request_id = desk.request_id(state, number);
    if let Err(fault) = &result {
        passage.explanation = fault.reason().map(str::to_owned);
    }
    let (status, mut body) = worded(result, &request_id);
    // A gap answers 501, which is no status of the API: nothing to check it against.
    if served != Served::Gap {
        body = passage.judge(desk, state, operation, &caller.account, (status, body));
    }
    passage.request = kept(input, secret);
    passage.served = Some(served);
    passage.effects = effects;
    mask_effects(&mut passage.effects);
    let answer = Answer {
        number,
        at,
        request_id,
        status,
        body: Arc::new(body),
        secret,
    };
    passage.end(desk, &mut book, answer)
}

/// What the cloud answers.
pub(super) struct Answer {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) request_id: String,
    pub(super) status: u16,
    pub(super) body: Arc<Value>,
    /// Whether the request or the body may hold a secret.
    pub(super) secret: bool,
}

/// What is known of an exchange while it is under way.
pub(super) struct Passage<'r> {
    operation: String,
    pub(super) caller: Option<String>,
    user: Option<String>,
    from: Option<IpAddr>,
    certificate: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) http: Option<Http>,
    pub(super) source: Source,
    pub(super) request: Said,
    pub(super) breaches: Vec<Breach>,
    effects: Vec<Effect>,
    served: Option<Served>,
    shape: Shape,
    pub(super) check: Option<Check>,
    explanation: Option<String>,
    /// Once it is clear whose log tells of it.
    pub(super) log: Option<Logged<'r>>,
}

impl Passage<'_> {
    pub(super) fn new(operation: &str) -> Self {
        Self {
            operation: operation.to_owned(),
            caller: None,
            user: None,
            from: None,
            certificate: None,
            agent: None,
            http: None,
            source: Source::Cloud,
            request: Said::Json(Arc::new(Value::Null)),
            breaches: Vec::new(),
            effects: Vec::new(),
            served: None,
            shape: Shape::Live,
            check: None,
            explanation: None,
            log: None,
        }
    }

    /// Notes who calls; a user by the name that it has now.
    pub(super) fn called_by(&mut self, desk: &Desk, caller: &Caller) {
        self.caller = Some(caller.account.to_string());
        if let Some(user) = &caller.user {
            self.user = Some(desk.user_name(user));
        }
    }

    /// Notes from where, and with which certificate.
    pub(super) fn called_from(&mut self, origin: &Origin) {
        self.from = Some(origin.address).filter(|address| *address != Ipv4Addr::LOCALHOST);
        let leaf = origin.certificates.first();
        self.certificate = leaf.map(|leaf| x509::called(leaf));
    }

    /// Notes where a complaint came up.
    #[cfg(feature = "server")]
    pub(super) fn at<T>(
        &mut self,
        check: Check,
        found: Result<T, Box<Complaint>>,
    ) -> Result<T, Box<Complaint>> {
        found.inspect_err(|_| self.check = Some(check))
    }

    /// Ends at the gate.
    pub(super) fn turn_away(mut self, desk: &Desk, refusal: Refusal) -> Response {
        self.check = Some(refusal.check);
        self.explanation = refusal.explanation;
        self.refuse(desk, &refusal.fault)
    }

    /// Checks a reply, gives it the shape that was asked for, and checks that too.
    fn judge(
        &mut self,
        desk: &Desk,
        state: &State,
        operation: &Operation,
        account: &str,
        (status, body): (u16, Value),
    ) -> Value {
        self.breaches = operation.check_reply(status, &body);
        let shaped = replies::shaped(desk, state, operation, account, status, &body);
        let Some((shape, shaped)) = shaped else {
            return body;
        };
        self.shape = shape;
        if shape.is_legal() && self.breaches.is_empty() {
            self.breaches = operation.check_reply(status, &shaped);
        }
        shaped
    }

    /// Ends with a complaint: a violation for the test, a fault for the client.
    pub(super) fn object_to(mut self, desk: &Desk, complaint: Complaint) -> Response {
        self.breaches.push(complaint.breach);
        self.refuse(desk, &complaint.fault)
    }

    /// Ends with a refusal.
    pub(super) fn refuse(self, desk: &Desk, fault: &Fault) -> Response {
        let mut book = desk.book();
        let number = book.record.number();
        let request_id = desk.request_id(&book.state, number);
        let answer = Answer {
            number,
            at: book.state.clock.now(),
            body: Arc::new(fault.envelope(&request_id)),
            request_id,
            status: fault.status(),
            // What was refused unread may hold anything.
            secret: true,
        };
        self.end(desk, &mut book, answer)
    }

    /// The end of every call that the cloud answers: the account's log, then the record.
    fn end(mut self, desk: &Desk, book: &mut Book, mut answer: Answer) -> Response {
        // The log must not show it either; the rest of the exchange is seen to when it is recorded.
        answer.secret |= answer.status >= 400
            && hide_misplaced_in(&mut self.request, directory::secrets(&book.state));
        if let Some(log) = self.log.take() {
            let entry = log.entry(desk, &self.operation, &self.request, &answer);
            book.state.log.push(entry);
        }
        let Answer { status, body, .. } = answer;
        let reply = Said::Json(if answer.secret {
            Arc::new(redacted(&body))
        } else {
            Arc::clone(&body)
        });
        let exchange = self.exchange(answer.number, answer.at, status, reply);
        desk.record(book, exchange);
        Response::new(status, body)
    }

    /// Ends with an answer that was given elsewhere.
    #[cfg(feature = "server")]
    pub(super) fn answered(self, desk: &Desk, status: u16, reply: Said) {
        let mut book = desk.book();
        let number = book.record.number();
        let at = book.state.clock.now();
        let exchange = self.exchange(number, at, status, reply);
        desk.record(&mut book, exchange);
    }

    fn exchange(self, number: u64, at: Timestamp, status: u16, reply: Said) -> Exchange {
        let violations = self
            .breaches
            .into_iter()
            .map(|breach| Violation {
                number,
                operation: self.operation.clone(),
                breach,
            })
            .collect();
        Exchange {
            number,
            at,
            operation: self.operation,
            caller: self.caller,
            user: self.user,
            from: self.from,
            certificate: self.certificate,
            agent: self.agent,
            http: self.http,
            source: self.source,
            request: self.request,
            status,
            reply,
            effects: self.effects,
            violations,
            served: self.served,
            shape: self.shape,
            check: self.check,
            explanation: self.explanation,
        }
    }
}

/// A body as it is remembered; `secret` says whether it may hold a secret.
pub(super) fn kept(body: Value, secret: bool) -> Said {
    Said::Json(Arc::new(if secret { redacted(&body) } else { body }))
}

/// A body that breaks the contract as it is remembered: without its secrets, also those that do not
/// belong there or whose names are slips.
pub(super) fn kept_misspelt(body: &Value, breaches: &[Breach]) -> Said {
    let mut body = redacted(body);
    mask_misspelt(&mut body, breaches);
    Said::Json(Arc::new(body))
}

/// The status and the body of an answer, with the context that every answer carries.
fn worded(result: Result<Object, Fault>, request_id: &str) -> (u16, Value) {
    match result {
        Ok(mut reply) => {
            let context = serde_json::json!({ "RequestId": request_id });
            reply.insert("ResponseContext".to_owned(), context);
            (200, Value::Object(reply))
        }
        Err(fault) => (fault.status(), fault.envelope(request_id)),
    }
}
