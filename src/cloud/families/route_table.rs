//! Route tables.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Route tables, as a kind of resource.
pub(in crate::cloud) const ROUTE_TABLE: &Kind = &Kind::new(
    "RouteTable",
    "RouteTableId",
    "rtb-",
    fault::NO_SUCH_ROUTE_TABLE,
)
.tagged("route-table");

pub(super) const FAMILY: Family = Family {
    tag: "RouteTable",
    kinds: &[ROUTE_TABLE],
    filters: &[],
    rules: &[],
};
