//! Snapshots.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Snapshots, as a kind of resource.
pub(in crate::cloud) const SNAPSHOT: &Kind =
    &Kind::new("Snapshot", "SnapshotId", "snap-", fault::NO_SUCH_SNAPSHOT).tagged("snapshot");

pub(super) const FAMILY: Family = Family {
    tag: "Snapshot",
    kinds: &[SNAPSHOT],
    filters: &[],
    rules: &[],
};
