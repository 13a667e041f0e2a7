//! DHCP options: what machines of a Net are told about names, time and logs.
//!
//! By default: `ReadDhcpOptions`. By rule: the rest. Left out: what the options do to a machine.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::json;

use super::net::NET;
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

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
    transitions: &[],
    rules: &[
        ("CreateDhcpOptions", create_dhcp_options),
        ("DeleteDhcpOptions", delete_dhcp_options),
    ],
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

/// Makes a set of what was sent; without name servers or a domain, those of the cloud.
///
/// # Faults
/// - `INVALID_PARAMETER_SET` when nothing was sent.
/// - `INVALID_IPV4` for a server that is no address.
fn create_dhcp_options(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let servers = ["DomainNameServers", "LogServers", "NtpServers"];
    let sent = |field: &&str| !call.input.list(field).is_empty();
    if call.input.some_text("DomainName").is_none() && !servers.iter().any(sent) {
        // assumed: the code; the rule itself is documented.
        return Err(fault::INVALID_PARAMETER_SET.says(
            "At least one of DomainName, DomainNameServers, LogServers and NtpServers is needed.",
        ));
    }
    for field in servers {
        for server in call.input.texts(field) {
            let own = field == "DomainNameServers" && server == OWN_NAME_SERVERS;
            if !own && server.parse::<Ipv4Addr>().is_err() {
                // assumed for log and time servers; measured for name servers.
                return Err(
                    fault::INVALID_IPV4.says(format!("The IPv4 address '{server}' is invalid."))
                );
            }
        }
    }
    let domain = own_domain(call.state);
    default::create(call, |body| {
        body.put("Default", false);
        if body.some_text("DomainName").is_none() {
            body.put("DomainName", domain);
        }
        if body.list("DomainNameServers").is_empty() {
            body.put("DomainNameServers", json!([OWN_NAME_SERVERS]));
        }
        for field in ["LogServers", "NtpServers"] {
            if body.list(field).is_empty() {
                body.remove(field);
            }
        }
    })
}

/// Deletes a set that no Net has.
///
/// # Faults
/// - Those of [`Call::find`].
/// - assumed: `BUSY` for the default set, and while a Net has the set.
fn delete_dhcp_options(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(DHCP_OPTIONS_SET.id);
    let set = call.find_own(DHCP_OPTIONS_SET, id)?;
    if set.body.flag("Default") == Some(true) {
        return Err(fault::BUSY.says(format!("The DhcpOptions '{id}' are the default ones.")));
    }
    let holds = |net: &&Arc<Resource>| {
        net.state() == "available" && net.body.text(DHCP_OPTIONS_SET.id) == id
    };
    let holder = call.owned(NET).find(holds);
    if let Some(net) = holder {
        return Err(fault::BUSY.says(format!(
            "The DhcpOptions '{id}' are those of the Net '{}'.",
            net.id
        )));
    }
    default::delete(call)
}

fn own_domain(state: &State) -> String {
    format!("{}.compute.internal", state.region)
}
