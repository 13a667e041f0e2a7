//! From a document as published to its facts: an `OpenAPI` 3.0 document without prose, in one
//! fixed layout.
//!
//! Distilling facts again gives the same bytes. Left out: how facts are laid out (see
//! [`super::layout`]), whatever explains or illustrates (descriptions, titles, examples, links, extensions), and every part of
//! `OpenAPI` that this API does not use (parameters, headers, callbacks), which is refused
//! where it would change the meaning of a call.

use std::collections::BTreeSet;

use openapiv3::{
    Content, PathItem, ReferenceOr, Responses, SecurityRequirement, SecurityScheme, Server,
    StatusCode,
};
use serde_json::{Map, Value, json};

use super::error::ContractError;
use super::layout::{self, Facts};
use super::references::{self, SCHEMAS, escape};

/// The facts of `text`, an `OpenAPI` 3.0 document in YAML or JSON.
///
/// # Errors
///
/// See [`ContractError`].
pub(super) fn distil(text: &str) -> Result<String, ContractError> {
    let document = read(text)?;
    let openapi = openapi_version(&document)?;
    let info = info(&document)?;
    let servers = servers(&document)?;
    let security = security_schemes(&document)?;
    let schemas = schemas(&document)?;
    let operations = operations(&document)?;
    references::check(&operations, &schemas, &security)?;
    let head = [
        ("openapi", openapi),
        ("info", info),
        ("servers", servers),
        ("tags", tags(&operations)),
    ];
    Ok(layout::render(&head, &operations, &security, &schemas))
}

/// Values are read with `serde_json` or `serde_norway` first: openapiv3 reads no text.
fn read(text: &str) -> Result<Value, ContractError> {
    if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|e| syntax("JSON", e.line(), e.column(), &e.to_string()))
    } else {
        serde_norway::from_str(text).map_err(|e| {
            let (line, column) = e.location().map_or((0, 0), |l| (l.line(), l.column()));
            syntax("YAML", line, column, &e.to_string())
        })
    }
}

fn syntax(format: &'static str, line: usize, column: usize, problem: &str) -> ContractError {
    let problem = match problem.rfind(" at line ") {
        Some(end) => &problem[..end],
        None => problem,
    };
    ContractError::Syntax {
        format,
        line,
        column,
        problem: problem.to_owned(),
    }
}

fn openapi_version(document: &Value) -> Result<Value, ContractError> {
    let found = match (document, document.get("openapi"), document.get("swagger")) {
        (_, Some(Value::String(version)), _) if version.starts_with("3.0") => {
            return Ok(json!(version));
        }
        (_, Some(version), _) => format!("its version is {version}"),
        (_, None, Some(version)) => format!("it is a Swagger document, version {version}"),
        (Value::Object(_), None, None) => "it has no \"openapi\" member".to_owned(),
        (Value::Null, ..) => "it is empty".to_owned(),
        (Value::Array(_), ..) => "it is a list".to_owned(),
        _ => "it is a single value".to_owned(),
    };
    Err(ContractError::NotOpenApi { found })
}

fn info(document: &Value) -> Result<Value, ContractError> {
    let text = |name: &str| match document["info"][name].as_str() {
        Some(text) => Ok(text),
        None => Err(ContractError::malformed(
            format!("/info/{name}"),
            "missing; expected a string",
        )),
    };
    Ok(json!({ "title": text("title")?, "version": text("version")? }))
}

fn servers(document: &Value) -> Result<Value, ContractError> {
    let Some(servers) = document.get("servers") else {
        return Ok(json!([]));
    };
    let servers: Vec<Server> = typed(servers, "/servers")?;
    let facts = servers.into_iter().map(|server| {
        let variables: Map<String, Value> = server
            .variables
            .unwrap_or_default()
            .into_iter()
            .map(|(name, v)| (name, json!({ "default": v.default, "enum": v.enumeration })))
            .collect();
        json!({ "url": server.url, "variables": variables })
    });
    Ok(facts.collect())
}

fn security_schemes(document: &Value) -> Result<Facts, ContractError> {
    let mut facts = Facts::new();
    for (name, scheme) in members(document, "/components/securitySchemes")? {
        let at = format!("/components/securitySchemes/{}", escape(name));
        let scheme: SecurityScheme = typed(scheme, &at)?;
        facts.insert(name.clone(), prose_free(&value_of(&scheme, &at)?));
    }
    Ok(facts)
}

fn schemas(document: &Value) -> Result<Facts, ContractError> {
    let mut facts = Facts::new();
    for (name, schema) in members(document, "/components/schemas")? {
        let at = format!("/components/schemas/{}", escape(name));
        plain(name, &at)?;
        let schema: ReferenceOr<openapiv3::Schema> = typed(schema, &at)?;
        facts.insert(name.clone(), schema_facts(&value_of(&schema, &at)?));
    }
    Ok(facts)
}

/// A schema without what explains or illustrates it. The names under `properties` are names, not
/// keywords: a property may well be called `title`.
fn schema_facts(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let facts = schema.iter().filter_map(|(key, value)| {
        let value = match (key.as_str(), value) {
            (key, _) if is_prose(key) => return None,
            ("properties", Value::Object(properties)) => properties
                .iter()
                .map(|(name, schema)| (name.clone(), schema_facts(schema)))
                .collect(),
            ("oneOf" | "allOf" | "anyOf", Value::Array(schemas)) => {
                schemas.iter().map(schema_facts).collect()
            }
            ("items" | "not" | "additionalProperties", schema) => schema_facts(schema),
            (_, value) => value.clone(),
        };
        Some((key.clone(), value))
    });
    Value::Object(facts.collect())
}

fn prose_free(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| !is_prose(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        other => other.clone(),
    }
}

fn is_prose(key: &str) -> bool {
    matches!(
        key,
        "description" | "example" | "examples" | "externalDocs" | "title" | "xml"
    ) || key.starts_with("x-")
}

fn operations(document: &Value) -> Result<Facts, ContractError> {
    let paths = members(document, "/paths")?;
    let everywhere = match document.get("security") {
        Some(security) => {
            let requirements: Vec<SecurityRequirement> = typed(security, "/security")?;
            alternatives(&requirements)
        }
        None => json!([]),
    };
    let mut facts = Facts::new();
    for (path, item) in paths {
        let at = format!("/paths/{}", escape(path));
        let item: PathItem = typed(item, &at)?;
        facts.insert(path.clone(), operation(path, &at, item, &everywhere)?);
    }
    if facts.is_empty() {
        return Err(ContractError::NoPaths);
    }
    Ok(facts)
}

fn operation(
    path: &str,
    at: &str,
    item: PathItem,
    everywhere: &Value,
) -> Result<Value, ContractError> {
    if let Some((method, _)) = item.iter().find(|(method, _)| *method != "post") {
        let problem = format!("`{method}` is not a method of this API; expected `post` alone");
        return Err(ContractError::malformed(at, problem));
    }
    let operation = item
        .post
        .ok_or_else(|| ContractError::malformed(at, "no operation; expected a `post`"))?;
    let name = operation
        .operation_id
        .ok_or_else(|| ContractError::NoOperationId {
            path: path.to_owned(),
        })?;
    let at = format!("{at}/post");
    plain(&name, &at)?;
    if path.strip_prefix('/') != Some(&name) {
        let problem = format!("operationId is `{name}`; expected the path to be `/{name}`");
        return Err(ContractError::malformed(at, problem));
    }
    if operation.tags.is_empty() {
        return Err(ContractError::NoTag {
            path: path.to_owned(),
        });
    }
    let body_at = format!("{at}/requestBody");
    let Some(ReferenceOr::Item(body)) = operation.request_body else {
        return Err(ContractError::malformed(
            body_at,
            "missing, or a reference; expected a body with application/json content",
        ));
    };
    let mut request = json!({ "content": content(&body.content, &body_at)? });
    if body.required {
        request["required"] = json!(true);
    }
    Ok(json!({ "post": {
        "operationId": name,
        "tags": operation.tags,
        "security": operation.security.as_deref().map_or_else(|| everywhere.clone(), alternatives),
        "requestBody": request,
        "responses": responses(&operation.responses, &at)?,
    }}))
}

/// Security requirements with each its names only: this API's schemes have no scopes.
fn alternatives(requirements: &[SecurityRequirement]) -> Value {
    requirements
        .iter()
        .map(|requirement| {
            let names = requirement.keys().map(|name| (name.clone(), json!([])));
            Value::Object(names.collect())
        })
        .collect()
}

fn responses(responses: &Responses, at: &str) -> Result<Value, ContractError> {
    let mut facts = Map::new();
    for (status, response) in &responses.responses {
        let at = format!("{at}/responses/{status}");
        let (StatusCode::Code(code), ReferenceOr::Item(response)) = (status, response) else {
            return Err(ContractError::malformed(
                at,
                "expected a numbered status with a response of its own",
            ));
        };
        facts.insert(
            code.to_string(),
            json!({
                "description": word(*code),
                "content": content(&response.content, &at)?,
            }),
        );
    }
    if !facts.contains_key("200") {
        let at = format!("{at}/responses/200");
        return Err(ContractError::malformed(
            at,
            "missing; expected the successful response",
        ));
    }
    Ok(Value::Object(facts))
}

/// `OpenAPI` wants a description on each response.
fn word(status: u16) -> &'static str {
    match status {
        200..=299 => "answered",
        401 => "unauthenticated",
        409 => "conflict",
        400..=499 => "refused",
        _ => "failed",
    }
}

fn content(content: &Content, at: &str) -> Result<Value, ContractError> {
    let schema = content
        .get("application/json")
        .and_then(|media| media.schema.as_ref());
    match schema {
        Some(ReferenceOr::Reference { reference }) => Ok(json!({
            "application/json": { "schema": { "$ref": reference } }
        })),
        _ => Err(ContractError::malformed(
            format!("{at}/content"),
            format!("expected application/json with a schema by reference, as `{SCHEMAS}Name`"),
        )),
    }
}

fn tags(operations: &Facts) -> Value {
    let tags: BTreeSet<&str> = operations
        .values()
        .filter_map(|item| item["post"]["tags"].as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    tags.into_iter().map(|tag| json!({ "name": tag })).collect()
}

/// The members of the object at `pointer`; none where there is nothing.
fn members<'a>(
    document: &'a Value,
    pointer: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, ContractError> {
    match document.pointer(pointer) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(members)) => Ok(Some(members.iter()).into_iter().flatten()),
        Some(_) => Err(ContractError::malformed(pointer, "expected an object")),
    }
}

/// Names stand quoted at the start of a line of facts, so they must not need escaping.
fn plain(name: &str, at: &str) -> Result<(), ContractError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(());
    }
    let problem = format!("`{name}` is not a name; expected letters, digits, `.`, `_` and `-`");
    Err(ContractError::malformed(at, problem))
}

fn typed<T: serde::de::DeserializeOwned>(value: &Value, at: &str) -> Result<T, ContractError> {
    serde_json::from_value(value.clone()).map_err(|e| ContractError::malformed(at, e.to_string()))
}

fn value_of<T: serde::Serialize>(part: &T, at: &str) -> Result<Value, ContractError> {
    serde_json::to_value(part).map_err(|e| ContractError::malformed(at, e.to_string()))
}
