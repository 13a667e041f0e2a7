//! Secrets reach no transcript, no violation and no `Debug` output.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use mockscale::pki::Authority;
use mockscale::{Cloud, Credentials, json};

use super::drop_of;
use crate::http::{post, send, signed_by};

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

/// Everything that a run about access produces, and every secret that went through it.
#[tokio::test]
async fn nothing_about_access_that_is_produced_holds_a_secret() {
    let heard = Arc::new(Mutex::new(String::new()));
    let ear = Arc::clone(&heard);
    let folder = tempfile::tempdir().expect("a folder");
    let cloud = Cloud::builder()
        .observe(move |exchange| {
            let mut heard = ear.lock().expect("no observer panicked");
            let _ = write!(heard, "{exchange:?}");
        })
        .coverage(folder.path())
        .start();
    let mut secrets = vec!["mockscale-password".to_owned(), "hunter2".to_owned()];
    let root = cloud.credentials();
    secrets.push(root.secret_key.clone());

    let other = use_keys(&cloud, &mut secrets).await;
    use_wrong_secrets(&cloud, &other, &mut secrets).await;
    let handle = declare_an_origin(&cloud, &mut secrets).await;
    let logs = cloud.call("ReadApiLogs", json!({})).ok();

    // Secrets where none belongs.
    let misplaced = json!({ "AccessKeyId": root.secret_key, "State": "ACTIVE" });
    cloud.call("UpdateAccessKey", misplaced.clone());
    post(&cloud, "/api/v1/UpdateAccessKey", misplaced.to_string()).await;
    cloud.call("CreateNet", json!({ "IpRange": root.secret_key }));
    cloud.call("CreateNet", json!({ "Colour": root.secret_key }));
    let swapped = json!({ "Login": root.password, "Password": root.login });
    cloud.call("CheckAuthentication", swapped);
    let logs_of_all = cloud.call("ReadApiLogs", json!({})).ok();
    // And a failure, which tells the end of it all.
    cloud.call(
        "CreateAccessKey",
        json!({ "SecretKey": "hunter2", "Pasword": "hunter2" }),
    );
    let transcript = cloud.transcript();
    let mut said = format!(
        "{transcript}{transcript:?}{}{}{}{cloud:?}{handle:?}{root:?}{}{}",
        transcript.to_yaml(),
        transcript.to_json_lines(),
        transcript.clone().with_headers(),
        logs.body().to_string() + &logs_of_all.body().to_string(),
        cloud.coverage().to_json(),
    );
    for exchange in transcript.exchanges() {
        let _ = write!(said, "{}", cloud.explain(exchange.number));
    }
    for violation in cloud.violations() {
        let _ = write!(said, "{violation}{violation:?}");
    }
    drop((handle, other));
    said += &drop_of(cloud).expect("the contract was broken");
    said += &heard.lock().expect("no observer panicked");
    for file in std::fs::read_dir(folder.path()).expect("a folder") {
        let file = file.expect("a file").path();
        said += &std::fs::read_to_string(file).expect("text");
    }
    for secret in &secrets {
        assert!(!said.contains(secret.as_str()), "a secret was told");
    }
    assert!(secrets.len() >= 9 && said.contains("<secret>"));
}

/// Makes keys of the root account, of a user and of another account, and calls with them.
async fn use_keys(cloud: &Cloud, secrets: &mut Vec<String>) -> Cloud {
    cloud
        .call("CreateUser", json!({ "UserName": "alice" }))
        .ok();
    for body in [json!({}), json!({ "UserName": "alice" })] {
        let made = cloud.call("CreateAccessKey", body).ok();
        secrets.push(made.text("/AccessKey/SecretKey").to_owned());
        let read = json!({ "AccessKeyId": made.text("/AccessKey/AccessKeyId") });
        cloud.call("ReadSecretAccessKey", read);
    }
    let other = cloud.account().open();
    secrets.push(other.credentials().secret_key);
    for handle in [cloud, &cloud.as_user("alice"), &other] {
        post(handle, "/api/v1/ReadVms", "{}").await;
    }
    other
}

/// Calls with secrets and passwords that are wrong, or stand where they do not belong.
async fn use_wrong_secrets(cloud: &Cloud, other: &Cloud, secrets: &mut Vec<String>) {
    let root = cloud.credentials();
    // Among them one that is somebody else's and one that is nobody's.
    for secret_key in [other.credentials().secret_key, "hunter2".to_owned()] {
        let wrong = Credentials {
            secret_key,
            ..root.clone()
        };
        let headers = signed_by(&wrong, &cloud.url(), "/api/v1/ReadVms", b"{}");
        let (status, _) = send(cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
        assert_eq!(status, 401);
    }
    // A secret where the access key belongs.
    let swapped = Credentials {
        access_key: root.secret_key.clone(),
        ..root.clone()
    };
    let headers = signed_by(&swapped, &cloud.url(), "/api/v1/ReadVms", b"{}");
    send(cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    // Passwords, right and wrong, in the body and in the header.
    for password in ["mockscale-password", "hunter2"] {
        let check = json!({ "Login": root.login, "Password": password });
        cloud.call("CheckAuthentication", check.clone());
        post(cloud, "/api/v1/CheckAuthentication", check.to_string()).await;
        let basic = base64(&format!("{}:{password}", root.login));
        secrets.push(basic.clone());
        let basic = vec![("authorization", format!("Basic {basic}"))];
        send(cloud, "/api/v1/ReadAccessKeys", basic, b"{}".to_vec()).await;
    }
}

/// Declares an origin over HTTP, and sends a certificate together with its key.
async fn declare_an_origin(cloud: &Cloud, secrets: &mut Vec<String>) -> Cloud {
    let root = cloud.credentials();
    let laptop = Authority::new("devices").issue("laptop-7");
    let handle = cloud
        .from("203.0.113.9")
        .with_certificate(&laptop.identity_pem());
    let mut headers = signed_by(&root, &cloud.url(), "/api/v1/ReadVms", b"{}");
    let declaration = handle.declaration();
    let voucher = declaration
        .iter()
        .find(|(name, _)| name.ends_with("voucher"));
    secrets.push(voucher.expect("a voucher").1.clone());
    headers.extend(declaration);
    send(cloud, "/api/v1/ReadVms", headers, b"{}".to_vec()).await;
    cloud.call("CreateCa", json!({ "CaPem": laptop.identity_pem() }));
    let key = laptop.key_pem();
    secrets.extend(
        key.lines()
            .filter(|line| line.len() > 30)
            .map(str::to_owned),
    );
    handle
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
