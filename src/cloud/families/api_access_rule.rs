//! API access rules: from where the API may be called.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;

/// API access rules, as a kind of resource.
pub(in crate::cloud) const API_ACCESS_RULE: &Kind = &Kind::new(
    "ApiAccessRule",
    "ApiAccessRuleId",
    "aar-",
    fault::NO_SUCH_RESOURCE,
)
.digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "ApiAccessRule",
    kinds: &[API_ACCESS_RULE],
    filters: &[],
    transitions: &[],
    rules: &[],
};
