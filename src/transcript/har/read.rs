//! From HAR to a transcript: what we wrote, and what others recorded.
//!
//! Of a foreign file, the entries are kept whose path names an operation, at a host that was also
//! called with an operation of the contract. Secrets are replaced while it is read: bodies by the
//! names of their properties, of `Authorization` all but the scheme; cookies, queries and other
//! headers are not looked at. HAR 1.1 and 1.3 are read too: they differ in what is left out here.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::model::{Content, Entry, Har, PostData, Request, Versioned};
use super::{url, write};
use crate::cloud::account::DEFAULT_REGION;
use crate::cloud::{clock, seeds};
use crate::contract::{Contract, Shape};
use crate::transcript::error::TranscriptError;
use crate::transcript::lines::{self, BROKEN, FORMAT};
use crate::transcript::{About, Exchange, Http, Said, Source, Transcript, mask_misspelt, redacted};
use crate::wire::{WireRequest, operation_name};

/// The versions that are read; the format takes none for 1.1.
const VERSIONS: [&str; 4] = ["", "1.1", "1.2", "1.3"];

/// What to do with a foreign file that is broken.
const EXPORT: &str = "export it again from the tool that recorded it";

/// Whether a text is a HAR: its first member is `log`, as every recorder writes it, or it is JSON
/// with such a member.
pub(in crate::transcript) fn is_har(text: &str) -> bool {
    let rest = bare(text).trim_start().strip_prefix('{');
    rest.is_some_and(|rest| rest.trim_start().starts_with("\"log\""))
        || serde_json::from_str(bare(text)).is_ok_and(|it: Versioned| it.log.is_some())
}

/// Reads a document.
///
/// # Errors
/// When it is no HAR, one of another version, or broken; the error names the line or the entry.
pub(in crate::transcript) fn read(text: &str) -> Result<Transcript, TranscriptError> {
    let text = bare(text);
    check_version(text)?;
    let Har { log } = serde_json::from_str(text).map_err(|error| broken(&error))?;
    match log.ours {
        Some(header) => {
            let exchanges = ours(log.entries)?;
            Ok(Transcript::of(header.about(), exchanges))
        }
        None => foreign(log.entries),
    }
}

/// A text without the byte order mark that some tools write.
fn bare(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn check_version(text: &str) -> Result<(), TranscriptError> {
    let versioned: Versioned = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let Some(log) = versioned.log else {
        let problem = "this is not a transcript, nor a HAR: it has no `log`";
        return Err(TranscriptError::new(problem, EXPORT));
    };
    if !VERSIONS.contains(&log.version.as_str()) {
        let problem = format!("this HAR has version {}", log.version);
        let advice = "versions 1.1 to 1.3 are read: export it as one of them";
        return Err(TranscriptError::new(problem, advice));
    }
    match log.ours.map(|ours| ours.transcript) {
        Some(format) if format != FORMAT => Err(lines::other_format(&format)),
        _ => Ok(()),
    }
}

/// What is wrong with a document.
fn broken(error: &serde_json::Error) -> TranscriptError {
    let text = error.to_string();
    let said = text
        .rsplit_once(" at line ")
        .map_or(&*text, |(said, _)| said);
    let problem = match error.classify() {
        Category::Eof => "this HAR breaks off: it was not written to its end".to_owned(),
        Category::Data => format!("this is not a transcript, nor a HAR: {said}"),
        Category::Syntax | Category::Io => format!("this is not JSON: {said}"),
    };
    TranscriptError::new(problem, EXPORT).at(error.line(), Some(error.column()))
}

/// What we wrote, as it was.
fn ours(entries: Vec<Entry>) -> Result<Vec<Arc<Exchange>>, TranscriptError> {
    let mut exchanges = Vec::new();
    for (number, entry) in (1..).zip(entries) {
        let wrong =
            |problem: String| TranscriptError::new(format!("entry {number}: {problem}"), BROKEN);
        let Some(untold) = &entry.ours else {
            let problem = "it has no `_mockscale`, which the log has";
            return Err(wrong(problem.to_owned()));
        };
        let mut members = told(&entry, number).map_or_else(|_| Map::new(), write::members);
        for (name, value) in untold {
            match value {
                Value::Null => members.remove(name),
                value => members.insert(name.clone(), value.clone()),
            };
        }
        let exchange: Exchange = serde_json::from_value(members.into())
            .map_err(|error| wrong(format!("this is no exchange: {error}")))?;
        lines::in_order(exchanges.last(), &exchange)?;
        exchanges.push(Arc::new(exchange));
    }
    Ok(exchanges)
}

/// What somebody else recorded: the calls of the API, oldest first, numbered from 1.
fn foreign(entries: Vec<Entry>) -> Result<Transcript, TranscriptError> {
    let contract = Contract::bundled();
    let hosts: BTreeSet<String> = entries
        .iter()
        .filter_map(|entry| called(&entry.request))
        .filter(|(_, name)| contract.operation(name).is_some())
        .map(|(host, _)| host.to_owned())
        .collect();
    let all = entries.len();
    let mut exchanges = Vec::new();
    for (number, entry) in (1..).zip(entries) {
        let answered = (100..=599).contains(&entry.response.status);
        match called(&entry.request) {
            Some((host, _)) if answered && hosts.contains(host) => {}
            _ => continue,
        }
        let mut exchange = told(&entry, number).map_err(|problem| {
            TranscriptError::new(format!("entry {number}: {problem}"), EXPORT)
        })?;
        mask(&contract, &mut exchange);
        exchanges.push(exchange);
    }
    exchanges.sort_by_key(|exchange| exchange.at);
    for (number, exchange) in (1..).zip(&mut exchanges) {
        exchange.number = number;
    }
    let start = exchanges.first().map(|first| first.at).unwrap_or_default();
    let about = About {
        region: region(hosts.iter()),
        left_out: u64::try_from(all - exchanges.len()).unwrap_or(u64::MAX),
        ..About::usual(start)
    };
    let exchanges = exchanges.into_iter().map(Arc::new).collect();
    Ok(Transcript::of(about, exchanges))
}

/// The host and the operation that a request calls, unless it is none of the API's.
fn called(request: &Request) -> Option<(&str, &str)> {
    let (host, path) = url::split(&request.url)?;
    let name = operation_name(path)?;
    // A browser asks before it calls another host; the API never sees that answered by itself.
    (request.method != "OPTIONS").then_some((host, name))
}

/// The region of the first host that tells one: `api.eu-west-2.outscale.com`.
fn region<'h>(mut hosts: impl Iterator<Item = &'h String>) -> String {
    let known = |host: &'h String| {
        let mut names = seeds::region_names();
        names.find(|name| host.split('.').any(|part| part == *name))
    };
    hosts.find_map(known).unwrap_or(DEFAULT_REGION).to_owned()
}

/// Replaces secrets under misspelt names too.
fn mask(contract: &Contract, exchange: &mut Exchange) {
    if let (Some(operation), Said::Json(body)) = (
        contract.operation(&exchange.operation),
        &mut exchange.request,
    ) {
        let breaches = operation.check_request(body);
        mask_misspelt(Arc::make_mut(body), &breaches);
    }
}

/// The exchange that an entry tells of by itself.
///
/// # Errors
/// What cannot be read, in words.
pub(super) fn told(entry: &Entry, number: u64) -> Result<Exchange, String> {
    let Entry {
        started_date_time,
        request,
        response,
        ..
    } = entry;
    let at = clock::read(started_date_time)
        .ok_or_else(|| format!("startedDateTime {started_date_time:?} is no instant"))?;
    let status = u16::try_from(response.status)
        .map_err(|_| format!("{} is no status of HTTP", response.status))?;
    let (host, path) = url::split(&request.url)
        .ok_or_else(|| format!("the URL {:?} is not absolute", request.url))?;
    let mut wire = WireRequest {
        method: request.method.clone(),
        path: path.to_owned(),
        ..WireRequest::default()
    };
    for header in &request.headers {
        wire.headers.push(&header.name, header.value.as_bytes());
    }
    if wire.headers.get("host").is_none() {
        // HTTP/2 has no such header; recorders keep its `:authority`, or only the URL.
        wire.headers.push("host", host.as_bytes());
    }
    Ok(Exchange {
        number,
        at,
        operation: operation_name(path).unwrap_or(path).to_owned(),
        caller: None,
        user: None,
        from: None,
        certificate: None,
        agent: wire.headers.get("user-agent").map(str::to_owned),
        http: Some(Http::of(&wire)),
        source: Source::Cloud,
        request: request_body(request.post_data.as_ref()),
        status,
        reply: reply_body(&response.content),
        effects: Vec::new(),
        violations: Vec::new(),
        served: None,
        shape: Shape::Live,
        check: None,
        explanation: None,
    })
}

fn request_body(post_data: Option<&PostData>) -> Said {
    // As for the API: nothing is an empty object.
    let nothing = || Said::Json(Arc::new(Map::new().into()));
    let Some(post_data) = post_data else {
        return nothing();
    };
    match &post_data.text {
        None => Said::Unreadable("a form".to_owned()),
        Some(text) if text.trim().is_empty() => nothing(),
        Some(text) => body(text, post_data.encoding.as_deref()),
    }
}

fn reply_body(content: &Content) -> Said {
    match &content.text {
        None => Said::Unreadable("not recorded".to_owned()),
        Some(text) if text.trim().is_empty() => Said::Unreadable("empty".to_owned()),
        Some(text) => body(text, content.encoding.as_deref()),
    }
}

/// A body without its secrets, if it is JSON.
fn body(text: &str, encoding: Option<&str>) -> Said {
    let parsed = match encoding {
        Some("base64") => match BASE64.decode(text.trim()) {
            Ok(bytes) => serde_json::from_slice(&bytes),
            Err(_) => return Said::Unreadable("not base64".to_owned()),
        },
        _ => serde_json::from_str(text),
    };
    match parsed {
        Ok(value) => Said::Json(Arc::new(redacted(&value))),
        Err(_) => Said::Unreadable("not JSON".to_owned()),
    }
}
