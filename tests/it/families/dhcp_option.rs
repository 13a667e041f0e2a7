//! Conversations about the family `dhcp_option`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, pages_of_one, refused_twice, rehearsed};

fn set(cloud: &Cloud, wanted: Value) -> String {
    let id = "/DhcpOptionsSet/DhcpOptionsSetId";
    made(cloud, "CreateDhcpOptions", wanted, id)
}

fn default_set(cloud: &Cloud) -> String {
    let read = cloud.call("ReadDhcpOptions", json!({ "Filters": { "Default": true } }));
    read.ok()
        .text("/DhcpOptionsSets/0/DhcpOptionsSetId")
        .to_owned()
}

#[test]
fn life() {
    let cloud = cloud();
    cloud.call("ReadDhcpOptions", json!({})).ok();
    let set = set(&cloud, json!({ "NtpServers": ["192.0.2.1", "192.0.2.2"] }));
    let all = json!({
        "DomainName": "example.test",
        "DomainNameServers": ["192.0.2.53", "OutscaleProvidedDNS"],
        "LogServers": ["192.0.2.5"],
    });
    cloud.call("CreateDhcpOptions", all).ok();
    let named = json!({ "DhcpOptionsSetId": set });
    cloud.call("DeleteDhcpOptions", named.clone()).ok();
    cloud.call("DeleteDhcpOptions", named);
    cloud.call("ReadDhcpOptions", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::nothing(json!({}), "4046")]
#[case::empty_lists(json!({ "LogServers": [], "DomainName": "" }), "4046")]
#[case::name_server(json!({ "DomainNameServers": ["dns.example.test"] }), "4133")]
#[case::log_server(json!({ "LogServers": ["192.0.2.1", "192.0.2.256"] }), "4133")]
#[case::time_server(json!({ "NtpServers": ["OutscaleProvidedDNS"] }), "4133")]
#[case::ipv6(json!({ "NtpServers": ["2001:db8::1"] }), "4133")]
fn sets_that_cannot_be_made(#[case] wanted: Value, #[case] code: &str) {
    let (status, said, _) = refused_twice(&cloud(), "CreateDhcpOptions", wanted);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("dopt-00000000", "5018")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("dopt-0", "4105")]
fn sets_that_do_not_exist(#[case] id: &str, #[case] code: &str) {
    let named = json!({ "DhcpOptionsSetId": id });
    assert_eq!(refused_twice(&cloud(), "DeleteDhcpOptions", named).1, code);
}

#[test]
fn a_set_in_use_and_the_default_one_stay() {
    let cloud = cloud();
    let set = set(&cloud, json!({ "DomainName": "example.test" }));
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(&cloud, "CreateNet", net, "/Net/NetId");
    let give = |set: &str| json!({ "NetId": net, "DhcpOptionsSetId": set });
    cloud.call("UpdateNet", give(&set)).ok();
    let named = json!({ "DhcpOptionsSetId": set });
    let (status, code, details) = refused_twice(&cloud, "DeleteDhcpOptions", named.clone());
    assert_eq!((status, &*code), (409, "9002"));
    assert!(details.contains(&net), "{details}");
    cloud.call("UpdateNet", give("default")).ok();
    cloud.call("DeleteDhcpOptions", named).ok();
    let default = json!({ "DhcpOptionsSetId": default_set(&cloud) });
    assert_eq!(
        refused_twice(&cloud, "DeleteDhcpOptions", default).1,
        "9002"
    );
}

#[test]
fn each_account_has_a_default_set_of_its_own() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    assert_ne!(default_set(&cloud), default_set(&other));
    let named = json!({ "DhcpOptionsSetId": default_set(&cloud) });
    assert_eq!(refused_twice(&other, "DeleteDhcpOptions", named).1, "5018");
}

#[test]
fn filters_and_pages() {
    let cloud = cloud();
    let set = set(
        &cloud,
        json!({
            "DomainName": "example.test",
            "DomainNameServers": ["192.0.2.53", "192.0.2.54"],
            "LogServers": ["192.0.2.5"],
            "NtpServers": ["192.0.2.1"],
        }),
    );
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [set], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let none = json!(["192.0.2.99"]);
    every_filter(
        &cloud,
        "ReadDhcpOptions",
        &json!({}),
        ("DhcpOptionsSets", "DhcpOptionsSetId", &set),
        &[
            ("Default", json!(false), json!(true)),
            ("DhcpOptionsSetIds", json!([set]), json!(["dopt-00000000"])),
            ("DomainNameServers", json!(["192.0.2.54"]), none.clone()),
            ("DomainNames", json!(["example.test"]), json!(["example"])),
            ("LogServers", json!(["192.0.2.5"]), none.clone()),
            ("NtpServers", json!(["192.0.2.1"]), none),
            ("TagKeys", json!(["stage"]), json!(["test"])),
            ("TagValues", json!(["test"]), json!(["stage"])),
            ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ],
    );
    assert_ne!(default_set(&cloud), set);
    let count = pages_of_one(&cloud, "ReadDhcpOptions", "DhcpOptionsSets");
    assert_eq!(count, 2);
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let wanted = json!({ "DomainName": "example.test" });
    let named = json!({ "DhcpOptionsSetId": set(&cloud, wanted.clone()) });
    rehearsed(&cloud, "CreateDhcpOptions", wanted);
    rehearsed(&cloud, "DeleteDhcpOptions", named);
    rehearsed(&cloud, "ReadDhcpOptions", json!({}));
}
