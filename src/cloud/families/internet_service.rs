//! Internet services: a Net's way to the Internet.
//!
//! By default: reading. By rule: the rest. Left out: traffic.

use super::load_balancer::LOAD_BALANCER;
use super::nat_service::NAT_SERVICE;
use super::net::{self, NET};
use super::nic::NIC;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// Internet services, as a kind of resource.
pub(in crate::cloud) const INTERNET_SERVICE: &Kind = &Kind::new(
    "InternetService",
    "InternetServiceId",
    "igw-",
    fault::NO_SUCH_INTERNET_SERVICE,
)
.silent()
.tagged("internet-gateway");

pub(super) const FAMILY: Family = Family {
    tag: "InternetService",
    kinds: &[INTERNET_SERVICE],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateInternetService", create_internet_service),
        ("DeleteInternetService", delete_internet_service),
        ("LinkInternetService", link_internet_service),
        ("UnlinkInternetService", unlink_internet_service),
    ],
};

/// The note of a Net that names the Internet service linked to it.
const LINKED: &str = "InternetServiceId";

/// The Internet service that is linked to a Net.
pub(in crate::cloud) fn linked_to(state: &State, net_id: &str) -> Option<String> {
    let net = state.get(NET, net_id)?;
    net.notes.some_text(LINKED).map(str::to_owned)
}

/// Takes an Internet service off its Net, whatever is reached through it.
pub(super) fn detach(state: &mut State, id: &str, net_id: &str) {
    state.edit(INTERNET_SERVICE, id, |service| {
        service.body.remove("NetId");
        service.body.remove("State");
    });
    state.edit(NET, net_id, |net| {
        net.notes.remove(LINKED);
    });
}

/// Makes an Internet service; it shows neither Net nor state until it is linked.
fn create_internet_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::create(call, |body| {
        body.remove("State");
    })
}

/// Links an Internet service to a Net: one to one.
///
/// # Faults
/// - Those of [`Call::find`] for the service, then those of [`net::find_net`].
/// - `NET_ALREADY_LINKED` when the Net has one, be it this one.
/// - `GATEWAY_ALREADY_LINKED` when the service is linked to another Net.
fn link_internet_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (id, net_id) = named(call);
    let service = call.find_own(INTERNET_SERVICE, &id)?;
    net::find_net(call, &net_id)?;
    // assumed: which of the two codes, and that linking again to the same Net is refused.
    if let Some(linked) = linked_to(call.state, &net_id) {
        return Err(fault::NET_ALREADY_LINKED.says(format!(
            "The Net '{net_id}' has the Internet service '{linked}'."
        )));
    }
    if let Some(other) = service.body.some_text("NetId") {
        return Err(fault::GATEWAY_ALREADY_LINKED.says(format!(
            "The Internet service '{id}' is linked to the Net '{other}'."
        )));
    }
    call.edit(INTERNET_SERVICE, &id, |service| {
        service.body.put("NetId", net_id.as_str());
        service.body.put("State", "available");
    });
    call.edit(NET, &net_id, |net| net.notes.put(LINKED, id));
    Ok(Reply::empty())
}

/// Unlinks an Internet service from a Net that nobody reaches through it any more.
///
/// # Faults
/// - Those of [`Call::find`] for the service, then for the Net.
/// - `GATEWAY_NOT_LINKED` when it is not linked.
/// - `GATEWAY_NOT_LINKED_TO_NET` when it is linked to another Net.
/// - `NET_HAS_PUBLIC_IPS`, `NET_HAS_LOAD_BALANCERS` or `NET_HAS_NAT_SERVICES`.
fn unlink_internet_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let (id, net_id) = named(call);
    let service = call.find_own(INTERNET_SERVICE, &id)?;
    call.find_own(NET, &net_id)?;
    match service.body.some_text("NetId") {
        None => return Err(fault::GATEWAY_NOT_LINKED.silent()),
        Some(linked) if linked != net_id => {
            // assumed: the code.
            return Err(fault::GATEWAY_NOT_LINKED_TO_NET.says(format!(
                "The Internet service '{id}' is linked to the Net '{linked}', not to '{net_id}'."
            )));
        }
        Some(_) => {}
    }
    check_unused(call, &net_id)?;
    detach(call.state, &id, &net_id);
    Ok(Reply::empty())
}

/// Deletes an Internet service that is not linked.
///
/// # Faults
/// - Those of [`Call::find`].
/// - assumed: `GATEWAY_ALREADY_LINKED` while it is linked.
fn delete_internet_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(INTERNET_SERVICE.id);
    let service = call.find_own(INTERNET_SERVICE, id)?;
    if let Some(net) = service.body.some_text("NetId") {
        return Err(fault::GATEWAY_ALREADY_LINKED.says(format!(
            "The Internet service '{id}' is linked to the Net '{net}'."
        )));
    }
    default::delete(call)
}

/// Refuses while something in the Net is reached from the Internet.
fn check_unused(call: &Call<'_>, net_id: &str) -> Result<(), Fault> {
    let public = |nic: &Object| {
        let linked = |object: &Object| object.contains_key("LinkPublicIp");
        linked(nic) || nic.objects("PrivateIps").any(linked)
    };
    for used in dependents::of(call.state, &["NetId"], net_id) {
        let entry = if used.kind == NIC && public(&NIC.view(call.state, used)) {
            fault::NET_HAS_PUBLIC_IPS
        } else if used.kind == LOAD_BALANCER
            && used.body.text("LoadBalancerType") == "internet-facing"
        {
            fault::NET_HAS_LOAD_BALANCERS
        } else if used.kind == NAT_SERVICE {
            fault::NET_HAS_NAT_SERVICES
        } else {
            continue;
        };
        return Err(entry.says(format!(
            "The Net '{net_id}' is reached through the {} '{}'.",
            used.kind.name, used.id
        )));
    }
    Ok(())
}

fn named(call: &Call<'_>) -> (String, String) {
    let text = |field| call.input.text(field).to_owned();
    (text(INTERNET_SERVICE.id), text(NET.id))
}
