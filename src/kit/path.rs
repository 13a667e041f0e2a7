//! The path of a request, on one screen: route, access, contract, cloud, contract, record.

use std::sync::Arc;

use serde_json::Value;

use super::desk::{Book, Desk};
use super::intake::{self, Complaint};
use super::response::Response;
use crate::access::Admitted;
use crate::cloud::account::ROOT_ACCOUNT;
use crate::cloud::dispatch::{self, Outcome, Served};
use crate::cloud::effect::Effect;
use crate::cloud::fault::{self, Fault};
use crate::cloud::id;
use crate::contract::{Breach, Operation, Violation};
use crate::transcript::{Exchange, Said, Source, redacted};
use crate::wire::{WireRequest, WireResponse};

/// A call without a socket: the caller is known, the rest is as over HTTP.
pub(crate) fn call(desk: &Desk, account: &Arc<str>, operation: &str, input: Value) -> Response {
    let mut passage = Passage::new(operation);
    passage.caller = Some(account.to_string());
    if let Some(operation) = desk.contract().operation(operation) {
        return perform(desk, passage, operation, account, input);
    }
    passage.request = said(&input, true);
    passage.object_to(desk, *intake::unknown_operation(desk.contract(), operation))
}

/// A request over the wire.
pub(crate) fn answer(desk: &Desk, request: &WireRequest) -> WireResponse {
    let response = conduct(desk, request);
    WireResponse {
        status: response.status(),
        body: response.body().to_string().into_bytes(),
    }
}

fn conduct(desk: &Desk, request: &WireRequest) -> Response {
    let contract = desk.contract();
    let name = intake::operation_name(&request.path);
    let mut passage = Passage::new(name.unwrap_or(&request.path));
    passage.agent = request.headers.get("user-agent").map(str::to_owned);
    let body = intake::read_body(request);
    let operation = name.and_then(|name| contract.operation(name));
    passage.request = match &body {
        Ok(body) => said(body, operation.is_none_or(Operation::carries_secrets)),
        Err(complaint) => Said::Unreadable(complaint.breach.message.clone()),
    };
    if let Err(complaint) = intake::check_method(request) {
        return passage.object_to(desk, *complaint);
    }
    let Some(operation) = operation else {
        return passage.object_to(desk, *intake::unknown_operation(contract, &request.path));
    };
    // A body that was not kept cannot be verified: its size is the honest complaint.
    if request.oversize.is_some()
        && let Err(complaint) = body
    {
        return passage.object_to(desk, *complaint);
    }
    let admitted = desk
        .gate()
        .admit(request, operation.security(), desk.accounts());
    let account: Arc<str> = match admitted {
        Ok(Admitted::Account(account)) => account.account.as_str().into(),
        // Public operations read what belongs to nobody; they are answered as for the root account.
        Ok(Admitted::Anonymous) => ROOT_ACCOUNT.into(),
        Err(refusal) => {
            passage.explanation = refusal.explanation;
            return passage.refuse(desk, &refusal.fault);
        }
    };
    if !operation.security().is_empty() {
        passage.caller = Some(account.to_string());
    }
    match body {
        Ok(body) => perform(desk, passage, operation, &account, body),
        Err(complaint) => passage.object_to(desk, *complaint),
    }
}

/// The call itself: legal request, rule or default, legal reply.
fn perform(
    desk: &Desk,
    mut passage: Passage,
    operation: &Operation,
    account: &Arc<str>,
    input: Value,
) -> Response {
    let secret = operation.carries_secrets();
    let breaches = operation.check_request(&input);
    if let Some(first) = breaches.first() {
        passage.request = said(&input, secret);
        let fault = intake::fault_for(first);
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
    let Outcome {
        result,
        effects,
        served,
    } = dispatch::dispatch(state, desk.contract(), operation, fields, account);
    let request_id = id::request_id(state.ids.seed(), number);
    let (status, body) = match result {
        Ok(mut reply) => {
            reply.insert("ResponseContext".to_owned(), context(&request_id));
            (200, Value::Object(reply))
        }
        Err(fault) => (fault.status(), fault.envelope(&request_id)),
    };
    // A gap answers 501, which is no status of the API: nothing to check it against.
    if served != Served::Gap {
        passage.breaches = operation.check_reply(status, &body);
    }
    passage.request = if secret {
        said(&input, true)
    } else {
        Said::Json(Arc::new(input))
    };
    passage.served = Some(served);
    passage.effects = effects;
    let body = Arc::new(body);
    let reply = if secret {
        said(&body, true)
    } else {
        Said::Json(Arc::clone(&body))
    };
    let exchange = passage.exchange(number, status, reply);
    desk.record(&mut book, exchange);
    Response::new(status, body)
}

/// Records an answer that a mounted mock gave, checked like the cloud's own.
pub(crate) fn overridden(desk: &Desk, request: &WireRequest, response: &WireResponse) {
    let name = intake::operation_name(&request.path);
    let mut passage = Passage::new(name.unwrap_or(&request.path));
    passage.agent = request.headers.get("user-agent").map(str::to_owned);
    passage.source = Source::Mock;
    let operation = name.and_then(|name| desk.contract().operation(name));
    passage.request = match intake::read_body(request) {
        Ok(body) => {
            passage.breaches = operation.map_or(vec![], |it| it.check_request(&body));
            said(&body, true)
        }
        Err(complaint) => {
            passage.breaches.push(complaint.breach);
            Said::Unreadable("not JSON".to_owned())
        }
    };
    let reply = match serde_json::from_slice::<Value>(&response.body) {
        Ok(body) => {
            let breaches = operation.map(|it| it.check_reply(response.status, &body));
            passage.breaches.extend(breaches.unwrap_or_default());
            said(&body, true)
        }
        Err(error) => {
            passage.breaches.push(Breach {
                side: crate::contract::Side::Reply,
                pointer: String::new(),
                rule: "json".to_owned(),
                said: Value::Null,
                did_you_mean: None,
                message: format!("The body of the mock's answer is not JSON: {error}."),
            });
            Said::Unreadable("not JSON".to_owned())
        }
    };
    let mut book = desk.book();
    let number = book.record.number();
    let exchange = passage.exchange(number, response.status, reply);
    desk.record(&mut book, exchange);
}

/// What is known of an exchange while it is under way.
struct Passage {
    operation: String,
    caller: Option<String>,
    agent: Option<String>,
    source: Source,
    request: Said,
    breaches: Vec<Breach>,
    effects: Vec<Effect>,
    served: Option<Served>,
    explanation: Option<String>,
}

impl Passage {
    fn new(operation: &str) -> Self {
        Self {
            operation: operation.to_owned(),
            caller: None,
            agent: None,
            source: Source::Cloud,
            request: Said::Json(Arc::new(Value::Null)),
            breaches: Vec::new(),
            effects: Vec::new(),
            served: None,
            explanation: None,
        }
    }

    /// Ends with a complaint: a violation for the test, a fault for the client.
    fn object_to(mut self, desk: &Desk, complaint: Complaint) -> Response {
        self.breaches.push(complaint.breach);
        self.refuse(desk, &complaint.fault)
    }

    /// Ends with a refusal.
    fn refuse(self, desk: &Desk, fault: &Fault) -> Response {
        let mut book = desk.book();
        let number = book.record.number();
        let request_id = id::request_id(book.state.ids.seed(), number);
        let body = Arc::new(fault.envelope(&request_id));
        let exchange = self.exchange(number, fault.status(), Said::Json(Arc::clone(&body)));
        desk.record(&mut book, exchange);
        Response::new(fault.status(), body)
    }

    fn exchange(self, number: u64, status: u16, reply: Said) -> Exchange {
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
            operation: self.operation,
            caller: self.caller,
            agent: self.agent,
            source: self.source,
            request: self.request,
            status,
            reply,
            effects: self.effects,
            violations,
            served: self.served,
            explanation: self.explanation,
        }
    }
}

fn said(body: &Value, secret: bool) -> Said {
    Said::Json(Arc::new(if secret { redacted(body) } else { body.clone() }))
}

fn context(request_id: &str) -> Value {
    serde_json::json!({ "RequestId": request_id })
}
