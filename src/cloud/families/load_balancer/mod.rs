//! Load balancers: what stands in front of VMs.
//!
//! By default: reading them. By rule: the rest. Left out: traffic, the bucket of access logs (which
//! nobody writes to), and the time that the real service takes to make, change and delete
//! one.
//!
//! Listeners and stickiness policies are parts of a load balancer; their calls are families of
//! their own. A load balancer has a network card, which belongs to the cloud's own account: it
//! wears the security groups, takes an address of the Subnet and holds the public IP. The notes of
//! a load balancer name the card (`NicId`) and give each listener its number (`ListenerIds`).

mod backend;
mod card;
mod create;
mod health;
mod health_check;
mod tag;
mod update;

pub(super) use backend::forget_vm;

use std::sync::Arc;

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

use super::listener;

/// Load balancers, as a kind of resource.
pub(in crate::cloud) const LOAD_BALANCER: &Kind = &Kind::named(
    "LoadBalancer",
    "LoadBalancerName",
    fault::NO_SUCH_LOAD_BALANCER,
)
.called("LoadBalancer")
.shown_by(show);

pub(super) const FAMILY: Family = Family {
    tag: "LoadBalancer",
    kinds: &[LOAD_BALANCER],
    filters: &[],
    transitions: &[&backend::REGISTRATION],
    rules: &[
        ("CreateLoadBalancer", create::create_load_balancer),
        ("CreateLoadBalancerTags", tag::create_load_balancer_tags),
        ("DeleteLoadBalancer", delete_load_balancer),
        ("DeleteLoadBalancerTags", tag::delete_load_balancer_tags),
        (
            "DeregisterVmsInLoadBalancer",
            backend::unlink_load_balancer_backend_machines,
        ),
        (
            "LinkLoadBalancerBackendMachines",
            backend::link_load_balancer_backend_machines,
        ),
        ("ReadLoadBalancerTags", tag::read_load_balancer_tags),
        ("ReadVmsHealth", health::read_vms_health),
        (
            "RegisterVmsInLoadBalancer",
            backend::link_load_balancer_backend_machines,
        ),
        (
            "UnlinkLoadBalancerBackendMachines",
            backend::unlink_load_balancer_backend_machines,
        ),
        ("UpdateLoadBalancer", update::update_load_balancer),
    ],
};

/// The longest name of a load balancer and of its policies, in characters; documented.
pub(super) const LONGEST_NAME: usize = 32;

/// Takes out a load balancer with its listeners, their rules and its policies. Its backends go on
/// running, and a public IP of its owner's is free again.
pub(super) fn remove(state: &mut State, balancer: &Resource) {
    listener::remove_rules(state, &balancer.account, &listener::numbers(balancer));
    backend::forget(state, balancer);
    card::remove(state, balancer);
    state.remove_of(LOAD_BALANCER, &balancer.account, &balancer.id);
}

/// Deletes a load balancer: see [`remove`].
///
/// # Faults
/// Those of [`named`].
fn delete_load_balancer(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = named(call)?;
    remove(call.state, &balancer);
    Ok(Reply::empty())
}

/// The caller's load balancer that a request names.
///
/// It comes before anything else that the request names, as was measured of backends.
///
/// # Faults
/// Those of [`Call::find_own`].
pub(super) fn named(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    call.find_own(LOAD_BALANCER, call.input.text(LOAD_BALANCER.id))
}

/// The answer of the calls that change a load balancer.
pub(super) fn shown(call: &Call<'_>, name: &str) -> Reply {
    Reply::of("LoadBalancer", call.shown(LOAD_BALANCER, name))
}

/// Whether a text can be the name of a policy, and but for dashes at its ends of a load balancer.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(fits)
}

/// With the public IP of its card.
fn show(state: &State, balancer: &Resource) -> Object {
    let mut shown = balancer.body.clone();
    if let Some(address) = card::public_ip(state, balancer) {
        shown.put("PublicIp", address);
    }
    shown
}
