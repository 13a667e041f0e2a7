//! The volumes of VMs that are to be made: those of the image, and what the request says of them.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::cloud::State;
use crate::cloud::call::Call;
use crate::cloud::families::image;
use crate::cloud::families::snapshot::SNAPSHOT;
use crate::cloud::families::volume::{self, Bsu, device_name};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::seeds::VmTypeFacts;
use crate::cloud::store::Resource;

/// A volume of a VM that is to be made.
pub(super) struct Disk {
    /// The name of the device.
    pub(super) device: String,
    /// Whether it goes with the VM.
    pub(super) delete: bool,
    /// The volume.
    pub(super) plan: volume::Plan,
}

/// A device as the request describes it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SentMapping {
    bsu: Option<Bsu>,
    device_name: Option<String>,
    no_device: Option<String>,
    virtual_device_name: Option<String>,
}

/// A device and its volume; with the size of the snapshot that the volume is made from.
struct Mapping {
    device: String,
    bsu: Bsu,
    snapshot: Option<i64>,
}

/// The name of an image's root device.
pub(super) fn root_of(image: &Resource) -> &str {
    image
        .body
        .some_text("RootDeviceName")
        .unwrap_or("/dev/sda1")
}

/// The volumes of an image, as the request changes them, and then those that it adds.
///
/// # Faults
/// - `INVALID_DEVICE` for a device without a proper name.
/// - `INVALID_BLOCK_DEVICE_MAPPING` for a device that is given twice, or in no way or several.
/// - `INVALID_ROOT_MAPPING` when the root volume would be another, or none.
/// - `INVALID_VIRTUAL_NAME` for an ephemeral disk that the VM's type does not have.
/// - Those of [`volume::check_count`], [`Bsu::snapshot`] and [`Bsu::measures`].
pub(super) fn plan(
    call: &Call<'_>,
    image: &Resource,
    sent: &[SentMapping],
    facts: &VmTypeFacts,
) -> Result<Vec<Disk>, Fault> {
    let root = root_of(image);
    let mut mappings = of_image(call.state, image, root);
    let mut seen = BTreeSet::new();
    for entry in sent {
        let device = entry.device_name.as_deref().unwrap_or_default();
        device_name(device)?;
        if !seen.insert(device) {
            // assumed: that it is refused, here as below, and the code.
            return Err(fault::INVALID_BLOCK_DEVICE_MAPPING
                .says(format!("The device {device} is given twice.")));
        }
        // assumed: beside something else, an empty text says nothing; a lone NoDevice is one.
        let beside = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (no_device, disk) = match &entry.bsu {
            Some(_) => (beside(&entry.no_device), beside(&entry.virtual_device_name)),
            None => (entry.no_device.clone(), beside(&entry.virtual_device_name)),
        };
        match (&entry.bsu, &no_device, &disk) {
            (Some(bsu), None, None) => put(call, &mut mappings, device, bsu, root)?,
            (None, Some(_), None) => {
                check_not_root(device, root)?;
                // assumed: dropping what the image does not have is no fault.
                mappings.retain(|mapping| mapping.device != device);
            }
            (None, None, Some(name)) => {
                check_not_root(device, root)?;
                check_ephemeral(name, facts)?;
                // The disk takes the place of the volume, and no answer shows it.
                mappings.retain(|mapping| mapping.device != device);
            }
            _ => {
                return Err(fault::INVALID_BLOCK_DEVICE_MAPPING.says(format!(
                    "The device {device} needs one of Bsu, NoDevice and VirtualDeviceName."
                )));
            }
        }
    }
    volume::check_count(mappings.len())?;
    mappings.into_iter().map(disk).collect()
}

fn of_image(state: &State, image: &Resource, root: &str) -> Vec<Mapping> {
    let mut mappings: Vec<Mapping> = image
        .body
        .objects("BlockDeviceMappings")
        .filter_map(|mapping| {
            let bsu = Bsu::deserialize(mapping.get("Bsu")?).ok()?;
            Some(Mapping {
                device: mapping.text("DeviceName").to_owned(),
                snapshot: held(state, &bsu),
                bsu,
            })
        })
        .collect();
    if !mappings.iter().any(|mapping| mapping.device == root) {
        let mapping = Mapping {
            device: root.to_owned(),
            bsu: Bsu::default(),
            snapshot: None,
        };
        mappings.insert(0, mapping);
    }
    let usual = image::usual_gib(image.body.texts("ProductCodes"));
    for mapping in mappings.iter_mut().filter(|it| it.device == root) {
        mapping.bsu.volume_size.get_or_insert(usual);
    }
    mappings
}

/// The size of the snapshot that a volume of an image is made of. Those of public images are
/// nobody's here: assumed, they are as large as the volume.
fn held(state: &State, bsu: &Bsu) -> Option<i64> {
    let snapshot = state.get(SNAPSHOT, bsu.snapshot_id.as_deref()?);
    let size = snapshot.and_then(|it| it.body.int("VolumeSize"));
    size.or(bsu.volume_size)
}

/// Adds a volume, or changes the one that the image has on that device.
fn put(
    call: &Call<'_>,
    mappings: &mut Vec<Mapping>,
    device: &str,
    sent: &Bsu,
    root: &str,
) -> Result<(), Fault> {
    let snapshot = match &sent.snapshot_id {
        Some(id) if mappings.iter().any(|it| is_of_image(it, device, id)) => None,
        Some(_) => {
            check_not_root(device, root)?;
            let snapshot = sent.snapshot(call)?;
            snapshot.and_then(|snapshot| snapshot.body.int("VolumeSize"))
        }
        None => None,
    };
    match mappings.iter_mut().find(|it| it.device == device) {
        Some(mapping) => {
            if let Some(snapshot) = snapshot {
                mapping.snapshot = Some(snapshot);
                mapping.bsu.volume_size = None;
            }
            mapping.bsu.overlay(sent);
        }
        None => mappings.push(Mapping {
            device: device.to_owned(),
            bsu: sent.clone(),
            snapshot,
        }),
    }
    Ok(())
}

/// Whether a mapping of the image is made from that snapshot already.
fn is_of_image(mapping: &Mapping, device: &str, snapshot_id: &str) -> bool {
    mapping.device == device && mapping.bsu.snapshot_id.as_deref() == Some(snapshot_id)
}

fn disk(mapping: Mapping) -> Result<Disk, Fault> {
    let Mapping {
        device,
        bsu,
        snapshot,
    } = mapping;
    Ok(Disk {
        device,
        delete: bsu.goes_with_vm(),
        plan: volume::Plan {
            measures: bsu.measures(snapshot)?,
            snapshot_id: bsu.snapshot_id,
        },
    })
}

fn check_not_root(device: &str, root: &str) -> Result<(), Fault> {
    if device == root {
        // assumed: the code.
        return Err(fault::INVALID_ROOT_MAPPING.says(format!(
            "The root volume {root} is made from the image, and nothing else."
        )));
    }
    Ok(())
}

fn check_ephemeral(name: &str, facts: &VmTypeFacts) -> Result<(), Fault> {
    let number = name
        .strip_prefix("ephemeral")
        .and_then(|number| number.parse::<u32>().ok());
    if number.is_some_and(|number| number < facts.ephemeral_disks) {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::INVALID_VIRTUAL_NAME.says(format!(
        "There is no disk '{name}': this type of VM has {}.",
        facts.ephemeral_disks
    )))
}
