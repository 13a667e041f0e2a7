//! Net peerings.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Net peerings, as a kind of resource.
pub(in crate::cloud) const NET_PEERING: &Kind = &Kind::new(
    "NetPeering",
    "NetPeeringId",
    "pcx-",
    fault::NO_SUCH_NET_PEERING,
)
.tagged("vpc-peering-connection");

pub(super) const FAMILY: Family = Family {
    tag: "NetPeering",
    kinds: &[NET_PEERING],
    filters: &[],
    transitions: &[],
    rules: &[],
};
