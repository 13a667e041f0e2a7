//! VPN connections.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use serde_json::Value;

use super::client_gateway::CLIENT_GATEWAY;
use crate::cloud::State;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault;
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// VPN connections, as a kind of resource.
pub(in crate::cloud) const VPN_CONNECTION: &Kind = &Kind::new(
    "VpnConnection",
    "VpnConnectionId",
    "vpn-",
    fault::NO_SUCH_VPN_CONNECTION,
)
.tagged("vpn-connection");

pub(super) const FAMILY: Family = Family {
    tag: "VpnConnection",
    kinds: &[VPN_CONNECTION],
    filters: &[("FiltersVpnConnection", "BgpAsns", By::Values(bgp_asns))],
    transitions: &[],
    rules: &[],
};

/// The number of the client gateway's autonomous system, which the connection does not show.
fn bgp_asns(state: &State, connection: &Resource) -> Vec<Value> {
    state
        .get(CLIENT_GATEWAY, connection.body.text("ClientGatewayId"))
        .and_then(|gateway| gateway.body.get("BgpAsn").cloned())
        .into_iter()
        .collect()
}
