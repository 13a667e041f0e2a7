//! Subregions: the zones of a region.
//!
//! By rule: reading the seeded list. Left out: the real cloud's shuffling of letters and zones for
//! each account.

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::{default, seeds};

pub(super) const FAMILY: Family = Family {
    tag: "Subregion",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[("ReadSubregions", read_subregions)],
};

/// Answers the subregions of the region that the filters select.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_subregions(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::subregions(&call.state.region))
}

/// Refuses a Subregion that the region does not have; the empty text is none either.
///
/// # Faults
/// `NO_SUCH_SUBREGION`.
pub(in crate::cloud) fn check(state: &State, name: &str) -> Result<(), Fault> {
    if names(state).any(|known| known == name) {
        return Ok(());
    }
    Err(fault::NO_SUCH_SUBREGION.says(format!("The SubregionName '{name}' doesn't exist.")))
}

/// The Subregion that the region uses where the request names none: its first.
pub(in crate::cloud) fn usual(state: &State) -> &'static str {
    names(state).next().unwrap_or_default()
}

fn names(state: &State) -> impl Iterator<Item = &'static str> {
    seeds::subregions(&state.region)
        .iter()
        .filter_map(|subregion| subregion["SubregionName"].as_str())
}
