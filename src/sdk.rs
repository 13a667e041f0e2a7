//! The official Rust SDK, pointed at a cloud (feature `sdk`).
//!
//! The release of `outscale_api` is the one for the bundled contract: 1.11 for API 1.33.1.

use outscale_api::apis::configuration::{AWSv4Key, Configuration};
use reqwest_0_9::Client;
use reqwest_0_9::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;

use crate::Cloud;

/// A configuration of the official SDK that reaches a cloud as its handle does: with the credentials
/// of the account or user, and from the address and with the certificate that [`Cloud::from`] and
/// `Cloud::with_certificate` have given it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use mockscale::{Cloud, sdk};
/// use outscale_api::apis::net_api::read_nets;
/// use outscale_api::models::ReadNetsRequest;
///
/// let cloud = Cloud::start().await;
/// let nets = read_nets(&sdk::configuration(&cloud), Some(ReadNetsRequest::new()));
/// assert_eq!(nets.expect("an answer").nets, Some(vec![]));
/// # }
/// ```
///
/// # Panics
/// When the cloud does not listen: it was made with [`Cloud::new`], not [`Cloud::start`].
#[track_caller]
pub fn configuration(cloud: &Cloud) -> Configuration {
    let credentials = cloud.credentials();
    Configuration {
        base_path: cloud.endpoint(),
        aws_v4_key: Some(AWSv4Key {
            access_key: credentials.access_key,
            secret_key: SecretString::new(credentials.secret_key),
            region: credentials.region,
            service: "oapi".to_owned(),
        }),
        client: client(cloud),
        ..Configuration::new()
    }
}

/// A client that declares the origin of a handle, where it has one of its own.
fn client(cloud: &Cloud) -> Client {
    if !cloud.has_an_origin() {
        return Client::new();
    }
    let declared = cloud.declaration().into_iter().map(|(name, value)| {
        let value = HeaderValue::from_str(&value);
        let value = value.expect("addresses, hexadecimal and base64 are of printable ASCII");
        (HeaderName::from_static(name), value)
    });
    let builder = Client::builder().default_headers(declared.collect::<HeaderMap>());
    builder
        .build()
        .expect("a client without TLS needs nothing that could fail")
}
