//! Images: what the volumes of a VM are made from.
//!
//! By default: reading, of one's own, of shared and of public ones, and of export tasks; deleting,
//! after which VMs run on and snapshots stay. By rule: the rest. Left out: what an image holds.

mod create;
mod export;
mod source;

pub(in crate::cloud::families) use export::IMAGE_EXPORT_TASK;

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::sharing;
use crate::cloud::store::Resource;

use super::product_type;
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
    kinds: &[IMAGE, IMAGE_EXPORT_TASK],
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
    transitions: &[&create::PENDING, &export::QUEUED, &export::PENDING],
    rules: &[
        ("CreateImage", create::create_image),
        ("CreateImageExportTask", export::create_image_export_task),
        ("UpdateImage", update_image),
    ],
};

/// The size of a root volume whose image names none, in GiB; documented.
const LINUX_GIB: i64 = 10;
/// The same for Windows.
const WINDOWS_GIB: i64 = 50;

/// The size of a root volume that nobody has given one, by the product codes of its image.
pub(super) fn usual_gib<'a>(product_codes: impl Iterator<Item = &'a str>) -> i64 {
    if is_windows(product_codes) {
        WINDOWS_GIB
    } else {
        LINUX_GIB
    }
}

/// Whether VMs of an image run Windows, by its product codes.
pub(super) fn is_windows<'a>(mut product_codes: impl Iterator<Item = &'a str>) -> bool {
    product_codes.any(|code| code == "0002")
}

/// An image, whoever's, that has a volume made of a snapshot.
pub(super) fn made_of<'s>(state: &'s State, snapshot_id: &str) -> Option<&'s Arc<Resource>> {
    state.store.all(IMAGE).find(|image| {
        let mappings = image.body.objects("BlockDeviceMappings");
        let mut volumes = mappings.filter_map(|mapping| mapping.object("Bsu"));
        volumes.any(|bsu| bsu.text(SNAPSHOT.id) == snapshot_id)
    })
}

/// Refuses an image that nothing can be made from.
///
/// # Faults
/// `INVALID_IMAGE_STATE` unless it is available.
pub(super) fn check_usable(image: &Resource) -> Result<(), Fault> {
    if image.state() == "available" {
        return Ok(());
    }
    // assumed: the code, by its name.
    Err(fault::INVALID_IMAGE_STATE.says(format!("The image '{}' is {}.", image.id, image.state())))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateImage {
    description: Option<String>,
    image_id: String,
    permissions_to_launch: Option<sharing::Change>,
}

/// Shares an image with accounts, or no longer, and describes it anew; in whatever state it is.
///
/// # Faults
/// - Those of [`Call::find_own`]: assumed, only its owner may.
/// - `MISSING_PARAMETER` when nothing is to be changed.
/// - Those of [`sharing::Change::of`].
fn update_image(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UpdateImage = call.read()?;
    let image = call.find_own(IMAGE, &request.image_id)?;
    let change = request.permissions_to_launch.as_ref();
    // assumed: a description alone will do, as the schema has it; the text wants permissions.
    if change.is_none() && request.description.is_none() {
        return Err(
            fault::MISSING_PARAMETER.says("A Description or PermissionsToLaunch must be given.")
        );
    }
    let permissions = change.map(|change| change.of(&image.body, PERMISSIONS));
    let permissions = permissions.transpose()?;
    call.edit(IMAGE, &image.id, |image| {
        if let Some(permissions) = permissions {
            image.body.put(PERMISSIONS, permissions);
        }
        if let Some(description) = request.description {
            image.body.put("Description", description);
        }
    });
    Ok(Reply::of("Image", call.shown(IMAGE, &image.id)))
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
fn product_names(state: &State, image: &Resource) -> Vec<Value> {
    let codes = image.body.texts("ProductCodes");
    codes
        .filter_map(|code| product_type::description(state, code))
        .map(Value::from)
        .collect()
}
