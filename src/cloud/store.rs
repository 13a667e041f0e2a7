//! Where resources are kept: persistent maps that share structure.
//!
//! A clone costs a few reference counts at any size, so a call works on a clone that is kept only
//! if it succeeds. The store remembers which keys a draft has touched, and the difference of the
//! two states under those keys is what the call did.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use rpds::{HashTrieMapSync, RedBlackTreeMapSync};
use serde_json::Value;

use super::family::Kind;
use super::object::{Fields, Object};
use crate::contract::{MASK, is_secret};

/// One resource at rest.
#[derive(Clone)]
pub struct Resource {
    /// What it is.
    pub kind: &'static Kind,
    /// Its identifier (or name, for kinds that are named).
    pub id: Arc<str>,
    /// The account it belongs to.
    pub account: Arc<str>,
    /// Its place in the order of creation; given by the store.
    pub turn: u64,
    /// What the API shows of it, by the kind's schema.
    pub body: Object,
    /// What the cloud knows of it and the API does not show.
    pub notes: Object,
}

/// Without what is secret: neither a log nor a failing assertion may show it.
impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("kind", &self.kind.name)
            .field("id", &self.id)
            .field("account", &self.account)
            .field("turn", &self.turn)
            .field("body", &masked(&self.body))
            .field("notes", &masked(&self.notes))
            .finish()
    }
}

/// A copy in which every secret property is replaced, however deep.
fn masked(object: &Object) -> Object {
    let value = |value: &Value| match value {
        Value::Object(object) => Value::Object(masked(object)),
        Value::Array(values) => {
            let values = values.iter().map(|value| match value {
                Value::Object(object) => Value::Object(masked(object)),
                value => value.clone(),
            });
            values.collect()
        }
        value => value.clone(),
    };
    let shown = |(name, held): (&String, &Value)| {
        let held = if is_secret(name) {
            MASK.into()
        } else {
            value(held)
        };
        (name.clone(), held)
    };
    object.iter().map(shown).collect()
}

impl Resource {
    /// The state it is in, `""` for kinds without one.
    pub fn state(&self) -> &str {
        state_of(&self.body)
    }
}

/// The state that an object shows, be it a text or an object with a name.
pub fn state_of(object: &Object) -> &str {
    match object.object("State") {
        Some(state) => state.text("Name"),
        None => object.text("State"),
    }
}

/// Where a resource stands: its kind's name and its turn in the order of creation.
pub type Key = (&'static str, u64);

/// A resource as it was and as it is; none where it was not there, or is gone.
pub type Turned = (Option<Arc<Resource>>, Option<Arc<Resource>>);

/// Every resource of a cloud, ordered by kind and creation, with an index by identifier.
#[derive(Clone, Debug)]
pub struct Store {
    rows: RedBlackTreeMapSync<Key, Arc<Resource>>,
    index: HashTrieMapSync<String, Key>,
    next: u64,
    edits: u64,
    touched: BTreeSet<Key>,
    /// What stood under the keys that changed since somebody last counted.
    uncounted: BTreeMap<Key, Option<Arc<Resource>>>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            rows: RedBlackTreeMapSync::new_sync(),
            index: HashTrieMapSync::new_sync(),
            next: 0,
            edits: 0,
            touched: BTreeSet::new(),
            uncounted: BTreeMap::new(),
        }
    }
}

impl Store {
    /// Adds a resource after all others of its kind.
    pub fn insert(&mut self, mut resource: Resource) {
        let key = (resource.kind.name, self.next);
        resource.turn = self.next;
        self.next += 1;
        self.edits += 1;
        self.index.insert_mut(
            index_key(resource.kind, &resource.account, &resource.id),
            key,
        );
        self.rows.insert_mut(key, Arc::new(resource));
        self.touch(key, None);
    }

    /// The resource of that kind and identifier; `account` matters for named kinds only.
    pub fn get(&self, kind: &'static Kind, account: &str, id: &str) -> Option<&Arc<Resource>> {
        self.rows.get(&self.key(kind, account, id)?)
    }

    /// The resource to be changed.
    pub fn get_mut(
        &mut self,
        kind: &'static Kind,
        account: &str,
        id: &str,
    ) -> Option<&mut Resource> {
        let key = self.key(kind, account, id)?;
        self.edits += 1;
        self.touch(key, self.rows.get(&key).cloned());
        self.rows.get_mut(&key).map(Arc::make_mut)
    }

    /// Takes a resource out.
    pub fn remove(
        &mut self,
        kind: &'static Kind,
        account: &str,
        id: &str,
    ) -> Option<Arc<Resource>> {
        let key = self.key(kind, account, id)?;
        self.edits += 1;
        let resource = self.rows.get(&key).cloned();
        self.index.remove_mut(&index_key(kind, account, id));
        self.rows.remove_mut(&key);
        self.touch(key, resource.clone());
        resource
    }

    /// All resources of a kind, in the order of creation.
    pub fn all(&self, kind: &'static Kind) -> impl Iterator<Item = &Arc<Resource>> {
        self.rows.range(whole(kind)).map(|(_, resource)| resource)
    }

    /// All resources, by the name of their kind and in the order of creation.
    pub fn everything(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.rows.values()
    }

    /// The turn of the next resource: what has a lower one was made before.
    pub fn turn(&self) -> u64 {
        self.next
    }

    /// How often it was changed: two states of one cloud with the same number are equal.
    pub fn edits(&self) -> u64 {
        self.edits
    }

    /// How many resources there are, of all kinds.
    pub fn len(&self) -> usize {
        self.rows.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A copy to work on, which has touched nothing yet.
    pub fn draft(&self) -> Self {
        Self {
            touched: BTreeSet::new(),
            ..self.clone()
        }
    }

    /// The resources under the touched keys, as they were in `before` and as they are.
    pub fn changes<'a>(
        &'a self,
        before: &'a Store,
    ) -> impl Iterator<Item = (Option<&'a Arc<Resource>>, Option<&'a Arc<Resource>>)> {
        let mut keys: Vec<_> = self.touched.iter().copied().collect();
        keys.sort_by_key(|(_, turn)| *turn);
        keys.into_iter()
            .map(|key| (before.rows.get(&key), self.rows.get(&key)))
    }

    /// What changed since this was last asked, as it was then and as it is.
    pub fn take_uncounted(&mut self) -> Vec<Turned> {
        let uncounted = std::mem::take(&mut self.uncounted).into_iter();
        let now = |key: &Key| self.rows.get(key).cloned();
        uncounted.map(|(key, before)| (before, now(&key))).collect()
    }

    fn touch(&mut self, key: Key, before: Option<Arc<Resource>>) {
        self.touched.insert(key);
        self.uncounted.entry(key).or_insert(before);
    }

    fn key(&self, kind: &'static Kind, account: &str, id: &str) -> Option<Key> {
        let key = if kind.named {
            self.index.get(index_key(kind, account, id).as_str())
        } else {
            self.index.get(id)
        };
        key.copied().filter(|(name, _)| *name == kind.name)
    }
}

fn index_key(kind: &Kind, account: &str, id: &str) -> String {
    if kind.named {
        format!("{}/{account}/{id}", kind.name)
    } else {
        id.to_owned()
    }
}

fn whole(kind: &'static Kind) -> RangeInclusive<Key> {
    (kind.name, 0)..=(kind.name, u64::MAX)
}
