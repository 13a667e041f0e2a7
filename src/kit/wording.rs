//! How a failure reads: what each guard has found under a title, how to switch it off, and the end
//! of the conversation.

use std::fmt::Write as _;

use super::dangling::DanglingReference;
use super::invariant::BrokenInvariant;
use super::leak::Leak;
use super::times::often;
use super::verdict::Charges;
use crate::cloud::dispatch;
use crate::contract::Contract;
use crate::transcript::Transcript;

/// How much of the conversation a failure shows, in exchanges.
const TAIL: usize = 3;
/// How much of a body it shows, in lines: a VM alone has forty.
const BODY: usize = 12;

/// Everything that fails a test.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What was noted as it happened.
    pub(crate) charges: Charges,
    /// What was made and is still there.
    pub(crate) leaks: Vec<Leak>,
    /// What leads nowhere.
    pub(crate) dangling: Vec<DanglingReference>,
    /// What must hold and does not.
    pub(crate) broken: Vec<BrokenInvariant>,
}

impl Findings {
    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.charges.is_empty()
            && self.leaks.is_empty()
            && self.dangling.is_empty()
            && self.broken.is_empty()
    }
}

/// The text of a failure.
pub(crate) fn failure(contract: &Contract, findings: &Findings, transcript: &Transcript) -> String {
    let mut sections = Vec::new();
    violations(findings, &mut sections);
    unserved(contract, findings, &mut sections);
    for excuse in &findings.charges.idle {
        sections.push(format!(
            "the excuse for {} by {} excused nothing (its reason: {}); remove it\n",
            excuse.rule, excuse.operation, excuse.reason
        ));
    }
    for expected in &findings.charges.unmet {
        sections.push(expected.failure(contract, transcript.exchanges()));
    }
    leaks(findings, transcript, &mut sections);
    dangling(findings, transcript, &mut sections);
    broken(findings, transcript, &mut sections);
    let mut text = sections.join("\n");
    add_tail(&mut text, transcript);
    text
}

/// Adds the end of the conversation.
pub(crate) fn add_tail(text: &mut String, transcript: &Transcript) {
    if !transcript.is_empty() {
        let shown = TAIL.min(transcript.len());
        let all = transcript.len() as u64 + transcript.forgotten();
        let which = if all > shown as u64 {
            format!("the last {shown} of {all} exchanges")
        } else {
            "the conversation".to_owned()
        };
        let tail = transcript.brief_tail(TAIL, BODY);
        let _ = write!(text, "\n{which}:\n\n{tail}");
        if tail.contains(" more lines\n") {
            text.push_str("\nprint cloud.transcript() to read it all\n");
        }
    }
}

fn violations(findings: &Findings, sections: &mut Vec<String>) {
    let violations = &findings.charges.violations;
    if violations.is_empty() {
        return;
    }
    let mut text = format!(
        "the contract was broken {}:\n\n",
        often(violations.len() as u64)
    );
    for violation in violations {
        let _ = writeln!(text, "{violation}\n");
    }
    text.push_str(
        "excuse a rule with cloud.allow(operation, rule, reason), collect violations with \
         cloud.report(),\nor switch this guard off with cloud.without(Guard::Violations)\n",
    );
    sections.push(text);
}

fn unserved(contract: &Contract, findings: &Findings, sections: &mut Vec<String>) {
    let unserved = &findings.charges.unserved;
    if unserved.is_empty() {
        return;
    }
    let mut text = "this fake does not serve what was called:\n\n".to_owned();
    for (operation, calls) in unserved {
        let more = match calls.count {
            1 => String::new(),
            count => format!(" (called {})", often(count)),
        };
        let why = dispatch::reason(contract, operation);
        let _ = writeln!(text, "request {}, {operation}{more}: {why}", calls.first);
    }
    text.push_str("\nswitch this guard off with cloud.without(Guard::Unserved)\n");
    sections.push(text);
}

fn leaks(findings: &Findings, transcript: &Transcript, sections: &mut Vec<String>) {
    if findings.leaks.is_empty() {
        return;
    }
    let mut text = "what was made is still there:\n\n".to_owned();
    for leak in &findings.leaks {
        let _ = writeln!(text, "{}", transcript.beside(&leak.to_string()));
    }
    text.push_str("\ndelete it, or switch this guard off with cloud.without(Guard::Leaks)\n");
    sections.push(text);
}

fn dangling(findings: &Findings, transcript: &Transcript, sections: &mut Vec<String>) {
    if findings.dangling.is_empty() {
        return;
    }
    let mut text = "references lead nowhere:\n\n".to_owned();
    for reference in &findings.dangling {
        let _ = writeln!(text, "{}", transcript.beside(&reference.to_string()));
    }
    text.push_str(
        "\nthe cloud keeps no such references as far as is known: this fake is at fault, please \
         report it;\nswitch this guard off with cloud.without(Guard::DanglingReferences)\n",
    );
    sections.push(text);
}

fn broken(findings: &Findings, transcript: &Transcript, sections: &mut Vec<String>) {
    if findings.broken.is_empty() {
        return;
    }
    let mut text = "what must hold of a cloud does not:\n\n".to_owned();
    for broken in &findings.broken {
        let _ = writeln!(text, "{}", transcript.beside(&broken.to_string()));
    }
    text.push_str(
        "\nno call should be able to do this: this fake is at fault, please report it;\nswitch this \
         guard off with cloud.without(Guard::Invariants)\n",
    );
    sections.push(text);
}
