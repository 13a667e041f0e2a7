//! Direct links: physical links to a site of the client.
//!
//! By default: reading. By rule: the rest. Left out: the state `deleted`: a link is gone
//! once a read has shown that it is being deleted.
//!
//! Between the request and a link that works people have to act: the vendor's staff accepts it, and
//! a cable is laid. No read does that for them; the test may (`Cloud::support`), or the clock.

use super::direct_link_interface;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds;

/// Direct links, as a kind of resource.
pub(in crate::cloud) const DIRECT_LINK: &Kind = &Kind::new(
    "DirectLink",
    "DirectLinkId",
    "dxcon-",
    fault::NO_SUCH_DIRECT_LINK,
);

pub(super) const FAMILY: Family = Family {
    tag: "DirectLink",
    kinds: &[DIRECT_LINK],
    filters: &[],
    transitions: &[&ACCEPTANCE, &CABLING, &DELETION],
    rules: &[
        ("CreateDirectLink", create_direct_link),
        ("DeleteDirectLink", delete_direct_link),
    ],
};

/// The bandwidths there are; documented.
const BANDWIDTHS: [&str; 2] = ["1Gbps", "10Gbps"];

/// The states of a link that is not deleted, in their order.
const STATES: [&str; 3] = ["requested", "pending", "available"];

const fn changing(from: &'static str, to: End) -> Transition {
    Transition {
        kind: DIRECT_LINK,
        field: "State",
        from,
        to,
        read_once: true,
        then: None,
    }
}

/// The vendor's staff accepts the request.
static ACCEPTANCE: Transition = Transition {
    then: Some(|state, link| state.begin_by_hand(&CABLING, &link.id)),
    ..changing("requested", End::State("pending"))
};

/// The physical link is made.
static CABLING: Transition = Transition {
    then: Some(|state, link| direct_link_interface::link_available(state, &link.id)),
    ..changing("pending", End::State("available"))
};

/// assumed: that it ends by itself, and with nothing left to be read.
static DELETION: Transition = changing("deleting", End::Gone);

/// Moves a link on to a later state, as only people can.
///
/// # Errors
/// When the account has no such link, or it is there already, beyond it, or about to go.
pub(crate) fn advance(state: &mut State, account: &str, id: &str, to: &str) -> Result<(), String> {
    let place = |state: &str| STATES.iter().position(|it| *it == state);
    loop {
        let link = state
            .get(DIRECT_LINK, id)
            .filter(|link| *link.account == *account)
            .ok_or_else(|| format!("the account {account} has no DirectLink {id}"))?;
        match (place(link.state()), place(to)) {
            (Some(present), Some(wanted)) if present < wanted => state.complete_of(id),
            _ => return Err(format!("the DirectLink {id} is {}", link.state())),
        }
        if state
            .get(DIRECT_LINK, id)
            .is_some_and(|link| link.state() == to)
        {
            return Ok(());
        }
    }
}

/// Asks for a link, which stays `requested` until somebody acts.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER_VALUE` for a bandwidth that there is not.
/// - assumed: `NO_SUCH_SITE` for a location that the Region does not have.
fn create_direct_link(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (bandwidth, location) = (call.input.text("Bandwidth"), call.input.text("Location"));
    if !BANDWIDTHS.contains(&bandwidth) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The Bandwidth '{bandwidth}' is none of {}.",
            BANDWIDTHS.join(", ")
        )));
    }
    let locations = seeds::locations(&call.state.region);
    if !locations.iter().any(|it| it["Code"] == *location) {
        return Err(fault::NO_SUCH_SITE.says(format!("The Location '{location}' doesn't exist.")));
    }
    let mut body = Object::new();
    body.put("AccountId", &*call.account);
    body.put("Bandwidth", bandwidth);
    body.put("DirectLinkName", call.input.text("DirectLinkName"));
    body.put("Location", location);
    body.put("RegionName", &*call.state.region);
    let id = call.insert(DIRECT_LINK, body);
    call.state.begin_by_hand(&ACCEPTANCE, &id);
    Ok(Reply::of("DirectLink", call.shown(DIRECT_LINK, &id)))
}

/// Deletes a link, in whatever state, that no interface uses; the next read still lists it.
///
/// # Faults
/// - Those of [`Call::find_live`].
/// - assumed: `BUSY` while it has interfaces; that they go first is documented.
fn delete_direct_link(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let link = call.find_live(DIRECT_LINK, call.input.text(DIRECT_LINK.id))?;
    if let Some(user) = dependents::of(call.state, &[DIRECT_LINK.id], &link.id).next() {
        return Err(fault::BUSY.says(format!(
            "The DirectLink '{}' has the interface '{}'.",
            link.id, user.id
        )));
    }
    call.state.begin(&DELETION, &link.id);
    Ok(Reply::empty())
}
