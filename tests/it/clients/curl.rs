//! curl signs by itself, with its own idea of region and service.

use std::process::Command;

use mockscale::{Cloud, Value, json};

use crate::support::builder;

/// The options with which curl signs, and why each is a case.
const SIGNATURES: &[&str] = &[
    "osc",                   // service and region from the labels of the host
    "osc:osc:eu-west-2:api", // all given
    "osc:amz",               // X-Amz-Date with the OSC4 algorithm
    "aws:amz:eu-west-2:oapi",
];

#[test]
fn curl_signs_and_is_answered() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl on this machine");
        return;
    }
    let cloud = builder().start();
    for signature in SIGNATURES {
        let (status, body) = curl(&cloud, signature, &cloud.credentials().secret_key);
        assert_eq!(status, 200, "{signature}: {body}");
        assert_eq!(body["Nets"], json!([]));
    }
    let (status, body) = curl(&cloud, "osc", "WRONG0000000000000000000000000000000000");
    assert_eq!(
        (status, &body["Errors"][0]["Code"]),
        (401, &json!("1")),
        "{body}"
    );
}

fn curl(cloud: &Cloud, signature: &str, secret_key: &str) -> (u64, Value) {
    let output = Command::new("curl")
        .args([
            "--silent",
            "--show-error",
            "--noproxy",
            "*",
            "--aws-sigv4",
            signature,
        ])
        .args([
            "--user",
            &format!("{}:{secret_key}", cloud.credentials().access_key),
        ])
        .args(["--header", "Content-Type: application/json", "--data", "{}"])
        .args(["--write-out", "\n%{http_code}"])
        .arg(format!("{}/ReadNets", cloud.endpoint()))
        .output()
        .expect("curl runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (body, status) = text.rsplit_once('\n').expect("a body and a status");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (
        status.parse().expect("a status"),
        serde_json::from_str(body).unwrap_or_else(|_| panic!("not JSON: {body} {error}")),
    )
}
