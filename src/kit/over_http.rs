//! From bytes to a call: method, route, size, access, body; and the answers that others gave.
//!
//! Left out: the call itself (see `path.rs`), and HTTP's framing, which is the listener's.

use jiff::Timestamp;
use serde_json::Value;

use super::desk::Desk;
use super::intake::{self, Complaint, complaint};
use super::logged::Logged;
use super::path::{Passage, kept, perform, wanted};
use super::response::Response;
use crate::access::{Check, Origin, Refusal};
use crate::cloud::account::{Caller, ROOT_ACCOUNT};
use crate::cloud::fault;
use crate::contract::{Breach, Operation, Side};
use crate::transcript::{Http, Said, Source, mask_misspelt};
use crate::wire::{MAX_BODY, WireRequest, WireResponse, operation_name};

/// A request over the wire.
pub(crate) fn answer(desk: &Desk, request: &WireRequest) -> WireResponse {
    let response = conduct(desk, request);
    WireResponse {
        status: response.status(),
        body: serde_json::to_vec(response.body()).unwrap_or_default(),
    }
}

fn conduct(desk: &Desk, request: &WireRequest) -> Response {
    let mut passage = begun(desk, request);
    match receive(desk, request, &mut passage) {
        Ok((operation, caller, input)) => perform(desk, passage, operation, &caller, input),
        Err(stop) => {
            passage.request = readable(desk, request);
            match stop {
                Stop::Complaint(complaint) => passage.object_to(desk, *complaint),
                Stop::Refusal(refusal) => passage.turn_away(desk, *refusal),
            }
        }
    }
}

/// From bytes to a call: each line may end it.
fn receive<'d, 'r>(
    desk: &'d Desk,
    request: &'r WireRequest,
    passage: &mut Passage<'r>,
) -> Result<(&'d Operation, Caller, Value), Stop> {
    passage.at(Check::Method, check_method(request))?;
    let operation = intake::operation(desk.contract(), &request.path);
    let operation = passage.at(Check::Route, operation)?;
    check_size(request)?;
    let origin = desk.trust().origin(request)?;
    let caller = admit(desk, request, operation, &origin, passage)?;
    let input = read_body(request)?;
    Ok((operation, caller, input))
}

/// Who calls.
fn admit<'r>(
    desk: &Desk,
    request: &'r WireRequest,
    operation: &Operation,
    origin: &Origin,
    passage: &mut Passage<'r>,
) -> Result<Caller, Stop> {
    let admitted = decide(desk, request, operation, origin);
    let known = match &admitted {
        Ok(caller) => caller.as_ref(),
        Err(refusal) => refusal.caller.as_ref(),
    };
    if let Some(caller) = known {
        passage.called_by(desk, caller);
        passage.log = Some(Logged::of(caller, origin, Some(request)));
    }
    // Public operations read what belongs to nobody; they are answered as for the root account.
    let anybody = || Caller::root(ROOT_ACCOUNT);
    Ok(admitted?.unwrap_or_else(anybody))
}

/// Asks the gate. A proof is held against the cloud as it was just now, so that others need not wait
/// while a signature is made out.
fn decide(
    desk: &Desk,
    request: &WireRequest,
    operation: &Operation,
    origin: &Origin,
) -> Result<Option<Caller>, Refusal> {
    let gate = desk.gate();
    let Some(asked) = gate.hear(request, wanted(operation), origin, Timestamp::now())? else {
        return Ok(None);
    };
    let proof = asked.prove(&desk.with_state(|state| state.draft()))?;
    desk.with_state(|state| asked.decide(proof, state))
        .map(Some)
}

/// Why a request does not become a call.
enum Stop {
    /// It breaks the contract.
    Complaint(Box<Complaint>),
    /// The gate refuses it.
    Refusal(Box<Refusal>),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}

impl From<Box<Complaint>> for Stop {
    fn from(complaint: Box<Complaint>) -> Self {
        Self::Complaint(complaint)
    }
}

/// Records an answer that a mounted mock gave, checked like the cloud's own. Only an empty body with
/// a status that the operation does not declare is no breach.
pub(crate) fn overridden(desk: &Desk, request: &WireRequest, response: &WireResponse) {
    let name = operation_name(&request.path);
    let mut passage = begun(desk, request);
    passage.source = Source::Mock;
    let operation = name.and_then(|name| desk.contract().operation(name));
    passage.request = match read_body(request) {
        Ok(mut body) => {
            passage.breaches = operation.map_or(vec![], |it| it.check_request(&body));
            mask_misspelt(&mut body, &passage.breaches);
            kept(body, true)
        }
        Err(complaint) => {
            passage.breaches.push(complaint.breach);
            Said::Unreadable("not JSON".to_owned())
        }
    };
    // What stands before the API (a gateway, say) has statuses of its own, and says nothing more.
    let declared = operation.is_some_and(|it| it.statuses().contains(&response.status));
    let reply = match serde_json::from_slice::<Value>(&response.body) {
        Err(_) if response.body.is_empty() && !declared => Said::Unreadable("empty".to_owned()),
        Ok(body) => {
            let breaches = operation.map(|it| it.check_reply(response.status, &body));
            passage.breaches.extend(breaches.unwrap_or_default());
            kept(body, true)
        }
        Err(error) => {
            let message = format!("The body of the mock's answer is not JSON: {error}.");
            let breach = Breach::of_the_whole(Side::Reply, "json", message);
            passage.breaches.push(breach);
            Said::Unreadable("not JSON".to_owned())
        }
    };
    passage.answered(desk, response.status, reply);
}

/// Records the answer that stood in for one that panicked. Whatever panicked is no fault of the
/// client's, so it breaks the reply and fails the test.
pub(crate) fn panicked(desk: &Desk, request: &WireRequest, response: &WireResponse, panic: &str) {
    let mut passage = begun(desk, request);
    passage.request = readable(desk, request);
    let message = format!("the fake cloud panicked while it answered: {panic}");
    passage
        .breaches
        .push(Breach::of_the_whole(Side::Reply, "panic", message));
    let reply = serde_json::from_slice(&response.body).unwrap_or_default();
    passage.answered(desk, response.status, kept(reply, true));
}

/// What a request says of itself.
fn begun<'r>(desk: &Desk, request: &'r WireRequest) -> Passage<'r> {
    let name = operation_name(&request.path).unwrap_or(&request.path);
    let mut passage = Passage::new(name);
    // What nobody vouches for does not count.
    let declared = desk.trust().origin(request);
    passage.called_from(&declared.unwrap_or_else(|_| Origin::of(request)));
    passage.agent = request.headers.get("user-agent").map(str::to_owned);
    passage.http = Some(Http::of(request));
    passage
}

/// The body of a request that does not become a call, as far as it can be read. It is checked only
/// for slips in the names of secrets.
fn readable(desk: &Desk, request: &WireRequest) -> Said {
    let body = check_size(request).and_then(|()| read_body(request));
    match body {
        Ok(mut body) => {
            if let Ok(operation) = intake::operation(desk.contract(), &request.path) {
                let breaches = operation.check_request(&body);
                mask_misspelt(&mut body, &breaches);
            }
            kept(body, true)
        }
        Err(complaint) => Said::Unreadable(complaint.breach.message),
    }
}

/// Only POST calls an operation.
fn check_method(request: &WireRequest) -> Result<(), Box<Complaint>> {
    if request.method == "POST" {
        return Ok(());
    }
    Err(complaint(
        "method",
        Value::from(request.method.as_str()),
        Some("POST"),
        fault::METHOD_NOT_ALLOWED,
        format!("{} is no way to call the API; use POST.", request.method),
    ))
}

/// A body that is too large was not kept, so nothing more can be said about it.
fn check_size(request: &WireRequest) -> Result<(), Box<Complaint>> {
    if let Some(length) = request.oversize {
        return Err(complaint(
            "size",
            Value::from(length),
            None,
            fault::INVALID_LENGTH,
            format!("The body has {length} bytes; at most {MAX_BODY} are read."),
        ));
    }
    Ok(())
}

/// The JSON that a body holds; an empty body is an empty object.
///
/// Of two members with one name the last counts, as for most readers of JSON.
fn read_body(request: &WireRequest) -> Result<Value, Box<Complaint>> {
    let text = std::str::from_utf8(&request.body).map_err(|error| {
        complaint(
            "utf-8",
            Value::Null,
            None,
            fault::INVALID_PARAMETER,
            format!(
                "The body is not UTF-8 from byte {} on.",
                error.valid_up_to()
            ),
        )
    })?;
    if text.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(text).map_err(|error| {
        complaint(
            "json",
            Value::Null,
            None,
            fault::INVALID_PARAMETER,
            format!("The body is not JSON: {error}."),
        )
    })
}
