//! Transitions that complete by themselves (`pending` → `running`), and the policy that paces them.
//!
//! A family declares what becomes of what; when it happens is the test author's choice and never
//! a matter of real time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rpds::RedBlackTreeMapSync;

use super::family::Kind;
use super::object::Fields;
use super::state::State;
use super::store::Resource;

/// A change that the cloud completes by itself.
#[derive(Debug)]
pub struct Transition {
    /// What changes.
    pub kind: &'static Kind,
    /// The field that shows it.
    pub field: &'static str,
    /// The transient state.
    pub from: &'static str,
    /// What it ends in.
    pub to: End,
    /// Whether a read shows the transient state once ([`Pace::OnRead`]). Otherwise the answer that
    /// began it was the only one to show it, and the next call already finds its end.
    pub read_once: bool,
    /// What else happens at its end.
    pub then: Option<fn(&mut State, &Resource)>,
}

/// How a transition ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In a state.
    State(&'static str),
    /// With the resource gone.
    Gone,
}

/// When transitions complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// A read shows each transient state once (or a refusal tells of it), then it is over: a
    /// waiter works and ends at once.
    #[default]
    OnRead,
    /// At the end of the call that began them.
    Immediate,
    /// When the cloud's clock has moved on by so much.
    After(SignedDuration),
    /// When the test says so.
    Manual,
}

#[derive(Clone, Copy, Debug)]
struct UnderWay {
    transition: &'static Transition,
    due: Option<Timestamp>,
}

/// What is under way in a cloud.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    pace: Pace,
    under_way: RedBlackTreeMapSync<(&'static str, Arc<str>), UnderWay>,
    begun: Vec<(Arc<str>, &'static Transition)>,
}

impl Lifecycle {
    /// Nothing under way.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            under_way: RedBlackTreeMapSync::new_sync(),
            begun: Vec::new(),
        }
    }

    /// A copy that has begun nothing yet.
    pub fn draft(&self) -> Self {
        Self {
            begun: Vec::new(),
            ..self.clone()
        }
    }

    /// What this draft has begun: the resource and the transition.
    pub fn begun(&self) -> &[(Arc<str>, &'static Transition)] {
        &self.begun
    }

    /// The transition that is under way for a resource.
    pub fn of(&self, kind: &'static Kind, id: &str) -> Option<&'static Transition> {
        if self.under_way.is_empty() {
            return None;
        }
        self.under_way
            .get(&(kind.name, Arc::from(id)))
            .map(|it| it.transition)
    }

    /// Drops whatever is under way for a resource.
    pub fn forget(&mut self, kind: &'static Kind, id: &str) {
        if !self.under_way.is_empty() {
            self.under_way.remove_mut(&(kind.name, Arc::from(id)));
        }
    }

    fn matching(&self, choose: impl Fn(&UnderWay) -> bool) -> Vec<(&'static Transition, Arc<str>)> {
        self.under_way
            .iter()
            .filter(|(_, it)| choose(it))
            .map(|((_, id), it)| (it.transition, Arc::clone(id)))
            .collect()
    }
}

impl State {
    /// Puts a resource into a transition's transient state and lets it take its course.
    ///
    /// A transition that was under way for it is superseded.
    pub fn begin(&mut self, transition: &'static Transition, id: &str) {
        self.edit(transition.kind, id, |resource| {
            resource.body.put(transition.field, transition.from);
        });
        let due = match self.lifecycle.pace {
            Pace::After(delay) => self.clock.now().checked_add(delay).ok(),
            _ => None,
        };
        let id: Arc<str> = id.into();
        self.lifecycle.begun.push((Arc::clone(&id), transition));
        self.lifecycle
            .under_way
            .insert_mut((transition.kind.name, id), UnderWay { transition, due });
    }

    /// Completes the transitions whose transient state only the answer that began them shows,
    /// before the next call.
    pub(super) fn settle_unseen(&mut self) {
        if self.lifecycle.pace == Pace::OnRead {
            self.settle(|it| !it.transition.read_once);
        }
    }

    /// Completes the transitions of resources that a read has just shown, or that a refusal was
    /// about: who waits by trying again gets through as well.
    pub(super) fn settle_seen(&mut self, seen: &[(&'static Kind, Arc<str>)]) {
        if self.lifecycle.pace != Pace::OnRead {
            return;
        }
        for (kind, id) in seen {
            if let Some(transition) = self.lifecycle.of(kind, id) {
                self.complete(transition, id);
            }
        }
    }

    /// Completes what the pace says is over at the end of a call.
    pub(super) fn settle_immediate(&mut self) {
        if self.lifecycle.pace == Pace::Immediate {
            self.settle_all();
        }
    }

    /// Completes what is due by the clock.
    pub fn settle_due(&mut self) {
        let now = self.clock.now();
        self.settle(|it| it.due.is_some_and(|due| due <= now));
    }

    /// Completes everything that is under way, and what follows from it.
    pub fn settle_all(&mut self) {
        // A chain such as stopping → stopped → pending → running ends; a family that declared a
        // circle would not, hence the bound.
        for _ in 0..16 {
            if self.lifecycle.under_way.is_empty() {
                return;
            }
            self.settle(|_| true);
        }
    }

    fn settle(&mut self, choose: impl Fn(&UnderWay) -> bool) {
        if self.lifecycle.under_way.is_empty() {
            return;
        }
        for (transition, id) in self.lifecycle.matching(choose) {
            self.complete(transition, &id);
        }
    }

    fn complete(&mut self, transition: &'static Transition, id: &str) {
        self.lifecycle.forget(transition.kind, id);
        let Some(before) = self.get(transition.kind, id).cloned() else {
            return;
        };
        match transition.to {
            End::State(state) => self.edit(transition.kind, id, |resource| {
                resource.body.put(transition.field, state);
            }),
            End::Gone => {
                self.remove(transition.kind, id);
            }
        }
        if let Some(then) = transition.then {
            then(self, &before);
        }
    }
}
