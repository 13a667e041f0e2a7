//! Vpn connections.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Vpn connections, as a kind of resource.
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
    filters: &[],
    rules: &[],
};
