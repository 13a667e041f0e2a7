//! Reading VMs, their states, their types, and what they say.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::states::{BOOTED, BOOTED_AGAIN, PASSWORD};
use super::{VM, subregion};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::image;
use crate::cloud::fault::{self, Fault};
use crate::cloud::filter::Selection;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{default, page, seeds};

/// Answers VMs; alone among reads, it refuses what can be no identifier.
///
/// # Faults
/// - `INVALID_ID_PREFIX` or `MALFORMED_ID` for one of the `VmIds`.
/// - Those of [`default::read`].
pub(super) fn read_vms(call: &mut Call<'_>) -> Result<Reply, Fault> {
    if let Some(filters) = call.input.object("Filters") {
        for id in filters.texts("VmIds") {
            if let Err(refusal) = call.find(VM, id)
                // assumed: the second one; the first is measured.
                && [fault::INVALID_ID_PREFIX, fault::MALFORMED_ID].contains(&refusal.entry())
            {
                return Err(refusal);
            }
        }
    }
    default::read(call)
}

/// Answers the states of VMs: of those that run, or of all.
///
/// # Faults
/// Those of [`Selection::over`] and [`page::cut`].
pub(super) fn read_vms_state(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let all = call.input.flag("AllVms") == Some(true);
    let selection = Selection::over(call, "VmStates", "FiltersVmsState")?;
    let vms: Vec<Arc<Resource>> = call.owned(VM).cloned().collect();
    let mut items = Vec::new();
    for vm in vms {
        let shown = states(&vm);
        if selection.looks_at(call.state, &vm, &shown) {
            call.saw(&vm);
        }
        if (all || vm.state() == "running") && selection.matches(call.state, &vm, &shown) {
            items.push((vm.turn, shown));
        }
    }
    page::cut(call, "VmStates", items)
}

fn states(vm: &Resource) -> Object {
    let mut states = Object::new();
    states.put("MaintenanceEvents", json!([]));
    states.put("SubregionName", subregion(vm));
    states.put("VmId", &*vm.id);
    states.put("VmState", vm.state());
    states
}

/// Answers the types of VMs that there are.
///
/// # Faults
/// Those of [`default::read_listed`].
pub(super) fn read_vm_types(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_listed(call, seeds::vm_types())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OfOneVm {
    vm_id: String,
}

/// Answers what a VM has written to its console: nothing before it ran, a line of ours afterwards.
/// A Windows writes during its first boot only, as documented.
///
/// # Faults
/// `NO_SUCH_VM`.
pub(super) fn read_console_output(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: OfOneVm = call.read()?;
    let vm = call.find_own(VM, &request.vm_id)?;
    // assumed: the first boot lasts until the second, as for the password.
    let silent =
        vm.notes.contains_key(BOOTED_AGAIN) && image::is_windows(vm.body.texts("ProductCodes"));
    let output = if vm.notes.contains_key(BOOTED) && !silent {
        format!("{} booted from {}.\n", vm.id, vm.body.text("ImageId"))
    } else {
        String::new()
    };
    // Documented: in Base64.
    Ok(Reply::of("VmId", &*vm.id).with("ConsoleOutput", BASE64.encode(output)))
}

/// Answers the password of a VM's administrator: that of a Windows while it runs for the first
/// time, encrypted with its RSA keypair; otherwise it is empty, for Linux as measured.
///
/// # Faults
/// `NO_SUCH_VM`.
pub(super) fn read_admin_password(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: OfOneVm = call.read()?;
    let vm = call.find_own(VM, &request.vm_id)?;
    // assumed: the first boot, which the documentation speaks of, lasts until the second; and the
    // padding of PKCS#1, which clients of the lineage decrypt.
    let password = match vm.state() {
        "running" => vm.notes.text(PASSWORD),
        _ => "",
    };
    Ok(Reply::of("VmId", &*vm.id).with("AdminPassword", password))
}

/// The password that a Windows gives to its administrator.
pub(super) fn password(vm_id: &str) -> String {
    let digest = Sha256::digest(vm_id);
    // What Windows asks for: a capital, a small letter, a digit and a sign.
    format!("Aa1-{}", BASE64.encode(&digest[..9]))
}
