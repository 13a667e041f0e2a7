//! Virtual gateways.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

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
    rules: &[],
};
