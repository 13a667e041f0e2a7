//! What must hold of a cloud at any moment, whatever was said to it: [`broken`].
//!
//! It looks at what an account can read, at one instant: what the API shows of one resource
//! against what it shows of the others; and at what only the core can tell. Left out: identifiers
//! by their form (see [`dangling`](super::dangling)).

mod addresses;
mod compute;
mod identity;
mod links;
mod load_balancers;
mod network;
mod public_ips;
mod quotas;
mod routes;
mod states;
mod storage;
mod unseen;
mod view;
mod vm_groups;
mod ways;

pub use view::{View, reads};

use super::account::directory;
use super::state::State;
use crate::contract::Contract;

/// Something that must hold, and how it is checked.
type Invariant = fn(&View, &mut Vec<String>);

/// Everything that must hold, by what it is about.
const INVARIANTS: &[(&str, Invariant)] = &[
    ("addresses", addresses::check),
    ("compute", compute::check),
    ("identity", identity::check),
    ("links", links::check),
    ("load balancers", load_balancers::check),
    ("network", network::check),
    ("public IPs", public_ips::check),
    ("quotas", quotas::check),
    ("reads", |view, faults| {
        faults.extend_from_slice(view.refused());
    }),
    ("routes", routes::check),
    ("states", states::check),
    ("storage", storage::check),
    ("VM groups", vm_groups::check),
    ("ways out", ways::check),
];

/// What the invariants are about.
pub fn subjects() -> impl Iterator<Item = &'static str> {
    INVARIANTS.iter().map(|(about, _)| *about)
}

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What it is about: `addresses`, `compute`…
    pub about: &'static str,
    /// What is wrong, in a sentence.
    pub what: String,
}

/// What does not hold of what an account can read; nothing when all is well.
pub fn broken(view: &View) -> Vec<Broken> {
    let mut all = Vec::new();
    for (about, check) in INVARIANTS {
        let mut faults = Vec::new();
        check(view, &mut faults);
        all.extend(faults.into_iter().map(|what| Broken { about, what }));
    }
    all
}

/// What does not hold of a state, with the account that can see it.
pub fn broken_in(state: &State, contract: &Contract) -> Vec<(String, Broken)> {
    let mut all = Vec::new();
    for account in directory::accounts(state) {
        let view = View::of(state, contract, &account.id);
        let found = broken(&view).into_iter();
        all.extend(found.map(|broken| (account.id.to_string(), broken)));
    }
    let unseen = unseen::check(state).into_iter();
    all.extend(unseen.map(|(account, what)| {
        let about = "unseen";
        (account, Broken { about, what })
    }));
    all
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Invariant, View};

    /// What an invariant says of lists by kind that would be whole but for one value at a JSON
    /// pointer, which is set there, or added to a list.
    pub(super) fn found(
        check: Invariant,
        mut lists: Value,
        pointer: &str,
        value: Value,
    ) -> Vec<String> {
        let faults = |lists: &Value| {
            let (mut view, mut faults) = (View::default(), Vec::new());
            for (kind, list) in lists.as_object().into_iter().flatten() {
                view.add(kind, Some(list));
            }
            check(&view, &mut faults);
            faults
        };
        assert_eq!(faults(&lists), [""; 0], "not whole before");
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
        match lists.pointer_mut(parent).expect("it leads somewhere") {
            Value::Object(object) => drop(object.insert(field.to_owned(), value)),
            Value::Array(list) if field == "-" => list.push(value),
            Value::Array(list) => list[field.parse::<usize>().expect("a place")] = value,
            _ => panic!("{pointer} leads into a value"),
        }
        faults(&lists)
    }
}
