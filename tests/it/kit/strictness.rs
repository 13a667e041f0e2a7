//! What is collected, what is excused, and what rules there are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use mockscale::contract::{Contract, RULES};
use mockscale::{Cloud, json};
use rstest::rstest;
use serde_json::Value;

use super::drop_of;

fn broken(cloud: &Cloud) {
    cloud.call("ReadNets", json!({ "X": 1 }));
    cloud.call("ReadSubnets", json!({ "X": 1 }));
}

#[test]
fn strict_is_the_way_back() {
    let cloud = Cloud::new();
    cloud.report();
    cloud.report_rule("type");
    broken(&cloud);
    cloud.call("ReadNets", json!({ "DryRun": 1 }));
    cloud.strict();
    assert_eq!(drop_of(cloud.clone()), None);
    cloud.verify();
    cloud.call("ReadNets", json!({ "DryRun": 1 }));
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("broken once"), "{failure}");
    assert!(failure.contains("request 4"), "{failure}");
}

#[rstest]
#[case::on_the_handle(false)]
#[case::on_the_builder(true)]
fn a_rule_is_reported_for_all_operations_and_no_other_rule_is(#[case] building: bool) {
    let rule = "additionalProperties";
    let reporting = || {
        if building {
            return Cloud::builder().report_rule(rule).build();
        }
        let cloud = Cloud::new();
        cloud.report_rule(rule);
        cloud
    };
    let cloud = reporting();
    broken(&cloud);
    assert_eq!(cloud.violations().len(), 2);
    let fork = cloud.fork();
    broken(&fork);
    assert_eq!((drop_of(cloud), drop_of(fork)), (None, None));

    let cloud = reporting();
    broken(&cloud);
    cloud.call("ReadNets", json!({ "DryRun": 1 }));
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("broken once"), "{failure}");
    assert!(failure.contains("rule: type"), "{failure}");
}

#[test]
fn a_reported_rule_covers_what_was_before_and_need_not_be_broken() {
    let cloud = Cloud::new();
    broken(&cloud);
    cloud.report_rule("additionalProperties");
    cloud.report_rule("pattern");
    assert_eq!(drop_of(cloud), None);
}

#[rstest]
#[case(
    "additonalProperties",
    "no rule additonalProperties; did you mean additionalProperties?"
)]
#[case("colour", "no rule colour (mockscale::contract::RULES lists them)")]
fn an_unknown_rule_is_refused_when_written(#[case] rule: &str, #[case] said: &str) {
    let refusals: [&dyn Fn(); 3] = [
        &|| drop(Cloud::new().report_rule(rule).clone()),
        &|| drop(Cloud::builder().report_rule(rule)),
        &|| drop(Cloud::new().allow("ReadNets", rule, "a slip").clone()),
    ];
    for refusal in refusals {
        let payload = catch_unwind(AssertUnwindSafe(refusal)).expect_err("a refusal");
        let text = payload.downcast_ref::<String>().expect("a text");
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn what_is_reported_needs_no_excuse_but_an_excuse_needs_it() {
    let cloud = Cloud::new();
    cloud.report();
    cloud.allow("ReadNets", "type", "left over");
    broken(&cloud);
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("excused nothing"), "{failure}");
    assert!(!failure.contains("was broken"), "{failure}");
}

/// A value of `Field` that breaks one keyword, through a contract that has it.
#[rstest]
#[case("anyOf", json!({ "anyOf": [{ "type": "string" }, { "type": "boolean" }] }), json!(1))]
#[case("enum", json!({ "type": "string", "enum": ["a"] }), json!("b"))]
#[case("exclusiveMaximum", json!({ "type": "integer", "maximum": 3, "exclusiveMaximum": true }), json!(3))]
#[case("exclusiveMinimum", json!({ "type": "integer", "minimum": 3, "exclusiveMinimum": true }), json!(3))]
#[case("format", json!({ "type": "string", "format": "date" }), json!("soon"))]
#[case("maxItems", json!({ "type": "array", "items": {}, "maxItems": 1 }), json!([1, 2]))]
#[case("maxLength", json!({ "type": "string", "maxLength": 1 }), json!("ab"))]
#[case("maxProperties", json!({ "type": "object", "maxProperties": 0 }), json!({ "a": 1 }))]
#[case("maximum", json!({ "type": "integer", "maximum": 1 }), json!(2))]
#[case("minItems", json!({ "type": "array", "items": {}, "minItems": 1 }), json!([]))]
#[case("minLength", json!({ "type": "string", "minLength": 1 }), json!(""))]
#[case("minProperties", json!({ "type": "object", "minProperties": 1 }), json!({}))]
#[case("minimum", json!({ "type": "integer", "minimum": 1 }), json!(0))]
#[case("multipleOf", json!({ "type": "integer", "multipleOf": 2 }), json!(3))]
#[case("not", json!({ "not": { "type": "string" } }), json!("a"))]
#[case("oneOf", json!({ "oneOf": [{ "type": "string" }, { "type": "boolean" }] }), json!(1))]
#[case("pattern", json!({ "type": "string", "pattern": "^a" }), json!("b"))]
#[case("required", json!({ "type": "object", "required": ["a"] }), json!({}))]
#[case("schema", json!({ "type": "string", "pattern": "(" }), json!("a"))]
#[case("type", json!({ "type": "string" }), json!(1))]
#[case("uniqueItems", json!({ "type": "array", "items": {}, "uniqueItems": true }), json!([1, 1]))]
#[case("additionalProperties", json!({ "type": "object", "additionalProperties": false }), json!({ "a": 1 }))]
fn each_keyword_that_a_breach_can_name_is_a_known_rule(
    #[case] rule: &str,
    #[case] schema: Value,
    #[case] value: Value,
) {
    let mut facts: Value = serde_json::from_str(Contract::bundled().facts()).expect("JSON");
    facts["components"]["schemas"]["ReadNetsRequest"]["properties"]["DryRun"] = schema;
    let contract = Contract::parse(&facts.to_string()).expect("a contract");
    let operation = contract.operation("ReadNets").expect("an operation");
    let breaches = operation.check_request(&json!({ "DryRun": value }));
    let rules: Vec<_> = breaches.iter().map(|breach| &*breach.rule).collect();
    assert_eq!(rules, [rule]);
    if rule == "additionalProperties" {
        assert_eq!(breaches[0].pointer, "/DryRun/a");
        assert_eq!(breaches[0].said, json!(1));
    }
    assert!(RULES.iter().any(|(known, _)| *known == rule));
}

/// The words of our own, from where breaches are made: all are known, and no more are.
#[test]
fn each_word_of_our_own_that_a_breach_can_name_is_a_known_rule() {
    let mut words = Vec::new();
    for file in ["kit/intake.rs", "kit/over_http.rs", "contract/breach.rs"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        let text = std::fs::read_to_string(path).expect("a source file");
        for maker in ["of_the_whole(", "(complaint(", " complaint("] {
            for (at, _) in text.match_indices(maker) {
                let call = &text[at..];
                let call = &call[..call.find(';').unwrap_or(call.len())];
                let word = call.split('"').nth(1);
                words.extend(word.map(str::to_owned));
            }
        }
    }
    words.sort();
    words.dedup();
    let expected = [
        "json",
        "method",
        "operation",
        "panic",
        "schema",
        "size",
        "utf-8",
    ];
    assert_eq!(words, expected);
    for word in words {
        assert!(RULES.iter().any(|(known, _)| *known == word), "{word}");
    }
}

/// The keywords that the bundled contract has, nothing of which is a rule without a row.
#[test]
fn the_keywords_of_the_bundled_contract_are_known_rules() {
    fn keywords(schema: &Value, into: &mut Vec<String>) {
        let not_rules = [
            "$ref",
            "default",
            "items",
            "nullable",
            "properties",
            "title",
        ];
        for (keyword, value) in schema.as_object().into_iter().flatten() {
            if !not_rules.contains(&keyword.as_str()) {
                into.push(keyword.clone());
            }
            match (keyword.as_str(), value) {
                ("properties", Value::Object(of)) => of.values().for_each(|it| keywords(it, into)),
                ("items" | "additionalProperties", it) => keywords(it, into),
                ("oneOf", Value::Array(of)) => of.iter().for_each(|it| keywords(it, into)),
                _ => {}
            }
        }
    }
    let facts: Value = serde_json::from_str(Contract::bundled().facts()).expect("JSON");
    let mut found = Vec::new();
    let schemas = facts["components"]["schemas"].as_object().expect("schemas");
    schemas.values().for_each(|it| keywords(it, &mut found));
    found.sort();
    found.dedup();
    for keyword in found {
        assert!(
            RULES.iter().any(|(known, _)| *known == keyword),
            "{keyword}"
        );
    }
}
