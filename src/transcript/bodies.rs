//! Bodies without anything that differs from run to run, and the headers that are shown with them.
//!
//! The API's own log shows headers, too, and how long they are.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Said;
use super::references::{PAGE, References, sorted};

/// The properties in which the API's log shows what was called, the body and the headers of the
/// request, the size of these in bytes, and that of the answer.
const LOGGED_CALL: &str = "QueryCallName";
const LOGGED_BODY: &str = "QueryPayloadRaw";
const LOGGED_HEADERS: &str = "QueryHeaderRaw";
const LOGGED_HEADERS_SIZE: &str = "QueryHeaderSize";
const LOGGED_REPLY_SIZE: &str = "ResponseSize";
/// A size that goes by how many digits the cloud's port has.
const SIZE: &str = "<size>";

/// A body.
#[derive(Debug)]
pub(super) enum Body {
    /// JSON, keys inserted in their order.
    Json(Value),
    /// What was wrong with it.
    Unreadable(String),
}

/// The bodies of an exchange.
#[derive(Clone, Copy)]
pub(super) struct Bodies<'r> {
    /// What was called.
    pub(super) operation: &'r str,
    pub(super) references: &'r References,
    /// How its texts are read.
    pub(super) reading: Reading,
}

/// What a text is without identifiers and instants.
type Reading = for<'t> fn(&References, &'t str) -> Cow<'t, str>;

impl Bodies<'_> {
    /// A body without its context; nothing for one that says nothing.
    pub(super) fn body(self, said: &Said) -> Option<Body> {
        match said {
            Said::Unreadable(why) => Some(Body::Unreadable(why.clone())),
            Said::Json(value) => {
                let value = self.value(value);
                let says_nothing = value.as_object().is_some_and(Map::is_empty);
                (!says_nothing).then_some(Body::Json(value))
            }
        }
    }

    /// A value with every identifier and instant in it replaced.
    pub(super) fn value(self, value: &Value) -> Value {
        match value {
            Value::String(text) => (self.reading)(self.references, text).into(),
            Value::Array(values) => values.iter().map(|value| self.value(value)).collect(),
            Value::Object(object) => sorted(object)
                .into_iter()
                .map(|(key, value)| (key.to_owned(), self.member(object, key, value)))
                .collect(),
            value => value.clone(),
        }
    }

    fn member(self, object: &Map<String, Value>, key: &str, value: &Value) -> Value {
        match (key, value) {
            (PAGE, Value::String(token)) => self.references.page(token).into(),
            (LOGGED_HEADERS, Value::String(headers)) => {
                self.references.text(&logged(headers)).into()
            }
            (LOGGED_BODY, Value::String(body)) => self.references.quoted(body).into(),
            (LOGGED_HEADERS_SIZE, Value::Number(_)) => SIZE.into(),
            // What a read of the log answered has such headers in it.
            (LOGGED_REPLY_SIZE, Value::Number(_))
                if object
                    .get(LOGGED_CALL)
                    .is_none_or(|call| call == self.operation) =>
            {
                SIZE.into()
            }
            (_, value) => self.value(value),
        }
    }
}

/// Headers as the API's log shows them, between them a backslash and an n, as headers are shown here.
fn logged(headers: &str) -> String {
    let lines = headers
        .split("\\n")
        .map(|line| match line.split_once(": ") {
            Some((name, value)) => {
                let value = header(&name.to_ascii_lowercase(), value);
                format!("{name}: {value}")
            }
            None => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\\n")
}

/// The value of a header (lower case) without what differs from run to run: the cloud's port, and
/// when a client signed.
pub(super) fn header<'v>(name: &str, value: &'v str) -> &'v str {
    match name {
        "host" => "<host>",
        "date" | "x-osc-date" | "x-amz-date" => "<date>",
        _ => value,
    }
}
