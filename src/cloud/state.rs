//! The state of a cloud: everything that a call may read or change, and nothing else.
//!
//! A clone costs a handful of reference counts, so that drafts, forks and checkpoints are cheap.

use std::sync::Arc;

use jiff::Timestamp;

use super::clock::Clock;
use super::family::Kind;
use super::id::Ids;
use super::lifecycle::{Lifecycle, Pace};
use super::lockout::Lockout;
use super::log::Log;
use super::object::Object;
use super::quota::Quotas;
use super::store::{Resource, Store};
use super::throttle::Throttle;

/// The state of a fake cloud.
#[derive(Clone, Debug)]
pub struct State {
    /// The resources.
    pub store: Store,
    /// Where identifiers come from.
    pub ids: Ids,
    /// The time.
    pub clock: Clock,
    /// What is under way.
    pub lifecycle: Lifecycle,
    /// Who has failed to prove themselves, and how often.
    pub lockout: Lockout,
    /// How often each account has called each operation.
    pub throttle: Throttle,
    /// How much an account may have, and has.
    pub quotas: Quotas,
    /// Who has called what.
    pub log: Log,
    /// The region that the cloud plays.
    pub region: Arc<str>,
}

impl State {
    /// An empty state: no resources, no accounts.
    pub fn new(seed: u64, start: Timestamp, region: &str, pace: Pace) -> Self {
        Self {
            store: Store::default(),
            ids: Ids::new(seed),
            clock: Clock::starting_at(start),
            lifecycle: Lifecycle::new(pace),
            lockout: Lockout::default(),
            throttle: Throttle::default(),
            quotas: Quotas::default(),
            log: Log::default(),
            region: region.into(),
        }
    }

    /// A copy to work on; what it touches is its difference to this one.
    pub fn draft(&self) -> Self {
        Self {
            store: self.store.draft(),
            lifecycle: self.lifecycle.draft(),
            ids: self.ids.clone(),
            lockout: self.lockout.clone(),
            throttle: self.throttle.clone(),
            quotas: self.quotas.clone(),
            log: self.log.clone(),
            region: Arc::clone(&self.region),
            clock: self.clock,
        }
    }

    /// The resource of that kind and identifier, whoever owns it.
    pub fn get(&self, kind: &'static Kind, id: &str) -> Option<&Arc<Resource>> {
        self.store.get(kind, "", id)
    }

    /// Changes the body of a resource that exists; nothing happens when it does not.
    pub fn edit(&mut self, kind: &'static Kind, id: &str, change: impl FnOnce(&mut Resource)) {
        self.edit_of(kind, "", id, change);
    }

    /// [`State::edit`] for kinds that are named by their owner.
    pub fn edit_of(
        &mut self,
        kind: &'static Kind,
        account: &str,
        id: &str,
        change: impl FnOnce(&mut Resource),
    ) {
        if let Some(resource) = self.store.get_mut(kind, account, id) {
            change(resource);
        }
    }

    /// Adds a resource of an account, and answers its identifier.
    ///
    /// The identifier is the one in the body, or a new one that is put there.
    pub fn insert(&mut self, kind: &'static Kind, account: &str, body: Object) -> String {
        self.insert_with(kind, account, body, Object::new())
    }

    /// [`State::insert`] with facts that the API does not show.
    pub fn insert_with(
        &mut self,
        kind: &'static Kind,
        account: &str,
        mut body: Object,
        notes: Object,
    ) -> String {
        let id = match body.get(kind.id).and_then(|id| id.as_str()) {
            Some(id) => id.to_owned(),
            None if kind.is_opaque() => self.ids.opaque(kind.name, kind.digits),
            None => self.ids.hex(kind.prefix, kind.digits),
        };
        body.insert(kind.id.to_owned(), id.clone().into());
        self.store.insert(Resource {
            kind,
            id: id.as_str().into(),
            account: account.into(),
            turn: 0,
            body,
            notes,
        });
        id
    }

    /// Takes a resource out, with whatever was under way for it.
    pub fn remove(&mut self, kind: &'static Kind, id: &str) -> Option<Arc<Resource>> {
        self.remove_of(kind, "", id)
    }

    /// [`State::remove`] for kinds that are named by their owner.
    pub fn remove_of(
        &mut self,
        kind: &'static Kind,
        account: &str,
        id: &str,
    ) -> Option<Arc<Resource>> {
        self.lifecycle.forget(id);
        self.store.remove(kind, account, id)
    }

    /// The resources of a kind that belong to an account, in the order of creation.
    pub fn owned<'a>(
        &'a self,
        kind: &'static Kind,
        account: &'a str,
    ) -> impl Iterator<Item = &'a Arc<Resource>> {
        self.store
            .all(kind)
            .filter(move |resource| *resource.account == *account)
    }

    /// A resource as the API shows it, if it exists.
    pub fn shown(&self, kind: &'static Kind, id: &str) -> Option<Object> {
        self.get(kind, id).map(|resource| kind.view(self, resource))
    }
}
