//! Which texts mean something only to who wrote them, by their shape.

use std::net::Ipv4Addr;

use crate::cloud::clock;

/// The runs of letters, digits and dashes in a text, and what stands between them: `(word, rest)`,
/// the first word possibly empty.
pub(super) fn words(text: &str) -> Vec<(&str, &str)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut words = Vec::new();
    let mut left = text;
    while !left.is_empty() {
        let end = left.find(|c| !inside(c)).unwrap_or(left.len());
        let (word, rest) = left.split_at(end);
        let next = rest.find(inside).unwrap_or(rest.len());
        words.push((word, &rest[..next]));
        left = &rest[next..];
    }
    words
}

/// What sort of identifier a word is: its prefix, or that it is the number of an account. Two of one
/// sort may stand for the same thing.
///
/// Not by the kinds that a cloud of ours has: a real service has more.
pub(super) fn sort_of(word: &str) -> Option<&str> {
    if word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit()) {
        return Some("account");
    }
    let (prefix, digits) = word.split_at(word.rfind('-')? + 1);
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    let letters = |b: u8| b.is_ascii_lowercase() || b == b'-';
    let named = prefix.starts_with(|c: char| c.is_ascii_lowercase());
    let numbered = matches!(digits.len(), 8 | 17 | 32) && digits.bytes().all(hex);
    (named && numbered && prefix.bytes().all(letters)).then_some(prefix)
}

/// Whether a text is the hardware address of a network card.
pub(super) fn is_hardware_address(text: &str) -> bool {
    text.len() == 17
        && text.split(':').count() == 6
        && text
            .split(':')
            .all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether a text is an address.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Whether a text is an instant.
pub(super) fn is_instant(text: &str) -> bool {
    clock::read_instant(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::{is_address, is_hardware_address, is_instant, sort_of, words};
    use rstest::rstest;

    #[rstest]
    #[case("vpc-0000000a", Some("vpc-"))]
    #[case("eni-attach-0123456789abcdef0123456789abcdef", Some("eni-attach-"))]
    #[case("i-0123456789abcdef0", Some("i-"))]
    #[case("123456789012", Some("account"))]
    #[case("vpc-0000000", None)]
    #[case("vpc-0000000G", None)]
    #[case("64684c4f-0fd7-44b4-9a1d-04b0a2b0e83a", None)]
    #[case("-0000000a", None)]
    #[case("eu-west-2a", None)]
    #[case("", None)]
    fn sorts(#[case] word: &str, #[case] sort: Option<&str>) {
        assert_eq!(sort_of(word), sort);
    }

    #[rstest]
    #[case("", &[])]
    #[case("a", &[("a", "")])]
    #[case("'a-b' c.", &[("", "'"), ("a-b", "' "), ("c", ".")])]
    #[case("é", &[("", "é")])]
    fn texts(#[case] text: &str, #[case] parts: &[(&str, &str)]) {
        assert_eq!(words(text), parts);
        let again: String = parts
            .iter()
            .flat_map(|(word, rest)| [*word, *rest])
            .collect();
        assert_eq!(again, text);
    }

    #[test]
    fn shapes() {
        assert!(is_hardware_address("aa:00:12:34:56:78"));
        assert!(!is_hardware_address("aa:00:12:34:56"));
        assert!(!is_hardware_address("aa:00:12:34:567:8"));
        assert!(is_address("10.0.0.4") && !is_address("10.0.0.0/16"));
        assert!(is_instant("2024-05-06T07:08:09.000+0000") && !is_instant("2024-05-06"));
    }
}
