//! Each invariant can fail: what an account reads, with one thing put wrong, is told.

use std::collections::{BTreeMap, BTreeSet};

use mockscale::cloud::invariant::{self, View};
use mockscale::{Cloud, Value, json};

use crate::nat_service::place;
use crate::support::{cloud, made};
use crate::vm::running;

/// The lists of an account by the kind of what is in them.
type Lists = BTreeMap<String, Vec<Value>>;

/// A cloud with something of everything that is looked at.
fn furnished() -> Cloud {
    let cloud = cloud();
    let place = place(&cloud);
    let (net, subnet) = (&place.net, &place.subnet);
    place.nat(&cloud);
    let vm = running(&cloud, json!({ "SubnetId": subnet }));
    let card = json!({ "SubnetId": subnet });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    let link = json!({ "DeviceNumber": 1, "NicId": card, "VmId": vm });
    cloud.call("LinkNic", link).ok();
    let id = "/PublicIp/PublicIpId";
    let public_ip = made(&cloud, "CreatePublicIp", json!({}), id);
    let link = json!({ "NicId": card, "PublicIpId": public_ip });
    cloud.call("LinkPublicIp", link).ok();
    let other = json!({ "IpRange": "10.0.1.0/24", "NetId": net });
    cloud.call("CreateSubnet", other).ok();
    let tags = json!({ "ResourceIds": [vm], "Tags": [{ "Key": "stage", "Value": "test" }] });
    cloud.call("CreateTags", tags).ok();
    let volumes = cloud.call("ReadVolumes", json!({})).ok();
    let snapshot = json!({ "VolumeId": volumes["Volumes"][0]["VolumeId"] });
    cloud.call("CreateSnapshot", snapshot).ok();
    let balancer = crate::load_balancer::wanted_in(subnet, "front");
    cloud.call("CreateLoadBalancer", balancer).ok();
    let backend = json!({ "BackendVmIds": [vm], "LoadBalancerName": "front" });
    cloud.call("LinkLoadBalancerBackendMachines", backend).ok();
    let gateway = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    let gateway = made(&cloud, "CreateVirtualGateway", gateway, id);
    let link = json!({ "NetId": net, "VirtualGatewayId": gateway });
    cloud.call("LinkVirtualGateway", link).ok();
    let group = crate::vm_group::wanted(&cloud);
    cloud.call("CreateVmGroup", group).ok();
    cloud.settle();
    cloud
}

/// What the account reads.
fn lists(cloud: &Cloud) -> Lists {
    let mut lists = Lists::new();
    for (operation, key, kind) in invariant::reads(cloud.contract()) {
        let read = cloud.fork().call(operation.name(), json!({})).ok();
        let list = read[key].as_array().cloned().unwrap_or_default();
        lists.entry(kind.to_owned()).or_default().extend(list);
    }
    lists
}

/// What is wrong with it: what each is about, and a sentence.
fn broken(lists: &Lists) -> Vec<(&'static str, String)> {
    let mut view = View::default();
    for (kind, list) in lists {
        view.add(kind, Some(&Value::from(list.clone())));
    }
    let broken = invariant::broken(&view).into_iter();
    broken.map(|it| (it.about, it.what)).collect()
}

/// Sets what is at a pointer of the resource at a place of its list.
fn set(list: &mut [Value], at: usize, pointer: &str, value: Value) {
    let there = list[at].pointer_mut(pointer);
    *there.unwrap_or_else(|| panic!("there is no {pointer} in {at}")) = value;
}

/// Gives the second resource of a list what the first one has at a pointer.
fn as_first(list: &mut [Value], pointer: &str) {
    let value = list[0].pointer(pointer).cloned();
    set(list, 1, pointer, value.expect("the first has it"));
}

/// Puts the first element of an array at a pointer there twice.
fn twice(list: &mut [Value], at: usize, pointer: &str) {
    let array = list[at].pointer_mut(pointer).and_then(Value::as_array_mut);
    let array = array.unwrap_or_else(|| panic!("there is no list {pointer} in {at}"));
    let first = array[0].clone();
    array.push(first);
}

/// The place of the first resource that has something at a pointer.
fn having(list: &[Value], pointer: &str) -> usize {
    let mut places = (0..list.len()).filter(|at| list[*at].pointer(pointer).is_some());
    places
        .next()
        .unwrap_or_else(|| panic!("nothing has {pointer}"))
}

/// The quota of Nets, among those of the account.
fn quota_of_nets(list: &mut [Value]) -> &mut Value {
    let quotas = list[0]["Quotas"].as_array_mut().expect("a list");
    let mut quotas = quotas.iter_mut();
    quotas
        .find(|it| it["Name"] == "vpc_limit")
        .expect("a quota")
}

/// What is put wrong, in which list, what the invariant is about, and words of what it says.
type Row = (
    fn(&mut Vec<Value>),
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (|it| as_first(it, "/PrivateIps/0/PrivateIp"),
        "Nic", "addresses", "have 10.0.0."),
    (|it| set(it, 0, "/PrivateIps/0/PrivateIp", json!("10.0.7.9")),
        "Nic", "addresses", "is not for 10.0.0.0/24"),
    (|it| set(it, 0, "/PrivateIps/0/PrivateIp", json!("nowhere")),
        "Nic", "addresses", "has the address 'nowhere'"),
    (|it| set(it, 0, "/PrivateIps/0/IsPrimary", json!(false)),
        "Nic", "addresses", "has not one primary address"),
    (|it| set(it, 0, "/IpRange", json!("10.9.0.0/24")),
        "Subnet", "addresses", "does not lie in its Net"),
    (|it| as_first(it, "/IpRange"),
        "Subnet", "addresses", "overlap"),
    (|it| set(it, 0, "/AvailableIpsCount", json!(0)),
        "Subnet", "addresses", "has Some(0) free addresses"),
    (|it| twice(it, 0, "/LinkedVolumes"),
        "Volume", "compute", "is in-use and has 2 links"),
    (|it| set(it, 0, "/State", json!("available")),
        "Volume", "compute", "is available and has 1 links"),
    (|it| set(it, 0, "/LinkedVolumes/0/DeviceName", json!("/dev/xvdz")),
        "Volume", "compute", "disagree about their link"),
    (|it| set(it, 0, "/SubregionName", json!("eu-west-2b")),
        "Volume", "compute", "is linked to a VM of another Subregion"),
    (|it| twice(it, 0, "/BlockDeviceMappings"),
        "Vm", "compute", "has the device /dev/sda1 twice"),
    (|it| set(it, 0, "/Nics", json!([])),
        "Vm", "compute", "which lacks it"),
    (|it| set(it, 0, "/PrivateIp", json!("10.0.0.99")),
        "Vm", "compute", "disagree about the address"),
    (|it| set(it, 0, "/State", json!("available")),
        "Nic", "compute", "is available, and its link is Some"),
    (|it| set(it, 0, "/State", json!("terminated")),
        "Vm", "compute", "is terminated and has devices"),
    (|it| set(it, 0, "/State", json!("terminated")),
        "Vm", "compute", "is terminated and in a Net"),
    (|it| twice(it, 0, "/Nics"),
        "Vm", "compute", "has two Nics at Some(0)"),
    (|it| set(it, 0, "/Nics/0/Description", json!("other")),
        "Vm", "compute", "otherwise than it is"),
    (|it| set(it, 0, "/Nics/0/LinkNic/DeviceNumber", json!(5)),
        "Vm", "compute", "and its Net is true"),
    (|it| set(it, 0, "/SubnetId", json!("subnet-00000000")),
        "Vm", "compute", "disagree about SubnetId"),
    (|it| set(it, 0, "/VmType", json!("t2.giant")),
        "Vm", "compute", "is a t2.giant, whose cards"),
    (|it| set(it, 0, "/LinkNic/VmId", json!("i-00000000")),
        "Nic", "compute", "which is not linked to it"),
    (|it| set(it, 0, "/SubregionName", json!("eu-west-2b")),
        "Nic", "compute", "disagree about the SubregionName"),
    (|it| set(it, 0, "/BlockDeviceMappings/0/Bsu/VolumeId", json!("vol-00000000")),
        "Vm", "compute", "which does not know it"),
    (|it| {
        let at = having(it, "/LinkRouteTables/0/SubnetId");
        let link = it[at]["LinkRouteTables"][0].clone();
        it[0]["LinkRouteTables"].as_array_mut().expect("a list").push(link);
    }, "RouteTable", "network", "is linked to two route tables"),
    (|it| {
        let at = having(it, "/LinkRouteTables/0/SubnetId");
        set(it, at, "/LinkRouteTables/0/RouteTableId", json!("rtb-00000000"));
    }, "RouteTable", "network", "a link of the route table"),
    (|it| {
        let at = having(it, "/Routes/1");
        let route = it[at]["Routes"][1].clone();
        it[at]["Routes"].as_array_mut().expect("a list").push(route);
    }, "RouteTable", "network", "has two routes for"),
    (|it| {
        let mut service = it[0].clone();
        service["InternetServiceId"] = json!("igw-00000000");
        it.push(service);
    }, "InternetService", "network", "has two Internet services"),
    (|it| set(it, 0, "/State", json!("")),
        "InternetService", "network", "an Internet service of the Net"),
    (|it| set(it, 0, "/State", json!("deleting")),
        "Net", "network", "is deleting and has a Subnet"),
    (|it| {
        let mut group = it[0].clone();
        group["SecurityGroupId"] = json!("sg-00000000");
        it.push(group);
    }, "SecurityGroup", "network", "two security groups are called"),
    (|it| {
        let at = having(it, "/InboundRules/0");
        set(it, at, "/InboundRules/0/SecurityGroupsMembers", json!([]));
    }, "SecurityGroup", "network", "has a rule for nobody"),
    (|it| it.retain(|group| group.get("NetId").is_some()),
        "SecurityGroup", "network", "the public Cloud has no default group"),
    (|it| {
        let at = it.iter().position(|group| group.get("NetId").is_none()).expect("a public group");
        let rule = it[at]["InboundRules"][0].clone();
        set(it, at, "/OutboundRules", json!([rule]));
    }, "SecurityGroup", "network", "of the public Cloud has outbound rules"),
    (|it| set(it, 0, "/NetId", json!("vpc-00000000")),
        "InternetService", "routes", "its target does not work"),
    (|it| set(it, 0, "/Quotas/0/MaxValue", json!(null)),
        "QuotaTypes", "quotas", "lacks a number"),
    (|it| {
        quota_of_nets(it)["UsedValue"] = json!(4);
    }, "QuotaTypes", "quotas", "4 of vpc_limit are used by global, and the reads show 2"),
    (|it| {
        quota_of_nets(it)["MaxValue"] = json!(1);
    }, "QuotaTypes", "quotas", "2 of 1 of vpc_limit are used"),
    (|it| set(it, 0, "/VmIds/0", json!("i-00000000")),
        "VmGroup", "VM groups", "has the wrong VM i-00000000"),
    (|it| set(it, 0, "/VmTemplateId", json!("vmtemplate-0")),
        "VmGroup", "VM groups", "has no template vmtemplate-0"),
    (|it| set(it, 0, "/SecurityGroups/0/SecurityGroupName", json!("other")),
        "Nic", "compute", "which does not fit it"),
    (|it| as_first(it, "/SubnetId"),
        "Subnet", "identity", "is that of a Subnet and of a Subnet"),
    (|it| set(it, 0, "/NetId", json!("vpc-00000000")),
        "InternetService", "identity", "the unknown 'vpc-00000000'"),
    (|it| as_first(it, "/MacAddress"),
        "Nic", "identity", "two Nic have the MacAddress"),
    (|it| set(it, 0, "/Value", json!("live")),
        "Tag", "identity", "disagree about the tag 'stage'"),
    (|it| twice(it, 0, "/NetToVirtualGatewayLinks"),
        "VirtualGateway", "links", "has two links to one Net"),
    (|it| set(it, 0, "/State", json!("deleted")),
        "VirtualGateway", "links", "should not be linked to vpc-"),
    (|it| twice(it, 0, "/BackendVmIds"),
        "LoadBalancer", "load balancers", "has the wrong backend"),
    (|it| set(it, 0, "/Subnets", json!([])),
        "LoadBalancer", "load balancers", "stands nowhere"),
    (|it| { it.retain(|table| table["LinkRouteTables"][0]["Main"] != true) },
        "RouteTable", "network", "has 0 main route tables"),
    (|it| {
        let main = it.iter().find(|table| table["LinkRouteTables"][0]["Main"] == true).cloned();
        it.extend(main);
    }, "RouteTable", "network", "has 2 main route tables"),
    (|it| {
        let at = having(it, "/NetId");
        set(it, at, "/SecurityGroupName", json!("another"));
    }, "SecurityGroup", "network", "has 0 default groups"),
    (|it| twice(it, 0, "/Routes"),
        "RouteTable", "network", "has the local routes"),
    (|it| {
        let at = having(it, "/InboundRules/0");
        twice(it, at, "/InboundRules");
    }, "SecurityGroup", "network", "has a rule twice"),
    (|it| {
        let at = having(it, "/PrivateIp");
        it[at].as_object_mut().expect("an object").remove("PrivateIp");
    }, "PublicIp", "public IPs", "has half a link"),
    (|it| {
        let at = having(it, "/PrivateIp");
        set(it, at, "/PrivateIp", json!("10.0.0.99"));
    }, "PublicIp", "public IPs", "is linked to a Nic that shows"),
    (|it| set(it, 0, "/Quotas/0/UsedValue", json!(1_000_000)),
        "QuotaTypes", "quotas", "1000000 of"),
    (|it| set(it, 0, "/State", json!("asleep")),
        "Vm", "states", "is 'asleep'"),
    (|it| set(it, 0, "/Progress", json!(50)),
        "Snapshot", "storage", "is completed at Some(50) percent"),
    (|it| set(it, 0, "/VmCount", json!(9)),
        "VmGroup", "VM groups", "of Some(9) VMs shows 2"),
    (|it| set(it, 0, "/PublicIps", json!([])),
        "NatService", "ways out", "holds []"),
];

#[test]
fn whatever_is_put_wrong_is_told() {
    let right = lists(&furnished());
    assert_eq!(broken(&right), []);
    let mut about = BTreeSet::new();
    for (change, kind, subject, words) in ROWS {
        let mut wrong = right.clone();
        change(wrong.get_mut(*kind).expect("a kind that is read"));
        let told = broken(&wrong);
        let found = told
            .iter()
            .any(|(about, what)| about == subject && what.contains(words));
        assert!(found, "{kind}, '{words}' of {subject}: {told:#?}");
        about.insert(*subject);
    }
    let mut view = View::default();
    view.refuse("ReadNets", "out of order");
    let told = invariant::broken(&view);
    let found = told.iter().find(|it| it.about == "reads");
    assert_eq!(
        found.expect("it is told").what,
        "ReadNets was refused: out of order"
    );
    about.insert("reads");
    let all: BTreeSet<_> = invariant::subjects().collect();
    assert_eq!(about, all, "some invariant is never broken here");
}
