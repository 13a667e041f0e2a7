//! Conversations about the family `api_log`.

use mockscale::jiff::SignedDuration;
use mockscale::wiremock::matchers::path;
use mockscale::wiremock::{Mock, ResponseTemplate};
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::http::{post, send, signed};
use crate::support::{builder, cloud, every_filter, refused};

/// The names of the calls that a read of the log lists.
#[track_caller]
fn names(cloud: &Cloud, input: Value) -> Vec<String> {
    let logs = cloud.call("ReadApiLogs", input).ok();
    let logs = logs["Logs"].as_array().expect("a list");
    let name = |log: &Value| log["QueryCallName"].as_str().expect("a name").to_owned();
    logs.iter().map(name).collect()
}

/// The log of the last call.
#[track_caller]
fn latest(cloud: &Cloud) -> Value {
    let logs = cloud.call("ReadApiLogs", json!({})).ok();
    logs["Logs"][0].clone()
}

#[test]
fn calls_are_listed_the_latest_first() {
    let cloud = cloud();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud.clock().advance(SignedDuration::from_secs(90));
    cloud
        .from("203.0.113.9")
        .call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    cloud
        .call("ReadApiLogs", json!({ "ResultsPerPage": 1 }))
        .ok();
    cloud.call("ReadApiLogs", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::the_last_48_hours(json!({}), &["ReadVolumes", "ReadVms"])]
#[case::an_instant(json!({ "QueryDateAfter": "2024-05-06T07:08:09Z" }), &["ReadVolumes", "ReadVms", "ReadNets"])]
#[case::the_start_of_a_day(json!({ "QueryDateAfter": "2024-05-06" }), &["ReadVms", "ReadNets"])]
#[case::another_zone(json!({ "QueryDateAfter": "2024-05-07T09:08:09+02:00" }), &["ReadVolumes", "ReadVms"])]
#[case::without_a_colon(json!({ "QueryDateAfter": "2024-05-07T07:08:09.000+0000" }), &["ReadVolumes", "ReadVms"])]
#[case::just_after(json!({ "QueryDateAfter": "2024-05-07T07:08:09.001Z" }), &["ReadVolumes"])]
#[case::until_an_instant(json!({ "QueryDateBefore": "2024-05-06T07:08:09Z" }), &["ReadNets"])]
#[case::just_before(json!({ "QueryDateBefore": "2024-05-06T07:08:08.999Z" }), &[])]
#[case::until_the_end_of_a_day(json!({ "QueryDateBefore": "2024-05-06" }), &["ReadNets"])]
#[case::two_days(json!({ "QueryDateBefore": "2024-05-07" }), &["ReadVms", "ReadNets"])]
#[case::one_day(json!({ "QueryDateAfter": "2024-05-07", "QueryDateBefore": "2024-05-07" }), &["ReadVms"])]
#[case::all_of_it(
    json!({ "QueryDateAfter": "2024-05-01", "QueryDateBefore": "2024-05-31" }),
    &["ReadVolumes", "ReadVms", "ReadNets"]
)]
#[case::backwards(json!({ "QueryDateAfter": "2024-05-08", "QueryDateBefore": "2024-05-06" }), &[])]
#[case::far_away(json!({ "QueryDateAfter": "9999-12-31" }), &[])]
#[case::long_ago(json!({ "QueryDateBefore": "0001-01-01" }), &[])]
fn times(#[case] filters: Value, #[case] listed: &[&str]) {
    let cloud = cloud();
    for operation in ["ReadNets", "ReadVms", "ReadVolumes"] {
        cloud.call(operation, json!({})).ok();
        cloud.clock().advance(SignedDuration::from_hours(24));
    }
    assert_eq!(names(&cloud, json!({ "Filters": filters })), listed);
}

#[rstest]
#[case(json!({ "Filters": { "QueryDateAfter": "yesterday" } }), "3019")]
#[case(json!({ "Filters": { "QueryDateBefore": "" } }), "3019")]
#[case(json!({ "Filters": { "QueryDateAfter": "2024-05-06T07:08:09" } }), "3019")]
#[case(json!({ "Filters": { "QueryCallName": ["ReadVms"] } }), "4023")]
#[case(json!({ "ResultsPerPage": 0 }), "4047")]
#[case(json!({ "ResultsPerPage": 1001 }), "4047")]
#[case(json!({ "NextPageToken": "x" }), "4117")]
#[case(json!({ "With": { "AccountIds": false } }), "4045")]
fn what_cannot_be_read_is_refused(#[case] input: Value, #[case] code: &str) {
    let cloud = cloud();
    cloud.report();
    let (status, said, _) = refused(&cloud, "ReadApiLogs", input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn after_32_days_a_call_is_forgotten() {
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    let day =
        json!({ "Filters": { "QueryDateBefore": "2024-05-06", "QueryCallNames": ["ReadNets"] } });
    cloud.clock().advance(SignedDuration::from_hours(32 * 24));
    assert_eq!(names(&cloud, day.clone()), ["ReadNets"]);
    cloud.clock().advance(SignedDuration::from_secs(1));
    assert!(names(&cloud, day).is_empty());
}

#[test]
fn a_flag_leaves_its_member_out() {
    let cloud = builder().start();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut headers = signed(&cloud, "/api/v1/ReadNets", b"{}");
    headers.push(("user-agent", "the test".to_owned()));
    runtime.block_on(send(&cloud, "/api/v1/ReadNets", headers, b"{}".into()));
    let contract = cloud.contract();
    let flags = contract.schema("With").expect("the flags")["properties"].clone();
    let flags: Vec<&String> = flags.as_object().expect("an object").keys().collect();
    let read = |with: Value| {
        let wanted = json!({ "QueryCallNames": ["ReadNets"] });
        let logs = json!({ "Filters": wanted, "With": with });
        cloud.call("ReadApiLogs", logs).ok()["Logs"][0].clone()
    };
    let whole = read(json!({}));
    let members: Vec<&String> = whole.as_object().expect("an object").keys().collect();
    assert_eq!(members, flags);
    for flag in flags {
        let mut less = whole.clone();
        less.as_object_mut().expect("an object").remove(flag);
        assert_eq!(read(json!({ flag: false })), less, "{flag}");
        assert_eq!(read(json!({ flag: true })), whole, "{flag}");
    }
}

#[test]
fn pages_have_100_calls_unless_told_otherwise() {
    let cloud = cloud();
    for _ in 0..250 {
        cloud.call("ReadNets", json!({})).ok();
    }
    let mut found = 0;
    let mut page = json!({});
    for size in [100, 100, 50] {
        // What is read meanwhile is in no later page.
        let reply = cloud.call("ReadApiLogs", page).ok();
        let logs = reply["Logs"].as_array().expect("a list");
        assert_eq!(logs.len(), size);
        assert!(logs.iter().all(|log| log["QueryCallName"] == "ReadNets"));
        found += logs.len();
        page = json!({ "NextPageToken": reply["NextPageToken"] });
    }
    assert_eq!((found, page), (250, json!({ "NextPageToken": null })));

    let wide = cloud
        .call("ReadApiLogs", json!({ "ResultsPerPage": 1000 }))
        .ok();
    assert_eq!(wide["Logs"].as_array().map(Vec::len), Some(253));
    assert_eq!(wide.body().get("NextPageToken"), None);
    let narrow = cloud
        .call("ReadApiLogs", json!({ "ResultsPerPage": 3 }))
        .ok();
    let next = json!({ "NextPageToken": narrow["NextPageToken"], "ResultsPerPage": 2 });
    let next = cloud.call("ReadApiLogs", next).ok();
    assert_eq!(next["Logs"][1], wide["Logs"][3]);
}

#[test]
fn an_account_reads_its_own_calls() {
    let cloud = cloud();
    let other = cloud.account().open();
    cloud.call("ReadNets", json!({})).ok();
    other.call("ReadVms", json!({})).ok();
    assert_eq!(names(&cloud, json!({})), ["ReadNets"]);
    assert_eq!(names(&other, json!({})), ["ReadVms"]);
    // Reading the log is a call like any other.
    assert_eq!(names(&cloud, json!({})), ["ReadApiLogs", "ReadNets"]);
}

#[test]
fn a_fork_has_the_log_of_its_origin() {
    let cloud = cloud();
    cloud.call("ReadNets", json!({})).ok();
    let fork = cloud.fork();
    fork.call("ReadVms", json!({})).ok();
    assert_eq!(names(&cloud, json!({})), ["ReadNets"]);
    let logs = fork.call("ReadApiLogs", json!({})).ok();
    assert_eq!(logs["Logs"][1]["QueryCallName"], "ReadNets");
    assert_ne!(logs["Logs"][0]["RequestId"], logs["Logs"][1]["RequestId"]);
}

#[test]
fn a_server_that_lives_long_keeps_the_last_calls() {
    let cloud = builder().keep_exchanges(2).build();
    for operation in ["ReadNets", "ReadVms", "ReadVolumes"] {
        cloud.call(operation, json!({})).ok();
    }
    assert_eq!(names(&cloud, json!({})), ["ReadVolumes", "ReadVms"]);
}

/// What was answered with these statuses is told, or not.
#[rstest]
#[case::bad_request("CreateNet", json!({ "IpRange": "10.0.0.0/8" }), 400, true)]
#[case::against_the_contract("CreateNet", json!({ "IpRange": 7 }), 400, true)]
#[case::conflict("DeleteApiAccessRule", json!({}), 409, true)]
#[case::dry_run("CreateNet", json!({ "IpRange": "10.0.0.0/16", "DryRun": true }), 200, true)]
#[case::unknown("ReadNothing", json!({}), 404, false)]
#[case::public("ReadRegions", json!({}), 200, false)]
#[case::public_and_against_the_contract("ReadRegions", json!({ "X": 1 }), 400, false)]
fn refusals(
    #[case] operation: &str,
    #[case] mut input: Value,
    #[case] status: u16,
    #[case] told: bool,
) {
    let cloud = cloud();
    cloud.report();
    if operation == "DeleteApiAccessRule" {
        let rules = cloud.call("ReadApiAccessRules", json!({})).ok();
        input["ApiAccessRuleId"] = rules["ApiAccessRules"][0]["ApiAccessRuleId"].clone();
    }
    assert_eq!(cloud.call(operation, input).status(), status);
    let log = latest(&cloud);
    assert_eq!(log["QueryCallName"] == operation, told, "{log}");
    if told {
        assert_eq!(log["ResponseStatusCode"], status);
    }
}

/// A user who may call nothing but one operation.
#[track_caller]
fn alice(cloud: &Cloud, operation: &str) -> Cloud {
    cloud
        .call("CreateUser", json!({ "UserName": "alice" }))
        .ok();
    let action = format!("api:{operation}");
    let statement = json!({ "Effect": "Allow", "Action": [action], "Resource": ["*"] });
    let document = json!({ "Statement": [statement] }).to_string();
    let policy = json!({ "PolicyName": "one", "Document": document });
    let policy = cloud.call("CreatePolicy", policy).ok();
    let link = json!({ "PolicyOrn": policy["Policy"]["Orn"], "UserName": "alice" });
    cloud.call("LinkPolicy", link).ok();
    cloud.as_user("alice")
}

#[test]
fn a_user_reads_the_calls_of_the_account_and_what_they_may_not_do_is_told() {
    let cloud = cloud();
    let alice = alice(&cloud, "ReadApiLogs");
    assert_eq!(alice.call("ReadNets", json!({})).status(), 403);
    let logs = alice.call("ReadApiLogs", json!({})).ok();
    let told: Vec<_> = logs["Logs"].as_array().into_iter().flatten().collect();
    let told = told
        .iter()
        .map(|log| (&log["QueryCallName"], &log["ResponseStatusCode"]));
    let (names, statuses): (Vec<_>, Vec<_>) = told.unzip();
    assert_eq!(
        names,
        ["ReadNets", "LinkPolicy", "CreatePolicy", "CreateUser"]
    );
    assert_eq!(statuses, [403, 200, 200, 200]);
}

#[test]
fn too_many_calls_are_told_and_strangers_are_not() {
    let cloud = builder()
        .access_rule("127.0.0.1")
        .throttle(1, SignedDuration::from_secs(1))
        .build();
    let statuses = [(); 2].map(|()| cloud.call("ReadNets", json!({})).status());
    let stranger = cloud.from("203.0.113.9").call("ReadVms", json!({}));
    assert_eq!((statuses, stranger.status()), ([200, 429], 401));
    let logs = cloud.call("ReadApiLogs", json!({})).ok();
    let told: Vec<_> = logs["Logs"].as_array().into_iter().flatten().collect();
    let told: Vec<_> = told.iter().map(|log| &log["ResponseStatusCode"]).collect();
    assert_eq!(told, [&json!(429), &json!(200)]);
}

mod over_http {
    use super::*;

    #[tokio::test]
    async fn a_request_is_shown_as_it_was_sent() {
        let cloud = Cloud::start().await;
        let body = b"{ \"Filters\": {\"NetIds\":[]} }\n";
        let mut headers = signed(&cloud, "/api/v1/ReadNets", body);
        headers.push(("user-agent", "the test 1.0".to_owned()));
        headers.push(("cookie", "session=hush".to_owned()));
        headers.extend(cloud.from("203.0.113.9").declaration());
        let sent = reqwest::Client::new().post(format!("{}/api/v1/ReadNets", cloud.url()));
        let sent = headers
            .iter()
            .fold(sent, |sent, (name, value)| sent.header(*name, value));
        let answer = sent.body(body.to_vec()).send().await.expect("an answer");
        let answer = answer.bytes().await.expect("a body");

        let log = latest(&cloud);
        assert_eq!(
            log["QueryPayloadRaw"],
            String::from_utf8_lossy(body).as_ref()
        );
        assert_eq!(log["QueryPayloadSize"], body.len());
        assert_eq!(log["ResponseSize"], answer.len());
        assert_eq!(log["QueryAccessKey"], cloud.credentials().access_key);
        assert_eq!(log["QueryUserAgent"], "the test 1.0");
        assert_eq!(log["QueryIpAddress"], "203.0.113.9");
        assert_eq!(
            (&log["QueryApiName"], &log["QueryApiVersion"]),
            (&json!("oapi"), &json!("1.33"))
        );
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert_eq!(log["RequestId"], answer["ResponseContext"]["RequestId"]);

        let raw = log["QueryHeaderRaw"].as_str().expect("a text");
        assert_eq!(log["QueryHeaderSize"], raw.len());
        let mut lines: Vec<&str> = raw.split("\\n").collect();
        assert_eq!(lines.pop(), Some("X-Forwarded-For: 203.0.113.9"));
        lines.retain(|line| !line.starts_with("X-Osc-Date: "));
        lines.sort_unstable();
        let host = format!("Host: {}", cloud.url().trim_start_matches("http://"));
        let length = format!("Content-Length: {}", body.len());
        let expected = [
            "Accept: */*",
            "Authorization: *****",
            length.as_str(),
            "Cookie: *****",
            host.as_str(),
            "User-Agent: the test 1.0",
        ];
        assert_eq!(lines, expected);
    }

    #[tokio::test]
    async fn a_login_signs_nothing() {
        let cloud = Cloud::start().await;
        let basic = format!("Basic {}", base64("root@mockscale.test:mockscale-password"));
        let headers = vec![("authorization", basic)];
        send(&cloud, "/api/v1/ReadAccessKeys", headers, b"".into()).await;
        let log = latest(&cloud);
        assert_eq!(log["QueryCallName"], "ReadAccessKeys");
        assert_eq!(log.get("QueryAccessKey"), None);
        assert_eq!(
            (&log["QueryPayloadRaw"], &log["QueryPayloadSize"]),
            (&json!(""), &json!(0))
        );
        assert_eq!(log.get("QueryUserAgent"), None);
    }

    /// What belongs to no account is told to none.
    #[tokio::test]
    async fn nobody_is_told_of_strangers_and_mocks() {
        let cloud = builder().report().start();
        let reply = json!({ "Vms": [], "ResponseContext": { "RequestId": "x" } });
        let reply = ResponseTemplate::new(200).set_body_json(reply);
        cloud
            .mount(Mock::given(path("/api/v1/ReadVms")).respond_with(reply))
            .await;
        assert_eq!(post(&cloud, "/api/v1/ReadVms", "{}").await.0, 200);
        let mut credentials = cloud.credentials();
        credentials.access_key = "NOBODY".to_owned();
        let stranger =
            crate::http::signed_by(&credentials, &cloud.url(), "/api/v1/ReadNets", b"{}");
        let (status, body) = send(&cloud, "/api/v1/ReadNets", stranger, b"{}".into()).await;
        assert_eq!((status, &body["Errors"][0]["Code"]), (400, &json!("4120")));
        assert_eq!(
            send(&cloud, "/api/v1/ReadNets", vec![], b"{}".into())
                .await
                .0,
            401
        );
        assert_eq!(post(&cloud, "/api/v1/ReadRegions", "{}").await.0, 200);
        assert_eq!(post(&cloud, "/api/v1/ReadNothing", "{}").await.0, 404);
        assert_eq!(names(&cloud, json!({})), Vec::<String>::new());
    }

    /// Secrets are absent, in whatever state the body was.
    #[rstest]
    #[case::a_secret(
        r#"{"Login":"root@mockscale.test","Password":"mockscale-password"}"#,
        Some(r#"{"Login":"root@mockscale.test","Password":"<secret>"}"#)
    )]
    #[case::twice(
        r#"{"Password":"hunter2","Login":"root@mockscale.test","Password":"mockscale-password"}"#,
        Some(r#"{"Login":"root@mockscale.test","Password":"<secret>"}"#)
    )]
    #[case::misspelt(
        r#"{"Login":"a@b.c","Pasword":"hunter2"}"#,
        Some(r#"{"Login":"a@b.c","Pasword":"<secret>"}"#)
    )]
    #[case::no_json(r#"{"Password":"hunter2""#, None)]
    #[tokio::test]
    async fn a_secret_is_not_shown(#[case] body: &str, #[case] shown: Option<&str>) {
        let cloud = builder().report().start();
        post(&cloud, "/api/v1/CheckAuthentication", body).await;
        let log = latest(&cloud);
        assert_eq!(log["QueryCallName"], "CheckAuthentication");
        assert_eq!(log["QueryPayloadRaw"], shown.unwrap_or("*****"));
        let size = shown.unwrap_or(body).len();
        assert_eq!(log["QueryPayloadSize"], size);
        let transcript = cloud.transcript();
        let told = format!("{transcript}{transcript:?}");
        for secret in ["hunter2", "mockscale-password"] {
            assert!(!told.contains(secret), "{told}");
        }
    }

    #[tokio::test]
    async fn what_an_author_hides_is_hidden_here_too() {
        let cloud = builder().redact("**.IpRange").start();
        post(&cloud, "/api/v1/CreateNet", r#"{"IpRange":"10.0.0.0/16"}"#).await;
        assert_eq!(
            latest(&cloud)["QueryPayloadRaw"],
            r#"{"IpRange":"<redacted>"}"#
        );
    }

    #[tokio::test]
    async fn every_filter_selects() {
        let cloud = builder().start();
        let mut headers = signed(&cloud, "/api/v1/ReadNets", b"{}");
        headers.push(("user-agent", "the test".to_owned()));
        headers.extend(cloud.from("203.0.113.9").declaration());
        let (_, answer) = send(&cloud, "/api/v1/ReadNets", headers, b"{}".into()).await;
        let request = answer["ResponseContext"]["RequestId"]
            .as_str()
            .expect("a text");
        let target = ("Logs", "RequestId", request);
        let key = cloud.credentials().access_key;
        let table = [
            ("QueryAccessKeys", json!(["x", key]), json!([&key[..19]])),
            ("QueryApiNames", json!(["oapi"]), json!(["api"])),
            ("QueryCallNames", json!(["ReadNets"]), json!(["ReadVms"])),
            ("QueryDateAfter", json!("2024-05-06"), json!("2024-05-07")),
            ("QueryDateBefore", json!("2024-05-06"), json!("2024-05-05")),
            (
                "QueryIpAddresses",
                json!(["203.0.113.9"]),
                json!(["127.0.0.1"]),
            ),
            ("QueryUserAgents", json!(["the test"]), json!(["the *"])),
            ("RequestIds", json!([request]), json!([&request[..35]])),
            ("ResponseStatusCodes", json!([400, 200]), json!([400])),
        ];
        super::every_filter(&cloud, "ReadApiLogs", &json!({}), target, &table);
    }

    fn base64(text: &str) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(text)
    }
}
