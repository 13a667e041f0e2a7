//! Images: what the root volume of a VM is made from.
//!
//! By default: reading, of one's own, of shared and of public ones. Left out: what
//! `fixtures/gaps.json` names.

use std::sync::Arc;

use serde_json::Value;

use crate::cloud::State;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault;
use crate::cloud::object::Fields;
use crate::cloud::seeds;
use crate::cloud::sharing;
use crate::cloud::store::Resource;

use super::snapshot::SNAPSHOT;

/// Images, as a kind of resource.
pub(in crate::cloud) const IMAGE: &Kind =
    &Kind::new("Image", "ImageId", "ami-", fault::NO_SUCH_IMAGE)
        .tagged("image")
        .shared_with(|image, account| sharing::lets_in(&image.body, PERMISSIONS, account));

/// The field that says with whom one is shared.
const PERMISSIONS: &str = "PermissionsToLaunch";

pub(super) const FAMILY: Family = Family {
    tag: "Image",
    kinds: &[IMAGE],
    filters: &[
        ("FiltersImage", "Hypervisors", By::Values(hypervisors)),
        (
            "FiltersImage",
            "ProductCodeNames",
            By::Values(product_names),
        ),
        (
            "FiltersImage",
            "RootDeviceTypes",
            By::Values(root_device_types),
        ),
        (
            "FiltersImage",
            "VirtualizationTypes",
            By::Values(virtualization_types),
        ),
    ],
    transitions: &[],
    rules: &[],
};

/// An image, whoever's, that has a volume made of a snapshot.
pub(super) fn made_of<'s>(state: &'s State, snapshot_id: &str) -> Option<&'s Arc<Resource>> {
    state.store.all(IMAGE).find(|image| {
        let mappings = image.body.objects("BlockDeviceMappings");
        let mut volumes = mappings.filter_map(|mapping| mapping.object("Bsu"));
        volumes.any(|bsu| bsu.text(SNAPSHOT.id) == snapshot_id)
    })
}

/// Whether VMs of an image run Windows, by its product codes.
pub(super) fn is_windows<'a>(mut product_codes: impl Iterator<Item = &'a str>) -> bool {
    product_codes.any(|code| code == "0002")
}

fn hypervisors(_: &State, _: &Resource) -> Vec<Value> {
    vec!["xen".into()]
}

fn virtualization_types(_: &State, _: &Resource) -> Vec<Value> {
    vec!["hvm".into()]
}

/// Two words for the same thing, both of which are documented.
fn root_device_types(_: &State, _: &Resource) -> Vec<Value> {
    vec!["bsu".into(), "ebs".into()]
}

/// The descriptions of the product types that the codes stand for.
fn product_names(_: &State, image: &Resource) -> Vec<Value> {
    let codes: Vec<&str> = image.body.texts("ProductCodes").collect();
    seeds::product_types()
        .iter()
        .filter(|product| {
            product["ProductTypeId"]
                .as_str()
                .is_some_and(|id| codes.contains(&id))
        })
        .map(|product| product["Description"].clone())
        .collect()
}
