//! The shortest plain text that matches a regular expression.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A text that matches a pattern; none if it is no pattern that can be read, or a class has no
/// ASCII.
///
/// Left out: boundaries of words, and anchors in the middle, which no schema of this API has.
pub(super) fn example(pattern: &str) -> Option<String> {
    // Classes stay within ASCII, for which no tables of Unicode are needed.
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let mut bytes = Vec::new();
    write(&parser.parse(pattern).ok()?, &mut bytes)?;
    String::from_utf8(bytes).ok()
}

fn write(pattern: &Hir, out: &mut Vec<u8>) -> Option<()> {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(class) => out.push(member(class)?),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                write(&repetition.sub, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, out)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, out))?,
        HirKind::Alternation(parts) => write(parts.first()?, out)?,
    }
    Some(())
}

/// A letter of a class, or a digit, or whatever can be printed.
fn member(class: &Class) -> Option<u8> {
    let holds = |byte: u8| match class {
        Class::Bytes(class) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&byte)),
        Class::Unicode(class) => {
            let letter = char::from(byte);
            class
                .iter()
                .any(|range| (range.start()..=range.end()).contains(&letter))
        }
    };
    b"ax0AX"
        .iter()
        .copied()
        .chain(b'!'..=b'~')
        .find(|it| holds(*it))
}

#[cfg(test)]
mod tests {
    use super::example;
    use rstest::rstest;

    #[rstest]
    #[case("^.+@[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+$", Some("a@a.a"))]
    #[case(
        "^orn:ows:(iam|idauth):\\S*:\\d{12}:policy/\\S+$",
        Some("orn:ows:iam::000000000000:policy/a")
    )]
    #[case("^[x-z]{2,3}-?$", Some("xx"))]
    #[case("(", None)]
    fn texts_that_match(#[case] pattern: &str, #[case] text: Option<&str>) {
        assert_eq!(example(pattern).as_deref(), text);
    }
}
