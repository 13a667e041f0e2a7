//! VM groups: their VMs are there, in their Subnet, and in no other group.

use std::collections::BTreeSet;

use super::view::View;
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    let mut taken = BTreeSet::new();
    for group in view.of_kind("VmGroup") {
        let id = group.text("VmGroupId");
        for vm_id in group.texts("VmIds") {
            let vm = view.find("Vm", vm_id);
            if !vm.is_some_and(|vm| fits(vm, group)) || !taken.insert(vm_id) {
                faults.push(format!("the VM group {id} has the wrong VM {vm_id}"));
            }
        }
        let (count, shown) = (group.int("VmCount"), group.list("VmIds").len());
        if group.text("State") != "pending" && count != i64::try_from(shown).ok() {
            faults.push(format!("the VM group {id} of {count:?} VMs shows {shown}"));
        }
        let template = group.text("VmTemplateId");
        if group.text("State") != "deleting" && view.find("VmTemplate", template).is_none() {
            faults.push(format!("the VM group {id} has no template {template}"));
        }
    }
}

fn fits(vm: &Object, group: &Object) -> bool {
    let gone = matches!(vm.text("State"), "shutting-down" | "terminated");
    !gone && vm.get("SubnetId") == group.get("SubnetId")
}
