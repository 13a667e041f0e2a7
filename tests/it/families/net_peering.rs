//! Conversations about the family `net_peering`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Pace, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, last, made, pages_of_one, refused_twice, rehearsed, selected,
};

/// The account that most peerings are asked of.
const OTHER: &str = "210987654321";

/// How long a request waits.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

fn two_accounts() -> (Cloud, Cloud) {
    let cloud = builder().account(OTHER).build();
    let other = cloud.as_account(OTHER);
    (cloud, other)
}

fn net(cloud: &Cloud, range: &str) -> String {
    let wanted = json!({ "IpRange": range });
    made(cloud, "CreateNet", wanted, "/Net/NetId")
}

/// Two Nets that can be peered.
fn nets(cloud: &Cloud) -> (String, String) {
    (net(cloud, "10.0.0.0/16"), net(cloud, "10.1.0.0/16"))
}

fn between(source: &str, accepter: &str) -> Value {
    json!({ "AccepterNetId": accepter, "SourceNetId": source })
}

fn asked(cloud: &Cloud, source: &str, accepter: &str) -> String {
    let id = "/NetPeering/NetPeeringId";
    made(cloud, "CreateNetPeering", between(source, accepter), id)
}

/// A request of one account to another.
fn asked_across(cloud: &Cloud, other: &Cloud) -> String {
    let mut wanted = between(&net(cloud, "10.0.0.0/16"), &net(other, "10.1.0.0/16"));
    wanted["AccepterOwnerId"] = OTHER.into();
    let id = "/NetPeering/NetPeeringId";
    made(cloud, "CreateNetPeering", wanted, id)
}

fn named(peering: &str) -> Value {
    json!({ "NetPeeringId": peering })
}

/// The state of a peering, as somebody reads it, and whether it shows when it expires.
#[track_caller]
fn state(cloud: &Cloud, peering: &str) -> (String, bool) {
    let read = json!({ "Filters": { "NetPeeringIds": [peering] } });
    let read = cloud.call("ReadNetPeerings", read).ok();
    let dated = !read["NetPeerings"][0]["ExpirationDate"].is_null();
    (read.text("/NetPeerings/0/State/Name").to_owned(), dated)
}

#[test]
fn life() {
    let (cloud, other) = two_accounts();
    let (source, accepter) = (net(&cloud, "10.0.0.0/16"), net(&other, "172.16.0.0/16"));
    let mut wanted = between(&source, &accepter);
    wanted["AccepterOwnerId"] = OTHER.into();
    let id = "/NetPeering/NetPeeringId";
    let peering = made(&cloud, "CreateNetPeering", wanted, id);
    other.call("ReadNetPeerings", json!({})).ok();
    other.call("AcceptNetPeering", named(&peering)).ok();
    cloud.call("ReadNetPeerings", json!({})).ok();
    cloud.call("DeleteNet", json!({ "NetId": source }));
    other.call("DeleteNet", json!({ "NetId": accepter }));
    other.call("DeleteNetPeering", named(&peering)).ok();
    cloud.call("DeleteNetPeering", named(&peering));
    cloud.call("ReadNetPeerings", json!({})).ok();
    cloud.call("DeleteNet", json!({ "NetId": source })).ok();
    other.call("DeleteNet", json!({ "NetId": accepter })).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_request_is_turned_down() {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let peering = asked(&cloud, &source, &accepter);
    let mark = cloud.mark();
    cloud.call("RejectNetPeering", named(&peering)).ok();
    cloud.call("ReadNetPeerings", json!({})).ok();
    cloud.call("DeleteNetPeering", named(&peering));
    // It may be asked for again, and both Nets may go.
    let again = asked(&cloud, &source, &accepter);
    cloud.call("DeleteNetPeering", named(&again)).ok();
    for net in [source, accepter] {
        cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    }
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    cloud.settle();
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn ranges_that_overlap_fail_from_the_start() {
    let cloud = cloud();
    let (source, accepter) = (net(&cloud, "10.0.0.0/16"), net(&cloud, "10.0.255.0/24"));
    let mark = cloud.mark();
    let failed = asked(&cloud, &source, &accepter);
    // A failed one is none: it may be tried again.
    let again = asked(&cloud, &source, &accepter);
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert_eq!(state(&cloud, &failed), ("failed".to_owned(), false));
    for operation in ["AcceptNetPeering", "DeleteNetPeering", "RejectNetPeering"] {
        let (status, code, _) = refused_twice(&cloud, operation, named(&again));
        assert_eq!((status, &*code), (409, "6004"), "{operation}");
    }
    cloud.call("DeleteNet", json!({ "NetId": source })).ok();
}

#[test]
fn one_way_makes_the_other_redundant() {
    let cloud = cloud();
    let (here, there) = nets(&cloud);
    let (forth, back) = (asked(&cloud, &here, &there), asked(&cloud, &there, &here));
    let mark = cloud.mark();
    cloud.call("AcceptNetPeering", named(&forth)).ok();
    cloud.call("ReadNetPeerings", json!({})).ok();
    cloud.call("CreateNetPeering", between(&there, &here)).ok();
    mockscale::assert_transcript!(cloud.transcript().since(mark));
    assert_eq!(state(&cloud, &back), ("rejected".to_owned(), false));
}

#[rstest]
#[case::pending(false)]
#[case::active(true)]
fn the_same_is_asked_for_once(#[case] accepted: bool) {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let peering = asked(&cloud, &source, &accepter);
    if accepted {
        cloud.call("AcceptNetPeering", named(&peering)).ok();
    }
    let again = between(&source, &accepter);
    let (status, code, details) = refused_twice(&cloud, "CreateNetPeering", again.clone());
    assert_eq!((status, &*code), (409, "9067"));
    assert!(details.contains(&peering), "{details}");
    cloud.call("DeleteNetPeering", named(&peering)).ok();
    cloud.call("CreateNetPeering", again).ok();
}

/// Neither the pace nor a settled cloud makes a request expire; a week does.
#[rstest]
#[case(Pace::OnRead)]
#[case(Pace::Immediate)]
#[case(Pace::Manual)]
#[case(Pace::After(SignedDuration::from_secs(1)))]
fn nobody_waits_for_more_than_a_week(#[case] pace: Pace) {
    let cloud = builder().pace(pace).build();
    let (source, accepter) = nets(&cloud);
    let peering = asked(&cloud, &source, &accepter);
    let forth = asked(&cloud, &accepter, &source);
    cloud.call("AcceptNetPeering", named(&forth)).ok();
    cloud.call("DeleteNetPeering", named(&forth)).ok();
    let peering = match state(&cloud, &peering).0.as_str() {
        "rejected" => asked(&cloud, &source, &accepter),
        other => panic!("the request is {other}"),
    };
    let expected = |word: &str, dated| (word.to_owned(), dated);
    cloud.settle();
    cloud.advance(WEEK - SignedDuration::from_secs(1));
    cloud.settle();
    assert_eq!(
        state(&cloud, &peering),
        expected("pending-acceptance", true)
    );
    cloud.advance(SignedDuration::from_secs(1));
    assert_eq!(state(&cloud, &peering), expected("expired", false));
    for operation in ["AcceptNetPeering", "DeleteNetPeering", "RejectNetPeering"] {
        let (status, code, _) = refused_twice(&cloud, operation, named(&peering));
        assert_eq!((status, &*code), (409, "6004"), "{operation}");
    }
    // An expired one stands in nobody's way.
    cloud
        .call("CreateNetPeering", between(&source, &accepter))
        .ok();
}

#[test]
fn what_was_answered_does_not_expire() {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let (third, fourth) = (net(&cloud, "10.2.0.0/16"), net(&cloud, "10.3.0.0/16"));
    let peerings = [
        (
            asked(&cloud, &source, &accepter),
            "AcceptNetPeering",
            "active",
        ),
        (
            asked(&cloud, &source, &third),
            "RejectNetPeering",
            "rejected",
        ),
        (
            asked(&cloud, &source, &fourth),
            "DeleteNetPeering",
            "deleted",
        ),
    ];
    for (peering, operation, _) in &peerings {
        cloud.call(operation, named(peering)).ok();
    }
    cloud.advance(WEEK);
    for (peering, _, word) in &peerings {
        assert_eq!(state(&cloud, peering), ((*word).to_owned(), false));
    }
}

#[test]
fn a_date_is_a_week_ahead() {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let reply = cloud
        .call("CreateNetPeering", between(&source, &accepter))
        .ok();
    assert_eq!(
        reply.text("/NetPeering/ExpirationDate"),
        "2024-05-13T07:08:09.000Z"
    );
    assert_eq!(
        reply.text("/NetPeering/State/Message"),
        "Pending acceptance by 123456789012"
    );
}

/// Who may do what to a request, and to a peering: the account that asked, and the one asked.
#[rstest]
#[case::accept("AcceptNetPeering", Err("6003"), Ok(()), Err("6004"), Err("6004"))]
#[case::reject("RejectNetPeering", Err("6003"), Ok(()), Err("6004"), Err("6004"))]
#[case::delete("DeleteNetPeering", Ok(()), Err("6003"), Ok(()), Ok(()))]
fn who_may(
    #[case] operation: &str,
    #[case] pending_source: Result<(), &str>,
    #[case] pending_accepter: Result<(), &str>,
    #[case] active_source: Result<(), &str>,
    #[case] active_accepter: Result<(), &str>,
) {
    for (accepted, by_other, expected) in [
        (false, false, pending_source),
        (false, true, pending_accepter),
        (true, false, active_source),
        (true, true, active_accepter),
    ] {
        let (cloud, other) = two_accounts();
        let peering = asked_across(&cloud, &other);
        if accepted {
            other.call("AcceptNetPeering", named(&peering)).ok();
        }
        let who = if by_other { &other } else { &cloud };
        match expected {
            Ok(()) => {
                who.call(operation, named(&peering)).ok();
            }
            Err(expected) => {
                let (status, code, _) = refused_twice(who, operation, named(&peering));
                assert_eq!((status, &*code), (409, expected), "{operation}");
            }
        }
        assert_eq!(state(&cloud, &peering), state(&other, &peering));
    }
}

#[test]
fn others_do_not_know_of_it() {
    let third = "333333333333";
    let cloud = builder().account(OTHER).account(third).build();
    let (other, third) = (cloud.as_account(OTHER), cloud.as_account(third));
    let peering = asked_across(&cloud, &other);
    let read = third.call("ReadNetPeerings", json!({})).ok();
    assert_eq!(read["NetPeerings"], json!([]));
    let count = selected(
        &third,
        "ReadNetPeerings",
        "NetPeeringIds",
        &json!([peering]),
    );
    assert_eq!(count, 0);
    for operation in ["AcceptNetPeering", "DeleteNetPeering", "RejectNetPeering"] {
        let (status, code, _) = refused_twice(&third, operation, named(&peering));
        assert_eq!((status, &*code), (400, "5035"), "{operation}");
    }
    let table = main_table(&third, &net(&third, "10.0.0.0/16"));
    let route = route(&table, &peering);
    let (status, code, _) = refused_twice(&third, "CreateRoute", route);
    assert_eq!((status, &*code), (400, "5035"));
}

#[rstest]
#[case::source_unknown("vpc-00000000", "", None, "5065")]
#[case::source_of_another_kind("subnet-00000000", "", None, "4104")]
#[case::source_malformed("vpc-0", "", None, "4105")]
#[case::both_unknown("vpc-00000000", "vpc-11111111", None, "5065")]
#[case::accepter_unknown("", "vpc-00000000", None, "5065")]
#[case::accepter_of_another_kind("", "subnet-00000000", None, "4104")]
#[case::accepter_malformed("", "vpc-0", None, "4105")]
#[case::accepter_of_another("", "theirs", None, "5065")]
#[case::not_the_owner("", "mine", Some(OTHER), "5065")]
#[case::nobody("", "mine", Some("999999999999"), "5065")]
#[case::source_of_another("theirs", "mine", None, "5065")]
#[case::going("going", "mine", None, "5065")]
#[case::to_one_that_goes("mine", "going", None, "5065")]
#[case::the_same("mine", "mine", None, "4199")]
fn what_cannot_be_peered(
    #[case] source: &str,
    #[case] accepter: &str,
    #[case] owner: Option<&str>,
    #[case] code: &str,
) {
    let (cloud, other) = two_accounts();
    let (first, second) = nets(&cloud);
    let theirs = net(&other, "10.2.0.0/16");
    let going = net(&cloud, "10.3.0.0/16");
    cloud.call("DeleteNet", json!({ "NetId": going })).ok();
    let real = |word: &str, usual: &str| match word {
        "" => usual.to_owned(),
        "mine" => second.clone(),
        "theirs" => theirs.clone(),
        "going" => going.clone(),
        id => id.to_owned(),
    };
    let mut input = between(&real(source, &first), &real(accepter, &second));
    if let Some(owner) = owner {
        input["AccepterOwnerId"] = owner.into();
    }
    let (status, said, _) = refused_twice(&cloud, "CreateNetPeering", input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("pcx-00000000", "5035")]
#[case::of_another_kind("vpc-00000000", "4104")]
#[case::malformed("pcx-0", "4105")]
#[case::deleted("", "5035")]
fn what_does_not_exist(
    #[case] id: &str,
    #[case] code: &str,
    #[values("AcceptNetPeering", "DeleteNetPeering", "RejectNetPeering")] operation: &str,
) {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let deleted = asked(&cloud, &source, &accepter);
    cloud.call("DeleteNetPeering", named(&deleted)).ok();
    let id = if id.is_empty() { &deleted } else { id };
    let (status, said, _) = refused_twice(&cloud, operation, named(id));
    assert_eq!((status, &*said), (400, code));
}

/// The main route table of a Net.
fn main_table(cloud: &Cloud, net: &str) -> String {
    let read = json!({ "Filters": { "NetIds": [net] } });
    let read = cloud.call("ReadRouteTables", read).ok();
    read.text("/RouteTables/0/RouteTableId").to_owned()
}

fn route(table: &str, peering: &str) -> Value {
    json!({
        "DestinationIpRange": "192.168.0.0/16",
        "NetPeeringId": peering,
        "RouteTableId": table,
    })
}

/// The state of the route to a peering that a table has.
#[track_caller]
fn route_state(cloud: &Cloud, table: &str) -> String {
    let read = json!({ "Filters": { "RouteTableIds": [table] } });
    let read = cloud.call("ReadRouteTables", read).ok();
    let routes = read["RouteTables"][0]["Routes"].as_array().expect("routes");
    let mut to_peering = routes
        .iter()
        .filter(|route| !route["NetPeeringId"].is_null());
    let route = to_peering.next().expect("a route to the peering");
    route["State"].as_str().expect("a state").to_owned()
}

#[test]
fn routes_of_both_sides_follow_the_peering() {
    let (cloud, other) = two_accounts();
    let peering = asked_across(&cloud, &other);
    let of = |cloud: &Cloud| {
        let nets = cloud.call("ReadNets", json!({})).ok();
        main_table(cloud, nets.text("/Nets/0/NetId"))
    };
    let (here, there) = (of(&cloud), of(&other));
    cloud.call("CreateRoute", route(&here, &peering)).ok();
    other.call("CreateRoute", route(&there, &peering)).ok();
    let both = || [route_state(&cloud, &here), route_state(&other, &there)];
    assert_eq!(both(), ["blackhole", "blackhole"]);
    other.call("AcceptNetPeering", named(&peering)).ok();
    assert_eq!(both(), ["active", "active"]);
    cloud.call("DeleteNetPeering", named(&peering)).ok();
    assert_eq!(both(), ["blackhole", "blackhole"]);
    // The Net of neither end.
    let elsewhere = main_table(&cloud, &net(&cloud, "10.9.0.0/16"));
    let new = asked(
        &cloud,
        &net(&cloud, "10.7.0.0/16"),
        &net(&cloud, "10.8.0.0/16"),
    );
    let (status, code, _) = refused_twice(&cloud, "CreateRoute", route(&elsewhere, &new));
    assert_eq!((status, &*code), (400, "4086"));
    // What is deleted is no target any more.
    let (status, code, _) = refused_twice(&cloud, "UpdateRoute", route(&here, &peering));
    assert_eq!((status, &*code), (400, "5035"));
}

#[test]
fn a_peering_keeps_both_nets() {
    let (cloud, other) = two_accounts();
    let peering = asked_across(&cloud, &other);
    for who in [&cloud, &other] {
        let nets = who.call("ReadNets", json!({})).ok();
        let net = json!({ "NetId": nets.text("/Nets/0/NetId") });
        let (status, code, details) = refused_twice(who, "DeleteNet", net);
        assert_eq!((status, &*code), (409, "9097"));
        assert!(details.contains(&peering), "{details}");
    }
}

#[test]
fn the_account_that_asks_has_the_tags() {
    let (cloud, other) = two_accounts();
    let peering = asked_across(&cloud, &other);
    let tags = json!({ "ResourceIds": [peering], "Tags": [{ "Key": "k", "Value": "v" }] });
    let (status, code, _) = refused_twice(&other, "CreateTags", tags.clone());
    assert_eq!((status, &*code), (400, "5035"));
    cloud.call("CreateTags", tags.clone()).ok();
    let read = cloud.call("ReadTags", json!({})).ok();
    assert_eq!(read.text("/Tags/0/ResourceType"), "vpc-peering-connection");
    // The account that is asked sees none, neither in a list nor in its own answer.
    let read = other.call("ReadNetPeerings", json!({})).ok();
    assert_eq!(read["NetPeerings"][0]["Tags"], json!([]));
    let accepted = other.call("AcceptNetPeering", named(&peering)).ok();
    assert_eq!(accepted["NetPeering"]["Tags"], json!([]));
    let read = cloud.call("ReadNetPeerings", json!({})).ok();
    assert_eq!(read["NetPeerings"][0]["Tags"][0]["Key"], "k");
    cloud.call("DeleteNetPeering", named(&peering)).ok();
    let (status, code, _) = refused_twice(&cloud, "CreateTags", tags);
    assert_eq!((status, &*code), (400, "5035"));
}

#[test]
fn a_net_that_goes_by_force_ends_its_peerings() {
    let (cloud, other) = two_accounts();
    let group = json!({ "CpuGeneration": 5, "Name": "g", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let group = made(&cloud, "CreateDedicatedGroup", group, id);
    let net = json!({ "IpRange": "10.0.0.0/16", "Tenancy": group });
    let source = made(&cloud, "CreateNet", net, "/Net/NetId");
    let mut wanted = between(&source, &self::net(&other, "10.1.0.0/16"));
    wanted["AccepterOwnerId"] = OTHER.into();
    let id = "/NetPeering/NetPeeringId";
    let peering = made(&cloud, "CreateNetPeering", wanted, id);
    other.call("AcceptNetPeering", named(&peering)).ok();
    let forced = json!({ "DedicatedGroupId": group, "Force": true });
    cloud.call("DeleteDedicatedGroup", forced).ok();
    cloud.settle();
    assert_eq!(state(&other, &peering), ("deleted".to_owned(), false));
    assert!(cloud.dangling().is_empty(), "{:?}", cloud.dangling());
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (source, accepter) = nets(&cloud);
    let peering = asked(&cloud, &source, &accepter);
    let third = net(&cloud, "10.2.0.0/16");
    for (operation, input) in [
        ("CreateNetPeering", between(&source, &third)),
        ("AcceptNetPeering", named(&peering)),
        ("RejectNetPeering", named(&peering)),
        ("DeleteNetPeering", named(&peering)),
        ("ReadNetPeerings", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    assert_eq!(state(&cloud, &peering).0, "pending-acceptance");
    cloud.call("AcceptNetPeering", named(&peering)).ok();
    assert_eq!(last(&cloud).effects.len(), 1);
}

#[test]
fn filters_and_pages() {
    let (cloud, other) = two_accounts();
    let id = asked_across(&cloud, &other);
    let (third, fourth) = (net(&cloud, "10.2.0.0/16"), net(&cloud, "10.3.0.0/16"));
    asked(&cloud, &third, &fourth);
    let tags = json!([{ "Key": "stage", "Value": "test" }]);
    let tagged = json!({ "ResourceIds": [id], "Tags": tags });
    cloud.call("CreateTags", tagged).ok();
    let own = other.call("ReadNets", json!({})).ok();
    let accepter = own.text("/Nets/0/NetId").to_owned();
    let own = cloud.call("ReadNets", json!({})).ok();
    let source = own.text("/Nets/0/NetId").to_owned();
    let nowhere = json!(["vpc-00000000"]);
    // Both accounts read the same, but for the tags.
    for (who, owner) in [(&cloud, true), (&other, false)] {
        let tag = |hit: &str, miss: Value| {
            if owner {
                (json!([hit]), miss)
            } else {
                (Value::Null, json!([hit]))
            }
        };
        let (keys, no_keys) = tag("stage", json!(["test"]));
        let (values, no_values) = tag("test", json!(["stage"]));
        let (pairs, no_pairs) = tag("stage=test", json!(["stage=live"]));
        every_filter(
            who,
            "ReadNetPeerings",
            &json!({}),
            ("NetPeerings", "NetPeeringId", &id),
            &[
                (
                    "AccepterNetAccountIds",
                    json!([OTHER]),
                    json!(["123456789012"]),
                ),
                (
                    "AccepterNetIpRanges",
                    json!(["10.1.0.0/16"]),
                    json!(["10.0.0.0/16"]),
                ),
                ("AccepterNetNetIds", json!([accepter]), json!([source])),
                (
                    "ExpirationDates",
                    json!(["2024-05-13T07:08:09.000Z"]),
                    json!(["2024-05-06T07:08:09.000Z"]),
                ),
                ("NetPeeringIds", json!([id]), json!(["pcx-00000000"])),
                (
                    "SourceNetAccountIds",
                    json!(["123456789012"]),
                    json!([OTHER]),
                ),
                (
                    "SourceNetIpRanges",
                    json!(["10.0.0.0/16"]),
                    json!(["10.1.0.0/16"]),
                ),
                ("SourceNetNetIds", json!([source]), nowhere.clone()),
                (
                    "StateMessages",
                    json!(["Pending acceptance by 210987654321"]),
                    json!(["Active"]),
                ),
                (
                    "StateNames",
                    json!(["pending-acceptance"]),
                    json!(["active"]),
                ),
                ("TagKeys", keys, no_keys),
                ("TagValues", values, no_values),
                ("Tags", pairs, no_pairs),
            ],
        );
    }
    assert_eq!(pages_of_one(&cloud, "ReadNetPeerings", "NetPeerings"), 2);
    assert_eq!(pages_of_one(&other, "ReadNetPeerings", "NetPeerings"), 1);
}

#[rstest]
#[case::asked("networklink_request_limit", "CreateNetPeering", "10034")]
#[case::accepted("networklink_limit", "AcceptNetPeering", "10035")]
fn quotas(#[case] quota: &str, #[case] operation: &str, #[case] code: &str) {
    let cloud = builder().quota(quota, 1).build();
    let (source, accepter) = nets(&cloud);
    let third = net(&cloud, "10.2.0.0/16");
    let first = asked(&cloud, &source, &accepter);
    let refused = if operation == "AcceptNetPeering" {
        cloud.call(operation, named(&first)).ok();
        named(&asked(&cloud, &source, &third))
    } else {
        between(&source, &third)
    };
    let (status, said, _) = refused_twice(&cloud, operation, refused.clone());
    assert_eq!((status, &*said), (400, code));
    cloud.call("DeleteNetPeering", named(&first)).ok();
    cloud.call(operation, refused).ok();
}
