//! What the endpoint calls by another name than the recording, learnt from its answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::words::{is_address, is_hardware_address, sort_of, words};

/// The names that a recording and an endpoint have for the same things.
#[derive(Clone, Debug, Default)]
pub(super) struct Learnt {
    /// Words: identifiers, and what the author said. One means one thing for ever.
    there: BTreeMap<String, String>,
    /// The same the other way.
    here: BTreeMap<String, String>,
    /// Addresses, and other texts of the author's: they are replaced where they stand by themselves.
    texts: BTreeMap<String, String>,
    /// Page tokens: they are replaced where they are the whole of a text.
    tokens: BTreeMap<String, String>,
    /// Identifiers whose resource the endpoint did not make, and the exchange that made it.
    lost: BTreeMap<String, u64>,
}

impl Learnt {
    /// What the author says: `old` is called `new` there.
    pub(super) fn substitute(&mut self, old: &str, new: &str) {
        if matches!(words(old)[..], [(word, "")] if word == old) {
            self.there.insert(old.to_owned(), new.to_owned());
            self.here.insert(new.to_owned(), old.to_owned());
        } else {
            self.texts.insert(old.to_owned(), new.to_owned());
        }
    }

    /// That a page token is another one there.
    pub(super) fn token(&mut self, old: &str, new: &str) {
        self.tokens.insert(old.to_owned(), new.to_owned());
    }

    /// That an address is another one there; the same one may be given to another card later.
    fn address(&mut self, old: &str, new: &str) {
        if old == new {
            self.texts.remove(old);
        } else {
            self.texts.insert(old.to_owned(), new.to_owned());
        }
    }

    /// What a word is called there, if that is known.
    pub(super) fn name(&self, word: &str) -> Option<&str> {
        self.there.get(word).map(String::as_str)
    }

    /// Whether a word of the endpoint's stands for something of the recording.
    pub(super) fn stands_for(&self, word: &str) -> Option<&str> {
        self.here.get(word).map(String::as_str)
    }

    /// Whether two texts of the same place may stand for the same thing; whatever they teach about
    /// names is learnt. Of some places it is known that a name stands there.
    ///
    /// # Errors
    /// Which name contradicts what was learnt before; nothing when the texts are different in other
    /// ways.
    pub(super) fn agree(
        &mut self,
        old: &str,
        new: &str,
        names: bool,
    ) -> Result<(), Option<String>> {
        if is_address(old) && is_address(new) {
            let known = old == new || self.texts.get(old).is_some_and(|it| it == new);
            self.address(old, new);
            return if known { Ok(()) } else { Err(None) };
        }
        // Identifiers of other shapes, too; only an empty one names nothing.
        if names && !old.is_empty() && !new.is_empty() {
            return self.unify(old, new).map_err(Some);
        }
        if is_hardware_address(old) && is_hardware_address(new) {
            self.texts.insert(old.to_owned(), new.to_owned());
            return Ok(());
        }
        // Also when they are equal: what is called the same is learnt too.
        let (ours, theirs) = (words(old), words(new));
        let parallel = ours.len() == theirs.len()
            && ours
                .iter()
                .zip(&theirs)
                .all(|((one, rest), (other, same))| {
                    rest == same && (one == other || self.may_be(one, other))
                });
        if !parallel {
            return if self.translated(old) == new {
                Ok(())
            } else {
                Err(None)
            };
        }
        for ((word, _), (name, _)) in ours.iter().zip(&theirs) {
            if sort_of(word).is_some() || self.name(word).is_some() {
                self.unify(word, name).map_err(Some)?;
            }
        }
        Ok(())
    }

    /// Whether a word may be called so there, going by its shape or by what is known.
    fn may_be(&self, word: &str, name: &str) -> bool {
        let sort = sort_of(word);
        sort.is_some() && sort == sort_of(name) || self.name(word) == Some(name)
    }

    /// That a word is called so there.
    fn unify(&mut self, word: &str, name: &str) -> Result<(), String> {
        match (self.name(word), self.stands_for(name)) {
            (Some(known), _) if known != name => Err(format!("{word} was {known} before")),
            (None, Some(other)) => Err(format!("{name} stood for {other} before")),
            (Some(_), _) => Ok(()),
            (None, None) => {
                self.there.insert(word.to_owned(), name.to_owned());
                self.here.insert(name.to_owned(), word.to_owned());
                Ok(())
            }
        }
    }

    /// A text of the recording, as the endpoint would say it.
    pub(super) fn translated(&self, text: &str) -> String {
        let whole = [&self.tokens, &self.texts, &self.there];
        if let Some(new) = whole.into_iter().find_map(|known| known.get(text)) {
            return new.clone();
        }
        let mut out = String::with_capacity(text.len());
        for (word, rest) in words(text) {
            out.push_str(self.name(word).unwrap_or(word));
            out.push_str(rest);
        }
        // The longest first: it may hold another. What was put in is not looked at again.
        let mut texts: Vec<_> = self
            .texts
            .iter()
            .filter(|(old, _)| out.contains(*old))
            .collect();
        texts.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
        let mut parts = vec![(out, false)];
        for (old, new) in texts {
            let cut = |(part, done): (String, bool)| {
                if done {
                    vec![(part, true)]
                } else {
                    cut(&part, old, new)
                }
            };
            parts = parts.into_iter().flat_map(cut).collect();
        }
        parts.into_iter().map(|(part, _)| part).collect()
    }

    /// A request of the recording, as the endpoint is sent it.
    pub(super) fn request(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.translated(text).into(),
            Value::Array(values) => values.iter().map(|it| self.request(it)).collect(),
            Value::Object(object) => {
                let members = object.iter();
                members
                    .map(|(name, it)| (name.clone(), self.request(it)))
                    .collect()
            }
            value => value.clone(),
        }
    }

    /// Takes note of an answer that did not come: what it would have named, and the request did
    /// not, was not made there.
    pub(super) fn lose(&mut self, number: u64, request: &Value, reply: &Value) {
        let mut asked = BTreeSet::new();
        identifiers(request, &mut asked);
        let mut named = BTreeSet::new();
        identifiers(reply, &mut named);
        for word in named.difference(&asked) {
            if self.name(word).is_none() && !self.lost.contains_key(*word) {
                self.lost.insert((*word).to_owned(), number);
            }
        }
    }

    /// The first identifier in a request whose resource was not made there, and the exchange that
    /// made it when it was recorded.
    pub(super) fn missing<'r>(&self, request: &'r Value) -> Option<(&'r str, u64)> {
        let mut asked = BTreeSet::new();
        identifiers(request, &mut asked);
        let mut asked = asked.into_iter().filter(|word| self.name(word).is_none());
        asked.find_map(|word| Some((word, *self.lost.get(word)?)))
    }
}

/// A text in parts, cut where another stands by itself and is replaced.
fn cut(text: &str, old: &str, new: &str) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let mut kept = 0;
    for (at, _) in text.match_indices(old) {
        if at < kept || !stands_alone(text, at, at + old.len()) {
            continue;
        }
        parts.push((text[kept..at].to_owned(), false));
        parts.push((new.to_owned(), true));
        kept = at + old.len();
    }
    parts.push((text[kept..].to_owned(), false));
    parts
}

/// Whether no word goes on before or after a place: `10.0.0.4` is no part of `10.0.0.40` nor of
/// `110.0.0.4`, yet ends a sentence.
fn stands_alone(text: &str, begin: usize, end: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let joint = |c: char| c == '.' || c == ':';
    let mut before = text[..begin].chars().rev();
    let mut after = text[end..].chars();
    let free = |first: Option<char>, second: Option<char>| match first {
        Some(c) if joint(c) => !second.is_some_and(word),
        Some(c) => !word(c),
        None => true,
    };
    free(before.next(), before.next()) && free(after.next(), after.next())
}

/// The texts of a value that are identifiers as a whole.
fn identifiers<'v>(value: &'v Value, into: &mut BTreeSet<&'v str>) {
    match value {
        Value::String(text) if sort_of(text).is_some_and(|sort| sort != "account") => {
            into.insert(text);
        }
        Value::Array(values) => values.iter().for_each(|it| identifiers(it, into)),
        Value::Object(object) => object.values().for_each(|it| identifiers(it, into)),
        _ => {}
    }
}
