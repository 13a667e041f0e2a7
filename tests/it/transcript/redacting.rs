//! What an author hides, and what is hidden from everybody.

use std::sync::{Arc, Mutex};

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::http::{send, signed};
use crate::support::{self, builder, made};

/// A conversation in which a text stands in a request, a reply, an effect and an error.
fn tagged(cloud: &Cloud) {
    let net = made(
        cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    let tags =
        |value| json!({ "ResourceIds": [net], "Tags": [{ "Key": "owner", "Value": value }] });
    cloud.call("CreateTags", tags("alice")).ok();
    cloud.call("CreateTags", tags("robert")).ok();
    cloud.call("ReadNets", json!({})).ok();
}

#[rstest]
#[case::named("Tags.Value", &[2, 3])]
#[case::one_level("*.Value", &[2, 3])]
#[case::in_replies("Nets.Tags.Value", &[2, 3, 4])]
#[case::any_depth("**.Value", &[2, 3, 4])]
#[case::any_depth_within("Nets.**.Value", &[2, 3, 4])]
#[case::any_two("*.*.Value", &[2, 3, 4])]
#[case::elsewhere("Vms.Tags.Value", &[])]
#[case::whole_lists("**.Tags", &[1, 2, 3, 4])]
fn a_path_leads_to(#[case] path: &str, #[case] where_to: &[u64]) {
    let cloud = support::cloud();
    tagged(&cloud);
    let redacted = cloud.transcript().redact(path, "<hidden>");
    let hits: Vec<u64> = redacted
        .exchanges()
        .iter()
        .filter(|it| {
            serde_json::to_string(it)
                .expect("JSON")
                .contains("<hidden>")
        })
        .map(|it| it.number)
        .collect();
    assert_eq!(hits, where_to, "{redacted}");
    assert!(!cloud.transcript().to_string().contains("<hidden>"));
}

#[rstest]
#[case("")]
#[case("Vms.")]
#[case(".Vms")]
#[case("Vms..State")]
#[case("Vms[0].State")]
#[case("/Vms/0")]
#[case("Vms.Sta*")]
#[case("Vms.**")]
#[case("Vms. State")]
fn a_path_that_cannot_be_read_is_named(#[case] path: &str) {
    let transcript = support::cloud().transcript();
    let failures = [
        std::panic::catch_unwind(|| drop(transcript.redact(path, "x"))),
        std::panic::catch_unwind(|| drop(builder().redact(path))),
    ];
    for failure in failures {
        let text = failure.expect_err("a panic").downcast::<String>();
        let text = text.expect("a text");
        assert!(
            text.contains(&format!("the path `{path}` cannot be read")),
            "{text}"
        );
    }
}

#[test]
fn a_function_sees_what_stands_there() {
    let cloud = support::cloud();
    tagged(&cloud);
    let length = |value: &Value| json!(value.as_str().map_or(0, str::len));
    let yaml = cloud.transcript().redact_with("**.Value", length).to_yaml();
    assert!(yaml.contains("Value: 5\n"), "{yaml}");
    assert!(yaml.contains("Tags[0].Value: 5 → 6\n"), "{yaml}");
}

#[test]
fn null_stays_null() {
    let cloud = support::cloud();
    cloud.report();
    cloud.call("CreateNet", json!({ "IpRange": null }));
    let hidden = cloud.transcript().redact("IpRange", "<hidden>");
    assert!(hidden.to_yaml().contains("IpRange: null"), "{hidden}");
}

/// Whatever can be made of a conversation.
fn everything(cloud: &Cloud) -> String {
    let it = cloud.transcript();
    format!(
        "{it}\n{it:?}\n{}\n{}\n{:?}\n{:?}",
        it.to_yaml(),
        it.to_json_lines(),
        cloud.violations(),
        cloud.unserved()
    )
}

#[test]
fn what_is_hidden_at_the_source_is_nowhere() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let cloud = support::builder()
        .report()
        .redact("**.Value")
        .redact("**.IpRange")
        .redact("UserData")
        .observe(move |it| sink.lock().expect("a lock").push(format!("{it:?}")))
        .build();
    tagged(&cloud);
    // An error quotes it, a wrong type and a slip of its name are quoted by what they break.
    cloud.call("CreateNet", json!({ "IpRange": "192.0.2.0/28-robert" }));
    cloud.call("CreateNet", json!({ "IpRange": { "alice": "robert" } }));
    cloud.call("CreateNet", json!({ "IpRnge": "robert", "Tenancy": 7 }));
    let slip = json!({ "ImageId": "ami-5aebd4d5", "UserDate": "robert", "UserData": "alice" });
    cloud.call("CreateVms", slip);
    let said = everything(&cloud) + &seen.lock().expect("a lock").concat();
    for hidden in ["alice", "robert", "10.0.0.0", "192.0.2.0"] {
        let at = said.find(hidden);
        assert_eq!(at, None, "{hidden} in:\n{}", &said[at.unwrap_or(0)..]);
    }
    assert!(said.contains("<redacted>"));
    // The client is answered as ever.
    let nets = cloud.call("ReadNets", json!({}));
    assert_eq!(nets["Nets"][0]["IpRange"], "10.0.0.0/16");
}

#[test]
fn an_effect_is_hidden_under_its_kind_only() {
    let cloud = support::builder().redact("Vms.Tags").build();
    tagged(&cloud);
    let yaml = cloud.transcript().to_yaml();
    assert!(yaml.contains("Tags[0].Value: alice → robert"), "{yaml}");
    let cloud = support::builder().redact("Nets.Tags").build();
    tagged(&cloud);
    let yaml = cloud.transcript().to_yaml();
    assert!(
        yaml.contains("Tags[0].Value: <redacted> → <redacted>"),
        "{yaml}"
    );
}

#[test]
fn secrets_under_a_slip_of_their_name_or_where_they_do_not_belong() {
    let cloud = support::builder().report().build();
    cloud.call(
        "CheckAuthentication",
        json!({ "Login": "a@b.c", "Pasword": "hunter2" }),
    );
    cloud.call("ReadNets", json!({ "Password": "hunter2" }));
    cloud.call(
        "ReadNets",
        json!({ "Filters": { "SecretKey": ["hunter2"] } }),
    );
    let said = everything(&cloud);
    assert!(!said.contains("hunter2"), "{said}");
    assert!(said.contains("Pasword: <secret>"), "{said}");
}

#[test]
fn a_fork_hides_the_same() {
    let cloud = support::builder().redact("**.IpRange").build().fork();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    assert!(!everything(&cloud).contains("10.0.0.0"));
}

#[tokio::test]
async fn what_is_hidden_at_the_source_is_in_no_header() {
    let cloud = support::builder().redact("**.IpRange").start();
    let (path, body) = ("/api/v1/CreateNet", br#"{"IpRange":"10.0.0.0/16"}"#);
    let mut headers = signed(&cloud, path, body);
    headers.push(("user-agent", "client of 10.0.0.0/16".to_owned()));
    assert_eq!(send(&cloud, path, headers, body.to_vec()).await.0, 200);
    let said = everything(&cloud);
    assert!(!said.contains("10.0.0.0"), "{said}");
    assert!(said.contains("client of <redacted>"), "{said}");
}
