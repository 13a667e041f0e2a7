//! VMs, their volumes and their network cards: both sides of each link agree.

use std::collections::BTreeSet;

use serde_json::Value;

use super::view::View;
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds;

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for volume in view.of_kind("Volume") {
        check_volume(view, volume, faults);
    }
    for nic in view.of_kind("Nic") {
        check_nic(view, nic, faults);
    }
    for vm in view.of_kind("Vm") {
        check_devices(view, vm, faults);
        check_cards(view, vm, faults);
        check_groups(view, "Vm", vm, faults);
    }
}

fn check_volume(view: &View, volume: &Object, faults: &mut Vec<String>) {
    let (id, state) = (volume.text("VolumeId"), volume.text("State"));
    let links: Vec<_> = volume.objects("LinkedVolumes").collect();
    if links.len() > 1 || (state == "in-use") == links.is_empty() {
        faults.push(format!(
            "the volume {id} is {state} and has {} links",
            links.len()
        ));
    }
    for link in links {
        let vm_id = link.text("VmId");
        let vm = view.find("Vm", vm_id);
        let mappings = vm
            .into_iter()
            .flat_map(|vm| vm.objects("BlockDeviceMappings"));
        let same = |mapping: &&Object| {
            let bsu = mapping.object("Bsu");
            mapping.get("DeviceName") == link.get("DeviceName")
                && bsu.is_some_and(|bsu| {
                    ["VolumeId", "State", "DeleteOnVmDeletion"]
                        .iter()
                        .all(|it| bsu.get(*it) == link.get(*it))
                })
        };
        if link.text("VolumeId") != id || mappings.filter(same).count() != 1 {
            faults.push(format!(
                "the volume {id} and the VM {vm_id} disagree about their link"
            ));
        }
        let place = vm.and_then(|vm| vm.get("Placement")?.get("SubregionName"));
        if place != volume.get("SubregionName") {
            faults.push(format!(
                "the volume {id} is linked to a VM of another Subregion"
            ));
        }
    }
}

fn check_devices(view: &View, vm: &Object, faults: &mut Vec<String>) {
    let id = vm.text("VmId");
    let mut devices = BTreeSet::new();
    for mapping in vm.objects("BlockDeviceMappings") {
        if !devices.insert(mapping.text("DeviceName")) {
            faults.push(format!(
                "the VM {id} has the device {} twice",
                mapping.text("DeviceName")
            ));
        }
        let volume_id = mapping.object("Bsu").map_or("", |bsu| bsu.text("VolumeId"));
        let volume = view.find("Volume", volume_id);
        let links = volume
            .into_iter()
            .flat_map(|it| it.objects("LinkedVolumes"));
        if links.filter(|link| link.text("VmId") == id).count() != 1 {
            faults.push(format!(
                "the VM {id} maps {volume_id}, which does not know it"
            ));
        }
    }
    if vm.text("State") == "terminated" && !devices.is_empty() {
        faults.push(format!("the VM {id} is terminated and has devices"));
    }
}

fn check_nic(view: &View, nic: &Object, faults: &mut Vec<String>) {
    let (id, state) = (nic.text("NicId"), nic.text("State"));
    let link = nic.object("LinkNic");
    if (state == "in-use") != link.is_some() {
        faults.push(format!("the Nic {id} is {state}, and its link is {link:?}"));
    }
    if let Some(link) = link {
        let vm = view.find("Vm", link.text("VmId"));
        let cards = vm.into_iter().flat_map(|vm| vm.objects("Nics"));
        if cards.filter(|card| card.text("NicId") == id).count() != 1 {
            faults.push(format!(
                "the Nic {id} is linked to {}, which lacks it",
                link.text("VmId")
            ));
        }
    }
    let subnet = view.find("Subnet", nic.text("SubnetId"));
    for property in ["NetId", "SubregionName"] {
        if subnet.and_then(|subnet| subnet.get(property)) != nic.get(property) {
            faults.push(format!(
                "the Nic {id} and its Subnet disagree about the {property}"
            ));
        }
    }
    check_groups(view, "Nic", nic, faults);
}

/// The cards that a VM shows are those that are linked to it, and it is in a Net if it has one.
fn check_cards(view: &View, vm: &Object, faults: &mut Vec<String>) {
    let id = vm.text("VmId");
    let mut numbers = BTreeSet::new();
    for card in vm.objects("Nics") {
        check_card(view, vm, card, faults);
        let number = number(card);
        if !numbers.insert(number) {
            faults.push(format!("the VM {id} has two Nics at {number:?}"));
        }
    }
    let in_net = vm.contains_key("NetId");
    if in_net != numbers.contains(&Some(0)) || in_net == numbers.is_empty() {
        faults.push(format!(
            "the VM {id} has Nics at {numbers:?}, and its Net is {in_net}"
        ));
    }
    if vm.text("State") == "terminated" && in_net {
        faults.push(format!("the VM {id} is terminated and in a Net"));
    }
    let first = vm.objects("Nics").find(|card| number(card) == Some(0));
    if let Some(first) = first {
        check_first_card(vm, first, faults);
    }
}

fn number(card: &Object) -> Option<i64> {
    card.object("LinkNic")?.int("DeviceNumber")
}

/// It is linked to the VM, is shown as it is, and has no more addresses than the VM's type allows.
fn check_card(view: &View, vm: &Object, card: &Object, faults: &mut Vec<String>) {
    let (id, nic_id) = (vm.text("VmId"), card.text("NicId"));
    let nic = view.find("Nic", nic_id);
    let link = nic.and_then(|nic| nic.object("LinkNic"));
    if link.is_none_or(|link| link.text("VmId") != id) {
        faults.push(format!(
            "the VM {id} shows the Nic {nic_id}, which is not linked to it"
        ));
    }
    if let Some(nic) = nic
        && !covers(&Value::from(nic.clone()), &Value::from(card.clone()))
    {
        faults.push(format!(
            "the VM {id} shows the Nic {nic_id} otherwise than it is"
        ));
    }
    let facts = seeds::vm_type(vm.text("VmType"));
    let most = facts.map_or(0, |facts| facts.max_private_ips);
    let addresses = card.objects("PrivateIps").count();
    if u32::try_from(addresses).is_ok_and(|addresses| addresses > most) {
        faults.push(format!(
            "the VM {id} is a {}, whose cards do not have {addresses} addresses",
            vm.text("VmType")
        ));
    }
}

/// What a VM shows of its first card as its own.
fn check_first_card(vm: &Object, first: &Object, faults: &mut Vec<String>) {
    let id = vm.text("VmId");
    for property in ["NetId", "SubnetId", "SecurityGroups", "PrivateDnsName"] {
        if first.get(property) != vm.get(property) {
            faults.push(format!(
                "the VM {id} and its first Nic disagree about {property}"
            ));
        }
    }
    let mut addresses = first.objects("PrivateIps");
    let primary = addresses.find(|it| it.flag("IsPrimary") == Some(true));
    if primary.map(|it| it.text("PrivateIp")) != Some(vm.text("PrivateIp")) {
        faults.push(format!(
            "the VM {id} and its first Nic disagree about the address"
        ));
    }
}

/// Whether everything in `part` is in `whole` too.
fn covers(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, part)| whole.get(key).is_some_and(|whole| covers(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len()
                && whole
                    .iter()
                    .zip(part)
                    .all(|(one, other)| covers(one, other))
        }
        (whole, part) => whole == part,
    }
}

/// The groups of a VM or a card exist, are called so, and are of its Net.
fn check_groups(view: &View, kind: &str, item: &Object, faults: &mut Vec<String>) {
    for light in item.objects("SecurityGroups") {
        let id = light.text("SecurityGroupId");
        let group = view.find("SecurityGroup", id);
        let fits = group.is_some_and(|group| {
            group.get("NetId") == item.get("NetId")
                && group.get("SecurityGroupName") == light.get("SecurityGroupName")
        });
        if !fits {
            let bearer = item.text(&format!("{kind}Id"));
            faults.push(format!(
                "the {kind} {bearer} has the group {id}, which does not fit it"
            ));
        }
    }
}
