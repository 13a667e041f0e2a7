//! The network card of a load balancer, which belongs to the cloud: nobody can read it, but the
//! public IP that is linked to it names it.

use std::sync::Arc;

use crate::cloud::State;
use crate::cloud::call::Call;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::public_ip;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// The account of the cloud itself, which the seeded images belong to as well.
///
/// assumed: the number; that the account differs from the caller's was seen in another fake only.
const CLOUD: &str = "900000000001";
/// The note of a load balancer that names its card.
const CARD: &str = "NicId";
/// The type of a load balancer that has a public IP.
pub(super) const INTERNET_FACING: &str = "internet-facing";

/// A card that is to be made.
pub(super) struct Plan {
    /// The Subnet that it stands in; none in the public Cloud.
    pub(super) subnet: Option<Arc<Resource>>,
    /// Its security groups: see [`nic::groups`].
    pub(super) groups: Vec<Object>,
    /// Whether it has a public IP.
    pub(super) internet_facing: bool,
    /// The public IP of the caller's that it gets instead of one of the cloud's own.
    pub(super) public_ip: Option<Arc<Resource>>,
}

/// Makes the card of a load balancer, and answers the notes that name it.
///
/// assumed: it takes one address of the Subnet.
///
/// # Faults
/// Those of [`nic::make`].
pub(super) fn make(state: &mut State, balancer: &str, plan: Plan) -> Result<Object, Fault> {
    let card = nic::Plan {
        subnet: plan.subnet,
        temporary_ip: plan.internet_facing,
        description: balancer.to_owned(),
        groups: plan.groups,
        addresses: vec![None],
    };
    let card = nic::make(state, CLOUD, &card)?;
    if let Some(public_ip) = plan.public_ip {
        link(state, &card, &public_ip);
    }
    let mut notes = Object::new();
    notes.put(CARD, card);
    Ok(notes)
}

/// Takes the card of a load balancer out: its address is free again.
pub(super) fn remove(state: &mut State, balancer: &Resource) {
    nic::remove(state, balancer.notes.text(CARD));
}

/// The public IP that a load balancer shows: the caller's or one of the cloud's.
pub(super) fn public_ip(state: &State, balancer: &Resource) -> Option<String> {
    let card = state.shown(NIC, balancer.notes.text(CARD))?;
    let address = card.object("LinkPublicIp")?.text("PublicIp");
    Some(address.to_owned())
}

/// Replaces the security groups of a load balancer's card.
pub(super) fn put_groups(state: &mut State, balancer: &Resource, groups: &[Object]) {
    nic::put_groups(state, balancer.notes.text(CARD), groups);
}

/// Gives an internet-facing load balancer another public IP: one of the caller's, or with an empty
/// address one of the cloud's. A former one of the caller's is free again.
///
/// assumed: the caller may unlink it like any other, and the load balancer has one of the cloud's
/// from then on.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER_SET` for an internal one.
/// - Those of [`public_ip::find_free`], unless it is the one that it has.
pub(super) fn put_public_ip(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    if balancer.body.text("LoadBalancerType") != INTERNET_FACING {
        return Err(only_internet_facing());
    }
    let address = call.input.text("PublicIp");
    if public_ip(call.state, balancer).as_deref() == Some(address) {
        return Ok(());
    }
    let new = match address {
        "" => None,
        address => Some(public_ip::find_free(call, address)?),
    };
    let card = balancer.notes.text(CARD);
    public_ip::release_nic(call.state, card);
    if let Some(new) = new {
        link(call.state, card, &new);
    }
    Ok(())
}

/// The fault for a public IP that an internal load balancer should have.
pub(super) fn only_internet_facing() -> Fault {
    fault::INVALID_PARAMETER_SET.says("Only an internet-facing load balancer has a PublicIp.")
}

fn link(state: &mut State, card: &str, public_ip: &Resource) {
    let address = state.get(NIC, card).and_then(|card| {
        let primary = card.body.objects("PrivateIps").next()?;
        Some(primary.text("PrivateIp").to_owned())
    });
    if let Some(address) = address {
        public_ip::tie(state, &public_ip.id, card, &address, false);
    }
}
