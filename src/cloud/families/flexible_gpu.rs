//! Flexible GPUs.
//!
//! By default: reading an account's, of which there are none. By rule: the seeded catalogue. Left
//! out: reserving and linking them (see `fixtures/gaps.json`).

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::{default, seeds};

/// Flexible GPUs, as a kind of resource.
pub(in crate::cloud) const FLEXIBLE_GPU: &Kind = &Kind::new(
    "FlexibleGpu",
    "FlexibleGpuId",
    "fgpu-",
    fault::NO_SUCH_FLEXIBLE_GPU,
);

pub(super) const FAMILY: Family = Family {
    tag: "FlexibleGpu",
    kinds: &[FLEXIBLE_GPU],
    filters: &[],
    transitions: &[],
    rules: &[("ReadFlexibleGpuCatalog", read_flexible_gpu_catalog)],
};

/// Answers the models that there are.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_flexible_gpu_catalog(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::flexible_gpu_catalog())
}
