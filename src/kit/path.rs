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
    match intake::operation(desk.contract(), operation) {
        Ok(operation) => perform(desk, passage, operation, account, input),
        Err(complaint) => {
            passage.request = said(&input, true);
            passage.object_to(desk, *complaint)
        }
    }
}

/// A request over the wire.
pub(crate) fn answer(desk: &Desk, request: &WireRequest) -> WireResponse {
    let response = conduct(desk, request);
    WireResponse {
        status: response.status(),
        body: serde_json::to_vec(response.body()).unwrap_or_default(),
    }
}

fn conduct(desk: &Desk, request: &WireRequest) -> Response {
    let name = intake::operation_name(&request.path).unwrap_or(&request.path);
    let mut passage = Passage::new(name);
    passage.agent = request.headers.get("user-agent").map(str::to_owned);
    match receive(desk, request, &mut passage) {
        Ok((operation, account, input)) => perform(desk, passage, operation, &account, input),
        Err(stop) => {
            passage.request = intake::check_size(request)
                .and_then(|()| intake::read_body(request))
                .map_or_else(
                    |complaint| Said::Unreadable(complaint.breach.message),
                    |body| said(&body, true),
                );
            match stop {
                Stop::Complaint(complaint) => passage.object_to(desk, *complaint),
                Stop::Refusal(fault) => passage.refuse(desk, &fault),
            }
        }
    }
}

/// From bytes to a call: each line may end it.
fn receive<'d>(
    desk: &'d Desk,
    request: &WireRequest,
    passage: &mut Passage,
) -> Result<(&'d Operation, Arc<str>, Value), Stop> {
    intake::check_method(request)?;
    let operation = intake::operation(desk.contract(), &request.path)?;
    intake::check_size(request)?;
    let account = admit(desk, request, operation, passage)?;
    let input = intake::read_body(request)?;
    Ok((operation, account, input))
}

/// The account that calls.
fn admit(
    desk: &Desk,
    request: &WireRequest,
    operation: &Operation,
    passage: &mut Passage,
) -> Result<Arc<str>, Stop> {
    let admitted = desk
        .gate()
        .admit(request, operation.security(), desk.accounts());
    match admitted {
        Ok(Admitted::Account(account)) => {
            passage.caller = Some(account.account.clone());
            Ok(account.account.as_str().into())
        }
        // Public operations read what belongs to nobody; they are answered as for the root account.
        Ok(Admitted::Anonymous) => Ok(ROOT_ACCOUNT.into()),
        Err(refusal) => {
            passage.explanation = refusal.explanation;
            Err(Stop::Refusal(refusal.fault))
        }
    }
}

/// Why a request does not become a call.
enum Stop {
    /// It breaks the contract.
    Complaint(Box<Complaint>),
    /// Access is refused.
    Refusal(Fault),
}

impl From<Box<Complaint>> for Stop {
    fn from(complaint: Box<Complaint>) -> Self {
        Self::Complaint(complaint)
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
        let fault = intake::fault_for(desk.contract(), operation, first);
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
