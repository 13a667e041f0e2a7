//! Policies that keep a session on one backend of a load balancer.
//!
//! All of it is left out (see `fixtures/gaps.json`).

use crate::cloud::family::Family;

pub(super) const FAMILY: Family = Family {
    tag: "LoadBalancerPolicy",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[],
};
