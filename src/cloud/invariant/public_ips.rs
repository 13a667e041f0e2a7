//! Public IPs: the three places that show a link agree.

use super::view::View;
use super::ways::holders;
use crate::cloud::object::{Fields, Object};

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for public_ip in view.of_kind("PublicIp") {
        check_public_ip(view, public_ip, faults);
    }
    for nic in view.of_kind("Nic") {
        check_nic(view, nic, faults);
    }
    for vm in view.of_kind("Vm") {
        check_vm(view, vm, faults);
    }
}

fn check_public_ip(view: &View, public_ip: &Object, faults: &mut Vec<String>) {
    let id = public_ip.text("PublicIpId");
    let parts = ["LinkPublicIpId", "NicId", "PrivateIp", "NicAccountId"];
    let count = parts
        .iter()
        .filter(|it| public_ip.contains_key(**it))
        .count();
    if holders(view, id).next().is_some() {
        // Of a NAT service's hold, it shows no more than that there is one.
        if count != 1 || !public_ip.contains_key("LinkPublicIpId") {
            faults.push(format!(
                "the public IP {id} of a NAT service is {public_ip:?}"
            ));
        }
        return;
    }
    if count != 0 && count != parts.len() || count == 0 && public_ip.contains_key("VmId") {
        faults.push(format!("the public IP {id} has half a link: {public_ip:?}"));
    }
    if count == 0 {
        return;
    }
    let Some(nic) = view.find("Nic", public_ip.text("NicId")) else {
        // The hidden card of a VM in the public Cloud, or the cloud's own of a load balancer.
        let vm = view.find("Vm", public_ip.text("VmId"));
        let mut shown = vm.into_iter().chain(view.of_kind("LoadBalancer"));
        if !shown.any(|it| it.text("PublicIp") == public_ip.text("PublicIp")) {
            faults.push(format!(
                "the public IP {id} is linked to something that does not show it"
            ));
        }
        return;
    };
    let shown = nic
        .objects("PrivateIps")
        .find(|it| it.text("PrivateIp") == public_ip.text("PrivateIp"))
        .and_then(|it| it.object("LinkPublicIp"));
    let same = |link: &Object| {
        ["PublicIpId", "LinkPublicIpId", "PublicIp"]
            .iter()
            .all(|it| link.get(*it) == public_ip.get(*it))
    };
    if !shown.is_some_and(same) {
        faults.push(format!(
            "the public IP {id} is linked to a Nic that shows {shown:?}"
        ));
    }
    let vm = nic.get("LinkNic").and_then(|link| link.get("VmId"));
    if vm != public_ip.get("VmId") {
        faults.push(format!(
            "the public IP {id} and its Nic disagree about the VM"
        ));
    }
}

fn check_nic(view: &View, nic: &Object, faults: &mut Vec<String>) {
    let id = nic.text("NicId");
    for private in nic.objects("PrivateIps") {
        let link = private.object("LinkPublicIp");
        if private["IsPrimary"] == true && link != nic.object("LinkPublicIp") {
            faults.push(format!(
                "the Nic {id} and its primary address show other public IPs"
            ));
        }
        // One without identifiers is lent by the cloud.
        let Some(link) = link.filter(|link| link.contains_key("PublicIpId")) else {
            continue;
        };
        let back = view.find("PublicIp", link.text("PublicIpId"));
        let same = back.is_some_and(|it| {
            it.text("NicId") == id && it.get("PrivateIp") == private.get("PrivateIp")
        });
        if !same {
            faults.push(format!(
                "the Nic {id} shows a public IP that is linked elsewhere"
            ));
        }
    }
}

fn check_vm(view: &View, vm: &Object, faults: &mut Vec<String>) {
    let (id, address) = (vm.text("VmId"), vm.text("PublicIp"));
    let first = vm
        .objects("Nics")
        .find(|card| card["LinkNic"]["DeviceNumber"] == 0);
    if let Some(first) = first {
        let link = first
            .object("LinkPublicIp")
            .map_or("", |link| link.text("PublicIp"));
        if link != address {
            faults.push(format!(
                "the VM {id} shows {address} and its first Nic {link}"
            ));
        }
    }
    let held = view
        .of_kind("PublicIp")
        .find(|it| it.text("PublicIp") == address);
    if let Some(held) = held
        && held.text("VmId") != id
    {
        faults.push(format!(
            "the VM {id} shows {address}, which is not linked to it"
        ));
    }
}
