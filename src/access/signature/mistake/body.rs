//! What is taken for the hash of the body. A row is given the body, so that a large one is hashed
//! once for each row, in however many ways the rest of the request is read.

use crate::access::signature::canonical::digest;

type Mistake = (&'static str, fn(&[u8]) -> String);

pub(in crate::access::signature) const BODIES: &[Mistake] = &[
    ("the body is taken as empty", |_| digest(b"")),
    ("the body is taken as {}", |_| digest(b"{}")),
    ("a newline follows the body", |it| {
        digest(&[it, b"\n"].concat())
    }),
    ("the white space after the body is left out", |it| {
        digest(it.trim_ascii_end())
    }),
    ("the JSON of the body has no white space", |it| {
        digest(&respaced(it, b""))
    }),
    (
        "the JSON of the body has a space after each comma and colon",
        |it| digest(&respaced(it, b" ")),
    ),
    ("the hash of the body is in capitals", |it| {
        digest(it).to_uppercase()
    }),
    ("the hash of the body is left out", |_| String::new()),
    (
        "UNSIGNED-PAYLOAD takes the place of the body's hash",
        |_| "UNSIGNED-PAYLOAD".to_owned(),
    ),
];

/// JSON with this behind each comma and colon, and no other white space between its parts.
fn respaced(json: &[u8], space: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for &byte in json {
        if !quoted && byte.is_ascii_whitespace() {
            continue;
        }
        text.push(byte);
        if !quoted && matches!(byte, b',' | b':') {
            text.extend_from_slice(space);
        }
        if byte == b'"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && byte == b'\\' && !escaped;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::respaced;
    use rstest::rstest;

    #[rstest]
    #[case(" {\n \"a\" : [1 ,\t2] }\r\n", r#"{"a":[1,2]}"#, r#"{"a": [1, 2]}"#)]
    #[case(
        r#"{"a , b:":"c , \" d:" , "e\\" :1}"#,
        r#"{"a , b:":"c , \" d:","e\\":1}"#,
        r#"{"a , b:": "c , \" d:", "e\\": 1}"#
    )]
    #[case("\"never closed , ", "\"never closed , ", "\"never closed , ")]
    #[case("", "", "")]
    fn spaces(#[case] json: &str, #[case] none: &str, #[case] some: &str) {
        assert_eq!(respaced(json.as_bytes(), b""), none.as_bytes());
        assert_eq!(respaced(json.as_bytes(), b" "), some.as_bytes());
    }
}
