//! Quotas: what is said to be used is what the reads show, and it is never more than the limit.

use super::view::View;
use crate::cloud::dependents::is_gone;
use crate::cloud::object::{Fields, Object};

/// A quota, the kind that counts towards it, and how much each resource does.
type Row = (&'static str, &'static str, fn(&Object) -> i64);

/// What of an account counts.
const OF_AN_ACCOUNT: &[Row] = &[
    ("bypass_group_limit", "DedicatedGroup", one),
    ("cgw_limit", "ClientGateway", one),
    ("dl_connection_limit", "DirectLink", one),
    ("gpu_limit", "FlexibleGpu", one),
    ("igw_limit", "InternetService", one),
    ("image_export_limit", "ImageExportTask", under_way),
    ("lb_limit", "LoadBalancer", one),
    ("lb_rules_limit", "ListenerRule", one),
    ("nat_gateway_limit", "NatService", one),
    ("network_endpoint_limit", "NetAccessPoint", one),
    ("sg_limit", "SecurityGroup", |it| {
        i64::from(!it.contains_key("NetId"))
    }),
    ("snapshot_export_limit", "SnapshotExportTask", under_way),
    ("vm_limit", "Vm", one),
    ("volume_limit", "Volume", one),
    ("volume_size_limit", "Volume", size),
    ("vpc_limit", "Net", one),
    ("vpg_limit", "VirtualGateway", one),
    ("vpnc_limit", "VpnConnection", one),
];

/// What of a resource does: all resources of a kind that name it, or what it lists itself.
const OF_A_RESOURCE: &[(&str, &str, &str)] = &[
    ("dl_interface_limit", "DirectLinkInterfaces", "DirectLinkId"),
    ("rtb_limit", "RouteTable", "NetId"),
    ("subnet_limit", "Subnet", "NetId"),
    ("vpc_sg_limit", "SecurityGroup", "NetId"),
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
    if whose == "global" {
        let (_, kind, amount) = OF_AN_ACCOUNT.iter().find(|(it, ..)| *it == name)?;
        let live = view.of_kind(kind).filter(|it| !is_gone(it));
        return Some(live.map(amount).sum());
    }
    if name == "lb_listeners_limit" {
        let mut balancers = view.of_kind("LoadBalancer");
        let balancer = balancers.find(|it| it.text("LoadBalancerName") == whose)?;
        return i64::try_from(balancer.list("Listeners").len()).ok();
    }
    let (_, kind, property) = OF_A_RESOURCE.iter().find(|(it, ..)| *it == name)?;
    let of_it = view.of_kind(kind).filter(|it| it.text(property) == whose);
    Some(of_it.filter(|it| !is_gone(it)).map(one).sum())
}

fn one(_: &Object) -> i64 {
    1
}

fn under_way(task: &Object) -> i64 {
    i64::from(!matches!(task.text("State"), "completed" | "cancelled"))
}

fn size(volume: &Object) -> i64 {
    volume.int("Size").unwrap_or(0)
}
