//! Whether a test fails: violations, the excuses for them, and excuses that excused nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::Violation;
use crate::transcript::Transcript;

/// How much of the conversation a failure shows, in exchanges.
const TAIL: usize = 3;

/// What the test author has said about violations.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    terms: Mutex<Terms>,
}

#[derive(Debug, Default)]
struct Terms {
    report: bool,
    excuses: Vec<Excuse>,
    /// What will fail the test unless it is excused; nothing once violations are only collected,
    /// so that a server that lives long stays flat.
    pending: Vec<Violation>,
    /// Which rules were broken by which operation: what an excuse is held against.
    broken: BTreeSet<(String, String)>,
}

#[derive(Debug)]
struct Excuse {
    operation: String,
    rule: String,
    reason: String,
}

impl Excuse {
    fn covers(&self, operation: &str, rule: &str) -> bool {
        self.operation == operation && self.rule == rule
    }
}

impl Verdict {
    /// Collects instead of failing.
    pub(crate) fn report(&self) {
        let mut terms = self.terms();
        terms.report = true;
        terms.pending.clear();
    }

    /// Excuses a rule for an operation.
    pub(crate) fn allow(&self, operation: &str, rule: &str, reason: &str) {
        self.terms().excuses.push(Excuse {
            operation: operation.to_owned(),
            rule: rule.to_owned(),
            reason: reason.to_owned(),
        });
    }

    /// Takes note of a violation; unless an excuse covers it, the test will fail.
    ///
    /// An excuse may also be given after the call: the judgement is passed at the end.
    /// `excusable` says whether the contract has the operation; anyone can make up others.
    pub(crate) fn note(&self, violations: &[Violation], excusable: bool) {
        let mut terms = self.terms();
        for violation in violations.iter().filter(|_| excusable) {
            let broken = (violation.operation.clone(), violation.breach.rule.clone());
            terms.broken.insert(broken);
        }
        if !terms.report {
            terms.pending.extend_from_slice(violations);
        }
    }

    /// Why the test fails, if it does.
    pub(crate) fn failure(&self, transcript: impl FnOnce() -> Transcript) -> Option<String> {
        let terms = self.terms();
        let excused = |violation: &Violation| {
            let (operation, rule) = (&violation.operation, &violation.breach.rule);
            terms.excuses.iter().any(|it| it.covers(operation, rule))
        };
        let unexcused: Vec<&Violation> = terms.pending.iter().filter(|it| !excused(it)).collect();
        let used = |excuse: &Excuse| {
            let mut broken = terms.broken.iter();
            broken.any(|(operation, rule)| excuse.covers(operation, rule))
        };
        let idle: Vec<&Excuse> = terms.excuses.iter().filter(|it| !used(it)).collect();
        if unexcused.is_empty() && idle.is_empty() {
            return None;
        }
        Some(wording(&unexcused, &idle, &transcript()))
    }

    fn terms(&self) -> MutexGuard<'_, Terms> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wording(violations: &[&Violation], idle: &[&Excuse], transcript: &Transcript) -> String {
    let mut text = String::new();
    if !violations.is_empty() {
        let _ = writeln!(
            text,
            "the contract was broken {}:\n",
            match violations.len() {
                1 => "once".to_owned(),
                count => format!("{count} times"),
            }
        );
        for violation in violations {
            let _ = writeln!(text, "{violation}\n");
        }
    }
    for excuse in idle {
        let _ = writeln!(
            text,
            "the excuse for {} by {} excused nothing (its reason: {}); remove it\n",
            excuse.rule, excuse.operation, excuse.reason
        );
    }
    if !transcript.is_empty() {
        let which = match transcript.len() {
            count if count > TAIL => format!("the last {TAIL} of {count} exchanges"),
            _ => "the conversation".to_owned(),
        };
        let _ = writeln!(text, "{which}:\n\n{}", transcript.tail(TAIL));
    }
    if !violations.is_empty() {
        text.push_str(
            "excuse a rule with cloud.allow(operation, rule, reason), \
             or collect violations with cloud.report()\n",
        );
    }
    text
}
