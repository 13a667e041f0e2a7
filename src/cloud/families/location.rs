//! Locations: where a `DirectLink` can end.
//!
//! By rule: reading the seeded list of the region. Left out: nothing.

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::Fault;
use crate::cloud::{default, seeds};

pub(super) const FAMILY: Family = Family {
    tag: "Location",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[("ReadLocations", read_locations)],
};

/// Answers the places of the region.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_locations(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::locations(&call.state.region))
}
