//! One call and its answer, as they are remembered, and as one line of JSON holds them.
//!
//! Left out of a line: what is empty or absent.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::Check;
use crate::cloud::dispatch::Served;
use crate::cloud::effect::Effect;
use crate::contract::{MASK, Shape, Violation};

/// One call and its answer. Secrets are replaced before it is made.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let transcript = cloud.transcript();
/// let exchange = &transcript.exchanges()[0];
/// assert_eq!((exchange.number, exchange.status), (1, 200));
/// assert_eq!(exchange.effects[0].kind, "Net");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Exchange {
    /// Its place in the conversation, from 1.
    pub number: u64,
    /// Where the cloud's clock stood.
    pub at: Timestamp,
    /// What was called; for a path that names no operation, the path.
    pub operation: String,
    /// The account that called, unless nobody was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The name of the user of that account who called; `None` for the root account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// From where the call came, or declared to come, unless that is 127.0.0.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<IpAddr>,
    /// What the client's certificate is called, if it showed one: its common name, or its SHA-1
    /// fingerprint without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The client's `User-Agent`, over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// How it came over HTTP; `None` for a call without a socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<Http>,
    /// Who answered.
    #[serde(default, skip_serializing_if = "Source::is_cloud")]
    pub source: Source,
    /// What was sent.
    pub request: Said,
    /// The HTTP status of the answer.
    pub status: u16,
    /// What was answered.
    pub reply: Said,
    /// What changed in the cloud.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// What broke the contract, on either side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// How the operation was served; `None` when the call did not come that far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<Served>,
    /// What the reply was made to look like; all but [`Shape::Live`] is what the test asked for.
    #[serde(default, skip_serializing_if = "Shape::is_live")]
    pub shape: Shape,
    /// The check at the gate that refused the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Why the call was refused before it was made, where that can be explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
}

/// What HTTP says of a request besides its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
fn shown(name: &str, value: &str) -> String {
    match (name, value.split_once(' ')) {
        ("authorization", Some((scheme, _))) => format!("{scheme} {MASK}"),
        ("authorization", None) => MASK.to_owned(),
        _ => value.to_owned(),
    }
}

/// A body as it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Said {
    /// A JSON document.
    Json(Arc<Value>),
    /// Something else: what was wrong with it, never its content.
    Unreadable(String),
}

/// Who gave an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Source {
    /// The cloud.
    #[default]
    Cloud,
    /// A mock that the test has mounted.
    Mock,
}

impl Source {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde calls"
    )]
    fn is_cloud(&self) -> bool {
        *self == Self::Cloud
    }
}
