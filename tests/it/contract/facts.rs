//! The bundled facts by themselves: counts, layout, and that they explain nothing.

use std::collections::BTreeSet;

use mockscale::contract::{Contract, Operation, Verb};
use serde_json::Value;

use super::operation;

#[test]
fn counts_and_version_are_those_of_1_33_1() {
    let contract = Contract::bundled();
    assert_eq!(contract.version(), "1.33.1");
    assert_eq!(contract.names().count(), 223);
    assert_eq!(contract.operations().count(), 223);
    let tags: BTreeSet<&str> = contract.operations().map(Operation::tag).collect();
    assert_eq!(tags.len(), 49);
    let facts: Value = serde_json::from_str(contract.facts()).expect("facts are JSON");
    let schemas = facts["components"]["schemas"].as_object();
    let schemas = schemas.expect("schemas are an object");
    assert_eq!(schemas.len(), 615);
    for (name, schema) in schemas {
        assert_eq!(contract.schema(name), Some(schema), "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name} is closed");
    }
    assert_eq!(contract.schema("Nets"), None);
}

#[test]
fn names_are_sorted_and_each_is_found() {
    let contract = Contract::bundled();
    let names: Vec<&str> = contract.names().collect();
    assert!(names.is_sorted());
    for name in names {
        assert_eq!(operation(&contract, name).name(), name);
    }
    for absent in [
        "",
        "createnet",
        "CreateNe",
        "CreateNets",
        "/CreateNet",
        "Zzz",
    ] {
        assert!(contract.operation(absent).is_none(), "{absent}");
    }
    assert_eq!(contract.nearest_operation("CreateNets"), Some("CreateNet"));
    assert_eq!(contract.nearest_operation("create_net"), Some("CreateNet"));
    assert_eq!(contract.nearest_operation("Frobnicate"), None);
}

#[test]
fn operations_say_who_may_call_them_and_what_they_answer() {
    let contract = Contract::bundled();
    let create = operation(&contract, "CreateNet");
    assert_eq!(create.tag(), "Net");
    assert_eq!(create.verb(), Verb::Create);
    assert_eq!(create.security(), ["ApiKeyAuth"]);
    assert_eq!(create.statuses(), [200, 400, 401, 409, 500]);
    let keys = operation(&contract, "ReadSecretAccessKey");
    assert_eq!(keys.security(), ["ApiKeyAuthSec", "BasicAuth"]);
    assert_eq!(operation(&contract, "ReadRegions").security(), [""; 0]);
    assert_eq!(operation(&contract, "UnlinkNic").verb(), Verb::Unlink);
    assert_eq!(operation(&contract, "LinkNic").verb(), Verb::Link);
    assert_eq!(operation(&contract, "StartVms").verb(), Verb::Other);
}

#[test]
fn facts_distilled_again_are_the_same_bytes() {
    let facts = Contract::bundled();
    let again = Contract::parse(facts.facts()).expect("facts are a document");
    assert!(again.facts() == facts.facts());
}

#[test]
fn the_layout_of_a_document_does_not_matter() {
    let bundled = Contract::bundled();
    let facts: Value = serde_json::from_str(bundled.facts()).expect("facts are JSON");
    let pretty = serde_json::to_string_pretty(&facts).expect("a value is JSON");
    let yaml = serde_norway::to_string(&facts).expect("a value is YAML");
    for text in [pretty, yaml] {
        let contract = Contract::parse(&text).expect("facts are a document");
        assert!(contract.facts() == bundled.facts());
    }
}

#[test]
fn facts_explain_nothing() {
    let facts = Contract::bundled();
    let facts: Value = serde_json::from_str(facts.facts()).expect("facts are JSON");
    assert_no_prose(&facts, "");
}

fn assert_no_prose(value: &Value, at: &str) {
    const OUR_WORDS: [&str; 5] = [
        "answered",
        "conflict",
        "failed",
        "refused",
        "unauthenticated",
    ];
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let at = format!("{at}/{key}");
                assert!(!key.starts_with("example") && key != "summary", "{at}");
                if key == "description" {
                    let word = value.as_str().expect("a description is text");
                    assert!(OUR_WORDS.contains(&word), "{at}: {word}");
                }
                assert_no_prose(value, &at);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| assert_no_prose(item, at)),
        _ => {}
    }
}

#[test]
fn a_contract_is_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let contract = Contract::bundled();
    shared(&*contract);
    assert!(std::sync::Arc::ptr_eq(&contract, &Contract::bundled()));
}
