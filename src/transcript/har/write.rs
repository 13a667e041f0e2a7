//! From a transcript to HAR.

use serde::Serialize;
use serde_json::{Map, Value};

use super::model::{
    Content, Creator, Entry, Har, Log, Named, PostData, Request, Response, Timings,
};
use super::{read, url};
use crate::cloud::clock;
use crate::transcript::lines::Header;
use crate::transcript::{Exchange, Said, Transcript};

const JSON: &str = "application/json";
const HTTP: &str = "HTTP/1.1";
/// How the format says that a size is not known.
const UNKNOWN: i8 = -1;

/// The document.
pub(super) fn har(transcript: &Transcript) -> String {
    let entries = transcript.exchanges().iter();
    let document = Har {
        log: Log {
            version: "1.2",
            creator: Creator {
                name: env!("CARGO_PKG_NAME"),
                version: env!("CARGO_PKG_VERSION"),
            },
            comment: "Times are 0: the cloud's clock stands still during a call.",
            ours: Some(Header::of(transcript.about())),
            entries: entries.map(|exchange| entry(exchange)).collect(),
        },
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("numbers, texts, lists and maps of texts are JSON") + "\n"
}

fn entry(exchange: &Exchange) -> Entry {
    let mut entry = Entry {
        started_date_time: started(exchange),
        time: 0,
        request: request(exchange),
        response: response(exchange),
        cache: Map::new(),
        timings: Timings::default(),
        resource_type: "xhr",
        ours: None,
    };
    entry.ours = Some(untold(exchange, &entry));
    entry
}

/// The parts of an exchange that a reader of its entry would not come to, with null for what such a
/// reader would see and is not so.
fn untold(exchange: &Exchange, entry: &Entry) -> Map<String, Value> {
    let mut told = read::told(entry, exchange.number).map_or_else(|_| Map::new(), members);
    let mut untold = Map::new();
    for (name, value) in members(exchange) {
        let is_told = told.remove(&name).is_some_and(|it| it == value);
        // Its number says where it stands, also to whoever looks at it alone.
        if !is_told || name == "number" {
            untold.insert(name, value);
        }
    }
    untold.extend(told.into_iter().map(|(name, _)| (name, Value::Null)));
    untold
}

/// The parts of an exchange, as a line of JSON has them.
pub(super) fn members(exchange: impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(exchange) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// ISO 8601 with milliseconds, or with whatever else there is of a second.
fn started(exchange: &Exchange) -> String {
    let written = clock::zulu(exchange.at);
    if clock::read(&written) == Some(exchange.at) {
        return written;
    }
    exchange.at.to_string()
}

fn request(exchange: &Exchange) -> Request {
    let http = exchange.http.as_ref();
    let headers = http.map_or(&[][..], |http| &http.headers);
    let header = |wanted: &str| {
        let found = headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let text = text(&exchange.request);
    Request {
        method: http.map_or("POST", |http| &http.method).to_owned(),
        url: match http {
            Some(http) => url::absolute(header("host"), &http.path),
            None => url::absolute(None, &format!("/api/v1/{}", exchange.operation)),
        },
        http_version: HTTP,
        cookies: [],
        headers: headers
            .iter()
            .map(|(name, value)| Named {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
        query_string: [],
        headers_size: UNKNOWN,
        body_size: text.len(),
        post_data: Some(PostData {
            mime_type: header("content-type").unwrap_or(JSON).to_owned(),
            text: Some(text),
            encoding: None,
        }),
    }
}

fn response(exchange: &Exchange) -> Response {
    let text = text(&exchange.reply);
    Response {
        status: exchange.status.into(),
        status_text: phrase(exchange.status),
        http_version: HTTP,
        cookies: [],
        headers: [],
        redirect_url: "",
        headers_size: UNKNOWN,
        body_size: text.len(),
        content: Content {
            size: text.len(),
            mime_type: JSON,
            text: Some(text),
            encoding: None,
        },
    }
}

/// A body as it went over the wire; nothing of one that was not kept.
fn text(said: &Said) -> String {
    match said {
        Said::Json(value) => value.to_string(),
        Said::Unreadable(_) => String::new(),
    }
}

/// What HTTP calls the statuses that are met here.
fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        424 => "Failed Dependency",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
