//! What a test made and did not delete: for tests of code that cleans up.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::Cloud;
use super::desk::{Book, Desk};
use crate::cloud::dependents::is_gone;
use crate::cloud::effect::Change;
use crate::cloud::families;
use crate::cloud::store::Resource;
use crate::contract::Contract;
use crate::transcript::Exchange;

/// A resource that was made since the cloud was, and is still there.
///
/// `Display` says it in a line or two: `request 1, CreateNet: Net vpc-…`, and what came with it.
///
/// ```
/// use mockscale::{Cloud, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateKeypair", json!({ "KeypairName": "mine" }));
/// assert_eq!(cloud.leaks()[0].to_string(), "request 1, CreateKeypair: Keypair mine");
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Leak {
    /// The kind, by the name of its schema.
    pub kind: &'static str,
    /// The identifier; the name, for what is known by its name.
    pub id: String,
    /// The account that it belongs to.
    pub account: String,
    /// The exchange that made it, while it is remembered.
    pub made_by: Option<Arc<Exchange>>,
    /// What the same call made along with it and belongs to it, by kind and identifier: it is no
    /// leak of its own.
    pub with: Vec<(&'static str, String)>,
}

impl Leak {
    fn of(resource: &Resource, made_by: Option<&Arc<Exchange>>) -> Self {
        Self {
            kind: resource.kind.name,
            id: resource.id.to_string(),
            account: resource.account.to_string(),
            made_by: made_by.cloned(),
            with: Vec::new(),
        }
    }

    /// What tells it from every other.
    pub(super) fn key(&self) -> String {
        format!("{} {} of {}", self.kind, self.id, self.account)
    }
}

impl fmt::Display for Leak {
    /// One line, and one more for what came with it; without a newline at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.made_by {
            Some(made_by) => write!(f, "request {}, {}: ", made_by.number, made_by.operation)?,
            None => f.write_str("a request that is no longer remembered: ")?,
        }
        write!(f, "{} {}", self.kind, self.id)?;
        let mut came = self.with.iter();
        if let Some((kind, id)) = came.next() {
            write!(f, "\n  with it {kind} {id}")?;
        }
        came.try_for_each(|(kind, id)| write!(f, ", {kind} {id}"))
    }
}

impl Cloud {
    /// The resources, of all accounts, that were made since the cloud was (or was forked) and are
    /// still there.
    ///
    /// What is on its way to be gone is none, such as a VM that shuts down, nor what no call deletes,
    /// such as the export of a snapshot. What came with another
    /// resource (the default security group of a Net, the root volume of a VM) is told with that;
    /// where its owner is gone, or it was taken off, it is a leak of its own. Links, routes, rules
    /// and tags are parts of what they stand in, and none by themselves.
    ///
    /// [`Guard::Leaks`](super::Guard::Leaks) fails a test for them.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// let leaks = cloud.leaks();
    /// assert_eq!((leaks.len(), leaks[0].kind, leaks[0].with.len()), (1, "Net", 2));
    /// ```
    pub fn leaks(&self) -> Vec<Leak> {
        leaks(self.desk())
    }
}

/// See [`Cloud::leaks`].
pub(super) fn leaks(desk: &Desk) -> Vec<Leak> {
    let book = desk.book();
    let Book { state, record } = &*book;
    if state.store.turn() == desk.began().turn {
        return Vec::new();
    }
    // What is under way ends first: a VM that shuts down takes its root volume along.
    let mut end = state.clone();
    end.settle_all();
    let mut left: Vec<&Arc<Resource>> = end
        .store
        .everything()
        .filter(|it| it.turn >= desk.began().turn && !is_gone(&it.body))
        .filter(|it| !it.kind.lasting)
        // How a backend does is no kind of a family, but a part of what leads to it.
        .filter(|it| families::kind(it.kind.name).is_some())
        .collect();
    left.sort_by_key(|resource| resource.turn);
    let makers = Makers::of(record.exchanges());
    let left: Vec<_> = left.into_iter().map(|it| (it, makers.maker(it))).collect();
    grouped(desk.contract(), &left)
}

/// What is left, each under what it came with.
fn grouped(contract: &Contract, left: &[Left<'_>]) -> Vec<Leak> {
    let mut owners: BTreeMap<(u64, &str), usize> = BTreeMap::new();
    let mut leaks: Vec<Leak> = Vec::new();
    let (own, came): (Vec<&Left<'_>>, Vec<_>) =
        left.iter().partition(|it| is_what_it_makes(contract, it));
    for (resource, maker) in own {
        if let Some(maker) = maker {
            owners.insert((maker.number, &*resource.id), leaks.len());
        }
        leaks.push(Leak::of(resource, *maker));
    }
    for (resource, maker) in came {
        let owner = maker.and_then(|maker| {
            let mut named = texts(resource.body.values());
            named.find_map(|text| owners.get(&(maker.number, text)))
        });
        match owner {
            Some(owner) => leaks[*owner]
                .with
                .push((resource.kind.name, resource.id.to_string())),
            None => leaks.push(Leak::of(resource, *maker)),
        }
    }
    leaks.sort_by_key(|leak| leak.made_by.as_ref().map(|it| it.number));
    leaks
}

/// What is left, and what made it.
type Left<'a> = (&'a Arc<Resource>, Option<&'a Arc<Exchange>>);

/// Whether a resource is what its maker is called after, and not what comes along.
fn is_what_it_makes(contract: &Contract, (resource, maker): &Left<'_>) -> bool {
    let operation = maker.and_then(|maker| contract.operation(&maker.operation));
    let envelope = operation.and_then(|it| it.outline().envelope.as_ref());
    envelope.is_none_or(|envelope| envelope.kind == resource.kind.name)
}

/// Every text in some values, however deep.
fn texts<'v>(values: impl Iterator<Item = &'v Value>) -> impl Iterator<Item = &'v str> {
    let mut open: Vec<&Value> = values.collect();
    std::iter::from_fn(move || {
        loop {
            match open.pop()? {
                Value::String(text) => return Some(text.as_str()),
                Value::Array(values) => open.extend(values),
                Value::Object(object) => open.extend(object.values()),
                _ => {}
            }
        }
    })
}

/// Which of the remembered exchanges has made what: the last one, where a name was used twice.
struct Makers<'a>(BTreeMap<(&'a str, &'a str), Vec<&'a Arc<Exchange>>>);

impl<'a> Makers<'a> {
    fn of(exchanges: impl Iterator<Item = &'a Arc<Exchange>>) -> Self {
        let mut makers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for exchange in exchanges {
            for effect in &exchange.effects {
                if effect.change == Change::Created {
                    let name = (&*effect.kind, effect.id.as_str());
                    makers.entry(name).or_default().push(exchange);
                }
            }
        }
        Self(makers)
    }

    fn maker(&self, resource: &Resource) -> Option<&'a Arc<Exchange>> {
        let makers = self.0.get(&(resource.kind.name, &*resource.id))?;
        // Two accounts may each have something of one name.
        let by_owner = |it: &&&Arc<Exchange>| it.caller.as_deref() == Some(&*resource.account);
        let named = resource.kind.named;
        let mut found = makers.iter().rev();
        found.find(|it| !named || by_owner(it)).copied()
    }
}
