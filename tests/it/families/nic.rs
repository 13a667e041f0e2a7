//! Conversations about the family `nic`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{cloud, every_filter, linked_service, made, manual, refused_twice, rehearsed};
use crate::vm::{further_subnet, id, running, stopped, subnet};

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
#[case::shape_before_existence(
    json!({ "SubnetId": "subnet-00000000", "PrivateIps": [{ "PrivateIp": "x" }] }),
    400,
    "4133",
)]
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
#[case::number_before_card(json!({ "DeviceNumber": 8, "NicId": "eni-00000000" }), 400, "4047")]
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
    cloud.call("DeleteVms", json!({ "VmIds": [up] })).ok();
    assert_eq!(link(&near, &up), "6006");
    cloud.settle();
    assert_eq!(link(&near, &up), "6006");
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

/// The public IP of one of a card's addresses.
fn public_ip_of<'n>(nic: &'n Value, address: &str) -> Option<&'n Value> {
    let mut ips = nic["PrivateIps"].as_array()?.iter();
    ips.find(|ip| ip["PrivateIp"] == address)?
        .get("LinkPublicIp")
}

/// A public IP that is linked to an address of a card, and the identifier of the link.
fn linked_to(cloud: &Cloud, nic_id: &str, address: &str) -> (String, String) {
    let id = "/PublicIp/PublicIpId";
    let public_ip = made(cloud, "CreatePublicIp", json!({}), id);
    let ask = json!({ "NicId": nic_id, "PrivateIp": address, "PublicIpId": public_ip });
    let link = made(cloud, "LinkPublicIp", ask, "/LinkPublicIpId");
    (public_ip, link)
}

/// The link that a public IP shows, if it is linked.
fn link_of(cloud: &Cloud, public_ip: &str) -> Option<String> {
    let read = json!({ "Filters": { "PublicIpIds": [public_ip] } });
    let read = cloud.call("ReadPublicIps", read).ok();
    Some(id(read["PublicIps"][0].get("LinkPublicIpId")?))
}

/// A Subnet of a Net with an Internet service.
fn open_subnet(cloud: &Cloud) -> String {
    let (net, subnet) = subnet(cloud);
    linked_service(cloud, &net);
    subnet
}

#[test]
fn a_secondary_address_that_goes_frees_its_public_ip() {
    let cloud = cloud();
    let subnet = open_subnet(&cloud);
    let ask = json!({
        "SubnetId": subnet,
        "PrivateIps": [
            { "PrivateIp": "10.0.0.10", "IsPrimary": true },
            { "PrivateIp": "10.0.0.11" },
            { "PrivateIp": "10.0.0.12" },
        ],
    });
    let first = id(&nic(&cloud, ask)["NicId"]);
    let second = id(&nic(&cloud, json!({ "SubnetId": subnet }))["NicId"]);
    let (kept, link) = linked_to(&cloud, &first, "10.0.0.10");
    let (one, _) = linked_to(&cloud, &first, "10.0.0.11");
    let (other, _) = linked_to(&cloud, &first, "10.0.0.12");
    let unlink = json!({ "NicId": first, "PrivateIps": ["10.0.0.11"] });
    cloud.call("UnlinkPrivateIps", unlink).ok();
    let moved = json!({ "NicId": second, "PrivateIps": ["10.0.0.12"], "AllowRelink": true });
    cloud.call("LinkPrivateIps", moved).ok();
    assert_eq!(
        [link_of(&cloud, &one), link_of(&cloud, &other)],
        [None, None]
    );
    assert_eq!(link_of(&cloud, &kept), Some(link));
    // It does not follow the address to the other card.
    assert_eq!(public_ip_of(&read(&cloud, &second), "10.0.0.12"), None);
}

#[test]
fn a_card_keeps_its_public_ip_off_its_vm() {
    let cloud = cloud();
    let subnet = open_subnet(&cloud);
    let vm_id = stopped(&cloud, json!({ "SubnetId": subnet }));
    let card = nic(&cloud, json!({ "SubnetId": subnet }));
    let (nic_id, address) = (id(&card["NicId"]), id(&card["PrivateIps"][0]["PrivateIp"]));
    let (public_ip, link) = linked_to(&cloud, &nic_id, &address);
    // A VM that is stopped takes a card.
    let ask = json!({ "DeviceNumber": 1, "NicId": nic_id, "VmId": vm_id });
    let on_vm = made(&cloud, "LinkNic", ask, "/LinkNicId");
    let vm_of = || {
        let read = json!({ "Filters": { "PublicIpIds": [public_ip] } });
        cloud.call("ReadPublicIps", read).ok()["PublicIps"][0]
            .get("VmId")
            .map(id)
    };
    assert_eq!(vm_of(), Some(vm_id));
    cloud.call("UnlinkNic", json!({ "LinkNicId": on_vm })).ok();
    assert_eq!(vm_of(), None);
    assert_eq!(link_of(&cloud, &public_ip), Some(link));
    let card = read(&cloud, &nic_id);
    assert_eq!(card["LinkPublicIp"]["PublicIpId"], *public_ip);
}

#[test]
fn a_card_that_outlives_its_vm_keeps_what_was_linked_to_it_alone() {
    let cloud = cloud();
    let subnet = open_subnet(&cloud);
    for (target, stays) in [("NicId", true), ("VmId", false)] {
        let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
        let card = crate::vm::shown(&cloud, &vm_id)["Nics"][0].clone();
        let update = json!({
            "NicId": card["NicId"],
            "LinkNic": { "LinkNicId": card["LinkNic"]["LinkNicId"], "DeleteOnVmDeletion": false },
        });
        cloud.call("UpdateNic", update).ok();
        let public_ip = made(&cloud, "CreatePublicIp", json!({}), "/PublicIp/PublicIpId");
        let mut ask = json!({ "PublicIpId": public_ip });
        ask[target] = if stays {
            card["NicId"].clone()
        } else {
            vm_id.as_str().into()
        };
        cloud.call("LinkPublicIp", ask).ok();
        cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
        cloud.settle();
        assert_eq!(read(&cloud, &id(&card["NicId"]))["State"], "available");
        assert_eq!(link_of(&cloud, &public_ip).is_some(), stays, "{target}");
    }
}

#[test]
fn a_card_of_an_open_subnet_is_lent_an_address() {
    let cloud = cloud();
    let subnet = open_subnet(&cloud);
    let open = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": true });
    cloud.call("UpdateSubnet", open).ok();
    let card = nic(&cloud, json!({ "SubnetId": subnet }));
    let lent = &card["LinkPublicIp"];
    assert!(lent["PublicIp"].is_string(), "{card}");
    assert_eq!(card["PrivateIps"][0]["LinkPublicIp"], *lent);
    // It is nobody's public IP, and gives way to one.
    let ips = cloud.call("ReadPublicIps", json!({})).ok();
    assert_eq!(ips["PublicIps"], json!([]));
    let (nic_id, address) = (id(&card["NicId"]), id(&card["PrivateIps"][0]["PrivateIp"]));
    let (public_ip, link) = linked_to(&cloud, &nic_id, &address);
    assert_eq!(
        read(&cloud, &nic_id)["LinkPublicIp"]["PublicIpId"],
        *public_ip
    );
    // Afterwards another one is lent.
    let unlink = json!({ "LinkPublicIpId": link });
    cloud.call("UnlinkPublicIp", unlink).ok();
    let again = read(&cloud, &nic_id)["LinkPublicIp"].clone();
    assert!(again["PublicIp"].is_string(), "{again}");
    assert_ne!(again["PublicIp"], lent["PublicIp"]);
}

/// While a VM is stopped its cards have no lent address; one that leaves it has.
#[test]
fn a_card_that_leaves_a_stopped_vm_is_lent_an_address_again() {
    let cloud = cloud();
    let subnet = open_subnet(&cloud);
    let open = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": true });
    cloud.call("UpdateSubnet", open).ok();
    let vm_id = running(&cloud, json!({ "SubnetId": subnet }));
    let card = id(&nic(&cloud, json!({ "SubnetId": subnet }))["NicId"]);
    let ask = json!({ "DeviceNumber": 1, "NicId": card, "VmId": vm_id });
    let link = made(&cloud, "LinkNic", ask, "/LinkNicId");
    let lent = || read(&cloud, &card)["LinkPublicIp"]["PublicIp"].clone();
    let before = lent();
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    cloud.settle();
    assert_eq!(lent(), Value::Null);
    cloud.call("UnlinkNic", json!({ "LinkNicId": link })).ok();
    assert!(lent().is_string() && lent() != before);
}

#[test]
fn a_description_is_answered_and_groups_are_in_order() {
    let cloud = cloud();
    let (net, subnet) = subnet(&cloud);
    let group = |name: &str| {
        let ask = json!({ "NetId": net, "SecurityGroupName": name, "Description": name });
        made(
            &cloud,
            "CreateSecurityGroup",
            ask,
            "/SecurityGroup/SecurityGroupId",
        )
    };
    let mut groups: Vec<String> = ["one", "two", "three", "four"].map(group).into();
    groups.sort();
    let backwards: Vec<&String> = groups.iter().rev().collect();
    let ask = json!({ "SubnetId": subnet, "SecurityGroupIds": backwards });
    let card = nic(&cloud, ask);
    let shown = |card: &Value| -> Vec<String> {
        let groups = card["SecurityGroups"].as_array().into_iter().flatten();
        groups.map(|it| id(&it["SecurityGroupId"])).collect()
    };
    assert_eq!(shown(&card), groups);
    let ask = json!({ "NicId": card["NicId"], "SecurityGroupIds": [groups[2], groups[0]] });
    let changed = cloud.call("UpdateNic", ask).ok();
    assert_eq!(shown(&changed["Nic"]), [&*groups[0], &*groups[2]]);
    let ask = json!({ "NicId": card["NicId"], "Description": "the other one" });
    let mut changed = cloud.call("UpdateNic", ask).ok()["Nic"].clone();
    assert_eq!(changed["Description"], "the other one");
    assert_eq!(changed, read(&cloud, &id(&card["NicId"])));
    // Nothing else of it has changed.
    changed["Description"] = "".into();
    changed["SecurityGroups"] = card["SecurityGroups"].clone();
    assert_eq!(changed, card);
}

#[rstest]
#[case("LinkPrivateIps", json!({ "NicId": "eni-00000000" }), "5036")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 0 }), "4018")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": i64::MAX }), "4018")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 1, "PrivateIps": ["10.0.0.9"] }), "4046")]
#[case("LinkPrivateIps", json!({ "PrivateIps": ["10.0.0.9", "10.0.0.9"] }), "4047")]
#[case("LinkPrivateIps", json!({ "SecondaryPrivateIpCount": 4 }), "10021")]
#[case("LinkPrivateIps", json!({ "PrivateIps": ["x"] }), "4133")]
#[case("LinkPrivateIps", json!({ "NicId": "eni-00000000", "PrivateIps": ["x"] }), "4133")]
#[case("UnlinkPrivateIps", json!({ "NicId": "eni-00000000", "PrivateIps": ["x"] }), "4133")]
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
