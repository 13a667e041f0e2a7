//! Dedicated groups: hosts that only VMs of one account share.
//!
//! By default: reading and updating. By rule: the rest. Left out: how many VMs fit into a
//! group, beyond its quota.
//!
//! Whose `Tenancy` names a group is in it: the lists of a group are worked out when it is shown.

use std::sync::Arc;

use serde_json::Value;

use super::net::{self, NET};
use super::subregion;
use super::vm::{self, VM};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::dependents::is_gone;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds::VmTypeFacts;
use crate::cloud::store::Resource;
use crate::cloud::{default, seeds};

/// Dedicated groups, as a kind of resource.
pub(in crate::cloud) const DEDICATED_GROUP: &Kind = &Kind::new(
    "DedicatedGroup",
    "DedicatedGroupId",
    "ded-",
    fault::NO_SUCH_DEDICATED_GROUP,
)
.shown_by(show);

pub(super) const FAMILY: Family = Family {
    tag: "DedicatedGroup",
    kinds: &[DEDICATED_GROUP],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateDedicatedGroup", create_dedicated_group),
        ("DeleteDedicatedGroup", delete_dedicated_group),
    ],
};

/// Refuses what is no tenancy of a VM or a Net.
///
/// # Faults
/// - Those of [`Call::find_own`] for a group.
/// - assumed: `INVALID_TENANCY` for what is neither a group, nor `default` or `dedicated`.
pub(super) fn check_tenancy(call: &Call<'_>, tenancy: &str) -> Result<(), Fault> {
    match tenancy {
        "default" | "dedicated" => Ok(()),
        group if group.starts_with(DEDICATED_GROUP.prefix) => {
            call.find_own(DEDICATED_GROUP, group).map(|_| ())
        }
        other => Err(fault::INVALID_TENANCY.says(format!(
            "The Tenancy '{other}' is none of 'default', 'dedicated' and the ID of a dedicated \
             group."
        ))),
    }
}

/// Refuses a VM that cannot be in the group that its tenancy names, if it names one.
///
/// # Faults
/// assumed: the codes; where a group is and which processors it has is documented.
/// - `SUBREGION_MISMATCH` in another Subregion.
/// - `VM_SPECS_MISMATCH` for a type of another generation; one that names none fits.
pub(super) fn check_fit(
    state: &State,
    tenancy: &str,
    subregion: &str,
    facts: &VmTypeFacts,
) -> Result<(), Fault> {
    let Some(group) = state.get(DEDICATED_GROUP, tenancy) else {
        return Ok(());
    };
    let there = group.body.text("SubregionName");
    if subregion != there {
        return Err(fault::SUBREGION_MISMATCH.says(format!(
            "The dedicated group '{tenancy}' is in {there}, not in {subregion}."
        )));
    }
    let wanted = group.body.int("CpuGeneration");
    if let Some(generation) = facts.generation
        && wanted != Some(generation.into())
    {
        return Err(fault::VM_SPECS_MISMATCH.says(format!(
            "The dedicated group '{tenancy}' does not have processors of generation {generation}."
        )));
    }
    Ok(())
}

/// Makes a group with nothing in it.
///
/// # Faults
/// - `NO_SUCH_SUBREGION`.
/// - assumed: `INVALID_PARAMETER_VALUE` for a generation of which there are no VM types.
fn create_dedicated_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    subregion::check(call.state, call.input.text("SubregionName"))?;
    let generation = call.input.int("CpuGeneration").unwrap_or_default();
    if seeds::vm_type(&format!("tinav{generation}.c1r1")).is_none() {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "There are no processors of CpuGeneration {generation}."
        )));
    }
    default::create(call, |_| {})
}

/// Deletes a group; by force with its VMs, which are terminated, and its Nets, with what is in them.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: `BUSY` without force, while a VM or a Net is in it.
fn delete_dedicated_group(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let group = call.find_own(DEDICATED_GROUP, call.input.text(DEDICATED_GROUP.id))?;
    let (vms, nets) = (
        members(call.state, VM, &group.id),
        members(call.state, NET, &group.id),
    );
    if call.input.flag("Force") != Some(true)
        && let Some(member) = vms.iter().chain(&nets).next()
    {
        return Err(fault::BUSY.says(format!(
            "The {} '{}' is in the dedicated group '{}'.",
            member.kind.name, member.id, group.id
        )));
    }
    for vm in vms {
        // assumed: at once, and those that are protected too: it is all of them by the text.
        vm::end(call.state, &vm.id);
    }
    for net in nets {
        net::raze(call.state, &net.id);
    }
    default::delete(call)
}

fn show(state: &State, group: &Resource) -> Object {
    let ids = |kind| -> Vec<Value> {
        let members = members(state, kind, &group.id).into_iter();
        members.map(|member| (*member.id).into()).collect()
    };
    let mut shown = group.body.clone();
    shown.put("NetIds", ids(NET));
    shown.put("VmIds", ids(VM));
    shown
}

/// The VMs or Nets in a group, in the order of creation.
fn members(state: &State, kind: &'static Kind, id: &str) -> Vec<Arc<Resource>> {
    let is_in = |it: &Resource| {
        let tenancy = if kind == VM {
            vm::tenancy(it)
        } else {
            it.body.text("Tenancy")
        };
        tenancy == id
    };
    let all = state.store.all(kind);
    all.filter(|it| is_in(it) && !is_gone(&it.body))
        .cloned()
        .collect()
}
