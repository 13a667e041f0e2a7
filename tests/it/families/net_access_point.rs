//! Conversations about the family `net_access_point`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, manual, net, pages_of_one, refused_twice, rehearsed,
};

const OOS: &str = "com.outscale.eu-west-2.oos";
const API: &str = "com.outscale.eu-west-2.api";

fn table(cloud: &Cloud, net: &str) -> String {
    let id = "/RouteTable/RouteTableId";
    made(cloud, "CreateRouteTable", json!({ "NetId": net }), id)
}

fn wanted(net: &str, service: &str, tables: &[&String]) -> Value {
    json!({ "NetId": net, "RouteTableIds": tables, "ServiceName": service })
}

fn point(cloud: &Cloud, net: &str, service: &str, tables: &[&String]) -> String {
    let id = "/NetAccessPoint/NetAccessPointId";
    let wanted = wanted(net, service, tables);
    made(cloud, "CreateNetAccessPoint", wanted, id)
}

fn named(point: &str) -> Value {
    json!({ "NetAccessPointId": point })
}

fn change(point: &str, add: &[&String], remove: &[&String]) -> Value {
    json!({
        "AddRouteTableIds": add,
        "NetAccessPointId": point,
        "RemoveRouteTableIds": remove,
    })
}

/// The routes of a table that lead to services: the access points.
fn routes(cloud: &Cloud, table: &str) -> Vec<Value> {
    let read = json!({ "Filters": { "RouteTableIds": [table] } });
    let read = cloud.call("ReadRouteTables", read).ok();
    let routes = read["RouteTables"][0]["Routes"].as_array().expect("routes");
    let routes = routes.iter().map(|route| route["NetAccessPointId"].clone());
    routes.filter(|id| !id.is_null()).collect()
}

#[test]
fn life() {
    let cloud = cloud();
    let net = net(&cloud);
    let (first, second) = (table(&cloud, &net), table(&cloud, &net));
    let mark = cloud.mark();
    let point = point(&cloud, &net, OOS, &[&first]);
    cloud.call("ReadNetAccessPoints", json!({})).ok();
    cloud.call("ReadNetAccessPoints", json!({})).ok();
    let moved = change(&point, &[&second], &[&first]);
    cloud.call("UpdateNetAccessPoint", moved).ok();
    cloud.call("ReadRouteTables", json!({})).ok();
    cloud.call("DeleteNetAccessPoint", named(&point)).ok();
    cloud.call("DeleteNetAccessPoint", named(&point));
    cloud.call("ReadNetAccessPoints", json!({})).ok();
    cloud.call("ReadNetAccessPoints", json!({})).ok();
    cloud.call("ReadRouteTables", json!({})).ok();
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn without_tables_it_has_no_route() {
    let cloud = cloud();
    let net = net(&cloud);
    let bare = json!({ "NetId": net, "ServiceName": API });
    let made = cloud.call("CreateNetAccessPoint", bare).ok();
    assert_eq!(made["NetAccessPoint"]["RouteTableIds"], json!([]));
    let id = made.text("/NetAccessPoint/NetAccessPointId").to_owned();
    let read = cloud.call("ReadRouteTables", json!({})).ok();
    assert_eq!(
        read["RouteTables"][0]["Routes"].as_array().map(Vec::len),
        Some(1)
    );
    // Nothing to be changed is no mistake.
    let same = cloud.call("UpdateNetAccessPoint", named(&id)).ok();
    assert_eq!(same["NetAccessPoint"]["RouteTableIds"], json!([]));
}

#[test]
fn tables_come_and_go() {
    let cloud = cloud();
    let net = net(&cloud);
    let (first, second) = (table(&cloud, &net), table(&cloud, &net));
    // Twice the same is once.
    let point = point(&cloud, &net, OOS, &[&first, &first]);
    for (add, remove, expected) in [
        (vec![&first], vec![], vec![&first]),
        (vec![&second], vec![], vec![&first, &second]),
        (vec![], vec![&first], vec![&second]),
        (vec![], vec![&first], vec![&second]),
        (vec![&first], vec![&second], vec![&first]),
        (vec![&second], vec![&second], vec![&first, &second]),
        (vec![], vec![&first, &second], vec![]),
    ] {
        let update = change(&point, &add, &remove);
        let reply = cloud.call("UpdateNetAccessPoint", update).ok();
        assert_eq!(reply["NetAccessPoint"]["RouteTableIds"], json!(expected));
        for table in [&first, &second] {
            let count = usize::from(expected.contains(&table));
            assert_eq!(routes(&cloud, table), vec![json!(point); count]);
        }
    }
}

/// A route to a service is no route of the calls about routes.
#[test]
fn only_the_access_point_takes_its_route() {
    let cloud = cloud();
    let net = net(&cloud);
    let table = table(&cloud, &net);
    let (oos, api) = (
        point(&cloud, &net, OOS, &[&table]),
        point(&cloud, &net, API, &[&table]),
    );
    let services = json!({ "Filters": { "ServiceNames": [OOS] } });
    let services = cloud.call("ReadNetAccessPointServices", services).ok();
    let service = services.text("/Services/0/ServiceId");
    for filters in [
        json!({ "RouteDestinationServiceIds": [service] }),
        json!({ "RouteDestinationServiceIds": [service], "RouteStates": ["active"] }),
    ] {
        let read = json!({ "Filters": filters });
        let read = cloud.call("ReadRouteTables", read).ok();
        assert_eq!(read.text("/RouteTables/0/RouteTableId"), table);
    }
    for destination in [service, "192.0.2.0/24"] {
        let input = json!({ "DestinationIpRange": destination, "RouteTableId": table });
        cloud.call("DeleteRoute", input).error().expect("a refusal");
    }
    assert_eq!(routes(&cloud, &table).len(), 2);
    // With the table its routes go, and the access points know.
    cloud
        .call("DeleteRouteTable", json!({ "RouteTableId": table }))
        .ok();
    let read = cloud.call("ReadNetAccessPoints", json!({})).ok();
    for (place, id) in [oos, api].iter().enumerate() {
        let shown = &read["NetAccessPoints"][place];
        assert_eq!(shown["NetAccessPointId"], **id);
        assert_eq!(shown["RouteTableIds"], json!([]));
    }
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn one_for_each_service_of_a_net() {
    let cloud = cloud();
    let net = net(&cloud);
    let first = point(&cloud, &net, OOS, &[]);
    point(&cloud, &net, API, &[]);
    point(&cloud, &self::net(&cloud), OOS, &[]);
    cloud.settle();
    let again = wanted(&net, OOS, &[]);
    let (status, code, details) = refused_twice(&cloud, "CreateNetAccessPoint", again.clone());
    assert_eq!((status, &*code), (409, "9038"));
    assert!(details.contains(&first), "{details}");
    // One that goes does not count.
    cloud.call("DeleteNetAccessPoint", named(&first)).ok();
    cloud.call("CreateNetAccessPoint", again).ok();
}

#[rstest]
#[case::all_unknown("vpc-00000000", "nothing", "rtb-00000000", 400, "5065")]
#[case::net_of_another_kind("subnet-00000000", OOS, "", 400, "4104")]
#[case::net_malformed("vpc-0", OOS, "", 400, "4105")]
#[case::net_that_goes("going", OOS, "", 400, "5065")]
#[case::service_unknown("", "com.outscale.eu-west-2.nothing", "", 400, "5040")]
#[case::service_of_another_region("", "com.outscale.us-east-2.oos", "", 400, "5040")]
#[case::no_service("", "", "", 400, "5040")]
#[case::service_by_its_identifier("", "pl-00000000", "", 400, "5040")]
#[case::table_unknown("", OOS, "rtb-00000000", 400, "5046")]
#[case::table_of_another_kind("", OOS, "vpc-00000000", 400, "4104")]
#[case::table_malformed("", OOS, "rtb-0", 400, "4105")]
#[case::table_of_another_net("", OOS, "elsewhere", 400, "4086")]
fn what_cannot_be_made(
    #[case] net: &str,
    #[case] service: &str,
    #[case] table: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    let (own, going) = (self::net(&cloud), self::net(&cloud));
    cloud.call("DeleteNet", json!({ "NetId": going })).ok();
    let elsewhere = self::table(&cloud, &self::net(&cloud));
    let own_table = self::table(&cloud, &own);
    let net = match net {
        "" => &own,
        "going" => &going,
        id => id,
    };
    let table = match table {
        "elsewhere" => elsewhere,
        id => id.to_owned(),
    };
    // A good one before it does not help.
    let tables = [&own_table, &table];
    let tables = &tables[..2 - usize::from(table.is_empty())];
    let input = wanted(net, service, tables);
    let refusal = refused_twice(&cloud, "CreateNetAccessPoint", input);
    assert_eq!((refusal.0, &*refusal.1), (status, code));
    assert_eq!(routes(&cloud, &own_table), [json!(null); 0]);
}

#[rstest]
#[case::unknown("vpce-00000000", "", "5034")]
#[case::of_another_kind("vpc-00000000", "", "4104")]
#[case::malformed("vpce-0", "", "4105")]
#[case::deleted("deleted", "", "5034")]
#[case::table_unknown("", "rtb-00000000", "5046")]
#[case::table_of_another_net("", "elsewhere", "4086")]
fn what_cannot_be_changed(
    #[case] id: &str,
    #[case] table: &str,
    #[case] code: &str,
    #[values("AddRouteTableIds", "RemoveRouteTableIds")] list: &str,
) {
    let cloud = cloud();
    let net = net(&cloud);
    let (own, deleted) = (point(&cloud, &net, OOS, &[]), point(&cloud, &net, API, &[]));
    cloud.call("DeleteNetAccessPoint", named(&deleted)).ok();
    let (own_table, elsewhere) = (
        self::table(&cloud, &net),
        self::table(&cloud, &self::net(&cloud)),
    );
    let id = match id {
        "" => &own,
        "deleted" => &deleted,
        id => id,
    };
    let table = match table {
        "" => &own_table,
        "elsewhere" => &elsewhere,
        id => id,
    };
    let mut input = named(id);
    input[list] = json!([table]);
    let (status, said, _) = refused_twice(&cloud, "UpdateNetAccessPoint", input);
    assert_eq!((status, &*said), (400, code));
    if id != own {
        let (status, said, _) = refused_twice(&cloud, "DeleteNetAccessPoint", named(id));
        assert_eq!((status, &*said), (400, code));
    }
}

/// It keeps its Net while it lives, and not from the moment in which it is being deleted.
#[test]
fn an_access_point_keeps_its_net() {
    let cloud = manual();
    let net = net(&cloud);
    let point = point(&cloud, &net, OOS, &[]);
    let (status, code, details) = refused_twice(&cloud, "DeleteNet", json!({ "NetId": net }));
    assert_eq!((status, &*code), (409, "9097"));
    assert!(details.contains(&point), "{details}");
    cloud.call("DeleteNetAccessPoint", named(&point)).ok();
    let read = cloud.call("ReadNetAccessPoints", json!({})).ok();
    assert_eq!(read.text("/NetAccessPoints/0/State"), "deleting");
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    cloud.settle();
    let read = cloud.call("ReadNetAccessPoints", json!({})).ok();
    assert_eq!(read.text("/NetAccessPoints/0/State"), "deleted");
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn a_net_that_goes_by_force_takes_it_along() {
    let cloud = cloud();
    let group = json!({ "CpuGeneration": 5, "Name": "g", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let group = made(&cloud, "CreateDedicatedGroup", group, id);
    let net = json!({ "IpRange": "10.0.0.0/16", "Tenancy": group });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    point(&cloud, &net, OOS, &[&table(&cloud, &net)]);
    let forced = json!({ "DedicatedGroupId": group, "Force": true });
    cloud.call("DeleteDedicatedGroup", forced).ok();
    cloud.settle();
    let read = cloud.call("ReadNetAccessPoints", json!({})).ok();
    assert_eq!(read.text("/NetAccessPoints/0/State"), "deleted");
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (mine, theirs) = (net(&cloud), net(&other));
    let (table, their_table) = (table(&cloud, &mine), table(&other, &theirs));
    let point = point(&cloud, &mine, OOS, &[&table]);
    let their_point = self::point(&other, &theirs, OOS, &[]);
    for (operation, input, code) in [
        ("DeleteNetAccessPoint", named(&point), "5034"),
        (
            "UpdateNetAccessPoint",
            change(&point, &[&their_table], &[]),
            "5034",
        ),
        (
            "UpdateNetAccessPoint",
            change(&their_point, &[&table], &[]),
            "5046",
        ),
        (
            "UpdateNetAccessPoint",
            change(&their_point, &[], &[&table]),
            "5046",
        ),
        ("CreateNetAccessPoint", wanted(&mine, API, &[]), "5065"),
        (
            "CreateNetAccessPoint",
            wanted(&theirs, API, &[&table]),
            "5046",
        ),
    ] {
        let (status, said, _) = refused_twice(&other, operation, input);
        assert_eq!((status, &*said), (400, code), "{operation}");
    }
    assert_eq!(routes(&cloud, &table), [json!(point)]);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let net = net(&cloud);
    let table = table(&cloud, &net);
    rehearsed(&cloud, "CreateNetAccessPoint", wanted(&net, OOS, &[&table]));
    let point = point(&cloud, &net, OOS, &[]);
    rehearsed(
        &cloud,
        "UpdateNetAccessPoint",
        change(&point, &[&table], &[]),
    );
    rehearsed(&cloud, "DeleteNetAccessPoint", named(&point));
    rehearsed(&cloud, "ReadNetAccessPoints", json!({}));
    rehearsed(&cloud, "ReadNetAccessPointServices", json!({}));
    assert_eq!(routes(&cloud, &table), [json!(null); 0]);
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (here, there) = (net(&cloud), net(&cloud));
    let id = point(&cloud, &here, OOS, &[]);
    point(&cloud, &there, API, &[]);
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    cloud.settle();
    every_filter(
        &cloud,
        "ReadNetAccessPoints",
        &json!({}),
        ("NetAccessPoints", "NetAccessPointId", &id),
        &[
            ("NetAccessPointIds", json!([id]), json!(["vpce-00000000"])),
            ("NetIds", json!([here]), json!([there])),
            ("ServiceNames", json!([OOS]), json!([API])),
            ("States", json!(["available"]), json!(["pending"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    let list = "NetAccessPoints";
    assert_eq!(pages_of_one(&cloud, "ReadNetAccessPoints", list), 2);
    let services = cloud.call("ReadNetAccessPointServices", json!({})).ok();
    let service = services["Services"].as_array().expect("a list").iter();
    let service = service.clone().find(|it| it["ServiceName"] == OOS);
    let id = service.and_then(|it| it["ServiceId"].as_str());
    let id = id.expect("a service has an identifier");
    every_filter(
        &cloud,
        "ReadNetAccessPointServices",
        &json!({}),
        ("Services", "ServiceId", id),
        &[
            ("ServiceIds", json!([id]), json!(["pl-00000000"])),
            ("ServiceNames", json!([OOS]), json!([API])),
        ],
    );
    let count = pages_of_one(&cloud, "ReadNetAccessPointServices", "Services");
    assert!(count >= 5, "only {count} services");
}

/// One counts as an access point, and as the public IP that nobody sees.
#[rstest]
#[case("network_endpoint_limit", "10033")]
#[case("ip_limit", "10011")]
fn quotas(#[case] quota: &str, #[case] code: &str) {
    let cloud = builder().quota(quota, 1).build();
    let net = net(&cloud);
    let first = point(&cloud, &net, OOS, &[]);
    let second = wanted(&net, API, &[]);
    let (status, said, _) = refused_twice(&cloud, "CreateNetAccessPoint", second.clone());
    assert_eq!((status, &*said), (400, code));
    cloud.call("DeleteNetAccessPoint", named(&first)).ok();
    cloud.call("CreateNetAccessPoint", second).ok();
}
