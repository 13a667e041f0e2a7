//! NAT services.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// NAT services, as a kind of resource.
pub(in crate::cloud) const NAT_SERVICE: &Kind = &Kind::new(
    "NatService",
    "NatServiceId",
    "nat-",
    fault::NO_SUCH_NAT_SERVICE,
)
.tagged("natgateway");

pub(super) const FAMILY: Family = Family {
    tag: "NatService",
    kinds: &[NAT_SERVICE],
    filters: &[],
    transitions: &[],
    rules: &[],
};
