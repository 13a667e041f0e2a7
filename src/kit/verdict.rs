//! What counts against a test: violations, calls that were not served, the excuses for them,
//! excuses that excused nothing, expectations, and the invariants that a call has broken.
//!
//! The terms are one lock. A call that is being recorded holds the book and takes the terms, so
//! nothing here may look at the book while it holds the terms. Left out: what only the state can
//! tell (see `leak.rs` and `dangling.rs`), and how it all reads (see `wording.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::expect::Expected;
use super::invariant::BrokenInvariant;
use super::strictness::{Guard, Strictness};
use crate::cloud::dispatch::Served;
use crate::contract::Violation;
use crate::transcript::Exchange;

/// What the test author has said, and what speaks against the test.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    terms: Mutex<Terms>,
}

#[derive(Debug, Default)]
struct Terms {
    strictness: Strictness,
    excuses: Vec<Excuse>,
    /// What fails the test; nothing while violations are collected, however long that takes.
    unexcused: Vec<Violation>,
    unserved: BTreeMap<String, Calls>,
    expected: Vec<Expected>,
    /// The invariants that the first call to break any has broken.
    broken: Vec<BrokenInvariant>,
    /// What was found in the state and told already.
    told: BTreeSet<String>,
}

/// An excuse for one rule by one operation.
#[derive(Clone, Debug)]
pub(crate) struct Excuse {
    /// The operation.
    pub(crate) operation: String,
    /// The rule.
    pub(crate) rule: &'static str,
    /// Why.
    pub(crate) reason: String,
    used: bool,
}

impl Excuse {
    fn covers(&self, violation: &Violation) -> bool {
        self.operation == violation.operation && self.rule == violation.breach.rule
    }
}

/// The calls of an operation that is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Calls {
    /// The number of the first.
    pub(crate) first: u64,
    /// How many there were.
    pub(crate) count: u64,
}

/// What speaks against the test, each told once.
#[derive(Debug, Default)]
pub(crate) struct Charges {
    /// Violations that nothing excuses.
    pub(crate) violations: Vec<Violation>,
    /// Operations that are not served, and how often they were called.
    pub(crate) unserved: Vec<(String, Calls)>,
    /// Excuses that excused nothing.
    pub(crate) idle: Vec<Excuse>,
    /// Expectations that do not hold.
    pub(crate) unmet: Vec<Expected>,
}

impl Charges {
    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.violations.is_empty()
            && self.unserved.is_empty()
            && self.idle.is_empty()
            && self.unmet.is_empty()
    }
}

impl Verdict {
    /// A verdict by these terms.
    pub(crate) fn new(strictness: Strictness) -> Self {
        let verdict = Self::default();
        verdict.terms().strictness = strictness;
        verdict
    }

    /// How strict the cloud is at the moment.
    pub(crate) fn strictness(&self) -> Strictness {
        self.terms().strictness.clone()
    }

    /// Changes how strict the cloud is from now on.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Strictness)) {
        change(&mut self.terms().strictness);
    }

    /// Collects instead of failing, also what came before.
    pub(crate) fn report(&self) {
        let mut terms = self.terms();
        terms.strictness.report();
        terms.unexcused = Vec::new();
        terms.unserved = BTreeMap::new();
        terms.broken = Vec::new();
    }

    /// Collects the violations of a rule, also those that came before.
    pub(crate) fn report_rule(&self, rule: &'static str) {
        let mut terms = self.terms();
        terms.strictness.report_rule(rule);
        terms.unexcused.retain(|it| it.breach.rule != rule);
    }

    /// Excuses a rule for an operation, also where it was broken before, in `past`.
    pub(crate) fn allow(
        &self,
        operation: &str,
        rule: &'static str,
        reason: &str,
        past: &[Violation],
    ) {
        let mut excuse = Excuse {
            operation: operation.to_owned(),
            rule,
            reason: reason.to_owned(),
            used: false,
        };
        let mut terms = self.terms();
        let waiting = terms.unexcused.len();
        terms
            .unexcused
            .retain(|violation| !excuse.covers(violation));
        excuse.used = terms.unexcused.len() < waiting || past.iter().any(|it| excuse.covers(it));
        terms.excuses.push(excuse);
    }

    /// Keeps an expectation, and answers which it is.
    pub(crate) fn expect(&self, expected: Expected) -> usize {
        let mut terms = self.terms();
        terms.expected.push(expected);
        terms.expected.len() - 1
    }

    /// Changes an expectation.
    pub(crate) fn amend(&self, index: usize, change: impl FnOnce(&mut Expected)) {
        if let Some(expected) = self.terms().expected.get_mut(index) {
            change(expected);
        }
    }

    /// Takes note of an exchange: what it counts for, and against.
    pub(crate) fn note(&self, exchange: &Exchange) {
        let mut terms = self.terms();
        let Terms {
            strictness,
            excuses,
            unexcused,
            unserved,
            expected,
            ..
        } = &mut *terms;
        for expected in expected {
            expected.note(exchange);
        }
        for violation in &exchange.violations {
            let mut excused = strictness.collects(violation);
            for excuse in excuses.iter_mut().filter(|it| it.covers(violation)) {
                excuse.used = true;
                excused = true;
            }
            if !excused {
                unexcused.push(violation.clone());
            }
        }
        if exchange.served == Some(Served::Gap) && !strictness.report {
            count(unserved, &exchange.operation, exchange.number);
        }
    }

    /// What speaks against the test by now, and was not told before.
    pub(crate) fn charges(&self) -> Charges {
        let mut terms = self.terms();
        let mut charges = Charges::default();
        for excuse in terms.excuses.iter_mut().filter(|excuse| !excuse.used) {
            excuse.used = true;
            charges.idle.push(excuse.clone());
        }
        for expected in &mut terms.expected {
            if expected.fails() {
                charges.unmet.push(expected.clone());
            }
        }
        let mut unserved = BTreeMap::new();
        if terms.strictness.is_on(Guard::Unserved) {
            unserved = std::mem::take(&mut terms.unserved);
            if !terms.strictness.is_on(Guard::Violations) {
                // No operation at all: a violation to whom that guard is on.
                let unknown = |it: &mut Violation| it.breach.rule == "operation";
                for call in terms.unexcused.extract_if(.., unknown) {
                    count(&mut unserved, &call.operation, call.number);
                }
            }
        }
        charges.unserved = unserved.into_iter().collect();
        if terms.strictness.is_on(Guard::Violations) {
            charges.violations = std::mem::take(&mut terms.unexcused);
        }
        charges
    }

    /// Whether the invariants are to be looked at: until a call has broken one.
    pub(crate) fn asks_for_invariants(&self) -> bool {
        let terms = self.terms();
        terms.strictness.is_on(Guard::Invariants) && terms.broken.is_empty()
    }

    /// Takes note of what a call has broken.
    pub(crate) fn note_broken(&self, broken: Vec<BrokenInvariant>) {
        self.terms().broken = broken;
    }

    /// What a call has broken, if the invariants were looked at.
    pub(crate) fn broken(&self) -> Vec<BrokenInvariant> {
        self.terms().broken.clone()
    }

    /// Whether something that was found in the state is told for the first time.
    pub(crate) fn tells(&self, found: String) -> bool {
        self.terms().told.insert(found)
    }

    fn terms(&self) -> MutexGuard<'_, Terms> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(calls: &mut BTreeMap<String, Calls>, operation: &str, number: u64) {
    let first = Calls {
        first: number,
        count: 0,
    };
    calls.entry(operation.to_owned()).or_insert(first).count += 1;
}
