//! Who calls: over HTTP, signed, as an account.

use mockscale::{Cloud, Credentials, Value};

use crate::http;

/// A client of its own, as an account.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    credentials: Credentials,
}

impl Client {
    pub(crate) fn of(cloud: &Cloud) -> Self {
        Self {
            http: reqwest::Client::new(),
            url: cloud.url(),
            credentials: cloud.credentials(),
        }
    }

    /// A signed call, answered with its status and body.
    pub(crate) async fn call(&self, operation: &str, input: &Value) -> (u16, Value) {
        let (path, body) = (
            format!("/api/v1/{operation}"),
            input.to_string().into_bytes(),
        );
        let headers = http::signed_by(&self.credentials, &self.url, &path, &body);
        http::send_to(&self.http, &self.url, &path, headers, body).await
    }
}
