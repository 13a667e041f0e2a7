//! Interfaces of direct links: VLANs on such a link.
//!
//! By default: reading them, of which there are none. Left out: the rest (see
//! `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// Direct link interfaces, as a kind of resource.
pub(in crate::cloud) const DIRECT_LINK_INTERFACE: &Kind = &Kind::new(
    "DirectLinkInterfaces",
    "DirectLinkInterfaceId",
    "dxvif-",
    fault::NO_SUCH_DIRECT_LINK_INTERFACE,
);

pub(super) const FAMILY: Family = Family {
    tag: "DirectLinkInterface",
    kinds: &[DIRECT_LINK_INTERFACE],
    filters: &[],
    transitions: &[],
    rules: &[],
};
