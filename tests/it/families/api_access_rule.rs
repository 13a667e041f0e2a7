//! Conversations about the family `api_access_rule`. What rules let in is told in `access/rules.rs`.

use mockscale::pki::Authority;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{cloud, every_filter, made, refused};

const RULE: &str = "/ApiAccessRule/ApiAccessRuleId";
const UNKNOWN: &str = "aar-00000000000000000000000000000000";
const NO_CA: &str = "ca-00000000000000000000000000000000";

#[track_caller]
fn ca(cloud: &Cloud) -> String {
    let pem = json!({ "CaPem": Authority::new("our devices").pem() });
    made(cloud, "CreateCa", pem, "/Ca/CaId")
}

/// The rule that an account starts with.
#[track_caller]
fn first(cloud: &Cloud) -> String {
    let rules = cloud.call("ReadApiAccessRules", json!({})).ok();
    rules.text("/ApiAccessRules/0/ApiAccessRuleId").to_owned()
}

#[test]
fn making_replacing_and_deleting() {
    let cloud = cloud();
    let ca = ca(&cloud);
    let full = json!({
        "CaIds": [ca],
        "Cns": ["laptop-7", "laptop-8"],
        "Description": "our laptops, at home",
        "IpRanges": ["192.0.2.0", "198.51.100.0/24"],
    });
    let rule = made(&cloud, "CreateApiAccessRule", full, RULE);
    cloud.call("ReadApiAccessRules", json!({})).ok();
    // What is not sent again is gone.
    let less = json!({ "ApiAccessRuleId": rule, "IpRanges": ["203.0.113.0/24"] });
    cloud.call("UpdateApiAccessRule", less).ok();
    let gone = json!({ "ApiAccessRuleId": rule });
    cloud.call("DeleteApiAccessRule", gone.clone()).ok();
    cloud.call("DeleteApiAccessRule", gone);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn the_last_one_stays_but_may_change() {
    let cloud = cloud();
    let rule = first(&cloud);
    let (status, code, details) = refused(
        &cloud,
        "DeleteApiAccessRule",
        json!({ "ApiAccessRuleId": rule }),
    );
    assert_eq!((status, code.as_str()), (409, "9002"));
    assert!(details.contains(&rule), "{details}");
    let here = json!({ "ApiAccessRuleId": rule, "IpRanges": ["127.0.0.1"] });
    let updated = cloud.call("UpdateApiAccessRule", here).ok();
    assert_eq!(updated["ApiAccessRule"]["Description"], Value::Null);
    cloud.call("ReadApiAccessRules", json!({})).ok();
}

#[rstest]
#[case::nothing(json!({}), "4177")]
#[case::empty_lists(json!({ "CaIds": [], "Cns": [], "IpRanges": [] }), "4177")]
#[case::a_description_alone(json!({ "Description": "x" }), "4177")]
#[case::common_names_alone(json!({ "Cns": ["laptop-7"] }), "4177")]
#[case::common_names_with_addresses(json!({ "Cns": ["x"], "IpRanges": ["0.0.0.0/0"] }), "4177")]
#[case::common_names_with_an_empty_list(
    json!({ "Cns": ["x"], "CaIds": [], "IpRanges": ["0.0.0.0/0"] }),
    "4177"
)]
#[case::no_range(json!({ "IpRanges": ["everywhere"] }), "4030")]
#[case::an_empty_range(json!({ "IpRanges": [""] }), "4030")]
#[case::half_a_range(json!({ "IpRanges": ["192.0.2.0/"] }), "4030")]
#[case::too_narrow(json!({ "IpRanges": ["192.0.2.0/33"] }), "4030")]
#[case::too_narrow_for_ipv6(json!({ "IpRanges": ["2001:db8::/129"] }), "4030")]
#[case::three_parts(json!({ "IpRanges": ["192.0.2/24"] }), "4030")]
#[case::no_octet(json!({ "IpRanges": ["192.0.2.256"] }), "4030")]
#[case::a_span(json!({ "IpRanges": ["192.0.2.0-192.0.2.9"] }), "4030")]
#[case::a_mask(json!({ "IpRanges": ["192.0.2.0/255.255.255.0"] }), "4030")]
#[case::a_blank(json!({ "IpRanges": [" 192.0.2.0/24"] }), "4030")]
#[case::a_zone(json!({ "IpRanges": ["fe80::1%eth0"] }), "4030")]
#[case::one_of_two(json!({ "IpRanges": ["192.0.2.0/24", "x"] }), "4030")]
#[case::no_authority(json!({ "CaIds": [NO_CA] }), "5044")]
#[case::no_authority_with_addresses(json!({ "CaIds": [NO_CA], "IpRanges": ["0.0.0.0/0"] }), "5044")]
#[case::half_an_authority(json!({ "CaIds": ["ca-1"] }), "4105")]
#[case::another_kind(json!({ "CaIds": [UNKNOWN] }), "4104")]
#[case::a_text_for_a_list(json!({ "IpRanges": "0.0.0.0/0" }), "4108")]
fn what_is_no_rule_is_refused(#[case] input: Value, #[case] code: &str) {
    let cloud = cloud();
    cloud.report();
    let (status, said, details) = refused(&cloud, "CreateApiAccessRule", input.clone());
    assert_eq!((status, said.as_str()), (400, code));
    assert_eq!(details.is_empty(), code == "4177", "{details}");
    let mut input = input;
    input["ApiAccessRuleId"] = first(&cloud).into();
    let (status, said, _) = refused(&cloud, "UpdateApiAccessRule", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[rstest]
#[case("DeleteApiAccessRule", UNKNOWN, "5044")]
#[case("UpdateApiAccessRule", UNKNOWN, "5044")]
#[case("DeleteApiAccessRule", "aar-1", "4105")]
#[case("UpdateApiAccessRule", NO_CA, "4104")]
fn a_rule_that_is_not_there(#[case] operation: &str, #[case] id: &str, #[case] code: &str) {
    let (status, said, _) = refused(&cloud(), operation, json!({ "ApiAccessRuleId": id }));
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn that_of_another_account_is_not_there() {
    let cloud = cloud();
    let other = cloud.account().open();
    let theirs = first(&other);
    for operation in ["DeleteApiAccessRule", "UpdateApiAccessRule"] {
        let (status, code, _) = refused(&cloud, operation, json!({ "ApiAccessRuleId": theirs }));
        assert_eq!((status, code.as_str()), (400, "5044"), "{operation}");
    }
    let read = json!({ "Filters": { "ApiAccessRuleIds": [theirs] } });
    assert_eq!(
        cloud.call("ReadApiAccessRules", read).ok()["ApiAccessRules"],
        json!([])
    );
    // One account's last rule is no other's.
    let mine = json!({ "ApiAccessRuleId": first(&cloud) });
    assert_eq!(refused(&cloud, "DeleteApiAccessRule", mine).1, "9002");
}

#[rstest]
#[case::range("198.51.100.0/24")]
#[case::bits_beyond_the_mask("192.0.2.0/16")]
#[case::one_address("192.0.2.1/32")]
#[case::bare("192.0.2.0")]
#[case::everywhere("0.0.0.0/0")]
#[case::ipv6("2001:db8::/32")]
#[case::bare_ipv6("2001:db8::1")]
#[case::ipv6_in_capitals("2001:DB8::1")]
fn a_range_is_shown_as_it_was_sent(#[case] range: &str) {
    let cloud = cloud();
    let rule = json!({ "IpRanges": [range, range] });
    let rule = cloud.call("CreateApiAccessRule", rule.clone()).ok()["ApiAccessRule"].clone();
    assert_eq!(rule["IpRanges"], json!([range, range]));
    assert_eq!((&rule["CaIds"], &rule["Cns"]), (&json!([]), &json!([])));
    assert_eq!(rule.get("Description"), None);
}

#[test]
fn a_dry_run_lets_nobody_in_or_out() {
    let cloud = cloud();
    let rule = first(&cloud);
    let before = cloud.call("ReadApiAccessRules", json!({})).ok()["ApiAccessRules"].clone();
    let elsewhere = json!({ "IpRanges": ["203.0.113.9"], "DryRun": true });
    cloud.call("CreateApiAccessRule", elsewhere.clone()).ok();
    let mut update = elsewhere;
    update["ApiAccessRuleId"] = rule.as_str().into();
    cloud.call("UpdateApiAccessRule", update).ok();
    let delete = json!({ "ApiAccessRuleId": rule, "DryRun": true });
    // What would be refused is refused.
    assert_eq!(refused(&cloud, "DeleteApiAccessRule", delete).1, "9002");
    let after = cloud.call("ReadApiAccessRules", json!({})).ok()["ApiAccessRules"].clone();
    assert_eq!(before, after);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let ca = ca(&cloud);
    let rule = json!({
        "CaIds": [ca],
        "Cns": ["laptop-7", "laptop-8"],
        "Description": "laptops",
        "IpRanges": ["192.0.2.0", "198.51.100.0/24"],
    });
    let rule = made(&cloud, "CreateApiAccessRule", rule, RULE);
    let target = ("ApiAccessRules", "ApiAccessRuleId", rule.as_str());
    let table = [
        ("ApiAccessRuleIds", json!([rule]), json!([UNKNOWN])),
        ("CaIds", json!([NO_CA, ca]), json!([NO_CA])),
        ("Cns", json!(["laptop-8"]), json!(["laptop-9", "laptop-*"])),
        (
            "Descriptions",
            json!(["laptops"]),
            json!(["Allows all IPv4 domain"]),
        ),
        // A text, not what it stands for.
        (
            "IpRanges",
            json!(["198.51.100.0/24"]),
            json!(["198.51.100.7", "192.0.2.0/32", "198.51.*"]),
        ),
    ];
    every_filter(&cloud, "ReadApiAccessRules", &json!({}), target, &table);
}
