//! Load balancers.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Load balancers, as a kind of resource.
pub(in crate::cloud) const LOAD_BALANCER: &Kind = &Kind::named(
    "LoadBalancer",
    "LoadBalancerName",
    fault::NO_SUCH_LOAD_BALANCER,
)
.called("LoadBalancer");

pub(super) const FAMILY: Family = Family {
    tag: "LoadBalancer",
    kinds: &[LOAD_BALANCER],
    filters: &[],
    transitions: &[],
    rules: &[],
};
