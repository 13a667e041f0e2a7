//! One call and its answer, as they are remembered.

use std::sync::Arc;

use serde_json::Value;

use crate::cloud::dispatch::Served;
use crate::cloud::effect::Effect;
use crate::contract::Violation;

/// One call and its answer. Secrets are replaced before it is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// Its place in the conversation, from 1.
    pub number: u64,
    /// What was called; for a path that names no operation, the path.
    pub operation: String,
    /// The account that called, unless nobody was recognised.
    pub caller: Option<String>,
    /// The client's `User-Agent`, over HTTP.
    pub agent: Option<String>,
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
    /// Why the call was refused before it was made, where that can be explained.
    pub explanation: Option<String>,
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
