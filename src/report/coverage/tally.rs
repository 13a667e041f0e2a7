//! What exchanges exercise, counted in exchanges: each counts once for whatever it says.
//!
//! Only what is legal counts. A request that breaks the contract exercises nothing; it is counted
//! as refused by the contract. A call that nobody answered (a gap, a signature that does not fit)
//! is counted as asked. A body is counted as it was said, null being as good as absent; but what a
//! reply holds counts only where the cloud answered of itself, in no [shape](Shape) that was asked
//! for, since a made-up reply holds everything.

use std::collections::BTreeMap;

use serde_json::Value;

use super::universe;
use crate::cloud::dispatch::Served;
use crate::cloud::effect::{Change, Effect};
use crate::contract::{Contract, Fields, Operation, Shape, Side};
use crate::transcript::{Exchange, Said, Source};

/// The client of calls without a socket.
const IN_PROCESS: &str = "(in process)";
/// The client of calls over HTTP that do not say whose they are.
const NO_AGENT: &str = "(no user agent)";

/// What was exercised: by client, by operation.
///
/// Calls of what the contract does not have stand under the operation without a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(super) clients: BTreeMap<String, BTreeMap<String, Counts>>,
}

/// What was exercised of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// How often it was called.
    pub(super) asked: u64,
    /// How often it was answered, by a rule, a default or a mock; refusals are answers.
    pub(super) answered: u64,
    /// How often the request broke the contract.
    pub(super) illegal: u64,
    /// By slot of the request's fields; empty where none was filled.
    pub(super) request: Vec<u64>,
    /// By slot of the reply's fields.
    pub(super) reply: Vec<u64>,
    /// By error code.
    pub(super) errors: BTreeMap<u16, u64>,
    /// By number of the transition: how often it was begun, and completed.
    pub(super) moves: BTreeMap<usize, [u64; 2]>,
}

impl Tally {
    /// Counts an exchange.
    pub(crate) fn count(&mut self, contract: &Contract, exchange: &Exchange) {
        let operation = contract.operation(&exchange.operation);
        let name = operation.map_or("", Operation::name);
        let counts = self.of(client(exchange), name);
        counts.asked += 1;
        let broke = |side| exchange.violations.iter().any(|it| it.breach.side == side);
        if broke(Side::Request) {
            counts.illegal += 1;
            return;
        }
        let Some(operation) = operation else {
            return;
        };
        let answered = exchange.source == Source::Mock
            || matches!(exchange.served, Some(Served::Rule | Served::Default));
        if answered {
            counts.answered += 1;
            let fields = operation.fields(Side::Request);
            mark(&mut counts.request, fields, &exchange.request);
            counts.changes(&exchange.effects);
        }
        if broke(Side::Reply) {
            return;
        }
        if exchange.status != 200 {
            counts.refusal(&exchange.reply);
        } else if answered && exchange.shape == Shape::Live {
            let fields = operation.fields(Side::Reply);
            mark(&mut counts.reply, fields, &exchange.reply);
        }
    }

    /// Whether nothing was counted.
    pub(crate) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Adds what another has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (client, operations) in &other.clients {
            for (operation, counts) in operations {
                self.of(client, operation).merge(counts);
            }
        }
    }

    /// What is counted for a client and an operation, to count on.
    fn of(&mut self, client: &str, operation: &str) -> &mut Counts {
        entry(entry(&mut self.clients, client), operation)
    }
}

/// What stands under a key. Mostly something does, and then no key is allocated.
fn entry<'m, V: Default>(map: &'m mut BTreeMap<String, V>, key: &str) -> &'m mut V {
    if !map.contains_key(key) {
        map.insert(key.to_owned(), V::default());
    }
    map.get_mut(key)
        .expect("it was put there if it was missing")
}

impl Counts {
    /// Counts the code of a refusal.
    fn refusal(&mut self, reply: &Said) {
        let Said::Json(body) = reply else {
            return;
        };
        for error in body["Errors"].as_array().into_iter().flatten() {
            let code = error["Code"].as_str().and_then(|code| code.parse().ok());
            if let Some(entry) = code.and_then(universe::error) {
                *self.errors.entry(entry.code).or_default() += 1;
            }
        }
    }

    /// Counts the transitions that effects show: begun, or completed.
    fn changes(&mut self, effects: &[Effect]) {
        for effect in effects {
            match &effect.change {
                Change::Scheduled { from, to } => {
                    self.moved(0, |it| {
                        it.kind == effect.kind && it.from == from && it.to == to.as_deref()
                    });
                }
                Change::Changed(fields) => {
                    for field in fields {
                        let was = field.before.as_ref().and_then(Value::as_str);
                        let is = field.after.as_ref().and_then(Value::as_str);
                        self.moved(1, |it| {
                            it.kind == effect.kind
                                && it.field == field.path
                                && Some(it.from) == was
                                && it.to.is_some()
                                && it.to == is
                        });
                    }
                }
                Change::Created | Change::Deleted => {}
            }
        }
    }

    fn moved(&mut self, end: usize, is: impl Fn(&universe::Move) -> bool) {
        if let Some(number) = universe::moves().iter().position(is) {
            self.moves.entry(number).or_default()[end] += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        add(&mut self.asked, other.asked);
        add(&mut self.answered, other.answered);
        add(&mut self.illegal, other.illegal);
        add_all(&mut self.request, &other.request);
        add_all(&mut self.reply, &other.reply);
        for (code, count) in &other.errors {
            add(self.errors.entry(*code).or_default(), *count);
        }
        for (number, counts) in &other.moves {
            add_each(self.moves.entry(*number).or_default(), counts);
        }
    }
}

/// Who sent a request.
fn client(exchange: &Exchange) -> &str {
    match (&exchange.agent, &exchange.http) {
        (Some(agent), _) => agent,
        (None, Some(_)) => NO_AGENT,
        (None, None) => IN_PROCESS,
    }
}

/// Counts the slots that a body fills.
fn mark(counts: &mut Vec<u64>, fields: &Fields, said: &Said) {
    let Said::Json(body) = said else {
        return;
    };
    let present = fields.present(body);
    if !present.contains(&true) {
        return;
    }
    counts.resize(present.len(), 0);
    for (count, present) in counts.iter_mut().zip(present) {
        *count += u64::from(present);
    }
}

fn add_all(counts: &mut Vec<u64>, more: &[u64]) {
    if counts.len() < more.len() {
        counts.resize(more.len(), 0);
    }
    add_each(counts, more);
}

fn add_each(counts: &mut [u64], more: &[u64]) {
    for (count, more) in counts.iter_mut().zip(more) {
        add(count, *more);
    }
}

/// Files may hold any number.
fn add(count: &mut u64, more: u64) {
    *count = count.saturating_add(more);
}
