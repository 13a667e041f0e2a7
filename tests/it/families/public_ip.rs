//! Conversations about the family `public_ip`.

use mockscale::{Cloud, Response, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, linked_service, manual, pages_of_one, refused_twice, rehearsed,
};
use crate::vm::{shown, stopped};

const AUTO_ATTACH: &str = "osc.fcu.eip.auto-attach";

/// A cloud that has made things, and what calls about them need.
struct World {
    cloud: Cloud,
}

impl World {
    fn new() -> Self {
        Self { cloud: cloud() }
    }

    fn ok(&self, operation: &str, input: Value) -> Response {
        self.cloud.call(operation, input).ok()
    }

    fn made(&self, operation: &str, input: Value, pointer: &str) -> String {
        self.ok(operation, input).text(pointer).to_owned()
    }

    fn public_ip(&self) -> String {
        self.made("CreatePublicIp", json!({}), "/PublicIp/PublicIpId")
    }

    fn address(&self, public_ip: &str) -> String {
        let filters = json!({ "Filters": { "PublicIpIds": [public_ip] } });
        self.made("ReadPublicIps", filters, "/PublicIps/0/PublicIp")
    }

    /// A Subnet of a Net that has an Internet service.
    fn subnet(&self) -> String {
        let (net, subnet) = self.closed_subnet();
        linked_service(&self.cloud, &net);
        subnet
    }

    /// A Net that has no Internet service, and its Subnet.
    fn closed_subnet(&self) -> (String, String) {
        let range = json!({ "IpRange": "10.0.0.0/16" });
        let net = self.made("CreateNet", range, "/Net/NetId");
        let subnet = json!({ "NetId": net, "IpRange": "10.0.1.0/24" });
        let subnet = self.made("CreateSubnet", subnet, "/Subnet/SubnetId");
        (net, subnet)
    }

    fn nic(&self, subnet: &str) -> String {
        let wanted = json!({
            "SubnetId": subnet,
            "PrivateIps": [
                { "PrivateIp": "10.0.1.10", "IsPrimary": true },
                { "PrivateIp": "10.0.1.11", "IsPrimary": false },
            ],
        });
        self.made("CreateNic", wanted, "/Nic/NicId")
    }

    /// A VM that runs: in the public Cloud, or in a Subnet.
    fn vm(&self, subnet: Option<&str>) -> String {
        let image = self.made("ReadImages", json!({}), "/Images/0/ImageId");
        let mut wanted = json!({ "ImageId": image });
        if let Some(subnet) = subnet {
            wanted["SubnetId"] = json!(subnet);
        }
        let vm = self.made("CreateVms", wanted, "/Vms/0/VmId");
        self.cloud.settle();
        vm
    }

    fn link(&self, input: Value) -> String {
        self.made("LinkPublicIp", input, "/LinkPublicIpId")
    }

    fn shown(&self, public_ip: &str) -> Value {
        let filters = json!({ "Filters": { "PublicIpIds": [public_ip] } });
        self.ok("ReadPublicIps", filters)["PublicIps"][0].clone()
    }

    fn found(&self, filter: &str, value: &Value) -> Option<usize> {
        let filters = json!({ "Filters": { filter: [value] } });
        let read = self.ok("ReadPublicIps", filters);
        read["PublicIps"].as_array().map(Vec::len)
    }
}

#[test]
fn allocating_reading_and_releasing() {
    let cloud = cloud();
    let one = cloud.call("CreatePublicIp", json!({})).ok();
    let other = cloud.call("CreatePublicIp", json!({})).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    let id = json!({ "PublicIpId": one.text("/PublicIp/PublicIpId") });
    cloud.call("DeletePublicIp", id.clone()).ok();
    cloud.call("DeletePublicIp", id);
    let address = json!({ "PublicIp": other.text("/PublicIp/PublicIp") });
    cloud.call("DeletePublicIp", address).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn linking_to_a_vm_of_the_public_cloud() {
    let world = World::new();
    let (vm, ip) = (world.vm(None), world.public_ip());
    let cloud = world.cloud.fork();
    let linked = json!({ "PublicIpId": ip, "VmId": vm });
    let link = cloud.call("LinkPublicIp", linked).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    let read = json!({ "Filters": { "VmIds": [vm] } });
    cloud.call("ReadVms", read).ok();
    cloud.call("DeletePublicIp", json!({ "PublicIpId": ip }));
    let unlink = json!({ "LinkPublicIpId": link.text("/LinkPublicIpId") });
    cloud.call("UnlinkPublicIp", unlink.clone()).ok();
    cloud.call("UnlinkPublicIp", unlink);
    cloud.call("ReadPublicIps", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn linking_to_a_card_of_a_net() {
    let world = World::new();
    let nic = world.nic(&world.subnet());
    let (one, other) = (world.public_ip(), world.public_ip());
    let cloud = world.cloud.fork();
    let primary = json!({ "PublicIpId": one, "NicId": nic });
    cloud.call("LinkPublicIp", primary).ok();
    let secondary = json!({ "PublicIpId": other, "NicId": nic, "PrivateIp": "10.0.1.11" });
    cloud.call("LinkPublicIp", secondary).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    cloud.call("ReadNics", json!({})).ok();
    cloud.call("DeleteNic", json!({ "NicId": nic })).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_vm_in_a_net_is_linked_by_its_only_card() {
    let world = World::new();
    let subnet = world.subnet();
    let (vm, ip) = (world.vm(Some(&subnet)), world.public_ip());
    world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    assert_eq!(world.shown(&ip)["VmId"], *vm);
    let nic = world.nic(&subnet);
    let add = json!({ "NicId": nic, "VmId": vm, "DeviceNumber": 1 });
    world.ok("LinkNic", add);
    let ip = world.public_ip();
    let linked = json!({ "PublicIpId": ip, "VmId": vm });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", linked);
    assert_eq!((status, code.as_str()), (400, "4046"));
    world.link(json!({ "PublicIpId": ip, "NicId": nic }));
    assert_eq!(world.shown(&ip)["VmId"], *vm);
}

#[test]
fn a_net_needs_an_internet_service() {
    let world = World::new();
    let (_, subnet) = world.closed_subnet();
    let (nic, ip) = (world.nic(&subnet), world.public_ip());
    let linked = json!({ "PublicIpId": ip, "NicId": nic });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", linked);
    assert_eq!((status, code.as_str()), (409, "9026"));
}

#[test]
fn a_link_keeps_the_internet_service_in_its_net() {
    let world = World::new();
    let nic = world.nic(&world.subnet());
    let ip = world.public_ip();
    let link = world.link(json!({ "PublicIpId": ip, "NicId": nic }));
    let service = world.ok("ReadInternetServices", json!({}));
    let unlink = json!({
        "InternetServiceId": service["InternetServices"][0]["InternetServiceId"],
        "NetId": service["InternetServices"][0]["NetId"],
    });
    let (status, code, _) = refused_twice(&world.cloud, "UnlinkInternetService", unlink.clone());
    assert_eq!((status, code.as_str()), (409, "1004"));
    world.ok("UnlinkPublicIp", json!({ "LinkPublicIpId": link }));
    world.ok("UnlinkInternetService", unlink);
}

#[test]
fn in_the_public_cloud_a_link_moves_unless_told_not_to() {
    let world = World::new();
    let (one, other, ip) = (world.vm(None), world.vm(None), world.public_ip());
    let first = world.link(json!({ "PublicIpId": ip, "VmId": one }));
    let moved = json!({ "PublicIpId": ip, "VmId": other, "AllowRelink": false });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", moved);
    assert_eq!((status, code.as_str()), (409, "9031"));
    let second = world.link(json!({ "PublicIpId": ip, "VmId": other }));
    assert_ne!(first, second);
    assert_eq!(world.shown(&ip)["VmId"], *other);
}

#[test]
fn in_a_net_a_link_stays_unless_told_otherwise() {
    let world = World::new();
    let nic = world.nic(&world.subnet());
    let (one, other) = (world.public_ip(), world.public_ip());
    let link = world.link(json!({ "PublicIpId": one, "NicId": nic }));
    let taken = json!({ "PublicIpId": other, "NicId": nic });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", taken);
    assert_eq!((status, code.as_str()), (409, "9031"));
    // What it is linked to already does not stand in its way.
    assert_eq!(world.link(json!({ "PublicIpId": one, "NicId": nic })), link);
    let second = json!({ "PublicIpId": one, "NicId": nic, "PrivateIp": "10.0.1.11" });
    world.link(second);
    assert_eq!(world.shown(&one)["PrivateIp"], "10.0.1.11");
    world.link(json!({ "PublicIpId": one, "NicId": nic }));
    let subnet = world.subnet();
    let far = json!({ "PublicIpId": one, "NicId": world.nic(&subnet) });
    assert_eq!(refused_twice(&world.cloud, "LinkPublicIp", far).1, "9031");
    world.link(json!({ "PublicIpId": other, "NicId": nic, "AllowRelink": true }));
    assert_eq!(world.shown(&one).get("LinkPublicIpId"), None);
    assert_eq!(world.shown(&other)["PrivateIp"], "10.0.1.10");
}

#[test]
fn a_stop_unlinks_what_was_linked_by_the_vm() {
    let world = World::new();
    let (vm, ip) = (world.vm(None), world.public_ip());
    world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    world.ok("StopVms", json!({ "VmIds": [vm] }));
    world.cloud.settle();
    assert_eq!(world.shown(&ip).get("LinkPublicIpId"), None);
    world.ok("StartVms", json!({ "VmIds": [vm] }));
    world.cloud.settle();
    assert_eq!(world.shown(&ip).get("LinkPublicIpId"), None);
}

#[test]
fn a_vm_that_never_ran_takes_a_link() {
    let world = World::new();
    let (vm, ip) = (stopped(&world.cloud, json!({})), world.public_ip());
    let link = world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    assert_eq!(world.shown(&ip)["LinkPublicIpId"], *link);
    assert_eq!(shown(&world.cloud, &vm)["PublicIp"], *world.address(&ip));
}

/// A VM of the public Cloud is never without an address while it runs.
#[test]
fn after_an_unlink_another_address_is_lent() {
    let world = World::new();
    let (vm, ip) = (world.vm(None), world.public_ip());
    let address = || shown(&world.cloud, &vm)["PublicIp"].clone();
    let first = address();
    let link = world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    assert_eq!(address(), *world.address(&ip));
    world.ok("UnlinkPublicIp", json!({ "LinkPublicIpId": link }));
    let second = address();
    assert!(second.is_string(), "{second}");
    assert!(second != first && second != *world.address(&ip), "{second}");
    // One that is taken away by another VM is replaced as well.
    world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    world.link(json!({ "PublicIpId": ip, "VmId": world.vm(None) }));
    assert!(address().is_string() && address() != second);
    // A stopped one has none, also when it had one that was linked.
    world.ok("StopVms", json!({ "VmIds": [vm] }));
    world.cloud.settle();
    let link = world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    world.ok("UnlinkPublicIp", json!({ "LinkPublicIpId": link }));
    assert_eq!(address(), Value::Null);
}

#[test]
fn a_stop_leaves_what_was_linked_by_the_card() {
    let world = World::new();
    let vm = world.vm(Some(&world.subnet()));
    let ip = world.public_ip();
    let nic = world.made(
        "ReadVms",
        json!({ "Filters": { "VmIds": [vm] } }),
        "/Vms/0/Nics/0/NicId",
    );
    let link = world.link(json!({ "PublicIpId": ip, "NicId": nic }));
    world.ok("StopVms", json!({ "VmIds": [vm] }));
    world.cloud.settle();
    assert_eq!(world.shown(&ip)["LinkPublicIpId"], *link);
}

#[test]
fn a_tag_keeps_or_makes_the_link() {
    let world = World::new();
    let (vm, ip) = (world.vm(None), world.public_ip());
    let tag = json!({ "Key": AUTO_ATTACH, "Value": world.address(&ip) });
    world.ok("CreateTags", json!({ "ResourceIds": [vm], "Tags": [tag] }));
    let link = world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    let restart = || {
        world.ok("StopVms", json!({ "VmIds": [vm] }));
        world.cloud.settle();
        world.ok("StartVms", json!({ "VmIds": [vm] }));
        world.cloud.settle();
    };
    restart();
    assert_eq!(world.shown(&ip)["LinkPublicIpId"], *link);
    let address = json!({ "PublicIp": world.address(&ip) });
    world.ok("UnlinkPublicIp", address);
    restart();
    assert_eq!(world.shown(&ip)["VmId"], *vm);
}

#[rstest]
#[case::no_ip(json!({ "VmId": "<vm>" }), "7999")]
#[case::empty_ip(json!({ "PublicIp": "", "VmId": "<vm>" }), "7999")]
#[case::no_target(json!({ "PublicIpId": "<ip>" }), "7999")]
#[case::two_targets(json!({ "PublicIpId": "<ip>", "VmId": "<vm>", "NicId": "<nic>" }), "4046")]
#[case::two_ips(json!({ "PublicIpId": "<ip>", "PublicIp": "198.18.9.9", "VmId": "<vm>" }), "4046")]
#[case::no_ip_and_unknown_vm(json!({ "VmId": "i-00000000" }), "7999")]
#[case::vm_first(json!({ "PublicIpId": "eipalloc-00000000", "VmId": "i-00000000" }), "5063")]
#[case::unknown_ip(json!({ "PublicIpId": "eipalloc-00000000", "VmId": "<vm>" }), "5080")]
#[case::unknown_address(json!({ "PublicIp": "198.18.9.9", "VmId": "<vm>" }), "5025")]
#[case::unknown_nic(json!({ "PublicIpId": "<ip>", "NicId": "eni-00000000" }), "5036")]
#[case::malformed_ip(json!({ "PublicIpId": "eipalloc-x", "VmId": "<vm>" }), "4105")]
#[case::wrong_prefix(json!({ "PublicIpId": "<vm>", "VmId": "<vm>" }), "4104")]
#[case::address_in_the_public_cloud(
    json!({ "PublicIpId": "<ip>", "VmId": "<vm>", "PrivateIp": "10.0.0.1" }),
    "4046"
)]
#[case::not_its_address(
    json!({ "PublicIpId": "<ip>", "NicId": "<nic>", "PrivateIp": "10.0.1.99" }),
    "4047"
)]
fn a_link_is_refused(#[case] mut input: Value, #[case] code: &str) {
    let world = World::new();
    let ids = [
        ("<vm>", world.vm(None)),
        ("<ip>", world.public_ip()),
        ("<nic>", world.nic(&world.subnet())),
    ];
    for value in input
        .as_object_mut()
        .into_iter()
        .flat_map(|it| it.values_mut())
    {
        if let Some((_, id)) = ids.iter().find(|(name, _)| value == name) {
            *value = json!(id);
        }
    }
    let (status, said, _) = refused_twice(&world.cloud, "LinkPublicIp", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn a_vm_that_goes_away_takes_no_link_and_frees_the_one_it_has() {
    let world = World { cloud: manual() };
    let (vm, linked, free) = (world.vm(None), world.public_ip(), world.public_ip());
    world.link(json!({ "PublicIpId": linked, "VmId": vm }));
    world.ok("DeleteVms", json!({ "VmIds": [vm] }));
    let link = json!({ "PublicIpId": free, "VmId": vm });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", link);
    assert_eq!((status, code.as_str()), (409, "6006"));
    world.cloud.settle();
    assert_eq!(world.shown(&linked).get("LinkPublicIpId"), None);
}

#[test]
fn the_card_of_a_public_vm_cannot_be_named() {
    let world = World::new();
    let (vm, ip) = (world.vm(None), world.public_ip());
    world.link(json!({ "PublicIpId": ip, "VmId": vm }));
    let nic = world.shown(&ip)["NicId"].clone();
    let link = json!({ "PublicIpId": world.public_ip(), "NicId": nic });
    let (status, code, _) = refused_twice(&world.cloud, "LinkPublicIp", link);
    assert_eq!((status, code.as_str()), (400, "5036"));
}

#[rstest]
#[case::nothing(json!({}), "7006")]
#[case::empty(json!({ "LinkPublicIpId": "" }), "7006")]
#[case::unknown_link(json!({ "LinkPublicIpId": "eipassoc-00000000" }), "5026")]
#[case::malformed_link(json!({ "LinkPublicIpId": "eipassoc-0" }), "4105")]
#[case::ip_as_link(json!({ "LinkPublicIpId": "eipalloc-00000000" }), "4104")]
#[case::unknown_address(json!({ "PublicIp": "198.18.9.9" }), "5025")]
#[case::not_linked(json!({ "PublicIp": "198.18.0.1" }), "5026")]
fn an_unlink_is_refused(#[case] input: Value, #[case] code: &str) {
    let world = World::new();
    world.public_ip();
    let (status, said, _) = refused_twice(&world.cloud, "UnlinkPublicIp", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[rstest]
#[case::nothing(json!({}), "7999")]
#[case::unknown(json!({ "PublicIpId": "eipalloc-00000000" }), "5080")]
#[case::unknown_address(json!({ "PublicIp": "198.18.9.9" }), "5025")]
fn a_release_is_refused(#[case] input: Value, #[case] code: &str) {
    let (status, said, _) = refused_twice(&cloud(), "DeletePublicIp", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn what_belongs_to_others_is_not_there() {
    let cloud = builder().account("222222222222").build();
    let made = cloud.call("CreatePublicIp", json!({})).ok();
    let other = cloud.as_account("222222222222");
    for (input, expected) in [
        (
            json!({ "PublicIpId": made["PublicIp"]["PublicIpId"] }),
            "5080",
        ),
        (json!({ "PublicIp": made["PublicIp"]["PublicIp"] }), "5025"),
    ] {
        let (status, code, _) = refused_twice(&other, "DeletePublicIp", input);
        assert_eq!((status, code.as_str()), (400, expected));
    }
}

#[test]
fn every_filter_selects() {
    let world = World::new();
    let (nic, vm) = (world.nic(&world.subnet()), world.vm(None));
    let (in_net, in_cloud) = (world.public_ip(), world.public_ip());
    let second = world.public_ip();
    world.public_ip();
    let link = world.link(json!({ "PublicIpId": in_net, "NicId": nic }));
    world.link(json!({ "PublicIpId": second, "NicId": nic, "PrivateIp": "10.0.1.11" }));
    world.link(json!({ "PublicIpId": in_cloud, "VmId": vm }));
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    world.ok(
        "CreateTags",
        json!({ "ResourceIds": [in_net], "Tags": tags }),
    );
    for (filter, hit, hits, miss) in [
        (
            "LinkPublicIpIds",
            json!(link),
            1,
            json!("eipassoc-00000000"),
        ),
        (
            "NicAccountIds",
            json!("123456789012"),
            3,
            json!("222222222222"),
        ),
        ("NicIds", json!(nic), 2, json!("eni-00000000")),
        ("Placements", json!("vpc"), 2, json!("elsewhere")),
        ("Placements", json!("standard"), 1, json!("elsewhere")),
        ("PrivateIps", json!("10.0.1.10"), 1, json!("10.0.1.12")),
        ("PublicIpIds", json!(in_net), 1, json!("eipalloc-00000000")),
        (
            "PublicIps",
            json!(world.address(&in_net)),
            1,
            json!("198.18.9.9"),
        ),
        ("TagKeys", json!("stage"), 1, json!("test")),
        ("TagValues", json!("test"), 1, json!("stage")),
        ("Tags", json!("stage=test"), 1, json!("stage=live")),
        ("VmIds", json!(vm), 1, json!("i-00000000")),
    ] {
        assert_eq!(world.found(filter, &hit), Some(hits), "{filter}");
        assert_eq!(world.found(filter, &miss), Some(0), "{filter}");
    }
}

#[test]
fn rehearsals_change_nothing() {
    let world = World::new();
    let nic = world.nic(&world.subnet());
    let (linked, free) = (world.public_ip(), world.public_ip());
    let link = world.link(json!({ "PublicIpId": linked, "NicId": nic }));
    let before = [world.shown(&linked), world.shown(&free)];
    for (operation, input) in [
        ("CreatePublicIp", json!({})),
        (
            "LinkPublicIp",
            json!({ "AllowRelink": true, "NicId": nic, "PublicIpId": free }),
        ),
        ("UnlinkPublicIp", json!({ "LinkPublicIpId": link })),
        ("DeletePublicIp", json!({ "PublicIpId": free })),
        ("ReadPublicIps", json!({})),
        ("ReadPublicIpRanges", json!({})),
    ] {
        rehearsed(&world.cloud, operation, input);
    }
    assert_eq!([world.shown(&linked), world.shown(&free)], before);
    let count = pages_of_one(&world.cloud, "ReadPublicIps", "PublicIps");
    assert_eq!(count, 2);
    let count = pages_of_one(&world.cloud, "ReadPublicIpRanges", "PublicIps");
    assert!(count >= 2, "only {count} ranges");
}
