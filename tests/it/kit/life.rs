//! Where a cloud may live and die: threads, tasks, runtimes, panics, forks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use mockscale::wiremock::matchers::path;
use mockscale::wiremock::{Mock, ResponseTemplate};
use mockscale::{Cloud, CloudBuilder, Contract, Response, Transcript, json};

use crate::http::post;

const NET: &str = r#"{"IpRange":"10.0.0.0/16"}"#;

fn nets(cloud: &Cloud) -> usize {
    let read = cloud.call("ReadNets", json!({})).ok();
    read["Nets"].as_array().map_or(0, Vec::len)
}

/// Compiles, or a cloud can no longer be shared between threads.
const _: () = {
    const fn shared<T: Send + Sync + 'static>() {}
    shared::<Cloud>();
    shared::<CloudBuilder>();
    shared::<Contract>();
    shared::<Response>();
    shared::<Transcript>();
};

#[test]
fn it_starts_and_ends_outside_of_any_runtime() {
    let cloud = Cloud::builder().start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    assert_eq!(runtime.block_on(post(&cloud, "/CreateNet", NET)).0, 200);
    drop(runtime);
    assert_eq!(nets(&cloud), 1);
}

#[tokio::test]
async fn two_clouds_know_nothing_of_each_other() {
    let (one, other) = (Cloud::start().await, Cloud::start().await);
    assert_ne!(one.url(), other.url());
    post(&one, "/CreateNet", NET).await;
    assert_eq!((nets(&one), nets(&other)), (1, 0));
}

#[tokio::test]
async fn a_fork_of_a_cloud_that_listens_has_no_port_until_it_is_given_one() {
    let cloud = Cloud::start().await;
    let fork = cloud.fork();
    let said = catch_unwind(AssertUnwindSafe(|| fork.url())).expect_err("no port");
    let said = said.downcast_ref::<&str>().expect("a text");
    assert!(said.contains("Cloud::serve"), "{said}");
    fork.serve(([127, 0, 0, 1], 0).into()).expect("a port");
    post(&fork, "/CreateNet", NET).await;
    assert_eq!((nets(&cloud), nets(&fork)), (0, 1));
}

#[test]
fn a_fork_collects_violations_like_the_original() {
    let cloud = Cloud::new();
    cloud.report();
    let fork = cloud.fork();
    fork.call("ReadNets", json!({ "X": 1 }));
    assert_eq!((fork.violations().len(), cloud.violations().len()), (1, 0));
}

#[tokio::test]
async fn the_task_that_drops_the_last_handle_fails() {
    let cloud = Cloud::start().await;
    let mock = Mock::given(path("/ReadNets")).respond_with(ResponseTemplate::new(200));
    cloud
        .mount(mock.named("a mock nobody asks").expect(1))
        .await;
    let ended = tokio::spawn(async move { drop(cloud) }).await;
    let panic = ended.expect_err("a failure").into_panic();
    let text = panic.downcast_ref::<String>().expect("a text");
    assert!(text.contains("a mock nobody asks"), "{text}");
}

#[test]
fn observers_are_told_of_each_exchange_in_order() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&told);
    let cloud = Cloud::builder()
        .observe(move |it| ear.lock().unwrap().push((it.number, it.status)))
        .build();
    cloud.call("ReadNets", json!({}));
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    assert_eq!(*told.lock().unwrap(), [(1, 200), (2, 400)]);
}

/// A panic while the cloud is busy: its locks are poisoned, and it has lost nothing.
#[tokio::test]
async fn a_panic_inside_loses_nothing_and_is_told() {
    let cloud = Cloud::builder()
        .observe(|it| assert!(it.number > 2, "as asked"))
        .start();
    let call = || cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    catch_unwind(AssertUnwindSafe(call)).expect_err("the observer's panic");
    let (status, body) = post(&cloud, "/CreateNet", NET).await;
    assert_eq!(status, 500, "{body}");
    assert_eq!(nets(&cloud), 2);
    let numbers: Vec<_> = cloud
        .transcript()
        .exchanges()
        .iter()
        .map(|it| (it.number, it.status))
        .collect();
    assert_eq!(numbers, [(1, 200), (2, 200), (3, 500), (4, 200)]);
    let failure = catch_unwind(AssertUnwindSafe(|| drop(cloud))).expect_err("a failure");
    let failure = failure.downcast_ref::<String>().expect("a text");
    for part in ["request 3, CreateNet: the reply", "rule: panic", "as asked"] {
        assert!(failure.contains(part), "no {part:?} in:\n{failure}");
    }
}

#[test]
#[should_panic(expected = "the cloud's clock does not go back")]
fn the_clock_does_not_go_back() {
    Cloud::new().advance(jiff::SignedDuration::from_secs(-1));
}

#[test]
fn a_cloud_that_keeps_no_exchange_still_counts_them() {
    let cloud = Cloud::builder().keep_exchanges(0).build();
    cloud.call("ReadNets", json!({}));
    assert!(cloud.transcript().is_empty());
}
