//! reqwest over rustls.

use mockscale::Cloud;
use mockscale::pki::Certificate;
use reqwest::tls::Version;
use reqwest::{Client, ClientBuilder, Identity};
use rstest::rstest;

use super::shown;
use crate::http::{send_by, signed};
use crate::support::builder;

/// A client that trusts a cloud.
pub(crate) fn trusting(cloud: &Cloud) -> ClientBuilder {
    let ca = reqwest::Certificate::from_pem(cloud.ca_pem().as_bytes()).expect("a certificate");
    Client::builder()
        .tls_built_in_root_certs(false)
        .add_root_certificate(ca)
}

/// A client that trusts a cloud and shows a certificate.
fn client(cloud: &Cloud, certificate: Option<&Certificate>, version: Version) -> Client {
    let builder = trusting(cloud)
        .min_tls_version(version)
        .max_tls_version(version);
    let builder = match certificate {
        Some(certificate) => {
            let identity = Identity::from_pem(certificate.identity_pem().as_bytes());
            builder.identity(identity.expect("an identity"))
        }
        None => builder,
    };
    builder.build().expect("a client")
}

#[rstest]
#[tokio::test]
async fn every_certificate_is_taken_and_the_call_answered(
    #[values(Version::TLS_1_2, Version::TLS_1_3)] version: Version,
) {
    let cloud = builder().start_tls();
    for (name, certificate) in shown() {
        let client = client(&cloud, certificate.as_ref(), version);
        for _ in 0..2 {
            let path = "/api/v1/ReadNets";
            let headers = signed(&cloud, path, b"{}");
            let (status, body) = send_by(&client, &cloud, path, headers, b"{}".to_vec()).await;
            assert_eq!(status, 200, "{name}: {body}");
        }
    }
    assert_eq!(cloud.transcript().len(), 10);
}

#[tokio::test]
async fn the_server_goes_by_other_names_too() {
    let cloud = builder().start_tls();
    let client = trusting(&cloud).build().expect("a client");
    let url = cloud.endpoint().replace("127.0.0.1", "localhost");
    let sent = client
        .post(format!("{url}/ReadRegions"))
        .body("{}")
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
}

#[tokio::test]
async fn a_client_that_trusts_another_authority_refuses() {
    let (cloud, other) = (Cloud::start_tls().await, Cloud::start_tls().await);
    assert_ne!(cloud.ca_pem(), other.ca_pem());
    let client = trusting(&other).build().expect("a client");
    let sent = client
        .post(format!("{}/ReadRegions", cloud.endpoint()))
        .send()
        .await;
    let error = format!("{:?}", sent.expect_err("a refusal"));
    assert!(error.contains("UnknownIssuer"), "{error}");
    assert!(cloud.transcript().is_empty());
}

#[tokio::test]
async fn plain_http_is_sent_to_tls() {
    let cloud = Cloud::start_tls().await;
    let url = cloud.endpoint().replace("https://", "http://");
    let sent = Client::new()
        .post(format!("{url}/ReadRegions"))
        .body("{}")
        .send()
        .await;
    let answer = sent.expect("an answer");
    assert_eq!(answer.status(), 400);
    let envelope: mockscale::Value =
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON");
    let details = envelope["Errors"][0]["Details"].as_str().expect("details");
    assert!(details.contains("https://"), "{details}");
    assert!(cloud.transcript().is_empty());
}

#[tokio::test]
async fn tls_to_plain_http_fails_and_does_not_hang() {
    let (cloud, other) = (Cloud::start().await, Cloud::start_tls().await);
    let client = trusting(&other).build().expect("a client");
    let url = cloud.endpoint().replace("http://", "https://");
    assert!(
        client
            .post(format!("{url}/ReadRegions"))
            .send()
            .await
            .is_err()
    );
}

#[tokio::test]
async fn mocks_answer_over_tls_too() {
    use mockscale::wiremock::{Mock, ResponseTemplate, matchers::any};
    let cloud = Cloud::builder().report().start_tls();
    cloud
        .mount(
            Mock::given(any())
                .respond_with(ResponseTemplate::new(503))
                .expect(1),
        )
        .await;
    let client = trusting(&cloud).build().expect("a client");
    let sent = client
        .post(format!("{}/ReadRegions", cloud.endpoint()))
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 503);
}
