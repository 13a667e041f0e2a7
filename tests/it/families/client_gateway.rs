//! Conversations about the family `client_gateway`.

use mockscale::{Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};

/// Where an answer names the gateway.
const ID: &str = "/ClientGateway/ClientGatewayId";

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
    let (status, said, _) = refused_twice(&cloud(), "CreateClientGateway", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[rstest]
#[case(1)]
#[case(4_294_967_295)]
fn every_number_of_32_bits_but_none_is_one(#[case] number: i64) {
    let cloud = cloud();
    let mut input = gateway();
    input["BgpAsn"] = number.into();
    cloud.call("CreateClientGateway", input).ok();
}

#[rstest]
#[case::unknown("cgw-00000000", "5015")]
#[case::of_another_kind("vgw-00000000", "4104")]
#[case::malformed("cgw-0", "4105")]
fn gateways_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let named = json!({ "ClientGatewayId": id });
    let (status, said, _) = refused_twice(&cloud(), "DeleteClientGateway", named);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn gateways_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let id = made(&cloud, "CreateClientGateway", gateway(), ID);
    let other = cloud.as_account("210987654321");
    let named = json!({ "ClientGatewayId": id });
    let (status, code, _) = refused_twice(&other, "DeleteClientGateway", named);
    assert_eq!((status, &*code), (400, "5015"));
    let read = other.call("ReadClientGateways", json!({})).ok();
    assert_eq!(read["ClientGateways"], json!([]));
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let id = made(&cloud, "CreateClientGateway", gateway(), ID);
    rehearsed(&cloud, "CreateClientGateway", gateway());
    rehearsed(
        &cloud,
        "DeleteClientGateway",
        json!({ "ClientGatewayId": id }),
    );
    rehearsed(&cloud, "ReadClientGateways", json!({}));
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let id = made(&cloud, "CreateClientGateway", gateway(), ID);
    let tags = json!({ "ResourceIds": [id], "Tags": [{ "Key": "site", "Value": "north" }] });
    cloud.call("CreateTags", tags).ok();
    every_filter(
        &cloud,
        "ReadClientGateways",
        &json!({}),
        ("ClientGateways", "ClientGatewayId", &id),
        &[
            ("BgpAsns", json!([65000]), json!([65001])),
            ("ClientGatewayIds", json!([id]), json!(["cgw-00000000"])),
            ("ConnectionTypes", json!(["ipsec.1"]), json!(["ipsec.2"])),
            ("PublicIps", json!(["192.0.2.1"]), json!(["192.0.2.2"])),
            ("States", json!(["available"]), json!(["deleted"])),
            ("TagKeys", json!(["site"]), json!(["sites"])),
            ("TagValues", json!(["north"]), json!(["south"])),
            ("Tags", json!(["site=north"]), json!(["site=south"])),
        ],
    );
    // The same again is another one.
    cloud.call("CreateClientGateway", gateway()).ok();
    let count = pages_of_one(&cloud, "ReadClientGateways", "ClientGateways");
    assert_eq!(count, 2);
}
