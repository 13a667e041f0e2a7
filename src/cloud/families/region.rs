//! Regions: where clouds are, and what each calls its endpoint.
//!
//! By rule: reading the seeded list. Left out: moving to another region; a fake plays one.

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::Fault;
use crate::cloud::{default, seeds};

pub(super) const FAMILY: Family = Family {
    tag: "Region",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[("ReadRegions", read_regions)],
};

/// Answers the regions that the one played lists; which those are differs from one to another.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_regions(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::regions(&call.state.region))
}
