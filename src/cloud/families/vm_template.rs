//! VM templates: what the VMs of a group are made from.
//!
//! By default: reading, updating and deleting. By rule: making. Left out: what the numbers of
//! cores and memory may be (the vendor calls the family unfinished), and the refusal to delete a
//! template that a group uses, which comes with groups.

use serde_json::json;

use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};

/// VM templates, as a kind of resource.
pub(in crate::cloud) const VM_TEMPLATE: &Kind = &Kind::new(
    "VmTemplate",
    "VmTemplateId",
    "vmtemplate-",
    fault::NO_SUCH_RESOURCE,
)
.digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "VmTemplate",
    kinds: &[VM_TEMPLATE],
    filters: &[],
    transitions: &[],
    rules: &[("CreateVmTemplate", create_vm_template)],
};

/// Makes a template.
///
/// # Faults
/// Those of [`default::create`].
fn create_vm_template(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::create(call, |body| {
        for (field, unless_sent) in [("CpuPerformance", "high"), ("Description", "")] {
            body.entry(field).or_insert_with(|| json!(unless_sent));
        }
    })
}
