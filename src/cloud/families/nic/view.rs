//! How a network card is shown: by itself, and by the VM that it is linked to.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::update::TEMPORARY_IP;
use crate::cloud::State;
use crate::cloud::families::public_ip;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// A card with the public IPs of its private ones.
pub(super) fn show(state: &State, nic: &Resource) -> Object {
    let mut shown = nic.body.clone();
    let links: Vec<Option<Object>> = nic
        .body
        .objects("PrivateIps")
        .map(|private_ip| link(state, nic, private_ip))
        .collect();
    if let Some(Some(primary)) = links.first() {
        shown.put("LinkPublicIp", primary.clone());
    }
    for (entry, link) in shown.list_mut("PrivateIps").iter_mut().zip(links) {
        if let (Value::Object(entry), Some(link)) = (entry, link) {
            entry.put("LinkPublicIp", link);
        }
    }
    shown
}

/// A card as its VM shows it (`NicLight`): without what a reader of the VM knows already.
pub(in crate::cloud::families) fn light(nic: Object) -> Object {
    let mut light = nic;
    for field in ["SubregionName", "Tags"] {
        light.remove(field);
    }
    for (field, dropped) in [
        ("LinkNic", ["VmAccountId", "VmId"]),
        ("LinkPublicIp", ["LinkPublicIpId", "PublicIpId"]),
    ] {
        drop_from(&mut light, field, dropped);
    }
    for entry in light.list_mut("PrivateIps") {
        if let Value::Object(entry) = entry {
            drop_from(entry, "LinkPublicIp", ["LinkPublicIpId", "PublicIpId"]);
        }
    }
    light
}

fn drop_from(object: &mut Object, field: &str, dropped: [&str; 2]) {
    if let Some(Value::Object(inner)) = object.get_mut(field) {
        for field in dropped {
            inner.remove(field);
        }
    }
}

/// The public address that the cloud lends to a card.
pub(in crate::cloud) fn lent(nic: &Resource) -> Option<&str> {
    nic.notes.some_text(TEMPORARY_IP)
}

/// The public IP of a private one: one that was linked, else, for the primary one, an address
/// that the cloud lends.
fn link(state: &State, nic: &Resource, private_ip: &Object) -> Option<Object> {
    let linked = nic
        .notes
        .object("PublicIps")
        .and_then(|ips| ips.some_text(private_ip.text("PrivateIp")))
        .and_then(|id| public_ip::shown_link(state, id));
    let of_the_cloud = || {
        let address = lent(nic).filter(|_| private_ip.flag("IsPrimary") == Some(true))?;
        // assumed: a lent address shows no identifiers, since none could be looked up (the contract
        // requires none), and its user as its owner.
        let link = json!({
            "PublicDnsName": public_ip::public_dns_name(state, address),
            "PublicIp": address,
            "PublicIpAccountId": &*nic.account,
        });
        link.as_object().cloned()
    };
    linked.or_else(of_the_cloud)
}

/// The name of a private address.
pub(super) fn private_dns_name(state: &State, address: Ipv4Addr) -> String {
    let dashed = address.to_string().replace('.', "-");
    format!("ip-{dashed}.{}.compute.internal", state.region)
}
