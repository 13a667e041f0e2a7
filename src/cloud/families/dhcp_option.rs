//! DHCP options: what machines of a Net are told about names, time and logs.
//!
//! By default: `ReadDhcpOptions`. By rule: the rest. Left out: what the options do to a machine.

use serde_json::json;

use crate::cloud::State;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;
use crate::cloud::object::{Fields, Object};

/// Sets of DHCP options, as a kind of resource.
pub(in crate::cloud) const DHCP_OPTIONS_SET: &Kind = &Kind::new(
    "DhcpOptionsSet",
    "DhcpOptionsSetId",
    "dopt-",
    fault::NO_SUCH_DHCP_OPTIONS,
)
.called("DhcpOptionsId")
.tagged("dhcpoptions");

pub(super) const FAMILY: Family = Family {
    tag: "DhcpOption",
    kinds: &[DHCP_OPTIONS_SET],
    filters: &[],
    rules: &[],
};

/// The word that stands for the cloud's own name servers.
const OWN_NAME_SERVERS: &str = "OutscaleProvidedDNS";

/// Makes the set that every Net of an account gets unless it is told otherwise.
pub(in crate::cloud) fn create_default(state: &mut State, account: &str) -> String {
    let mut body = Object::new();
    body.put("Default", true);
    body.put("DomainName", own_domain(state));
    body.put("DomainNameServers", json!([OWN_NAME_SERVERS]));
    body.put("Tags", json!([]));
    state.insert(DHCP_OPTIONS_SET, account, body)
}

/// The account's default set.
pub(in crate::cloud) fn default_set(state: &State, account: &str) -> Option<String> {
    state
        .owned(DHCP_OPTIONS_SET, account)
        .find(|set| set.body.flag("Default") == Some(true))
        .map(|set| set.id.to_string())
}

fn own_domain(state: &State) -> String {
    format!("{}.compute.internal", state.region)
}
