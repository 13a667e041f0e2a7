//! Conversations about the family `dedicated_group`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::load_balancer::{self, wanted_in};
use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};
use crate::vm::{LINUX, further_subnet, running, stopped};

fn wanted() -> Value {
    json!({ "CpuGeneration": 5, "Name": "mine", "SubregionName": "eu-west-2a" })
}

fn group(cloud: &Cloud) -> String {
    let id = "/DedicatedGroup/DedicatedGroupId";
    made(cloud, "CreateDedicatedGroup", wanted(), id)
}

fn net(cloud: &Cloud, tenancy: &str) -> String {
    let wanted = json!({ "IpRange": "10.0.0.0/16", "Tenancy": tenancy });
    made(cloud, "CreateNet", wanted, "/Net/NetId")
}

fn named(group: &str) -> Value {
    json!({ "DedicatedGroupId": group })
}

fn forced(group: &str) -> Value {
    json!({ "DedicatedGroupId": group, "Force": true })
}

#[test]
fn life() {
    let cloud = cloud();
    let group = group(&cloud);
    let net = net(&cloud, &group);
    let vm = json!({ "ImageId": LINUX, "Placement": { "Tenancy": group } });
    let vm = made(&cloud, "CreateVms", vm, "/Vms/0/VmId");
    cloud.call("ReadDedicatedGroups", json!({})).ok();
    let renamed = json!({ "DedicatedGroupId": group, "Name": "ours" });
    cloud.call("UpdateDedicatedGroup", renamed).ok();
    cloud.call("DeleteDedicatedGroup", named(&group));
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.call("DeleteDedicatedGroup", named(&group));
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    cloud.call("ReadDedicatedGroups", json!({})).ok();
    cloud.call("DeleteDedicatedGroup", named(&group)).ok();
    cloud.call("DeleteDedicatedGroup", named(&group));
    mockscale::assert_transcript!(cloud);
}

/// A Net of a group, furnished with whatever hangs on it.
struct Furnished {
    vm: String,
    volume: String,
    service: String,
    gateway: String,
    public_ip: String,
    /// A group of another Net, whose rules name one of this.
    outer: String,
}

fn furnish(cloud: &Cloud, net: &str) -> Furnished {
    let subnet = further_subnet(cloud, net, "10.0.0.0/24", "eu-west-2a");
    let service = made(
        cloud,
        "CreateInternetService",
        json!({}),
        "/InternetService/InternetServiceId",
    );
    let linked = json!({ "InternetServiceId": service, "NetId": net });
    cloud.call("LinkInternetService", linked).ok();
    let gateway = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    let gateway = made(cloud, "CreateVirtualGateway", gateway, id);
    let linked = json!({ "VirtualGatewayId": gateway, "NetId": net });
    cloud.call("LinkVirtualGateway", linked).ok();
    let table = made(
        cloud,
        "CreateRouteTable",
        json!({ "NetId": net }),
        "/RouteTable/RouteTableId",
    );
    let propagated = json!({ "Enable": true, "RouteTableId": table, "VirtualGatewayId": gateway });
    cloud.call("UpdateRoutePropagation", propagated).ok();
    let inner = json!({ "Description": "inner", "NetId": net, "SecurityGroupName": "inner" });
    let id = "/SecurityGroup/SecurityGroupId";
    let inner = made(cloud, "CreateSecurityGroup", inner, id);
    let elsewhere = self::net(cloud, "default");
    let outer = json!({ "Description": "outer", "NetId": elsewhere, "SecurityGroupName": "outer" });
    let outer = made(cloud, "CreateSecurityGroup", outer, id);
    for rule in [
        json!({ "IpProtocol": "tcp", "FromPortRange": 22, "ToPortRange": 22,
            "SecurityGroupsMembers": [{ "SecurityGroupId": inner }] }),
        json!({ "IpProtocol": "tcp", "FromPortRange": 80, "ToPortRange": 80,
            "IpRanges": ["192.0.2.0/24"] }),
    ] {
        let rule = json!({ "Flow": "Inbound", "SecurityGroupId": outer, "Rules": [rule] });
        cloud.call("CreateSecurityGroupRule", rule).ok();
    }
    let vm = running(cloud, json!({ "SubnetId": subnet }));
    let card = json!({ "SubnetId": subnet, "SecurityGroupIds": [inner] });
    let card = made(cloud, "CreateNic", card, "/Nic/NicId");
    let linked = json!({ "NicId": card, "VmId": vm, "DeviceNumber": 1 });
    cloud.call("LinkNic", linked).ok();
    let public_ip = made(cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIpId");
    let linked = json!({ "PublicIpId": public_ip, "NicId": card });
    cloud.call("LinkPublicIp", linked).ok();
    let volume = json!({ "Size": 1, "SubregionName": "eu-west-2a" });
    let volume = made(cloud, "CreateVolume", volume, "/Volume/VolumeId");
    cloud.settle();
    let linked = json!({ "DeviceName": "/dev/xvdb", "VmId": vm, "VolumeId": volume });
    cloud.call("LinkVolume", linked).ok();
    Furnished {
        vm,
        volume,
        service,
        gateway,
        public_ip,
        outer,
    }
}

#[test]
fn force_takes_everything_along() {
    let cloud = cloud();
    let group = group(&cloud);
    let net = net(&cloud, &group);
    let furnished = furnish(&cloud, &net);
    let protected = json!({
        "ImageId": LINUX,
        "DeletionProtection": true,
        "Placement": { "Tenancy": group },
    });
    cloud.call("CreateVms", protected).ok();
    let mark = cloud.mark();
    cloud.call("DeleteDedicatedGroup", forced(&group)).ok();
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
    cloud.call("ReadDedicatedGroups", json!({})).ok();
    cloud.call("ReadNets", json!({})).ok();
    cloud.call("ReadNets", json!({})).ok();
    let of = |field: &str, id: &str| json!({ "Filters": { field: [id] } });
    for (operation, field, id) in [
        ("ReadVms", "VmIds", &furnished.vm),
        ("ReadVolumes", "VolumeIds", &furnished.volume),
        (
            "ReadInternetServices",
            "InternetServiceIds",
            &furnished.service,
        ),
        (
            "ReadVirtualGateways",
            "VirtualGatewayIds",
            &furnished.gateway,
        ),
        ("ReadPublicIps", "PublicIpIds", &furnished.public_ip),
        ("ReadSecurityGroups", "SecurityGroupIds", &furnished.outer),
        ("ReadSubnets", "NetIds", &net),
        ("ReadNics", "NetIds", &net),
        ("ReadRouteTables", "NetIds", &net),
        ("ReadSecurityGroups", "NetIds", &net),
    ] {
        cloud.call(operation, of(field, id)).ok();
    }
    mockscale::assert_transcript!(cloud.transcript().since(mark));
}

/// A load balancer in the Net of a group, with a VM behind it, a certificate, a rule, a policy and a
/// public IP of the caller's; and its public IP.
fn balance(cloud: &Cloud, net: &str) -> String {
    let subnet = further_subnet(cloud, net, "10.0.0.0/24", "eu-west-2a");
    let vm = running(cloud, json!({ "SubnetId": subnet }));
    let public_ip = made(cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIp");
    let mut wanted = wanted_in(&subnet, "web");
    wanted["PublicIp"] = json!(public_ip);
    cloud.call("CreateLoadBalancer", wanted).ok();
    for (operation, input) in [
        (
            "LinkLoadBalancerBackendMachines",
            json!({ "BackendVmIds": [vm] }),
        ),
        (
            "CreateLoadBalancerPolicy",
            json!({ "PolicyName": "sticky", "PolicyType": "load_balancer" }),
        ),
    ] {
        let mut input = input;
        input["LoadBalancerName"] = json!("web");
        cloud.call(operation, input).ok();
    }
    let rule = json!({
        "Listener": { "LoadBalancerName": "web", "LoadBalancerPort": 80 },
        "ListenerRule": { "HostNamePattern": "*.example.com", "ListenerRuleName": "api", "Priority": 10 },
        "VmIds": [vm],
    });
    cloud.call("CreateListenerRule", rule).ok();
    public_ip
}

/// Also of another account nothing else goes, though its load balancer is called the same.
#[test]
fn force_takes_load_balancers_along() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    other
        .call("CreateLoadBalancer", load_balancer::wanted("web"))
        .ok();
    cloud
        .call("CreateLoadBalancer", load_balancer::wanted("outside"))
        .ok();
    let group = group(&cloud);
    let net = net(&cloud, &group);
    let public_ip = balance(&cloud, &net);
    let mark = cloud.mark();
    cloud.call("DeleteDedicatedGroup", forced(&group)).ok();
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
    for (operation, input) in [
        ("ReadLoadBalancers", json!({})),
        ("ReadListenerRules", json!({})),
        (
            "ReadPublicIps",
            json!({ "Filters": { "PublicIps": [public_ip] } }),
        ),
        ("ReadVmsHealth", json!({ "LoadBalancerName": "web" })),
    ] {
        cloud.call(operation, input);
    }
    other.call("ReadLoadBalancers", json!({})).ok();
    mockscale::assert_transcript!(cloud.transcript().since(mark));
}

#[test]
fn a_rehearsal_by_force_takes_nothing() {
    let cloud = cloud();
    let group = group(&cloud);
    let net = net(&cloud, &group);
    furnish(&cloud, &net);
    rehearsed(&cloud, "DeleteDedicatedGroup", forced(&group));
    let read = cloud.call("ReadDedicatedGroups", json!({})).ok();
    let lists = ["NetIds", "VmIds"].map(|list| {
        let list = read["DedicatedGroups"][0][list].as_array();
        list.map(Vec::len)
    });
    assert_eq!(lists, [Some(1), Some(1)]);
    for (operation, input) in [
        ("CreateDedicatedGroup", wanted()),
        (
            "UpdateDedicatedGroup",
            json!({ "DedicatedGroupId": group, "Name": "ours" }),
        ),
        ("ReadDedicatedGroups", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
}

/// The tenancy of a VM: what the Net says, what is asked for, and what comes of it.
#[rstest]
#[case::nothing("default", None, Ok("default"))]
#[case::asked("default", Some("dedicated"), Ok("dedicated"))]
#[case::asked_group("default", Some("group"), Ok("group"))]
#[case::of_the_net("dedicated", None, Ok("dedicated"))]
#[case::group_of_the_net("group", None, Ok("group"))]
#[case::default_in_a_group("group", Some("default"), Ok("group"))]
#[case::the_same_group("group", Some("group"), Ok("group"))]
#[case::group_on_dedicated("dedicated", Some("group"), Ok("group"))]
#[case::dedicated_in_a_group("group", Some("dedicated"), Err("4007"))]
#[case::another_group("group", Some("other"), Err("4007"))]
#[case::no_tenancy("default", Some("shared"), Err("4007"))]
fn where_vms_are(
    #[case] of_net: &str,
    #[case] asked: Option<&str>,
    #[case] expected: Result<&str, &str>,
    #[values(true, false)] by_card: bool,
) {
    let cloud = cloud();
    let (group, other) = (group(&cloud), group(&cloud));
    let real = |word: &str| match word {
        "group" => group.clone(),
        "other" => other.clone(),
        word => word.to_owned(),
    };
    let net = net(&cloud, &real(of_net));
    let subnet = further_subnet(&cloud, &net, "10.0.0.0/24", "eu-west-2a");
    let mut input = json!({ "ImageId": LINUX });
    if by_card {
        let card = json!({ "SubnetId": subnet });
        let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
        input["Nics"] = json!([{ "DeviceNumber": 0, "NicId": card }]);
    } else {
        input["SubnetId"] = subnet.into();
    }
    if let Some(asked) = asked {
        input["Placement"] = json!({ "Tenancy": real(asked) });
    }
    match expected {
        Ok(tenancy) => {
            let made = cloud.call("CreateVms", input).ok();
            assert_eq!(made.text("/Vms/0/Placement/Tenancy"), real(tenancy));
        }
        Err(code) => {
            let (status, said, _) = refused_twice(&cloud, "CreateVms", input);
            assert_eq!((status, &*said), (400, code));
        }
    }
}

#[rstest]
#[case::subregion(json!({ "SubregionName": "eu-west-2b" }), "t2.small", "9071")]
#[case::generation(json!({}), "tinav4.c1r1", "9072")]
fn vms_that_do_not_fit(#[case] mut placement: Value, #[case] vm_type: &str, #[case] code: &str) {
    let cloud = cloud();
    placement["Tenancy"] = group(&cloud).into();
    let input = json!({ "ImageId": LINUX, "Placement": placement, "VmType": vm_type });
    let (status, said, _) = refused_twice(&cloud, "CreateVms", input);
    assert_eq!((status, &*said), (409, code));
}

#[test]
fn a_vm_keeps_the_generation_of_its_group() {
    let cloud = cloud();
    let placed = json!({ "Placement": { "Tenancy": group(&cloud) }, "VmType": "tinav5.c1r1" });
    let vm = stopped(&cloud, placed);
    let other = json!({ "VmId": vm, "VmType": "tinav6.c1r1" });
    let (status, code, _) = refused_twice(&cloud, "UpdateVm", other);
    assert_eq!((status, &*code), (409, "9072"));
    let larger = json!({ "VmId": vm, "VmType": "tinav5.c2r4" });
    cloud.call("UpdateVm", larger).ok();
}

#[rstest]
#[case("CpuGeneration", json!(0), "4047")]
#[case("CpuGeneration", json!(-5), "4047")]
#[case("CpuGeneration", json!(8), "4047")]
#[case("SubregionName", json!("eu-west-2z"), "5009")]
#[case("SubregionName", json!(""), "5009")]
fn groups_that_cannot_be_made(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let mut input = wanted();
    input[field] = value;
    let (status, said, _) = refused_twice(&cloud(), "CreateDedicatedGroup", input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("ded-00000000", "5050")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("ded-0", "4105")]
fn groups_that_do_not_exist(
    #[case] id: &str,
    #[case] code: &str,
    #[values("DeleteDedicatedGroup", "UpdateDedicatedGroup")] operation: &str,
) {
    let mut input = named(id);
    if operation == "UpdateDedicatedGroup" {
        input["Name"] = "x".into();
    }
    let (status, said, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn groups_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let group = group(&cloud);
    let other = cloud.as_account("210987654321");
    let placed = json!({ "Tenancy": group });
    for (operation, input) in [
        ("DeleteDedicatedGroup", forced(&group)),
        (
            "UpdateDedicatedGroup",
            json!({ "DedicatedGroupId": group, "Name": "x" }),
        ),
        (
            "CreateNet",
            json!({ "IpRange": "10.0.0.0/16", "Tenancy": group }),
        ),
        (
            "CreateVms",
            json!({ "ImageId": LINUX, "Placement": placed }),
        ),
    ] {
        let (status, code, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*code), (400, "5050"), "{operation}");
    }
    let read = other.call("ReadDedicatedGroups", json!({})).ok();
    assert_eq!(read["DedicatedGroups"], json!([]));
}

#[test]
fn several_may_have_one_name_and_are_read_by_pages() {
    let cloud = cloud();
    let made: Vec<_> = (0..3).map(|_| group(&cloud)).collect();
    assert_eq!(made.len(), 3);
    let count = pages_of_one(&cloud, "ReadDedicatedGroups", "DedicatedGroups");
    assert_eq!(count, 3);
}

#[test]
fn filters() {
    let cloud = cloud();
    let group = group(&cloud);
    every_filter(
        &cloud,
        "ReadDedicatedGroups",
        &json!({}),
        ("DedicatedGroups", "DedicatedGroupId", &group),
        &[
            ("CpuGenerations", json!([5]), json!([4])),
            ("DedicatedGroupIds", json!([group]), json!(["ded-00000000"])),
            ("Names", json!(["mine"]), json!(["ours"])),
            (
                "SubregionNames",
                json!(["eu-west-2a"]),
                json!(["eu-west-2b"]),
            ),
        ],
    );
}
