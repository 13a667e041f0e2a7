//! Which elements of two lists are the same resource.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

use serde_json::Value;

use super::learnt::Learnt;
use super::words::{is_hardware_address, is_instant, sort_of, words};

/// A place in the recorded list, and one in the other.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// The elements of two lists in pairs, in the order of the recorded list; then what is left of the
/// other.
///
/// Elements with an identifier are found by it, if it was met before; those that are new to both
/// sides by what else they say, then by their place. Elements without one go by their place.
pub(super) fn pairs(learnt: &Learnt, property: &str, old: &[Value], new: &[Value]) -> Vec<Pair> {
    let mut partners: Vec<Option<usize>> = vec![None; old.len()];
    let mut waiting = Vec::new();
    // Several elements may name the same resource, as routes name a gateway.
    let mut by_id: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
    for (at, element) in (0..).zip(new) {
        if let Some(id) = identity(property, element) {
            by_id.entry(id).or_default().push_back(at);
        }
    }
    for (at, element) in (0..).zip(old) {
        match identity(property, element).and_then(|id| learnt.name(id)) {
            Some(name) => partners[at] = by_id.get_mut(name).and_then(VecDeque::pop_front),
            None => waiting.push(at),
        }
    }
    // What is called like something known is that, and nothing that waits.
    let is_known = |at: &usize| {
        let id = identity(property, &new[*at]);
        id.is_some_and(|id| learnt.stands_for(id).is_some())
    };
    let mut left: Vec<usize> = (0..new.len())
        .filter(|at| !partners.contains(&Some(*at)) && !is_known(at))
        .collect();
    by_content(
        learnt,
        property,
        (old, new),
        &mut waiting,
        &mut left,
        &mut partners,
    );
    for (at, there) in waiting.into_iter().zip(&left) {
        partners[at] = Some(*there);
    }
    let paired: BTreeSet<usize> = partners.iter().flatten().copied().collect();
    let rest = (0..new.len()).filter(|at| !paired.contains(at));
    let pairs = (0..)
        .zip(partners.iter())
        .map(|(at, there)| (Some(at), *there));
    pairs.chain(rest.map(|at| (None, Some(at)))).collect()
}

/// Pairs elements with an identifier that say the same but for names that nobody knows yet.
fn by_content(
    learnt: &Learnt,
    property: &str,
    (old, new): (&[Value], &[Value]),
    waiting: &mut Vec<usize>,
    left: &mut Vec<usize>,
    partners: &mut [Option<usize>],
) {
    if left.len() < 2 && waiting.len() < 2 {
        return;
    }
    let mut by_content: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for at in left.iter().copied() {
        if identity(property, &new[at]).is_some() {
            let mut key = String::new();
            write_key(
                &new[at],
                &|word| learnt.stands_for(word).map(|_| word),
                &mut key,
            );
            by_content.entry(key).or_default().push_back(at);
        }
    }
    waiting.retain(|at| {
        if identity(property, &old[*at]).is_none() {
            return true;
        }
        let mut key = String::new();
        write_key(&old[*at], &|word| learnt.name(word), &mut key);
        partners[*at] = by_content.get_mut(&key).and_then(VecDeque::pop_front);
        partners[*at].is_none()
    });
    left.retain(|at| !partners.contains(&Some(*at)));
}

/// What an element of a list calls itself: an identifier, the property that is named after the list
/// (`VmId` of `Vms`), or its only one that ends so.
fn identity<'v>(property: &str, element: &'v Value) -> Option<&'v str> {
    let object = match element {
        Value::String(text) => return sort_of(text).map(|_| text.as_str()),
        Value::Object(object) => object,
        _ => return None,
    };
    let own = match property.strip_suffix("ies") {
        Some(stem) => format!("{stem}yId"),
        None => format!("{}Id", property.strip_suffix('s').unwrap_or(property)),
    };
    if let Some(id) = object.get(&own).and_then(Value::as_str) {
        return Some(id);
    }
    let ids = object
        .iter()
        .filter(|(name, _)| name.ends_with("Id") && *name != "AccountId");
    let mut ids = ids.filter_map(|(_, value)| value.as_str());
    match (ids.next(), ids.next()) {
        (Some(only), None) => sort_of(only).map(|_| only),
        _ => None,
    }
}

/// A value without what is new or differs from run to run; `known` says what a word is called.
fn write_key<'k>(value: &'k Value, known: &dyn Fn(&'k str) -> Option<&'k str>, out: &mut String) {
    match value {
        Value::String(text) if is_instant(text) => out.push_str("<instant>"),
        Value::String(text) if is_hardware_address(text) => out.push_str("<card>"),
        Value::String(text) => {
            out.push('"');
            for (word, rest) in words(text) {
                out.push_str(known(word).or_else(|| sort_of(word)).unwrap_or(word));
                out.push_str(rest);
            }
            out.push('"');
        }
        Value::Array(values) => {
            out.push('[');
            for value in values {
                write_key(value, known, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                out.push_str(name);
                out.push(':');
                write_key(value, known, out);
            }
            out.push('}');
        }
        value => {
            let _ = write!(out, "{value},");
        }
    }
}
