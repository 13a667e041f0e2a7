//! Security groups: who may talk to whom.
//!
//! By default: reading. By rule: creation and deletion; the rules of a group are a family of their
//! own. Left out: filtering of traffic.

use serde_json::json;

use crate::cloud::State;
use crate::cloud::families::net::NET;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;
use crate::cloud::object::{Fields, Object};

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
    filters: &[],
    rules: &[],
};

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
