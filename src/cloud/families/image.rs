//! Images.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Images, as a kind of resource.
pub(in crate::cloud) const IMAGE: &Kind =
    &Kind::new("Image", "ImageId", "ami-", fault::NO_SUCH_IMAGE).tagged("image");

pub(super) const FAMILY: Family = Family {
    tag: "Image",
    kinds: &[IMAGE],
    filters: &[],
    rules: &[],
};
