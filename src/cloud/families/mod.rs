//! One file for each tag of the contract, and the look-ups over all of them.

pub(super) mod access_key;
pub(super) mod account;
mod api_access_policy;
pub(super) mod api_access_rule;
mod api_log;
pub(super) mod ca;
mod catalog;
mod client_gateway;
mod dedicated_group;
pub(super) mod dhcp_option;
pub(crate) mod direct_link;
mod direct_link_interface;
mod flexible_gpu;
pub(super) mod image;
mod internet_service;
mod keypair;
pub(super) mod listener;
pub(super) mod load_balancer;
mod load_balancer_policy;
mod location;
pub(super) mod nat_service;
mod net;
mod net_access_point;
mod net_peering;
pub(super) mod nic;
pub(super) mod policy;
mod product_type;
mod public_catalog;
pub(super) mod public_ip;
mod quota;
mod region;
mod route;
mod route_table;
pub(super) mod security_group;
mod security_group_rule;
mod server_certificate;
mod snapshot;
pub(super) mod subnet;
mod subregion;
mod tag;
mod task;
pub(super) mod user;
pub(super) mod user_group;
mod virtual_gateway;
pub(super) mod vm;
mod vm_group;
mod vm_template;
mod volume;
pub(super) mod vpn_connection;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::family::{By, Family, Kind, Rule};
use super::lifecycle::Transition;
use crate::contract::Operation;

/// Every family, by tag.
pub const FAMILIES: &[&Family] = &[
    &access_key::FAMILY,
    &account::FAMILY,
    &api_access_policy::FAMILY,
    &api_access_rule::FAMILY,
    &api_log::FAMILY,
    &ca::FAMILY,
    &catalog::FAMILY,
    &client_gateway::FAMILY,
    &dedicated_group::FAMILY,
    &dhcp_option::FAMILY,
    &direct_link::FAMILY,
    &direct_link_interface::FAMILY,
    &flexible_gpu::FAMILY,
    &image::FAMILY,
    &internet_service::FAMILY,
    &keypair::FAMILY,
    &listener::FAMILY,
    &load_balancer::FAMILY,
    &load_balancer_policy::FAMILY,
    &location::FAMILY,
    &nat_service::FAMILY,
    &net::FAMILY,
    &net_access_point::FAMILY,
    &net_peering::FAMILY,
    &nic::FAMILY,
    &policy::FAMILY,
    &product_type::FAMILY,
    &public_catalog::FAMILY,
    &public_ip::FAMILY,
    &quota::FAMILY,
    &region::FAMILY,
    &route::FAMILY,
    &route_table::FAMILY,
    &security_group::FAMILY,
    &security_group_rule::FAMILY,
    &server_certificate::FAMILY,
    &snapshot::FAMILY,
    &subnet::FAMILY,
    &subregion::FAMILY,
    &tag::FAMILY,
    &task::FAMILY,
    &user::FAMILY,
    &user_group::FAMILY,
    &virtual_gateway::FAMILY,
    &vm::FAMILY,
    &vm_group::FAMILY,
    &vm_template::FAMILY,
    &volume::FAMILY,
    &vpn_connection::FAMILY,
];

/// The family of a tag.
pub fn family(tag: &str) -> Option<&'static Family> {
    FAMILIES
        .binary_search_by(|family| family.tag.cmp(tag))
        .ok()
        .map(|at| FAMILIES[at])
}

/// The rule of an operation, if it has one.
pub fn rule(operation: &Operation) -> Option<Rule> {
    let rules = family(operation.tag())?.rules;
    rules
        .binary_search_by(|(name, _)| (*name).cmp(operation.name()))
        .ok()
        .map(|at| rules[at].1)
}

/// What a filter looks at, where its family overrides the schema.
pub fn filter_override(tag: &str, schema: &str, filter: &str) -> Option<By> {
    let filters = family(tag)?.filters;
    filters
        .binary_search_by(|(on, name, _)| (*on, *name).cmp(&(schema, filter)))
        .ok()
        .map(|at| filters[at].2)
}

/// Every kind of resource.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    FAMILIES
        .iter()
        .flat_map(|family| family.kinds.iter().copied())
}

/// Every transition, with the family that declares it.
pub fn transitions() -> impl Iterator<Item = (&'static Family, &'static Transition)> {
    let of = |family: &'static Family| family.transitions.iter().map(move |it| (family, *it));
    FAMILIES.iter().copied().flat_map(of)
}

/// The kind whose schema has that name.
pub fn kind(schema: &str) -> Option<&'static Kind> {
    static BY_NAME: LazyLock<BTreeMap<&str, &Kind>> =
        LazyLock::new(|| kinds().map(|kind| (kind.name, kind)).collect());
    BY_NAME.get(schema).copied()
}

/// The kind that a property of that name identifies; none where it does so for two of them.
pub fn kind_identified_by(property: &str) -> Option<&'static Kind> {
    static BY_ID: LazyLock<BTreeMap<&str, Option<&Kind>>> = LazyLock::new(|| {
        let mut by_id = BTreeMap::new();
        for kind in kinds() {
            let known = by_id.contains_key(kind.id);
            by_id.insert(kind.id, Some(kind).filter(|_| !known));
        }
        by_id
    });
    BY_ID.get(property).copied().flatten()
}

/// The kind that an identifier belongs to, by its prefix.
pub fn kind_of_id(id: &str) -> Option<&'static Kind> {
    kinds()
        .filter(|kind| !kind.prefix.is_empty() && id.starts_with(kind.prefix))
        .max_by_key(|kind| kind.prefix.len())
}

/// Why an operation is not served, if it is not.
pub fn gap(operation: &str) -> Option<&'static str> {
    GAPS.get(operation).map(String::as_str)
}

/// Every operation that is not served, with the reason.
pub fn gaps() -> impl Iterator<Item = (&'static str, &'static str)> {
    GAPS.iter().map(|(name, why)| (name.as_str(), why.as_str()))
}

static GAPS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../fixtures/gaps.json"))
        .expect("fixtures/gaps.json is an object of texts; a test reads it")
});
