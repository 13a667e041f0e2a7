//! Rules of listeners: which requests go to which backends.

use serde::Deserialize;
use serde_json::{Value, json};

use super::pattern::{HOST, PATH};
use super::{find, number};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::load_balancer::LOAD_BALANCER;
use crate::cloud::families::vm::VM;
use crate::cloud::family::Kind;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// Rules of listeners, as a kind of resource.
pub(in crate::cloud) const LISTENER_RULE: &Kind = &Kind::named(
    "ListenerRule",
    "ListenerRuleName",
    fault::NO_SUCH_LISTENER_RULE,
);

/// The number of a cloud's first rule: of four digits, like those of the documentation.
const FIRST_NUMBER: i64 = 1001;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    listener: SentPlace,
    listener_rule: SentRule,
    vm_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentPlace {
    load_balancer_name: String,
    load_balancer_port: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SentRule {
    action: Option<String>,
    host_name_pattern: Option<String>,
    listener_rule_name: String,
    path_pattern: Option<String>,
    priority: i64,
}

/// Makes a rule of a listener, whatever protocol that has: TCP was seen.
///
/// assumed: the VMs need not be backends, though the documentation wants them to become some.
///
/// # Faults
/// - `NO_SUCH_LOAD_BALANCER` or `NO_SUCH_LISTENER`.
/// - Those of [`SentRule::check`].
/// - `DUPLICATE_LISTENER_RULE` when the account has a rule of that name.
/// - `PRIORITY_IN_USE` when the listener has a rule of that priority.
/// - assumed: `MISSING_PARAMETER` without VMs; `NO_SUCH_VM`.
pub(super) fn create_listener_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let Sent {
        listener,
        listener_rule: rule,
        vm_ids,
    } = call.read()?;
    let balancer = call.find_own(LOAD_BALANCER, &listener.load_balancer_name)?;
    find(&balancer, listener.load_balancer_port)?;
    let listener = number(&balancer, listener.load_balancer_port);
    let mut body = rule.check()?;
    check_unique(call, &rule, listener)?;
    body.put("VmIds", vms(call, vm_ids)?);
    body.put("ListenerId", listener);
    let number = FIRST_NUMBER + i64::from(call.state.ids.count("listener rule"));
    body.put("ListenerRuleId", number);
    call.insert(LISTENER_RULE, body);
    Ok(shown(call, &rule.listener_rule_name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Changed {
    listener_rule_name: String,
}

/// Changes the patterns of a rule; one that is not sent stays, and null takes one off.
///
/// # Faults
/// - `NO_SUCH_LISTENER_RULE`.
/// - assumed: `MISSING_PARAMETER` when neither is sent, `INVALID_PARAMETER_SET` when none would be
///   left.
/// - `INVALID_HOST_PATTERN` or `INVALID_PATH_PATTERN`.
pub(super) fn update_listener_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let Changed {
        listener_rule_name: name,
    } = call.read()?;
    let mut body = call.find_own(LISTENER_RULE, &name)?.body.clone();
    let mut any = false;
    // The request calls the pattern of hosts otherwise than the answer.
    for (subject, property) in [(HOST, "HostPattern"), (PATH, "PathPattern")] {
        let Some(sent) = call.input.get(property) else {
            continue;
        };
        any = true;
        match sent.as_str() {
            Some(pattern) => {
                subject.check(pattern)?;
                body.put(subject.property, pattern);
            }
            None => drop(body.remove(subject.property)),
        }
    }
    if !any {
        return Err(
            fault::MISSING_PARAMETER.says("One of HostPattern and PathPattern is required.")
        );
    }
    if ![HOST, PATH].iter().any(|it| body.contains_key(it.property)) {
        return Err(no_pattern());
    }
    call.edit(LISTENER_RULE, &name, |it| it.body = body);
    Ok(shown(call, &name))
}

/// Takes out the rules of listeners that go away.
pub(in crate::cloud::families) fn remove_rules(
    state: &mut State,
    account: &str,
    listeners: &[i64],
) {
    let of_one = |rule: &Object| {
        let listener = rule.int("ListenerId");
        listener.is_some_and(|number| listeners.contains(&number))
    };
    let rules = state
        .owned(LISTENER_RULE, account)
        .filter(|it| of_one(&it.body));
    let names: Vec<String> = rules.map(|it| it.id.to_string()).collect();
    for name in names {
        state.remove_of(LISTENER_RULE, account, &name);
    }
}

/// What the end of a VM does: no rule names it any more.
///
/// assumed: a rule may be left without VMs.
pub(in crate::cloud::families) fn forget_vm(state: &mut State, account: &str, vm_id: &str) {
    let rules = state
        .owned(LISTENER_RULE, account)
        .filter(|it| it.body.texts("VmIds").any(|id| id == vm_id));
    let names: Vec<String> = rules.map(|it| it.id.to_string()).collect();
    for name in names {
        state.edit_of(LISTENER_RULE, account, &name, |it| {
            it.body.list_mut("VmIds").retain(|id| *id != vm_id);
        });
    }
}

impl SentRule {
    /// What a rule shows of its request.
    ///
    /// # Faults
    /// - assumed: `INVALID_RULE_NAME` for an empty name; what else is none is not known.
    /// - `INVALID_RULE_ACTION` unless it forwards.
    /// - assumed: `INVALID_PARAMETER_VALUE` for a priority outside 1 to 19999, which is documented.
    /// - assumed: `INVALID_PARAMETER_SET` without a pattern.
    /// - `INVALID_HOST_PATTERN` or `INVALID_PATH_PATTERN`.
    fn check(&self) -> Result<Object, Fault> {
        if self.listener_rule_name.is_empty() {
            return Err(fault::INVALID_RULE_NAME.says("The ListenerRuleName is empty."));
        }
        let action = self.action.as_deref().unwrap_or("forward");
        if action != "forward" {
            return Err(fault::INVALID_RULE_ACTION.says(format!(
                "The Action is '{action}'; there is only 'forward'."
            )));
        }
        if !(1..=19999).contains(&self.priority) {
            return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                "The Priority is {}; it must lie between 1 and 19999.",
                self.priority
            )));
        }
        let mut body = Object::new();
        body.put("Action", action);
        body.put("ListenerRuleName", self.listener_rule_name.as_str());
        body.put("Priority", self.priority);
        let mut any = false;
        for (subject, pattern) in [(HOST, &self.host_name_pattern), (PATH, &self.path_pattern)] {
            if let Some(pattern) = pattern {
                subject.check(pattern)?;
                body.put(subject.property, pattern.as_str());
                any = true;
            }
        }
        if any { Ok(body) } else { Err(no_pattern()) }
    }
}

/// Refuses a name or a priority that another rule has.
fn check_unique(call: &Call<'_>, rule: &SentRule, listener: Option<i64>) -> Result<(), Fault> {
    let name = rule.listener_rule_name.as_str();
    if call.find(LISTENER_RULE, name).is_ok() {
        return Err(fault::DUPLICATE_LISTENER_RULE
            .says(format!("The listener rule '{name}' already exists.")));
    }
    // assumed: that priorities are a listener's own; the documentation only calls them unique.
    let taken = call.owned(LISTENER_RULE).find(|it| {
        it.body.int("ListenerId") == listener && it.body.int("Priority") == Some(rule.priority)
    });
    match taken {
        None => Ok(()),
        Some(other) => Err(fault::PRIORITY_IN_USE.says(format!(
            "The listener rule '{}' has the Priority {}.",
            other.id, rule.priority
        ))),
    }
}

/// The VMs that a rule is to name, each once.
fn vms(call: &Call<'_>, sent: Vec<String>) -> Result<Vec<Value>, Fault> {
    if sent.is_empty() {
        return Err(fault::MISSING_PARAMETER.says("VmIds has no element."));
    }
    let mut vms: Vec<Value> = Vec::new();
    for id in sent {
        call.find_own(VM, &id)?;
        let id = json!(id);
        if !vms.contains(&id) {
            vms.push(id);
        }
    }
    Ok(vms)
}

fn no_pattern() -> Fault {
    fault::INVALID_PARAMETER_SET
        .says("A listener rule has a pattern of hosts, a pattern of paths, or both.")
}

fn shown(call: &Call<'_>, name: &str) -> Reply {
    Reply::of("ListenerRule", call.shown(LISTENER_RULE, name))
}
