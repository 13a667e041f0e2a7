//! What a call did: the difference of the two states, resource by resource, field by field.
//!
//! Left out: the fields of what was made, which the reply shows, and what a transition will change
//! when it ends, which the exchange that ends it shows.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::lifecycle::End;
use super::object::Object;
use super::state::State;

/// What became of one resource.
///
/// ```
/// use mockscale::{Change, Cloud, json};
///
/// let cloud = Cloud::new();
/// let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let tags = json!({
///     "ResourceIds": [net["Net"]["NetId"]],
///     "Tags": [{ "Key": "Name", "Value": "web" }],
/// });
/// cloud.call("CreateTags", tags);
/// let transcript = cloud.transcript();
/// let effect = &transcript.exchanges()[1].effects[0];
/// let Change::Changed(fields) = &effect.change else { panic!("a tag changes a Net") };
/// assert_eq!((&*effect.kind, &*fields[0].path), ("Net", "Tags[0]"));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Effect {
    /// The kind, by the name of its schema.
    pub kind: Cow<'static, str>,
    /// The identifier.
    pub id: String,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Change {
    /// It was made.
    Created,
    /// Fields of it changed.
    Changed(Vec<FieldChange>),
    /// It is gone.
    Deleted,
    /// It will change by itself: the transient state and its end (`None`: it will be gone).
    Scheduled {
        /// The transient state.
        from: Cow<'static, str>,
        /// What it will end in.
        to: Option<Cow<'static, str>>,
    },
}

/// One field before and after; `None` where it is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FieldChange {
    /// The dotted path of the field; an element of a list is named by its place: `Tags[0].Value`.
    pub path: String,
    /// What it was.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub before: Option<Value>,
    /// What it is.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub after: Option<Value>,
}

/// A value that is there, if only as null: absent and null stay apart.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// The effects of a draft: how it differs from the state that it was taken from.
pub fn effects(before: &State, after: &State) -> Vec<Effect> {
    let mut effects = Vec::new();
    for change in after.store.changes(&before.store) {
        let (resource, change) = match change {
            (None, Some(new)) => (new, Change::Created),
            (Some(old), None) => (old, Change::Deleted),
            (Some(old), Some(new)) => {
                let mut fields = Vec::new();
                compare("", &old.body, &new.body, &mut fields);
                for note in new.kind.told {
                    let path = (*note).to_owned();
                    differ(
                        path,
                        old.notes.get(*note),
                        new.notes.get(*note),
                        &mut fields,
                    );
                }
                if fields.is_empty() {
                    continue;
                }
                (new, Change::Changed(fields))
            }
            (None, None) => continue,
        };
        effects.push(Effect {
            kind: resource.kind.name.into(),
            id: resource.id.to_string(),
            change,
        });
    }
    for (id, transition) in after.lifecycle.begun() {
        if after.lifecycle.of(id).is_some() {
            effects.push(Effect {
                kind: transition.kind.name.into(),
                id: id.to_string(),
                change: Change::Scheduled {
                    from: transition.from.into(),
                    to: match transition.to {
                        End::State(state) => Some(state.into()),
                        End::Gone => None,
                    },
                },
            });
        }
    }
    effects
}

/// What differs between two objects, field by field.
fn compare(prefix: &str, before: &Object, after: &Object, into: &mut Vec<FieldChange>) {
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    for field in fields {
        let path = if prefix.is_empty() {
            field.clone()
        } else {
            format!("{prefix}.{field}")
        };
        differ(path, before.get(field), after.get(field), into);
    }
}

/// What differs between two values at a path.
fn differ(
    path: String,
    before: Option<&Value>,
    after: Option<&Value>,
    into: &mut Vec<FieldChange>,
) {
    match (before, after) {
        (old, new) if old == new => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => compare(&path, old, new, into),
        (Some(Value::Array(old)), Some(Value::Array(new))) => compare_lists(&path, old, new, into),
        (old, new) => into.push(FieldChange {
            path,
            before: old.cloned(),
            after: new.cloned(),
        }),
    }
}

/// What differs between two lists, element by element: those that both have in the same order stay
/// out of it, what stands between them is told pair by pair, and the rest came or went.
///
/// An element that went is named by its old place, any other by its new one.
fn compare_lists(path: &str, before: &[Value], after: &[Value], into: &mut Vec<FieldChange>) {
    let mut kept = in_both(before, after);
    kept.push((before.len(), after.len()));
    let (mut old, mut new) = (0, 0);
    for (old_end, new_end) in kept {
        while old < old_end || new < new_end {
            let gone = before.get(old).filter(|_| old < old_end);
            let come = after.get(new).filter(|_| new < new_end);
            let place = if come.is_some() { new } else { old };
            differ(format!("{path}[{place}]"), gone, come, into);
            old += usize::from(gone.is_some());
            new += usize::from(come.is_some());
        }
        (old, new) = (old_end + 1, new_end + 1);
    }
}

/// The places of as many elements as possible that two lists have in common, in the same order.
fn in_both(one: &[Value], other: &[Value]) -> Vec<(usize, usize)> {
    // Mostly the lists differ in one place: what stands before and behind it is compared once.
    let first = same(one.iter(), other.iter());
    let (one, other) = (&one[first..], &other[first..]);
    let last = same(one.iter().rev(), other.iter().rev());
    let (ones, others) = (one.len() - last, other.len() - last);
    let between = longest_in_both(&one[..ones], &other[..others]).into_iter();
    let behind = (0..last).map(|at| (ones + at, others + at));
    let before = (0..first).map(|at| (at, at));
    before
        .chain(between.chain(behind).map(|(i, j)| (first + i, first + j)))
        .collect()
}

/// How many values two lists have in common before the first that differs.
fn same<'v>(one: impl Iterator<Item = &'v Value>, other: impl Iterator<Item = &'v Value>) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// [`in_both`] by comparing each with each.
fn longest_in_both(one: &[Value], other: &[Value]) -> Vec<(usize, usize)> {
    // How many the rests of both lists have in common, from each pair of places on.
    let mut common = vec![vec![0_usize; other.len() + 1]; one.len() + 1];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            common[i][j] = if one[i] == other[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut places = Vec::new();
    while i < one.len() && j < other.len() {
        if one[i] == other[j] {
            places.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if common[i + 1][j] >= common[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::added(json!([1]), json!([1, 2]), &["L[1]: - > 2"])]
    #[case::added_first(json!([1]), json!([2, 1]), &["L[0]: - > 2"])]
    #[case::removed(json!([1, 2, 3]), json!([1, 3]), &["L[1]: 2 > -"])]
    #[case::changed(json!([1, 2, 3]), json!([1, 5, 3]), &["L[1]: 2 > 5"])]
    #[case::moved_on(json!([1, 2, 3]), json!([2, 3, 4]), &["L[0]: 1 > -", "L[2]: - > 4"])]
    #[case::emptied(json!([1]), json!([]), &["L[0]: 1 > -"])]
    #[case::twice_the_same(json!([1, 1, 2]), json!([1, 2]), &["L[1]: 1 > -"])]
    #[case::in_two_places(json!([1, 2, 3, 4, 5]), json!([1, 3, 6, 5]), &["L[1]: 2 > -", "L[2]: 4 > 6"])]
    #[case::one_becomes_two(json!([1]), json!([2, 3]), &["L[0]: 1 > 2", "L[1]: - > 3"])]
    #[case::field_of_an_element(
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]),
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "3" }]),
        &["L[1].Value: \"2\" > \"3\""]
    )]
    #[case::list_in_a_list(json!([[1], [2]]), json!([[1], [2, 3]]), &["L[1][1]: - > 3"])]
    #[case::null_is_there(json!([]), json!([null]), &["L[0]: - > null"])]
    fn lists(#[case] before: Value, #[case] after: Value, #[case] told: &[&str]) {
        let of = |list: Value| Object::from_iter([("L".to_owned(), list)]);
        let mut changes = Vec::new();
        compare("", &of(before), &of(after), &mut changes);
        let side = |it: &Option<Value>| it.as_ref().map_or("-".to_owned(), Value::to_string);
        let changes: Vec<_> = changes
            .iter()
            .map(|it| format!("{}: {} > {}", it.path, side(&it.before), side(&it.after)))
            .collect();
        assert_eq!(changes, told);
    }
}
