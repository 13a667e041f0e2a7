//! What `CreateVms` is asked for, checked as far as it can be before anything is made.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::device::{self, Disk, SentMapping};
use super::network::{self, Card, SentCard};
use super::{VM, size};
use crate::cloud::call::Call;
use crate::cloud::clock;
use crate::cloud::families::dedicated_group;
use crate::cloud::families::image::{self, IMAGE};
use crate::cloud::families::keypair::KEYPAIR;
use crate::cloud::families::net::NET;
use crate::cloud::families::volume::{self, VOLUME};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::quota;
use crate::cloud::seeds::VmTypeFacts;
use crate::cloud::store::Resource;

/// How many VMs one call makes at most, where no quota says so.
///
/// assumed: any number does; a slip of the finger shall not fill the memory.
const MOST: i64 = 1000;

/// The tenancy of VMs on everybody's hardware.
const DEFAULT: &str = "default";

/// The body of a `CreateVms` request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    #[serde(default)]
    block_device_mappings: Vec<SentMapping>,
    boot_on_creation: Option<bool>,
    pub(super) client_token: Option<String>,
    deletion_protection: Option<bool>,
    image_id: String,
    keypair_name: Option<String>,
    max_vms_count: Option<i64>,
    min_vms_count: Option<i64>,
    nested_virtualization: Option<bool>,
    #[serde(default)]
    pub(super) nics: Vec<SentCard>,
    performance: Option<String>,
    placement: Option<Placement>,
    #[serde(default)]
    pub(super) private_ips: Vec<String>,
    #[serde(default)]
    pub(super) security_group_ids: Vec<String>,
    #[serde(default)]
    pub(super) security_groups: Vec<String>,
    pub(super) subnet_id: Option<String>,
    user_data: Option<String>,
    vm_initiated_shutdown_behavior: Option<String>,
    vm_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Placement {
    subregion_name: Option<String>,
    tenancy: Option<String>,
}

impl Request {
    /// The type of the VMs, by its name.
    pub(super) fn vm_type(&self) -> &str {
        self.vm_type.as_deref().unwrap_or("t2.small")
    }

    /// The Subregion that the request names.
    pub(super) fn subregion(&self) -> Option<&str> {
        self.placement.as_ref()?.subregion_name.as_deref()
    }
}

/// VMs that are to be made.
pub(super) struct Plan {
    /// How many there must be.
    pub(super) least: usize,
    /// How many there should be.
    pub(super) most: usize,
    /// The fields that they all have.
    pub(super) body: Object,
    /// The keypair that their passwords are encrypted with; none where there are none.
    pub(super) sealed_with: Option<Arc<Resource>>,
    /// Where they are.
    pub(super) subregion: String,
    /// Their network cards, the primary one first.
    pub(super) cards: Vec<Card>,
    /// Their volumes: those of the image first.
    pub(super) disks: Vec<Disk>,
    /// Whether they start.
    pub(super) boot: bool,
}

/// Makes a plan of a request.
///
/// # Faults
/// - `NO_SUCH_IMAGE`, `NO_SUCH_KEYPAIR`, `NO_SUCH_VM_TYPE`.
/// - Those of [`image::check_usable`].
/// - `INVALID_COUNT`, `TOO_MANY_VMS`.
/// - Those of [`size`], [`network::plan`], [`device::plan`], [`tenancy`] and
///   [`dedicated_group::check_fit`].
pub(super) fn of(call: &Call<'_>, request: &Request) -> Result<Plan, Fault> {
    let image = call.find(IMAGE, &request.image_id)?;
    image::check_usable(&image)?;
    let keypair = match &request.keypair_name {
        Some(name) => Some(call.find(KEYPAIR, name)?),
        None => None,
    };
    let windows = image::is_windows(image.body.texts("ProductCodes"));
    let type_name = request.vm_type();
    let facts = size::vm_type(type_name)?;
    let user_data = size::user_data(request.user_data.as_deref().unwrap_or_default())?;
    let (least, most) = counts(request)?;
    let (subregion, cards) = network::plan(call, request, size::is_private_only(&user_data))?;
    let disks = device::plan(call, &image, &request.block_device_mappings, &facts)?;
    let mut body = body(call, request, &image)?;
    let tenancy = tenancy(call, request, &cards)?;
    dedicated_group::check_fit(call.state, &tenancy, &subregion, &facts)?;
    size::nested_virtualization(request.nested_virtualization == Some(true), &tenancy)?;
    body.put("VmType", type_name);
    body.put("Performance", performance(request, &facts));
    body.put(
        "Placement",
        json!({ "SubregionName": subregion, "Tenancy": tenancy }),
    );
    let most = most.min(room(call, &body, &disks)).max(least);
    Ok(Plan {
        least,
        most,
        body,
        sealed_with: keypair.filter(|_| windows),
        subregion,
        cards,
        disks,
        boot: request.boot_on_creation.unwrap_or(true),
    })
}

/// How many such VMs the account's quotas allow.
fn room(call: &Call<'_>, body: &Object, disks: &[Disk]) -> usize {
    let volumes = disks.iter().map(|it| (VOLUME, volume::measured(&it.plan)));
    let together = volumes.chain([(VM, body.clone())]);
    match quota::room(call.state, &call.account, together) {
        Some(room) => usize::try_from(room).unwrap_or_default(),
        None => usize::MAX,
    }
}

/// The fields that follow from the request and the image alone.
fn body(call: &Call<'_>, request: &Request, image: &Arc<Resource>) -> Result<Object, Fault> {
    let behavior = request
        .vm_initiated_shutdown_behavior
        .as_deref()
        .unwrap_or("stop");
    size::shutdown_behavior(behavior)?;
    let fields = json!({
        "Architecture": image.body.some_text("Architecture").unwrap_or("x86_64"),
        "BsuOptimized": false,
        "CreationDate": clock::zulu(call.state.clock.now()),
        "DeletionProtection": request.deletion_protection.unwrap_or(false),
        "Hypervisor": "xen",
        "ImageId": request.image_id,
        "NestedVirtualization": request.nested_virtualization.unwrap_or(false),
        "ProductCodes": image.body.list("ProductCodes"),
        "RootDeviceName": device::root_of(image),
        // Recorded, though the documentation says otherwise.
        "RootDeviceType": "ebs",
        "StateReason": "",
        "Tags": [],
        "UserData": request.user_data.as_deref().unwrap_or_default(),
        "VmInitiatedShutdownBehavior": behavior,
    });
    let mut body = fields.as_object().cloned().unwrap_or_default();
    if let Some(name) = &request.keypair_name {
        body.put("KeypairName", name.as_str());
    }
    if let Some(token) = request.client_token.as_deref().filter(|it| !it.is_empty()) {
        body.put("ClientToken", token);
    }
    Ok(body)
}

/// How many VMs there must be and should be.
fn counts(request: &Request) -> Result<(usize, usize), Fault> {
    let least = request.min_vms_count.unwrap_or(1);
    // assumed: without a maximum, the minimum is meant.
    let most = request.max_vms_count.unwrap_or_else(|| least.max(1));
    if least < 1 || most < least {
        // assumed: the code.
        return Err(fault::INVALID_COUNT.says(format!(
            "There are {least} to {most} VMs wanted; it must be 1 at least, and no less at most."
        )));
    }
    if least > MOST {
        return Err(fault::TOO_MANY_VMS.says(format!("One call makes {MOST} VMs at most.")));
    }
    let fits = |count: i64| usize::try_from(count.min(MOST)).unwrap_or_default();
    Ok((fits(least), fits(most)))
}

/// The performance that a type imposes, else the one asked for.
fn performance<'a>(request: &'a Request, facts: &VmTypeFacts) -> &'a str {
    facts
        .performance
        .or(request.performance.as_deref())
        .unwrap_or("high")
}

/// On whose hardware the VMs are: where their Net says so, only something narrower can be asked.
///
/// # Faults
/// - Those of [`dedicated_group::check_tenancy`].
/// - assumed: `INVALID_TENANCY` for another one than that of the group which their Net is in.
fn tenancy(call: &Call<'_>, request: &Request, cards: &[Card]) -> Result<String, Fault> {
    let asked = request
        .placement
        .as_ref()
        .and_then(|placement| placement.tenancy.as_deref())
        .unwrap_or(DEFAULT);
    dedicated_group::check_tenancy(call, asked)?;
    let home = cards.first().and_then(|card| card.home(call));
    let net = home.and_then(|home| call.state.get(NET, home.body.text("NetId")));
    let given = net.map_or(DEFAULT, |net| net.body.text("Tenancy"));
    match (given, asked) {
        (DEFAULT | "dedicated", asked) if asked != DEFAULT => Ok(asked.to_owned()),
        (given, DEFAULT) => Ok(given.to_owned()),
        (given, asked) if given == asked => Ok(asked.to_owned()),
        (given, asked) => Err(fault::INVALID_TENANCY.says(format!(
            "The Net has the Tenancy '{given}', which excludes '{asked}'."
        ))),
    }
}
