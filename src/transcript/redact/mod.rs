//! What must not be read is replaced: secrets, by the names of their properties, where an exchange
//! is recorded; then what the author names by its path, there or in a transcript.
//!
//! A path is looked for in both bodies, in what changed and in what broke the contract. What an
//! author hides where it is recorded is hidden wherever the same text stands in that exchange: an
//! error may quote it. Left out: hiding it in other exchanges, where it has a path of its own
//! (`**.UserData` covers them all).

mod path;
mod secret;
mod texts;

pub(crate) use path::{Path, Place};
pub(crate) use secret::{mask_effects, mask_misspelt, redacted, secrets};
pub(crate) use texts::Texts;

use std::sync::Arc;

use serde_json::Value;

use super::{Exchange, Said, Transcript};
use crate::cloud::effect::{Change, Effect};
use crate::contract::{Breach, MASK, Side};

/// What stands in place of what an author hides.
pub(crate) const HIDDEN: &str = "<redacted>";

impl Transcript {
    /// Replaces what stands at a path, in the bodies, the effects and the violations of what is
    /// shown.
    ///
    /// A path is property names joined by dots; lists on the way are implied. `*` stands for any one
    /// property, `**` for any number of them. A field of an effect is found below its kind: the path
    /// `Vms.State` is also a changed `Vm`'s `State`. Null stays null. To keep something out of
    /// everything that is ever written, see [`CloudBuilder::redact`](crate::CloudBuilder::redact).
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let transcript = cloud.transcript().redact("**.IpRange", "<range>");
    /// assert!(!transcript.to_yaml().contains("10.0.0.0"));
    /// ```
    ///
    /// # Panics
    /// When the path cannot be read.
    #[track_caller]
    pub fn redact(&self, path: &str, replacement: impl Into<Value>) -> Self {
        let replacement = replacement.into();
        self.redact_with(path, |value| match value {
            Value::Null => Value::Null,
            _ => replacement.clone(),
        })
    }

    /// [`Transcript::redact`] by a function of what stands there.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let transcript = cloud.transcript().redact_with("Net.IpRange", |range| {
    ///     json!(format!("{} characters", range.as_str().unwrap_or_default().len()))
    /// });
    /// assert!(transcript.to_yaml().contains("IpRange: 11 characters"));
    /// ```
    ///
    /// # Panics
    /// When the path cannot be read.
    #[track_caller]
    pub fn redact_with(&self, path: &str, replace: impl Fn(&Value) -> Value) -> Self {
        let path = readable(path);
        let mut replace = |value: &mut Value| *value = replace(value);
        let redacted = self.exchanges().iter().map(|exchange| {
            let mut exchange = Exchange::clone(exchange);
            visit(&mut exchange, &path, &mut replace);
            Arc::new(exchange)
        });
        self.showing(redacted)
    }
}

/// Hides secrets that somebody has put where none belongs: a refusal quotes what was wrong.
pub(crate) fn hide_misplaced(exchange: &mut Exchange, secrets: Vec<String>) {
    let texts = Texts::from(secrets);
    // The request was seen to before.
    let quoted = matches!(&exchange.reply, Said::Json(body) if texts.stand_in(body));
    let mut violations = exchange.violations.iter();
    if quoted || violations.any(|it| texts.stand_in(&it.breach.said)) {
        hide_texts(exchange, &texts, MASK);
    }
}

/// Hides misplaced secrets in a body, and says whether there were any.
pub(crate) fn hide_misplaced_in(said: &mut Said, secrets: Vec<String>) -> bool {
    let texts = Texts::from(secrets);
    match said {
        Said::Json(body) if texts.stand_in(body) => {
            texts.hide_in_value(Arc::make_mut(body), MASK);
            true
        }
        _ => false,
    }
}

/// The path that an author wrote.
#[track_caller]
fn readable(path: &str) -> Path {
    match Path::parse(path) {
        Ok(path) => path,
        Err(malformed) => panic!("{malformed}"),
    }
}

/// What an author hides where exchanges are recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Redactions(Vec<Path>);

impl Redactions {
    /// Hides also what stands at a path.
    ///
    /// # Panics
    /// When the path cannot be read.
    #[track_caller]
    pub(crate) fn add(&mut self, path: &str) {
        self.0.push(readable(path));
    }

    /// Whether nothing is to be hidden.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Hides what is to be hidden in an exchange.
    pub(crate) fn hide(&self, exchange: &mut Exchange) {
        let mut hidden = Vec::new();
        for path in &self.0 {
            visit(exchange, path, &mut |value| hide(value, &mut hidden));
        }
        let texts = Texts::of(&hidden, HIDDEN);
        if !texts.is_empty() {
            hide_texts(exchange, &texts, HIDDEN);
        }
    }

    /// Hides what is to be hidden in a part of a body.
    pub(crate) fn hide_in(&self, body: &mut Value) {
        for path in &self.0 {
            let visitor: Visitor<'_> = &mut |value| hide(value, &mut Vec::new());
            walk(body, path, &path.start(), visitor);
        }
    }
}

/// Hides a value that is there, and keeps it in `hidden`.
fn hide(value: &mut Value, hidden: &mut Vec<Value>) {
    if !value.is_null() {
        hidden.push(std::mem::replace(value, HIDDEN.into()));
    }
}

/// Whoever is told of a value that a path leads to, and may replace it.
type Visitor<'v> = &'v mut dyn FnMut(&mut Value);

/// Everything in an exchange that a path leads to.
fn visit(exchange: &mut Exchange, path: &Path, visitor: Visitor<'_>) {
    for said in [&mut exchange.request, &mut exchange.reply] {
        if let Said::Json(body) = said {
            walk(Arc::make_mut(body), path, &path.start(), visitor);
        }
    }
    for effect in &mut exchange.effects {
        visit_effect(effect, path, visitor);
    }
    for violation in &mut exchange.violations {
        let breach = &mut violation.breach;
        let body = match breach.side {
            Side::Request => &mut exchange.request,
            Side::Reply => &mut exchange.reply,
        };
        visit_breach(breach, body, path, visitor);
    }
}

/// Everything below a value that a path leads to from a place.
fn walk(value: &mut Value, path: &Path, place: &Place, visitor: Visitor<'_>) {
    match value {
        _ if place.is_nowhere() => {}
        Value::Array(values) => {
            for value in values {
                walk(value, path, place, visitor);
            }
        }
        Value::Object(object) => {
            for (property, value) in object.iter_mut() {
                arrive(value, path, &path.step(place, property), visitor);
            }
        }
        _ => {}
    }
}

/// A value at a place: the end of the path, or on the way.
fn arrive(value: &mut Value, path: &Path, place: &Place, visitor: Visitor<'_>) {
    if path.is_end(place) {
        visitor(value);
    } else {
        walk(value, path, place, visitor);
    }
}

fn visit_effect(effect: &mut Effect, path: &Path, visitor: Visitor<'_>) {
    let Change::Changed(fields) = &mut effect.change else {
        return;
    };
    for field in fields {
        let names = field.path.split('.');
        // `Tags[0]` is an element of the list `Tags`.
        let names = names.map(|name| name.split('[').next().unwrap_or(name));
        let mut place = path.start_in(&effect.kind);
        let mut ended = false;
        for name in names {
            place = path.step(&place, name);
            ended = ended || path.is_end(&place);
        }
        for value in [&mut field.before, &mut field.after].into_iter().flatten() {
            if ended {
                visitor(value);
            } else {
                walk(value, path, &place, visitor);
            }
        }
    }
}

/// The offending value, which a breach quotes: what stands at its pointer in the body. A misspelt
/// name counts as the one that it is a slip of, in the body too.
fn visit_breach(breach: &mut Breach, body: &mut Said, path: &Path, visitor: Visitor<'_>) {
    let mut place = path.start();
    let mut ended = false;
    let mut slipped = false;
    let mut names = breach.pointer.split('/').skip(1).peekable();
    while let Some(name) = names.next() {
        if name.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let next = path.step(&place, name);
        let before = std::mem::replace(&mut place, next);
        ended = ended || path.is_end(&place);
        if let (None, Some(meant)) = (names.peek(), &breach.did_you_mean) {
            slipped = path.is_end(&path.step(&before, meant));
        }
    }
    if slipped
        && let Said::Json(body) = body
        && let Some(said) = Arc::make_mut(body).pointer_mut(&breach.pointer)
    {
        visitor(said);
    }
    if ended || slipped {
        visitor(&mut breach.said);
    } else {
        walk(&mut breach.said, path, &place, visitor);
    }
}

/// Replaces texts wherever they stand in an exchange.
fn hide_texts(exchange: &mut Exchange, texts: &Texts, with: &str) {
    let in_text = |text: &mut String| texts.hide_in_text(text, with);
    let in_value = |value: &mut Value| texts.hide_in_value(value, with);
    for said in [&mut exchange.request, &mut exchange.reply] {
        match said {
            Said::Json(body) => in_value(Arc::make_mut(body)),
            Said::Unreadable(why) => in_text(why),
        }
    }
    for effect in &mut exchange.effects {
        in_text(&mut effect.id);
        if let Change::Changed(fields) = &mut effect.change {
            for field in fields {
                let sides = [&mut field.before, &mut field.after].into_iter();
                sides.flatten().for_each(in_value);
            }
        }
    }
    for violation in &mut exchange.violations {
        let breach = &mut violation.breach;
        in_value(&mut breach.said);
        in_text(&mut breach.message);
        if let Some(near) = &mut breach.did_you_mean {
            in_text(near);
        }
    }
    for text in [&mut exchange.explanation, &mut exchange.agent]
        .into_iter()
        .flatten()
    {
        in_text(text);
    }
    if let Some(http) = &mut exchange.http {
        in_text(&mut http.path);
        http.headers
            .iter_mut()
            .for_each(|(_, value)| in_text(value));
    }
}
