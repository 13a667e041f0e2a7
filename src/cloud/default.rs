//! What a verb implies: create, read, update and delete, derived from the schemas.
//!
//! They are plain functions. An operation without a rule gets one of them; a rule may call the
//! same and add to it.

use std::sync::Arc;

use serde_json::Value;

use super::call::{Call, Reply};
use super::clock;
use super::families;
use super::family::{Kind, Rule};
use super::fault::{self, Fault};
use super::filter::Selection;
use super::object::{Fields, Object};
use super::page;
use super::store::Resource;
use crate::contract::{Operation, Verb};

/// The default that fits an operation, if one does.
pub fn fitting(operation: &Operation) -> Option<Rule> {
    let outline = operation.outline();
    let of_a_known_kind = outline
        .envelope
        .as_ref()
        .is_some_and(|envelope| families::kind(&envelope.kind).is_some());
    match operation.verb() {
        Verb::Create if of_a_known_kind => Some(|call| create(call, |_| {})),
        Verb::Read if of_a_known_kind => Some(read),
        // Of a kind that no rule makes yet, an account has none.
        Verb::Read if outline.envelope.as_ref().is_some_and(|it| it.many) => {
            Some(|call| read_listed(call, []))
        }
        Verb::Update if of_a_known_kind && outline.id.is_some() => {
            Some(|call| update(call, |_| {}))
        }
        Verb::Delete if operated_kind(operation).is_some() => Some(delete),
        _ => None,
    }
}

/// Makes a resource of what was sent.
///
/// The body is every property of the request that the resource has too, a new identifier, the
/// owner, the date, `available` as the state and empty lists; `fill` adds the rest.
///
/// # Faults
/// The kind's own fault for each identifier in the request that names nothing.
pub fn create(call: &mut Call<'_>, fill: impl FnOnce(&mut Object)) -> Result<Reply, Fault> {
    let (key, kind) = envelope(call)?;
    check_references(call)?;
    let mut body = Object::new();
    for (property, schema) in properties(call, kind.name) {
        if property == kind.id {
            continue;
        }
        if let Some(value) = call.input.get(property).or_else(|| schema.get("default")) {
            body.put(property, value.clone());
        } else if schema.get("type").and_then(Value::as_str) == Some("array") {
            body.put(property, Value::Array(vec![]));
        } else {
            match property.as_str() {
                "AccountId" => body.put(property, &*call.account),
                "CreationDate" => body.put(property, clock::zulu(call.state.clock.now())),
                "State" => body.put(property, "available"),
                _ => {}
            }
        }
    }
    fill(&mut body);
    let id = call.insert(kind, body);
    Ok(Reply::of(&key, call.shown(kind, &id)))
}

/// Answers the resources that the filters select, one page of them.
///
/// # Faults
/// Those of [`Selection::of`] and [`page::cut`].
pub fn read(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (key, kind) = envelope(call)?;
    read_shown(call, &key, kind, |_, _| true)
}

/// [`read`] of the resources for which `keep` holds.
pub fn read_shown(
    call: &mut Call<'_>,
    key: &str,
    kind: &'static Kind,
    keep: impl Fn(&Call<'_>, &Resource) -> bool,
) -> Result<Reply, Fault> {
    let schema = call.operation.outline().filters.clone().unwrap_or_default();
    let selection = Selection::of(call, kind, &schema)?;
    let candidates: Vec<Arc<Resource>> = match selection.ids(kind) {
        Some(ids) if !kind.named => {
            let mut found: Vec<_> = ids
                .filter_map(|id| call.state.get(kind, id).cloned())
                .collect();
            found.sort_by_key(|resource| resource.turn);
            found.dedup_by_key(|resource| resource.turn);
            found
        }
        _ => call.state.store.all(kind).cloned().collect(),
    };
    let mut items = Vec::new();
    for resource in candidates {
        if !kind.visible(&resource, &call.account) || !keep(call, &resource) {
            continue;
        }
        let shown = kind.view_for(call.state, &resource, &call.account);
        if selection.looks_at(call.state, &resource, &shown) {
            call.saw(&resource);
        }
        if selection.matches(call.state, &resource, &shown) {
            items.push((resource.turn, shown));
        }
    }
    page::cut(call, key, items)
}

/// [`read`] of objects that belong to no account and are always there.
///
/// # Faults
/// Those of [`Selection::over`] and [`page::cut`].
pub fn read_listed<'v>(
    call: &Call<'_>,
    listed: impl IntoIterator<Item = &'v Value>,
) -> Result<Reply, Fault> {
    let outline = call.operation.outline();
    let envelope = outline.envelope.as_ref().ok_or_else(|| unfit(call))?;
    let schema = outline.filters.as_deref().unwrap_or_default();
    let selection = Selection::over(call, &envelope.kind, schema)?;
    let items = (0..)
        .zip(listed.into_iter().filter_map(Value::as_object))
        .filter(|(_, object)| selection.accepts(object))
        .map(|(turn, object)| (turn, object.clone()))
        .collect();
    page::cut(call, &envelope.key, items)
}

/// Sets the properties that were sent on the resource that they name; `change` adds the rest.
///
/// # Faults
/// The kind's own fault for an identifier that names nothing.
pub fn update(call: &mut Call<'_>, change: impl FnOnce(&mut Object)) -> Result<Reply, Fault> {
    let (key, kind) = envelope(call)?;
    let id = operated_id(call)?;
    call.find_own(kind, &id)?;
    check_references(call)?;
    let sent: Vec<(String, Value)> = properties(call, kind.name)
        .filter(|(property, _)| *property != kind.id)
        .filter_map(|(property, _)| Some((property.clone(), call.input.get(property)?.clone())))
        .collect();
    call.edit(kind, &id, |resource| {
        resource.body.extend(sent);
        change(&mut resource.body);
    });
    Ok(Reply::of(&key, call.shown(kind, &id)))
}

/// Takes out the resource that is named.
///
/// # Faults
/// The kind's own fault for an identifier that names nothing.
pub fn delete(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let kind = operated_kind(call.operation).ok_or_else(|| unfit(call))?;
    let id = operated_id(call)?;
    call.find_own(kind, &id)?;
    call.remove(kind, &id);
    Ok(Reply::empty())
}

/// Refuses identifiers in the request that name nothing the caller can see.
fn check_references(call: &Call<'_>) -> Result<(), Fault> {
    for (property, value) in call.input {
        let name = property.strip_suffix('s').unwrap_or(property);
        let Some(kind) = families::kind_identified_by(name) else {
            continue;
        };
        let ids: Vec<&str> = match value {
            Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
            value => value.as_str().into_iter().collect(),
        };
        for id in ids {
            call.find(kind, id)?;
        }
    }
    Ok(())
}

fn properties<'c>(
    call: &Call<'c>,
    schema: &str,
) -> impl Iterator<Item = (&'c String, &'c Value)> + use<'c> {
    call.contract
        .schema(schema)
        .and_then(|schema| schema.get("properties"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// Under which key the reply carries its resources, and what they are.
fn envelope(call: &Call<'_>) -> Result<(String, &'static Kind), Fault> {
    call.operation
        .outline()
        .envelope
        .as_ref()
        .and_then(|envelope| Some((envelope.key.clone(), families::kind(&envelope.kind)?)))
        .ok_or_else(|| unfit(call))
}

fn operated_kind(operation: &Operation) -> Option<&'static Kind> {
    families::kind_identified_by(operation.outline().id.as_deref()?)
}

fn operated_id(call: &Call<'_>) -> Result<String, Fault> {
    let property = call
        .operation
        .outline()
        .id
        .as_deref()
        .ok_or_else(|| unfit(call))?;
    Ok(call.input.text(property).to_owned())
}

fn unfit(call: &Call<'_>) -> Fault {
    fault::NOT_SERVED.says(format!(
        "{} has no rule in this fake, and no default fits it.",
        call.operation.name()
    ))
}
