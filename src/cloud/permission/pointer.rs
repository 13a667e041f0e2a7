//! JSON pointers into a policy document, and what is said of a place that is wrong.

use std::fmt;

use serde_json::Value;

use crate::cloud::object::Object;
use crate::contract::{did_you_mean, nearest};

/// How much of a wrong value a refusal quotes, in characters.
const QUOTED: usize = 40;

/// Why a text is no policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadDocument {
    /// Where it is wrong: a JSON pointer, empty for the whole.
    pub pointer: String,
    /// What is wrong there, and what would be right.
    pub problem: String,
}

impl fmt::Display for BadDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(f, "The policy document is refused: {}.", self.problem),
            at => write!(
                f,
                "The policy document is refused at {at}: {}.",
                self.problem
            ),
        }
    }
}

impl std::error::Error for BadDocument {}

/// A place in a document: a JSON pointer.
#[derive(Debug, Default)]
pub(super) struct At(String);

impl At {
    pub(super) fn below(&self, element: &str) -> Self {
        let element = cut(element).replace('~', "~0").replace('/', "~1");
        Self(format!("{}/{element}", self.0))
    }

    pub(super) fn refuse(&self, problem: String) -> BadDocument {
        BadDocument {
            pointer: self.0.clone(),
            problem,
        }
    }

    pub(super) fn unfit(&self, value: &Value, right: &str) -> BadDocument {
        self.refuse(format!(
            "it is {}; it must be {right}",
            cut(&value.to_string())
        ))
    }

    /// An object that has no other elements than those.
    pub(super) fn object<'v>(
        &self,
        value: &'v Value,
        elements: &[&str],
    ) -> Result<&'v Object, BadDocument> {
        let object = value
            .as_object()
            .ok_or_else(|| self.unfit(value, "an object"))?;
        if let Some(other) = object.keys().find(|key| !elements.contains(&key.as_str())) {
            let near = nearest(&cut(other), elements.iter().copied());
            return Err(self.below(other).refuse(format!(
                "there is no such element among {}{}",
                elements.join(", "),
                did_you_mean(near)
            )));
        }
        Ok(object)
    }

    pub(super) fn required<'v>(
        &self,
        object: &'v Object,
        element: &str,
    ) -> Result<&'v Value, BadDocument> {
        object
            .get(element)
            .ok_or_else(|| self.refuse(format!("it has no {element}")))
    }

    pub(super) fn text<'v>(&self, value: &'v Value) -> Result<&'v str, BadDocument> {
        value.as_str().ok_or_else(|| self.unfit(value, "a text"))
    }

    /// A text or a list of texts, each with its place.
    pub(super) fn texts(&self, value: &Value) -> Result<Vec<(Self, String)>, BadDocument> {
        let list = match value {
            Value::String(text) => return Ok(vec![(Self(self.0.clone()), text.clone())]),
            Value::Array(list) if !list.is_empty() => list,
            other => return Err(self.unfit(other, "a text or a list of texts")),
        };
        let each = (0..).zip(list).map(|(n, value)| {
            let at = self.below(&format!("{n}"));
            let text = at.text(value)?.to_owned();
            Ok((at, text))
        });
        each.collect()
    }
}

/// The beginning of a text, short enough to be quoted.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
