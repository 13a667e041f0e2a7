//! Secrets reach no transcript, no violation and no `Debug` output.

use std::fmt::Write as _;

use mockscale::{Cloud, json};

use crate::http::{post, send};

#[tokio::test]
async fn nothing_that_a_run_prints_holds_a_secret() {
    let cloud = Cloud::builder().report().start();
    let secret_key = cloud.credentials().secret_key;
    let made = cloud
        .call("CreateKeypair", json!({ "KeypairName": "k" }))
        .ok();
    let private_key = made.text("/Keypair/PrivateKey").to_owned();
    assert!(private_key.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    let made = cloud.call("CreateAccessKey", json!({})).ok();
    let made_key = made.text("/AccessKey/SecretKey").to_owned();
    for operation in ["ReadSecretAccessKey", "DeleteAccessKey"] {
        let key = json!({ "AccessKeyId": made["AccessKey"]["AccessKeyId"] });
        post(&cloud, &format!("/api/v1/{operation}"), key.to_string()).await;
    }
    let login = json!({
        "Login": cloud.credentials().login,
        "Password": cloud.credentials().password,
    });
    cloud.call("CheckAuthentication", login).ok();
    post(
        &cloud,
        "/api/v1/CheckAuthentication",
        r#"{"Login":"a@b.c","Password":"hunter2"}"#,
    )
    .await;
    post(
        &cloud,
        "/api/v1/CheckAuthentication",
        r#"{"Login":7,"Password":["hunter2"]}"#,
    )
    .await;
    post(
        &cloud,
        "/api/v1/CheckAuthentication",
        r#"{"Password":{"x":"hunter2"}}"#,
    )
    .await;
    // Refused before the body is checked.
    for body in [r#"{"Passwrd":"hunter2"}"#, r#"{"password":"hunter2"}"#] {
        let path = "/api/v1/CheckAuthentication";
        send(&cloud, path, vec![], body.into()).await;
    }
    post(&cloud, "/api/v1/Unknown", r#"{"SecretKey":"hunter2"}"#).await;

    let transcript = cloud.transcript();
    let mut said = format!(
        "{transcript}\n{transcript:?}\n{cloud:?}\n{:?}",
        cloud.credentials()
    );
    for violation in cloud.violations() {
        let _ = writeln!(said, "{violation}\n{violation:?}");
    }
    for secret in [
        "hunter2",
        secret_key.as_str(),
        made_key.as_str(),
        private_key[40..80].trim(),
        "mockscale-password",
    ] {
        assert!(!said.contains(secret), "{secret} in:\n{said}");
    }
    assert!(said.contains("<secret>"));
}
