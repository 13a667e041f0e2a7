//! The families held against the contract: every tag, every operation, every filter.
//!
//! What operations do is told by the conversations; here is only what holds for all of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mockscale::cloud::default;
use mockscale::cloud::dispatch::{Served, served};
use mockscale::cloud::families::{self, FAMILIES};
use mockscale::cloud::family::By;
use mockscale::contract::{Operation, Verb};
use mockscale::{Contract, Guard, Value, json};

use crate::support::{UNSERVED, builder, cloud, with_unserved};

/// How many operations are not served. Gaps only shrink: lower it with each that is closed.
const GAPS: usize = 0;

fn text_of_gaps() -> BTreeMap<String, String> {
    serde_json::from_str(include_str!("../../../fixtures/gaps.json")).expect("an object of texts")
}

#[test]
fn every_tag_has_a_family_and_they_are_sorted() {
    let contract = Contract::bundled();
    let mut tags: Vec<_> = contract.operations().map(Operation::tag).collect();
    tags.sort_unstable();
    tags.dedup();
    let families: Vec<_> = FAMILIES.iter().map(|family| family.tag).collect();
    assert_eq!(families, tags);
}

#[test]
fn every_rule_is_for_an_operation_of_its_tag_and_rows_are_sorted() {
    let contract = Contract::bundled();
    for family in FAMILIES {
        let names: Vec<_> = family.rules.iter().map(|(name, _)| *name).collect();
        assert!(
            names.is_sorted_by(|one, next| one < next),
            "the rules of {} are not sorted: {names:?}",
            family.tag
        );
        for name in names {
            let operation = contract.operation(name).unwrap_or_else(|| {
                panic!(
                    "{} has a rule for {name}, which the contract does not have",
                    family.tag
                )
            });
            assert_eq!(
                operation.tag(),
                family.tag,
                "{name} stands in the wrong family"
            );
        }
        let filters: Vec<_> = family
            .filters
            .iter()
            .map(|(on, name, _)| (on, name))
            .collect();
        assert!(
            filters.is_sorted_by(|one, next| one < next),
            "the filters of {} are not sorted: {filters:?}",
            family.tag
        );
    }
}

#[test]
fn every_kind_is_a_schema_with_its_identifier_in_it() {
    let contract = Contract::bundled();
    for kind in families::kinds() {
        let schema = contract
            .schema(kind.name)
            .unwrap_or_else(|| panic!("the contract has no schema {}", kind.name));
        assert!(
            schema["properties"].get(kind.id).is_some(),
            "{} has no property {}",
            kind.name,
            kind.id
        );
        assert_eq!(families::kind(kind.name), Some(kind));
        let alone = families::kinds().filter(|it| it.id == kind.id).count() == 1;
        let told = Some(kind).filter(|_| alone);
        assert_eq!(families::kind_identified_by(kind.id), told, "{}", kind.id);
    }
}

#[test]
fn prefixes_are_unique_and_tell_the_kind() {
    for kind in families::kinds() {
        let prefixed = !kind.named && !kind.is_opaque();
        assert_eq!(prefixed, !kind.prefix.is_empty(), "{}", kind.name);
        if prefixed {
            assert!(kind.prefix.ends_with('-'), "{}", kind.name);
            let id = format!("{}{}", kind.prefix, "0".repeat(kind.digits));
            assert_eq!(families::kind_of_id(&id), Some(kind), "{id}");
        }
    }
}

#[test]
fn every_operation_is_served_in_one_way() {
    let contract = Contract::bundled();
    let mut faults = Vec::new();
    for operation in contract.operations() {
        let name = operation.name();
        let rule = families::rule(operation).is_some();
        let gap = families::gap(name).is_some();
        match (rule, gap, default::fitting(operation).is_some()) {
            (true, true, _) => faults.push(format!("{name} has a rule and is a gap")),
            (false, false, false) => {
                faults.push(format!(
                    "{name} has no rule, no default fits it, and it is no gap"
                ));
            }
            _ => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn gaps_name_operations_give_reasons_and_only_shrink() {
    let contract = Contract::bundled();
    for (name, reason) in families::gaps() {
        assert!(
            contract.operation(name).is_some(),
            "the gap {name} is no operation"
        );
        assert!(reason.len() > 10, "{name} has no reason to be a gap");
    }
    let gaps = families::gaps().count();
    assert_eq!(
        gaps, GAPS,
        "there are {gaps} gaps; if fewer than before, lower GAPS"
    );
    assert_eq!(
        text_of_gaps().len(),
        include_str!("../../../fixtures/gaps.json").lines().count() - 2,
        "a gap stands twice, or not on a line of its own"
    );
}

#[test]
fn overridden_filters_lead_somewhere() {
    let contract = Contract::bundled();
    for family in FAMILIES {
        for (on, name, by) in family.filters {
            let filters = contract
                .schema(on)
                .unwrap_or_else(|| panic!("{}: there is no schema {on}", family.tag));
            assert!(
                filters["properties"].get(*name).is_some(),
                "{on} has no filter {name}"
            );
            let (By::Path(path) | By::NotBefore(path) | By::NotAfter(path)) = by else {
                continue;
            };
            let read = reads(&contract)
                .filter(|read| read.tag() == family.tag)
                .find(|read| read.outline().filters.as_deref() == Some(*on))
                .unwrap_or_else(|| panic!("no operation of {} takes {on}", family.tag));
            let envelope = read
                .outline()
                .envelope
                .as_ref()
                .expect("a read answers something");
            assert!(
                leads_somewhere(&contract, &envelope.kind, path),
                "{on}.{name} looks at {path}, which {} does not have",
                envelope.kind
            );
        }
    }
}

#[test]
fn every_filter_of_a_served_read_is_understood() {
    let contract = Contract::bundled();
    let cloud = cloud();
    let mut refused = Vec::new();
    for read in reads(&contract).filter(|read| served(read) != Served::Gap) {
        let Some(filters) = &read.outline().filters else {
            continue;
        };
        let schema = contract.schema(filters).expect("filters have a schema");
        for (name, filter) in schema["properties"].as_object().into_iter().flatten() {
            let mut input = plausible(&contract, request_of(&contract, read));
            input["Filters"] = json!({ name: plausible_property(&contract, name, filter) });
            let error = cloud.call(read.name(), input).error();
            if error.is_some_and(|error| error.code == "4023") {
                refused.push(format!("{}: {name}", read.name()));
            }
        }
    }
    assert!(
        refused.is_empty(),
        "not understood:\n{}",
        refused.join("\n")
    );
}

/// Either a test lets `every_filter` hold a read to its schema, which no table that leaves a filter
/// out passes, or the tests of one file name the read and each of its filters.
///
/// Of what cannot be made yet there is nothing to filter.
#[test]
fn no_filter_is_left_untested() {
    let contract = Contract::bundled();
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/families"));
    let gaps = text_of_gaps();
    let mut untested = Vec::new();
    let mut filters = 0;
    for read in reads(&contract).filter(|read| served(read) != Served::Gap) {
        let Some(schema) = &read.outline().filters else {
            continue;
        };
        let kind = read.outline().envelope.as_ref().map(|it| &it.kind);
        if kind.is_some_and(|kind| gaps.contains_key(&format!("Create{kind}"))) {
            continue;
        }
        let named = |source: &str, name: &str| source.contains(&format!("\"{name}\""));
        let mut tables = sources
            .iter()
            .flat_map(|it| it.split("every_filter(").skip(1));
        let whole = tables.any(|it| named(it.split(';').next().unwrap_or_default(), read.name()));
        let about: Vec<_> = sources.iter().filter(|it| named(it, read.name())).collect();
        let schema = contract.schema(schema).expect("filters have a schema");
        for (filter, _) in schema["properties"].as_object().into_iter().flatten() {
            filters += 1;
            if !whole && !about.iter().any(|source| named(source, filter)) {
                untested.push(format!("{}: {filter}", read.name()));
            }
        }
    }
    assert!(filters > 250, "{filters}");
    assert!(untested.is_empty(), "no test:\n{}", untested.join("\n"));
}

/// The texts of the files in a folder and those below it.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                return sources(&path);
            }
            vec![fs::read_to_string(&path).expect("text")]
        })
        .collect()
}

#[test]
fn every_default_answers() {
    let contract = Contract::bundled();
    let cloud = cloud();
    for operation in contract.operations() {
        if served(operation) != Served::Default {
            continue;
        }
        let name = operation.name();
        let answer = cloud.call(name, plausible(&contract, request_of(&contract, operation)));
        // A reply that breaks the contract fails when the cloud is dropped.
        if operation.verb() == Verb::Read {
            assert_eq!(answer.status(), 200, "{name}: {}", answer.body());
        }
        let code = answer.error().map(|error| error.code);
        assert!(
            !matches!(code.as_deref(), Some("501" | "4045")),
            "{name}: {}",
            answer.body()
        );
    }
}

#[test]
fn a_gap_says_what_it_is() {
    let builder = builder().contract(with_unserved());
    let cloud = builder.without(Guard::Unserved).build();
    let answer = cloud.call(UNSERVED, json!({}));
    let error = answer.error().expect("an error");
    assert_eq!((answer.status(), &*error.code), (501, "501"));
    assert_eq!(error.kind, "OperationNotSupported");
    assert!(error.details.contains(UNSERVED), "{}", error.details);
    let why = "neither a rule nor a default fits it";
    assert!(error.details.contains(why), "{}", error.details);
    // It is a call like any other.
    let log = cloud.call("ReadApiLogs", json!({})).ok();
    assert_eq!(log["Logs"][0]["QueryCallName"], UNSERVED);
    assert_eq!(log["Logs"][0]["ResponseStatusCode"], 501);
}

fn reads(contract: &Contract) -> impl Iterator<Item = &Operation> {
    contract
        .operations()
        .filter(|operation| operation.verb() == Verb::Read)
}

/// Whether a dotted path leads to a property of a schema; lists are looked into.
fn leads_somewhere(contract: &Contract, schema: &str, path: &str) -> bool {
    let mut here = contract.schema(schema);
    for field in path.split('.') {
        here = here
            .and_then(|schema| schema["properties"].get(field))
            .map(|property| property.get("items").unwrap_or(property))
            .and_then(|property| resolved(contract, property));
    }
    here.is_some()
}

fn resolved<'c>(contract: &'c Contract, schema: &'c Value) -> Option<&'c Value> {
    match schema["$ref"].as_str() {
        Some(reference) => contract.schema(reference.rsplit('/').next()?),
        None => Some(schema),
    }
}

fn request_of<'c>(contract: &'c Contract, operation: &Operation) -> &'c Value {
    contract
        .schema(&format!("{}Request", operation.name()))
        .expect("every operation has a request schema of its name")
}

/// A value that a schema allows, with the required properties only.
fn plausible(contract: &Contract, schema: &Value) -> Value {
    let required = schema["required"].as_array().into_iter().flatten();
    required
        .filter_map(Value::as_str)
        .map(|name| {
            let value = plausible_property(contract, name, &schema["properties"][name]);
            (name.to_owned(), value)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn plausible_property(contract: &Contract, name: &str, schema: &Value) -> Value {
    let schema = resolved(contract, schema).expect("a reference leads somewhere");
    let schema = schema["oneOf"].get(0).unwrap_or(schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("array") => json!([plausible_property(contract, name, &schema["items"])]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        Some("object") => plausible(contract, schema),
        _ => match schema["format"].as_str() {
            Some("date") => json!("2024-05-06"),
            Some("date-time") => json!("2024-05-06T07:08:09.000Z"),
            _ => {
                let one = name.strip_suffix('s').unwrap_or(name);
                match families::kind_identified_by(one).filter(|kind| !kind.named) {
                    Some(kind) => json!(format!("{}{}", kind.prefix, "0".repeat(kind.digits))),
                    None => json!("x"),
                }
            }
        },
    }
}
