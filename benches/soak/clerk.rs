//! Who keeps a ledger: each writes its own entries to what all of them share, and finds them there
//! again. What somebody else overwrote is a lost update.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use mockscale::{Cloud, Value, json};

use crate::client::Client;
use crate::watch::Watch;

/// How many entries of a clerk stand on a shelf at once: those of all clerks are fewer than the 50
/// routes of a table and the 50 rules of a group, which the quotas allow.
const ENTRIES: u64 = 3;

/// What the clerks share.
#[derive(Clone, Debug)]
pub(crate) struct Office {
    net: String,
    group: String,
    table: String,
    gateway: String,
}

impl Office {
    /// Makes what is shared.
    pub(crate) fn open(cloud: &Cloud) -> Self {
        let made = |operation: &str, input: Value, pointer: &str| {
            let reply = cloud.call(operation, input).ok();
            reply.text(pointer).to_owned()
        };
        let net = made(
            "CreateNet",
            json!({ "IpRange": "10.0.0.0/16" }),
            "/Net/NetId",
        );
        let group = json!({ "Description": "shared", "NetId": net, "SecurityGroupName": "shared" });
        let group = made(
            "CreateSecurityGroup",
            group,
            "/SecurityGroup/SecurityGroupId",
        );
        let table = made(
            "CreateRouteTable",
            json!({ "NetId": net }),
            "/RouteTable/RouteTableId",
        );
        let gateway = made(
            "CreateInternetService",
            json!({}),
            "/InternetService/InternetServiceId",
        );
        let link = json!({ "InternetServiceId": gateway, "NetId": net });
        cloud.call("LinkInternetService", link).ok();
        Self {
            net,
            group,
            table,
            gateway,
        }
    }
}

/// One of the places that the clerks write to.
struct Shelf {
    name: &'static str,
    /// What a clerk's entry is called, which is nobody else's.
    entry: fn(clerk: u64, place: u64) -> String,
    put: (&'static str, fn(&Office, &str) -> Value),
    take: (&'static str, fn(&Office, &str) -> Value),
    read: (&'static str, fn(&Office) -> Value),
    /// The entries in what was read.
    held: fn(&Value) -> BTreeSet<String>,
}

const SHELVES: &[Shelf] = &[
    Shelf {
        name: "rules of a security group",
        entry: |clerk, place| (1000 + clerk * 100 + place).to_string(),
        put: ("CreateSecurityGroupRule", rule),
        take: ("DeleteSecurityGroupRule", rule),
        read: (
            "ReadSecurityGroups",
            |office| json!({ "Filters": { "SecurityGroupIds": [office.group] } }),
        ),
        held: |read| of(read, "/SecurityGroups/0/InboundRules", "FromPortRange"),
    },
    Shelf {
        name: "tags of a Net",
        entry: |clerk, place| format!("{clerk}-{place}"),
        put: ("CreateTags", tag),
        take: ("DeleteTags", tag),
        read: (
            "ReadNets",
            |office| json!({ "Filters": { "NetIds": [office.net] } }),
        ),
        held: |read| of(read, "/Nets/0/Tags", "Key"),
    },
    Shelf {
        name: "routes of a table",
        entry: |clerk, place| format!("192.168.{clerk}.{place}/32"),
        put: ("CreateRoute", |office, entry| {
            json!({
                "DestinationIpRange": entry,
                "GatewayId": office.gateway,
                "RouteTableId": office.table,
            })
        }),
        take: (
            "DeleteRoute",
            |office, entry| json!({ "DestinationIpRange": entry, "RouteTableId": office.table }),
        ),
        read: (
            "ReadRouteTables",
            |office| json!({ "Filters": { "RouteTableIds": [office.table] } }),
        ),
        held: |read| {
            let mut held = of(read, "/RouteTables/0/Routes", "DestinationIpRange");
            held.retain(|it| it.starts_with("192."));
            held
        },
    },
];

fn rule(office: &Office, entry: &str) -> Value {
    let port: u16 = entry.parse().expect("a port");
    json!({
        "Flow": "Inbound",
        "FromPortRange": port,
        "IpProtocol": "tcp",
        "IpRange": "10.0.0.0/16",
        "SecurityGroupId": office.group,
        "ToPortRange": port,
    })
}

fn tag(office: &Office, entry: &str) -> Value {
    json!({ "ResourceIds": [office.net], "Tags": [{ "Key": entry, "Value": entry }] })
}

/// A property of each object in a list, as a text.
fn of(read: &Value, list: &str, property: &str) -> BTreeSet<String> {
    let items = read.pointer(list).and_then(Value::as_array);
    let items = items.into_iter().flatten().map(|item| &item[property]);
    items
        .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
        .collect()
}

/// What stands on each shelf, by what the clerks have written.
pub(crate) type Ledger = BTreeMap<&'static str, BTreeSet<String>>;

/// Writes, takes away and reads until the end, and answers what it has left on the shelves.
pub(crate) async fn work(
    cloud: &Cloud,
    office: &Office,
    clerk: u64,
    until: Instant,
    watch: &Watch,
) -> Ledger {
    let client = Client::of(&cloud.as_account(crate::OFFICE));
    let mut ledger = Ledger::new();
    for turn in 0.. {
        if Instant::now() >= until {
            break;
        }
        for shelf in SHELVES {
            let entry = (shelf.entry)(clerk, turn % ENTRIES);
            let mine = ledger.entry(shelf.name).or_default();
            let there = mine.contains(&entry);
            let (operation, input) = if there { shelf.take } else { shelf.put };
            let (status, body) = client.call(operation, &input(office, &entry)).await;
            if status != 200 {
                watch.fault(format!("{operation} {entry} answered {body}"));
                continue;
            }
            if there {
                mine.remove(&entry);
            } else {
                mine.insert(entry);
            }
            let (operation, input) = shelf.read;
            let (_, read) = client.call(operation, &input(office)).await;
            let mut held = (shelf.held)(&read);
            held.retain(|it| (0..ENTRIES).any(|place| *it == (shelf.entry)(clerk, place)));
            if held != *mine {
                let name = shelf.name;
                watch.fault(format!("of {mine:?}, the {name} are {held:?}"));
            }
        }
    }
    ledger
}

/// What is on the shelves at the end is what the clerks have left there.
pub(crate) fn compare(cloud: &Cloud, office: &Office, ledger: &Ledger, watch: &Watch) {
    for shelf in SHELVES {
        let (operation, input) = shelf.read;
        let read = cloud.call(operation, input(office)).ok();
        let held = (shelf.held)(read.body());
        let wanted = ledger.get(shelf.name).cloned().unwrap_or_default();
        if held != wanted {
            let name = shelf.name;
            watch.fault(format!("the {name} are {held:?} instead of {wanted:?}"));
        }
    }
}
