//! What must hold of a cloud at any moment, whatever was said to it: [`broken`].
//!
//! It looks at what an account can read, at one instant: what the API shows of one resource
//! against what it shows of the others. Left out: what only the core could tell, what accounts see
//! of each other, and identifiers by their form (see [`dangling`](super::dangling)).

mod addresses;
mod compute;
mod identity;
mod links;
mod load_balancers;
mod network;
mod public_ips;
mod quotas;
mod storage;
mod view;
mod vm_groups;
mod ways;
mod words;

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
    ("states", words::check),
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
    all
}
