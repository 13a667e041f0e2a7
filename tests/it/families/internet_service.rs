//! Conversations about the family `internet_service`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::load_balancer;
use crate::support::{
    builder, cloud, every_filter, made, net, pages_of_one, refused_twice, rehearsed, selected,
};
use crate::vm::{self, running};

fn service(cloud: &Cloud) -> String {
    let id = "/InternetService/InternetServiceId";
    made(cloud, "CreateInternetService", json!({}), id)
}

fn both(service: &str, net: &str) -> Value {
    json!({ "InternetServiceId": service, "NetId": net })
}

#[test]
fn life() {
    let cloud = cloud();
    let (service, net) = (service(&cloud), net(&cloud));
    cloud.call("LinkInternetService", both(&service, &net)).ok();
    cloud.call("ReadInternetServices", json!({})).ok();
    let named = json!({ "InternetServiceId": service });
    cloud.call("DeleteInternetService", named.clone());
    cloud
        .call("UnlinkInternetService", both(&service, &net))
        .ok();
    cloud.call("UnlinkInternetService", both(&service, &net));
    cloud.call("ReadInternetServices", json!({})).ok();
    cloud.call("DeleteInternetService", named.clone()).ok();
    cloud.call("DeleteInternetService", named);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn one_service_for_one_net() {
    let cloud = cloud();
    let (first, second) = (service(&cloud), service(&cloud));
    let (here, there) = (net(&cloud), net(&cloud));
    cloud.call("LinkInternetService", both(&first, &here)).ok();
    for (operation, service, net, code) in [
        ("LinkInternetService", &first, &here, "9065"),
        ("LinkInternetService", &second, &here, "9065"),
        ("LinkInternetService", &first, &there, "9024"),
        ("UnlinkInternetService", &first, &there, "9026"),
    ] {
        let (status, said, _) = refused_twice(&cloud, operation, both(service, net));
        assert_eq!((status, &*said), (409, code));
    }
    let (status, code, _) = refused_twice(&cloud, "UnlinkInternetService", both(&second, &here));
    assert_eq!((status, &*code), (424, "1007"));
    // Once free, it may be linked elsewhere.
    cloud
        .call("UnlinkInternetService", both(&first, &here))
        .ok();
    cloud.call("LinkInternetService", both(&first, &there)).ok();
    cloud.call("LinkInternetService", both(&second, &here)).ok();
}

#[rstest]
#[case::both_unknown("igw-00000000", "vpc-00000000", "5001")]
#[case::of_another_kind("vgw-00000000", "vpc-00000000", "4104")]
#[case::malformed("igw-0", "vpc-00000000", "4105")]
#[case::unknown_net("", "vpc-00000000", "5065")]
#[case::net_of_another_kind("", "subnet-00000000", "4104")]
fn what_does_not_exist(#[case] id: &str, #[case] net: &str, #[case] code: &str) {
    let cloud = cloud();
    let own = service(&cloud);
    let id = if id.is_empty() { &own } else { id };
    for operation in ["LinkInternetService", "UnlinkInternetService"] {
        let (status, said, details) = refused_twice(&cloud, operation, both(id, net));
        assert_eq!((status, &*said), (400, code));
        assert_eq!(details.is_empty(), code == "5001");
    }
}

#[test]
fn services_of_another_account_do_not_exist() {
    let cloud = builder().account("210987654321").build();
    let service = service(&cloud);
    let other = cloud.as_account("210987654321");
    let net = net(&other);
    for operation in ["LinkInternetService", "UnlinkInternetService"] {
        let said = refused_twice(&other, operation, both(&service, &net));
        assert_eq!(said.1, "5001", "{operation}");
    }
    let own = self::service(&other);
    let theirs = self::net(&cloud);
    let said = refused_twice(&other, "LinkInternetService", both(&own, &theirs));
    assert_eq!(said.1, "5065");
    let named = json!({ "InternetServiceId": service });
    assert_eq!(
        refused_twice(&other, "DeleteInternetService", named).1,
        "5001"
    );
    let read = other.call("ReadInternetServices", json!({})).ok();
    assert_eq!(read.text("/InternetServices/0/InternetServiceId"), own);
    assert!(read["InternetServices"].get(1).is_none());
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let (linked, net) = (service(&cloud), net(&cloud));
    // One that is not linked, which no filter on links matches.
    service(&cloud);
    cloud.call("LinkInternetService", both(&linked, &net)).ok();
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [linked], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    every_filter(
        &cloud,
        "ReadInternetServices",
        &json!({}),
        ("InternetServices", "InternetServiceId", &linked),
        &[
            (
                "InternetServiceIds",
                json!([linked]),
                json!(["igw-00000000"]),
            ),
            ("LinkNetIds", json!([net]), json!(["vpc-00000000"])),
            ("LinkStates", json!(["available"]), json!(["detached"])),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    for (filter, value) in [
        ("LinkNetIds", json!([net])),
        ("LinkStates", json!(["available"])),
    ] {
        let found = selected(&cloud, "ReadInternetServices", filter, &value);
        assert_eq!(found, 1, "{filter}");
    }
    let list = "InternetServices";
    assert_eq!(pages_of_one(&cloud, "ReadInternetServices", list), 2);
}

#[rstest]
#[case::unknown("igw-00000000", "5001")]
#[case::of_another_kind("vgw-00000000", "4104")]
#[case::malformed("igw-0", "4105")]
fn services_that_cannot_be_deleted(#[case] id: &str, #[case] code: &str) {
    let named = json!({ "InternetServiceId": id });
    let (status, said, _) = refused_twice(&cloud(), "DeleteInternetService", named);
    assert_eq!((status, &*said), (400, code));
}

#[test]
fn a_net_that_goes_takes_no_service() {
    let cloud = cloud();
    let (service, net) = (service(&cloud), net(&cloud));
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    let (status, code, _) = refused_twice(&cloud, "LinkInternetService", both(&service, &net));
    assert_eq!((status, &*code), (400, "5065"));
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (linked, free) = (service(&cloud), service(&cloud));
    let (here, there) = (net(&cloud), net(&cloud));
    cloud.call("LinkInternetService", both(&linked, &here)).ok();
    for (operation, input) in [
        ("CreateInternetService", json!({})),
        (
            "DeleteInternetService",
            json!({ "InternetServiceId": free }),
        ),
        ("LinkInternetService", both(&free, &there)),
        ("UnlinkInternetService", both(&linked, &here)),
        ("ReadInternetServices", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    let linked = selected(&cloud, "ReadInternetServices", "LinkNetIds", &json!([here]));
    assert_eq!(linked, 1);
}

/// What reaches into a Net from the Internet.
#[derive(Clone, Copy, Debug)]
enum Reached {
    Card,
    SecondAddress,
    Vm,
    LentToAVm,
    Balancer,
    BalancerOfOurAddress,
}

impl Reached {
    /// Makes it, and answers what it is told by, and the call that ends it.
    fn make(self, cloud: &Cloud, subnet: &str) -> (String, &'static str, Value) {
        let public_ip = |field: &str| {
            made(
                cloud,
                "CreatePublicIp",
                json!({}),
                &format!("/PublicIp/{field}"),
            )
        };
        let link = |holder: Value| {
            let mut linked = holder;
            linked["PublicIpId"] = json!(public_ip("PublicIpId"));
            let link = made(cloud, "LinkPublicIp", linked, "/LinkPublicIpId");
            ("UnlinkPublicIp", json!({ "LinkPublicIpId": link }))
        };
        let card = || {
            let card = json!({ "SubnetId": subnet });
            made(cloud, "CreateNic", card, "/Nic/NicId")
        };
        let card_of = |vm: &str| vm::id(&vm::shown(cloud, vm)["Nics"][0]["NicId"]);
        let (told, (operation, input)) = match self {
            Self::Card => {
                let card = card();
                let linked = link(json!({ "NicId": card }));
                (card, linked)
            }
            Self::SecondAddress => {
                let card = card();
                let second = json!({ "NicId": card, "PrivateIps": ["10.0.0.77"] });
                cloud.call("LinkPrivateIps", second).ok();
                let linked = link(json!({ "NicId": card, "PrivateIp": "10.0.0.77" }));
                (card, linked)
            }
            Self::Vm => {
                let vm = running(cloud, json!({ "SubnetId": subnet }));
                let linked = link(json!({ "VmId": vm }));
                (card_of(&vm), linked)
            }
            Self::LentToAVm => {
                let lent = json!({ "SubnetId": subnet, "MapPublicIpOnLaunch": true });
                cloud.call("UpdateSubnet", lent).ok();
                let vm = running(cloud, json!({ "SubnetId": subnet }));
                (card_of(&vm), ("DeleteVms", json!({ "VmIds": [vm] })))
            }
            Self::Balancer | Self::BalancerOfOurAddress => {
                let mut wanted = load_balancer::wanted_in(subnet, "web");
                if let Self::BalancerOfOurAddress = self {
                    wanted["PublicIp"] = json!(public_ip("PublicIp"));
                }
                cloud.call("CreateLoadBalancer", wanted).ok();
                let named = load_balancer::named("web");
                (
                    "LoadBalancer 'web'".to_owned(),
                    ("DeleteLoadBalancer", named),
                )
            }
        };
        (told, operation, input)
    }
}

#[rstest]
#[case::a_card(Reached::Card, "1004")]
#[case::a_second_address(Reached::SecondAddress, "1004")]
#[case::a_vm(Reached::Vm, "1004")]
#[case::an_address_that_is_lent(Reached::LentToAVm, "1004")]
#[case::a_load_balancer(Reached::Balancer, "1005")]
#[case::a_load_balancer_with_our_address(Reached::BalancerOfOurAddress, "1005")]
fn what_is_reached_from_the_internet_keeps_the_service(
    #[case] reached: Reached,
    #[case] code: &str,
) {
    let cloud = cloud();
    let (net, subnet) = vm::subnet(&cloud);
    let service = service(&cloud);
    cloud.call("LinkInternetService", both(&service, &net)).ok();
    let (told, operation, input) = reached.make(&cloud, &subnet);
    let unlink = || both(&service, &net);
    let (status, said, details) = refused_twice(&cloud, "UnlinkInternetService", unlink());
    assert_eq!((status, &*said), (409, code));
    assert!(details.contains(&told), "{details}");
    cloud.call(operation, input).ok();
    cloud.settle();
    cloud.call("UnlinkInternetService", unlink()).ok();
}

/// Neither does it keep the service of another Net.
#[test]
fn an_internal_load_balancer_needs_no_service() {
    let cloud = cloud();
    let (net, subnet) = vm::subnet(&cloud);
    let service = service(&cloud);
    cloud.call("LinkInternetService", both(&service, &net)).ok();
    let mut wanted = load_balancer::wanted_in(&subnet, "inside");
    wanted["LoadBalancerType"] = json!("internal");
    cloud.call("CreateLoadBalancer", wanted).ok();
    let (_, elsewhere) = vm::subnet(&cloud);
    let wanted = load_balancer::wanted_in(&elsewhere, "web");
    cloud.call("CreateLoadBalancer", wanted).ok();
    cloud
        .call("UnlinkInternetService", both(&service, &net))
        .ok();
}
