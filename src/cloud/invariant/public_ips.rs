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

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::tests::found;

    fn assigned() -> Value {
        let shown = json!({
            "LinkPublicIpId": "eipassoc-1", "PublicIp": "192.0.2.1", "PublicIpId": "eipalloc-1",
        });
        let light = json!({ "PublicIp": "192.0.2.1" });
        let link = json!({ "DeviceNumber": 0, "VmId": "i-1" });
        json!({
            "NatService": [{ "PublicIps": [{ "PublicIpId": "eipalloc-2" }], "State": "available" }],
            "Nic": [{
                "LinkNic": link,
                "LinkPublicIp": shown,
                "NicId": "eni-1",
                "PrivateIps": [{ "IsPrimary": true, "LinkPublicIp": shown, "PrivateIp": "10.0.0.4" }],
            }],
            "PublicIp": [
                { "LinkPublicIpId": "eipassoc-1", "NicAccountId": "1", "NicId": "eni-1",
                    "PrivateIp": "10.0.0.4", "PublicIp": "192.0.2.1", "PublicIpId": "eipalloc-1",
                    "VmId": "i-1" },
                { "LinkPublicIpId": "eipassoc-2", "PublicIp": "192.0.2.2", "PublicIpId": "eipalloc-2" },
                { "PublicIp": "192.0.2.3", "PublicIpId": "eipalloc-3" },
                { "LinkPublicIpId": "eipassoc-4", "NicAccountId": "1", "NicId": "eni-9",
                    "PrivateIp": "10.0.0.1", "PublicIp": "192.0.2.4", "PublicIpId": "eipalloc-4",
                    "VmId": "i-2" },
            ],
            "Vm": [
                { "Nics": [{ "LinkNic": link, "LinkPublicIp": light }], "PublicIp": "192.0.2.1",
                    "VmId": "i-1" },
                { "Nics": [], "PublicIp": "192.0.2.4", "VmId": "i-2" },
            ],
        })
    }

    #[rstest]
    #[case::more_than_a_hold("/PublicIp/1/NicId", json!("eni-1"), "eipalloc-2 of a NAT service is")]
    #[case::half("/PublicIp/2/NicId", json!("eni-1"), "eipalloc-3 has half a link")]
    #[case::a_vm_alone("/PublicIp/2/VmId", json!("i-1"), "eipalloc-3 has half a link")]
    #[case::to_what_shows_none("/Vm/1/PublicIp", json!(""), "linked to something that does not show it")]
    #[case::to_another_address("/PublicIp/0/PrivateIp", json!("10.0.0.5"), "to a Nic that shows None")]
    #[case::another_link("/PublicIp/0/LinkPublicIpId", json!("eipassoc-9"), "to a Nic that shows Some")]
    #[case::another_vm("/PublicIp/0/VmId", json!("i-2"), "and its Nic disagree about the VM")]
    #[case::card_and_address("/Nic/0/LinkPublicIp/PublicIp", json!("192.0.2.9"), "show other public IPs")]
    #[case::linked_elsewhere("/PublicIp/0/NicId", json!("eni-2"), "that is linked elsewhere")]
    #[case::vm_and_card("/Vm/0/PublicIp", json!("192.0.2.9"), "and its first Nic 192.0.2.1")]
    #[case::of_another_vm("/Vm/1/PublicIp", json!("192.0.2.1"), "which is not linked to it")]
    fn places_that_disagree_are_found(#[case] at: &str, #[case] value: Value, #[case] said: &str) {
        let faults = found(super::check, assigned(), at, value);
        assert!(faults.iter().any(|it| it.contains(said)), "{faults:?}");
    }
}
