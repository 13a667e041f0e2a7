//! The calls that the table of quotas is made of: `"$NetId"` stands for the last Net that there was.

use mockscale::{Value, json};

pub(super) const IMAGE: &str = "ami-5aebd4d5";
const SUBREGION: &str = "eu-west-2a";

/// An operation and its input.
pub(super) type Call = (&'static str, Value);

pub(super) fn vm() -> Call {
    ("CreateVms", json!({ "ImageId": IMAGE }))
}

/// A VM of so many vCores, and as many GiB of memory.
pub(super) fn large(size: u32) -> Call {
    let vm_type = format!("tinav5.c{size}r{size}p1");
    ("CreateVms", json!({ "ImageId": IMAGE, "VmType": vm_type }))
}

/// A VM of so many vCores that does not start.
pub(super) fn stopped(size: u32) -> Call {
    let (operation, mut vm) = large(size);
    vm["BootOnCreation"] = false.into();
    (operation, vm)
}

pub(super) fn grown(size: u32) -> Call {
    let vm_type = format!("tinav5.c{size}r{size}p1");
    ("UpdateVm", json!({ "VmId": "$VmId", "VmType": vm_type }))
}

pub(super) fn grouped_vm() -> Call {
    let groups = ["a", "default"];
    let vm = json!({ "ImageId": IMAGE, "SecurityGroups": groups });
    ("CreateVms", vm)
}

pub(super) fn dedicated_vm() -> Call {
    let placement = json!({ "SubregionName": SUBREGION, "Tenancy": "$DedicatedGroupId" });
    let vm = json!({ "ImageId": IMAGE, "VmType": "tinav5.c1r1p1", "Placement": placement });
    ("CreateVms", vm)
}

pub(super) fn dedicated_group(name: &str) -> Call {
    let group = json!({ "CpuGeneration": 5, "Name": name, "SubregionName": SUBREGION });
    ("CreateDedicatedGroup", group)
}

pub(super) fn public_ip() -> Call {
    ("CreatePublicIp", json!({}))
}

pub(super) fn gpu() -> Call {
    let gpu = json!({ "ModelName": "nvidia-p100", "SubregionName": SUBREGION });
    ("CreateFlexibleGpu", gpu)
}

pub(super) fn volume(size: u32) -> Call {
    (
        "CreateVolume",
        json!({ "Size": size, "SubregionName": SUBREGION }),
    )
}

/// An `io1` volume of 20 GiB.
pub(super) fn fast(iops: u32) -> Call {
    let (operation, mut volume) = volume(20);
    volume["VolumeType"] = "io1".into();
    volume["Iops"] = iops.into();
    (operation, volume)
}

pub(super) fn larger(size: u32) -> Call {
    (
        "UpdateVolume",
        json!({ "VolumeId": "$VolumeId", "Size": size }),
    )
}

pub(super) fn retyped(volume_type: &str) -> Call {
    let change = json!({ "VolumeId": "$VolumeId", "VolumeType": volume_type });
    ("UpdateVolume", change)
}

pub(super) fn net() -> Call {
    ("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
}

pub(super) fn subnet(number: u8) -> Call {
    let range = format!("10.0.{number}.0/24");
    (
        "CreateSubnet",
        json!({ "IpRange": range, "NetId": "$NetId" }),
    )
}

pub(super) fn group(name: &str) -> Call {
    let group = json!({ "Description": name, "SecurityGroupName": name });
    ("CreateSecurityGroup", group)
}

pub(super) fn net_group(name: &str) -> Call {
    let (operation, mut group) = group(name);
    group["NetId"] = "$NetId".into();
    (operation, group)
}

/// A rule that lets so many ranges in: a range for each number.
pub(super) fn rule(ranges: &[u8]) -> Call {
    let ranges: Vec<_> = ranges.iter().map(|it| format!("10.0.{it}.0/24")).collect();
    let rule = json!({
        "FromPortRange": 22,
        "IpProtocol": "tcp",
        "IpRanges": ranges,
        "ToPortRange": 22,
    });
    let rules = json!({
        "Flow": "Inbound",
        "Rules": [rule],
        "SecurityGroupId": "$SecurityGroupId",
    });
    ("CreateSecurityGroupRule", rules)
}

pub(super) fn internet_service() -> Call {
    ("CreateInternetService", json!({}))
}

pub(super) fn linked() -> Call {
    let link = json!({ "InternetServiceId": "$InternetServiceId", "NetId": "$NetId" });
    ("LinkInternetService", link)
}

pub(super) fn route_table() -> Call {
    ("CreateRouteTable", json!({ "NetId": "$NetId" }))
}

pub(super) fn route() -> Call {
    let route = json!({
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": "$InternetServiceId",
        "RouteTableId": "$RouteTableId",
    });
    ("CreateRoute", route)
}

pub(super) fn virtual_gateway() -> Call {
    (
        "CreateVirtualGateway",
        json!({ "ConnectionType": "ipsec.1" }),
    )
}

pub(super) fn client_gateway(number: u8) -> Call {
    let gateway = json!({
        "BgpAsn": 65000,
        "ConnectionType": "ipsec.1",
        "PublicIp": format!("192.0.2.{number}"),
    });
    ("CreateClientGateway", gateway)
}

pub(super) fn listener(port: u16) -> Value {
    json!({ "BackendPort": 80, "LoadBalancerPort": port, "LoadBalancerProtocol": "TCP" })
}

fn listeners(ports: &[u16]) -> Vec<Value> {
    ports.iter().map(|port| listener(*port)).collect()
}

/// A load balancer of the public Cloud that listens on these ports.
pub(super) fn balancer(name: &str, ports: &[u16]) -> Call {
    let balancer = json!({
        "Listeners": listeners(ports),
        "LoadBalancerName": name,
        "SubregionNames": [SUBREGION],
    });
    ("CreateLoadBalancer", balancer)
}

/// One more port of the load balancer `a`.
pub(super) fn more(port: u16) -> Call {
    let more = json!({ "Listeners": listeners(&[port]), "LoadBalancerName": "a" });
    ("CreateLoadBalancerListeners", more)
}

/// A rule of the load balancer `a` on port 80.
pub(super) fn listener_rule(priority: u16) -> Call {
    let rule = json!({
        "Listener": { "LoadBalancerName": "a", "LoadBalancerPort": 80 },
        "ListenerRule": {
            "ListenerRuleName": format!("rule-{priority}"),
            "PathPattern": "/a",
            "Priority": priority,
        },
        "VmIds": ["$VmId"],
    });
    ("CreateListenerRule", rule)
}

pub(super) fn direct_link() -> Call {
    let link = json!({ "Bandwidth": "1Gbps", "DirectLinkName": "office", "Location": "PAR1" });
    ("CreateDirectLink", link)
}

pub(super) fn snapshot() -> Call {
    ("CreateSnapshot", json!({ "VolumeId": "$VolumeId" }))
}

pub(super) fn product_type() -> Call {
    ("CreateProductType", json!({ "Description": "mine" }))
}

pub(super) fn account(number: u8) -> Call {
    let account = json!({
        "City": "Paris",
        "CompanyName": "Example",
        "Country": "France",
        "CustomerId": "12345678",
        "Email": format!("user{number}@example.com"),
        "FirstName": "A",
        "LastName": "B",
        "ZipCode": "75000",
    });
    ("CreateAccount", account)
}
