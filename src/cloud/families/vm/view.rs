//! How a VM is shown: its own fields, its volumes, and its network cards.

use serde_json::{Value, json};

use crate::cloud::State;
use crate::cloud::families::nic::{self, NIC};
use crate::cloud::families::volume;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// What a VM shows of its primary network card: fields of the same name.
const OF_THE_CARD: [&str; 5] = [
    "NetId",
    "PrivateDnsName",
    "SecurityGroups",
    "SubnetId",
    "IsSourceDestChecked",
];

/// A VM with its volumes and its cards; one that is terminated has neither.
pub(super) fn show(state: &State, vm: &Resource) -> Object {
    let mut shown = vm.body.clone();
    let mappings: Vec<Value> = volume::on(state, vm).filter_map(mapping).collect();
    shown.put("BlockDeviceMappings", mappings);
    if vm.state() != "terminated" {
        put_cards(&mut shown, state, vm);
    }
    shown
}

fn mapping(volume: &Resource) -> Option<Value> {
    let link = volume::link_of(volume)?;
    Some(json!({
        "DeviceName": link.text("DeviceName"),
        "Bsu": {
            "DeleteOnVmDeletion": link.flag("DeleteOnVmDeletion"),
            "LinkDate": volume.notes.text("LinkDate"),
            "State": link.text("State"),
            "VolumeId": &*volume.id,
        },
    }))
}

fn put_cards(shown: &mut Object, state: &State, vm: &Resource) {
    let cards: Vec<(bool, Object)> = vm
        .notes
        .texts("Nics")
        .filter_map(|id| state.get(NIC, id))
        .map(|card| (nic::is_hidden(card), NIC.view(state, card)))
        .collect();
    if let Some((hidden, primary)) = cards.first() {
        for field in OF_THE_CARD {
            if let Some(value) = primary.get(field) {
                shown.put(field, value.clone());
            }
        }
        if *hidden {
            // The documentation and the recordings disagree about it in the public Cloud.
            shown.remove("IsSourceDestChecked");
        }
        if let Some(address) = primary.objects("PrivateIps").next() {
            shown.put("PrivateIp", address.text("PrivateIp"));
        }
        if let Some(link) = primary.object("LinkPublicIp") {
            shown.put("PublicIp", link.text("PublicIp"));
            shown.put("PublicDnsName", link.text("PublicDnsName"));
        }
    }
    let cards: Vec<Object> = cards
        .into_iter()
        .filter(|(hidden, _)| !hidden)
        .map(|(_, card)| nic::light(card))
        .collect();
    shown.put("Nics", json!(cards));
}
