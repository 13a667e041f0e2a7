//! Conversations about the family `subnet`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, made, net, pages_of_one, refused_twice, rehearsed, selected,
    subnet,
};

#[test]
fn life() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.1.0/24");
    let change = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": true });
    cloud.call("UpdateSubnet", change).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    let named = json!({ "SubnetId": subnet });
    cloud.call("DeleteSubnet", named.clone()).ok();
    cloud.call("ReadSubnets", json!({})).ok();
    cloud.call("DeleteSubnet", named);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn its_link_to_a_route_table_goes_with_it() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.1.0/24");
    let table = json!({ "NetId": net });
    let table = made(
        &cloud,
        "CreateRouteTable",
        table,
        "/RouteTable/RouteTableId",
    );
    let both = json!({ "RouteTableId": table, "SubnetId": subnet });
    cloud.call("LinkRouteTable", both).ok();
    cloud
        .call("DeleteSubnet", json!({ "SubnetId": subnet }))
        .ok();
    cloud
        .call("DeleteRouteTable", json!({ "RouteTableId": table }))
        .ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::smallest("10.0.0.0/29", 3)]
#[case::common("10.0.255.0/24", 251)]
#[case::documented("10.0.64.0/18", 16379)]
#[case::the_whole_net("10.0.0.0/16", 65531)]
fn ranges_that_a_subnet_may_have(#[case] range: &str, #[case] addresses: u32) {
    let cloud = cloud();
    let wanted = json!({ "NetId": net(&cloud), "IpRange": range });
    let made = cloud.call("CreateSubnet", wanted).ok();
    assert_eq!(made["Subnet"]["AvailableIpsCount"], addresses);
}

#[rstest]
#[case::too_large("10.0.0.0/15", 400, "4014")]
#[case::too_small("10.0.1.0/30", 400, "4014")]
#[case::another_block("192.168.0.0/24", 409, "9044")]
#[case::next_to_it("10.1.0.0/24", 409, "9044")]
#[case::the_same("10.0.0.0/24", 409, "9058")]
#[case::a_part("10.0.0.128/25", 409, "9058")]
#[case::more("10.0.0.0/20", 409, "9058")]
#[case::host_bits("10.0.1.1/24", 400, "4030")]
#[case::no_range("10.0.1.0", 400, "4030")]
fn ranges_that_it_may_not_have(#[case] range: &str, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let net = net(&cloud);
    subnet(&cloud, &net, "10.0.0.0/24");
    let wanted = json!({ "NetId": net, "IpRange": range });
    let (was, said, _) = refused_twice(&cloud, "CreateSubnet", wanted);
    assert_eq!((was, &*said), (status, code));
}

#[test]
fn the_same_range_in_another_net() {
    let cloud = cloud();
    for net in [net(&cloud), net(&cloud)] {
        subnet(&cloud, &net, "10.0.0.0/24");
    }
}

#[rstest]
#[case::the_first(Value::Null, "eu-west-2a")]
#[case::named(json!("eu-west-2b"), "eu-west-2b")]
fn subregions(#[case] name: Value, #[case] shown: &str) {
    let cloud = cloud();
    let mut wanted = json!({ "NetId": net(&cloud), "IpRange": "10.0.0.0/24" });
    if name.is_string() {
        wanted["SubregionName"] = name;
    }
    let made = cloud.call("CreateSubnet", wanted).ok();
    assert_eq!(made["Subnet"]["SubregionName"], shown);
}

#[rstest]
#[case::subregion(json!({ "SubregionName": "us-east-2a" }), "5009")]
#[case::no_subregion(json!({ "SubregionName": "" }), "5009")]
#[case::net(json!({ "NetId": "vpc-00000000" }), "5065")]
#[case::net_of_another_kind(json!({ "NetId": "igw-00000000" }), "4104")]
#[case::malformed_net(json!({ "NetId": "vpc-0" }), "4105")]
fn places_that_do_not_exist(#[case] change: Value, #[case] code: &str) {
    let cloud = cloud();
    let mut wanted = json!({ "NetId": net(&cloud), "IpRange": "10.0.0.0/24" });
    let changes = change.as_object().expect("an object").clone();
    wanted.as_object_mut().expect("an object").extend(changes);
    let (status, said, _) = refused_twice(&cloud, "CreateSubnet", wanted);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("subnet-00000000", "5057")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("subnet-0", "4105")]
fn subnets_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let cloud = cloud();
    let named = json!({ "SubnetId": id });
    assert_eq!(refused_twice(&cloud, "DeleteSubnet", named).1, code);
    let change = json!({ "SubnetId": id, "MapPublicIpOnLaunch": true });
    assert_eq!(refused_twice(&cloud, "UpdateSubnet", change).1, code);
}

#[test]
fn subnets_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let named = json!({ "SubnetId": subnet(&cloud, &net(&cloud), "10.0.0.0/24") });
    let other = cloud.as_account("210987654321");
    assert_eq!(refused_twice(&other, "DeleteSubnet", named).1, "5057");
    assert_eq!(other.call("ReadSubnets", json!({}))["Subnets"], json!([]));
}

#[test]
fn filters() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.0.0/24");
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [subnet], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    every_filter(
        &cloud,
        "ReadSubnets",
        &json!({}),
        ("Subnets", "SubnetId", &subnet),
        &[
            ("AvailableIpsCounts", json!([251]), json!([256])),
            ("IpRanges", json!(["10.0.0.0/24"]), json!(["10.0.0.0/16"])),
            ("NetIds", json!([net]), json!(["vpc-00000000"])),
            ("States", json!(["available"]), json!(["pending"])),
            ("SubnetIds", json!([subnet]), json!(["subnet-00000000"])),
            (
                "SubregionNames",
                json!(["eu-west-2a"]),
                json!(["eu-west-2b"]),
            ),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    self::subnet(&cloud, &net, "10.0.1.0/24");
    assert_eq!(pages_of_one(&cloud, "ReadSubnets", "Subnets"), 2);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.0.0/24");
    for (operation, input) in [
        (
            "CreateSubnet",
            json!({ "IpRange": "10.0.1.0/24", "NetId": net }),
        ),
        (
            "UpdateSubnet",
            json!({ "MapPublicIpOnLaunch": true, "SubnetId": subnet }),
        ),
        ("DeleteSubnet", json!({ "SubnetId": subnet })),
        ("ReadSubnets", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let read = cloud.call("ReadSubnets", json!({})).ok();
    assert_eq!(read["Subnets"].as_array().map(Vec::len), Some(1));
    assert_eq!(read["Subnets"][0]["MapPublicIpOnLaunch"], false);
}

fn card(cloud: &Cloud, subnet: &str) -> String {
    let wanted = json!({ "SubnetId": subnet });
    made(cloud, "CreateNic", wanted, "/Nic/NicId")
}

#[test]
fn cards_take_its_addresses_and_give_them_back() {
    let cloud = cloud();
    let subnet = subnet(&cloud, &net(&cloud), "10.0.0.0/29");
    let free = |count: u32| {
        let found = selected(&cloud, "ReadSubnets", "AvailableIpsCounts", &json!([count]));
        assert_eq!(found, 1, "{count} addresses are not what is free");
    };
    free(3);
    let cards = [(); 3].map(|()| card(&cloud, &subnet));
    free(0);
    let (status, code, _) = refused_twice(&cloud, "CreateNic", json!({ "SubnetId": subnet }));
    assert_eq!((status, &*code), (409, "10001"));
    // The lowest that is free comes first, and the first four belong to the cloud.
    for (card, last) in [(&cards[1], 5), (&cards[0], 4)] {
        cloud.call("DeleteNic", json!({ "NicId": card })).ok();
        free(1);
        let again = json!({ "SubnetId": subnet });
        let again = cloud.call("CreateNic", again).ok();
        let address = again.text("/Nic/PrivateIps/0/PrivateIp");
        assert_eq!(address, format!("10.0.0.{last}"));
    }
}

#[rstest]
#[case::first_of_the_reserved("10.0.0.0", 400, "4047")]
#[case::last_of_the_first_four("10.0.0.3", 400, "4047")]
#[case::last("10.0.0.255", 400, "4047")]
#[case::outside("10.0.1.4", 400, "4047")]
#[case::taken("10.0.0.4", 409, "9031")]
fn addresses_that_a_card_cannot_have(
    #[case] address: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    let subnet = subnet(&cloud, &net(&cloud), "10.0.0.0/24");
    card(&cloud, &subnet);
    let wanted = json!({
        "SubnetId": subnet,
        "PrivateIps": [{ "IsPrimary": true, "PrivateIp": address }],
    });
    let (was, said, _) = refused_twice(&cloud, "CreateNic", wanted);
    assert_eq!((was, &*said), (status, code));
}

#[test]
fn a_card_and_a_vm_block_its_deletion_a_terminated_vm_does_not() {
    let cloud = cloud();
    let net = net(&cloud);
    let subnet = subnet(&cloud, &net, "10.0.0.0/24");
    let named = json!({ "SubnetId": subnet });
    let card = card(&cloud, &subnet);
    let (status, code, details) = refused_twice(&cloud, "DeleteSubnet", named.clone());
    assert_eq!((status, &*code), (409, "9095"));
    assert!(details.contains(&card), "{details}");
    cloud.call("DeleteNic", json!({ "NicId": card })).ok();
    let image = cloud.call("ReadImages", json!({})).ok();
    let image = image.text("/Images/0/ImageId");
    let vm = json!({ "ImageId": image, "SubnetId": subnet });
    let vm = made(&cloud, "CreateVms", vm, "/Vms/0/VmId");
    assert_eq!(
        refused_twice(&cloud, "DeleteSubnet", named.clone()).1,
        "9095"
    );
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    cloud.call("DeleteSubnet", named).ok();
    // Nor does it block the deletion of its Net.
    assert_eq!(selected(&cloud, "ReadVms", "VmIds", &json!([vm])), 1);
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
}
