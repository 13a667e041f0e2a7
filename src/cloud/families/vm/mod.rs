//! Virtual machines.
//!
//! By default: nothing. By rule: all of them. Left out: maintenance events and spot instances.
//!
//! A VM stores its own fields only. Its notes name its network cards by device number (`Nics`)
//! and its volumes (`Volumes`); what it shows of them is looked up when it is shown. The note
//! `Request` remembers what a `ClientToken` stood for, `Booted` that the VM has run, `BootedAgain`
//! that it was started or rebooted since, and `Password` what a Windows tells during its first run,
//! encrypted.

mod create;
mod delete;
mod device;
mod filter;
mod network;
mod plan;
mod read;
mod size;
mod states;
mod update;
mod view;

pub(super) use create::launch;
pub(super) use delete::{delete, is_ending};
pub(in crate::cloud) use states::fail;
pub(super) use states::{end, restart};

use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::seeds;
use crate::cloud::store::Resource;

/// VMs, as a kind of resource.
pub(in crate::cloud) const VM: &Kind = &Kind::new("Vm", "VmId", "i-", fault::NO_SUCH_VM)
    .tagged("instance")
    .shown_by(view::show);

pub(super) const FAMILY: Family = Family {
    tag: "Vm",
    kinds: &[VM],
    filters: filter::FILTERS,
    transitions: states::TRANSITIONS,
    rules: &[
        ("CreateVms", create::create_vms),
        ("DeleteVms", delete::delete_vms),
        ("ReadAdminPassword", read::read_admin_password),
        ("ReadConsoleOutput", read::read_console_output),
        ("ReadVmTypes", read::read_vm_types),
        ("ReadVms", read::read_vms),
        ("ReadVmsState", read::read_vms_state),
        ("RebootVms", states::reboot_vms),
        ("StartVms", states::start_vms),
        ("StopVms", states::stop_vms),
        ("UpdateVm", update::update_vm),
    ],
};

/// Refuses a VM that nothing can be linked to, and that no image can be made of, now.
///
/// # Faults
/// - `BUSY` while it starts.
/// - `INVALID_VM_STATE` unless it runs or is stopped.
pub(super) fn check_linkable(vm: &Resource) -> Result<(), Fault> {
    match vm.state() {
        "running" | "stopped" => Ok(()),
        // assumed: the code; its type and status are recorded.
        "pending" => Err(fault::BUSY.says(format!("The VM '{}' is pending.", vm.id))),
        state => Err(wrong_state(vm, state)),
    }
}

/// The Subregion that a VM is in.
pub(super) fn subregion(vm: &Resource) -> &str {
    vm.body
        .object("Placement")
        .map_or("", |placement| placement.text("SubregionName"))
}

/// On whose hardware a VM is: everybody's, the account's, or that of a dedicated group.
pub(super) fn tenancy(vm: &Resource) -> &str {
    vm.body
        .object("Placement")
        .map_or("", |placement| placement.text("Tenancy"))
}

/// Refuses more private IPs than a network card can have on a VM of that type.
///
/// # Faults
/// `TOO_MANY_PRIVATE_IPS`.
pub(super) fn check_private_ips(vm_type: &str, addresses: usize) -> Result<(), Fault> {
    match seeds::vm_type(vm_type).and_then(|facts| usize::try_from(facts.max_private_ips).ok()) {
        // assumed: the code; documented: the number that a type names is that of each card.
        Some(most) if addresses > most => Err(fault::TOO_MANY_PRIVATE_IPS.says(format!(
            "A network card of a {vm_type} VM can have {most} private IPs."
        ))),
        _ => Ok(()),
    }
}

/// The fault for a VM whose state is in the way.
///
/// assumed: the code.
fn wrong_state(vm: &Resource, state: &str) -> Fault {
    fault::INVALID_VM_STATE.says(format!("The VM '{}' is {state}.", vm.id))
}
