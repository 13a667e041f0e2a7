//! Whether a test fails: violations, the excuses for them, and excuses that excused nothing.

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
    judged: Vec<Violation>,
}

#[derive(Debug)]
struct Excuse {
    operation: String,
    rule: String,
    reason: String,
    used: bool,
}

impl Verdict {
    /// Collects instead of failing.
    pub(crate) fn report(&self) {
        self.terms().report = true;
    }

    /// Excuses a rule for an operation.
    pub(crate) fn allow(&self, operation: &str, rule: &str, reason: &str) {
        self.terms().excuses.push(Excuse {
            operation: operation.to_owned(),
            rule: rule.to_owned(),
            reason: reason.to_owned(),
            used: false,
        });
    }

    /// Takes note of a violation; unless an excuse covers it, the test will fail.
    ///
    /// An excuse may also be given after the call: the judgement is passed at the end.
    pub(crate) fn note(&self, violations: &[Violation]) {
        if !violations.is_empty() {
            self.terms().judged.extend_from_slice(violations);
        }
    }

    /// Why the test fails, if it does.
    pub(crate) fn failure(&self, transcript: impl FnOnce() -> Transcript) -> Option<String> {
        let mut terms = self.terms();
        let Terms {
            report,
            excuses,
            judged,
        } = &mut *terms;
        let mut unexcused = Vec::new();
        for violation in judged.iter() {
            let mut excused = false;
            for excuse in excuses.iter_mut() {
                if excuse.operation == violation.operation && excuse.rule == violation.breach.rule {
                    excuse.used = true;
                    excused = true;
                }
            }
            if !excused {
                unexcused.push(violation);
            }
        }
        let idle: Vec<&Excuse> = excuses.iter().filter(|excuse| !excuse.used).collect();
        if *report {
            unexcused.clear();
        }
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
