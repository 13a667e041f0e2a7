//! Net access points: ways from a Net to services of the cloud.
//!
//! By default: reading access points, of which there are none. By rule: the seeded services. Left
//! out: making access points (see `fixtures/gaps.json`).

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::{default, seeds};

/// Net access points, as a kind of resource.
pub(in crate::cloud) const NET_ACCESS_POINT: &Kind = &Kind::new(
    "NetAccessPoint",
    "NetAccessPointId",
    "vpce-",
    fault::NO_SUCH_NET_ACCESS_POINT,
)
.tagged("vpc-endpoint");

pub(super) const FAMILY: Family = Family {
    tag: "NetAccessPoint",
    kinds: &[NET_ACCESS_POINT],
    filters: &[],
    transitions: &[],
    rules: &[("ReadNetAccessPointServices", read_net_access_point_services)],
};

/// Answers the services of the region that the filters select.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_net_access_point_services(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let services = seeds::net_access_point_services(&call.state.region);
    default::read_listed(call, &services)
}
