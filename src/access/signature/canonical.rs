//! The canonical form of a request, and the string to sign that is made from it.
//!
//! Left out: `.` and `..` in a path, and percent-encoding it anew; no operation's path needs it.

use crate::wire::{Headers, WireRequest};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// A canonical request, part by part.
#[derive(Clone, PartialEq)]
pub(super) struct Canonical<'r> {
    pub(super) method: Cow<'r, str>,
    pub(super) path: Cow<'r, str>,
    pub(super) query: Cow<'r, str>,
    /// Names and values of the signed headers, in the order of signing.
    pub(super) headers: Vec<(Cow<'r, str>, Cow<'r, str>)>,
    /// What ends the headers: an empty line.
    pub(super) gap: &'static str,
    /// The names of the signed headers, as sent.
    pub(super) names: Cow<'r, str>,
    /// The hexadecimal SHA-256 of the body.
    pub(super) body: Cow<'r, str>,
}

impl<'r> Canonical<'r> {
    /// The canonical form of a request with these headers, of which those of these names are
    /// signed. A header that is not there counts as empty.
    pub(super) fn of(request: &'r WireRequest, headers: &'r Headers, names: &[&'r str]) -> Self {
        Self {
            method: Cow::Borrowed(&request.method),
            path: rooted(Cow::Borrowed(&request.path)),
            query: Cow::Owned(canonical_query(&request.query)),
            headers: names
                .iter()
                .map(|name| lower(name))
                .map(|name| (name.clone(), value(headers, &name)))
                .collect(),
            gap: "\n",
            names: Cow::Owned(names.join(";")),
            body: Cow::Owned(digest(&request.body)),
        }
    }

    /// Moves the request to this path and host.
    pub(super) fn at(&mut self, path: Cow<'r, str>, host: Cow<'r, str>) {
        self.path = rooted(path);
        self.change("host", |value| *value = host);
    }

    /// Changes the value of a signed header (lower case), if there is one of that name.
    pub(super) fn change(&mut self, header: &str, change: impl FnOnce(&mut Cow<'r, str>)) {
        let found = self.headers.iter_mut().find(|(name, _)| name == header);
        if let Some((_, value)) = found {
            change(value);
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(512);
        for part in [&self.method, &self.path, &self.query] {
            text.push_str(part);
            text.push('\n');
        }
        for (name, value) in &self.headers {
            for part in [name, ":", value, "\n"] {
                text.push_str(part);
            }
        }
        for part in [self.gap, &self.names, "\n", &self.body] {
            text.push_str(part);
        }
        text
    }
}

/// What is signed in the end.
///
/// `hash` is that of the canonical request.
pub(super) fn string_to_sign(algorithm: &str, timestamp: &str, scope: &str, hash: &str) -> String {
    [algorithm, timestamp, scope, hash].join("\n")
}

/// The path, which is `/` when it is empty.
fn rooted(path: Cow<'_, str>) -> Cow<'_, str> {
    if path.is_empty() {
        Cow::Borrowed("/")
    } else {
        path
    }
}

/// The path with every run of slashes made one.
pub(super) fn collapsed(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut collapsed = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !collapsed.ends_with('/') {
            collapsed.push(character);
        }
    }
    Cow::Owned(collapsed)
}

/// A host without its port, if it has one.
pub(super) fn without_port(host: &str) -> Option<&str> {
    let (name, port) = host.rsplit_once(':')?;
    port.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(name)
}

/// The name in lower case, without a copy when it is so already.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The SHA-256 in lower-case hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The values of every header of that name (lower case), joined by commas.
fn value<'r>(headers: &'r Headers, name: &str) -> Cow<'r, str> {
    let mut values = headers
        .iter()
        .filter(|(each, _)| *each == name)
        .map(|(_, value)| squeezed(value));
    let first = values.next().unwrap_or_default();
    values.fold(first, |joined, value| joined + "," + value)
}

/// A header's value without outer blanks and with inner runs of spaces made one.
fn squeezed(value: &str) -> Cow<'_, str> {
    let value = value.trim_matches([' ', '\t']);
    if !value.contains("  ") {
        return Cow::Borrowed(value);
    }
    let words: Vec<_> = value.split(' ').filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// The parameters of a query, encoded in one way and sorted by name, then value.
fn canonical_query(query: &str) -> String {
    let mut parameters: Vec<_> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            (encoded(name), encoded(value))
        })
        .collect();
    parameters.sort();
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, value)| [name, "=", value].concat())
        .collect();
    parameters.join("&")
}

/// Percent-encodes all but the unreserved characters of RFC 3986, after decoding what is encoded.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, tail) = match tail {
            [high, low, tail @ ..] if *first == b'%' => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, tail),
                _ => (*first, &rest[1..]),
            },
            _ => (*first, tail),
        };
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex(&[byte]).to_ascii_uppercase());
        }
        rest = tail;
    }
    encoded
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    let value = char::from(byte).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::{Canonical, WireRequest, canonical_query, collapsed, without_port};
    use rstest::rstest;
    use std::borrow::Cow;

    #[test]
    fn a_canonical_request() {
        let request = WireRequest {
            method: "POST".to_owned(),
            path: "/api/v1/ReadVms".to_owned(),
            headers: [
                ("X-Two", "first"),
                ("Host", "not this one"),
                ("X-Spaces", " \t a   b c \t"),
                ("X-Two", " second "),
                ("X-Not-Signed", "x"),
            ]
            .into_iter()
            .collect(),
            ..WireRequest::default()
        };
        let names = ["host", "X-Spaces", "x-two", "x-none"];
        let mut canonical = Canonical::of(&request, &request.headers, &names);
        canonical.at(Cow::Borrowed(&request.path), Cow::Borrowed("localhost:80"));
        assert_eq!(
            canonical.text(),
            "POST\n/api/v1/ReadVms\n\nhost:localhost:80\nx-spaces:a b c\nx-two:first,second\n\
             x-none:\n\nhost;X-Spaces;x-two;x-none\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        canonical.at(Cow::Borrowed(""), Cow::Borrowed("h"));
        assert!(canonical.text().starts_with("POST\n/\n"));
    }

    #[rstest]
    #[case("", "")]
    #[case("b=2&a=1&a=0", "a=0&a=1&b=2")]
    #[case("flag&a=b=c", "a=b%3Dc&flag=")]
    #[case("a=%7e%2f%C3%A9&b=é +", "a=~%2F%C3%A9&b=%C3%A9%20%2B")]
    #[case("a=%&b=%2&c=%zz&&", "a=%25&b=%252&c=%25zz")]
    fn queries(#[case] query: &str, #[case] canonical: &str) {
        assert_eq!(canonical_query(query), canonical);
    }

    #[rstest]
    #[case("", "")]
    #[case("/api/v1/ReadVms", "/api/v1/ReadVms")]
    #[case("//api///v1/ReadVms//", "/api/v1/ReadVms/")]
    fn paths(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(collapsed(path), expected);
    }

    #[rstest]
    #[case("localhost", None)]
    #[case("localhost:8080", Some("localhost"))]
    #[case("[::1]:8080", Some("[::1]"))]
    #[case("[::1]", None)]
    fn ports(#[case] host: &str, #[case] expected: Option<&str>) {
        assert_eq!(without_port(host), expected);
    }
}
