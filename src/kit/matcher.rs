//! Which exchanges a test author means, and how one differs from that: the one matcher of
//! expectations and of assertions. Left out: counting, and wording (see `nearest.rs`).

use std::fmt;

use serde_json::Value;

use crate::contract::escape;
use crate::transcript::{Exchange, Redactions, Said, redacted};

/// Longest value that is shown in full, in characters.
const LONGEST: usize = 120;

/// What an exchange must be like.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    operation: String,
    with: Vec<Value>,
    by: Option<String>,
    status: Option<u16>,
    code: Option<String>,
}

/// One field in which an exchange is not as wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// A JSON pointer into the request, or a word for what is no part of it.
    pub(crate) place: String,
    /// What was wanted.
    pub(crate) wanted: String,
    /// What was there, if anything.
    pub(crate) got: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, wanted, got } = self;
        let got = got.as_deref().unwrap_or("nothing");
        write!(f, "{place}: wanted {wanted}, got {got}")
    }
}

impl Matcher {
    /// Every exchange of an operation.
    pub(crate) fn of(operation: &str) -> Self {
        Self {
            operation: operation.to_owned(),
            with: Vec::new(),
            by: None,
            status: None,
            code: None,
        }
    }

    /// The operation.
    pub(crate) fn operation(&self) -> &str {
        &self.operation
    }

    /// Whose request contains a value. Neither secrets nor what the author hides is remembered, so
    /// any stands for any.
    pub(crate) fn with(&mut self, part: &Value, redactions: &Redactions) {
        let mut part = redacted(part);
        redactions.hide_in(&mut part);
        self.with.push(part);
    }

    /// Of an account.
    pub(crate) fn by(&mut self, account: &str) {
        self.by = Some(account.to_owned());
    }

    /// With a status.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = Some(status);
    }

    /// With an error.
    pub(crate) fn refused(&mut self, code: &str) {
        self.code = Some(code.to_owned());
    }

    /// Whether an exchange is meant.
    pub(crate) fn matches(&self, exchange: &Exchange) -> bool {
        exchange.operation == self.operation && self.differences(exchange).is_empty()
    }

    /// How far an exchange of the operation is from what is meant: in so many fields, and of these
    /// so many where there is nothing to compare with.
    pub(crate) fn distance(&self, exchange: &Exchange) -> (usize, usize) {
        let differences = self.differences(exchange);
        let absent = differences.iter().filter(|it| it.got.is_none()).count();
        (differences.len(), absent)
    }

    /// How an exchange of the operation differs from what is meant.
    pub(crate) fn differences(&self, exchange: &Exchange) -> Vec<Difference> {
        let mut found = Vec::new();
        for wanted in &self.with {
            match &exchange.request {
                Said::Json(request) => compare("", wanted, Some(request), &mut found),
                Said::Unreadable(why) => found.push(Difference {
                    place: "(the whole body)".to_owned(),
                    wanted: shown(wanted),
                    got: Some(format!("what cannot be read: {why}")),
                }),
            }
        }
        let mut note = |place: &str, wanted: String, got: Option<String>| {
            if got.as_ref() != Some(&wanted) {
                let place = place.to_owned();
                found.push(Difference { place, wanted, got });
            }
        };
        if let Some(account) = &self.by {
            note("caller", account.clone(), exchange.caller.clone());
        }
        if let Some(status) = self.status {
            let got = exchange.status.to_string();
            note("status", status.to_string(), Some(got));
        }
        if let Some(code) = &self.code {
            let got = error_code(exchange).map(str::to_owned);
            note("error code", code.clone(), got);
        }
        found
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        for part in &self.with {
            write!(f, " with {}", shown(part))?;
        }
        if let Some(account) = &self.by {
            write!(f, " by {account}")?;
        }
        if let Some(status) = self.status {
            write!(f, " answered {status}")?;
        }
        if let Some(code) = &self.code {
            write!(f, " refused with {code}")?;
        }
        Ok(())
    }
}

fn error_code(exchange: &Exchange) -> Option<&str> {
    match &exchange.reply {
        Said::Json(reply) => reply.pointer("/Errors/0/Code")?.as_str(),
        Said::Unreadable(_) => None,
    }
}

/// Objects are compared by the fields that are wanted, however deep; all else must be equal.
fn compare(pointer: &str, wanted: &Value, got: Option<&Value>, into: &mut Vec<Difference>) {
    match (wanted, got) {
        (Value::Object(wanted), Some(Value::Object(got))) => {
            let mut fields: Vec<_> = wanted.iter().collect();
            fields.sort_by_key(|(field, _)| *field);
            for (field, wanted) in fields {
                let pointer = format!("{pointer}/{}", escape(field));
                compare(&pointer, wanted, got.get(field), into);
            }
        }
        (wanted, Some(got)) if wanted == got => {}
        (wanted, got) => into.push(Difference {
            place: match pointer {
                "" => "(the whole body)".to_owned(),
                pointer => pointer.to_owned(),
            },
            wanted: shown(wanted),
            got: got.map(shown),
        }),
    }
}

/// A value on one line, shortened when long.
fn shown(value: &Value) -> String {
    let text = sorted(value).to_string();
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// With its keys in order, whatever the map's own order is.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut fields: Vec<_> = object.iter().collect();
            fields.sort_by_key(|(field, _)| *field);
            let fields = fields.into_iter();
            fields
                .map(|(field, it)| (field.clone(), sorted(it)))
                .collect()
        }
        Value::Array(values) => values.iter().map(sorted).collect(),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::nothing_wanted(json!({}), &[])]
    #[case::equal(json!({ "A": 1 }), &[])]
    #[case::deep(json!({ "O": { "X": true } }), &[])]
    #[case::another_value(json!({ "A": 2 }), &["/A: wanted 2, got 1"])]
    #[case::another_type(json!({ "A": "1" }), &[r#"/A: wanted "1", got 1"#])]
    #[case::absent(json!({ "B": 1 }), &["/B: wanted 1, got nothing"])]
    #[case::null_is_not_absent(json!({ "B": null }), &["/B: wanted null, got nothing"])]
    #[case::deep_difference(json!({ "O": { "X": false } }), &["/O/X: wanted false, got true"])]
    #[case::lists_are_equal(json!({ "L": [{ "P": 1, "Q": 2 }] }), &[])]
    #[case::or_not(
        json!({ "L": [{ "P": 1 }] }),
        &[r#"/L: wanted [{"P":1}], got [{"P":1,"Q":2}]"#]
    )]
    #[case::object_for_a_scalar(json!({ "A": {} }), &["/A: wanted {}, got 1"])]
    #[case::slashes(json!({ "S/T": 1 }), &["/S~1T: wanted 1, got nothing"])]
    #[case::several(json!({ "B": 1, "A": 0 }), &["/A: wanted 0, got 1", "/B: wanted 1, got nothing"])]
    #[case::no_object(json!([1]), &[r#"(the whole body): wanted [1], got {"A":1,"L":[{"P":1,"Q":2}],"O":{"X":true,"Y":0}}"#])]
    fn partial_objects(#[case] wanted: Value, #[case] differences: &[&str]) {
        let got = json!({ "A": 1, "O": { "X": true, "Y": 0 }, "L": [{ "P": 1, "Q": 2 }] });
        let mut found = Vec::new();
        compare("", &wanted, Some(&got), &mut found);
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, differences);
    }

    #[test]
    fn what_is_long_is_shortened() {
        let long = shown(&json!("é".repeat(200)));
        assert_eq!(long.chars().count(), LONGEST + 1, "{long}");
    }
}
