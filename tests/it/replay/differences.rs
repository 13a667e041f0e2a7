//! What differs, and where.

use mockscale::replay::Class;
use mockscale::{EndpointError, Replay, Transcript, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, made};

/// A conversation of one call and its reply, replayed against another reply.
fn replied(operation: &str, recorded: &Value, now: &Value) -> Replay {
    answered(&one(operation, &json!({}), recorded), now)
}

fn answered(transcript: &Transcript, now: &Value) -> Replay {
    let endpoint = |_: &str, _: &Value| Ok::<_, EndpointError>((200, now.clone()));
    transcript.replay(&endpoint)
}

/// A conversation of one call.
fn one(operation: &str, request: &Value, reply: &Value) -> Transcript {
    let line = json!({
        "number": 1, "at": "2024-05-06T07:08:09Z", "operation": operation,
        "request": { "json": request }, "status": 200, "reply": { "json": reply },
    });
    let header =
        r#"{"transcript":1,"api":"1.33.1","region":"eu-west-2","start":"2024-05-06T07:08:09Z"}"#;
    Transcript::parse(&format!("{header}\n{line}\n")).expect("a transcript")
}

fn told(replay: &Replay) -> Vec<String> {
    replay.differences().map(|it| format!("{it}")).collect()
}

#[rstest]
#[case::equal(json!({ "A": [1, "x", null] }), json!({ "A": [1, "x", null] }), &[])]
#[case::missing(json!({ "A": 1, "B": 2 }), json!({ "A": 1 }), &["missing   B: 2"])]
#[case::extra(json!({ "A": 1 }), json!({ "A": 1, "B": null }), &["extra     B: null"])]
#[case::mismatch(json!({ "A": { "B": "x" } }), json!({ "A": { "B": "y" } }), &["mismatch  A.B: \"x\" → \"y\""])]
#[case::null_is_a_value(json!({ "A": null }), json!({ "A": 1 }), &["mismatch  A: null → 1"])]
#[case::another_type(json!({ "A": 1 }), json!({ "A": "1" }), &["mismatch  A: 1 → \"1\""])]
#[case::a_list_for_an_object(json!({ "A": {} }), json!({ "A": [] }), &["mismatch  A: {} → []"])]
#[case::scalars_by_place(json!({ "A": ["x", "y"] }), json!({ "A": ["y", "x"] }), &["mismatch  A[0]: \"x\" → \"y\"", "mismatch  A[1]: \"y\" → \"x\""])]
#[case::a_shorter_list(json!({ "A": [1, 2] }), json!({ "A": [1] }), &["missing   A[1]: 2"])]
#[case::a_longer_list(json!({ "A": [] }), json!({ "A": [1] }), &["extra     A[0]: 1"])]
#[case::the_whole(json!([1]), json!({}), &["mismatch  (whole): [1] → {}"])]
#[case::addresses(json!({ "Ip": "10.0.0.4" }), json!({ "Ip": "10.0.0.5" }), &["mismatch  Ip: \"10.0.0.4\" → \"10.0.0.5\""])]
#[case::identifiers(json!({ "NetId": "vpc-0000000a" }), json!({ "NetId": "vpc-0000000b" }), &[])]
#[case::identifiers_of_other_shapes(json!({ "AccessKeyId": "AK1" }), json!({ "AccessKeyId": "AK2" }), &[])]
#[case::accounts(json!({ "Orn": "orn:ows:123456789012:x" }), json!({ "Orn": "orn:ows:210987654321:x" }), &[])]
#[case::identifiers_of_two_sorts(json!({ "X": "vpc-0000000a" }), json!({ "X": "sg-0000000a" }), &["mismatch  X: \"vpc-0000000a\" → \"sg-0000000a\""])]
#[case::one_name_for_two(
    json!({ "A": "vpc-0000000a", "B": "vpc-0000000b" }),
    json!({ "A": "vpc-0000000c", "B": "vpc-0000000c" }),
    &["mismatch  B: \"vpc-0000000b\" → \"vpc-0000000c\" (vpc-0000000c stood for vpc-0000000a before)"]
)]
#[case::two_names_for_one(
    json!({ "A": "vpc-0000000a", "B": "vpc-0000000a" }),
    json!({ "A": "vpc-0000000c", "B": "vpc-0000000a" }),
    &["mismatch  B: \"vpc-0000000a\" → \"vpc-0000000a\" (vpc-0000000a was vpc-0000000c before)"]
)]
#[case::cards(json!({ "MacAddress": "aa:00:00:00:00:01" }), json!({ "MacAddress": "aa:00:00:00:00:02" }), &[])]
#[case::instants(json!({ "At": "2024-05-06T07:08:09.000Z" }), json!({ "At": "2030-05-06T07:08:09.000+0000" }), &[])]
#[case::an_instant_and_none(json!({ "At": "2024-05-06T07:08:09.000Z" }), json!({ "At": "soon" }), &["mismatch  At: \"2024-05-06T07:08:09.000Z\" → \"soon\""])]
#[case::request_ids(json!({ "ResponseContext": { "RequestId": "a" } }), json!({ "ResponseContext": { "RequestId": "b" } }), &[])]
#[case::page_tokens(json!({ "NextPageToken": "a=" }), json!({ "NextPageToken": "b" }), &[])]
#[case::no_next_page(json!({ "NextPageToken": "a=" }), json!({}), &["missing   NextPageToken: \"a=\""])]
#[case::secrets(json!({ "SecretKey": "<secret>" }), json!({ "SecretKey": "s3cret" }), &[])]
#[case::extra_secrets(json!({}), json!({ "AccessKey": { "SecretKey": "s3cret" } }), &["extra     AccessKey: {\"SecretKey\":\"<secret>\"}"])]
#[case::what_is_known_takes_no_other_place(
    json!({ "A": "vpc-0000000a", "Nets": [{ "NetId": "vpc-0000000b" }] }),
    json!({ "A": "vpc-0000001a", "Nets": [{ "NetId": "vpc-0000001a" }] }),
    &["missing   Nets[0]: {\"NetId\":\"vpc-0000000b\"}", "extra     Nets[0]: {\"NetId\":\"vpc-0000001a\"}"]
)]
#[case::what_was_hidden(json!({ "UserData": "<redacted>" }), json!({ "UserData": "x" }), &[])]
#[case::quoted_identifiers(
    json!({ "NetId": "vpc-0000000a", "Details": "no 'vpc-0000000a', no vpc-0000000b." }),
    json!({ "NetId": "vpc-0000000c", "Details": "no 'vpc-0000000c', no vpc-0000000d." }),
    &[]
)]
fn places(#[case] recorded: Value, #[case] now: Value, #[case] differences: &[&str]) {
    let replay = replied("ReadNets", &recorded, &now);
    assert_eq!(told(&replay), differences, "{replay}");
    assert_eq!(replay.is_match(), differences.is_empty());
}

#[test]
fn what_was_hidden_is_not_told_by_what_came() {
    let recorded = json!({ "UserData": "<redacted>", "Tags": "<redacted>" });
    let now = json!({ "UserData": "alice", "Tags": ["alice"] });
    let replay = replied("ReadNets", &recorded, &now);
    assert_eq!(replay.varied().count(), 2);
    assert!(!format!("{replay:?}").contains("alice"), "{replay:?}");
}

#[test]
fn resources_are_found_by_what_they_are_called() {
    let net = |id: &str, range: &str| json!({ "NetId": id, "IpRange": range, "DhcpOptionsSetId": "dopt-00000001" });
    let recorded = json!({ "Nets": [net("vpc-0000000a", "x"), net("vpc-0000000b", "y"), net("vpc-0000000c", "z")] });
    // New to both sides: by what they say. The third has become another, the second is in its place.
    let now = json!({ "Nets": [net("vpc-0000001c", "w"), net("vpc-0000001b", "y"), net("vpc-0000001a", "x")] });
    let replay = replied("ReadNets", &recorded, &now);
    assert_eq!(told(&replay), ["mismatch  Nets[2].IpRange: \"z\" → \"w\""]);
}

#[test]
fn what_was_met_before_is_found_in_any_order() {
    let cloud = cloud();
    let first = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    cloud.call("ReadNets", json!({})).ok();
    cloud
        .call("ReadNets", json!({ "Filters": { "NetIds": [first] } }))
        .ok();
    let other = builder().seed(9).build();
    let turned = |operation: &str, body: &Value| {
        let reply = other.call(operation, body.clone());
        let mut body = reply.body().clone();
        if let Some(nets) = body.get_mut("Nets").and_then(Value::as_array_mut) {
            nets.reverse();
        }
        Ok::<_, EndpointError>((reply.status(), body))
    };
    cloud.transcript().replay(&turned).assert_match();

    // One that is gone, one that is new: neither is taken for the other.
    let there = builder().seed(9).build();
    let changed = |operation: &str, body: &Value| {
        if operation == "ReadNets" && body["Filters"].is_null() {
            let mut nets = there.call(operation, json!({})).body()["Nets"].clone();
            nets[0]["NetId"] = "vpc-99999999".into();
            return Ok((
                200,
                json!({ "Nets": nets, "ResponseContext": { "RequestId": "x" } }),
            ));
        }
        let reply = there.call(operation, body.clone());
        Ok::<_, EndpointError>((reply.status(), reply.body().clone()))
    };
    let replay = cloud.transcript().replay(&changed);
    let classes: Vec<_> = replay
        .differences()
        .map(|it| (it.class, &*it.place))
        .collect();
    assert_eq!(
        classes,
        [(Class::Missing, "Nets[0]"), (Class::Extra, "Nets[0]")],
        "{replay}"
    );
}

#[test]
fn several_that_name_the_same_stay_in_their_order() {
    let route = |range: &str| json!({ "GatewayId": "igw-0000000a", "DestinationIpRange": range });
    let reply = json!({ "Routes": [route("a"), route("b")] });
    assert_eq!(told(&replied("ReadRouteTables", &reply, &reply)), [""; 0]);
}

#[test]
fn another_state_of_the_same_cloud() {
    let cloud = cloud();
    let net = made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.1.0.0/16" }),
        "/Net/NetId",
    );
    let (before, mark) = (cloud.fork(), cloud.mark());
    cloud.call("ReadNets", json!({})).ok();
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.2.0.0/16" }))
        .ok();
    let reads = cloud.transcript().since(mark);

    let tags = json!({ "ResourceIds": [net], "Tags": [{ "Key": "a", "Value": "b" }] });
    let tagged = before.fork();
    tagged.call("CreateTags", tags).ok();
    let replay = reads.replay(&tagged);
    assert_eq!(
        told(&replay),
        ["extra     Nets[0].Tags[0]: {\"Key\":\"a\",\"Value\":\"b\"}"]
    );

    let deleted = before.fork();
    deleted.call("DeleteNet", json!({ "NetId": net })).ok();
    deleted.call("ReadNets", json!({})).ok();
    let text = reads.replay(&deleted).to_string();
    assert!(text.contains("missing   Nets["), "{text}");
    assert!(
        text.contains("#4 DeleteNet\n  mismatch  status: 200 → 400 (InvalidResource 5065: "),
        "{text}"
    );
    assert_eq!(before.transcript().len(), 0);
}

#[test]
fn what_the_author_says_may_vary() {
    let recorded =
        json!({ "Vms": [{ "VmId": "i-0000000a", "PrivateIp": "10.0.0.4", "Nics": [1] }] });
    let now = json!({ "Vms": [{ "VmId": "i-0000000b", "PrivateIp": "10.0.0.5", "Nics": {} }] });
    let transcript = one("ReadVms", &json!({}), &recorded);
    let endpoint = |_: &str, _: &Value| Ok::<_, EndpointError>((200, now.clone()));
    let replay = Replay::of(&transcript)
        .varies("Vms.PrivateIp")
        .varies("**.Nics")
        .against(&endpoint);
    replay.assert_match();
    let varied: Vec<_> = replay.varied().map(|it| it.place.as_str()).collect();
    assert_eq!(varied, ["Vms[0].PrivateIp", "Vms[0].VmId", "Vms[0].Nics"]);
}

#[test]
#[should_panic(expected = "the path `Vms[0]` cannot be read: lists on the way are implied")]
fn a_path_that_is_none() {
    let _ = Replay::of(&cloud().transcript()).varies("Vms[0]");
}

#[test]
fn a_difference_is_readable() {
    let cloud = cloud();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud
        .call("DeleteNet", json!({ "NetId": net["Net"]["NetId"] }))
        .ok();
    let dead = |operation: &str, _: &Value| match operation {
        "CreateNet" => Ok((503, json!({}))),
        _ => Err(EndpointError::new("nobody listens")),
    };
    let replay = cloud.transcript().replay(&dead);
    let id = net.text("/Net/NetId");
    assert_eq!(
        replay.to_string(),
        format!(
            "the replay of 2 exchanges differs in 1: 0 places match, 0 vary, 0 missing, 0 extra, \
             1 mismatched; 1 not sent\n\n\
             #1 CreateNet\n  mismatch  status: 200 → 503\n\n\
             #2 DeleteNet\n  not sent: it names {id}, which #1 made when it was recorded and did \
             not make now"
        )
    );
}

#[test]
fn long_values_are_cut() {
    let long = "é".repeat(500);
    let replay = replied("ReadNets", &json!({ "A": long }), &json!({}));
    let text = replay.to_string();
    assert!(
        text.ends_with("éé…") && text.chars().count() < 320,
        "{text}"
    );
}

#[test]
#[should_panic(expected = "extra     Nets[0]")]
fn a_difference_fails_a_test() {
    let empty = cloud();
    empty.call("ReadNets", json!({})).ok();
    let other = cloud();
    other
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    empty.transcript().replay(&other).assert_match();
}
