//! The parts of HAR 1.2: written as the format wants them, read as leniently as sense allows.
//!
//! What is written but tells a transcript nothing (`skip_deserializing`) may have any shape in
//! somebody else's file, or be missing.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::transcript::lines::Header;

/// A document.
#[derive(Serialize, Deserialize)]
pub(super) struct Har {
    pub(super) log: Log,
}

/// What was recorded.
#[derive(Serialize, Deserialize)]
pub(super) struct Log {
    #[serde(skip_deserializing)]
    pub(super) version: &'static str,
    #[serde(skip_deserializing)]
    pub(super) creator: Creator,
    #[serde(skip_deserializing)]
    pub(super) comment: &'static str,
    #[serde(
        default,
        rename = "_mockscale",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ours: Option<Header>,
    #[serde(deserialize_with = "numbered")]
    pub(super) entries: Vec<Entry>,
}

/// Who wrote it.
#[derive(Default, Serialize)]
pub(super) struct Creator {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// One request and its answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) started_date_time: String,
    #[serde(skip_deserializing)]
    pub(super) time: u64,
    pub(super) request: Request,
    pub(super) response: Response,
    #[serde(skip_deserializing)]
    pub(super) cache: Map<String, Value>,
    #[serde(skip_deserializing)]
    pub(super) timings: Timings,
    /// Under which filter a browser lists it.
    #[serde(rename = "_resourceType", skip_deserializing)]
    pub(super) resource_type: &'static str,
    /// The parts of the exchange that the rest does not tell.
    #[serde(
        default,
        rename = "_mockscale",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ours: Option<Map<String, Value>>,
}

/// How long its phases took, in milliseconds.
#[derive(Default, Serialize)]
pub(super) struct Timings {
    pub(super) send: u64,
    pub(super) wait: u64,
    pub(super) receive: u64,
}

/// A request.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(skip_deserializing)]
    pub(super) http_version: &'static str,
    #[serde(skip_deserializing)]
    pub(super) cookies: [u8; 0],
    #[serde(default)]
    pub(super) headers: Vec<Named>,
    #[serde(skip_deserializing)]
    pub(super) query_string: [u8; 0],
    #[serde(default)]
    pub(super) post_data: Option<PostData>,
    #[serde(skip_deserializing)]
    pub(super) headers_size: i8,
    #[serde(skip_deserializing)]
    pub(super) body_size: usize,
}

/// A header.
#[derive(Serialize, Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) value: String,
}

/// The body of a request.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData {
    #[serde(skip_deserializing)]
    pub(super) mime_type: String,
    /// Missing where a browser took a form apart.
    #[serde(default)]
    pub(super) text: Option<String>,
    /// Not in the format, yet some recorders write it.
    #[serde(default, skip_serializing)]
    pub(super) encoding: Option<String>,
}

/// An answer.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    /// 0 where there was none.
    pub(super) status: i64,
    #[serde(skip_deserializing)]
    pub(super) status_text: &'static str,
    #[serde(skip_deserializing)]
    pub(super) http_version: &'static str,
    #[serde(skip_deserializing)]
    pub(super) cookies: [u8; 0],
    #[serde(skip_deserializing)]
    pub(super) headers: [u8; 0],
    #[serde(default)]
    pub(super) content: Content,
    #[serde(rename = "redirectURL", skip_deserializing)]
    pub(super) redirect_url: &'static str,
    #[serde(skip_deserializing)]
    pub(super) headers_size: i8,
    #[serde(skip_deserializing)]
    pub(super) body_size: usize,
}

/// The body of an answer.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    #[serde(skip_deserializing)]
    pub(super) size: usize,
    #[serde(skip_deserializing)]
    pub(super) mime_type: &'static str,
    #[serde(default)]
    pub(super) text: Option<String>,
    /// `base64`, or nothing for a text as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<String>,
}

/// What is looked at before the rest: a version whose rest may be anything.
#[derive(Deserialize)]
pub(super) struct Versioned {
    #[serde(default)]
    pub(super) log: Option<LogVersion>,
}

/// The version of a log.
#[derive(Deserialize)]
pub(super) struct LogVersion {
    #[serde(default)]
    pub(super) version: String,
    #[serde(default, rename = "_mockscale")]
    pub(super) ours: Option<Ours>,
}

/// Which version of what is ours.
#[derive(Deserialize)]
pub(super) struct Ours {
    #[serde(default)]
    pub(super) transcript: Value,
}

/// Reads entries; an error names the entry, by its place from 1.
fn numbered<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Entry>, D::Error> {
    from.deserialize_seq(Entries)
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<Entry>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<Entry>, A::Error> {
        let mut entries = Vec::new();
        loop {
            match from.next_element() {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => return Ok(entries),
                // The position stays at the end of the text, where serde_json looks for it.
                Err(error) => {
                    let number = entries.len() + 1;
                    return Err(de::Error::custom(format!("entry {number}: {error}")));
                }
            }
        }
    }
}
