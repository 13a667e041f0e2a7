//! Virtual gateways: the cloud's end of a VPN connection.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Virtual gateways, as a kind of resource.
pub(in crate::cloud) const VIRTUAL_GATEWAY: &Kind = &Kind::new(
    "VirtualGateway",
    "VirtualGatewayId",
    "vgw-",
    fault::NO_SUCH_VIRTUAL_GATEWAY,
)
.tagged("virtual-private-gateway");

pub(super) const FAMILY: Family = Family {
    tag: "VirtualGateway",
    kinds: &[VIRTUAL_GATEWAY],
    filters: &[],
    transitions: &[],
    rules: &[],
};
