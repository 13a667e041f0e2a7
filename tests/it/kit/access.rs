//! Handles that call from elsewhere or as somebody else, what is said of refusals, and the way back
//! in.

use mockscale::jiff::SignedDuration;
use mockscale::{Check, Cloud, json};
use rstest::rstest;

use super::raw;
use crate::support::{builder, cloud, last};

/// A cloud that only one network may call.
fn office() -> Cloud {
    builder().access_rule("203.0.113.0/24").build()
}

#[rstest]
#[case::inside("203.0.113.9", 200)]
#[case::the_first_address("203.0.113.0", 200)]
#[case::written_as_ipv6("::ffff:203.0.113.9", 200)]
#[case::outside("203.0.114.1", 401)]
#[case::ipv6("2001:db8::1", 401)]
fn a_handle_calls_from_an_address(#[case] address: &str, #[case] status: u16) {
    let cloud = office();
    let here = cloud.from(address);
    assert_eq!(here.call("ReadVms", json!({})).status(), status);
    // The other handle is still where it was.
    assert_eq!(cloud.call("ReadVms", json!({})).status(), 401);
    // Nobody is asked about public operations.
    assert_eq!(here.call("ReadRegions", json!({})).status(), 200);
}

#[test]
#[should_panic(expected = "'203.0.113' is no IP address such as 203.0.113.9")]
fn an_address_that_is_none_is_refused_when_it_is_written() {
    let _ = cloud().from("203.0.113");
}

#[rstest]
#[case::no_range("everywhere")]
#[case::too_wide("203.0.113.0/33")]
#[case::leading_zeros("203.0.113.010/31")]
#[should_panic(expected = "is no range of addresses such as 203.0.113.0/24")]
fn a_range_that_is_none_is_refused_when_it_is_written(#[case] range: &str) {
    let _ = Cloud::builder().access_rule(range);
}

#[test]
fn a_refusal_at_the_gate_changes_nothing_and_is_explained() {
    let cloud = office();
    let refused = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    let error = refused.error().expect("a refusal");
    assert_eq!((refused.status(), &*error.code), (401, "14"));
    assert!(last(&cloud).effects.is_empty());
    let explanation = cloud.explain(1);
    assert_eq!(explanation.check, Some(Check::AccessRules));
    let text = explanation.to_string();
    assert!(
        text.contains("127.0.0.1 is in none of 203.0.113.0/24"),
        "{text}"
    );
    assert!(text.contains("cloud.support().restore_access()"), "{text}");
    // What was sent is in the transcript, and so is the check.
    let text = cloud.transcript().to_string();
    assert!(
        text.starts_with(
            "#1 CreateNet → 401 (account 123456789012) (refused by the check access_rules)"
        ),
        "{text}"
    );
    assert!(text.contains("IpRange: 10.0.0.0/16"), "{text}");
}

#[test]
fn a_call_that_passes_is_explained_too() {
    let cloud = cloud();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    assert_eq!(
        cloud.explain(1).to_string(),
        "request 1, DeleteNet, was refused by no check at the gate and answered with status 400"
    );
}

#[test]
#[should_panic(expected = "no request 2 is remembered; the last one was 1")]
fn a_request_that_never_came_cannot_be_explained() {
    let cloud = cloud();
    cloud.call("ReadVms", json!({}));
    let _ = cloud.explain(2);
}

#[rstest]
#[case::method(
    "GET /api/v1/ReadVms HTTP/1.1\r\nhost: x\r\n\r\n",
    Check::Method,
    "use POST"
)]
#[case::route(
    "POST /api/v1/ReadVmz HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
    Check::Route,
    "has no operation ReadVmz"
)]
#[case::no_credentials(
    "POST /api/v1/ReadVms HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n",
    Check::Present,
    "no Authorization header"
)]
#[case::scheme(
    "POST /api/v1/ReadVms HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\ncontent-length: 0\r\n\r\n",
    Check::SchemeKnown,
    "OSC4-HMAC-SHA256"
)]
#[case::declared(
    "POST /api/v1/ReadVms HTTP/1.1\r\nhost: x\r\nx-mockscale-from: 203.0.113.9\r\ncontent-length: 0\r\n\r\n",
    Check::Declared,
    "Cloud::declaration()"
)]
#[case::declared_certificate(
    "POST /api/v1/ReadVms HTTP/1.1\r\nhost: x\r\nx-mockscale-certificate: eA==\r\ncontent-length: 0\r\n\r\n",
    Check::Declared,
    "Cloud::declaration()"
)]
fn what_stops_a_request_over_http_is_explained(
    #[case] request: &str,
    #[case] check: Check,
    #[case] why: &str,
) {
    let cloud = builder().start();
    cloud.report();
    raw::say(&cloud, request);
    let explanation = cloud.explain(1);
    assert_eq!(explanation.check, Some(check));
    assert!(explanation.to_string().contains(why), "{explanation}");
}

#[test]
fn a_region_without_default_rules_lets_nobody_in_until_it_has_one() {
    let cloud = builder().region("cloudgouv-eu-west-1").build();
    assert_eq!(cloud.call("ReadVms", json!({})).status(), 401);
    let text = cloud.explain(1).to_string();
    assert!(
        text.contains("accounts of cloudgouv-eu-west-1 start with none"),
        "{text}"
    );
    cloud.support().restore_access();
    cloud.call("ReadVms", json!({})).ok();
}

#[test]
fn another_account_is_opened_with_everything_of_its_own() {
    let cloud = cloud();
    let (one, other) = (cloud.account().open(), cloud.account().open());
    let numbers = [&cloud, &one, &other].map(|it| it.credentials().account);
    assert!(
        numbers
            .iter()
            .all(|it| it.len() == 12 && !it.starts_with('0'))
    );
    assert_ne!(numbers[1], numbers[2]);
    let groups = other.call("ReadSecurityGroups", json!({})).ok();
    assert_eq!(groups["SecurityGroups"][0]["AccountId"], *numbers[2]);
    assert_ne!(one.credentials().access_key, other.credentials().access_key);
}

#[test]
fn every_account_has_a_key_of_its_own_though_one_was_named_twice() {
    let [root, one, other] = ["123456789012", "210987654321", "220987654321"];
    let cloud = [root, one, one, other]
        .into_iter()
        .fold(builder(), mockscale::CloudBuilder::account)
        .build();
    let further = cloud.account().open();
    let handles = [
        &cloud,
        &cloud.as_account(one),
        &cloud.as_account(other),
        &further,
    ];
    let keys = handles.map(|it| it.credentials().access_key);
    let keys: Vec<_> = keys.iter().map(|key| &key[18..]).collect();
    assert_eq!(keys, ["01", "02", "03", "04"]);
    // The one that an account began with comes back when none is left.
    for handle in handles {
        let began_with = handle.credentials();
        let gone = json!({ "AccessKeyId": began_with.access_key });
        handle.call("DeleteAccessKey", gone).ok();
        handle.support().restore_access();
        assert_eq!(handle.credentials(), began_with);
    }
}

#[test]
#[should_panic(expected = "this cloud has an account 123456789012 already")]
fn an_account_is_opened_once() {
    let _ = cloud().account().number("123456789012").open();
}

#[test]
#[should_panic(expected = "an account logs in with root@mockscale.test already")]
fn a_login_is_one_accounts() {
    let _ = cloud().account().login("root@mockscale.test").open();
}

#[test]
#[should_panic(expected = "this cloud has no account 210987654321; open it with")]
fn an_account_that_there_is_not_is_named() {
    let _ = cloud().as_account("210987654321");
}

#[test]
#[should_panic(expected = "has no user alice; make one with")]
fn a_user_that_there_is_not_is_named() {
    let _ = cloud().as_user("alice");
}

#[test]
fn the_clock_is_one() {
    let cloud = cloud();
    let start = cloud.clock().now();
    cloud.clock().advance(SignedDuration::from_mins(1));
    cloud
        .clock()
        .advance_to(start + SignedDuration::from_mins(2));
    assert_eq!(cloud.now(), start + SignedDuration::from_mins(2));
}

#[test]
#[should_panic(expected = "the cloud's clock does not go back")]
fn the_clock_does_not_go_back() {
    let cloud = cloud();
    cloud
        .clock()
        .advance_to(cloud.now() - SignedDuration::from_secs(1));
}

#[test]
fn a_fork_remembers_who_is_locked_out_and_what_was_spent() {
    let cloud = builder().throttle(1, SignedDuration::from_secs(1)).build();
    cloud.call("ReadVms", json!({})).ok();
    let fork = cloud.fork();
    assert_eq!(fork.call("ReadVms", json!({})).status(), 429);
}

#[rstest]
#[case::password(
    "CheckAuthentication",
    json!({ "Login": "root@mockscale.test", "Password": "x" }),
    "the password is another one"
)]
#[case::login(
    "CheckAuthentication",
    json!({ "Login": "nobody@mockscale.test", "Password": "x" }),
    "no account has that login"
)]
#[case::names_alone(
    "CreateApiAccessRule",
    json!({ "Cns": ["laptop"], "IpRanges": ["0.0.0.0/0"] }),
    "common names (Cns) count only together with authorities (CaIds)"
)]
#[case::no_criterion("CreateApiAccessRule", json!({}), "for addresses (IpRanges)")]
fn what_an_answer_leaves_out_is_explained(
    #[case] operation: &str,
    #[case] input: mockscale::Value,
    #[case] why: &str,
) {
    let cloud = cloud();
    let refused = cloud.call(operation, input).error().expect("a refusal");
    assert_eq!(refused.details, "");
    let text = cloud.explain(1).to_string();
    assert!(text.contains(why), "{text}");
}

#[test]
fn credentials_are_those_that_open_the_door() {
    let cloud = cloud();
    let first = cloud.credentials().access_key;
    let key = |state: &str, end: &str| {
        let mut update = json!({ "AccessKeyId": first, "State": state });
        if !end.is_empty() {
            update["ExpirationDate"] = json!(end);
        }
        cloud.call("UpdateAccessKey", update).ok();
    };
    key("ACTIVE", "2024-05-07");
    let made = cloud.call("CreateAccessKey", json!({})).ok();
    assert_eq!(cloud.credentials().access_key, first);
    cloud.clock().advance(SignedDuration::from_hours(24));
    let second = made.text("/AccessKey/AccessKeyId");
    assert_eq!(cloud.credentials().access_key, second);
    key("INACTIVE", "");
    assert_eq!(cloud.credentials().access_key, second);
}

#[rstest]
#[case("root")]
#[case("")]
#[case("a:b@mockscale.test")]
#[should_panic(expected = "is no e-mail address to log in with")]
fn a_login_that_cannot_be_sent_is_refused(#[case] login: &str) {
    let _ = cloud().account().login(login);
}

#[test]
fn an_explanation_names_only_so_many_rules_and_values() {
    let ranges: Vec<String> = (0..200).map(|n| format!("198.51.100.{n}/32")).collect();
    let cloud = cloud();
    for _ in 0..30 {
        cloud
            .call("CreateApiAccessRule", json!({ "IpRanges": ranges }))
            .ok();
    }
    let filter = json!({ "Filters": { "Descriptions": ["Allows all IPv4 domain"] } });
    let everywhere = cloud.call("ReadApiAccessRules", filter).ok();
    let id = everywhere.text("/ApiAccessRules/0/ApiAccessRuleId");
    cloud
        .call("DeleteApiAccessRule", json!({ "ApiAccessRuleId": id }))
        .ok();
    assert_eq!(cloud.call("ReadVms", json!({})).status(), 401);
    let text = cloud.explain(last(&cloud).number).to_string();
    assert!(
        text.contains("and 180 more") && text.ends_with("for further rules"),
        "{text}"
    );
}

#[test]
fn a_client_of_ipv6_is_told_of_its_own_range_and_let_in_by_support() {
    let cloud = cloud();
    let away = cloud.from("2001:db8::9");
    assert_eq!(away.call("ReadVms", json!({})).status(), 401);
    let text = cloud.explain(1).to_string();
    assert!(text.contains("access_rule(\"::/0\")"), "{text}");
    away.support().restore_access();
    away.call("ReadVms", json!({})).ok();
}

#[test]
fn a_user_that_is_gone_is_told_so() {
    let cloud = cloud();
    let alice = json!({ "UserName": "alice" });
    cloud.call("CreateUser", alice.clone()).ok();
    let handle = cloud.as_user("alice");
    cloud.call("DeleteUser", alice).ok();
    assert_eq!(handle.call("ReadVms", json!({})).status(), 403);
    let text = cloud.explain(3).to_string();
    assert!(text.contains("the user has been deleted since"), "{text}");
}
