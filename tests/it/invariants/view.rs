//! Everything that an account can read, at one instant, as a client sees it: each read is made on a
//! fork of its own, so that all of them see the same.

use mockscale::cloud::invariant::{self, View};
use mockscale::{Cloud, json};

/// What the account of a handle can read, and what was wrong with the reads themselves.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) view: View,
    violations: Vec<String>,
}

impl Seen {
    /// Reads everything.
    pub(crate) fn of(cloud: &Cloud) -> Self {
        let mut view = View::default();
        let mut violations = Vec::new();
        for (operation, key, kind) in invariant::reads(cloud.contract()) {
            let fork = cloud.fork();
            fork.report();
            let reply = fork.call(operation.name(), json!({}));
            if reply.is_success() {
                view.add(kind, reply.body().get(key));
            } else {
                view.refuse(operation.name(), &reply.body().to_string());
            }
            violations.extend(fork.violations().iter().map(ToString::to_string));
        }
        Self { view, violations }
    }

    /// What does not hold, each in a sentence; nothing when all is well.
    pub(crate) fn broken(&self) -> Vec<String> {
        let found = invariant::broken(&self.view).into_iter();
        let violations = self.violations.iter().cloned();
        violations.chain(found.map(|it| it.what)).collect()
    }
}

/// [`Seen::broken`], and what leads nowhere by the form of its identifier, of all accounts.
pub(crate) fn broken(cloud: &Cloud) -> Vec<String> {
    let mut faults = Seen::of(cloud).broken();
    faults.extend(cloud.dangling().iter().map(ToString::to_string));
    faults
}
