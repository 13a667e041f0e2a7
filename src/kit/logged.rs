//! What an account's log keeps of a call: the request as the gateway before the API sees it, and how
//! much was answered.
//!
//! Left out: calls of public operations, which belong to no account (assumed), and answers of mocks,
//! which the API never saw.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use super::desk::Desk;
use super::path::Answer;
use crate::access::Origin;
use crate::cloud::account::Caller;
use crate::cloud::log::{self, Body, Entry, UNSHOWN};
use crate::transcript::Said;
use crate::wire::{Headers, WireRequest, is_secret_header};

/// What the headers that speak to this cloud, and not to the API, begin with: see `trust.rs`.
const OWN: &str = "x-mockscale-";

/// Who calls and from where, once it is clear whose log tells of the call.
pub(super) struct Logged<'r> {
    caller: Caller,
    address: IpAddr,
    request: Option<&'r WireRequest>,
}

impl<'r> Logged<'r> {
    /// A call of theirs; with its request, if it came over HTTP.
    pub(super) fn of(caller: &Caller, origin: &Origin, request: Option<&'r WireRequest>) -> Self {
        Self {
            caller: caller.clone(),
            address: origin.address,
            request,
        }
    }

    /// What the log keeps of the call.
    pub(super) fn entry(self, desk: &Desk, operation: &str, said: &Said, answer: &Answer) -> Entry {
        Entry {
            turn: 0,
            operation: operation.to_owned(),
            at: answer.at,
            agent: self
                .request
                .and_then(|it| it.headers.get("user-agent").map(str::to_owned)),
            headers: header_text(self.request.map(|it| &it.headers), self.address),
            payload: self.payload(desk, said, answer.secret),
            request_id: answer.request_id.clone(),
            status: answer.status,
            reply: if answer.secret {
                Body::Hidden(log::size(&answer.body))
            } else {
                Body::Json(Arc::clone(&answer.body))
            },
            caller: self.caller,
            address: self.address,
        }
    }

    /// The body as it was sent if it holds nothing that must not be shown; else what is remembered
    /// of it.
    fn payload(&self, desk: &Desk, said: &Said, secret: bool) -> Body {
        let open = !secret && desk.redactions().is_empty();
        match (said, self.request) {
            (_, Some(request)) if open => {
                Body::Text(String::from_utf8_lossy(&request.body).into_owned())
            }
            (Said::Json(body), _) if open => Body::Json(Arc::clone(body)),
            (Said::Json(body), _) => {
                let mut body = (**body).clone();
                desk.redactions().hide_in(&mut body);
                Body::Json(Arc::new(body))
            }
            (Said::Unreadable(_), request) => {
                let size = request.map_or(0, |it| it.oversize.unwrap_or(it.body.len() as u64));
                Body::Hidden(size)
            }
        }
    }
}

/// The headers as the log shows them: between them a backslash and an n, and at the end where the
/// call came from; so the documented example has it.
///
/// assumed: names are written with capitals, whatever the client wrote; HTTP does not tell.
fn header_text(headers: Option<&Headers>, address: IpAddr) -> String {
    let mut text = String::with_capacity(headers.map_or(32, |it| 64 * it.iter().count()));
    for (name, value) in headers.into_iter().flat_map(Headers::iter) {
        if name.starts_with(OWN) {
            continue;
        }
        let mut start = true;
        for letter in name.chars() {
            text.push(if start {
                letter.to_ascii_uppercase()
            } else {
                letter
            });
            start = letter == '-';
        }
        text.push_str(": ");
        text.push_str(if is_secret_header(name) {
            UNSHOWN
        } else {
            value
        });
        text.push_str("\\n");
    }
    // Writing to a text cannot fail.
    let _ = write!(text, "X-Forwarded-For: {address}");
    text
}
