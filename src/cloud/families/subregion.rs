//! Subregions: the zones of a region.
//!
//! By rule: reading the seeded list. Left out: the real cloud's shuffling of letters and zones for
//! each account.

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::Fault;
use crate::cloud::{default, seeds};

pub(super) const FAMILY: Family = Family {
    tag: "Subregion",
    kinds: &[],
    filters: &[],
    rules: &[("ReadSubregions", read_subregions)],
};

/// Answers the subregions of the region that the filters select.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_subregions(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::subregions(&call.state.region))
}
