//! Whether everything that facts refer to is there: schemas by `$ref`, security schemes by name.

use serde_json::{Map, Value};

use super::error::ContractError;
use super::layout::Facts;
use super::suggest::nearest;

/// Where schemas live in a document, as references write it.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// Checks every reference of a document's operations and schemas.
///
/// # Errors
///
/// [`ContractError::Unresolved`] for the first that leads nowhere.
pub(super) fn check(
    operations: &Facts,
    schemas: &Facts,
    security: &Facts,
) -> Result<(), ContractError> {
    for (path, item) in operations {
        let at = format!("/paths/{}", escape(path));
        within(item, &at, schemas)?;
        security_names(item, &at, security)?;
    }
    for (name, schema) in schemas {
        let at = format!("/components/schemas/{}", escape(name));
        within(schema, &at, schemas)?;
    }
    Ok(())
}

/// A name as a segment of a JSON pointer.
pub(crate) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// Checks every reference within `facts`.
fn within(facts: &Value, at: &str, schemas: &Facts) -> Result<(), ContractError> {
    match facts {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let name = reference.strip_prefix(SCHEMAS);
                if !name.is_some_and(|name| schemas.contains_key(name)) {
                    let names = schemas.keys().map(String::as_str);
                    return Err(unresolved(at, reference, name, names, SCHEMAS));
                }
                return Ok(());
            }
            for (key, value) in members {
                // A default or an enumeration holds data, whatever it looks like.
                if !matches!(key.as_str(), "default" | "enum") {
                    within(value, &format!("{at}/{}", escape(key)), schemas)?;
                }
            }
            Ok(())
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| within(item, &format!("{at}/{i}"), schemas)),
        _ => Ok(()),
    }
}

fn security_names(item: &Value, at: &str, schemes: &Facts) -> Result<(), ContractError> {
    let requirements = item["post"]["security"].as_array().into_iter().flatten();
    for name in requirements
        .filter_map(Value::as_object)
        .flat_map(Map::keys)
    {
        if !schemes.contains_key(name) {
            let at = format!("{at}/post/security");
            let names = schemes.keys().map(String::as_str);
            return Err(unresolved(&at, name, Some(name), names, ""));
        }
    }
    Ok(())
}

fn unresolved<'a>(
    at: &str,
    reference: &str,
    name: Option<&str>,
    names: impl Iterator<Item = &'a str>,
    prefix: &str,
) -> ContractError {
    let nearest = name.and_then(|name| nearest(name, names));
    ContractError::Unresolved {
        at: at.to_owned(),
        reference: reference.to_owned(),
        nearest: nearest.map(|name| format!("{prefix}{name}")),
    }
}
