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
    /// What fails the test; nothing while violations are collected, however long that takes.
    unexcused: Vec<Violation>,
}

#[derive(Clone, Debug)]
struct Excuse {
    operation: String,
    rule: String,
    reason: String,
    used: bool,
}

impl Excuse {
    fn covers(&self, violation: &Violation) -> bool {
        self.operation == violation.operation && self.rule == violation.breach.rule
    }
}

impl Verdict {
    /// Collects instead of failing.
    pub(crate) fn report(&self) {
        let mut terms = self.terms();
        terms.report = true;
        terms.unexcused = Vec::new();
    }

    /// Whether violations are collected.
    pub(crate) fn reports(&self) -> bool {
        self.terms().report
    }

    /// Excuses a rule for an operation, also where it was broken before, in `past`.
    pub(crate) fn allow(&self, operation: &str, rule: &str, reason: &str, past: &[Violation]) {
        let mut excuse = Excuse {
            operation: operation.to_owned(),
            rule: rule.to_owned(),
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

    /// Takes note of violations; unless an excuse covers one, the test will fail.
    pub(crate) fn note(&self, violations: &[Violation]) {
        if violations.is_empty() {
            return;
        }
        let mut terms = self.terms();
        for violation in violations {
            let mut excused = terms.report;
            for excuse in &mut terms.excuses {
                if excuse.covers(violation) {
                    excuse.used = true;
                    excused = true;
                }
            }
            if !excused {
                terms.unexcused.push(violation.clone());
            }
        }
    }

    /// Why the test fails, if it does.
    pub(crate) fn failure(&self, transcript: impl FnOnce() -> Transcript) -> Option<String> {
        let (unexcused, idle) = {
            let terms = self.terms();
            let idle = terms.excuses.iter().filter(|excuse| !excuse.used);
            (terms.unexcused.clone(), idle.cloned().collect::<Vec<_>>())
        };
        if unexcused.is_empty() && idle.is_empty() {
            return None;
        }
        // Not while the terms are held: a call that is being answered holds the record and waits
        // for them.
        Some(wording(&unexcused, &idle, &transcript()))
    }

    fn terms(&self) -> MutexGuard<'_, Terms> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wording(violations: &[Violation], idle: &[Excuse], transcript: &Transcript) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Breach, Side};
    use jiff::Timestamp;

    fn violation(operation: &str) -> Violation {
        Violation {
            number: 1,
            operation: operation.to_owned(),
            breach: Breach::of_the_whole(Side::Request, "json", "not JSON"),
        }
    }

    fn silence() -> Transcript {
        Transcript::new(Timestamp::UNIX_EPOCH, Vec::new())
    }

    #[test]
    fn the_transcript_is_asked_for_while_calls_can_still_be_noted() {
        let verdict = Verdict::default();
        verdict.note(&[violation("ReadNets")]);
        let failure = verdict.failure(|| {
            assert!(verdict.terms.try_lock().is_ok(), "the terms are held");
            silence()
        });
        assert!(failure.is_some());
    }

    #[test]
    fn what_is_collected_or_excused_is_not_kept() {
        let verdict = Verdict::default();
        verdict.note(&[violation("ReadNets"), violation("ReadVms")]);
        verdict.allow("ReadNets", "json", "a reason", &[violation("ReadNets")]);
        verdict.note(&[violation("ReadNets")]);
        assert_eq!(verdict.terms().unexcused, [violation("ReadVms")]);
        verdict.report();
        verdict.note(&[violation("ReadVms")]);
        assert!(verdict.terms().unexcused.is_empty());
        assert_eq!(verdict.failure(silence), None);
    }
}
