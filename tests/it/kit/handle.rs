//! Handles, forks, accounts, the clock, and what points a client at a cloud.

use mockscale::{Cloud, Contract, json};

#[test]
fn a_fork_goes_its_own_way() {
    let cloud = Cloud::new();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let fork = cloud.fork();
    assert!(fork.transcript().is_empty());
    fork.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }))
        .ok();
    let count = |cloud: &Cloud| {
        cloud.call("ReadNets", json!({}))["Nets"]
            .as_array()
            .map_or(0, Vec::len)
    };
    assert_eq!((count(&cloud), count(&fork)), (1, 2));
}

#[test]
fn a_dry_run_changes_nothing_and_refuses_what_the_call_would() {
    let cloud = Cloud::new();
    let dry = cloud.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16", "DryRun": true }),
    );
    assert_eq!(dry.status(), 200);
    assert_eq!(
        dry.body().as_object().map(serde_json::Map::len),
        Some(1),
        "{}",
        dry.body()
    );
    assert_eq!(cloud.call("ReadNets", json!({}))["Nets"], json!([]));
    let refused = cloud.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/8", "DryRun": true }),
    );
    assert_eq!(refused.status(), 400);
}

#[test]
fn the_environment_points_at_it() {
    let cloud = Cloud::builder().region("us-east-2").start();
    let env = cloud.env();
    assert_eq!(
        env.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        [
            "OSC_ENDPOINT_API",
            "OSC_ACCESS_KEY",
            "OSC_SECRET_KEY",
            "OSC_REGION"
        ]
    );
    assert_eq!(env[0].1, cloud.endpoint());
    assert_eq!(env[3].1, "us-east-2");
}

#[test]
#[should_panic(expected = "Cloud::start()")]
fn a_cloud_without_a_port_says_how_to_get_one() {
    Cloud::new().endpoint();
}

#[test]
#[should_panic(expected = "there is no region eu-west-9")]
fn an_unknown_region_is_refused_when_written() {
    Cloud::builder().region("eu-west-9");
}

#[test]
fn a_cloud_listens_once() {
    let cloud = Cloud::builder().start();
    let again = cloud
        .serve(([127, 0, 0, 1], 0).into())
        .expect_err("a second port");
    assert!(again.to_string().contains("already listens"), "{again}");
}

#[tokio::test]
async fn handles_share_one_cloud_over_http_and_without() {
    let cloud = Cloud::start().await;
    let (status, _) = crate::http::post(
        &cloud,
        "/api/latest/CreateNet",
        r#"{"IpRange":"10.0.0.0/16"}"#,
    )
    .await;
    assert_eq!(status, 200);
    let nets = cloud.clone().call("ReadNets", json!({}));
    assert_eq!(nets["Nets"].as_array().map(Vec::len), Some(1));
    assert_eq!(cloud.transcript().len(), 2);
}

#[tokio::test]
async fn public_operations_need_no_credentials() {
    let cloud = Cloud::start().await;
    let headers = vec![("authorization", "Bearer nonsense".to_owned())];
    let (status, body) =
        crate::http::send(&cloud, "/api/v1/ReadRegions", headers, b"{}".to_vec()).await;
    assert_eq!(status, 200, "{body}");
    assert!(body["Regions"].is_array());
}

#[test]
fn another_contract_can_be_in_force() {
    let facts = Contract::bundled().facts().to_owned();
    let contract = Contract::parse(&facts).expect("our own facts");
    let cloud = Cloud::builder().contract(contract).build();
    cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
}

#[tokio::test]
async fn a_server_that_lives_long_keeps_the_last_exchanges() {
    let cloud = Cloud::builder().keep_exchanges(2).build();
    for _ in 0..5 {
        cloud.call("ReadNets", json!({}));
    }
    let transcript = cloud.transcript();
    let numbers: Vec<u64> = transcript.exchanges().iter().map(|it| it.number).collect();
    assert_eq!(numbers, [4, 5]);
}
