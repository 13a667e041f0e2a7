//! Flexible GPUs: reserved by an account, and plugged into one of its VMs while that is stopped.
//!
//! By default: reading and updating. By rule: the rest. Left out: how many of them one VM
//! takes, and whether a VM that is changed while it is stopped still fits those that it has.
//!
//! A link to a VM that runs, or the end of one, waits for the VM's stop; no pace hurries it.

use std::sync::Arc;

use serde::Deserialize;

use super::dedicated_group::DEDICATED_GROUP;
use super::subregion;
use super::vm::{self, VM};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;
use crate::cloud::{default, seeds};

/// Flexible GPUs, as a kind of resource.
pub(in crate::cloud) const FLEXIBLE_GPU: &Kind = &Kind::new(
    "FlexibleGpu",
    "FlexibleGpuId",
    "fgpu-",
    fault::NO_SUCH_FLEXIBLE_GPU,
);

pub(super) const FAMILY: Family = Family {
    tag: "FlexibleGpu",
    kinds: &[FLEXIBLE_GPU],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateFlexibleGpu", create_flexible_gpu),
        ("DeleteFlexibleGpu", delete_flexible_gpu),
        ("LinkFlexibleGpu", link_flexible_gpu),
        ("ReadFlexibleGpuCatalog", read_flexible_gpu_catalog),
        ("UnlinkFlexibleGpu", unlink_flexible_gpu),
    ],
};

/// In no VM.
const ALLOCATED: &str = "allocated";
/// In a VM from its next stop on.
const ATTACHING: &str = "attaching";
/// In a VM.
const ATTACHED: &str = "attached";
/// In a VM until its next stop.
const DETACHING: &str = "detaching";

/// The flag of the VMs that take a GPU; documented.
const PERFORMANCE: &str = "highest";

/// What the catalogue says of a model.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Model {
    generations: Vec<String>,
    /// The most vCores of a VM that takes it.
    max_cpu: u32,
    /// The most memory of such a VM, in GiB.
    max_ram: u32,
}

impl Model {
    fn find(name: &str) -> Option<Self> {
        let mut models = seeds::flexible_gpu_catalog().iter();
        let model = models.find(|model| model["ModelName"] == *name)?;
        Self::deserialize(model).ok()
    }

    fn oldest_generation(&self) -> &str {
        let number = |generation: &&String| generation.trim_start_matches('v').parse::<u32>().ok();
        let oldest = self.generations.iter().min_by_key(number);
        oldest.map_or("", String::as_str)
    }
}

/// Completes what waited for a VM's stop.
pub(super) fn vm_stopped(state: &mut State, vm_id: &str) {
    for gpu in of_vm(state, vm_id) {
        match gpu.state() {
            ATTACHING => state.edit(FLEXIBLE_GPU, &gpu.id, |gpu| {
                gpu.body.put("State", ATTACHED);
            }),
            DETACHING => release(state, &gpu.id),
            _ => {}
        }
    }
}

/// Takes the GPUs out of a VM that is terminated: they go with it or are free again.
///
/// assumed: a link that waits for the VM's stop counts like one that is complete.
pub(super) fn vm_terminated(state: &mut State, vm_id: &str) {
    for gpu in of_vm(state, vm_id) {
        if gpu.body.flag("DeleteOnVmDeletion") == Some(true) {
            state.remove(FLEXIBLE_GPU, &gpu.id);
        } else {
            release(state, &gpu.id);
        }
    }
}

/// The GPUs that are linked to a VM, whatever they wait for.
fn of_vm(state: &State, vm_id: &str) -> Vec<Arc<Resource>> {
    let gpus = state.store.all(FLEXIBLE_GPU);
    let linked = gpus.filter(|gpu| gpu.body.text("VmId") == vm_id);
    linked.cloned().collect()
}

fn release(state: &mut State, id: &str) {
    state.edit(FLEXIBLE_GPU, id, |gpu| {
        gpu.body.put("State", ALLOCATED);
        gpu.body.remove("VmId");
    });
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    generation: Option<String>,
    model_name: String,
    subregion_name: String,
}

/// Reserves a GPU, for the oldest generation of processors that its model knows unless another is
/// named.
///
/// # Faults
/// - `NO_SUCH_SUBREGION`.
/// - assumed: `INVALID_PARAMETER_VALUE` for a model that the catalogue does not have, or a
///   generation that the model does not know.
fn create_flexible_gpu(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    subregion::check(call.state, &wanted.subregion_name)?;
    let Some(model) = Model::find(&wanted.model_name) else {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "There is no model '{}' of flexible GPUs.",
            wanted.model_name
        )));
    };
    let generation = match &wanted.generation {
        Some(generation) if !model.generations.contains(generation) => {
            return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                "The Generation of a {} is one of {}, not '{generation}'.",
                wanted.model_name,
                model.generations.join(", ")
            )));
        }
        Some(generation) => generation,
        None => model.oldest_generation(),
    };
    let delete = call.input.flag("DeleteOnVmDeletion").unwrap_or(false);
    default::create(call, |gpu| {
        gpu.put("DeleteOnVmDeletion", delete);
        gpu.put("Generation", generation);
        gpu.put("State", ALLOCATED);
    })
}

/// Gives a GPU back.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: `DEVICE_IN_USE` unless it is free; the documentation is silent about it.
fn delete_flexible_gpu(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let gpu = call.find_own(FLEXIBLE_GPU, call.input.text(FLEXIBLE_GPU.id))?;
    check_free(&gpu)?;
    default::delete(call)
}

/// Links a GPU to a VM: at once if that is stopped, else from its next stop on.
///
/// # Faults
/// - Those of [`Call::find_own`] for the GPU, then (assumed: in this order) for the VM.
/// - assumed: `DEVICE_IN_USE` unless the GPU is free.
/// - Those of [`vm::check_linkable`].
/// - assumed: `SUBREGION_MISMATCH` when they are apart, `VM_SPECS_MISMATCH` when the VM does not
///   take it; both limits are documented.
fn link_flexible_gpu(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let gpu = call.find_own(FLEXIBLE_GPU, call.input.text(FLEXIBLE_GPU.id))?;
    let vm = call.find_own(VM, call.input.text(VM.id))?;
    check_free(&gpu)?;
    vm::check_linkable(&vm)?;
    let (here, there) = (gpu.body.text("SubregionName"), vm::subregion(&vm));
    if here != there {
        return Err(fault::SUBREGION_MISMATCH.says(format!(
            "The flexible GPU is in {here}, the VM is in {there}."
        )));
    }
    if let Some(reason) = misfit(call.state, &gpu, &vm) {
        return Err(fault::VM_SPECS_MISMATCH.says(format!(
            "The VM '{}' does not take the flexible GPU '{}': {reason}.",
            vm.id, gpu.id
        )));
    }
    // assumed: that a stopped VM need not be started and stopped again.
    let state = match vm.state() {
        "stopped" => ATTACHED,
        _ => ATTACHING,
    };
    call.edit(FLEXIBLE_GPU, &gpu.id, |gpu| {
        gpu.body.put("State", state);
        gpu.body.put("VmId", &*vm.id);
    });
    Ok(Reply::empty())
}

/// Answers the models that there are.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_flexible_gpu_catalog(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::flexible_gpu_catalog())
}

/// Ends the link of a GPU: at once if its VM is stopped, else at its next stop.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: `INVALID_STATE` when it is linked to no VM, or its link is ending already.
fn unlink_flexible_gpu(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let gpu = call.find_own(FLEXIBLE_GPU, call.input.text(FLEXIBLE_GPU.id))?;
    if matches!(gpu.state(), ALLOCATED | DETACHING) {
        return Err(fault::INVALID_STATE.says(format!(
            "The flexible GPU '{}' is {}.",
            gpu.id,
            gpu.state()
        )));
    }
    let vm = call.state.get(VM, gpu.body.text("VmId"));
    // assumed: a link that never was complete ends no sooner.
    if vm.is_some_and(|vm| vm.state() == "stopped") {
        release(call.state, &gpu.id);
    } else {
        call.edit(FLEXIBLE_GPU, &gpu.id, |gpu| {
            gpu.body.put("State", DETACHING);
        });
    }
    Ok(Reply::empty())
}

fn check_free(gpu: &Resource) -> Result<(), Fault> {
    if gpu.state() == ALLOCATED {
        return Ok(());
    }
    Err(fault::DEVICE_IN_USE.says(format!(
        "The flexible GPU '{}' is {}; it is linked to the VM '{}'.",
        gpu.id,
        gpu.state(),
        gpu.body.text("VmId")
    )))
}

/// Why a VM does not take a GPU, if it does not.
fn misfit(state: &State, gpu: &Resource, vm: &Resource) -> Option<String> {
    let performance = vm.body.text("Performance");
    if performance != PERFORMANCE {
        return Some(format!(
            "its Performance is '{performance}', not '{PERFORMANCE}'"
        ));
    }
    let tenancy = vm::tenancy(vm);
    if tenancy.starts_with(DEDICATED_GROUP.prefix) {
        return Some(format!("it is in the dedicated group '{tenancy}'"));
    }
    let (name, model_name) = (vm.body.text("VmType"), gpu.body.text("ModelName"));
    let (facts, model) = (seeds::vm_type(name)?, Model::find(model_name)?);
    let generation = gpu.body.text("Generation");
    // assumed: a type that names no generation has none that fits.
    if facts.generation.map(|it| format!("v{it}")).as_deref() != Some(generation) {
        return Some(format!(
            "a {name} does not have processors of the generation {generation}"
        ));
    }
    if facts.vcores > model.max_cpu || facts.memory_gib > f64::from(model.max_ram) {
        return Some(format!(
            "a {name} is larger than {} vCores and {} GiB, the most for a {model_name}",
            model.max_cpu, model.max_ram
        ));
    }
    let mut present = of_vm(state, &vm.id).into_iter();
    let other = present.find(|it| it.body.text("ModelName") != model_name)?;
    Some(format!(
        "it has the {} '{}', and all must be of one model",
        other.body.text("ModelName"),
        other.id
    ))
}
