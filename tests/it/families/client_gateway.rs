//! Conversations about the family `client_gateway`.

use mockscale::{Value, json};
use rstest::rstest;

use crate::support::{cloud, refused};

fn gateway() -> Value {
    json!({ "BgpAsn": 65000, "ConnectionType": "ipsec.1", "PublicIp": "192.0.2.1" })
}

#[test]
fn making_reading_and_deleting() {
    let cloud = cloud();
    let made = cloud.call("CreateClientGateway", gateway()).ok();
    let id = made.text("/ClientGateway/ClientGatewayId");
    cloud.call("ReadClientGateways", json!({})).ok();
    let gone = json!({ "ClientGatewayId": id });
    cloud.call("DeleteClientGateway", gone.clone()).ok();
    cloud.call("DeleteClientGateway", gone);
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case("BgpAsn", json!(0), "4010")]
#[case("BgpAsn", json!(4_294_967_296_i64), "4010")]
#[case("ConnectionType", json!("ipsec.2"), "4080")]
#[case("PublicIp", json!("192.0.2"), "4133")]
fn creation_is_refused(#[case] field: &str, #[case] value: Value, #[case] code: &str) {
    let mut input = gateway();
    input[field] = value;
    let (status, said, _) = refused(&cloud(), "CreateClientGateway", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let made = cloud.call("CreateClientGateway", gateway()).ok();
    let id = made.text("/ClientGateway/ClientGatewayId");
    let tags = json!({ "ResourceIds": [id], "Tags": [{ "Key": "site", "Value": "north" }] });
    cloud.call("CreateTags", tags).ok();
    for (filter, hit, miss) in [
        ("BgpAsns", json!(65000), json!(65001)),
        ("ClientGatewayIds", json!(id), json!("cgw-00000000")),
        ("ConnectionTypes", json!("ipsec.1"), json!("ipsec.2")),
        ("PublicIps", json!("192.0.2.1"), json!("192.0.2.2")),
        ("States", json!("available"), json!("deleted")),
        ("TagKeys", json!("site"), json!("sites")),
        ("TagValues", json!("north"), json!("south")),
        ("Tags", json!("site=north"), json!("site=south")),
    ] {
        let found = |value: &Value| {
            let read = json!({ "Filters": { filter: [value] } });
            let read = cloud.call("ReadClientGateways", read).ok();
            read["ClientGateways"].as_array().map(Vec::len)
        };
        assert_eq!((found(&hit), found(&miss)), (Some(1), Some(0)), "{filter}");
    }
}
