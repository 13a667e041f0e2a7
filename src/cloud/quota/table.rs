//! What counts towards which quota: one row for each.
//!
//! The limits stand in `fixtures/seeds/quotas.json`. A quota without a row counts what this API
//! cannot make: dedicated servers, prefix lists, bypass Nets, routes by BGP, and the volume types that are gone.
//!
//! - assumed: what each quota counts, beyond its name and description; what is gone in all but name
//!   counts no more, what is stopped still does.
//! - assumed: the code of each, beyond the vendor's name of it, and `QUOTA_EXCEEDED` where no code
//!   is known.

use crate::cloud::fault::{self, Entry, Fault};
use crate::cloud::object::Fields;
use crate::cloud::seeds;
use crate::cloud::store::Resource;

/// What a limit is a limit of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Per {
    /// All accounts together.
    Cloud,
    /// Each account.
    Account,
    /// Each resource of a kind (by its schema), which those that count name.
    Each(&'static str, fn(&Resource) -> &str),
    /// Each resource of the kind that counts.
    Itself,
}

/// A row: resources of one kind, and how much each adds to a quota.
#[derive(Debug)]
pub(super) struct Row {
    /// The name of the quota.
    pub(super) quota: &'static str,
    /// The kind, by its schema.
    pub(super) kind: &'static str,
    pub(super) per: Per,
    /// How much a resource that is not gone adds; none where the quota is not about it.
    pub(super) amount: fn(&Resource) -> Option<i64>,
    /// What is counted, in words.
    what: &'static str,
    fault: &'static Entry,
}

impl Row {
    /// What the resource adds to: a part of the cloud that has a limit of its own.
    pub(super) fn scope<'r>(&self, resource: &'r Resource) -> &'r str {
        match self.per {
            Per::Cloud => "",
            Per::Account => &resource.account,
            Per::Each(_, holder) => holder(resource),
            Per::Itself => &resource.id,
        }
    }

    /// The refusal of what would be more than the limit.
    pub(super) fn refusal(&self, most: i64) -> Fault {
        // The words were seen for Nets.
        self.fault.says(format!(
            "The maximum number of {} ('{most}') is exceeded.",
            self.what
        ))
    }
}

/// The quotas that `ReadQuotas` does not list, and their limits; what they limit is documented.
///
/// assumed: their names; and that any number of accounts can be opened, which the vendor has to allow.
pub(super) const UNLISTED: [(&str, i64); 3] = [(ACCOUNTS, 0), (VM_GROUPS, 100), (VM_TEMPLATES, 50)];
const ACCOUNTS: &str = "account_limit";
const VM_GROUPS: &str = "vm_group_limit";
const VM_TEMPLATES: &str = "vm_template_limit";

const fn row(
    quota: &'static str,
    kind: &'static str,
    per: Per,
    amount: fn(&Resource) -> Option<i64>,
    what: &'static str,
    fault: &'static Entry,
) -> Row {
    Row {
        quota,
        kind,
        per,
        amount,
        what,
        fault,
    }
}

const NET: Per = Per::Each("Net", |it| it.body.text("NetId"));
const DEDICATED_GROUP: Per = Per::Each("DedicatedGroup", group_of);
const VPN_CONNECTION: Per = Per::Each("VpnConnection", |it| it.notes.text("VpnConnectionId"));
const DIRECT_LINK: Per = Per::Each("DirectLink", |it| it.body.text("DirectLinkId"));

/// Every row, in the order of the quotas.
#[rustfmt::skip]
pub(super) const TABLE: &[Row] = &[
    row("vm_limit", "Vm", Per::Account, one, "VMs", fault::TOO_MANY_VMS),
    row("core_limit", "Vm", Per::Account, cores, "vCores", fault::TOO_MANY_CORES),
    row("memory_limit", "Vm", Per::Account, memory, "GiB of memory", fault::TOO_MUCH_MEMORY),
    row("ip_limit", "PublicIp", Per::Account, one, "public IPs", fault::TOO_MANY_PUBLIC_IPS),
    // Each holds a public IP that nobody sees; documented.
    row("ip_limit", "NetAccessPoint", Per::Account, one, "public IPs", fault::TOO_MANY_PUBLIC_IPS),
    row("gpu_limit", "FlexibleGpu", Per::Account, one, "flexible GPUs", fault::TOO_MANY_GPUS),
    row("volume_limit", "Volume", Per::Account, one, "volumes", fault::TOO_MANY_VOLUMES),
    row("volume_size_limit", "Volume", Per::Account, size, "GiB of volumes", fault::TOO_LARGE_VOLUMES),
    row("io1_volume_size_limit", "Volume", Per::Account, |it| size_of(it, "io1"), "GiB of io1 volumes", fault::TOO_LARGE_VOLUMES),
    row("gp2_volume_size_limit", "Volume", Per::Account, |it| size_of(it, "gp2"), "GiB of gp2 volumes", fault::TOO_LARGE_VOLUMES),
    row("standard_volume_size_limit", "Volume", Per::Account, |it| size_of(it, "standard"), "GiB of standard volumes", fault::TOO_LARGE_VOLUMES),
    row("snapshot_limit", "Snapshot", Per::Account, one, "snapshots", fault::TOO_MANY_SNAPSHOTS),
    row("concurrent_snapshot_limit", "Snapshot", Per::Account, in_the_making, "snapshots at a time", fault::TOO_MANY_CONCURRENT_SNAPSHOTS),
    row("snapshot_export_limit", "SnapshotExportTask", Per::Account, under_way, "snapshot exports at a time", fault::QUOTA_EXCEEDED),
    row("image_export_limit", "ImageExportTask", Per::Account, under_way, "image exports at a time", fault::QUOTA_EXCEEDED),
    row("iops_limit", "Volume", Per::Account, iops, "provisioned IOPS", fault::TOO_MANY_IOPS),
    row("sg_limit", "SecurityGroup", Per::Account, |it| outside_nets(it).then_some(1), "security groups", fault::TOO_MANY_SECURITY_GROUPS),
    row("sg_rule_limit", "SecurityGroup", Per::Itself, |it| outside_nets(it).then(|| rules(it)), "rules of a security group", fault::TOO_MANY_RULES),
    row("vm_sg_limit", "Nic", Per::Itself, groups, "security groups of a network card", fault::TOO_MANY_GROUPS_OF_A_NIC),
    row("vpc_sg_limit", "SecurityGroup", NET, one, "security groups", fault::TOO_MANY_SECURITY_GROUPS),
    row("vpc_sg_rule_limit", "SecurityGroup", Per::Itself, |it| (!outside_nets(it)).then(|| rules(it)), "rules of a security group", fault::TOO_MANY_RULES),
    row("vpc_limit", "Net", Per::Account, one, "Nets", fault::TOO_MANY_NETS),
    row("subnet_limit", "Subnet", NET, one, "Subnets", fault::QUOTA_EXCEEDED),
    row("igw_limit", "InternetService", Per::Account, one, "Internet services", fault::TOO_MANY_INTERNET_SERVICES),
    row("rtb_limit", "RouteTable", NET, one, "route tables", fault::TOO_MANY_ROUTE_TABLES),
    row("rtb_rule_limit", "RouteTable", Per::Itself, |it| length(it, "Routes"), "routes", fault::QUOTA_EXCEEDED),
    row("networklink_request_limit", "NetPeering", Per::Account, |it| is_in(it, "pending-acceptance"), "Net peering requests", fault::TOO_MANY_PEERING_REQUESTS),
    row("networklink_limit", "NetPeering", Per::Account, |it| is_in(it, "active"), "Net peerings", fault::TOO_MANY_PEERINGS),
    row("network_endpoint_limit", "NetAccessPoint", Per::Account, one, "Net access points", fault::TOO_MANY_NET_ACCESS_POINTS),
    row("nat_gateway_limit", "NatService", Per::Account, one, "NAT services", fault::TOO_MANY_NAT_SERVICES),
    row("vpg_limit", "VirtualGateway", Per::Account, one, "virtual gateways", fault::QUOTA_EXCEEDED),
    row("cgw_limit", "ClientGateway", Per::Account, one, "client gateways", fault::TOO_MANY_CLIENT_GATEWAYS),
    row("vpnc_limit", "VpnConnection", Per::Account, one, "VPN connections", fault::QUOTA_EXCEEDED),
    row("static_route_limit", "RouteLight", VPN_CONNECTION, one, "static routes", fault::TOO_MANY_STATIC_ROUTES),
    row("lb_limit", "LoadBalancer", Per::Account, one, "load balancers", fault::TOO_MANY_LOAD_BALANCERS),
    row("lb_rules_limit", "ListenerRule", Per::Account, one, "listener rules", fault::TOO_MANY_LISTENER_RULES),
    row("dl_connection_limit", "DirectLink", Per::Account, one, "DirectLinks", fault::TOO_MANY_DIRECT_LINKS),
    row("dl_interface_limit", "DirectLinkInterfaces", DIRECT_LINK, one, "DirectLink interfaces", fault::TOO_MANY_DIRECT_LINK_INTERFACES),
    row("bypass_group_limit", "DedicatedGroup", Per::Account, one, "dedicated groups", fault::TOO_MANY_DEDICATED_GROUPS),
    row("bypass_group_size_limit", "Vm", DEDICATED_GROUP, one, "VMs of a dedicated group", fault::TOO_LARGE_DEDICATED_GROUP),
    row("pty_limit", "ProductType", Per::Account, one, "product types", fault::QUOTA_EXCEEDED),
    row("lb_listeners_limit", "LoadBalancer", Per::Itself, |it| length(it, "Listeners"), "listeners", fault::TOO_MANY_LISTENERS),
    row(ACCOUNTS, "Account", Per::Cloud, one, "accounts", fault::TOO_MANY_ACCOUNTS),
    row(VM_GROUPS, "VmGroup", Per::Account, one, "VM groups", fault::QUOTA_EXCEEDED),
    row(VM_TEMPLATES, "VmTemplate", Per::Account, one, "VM templates", fault::QUOTA_EXCEEDED),
];

/// Every one counts.
#[expect(
    clippy::unnecessary_wraps,
    reason = "an amount, as the table holds them"
)]
fn one(_: &Resource) -> Option<i64> {
    Some(1)
}

fn cores(vm: &Resource) -> Option<i64> {
    let facts = seeds::vm_type(vm.body.text("VmType"))?;
    Some(facts.vcores.into())
}

/// In GiB. assumed: a part of one counts as one.
fn memory(vm: &Resource) -> Option<i64> {
    let facts = seeds::vm_type(vm.body.text("VmType"))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "no VM has a memory near 2^53 GiB"
    )]
    Some(facts.memory_gib.ceil() as i64)
}

fn size(volume: &Resource) -> Option<i64> {
    volume.body.int("Size")
}

fn size_of(volume: &Resource, volume_type: &str) -> Option<i64> {
    size(volume).filter(|_| volume.body.text("VolumeType") == volume_type)
}

/// assumed: a baseline, which nobody asked for, does not count.
fn iops(volume: &Resource) -> Option<i64> {
    let provisioned = volume.body.text("VolumeType") == "io1";
    volume.body.int("Iops").filter(|_| provisioned)
}

fn in_the_making(snapshot: &Resource) -> Option<i64> {
    matches!(snapshot.state(), "in-queue" | "pending").then_some(1)
}

fn under_way(task: &Resource) -> Option<i64> {
    (!matches!(task.state(), "completed" | "cancelled" | "failed")).then_some(1)
}

/// A peering belongs to the account that asked for it.
fn is_in(peering: &Resource, state: &str) -> Option<i64> {
    let now = peering.body.object("State")?.text("Name");
    (now == state).then_some(1)
}

fn outside_nets(group: &Resource) -> bool {
    !group.body.contains_key("NetId")
}

/// assumed: each range, member and service counts, whichever way it is for.
fn rules(group: &Resource) -> i64 {
    let flows = ["InboundRules", "OutboundRules"].into_iter();
    let rules = flows.flat_map(|flow| group.body.objects(flow));
    let peers = rules.map(|rule| {
        let lists = ["IpRanges", "SecurityGroupsMembers", "ServiceIds"].into_iter();
        lists.map(|list| rule.list(list).len()).sum::<usize>()
    });
    i64::try_from(peers.sum::<usize>()).unwrap_or(i64::MAX)
}

fn groups(nic: &Resource) -> Option<i64> {
    length(nic, "SecurityGroups")
}

fn length(resource: &Resource, list: &str) -> Option<i64> {
    i64::try_from(resource.body.list(list).len()).ok()
}

/// The dedicated group that a VM is in.
fn group_of(vm: &Resource) -> &str {
    let tenancy = vm
        .body
        .object("Placement")
        .map_or("", |it| it.text("Tenancy"));
    match tenancy {
        "default" | "dedicated" => "",
        group => group,
    }
}
