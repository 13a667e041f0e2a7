//! VM templates: what the VMs of a group are made from.
//!
//! By default: reading. By rule: the rest. Left out: nothing that the vendor, who calls the family
//! unfinished, has said.

use serde::Deserialize;
use serde_json::json;

use super::{tag, vm_group};
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{default, seeds};

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
    rules: &[
        ("CreateVmTemplate", create_vm_template),
        ("DeleteVmTemplate", delete_vm_template),
        ("UpdateVmTemplate", update_vm_template),
    ],
};

/// The performance of VMs, and the flag of it in the name of their type.
const FLAGS: [(&str, &str); 3] = [("highest", "p1"), ("high", "p2"), ("medium", "p3")];
/// The performance of who does not ask for one; documented.
const USUAL: &str = "high";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Size {
    cpu_cores: i64,
    cpu_generation: String,
    cpu_performance: Option<String>,
    ram: i64,
}

impl Size {
    /// The name of the type of such VMs.
    fn vm_type(&self) -> String {
        let wanted = self.cpu_performance.as_deref().unwrap_or(USUAL);
        let flag = FLAGS.iter().find(|(name, _)| *name == wanted);
        format!(
            "tina{}.c{}r{}{}",
            self.cpu_generation,
            self.cpu_cores,
            self.ram,
            flag.map_or("", |(_, flag)| flag)
        )
    }
}

/// The request for VMs that are made from a template, without where they are.
pub(super) fn request(template: &Resource) -> Object {
    let mut request = Object::new();
    for field in ["ImageId", "KeypairName"] {
        if let Some(value) = template.body.get(field) {
            request.put(field, value.clone());
        }
    }
    if let Ok(size) = Size::deserialize(&template.body) {
        request.put("VmType", size.vm_type());
    }
    request
}

/// Makes a template.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER_VALUE` for a size of which there are no VMs.
/// - Those of [`tag::sent`] and [`default::create`].
fn create_vm_template(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let vm_type = call.read::<Size>()?.vm_type();
    if seeds::vm_type(&vm_type).is_none() {
        return Err(fault::INVALID_PARAMETER_VALUE
            .says(format!("There are no VMs of the type '{vm_type}'.")));
    }
    let tags = tag::sent(call, call.input.text("VmTemplateName"))?;
    default::create(call, |body| {
        for (field, unless_sent) in [("CpuPerformance", USUAL), ("Description", "")] {
            body.entry(field).or_insert_with(|| json!(unless_sent));
        }
        body.put("Tags", tags.unwrap_or_default());
    })
}

/// Changes the name and the description of a template, and replaces its tags.
///
/// # Faults
/// Those of [`Call::find_own`] and [`tag::sent`].
fn update_vm_template(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(VM_TEMPLATE.id);
    call.find_own(VM_TEMPLATE, id)?;
    let tags = tag::sent(call, id)?;
    default::update(call, |body| {
        if let Some(tags) = tags {
            body.put("Tags", tags);
        }
    })
}

/// Deletes a template that no group uses.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - `BUSY` while a group uses it; assumed: the code.
fn delete_vm_template(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let template = call.find_own(VM_TEMPLATE, call.input.text(VM_TEMPLATE.id))?;
    if let Some(group) = vm_group::user_of(call.state, &template) {
        return Err(fault::BUSY.says(format!(
            "The VM template '{}' is used by the VM group '{}'.",
            template.id, group.id
        )));
    }
    default::delete(call)
}
