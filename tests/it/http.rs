//! Calls over HTTP, signed as a client signs them.

use std::time::{SystemTime, UNIX_EPOCH};

use mockscale::access::signature::{Algorithm, sign};
use mockscale::wire::WireRequest;
use mockscale::{Cloud, Credentials, Value};

/// The headers of a signed request, as a client that reaches the cloud over HTTP sends them.
pub(crate) fn signed(cloud: &Cloud, path: &str, body: &[u8]) -> Vec<(&'static str, String)> {
    signed_by(&cloud.credentials(), &cloud.url(), path, body)
}

/// [`signed`] with any credentials.
pub(crate) fn signed_by(
    credentials: &Credentials,
    url: &str,
    path: &str,
    body: &[u8],
) -> Vec<(&'static str, String)> {
    let (_, host) = url.split_once("://").expect("a URL");
    let request = WireRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: [("host", host)].into_iter().collect(),
        body: body.to_vec(),
        ..WireRequest::default()
    };
    sign(&request, credentials, Algorithm::Osc4, "api", &timestamp()).into()
}

/// A signed POST, answered with its status and JSON body.
pub(crate) async fn post(cloud: &Cloud, path: &str, body: impl Into<Vec<u8>>) -> (u16, Value) {
    let body = body.into();
    let headers = signed(cloud, path, &body);
    send(cloud, path, headers, body).await
}

/// A POST with any headers, answered with its status and JSON body.
pub(crate) async fn send(
    cloud: &Cloud,
    path: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> (u16, Value) {
    send_by(&reqwest::Client::new(), cloud, path, headers, body).await
}

/// [`send`] with a client that is not the usual one.
pub(crate) async fn send_by(
    client: &reqwest::Client,
    cloud: &Cloud,
    path: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> (u16, Value) {
    send_to(client, &cloud.url(), path, headers, body).await
}

/// [`send_by`] to whatever listens at a URL.
pub(crate) async fn send_to(
    client: &reqwest::Client,
    url: &str,
    path: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> (u16, Value) {
    let mut request = client.post(format!("{url}{path}")).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let bytes = response.bytes().await.expect("a body");
    let body = serde_json::from_slice(&bytes).expect("JSON");
    (status, body)
}

/// Now, as a client stamps its requests.
pub(crate) fn timestamp() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let now = jiff::Timestamp::from_second(i64::try_from(now.as_secs()).expect("before the end"))
        .expect("in range");
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}
