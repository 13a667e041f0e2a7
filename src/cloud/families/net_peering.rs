//! Net peerings: two Nets that reach each other, also those of two accounts.
//!
//! By default: reading, by both accounts. By rule: the rest. Left out: traffic, and that each Net must hold a VM: the text says so, and recordings show that nobody checks it.
//!
//! A peering belongs to the account that has asked for it; so do its tags, which the other one does not see.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;

use super::net::{self, NET};
use crate::cloud::State;
use crate::cloud::address;
use crate::cloud::call::{Call, Reply, unknown};
use crate::cloud::clock;
use crate::cloud::dependents::is_gone;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Net peerings, as a kind of resource.
pub(in crate::cloud) const NET_PEERING: &Kind = &Kind::new(
    "NetPeering",
    "NetPeeringId",
    "pcx-",
    fault::NO_SUCH_NET_PEERING,
)
.tagged("vpc-peering-connection")
.shared_with(is_accepter);

pub(super) const FAMILY: Family = Family {
    tag: "NetPeering",
    kinds: &[NET_PEERING],
    filters: &[],
    transitions: &[&EXPIRY],
    rules: &[
        ("AcceptNetPeering", accept_net_peering),
        ("CreateNetPeering", create_net_peering),
        ("DeleteNetPeering", delete_net_peering),
        ("RejectNetPeering", reject_net_peering),
    ],
};

/// How long a request may wait; documented.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

const PENDING: &str = "pending-acceptance";
const ACTIVE: &str = "active";
const REJECTED: &str = "rejected";
const FAILED: &str = "failed";
const DELETED: &str = "deleted";

/// What becomes of a request that nobody answers.
static EXPIRY: Transition = Transition {
    kind: NET_PEERING,
    field: "State.Name",
    from: PENDING,
    to: End::State("expired"),
    read_once: false,
    then: Some(|state, peering| put_state(state, &peering.id, "expired", EXPIRED)),
};

// assumed: the messages but those of `pending-acceptance` and `active`, which are documented.
const ENDED: &str = "Deleted";
const EXPIRED: &str = "Expired";
const OVERLAPPING: &str = "Failed because the IP ranges of the Nets overlap";
const REFUSED: &str = "Rejected by user";
const REDUNDANT: &str = "Rejected automatically because active reverse link already exists";

/// The peering that an identifier names, if the caller's account is one of its two.
///
/// # Faults
/// Those of [`Call::find`]; assumed: a deleted one can only be read.
pub(super) fn find(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    let peering = call.find(NET_PEERING, id)?;
    if peering.state() == DELETED {
        return Err(NET_PEERING.no_such(id));
    }
    Ok(peering)
}

/// The identifiers of the two Nets.
pub(super) fn nets(peering: &Resource) -> impl Iterator<Item = &str> {
    let ends = [end(peering, ACCEPTER), end(peering, SOURCE)];
    ends.into_iter().flatten().map(|end| end.text(NET.id))
}

/// Ends a peering, whatever its state; it stays readable.
pub(super) fn end_peering(state: &mut State, id: &str) {
    put_state(state, id, DELETED, ENDED);
}

/// The end that is asked.
const ACCEPTER: &str = "AccepterNet";
/// The end that asks.
const SOURCE: &str = "SourceNet";

/// Asks for a peering of one of the caller's Nets with another Net, be it another account's.
///
/// It fails from the start when the ranges overlap, and is rejected when the Nets are peered the
/// other way round; both are answers, not refusals.
///
/// # Faults
/// - `SAME_NETS` for a Net with itself (assumed: before anything is looked up).
/// - Those of [`net::find_net`] for the source, then (assumed: with the same code, be it the account
///   that does not exist) for the accepter.
/// - assumed: `PEERING_EXISTS` when the same was asked for before, and is pending or active.
fn create_net_peering(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let input = call.input;
    let (source_id, accepter_id) = (input.text("SourceNetId"), input.text("AccepterNetId"));
    if source_id == accepter_id {
        return Err(fault::SAME_NETS.says(format!(
            "The provided value '{accepter_id}' for parameter AccepterNetId is invalid. The values \
             for AccepterNetId and SourceNetId must be different."
        )));
    }
    let source = net::find_net(call, source_id)?;
    // assumed: an empty account is none.
    let owner = input.some_text("AccepterOwnerId");
    let accepter = find_accepter(call, accepter_id, owner.unwrap_or(&call.account))?;
    if let Some(other) = between(call.state, source_id, accepter_id).next() {
        return Err(fault::PEERING_EXISTS.says(format!(
            "The Net '{source_id}' has the peering '{}' with the Net '{accepter_id}'.",
            other.id
        )));
    }
    let mut reverse = between(call.state, accepter_id, source_id);
    let pending = format!("Pending acceptance by {}", accepter.account);
    let (state, message) = if reverse.any(|it| it.state() == ACTIVE) {
        (REJECTED, REDUNDANT)
    } else if address::overlap(range(&source)?, range(&accepter)?) {
        (FAILED, OVERLAPPING)
    } else {
        (PENDING, &*pending)
    };
    drop(reverse);
    let mut body = Object::new();
    body.put(ACCEPTER, shown_end(&accepter));
    body.put(SOURCE, shown_end(&source));
    body.put("State", json!({ "Message": message, "Name": state }));
    body.put("Tags", json!([]));
    let due = call.state.clock.now().checked_add(PATIENCE).ok();
    let due = due.filter(|_| state == PENDING);
    if let Some(due) = due {
        // assumed: that the date is there for as long as it matters; the examples contradict.
        body.put("ExpirationDate", clock::zulu(due));
    }
    let id = call.insert(NET_PEERING, body);
    if let Some(due) = due {
        call.state.begin_by_clock(&EXPIRY, &id, due);
    }
    Ok(Reply::of("NetPeering", call.shown(NET_PEERING, &id)))
}

/// Accepts a request; one that waits the other way round is rejected, since it is redundant.
///
/// # Faults
/// Those of [`find_asked`].
fn accept_net_peering(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let peering = find_asked(call)?;
    put_state(call.state, &peering.id, ACTIVE, "Active");
    let ends = [end(&peering, ACCEPTER), end(&peering, SOURCE)];
    let [accepter, source] = ends.map(|end| end.map_or("", |end| end.text(NET.id)));
    let reverse = between(call.state, accepter, source).map(|it| Arc::clone(&it.id));
    for id in reverse.collect::<Vec<_>>() {
        put_state(call.state, &id, REJECTED, REDUNDANT);
    }
    let shown = call.shown(NET_PEERING, &peering.id);
    Ok(Reply::of("NetPeering", shown))
}

/// Turns a request down.
///
/// # Faults
/// Those of [`find_asked`].
fn reject_net_peering(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let peering = find_asked(call)?;
    put_state(call.state, &peering.id, REJECTED, REFUSED);
    Ok(Reply::empty())
}

/// Ends an active peering, or takes a request back; routes to it stay and lead nowhere.
///
/// # Faults
/// assumed: the codes; who may delete it in which state is documented.
/// - Those of [`find`].
/// - `INVALID_STATE_TRANSITION` for one that is neither pending nor active.
/// - `INVALID_STATE` for the account that is asked, while it is pending.
fn delete_net_peering(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let peering = find(call, call.input.text(NET_PEERING.id))?;
    match peering.state() {
        ACTIVE => {}
        PENDING if peering.account == call.account => {}
        PENDING => return Err(not_for(call, &peering, &peering.account)),
        _ => return Err(over(&peering)),
    }
    end_peering(call.state, &peering.id);
    Ok(Reply::empty())
}

/// The peering that a call names, which must wait for the caller's answer.
///
/// # Faults
/// assumed: the codes, and that only the account which is asked may reject.
/// - Those of [`find`].
/// - `INVALID_STATE_TRANSITION` for one that is not pending.
/// - `INVALID_STATE` for the account that asks.
fn find_asked(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    let peering = find(call, call.input.text(NET_PEERING.id))?;
    if peering.state() != PENDING {
        return Err(over(&peering));
    }
    let accepter = end(&peering, ACCEPTER).map_or("", |end| end.text("AccountId"));
    if accepter != &*call.account {
        return Err(not_for(call, &peering, accepter));
    }
    Ok(peering)
}

fn over(peering: &Resource) -> Fault {
    fault::INVALID_STATE_TRANSITION.says(format!(
        "The Net peering '{}' is {}.",
        peering.id,
        peering.state()
    ))
}

fn not_for(call: &Call<'_>, peering: &Resource, account: &str) -> Fault {
    fault::INVALID_STATE.says(format!(
        "{} of the Net peering '{}' is for the account {account} while it is {PENDING}.",
        call.operation.name(),
        peering.id
    ))
}

/// The Net that is asked, whoever owns it.
///
/// # Faults
/// Those of a look-up that finds nothing, also where the Net is not that account's.
fn find_accepter(call: &Call<'_>, id: &str, owner: &str) -> Result<Arc<Resource>, Fault> {
    let net = call.state.get(NET, id);
    net.filter(|net| &*net.account == owner && !is_gone(&net.body))
        .cloned()
        .ok_or_else(|| unknown(NET, id))
}

/// The peerings from one Net to another that are pending or active.
fn between<'s>(
    state: &'s State,
    source: &'s str,
    accepter: &'s str,
) -> impl Iterator<Item = &'s Arc<Resource>> {
    let is = |peering: &Resource, which, net| {
        end(peering, which).is_some_and(|end| end.text(NET.id) == net)
    };
    state.store.all(NET_PEERING).filter(move |it| {
        matches!(it.state(), PENDING | ACTIVE)
            && is(it, SOURCE, source)
            && is(it, ACCEPTER, accepter)
    })
}

fn put_state(state: &mut State, id: &str, name: &str, message: &str) {
    state.lifecycle.forget(id);
    state.edit(NET_PEERING, id, |peering| {
        peering.body.remove("ExpirationDate");
        let shown = json!({ "Message": message, "Name": name });
        peering.body.put("State", shown);
    });
}

fn is_accepter(peering: &Resource, account: &str) -> bool {
    end(peering, ACCEPTER).is_some_and(|end| end.text("AccountId") == account)
}

fn end<'p>(peering: &'p Resource, which: &str) -> Option<&'p Object> {
    peering.body.object(which)
}

fn shown_end(net: &Resource) -> Object {
    let mut end = Object::new();
    end.put("AccountId", &*net.account);
    end.put("IpRange", net.body.text("IpRange"));
    end.put("NetId", &*net.id);
    end
}

fn range(net: &Resource) -> Result<ipnet::Ipv4Net, Fault> {
    address::range(net.body.text("IpRange"))
}
