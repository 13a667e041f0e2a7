//! The bundled facts against the official document, read here without the distiller.

use std::collections::BTreeMap;

use mockscale::contract::Contract;
use serde_json::{Value, json};

use super::{official_text, operation};

fn official() -> Option<Value> {
    official_text().map(|text| serde_norway::from_str(&text).expect("the document is YAML"))
}

fn bundled() -> Value {
    serde_json::from_str(Contract::bundled().facts()).expect("facts are JSON")
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Every fact below a schema as pointer and value, prose left out.
fn flatten(schema: &Value, at: &str, facts: &mut BTreeMap<String, Value>) {
    for (key, value) in object(schema) {
        let at = format!("{at}/{key}");
        match key.as_str() {
            "description" | "example" | "examples" => {}
            "properties" => {
                for (name, schema) in object(value) {
                    // Present even if nothing is said of the property.
                    facts.insert(format!("{at}/{name}"), Value::Null);
                    flatten(schema, &format!("{at}/{name}"), facts);
                }
            }
            "items" => flatten(value, &at, facts),
            "oneOf" => {
                for (i, schema) in value.as_array().into_iter().flatten().enumerate() {
                    flatten(schema, &format!("{at}/{i}"), facts);
                }
            }
            _ => {
                facts.insert(at, value.clone());
            }
        }
    }
}

fn operation_facts(document: &Value) -> BTreeMap<String, Value> {
    let everywhere = &document["security"];
    let mut facts = BTreeMap::new();
    for (path, item) in object(&document["paths"]) {
        let post = &item["post"];
        let security = post.get("security").unwrap_or(everywhere);
        facts.insert(format!("{path} id"), post["operationId"].clone());
        facts.insert(format!("{path} tags"), post["tags"].clone());
        facts.insert(format!("{path} security"), security.clone());
        let schema = |part: &Value| part["content"]["application/json"]["schema"].clone();
        facts.insert(format!("{path} request"), schema(&post["requestBody"]));
        for (status, response) in object(&post["responses"]) {
            facts.insert(format!("{path} {status}"), schema(response));
        }
    }
    facts
}

fn schema_facts(document: &Value) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    for (name, schema) in object(&document["components"]["schemas"]) {
        flatten(schema, name, &mut facts);
    }
    facts
}

fn assert_same(ours: &BTreeMap<String, Value>, theirs: &BTreeMap<String, Value>) {
    for (place, fact) in theirs {
        assert_eq!(ours.get(place), Some(fact), "{place}");
    }
    for place in ours.keys() {
        assert!(theirs.contains_key(place), "{place}: not in the document");
    }
}

#[test]
fn the_bundled_facts_are_those_of_the_official_document() {
    let Some(theirs) = official() else { return };
    let ours = bundled();
    assert_same(&operation_facts(&ours), &operation_facts(&theirs));
    assert_same(&schema_facts(&ours), &schema_facts(&theirs));
    for name in ["title", "version"] {
        assert_eq!(ours["info"][name], theirs["info"][name]);
    }
    assert_eq!(ours["openapi"], theirs["openapi"]);
    assert_eq!(ours["servers"], theirs["servers"]);
    for (name, scheme) in object(&theirs["components"]["securitySchemes"]) {
        let mut scheme = scheme.clone();
        scheme
            .as_object_mut()
            .expect("a scheme is an object")
            .remove("description");
        assert_eq!(ours["components"]["securitySchemes"][name], scheme);
    }
}

#[test]
fn distilling_the_official_document_gives_the_bundled_bytes() {
    let Some(text) = official_text() else { return };
    let contract = Contract::parse(&text).expect("the official document is a contract");
    assert!(contract.facts() == Contract::bundled().facts());
}

#[test]
fn every_official_example_is_legal() {
    let Some(document) = official() else { return };
    let contract = Contract::bundled();
    let mut count = 0;
    for (path, item) in object(&document["paths"]) {
        let operation = operation(&contract, path.trim_start_matches('/'));
        let post = &item["post"];
        for (name, body) in examples(&post["requestBody"]) {
            count += 1;
            let breaches = operation.check_request(body);
            assert_eq!(breaches, [], "{path}, request {name}");
        }
        for (status, response) in object(&post["responses"]) {
            let status: u16 = status.parse().expect("statuses are numbers");
            for (name, body) in examples(response) {
                count += 1;
                let breaches = operation.check_reply(status, body);
                assert_eq!(breaches, [], "{path}, reply {status} {name}");
            }
        }
    }
    assert_eq!(count, 562);
}

fn examples(part: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object(&part["content"]["application/json"]["examples"])
        .map(|(name, example)| (name, example.get("value").unwrap_or(&Value::Null)))
}

#[test]
fn no_text_of_the_official_document_is_carried_over() {
    let Some(document) = official() else { return };
    let mut prose = Vec::new();
    texts(&document, &mut prose);
    assert!(prose.len() > 1000, "the document explains itself");
    let facts = Contract::bundled();
    for text in prose {
        // One word, as an example value may be, says nothing about its origin.
        if text.split_whitespace().count() > 2 {
            assert!(!facts.facts().contains(&json!(text).to_string()), "{text}");
        }
    }
}

/// Every description of a document.
fn texts<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "description" => out.push(text),
                    value => texts(value, out),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, out)),
        _ => {}
    }
}
