//! Quotas: what is said to be used is what the reads show, and it is never more than the limit.

use super::view::{View, own_account};
use crate::cloud::dependents::is_gone;
use crate::cloud::object::{Fields, Object};
use crate::cloud::seeds;
use crate::cloud::store::state_of;

/// A quota, a kind that counts towards it, and how much each resource of the account does.
type OfAnAccount = (&'static str, &'static str, fn(&Object) -> i64);

/// What of an account counts; where a quota stands twice, both kinds do. Left out: product types,
/// most of which are nobody's.
const OF_AN_ACCOUNT: &[OfAnAccount] = &[
    ("bypass_group_limit", "DedicatedGroup", one),
    ("cgw_limit", "ClientGateway", one),
    ("concurrent_snapshot_limit", "Snapshot", |it| {
        is_in(it, &["in-queue", "pending"])
    }),
    ("core_limit", "Vm", cores),
    ("dl_connection_limit", "DirectLink", one),
    ("gp2_volume_size_limit", "Volume", |it| {
        of_type(it, "gp2", "Size")
    }),
    ("gpu_limit", "FlexibleGpu", one),
    ("igw_limit", "InternetService", one),
    ("image_export_limit", "ImageExportTask", under_way),
    ("io1_volume_size_limit", "Volume", |it| {
        of_type(it, "io1", "Size")
    }),
    ("iops_limit", "Volume", |it| of_type(it, "io1", "Iops")),
    ("ip_limit", "NetAccessPoint", one),
    ("ip_limit", "PublicIp", one),
    ("lb_limit", "LoadBalancer", one),
    ("lb_rules_limit", "ListenerRule", one),
    ("memory_limit", "Vm", memory),
    ("nat_gateway_limit", "NatService", one),
    ("network_endpoint_limit", "NetAccessPoint", one),
    ("networklink_limit", "NetPeering", |it| {
        is_in(it, &["active"])
    }),
    ("networklink_request_limit", "NetPeering", |it| {
        is_in(it, &["pending-acceptance"])
    }),
    ("sg_limit", "SecurityGroup", |it| {
        i64::from(!it.contains_key("NetId"))
    }),
    ("snapshot_export_limit", "SnapshotExportTask", under_way),
    ("snapshot_limit", "Snapshot", one),
    ("standard_volume_size_limit", "Volume", |it| {
        of_type(it, "standard", "Size")
    }),
    ("vm_limit", "Vm", one),
    ("volume_limit", "Volume", one),
    ("volume_size_limit", "Volume", |it| number(it, "Size")),
    ("vpc_limit", "Net", one),
    ("vpg_limit", "VirtualGateway", one),
    ("vpnc_limit", "VpnConnection", one),
];

/// A quota of each resource of a kind, the kind that counts towards it, and how much one of them
/// does towards that of the resource with an identifier.
type OfAResource = (&'static str, &'static str, fn(&Object, &str) -> i64);

/// What of a resource counts: all resources that name it, or what it lists itself.
const OF_A_RESOURCE: &[OfAResource] = &[
    ("bypass_group_size_limit", "Vm", |it, id| {
        let placement = it.object("Placement");
        placement.map_or(0, |it| names(it, "Tenancy", id))
    }),
    ("dl_interface_limit", "DirectLinkInterfaces", |it, id| {
        names(it, "DirectLinkId", id)
    }),
    ("lb_listeners_limit", "LoadBalancer", |it, id| {
        names(it, "LoadBalancerName", id) * length(it, "Listeners")
    }),
    ("rtb_limit", "RouteTable", |it, id| names(it, "NetId", id)),
    ("rtb_rule_limit", "RouteTable", |it, id| {
        names(it, "RouteTableId", id) * length(it, "Routes")
    }),
    ("sg_rule_limit", "SecurityGroup", rules),
    ("static_route_limit", "VpnConnection", |it, id| {
        let live = it.objects("Routes").filter(|route| !is_gone(route));
        names(it, "VpnConnectionId", id) * live.map(one).sum::<i64>()
    }),
    ("subnet_limit", "Subnet", |it, id| names(it, "NetId", id)),
    ("vm_sg_limit", "Nic", |it, id| {
        names(it, "NicId", id) * length(it, "SecurityGroups")
    }),
    ("vpc_sg_limit", "SecurityGroup", |it, id| {
        names(it, "NetId", id)
    }),
    ("vpc_sg_rule_limit", "SecurityGroup", rules),
];

pub(super) fn check(view: &View, faults: &mut Vec<String>) {
    for quota_type in view.of_kind("QuotaTypes") {
        let whose = quota_type.text("QuotaType");
        for quota in quota_type.objects("Quotas") {
            let name = quota.text("Name");
            let (Some(most), Some(used)) = (quota.int("MaxValue"), quota.int("UsedValue")) else {
                faults.push(format!("the quota {name} of {whose} lacks a number"));
                continue;
            };
            if most > 0 && used > most {
                faults.push(format!("{used} of {most} of {name} are used by {whose}"));
            }
            if let Some(shown) = shown(view, whose, name)
                && shown != used
            {
                faults.push(format!(
                    "{used} of {name} are used by {whose}, and the reads show {shown}"
                ));
            }
        }
    }
}

/// How much of a quota the reads show, where they do.
fn shown(view: &View, whose: &str, name: &str) -> Option<i64> {
    let live = |kind| view.of_kind(kind).filter(|it| !is_gone(it));
    if whose == "global" {
        let account = own_account(view);
        let rows = OF_AN_ACCOUNT.iter().filter(|(quota, ..)| *quota == name);
        let amounts = rows.map(|(_, kind, amount)| {
            let own = live(kind).filter(|it| owner(it).is_none_or(|owner| owner == account));
            own.map(amount).sum::<i64>()
        });
        return amounts.reduce(|one, other| one + other);
    }
    let (_, kind, amount) = OF_A_RESOURCE.iter().find(|(quota, ..)| *quota == name)?;
    Some(live(kind).map(|it| amount(it, whose)).sum())
}

/// The account that a resource counts for, where it is shown to others as well.
fn owner(resource: &Object) -> Option<&str> {
    let asker = resource.object("SourceNet");
    asker.unwrap_or(resource).some_text("AccountId")
}

fn one(_: &Object) -> i64 {
    1
}

fn under_way(task: &Object) -> i64 {
    1 - is_in(task, &["completed", "cancelled", "failed"])
}

fn is_in(resource: &Object, states: &[&str]) -> i64 {
    i64::from(states.contains(&state_of(resource)))
}

fn number(resource: &Object, property: &str) -> i64 {
    resource.int(property).unwrap_or(0)
}

fn of_type(volume: &Object, volume_type: &str, property: &str) -> i64 {
    names(volume, "VolumeType", volume_type) * number(volume, property)
}

fn names(resource: &Object, property: &str, what: &str) -> i64 {
    i64::from(resource.text(property) == what)
}

fn length(object: &Object, list: &str) -> i64 {
    object.list(list).iter().map(|_| 1).sum()
}

/// Each range, member and service.
fn rules(group: &Object, id: &str) -> i64 {
    let flows = ["InboundRules", "OutboundRules"].into_iter();
    let lists = ["IpRanges", "SecurityGroupsMembers", "ServiceIds"];
    let peers = flows
        .flat_map(|flow| group.objects(flow))
        .flat_map(|rule| lists.iter().map(|list| length(rule, list)));
    names(group, "SecurityGroupId", id) * peers.sum::<i64>()
}

fn cores(vm: &Object) -> i64 {
    seeds::vm_type(vm.text("VmType")).map_or(0, |facts| facts.vcores.into())
}

/// In whole GiB, a part of one counting as one.
fn memory(vm: &Object) -> i64 {
    /// More than any VM has.
    const MOST: i32 = 1 << 20;
    let memory = seeds::vm_type(vm.text("VmType")).map_or(0.0, |facts| facts.memory_gib);
    let mut whole = 0..MOST;
    whole
        .find(|gib| f64::from(*gib) >= memory)
        .map_or(0, i64::from)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{OF_A_RESOURCE, OF_AN_ACCOUNT};
    use crate::cloud::quota;

    #[test]
    fn every_quota_that_something_counts_towards_is_held_against_the_reads() {
        let of_an_account = OF_AN_ACCOUNT.iter().map(|(quota, ..)| *quota);
        let of_a_resource = OF_A_RESOURCE.iter().map(|(quota, ..)| *quota);
        let held: BTreeSet<_> = of_an_account.chain(of_a_resource).collect();
        let counted: BTreeSet<_> = quota::counted().collect();
        let missing: Vec<_> = counted.difference(&held).collect();
        // What no read lists, and product types.
        let unlisted = [
            "account_limit",
            "pty_limit",
            "vm_group_limit",
            "vm_template_limit",
        ];
        assert_eq!(missing, unlisted.each_ref());
        assert!(held.is_subset(&counted));
    }
}
