//! Text of others, fit for a terminal: a client may send whatever it likes.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text in which whatever a terminal would act upon stands as in JSON (`\u001b`), but for the ends
/// of lines and tabs: control characters, and what turns the direction of a line round.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let acts = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_a_terminal_would_act_upon_is_told() {
        assert_eq!(printable("é →\n\tx"), "é →\n\tx");
        assert_eq!(
            printable("\u{1b}[31m\u{9b}2J\r\u{202e}\0"),
            "\\u001b[31m\\u009b2J\\u000d\\u202e\\u0000"
        );
    }
}
