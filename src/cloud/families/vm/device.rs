//! The volumes of VMs that are to be made: those of the image, and what the request says of them.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::cloud::call::Call;
use crate::cloud::families::image;
use crate::cloud::families::snapshot::{self, SNAPSHOT};
use crate::cloud::families::volume::{self, Measures, SizeSource, device_name};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::seeds::VmTypeFacts;
use crate::cloud::store::Resource;

/// The size of a root volume whose image names none, in GiB; documented.
const LINUX_GIB: i64 = 10;
/// The same for Windows.
const WINDOWS_GIB: i64 = 50;

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

/// A volume, as images and requests describe it.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bsu {
    delete_on_vm_deletion: Option<bool>,
    iops: Option<i64>,
    snapshot_id: Option<String>,
    volume_size: Option<i64>,
    volume_type: Option<String>,
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
/// - `NO_SUCH_SNAPSHOT`; those of [`volume::check_count`], [`SizeSource::size`] and
///   [`Measures::of`].
pub(super) fn plan(
    call: &Call<'_>,
    image: &Resource,
    sent: &[SentMapping],
    facts: &VmTypeFacts,
) -> Result<Vec<Disk>, Fault> {
    let root = root_of(image);
    let mut mappings = of_image(image, root);
    let mut seen = BTreeSet::new();
    for entry in sent {
        let device = entry.device_name.as_deref().unwrap_or_default();
        device_name(device)?;
        if !seen.insert(device) {
            return Err(fault::INVALID_BLOCK_DEVICE_MAPPING
                .says(format!("The device {device} is given twice.")));
        }
        match (&entry.bsu, &entry.no_device, &entry.virtual_device_name) {
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

fn of_image(image: &Resource, root: &str) -> Vec<Mapping> {
    let mut mappings: Vec<Mapping> = image
        .body
        .objects("BlockDeviceMappings")
        .filter_map(|mapping| {
            let bsu = Bsu::deserialize(mapping.get("Bsu")?).ok()?;
            Some(Mapping {
                device: mapping.text("DeviceName").to_owned(),
                snapshot: bsu.volume_size,
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
    let usual = if image::is_windows(image.body.texts("ProductCodes")) {
        WINDOWS_GIB
    } else {
        LINUX_GIB
    };
    for mapping in mappings.iter_mut().filter(|it| it.device == root) {
        mapping.bsu.volume_size.get_or_insert(usual);
    }
    mappings
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
        Some(id) => {
            check_not_root(device, root)?;
            let snapshot = call.find(SNAPSHOT, id)?;
            snapshot::check_usable(&snapshot)?;
            snapshot.body.int("VolumeSize")
        }
        None => None,
    };
    match mappings.iter_mut().find(|it| it.device == device) {
        Some(mapping) => {
            if let Some(snapshot) = snapshot {
                mapping.snapshot = Some(snapshot);
                mapping.bsu.volume_size = None;
            }
            overlay(&mut mapping.bsu, sent);
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

/// What the request says of a volume, over what the image says.
fn overlay(bsu: &mut Bsu, sent: &Bsu) {
    let Bsu {
        delete_on_vm_deletion,
        iops,
        snapshot_id,
        volume_size,
        volume_type,
    } = sent.clone();
    *bsu = Bsu {
        delete_on_vm_deletion: delete_on_vm_deletion.or(bsu.delete_on_vm_deletion),
        iops: iops.or(bsu.iops),
        snapshot_id: snapshot_id.or(bsu.snapshot_id.take()),
        volume_size: volume_size.or(bsu.volume_size),
        volume_type: volume_type.or(bsu.volume_type.take()),
    };
}

fn disk(mapping: Mapping) -> Result<Disk, Fault> {
    let Mapping {
        device,
        bsu,
        snapshot,
    } = mapping;
    let size = SizeSource {
        asked: bsu.volume_size,
        snapshot,
    };
    let measures = Measures::of(bsu.volume_type.as_deref(), size.size()?, bsu.iops)?;
    Ok(Disk {
        device,
        delete: bsu.delete_on_vm_deletion.unwrap_or(true),
        plan: volume::Plan {
            measures,
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
