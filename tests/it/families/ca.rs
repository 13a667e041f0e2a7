//! Conversations about the family `ca`.

use std::fmt::Write as _;

use mockscale::pki::Authority;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, last, made, refused, tool};

const NO_AUTHORITY: &str = include_str!("../../../fixtures/certificates/no-authority.pem");
const REQUEST: &str = include_str!("../../../fixtures/certificates/request.pem");
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
const UNKNOWN: &str = "ca-00000000000000000000000000000000";

fn pem() -> String {
    Authority::new("our devices").pem()
}

#[track_caller]
fn registered(cloud: &Cloud, description: &str) -> String {
    let ca = json!({ "CaPem": pem(), "Description": description });
    made(cloud, "CreateCa", ca, "/Ca/CaId")
}

#[test]
fn registering_describing_and_forgetting() {
    let cloud = cloud();
    let bare = made(&cloud, "CreateCa", json!({ "CaPem": pem() }), "/Ca/CaId");
    // The same one again is another resource.
    let ca = registered(&cloud, "laptops");
    let described = json!({ "CaId": ca, "Description": "telephones" });
    cloud.call("UpdateCa", described).ok();
    // What is not sent stays.
    cloud.call("UpdateCa", json!({ "CaId": ca })).ok();
    cloud.call("ReadCas", json!({})).ok();

    let rule = json!({ "CaIds": [ca] });
    let rule = made(
        &cloud,
        "CreateApiAccessRule",
        rule,
        "/ApiAccessRule/ApiAccessRuleId",
    );
    let gone = json!({ "CaId": ca });
    cloud.call("DeleteCa", gone.clone());
    cloud
        .call("DeleteApiAccessRule", json!({ "ApiAccessRuleId": rule }))
        .ok();
    cloud.call("DeleteCa", gone.clone()).ok();
    cloud.call("DeleteCa", gone);
    cloud.call("DeleteCa", json!({ "CaId": bare })).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::nothing("", "-----BEGIN CERTIFICATE-----")]
#[case::words("a certificate", "-----BEGIN CERTIFICATE-----")]
#[case::half(&pem()[..120], "-----END CERTIFICATE-----")]
#[case::folded(&pem().replace('\n', "\\n"), "line breaks")]
#[case::no_base64(&pem().replace("MII", "M!I"), "base64")]
#[case::no_certificate(&pem().replace("MII", "AAA"), "no X.509 certificate")]
#[case::a_request(REQUEST, "the certificate that was issued for it")]
#[case::no_authority(NO_AUTHORITY, "CA:TRUE")]
#[case::a_client(&Authority::new("our devices").issue("laptop").pem(), "CA:TRUE")]
#[case::two(&pem().repeat(2), "send one, and no chain with it")]
#[case::a_key(KEY, "send the certificate only")]
#[case::with_its_key(&format!("{}{KEY}", pem()), "send the certificate only")]
#[case::endless(&"a".repeat(1 << 17), "131072 bytes")]
fn a_text_that_is_no_authority_is_refused(#[case] pem: &str, #[case] what_would_be_right: &str) {
    let cloud = cloud();
    let (status, code, details) = refused(&cloud, "CreateCa", json!({ "CaPem": pem }));
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains(what_would_be_right), "{details}");
    assert_eq!(cloud.call("ReadCas", json!({})).ok()["Cas"], json!([]));
}

/// A private key is a secret wherever it was put, and however it got there.
#[rstest]
#[case::alone(json!({ "CaPem": KEY }))]
#[case::with_its_certificate(json!({ "CaPem": format!("{}{KEY}", pem()) }))]
#[case::of_rsa(json!({ "CaPem": KEY.replace("PRIVATE", "RSA PRIVATE") }))]
#[case::cut_short(json!({ "CaPem": &KEY[..36] }))]
#[case::folded(json!({ "CaPem": KEY.replace('\n', "\\n") }))]
#[case::in_a_list(json!({ "CaPem": [KEY] }))]
#[case::misspelt(json!({ "CaPern": KEY }))]
#[case::as_a_description(json!({ "CaPem": pem(), "Description": KEY }))]
fn a_private_key_is_repeated_nowhere(#[case] input: Value) {
    let cloud = builder().report().build();
    cloud.call("CreateCa", input);
    cloud.call("ReadApiLogs", json!({})).ok();
    let transcript = cloud.transcript();
    let mut told = format!(
        "{transcript}\n{transcript:?}\n{}",
        transcript.to_json_lines()
    );
    for violation in cloud.violations() {
        let _ = writeln!(told, "{violation}\n{violation:?}");
    }
    assert!(!told.contains("c2VjcmV0"), "{told}");
    assert!(told.contains("<secret>"), "{told}");
}

#[test]
fn a_certificate_is_no_secret() {
    let cloud = cloud();
    registered(&cloud, "laptops");
    let told = format!("{:?}", last(&cloud).request);
    assert!(told.contains("BEGIN CERTIFICATE"), "{told}");
}

#[rstest]
#[case("DeleteCa", json!({}), UNKNOWN, "5044")]
#[case("UpdateCa", json!({ "Description": "x" }), UNKNOWN, "5044")]
#[case("DeleteCa", json!({}), "ca-1", "4105")]
#[case("UpdateCa", json!({}), "aar-00000000000000000000000000000000", "4104")]
fn an_authority_that_is_not_there(
    #[case] operation: &str,
    #[case] mut input: Value,
    #[case] id: &str,
    #[case] code: &str,
) {
    input["CaId"] = id.into();
    let (status, said, _) = refused(&cloud(), operation, input);
    assert_eq!((status, said.as_str()), (400, code));
}

#[test]
fn that_of_another_account_is_not_there() {
    let cloud = cloud();
    let other = cloud.account().open();
    let ca = registered(&other, "theirs");
    let wanted = json!({ "Filters": { "CaIds": [ca] } });
    assert_eq!(cloud.call("ReadCas", wanted).ok()["Cas"], json!([]));
    for operation in ["DeleteCa", "UpdateCa"] {
        let (status, code, _) = refused(&cloud, operation, json!({ "CaId": ca }));
        assert_eq!((status, code.as_str()), (400, "5044"), "{operation}");
    }
    let (status, code, _) = refused(&cloud, "CreateApiAccessRule", json!({ "CaIds": [ca] }));
    assert_eq!((status, code.as_str()), (400, "5044"));
}

#[test]
fn a_dry_run_registers_nothing() {
    let cloud = cloud();
    let dry = json!({ "CaPem": pem(), "DryRun": true });
    let reply = cloud.call("CreateCa", dry).ok();
    assert_eq!(reply.body().as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(cloud.call("ReadCas", json!({})).ok()["Cas"], json!([]));
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let ca = registered(&cloud, "laptops");
    let fingerprint = cloud.call("ReadCas", json!({})).ok();
    let fingerprint = fingerprint.text("/Cas/0/CaFingerprint");
    let target = ("Cas", "CaId", ca.as_str());
    let table = [
        (
            "CaFingerprints",
            json!([fingerprint]),
            json!([&fingerprint[..39]]),
        ),
        ("CaIds", json!([ca]), json!([UNKNOWN])),
        ("Descriptions", json!(["laptops", "x"]), json!(["laptop"])),
    ];
    every_filter(&cloud, "ReadCas", &json!({}), target, &table);
}

/// Authorities that OpenSSL makes, of every sort of key.
#[rstest]
#[case::rsa(&["-newkey", "rsa:2048"])]
#[case::elliptic(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"])]
#[case::ed25519(&["-newkey", "ed25519"])]
fn openssl_finds_the_same_fingerprint(#[case] key: &[&str]) {
    let new = [
        "req",
        "-x509",
        "-nodes",
        "-keyout",
        "/dev/null",
        "-days",
        "30",
    ];
    let subject = ["-subj", "/O=Example/CN=our devices"];
    let Some(pem) = tool("openssl", &[&new[..], key, &subject].concat(), "") else {
        return;
    };
    let cloud = cloud();
    for pem in [pem, Authority::new("our devices").pem()] {
        let print = ["x509", "-noout", "-fingerprint", "-sha1"];
        let said = tool("openssl", &print, &pem).expect("it is installed");
        let (_, said) = said.trim().split_once('=').expect("a name and its value");
        let made = cloud.call("CreateCa", json!({ "CaPem": pem })).ok();
        let fingerprint = said.replace(':', "").to_lowercase();
        assert_eq!(made["Ca"]["CaFingerprint"], *fingerprint);
    }
}
