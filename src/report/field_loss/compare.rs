//! Two bodies side by side: what the second has lost of the first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Loss, LostField};
use crate::contract::{MASK, is_secret};
use crate::transcript::{Texts, redacted, secrets};

/// What a model makes of a body, or why it makes nothing of it.
pub(super) fn again<M: DeserializeOwned + Serialize>(wire: &Value) -> Result<Value, LostField> {
    let unreadable = |path: String, mut message: String| {
        if is_secret(last(&path)) {
            MASK.clone_into(&mut message);
        }
        // Where serde loses the path it still quotes the value.
        hidden(wire).hide_in_text(&mut message, MASK);
        let loss = Loss::Unreadable { message };
        LostField { path, loss }
    };
    let model: M = serde_path_to_error::deserialize(wire)
        .map_err(|error| unreadable(dotted(error.path()), error.inner().to_string()))?;
    // Through text: as a value, a number of single precision would be shown in double.
    serde_json::to_string(&model)
        .and_then(|text| serde_json::from_str(&text))
        .map_err(|error| unreadable(String::new(), error.to_string()))
}

/// A path of serde's, without the places in lists and variants of enumerations.
fn dotted(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let names = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(key.as_str()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(".")
}

/// What is lost from `wire` to `model`.
pub(super) fn losses(wire: &Value, model: &Value) -> Vec<LostField> {
    let mut found = Vec::new();
    values(wire, model, "", &mut found);
    // Under a name of the model's own, a secret is not known by its name.
    let hidden = hidden(wire);
    for lost in &mut found {
        match &mut lost.loss {
            Loss::Dropped { was: value } | Loss::Added { value } => {
                hidden.hide_in_value(value, MASK);
            }
            Loss::Changed { from, to } => {
                hidden.hide_in_value(from, MASK);
                hidden.hide_in_value(to, MASK);
            }
            Loss::Renamed { .. } | Loss::Retyped { .. } | Loss::Unreadable { .. } => {}
        }
    }
    found
}

/// The secrets that a body holds.
fn hidden(wire: &Value) -> Texts {
    Texts::of(secrets(wire), MASK)
}

fn values(wire: &Value, model: &Value, path: &str, found: &mut Vec<LostField>) {
    let lost = |loss| LostField {
        path: path.to_owned(),
        loss,
    };
    match (wire, model) {
        (Value::Object(wire), Value::Object(model)) => objects(wire, model, path, found),
        (Value::Array(wire), Value::Array(model)) => {
            if wire.len() != model.len() {
                let items = |list: &[Value]| Value::from(format!("{} items", list.len()));
                let (from, to) = (items(wire), items(model));
                found.push(lost(Loss::Changed { from, to }));
            }
            for (wire, model) in wire.iter().zip(model) {
                values(wire, model, path, found);
            }
        }
        (Value::Null, Value::Null) => {}
        (wire, Value::Null) => found.push(lost(Loss::Dropped {
            was: shown(path, wire),
        })),
        (wire, model) if type_of(wire) != type_of(model) => found.push(lost(Loss::Retyped {
            from: type_of(wire).to_owned(),
            to: type_of(model).to_owned(),
        })),
        (wire, model) if wire != model => found.push(lost(Loss::Changed {
            from: shown(path, wire),
            to: shown(path, model),
        })),
        _ => {}
    }
}

fn objects(
    wire: &Map<String, Value>,
    model: &Map<String, Value>,
    path: &str,
    found: &mut Vec<LostField>,
) {
    let renamed = renamed(wire, model);
    for (name, value) in wire.iter().filter(|(_, value)| !value.is_null()) {
        let path = joined(path, name);
        let kept = model.get(name).filter(|value| !value.is_null());
        if let Some(other) = kept {
            values(value, other, &path, found);
        } else if let Some((to, other)) = renamed.get(name.as_str()) {
            let loss = Loss::Renamed {
                to: (*to).to_owned(),
            };
            found.push(LostField {
                path: path.clone(),
                loss,
            });
            values(value, other, &path, found);
        } else {
            let was = shown(&path, value);
            let loss = Loss::Dropped { was };
            found.push(LostField { path, loss });
        }
    }
    let taken: Vec<&str> = renamed.values().map(|(to, _)| *to).collect();
    for (name, value) in absent(model, wire).filter(|(name, _)| !taken.contains(name)) {
        let path = joined(path, name);
        let value = shown(&path, value);
        let loss = Loss::Added { value };
        found.push(LostField { path, loss });
    }
}

/// What one object says and another does not.
fn absent<'v>(
    of: &'v Map<String, Value>,
    from: &'v Map<String, Value>,
) -> impl Iterator<Item = (&'v str, &'v Value)> {
    of.iter()
        .filter(|(name, value)| !value.is_null() && from.get(*name).is_none_or(Value::is_null))
        .map(|(name, value)| (name.as_str(), value))
}

/// Which field that is gone stands under which new name: first those with the same letters and
/// digits, then those that alone have the same value.
fn renamed<'v>(
    wire: &'v Map<String, Value>,
    model: &'v Map<String, Value>,
) -> BTreeMap<&'v str, (&'v str, &'v Value)> {
    let mut gone: Vec<_> = absent(wire, model).collect();
    let mut new: Vec<_> = absent(model, wire).collect();
    let mut found = BTreeMap::new();
    gone.retain(|(name, _)| {
        let alike = new
            .iter()
            .position(|(to, _)| squashed(to) == squashed(name));
        found.extend(alike.map(|at| (*name, new.remove(at))));
        alike.is_none()
    });
    for (name, value) in &gone {
        let holds = |(_, other): &&(&str, &Value)| other == value;
        let alone = gone.iter().filter(holds).count() == 1;
        let mut same = new.iter().filter(holds);
        if let (Some(to), None, true, true) = (same.next(), same.next(), alone, is_telling(value)) {
            found.insert(name, *to);
        }
    }
    found
}

/// The letters and digits of a name, in lower case.
fn squashed(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether two fields with this value are hardly so by chance.
fn is_telling(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(body) => !body.is_empty(),
    }
}

/// The JSON type of a value, integers told from other numbers.
fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A value without its secrets.
fn shown(path: &str, value: &Value) -> Value {
    if is_secret(last(path)) {
        return Value::from(MASK);
    }
    redacted(value)
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}
