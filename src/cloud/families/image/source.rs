//! What images are made of: VMs, other images, snapshots, files in buckets.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::create::{Made, Request};
use super::{IMAGE, check_usable, usual_gib};
use crate::cloud::bucket;
use crate::cloud::call::{Call, given};
use crate::cloud::families::region;
use crate::cloud::families::snapshot::{self, SNAPSHOT};
use crate::cloud::families::vm::{self, VM};
use crate::cloud::families::volume::{self, Bsu, Measures, bsu_to_show, device_name};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// The name of a root device; documented.
const ROOT: &str = "/dev/sda1";
/// What an image is for, where nobody has said so: Linux.
const LINUX: &str = "0001";
/// The architecture of what is on nothing else.
const USUAL_ARCHITECTURE: &str = "x86_64";
/// The architectures there are; documented.
const ARCHITECTURES: [&str; 2] = ["i386", USUAL_ARCHITECTURE];

/// How an image is made.
pub(super) type Make = fn(&mut Call<'_>, &Request) -> Result<Made, Fault>;

/// A device as the request describes it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SentMapping {
    bsu: Option<Bsu>,
    device_name: Option<String>,
    virtual_device_name: Option<String>,
}

/// What an image is to be made of, by the parameters that are given.
///
/// assumed: `NoReboot` and `Architecture` do not matter where they do not fit.
///
/// # Faults
/// `INVALID_PARAMETER_SET` unless it is made of one thing.
pub(super) fn of(request: &Request) -> Result<Make, Fault> {
    let copied = request.source_image_id.is_some() || request.source_region_name.is_some();
    let composed = !request.block_device_mappings.is_empty() || request.root_device_name.is_some();
    let sources: [(bool, Make); 4] = [
        (request.vm_id.is_some(), of_vm),
        (copied, of_image),
        (composed, of_snapshots),
        (request.file_location.is_some(), of_file),
    ];
    let mut sources = sources.into_iter().filter(|(given, _)| *given);
    match (sources.next(), sources.next()) {
        (Some((_, make)), None) => Ok(make),
        // assumed: the code; that the sources exclude each other is documented.
        _ => Err(fault::INVALID_PARAMETER_SET.says(
            "An image is made of a VM, of an image, of snapshots or of a file: of one of them.",
        )),
    }
}

/// Keeps the volumes of a VM, which stops for it and starts again unless it is not to.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: those of [`vm::check_linkable`], and `INVALID_ROOT_MAPPING` when its root volume was
///   taken off.
fn of_vm(call: &mut Call<'_>, request: &Request) -> Result<Made, Fault> {
    let vm = call.find_own(VM, given("VmId", request.vm_id.as_deref())?)?;
    vm::check_linkable(&vm)?;
    let root = vm.body.text("RootDeviceName").to_owned();
    let mut disks: Vec<Resource> = volume::on(call.state, &vm).cloned().collect();
    let device = |disk: &Resource| {
        let link = volume::link_of(disk);
        link.map_or("", |link| link.text("DeviceName")).to_owned()
    };
    disks.sort_by_key(|disk| device(disk) != root);
    if disks.first().is_none_or(|disk| device(disk) != root) {
        return Err(fault::INVALID_ROOT_MAPPING
            .says(format!("The VM '{}' has no root volume {root}.", vm.id)));
    }
    let mappings: Result<Vec<Value>, Fault> = disks.iter().map(|disk| keep(call, disk)).collect();
    // assumed: that it is restarted unless NoReboot is true, and loses what a stop makes it lose.
    if vm.state() == "running" && request.no_reboot != Some(true) {
        vm::restart(call.state, &vm.id);
    }
    Ok(Made {
        architecture: vm.body.text("Architecture").to_owned(),
        location: None,
        mappings: mappings?,
        product_codes: request.product_codes(vm.body.list("ProductCodes")),
        root,
        pending: true,
    })
}

/// Makes a snapshot of a linked volume, and answers the device that shows it.
fn keep(call: &mut Call<'_>, disk: &Resource) -> Result<Value, Fault> {
    let (size, iops) = (disk.body.int("Size"), disk.body.int("Iops"));
    let volume_type = Some(disk.body.text("VolumeType"));
    let measures = Measures::of(volume_type, size.unwrap_or_default(), iops)?;
    let plan = snapshot::Plan {
        // assumed: they say nothing of the image that they are for.
        description: "",
        size: measures.size,
        volume_id: Some(&disk.id),
    };
    let account = call.account.clone();
    let id = snapshot::make(call.state, &account, &plan);
    let link = volume::link_of(disk).cloned().unwrap_or_default();
    let goes = link.flag("DeleteOnVmDeletion").unwrap_or(true);
    Ok(json!({
        "Bsu": bsu_to_show(&measures, goes, Some(&id)),
        "DeviceName": link.text("DeviceName"),
    }))
}

/// Copies an image that the caller may use, with snapshots of its own, but without its tags.
///
/// # Faults
/// - Those of [`region::check_own`], then (assumed: in this order) of [`Call::find`] and
///   [`check_usable`].
fn of_image(call: &mut Call<'_>, request: &Request) -> Result<Made, Fault> {
    let id = given("SourceImageId", request.source_image_id.as_deref())?;
    let region = request.source_region_name.as_deref();
    region::check_own(call.state, given("SourceRegionName", region)?)?;
    let source = call.find(IMAGE, id)?;
    check_usable(&source)?;
    let mut mappings = source.body.list("BlockDeviceMappings").to_vec();
    let bodies = mappings
        .iter_mut()
        .filter_map(|it| it.get_mut("Bsu")?.as_object_mut());
    for bsu in bodies.filter(|bsu| bsu.contains_key(SNAPSHOT.id)) {
        // Those of public images are nobody's here.
        let held = call.state.get(SNAPSHOT, bsu.text(SNAPSHOT.id));
        let size = held.and_then(|it| it.body.int("VolumeSize"));
        let plan = snapshot::Plan {
            description: "",
            size: size.or(bsu.int("VolumeSize")).unwrap_or_default(),
            volume_id: None,
        };
        let account = call.account.clone();
        bsu.put(SNAPSHOT.id, snapshot::copy(call.state, &account, &plan));
    }
    Ok(Made {
        architecture: source.body.text("Architecture").to_owned(),
        location: None,
        mappings,
        // assumed: a copy bears what its source does.
        product_codes: request.product_codes(source.body.list("ProductCodes")),
        root: source.body.text("RootDeviceName").to_owned(),
        pending: false,
    })
}

/// Puts snapshots together that the caller may use.
///
/// # Faults
/// - `MISSING_PARAMETER` without a root device, `INVALID_ROOT_MAPPING` when that is not
///   `/dev/sda1`, or none of the devices, or not made of a snapshot.
/// - assumed: `INVALID_PARAMETER_VALUE` for an architecture that there is not.
/// - Those of [`mapping`] and [`volume::check_count`].
fn of_snapshots(call: &mut Call<'_>, request: &Request) -> Result<Made, Fault> {
    let root = given("RootDeviceName", request.root_device_name.as_deref())?;
    let architecture = request
        .architecture
        .as_deref()
        .unwrap_or(USUAL_ARCHITECTURE);
    if !ARCHITECTURES.contains(&architecture) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The Architecture '{architecture}' is none of {}.",
            ARCHITECTURES.join(", ")
        )));
    }
    let sent = &request.block_device_mappings;
    volume::check_count(sent.len())?;
    let mut seen = BTreeSet::new();
    let mappings: Result<Vec<Value>, Fault> = sent
        .iter()
        .map(|sent| mapping(call, sent, &mut seen))
        .collect();
    let mappings = mappings?;
    let is_root = |sent: &&SentMapping| sent.device_name.as_deref() == Some(root);
    let bsu = sent.iter().find(is_root).and_then(|it| it.bsu.as_ref());
    if root != ROOT || bsu.is_none_or(|bsu| bsu.snapshot_id.is_none()) {
        // assumed: the code.
        return Err(fault::INVALID_ROOT_MAPPING.says(format!(
            "The root device must be {ROOT}, and made of a snapshot."
        )));
    }
    Ok(Made {
        architecture: architecture.to_owned(),
        location: None,
        mappings,
        product_codes: request.product_codes(&[LINUX.into()]),
        root: root.to_owned(),
        pending: false,
    })
}

/// A device as it is shown.
///
/// # Faults
/// - Those of [`device_name`], [`Bsu::snapshot`] and [`Bsu::measures`].
/// - `INVALID_BLOCK_DEVICE_MAPPING` for a device that is given twice, or in no way or several.
/// - `INVALID_VIRTUAL_NAME` for what is no ephemeral disk.
fn mapping<'s>(
    call: &Call<'_>,
    sent: &'s SentMapping,
    seen: &mut BTreeSet<&'s str>,
) -> Result<Value, Fault> {
    let device = sent.device_name.as_deref().unwrap_or_default();
    device_name(device)?;
    if !seen.insert(device) {
        return Err(fault::INVALID_BLOCK_DEVICE_MAPPING
            .says(format!("The device {device} is given twice.")));
    }
    match (&sent.bsu, &sent.virtual_device_name) {
        (Some(bsu), None) => {
            let snapshot = bsu.snapshot(call)?;
            let size = snapshot.as_ref().and_then(|it| it.body.int("VolumeSize"));
            let snapshot_id = snapshot.as_ref().map(|it| &*it.id);
            let bsu = bsu_to_show(&bsu.measures(size)?, bsu.goes_with_vm(), snapshot_id);
            Ok(json!({ "Bsu": bsu, "DeviceName": device }))
        }
        (None, Some(name)) => {
            let number = name.strip_prefix("ephemeral");
            if number.is_none_or(|number| number.parse::<u8>().is_err()) {
                // assumed: the code; the form of the names is documented.
                return Err(fault::INVALID_VIRTUAL_NAME.says(format!(
                    "The VirtualDeviceName '{name}' is no 'ephemeralN'."
                )));
            }
            Ok(json!({ "DeviceName": device, "VirtualDeviceName": name }))
        }
        // assumed: the code.
        _ => Err(fault::INVALID_BLOCK_DEVICE_MAPPING.says(format!(
            "The device {device} needs one of Bsu and VirtualDeviceName."
        ))),
    }
}

/// Reads an image from its file: what it holds is not looked at.
///
/// assumed: it has a root volume of the usual size, and nothing else.
///
/// # Faults
/// Those of [`bucket::check_url`].
fn of_file(call: &mut Call<'_>, request: &Request) -> Result<Made, Fault> {
    let url = given("FileLocation", request.file_location.as_deref())?;
    bucket::check_url("FileLocation", url)?;
    let product_codes = request.product_codes(&[LINUX.into()]);
    let size = usual_gib(product_codes.iter().filter_map(Value::as_str));
    let plan = snapshot::Plan {
        description: "",
        size,
        volume_id: None,
    };
    let account = call.account.clone();
    let id = snapshot::make(call.state, &account, &plan);
    let bsu = bsu_to_show(&Measures::of(None, size, None)?, true, Some(&id));
    Ok(Made {
        architecture: USUAL_ARCHITECTURE.to_owned(),
        location: Some(url.to_owned()),
        mappings: vec![json!({ "Bsu": bsu, "DeviceName": ROOT })],
        product_codes,
        root: ROOT.to_owned(),
        pending: true,
    })
}
