//! Rules of security groups: what may come in, what may go out.
//!
//! By rule: all of it; rules are read with their groups.
//!
//! A group lists a rule for each protocol and ports, one for all its ranges, one for all its
//! members and one for all its services.

mod asked;

use std::sync::Arc;

use serde_json::{Value, json};

use super::security_group::{self, SECURITY_GROUP};
use crate::cloud::call::{self, Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds;
use crate::cloud::store::Resource;
use asked::{Asked, Named, Opening, Peer};

pub(super) const FAMILY: Family = Family {
    tag: "SecurityGroupRule",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateSecurityGroupRule", create_security_group_rule),
        ("DeleteSecurityGroupRule", delete_security_group_rule),
    ],
};

/// The list of a rule that holds security groups.
const MEMBERS: &str = "SecurityGroupsMembers";

/// Adds rules to a group: all that were sent, or none.
///
/// # Faults
/// - Those of [`Asked::read`].
/// - Those of [`change`].
/// - `DUPLICATE_RULE` for one that the group has.
fn create_security_group_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    change(call, |call, group, rules, rule, peer| {
        let (list, peer) = resolve(call, group, peer)?;
        let mut alike = matching(rules, rule, list);
        match alike.next() {
            Some(entry) if entry.list(list).contains(&peer) => {
                return Err(fault::DUPLICATE_RULE.silent());
            }
            // assumed: rules with the same protocol and ports are kept as one.
            Some(entry) => entry.list_mut(list).push(peer),
            None => {
                drop(alike);
                rules.push(json!({
                    "FromPortRange": rule.from,
                    "IpProtocol": rule.protocol,
                    "ToPortRange": rule.to,
                    list: [peer],
                }));
            }
        }
        Ok(())
    })
}

/// Takes rules out of a group: all that were sent, or none. They must match exactly. A member goes
/// by what the rule says of it: a group of another account may be no more.
///
/// # Faults
/// - Those of [`Asked::read`].
/// - Those of [`change`].
/// - assumed: `NO_SUCH_RESOURCE` for one that the group does not have.
fn delete_security_group_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    change(call, |call, group, rules, rule, peer| {
        let (list, peer) = match kept(call, rules, peer) {
            Some(member) => (MEMBERS, member),
            None => resolve(call, group, peer)?,
        };
        let found = matching(rules, rule, list).find_map(|entry| {
            let peers = entry.list_mut(list);
            let at = peers.iter().position(|other| *other == peer)?;
            Some(peers.remove(at))
        });
        if found.is_none() {
            return Err(fault::NO_SUCH_RESOURCE.says(format!(
                "The security group has no rule for the protocol '{}' and the ports {} to {} with \
                 {peer}.",
                rule.protocol, rule.from, rule.to
            )));
        }
        rules.retain(|entry| entry[list] != json!([]));
        Ok(())
    })
}

/// Changes the rules of a group, one opening and one peer at a time.
///
/// # Faults
/// - Those of [`Call::find`] for the group.
/// - assumed: `INVALID_PARAMETER_VALUE` for the outbound rules of a group of the public Cloud.
/// - assumed: `INVALID_PROTOCOL` for a protocol number in the public Cloud.
/// - Those of [`resolve`].
fn change(
    call: &mut Call<'_>,
    apply: impl Fn(&Call<'_>, &Resource, &mut Vec<Value>, &Opening, &Peer) -> Result<(), Fault>,
) -> Result<Reply, Fault> {
    let asked = Asked::read(call)?;
    let group = call.find_own(SECURITY_GROUP, &asked.group)?;
    let in_net = group.body.contains_key("NetId");
    if asked.flow == "OutboundRules" && !in_net {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The security group '{}' is of the public Cloud, where only Inbound rules exist.",
            group.id
        )));
    }
    let mut rules = group.body.list(asked.flow).to_vec();
    for (rule, peer) in &asked.permissions {
        if !in_net && !asked::NAMES.contains(&rule.protocol.as_str()) {
            return Err(fault::INVALID_PROTOCOL.says(format!(
                "The IpProtocol '{}' is a number, which only groups of a Net can have.",
                rule.protocol
            )));
        }
        apply(call, &group, &mut rules, rule, peer)?;
    }
    call.edit(SECURITY_GROUP, &group.id, |group| {
        group.body.put(asked.flow, rules);
    });
    let shown = call.shown(SECURITY_GROUP, &group.id);
    Ok(Reply::of("SecurityGroup", shown))
}

/// The entries of a rule list with that protocol, these ports and peers of that sort.
fn matching<'r>(
    rules: &'r mut [Value],
    rule: &Opening,
    list: &str,
) -> impl Iterator<Item = &'r mut Object> {
    rules
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .filter(move |entry| {
            entry.contains_key(list)
                && entry.text("IpProtocol") == rule.protocol
                && entry.int("FromPortRange") == Some(rule.from)
                && entry.int("ToPortRange") == Some(rule.to)
        })
}

/// The list that a peer stands in, and how it stands there.
///
/// # Faults
/// - Those of [`member`].
/// - assumed: `NETWORK_MISMATCH` when one of the two groups is of the public Cloud.
/// - assumed: `NO_SUCH_SERVICE` for an unknown service.
/// - assumed: `INVALID_PARAMETER_VALUE` for a service in the public Cloud.
fn resolve(call: &Call<'_>, group: &Resource, peer: &Peer) -> Result<(&'static str, Value), Fault> {
    let in_net = group.body.contains_key("NetId");
    match peer {
        Peer::Range(range) => Ok(("IpRanges", range.as_str().into())),
        Peer::Service(id) => {
            if !in_net {
                return Err(fault::INVALID_PARAMETER_VALUE
                    .says("ServiceIds are for security groups of a Net only."));
            }
            let services = seeds::net_access_point_services(&call.state.region);
            if !services.iter().any(|service| service["ServiceId"] == **id) {
                return Err(
                    fault::NO_SUCH_SERVICE.says(format!("The ServiceId '{id}' doesn't exist."))
                );
            }
            Ok(("ServiceIds", id.as_str().into()))
        }
        Peer::Member { account, group } => {
            let member = member(call, account.as_deref(), group, in_net)?;
            if member.body.contains_key("NetId") != in_net {
                return Err(fault::NETWORK_MISMATCH.says(format!(
                    "Of the two security groups, one is of a Net and '{}' is not.",
                    member.id
                )));
            }
            let mut shown = Object::new();
            shown.put("AccountId", &*member.account);
            shown.put("SecurityGroupId", &*member.id);
            if !in_net {
                shown.put("SecurityGroupName", member.body.text("SecurityGroupName"));
            }
            Ok((MEMBERS, shown.into()))
        }
    }
}

/// A member as some rule of a group has it.
fn kept(call: &Call<'_>, rules: &[Value], peer: &Peer) -> Option<Value> {
    let Peer::Member { account, group } = peer else {
        return None;
    };
    let account = account.as_deref().unwrap_or(&call.account);
    let (field, named) = match group {
        Named::Id(id) => ("SecurityGroupId", id),
        Named::Name(name) => ("SecurityGroupName", name),
    };
    let mut members = rules
        .iter()
        .filter_map(|rule| rule.get(MEMBERS)?.as_array())
        .flatten();
    members
        .find(|member| member["AccountId"] == *account && member[field] == **named)
        .cloned()
}

/// A member by its identifier or, in the public Cloud, its name; the caller's if no account is
/// named.
///
/// # Faults
/// - Those of [`Call::find`] for an identifier.
/// - `NO_SUCH_SECURITY_GROUP_NAME` for a name that no group has.
/// - assumed: `NO_SUCH_SECURITY_GROUP_IN_NET` for a name in a Net, where the documentation has
///   identifiers only.
fn member(
    call: &Call<'_>,
    account: Option<&str>,
    group: &Named,
    in_net: bool,
) -> Result<Arc<Resource>, Fault> {
    let account = account.unwrap_or(&call.account);
    match group {
        Named::Name(name) if in_net => Err(fault::NO_SUCH_SECURITY_GROUP_IN_NET.says(format!(
            "The security group '{name}' is given by its name; groups of a Net are members by \
             their SecurityGroupId."
        ))),
        Named::Name(name) => security_group::public_by_name(call.state, account, name)
            .cloned()
            .ok_or_else(|| fault::NO_SUCH_SECURITY_GROUP_NAME.silent()),
        Named::Id(id) if *account == *call.account => call.find_own(SECURITY_GROUP, id),
        Named::Id(id) => call
            .state
            .get(SECURITY_GROUP, id)
            .filter(|member| *member.account == *account)
            .cloned()
            .ok_or_else(|| call::unknown(SECURITY_GROUP, id)),
    }
}
