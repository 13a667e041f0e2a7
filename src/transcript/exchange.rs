//! One call and its answer, as they are remembered.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::cloud::dispatch::Served;
use crate::cloud::effect::Effect;
#[cfg(feature = "server")]
use crate::contract::MASK;
use crate::contract::{Shape, Violation};

/// One call and its answer. Secrets are replaced before it is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// Its place in the conversation, from 1.
    pub number: u64,
    /// Where the cloud's clock stood.
    pub at: Timestamp,
    /// What was called; for a path that names no operation, the path.
    pub operation: String,
    /// The account that called, unless nobody was recognised.
    pub caller: Option<String>,
    /// The client's `User-Agent`, over HTTP.
    pub agent: Option<String>,
    /// How it came over HTTP; `None` for a call without a socket.
    pub http: Option<Http>,
    /// Who answered.
    pub source: Source,
    /// What was sent.
    pub request: Said,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What was answered.
    pub reply: Said,
    /// What changed in the cloud.
    pub effects: Vec<Effect>,
    /// What broke the contract, on either side.
    pub violations: Vec<Violation>,
    /// How the operation was served; `None` when the call did not come that far.
    pub served: Option<Served>,
    /// What the reply was made to look like; all but [`Shape::Live`] is what the test asked for.
    pub shape: Shape,
    /// Why the call was refused before it was made, where that can be explained.
    pub explanation: Option<String>,
}

/// What HTTP says of a request besides its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Http {
    /// `POST`, and whatever else was tried.
    pub method: String,
    /// The path as it was sent. The API reads no query, and one may hold a signature.
    pub path: String,
    /// The headers that matter to the API, in the order of [`Http::HEADERS`]: names in lower case,
    /// of `authorization` only the scheme.
    pub headers: Vec<(String, String)>,
}

impl Http {
    /// The headers that are remembered.
    pub const HEADERS: [&str; 7] = [
        "host",
        "user-agent",
        "content-type",
        "accept",
        "authorization",
        "x-osc-date",
        "x-amz-date",
    ];

    /// What is remembered of a request.
    #[cfg(feature = "server")]
    pub(crate) fn of(request: &crate::wire::WireRequest) -> Self {
        let of_name = |name: &'static str| {
            let values = request.headers.all(name);
            values.map(move |value| (name.to_owned(), shown(name, value)))
        };
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            headers: Self::HEADERS.into_iter().flat_map(of_name).collect(),
        }
    }
}

/// The value of a header without what is secret in it: signatures and passwords follow the scheme.
#[cfg(feature = "server")]
fn shown(name: &str, value: &str) -> String {
    match (name, value.split_once(' ')) {
        ("authorization", Some((scheme, _))) => format!("{scheme} {MASK}"),
        ("authorization", None) => MASK.to_owned(),
        _ => value.to_owned(),
    }
}

/// A body as it was said.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Said {
    /// A JSON document.
    Json(Arc<Value>),
    /// Something else: what was wrong with it, never its content.
    Unreadable(String),
}

/// Who gave an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The cloud.
    Cloud,
    /// A mock that the test has mounted.
    Mock,
}
