//! An exchange in its canonical form: what text and YAML are written from.
//!
//! Left out: the answer's context, how an operation was served, the client's version unless headers
//! are shown, and why a check at the gate refused, which quotes dates and signatures.

use std::net::IpAddr;

use serde_json::Value;

use super::bodies::{Bodies, Body, header};
use super::references::References;
use super::{Exchange, Http, Source, Transcript};
use crate::access::Check;
use crate::cloud::effect::{Change, Effect, FieldChange};
use crate::contract::{Shape, Violation};

/// One exchange without anything that differs from run to run.
#[derive(Debug)]
pub(super) struct Canonical {
    /// Its place in the conversation.
    pub(super) number: u64,
    /// What was called.
    pub(super) operation: String,
    /// The account that called.
    pub(super) caller: Option<String>,
    /// The user of it, if one called.
    pub(super) user: Option<String>,
    /// From where, if not from 127.0.0.1.
    pub(super) from: Option<IpAddr>,
    /// What the client's certificate is called.
    pub(super) certificate: Option<String>,
    /// Whether a mock answered.
    pub(super) by_mock: bool,
    /// What the reply was made to look like, if it is not as the cloud answers.
    pub(super) shaped: Option<Shape>,
    /// How it came over HTTP, if that is shown.
    pub(super) http: Option<CanonicalHttp>,
    /// The request; nothing for an empty one.
    pub(super) request: Option<Body>,
    /// The status.
    pub(super) status: u16,
    /// The check at the gate that refused the call.
    pub(super) check: Option<Check>,
    /// The reply; nothing for an empty one.
    pub(super) reply: Option<Body>,
    /// What changed.
    pub(super) effects: Vec<CanonicalEffect>,
    /// What broke the contract, a line each.
    pub(super) violations: Vec<String>,
}

/// Method, path and headers.
#[derive(Debug)]
pub(super) struct CanonicalHttp {
    /// `POST /api/v1/ReadNets`.
    pub(super) line: String,
    /// Name and value; each name once.
    pub(super) headers: Vec<(String, String)>,
}

/// What became of one resource.
#[derive(Debug)]
pub(super) struct CanonicalEffect {
    /// `Net <net:1>`.
    pub(super) subject: String,
    /// What became of it.
    pub(super) change: CanonicalChange,
}

/// What became of a resource.
#[derive(Debug)]
pub(super) enum CanonicalChange {
    /// It was made.
    Created,
    /// It is gone.
    Deleted,
    /// Paths of fields, and what became of each: `stopped → running`.
    Changed(Vec<(String, String)>),
    /// `pending → running`.
    Scheduled(String),
}

impl Canonical {
    /// The exchanges that a transcript shows.
    pub(super) fn all(transcript: &Transcript) -> impl DoubleEndedIterator<Item = Self> {
        let references = transcript.references();
        let shown = transcript.exchanges().iter();
        shown.map(move |exchange| Self::of(exchange, references, transcript.with_headers))
    }

    fn of(exchange: &Exchange, references: &References, with_headers: bool) -> Self {
        let http = exchange.http.as_ref().filter(|_| with_headers);
        let facts = Bodies {
            operation: &exchange.operation,
            references,
            reading: References::text,
        };
        // A refusal tells of no resource, but repeats what it refuses.
        let reply = Bodies {
            reading: if exchange.status < 400 {
                facts.reading
            } else {
                References::quoted
            },
            ..facts
        };
        Self {
            number: exchange.number,
            operation: exchange.operation.clone(),
            caller: exchange.caller.clone(),
            user: exchange.user.clone(),
            from: exchange.from,
            certificate: exchange
                .certificate
                .as_deref()
                .map(|name| references.text(name).into_owned()),
            by_mock: exchange.source == Source::Mock,
            shaped: Some(exchange.shape).filter(|shape| *shape != Shape::Live),
            http: http.map(CanonicalHttp::of),
            request: facts.body(&exchange.request),
            status: exchange.status,
            check: exchange.check,
            reply: reply.body(&exchange.reply),
            effects: exchange
                .effects
                .iter()
                .map(|effect| CanonicalEffect::of(effect, facts))
                .collect(),
            violations: exchange
                .violations
                .iter()
                .map(|it| violation(it, references))
                .collect(),
        }
    }
}

impl CanonicalHttp {
    fn of(http: &Http) -> Self {
        let mut headers: Vec<(String, String)> = Vec::new();
        for name in Http::HEADERS {
            let values = http.headers.iter().filter(|(of, _)| of == name);
            let values: Vec<&str> = values.map(|(_, value)| header(name, value)).collect();
            if !values.is_empty() {
                headers.push((name.to_owned(), values.join(", ")));
            }
        }
        Self {
            line: format!("{} {}", http.method, http.path),
            headers,
        }
    }
}

impl CanonicalEffect {
    fn of(effect: &Effect, bodies: Bodies<'_>) -> Self {
        let change = match &effect.change {
            Change::Created => CanonicalChange::Created,
            Change::Deleted => CanonicalChange::Deleted,
            Change::Changed(fields) => CanonicalChange::Changed(all_became(fields, bodies)),
            Change::Scheduled { from, to } => {
                let to = to.as_deref().unwrap_or("gone");
                CanonicalChange::Scheduled(format!("{from} → {to}"))
            }
        };
        Self {
            subject: format!("{} {}", effect.kind, bodies.references.text(&effect.id)),
            change,
        }
    }
}

/// What became of the fields, by path: an element of a list that went and another that came in its
/// place have one line.
fn all_became(fields: &[FieldChange], bodies: Bodies<'_>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for field in fields {
        let (path, became) = became(field, bodies);
        match all.iter_mut().find(|(known, _)| *known == path) {
            Some((_, before)) => {
                before.push_str("; ");
                before.push_str(&became);
            }
            None => all.push((path, became)),
        }
    }
    all
}

/// A field, and what it was and is.
fn became(field: &FieldChange, bodies: Bodies<'_>) -> (String, String) {
    let side = |value: &Option<Value>| match value {
        None => "(absent)".to_owned(),
        Some(value) => brief(&bodies.value(value)),
    };
    let became = format!("{} → {}", side(&field.before), side(&field.after));
    (field.path.clone(), became)
}

/// `request /IpRnge additionalProperties: what is wrong`.
fn violation(violation: &Violation, references: &References) -> String {
    let breach = &violation.breach;
    let place = match breach.pointer.as_str() {
        "" => "(whole)",
        pointer => pointer,
    };
    let message = references.text(&breach.message);
    let mut line = format!("{} {place} {}: {message}", breach.side, breach.rule);
    if let Some(near) = &breach.did_you_mean {
        line.push_str("; did you mean `");
        line.push_str(near);
        line.push_str("`?");
    }
    line
}

/// A value within a line: texts without quotes where nothing else could be meant.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) && !text.contains('→') => text.clone(),
        value => value.to_string(),
    }
}

/// Whether a text can stand without quotes and not be taken for anything else: neither `"4014"`
/// nor `"0001"` is a number.
pub(super) fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.contains(|c: char| c.is_control() || matches!(c, '"' | '#'))
        && !text.starts_with(['[', '{', '-', '('])
        && serde_json::from_str::<Value>(text).is_err()
        && text.parse::<f64>().is_err()
}
