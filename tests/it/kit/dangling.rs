//! References that lead nowhere. What is found is in the core's own tests: no call may make one.

use mockscale::{Cloud, Guard, json};

use super::drop_of;
use crate::support::made;

#[test]
fn a_route_outlives_its_target_and_says_so() {
    let cloud = Cloud::new();
    let net = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let service = made(
        &cloud,
        "CreateInternetService",
        json!({}),
        "/InternetService/InternetServiceId",
    );
    let link = json!({ "InternetServiceId": service, "NetId": net });
    cloud.call("LinkInternetService", link.clone()).ok();
    let tables = cloud.call("ReadRouteTables", json!({})).ok();
    let route = json!({
        "RouteTableId": tables.text("/RouteTables/0/RouteTableId"),
        "DestinationIpRange": "0.0.0.0/0",
        "GatewayId": service,
    });
    cloud.call("CreateRoute", route).ok();
    cloud.call("UnlinkInternetService", link).ok();
    let service = json!({ "InternetServiceId": service });
    cloud.call("DeleteInternetService", service).ok();
    let tables = cloud.call("ReadRouteTables", json!({})).ok();
    assert_eq!(tables["RouteTables"][0]["Routes"][0]["State"], "blackhole");
    assert_eq!(cloud.dangling().len(), 0);
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn the_guard_can_be_switched() {
    let cloud = Cloud::builder().without(Guard::DanglingReferences).build();
    cloud.guard(Guard::DanglingReferences);
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    assert_eq!(drop_of(cloud), None);
}
