//! What a number of documents together decide about an action: what denies wins over what allows,
//! and what nothing allows is not allowed.

use std::fmt;

use super::document::{Document, Effect, Statement};

/// What became of an action, and which statement is the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed(Place),
    /// A statement denies it.
    Denied(Place),
    /// No statement allows it.
    NotAllowed {
        /// How many policies apply.
        policies: usize,
        /// A statement that would allow it, were it not about some resources only.
        narrow: Option<Place>,
    },
}

/// Where a statement stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The policy, as an explanation calls it.
    pub policy: String,
    /// Its number in the document, from 1.
    pub number: usize,
    /// Its `Sid`, if it has one.
    pub sid: Option<String>,
}

impl Decision {
    /// Whether the action may be done.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed(_))
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed(place) => write!(f, "{place} allows it"),
            Self::Denied(place) => write!(f, "{place} denies it"),
            Self::NotAllowed { policies: 0, .. } => f.write_str("no policy applies"),
            Self::NotAllowed { policies, narrow } => {
                match policies {
                    1 => f.write_str("the one policy that applies does not allow it")?,
                    many => write!(f, "none of the {many} policies that apply allows it")?,
                }
                match narrow {
                    Some(place) => write!(f, "; {place} names it, but its Resource is not \"*\""),
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "statement {} ", self.number)?;
        if let Some(sid) = &self.sid {
            write!(f, "('{sid}') ")?;
        }
        write!(f, "of {}", self.policy)
    }
}

/// Decides about an action such as `api:ReadVms` by the documents that apply, each with what an
/// explanation calls it.
pub fn decide<'d>(
    documents: impl IntoIterator<Item = (&'d str, &'d Document)>,
    action: &str,
) -> Decision {
    let mut policies = 0;
    let (mut allowed, mut narrow) = (None, None);
    for (policy, document) in documents {
        policies += 1;
        for (number, statement) in (1..).zip(&document.statements) {
            if !statement.names(action) {
                continue;
            }
            let place = || place(policy, number, statement);
            match (statement.effect, statement.covers_the_call()) {
                (Effect::Deny, true) => return Decision::Denied(place()),
                (Effect::Allow, true) => allowed = allowed.or_else(|| Some(place())),
                (Effect::Allow, false) => narrow = narrow.or_else(|| Some(place())),
                (Effect::Deny, false) => {}
            }
        }
    }
    match allowed {
        Some(place) => Decision::Allowed(place),
        None => Decision::NotAllowed { policies, narrow },
    }
}

fn place(policy: &str, number: usize, statement: &Statement) -> Place {
    Place {
        policy: policy.to_owned(),
        number,
        sid: statement.sid.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    fn document(statements: &Value) -> Document {
        Document::parse(&json!({ "Statement": statements }).to_string()).unwrap()
    }

    /// A statement about everything, as an element of a document.
    fn about(effect: &str, element: &str, patterns: impl Into<Value>) -> Value {
        json!({ "Effect": effect, element: patterns.into(), "Resource": "*" })
    }

    #[rstest]
    #[case("api:ReadVms", true)]
    #[case("api:*", true)]
    #[case("api:Read*", true)]
    #[case("api:*Vms", true)]
    #[case("api:R*V*s", true)]
    #[case("*:ReadVms", true)]
    #[case("*:*", true)]
    #[case("*", true)]
    #[case("a*:ReadVms", true)]
    #[case("api:ReadVm", false)]
    #[case("api:ReadVmsState", false)]
    #[case("api:readvms", false)]
    #[case("API:ReadVms", false)]
    #[case("ec2:*", false)]
    #[case("api:*Vm", false)]
    #[case("api:Create*", false)]
    #[case("api:Read*Vms*s", false)]
    fn patterns(#[case] pattern: &str, #[case] fits: bool) {
        for (element, allowed) in [("Action", fits), ("NotAction", !fits)] {
            let document = document(&json!([about("Allow", element, pattern)]));
            let decision = decide([("it", &document)], "api:ReadVms");
            assert_eq!(
                decision.is_allowed(),
                allowed,
                "{element} {pattern}: {decision}"
            );
        }
    }

    #[rstest]
    #[case(json!("*"), true)]
    #[case(json!(["x", "*"]), true)]
    #[case(json!("orn:ows:idauth::123456789012:user/*"), true)]
    #[case(json!("orn:ows:idauth::123456789012:user/alice"), false)]
    #[case(json!(["vpc-12345678", "*orn:"]), false)]
    fn resources(#[case] resource: Value, #[case] covered: bool) {
        let it = |effect: &str| {
            let statement = json!({ "Effect": effect, "Action": "*", "Resource": resource });
            document(&json!([
                about("Allow", "Action", "api:ReadNets"),
                statement
            ]))
        };
        assert_eq!(
            decide([("it", &it("Allow"))], "api:ReadVms").is_allowed(),
            covered
        );
        assert_eq!(
            decide([("it", &it("Deny"))], "api:ReadNets").is_allowed(),
            !covered
        );
    }

    #[test]
    fn a_decision_says_why() {
        let reader = document(&json!([
            about("Allow", "Action", "api:ReadNets"),
            { "Sid": "All reads", "Effect": "Allow", "Action": "api:Read*", "Resource": "*" },
            { "Effect": "Allow", "Action": "api:DeleteVms", "Resource": "i-12345678" },
        ]));
        let guard = document(&json!([about(
            "Deny",
            "NotAction",
            ["api:Read*", "api:*Vms"]
        )]));
        let of = |action: &str| {
            decide(
                [("policy reader", &reader), ("policy guard", &guard)],
                action,
            )
        };
        let all = |action: &str| format!("{action}: {}", of(action));
        assert_eq!(
            [
                "api:ReadNets",
                "api:ReadVms",
                "api:CreateVms",
                "api:DeleteVms",
                "api:DeleteNet"
            ]
            .map(all),
            [
                "api:ReadNets: statement 1 of policy reader allows it",
                "api:ReadVms: statement 2 ('All reads') of policy reader allows it",
                "api:CreateVms: none of the 2 policies that apply allows it",
                "api:DeleteVms: none of the 2 policies that apply allows it; statement 3 of policy \
                 reader names it, but its Resource is not \"*\"",
                "api:DeleteNet: statement 1 of policy guard denies it",
            ]
        );
        let alone = decide([("policy guard", &guard)], "api:ReadVms").to_string();
        assert_eq!(alone, "the one policy that applies does not allow it");
        assert_eq!(decide([], "api:ReadVms").to_string(), "no policy applies");
    }

    fn patterns_of_actions() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("\\*|(api|ec2|\\*):(Read|Create|\\*)(Vms|Nets|\\*)", 1..4)
    }

    fn statements(effect: &'static str) -> impl Strategy<Value = Value> {
        let element = prop::sample::select(vec!["Action", "NotAction"]);
        let resource = prop::sample::select(vec!["*", "orn:ows:*", "x"]);
        (element, patterns_of_actions(), resource).prop_map(move |(element, patterns, resource)| {
            json!({ "Effect": effect, element: patterns, "Resource": resource })
        })
    }

    fn any_statements() -> impl Strategy<Value = Vec<Value>> {
        prop::collection::vec(prop_oneof![statements("Allow"), statements("Deny")], 1..6)
    }

    proptest! {
        #[test]
        fn a_deny_never_widens_and_an_allow_never_narrows(
            some in any_statements(),
            deny in statements("Deny"),
            allow in statements("Allow"),
            at in any::<prop::sample::Index>(),
            action in "(api|ec2):(Read|Create)(Vms|Nets)",
        ) {
            let allowed = |more: Option<&Value>| {
                let mut all = some.clone();
                if let Some(more) = more {
                    all.insert(at.index(some.len() + 1), more.clone());
                }
                decide([("it", &document(&all.into()))], &action).is_allowed()
            };
            prop_assert!(allowed(None) || !allowed(Some(&deny)));
            prop_assert!(!allowed(None) || allowed(Some(&allow)));
        }

        #[test]
        fn the_order_of_documents_and_statements_does_not_matter(
            one in any_statements(),
            other in any_statements(),
            action in "(api|ec2):(Read|Create)(Vms|Nets)",
        ) {
            let together: Vec<Value> = other.iter().chain(&one).rev().cloned().collect();
            let together = document(&together.into());
            let (one, other) = (document(&one.into()), document(&other.into()));
            let apart = decide([("one", &one), ("other", &other)], &action);
            prop_assert_eq!(apart.is_allowed(), decide([("it", &together)], &action).is_allowed());
        }
    }
}
