//! Conversations about the family `nic`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{cloud, every_filter, manual, refused_twice, rehearsed};
use crate::vm::{further_subnet, id, running, subnet};

#[track_caller]
fn nic(cloud: &Cloud, input: Value) -> Value {
    cloud.call("CreateNic", input).ok()["Nic"].clone()
}

#[track_caller]
fn read(cloud: &Cloud, nic_id: &str) -> Value {
    let filter = json!({ "Filters": { "NicIds": [nic_id] } });
    cloud.call("ReadNics", filter).ok()["Nics"][0].clone()
}

fn addresses(nic: &Value) -> Vec<(String, bool)> {
    nic["PrivateIps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|ip| (id(&ip["PrivateIp"]), ip["IsPrimary"] == true))
        .collect()
}

#[test]
fn a_card_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
    let nic_id = id(&nic(
        &cloud,
        json!({ "SubnetId": subnet, "Description": "second" }),
    )["NicId"]);
    let link = cloud
        .call(
            "LinkNic",
            json!({ "DeviceNumber": 1, "NicId": nic_id, "VmId": vm_id }),
        )
        .ok();
    let one = json!({ "Filters": { "NicIds": [nic_id] } });
    cloud.call("ReadNics", one.clone()).ok();
    let link = &link["LinkNicId"];
    cloud
        .call(
            "UpdateNic",
            json!({
                "NicId": nic_id, "LinkNic": { "LinkNicId": link, "DeleteOnVmDeletion": true },
            }),
        )
        .ok();
    cloud.call("UnlinkNic", json!({ "LinkNicId": link })).ok();
    cloud.call("ReadNics", one.clone()).ok();
    cloud.call("DeleteNic", json!({ "NicId": nic_id })).ok();
    cloud.call("ReadNics", one).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_vm_shows_its_cards_by_number() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
    for number in [3, 1] {
        let nic_id = nic(&cloud, json!({ "SubnetId": subnet }))["NicId"].clone();
        let link = json!({ "DeviceNumber": number, "NicId": nic_id, "VmId": vm_id });
        cloud.call("LinkNic", link).ok();
    }
    let vm = crate::vm::shown(&cloud, &vm_id);
    let nics = vm["Nics"].as_array().unwrap().iter();
    let numbers: Vec<_> = nics.map(|nic| &nic["LinkNic"]["DeviceNumber"]).collect();
    assert_eq!(numbers, [0, 1, 3]);
}

#[rstest]
#[case::any(json!([]), &[("10.0.0.4", true)])]
#[case::primary(json!([{ "PrivateIp": "10.0.0.9", "IsPrimary": true }]), &[("10.0.0.9", true)])]
#[case::primary_first(
    json!([{ "PrivateIp": "10.0.0.8", "IsPrimary": false }, { "PrivateIp": "10.0.0.9", "IsPrimary": true }]),
    &[("10.0.0.9", true), ("10.0.0.8", false)],
)]
#[case::one_is_added(json!([{ "PrivateIp": "10.0.0.4" }]), &[("10.0.0.5", true), ("10.0.0.4", false)])]
fn addresses_of_a_new_card(#[case] ask: Value, #[case] expected: &[(&str, bool)]) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let made = nic(&cloud, json!({ "SubnetId": subnet, "PrivateIps": ask }));
    let expected: Vec<_> = expected
        .iter()
        .map(|(address, primary)| ((*address).to_owned(), *primary))
        .collect();
    assert_eq!(addresses(&made), expected);
}

#[rstest]
#[case::subnet(json!({ "SubnetId": "subnet-00000000" }), 400, "5057")]
#[case::group(json!({ "SecurityGroupIds": ["sg-00000000"] }), 400, "5020")]
#[case::no_address(json!({ "PrivateIps": [{ "PrivateIp": "10.0.0" }] }), 400, "4133")]
#[case::outside(json!({ "PrivateIps": [{ "PrivateIp": "10.0.1.9" }] }), 400, "4047")]
#[case::reserved(json!({ "PrivateIps": [{ "PrivateIp": "10.0.0.3" }] }), 400, "4047")]
#[case::twice(json!({ "PrivateIps": [{ "PrivateIp": "10.0.0.9" }, { "PrivateIp": "10.0.0.9" }] }), 400, "4047")]
#[case::two_primaries(
    json!({ "PrivateIps": [{ "PrivateIp": "10.0.0.8", "IsPrimary": true }, { "PrivateIp": "10.0.0.9", "IsPrimary": true }] }),
    400,
    "4047",
)]
#[case::taken(json!({ "PrivateIps": [{ "PrivateIp": "10.0.0.4" }] }), 409, "9031")]
fn refusals(#[case] mut ask: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    nic(&cloud, json!({ "SubnetId": subnet }));
    if ask.get("SubnetId").is_none() {
        ask["SubnetId"] = json!(subnet);
    }
    let (got_status, got, _) = refused_twice(&cloud, "CreateNic", ask);
    assert_eq!((got_status, got.as_str()), (status, code));
}

#[test]
fn a_group_of_another_net_is_refused() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let group = cloud
        .call(
            "CreateSecurityGroup",
            json!({ "SecurityGroupName": "web", "Description": "public Cloud" }),
        )
        .ok();
    let group = &group["SecurityGroup"]["SecurityGroupId"];
    let ask = json!({ "SubnetId": subnet, "SecurityGroupIds": [group] });
    let (status, code, _) = refused_twice(&cloud, "CreateNic", ask);
    assert_eq!((status, code.as_str()), (400, "4086"));
}

#[rstest]
#[case::card_first(json!({ "NicId": "eni-00000000", "VmId": "i-00000000" }), 400, "5036")]
#[case::vm(json!({ "VmId": "i-00000000" }), 400, "5063")]
#[case::number(json!({ "DeviceNumber": 8 }), 400, "4047")]
#[case::primary(json!({ "DeviceNumber": 0 }), 400, "4047")]
#[case::taken(json!({ "DeviceNumber": 1 }), 409, "9004")]
fn refused_links(#[case] changes: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm_id = running(
        &cloud,
        json!({ "Nics": [
            { "DeviceNumber": 0, "SubnetId": subnet }, { "DeviceNumber": 1, "SubnetId": subnet },
        ] }),
    );
    let nic_id = nic(&cloud, json!({ "SubnetId": subnet }))["NicId"].clone();
    let mut ask = json!({ "DeviceNumber": 2, "NicId": nic_id, "VmId": vm_id });
    for (field, value) in changes.as_object().unwrap() {
        ask[field] = value.clone();
    }
    let (got_status, got, _) = refused_twice(&cloud, "LinkNic", ask);
    assert_eq!((got_status, got.as_str()), (status, code));
}

#[test]
fn places_that_refuse_a_link() {
    let cloud = manual();
    let (net, near) = subnet(&cloud);
    let far = further_subnet(&cloud, &net, "10.0.1.0/24", "eu-west-2b");
    let (_, elsewhere) = subnet(&cloud);
    let up = running(&cloud, json!({ "SubnetId": near }));
    let outside = running(&cloud, json!({}));
    let link = |subnet: &str, vm: &str| {
        let nic_id = nic(&cloud, json!({ "SubnetId": subnet }))["NicId"].clone();
        let ask = json!({ "DeviceNumber": 1, "NicId": nic_id, "VmId": vm });
        refused_twice(&cloud, "LinkNic", ask).1
    };
    assert_eq!(link(&elsewhere, &up), "4086");
    assert_eq!(link(&near, &outside), "4086");
    assert_eq!(link(&far, &up), "9071");
    let pending = id(&crate::vm::vm(&cloud, json!({ "SubnetId": near }))["VmId"]);
    assert_eq!(link(&near, &pending), "9002");
}

#[test]
fn a_linked_card_is_busy() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
    let nics = cloud.call("ReadNics", json!({})).ok();
    let primary = &nics["Nics"][0];
    let delete = json!({ "NicId": primary["NicId"] });
    assert_eq!(refused_twice(&cloud, "DeleteNic", delete).1, "9002");
    let again = json!({ "DeviceNumber": 1, "NicId": primary["NicId"], "VmId": vm_id });
    assert_eq!(refused_twice(&cloud, "LinkNic", again).1, "9002");
    let given = json!({
        "ImageId": crate::vm::LINUX, "Nics": [{ "DeviceNumber": 0, "NicId": primary["NicId"] }],
    });
    assert_eq!(refused_twice(&cloud, "CreateVms", given).1, "9002");
    let unlink = json!({ "LinkNicId": primary["LinkNic"]["LinkNicId"] });
    assert_eq!(refused_twice(&cloud, "UnlinkNic", unlink).1, "8999");
    let unknown = json!({ "LinkNicId": "eni-attach-00000000" });
    assert_eq!(refused_twice(&cloud, "UnlinkNic", unknown).1, "5007");
    for (id, code) in [("eni-attach-0", "4105"), ("eni-00000000", "4104")] {
        let odd = json!({ "LinkNicId": id });
        assert_eq!(refused_twice(&cloud, "UnlinkNic", odd).1, code);
    }
}

#[test]
fn the_card_of_a_vm_in_the_public_cloud_is_hidden() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    assert_eq!(cloud.call("ReadNics", json!({})).ok()["Nics"], json!([]));
    let ip = cloud.call("CreatePublicIp", json!({})).ok();
    let ip = &ip["PublicIp"]["PublicIpId"];
    cloud
        .call("LinkPublicIp", json!({ "PublicIpId": ip, "VmId": vm_id }))
        .ok();
    let ips = cloud.call("ReadPublicIps", json!({})).ok();
    let ip = &ips["PublicIps"][0];
    assert_eq!(ip["VmId"], json!(vm_id));
    assert_eq!(crate::vm::shown(&cloud, &vm_id)["PublicIp"], ip["PublicIp"]);
    let delete = json!({ "NicId": ip["NicId"] });
    assert_eq!(refused_twice(&cloud, "DeleteNic", delete).1, "5036");
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.settle();
    let ips = cloud.call("ReadPublicIps", json!({})).ok();
    assert_eq!(ips["PublicIps"][0].get("NicId"), None);
}

#[rstest]
#[case::card(json!({ "NicId": "eni-00000000" }), "5036")]
#[case::nothing(json!({}), "7999")]
#[case::two_things(json!({ "Description": "x", "SecurityGroupIds": [] }), "4046")]
#[case::no_group(json!({ "SecurityGroupIds": [] }), "4047")]
#[case::no_link(json!({ "LinkNic": { "DeleteOnVmDeletion": true } }), "7999")]
#[case::link(json!({ "LinkNic": { "LinkNicId": "eni-attach-00000000" } }), "5007")]
#[case::malformed_link(json!({ "LinkNic": { "LinkNicId": "eni-attach-0" } }), "4105")]
#[case::link_of_another_kind(json!({ "LinkNic": { "LinkNicId": "eni-00000000" } }), "4104")]
fn refused_changes(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    if ask.get("NicId").is_none() {
        ask["NicId"] = nic(&cloud, json!({ "SubnetId": subnet }))["NicId"].clone();
    }
    let (status, got, _) = refused_twice(&cloud, "UpdateNic", ask);
    assert_eq!((status, got.as_str()), (400, code));
}

#[test]
fn groups_of_the_primary_card_are_those_of_the_vm() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
    let group = cloud
        .call(
            "CreateSecurityGroup",
            json!({ "NetId": net, "SecurityGroupName": "web", "Description": "web" }),
        )
        .ok();
    let group = &group["SecurityGroup"]["SecurityGroupId"];
    let nic_id = crate::vm::shown(&cloud, &vm_id)["Nics"][0]["NicId"].clone();
    let ask = json!({ "NicId": nic_id, "SecurityGroupIds": [group] });
    let changed = cloud.call("UpdateNic", ask).ok();
    let vm = crate::vm::shown(&cloud, &vm_id);
    assert_eq!(vm["SecurityGroups"], changed["Nic"]["SecurityGroups"]);
    assert_eq!(&vm["SecurityGroups"][0]["SecurityGroupId"], group);
}

#[test]
fn secondary_addresses_come_and_go() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let first = id(&nic(&cloud, json!({ "SubnetId": subnet }))["NicId"]);
    let second = id(&nic(&cloud, json!({ "SubnetId": subnet }))["NicId"]);
    let link = |mut ask: Value, nic_id: &str| {
        ask["NicId"] = nic_id.into();
        cloud.call("LinkPrivateIps", ask)
    };
    link(json!({}), &first).ok();
    link(json!({ "SecondaryPrivateIpCount": 2 }), &first).ok();
    link(json!({ "PrivateIps": ["10.0.0.20"] }), &first).ok();
    let all = addresses(&read(&cloud, &first));
    let all: Vec<&str> = all.iter().map(|(address, _)| address.as_str()).collect();
    assert_eq!(
        all,
        ["10.0.0.4", "10.0.0.6", "10.0.0.7", "10.0.0.8", "10.0.0.20"]
    );
    let taken = link(json!({ "PrivateIps": ["10.0.0.20"] }), &second);
    assert_eq!(taken.error().unwrap().code, "9031");
    link(
        json!({ "PrivateIps": ["10.0.0.20"], "AllowRelink": true }),
        &second,
    )
    .ok();
    assert_eq!(addresses(&read(&cloud, &first)).len(), 4);
    assert_eq!(addresses(&read(&cloud, &second)).len(), 2);
    let primary = link(
        json!({ "PrivateIps": ["10.0.0.4"], "AllowRelink": true }),
        &second,
    );
    assert_eq!(primary.error().unwrap().code, "9031");
    let unlink = json!({ "NicId": first, "PrivateIps": ["10.0.0.6", "10.0.0.7"] });
    cloud.call("UnlinkPrivateIps", unlink).ok();
    let subnets = cloud.call("ReadSubnets", json!({})).ok();
    assert_eq!(subnets["Subnets"][0]["AvailableIpsCount"], 251 - 4);
}

#[test]
fn addresses_that_a_card_has_stay_and_an_empty_list_is_none() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let nic_id = id(&nic(&cloud, json!({ "SubnetId": subnet }))["NicId"]);
    let link = |ips: Value| {
        let ask = json!({ "NicId": nic_id, "PrivateIps": ips });
        cloud.call("LinkPrivateIps", ask).ok();
        addresses(&read(&cloud, &nic_id)).len()
    };
    assert_eq!(link(json!([])), 2);
    assert_eq!(link(json!(["10.0.0.5", "10.0.0.9"])), 3);
    let other = nic(&cloud, json!({ "SubnetId": subnet }))["NicId"].clone();
    let ask = json!({ "NicId": other, "PrivateIps": ["10.0.0.20", "10.0.0.9"] });
    assert_eq!(refused_twice(&cloud, "LinkPrivateIps", ask).1, "9031");
    let subnets = cloud.call("ReadSubnets", json!({})).ok();
    assert_eq!(subnets["Subnets"][0]["AvailableIpsCount"], 251 - 4);
}

#[rstest]
#[case("LinkPrivateIps", json!({ "NicId": "eni-00000000" }), "5036")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 0 }), "4018")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": i64::MAX }), "4018")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 1, "PrivateIps": ["10.0.0.9"] }), "4046")]
#[case("LinkPrivateIps", json!({ "PrivateIps": ["10.0.0.9", "10.0.0.9"] }), "4047")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 4 }), "10021")]
#[case("LinkPrivateIps", json!({ "PrivateIps": ["x"] }), "4133")]
#[case("UnlinkPrivateIps", json!({ "NicId": "eni-00000000", "PrivateIps": [] }), "5036")]
#[case("UnlinkPrivateIps", json!({ "PrivateIps": ["10.0.0.4"] }), "9031")]
#[case("UnlinkPrivateIps", json!({ "PrivateIps": ["10.0.0.9"] }), "5025")]
fn refused_addresses(#[case] operation: &str, #[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    running(&cloud, json!({ "SubnetId": subnet }));
    if ask.get("NicId").is_none() {
        ask["NicId"] = cloud.call("ReadNics", json!({})).ok()["Nics"][0]["NicId"].clone();
    }
    assert_eq!(refused_twice(&cloud, operation, ask).1, code);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let service = cloud.call("CreateInternetService", json!({})).ok();
    let service = &service["InternetService"]["InternetServiceId"];
    cloud
        .call(
            "LinkInternetService",
            json!({ "InternetServiceId": service, "NetId": net }),
        )
        .ok();
    running(&cloud, json!({ "SubnetId": subnet }));
    let nics = cloud.call("ReadNics", json!({})).ok();
    let nic_id = id(&nics["Nics"][0]["NicId"]);
    let ip = cloud.call("CreatePublicIp", json!({})).ok();
    let ip = &ip["PublicIp"]["PublicIpId"];
    cloud
        .call("LinkPublicIp", json!({ "PublicIpId": ip, "NicId": nic_id }))
        .ok();
    cloud
        .call(
            "CreateTags",
            json!({ "ResourceIds": [nic_id], "Tags": [{ "Key": "stage", "Value": "test" }] }),
        )
        .ok();
    let nic = read(&cloud, &nic_id);
    let (public, link, none) = (&nic["LinkPublicIp"], &nic["LinkNic"], json!(["none"]));
    let account = json!([nic["AccountId"]]);
    let group = &nic["SecurityGroups"][0]["SecurityGroupId"];
    let table = [
        (
            "Descriptions",
            json!(["Primary network interface"]),
            none.clone(),
        ),
        ("IsSourceDestCheck", json!(true), json!(false)),
        ("LinkNicDeleteOnVmDeletion", json!(true), json!(false)),
        ("LinkNicDeviceNumbers", json!([0]), json!([1])),
        (
            "LinkNicLinkNicIds",
            json!([link["LinkNicId"]]),
            none.clone(),
        ),
        ("LinkNicStates", json!(["attached"]), json!(["detached"])),
        ("LinkNicVmAccountIds", account.clone(), none.clone()),
        ("LinkNicVmIds", json!([link["VmId"]]), none.clone()),
        ("LinkPublicIpAccountIds", account.clone(), none.clone()),
        (
            "LinkPublicIpLinkPublicIpIds",
            json!([public["LinkPublicIpId"]]),
            none.clone(),
        ),
        (
            "LinkPublicIpPublicDnsNames",
            json!([public["PublicDnsName"]]),
            none.clone(),
        ),
        ("LinkPublicIpPublicIpIds", json!([ip]), none.clone()),
        (
            "LinkPublicIpPublicIps",
            json!([public["PublicIp"]]),
            none.clone(),
        ),
        ("MacAddresses", json!([nic["MacAddress"]]), none.clone()),
        ("NetIds", json!([net]), none.clone()),
        ("NicIds", json!([nic_id]), none.clone()),
        (
            "PrivateDnsNames",
            json!([nic["PrivateDnsName"]]),
            none.clone(),
        ),
        ("PrivateIpsLinkPublicIpAccountIds", account, none.clone()),
        (
            "PrivateIpsLinkPublicIpPublicIps",
            json!([public["PublicIp"]]),
            none.clone(),
        ),
        ("PrivateIpsPrimaryIp", json!(true), json!(false)),
        (
            "PrivateIpsPrivateIps",
            json!(["10.0.0.4"]),
            json!(["10.0.0.5"]),
        ),
        ("SecurityGroupIds", json!([group]), none.clone()),
        ("SecurityGroupNames", json!(["default"]), none.clone()),
        ("States", json!(["in-use"]), json!(["available"])),
        ("SubnetIds", json!([subnet]), none.clone()),
        (
            "SubregionNames",
            json!(["eu-west-2a"]),
            json!(["eu-west-2b"]),
        ),
        ("TagKeys", json!(["stage"]), none.clone()),
        ("TagValues", json!(["test"]), none),
        ("Tags", json!(["stage=test"]), json!(["stage=live"])),
    ];
    let target = ("Nics", "NicId", nic_id.as_str());
    every_filter(&cloud, "ReadNics", &json!({}), target, &table);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (_, subnet) = subnet(&cloud);
    let vm = running(&cloud, json!({ "SubnetId": subnet }));
    let made = |address: &str| {
        let addresses = json!([
            { "IsPrimary": true, "PrivateIp": address },
        ]);
        nic(
            &cloud,
            json!({ "PrivateIps": addresses, "SubnetId": subnet }),
        )
    };
    let (linked, free) = (made("10.0.0.20"), made("10.0.0.30"));
    let link = json!({ "DeviceNumber": 1, "NicId": linked["NicId"], "VmId": vm });
    let link = cloud.call("LinkNic", link).ok()["LinkNicId"].clone();
    let second = json!({ "NicId": free["NicId"], "PrivateIps": ["10.0.0.31"] });
    cloud.call("LinkPrivateIps", second.clone()).ok();
    let before = cloud.call("ReadNics", json!({})).ok();
    for (operation, input) in [
        ("CreateNic", json!({ "SubnetId": subnet })),
        (
            "LinkNic",
            json!({ "DeviceNumber": 2, "NicId": free["NicId"], "VmId": vm }),
        ),
        ("UnlinkNic", json!({ "LinkNicId": link })),
        (
            "UpdateNic",
            json!({ "Description": "other", "NicId": free["NicId"] }),
        ),
        (
            "LinkPrivateIps",
            json!({ "NicId": free["NicId"], "SecondaryPrivateIpCount": 1 }),
        ),
        ("UnlinkPrivateIps", second),
        ("DeleteNic", json!({ "NicId": free["NicId"] })),
        ("ReadNics", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let after = cloud.call("ReadNics", json!({})).ok();
    assert_eq!(before["Nics"], after["Nics"]);
}
