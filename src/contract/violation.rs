//! What a breach of the contract is, and how it reads. Left out: finding it (see
//! [`super::breach`]).

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Which side of a call broke the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The client's.
    Request,
    /// The cloud's: a rule of this crate or an overriding mock.
    Reply,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Reply => "reply",
        })
    }
}

/// One place where a body differs from its schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// Whose body it is.
    pub side: Side,
    /// JSON pointer of the offending value; for an unexpected or a missing property, of that
    /// property.
    pub pointer: String,
    /// The keyword of the schema that is broken: `required`, `type`, `additionalProperties` …
    /// `schema` if the schema itself is at fault; a word of this crate's own where no schema is
    /// asked: `method`, `operation`, `size`, `utf-8`, `json`, `panic`. All of them stand in
    /// [`RULES`](super::RULES).
    pub rule: String,
    /// The offending value, secrets masked, shortened when long; null where a property is missing.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub said: Value,
    /// The nearest name or value that the schema knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// What is wrong, in a sentence that holds no secret.
    pub message: String,
}

impl Breach {
    /// A breach that is no matter of one value: the whole body's, or the call's.
    pub(crate) fn of_the_whole(side: Side, rule: &str, message: impl Into<String>) -> Self {
        Self {
            side,
            pointer: String::new(),
            rule: rule.to_owned(),
            said: Value::Null,
            did_you_mean: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for Breach {
    /// Several lines, without a newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.pointer.as_str() {
            "" => "(the whole body)",
            pointer => pointer,
        };
        write!(
            f,
            "  at:   {place}\n  rule: {}: {}",
            self.rule, self.message
        )?;
        if self.rule != "required" {
            write!(f, "\n  said: {}", self.said)?;
        }
        match &self.did_you_mean {
            Some(name) => write!(f, "\n  did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// A breach within a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Violation {
    /// The number of the request, from 1.
    pub number: u64,
    /// The operation that was called.
    pub operation: String,
    /// What is wrong.
    pub breach: Breach,
}

impl fmt::Display for Violation {
    /// Several lines, without a newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            operation,
            breach,
        } = self;
        write!(
            f,
            "request {number}, {operation}: the {} breaks the contract\n{breach}",
            breach.side
        )
    }
}
