//! How strict a cloud is: what is collected instead of failing the test, what is excused, and which
//! guards run.

use std::collections::BTreeSet;

use super::builder::CloudBuilder;
use super::{Cloud, guard, named};
use crate::contract::Violation;

/// What is looked after when a cloud goes; each can be switched on ([`Cloud::guard`]) and off
/// ([`Cloud::without`]).
///
/// Expectations that do not hold and excuses that excused nothing always fail.
///
/// ```
/// use mockscale::{Cloud, Guard};
///
/// let cloud = Cloud::builder().guard(Guard::Leaks).without(Guard::Unserved).build();
/// cloud.without(Guard::Leaks);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Guard {
    /// No request and no reply breaks the contract. On by default.
    Violations,
    /// What was made is deleted again; see [`Cloud::leaks`]. Off by default.
    Leaks,
    /// Every identifier that a resource shows leads somewhere; see [`Cloud::dangling`]. On by
    /// default: where it fails, this fake is at fault.
    DanglingReferences,
    /// Every operation that is called is served: it answers 501 otherwise. On by default.
    Unserved,
    /// What must hold of a cloud holds after every call that changes something; see
    /// [`Cloud::broken_invariants`]. Off by default, since each look reads everything: where it
    /// fails, this fake is at fault.
    Invariants,
}

impl Guard {
    const fn is_on_by_default(self) -> bool {
        !matches!(self, Self::Leaks | Self::Invariants)
    }
}

/// What a cloud was told about strictness; copied by a fork.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strictness {
    /// Whether everything is collected.
    pub(super) report: bool,
    /// The rules whose violations are collected.
    rules: BTreeSet<&'static str>,
    /// The guards that are not as by default.
    flipped: BTreeSet<Guard>,
}

impl Strictness {
    /// Whether a violation is collected instead of failing the test.
    pub(crate) fn collects(&self, violation: &Violation) -> bool {
        self.report || self.rules.contains(violation.breach.rule.as_str())
    }

    /// Whether a guard fails the test for what it finds.
    pub(crate) fn is_on(&self, guard: Guard) -> bool {
        !self.report && self.flipped.contains(&guard) != guard.is_on_by_default()
    }

    /// Collects everything.
    pub(crate) fn report(&mut self) {
        self.report = true;
    }

    /// Collects the violations of a rule.
    pub(crate) fn report_rule(&mut self, rule: &'static str) {
        self.rules.insert(rule);
    }

    /// Collects nothing.
    pub(crate) fn strict(&mut self) {
        self.report = false;
        self.rules.clear();
    }

    /// Switches a guard.
    pub(crate) fn switch(&mut self, guard: Guard, on: bool) {
        if on == guard.is_on_by_default() {
            self.flipped.remove(&guard);
        } else {
            self.flipped.insert(guard);
        }
    }
}

impl Cloud {
    /// Collects what the guards find instead of failing the test.
    ///
    /// Ask for it with [`Cloud::violations`], [`Cloud::unserved`], [`Cloud::leaks`],
    /// [`Cloud::dangling`] and [`Cloud::broken_invariants`]. It covers what happened before, too; expectations that do not hold and
    /// excuses that excused nothing fail all the same.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.report().call("ReadNets", json!({ "Fliters": {} }));
    /// assert_eq!(cloud.violations().len(), 1);
    /// ```
    pub fn report(&self) -> &Self {
        self.desk().verdict().report();
        self
    }

    /// Collects the violations of one rule, by whatever operation.
    ///
    /// This is a level and not an excuse: it needs no reason, and none has to come. It covers what
    /// happened before, too. The rules are those of [`RULES`](crate::contract::RULES).
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.report_rule("additionalProperties");
    /// cloud.call("ReadNets", json!({ "Fliters": {} }));
    /// cloud.call("ReadSubnets", json!({ "Fliters": {} }));
    /// assert_eq!(cloud.violations().len(), 2);
    /// ```
    ///
    /// # Panics
    /// When there is no such rule.
    #[track_caller]
    pub fn report_rule(&self, rule: &str) -> &Self {
        self.desk().verdict().report_rule(named::rule(rule));
        self
    }

    /// Fails the test again for what comes from now on: undoes [`Cloud::report`] and
    /// [`Cloud::report_rule`]. Excuses and switched guards stay.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.report().call("ReadNets", json!({ "Fliters": {} }));
    /// cloud.strict().call("ReadNets", json!({ "Filters": {} }));
    /// ```
    pub fn strict(&self) -> &Self {
        self.desk().verdict().change(Strictness::strict);
        self
    }

    /// Excuses violations of one rule by one operation, for a reason.
    ///
    /// The rule is the one a violation names: `additionalProperties`, `required`, `type`, `json`…
    /// [`RULES`](crate::contract::RULES) lists them.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.allow("ReadNets", "additionalProperties", "this client is one version ahead");
    /// assert_eq!(cloud.call("ReadNets", json!({ "Fliters": {} })).status(), 400);
    /// ```
    ///
    /// # Panics
    /// When there is no such operation or no such rule; at drop, when nothing was excused.
    #[track_caller]
    pub fn allow(&self, operation: &str, rule: &str, reason: &str) -> &Self {
        let desk = self.desk();
        desk.contract().named(operation);
        let rule = named::rule(rule);
        desk.verdict()
            .allow(operation, rule, reason, &desk.violations());
        self
    }

    /// Switches a guard on.
    ///
    /// ```
    /// use mockscale::{Cloud, Guard, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.guard(Guard::Leaks);
    /// let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// cloud.call("DeleteNet", json!({ "NetId": net["Net"]["NetId"] }));
    /// ```
    pub fn guard(&self, guard: Guard) -> &Self {
        let switch = |strictness: &mut Strictness| strictness.switch(guard, true);
        self.desk().verdict().change(switch);
        self
    }

    /// Switches a guard off.
    ///
    /// ```
    /// use mockscale::{Cloud, Guard, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.without(Guard::Unserved);
    /// cloud.call("CreateImage", json!({ "ImageName": "a name alone" }));
    /// ```
    pub fn without(&self, guard: Guard) -> &Self {
        let switch = |strictness: &mut Strictness| strictness.switch(guard, false);
        self.desk().verdict().change(switch);
        self
    }

    /// Runs the guards now and verifies the expectations, as the last handle does when it goes:
    /// for a cloud that never goes, in a `static` say.
    ///
    /// What it has told is not told again at the end. Mounted mocks are not asked: they are
    /// verified when the cloud goes. While the thread panics already, this does nothing.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.expect("ReadNets");
    /// cloud.call("ReadNets", json!({}));
    /// cloud.verify();
    /// ```
    ///
    /// # Panics
    /// When a guard finds something, an expectation does not hold, or an excuse excused nothing.
    #[track_caller]
    pub fn verify(&self) {
        if std::thread::panicking() {
            return;
        }
        if let Some(failure) = guard::failure(self.desk()) {
            panic!("{failure}");
        }
    }
}

impl CloudBuilder {
    /// Collects what the guards find instead of failing the test; see [`Cloud::report`].
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().report().build();
    /// cloud.call("ReadNets", json!({ "Fliters": {} }));
    /// assert_eq!(cloud.violations().len(), 1);
    /// ```
    pub fn report(mut self) -> Self {
        self.settings.strictness.report();
        self
    }

    /// Collects the violations of one rule; see [`Cloud::report_rule`].
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().report_rule("additionalProperties").build();
    /// cloud.call("ReadNets", json!({ "Fliters": {} }));
    /// ```
    ///
    /// # Panics
    /// When there is no such rule.
    #[track_caller]
    pub fn report_rule(mut self, rule: &str) -> Self {
        self.settings.strictness.report_rule(named::rule(rule));
        self
    }

    /// Switches a guard on; see [`Cloud::guard`].
    ///
    /// ```
    /// use mockscale::{Cloud, Guard};
    ///
    /// let cloud = Cloud::builder().guard(Guard::Leaks).build();
    /// assert!(cloud.leaks().is_empty());
    /// ```
    pub fn guard(mut self, guard: Guard) -> Self {
        self.settings.strictness.switch(guard, true);
        self
    }

    /// Switches a guard off; see [`Cloud::without`].
    ///
    /// ```
    /// use mockscale::{Cloud, Guard, json};
    ///
    /// let cloud = Cloud::builder().without(Guard::Violations).build();
    /// cloud.call("ReadNets", json!({ "Fliters": {} }));
    /// ```
    pub fn without(mut self, guard: Guard) -> Self {
        self.settings.strictness.switch(guard, false);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Guard; 5] = [
        Guard::Violations,
        Guard::Leaks,
        Guard::DanglingReferences,
        Guard::Unserved,
        Guard::Invariants,
    ];

    #[test]
    fn guards_are_on_by_default_but_for_two() {
        let mut strictness = Strictness::default();
        for guard in ALL {
            let off = [Guard::Leaks, Guard::Invariants].contains(&guard);
            assert_eq!(strictness.is_on(guard), !off);
        }
        strictness.report();
        assert!(ALL.iter().all(|guard| !strictness.is_on(*guard)));
    }

    #[test]
    fn each_guard_is_switched_by_itself() {
        for guard in ALL {
            for on in [true, false, true] {
                let mut strictness = Strictness::default();
                strictness.switch(guard, !on);
                strictness.switch(guard, on);
                for other in ALL {
                    let by_default = other.is_on_by_default();
                    let wanted = if other == guard { on } else { by_default };
                    assert_eq!(strictness.is_on(other), wanted, "{guard:?} {on} {other:?}");
                }
            }
        }
    }
}
