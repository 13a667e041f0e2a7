//! What the test holds: when the last handle goes, the port closes and the guards run.

use std::sync::Arc;

use super::coverage::AtLast;
use super::desk::Desk;
#[cfg(feature = "server")]
use super::serve::Port;
use super::strictness::Guard;
use super::verdict::Charges;
use super::wording::{self, Findings};
use super::{dangling, invariant, leak};

/// A cloud as the test holds it. The listener shares the desk, never this.
#[derive(Debug)]
pub(crate) struct Held {
    desk: Arc<Desk>,
    #[cfg(feature = "server")]
    pub(super) port: std::sync::OnceLock<Port>,
    /// After the port, so that it closes before.
    _coverage: AtLast,
}

impl Held {
    /// A cloud without a port.
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self {
            #[cfg(feature = "server")]
            port: std::sync::OnceLock::new(),
            _coverage: AtLast::of(&desk),
            desk,
        }
    }

    /// What it shares with its listener.
    pub(crate) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The test fails already, perhaps for this: a client seldom says what it did wrong.
            // The port closes as it is dropped, and verifies nothing.
            if let Some(besides) = besides(&self.desk) {
                eprintln!("the test fails already; besides, {besides}");
            }
            return;
        }
        let mut failures = Vec::new();
        #[cfg(feature = "server")]
        if let Some(port) = self.port.take() {
            failures.extend(port.close());
        }
        failures.extend(failure(&self.desk));
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// What was noted as it happened, for a test that fails already. What would only have been missing
/// at its end says nothing of a test that did not come there.
fn besides(desk: &Desk) -> Option<String> {
    let verdict = desk.verdict();
    let charges = Charges {
        idle: Vec::new(),
        unmet: Vec::new(),
        ..verdict.charges()
    };
    let mut findings = Findings {
        charges,
        ..Findings::default()
    };
    if verdict.strictness().is_on(Guard::Invariants) {
        findings.broken = verdict.broken();
    }
    let told = || wording::failure(desk.contract(), &findings, &desk.transcript());
    (!findings.is_empty()).then(told)
}

/// Why the test fails, if it does; each reason is told once.
pub(super) fn failure(desk: &Desk) -> Option<String> {
    let verdict = desk.verdict();
    let strictness = verdict.strictness();
    let mut findings = Findings {
        charges: verdict.charges(),
        ..Findings::default()
    };
    // Neither is asked for while the terms are held: a call that is being answered holds the
    // record and waits for them.
    if strictness.is_on(Guard::Leaks) {
        findings.leaks = leak::leaks(desk);
        findings.leaks.retain(|leak| verdict.tells(leak.key()));
    }
    if strictness.is_on(Guard::DanglingReferences) {
        findings.dangling = dangling::dangling(desk);
        findings.dangling.retain(|it| verdict.tells(it.to_string()));
    }
    if strictness.is_on(Guard::Invariants) {
        findings.broken = verdict.broken();
        if findings.broken.is_empty() {
            findings.broken = invariant::at_last(desk);
        }
        findings.broken.retain(|it| verdict.tells(it.to_string()));
    }
    if findings.is_empty() {
        return None;
    }
    Some(wording::failure(
        desk.contract(),
        &findings,
        &desk.transcript(),
    ))
}
