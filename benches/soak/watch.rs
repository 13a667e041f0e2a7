//! Who watches: every exchange as it is recorded, and the whole cloud now and then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mockscale::{Change, Cloud, Exchange, Side};

use crate::conversation::NAMED;

/// How many faults are told; more say nothing new.
const MOST: usize = 20;

/// What was seen of the conversation, and what was wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    statuses: BTreeMap<u16, u64>,
    made: BTreeSet<(String, String)>,
    number: u64,
    faults: Vec<String>,
}

impl Watch {
    /// Looks at an exchange.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let name = &exchange.operation;
        let seen = &mut *self.seen();
        *seen.statuses.entry(exchange.status).or_default() += 1;
        if exchange.number != seen.number + 1 {
            let last = seen.number;
            seen.faults
                .push(format!("request {} follows {last}", exchange.number));
        }
        seen.number = exchange.number;
        if exchange.status >= 500 {
            seen.faults
                .push(format!("{name} answered {}", exchange.status));
        }
        let ours = exchange.violations.iter();
        for violation in ours.filter(|it| it.breach.side == Side::Reply) {
            seen.faults.push(violation.to_string());
        }
        let made = exchange.effects.iter();
        let made = made.filter(|it| it.change == Change::Created && !NAMED.contains(&&*it.kind));
        for effect in made {
            let new = seen
                .made
                .insert((effect.kind.to_string(), effect.id.clone()));
            if !new {
                seen.faults.push(format!("{} was made twice", effect.id));
            }
        }
    }

    /// Looks at a cloud as it is now.
    pub(crate) fn look(&self, cloud: &Cloud) {
        let cloud = cloud.fork();
        let broken = cloud.broken_invariants();
        let broken = broken.iter().map(ToString::to_string);
        let dangling = cloud.dangling();
        let dangling = dangling.iter().map(ToString::to_string);
        self.seen().faults.extend(broken.chain(dangling));
    }

    /// Takes note of something that is wrong.
    pub(crate) fn fault(&self, what: String) {
        self.seen().faults.push(what);
    }

    /// How often each status was answered.
    pub(crate) fn statuses(&self) -> BTreeMap<u16, u64> {
        self.seen().statuses.clone()
    }

    /// What was wrong first.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.seen().faults.iter().take(MOST).cloned().collect()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
