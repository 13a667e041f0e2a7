//! Direct links: physical links to a site of the client.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

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
    transitions: &[],
    rules: &[],
};
