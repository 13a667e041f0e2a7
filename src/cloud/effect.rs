//! What a call did: the difference of the two states, resource by resource.

use serde_json::Value;

use super::lifecycle::End;
use super::object::Object;
use super::state::State;

/// What became of one resource.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Effect {
    /// The kind, by the name of its schema.
    pub kind: &'static str,
    /// The identifier.
    pub id: String,
    /// What happened to it.
    pub change: Change,
}

/// What happened to a resource.
#[derive(Clone, Debug, PartialEq)]
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
        from: &'static str,
        /// What it will end in.
        to: Option<&'static str>,
    },
}

/// One field before and after; `None` where it is absent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// The dotted path of the field.
    pub path: String,
    /// What it was.
    pub before: Option<Value>,
    /// What it is.
    pub after: Option<Value>,
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
                if fields.is_empty() {
                    continue;
                }
                (new, Change::Changed(fields))
            }
            (None, None) => continue,
        };
        effects.push(Effect {
            kind: resource.kind.name,
            id: resource.id.to_string(),
            change,
        });
    }
    for (id, transition) in after.lifecycle.begun() {
        if after.lifecycle.of(id).is_some() {
            effects.push(Effect {
                kind: transition.kind.name,
                id: id.to_string(),
                change: Change::Scheduled {
                    from: transition.from,
                    to: match transition.to {
                        End::State(state) => Some(state),
                        End::Gone => None,
                    },
                },
            });
        }
    }
    effects
}

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
        match (before.get(field), after.get(field)) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => compare(&path, old, new, into),
            (old, new) => into.push(FieldChange {
                path,
                before: old.cloned(),
                after: new.cloned(),
            }),
        }
    }
}
