//! From where and with which certificate calls came, as a transcript tells it.

use mockscale::pki::Authority;
use mockscale::wiremock::matchers::path;
use mockscale::wiremock::{Mock, ResponseTemplate};
use mockscale::{Check, Cloud, Transcript, assert_transcript, json};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rstest::rstest;

use crate::http::{send, signed};
use crate::support::{builder, cloud, last, made};

const DESK: &str = "203.0.113.9";

/// A certificate that calls its owner so; without a name, that tells of an organisation only.
fn certificate(name: Option<&str>) -> String {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    let (kind, name) = match name {
        Some(name) => (DnType::CommonName, name),
        None => (DnType::OrganizationName, "clients"),
    };
    params.distinguished_name.push(kind, name);
    params.self_signed(&key).expect("a certificate").pem()
}

/// A conversation about access rules: an address, a certificate, and who is let in by what.
fn about_rules() -> Cloud {
    let cloud = builder().access_rule("203.0.113.0/24").build();
    let authority = Authority::new("our devices");
    let desk = cloud.from(DESK);
    let pem = json!({ "CaPem": authority.pem() });
    let ca = made(&desk, "CreateCa", pem, "/Ca/CaId");
    let rule = json!({ "CaIds": [ca], "Cns": ["laptop-7"] });
    desk.call("CreateApiAccessRule", rule).ok();
    cloud.call("ReadNets", json!({}));
    let of = |name: &str| cloud.with_certificate(&authority.issue(name).pem());
    of("laptop-7").call("ReadNets", json!({})).ok();
    of("laptop-8")
        .from("198.51.100.7")
        .call("ReadNets", json!({}));
    cloud
}

#[test]
fn a_conversation_about_access_rules_can_be_read_back() {
    let said = about_rules().transcript();
    let text = said.to_string();
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    let account = "(account 123456789012)";
    assert_eq!(
        titles,
        [
            format!("#1 CreateCa → 200 {account} (from 203.0.113.9)"),
            format!("#2 CreateApiAccessRule → 200 {account} (from 203.0.113.9)"),
            format!("#3 ReadNets → 401 {account} (refused by the check access_rules)"),
            format!("#4 ReadNets → 200 {account} (certificate laptop-7)"),
            format!(
                "#5 ReadNets → 401 {account} (from 198.51.100.7, certificate laptop-8) \
                 (refused by the check access_rules)"
            ),
        ]
    );
    assert_transcript!(said.only("ReadNets"));
}

#[test]
fn it_comes_back_from_a_file() {
    let said = about_rules().transcript();
    for written in [said.to_json_lines(), said.to_har()] {
        let back = Transcript::parse(&written).expect("a transcript");
        assert_eq!(back.exchanges(), said.exchanges());
    }
    let lines = said.to_json_lines();
    let last = lines.lines().last().expect("a line");
    assert!(
        last.contains(r#""from":"198.51.100.7","certificate":"laptop-8""#),
        "{last}"
    );
}

#[rstest]
#[case::plain("laptop-7", "laptop-7")]
#[case::words("Alice of Lyon", "Alice of Lyon")]
#[case::a_list("Lyon, Alice", "\"Lyon, Alice\"")]
#[case::the_end("x) (answered by a mock", "\"x) (answered by a mock\"")]
#[case::a_line("x\n#2 ReadNets", r#""x\n#2 ReadNets""#)]
#[case::a_number("7", "\"7\"")]
fn a_name_is_in_quotes_where_it_could_be_taken_for_more(#[case] name: &str, #[case] told: &str) {
    let cloud = cloud();
    let card = certificate(Some(name));
    cloud
        .with_certificate(&card)
        .call("ReadNets", json!({}))
        .ok();
    assert_eq!(last(&cloud).certificate.as_deref(), Some(name));
    let text = cloud.transcript().to_string();
    let title = format!("#1 ReadNets → 200 (account 123456789012) (certificate {told})\n");
    assert!(text.starts_with(&title), "{text}");
}

/// Two of them are told apart, and none differs from run to run.
#[test]
fn a_certificate_without_a_name_is_called_by_its_fingerprint() {
    let cloud = cloud();
    for card in [certificate(None), certificate(None)] {
        cloud
            .with_certificate(&card)
            .call("ReadNets", json!({}))
            .ok();
    }
    let found = last(&cloud).certificate.clone().expect("a fingerprint");
    let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    assert!(found.len() == 40 && found.bytes().all(hex), "{found}");
    let text = cloud.transcript().to_string();
    for reference in [
        "(certificate <certificate:1>)",
        "(certificate <certificate:2>)",
    ] {
        assert!(text.contains(reference), "{text}");
    }
    assert!(!text.contains(&found), "{text}");
}

#[tokio::test]
async fn over_http_it_is_what_a_request_declares_and_the_cloud_vouches_for() {
    let cloud = builder().report().start();
    let origin = || {
        let last = last(&cloud);
        (last.from.map(|it| it.to_string()), last.certificate.clone())
    };
    let declared = cloud
        .from(DESK)
        .with_certificate(&certificate(Some("laptop-7")));
    let ours = (Some(DESK.to_owned()), Some("laptop-7".to_owned()));
    // The last path is a mock's, and what is no call comes from somewhere, too.
    let mock = Mock::given(path("/api/v1/ReadSubnets")).respond_with(ResponseTemplate::new(503));
    cloud.mount(mock).await;
    for path in [
        "/api/v1/ReadNets",
        "/api/v1/ReadRegions",
        "/nowhere",
        "/api/v1/ReadSubnets",
    ] {
        let mut headers = signed(&cloud, path, b"{}");
        send_any(&cloud, path, headers.clone()).await;
        assert_eq!(origin(), (None, None), "{path}");
        headers.extend(declared.declaration());
        send_any(&cloud, path, headers).await;
        assert_eq!(origin(), ours, "{path}");
    }
    let mut headers = signed(&cloud, "/api/v1/ReadNets", b"{}");
    headers.push(("x-mockscale-from", DESK.to_owned()));
    assert_eq!(
        send(&cloud, "/api/v1/ReadNets", headers, b"{}".to_vec())
            .await
            .0,
        401
    );
    assert_eq!(last(&cloud).check, Some(Check::Declared));
    assert_eq!(origin(), (None, None));
}

/// A POST whose answer is nobody's business.
async fn send_any(cloud: &Cloud, path: &str, headers: Vec<(&'static str, String)>) {
    let mut request = reqwest::Client::new().post(format!("{}{path}", cloud.url()));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body("{}").send().await.expect("an answer");
}

#[tokio::test]
async fn over_tls_it_is_what_the_connection_shows() {
    let cloud = builder().start_tls();
    let card = Authority::new("our devices").issue("laptop-7");
    let identity = reqwest::Identity::from_pem(card.identity_pem().as_bytes());
    let ca = reqwest::Certificate::from_pem(cloud.ca_pem().as_bytes()).expect("a certificate");
    let client = reqwest::Client::builder()
        .add_root_certificate(ca)
        .identity(identity.expect("an identity"))
        .build()
        .expect("a client");
    let url = format!("{}/ReadRegions", cloud.endpoint());
    client.post(url).body("{}").send().await.expect("an answer");
    let last = last(&cloud);
    assert_eq!(
        (last.from, last.certificate.as_deref()),
        (None, Some("laptop-7"))
    );
}
