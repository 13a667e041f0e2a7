//! API access rules: which addresses and which certificates they let in, and what is said to whom
//! they keep out. One table, gone through without a socket, over HTTP with what the request
//! declares, and over TLS with a certificate that was really shown.

mod declared;
mod shows;
mod way_back;

use mockscale::jiff::SignedDuration;
use mockscale::pki::Authority;
use mockscale::{Check, Cloud, Value, json};
use reqwest::Identity;
use rstest::rstest;
use tokio::runtime::Builder;

use crate::http::{send_by, signed};
use crate::support::{builder, last, made};
use crate::tls::trusting;
use shows::Shows::{
    self, Alice, ForServers, InJune, InJuneTooEarly, InMay, InMayTooLate, Nameless, Nothing,
    OfASite, OfASiteAlone, SelfSigned, Stranger, Theirs,
};

/// A rule, by the names of its authorities.
#[derive(Clone, Debug, Default)]
struct Rule {
    ranges: &'static [&'static str],
    authorities: &'static [&'static str],
    names: &'static [&'static str],
}

fn ips(ranges: &'static [&'static str]) -> Rule {
    Rule {
        ranges,
        ..Rule::default()
    }
}

fn cas(authorities: &'static [&'static str]) -> Rule {
    Rule {
        authorities,
        ..Rule::default()
    }
}

impl Rule {
    fn ips(self, ranges: &'static [&'static str]) -> Self {
        Self { ranges, ..self }
    }

    fn cns(self, names: &'static [&'static str]) -> Self {
        Self { names, ..self }
    }
}

/// How a call reaches the cloud.
#[derive(Clone, Copy, Debug)]
enum Way {
    InProcess,
    Declared,
    Tls,
}

/// A network, a host in it, and one outside.
const OFFICE: &[&str] = &["203.0.113.0/24"];
const DESK: &str = "203.0.113.9";
const HOME: &str = "198.51.100.7";
/// Where a client calls from that declares nothing.
const HERE: &str = "127.0.0.1";

/// What is said of a certificate that leads elsewhere.
const ELSEWHERE: &str = "does not lead to the registered authority";
const NOBODY: &str = "no certificate was presented";
const OUTSIDE: &str = "is in none of 203.0.113.0/24";

#[rstest]
// Addresses.
#[case::an_address_inside(vec![ips(OFFICE)], DESK, Nothing, None)]
#[case::the_first_address(vec![ips(OFFICE)], "203.0.113.0", Nothing, None)]
#[case::the_last_address(vec![ips(OFFICE)], "203.0.113.255", Nothing, None)]
#[case::an_address_outside(vec![ips(OFFICE)], HOME, Nothing, Some("198.51.100.7 is in none of 203.0.113.0/24"))]
#[case::next_to_the_first(vec![ips(OFFICE)], "203.0.112.255", Nothing, Some(OUTSIDE))]
#[case::next_to_the_last(vec![ips(OFFICE)], "203.0.114.0", Nothing, Some(OUTSIDE))]
#[case::a_certificate_for_an_address(vec![ips(OFFICE)], HOME, Alice, Some(OUTSIDE))]
#[case::a_certificate_nobody_asks_for(vec![ips(OFFICE)], DESK, Stranger, None)]
#[case::one_address(vec![ips(&["203.0.113.9/32"])], DESK, Nothing, None)]
#[case::not_that_address(vec![ips(&["203.0.113.9/32"])], "203.0.113.8", Nothing, Some("is in none of"))]
#[case::a_bare_address(vec![ips(&["203.0.113.9"])], DESK, Nothing, None)]
#[case::not_that_bare_address(vec![ips(&["203.0.113.9"])], "203.0.113.8", Nothing, Some("is in none of"))]
#[case::bits_beyond_the_mask(vec![ips(&["203.0.113.77/24"])], DESK, Nothing, None)]
#[case::the_second_range(vec![ips(&["192.0.2.0/24", "203.0.113.0/24"])], DESK, Nothing, None)]
#[case::no_range_of_two(
    vec![ips(&["192.0.2.0/24", "203.0.113.0/24"])], HOME, Nothing,
    Some("198.51.100.7 is in none of 192.0.2.0/24, 203.0.113.0/24")
)]
#[case::everywhere(vec![ips(&["0.0.0.0/0"])], HOME, Nothing, None)]
#[case::everywhere_is_ipv4(vec![ips(&["0.0.0.0/0"])], "2001:db8::9", Nothing, Some("2001:db8::9 is in none of"))]
#[case::everywhere_in_ipv6(vec![ips(&["::/0"])], "2001:db8::9", Nothing, None)]
#[case::everywhere_in_ipv6_is_no_ipv4(vec![ips(&["::/0"])], DESK, Nothing, Some("is in none of ::/0"))]
#[case::ipv6_inside(vec![ips(&["2001:db8::/32"])], "2001:db8:1::9", Nothing, None)]
#[case::ipv6_outside(vec![ips(&["2001:db8::/32"])], "2001:db9::9", Nothing, Some("is in none of"))]
#[case::a_bare_ipv6_address(vec![ips(&["2001:DB8::9"])], "2001:db8::9", Nothing, None)]
#[case::ipv4_written_as_ipv6(vec![ips(OFFICE)], "::ffff:203.0.113.9", Nothing, None)]
#[case::ipv4_outside_written_as_ipv6(
    vec![ips(OFFICE)], "::ffff:198.51.100.7", Nothing, Some("198.51.100.7 is in none of")
)]
#[case::here(vec![ips(&["127.0.0.0/8"])], HERE, Nothing, None)]
#[case::not_here(vec![ips(OFFICE)], HERE, Nothing, Some("127.0.0.1 is in none of"))]
// Authorities.
#[case::no_certificate(vec![cas(&["ours"])], DESK, Nothing, Some(NOBODY))]
#[case::a_good_one(vec![cas(&["ours"])], DESK, Alice, None)]
#[case::from_anywhere(vec![cas(&["ours"])], "2001:db8::9", Alice, None)]
#[case::from_here(vec![cas(&["ours"])], HERE, Alice, None)]
#[case::of_another_registered_one(vec![cas(&["ours"])], DESK, Theirs, Some(ELSEWHERE))]
#[case::of_one_that_is_not_registered(vec![cas(&["ours"])], DESK, Stranger, Some(ELSEWHERE))]
#[case::signed_by_itself(vec![cas(&["ours"])], DESK, SelfSigned, Some(ELSEWHERE))]
#[case::for_servers(vec![cas(&["ours"])], DESK, ForServers, Some("is not for clients"))]
#[case::in_its_time(vec![cas(&["ours"])], DESK, InMay, None)]
#[case::expired(vec![cas(&["ours"])], DESK, InMayTooLate, Some("expired at 2024-05-31T00:00:00Z"))]
#[case::not_yet_valid(vec![cas(&["ours"])], DESK, InJuneTooEarly, Some("is not valid before 2024-06-01T00:00:00Z"))]
#[case::valid_by_now(vec![cas(&["ours"])], DESK, InJune, None)]
#[case::with_its_intermediate(vec![cas(&["ours"])], DESK, OfASite, None)]
#[case::without_its_intermediate(vec![cas(&["ours"])], DESK, OfASiteAlone, Some(ELSEWHERE))]
#[case::the_first_of_two(vec![cas(&["ours", "theirs"])], DESK, Alice, None)]
#[case::the_second_of_two(vec![cas(&["ours", "theirs"])], DESK, Theirs, None)]
#[case::none_of_two(vec![cas(&["ours", "theirs"])], DESK, Stranger, Some(ELSEWHERE))]
#[case::nothing_for_two(vec![cas(&["ours", "theirs"])], DESK, Nothing, Some(NOBODY))]
// Authorities and common names.
#[case::the_name(vec![cas(&["ours"]).cns(&["alice"])], DESK, Alice, None)]
#[case::another_name(vec![cas(&["ours"]).cns(&["bob"])], DESK, Alice, Some("common name 'alice' is none of bob"))]
#[case::the_second_name(vec![cas(&["ours"]).cns(&["bob", "alice"])], DESK, Alice, None)]
#[case::none_of_two_names(vec![cas(&["ours"]).cns(&["bob", "carol"])], DESK, Alice, Some("is none of bob, carol"))]
#[case::a_name_in_capitals(vec![cas(&["ours"]).cns(&["Alice"])], DESK, Alice, Some("is none of Alice"))]
#[case::the_beginning_of_a_name(vec![cas(&["ours"]).cns(&["al*"])], DESK, Alice, Some("is none of al*"))]
#[case::the_name_of_a_stranger(vec![cas(&["ours"]).cns(&["alice"])], DESK, Stranger, Some(ELSEWHERE))]
#[case::the_name_of_another(vec![cas(&["ours"]).cns(&["alice"])], DESK, Theirs, Some(ELSEWHERE))]
#[case::the_name_but_expired(vec![cas(&["ours"]).cns(&["alice"])], DESK, InMayTooLate, Some("expired at"))]
#[case::the_name_under_a_site(vec![cas(&["ours"]).cns(&["alice"])], DESK, OfASite, None)]
#[case::the_name_of_a_site(vec![cas(&["ours"]).cns(&["site"])], DESK, OfASite, Some("'alice' is none of site"))]
#[case::no_name(vec![cas(&["plain"]).cns(&["alice"])], DESK, Nameless, Some("has no common name"))]
#[case::no_name_is_asked_for(vec![cas(&["plain"])], DESK, Nameless, None)]
#[case::a_name_and_no_certificate(vec![cas(&["ours"]).cns(&["alice"])], DESK, Nothing, Some(NOBODY))]
#[case::a_name_under_either(vec![cas(&["ours", "theirs"]).cns(&["alice"])], DESK, Theirs, None)]
// Addresses and authorities.
#[case::both(vec![cas(&["ours"]).ips(OFFICE)], DESK, Alice, None)]
#[case::the_address_alone(vec![cas(&["ours"]).ips(OFFICE)], DESK, Nothing, Some(NOBODY))]
#[case::the_certificate_alone(vec![cas(&["ours"]).ips(OFFICE)], HOME, Alice, Some(OUTSIDE))]
#[case::neither(vec![cas(&["ours"]).ips(OFFICE)], HOME, Nothing, Some(OUTSIDE))]
#[case::the_address_and_a_stranger(vec![cas(&["ours"]).ips(OFFICE)], DESK, Stranger, Some(ELSEWHERE))]
#[case::both_in_ipv6(vec![cas(&["ours"]).ips(&["2001:db8::/32"])], "2001:db8::9", Alice, None)]
// All three.
#[case::all_three(vec![cas(&["ours"]).cns(&["alice"]).ips(OFFICE)], DESK, Alice, None)]
#[case::all_but_the_address(vec![cas(&["ours"]).cns(&["alice"]).ips(OFFICE)], HOME, Alice, Some(OUTSIDE))]
#[case::all_but_the_name(vec![cas(&["ours"]).cns(&["bob"]).ips(OFFICE)], DESK, Alice, Some("is none of bob"))]
#[case::all_but_the_authority(vec![cas(&["theirs"]).cns(&["alice"]).ips(OFFICE)], DESK, Alice, Some(ELSEWHERE))]
#[case::several_of_each(
    vec![cas(&["theirs", "ours"]).cns(&["bob", "alice"]).ips(&["192.0.2.0/24", "203.0.113.0/24"])],
    DESK, Alice, None
)]
// Several rules: any one is enough, and they are not put together.
#[case::the_first_rule(vec![ips(OFFICE), cas(&["ours"])], DESK, Nothing, None)]
#[case::the_second_rule(vec![ips(OFFICE), cas(&["ours"])], HOME, Alice, None)]
#[case::either_rule(vec![ips(OFFICE), cas(&["ours"])], DESK, Alice, None)]
#[case::neither_rule(vec![ips(OFFICE), cas(&["ours"])], HOME, Nothing, Some(OUTSIDE))]
#[case::neither_rule_for_a_stranger(vec![ips(OFFICE), cas(&["ours"])], HOME, Stranger, Some(ELSEWHERE))]
#[case::half_of_each_rule(
    vec![cas(&["ours"]).ips(&["192.0.2.0/24"]), cas(&["theirs"]).ips(OFFICE)],
    DESK, Alice, Some(ELSEWHERE)
)]
#[case::a_name_of_another_rule(
    vec![cas(&["ours"]).cns(&["bob"]), cas(&["theirs"]).cns(&["alice"])],
    DESK, Alice, Some("'alice' is none of bob")
)]
#[case::the_third_rule(
    vec![ips(&["192.0.2.0/24"]), cas(&["theirs"]), cas(&["ours"]).cns(&["alice"])],
    HOME, Alice, None
)]
fn what_rules_let_in(
    #[case] rules: Vec<Rule>,
    #[case] from: &str,
    #[case] shows: Shows,
    #[case] told: Option<&str>,
    #[values(Way::InProcess, Way::Declared, Way::Tls)] way: Way,
) {
    let cloud = guarded(&rules, way);
    check(&cloud, from, shows, way, "ReadVms", told);
}

/// While a trusted session is active, only what manages keys, authorities, rules and the policy
/// asks for a certificate; addresses are asked for all the same.
#[rstest]
#[case::no_certificate("ReadVms", vec![cas(&["ours"])], DESK, Nothing, None)]
#[case::a_good_one("ReadVms", vec![cas(&["ours"])], DESK, Alice, None)]
#[case::of_a_stranger("ReadVms", vec![cas(&["ours"])], DESK, Stranger, None)]
#[case::another_name("ReadVms", vec![cas(&["ours"]).cns(&["bob"])], DESK, Alice, None)]
#[case::expired("ReadVms", vec![cas(&["ours"])], DESK, InMayTooLate, None)]
#[case::the_address("ReadVms", vec![cas(&["ours"]).ips(OFFICE)], DESK, Nothing, None)]
#[case::the_wrong_address("ReadVms", vec![cas(&["ours"]).ips(OFFICE)], HOME, Alice, Some(OUTSIDE))]
#[case::no_certificate_for_keys("ReadAccessKeys", vec![cas(&["ours"])], DESK, Nothing, Some(NOBODY))]
#[case::a_good_one_for_keys("ReadAccessKeys", vec![cas(&["ours"])], DESK, Alice, None)]
#[case::of_a_stranger_for_keys("ReadAccessKeys", vec![cas(&["ours"])], DESK, Stranger, Some(ELSEWHERE))]
#[case::another_name_for_keys(
    "ReadAccessKeys", vec![cas(&["ours"]).cns(&["bob"])], DESK, Alice, Some("is none of bob")
)]
#[case::the_wrong_address_for_keys(
    "ReadAccessKeys", vec![cas(&["ours"]).ips(OFFICE)], HOME, Alice, Some(OUTSIDE)
)]
#[case::expired_for_keys("ReadAccessKeys", vec![cas(&["ours"])], DESK, InMayTooLate, Some("expired at"))]
fn what_rules_let_in_while_a_session_is_trusted(
    #[case] operation: &str,
    #[case] rules: Vec<Rule>,
    #[case] from: &str,
    #[case] shows: Shows,
    #[case] told: Option<&str>,
    #[values(Way::InProcess, Way::Declared, Way::Tls)] way: Way,
) {
    let cloud = guarded(&rules, way);
    trust(&cloud);
    check(&cloud, from, shows, way, operation, told);
}

/// A cloud with these rules, and one for the [`warden`] that lets nobody else in.
#[track_caller]
fn guarded(rules: &[Rule], way: Way) -> Cloud {
    let cloud = match way {
        Way::InProcess => builder().build(),
        Way::Declared => builder().start(),
        Way::Tls => builder().start_tls(),
    };
    let id = |name: &&str| {
        let pem = json!({ "CaPem": shows::authority(name) });
        made(&cloud, "CreateCa", pem, "/Ca/CaId")
    };
    let first = first_rule(&cloud);
    let wardens = cas(&["warden"]).ips(&["192.0.2.200"]);
    for rule in rules.iter().chain([&wardens]) {
        let cas: Vec<String> = rule.authorities.iter().map(id).collect();
        let rule = json!({ "CaIds": cas, "Cns": rule.names, "IpRanges": rule.ranges });
        cloud.call("CreateApiAccessRule", rule).ok();
    }
    cloud.call("DeleteApiAccessRule", first).ok();
    cloud
}

/// The rule that an account starts with.
#[track_caller]
fn first_rule(cloud: &Cloud) -> Value {
    let rules = cloud.call("ReadApiAccessRules", json!({})).ok();
    json!({ "ApiAccessRuleId": rules["ApiAccessRules"][0]["ApiAccessRuleId"] })
}

/// A handle that is always let in.
fn warden(cloud: &Cloud) -> Cloud {
    let certificate = Authority::new("warden").issue("warden");
    cloud
        .from("192.0.2.200")
        .with_certificate(&certificate.pem())
}

/// Begins a trusted session, for which every key has to end.
#[track_caller]
fn trust(cloud: &Cloud) {
    let key = json!({
        "AccessKeyId": cloud.credentials().access_key,
        "ExpirationDate": "2063-04-05",
        "State": "ACTIVE",
    });
    warden(cloud).call("UpdateAccessKey", key).ok();
    let century = 3_153_600_000_i64;
    let trusted = json!({ "MaxAccessKeyExpirationSeconds": century, "RequireTrustedEnv": true });
    warden(cloud).call("UpdateApiAccessPolicy", trusted).ok();
}

/// Calls, and holds it against what should be told: nothing, if the call is let in.
#[track_caller]
fn check(cloud: &Cloud, from: &str, shows: Shows, way: Way, operation: &str, told: Option<&str>) {
    let later = SignedDuration::from_hours(24 * shows.days());
    cloud.clock().advance(later);
    let (status, body) = call(cloud, from, shows, way, operation);
    let explanation = cloud.explain(last(cloud).number);
    let Some(told) = told else {
        assert_eq!((status, explanation.check), (200, None), "{explanation}");
        return;
    };
    let code = &body["Errors"][0]["Code"];
    assert_eq!((status, code), (401, &json!("14")), "{explanation}");
    assert_eq!(explanation.check, Some(Check::AccessRules));
    let text = explanation.to_string();
    assert!(text.contains(told), "{text}");
    assert!(text.contains("cloud.support().restore_access()"), "{text}");
    // Whoever is kept out may still ask what anybody may.
    let (status, _) = call(cloud, from, shows, way, "ReadRegions");
    assert_eq!(status, 200);
}

/// A call from somewhere that shows something, answered with its status and body.
fn call(cloud: &Cloud, from: &str, shows: Shows, way: Way, operation: &str) -> (u16, Value) {
    let card = shows.card();
    let here = cloud.from(from);
    let there = match &card {
        Some(card) => here.with_certificate(&card.chain),
        None => here.clone(),
    };
    if let Way::InProcess = way {
        let reply = there.call(operation, json!({}));
        return (reply.status(), reply.body().clone());
    }
    let path = format!("/api/v1/{operation}");
    let mut headers = signed(cloud, &path, b"{}");
    let mut client = reqwest::Client::builder();
    if let Way::Declared = way {
        headers.extend(there.declaration());
    } else {
        client = trusting(cloud);
        if let Some(card) = &card {
            let pem = format!("{}{}", card.chain, card.key);
            client = client.identity(Identity::from_pem(pem.as_bytes()).expect("an identity"));
        }
        // The connection says the rest.
        if from != HERE {
            headers.extend(here.declaration());
        }
    }
    let client = client.build().expect("a client");
    let sent = send_by(&client, cloud, &path, headers, b"{}".to_vec());
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(sent)
}
