//! The path of a call, on one screen: contract, cloud, contract, record.
//!
//! Left out: how a request over HTTP becomes a call, and access; see `over_http.rs`.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::desk::{Book, Desk};
use super::intake::{self, Complaint};
use super::replies;
use super::response::Response;
use crate::cloud::State;
use crate::cloud::dispatch::{self, Outcome, Served};
use crate::cloud::effect::Effect;
use crate::cloud::fault::{self, Fault};
use crate::cloud::id;
use crate::cloud::object::Object;
use crate::contract::{Breach, Operation, Shape, Violation};
use crate::transcript::{Exchange, Http, Said, Source, mask_effects, mask_misspelt, redacted};

/// A call without a socket: the caller is known, the rest is as over HTTP.
pub(crate) fn call(desk: &Desk, account: &Arc<str>, operation: &str, input: Value) -> Response {
    let mut passage = Passage::new(operation);
    passage.caller = Some(account.to_string());
    if let Err(complaint) = intake::check_depth(&input) {
        passage.request = Said::Unreadable(complaint.breach.message.clone());
        return passage.object_to(desk, *complaint);
    }
    match intake::operation(desk.contract(), operation) {
        Ok(operation) => perform(desk, passage, operation, account, input),
        Err(complaint) => {
            passage.request = kept(input, true);
            passage.object_to(desk, *complaint)
        }
    }
}

/// The call itself: legal request, rule or default, legal reply.
pub(super) fn perform(
    desk: &Desk,
    mut passage: Passage,
    operation: &Operation,
    account: &Arc<str>,
    input: Value,
) -> Response {
    let secret = operation.carries_secrets();
    let breaches = operation.check_request(&input);
    if let Some(first) = breaches.first() {
        let fault = intake::fault_for(desk.contract(), operation, first);
        // Also a secret that does not belong there, or whose name is a slip.
        let mut input = redacted(&input);
        mask_misspelt(&mut input, &breaches);
        passage.request = Said::Json(Arc::new(input));
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
    } = dispatch::dispatch(state, desk.contract(), operation, fields, account);
    let request_id = id::request_id(state.ids.seed(), number);
    let (status, mut body) = worded(result, &request_id);
    // A gap answers 501, which is no status of the API: nothing to check it against.
    if served != Served::Gap {
        body = passage.judge(desk, state, operation, account, (status, body));
    }
    passage.request = kept(input, secret);
    passage.served = Some(served);
    passage.effects = effects;
    mask_effects(&mut passage.effects);
    let body = Arc::new(body);
    let reply = if secret {
        Said::Json(Arc::new(redacted(&body)))
    } else {
        Said::Json(Arc::clone(&body))
    };
    let exchange = passage.exchange(number, at, status, reply);
    desk.record(&mut book, exchange);
    Response::new(status, body)
}

/// What is known of an exchange while it is under way.
pub(super) struct Passage {
    operation: String,
    pub(super) caller: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) http: Option<Http>,
    pub(super) source: Source,
    pub(super) request: Said,
    pub(super) breaches: Vec<Breach>,
    effects: Vec<Effect>,
    served: Option<Served>,
    shape: Shape,
    pub(super) explanation: Option<String>,
}

impl Passage {
    pub(super) fn new(operation: &str) -> Self {
        Self {
            operation: operation.to_owned(),
            caller: None,
            agent: None,
            http: None,
            source: Source::Cloud,
            request: Said::Json(Arc::new(Value::Null)),
            breaches: Vec::new(),
            effects: Vec::new(),
            served: None,
            shape: Shape::Live,
            explanation: None,
        }
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
        let request_id = id::request_id(book.state.ids.seed(), number);
        let body = Arc::new(fault.envelope(&request_id));
        let at = book.state.clock.now();
        let exchange = self.exchange(number, at, fault.status(), Said::Json(Arc::clone(&body)));
        desk.record(&mut book, exchange);
        Response::new(fault.status(), body)
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
            explanation: self.explanation,
        }
    }
}

/// A body as it is remembered; `secret` says whether it may hold a secret.
pub(super) fn kept(body: Value, secret: bool) -> Said {
    Said::Json(Arc::new(if secret { redacted(&body) } else { body }))
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
