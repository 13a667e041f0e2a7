//! Listeners of load balancers, and the rules that tell some requests to some backends.
//!
//! By default: reading and deleting rules. By rule: the rest. Left out: traffic.
//!
//! A listener stands in the body of its load balancer, by port. Its number, which only rules show,
//! is a note there.

mod pattern;
mod rule;
mod sent;

pub(in crate::cloud) use rule::LISTENER_RULE;
pub(super) use rule::{forget_vm, remove_rules};
pub(super) use sent::{Protocol, SentListener, check};

use serde::Deserialize;
use serde_json::{Value, json};

use super::load_balancer::{self, LOAD_BALANCER};
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

pub(super) const FAMILY: Family = Family {
    tag: "Listener",
    kinds: &[rule::LISTENER_RULE],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateListenerRule", rule::create_listener_rule),
        (
            "CreateLoadBalancerListeners",
            create_load_balancer_listeners,
        ),
        (
            "DeleteLoadBalancerListeners",
            delete_load_balancer_listeners,
        ),
        ("UpdateListenerRule", rule::update_listener_rule),
    ],
};

/// The note of a load balancer that holds the number of each listener, by port.
const NUMBERS: &str = "ListenerIds";
/// The number of a cloud's first listener: of six digits, like those of the documentation.
const FIRST_NUMBER: i64 = 100_001;

/// Adds listeners to a load balancer.
///
/// # Faults
/// Those of [`load_balancer::named`], then those of [`check`].
fn create_load_balancer_listeners(call: &mut Call<'_>) -> Result<Reply, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        listeners: Vec<SentListener>,
    }
    let Sent { listeners } = call.read()?;
    let balancer = load_balancer::named(call)?;
    let present = balancer.body.objects("Listeners").map(port);
    let listeners = check(call, &listeners, present)?;
    add(call, &balancer.id, listeners);
    Ok(load_balancer::shown(call, &balancer.id))
}

/// Takes listeners off a load balancer, with their rules; it may be left without any.
///
/// # Faults
/// - Those of [`load_balancer::named`].
/// - assumed: `MISSING_PARAMETER` without ports.
/// - Those of [`find`]; then all of them stay.
fn delete_load_balancer_listeners(call: &mut Call<'_>) -> Result<Reply, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        load_balancer_ports: Vec<i64>,
    }
    let Sent {
        load_balancer_ports: ports,
    } = call.read()?;
    let balancer = load_balancer::named(call)?;
    if ports.is_empty() {
        return Err(fault::MISSING_PARAMETER.says("LoadBalancerPorts has no element."));
    }
    for port in &ports {
        find(&balancer, *port)?;
    }
    let numbers: Vec<i64> = ports
        .iter()
        .filter_map(|it| number(&balancer, *it))
        .collect();
    remove_rules(call.state, &balancer.account, &numbers);
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        let goes = |listener: &Value| {
            ports
                .iter()
                .any(|port| listener["LoadBalancerPort"] == *port)
        };
        it.body.list_mut("Listeners").retain(|it| !goes(it));
        for port in &ports {
            numbers_mut(it).remove(&port.to_string());
        }
    });
    Ok(load_balancer::shown(call, &balancer.id))
}

/// Adds checked listeners to a load balancer, which has them by port, and gives each a number.
pub(super) fn add(call: &mut Call<'_>, balancer: &str, listeners: Vec<Object>) {
    for listener in listeners {
        let number = FIRST_NUMBER + i64::from(call.state.ids.count("listener"));
        call.edit(LOAD_BALANCER, balancer, |it| {
            numbers_mut(it).put(&port(&listener).to_string(), number);
            // assumed: the order; an example has a new listener of a lower port first.
            let all = it.body.list_mut("Listeners");
            all.push(listener.into());
            all.sort_by_key(|it| it["LoadBalancerPort"].as_i64());
        });
    }
}

/// Replaces the certificate of the listener that an update names.
///
/// # Faults
/// - Those of [`asked`].
/// - Those of [`sent::check_certificate`].
pub(super) fn put_certificate(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    let listener = asked(call, balancer)?;
    let orn = call.input.text("ServerCertificateId");
    let protocol = listener.text("LoadBalancerProtocol");
    sent::check_certificate(
        call,
        Protocol::read("LoadBalancerProtocol", protocol)?,
        Some(orn),
    )?;
    edit(call, balancer, port(listener), |it| {
        it.put("ServerCertificateId", orn);
    });
    Ok(())
}

/// The listener that an update of a load balancer names by its port.
///
/// # Faults
/// - `INVALID_PARAMETER_SET` without a port.
/// - Those of [`find`].
pub(super) fn asked<'b>(call: &Call<'_>, balancer: &'b Resource) -> Result<&'b Object, Fault> {
    // assumed: the code; that it is required is documented.
    let port = call
        .input
        .int("LoadBalancerPort")
        .ok_or_else(|| fault::INVALID_PARAMETER_SET.says("LoadBalancerPort is required."))?;
    find(balancer, port)
}

/// The listener of a load balancer on a port.
///
/// # Faults
/// `NO_SUCH_LISTENER`.
fn find(balancer: &Resource, wanted: i64) -> Result<&Object, Fault> {
    let mut listeners = balancer.body.objects("Listeners");
    // assumed: a port that cannot be one is refused like one on which nobody listens.
    listeners.find(|it| port(it) == wanted).ok_or_else(|| {
        fault::NO_SUCH_LISTENER.says(format!(
            "The load balancer '{}' has no listener on the port {wanted}.",
            balancer.id
        ))
    })
}

/// Changes the listener of a load balancer on a port.
pub(super) fn edit(
    call: &mut Call<'_>,
    balancer: &Resource,
    wanted: i64,
    change: impl FnOnce(&mut Object),
) {
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        let listeners = it.body.list_mut("Listeners").iter_mut();
        let mut listeners = listeners.filter_map(Value::as_object_mut);
        if let Some(listener) = listeners.find(|it| port(it) == wanted) {
            change(listener);
        }
    });
}

/// The port that a listener listens on.
pub(super) fn port(listener: &Object) -> i64 {
    listener.int("LoadBalancerPort").unwrap_or_default()
}

/// The number of the listener on a port.
fn number(balancer: &Resource, port: i64) -> Option<i64> {
    balancer.notes.object(NUMBERS)?.int(&port.to_string())
}

/// The numbers of a load balancer's listeners.
pub(in crate::cloud) fn numbers(balancer: &Resource) -> Vec<i64> {
    let all = balancer.notes.object(NUMBERS).into_iter().flatten();
    all.filter_map(|(_, number)| number.as_i64()).collect()
}

fn numbers_mut(balancer: &mut Resource) -> &mut Object {
    let slot = balancer.notes.entry(NUMBERS).or_insert_with(|| json!({}));
    if !slot.is_object() {
        *slot = json!({});
    }
    slot.as_object_mut()
        .expect("the slot was just made an object")
}
