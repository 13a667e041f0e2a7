//! VM groups: VMs of one Subnet that are made alike, from a template.
//!
//! By default: reading. By rule: the rest. Left out: where the VMs are positioned, which nobody can
//! see; that a group is ever `deleted`: it is gone once a read has shown that it is being deleted.
//!
//! A group remembers its VMs in a note; those that go away, by whatever call, leave it.
//! assumed: all that the schemas do not say; the vendor calls the family unfinished.

use std::sync::Arc;

use serde_json::json;

use super::nic;
use super::subnet::SUBNET;
use super::tag;
use super::vm::{self, VM};
use super::vm_template::{self, VM_TEMPLATE};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::lifecycle::{End, Transition};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// VM groups, as a kind of resource.
pub(in crate::cloud) const VM_GROUP: &Kind =
    &Kind::new("VmGroup", "VmGroupId", "vmgroup-", fault::NO_SUCH_RESOURCE)
        .digits(32)
        .shown_by(show);

pub(super) const FAMILY: Family = Family {
    tag: "VmGroup",
    kinds: &[VM_GROUP],
    filters: &[],
    transitions: &[&CREATION, &DELETION, &SCALING_DOWN, &SCALING_UP],
    rules: &[
        ("CreateVmGroup", create_vm_group),
        ("DeleteVmGroup", delete_vm_group),
        ("ScaleDownVmGroup", scale_down_vm_group),
        ("ScaleUpVmGroup", scale_up_vm_group),
        ("UpdateVmGroup", update_vm_group),
    ],
};

/// The note of a group that names its VMs, the oldest first.
const VMS: &str = "Vms";
/// The state in which a group does not show its VMs yet.
const PENDING: &str = "pending";
/// The state in which a group can be scaled.
const AVAILABLE: &str = "available";

const fn changing(from: &'static str, to: End) -> Transition {
    Transition {
        kind: VM_GROUP,
        field: "State",
        from,
        to,
        read_once: true,
        then: None,
    }
}

/// assumed: that the creation answers this state. The documented sample is `available` with no VMs
/// though it counts some, which a client would take for a group that has lost them; the schema has
/// `pending` for a group that is being made.
static CREATION: Transition = changing(PENDING, End::State(AVAILABLE));
static DELETION: Transition = changing("deleting", End::Gone);
static SCALING_DOWN: Transition = changing("scaling down", End::State(AVAILABLE));
static SCALING_UP: Transition = changing("scaling up", End::State(AVAILABLE));

fn show(state: &State, group: &Resource) -> Object {
    let vms = vms_of(state, group);
    let mut shown = group.body.clone();
    shown.put("VmCount", vms.len());
    let ids: Vec<&str> = match group.state() {
        PENDING => Vec::new(),
        _ => vms.iter().map(|vm| &*vm.id).collect(),
    };
    shown.put("VmIds", ids);
    shown
}

/// The VMs of a group that are not going away, the oldest first.
fn vms_of(state: &State, group: &Resource) -> Vec<Arc<Resource>> {
    let vms = group.notes.texts(VMS).filter_map(|id| state.get(VM, id));
    vms.filter(|vm| !vm::is_ending(vm)).cloned().collect()
}

/// Takes the groups out that are in a Subnet which goes, whatever is in it.
pub(super) fn raze(state: &mut State, subnet_id: &str) {
    let groups = state.store.all(VM_GROUP);
    let here = groups.filter(|it| it.body.text(SUBNET.id) == subnet_id);
    for group in here.cloned().collect::<Vec<_>>() {
        state.remove(VM_GROUP, &group.id);
    }
}

/// The group that uses a template, if one does.
pub(super) fn user_of(state: &State, template: &Resource) -> Option<Arc<Resource>> {
    let mut groups = state.owned(VM_GROUP, &template.account);
    let uses = |it: &&Arc<Resource>| it.body.text(VM_TEMPLATE.id) == &*template.id;
    groups
        .find(|it| uses(it) && it.state() != DELETION.from)
        .cloned()
}

/// Makes a group and its VMs; they are shown once it is available.
///
/// # Faults
/// - Those of [`Call::find_own`] for the template, then for the Subnet.
/// - Those of [`nic::groups`] and [`tag::sent`].
/// - Those of [`launch`].
fn create_vm_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    call.find_own(VM_TEMPLATE, call.input.text(VM_TEMPLATE.id))?;
    let subnet = call.find_own(SUBNET, call.input.text(SUBNET.id))?;
    let groups = call.input.texts("SecurityGroupIds");
    nic::groups(call, groups, subnet.body.some_text("NetId"))?;
    let name = call.input.text("VmGroupName");
    let tags = tag::sent(call, name)?.unwrap_or_default();
    let made = default::create(call, |group| {
        group.put("Tags", tags);
        let strategy = group.entry("PositioningStrategy");
        strategy.or_insert_with(|| json!("no-strategy"));
        group.remove("VmCount");
        group.remove("VmIds");
    })?;
    let made = made.into_object();
    let id = made
        .object(VM_GROUP.name)
        .map_or("", |it| it.text(VM_GROUP.id));
    launch(call, id, call.input.int("VmCount").unwrap_or_default())?;
    call.state.begin(&CREATION, id);
    Ok(Reply::of(VM_GROUP.name, call.shown(VM_GROUP, id)))
}

/// Makes VMs for a group by its template, as it is now.
///
/// # Faults
/// Those of [`vm::launch`], so that there are all of them or none.
fn launch(call: &mut Call<'_>, id: &str, count: i64) -> Result<(), Fault> {
    let group = call.find_own(VM_GROUP, id)?;
    let template = call.find_own(VM_TEMPLATE, group.body.text(VM_TEMPLATE.id))?;
    let mut request = vm_template::request(&template);
    request.put("MinVmsCount", count);
    request.put("MaxVmsCount", count);
    request.put("SecurityGroupIds", group.body.list("SecurityGroupIds"));
    request.put("SubnetId", group.body.text("SubnetId"));
    let ids = vm::launch(call, request)?;
    call.edit(VM_GROUP, id, |group| {
        let vms = group.notes.list_mut(VMS);
        vms.extend(ids.into_iter().map(Into::into));
    });
    Ok(())
}

/// Changes what a group is called and which template its next VMs are made from; those that it has
/// stay as they are.
///
/// # Faults
/// - Those of [`Call::find_live`] for the group, then of [`tag::sent`].
/// - Those of [`default::update`] for the template.
fn update_vm_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = named(call)?;
    let tags = tag::sent(call, &group.id)?;
    default::update(call, |body| {
        if let Some(tags) = tags {
            body.put("Tags", tags);
        }
    })
}

/// Adds VMs to a group.
///
/// # Faults
/// - Those of [`Call::find_live`].
/// - `INVALID_STATE` while it is changing already.
/// - Those of [`launch`].
fn scale_up_vm_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = named(call)?;
    check_available(&group)?;
    let more = call.input.int("VmAddition").unwrap_or_default();
    launch(call, &group.id, more)?;
    call.state.begin(&SCALING_UP, &group.id);
    Ok(Reply::empty())
}

/// Deletes VMs of a group, the oldest first.
///
/// # Faults
/// - Those of [`Call::find_live`].
/// - `INVALID_STATE` while it is changing already.
/// - `INVALID_COUNT` for fewer than one, or more than it has.
/// - Those of [`vm::delete`].
fn scale_down_vm_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = named(call)?;
    check_available(&group)?;
    let vms = vms_of(call.state, &group);
    let fewer = call.input.int("VmSubtraction").unwrap_or_default();
    let Some(fewer) = usize::try_from(fewer)
        .ok()
        .filter(|fewer| (1..=vms.len()).contains(fewer))
    else {
        return Err(fault::INVALID_COUNT.says(format!(
            "The VM group '{}' has {} VMs; {fewer} of them cannot be deleted.",
            group.id,
            vms.len()
        )));
    };
    vm::delete(call.state, &vms[..fewer])?;
    call.state.begin(&SCALING_DOWN, &group.id);
    Ok(Reply::empty())
}

/// Deletes a group and its VMs.
///
/// # Faults
/// - Those of [`Call::find_live`].
/// - Those of [`vm::delete`].
fn delete_vm_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = named(call)?;
    vm::delete(call.state, &vms_of(call.state, &group))?;
    call.state.begin(&DELETION, &group.id);
    Ok(Reply::empty())
}

fn named(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    call.find_live(VM_GROUP, call.input.text(VM_GROUP.id))
}

fn check_available(group: &Resource) -> Result<(), Fault> {
    if group.state() == AVAILABLE {
        return Ok(());
    }
    Err(fault::INVALID_STATE.says(format!(
        "The VM group '{}' is {}; only an available one can be scaled.",
        group.id,
        group.state()
    )))
}
