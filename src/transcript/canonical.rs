//! The canonical form: references instead of identifiers, relative instead of absolute instants.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, Unit};

use crate::cloud::{clock, families};

/// Identifiers that are no resource's own: prefix and what they are called.
const OTHERS: &[(&str, &str)] = &[
    ("eipassoc-", "public_ip_link"),
    ("eni-attach-", "nic_link"),
    ("pl-", "service"),
    ("r-", "reservation"),
    ("rtbassoc-", "route_table_link"),
];

/// Replaces what differs from run to run, in the order in which it is met.
#[derive(Debug)]
pub(crate) struct Canonical {
    start: Timestamp,
    references: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
}

impl Canonical {
    /// Nothing met yet; instants are relative to `start`.
    pub(crate) fn new(start: Timestamp) -> Self {
        Self {
            start,
            references: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// A text with every identifier and instant in it replaced.
    pub(crate) fn text<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if let Some(instant) = self.instant(text) {
            return Cow::Owned(instant);
        }
        let mut out = String::new();
        let mut kept = 0;
        let mut at = 0;
        while let Some((begin, end)) = next_word(text, at) {
            if let Some(reference) = self.reference(&text[begin..end]) {
                out.push_str(&text[kept..begin]);
                out.push_str(&reference);
                kept = end;
            }
            at = end;
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[kept..]);
        Cow::Owned(out)
    }

    /// A page token, which means nothing to anyone but the cloud.
    pub(crate) fn page(&mut self, token: &str) -> String {
        self.given("page", token)
    }

    /// The reference of an identifier, given when it is first met.
    fn reference(&mut self, word: &str) -> Option<String> {
        name_of(word).map(|name| self.given(&name, word))
    }

    fn given(&mut self, name: &str, word: &str) -> String {
        if let Some(reference) = self.references.get(word) {
            return reference.clone();
        }
        let count = self.counts.entry(name.to_owned()).or_default();
        *count += 1;
        let reference = format!("<{name}:{count}>");
        self.references.insert(word.to_owned(), reference.clone());
        reference
    }

    /// `<start>`, `<start+90s>`: an instant since the cloud began. Older ones are facts of the
    /// seeded resources and stay.
    fn instant(&self, text: &str) -> Option<String> {
        if text.len() < 20 || text.as_bytes().get(10) != Some(&b'T') {
            return None;
        }
        let since = clock::read(text)?.duration_since(self.start);
        if since.is_negative() {
            return None;
        }
        let rounded = since.round(Unit::Millisecond).unwrap_or(since);
        Some(if rounded == SignedDuration::ZERO {
            "<start>".to_owned()
        } else {
            format!("<start+{rounded:#}>")
        })
    }
}

/// The next run of letters, digits and dashes.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let begin = from + text[from..].find(inside)?;
    let length = text[begin..].find(|c| !inside(c));
    Some((begin, length.map_or(text.len(), |length| begin + length)))
}

/// What an identifier identifies, if it is one.
fn name_of(word: &str) -> Option<String> {
    let dash = word.rfind('-')?;
    let (prefix, digits) = word.split_at(dash + 1);
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if !matches!(digits.len(), 8 | 32) || !digits.bytes().all(hex) {
        return None;
    }
    if let Ok(at) = OTHERS.binary_search_by(|(other, _)| (*other).cmp(prefix)) {
        return Some(OTHERS[at].1.to_owned());
    }
    families::kinds()
        .find(|kind| kind.prefix == prefix)
        .map(|kind| snake(kind.name))
}

/// `SecurityGroup` → `security_group`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical() -> Canonical {
        Canonical::new("2024-05-06T07:08:09Z".parse().expect("an instant"))
    }

    #[test]
    fn identity_is_kept_across_texts() {
        let mut canonical = canonical();
        assert_eq!(canonical.text("vpc-0000000a"), "<net:1>");
        assert_eq!(canonical.text("vpc-0000000b"), "<net:2>");
        assert_eq!(
            canonical.text("The NetId 'vpc-0000000a' doesn't exist."),
            "The NetId '<net:1>' doesn't exist."
        );
        assert_eq!(canonical.text("eni-attach-0000000a"), "<nic_link:1>");
        assert_eq!(canonical.text("sg-0000000a"), "<security_group:1>");
    }

    #[test]
    fn other_texts_stay() {
        let mut canonical = canonical();
        for text in [
            "vpc-",
            "vpc-0000000",
            "vpc-0000000G",
            "my-vpc-0000000a",
            "é-x",
            "",
        ] {
            assert_eq!(canonical.text(text), text);
        }
    }

    #[test]
    fn instants_are_relative() {
        let mut canonical = canonical();
        assert_eq!(canonical.text("2024-05-06T07:08:09.000Z"), "<start>");
        assert_eq!(
            canonical.text("2024-05-06T07:09:39.000+0000"),
            "<start+1m 30s>"
        );
        assert_eq!(
            canonical.text("2010-10-01T12:34:56.789Z"),
            "2010-10-01T12:34:56.789Z"
        );
    }
}
