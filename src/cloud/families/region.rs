//! Regions: where clouds are, and what each calls its endpoint.
//!
//! By rule: reading the seeded list. Left out: moving to another region; a fake plays one.

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
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

/// Refuses the name of any region but the one played, which is where copies come from.
///
/// # Faults
/// `NO_SUCH_REGION`.
pub(super) fn check_own(state: &State, name: &str) -> Result<(), Fault> {
    if *state.region == *name {
        return Ok(());
    }
    // assumed: the code, by its name; that no other is taken is documented.
    Err(fault::NO_SUCH_REGION.says(format!(
        "The SourceRegionName '{name}' is not '{}', the Region of the account.",
        state.region
    )))
}
