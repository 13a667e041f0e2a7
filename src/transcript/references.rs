//! References instead of identifiers, relative instead of absolute instants.
//!
//! An identifier with a prefix is known wherever it stands. One without a prefix is a word like any
//! other: it is met where a property or an effect says what it is, and known everywhere from then on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::exchange::{Exchange, Said};
use super::instants::Instants;
use crate::cloud::effect::{Change, Effect};
use crate::cloud::families;
use crate::cloud::family::Kind;

/// The property that holds a page token.
pub(crate) const PAGE: &str = "NextPageToken";

/// Identifiers that are no resource's own: prefix and what they are called.
const OTHERS: &[(&str, &str)] = &[
    ("eipassoc-", "public_ip_link"),
    ("eni-attach-", "nic_link"),
    ("pl-", "service"),
    ("r-", "reservation"),
    ("rtbassoc-", "route_table_link"),
];

/// The kind whose identifiers stay: a caller is shown by the number of its account.
const KEPT: &str = "Account";

/// The references of a conversation: given in one pass over all of it, only looked up afterwards.
#[derive(Debug)]
pub(super) struct References {
    instants: Instants,
    names: BTreeMap<String, String>,
    pages: BTreeMap<String, String>,
}

impl References {
    /// Names everything in a conversation, in the order in which it is met; instants are relative
    /// to `start`.
    pub(super) fn of(start: Timestamp, exchanges: &[Arc<Exchange>]) -> Self {
        let mut pass = Pass::default();
        for exchange in exchanges {
            pass.exchange(exchange);
        }
        Self {
            instants: Instants::of(start, exchanges),
            names: pass.names,
            pages: pass.pages,
        }
    }

    /// A text with every identifier in it replaced, or the instant that it is.
    pub(super) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if let Some(instant) = self.instants.relative(text) {
            return Cow::Owned(instant);
        }
        let mut out = String::new();
        let mut kept = 0;
        for (begin, end) in words(text) {
            if let Some(reference) = self.names.get(&text[begin..end]) {
                out.push_str(&text[kept..begin]);
                out.push_str(reference);
                kept = end;
            }
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out.push_str(&text[kept..]);
        Cow::Owned(out)
    }

    /// The same of what repeats between quotes what a client said.
    pub(super) fn quoted<'t>(&self, text: &'t str) -> Cow<'t, str> {
        const QUOTES: [char; 2] = ['\'', '"'];
        let parts = text.split_inclusive(QUOTES).map(|part| {
            let (part, quote) = part.split_at(part.trim_end_matches(QUOTES).len());
            self.text(part).into_owned() + quote
        });
        Cow::Owned(parts.collect())
    }

    /// A text with each identifier followed by its reference.
    pub(super) fn beside(&self, text: &str) -> String {
        let mut out = String::new();
        let mut kept = 0;
        for (begin, end) in words(text) {
            if let Some(reference) = self.names.get(&text[begin..end]) {
                out.push_str(&text[kept..end]);
                out.push(' ');
                out.push_str(reference);
                kept = end;
            }
        }
        out.push_str(&text[kept..]);
        out
    }

    /// A page token, which means nothing to anyone but the cloud.
    pub(super) fn page<'t>(&'t self, token: &'t str) -> &'t str {
        self.pages.get(token).map_or(token, String::as_str)
    }
}

/// The pass that gives the references.
#[derive(Default)]
struct Pass {
    names: BTreeMap<String, String>,
    /// Page tokens are references only where they stand as such.
    pages: BTreeMap<String, String>,
    counts: BTreeMap<String, usize>,
}

impl Pass {
    fn exchange(&mut self, exchange: &Exchange) {
        // One without a name: keys are made anew for each run, and with them what is signed.
        let certificate = exchange.certificate.as_deref();
        if let Some(fingerprint) = certificate.filter(|it| is_fingerprint(it)) {
            self.meet("certificate", fingerprint);
        }
        for said in [&exchange.request, &exchange.reply] {
            if let Said::Json(body) = said {
                self.value(body);
            }
        }
        for effect in &exchange.effects {
            self.effect(effect);
        }
        for violation in &exchange.violations {
            self.text(&violation.breach.message);
        }
    }

    fn effect(&mut self, effect: &Effect) {
        self.text(&effect.id);
        if let Some(kind) = families::kind(&effect.kind).filter(|kind| is_opaque(kind)) {
            self.opaque(kind, &effect.id);
        }
        if let Change::Changed(fields) = &effect.change {
            for field in fields {
                let sides = [&field.before, &field.after];
                sides.into_iter().flatten().for_each(|it| self.value(it));
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(values) => values.iter().for_each(|value| self.value(value)),
            Value::Object(object) => {
                for (key, value) in sorted(object) {
                    match value {
                        Value::String(token) if key == PAGE => self.page(token),
                        value => {
                            self.opaques(key, value);
                            self.value(value);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for (begin, end) in words(text) {
            let word = &text[begin..end];
            if let Some(name) = name_of(word) {
                self.meet(&name, word);
            }
        }
    }

    /// What a property of that name, or of its plural, identifies without a prefix.
    fn opaques(&mut self, property: &str, value: &Value) {
        let one = property.strip_suffix('s').unwrap_or(property);
        let Some(kind) = families::kind_identified_by(one).filter(|kind| is_opaque(kind)) else {
            return;
        };
        let ids = match value {
            Value::Array(ids) => ids.as_slice(),
            id => std::slice::from_ref(id),
        };
        for id in ids.iter().filter_map(Value::as_str) {
            self.opaque(kind, id);
        }
    }

    fn opaque(&mut self, kind: &Kind, id: &str) {
        if kind.fits(id) {
            self.meet(&snake(kind.name), id);
        }
    }

    fn meet(&mut self, name: &str, word: &str) {
        if !self.names.contains_key(word) {
            let reference = self.next(name);
            self.names.insert(word.to_owned(), reference);
        }
    }

    fn page(&mut self, token: &str) {
        if !self.pages.contains_key(token) {
            let reference = self.next("page");
            self.pages.insert(token.to_owned(), reference);
        }
    }

    fn next(&mut self, name: &str) -> String {
        let count = self.counts.entry(name.to_owned()).or_default();
        *count += 1;
        format!("<{name}:{count}>")
    }
}

/// Whether references stand for a kind's identifiers though these have no prefix.
fn is_opaque(kind: &Kind) -> bool {
    kind.is_opaque() && kind.name != KEPT
}

/// The members of an object by name, whatever the map's own order is, but for the answer's context:
/// its request id is the exchange's number in another form.
pub(super) fn sorted(object: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut members: Vec<_> = object
        .iter()
        .filter(|(key, _)| *key != "ResponseContext")
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members
}

/// The runs of letters, digits and dashes: where each begins and ends.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let word = next_word(text, at)?;
        at = word.1;
        Some(word)
    })
}

/// The next run of letters, digits and dashes.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let begin = from + text[from..].find(inside)?;
    let length = text[begin..].find(|c| !inside(c));
    Some((begin, length.map_or(text.len(), |length| begin + length)))
}

/// Whether a text is the fingerprint of a certificate.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
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
    use serde_json::json;

    use super::*;

    /// References after a conversation in which those texts were met.
    fn met(texts: &[&str]) -> References {
        let mut pass = Pass::default();
        for text in texts {
            pass.text(text);
        }
        after(pass)
    }

    /// References after a conversation in which that body was said.
    fn said(body: &Value) -> References {
        let mut pass = Pass::default();
        pass.value(body);
        after(pass)
    }

    fn after(pass: Pass) -> References {
        References {
            instants: Instants::of("2024-05-06T07:08:09Z".parse().expect("an instant"), &[]),
            names: pass.names,
            pages: pass.pages,
        }
    }

    #[test]
    fn identity_is_kept_across_texts() {
        let references = met(&[
            "vpc-0000000a",
            "vpc-0000000b eni-attach-0000000a vpc-0000000a",
            "sg-0000000a",
        ]);
        for (text, canonical) in [
            ("vpc-0000000b", "<net:2>"),
            (
                "The NetId 'vpc-0000000a' doesn't exist.",
                "The NetId '<net:1>' doesn't exist.",
            ),
            ("eni-attach-0000000a", "<nic_link:1>"),
            ("sg-0000000a", "<security_group:1>"),
        ] {
            assert_eq!(references.text(text), canonical);
        }
    }

    #[test]
    fn other_texts_stay() {
        let texts = [
            "vpc-",
            "vpc-0000000",
            "vpc-0000000G",
            "my-vpc-0000000a",
            "é-x",
            "",
        ];
        let references = met(&texts);
        for text in texts {
            assert_eq!(references.text(text), text);
        }
        assert_eq!(references.text("vpc-0000000a"), "vpc-0000000a", "never met");
    }

    const KEY: &str = "MOCKSCALE00000000001";

    #[test]
    fn an_identifier_without_a_prefix_is_met_where_a_property_says_what_it_is() {
        for body in [
            json!({ "AccessKeyId": KEY }),
            json!({ "Filters": { "AccessKeyIds": [KEY] } }),
            json!({ "AccessKeys": [{ "AccessKeyId": KEY }] }),
        ] {
            let references = said(&body);
            assert_eq!(references.text(KEY), "<access_key:1>", "{body}");
            assert_eq!(
                references.text(&format!("The access key '{KEY}' is ACTIVE.")),
                "The access key '<access_key:1>' is ACTIVE."
            );
            let longer = format!("{KEY}0");
            assert_eq!(references.text(&longer), longer, "no word of its own");
        }
        let users = json!({ "UserId": "U".repeat(31), "AccessKeyId": "NONE" });
        assert_eq!(said(&users).text(&"U".repeat(31)), "<user:1>");
        assert_eq!(said(&users).text("NONE"), "NONE", "not of that form");
    }

    #[test]
    fn an_identifier_without_a_prefix_is_met_where_an_effect_names_it() {
        let mut pass = Pass::default();
        pass.effect(&Effect {
            kind: "AccessKey".into(),
            id: KEY.to_owned(),
            change: Change::Created,
        });
        assert_eq!(after(pass).text(KEY), "<access_key:1>");
    }

    #[test]
    fn what_nothing_identifies_and_accounts_stay() {
        let body = json!({ "Name": KEY, "AccountId": "123456789012", "NextPageToken": "UGFnZQ" });
        let references = said(&body);
        for text in [KEY, "123456789012", "UGFnZQ"] {
            assert_eq!(references.text(text), text);
        }
        assert_eq!(references.page("UGFnZQ"), "<page:1>");
    }

    #[test]
    fn instants_are_relative_where_they_are_all_of_a_text_or_are_quoted() {
        let references = met(&["vpc-0000000a"]);
        let hour = "2024-05-06T08:08:09Z";
        assert_eq!(references.text(hour), "<start+1h>");
        let text = format!("vpc-0000000a: '{hour}', \"{hour}\"; {hour}");
        let told = format!("<net:1>: '{hour}', \"{hour}\"; {hour}");
        assert_eq!(references.text(&text), told);
        let told = format!("<net:1>: '<start+1h>', \"<start+1h>\"; {hour}");
        assert_eq!(references.quoted(&text), told);
    }
}
