//! Quotas: how much of everything an account may have, and how much it has.
//!
//! What counts stands in one table. The amounts are kept up with what changes in the store, so that
//! a call pays for what it changes and not for what there is; a call that made more than the limit
//! allows is refused when it has ended, and so leaves nothing. Left out: limits that differ between
//! accounts, and raising them by asking the vendor.

mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use rpds::HashTrieMapSync;
use serde_json::json;

use super::State;
use super::dependents::is_gone;
use super::families::nic;
use super::family::Kind;
use super::fault::Fault;
use super::object::{Fields, Object};
use super::seeds;
use super::store::Resource;
use table::{Per, Row, TABLE, UNLISTED};

/// The quota that `ReadQuotas` shows for each load balancer, and not for the account; seen.
const ONLY_SPECIFIC: &str = "lb_listeners_limit";

/// What is limited: a quota, by its place in the list, and what it is a quota of.
type Key = (usize, Arc<str>);

/// The limits of a cloud, and what is used of them.
#[derive(Clone, Debug)]
pub struct Quotas {
    /// By the place of the quota in the list; 0 for no limit.
    limits: Arc<[i64]>,
    used: HashTrieMapSync<Key, i64>,
}

impl Default for Quotas {
    fn default() -> Self {
        static LIMITS: LazyLock<Arc<[i64]>> = LazyLock::new(|| {
            let most = seeds::quotas().iter().map(|it| it["MaxValue"].as_i64());
            let unlisted = UNLISTED.iter().map(|(_, most)| *most);
            most.map(Option::unwrap_or_default)
                .chain(unlisted)
                .collect()
        });
        Self {
            limits: Arc::clone(&LIMITS),
            used: HashTrieMapSync::new_sync(),
        }
    }
}

impl Quotas {
    /// Sets the limit of a quota, 0 for none; nothing happens when there is no such quota.
    pub fn set(&mut self, name: &str, most: u32) {
        if let Some(at) = names().position(|it| it == name) {
            Arc::make_mut(&mut self.limits)[at] = most.into();
        }
    }

    fn used(&self, quota: usize, scope: &str) -> i64 {
        let used = self.used.get(&(quota, Arc::from(scope)));
        used.copied().unwrap_or_default()
    }
}

/// The names of all quotas, in the order in which the real cloud gives them.
pub fn names() -> impl Iterator<Item = &'static str> {
    let listed = seeds::quotas().iter().filter_map(|it| it["Name"].as_str());
    listed.chain(UNLISTED.iter().map(|(name, _)| *name))
}

/// The names of the quotas that something counts towards.
#[cfg(test)]
pub fn counted() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.quota)
}

/// How an amount has changed.
struct Change {
    row: &'static Row,
    grown: i64,
    /// What is used now.
    used: i64,
}

/// Brings the amounts up to date, and refuses what has grown beyond its limit since they were.
///
/// # Faults
/// The one of the first quota in the list that is exceeded.
pub fn check(state: &mut State) -> Result<(), Fault> {
    for ((quota, _), change) in count(state) {
        let most = state.quotas.limits[quota];
        if change.grown > 0 && most > 0 && change.used > most {
            return Err(change.row.refusal(most));
        }
    }
    Ok(())
}

/// Brings the amounts up to date with whatever has changed, rightly or not.
pub fn catch_up(state: &mut State) {
    count(state);
}

fn count(state: &mut State) -> BTreeMap<Key, Change> {
    let mut changes: BTreeMap<Key, Change> = BTreeMap::new();
    for (before, after) in state.store.take_uncounted() {
        let Some(kind) = after.as_ref().or(before.as_ref()).map(|it| it.kind) else {
            continue;
        };
        // What is gone in all but name counts no more.
        let before = before.as_deref().filter(|it| !is_gone(&it.body));
        let after = after.as_deref().filter(|it| !is_gone(&it.body));
        for (quota, row) in rows(kind) {
            let was = before.and_then(|it| held(row, it));
            let is = after.and_then(|it| held(row, it));
            if was == is {
                continue;
            }
            let losses = was.map(|(scope, amount)| (scope, -amount));
            for (scope, amount) in losses.into_iter().chain(is) {
                let change = changes.entry((*quota, scope.into())).or_insert(Change {
                    row,
                    grown: 0,
                    used: 0,
                });
                change.grown += amount;
                change.used += amount.max(0);
            }
        }
    }
    let used = &mut state.quotas.used;
    for (key, change) in &mut changes {
        if change.grown == 0 || matches!(change.row.per, Per::Itself) {
            continue;
        }
        change.used = used.get(key).copied().unwrap_or_default() + change.grown;
        if change.used == 0 {
            used.remove_mut(key);
        } else {
            used.insert_mut(key.clone(), change.used);
        }
    }
    changes
}

/// What a resource adds to, and how much; none where it adds nothing.
fn held<'r>(row: &Row, resource: &'r Resource) -> Option<(&'r str, i64)> {
    let amount = (row.amount)(resource).filter(|it| *it > 0)?;
    let scope = row.scope(resource);
    let counts = matches!(row.per, Per::Cloud) || !scope.is_empty();
    counts.then_some((scope, amount))
}

/// The rows that count resources of a kind, with the place of their quota in the list.
fn rows(kind: &Kind) -> &'static [(usize, &'static Row)] {
    static BY_KIND: LazyLock<BTreeMap<&str, Vec<(usize, &Row)>>> = LazyLock::new(|| {
        let mut rows: BTreeMap<&str, Vec<(usize, &Row)>> = BTreeMap::new();
        for row in TABLE {
            let place = names().position(|it| it == row.quota);
            let place = place.expect("each row names a quota of the list: a test looks");
            rows.entry(row.kind).or_default().push((place, row));
        }
        rows
    });
    BY_KIND.get(kind.name).map_or(&[], Vec::as_slice)
}

/// How many times an account has room for these resources together; none for any number of times.
pub fn room(
    state: &State,
    account: &str,
    together: impl IntoIterator<Item = (&'static Kind, Object)>,
) -> Option<i64> {
    let mut needs: BTreeMap<Key, i64> = BTreeMap::new();
    for (kind, body) in together {
        let resource = Resource {
            kind,
            id: "".into(),
            account: account.into(),
            turn: 0,
            body,
            notes: Object::new(),
        };
        for (quota, row) in rows(kind) {
            if let Some((scope, amount)) = held(row, &resource) {
                *needs.entry((*quota, scope.into())).or_default() += amount;
            }
        }
    }
    let quotas = &state.quotas;
    let rooms = needs.iter().filter_map(|((quota, scope), need)| {
        let most = quotas.limits[*quota];
        (most > 0).then(|| (most - quotas.used(*quota, scope)) / need)
    });
    rooms.min()
}

/// Every quota of an account as the API shows it, alone in its type, each with a number that stays
/// with it: first those of the account, then those of each of its resources, as they were made.
///
/// assumed: what is limited for each resource is not used by the account as such, and every resource
/// that has a limit of its own is listed.
pub fn list(state: &State, account: &str) -> Vec<(u64, Object)> {
    let mut found = Vec::new();
    for (place, seed) in (0..).zip(seeds::quotas()) {
        let used = |row: &Row| matches!(row.per, Per::Account) && seed["Name"] == *row.quota;
        if seed["Name"] != *ONLY_SPECIFIC {
            let used = match TABLE.iter().find(|row| used(row)) {
                Some(_) => state.quotas.used(place, account),
                None => 0,
            };
            found.push((
                number(None, place),
                shown(state, place, "global", account, used),
            ));
        }
        for row in TABLE.iter().filter(|row| seed["Name"] == *row.quota) {
            for (resource, used) in specific(state, account, place, row) {
                let shown = shown(state, place, &resource.id, account, used);
                found.push((number(Some(resource), place), shown));
            }
        }
    }
    found.sort_by_key(|(number, _)| *number);
    found
}

/// The resources that have a limit of their own by a row, and what is used of it.
fn specific<'s>(
    state: &'s State,
    account: &'s str,
    place: usize,
    row: &'static Row,
) -> Vec<(&'s Arc<Resource>, i64)> {
    let kind = match row.per {
        Per::Cloud | Per::Account => None,
        Per::Each(kind, _) => Some(kind),
        Per::Itself => Some(row.kind),
    };
    let Some(kind) = kind.and_then(super::families::kind) else {
        return Vec::new();
    };
    let resources = state.owned(kind, account);
    let resources = resources.filter(|it| !is_gone(&it.body) && !nic::is_hidden(it));
    let used = |resource: &Resource| match row.per {
        Per::Itself => (row.amount)(resource),
        _ => Some(state.quotas.used(place, &resource.id)),
    };
    resources.filter_map(|it| Some((it, used(it)?))).collect()
}

/// The number that stays with a quota: resources have their turn in the order of creation.
fn number(resource: Option<&Arc<Resource>>, place: usize) -> u64 {
    let turn = resource.map_or(0, |it| it.turn + 1);
    (turn << 8) + place as u64
}

fn shown(state: &State, place: usize, quota_type: &str, account: &str, used: i64) -> Object {
    let mut quota: Object = seeds::quotas()[place]
        .as_object()
        .cloned()
        .unwrap_or_default();
    quota.put("AccountId", account);
    quota.put("MaxValue", state.quotas.limits[place]);
    quota.put("UsedValue", used);
    let mut shown = Object::new();
    shown.put("QuotaType", quota_type);
    shown.put("Quotas", json!([quota]));
    shown
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::contract::Contract;

    #[test]
    fn every_row_is_of_a_quota_and_a_kind() {
        let contract = Contract::bundled();
        let known: BTreeSet<_> = names().collect();
        assert_eq!(known.len(), seeds::quotas().len() + UNLISTED.len());
        for row in TABLE {
            assert!(known.contains(row.quota), "{}", row.quota);
            let holder = match row.per {
                Per::Each(holder, _) => holder,
                _ => row.kind,
            };
            for kind in [row.kind, holder] {
                assert!(contract.schema(kind).is_some(), "there is no {kind}");
            }
        }
    }

    #[test]
    fn rows_stand_in_the_order_of_the_quotas() {
        let places = TABLE
            .iter()
            .map(|row| names().position(|it| it == row.quota));
        assert!(places.is_sorted(), "some row stands elsewhere");
    }
}
