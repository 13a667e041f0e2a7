//! Policy documents: the text a customer sends, read strictly, and what each statement is about.

use serde_json::Value;

use super::pointer::{At, BadDocument};
use super::unique::Unique;
use crate::cloud::filter::like;

/// The longest document, in bytes.
///
/// assumed: no limit is documented; this one keeps it cheap to judge every call by ten of them.
const LONGEST: usize = 65_536;
/// The elements of a document, sorted.
///
/// assumed: that `Version` and `Id` may stand there, as in the documents of other clouds.
const OF_A_DOCUMENT: &[&str] = &["Id", "Statement", "Version"];
/// The elements of a statement, sorted.
const OF_A_STATEMENT: &[&str] = &["Action", "Effect", "NotAction", "Resource", "Sid"];

/// What a policy says: a list of statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub(super) statements: Vec<Statement>,
}

/// One rule of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    actions: Actions,
    resources: Vec<String>,
}

/// Which way a statement decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// Which actions a statement is about: patterns in which `*` stands for any run of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Actions {
    These(Vec<String>),
    AllBut(Vec<String>),
}

impl Document {
    /// Reads a document: a JSON object with a list of statements, each with an `Effect`, an
    /// `Action` or a `NotAction`, and a `Resource`. Names are case-sensitive.
    ///
    /// # Errors
    /// What is wrong first, and where.
    pub fn parse(text: &str) -> Result<Self, BadDocument> {
        let whole = At::default();
        if text.len() > LONGEST {
            let size = text.len();
            return Err(whole.refuse(format!("it has {size} bytes; {LONGEST} is the most")));
        }
        // The reader bounds the depth.
        let Unique(value) = serde_json::from_str(text).map_err(|error| {
            // assumed: that an element may not stand there twice; nothing is documented.
            let no_json = if error.is_data() {
                ""
            } else {
                "it is no JSON: "
            };
            whole.refuse(format!("{no_json}{error}"))
        })?;
        let document = whole.object(&value, OF_A_DOCUMENT)?;
        for element in ["Id", "Version"] {
            if let Some(value) = document.get(element) {
                whole.below(element).text(value)?;
            }
        }
        let list = whole.required(document, "Statement")?;
        let at = whole.below("Statement");
        // assumed: a statement alone is refused; a list is what the documentation tells of.
        let list = match list {
            Value::Array(list) if !list.is_empty() => list,
            Value::Array(_) => {
                return Err(at.refuse("it is empty; a policy has a statement".into()));
            }
            other => return Err(at.unfit(other, "a list of statements")),
        };
        let statements = (0..)
            .zip(list)
            .map(|(n, value)| Statement::read(value, &at.below(&format!("{n}"))))
            .collect::<Result<_, _>>()?;
        Ok(Self { statements })
    }
}

impl Statement {
    fn read(value: &Value, at: &At) -> Result<Self, BadDocument> {
        let statement = at.object(value, OF_A_STATEMENT)?;
        let sid = match statement.get("Sid") {
            Some(sid) => Some(at.below("Sid").text(sid)?.to_owned()),
            None => None,
        };
        let effect = match at.required(statement, "Effect")?.as_str() {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            _ => {
                return Err(at
                    .below("Effect")
                    .unfit(&statement["Effect"], "\"Allow\" or \"Deny\""));
            }
        };
        let actions = match (statement.get("Action"), statement.get("NotAction")) {
            (Some(these), None) => Actions::These(actions(these, &at.below("Action"))?),
            (None, Some(others)) => Actions::AllBut(actions(others, &at.below("NotAction"))?),
            (Some(_), Some(_)) => {
                return Err(
                    at.refuse("it has an Action and a NotAction; one of them is right".into())
                );
            }
            (None, None) => return Err(at.refuse("it has neither Action nor NotAction".into())),
        };
        let below = at.below("Resource");
        let resources = below.texts(at.required(statement, "Resource")?)?;
        if let Some((at, _)) = resources.iter().find(|(_, text)| text.is_empty()) {
            return Err(at.refuse("it is empty; write \"*\" for everything".into()));
        }
        Ok(Self {
            sid,
            effect,
            actions,
            resources: resources.into_iter().map(|(_, text)| text).collect(),
        })
    }

    /// Whether the statement is about an action.
    pub(super) fn names(&self, action: &str) -> bool {
        match &self.actions {
            Actions::These(patterns) => patterns.iter().any(|it| like(action, it)),
            Actions::AllBut(patterns) => !patterns.iter().any(|it| like(action, it)),
        }
    }

    /// Whether the statement is about whatever a call works on.
    ///
    /// assumed: `*` is all that is documented. The beginning of a resource name (`orn:…*`) counts
    /// as if it covered the call, any other text covers nothing.
    pub(super) fn covers_the_call(&self) -> bool {
        let open = |text: &String| text.starts_with("orn:") && text.ends_with('*');
        self.resources.iter().any(|text| text == "*" || open(text))
    }
}

/// The patterns of an `Action` or a `NotAction`.
fn actions(value: &Value, at: &At) -> Result<Vec<String>, BadDocument> {
    let patterns = at.texts(value)?;
    if let Some((at, wrong)) = patterns.iter().find(|(_, text)| !is_action(text)) {
        let what = "a service and a method such as \"api:ReadVms\" or \"api:Read*\", or \"*\"";
        return Err(at.unfit(&wrong.as_str().into(), what));
    }
    Ok(patterns.into_iter().map(|(_, text)| text).collect())
}

/// Whether a text can be a pattern of actions. Any service and any method will do: there are
/// services besides this API, and methods that it gets later.
fn is_action(text: &str) -> bool {
    let part = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'_');
        !text.is_empty() && text.bytes().all(fits)
    };
    text == "*"
        || text
            .split_once(':')
            .is_some_and(|(service, method)| part(service) && part(method))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    /// A document of one statement with one element changed, or taken away by a null.
    fn with(element: &str, value: Value) -> String {
        let mut statement = json!({ "Effect": "Allow", "Action": "api:*", "Resource": "*" });
        statement[element] = value;
        if let Some(statement) = statement.as_object_mut() {
            statement.retain(|_, value| !value.is_null());
        }
        json!({ "Statement": [statement] }).to_string()
    }

    #[rstest]
    #[case::one_action(with("Action", json!("api:ReadVms")))]
    #[case::many_actions(with("Action", json!(["api:Read*", "iam:*", "*:CreateVms", "a*:*b*"])))]
    #[case::any_action(with("Action", json!("*")))]
    #[case::a_sid(with("Sid", json!("")))]
    #[case::resources(with("Resource", json!(["*", "orn:ows:idauth::123456789012:user/*", "x"])))]
    #[case::not_action(
        json!({ "Statement": [{ "Effect": "Deny", "NotAction": ["api:*"], "Resource": ["*"] }] })
            .to_string()
    )]
    #[case::around_it(
        json!({ "Version": "2012-10-17", "Id": "x", "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": "*", "Resource": "*" },
        ] })
        .to_string()
    )]
    #[case::white_space(format!("\n {} \t", with("Sid", json!(null))))]
    fn documents_are_read(#[case] text: String) {
        assert_eq!(Document::parse(&text).map(|_| ()), Ok(()));
    }

    #[rstest]
    #[case::empty("", "", "it is no JSON: EOF")]
    #[case::no_json("Statement", "", "it is no JSON: expected value at line 1 column 1")]
    #[case::cut_off("{\"Statement\": [", "", "it is no JSON: EOF")]
    #[case::more_behind("{} {}", "", "it is no JSON: trailing characters")]
    #[case::too_deep(&"[".repeat(100_000), "", "it has 100000 bytes; 65536 is the most")]
    #[case::deep(&"[".repeat(1000), "", "it is no JSON: recursion limit")]
    #[case::twice(
        r#"{"Statement": [], "Id": "x", "Statement": []}"#,
        "",
        "the element \"Statement\" stands there twice"
    )]
    #[case::no_object("[]", "", "it is []; it must be an object")]
    #[case::no_statement("{}", "", "it has no Statement")]
    #[case::misspelt("{\"Statements\": []}", "/Statements", "did you mean Statement?")]
    #[case::letter_case("{\"statement\": []}", "/statement", "did you mean Statement?")]
    #[case::nonsense(
        "{\"a/b~\": 1}",
        "/a~1b~0",
        "no such element among Id, Statement, Version"
    )]
    #[case::empty_list("{\"Statement\": []}", "/Statement", "it is empty")]
    #[case::no_list(
        "{\"Statement\": {}}",
        "/Statement",
        "it is {}; it must be a list of statements"
    )]
    #[case::version(
        "{\"Version\": 1, \"Statement\": []}",
        "/Version",
        "it is 1; it must be a text"
    )]
    #[case::no_object_in_it("{\"Statement\": [7]}", "/Statement/0", "it must be an object")]
    fn documents_are_refused(#[case] text: &str, #[case] pointer: &str, #[case] problem: &str) {
        told(text, pointer, problem);
    }

    #[rstest]
    #[case::no_effect("Effect", json!(null), "", "it has no Effect")]
    #[case::unknown_effect("Effect", json!("Permit"), "/Effect", "it is \"Permit\"; it must be \"Allow\" or \"Deny\"")]
    #[case::letter_case("Effect", json!("allow"), "/Effect", "it is \"allow\"")]
    #[case::effect_is_no_text("Effect", json!(["Allow"]), "/Effect", "it is [\"Allow\"]")]
    #[case::no_action("Action", json!(null), "", "it has neither Action nor NotAction")]
    #[case::both("NotAction", json!("api:*"), "", "it has an Action and a NotAction")]
    #[case::no_service("Action", json!("ReadVms"), "/Action", "it is \"ReadVms\"; it must be a service and a method")]
    #[case::no_method("Action", json!("api:"), "/Action", "it is \"api:\"")]
    #[case::two_colons("Action", json!("api:a:b"), "/Action", "it is \"api:a:b\"")]
    #[case::blank("Action", json!("api: ReadVms"), "/Action", "it is \"api: ReadVms\"")]
    #[case::second_action("Action", json!(["*", "?"]), "/Action/1", "it is \"?\"")]
    #[case::empty_actions("Action", json!([]), "/Action", "it is []; it must be a text or a list of texts")]
    #[case::action_is_no_text("Action", json!(true), "/Action", "it is true")]
    #[case::one_is_no_text("Action", json!(["*", 1]), "/Action/1", "it is 1; it must be a text")]
    #[case::no_resource("Resource", json!(null), "", "it has no Resource")]
    #[case::empty_resource("Resource", json!(["*", ""]), "/Resource/1", "it is empty")]
    #[case::empty_resources("Resource", json!([]), "/Resource", "it is []")]
    #[case::resource_is_no_text("Resource", json!({}), "/Resource", "it is {}")]
    #[case::sid("Sid", json!(1), "/Sid", "it is 1; it must be a text")]
    #[case::unknown_element("Condition", json!({}), "/Condition", "no such element among Action, Effect")]
    #[case::misspelt("Ressource", json!("*"), "/Ressource", "did you mean Resource?")]
    fn statements_are_refused(
        #[case] element: &str,
        #[case] value: Value,
        #[case] pointer: &str,
        #[case] problem: &str,
    ) {
        told(
            &with(element, value),
            &format!("/Statement/0{pointer}"),
            problem,
        );
    }

    /// Of two the reader would take the last: a customer who denies and allows must be told.
    #[test]
    fn no_element_stands_twice_in_a_statement() {
        let text = with("Effect", json!("Deny"));
        let twice = text.replace("\"Effect\"", r#""Effect":"Allow","Effect""#);
        assert!(Document::parse(&text).is_ok() && twice != text);
        told(&twice, "", "the element \"Effect\" stands there twice");
    }

    #[track_caller]
    fn told(text: &str, pointer: &str, problem: &str) {
        let refused = Document::parse(text).expect_err("it is refused");
        assert_eq!(refused.pointer, pointer);
        assert!(refused.problem.contains(problem), "{refused}");
    }

    #[test]
    fn a_refusal_is_short_and_says_where() {
        let long = "x".repeat(1000);
        for text in [
            with("Effect", json!(long)),
            with(&long, json!(long)),
            with("Action", json!(long)),
        ] {
            let refused = Document::parse(&text)
                .expect_err("it is refused")
                .to_string();
            assert!(refused.chars().count() < 250, "{refused}");
            assert!(
                refused.starts_with("The policy document is refused at /Statement/0/"),
                "{refused}"
            );
        }
        let refused = Document::parse("7").expect_err("it is refused").to_string();
        assert_eq!(
            refused,
            "The policy document is refused: it is 7; it must be an object."
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), key in any::<String>()) {
            let _ = Document::parse(&text);
            let _ = Document::parse(&with(&key, text.as_str().into()));
            let _ = Document::parse(&with("Action", text.into()));
        }
    }
}
