//! What the verb and the schemas of an operation imply: everything here is derived, nothing is
//! written down per operation. Left out: filter paths (see [`super::filter`]).

use serde_json::{Map, Value};

use super::document::{Document, SchemaId};
use super::operation::Verb;

/// What verb and schemas of an operation imply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The property of the reply that carries the resource or resources.
    pub envelope: Option<Envelope>,
    /// The name of the schema of its filters, such as `FiltersNet`.
    pub filters: Option<String>,
    /// How it pages.
    pub paging: Paging,
    /// The size of its pages where a caller does not say one, if the schema does.
    pub page_size: Option<i64>,
    /// Whether it takes `DryRun`.
    pub dry_run: bool,
    /// The property of the request that names the resource it works on; none for operations that
    /// create or read, and where several could be meant.
    pub id: Option<String>,
}

/// The property of a reply that carries resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The property: `Nets`.
    pub key: String,
    /// The schema that it, or each of its items, refers to: `Net`.
    pub kind: String,
    /// Whether it is a list.
    pub many: bool,
}

/// The API's two systems of paging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// `NextPageToken`.
    Token,
    /// `FirstItem`.
    Item,
    /// It does not page.
    None,
}

impl Outline {
    pub(super) fn of(
        document: &Document,
        operation: &str,
        request: SchemaId,
        response: SchemaId,
    ) -> Self {
        let (verb, subject) = Verb::split(operation);
        let request = document.schema(request);
        let input = |name: &str| request["properties"].get(name);
        Self {
            envelope: envelope(subject, &document.schema(response)["properties"]),
            filters: input("Filters").and_then(referred).map(str::to_owned),
            paging: if input("NextPageToken").is_some() {
                Paging::Token
            } else if input("FirstItem").is_some() {
                Paging::Item
            } else {
                Paging::None
            },
            page_size: input("ResultsPerPage").and_then(|size| size["default"].as_i64()),
            dry_run: input("DryRun").is_some(),
            id: match verb {
                Verb::Create | Verb::Read => None,
                _ => id(subject, request),
            },
        }
    }
}

/// The only property that refers to a schema, the response context apart; of several, the one that
/// the operation is named after.
fn envelope(subject: &str, properties: &Value) -> Option<Envelope> {
    let candidates: Vec<Envelope> = properties
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| *key != "ResponseContext")
        .filter_map(|(key, schema)| {
            let many = schema["type"] == "array";
            let kind = referred(if many { &schema["items"] } else { schema })?;
            Some(Envelope {
                key: key.clone(),
                kind: kind.to_owned(),
                many,
            })
        })
        .collect();
    match candidates.len() {
        1 => candidates.into_iter().next(),
        _ => candidates.into_iter().find(|c| c.key == subject),
    }
}

/// The request property that names the resource: the operation's subject with `Id`, `Ids`, `Name`
/// or `Orn`; else the only required property that ends so.
fn id(subject: &str, request: &Value) -> Option<String> {
    let none = Map::new();
    let properties = request["properties"].as_object().unwrap_or(&none);
    let required: Vec<&str> = request["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let one = subject.strip_suffix('s').unwrap_or(subject);
    let named = ["Id", "Ids", "Name", "Names", "Orn"]
        .into_iter()
        .flat_map(|ending| [format!("{subject}{ending}"), format!("{one}{ending}")])
        .find(|name| required.contains(&name.as_str()));
    if named.is_some() {
        return named;
    }
    let names_something = |name: &str| {
        ["Id", "Ids", "Name", "Names", "Orn"]
            .iter()
            .any(|ending| name.ends_with(ending))
    };
    let mut candidates = required
        .iter()
        .filter(|name| properties.contains_key(**name) && names_something(name));
    match (candidates.next(), candidates.next()) {
        (Some(only), None) => Some((*only).to_owned()),
        _ => None,
    }
}

/// The name of the schema that `schema` refers to.
pub(super) fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix(super::references::SCHEMAS)
}
