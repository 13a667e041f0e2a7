//! Conversations about the family `nat_service`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, last, linked_service, made, pages_of_one, refused_twice,
    rehearsed, selected,
};

/// A Net with a Subnet from which the Internet is reached, and a public IP.
pub(crate) struct Place {
    pub(crate) net: String,
    pub(crate) subnet: String,
    pub(crate) service: String,
    pub(crate) table: String,
    pub(crate) public_ip: String,
}

pub(crate) fn place(cloud: &Cloud) -> Place {
    place_in(cloud, "default")
}

fn place_in(cloud: &Cloud, tenancy: &str) -> Place {
    let net = json!({ "IpRange": "10.0.0.0/16", "Tenancy": tenancy });
    let net = made(cloud, "CreateNet", net, "/Net/NetId");
    let subnet = json!({ "IpRange": "10.0.0.0/24", "NetId": net });
    let subnet = made(cloud, "CreateSubnet", subnet, "/Subnet/SubnetId");
    let service = linked_service(cloud, &net);
    let id = "/RouteTable/RouteTableId";
    let table = made(cloud, "CreateRouteTable", json!({ "NetId": net }), id);
    let linked = json!({ "RouteTableId": table, "SubnetId": subnet });
    cloud.call("LinkRouteTable", linked).ok();
    let route = json!({
        "DestinationIpRange": "0.0.0.0/0", "GatewayId": service, "RouteTableId": table,
    });
    cloud.call("CreateRoute", route).ok();
    Place {
        net,
        subnet,
        service,
        table,
        public_ip: public_ip(cloud),
    }
}

fn public_ip(cloud: &Cloud) -> String {
    made(cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIpId")
}

impl Place {
    fn wanted(&self) -> Value {
        json!({ "PublicIpId": self.public_ip, "SubnetId": self.subnet })
    }

    pub(crate) fn nat(&self, cloud: &Cloud) -> String {
        let id = "/NatService/NatServiceId";
        made(cloud, "CreateNatService", self.wanted(), id)
    }
}

fn named(nat: &str) -> Value {
    json!({ "NatServiceId": nat })
}

/// The public IP of an identifier, as it is read.
fn read_public_ip(cloud: &Cloud, id: &str) -> Value {
    let read = json!({ "Filters": { "PublicIpIds": [id] } });
    cloud.call("ReadPublicIps", read).ok()["PublicIps"][0].clone()
}

fn free_addresses(cloud: &Cloud, subnet: &str) -> Value {
    let read = json!({ "Filters": { "SubnetIds": [subnet] } });
    cloud.call("ReadSubnets", read).ok()["Subnets"][0]["AvailableIpsCount"].clone()
}

#[test]
fn life() {
    let cloud = cloud();
    let place = place(&cloud);
    let mark = cloud.mark();
    let mut wanted = place.wanted();
    wanted["ClientToken"] = "once".into();
    let id = "/NatService/NatServiceId";
    let nat = made(&cloud, "CreateNatService", wanted, id);
    cloud.call("ReadNatServices", json!({})).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    cloud.call("DeleteNatService", named(&nat)).ok();
    cloud.call("DeleteNatService", named(&nat));
    cloud.call("ReadNatServices", json!({})).ok();
    cloud.call("ReadPublicIps", json!({})).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    let released = json!({ "PublicIpId": place.public_ip });
    cloud.call("DeletePublicIp", released).ok();
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

/// What is in the way while a service lives, and not any more when it is deleted.
#[test]
fn what_a_service_keeps() {
    let cloud = cloud();
    let place = place(&cloud);
    let nat = place.nat(&cloud);
    let service = json!({ "InternetServiceId": place.service, "NetId": place.net });
    let subnet = json!({ "SubnetId": place.subnet });
    let link = read_public_ip(&cloud, &place.public_ip)["LinkPublicIpId"].clone();
    let address = read_public_ip(&cloud, &place.public_ip)["PublicIp"].clone();
    let card = made(
        &cloud,
        "CreateNic",
        json!({ "SubnetId": place.subnet }),
        "/Nic/NicId",
    );
    for (operation, input, code) in [
        ("UnlinkInternetService", service.clone(), "1018"),
        (
            "DeletePublicIp",
            json!({ "PublicIpId": place.public_ip }),
            "9031",
        ),
        ("DeletePublicIp", json!({ "PublicIp": address }), "9031"),
        ("UnlinkPublicIp", json!({ "LinkPublicIpId": link }), "9031"),
        ("UnlinkPublicIp", json!({ "PublicIp": address }), "9031"),
        (
            "LinkPublicIp",
            json!({ "AllowRelink": true, "NicId": card, "PublicIpId": place.public_ip }),
            "9031",
        ),
        (
            "LinkPublicIp",
            json!({ "NicId": card, "PublicIpId": place.public_ip }),
            "9031",
        ),
        ("CreateNatService", place.wanted(), "9031"),
    ] {
        let (status, said, details) = refused_twice(&cloud, operation, input);
        assert_eq!((status, &*said), (409, code), "{operation}: {details}");
    }
    cloud.call("DeleteNic", json!({ "NicId": card })).ok();
    let (status, code, details) = refused_twice(&cloud, "DeleteSubnet", subnet.clone());
    assert_eq!((status, &*code), (409, "9095"));
    assert!(details.contains(&nat), "{details}");
    let (status, code, _) = refused_twice(&cloud, "DeleteNet", json!({ "NetId": place.net }));
    assert_eq!((status, &*code), (409, "9097"));
    cloud.call("DeleteNatService", named(&nat)).ok();
    cloud.call("UnlinkInternetService", service).ok();
    cloud.call("DeleteSubnet", subnet).ok();
    let table = json!({ "RouteTableId": place.table });
    cloud.call("DeleteRouteTable", table).ok();
    cloud.call("DeleteNet", json!({ "NetId": place.net })).ok();
    cloud.settle();
    let read = cloud.call("ReadNatServices", json!({})).ok();
    assert_eq!(read.text("/NatServices/0/State"), "deleted");
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn a_service_takes_one_address_of_its_subnet() {
    let cloud = cloud();
    let place = place(&cloud);
    let before = free_addresses(&cloud, &place.subnet);
    let nat = place.nat(&cloud);
    assert_eq!(before, 251);
    assert_eq!(free_addresses(&cloud, &place.subnet), 250);
    // Nobody else gets it.
    let card = json!({ "SubnetId": place.subnet });
    let address = made(&cloud, "CreateNic", card, "/Nic/PrivateIps/0/PrivateIp");
    assert_eq!(address, "10.0.0.5");
    cloud.call("DeleteNatService", named(&nat)).ok();
    assert_eq!(free_addresses(&cloud, &place.subnet), 250);
    let card = json!({ "PrivateIps": [{ "IsPrimary": true, "PrivateIp": "10.0.0.4" }], "SubnetId": place.subnet });
    cloud.call("CreateNic", card).ok();
}

#[test]
fn a_full_subnet_has_no_place() {
    let cloud = cloud();
    let place = place(&cloud);
    let small = json!({ "IpRange": "10.0.1.0/29", "NetId": place.net });
    let small = made(&cloud, "CreateSubnet", small, "/Subnet/SubnetId");
    let linked = json!({ "RouteTableId": place.table, "SubnetId": small });
    cloud.call("LinkRouteTable", linked).ok();
    for _ in 0..3 {
        cloud.call("CreateNic", json!({ "SubnetId": small })).ok();
    }
    let wanted = json!({ "PublicIpId": place.public_ip, "SubnetId": small });
    let (status, code, _) = refused_twice(&cloud, "CreateNatService", wanted);
    assert_eq!((status, &*code), (409, "10001"));
}

#[test]
fn several_in_one_subnet() {
    let cloud = cloud();
    let place = place(&cloud);
    place.nat(&cloud);
    let second = json!({ "PublicIpId": public_ip(&cloud), "SubnetId": place.subnet });
    cloud.call("CreateNatService", second).ok();
    assert_eq!(free_addresses(&cloud, &place.subnet), 249);
}

/// What makes a Subnet public: a route of its table, its own or the main one, to an Internet service.
#[test]
fn only_from_a_public_subnet() {
    let cloud = cloud();
    let place = place(&cloud);
    let not_public = || {
        let (status, code, _) = refused_twice(&cloud, "CreateNatService", place.wanted());
        assert_eq!((status, &*code), (409, "9045"));
    };
    let route = json!({ "DestinationIpRange": "0.0.0.0/0", "RouteTableId": place.table });
    cloud.call("DeleteRoute", route.clone()).ok();
    not_public();
    // Not by another gateway.
    let gateway = json!({ "ConnectionType": "ipsec.1" });
    let id = "/VirtualGateway/VirtualGatewayId";
    let gateway = made(&cloud, "CreateVirtualGateway", gateway, id);
    let linked = json!({ "NetId": place.net, "VirtualGatewayId": gateway });
    cloud.call("LinkVirtualGateway", linked).ok();
    let mut to_gateway = route.clone();
    to_gateway["GatewayId"] = gateway.into();
    cloud.call("CreateRoute", to_gateway).ok();
    not_public();
    // The main table does not help a Subnet that has its own, but one that has none.
    let tables = json!({ "Filters": { "LinkRouteTableMain": true, "NetIds": [place.net] } });
    let main = cloud.call("ReadRouteTables", tables).ok();
    let main = main.text("/RouteTables/0/RouteTableId").to_owned();
    let to_service = json!({
        "DestinationIpRange": "192.0.2.0/24", "GatewayId": place.service, "RouteTableId": main,
    });
    cloud.call("CreateRoute", to_service).ok();
    not_public();
    let tables = json!({ "Filters": { "RouteTableIds": [place.table] } });
    let table = cloud.call("ReadRouteTables", tables).ok();
    let link = table.text("/RouteTables/0/LinkRouteTables/0/LinkRouteTableId");
    cloud
        .call("UnlinkRouteTable", json!({ "LinkRouteTableId": link }))
        .ok();
    // A route to an Internet service that is not linked leads nowhere.
    let service = json!({ "InternetServiceId": place.service, "NetId": place.net });
    cloud.call("UnlinkInternetService", service.clone()).ok();
    not_public();
    cloud.call("LinkInternetService", service).ok();
    place.nat(&cloud);
}

#[test]
fn a_token_makes_it_once() {
    let cloud = cloud();
    let place = place(&cloud);
    let mut wanted = place.wanted();
    wanted["ClientToken"] = "token".into();
    let first = cloud.call("CreateNatService", wanted.clone()).ok();
    let again = cloud.call("CreateNatService", wanted.clone()).ok();
    assert_eq!(first["NatService"], again["NatService"]);
    assert!(last(&cloud).effects.is_empty());
    let mut other = wanted.clone();
    other["PublicIpId"] = public_ip(&cloud).into();
    let (status, code, _) = refused_twice(&cloud, "CreateNatService", other);
    assert_eq!((status, &*code), (400, "4091"));
    // A deleted one does not count, and an empty token is none.
    let nat = first.text("/NatService/NatServiceId");
    cloud.call("DeleteNatService", named(nat)).ok();
    let new = cloud.call("CreateNatService", wanted).ok();
    assert_ne!(new["NatService"]["NatServiceId"], nat);
    cloud
        .call(
            "DeleteNatService",
            named(new.text("/NatService/NatServiceId")),
        )
        .ok();
    let mut untold = place.wanted();
    untold["ClientToken"] = "".into();
    let plain = cloud.call("CreateNatService", untold).ok();
    assert!(plain["NatService"].get("ClientToken").is_none());
}

#[rstest]
#[case::both_unknown("subnet-00000000", "eipalloc-00000000", "5057")]
#[case::subnet_of_another_kind("vpc-00000000", "", "4104")]
#[case::subnet_malformed("subnet-0", "", "4105")]
#[case::ip_unknown("", "eipalloc-00000000", "5080")]
#[case::ip_of_another_kind("", "eni-00000000", "4104")]
#[case::an_address("", "192.0.2.1", "4104")]
#[case::ip_malformed("", "eipalloc-0", "4105")]
fn what_does_not_exist(#[case] subnet: &str, #[case] public_ip: &str, #[case] code: &str) {
    let cloud = cloud();
    let place = place(&cloud);
    let mut wanted = place.wanted();
    for (property, id) in [("SubnetId", subnet), ("PublicIpId", public_ip)] {
        if !id.is_empty() {
            wanted[property] = id.into();
        }
    }
    let (status, said, _) = refused_twice(&cloud, "CreateNatService", wanted);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("nat-00000000", "5032")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("nat-0", "4105")]
#[case::deleted("", "5032")]
fn services_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let cloud = cloud();
    let place = place(&cloud);
    let deleted = place.nat(&cloud);
    let tags = |id: &str| json!({ "ResourceIds": [id], "Tags": [{ "Key": "k", "Value": "v" }] });
    cloud.call("CreateTags", tags(&deleted)).ok();
    cloud.call("DeleteNatService", named(&deleted)).ok();
    let id = if id.is_empty() { &deleted } else { id };
    let (status, said, _) = refused_twice(&cloud, "DeleteNatService", named(id));
    assert_eq!((status, &*said), (400, code));
    // Deleted ones keep their tags, and get no new ones.
    let read = cloud.call("ReadNatServices", json!({})).ok();
    assert_eq!(read["NatServices"][0]["Tags"][0]["Key"], "k");
    let (status, said, _) = refused_twice(&cloud, "CreateTags", tags(&deleted));
    assert_eq!((status, &*said), (400, "5032"));
}

#[test]
fn a_linked_public_ip_is_not_free() {
    let cloud = cloud();
    let place = place(&cloud);
    let card = json!({ "SubnetId": place.subnet });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    let linked = json!({ "NicId": card, "PublicIpId": place.public_ip });
    cloud.call("LinkPublicIp", linked).ok();
    let (status, code, _) = refused_twice(&cloud, "CreateNatService", place.wanted());
    assert_eq!((status, &*code), (409, "9031"));
    let address = read_public_ip(&cloud, &place.public_ip)["PublicIp"].clone();
    cloud
        .call("UnlinkPublicIp", json!({ "PublicIp": address }))
        .ok();
    place.nat(&cloud);
    let shown = read_public_ip(&cloud, &place.public_ip);
    let keys: Vec<_> = shown.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["LinkPublicIpId", "PublicIp", "PublicIpId", "Tags"]);
    let placement = |word| selected(&cloud, "ReadPublicIps", "Placements", &json!([word]));
    assert_eq!([placement("vpc"), placement("standard")], [1, 0]);
}

#[test]
fn routes_follow_the_service() {
    let cloud = cloud();
    let place = place(&cloud);
    let nat = place.nat(&cloud);
    let net = json!({ "NetId": place.net });
    let table = made(&cloud, "CreateRouteTable", net, "/RouteTable/RouteTableId");
    let route = json!({
        "DestinationIpRange": "0.0.0.0/0", "NatServiceId": nat, "RouteTableId": table,
    });
    let mark = cloud.mark();
    cloud.call("CreateRoute", route.clone()).ok();
    cloud.call("DeleteNatService", named(&nat)).ok();
    let read = json!({ "Filters": { "RouteTableIds": [table] } });
    cloud.call("ReadRouteTables", read).ok();
    // Another target takes its place; the deleted one is no target any more.
    let mut other = json!({ "DestinationIpRange": "0.0.0.0/0", "RouteTableId": table });
    other["GatewayId"] = place.service.as_str().into();
    cloud.call("UpdateRoute", other).ok();
    cloud.call("UpdateRoute", route);
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn a_route_stays_in_its_net() {
    let cloud = cloud();
    let nat = place(&cloud).nat(&cloud);
    let elsewhere = place(&cloud);
    let route = json!({
        "DestinationIpRange": "192.0.2.0/24", "NatServiceId": nat, "RouteTableId": elsewhere.table,
    });
    let (status, code, _) = refused_twice(&cloud, "CreateRoute", route);
    assert_eq!((status, &*code), (400, "4086"));
}

#[test]
fn a_net_that_goes_by_force_takes_it_along() {
    let cloud = cloud();
    let group = json!({ "CpuGeneration": 5, "Name": "g", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let group = made(&cloud, "CreateDedicatedGroup", group, id);
    let place = place_in(&cloud, &group);
    let nat = place.nat(&cloud);
    let forced = json!({ "DedicatedGroupId": group, "Force": true });
    cloud.call("DeleteDedicatedGroup", forced).ok();
    cloud.settle();
    let read = cloud.call("ReadNatServices", json!({})).ok();
    assert_eq!(read.text("/NatServices/0/NatServiceId"), nat);
    assert_eq!(read.text("/NatServices/0/State"), "deleted");
    let released = json!({ "PublicIpId": place.public_ip });
    cloud.call("DeletePublicIp", released).ok();
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (mine, theirs) = (place(&cloud), place(&other));
    let nat = mine.nat(&cloud);
    for (operation, input, code) in [
        ("DeleteNatService", named(&nat), "5032"),
        (
            "CreateNatService",
            json!({ "PublicIpId": theirs.public_ip, "SubnetId": mine.subnet }),
            "5057",
        ),
        (
            "CreateNatService",
            json!({ "PublicIpId": mine.public_ip, "SubnetId": theirs.subnet }),
            "5080",
        ),
        (
            "CreateRoute",
            json!({
                "DestinationIpRange": "192.0.2.0/24",
                "NatServiceId": nat,
                "RouteTableId": theirs.table,
            }),
            "5032",
        ),
    ] {
        let (status, said, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
    let read = other.call("ReadNatServices", json!({})).ok();
    assert_eq!(read["NatServices"], json!([]));
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let place = place(&cloud);
    rehearsed(&cloud, "CreateNatService", place.wanted());
    let nat = place.nat(&cloud);
    rehearsed(&cloud, "DeleteNatService", named(&nat));
    rehearsed(&cloud, "ReadNatServices", json!({}));
    let read = cloud.call("ReadNatServices", json!({})).ok();
    assert_eq!(read.text("/NatServices/0/State"), "available");
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let place = place(&cloud);
    let mut wanted = place.wanted();
    wanted["ClientToken"] = "token".into();
    let id = "/NatService/NatServiceId";
    let id = made(&cloud, "CreateNatService", wanted, id);
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let other = self::place(&cloud);
    other.nat(&cloud);
    every_filter(
        &cloud,
        "ReadNatServices",
        &json!({}),
        ("NatServices", "NatServiceId", &id),
        &[
            ("ClientTokens", json!(["token"]), json!(["other"])),
            ("NatServiceIds", json!([id]), json!(["nat-00000000"])),
            ("NetIds", json!([place.net]), json!([other.net])),
            ("States", json!(["available"]), json!(["deleted"])),
            ("SubnetIds", json!([place.subnet]), json!([other.subnet])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    assert_eq!(pages_of_one(&cloud, "ReadNatServices", "NatServices"), 2);
}

#[test]
fn quotas() {
    let cloud = builder().quota("nat_gateway_limit", 1).build();
    let place = place(&cloud);
    let nat = place.nat(&cloud);
    let second = json!({ "PublicIpId": public_ip(&cloud), "SubnetId": place.subnet });
    let (status, code, _) = refused_twice(&cloud, "CreateNatService", second.clone());
    assert_eq!((status, &*code), (400, "10032"));
    cloud.call("DeleteNatService", named(&nat)).ok();
    cloud.call("CreateNatService", second).ok();
}
