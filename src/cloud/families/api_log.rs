//! API logs: the calls of an account, as the API lists them. The transcript is this crate's own
//! record.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "ApiLog",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
