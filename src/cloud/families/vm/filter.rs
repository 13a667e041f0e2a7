//! What the filters on VMs look at, where the schemas do not say it.

use serde_json::Value;

use super::states::code;
use crate::cloud::State;
use crate::cloud::families::image;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::family::By;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Sorted by schema and filter.
pub(super) const FILTERS: &[(&str, &str, By)] = &[
    ("FiltersVm", "Lifecycles", By::Values(nothing)),
    (
        "FiltersVm",
        "NicLinkNicLinkNicDates",
        By::Values(card_link_dates),
    ),
    (
        "FiltersVm",
        "NicLinkNicVmAccountIds",
        By::Values(card_vm_accounts),
    ),
    ("FiltersVm", "NicLinkNicVmIds", By::Values(card_vms)),
    (
        "FiltersVm",
        "NicLinkPublicIpLinkPublicIpIds",
        By::Values(card_links),
    ),
    (
        "FiltersVm",
        "NicLinkPublicIpPublicIpIds",
        By::Values(card_public_ips),
    ),
    (
        "FiltersVm",
        "NicPrivateIpsLinkPublicIpIds",
        By::Values(address_links),
    ),
    (
        "FiltersVm",
        "NicPrivateIpsPrimaryIp",
        By::Path("Nics.PrivateIps.IsPrimary"),
    ),
    (
        "FiltersVm",
        "NicSubregionNames",
        By::Values(card_subregions),
    ),
    ("FiltersVm", "Platforms", By::Values(platforms)),
    // assumed: a reason's code is not known, so that none matches; and its text is its message.
    ("FiltersVm", "StateReasonCodes", By::Values(nothing)),
    ("FiltersVm", "StateReasonMessages", By::Path("StateReason")),
    ("FiltersVm", "VmStateCodes", By::Values(state_codes)),
    ("FiltersVm", "VmStateNames", By::Path("State")),
];

fn nothing(_: &State, _: &Resource) -> Vec<Value> {
    Vec::new()
}

fn platforms(_: &State, vm: &Resource) -> Vec<Value> {
    if image::is_windows(vm.body.texts("ProductCodes")) {
        vec!["windows".into()]
    } else {
        Vec::new()
    }
}

fn state_codes(_: &State, vm: &Resource) -> Vec<Value> {
    code(vm.state()).map(Value::from).into_iter().collect()
}

/// The cards that a VM shows.
fn cards<'a>(state: &'a State, vm: &'a Resource) -> impl Iterator<Item = &'a Resource> {
    vm.notes
        .texts("Nics")
        .filter_map(|id| state.get(NIC, id))
        .map(|card| &**card)
        .filter(|card| !nic::is_hidden(card))
}

fn of_cards(
    state: &State,
    vm: &Resource,
    value: impl Fn(&Resource) -> Option<Value>,
) -> Vec<Value> {
    cards(state, vm).filter_map(value).collect()
}

fn card_link_dates(state: &State, vm: &Resource) -> Vec<Value> {
    of_cards(state, vm, |card| card.notes.get("LinkDate").cloned())
}

fn card_subregions(state: &State, vm: &Resource) -> Vec<Value> {
    of_cards(state, vm, |card| card.body.get("SubregionName").cloned())
}

fn card_vms(state: &State, vm: &Resource) -> Vec<Value> {
    of_cards(state, vm, |_| Some((*vm.id).into()))
}

fn card_vm_accounts(state: &State, vm: &Resource) -> Vec<Value> {
    of_cards(state, vm, |_| Some((*vm.account).into()))
}

fn card_links(state: &State, vm: &Resource) -> Vec<Value> {
    public(state, vm, |card| vec![card], &["LinkPublicIpId"])
}

fn card_public_ips(state: &State, vm: &Resource) -> Vec<Value> {
    public(state, vm, |card| vec![card], &["PublicIpId"])
}

/// assumed: the name says identifiers and the documentation says addresses, so both match.
fn address_links(state: &State, vm: &Resource) -> Vec<Value> {
    let addresses = |card: &Object| card.objects("PrivateIps").cloned().collect();
    public(
        state,
        vm,
        |card| addresses(&card),
        &["LinkPublicIpId", "PublicIp"],
    )
}

/// Fields of the public IPs that hang on the cards of a VM, or on their addresses.
fn public(
    state: &State,
    vm: &Resource,
    holders: impl Fn(Object) -> Vec<Object>,
    fields: &[&str],
) -> Vec<Value> {
    cards(state, vm)
        .flat_map(|card| holders(NIC.view(state, card)))
        .filter_map(|holder| holder.object("LinkPublicIp").cloned())
        .flat_map(|link| {
            fields
                .iter()
                .filter_map(|field| link.get(*field).cloned())
                .collect::<Vec<_>>()
        })
        .collect()
}
