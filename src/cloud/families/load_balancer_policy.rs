//! Policies that keep a session on one backend of a load balancer.
//!
//! By rule: all of it. A policy stands in the body of its load balancer, in the list of its sort, and
//! the listeners that it is enabled on name it. Left out: cookies.

use serde::Deserialize;
use serde_json::{Value, json};

use super::listener::{self, Protocol};
use super::load_balancer::{self, LOAD_BALANCER, LONGEST_NAME, is_name};
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

pub(super) const FAMILY: Family = Family {
    tag: "LoadBalancerPolicy",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateLoadBalancerPolicy", create_load_balancer_policy),
        ("DeleteLoadBalancerPolicy", delete_load_balancer_policy),
    ],
};

/// The policies that follow a cookie of the application.
const OF_APPLICATION: &str = "ApplicationStickyCookiePolicies";
/// The policies that follow a cookie of the load balancer.
const OF_BALANCER: &str = "LoadBalancerStickyCookiePolicies";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    cookie_expiration_period: Option<i64>,
    cookie_name: Option<String>,
    policy_name: String,
    policy_type: String,
}

/// Makes a policy, which is enabled on no listener; there may be many, whatever the listeners speak.
///
/// # Faults
/// - Those of [`load_balancer::named`].
/// - `INVALID_STICKY_POLICY_NAME`.
/// - Those of [`Sent::policy`].
/// - `DUPLICATE_STICKY_POLICY` when the load balancer has one of that name, of whatever sort.
fn create_load_balancer_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let sent: Sent = call.read()?;
    let name = sent.policy_name.as_str();
    let balancer = load_balancer::named(call)?;
    if !is_name(name) {
        return Err(fault::INVALID_STICKY_POLICY_NAME.says(format!(
            "The PolicyName '{name}' must have 1 to {LONGEST_NAME} letters, digits and dashes."
        )));
    }
    let (list, policy) = sent.policy()?;
    if list_of(&balancer, name).is_some() {
        return Err(fault::DUPLICATE_STICKY_POLICY.says(format!(
            "The load balancer '{}' has a policy '{name}' already.",
            balancer.id
        )));
    }
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        it.body.list_mut(list).push(policy);
    });
    Ok(load_balancer::shown(call, &balancer.id))
}

/// Deletes a policy that is enabled on no listener.
///
/// # Faults
/// - Those of [`load_balancer::named`].
/// - `NO_SUCH_STICKY_POLICY`.
/// - `STICKY_POLICY_ENABLED` while a listener names it.
fn delete_load_balancer_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = load_balancer::named(call)?;
    let name = call.input.text("PolicyName");
    let list = list_of(&balancer, name).ok_or_else(|| no_such(&balancer, name))?;
    let mut listeners = balancer.body.objects("Listeners");
    if let Some(user) = listeners.find(|it| it.texts("PolicyNames").any(|it| it == name)) {
        return Err(fault::STICKY_POLICY_ENABLED.says(format!(
            "The policy '{name}' is enabled on the port {}.",
            listener::port(user)
        )));
    }
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        let policies = it.body.list_mut(list);
        policies.retain(|policy| policy["PolicyName"] != name);
    });
    Ok(load_balancer::shown(call, &balancer.id))
}

/// Enables a policy on the listener that an update names, in place of the one before; none of them
/// for an empty list.
///
/// # Faults
/// - Those of [`listener::asked`].
/// - `NO_SUCH_STICKY_POLICY`.
/// - `STICKY_POLICY_NEEDS_HTTP` unless the listener speaks HTTP or HTTPS.
/// - `SEVERAL_APPLICATION_POLICIES`, `SEVERAL_BALANCER_POLICIES`, or `SEVERAL_STICKY_POLICIES` for
///   one of each sort.
pub(super) fn enable(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    let listener = listener::asked(call, balancer)?;
    let mut names: Vec<&str> = Vec::new();
    for name in call.input.texts("PolicyNames") {
        // assumed: the same twice is the same.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let lists = names
        .iter()
        .map(|name| list_of(balancer, name).ok_or_else(|| no_such(balancer, name)))
        .collect::<Result<Vec<_>, Fault>>()?;
    let protocol = listener.text("LoadBalancerProtocol");
    if !names.is_empty() && !Protocol::read("LoadBalancerProtocol", protocol)?.is_http() {
        return Err(fault::STICKY_POLICY_NEEDS_HTTP.says(format!(
            "The listener on the port {} speaks {protocol}, neither HTTP nor HTTPS.",
            listener::port(listener)
        )));
    }
    check_one(&lists)?;
    listener::edit(call, balancer, listener::port(listener), |it| {
        it.put("PolicyNames", names);
    });
    Ok(())
}

/// Refuses more than one policy. assumed: which code says so, by their names.
fn check_one(lists: &[&str]) -> Result<(), Fault> {
    let entry = match lists {
        [] | [_] => return Ok(()),
        lists if lists.iter().all(|it| *it == OF_APPLICATION) => {
            fault::SEVERAL_APPLICATION_POLICIES
        }
        lists if lists.iter().all(|it| *it == OF_BALANCER) => fault::SEVERAL_BALANCER_POLICIES,
        _ => fault::SEVERAL_STICKY_POLICIES,
    };
    Err(entry.says("A listener has one stickiness policy at most."))
}

impl Sent {
    /// The policy as a load balancer shows it, and the list that it belongs to.
    ///
    /// # Faults
    /// - assumed: `INVALID_TYPE` for another type than `app` and `load_balancer`.
    /// - `INVALID_COOKIE_NAME` for `app` without the name of a cookie.
    /// - `INVALID_COOKIE_EXPIRATION` for a lifetime of less than a second, which is assumed.
    fn policy(&self) -> Result<(&'static str, Value), Fault> {
        match self.policy_type.as_str() {
            // assumed: what belongs to the other type is of no account.
            "app" => match self.cookie_name.as_deref().unwrap_or_default() {
                "" => Err(fault::INVALID_COOKIE_NAME
                    .says("A policy of the type 'app' needs a CookieName.")),
                cookie => Ok((
                    OF_APPLICATION,
                    json!({ "CookieName": cookie, "PolicyName": self.policy_name }),
                )),
            },
            "load_balancer" => match self.cookie_expiration_period.unwrap_or(1) {
                period @ ..=0 => Err(fault::INVALID_COOKIE_EXPIRATION.says(format!(
                    "The CookieExpirationPeriod is {period}; it must be 1 second at least."
                ))),
                period => Ok((
                    OF_BALANCER,
                    json!({
                        "CookieExpirationPeriod": period,
                        "PolicyName": self.policy_name,
                    }),
                )),
            },
            other => Err(fault::INVALID_TYPE.says(format!(
                "The PolicyType '{other}' is neither 'app' nor 'load_balancer'."
            ))),
        }
    }
}

/// The list that a load balancer has a policy in.
fn list_of(balancer: &Resource, name: &str) -> Option<&'static str> {
    [OF_APPLICATION, OF_BALANCER].into_iter().find(|list| {
        let mut policies = balancer.body.objects(list);
        policies.any(|policy| policy.text("PolicyName") == name)
    })
}

/// The fault for a policy that a load balancer does not have, as it was seen.
fn no_such(balancer: &Resource, name: &str) -> Fault {
    fault::NO_SUCH_STICKY_POLICY.says(format!(
        "The PolicyName '{name}' doesn't exist in the LoadBalancer '{}'.",
        balancer.id
    ))
}
