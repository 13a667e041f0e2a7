//! Identifiers: each is one resource's, and each that is mentioned can be read. And tags, which
//! are read in two places.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::view::{View, own_account, own_id};
use super::ways::is_live;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::state_of;

/// Properties that end like references to what is read here, and are none: accounts, and names
/// of what no call makes.
const NO_REFERENCES: &[&str] = &[
    "AccessKeyId",
    "AccountId",
    "AccountIds",
    "CustomerId",
    "DestinationServiceId",
    "ListenerId",
    "ListenerRuleId",
    "NicAccountId",
    "PolicyDefaultVersionId",
    "PublicIpAccountId",
    "ReservationId",
    "SecurityGroupAccountId",
    "ServerCertificateId",
    "ServiceIds",
    "VmAccountId",
];

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, kind) in definitions(view) {
        if let Some(other) = known.insert(id, kind) {
            faults.push(format!(
                "the identifier {id} is that of a {other} and of a {kind}"
            ));
        }
    }
    for (kind, item) in view.all() {
        let id = own_id(kind, item).unwrap_or_default();
        let mut mentioned = Vec::new();
        mentions(&Value::from(item.clone()), &mut Vec::new(), &mut mentioned);
        for (path, property, value) in mentioned {
            let own = path.is_empty() && value == id;
            if !own
                && !leads(&known, &property, &value)
                && !excused(view, kind, item, &path, &value)
            {
                let path = path.join(".");
                faults.push(format!(
                    "{kind} {id} names in {path}.{property} the unknown '{value}'"
                ));
            }
        }
    }
    check_unique(view, faults);
    check_tags(view, faults);
}

/// Every identifier with what it is one of.
fn definitions<'v>(view: &'v View) -> impl Iterator<Item = (&'v str, &'v str)> {
    let resources = view
        .identified()
        .filter(|(kind, ..)| !matches!(*kind, "Keypair" | "VmStates"))
        .map(|(kind, id, _)| (id, kind));
    let of = |id: &'static str| {
        let kind = id.trim_end_matches("Id");
        move |item: &'v Object| Some((item.text(id), kind)).filter(|(id, _)| !id.is_empty())
    };
    let nics = view.of_kind("Nic").filter_map(|nic| nic.object("LinkNic"));
    let tables = view.of_kind("RouteTable");
    let tables = tables.flat_map(|table| table.objects("LinkRouteTables"));
    resources
        .chain(nics.filter_map(of("LinkNicId")))
        .chain(tables.filter_map(of("LinkRouteTableId")))
        .chain(view.of_kind("PublicIp").filter_map(of("LinkPublicIpId")))
}

/// Every reference in a value: where it stands, the property, and the identifier.
fn mentions(value: &Value, path: &mut Vec<String>, into: &mut Vec<(Vec<String>, String, String)>) {
    match value {
        Value::Object(object) => {
            for (property, value) in object {
                let reference = property.ends_with("Id") || property.ends_with("Ids");
                if reference && !NO_REFERENCES.contains(&property.as_str()) {
                    let one = std::slice::from_ref(value);
                    for id in value.as_array().map_or(one, Vec::as_slice) {
                        let id = id.as_str().unwrap_or_default().to_owned();
                        into.push((path.clone(), property.clone(), id));
                    }
                }
                path.push(property.clone());
                mentions(value, path, into);
                path.pop();
            }
        }
        Value::Array(values) => values.iter().for_each(|it| mentions(it, path, into)),
        _ => {}
    }
}

/// Whether an identifier is one of the kind that the property is called after.
fn leads(known: &BTreeMap<&str, &str>, property: &str, id: &str) -> bool {
    let subject = property.trim_end_matches('s').trim_end_matches("Id");
    match (known.get(id), subject) {
        (None, _) => false,
        (Some(kind), "BackendVm") => *kind == "Vm",
        (Some(kind), "Gateway") => matches!(*kind, "InternetService" | "VirtualGateway"),
        (Some(_), "Resource") => true,
        (Some(kind), subject) => *kind == subject,
    }
}

/// The references that may lead nowhere.
fn excused(view: &View, kind: &str, item: &Object, path: &[String], id: &str) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match (kind, path.as_slice()) {
        // A snapshot may go before the volume made from it, or be that of an image's owner; an
        // image may go before its VMs.
        ("Volume" | "VmTemplate", []) | ("Image", ["BlockDeviceMappings", "Bsu"]) => {
            id.starts_with("snap-") || id.starts_with("ami-")
        }
        // What was exported may go, and the task stays.
        ("Vm" | "ImageExportTask", []) => id.starts_with("ami-"),
        ("SnapshotExportTask", []) => id.starts_with("snap-"),
        // A volume may go before its snapshot, or be that of who shares it.
        ("Snapshot", []) => id.starts_with("vol-"),
        // The local route leads to no gateway, and one whose target is gone says so.
        ("RouteTable", ["Routes"]) => item.objects("Routes").any(|route| {
            let here = route.values().any(|value| value == id);
            here && (id == "local" || route.text("State") == "blackhole")
        }),
        // What it was linked to may be gone.
        ("VirtualGateway", ["NetToVirtualGatewayLinks"]) => item
            .objects("NetToVirtualGatewayLinks")
            .any(|link| link.text("NetId") == id && link.text("State") == "detached"),
        // The end of another account, or what is over.
        ("NetPeering", [end @ ("AccepterNet" | "SourceNet")]) => {
            let owner = item.object(end).map_or("", |end| end.text("AccountId"));
            !is_live(item) || owner != own_account(view)
        }
        // A deleted one still shows where it was.
        ("NatService" | "NetAccessPoint" | "VpnConnection", []) => {
            matches!(state_of(item), "deleting" | "deleted")
        }
        // While it goes, it still shows what may be gone before it.
        ("DirectLinkInterfaces", []) => item.text("State") == "deleting",
        // Groups of other accounts.
        ("SecurityGroup", [_, "SecurityGroupsMembers"]) => ["InboundRules", "OutboundRules"]
            .iter()
            .flat_map(|flow| item.objects(flow))
            .flat_map(|rule| rule.objects("SecurityGroupsMembers"))
            .any(|it| {
                it.text("SecurityGroupId") == id && it.get("AccountId") != item.get("AccountId")
            }),
        // The card of a VM in the public Cloud or of a load balancer, which no read shows.
        ("PublicIp", []) => {
            let vm = view.find("Vm", item.text("VmId"));
            let mut balancers = view.of_kind("LoadBalancer");
            item.text("NicId") == id
                && (vm.is_some_and(|vm| !vm.contains_key("NetId"))
                    || balancers.any(|it| it.get("PublicIp") == item.get("PublicIp")))
        }
        _ => false,
    }
}

/// Names and addresses that are unique though they identify nothing by themselves.
fn check_unique(view: &View, faults: &mut Vec<String>) {
    for (kind, property) in [
        ("Keypair", "KeypairName"),
        ("ListenerRule", "ListenerRuleName"),
        ("LoadBalancer", "DnsName"),
        ("LoadBalancer", "LoadBalancerName"),
        ("PublicIp", "PublicIp"),
        ("Nic", "MacAddress"),
        ("Policy", "Orn"),
        ("ServerCertificate", "Name"),
        ("User", "UserName"),
        ("UserGroup", "Name"),
    ] {
        let mut seen = BTreeSet::new();
        for item in view.of_kind(kind) {
            if !seen.insert(item.text(property)) {
                let value = item.text(property);
                faults.push(format!("two {kind} have the {property} '{value}'"));
            }
        }
    }
}

/// What `ReadTags` answers against what the resources show.
fn check_tags(view: &View, faults: &mut Vec<String>) {
    let mut types: BTreeMap<&str, &str> = BTreeMap::new();
    let mut listed = BTreeSet::new();
    for tag in view.of_kind("Tag") {
        let id = tag.text("ResourceId");
        if !listed.insert((id, tag.text("Key"), tag.text("Value"))) {
            faults.push(format!("ReadTags lists a tag of {id} twice"));
        }
        if let Some((kind, ..)) = view.identified().find(|(_, own, _)| *own == id) {
            let word = tag.text("ResourceType");
            let known = *types.entry(kind).or_insert(word);
            if known != word || word.is_empty() {
                faults.push(format!(
                    "a {kind} is a '{known}' and a '{word}' in ReadTags"
                ));
            }
        }
    }
    let mut shown = BTreeSet::new();
    for (kind, id, item) in view.identified() {
        // Their tags are texts of their own, set at the creation: tag calls do not reach them.
        if matches!(kind, "VmGroup" | "VmTemplate") {
            continue;
        }
        // What goes away still shows its tags, and `ReadTags` knows it no more.
        if matches!(
            state_of(item),
            "deleted" | "deleting" | "shutting-down" | "terminated"
        ) {
            continue;
        }
        // Those of a peering are of the account that has asked for it.
        let asking = item.object("SourceNet").map(|net| net.text("AccountId"));
        if asking.is_some_and(|account| account != own_account(view)) {
            continue;
        }
        let mut keys = BTreeSet::new();
        for tag in item.objects("Tags") {
            shown.insert((id, tag.text("Key"), tag.text("Value")));
            if !keys.insert(tag.text("Key")) {
                faults.push(format!(
                    "{kind} {id} has the tag '{}' twice",
                    tag.text("Key")
                ));
            }
        }
    }
    for (id, key, _) in listed.symmetric_difference(&shown) {
        faults.push(format!("ReadTags and {id} disagree about the tag '{key}'"));
    }
}
