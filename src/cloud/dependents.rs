//! What lives in a Net or a Subnet or wears a security group, and so stands in the way of its
//! deletion.
//!
//! One look over every kind, by the fields in which a body names another resource, so that a
//! family which holds such things need not be known here. It reads everything a cloud holds:
//! deletions are rare. Left out: routes, which outlive what they lead to.

use std::sync::Arc;

use serde_json::Value;

use super::State;
use super::families;
use super::object::{Fields, Object};
use super::store::{Resource, state_of};

/// The states of what is gone in all but name: it stands in nobody's way.
///
/// assumed beyond `terminated`: clients delete a Net while these still linger.
const GONE: &[&str] = &[
    "deleted",
    "deleting",
    "detached",
    "expired",
    "rejected",
    "terminated",
];

/// The states of what is gone for good.
const DELETED: &[&str] = &["deleted", "detached", "terminated"];

/// The resources, but for the one itself, whose body names it in one of these fields.
pub fn of<'a>(
    state: &'a State,
    fields: &'a [&'a str],
    id: &'a str,
) -> impl Iterator<Item = &'a Arc<Resource>> {
    naming(state, GONE, fields, id)
}

/// [`of`], and those that are on their way to be deleted: they hold what they name to the end.
pub fn until_deleted<'a>(
    state: &'a State,
    fields: &'a [&'a str],
    id: &'a str,
) -> impl Iterator<Item = &'a Arc<Resource>> {
    naming(state, DELETED, fields, id)
}

fn naming<'a>(
    state: &'a State,
    gone: &'a [&'a str],
    fields: &'a [&'a str],
    id: &'a str,
) -> impl Iterator<Item = &'a Arc<Resource>> {
    families::kinds()
        .flat_map(|kind| state.store.all(kind))
        .filter(move |resource| *resource.id != *id && names(&resource.body, gone, fields, id))
}

/// Whether something is gone in all but name.
pub fn is_gone(object: &Object) -> bool {
    is_over(object, GONE)
}

fn is_over(object: &Object, gone: &[&str]) -> bool {
    // A peering that has failed never was; whatever else has failed is there, and of no use.
    let peering = object.object("State");
    peering.is_some_and(|state| state.text("Name") == "failed") || gone.contains(&state_of(object))
}

fn names(object: &Object, gone: &[&str], fields: &[&str], id: &str) -> bool {
    !is_over(object, gone)
        && object.iter().any(|(field, value)| {
            let elements = match value {
                Value::Array(elements) => elements.as_slice(),
                value => std::slice::from_ref(value),
            };
            elements.iter().any(|element| match element {
                Value::String(text) => text == id && fields.contains(&field.as_str()),
                Value::Object(object) => names(object, gone, fields, id),
                _ => false,
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({ "NetId": "vpc-1" }), true)]
    #[case(json!({ "NetId": "vpc-2" }), false)]
    #[case(json!({ "NetId": "vpc-1", "State": "terminated" }), false)]
    #[case(json!({ "AccepterNet": { "NetId": "vpc-1" }, "State": { "Name": "active" } }), true)]
    #[case(json!({ "AccepterNet": { "NetId": "vpc-1" }, "State": { "Name": "expired" } }), false)]
    #[case(json!({ "AccepterNet": { "NetId": "vpc-1" }, "State": { "Name": "failed" } }), false)]
    #[case(json!({ "NetId": "vpc-1", "State": "failed" }), true)]
    #[case(json!({ "Links": [{ "NetId": "vpc-1", "State": "attached" }] }), true)]
    #[case(json!({ "Links": [{ "NetId": "vpc-1", "State": "detached" }] }), false)]
    #[case(json!({ "Nets": ["vpc-2", "vpc-1"] }), true)]
    #[case(json!({ "Tags": [{ "Key": "net", "Value": "vpc-1" }] }), false)]
    fn naming(#[case] body: Value, #[case] names_it: bool) {
        let body = body.as_object().unwrap();
        assert_eq!(names(body, GONE, &["NetId", "Nets"], "vpc-1"), names_it);
    }
}
