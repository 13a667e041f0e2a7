//! Direct links.
//!
//! By rule: nothing yet. Left out: what `fixtures/gaps.json` names.

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Direct links, as a kind of resource.
pub(in crate::cloud) const DIRECT_LINK: &Kind = &Kind::new(
    "DirectLink",
    "DirectLinkId",
    "dxcon-",
    fault::NO_SUCH_DIRECT_LINK,
);

pub(super) const FAMILY: Family = Family {
    tag: "DirectLink",
    kinds: &[DIRECT_LINK],
    filters: &[],
    rules: &[],
};
