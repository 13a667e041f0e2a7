//! Volumes.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Volumes, as a kind of resource.
pub(in crate::cloud) const VOLUME: &Kind =
    &Kind::new("Volume", "VolumeId", "vol-", fault::NO_SUCH_VOLUME).tagged("volume");

pub(super) const FAMILY: Family = Family {
    tag: "Volume",
    kinds: &[VOLUME],
    filters: &[],
    rules: &[],
};
