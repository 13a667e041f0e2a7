//! States: each is a word of the API. Left out: which follows which.

use super::view::{View, own_id};
use crate::cloud::object::Fields;
use crate::cloud::store::state_of;

/// The words for the state of each kind.
const STATES: &[(&str, &[&str])] = &[
    ("AccessKey", &["ACTIVE", "INACTIVE"]),
    (
        "DirectLink",
        &["requested", "pending", "available", "deleting", "deleted"],
    ),
    (
        "DirectLinkInterfaces",
        &[
            "pending",
            "available",
            "deleting",
            "deleted",
            "confirming",
            "rejected",
            "expired",
        ],
    ),
    (
        "FlexibleGpu",
        &["allocated", "attaching", "attached", "detaching"],
    ),
    (
        "ImageExportTask",
        &[
            "pending/queued",
            "pending",
            "completed",
            "failed",
            "cancelled",
        ],
    ),
    ("Image", &["pending", "available", "failed"]),
    (
        "InternetService",
        &["", "available", "attaching", "attached", "detaching"],
    ),
    (
        "NatService",
        &["pending", "available", "deleting", "deleted"],
    ),
    ("Net", &["pending", "available", "deleting"]),
    (
        "NetAccessPoint",
        &["pending", "available", "deleting", "deleted"],
    ),
    (
        "NetPeering",
        &[
            "pending-acceptance",
            "active",
            "rejected",
            "failed",
            "expired",
            "deleted",
        ],
    ),
    ("Nic", &["available", "attaching", "in-use", "detaching"]),
    (
        "Snapshot",
        &["in-queue", "pending", "completed", "error", "deleting"],
    ),
    (
        "SnapshotExportTask",
        &["pending", "active", "completed", "failed", "cancelled"],
    ),
    ("Subnet", &["pending", "available", "deleted"]),
    ("Subregion", &["available"]),
    (
        "ClientGateway",
        &["pending", "available", "deleting", "deleted"],
    ),
    (
        "VirtualGateway",
        &["pending", "available", "deleting", "deleted"],
    ),
    (
        "Vm",
        &[
            "pending",
            "running",
            "stopping",
            "stopped",
            "shutting-down",
            "terminated",
            "quarantine",
        ],
    ),
    (
        "VpnConnection",
        &["pending", "available", "deleting", "deleted"],
    ),
    (
        "Volume",
        &[
            "creating",
            "available",
            "in-use",
            "updating",
            "deleting",
            "error",
        ],
    ),
];

/// The words for the state of a link.
const LINKS: &[&str] = &["attaching", "attached", "detaching", "detached"];

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for (kind, words) in STATES {
        for item in view.of_kind(kind) {
            expect(kind, own_id(kind, item), state_of(item), words, faults);
        }
    }
    for nic in view.of_kind("Nic") {
        if let Some(link) = nic.object("LinkNic") {
            expect(
                "the link of Nic",
                own_id("Nic", nic),
                link.text("State"),
                LINKS,
                faults,
            );
        }
    }
    for volume in view.of_kind("Volume") {
        for link in volume.objects("LinkedVolumes") {
            let id = own_id("Volume", volume);
            expect("the link of Volume", id, link.text("State"), LINKS, faults);
        }
    }
    for gateway in view.of_kind("VirtualGateway") {
        for link in gateway.objects("NetToVirtualGatewayLinks") {
            let (what, id) = (
                "the link of VirtualGateway",
                own_id("VirtualGateway", gateway),
            );
            expect(what, id, link.text("State"), LINKS, faults);
        }
    }
    for vpn in view.of_kind("VpnConnection") {
        for route in vpn.objects("Routes") {
            let (what, id) = ("a route of VpnConnection", own_id("VpnConnection", vpn));
            let words = &["pending", "available", "deleting", "deleted"];
            expect(what, id, route.text("State"), words, faults);
        }
    }
    for table in view.of_kind("RouteTable") {
        for route in table.objects("Routes") {
            let id = own_id("RouteTable", table);
            let words = &["active", "blackhole"];
            expect(
                "a route of RouteTable",
                id,
                route.text("State"),
                words,
                faults,
            );
        }
    }
}

fn expect(what: &str, id: Option<&str>, word: &str, words: &[&str], faults: &mut Vec<String>) {
    if !words.contains(&word) {
        let id = id.unwrap_or_default();
        faults.push(format!(
            "{what} {id} is '{word}', which is none of {words:?}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::reads;
    use super::STATES;
    use crate::contract::Contract;

    /// Where the schema says which words there are, the contract is held to it anyway.
    #[test]
    fn every_state_that_a_read_shows_has_its_words() {
        let contract = &Contract::bundled();
        let missing: Vec<_> = reads(contract)
            .map(|(.., kind)| kind)
            .filter(|kind| {
                let schema = contract.schema(kind).expect("a schema");
                let state = &schema["properties"]["State"];
                state["type"] == "string" && state["enum"].is_null()
            })
            .filter(|kind| STATES.iter().all(|(known, _)| *known != *kind))
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
