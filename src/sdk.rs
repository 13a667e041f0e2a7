//! The official Rust SDK, pointed at a cloud (feature `sdk`).
//!
//! The release of `outscale_api` is the one for the bundled contract: 1.11 for API 1.33.1.

use outscale_api::apis::configuration::{AWSv4Key, Configuration};
use secrecy::SecretString;

use crate::Cloud;

/// A configuration of the official SDK that reaches a cloud, as the account of the handle.
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
        ..Configuration::new()
    }
}
