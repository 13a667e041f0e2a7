//! Transitions that complete by themselves (`pending` → `running`), and the policy that paces them.
//!
//! A family declares what becomes of what; when it happens is the test author's choice and never
//! a matter of real time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rpds::RedBlackTreeMapSync;
use serde_json::Value;

use super::family::Kind;
use super::object::{Fields, Object};
use super::state::State;
use super::store::Resource;

/// A change that the cloud completes by itself.
#[derive(Debug)]
pub struct Transition {
    /// What changes.
    pub kind: &'static Kind,
    /// The field that shows it, dotted where it stands in an object.
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

impl Transition {
    /// The state that a body shows.
    fn shown_in<'b>(&self, body: &'b Object) -> &'b str {
        match self.field.split_once('.') {
            None => body.text(self.field),
            Some((object, field)) => body.object(object).map_or("", |it| it.text(field)),
        }
    }

    /// Lets a body show a state.
    fn show(&self, body: &mut Object, state: &str) {
        let Some((object, field)) = self.field.split_once('.') else {
            return body.put(self.field, state);
        };
        if let Some(object) = body.get_mut(object).and_then(Value::as_object_mut) {
            object.put(field, state);
        }
    }
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
#[non_exhaustive]
pub enum Pace {
    /// A read shows each transient state once (or a refusal tells of it), then it is over: a
    /// waiter works and ends at once. What the vendor's staff must do no read does: see
    /// [`Support::complete_direct_link`](crate::Support::complete_direct_link).
    ///
    /// Whatever the pace: what ends on a day (a Net peering that nobody accepts expires after a week)
    /// ends when the cloud's clock gets there, and not before.
    #[default]
    OnRead,
    /// At the end of the call that began them.
    Immediate,
    /// When the cloud's clock has moved on by so much.
    After(SignedDuration),
    /// When the test says so.
    Manual,
}

type UnderWay = RedBlackTreeMapSync<Arc<str>, (&'static Transition, Option<Timestamp>)>;

/// What is under way in a cloud.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    pace: Pace,
    /// By identifier: what a read will show once, and what the next call ends anyway. They are
    /// apart, so that a call does not look at the former to find the latter.
    read_once: UnderWay,
    unseen: UnderWay,
    /// What somebody must do: neither reads nor calls end it.
    by_hand: UnderWay,
    /// What ends on a day: nothing but the clock ends it.
    by_clock: UnderWay,
    begun: Vec<(Arc<str>, &'static Transition)>,
}

impl Lifecycle {
    /// Nothing under way.
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            read_once: UnderWay::new_sync(),
            unseen: UnderWay::new_sync(),
            by_hand: UnderWay::new_sync(),
            by_clock: UnderWay::new_sync(),
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
    pub fn of(&self, id: &str) -> Option<&'static Transition> {
        let slow = self.by_hand.get(id).or_else(|| self.by_clock.get(id));
        self.by_itself(id)
            .or(slow.map(|(transition, _)| *transition))
    }

    /// [`Lifecycle::of`], unless somebody must do it or only the clock does.
    fn by_itself(&self, id: &str) -> Option<&'static Transition> {
        let found = self.read_once.get(id).or_else(|| self.unseen.get(id));
        found.map(|(transition, _)| *transition)
    }

    /// Drops whatever is under way for a resource.
    pub fn forget(&mut self, id: &str) {
        // Looked at first: taking out what is not there would copy the way to it.
        for under_way in [
            &mut self.read_once,
            &mut self.unseen,
            &mut self.by_hand,
            &mut self.by_clock,
        ] {
            if under_way.contains_key(id) {
                under_way.remove_mut(id);
            }
        }
    }

    /// But for what only the clock ends.
    fn all(&self) -> Vec<(&'static Transition, Arc<str>)> {
        let all = [&self.read_once, &self.unseen, &self.by_hand];
        all.into_iter()
            .flat_map(|it| chosen(it, |_| true))
            .collect()
    }

    fn due(&self, now: Timestamp) -> Vec<(&'static Transition, Arc<str>)> {
        // What another pace completes has no instant.
        let is_due = |due: Option<Timestamp>| due.is_some_and(|due| due <= now);
        let all = [&self.read_once, &self.unseen, &self.by_hand, &self.by_clock];
        all.into_iter().flat_map(|it| chosen(it, is_due)).collect()
    }
}

fn chosen(
    under_way: &UnderWay,
    choose: impl Fn(Option<Timestamp>) -> bool,
) -> impl Iterator<Item = (&'static Transition, Arc<str>)> {
    under_way
        .iter()
        .filter(move |(_, (_, due))| choose(*due))
        .map(|(id, (transition, _))| (*transition, Arc::clone(id)))
}

impl State {
    /// Puts a resource into a transition's transient state and lets it take its course.
    ///
    /// A transition that was under way for it is superseded.
    pub fn begin(&mut self, transition: &'static Transition, id: &str) {
        let under_way = self.start(transition, id);
        let map = if transition.read_once {
            &mut self.lifecycle.read_once
        } else {
            &mut self.lifecycle.unseen
        };
        map.insert_mut(id.into(), under_way);
    }

    /// [`State::begin`] for what somebody must do: no read completes it, only a hand, the clock
    /// ([`Pace::After`]) or [`Pace::Immediate`].
    pub fn begin_by_hand(&mut self, transition: &'static Transition, id: &str) {
        let under_way = self.start(transition, id);
        self.lifecycle.by_hand.insert_mut(id.into(), under_way);
    }

    /// [`State::begin`] for what ends on a day: only the clock completes it, whatever the pace.
    pub fn begin_by_clock(&mut self, transition: &'static Transition, id: &str, due: Timestamp) {
        self.start(transition, id);
        let under_way = (transition, Some(due));
        self.lifecycle.by_clock.insert_mut(id.into(), under_way);
    }

    /// Completes what is under way for one resource, whatever paces it.
    pub fn complete_of(&mut self, id: &str) {
        if let Some(transition) = self.lifecycle.of(id) {
            self.complete(transition, id);
        }
    }

    /// Puts a resource into a transition's transient state, and answers when that is due to end.
    fn start(
        &mut self,
        transition: &'static Transition,
        id: &str,
    ) -> (&'static Transition, Option<Timestamp>) {
        let shown = self.get(transition.kind, id);
        if shown.is_none_or(|it| transition.shown_in(&it.body) != transition.from) {
            self.edit(transition.kind, id, |resource| {
                transition.show(&mut resource.body, transition.from);
            });
        }
        let due = match self.lifecycle.pace {
            Pace::After(delay) => self.clock.now().checked_add(delay).ok(),
            _ => None,
        };
        self.lifecycle.begun.push((id.into(), transition));
        self.lifecycle.forget(id);
        (transition, due)
    }

    /// Completes the transitions whose transient state only the answer that began them shows,
    /// before the next call.
    pub(super) fn settle_unseen(&mut self) {
        if self.lifecycle.pace == Pace::OnRead && !self.lifecycle.unseen.is_empty() {
            let over: Vec<_> = chosen(&self.lifecycle.unseen, |_| true).collect();
            self.complete_all(over);
        }
    }

    /// Completes the transitions of resources that a read has just shown, or that a refusal was
    /// about: who waits by trying again gets through as well.
    pub(super) fn settle_seen(&mut self, seen: &[Arc<str>]) {
        if self.lifecycle.pace != Pace::OnRead {
            return;
        }
        for id in seen {
            if let Some(transition) = self.lifecycle.by_itself(id) {
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
        let due = self.lifecycle.due(self.clock.now());
        self.complete_all(due);
    }

    /// Completes everything that is under way, and what follows from it.
    pub fn settle_all(&mut self) {
        // A chain such as stopping → stopped → pending → running ends; a family that declared a
        // circle would not, hence the bound.
        for _ in 0..16 {
            let all = self.lifecycle.all();
            if all.is_empty() {
                return;
            }
            self.complete_all(all);
        }
    }

    fn complete_all(&mut self, over: Vec<(&'static Transition, Arc<str>)>) {
        for (transition, id) in over {
            self.complete(transition, &id);
        }
    }

    /// Completes a transition, unless the end of another has put an end to it.
    fn complete(&mut self, transition: &'static Transition, id: &str) {
        let under_way = self.lifecycle.of(id);
        if !under_way.is_some_and(|it| std::ptr::eq(it, transition)) {
            return;
        }
        self.lifecycle.forget(id);
        let Some(before) = self.get(transition.kind, id).cloned() else {
            return;
        };
        match transition.to {
            End::State(state) => self.edit(transition.kind, id, |resource| {
                transition.show(&mut resource.body, state);
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
