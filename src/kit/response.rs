//! What a call without a socket answers.

use std::error::Error;
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use serde_json::Value;

/// The answer to a call: an HTTP status and a JSON body.
///
/// Indexing reads the body, `null` where there is nothing: `response["Net"]["NetId"]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    status: u16,
    body: Arc<Value>,
}

/// The first (and only) error of the API's envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The code: digits, as text.
    pub code: String,
    /// The type, such as `InvalidResource`.
    pub kind: String,
    /// What is wrong; empty for some codes.
    pub details: String,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.code)?;
        if self.details.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", self.details)
    }
}

impl Error for ApiError {}

impl Response {
    pub(crate) fn new(status: u16, body: Arc<Value>) -> Self {
        Self { status, body }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the call was made: status 200, the only one that the API has for it.
    pub fn is_success(&self) -> bool {
        self.status == 200
    }

    /// The body.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The text at a JSON pointer, for identifiers: `net.text("/Net/NetId")`.
    ///
    /// # Panics
    /// When there is no text there, with the whole body.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        match self.body.pointer(pointer).and_then(Value::as_str) {
            Some(text) => text,
            None => panic!(
                "no text at {pointer} of the answer ({}): {}",
                self.status, self.body
            ),
        }
    }

    /// The error, for a call that was refused.
    pub fn error(&self) -> Option<ApiError> {
        let error = self.body.pointer("/Errors/0")?;
        let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
        Some(ApiError {
            code: text("Code"),
            kind: text("Type"),
            details: text("Details"),
        })
    }

    /// The answer itself, for a call that must succeed.
    ///
    /// # Panics
    /// When it was refused, with the refusal.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(
            self.is_success(),
            "the call was refused with status {}: {}",
            self.status,
            self.body
        );
        self
    }
}

impl Index<&str> for Response {
    type Output = Value;

    fn index(&self, key: &str) -> &Value {
        &self.body[key]
    }
}
