//! Security groups: who may talk to whom.
//!
//! By default: reading. By rule: creation and deletion; the rules of a group are a family of their
//! own. Left out: filtering of traffic, and that a load balancer which is being deleted holds its groups
//! for a while.

use std::sync::Arc;

use serde_json::{Value, json};

use super::net::{self, NET};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Security groups, as a kind of resource.
pub(in crate::cloud) const SECURITY_GROUP: &Kind = &Kind::new(
    "SecurityGroup",
    "SecurityGroupId",
    "sg-",
    fault::NO_SUCH_SECURITY_GROUP,
)
.silent()
.tagged("security-group");

pub(super) const FAMILY: Family = Family {
    tag: "SecurityGroup",
    kinds: &[SECURITY_GROUP],
    filters: &[
        (
            "FiltersSecurityGroup",
            "InboundRuleAccountIds",
            By::Values(|_, group| rule_accounts(group, "InboundRules")),
        ),
        (
            "FiltersSecurityGroup",
            "OutboundRuleAccountIds",
            By::Values(|_, group| rule_accounts(group, "OutboundRules")),
        ),
    ],
    transitions: &[],
    rules: &[
        ("CreateSecurityGroup", create_security_group),
        ("DeleteSecurityGroup", delete_security_group),
    ],
};

/// What a name and a description may hold besides letters, digits and spaces.
const PUNCTUATION: &str = "_.-:/()#,@[]+=&;{}!$*";
/// The note of a group that cannot be deleted.
const DEFAULT: &str = "Default";
/// The note of a Net that names its default group.
const DEFAULT_GROUP: &str = "DefaultGroupId";

/// The default group of a Net, or of the account's public Cloud.
pub(in crate::cloud) fn default_group(
    state: &State,
    account: &str,
    net_id: Option<&str>,
) -> Option<String> {
    match net_id {
        Some(net_id) => {
            let net = state.get(NET, net_id)?;
            net.notes.some_text(DEFAULT_GROUP).map(str::to_owned)
        }
        // The first group that an account has: the search is short.
        None => state
            .owned(SECURITY_GROUP, account)
            .find(|group| group.notes.contains_key(DEFAULT) && !group.body.contains_key("NetId"))
            .map(|group| group.id.to_string()),
    }
}

/// Makes the default group of a Net, or of the account's public Cloud, and answers its identifier.
pub(in crate::cloud) fn create_default(
    state: &mut State,
    account: &str,
    net_id: Option<&str>,
) -> String {
    let id = state.ids.hex(SECURITY_GROUP.prefix, SECURITY_GROUP.digits);
    // In a Net a member is shown without its name.
    let itself = match net_id {
        Some(_) => json!({ "AccountId": account, "SecurityGroupId": id }),
        None => json!({
            "AccountId": account,
            "SecurityGroupId": id,
            "SecurityGroupName": "default",
        }),
    };
    // assumed: the wording, and that the group of the public Cloud has the same inbound rule as
    // the measured one of a Net.
    let mut body = empty(account, "default", "default security group", net_id);
    body.put(SECURITY_GROUP.id, id.as_str());
    body.list_mut("InboundRules").push(json!({
        "FromPortRange": -1,
        "IpProtocol": "-1",
        "SecurityGroupsMembers": [itself],
        "ToPortRange": -1,
    }));
    let mut notes = Object::new();
    notes.put(DEFAULT, true);
    state.insert_with(SECURITY_GROUP, account, body, notes);
    if let Some(net_id) = net_id {
        state.edit(NET, net_id, |net| net.notes.put(DEFAULT_GROUP, id.as_str()));
    }
    id
}

/// Takes out a group whose Net goes, with the rules of its owner's other groups that name it.
///
/// assumed: those rules go rather than keep the group; other accounts keep theirs, as ever.
pub(super) fn remove(state: &mut State, group: &Resource) {
    state.remove(SECURITY_GROUP, &group.id);
    let others: Vec<Arc<Resource>> = dependents::of(state, &["SecurityGroupId"], &group.id)
        .filter(|it| it.kind == SECURITY_GROUP && it.account == group.account)
        .cloned()
        .collect();
    for other in others {
        state.edit(SECURITY_GROUP, &other.id, |other| {
            for flow in ["InboundRules", "OutboundRules"] {
                forget_member(other.body.list_mut(flow), &group.id);
            }
        });
    }
}

/// Takes a member out of rules; a rule that is left with nobody goes.
fn forget_member(rules: &mut Vec<Value>, group_id: &str) {
    const MEMBERS: &str = "SecurityGroupsMembers";
    rules.retain_mut(|rule| match rule.get_mut(MEMBERS) {
        Some(Value::Array(members)) => {
            members.retain(|member| member["SecurityGroupId"] != *group_id);
            !members.is_empty()
        }
        _ => true,
    });
}

/// The group of an account's public Cloud that has a name.
pub(super) fn public_by_name<'a>(
    state: &'a State,
    account: &'a str,
    name: &str,
) -> Option<&'a Arc<Resource>> {
    of_scope(state, account, None).find(|group| group.body.text("SecurityGroupName") == name)
}

/// Makes a group, in a Net or in the public Cloud.
///
/// # Faults
/// - `INVALID_LENGTH` or `INVALID_PARAMETER_VALUE` for the name or the description.
/// - Those of [`net::find_net`].
/// - `DUPLICATE_GROUP_NAME` when the Net, or the public Cloud, has a group of that name.
fn create_security_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let input = call.input;
    let (name, description) = (input.text("SecurityGroupName"), input.text("Description"));
    check_text("SecurityGroupName", name, |c| c.is_ascii_alphanumeric())?;
    check_text("Description", description, char::is_alphanumeric)?;
    if name.starts_with(SECURITY_GROUP.prefix) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The SecurityGroupName '{name}' must not begin with '{}'.",
            SECURITY_GROUP.prefix
        )));
    }
    let net_id = input.get("NetId").and_then(Value::as_str);
    if let Some(net_id) = net_id {
        net::find_net(call, net_id)?;
    }
    let mut others = of_scope(call.state, &call.account, net_id);
    if let Some(group) = others.find(|it| it.body.text("SecurityGroupName") == name) {
        return Err(fault::DUPLICATE_GROUP_NAME.says(format!(
            "The SecurityGroupName '{name}' is already used by '{}'.",
            group.id
        )));
    }
    drop(others);
    let body = empty(&call.account, name, description, net_id);
    let id = call.insert(SECURITY_GROUP, body);
    Ok(Reply::of("SecurityGroup", call.shown(SECURITY_GROUP, &id)))
}

/// Deletes a group that nobody wears, by its identifier or by its name in the public Cloud.
///
/// # Faults
/// - assumed: `MISSING_PARAMETER` when it is not named at all.
/// - Those of [`Call::find`], or assumed: `NO_SUCH_SECURITY_GROUP_NAME`.
/// - `RESERVED_GROUP` for a default group.
/// - `GROUP_IN_USE` while a VM, a network card or a load balancer wears it, or a rule of another
///   group names it; assumed: or a VM group, which has VMs made with it.
fn delete_security_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = named(call)?;
    if group.notes.contains_key(DEFAULT) {
        return Err(fault::RESERVED_GROUP.says(format!(
            "The security group '{}' is a default one, which cannot be deleted.",
            group.id
        )));
    }
    let fields = ["SecurityGroupId", "SecurityGroupIds", "SecurityGroups"];
    if dependents::of(call.state, &fields, &group.id)
        .next()
        .is_some()
    {
        return Err(fault::GROUP_IN_USE.silent());
    }
    call.remove(SECURITY_GROUP, &group.id);
    Ok(Reply::empty())
}

fn named(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    if let Some(id) = call.input.some_text("SecurityGroupId") {
        return call.find_own(SECURITY_GROUP, id);
    }
    let Some(name) = call.input.some_text("SecurityGroupName") else {
        return Err(
            fault::MISSING_PARAMETER.says("SecurityGroupId or SecurityGroupName is needed.")
        );
    };
    // assumed: a name is looked for in the public Cloud only; in Nets it would be ambiguous.
    public_by_name(call.state, &call.account, name)
        .cloned()
        .ok_or_else(|| fault::NO_SUCH_SECURITY_GROUP_NAME.silent())
}

fn check_text(field: &str, text: &str, letter: fn(char) -> bool) -> Result<(), Fault> {
    // assumed: the two codes; what is allowed is documented.
    let length = text.chars().count();
    if !(1..=255).contains(&length) {
        return Err(fault::INVALID_LENGTH.says(format!(
            "The {field} has {length} characters; 1 to 255 are allowed."
        )));
    }
    match text
        .chars()
        .find(|c| !letter(*c) && *c != ' ' && !PUNCTUATION.contains(*c))
    {
        None => Ok(()),
        Some(other) => Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The {field} has the character {other:?}, which is not allowed."
        ))),
    }
}

/// The account's groups in a Net, or in the public Cloud.
fn of_scope<'a>(
    state: &'a State,
    account: &'a str,
    net_id: Option<&'a str>,
) -> impl Iterator<Item = &'a Arc<Resource>> {
    let within = move |group: &&Arc<Resource>| group.body.some_text("NetId") == net_id;
    state.owned(SECURITY_GROUP, account).filter(within)
}

/// The accounts that the rules of a flow name. A group that has rules is also found by its owner;
/// seen in recordings with groups whose rules name ranges only.
fn rule_accounts(group: &Resource, flow: &str) -> Vec<Value> {
    let mut accounts = Vec::new();
    for rule in group.body.objects(flow) {
        accounts.push(Value::from(&*group.account));
        for member in rule.objects("SecurityGroupsMembers") {
            accounts.extend(member.get("AccountId").cloned());
        }
    }
    accounts
}

/// A group as it begins: in a Net everything may go out, in the public Cloud no rule is needed.
fn empty(account: &str, name: &str, description: &str, net_id: Option<&str>) -> Object {
    let mut body = Object::new();
    body.put("AccountId", account);
    body.put("Description", description);
    body.put("InboundRules", json!([]));
    body.put("OutboundRules", json!([]));
    body.put("SecurityGroupName", name);
    body.put("Tags", json!([]));
    if let Some(net_id) = net_id {
        body.put("NetId", net_id);
        body.list_mut("OutboundRules").push(json!({
            "FromPortRange": -1,
            "IpProtocol": "-1",
            "IpRanges": ["0.0.0.0/0"],
            "ToPortRange": -1,
        }));
    }
    body
}
