//! Conversations about the families `route_table` and `route`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, linked_service, made, net, pages_of_one, refused_twice,
    rehearsed, selected, subnet,
};

fn table(cloud: &Cloud, net: &str) -> String {
    let wanted = json!({ "NetId": net });
    made(
        cloud,
        "CreateRouteTable",
        wanted,
        "/RouteTable/RouteTableId",
    )
}

fn link(cloud: &Cloud, table: &str, subnet: &str) -> String {
    let both = json!({ "RouteTableId": table, "SubnetId": subnet });
    made(cloud, "LinkRouteTable", both, "/LinkRouteTableId")
}

/// The main table of a Net, and its main link.
fn main(cloud: &Cloud, net: &str) -> (String, String) {
    let wanted = json!({ "Filters": { "NetIds": [net], "LinkRouteTableMain": true } });
    let read = cloud.call("ReadRouteTables", wanted).ok();
    let link = read.text("/RouteTables/0/LinkRouteTables/0/LinkRouteTableId");
    let table = read.text("/RouteTables/0/RouteTableId");
    (table.to_owned(), link.to_owned())
}

#[test]
fn life() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.1.0/24");
    let (first, second) = (table(&cloud, &net), table(&cloud, &net));
    let link = link(&cloud, &first, &subnet);
    let named = json!({ "RouteTableId": first });
    cloud.call("DeleteRouteTable", named.clone());
    let there = json!({ "LinkRouteTableId": link, "RouteTableId": second });
    cloud.call("UpdateRouteTableLink", there.clone()).ok();
    cloud.call("UpdateRouteTableLink", there).ok();
    cloud.call("ReadRouteTables", json!({})).ok();
    let link = json!({ "LinkRouteTableId": link });
    cloud.call("UnlinkRouteTable", link.clone()).ok();
    cloud.call("UnlinkRouteTable", link);
    cloud.call("DeleteRouteTable", named.clone()).ok();
    cloud.call("DeleteRouteTable", named);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn routes() {
    let cloud = cloud();
    let net = net(&cloud);
    let table = table(&cloud, &net);
    let service = linked_service(&cloud, &net);
    let route = |destination: &str| {
        json!({
            "RouteTableId": table,
            "DestinationIpRange": destination,
            "GatewayId": service,
        })
    };
    cloud.call("CreateRoute", route("192.0.2.0/24")).ok();
    // Its own answer lists the routes as they were made, a read sorts them.
    cloud.call("CreateRoute", route("0.0.0.0/0")).ok();
    let within = json!({ "Filters": { "RouteTableIds": [table] } });
    cloud.call("ReadRouteTables", within.clone()).ok();
    cloud.call("UpdateRoute", route("0.0.0.0/0")).ok();
    // Without its service a route leads nowhere, but stays.
    let both = json!({ "InternetServiceId": service, "NetId": net });
    cloud.call("UnlinkInternetService", both).ok();
    cloud.call("ReadRouteTables", within).ok();
    let gone = json!({ "RouteTableId": table, "DestinationIpRange": "192.0.2.0/24" });
    cloud.call("DeleteRoute", gone.clone()).ok();
    cloud.call("DeleteRoute", gone);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn another_table_becomes_the_main_one() {
    let cloud = cloud();
    let net = net(&cloud);
    let ((former, link), heir) = (main(&cloud, &net), table(&cloud, &net));
    let move_to = |table: &str| json!({ "LinkRouteTableId": link, "RouteTableId": table });
    let moved = cloud.call("UpdateRouteTableLink", move_to(&heir)).ok();
    assert_eq!(moved.text("/LinkRouteTableId"), link);
    assert_eq!(main(&cloud, &net), (heir.clone(), link.clone()));
    let named = json!({ "RouteTableId": heir });
    let (status, code, _) = refused_twice(&cloud, "DeleteRouteTable", named);
    assert_eq!((status, &*code), (409, "9059"));
    let unlinked = refused_twice(
        &cloud,
        "UnlinkRouteTable",
        json!({ "LinkRouteTableId": link }),
    );
    assert_eq!((unlinked.0, &*unlinked.1), (400, "4047"));
    // What was the main table is one like any other, and goes with no Net.
    let net = json!({ "NetId": net });
    assert_eq!(refused_twice(&cloud, "DeleteNet", net.clone()).1, "9097");
    let former = json!({ "RouteTableId": former });
    cloud.call("DeleteRouteTable", former).ok();
    cloud.call("DeleteNet", net).ok();
}

#[test]
fn links_stay_within_a_net_and_are_one_for_each_subnet() {
    let cloud = cloud();
    let (here, there) = (net(&cloud), net(&cloud));
    let subnet = subnet(&cloud, &here, "10.0.1.0/24");
    let (own, other) = (table(&cloud, &here), table(&cloud, &there));
    let far = json!({ "RouteTableId": other, "SubnetId": subnet });
    let (status, code, _) = refused_twice(&cloud, "LinkRouteTable", far);
    assert_eq!((status, &*code), (400, "4086"));
    let link = link(&cloud, &own, &subnet);
    for table in [&own, &main(&cloud, &here).0] {
        let again = json!({ "RouteTableId": table, "SubnetId": subnet });
        let (status, code, _) = refused_twice(&cloud, "LinkRouteTable", again);
        assert_eq!((status, &*code), (409, "9059"));
    }
    let away = json!({ "RouteTableId": other, "LinkRouteTableId": link });
    assert_eq!(
        refused_twice(&cloud, "UpdateRouteTableLink", away).1,
        "4086"
    );
    // One table may serve several Subnets.
    let second = self::subnet(&cloud, &here, "10.0.2.0/24");
    self::link(&cloud, &own, &second);
}

#[rstest]
#[case::net("CreateRouteTable", json!({ "NetId": "vpc-00000000" }), "5065")]
#[case::table("DeleteRouteTable", json!({ "RouteTableId": "rtb-00000000" }), "5046")]
#[case::link_as_table("DeleteRouteTable", json!({ "RouteTableId": "rtbassoc-00000000" }), "4104")]
#[case::malformed("DeleteRouteTable", json!({ "RouteTableId": "rtb-0" }), "4105")]
#[case::link("UnlinkRouteTable", json!({ "LinkRouteTableId": "rtbassoc-00000000" }), "5047")]
#[case::table_as_link("UnlinkRouteTable", json!({ "LinkRouteTableId": "rtb-00000000" }), "4104")]
#[case::malformed_link("UnlinkRouteTable", json!({ "LinkRouteTableId": "rtbassoc-0" }), "4105")]
#[case::the_table_first(
    "LinkRouteTable",
    json!({ "RouteTableId": "rtb-00000000", "SubnetId": "subnet-00000000" }),
    "5046"
)]
#[case::the_table_before_the_link(
    "UpdateRouteTableLink",
    json!({ "RouteTableId": "rtb-00000000", "LinkRouteTableId": "rtbassoc-00000000" }),
    "5046"
)]
#[case::the_table_before_the_target(
    "CreateRoute",
    json!({
        "RouteTableId": "rtb-00000000",
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": "igw-00000000",
    }),
    "5046"
)]
#[case::the_table_before_the_new_target(
    "UpdateRoute",
    json!({
        "RouteTableId": "rtb-00000000",
        "DestinationIpRange": "0.0.0.0/0",
        "NatServiceId": "nat-00000000",
    }),
    "5046"
)]
#[case::a_target_before_the_table(
    "CreateRoute",
    json!({ "RouteTableId": "rtb-00000000", "DestinationIpRange": "0.0.0.0/0" }),
    "7999"
)]
fn what_does_not_exist(#[case] operation: &str, #[case] input: Value, #[case] code: &str) {
    let (status, said, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn an_unknown_link_is_named() {
    let link = json!({ "LinkRouteTableId": "rtbassoc-00000000" });
    let (_, _, details) = refused_twice(&cloud(), "UnlinkRouteTable", link);
    assert_eq!(
        details,
        "The LinkRouteTableId 'rtbassoc-00000000' doesn't exist."
    );
}

#[rstest]
#[case::none(json!({}), 400, "7999")]
#[case::several(json!({ "GatewayId": "igw-00000000", "NicId": "eni-00000000" }), 400, "4046")]
#[case::gateway(json!({ "GatewayId": "igw-00000000" }), 400, "5001")]
#[case::virtual_gateway(json!({ "GatewayId": "vgw-00000000" }), 400, "5068")]
#[case::local(json!({ "GatewayId": "local" }), 400, "4104")]
#[case::nat_service(json!({ "NatServiceId": "nat-00000000" }), 400, "5032")]
#[case::peering(json!({ "NetPeeringId": "pcx-00000000" }), 400, "5035")]
#[case::card(json!({ "NicId": "eni-00000000" }), 400, "5036")]
#[case::vm(json!({ "VmId": "i-00000000" }), 400, "5063")]
#[case::of_another_kind(json!({ "VmId": "eni-00000000" }), 400, "4104")]
fn targets_that_are_none(#[case] target: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let mut route = target;
    route["RouteTableId"] = json!(table(&cloud, &net(&cloud)));
    route["DestinationIpRange"] = json!("0.0.0.0/0");
    for operation in ["CreateRoute", "UpdateRoute"] {
        let (was, said, _) = refused_twice(&cloud, operation, route.clone());
        assert_eq!((was, &*said), (status, code), "{operation}");
    }
}

#[test]
fn gateways_that_are_not_linked_to_the_net() {
    let cloud = cloud();
    let (here, there) = (net(&cloud), net(&cloud));
    let table = table(&cloud, &here);
    let service = linked_service(&cloud, &there);
    let route = json!({
        "RouteTableId": table,
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": service,
    });
    let (status, code, _) = refused_twice(&cloud, "CreateRoute", route.clone());
    assert_eq!((status, &*code), (400, "4086"));
    let both = json!({ "InternetServiceId": service, "NetId": there });
    cloud.call("UnlinkInternetService", both).ok();
    let (status, code, _) = refused_twice(&cloud, "CreateRoute", route);
    assert_eq!((status, &*code), (409, "9026"));
}

#[rstest]
#[case::there_already("CreateRoute", "0.0.0.0/0", 409, "9052")]
#[case::the_local_one("CreateRoute", "10.0.0.0/16", 409, "9052")]
#[case::changing_the_local_one("UpdateRoute", "10.0.0.0/16", 400, "4047")]
#[case::changing_none("UpdateRoute", "192.0.2.0/24", 409, "9053")]
#[case::no_range("CreateRoute", "anywhere", 400, "4030")]
#[case::host_bits("CreateRoute", "192.0.2.1/24", 400, "4030")]
#[case::deleting_the_local_one("DeleteRoute", "10.0.0.0/16", 400, "4047")]
#[case::deleting_none("DeleteRoute", "0.0.0.0/1", 409, "9053")]
fn destinations_that_are_refused(
    #[case] operation: &str,
    #[case] destination: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    let net = net(&cloud);
    let mut route = json!({
        "RouteTableId": table(&cloud, &net),
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": linked_service(&cloud, &net),
    });
    cloud.call("CreateRoute", route.clone()).ok();
    route["DestinationIpRange"] = json!(destination);
    if operation == "DeleteRoute" {
        let route = route.as_object_mut().expect("an object");
        route.remove("GatewayId");
    }
    let (was, said, _) = refused_twice(&cloud, operation, route);
    assert_eq!((was, &*said), (status, code));
}

#[test]
fn a_route_may_be_wider_than_the_net() {
    let cloud = cloud();
    let wanted = json!({ "IpRange": "10.0.0.0/24" });
    let net = made(&cloud, "CreateNet", wanted, "/Net/NetId");
    let route = json!({
        "RouteTableId": table(&cloud, &net),
        "DestinationIpRange": "10.0.0.0/16",
        "GatewayId": linked_service(&cloud, &net),
    });
    cloud.call("CreateRoute", route).ok();
}

#[test]
fn tables_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let net = net(&cloud);
    let (table, link) = main(&cloud, &net);
    let other = cloud.as_account("210987654321");
    let named = json!({ "RouteTableId": table });
    assert_eq!(refused_twice(&other, "DeleteRouteTable", named).1, "5046");
    let named = json!({ "LinkRouteTableId": link });
    assert_eq!(refused_twice(&other, "UnlinkRouteTable", named).1, "5047");
    let read = other.call("ReadRouteTables", json!({})).ok();
    assert_eq!(read["RouteTables"], json!([]));
}

#[test]
fn filters() {
    let cloud = cloud();
    let net = net(&cloud);
    let (table, subnet) = (table(&cloud, &net), subnet(&cloud, &net, "10.0.1.0/24"));
    let (link, service) = (link(&cloud, &table, &subnet), linked_service(&cloud, &net));
    let route = json!({
        "RouteTableId": table,
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": service,
    });
    cloud.call("CreateRoute", route).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [table], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    // Both tables of the Net count: the main one has no more than a local route.
    for (filter, matching, count, other) in [
        ("LinkRouteTableIds", json!([table]), 1, json!([link])),
        (
            "LinkRouteTableLinkRouteTableIds",
            json!([link]),
            1,
            json!([table]),
        ),
        ("LinkRouteTableMain", json!(true), 1, Value::Null),
        ("LinkRouteTableMain", json!(false), 1, Value::Null),
        (
            "LinkSubnetIds",
            json!([subnet]),
            1,
            json!(["subnet-00000000"]),
        ),
        ("NetIds", json!([net]), 2, json!(["vpc-00000000"])),
        (
            "RouteCreationMethods",
            json!(["CreateRoute"]),
            1,
            json!(["ByHand"]),
        ),
        (
            "RouteCreationMethods",
            json!(["CreateRouteTable"]),
            2,
            Value::Null,
        ),
        (
            "RouteDestinationIpRanges",
            json!(["0.0.0.0/0"]),
            1,
            json!(["0.0.0.0/1"]),
        ),
        (
            "RouteGatewayIds",
            json!([service]),
            1,
            json!(["igw-00000000"]),
        ),
        ("RouteGatewayIds", json!(["local"]), 2, Value::Null),
        ("RouteStates", json!(["active"]), 2, json!(["blackhole"])),
        ("RouteTableIds", json!([table]), 1, json!(["rtb-00000000"])),
        ("TagKeys", json!(["stage"]), 1, json!(["test"])),
        ("TagValues", json!(["test"]), 1, json!(["stage"])),
        ("Tags", json!(["stage=test"]), 1, json!(["stage=live"])),
    ] {
        let read = "ReadRouteTables";
        assert_eq!(selected(&cloud, read, filter, &matching), count, "{filter}");
        if other != Value::Null {
            assert_eq!(selected(&cloud, read, filter, &other), 0, "{filter}");
        }
    }
}

/// One table with a route to everything that a route can lead to.
#[test]
fn every_filter_finds_a_table_by_its_routes() {
    let cloud = cloud();
    let place = crate::nat_service::place(&cloud);
    let (nat, table, net) = (place.nat(&cloud), &place.table, &place.net);
    let other = json!({ "IpRange": "10.9.0.0/16" });
    let other = made(&cloud, "CreateNet", other, "/Net/NetId");
    let peering = json!({ "AccepterNetId": other, "SourceNetId": net });
    let id = "/NetPeering/NetPeeringId";
    let peering = made(&cloud, "CreateNetPeering", peering, id);
    let vm = vm(&cloud, &place.subnet);
    for (destination, property, target) in [
        ("192.0.2.0/28", "NatServiceId", &nat),
        ("192.0.2.16/28", "NetPeeringId", &peering),
        ("192.0.2.32/28", "VmId", &vm),
    ] {
        let mut route = json!({ "DestinationIpRange": destination, "RouteTableId": table });
        route[property] = target.as_str().into();
        cloud.call("CreateRoute", route).ok();
    }
    let point = json!({
        "NetId": net,
        "RouteTableIds": [table],
        "ServiceName": "com.outscale.eu-west-2.oos",
    });
    cloud.call("CreateNetAccessPoint", point).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [table], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let read = json!({ "Filters": { "RouteTableIds": [table] } });
    let shown = cloud.call("ReadRouteTables", read).ok()["RouteTables"][0].clone();
    let link = &shown["LinkRouteTables"][0]["LinkRouteTableId"];
    let routes = shown["Routes"].as_array().expect("routes");
    let service = &routes.last().expect("a route to a service")["DestinationServiceId"];
    every_filter(
        &cloud,
        "ReadRouteTables",
        &json!({}),
        ("RouteTables", "RouteTableId", table),
        &[
            ("LinkRouteTableIds", json!([table]), json!([link])),
            (
                "LinkRouteTableLinkRouteTableIds",
                json!([link]),
                json!([table]),
            ),
            ("LinkRouteTableMain", json!(false), json!(true)),
            (
                "LinkSubnetIds",
                json!([place.subnet]),
                json!(["subnet-00000000"]),
            ),
            ("NetIds", json!([net]), json!([other])),
            (
                "RouteCreationMethods",
                json!(["CreateRoute"]),
                json!(["ByHand"]),
            ),
            (
                "RouteDestinationIpRanges",
                json!(["192.0.2.0/28"]),
                json!(["192.0.2.0/27"]),
            ),
            (
                "RouteDestinationServiceIds",
                json!([service]),
                json!(["pl-00000000"]),
            ),
            (
                "RouteGatewayIds",
                json!([place.service]),
                json!(["igw-00000000"]),
            ),
            ("RouteNatServiceIds", json!([nat]), json!(["nat-00000000"])),
            (
                "RouteNetPeeringIds",
                json!([peering]),
                json!(["pcx-00000000"]),
            ),
            ("RouteStates", json!(["blackhole"]), json!(["inactive"])),
            ("RouteTableIds", json!([table]), json!(["rtb-00000000"])),
            ("RouteVmIds", json!([vm]), json!(["i-00000000"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    // Two Nets with a main table each, and this one.
    assert_eq!(pages_of_one(&cloud, "ReadRouteTables", "RouteTables"), 3);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let net = net(&cloud);
    let (first, second) = (table(&cloud, &net), table(&cloud, &net));
    let (here, there) = (
        subnet(&cloud, &net, "10.0.1.0/24"),
        subnet(&cloud, &net, "10.0.2.0/24"),
    );
    let (link, service) = (link(&cloud, &first, &here), linked_service(&cloud, &net));
    let route = json!({
        "DestinationIpRange": "0.0.0.0/0", "GatewayId": service, "RouteTableId": first,
    });
    cloud.call("CreateRoute", route.clone()).ok();
    let mut new = route.clone();
    new["DestinationIpRange"] = "192.0.2.0/24".into();
    let before = cloud.call("ReadRouteTables", json!({})).ok();
    for (operation, input) in [
        ("CreateRoute", new),
        ("UpdateRoute", route),
        (
            "DeleteRoute",
            json!({ "DestinationIpRange": "0.0.0.0/0", "RouteTableId": first }),
        ),
        ("CreateRouteTable", json!({ "NetId": net })),
        (
            "LinkRouteTable",
            json!({ "RouteTableId": second, "SubnetId": there }),
        ),
        (
            "UpdateRouteTableLink",
            json!({ "LinkRouteTableId": link, "RouteTableId": second }),
        ),
        ("UnlinkRouteTable", json!({ "LinkRouteTableId": link })),
        ("DeleteRouteTable", json!({ "RouteTableId": second })),
        ("ReadRouteTables", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let after = cloud.call("ReadRouteTables", json!({})).ok();
    assert_eq!(before["RouteTables"], after["RouteTables"]);
}

fn vm(cloud: &Cloud, subnet: &str) -> String {
    let image = cloud.call("ReadImages", json!({})).ok();
    let image = image.text("/Images/0/ImageId");
    let wanted = json!({ "ImageId": image, "SubnetId": subnet });
    let vm = made(cloud, "CreateVms", wanted, "/Vms/0/VmId");
    cloud.settle();
    vm
}

/// The second route of a table, as it is read.
fn second_route(cloud: &Cloud, table: &str) -> Value {
    let read = json!({ "Filters": { "RouteTableIds": [table] } });
    cloud.call("ReadRouteTables", read).ok()["RouteTables"][0]["Routes"][1].clone()
}

#[test]
fn routes_to_vms_and_cards() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.1.0/24");
    let (table, vm) = (table(&cloud, &net), vm(&cloud, &subnet));
    let card = json!({ "SubnetId": subnet });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    let route = |field: &str, id: &str| json!({ "RouteTableId": table, "DestinationIpRange": "192.0.2.0/24", field: id });
    // To a VM: its card is named too.
    cloud.call("CreateRoute", route("VmId", &vm)).ok();
    let to_vm = second_route(&cloud, &table);
    assert_eq!(
        (&to_vm["VmId"], &to_vm["State"]),
        (&json!(vm), &json!("active"))
    );
    assert_eq!(to_vm["VmAccountId"], "123456789012");
    assert!(to_vm["NicId"].is_string(), "{to_vm}");
    let read = "ReadRouteTables";
    assert_eq!(selected(&cloud, read, "RouteVmIds", &json!([vm])), 1);
    assert_eq!(
        selected(&cloud, read, "RouteVmIds", &json!(["i-00000000"])),
        0
    );
    // To a card that is in no VM: a black hole.
    cloud.call("UpdateRoute", route("NicId", &card)).ok();
    let alone = second_route(&cloud, &table);
    assert_eq!(
        (&alone["NicId"], &alone["State"]),
        (&json!(card), &json!("blackhole"))
    );
    assert!(alone.get("VmId").is_none(), "{alone}");
    let link = json!({ "NicId": card, "VmId": vm, "DeviceNumber": 1 });
    let link = made(&cloud, "LinkNic", link, "/LinkNicId");
    // A VM with two cards is no target, its cards are.
    let (status, code, _) = refused_twice(&cloud, "UpdateRoute", route("VmId", &vm));
    assert_eq!((status, &*code), (400, "4047"));
    cloud.call("UpdateRoute", route("NicId", &card)).ok();
    assert_eq!(second_route(&cloud, &table)["State"], "active");
    assert_eq!(
        selected(&cloud, read, "RouteStates", &json!(["blackhole"])),
        0
    );
    cloud.call("UnlinkNic", json!({ "LinkNicId": link })).ok();
    assert_eq!(second_route(&cloud, &table)["State"], "blackhole");
    // A VM that is gone.
    cloud.call("UpdateRoute", route("VmId", &vm)).ok();
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    assert_eq!(second_route(&cloud, &table)["State"], "blackhole");
    assert_eq!(
        selected(&cloud, read, "RouteStates", &json!(["blackhole"])),
        1
    );
}

#[test]
fn a_route_to_a_card_follows_the_card() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.1.0/24");
    let (table, vm) = (table(&cloud, &net), vm(&cloud, &subnet));
    let card = json!({ "SubnetId": subnet });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    let route = json!({
        "RouteTableId": table,
        "DestinationIpRange": "192.0.2.0/24",
        "NicId": card,
    });
    cloud.call("CreateRoute", route).ok();
    let link = json!({ "NicId": card, "VmId": vm, "DeviceNumber": 1 });
    let link = made(&cloud, "LinkNic", link, "/LinkNicId");
    let within = json!({
        "CreationMethod": "CreateRoute",
        "DestinationIpRange": "192.0.2.0/24",
        "NicId": card,
        "State": "active",
        "VmAccountId": "123456789012",
        "VmId": vm,
    });
    assert_eq!(second_route(&cloud, &table), within);
    cloud.call("UnlinkNic", json!({ "LinkNicId": link })).ok();
    let alone = json!({
        "CreationMethod": "CreateRoute",
        "DestinationIpRange": "192.0.2.0/24",
        "NicId": card,
        "State": "blackhole",
    });
    assert_eq!(second_route(&cloud, &table), alone);
}

#[test]
fn a_table_without_links_has_none_that_is_not_the_main_one() {
    let cloud = cloud();
    let net = net(&cloud);
    let (linked, _alone) = (table(&cloud, &net), table(&cloud, &net));
    link(&cloud, &linked, &subnet(&cloud, &net, "10.0.1.0/24"));
    let read = "ReadRouteTables";
    let found = selected(&cloud, read, "LinkRouteTableMain", &json!(false));
    assert_eq!(found, 1);
}

#[test]
fn cards_and_vms_of_another_net_are_no_targets() {
    let cloud = cloud();
    let (here, there) = (net(&cloud), net(&cloud));
    let table = table(&cloud, &here);
    let subnet = subnet(&cloud, &there, "10.0.1.0/24");
    let card = json!({ "SubnetId": subnet });
    let card = made(&cloud, "CreateNic", card, "/Nic/NicId");
    for (field, id) in [("NicId", &card), ("VmId", &vm(&cloud, &subnet))] {
        let route = json!({
            "RouteTableId": table,
            "DestinationIpRange": "192.0.2.0/24",
            field: id,
        });
        let (status, code, _) = refused_twice(&cloud, "CreateRoute", route);
        assert_eq!((status, &*code), (400, "4086"), "{field}");
    }
}
