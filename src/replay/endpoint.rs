//! Whom a conversation is said to again.

use std::error::Error;
use std::fmt;

use jiff::SignedDuration;
use serde_json::Value;

use crate::kit::Cloud;

/// Whoever answers the calls of a replay: a [`Cloud`], a service over HTTP
/// (`Remote`, with the feature `remote`), or a function.
///
/// ```
/// use mockscale::{Cloud, EndpointError, Value, json};
///
/// let cloud = Cloud::new();
/// cloud.call("ReadNets", json!({}));
///
/// let nobody = |_: &str, _: &Value| Err(EndpointError::new("nobody is there"));
/// let replay = cloud.transcript().replay(&nobody);
/// assert!(replay.to_string().contains("nobody is there"), "{replay}");
/// ```
pub trait Endpoint {
    /// Calls an operation, and answers the status and the body.
    ///
    /// # Errors
    /// When there is no answer, or none that is JSON.
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError>;

    /// Is told how much time passed before the next call when it was recorded. Who has a clock that
    /// can be moved, as a [`Cloud`] does, moves it; nobody waits.
    fn pass(&self, time: SignedDuration) {
        let _ = time;
    }
}

/// As the account of this handle. Time passes as it did when the conversation was recorded.
///
/// A cloud checks what it is asked and fails its test for what breaks the contract, in a replay too:
/// make it with [`CloudBuilder::report`](crate::CloudBuilder::report) where that is part of the
/// conversation.
impl Endpoint for Cloud {
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError> {
        let response = self.call(operation, body.clone());
        Ok((response.status(), response.body().clone()))
    }

    fn pass(&self, time: SignedDuration) {
        self.advance(time);
    }
}

impl<F> Endpoint for F
where
    F: Fn(&str, &Value) -> Result<(u16, Value), EndpointError>,
{
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError> {
        self(operation, body)
    }
}

/// Why an endpoint gave no answer.
///
/// ```
/// let error = mockscale::EndpointError::new("http://127.0.0.1:1: connection refused");
/// assert_eq!(error.to_string(), "http://127.0.0.1:1: connection refused");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointError {
    problem: String,
}

impl EndpointError {
    /// What is wrong, in words: where, what, and what to do.
    pub fn new(problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self { problem }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl Error for EndpointError {}
