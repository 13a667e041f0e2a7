//! A service over HTTP or HTTPS, signed to as a client signs.
//!
//! Certificates are trusted that the system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others),
//! and proxies are used as the environment says. Redirects are not followed: they would not be
//! signed for. Left out: Basic authentication and client certificates.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::endpoint::{Endpoint, EndpointError};
use crate::access::signature::{Algorithm, sign};
use crate::cloud::account::Credentials;
use crate::wire::WireRequest;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes (64 MiB).
const LARGEST: u64 = 64 << 20;
/// How much of an answer is quoted that is no JSON, in characters.
const QUOTED: usize = 80;
/// Where the API is when the URL does not say.
const PATH: &str = "/api/v1";

/// A service that speaks the API over HTTP or HTTPS, as one account: the real one, a
/// `mockscale serve`, or anything else.
///
/// Whatever a replay makes there stays there: use an account that may be thrown away. Nothing is
/// sent that names a resource which the replay should have made and has not, that a user said (give
/// a `Remote` with the user's credentials to [`Replayer::caller`](super::Replayer::caller)), or that
/// no API access rule let in.
///
/// ```
/// # #[tokio::main]
/// # async fn main() {
/// use mockscale::{Cloud, Remote, json};
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
/// let transcript = cloud.transcript();
///
/// let served = Cloud::start().await;
/// let remote = Remote::new(&served.url(), served.credentials()).unwrap();
/// transcript.replay(&remote).assert_match();
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Remote {
    /// Scheme and authority.
    origin: String,
    host: String,
    /// What stands before the operation, without a slash at its end.
    path: String,
    credentials: Credentials,
    agent: Agent,
}

impl Remote {
    /// A service at a URL such as `https://api.eu-west-2.outscale.com/api/v1`; the path may be left
    /// out. The region of the credentials is signed for, and must be that of the service.
    ///
    /// ```
    /// use mockscale::{Credentials, Remote};
    ///
    /// let root = Credentials::root("eu-west-2");
    /// let error = Remote::new("api.eu-west-2.outscale.com", root).unwrap_err();
    /// assert!(error.to_string().contains("http:// or https://"), "{error}");
    /// ```
    ///
    /// # Errors
    /// When the URL is none of HTTP's, or the system has no certificates to trust for HTTPS.
    pub fn new(url: &str, credentials: Credentials) -> Result<Self, EndpointError> {
        let wrong = |problem: &str| EndpointError::new(format!("the endpoint {url:?}: {problem}"));
        let uri: Uri = url.parse().map_err(|_| wrong("this is no URL"))?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) =
            (uri.scheme_str(), uri.authority())
        else {
            return Err(wrong(
                "a URL that begins with http:// or https:// is wanted",
            ));
        };
        if authority.as_str().contains('@') || uri.query().is_some() {
            return Err(wrong("neither a user nor a query may stand in it"));
        }
        let tls = if scheme == "https" {
            let roots = roots().map_err(|problem| wrong(&problem))?;
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let tls = TlsConfig::builder().root_certs(roots);
            tls.unversioned_rustls_crypto_provider(provider).build()
        } else {
            TlsConfig::default()
        };
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("mockscale/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        let path = uri.path().trim_end_matches('/');
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            host: authority.as_str().to_owned(),
            path: if path.is_empty() { PATH } else { path }.to_owned(),
            credentials,
            agent: agent.into(),
        })
    }
}

impl Endpoint for Remote {
    fn call(&self, operation: &str, body: &Value) -> Result<(u16, Value), EndpointError> {
        let path = format!("{}/{operation}", self.path);
        let url = format!("{}{path}", self.origin);
        let wrong = |problem: String| EndpointError::new(format!("{url}: {problem}"));
        let request = WireRequest {
            method: "POST".to_owned(),
            path,
            headers: [
                ("host", self.host.as_str()),
                ("content-type", "application/json"),
            ]
            .into_iter()
            .collect(),
            body: body.to_string().into_bytes(),
            ..WireRequest::default()
        };
        // What is signed for is held against the system's clock, wherever it is checked.
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let signature = sign(&request, &self.credentials, Algorithm::Osc4, "api", &now);
        let mut post = self.agent.post(&url);
        for (name, value) in request.headers.iter() {
            post = post.header(name, value);
        }
        for (name, value) in &signature {
            post = post.header(*name, value);
        }
        let mut response = post
            .send(&request.body[..])
            .map_err(|error| wrong(error.to_string()))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LARGEST);
        let bytes = body
            .read_to_vec()
            .map_err(|error| wrong(error.to_string()))?;
        if bytes.is_empty() {
            return Ok((status, Value::Null));
        }
        let reply = serde_json::from_slice(&bytes);
        reply.map(|reply| (status, reply)).map_err(|_| {
            let text = String::from_utf8_lossy(&bytes);
            let quoted: String = text.chars().take(QUOTED).collect();
            wrong(format!(
                "it answers {status} with what is no JSON: {quoted:?}"
            ))
        })
    }
}

/// The certificates that the system trusts.
///
/// # Errors
/// When it has none, in words.
fn roots() -> Result<RootCerts, String> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
        return Err(format!(
            "the system has no certificates to trust ({}); name a file of them in SSL_CERT_FILE",
            why.join("; ")
        ));
    }
    let certificates = found.certs.iter();
    Ok(certificates
        .map(|it| Certificate::from_der(it).to_owned())
        .into())
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Remote};
    use rstest::rstest;

    #[rstest]
    #[case("http://127.0.0.1:80", "http://127.0.0.1:80", "/api/v1")]
    #[case("http://[::1]:80/", "http://[::1]:80", "/api/v1")]
    #[case("http://h/api/latest/", "http://h", "/api/latest")]
    fn urls(#[case] url: &str, #[case] origin: &str, #[case] path: &str) {
        let remote = Remote::new(url, Credentials::root("eu-west-2")).expect("a URL");
        assert_eq!((&*remote.origin, &*remote.path), (origin, path));
    }

    #[rstest]
    #[case("127.0.0.1:80", "http:// or https://")]
    #[case("ftp://h", "http:// or https://")]
    #[case("http://", "no URL")]
    #[case("http://user:word@h", "neither a user")]
    #[case("http://h/api?x", "neither a user")]
    #[case("", "no URL")]
    fn what_is_no_endpoint(#[case] url: &str, #[case] told: &str) {
        let error = Remote::new(url, Credentials::root("eu-west-2")).expect_err("an error");
        assert!(error.to_string().contains(told), "{error}");
    }
}
