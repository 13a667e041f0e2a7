//! Many clients at once over HTTP: they make, link, change and delete for a while, and a cloud that
//! loses something, makes an identifier twice, contradicts itself or breaks the contract is told.
//!
//! `cargo bench --bench soak` takes half a minute; `MOCKSCALE_SOAK_SECONDS` says otherwise. It fails
//! with what it has found. How many calls it makes depends on the machine, and is only printed.

#[allow(dead_code, reason = "the tests send more than one kind of request")]
#[path = "../../tests/it/http.rs"]
mod http;

#[allow(dead_code, reason = "the tests look at more of a conversation")]
#[path = "../../tests/it/invariants/conversation/mod.rs"]
mod conversation;

mod clerk;
mod client;
mod wanderer;
mod watch;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mockscale::Cloud;
use watch::Watch;

/// How many clients call at once, and how many of them keep a ledger.
const CLIENTS: u64 = 64;
const CLERKS: u64 = 16;
/// For how many seconds, unless the environment says otherwise.
const SECONDS: u64 = 30;

/// The account whose clerks share what they write to.
const OFFICE: &str = "333333333333";

fn main() {
    let length = Duration::from_secs(seconds());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let watch = runtime.block_on(soak(length));
    for (status, calls) in watch.statuses() {
        println!("{calls:>9} calls answered with {status}");
    }
    let statuses = watch.statuses();
    let (all, served) = (statuses.values().sum::<u64>(), statuses.get(&200));
    // Else nobody got far enough to break anything.
    assert!(
        served.is_some_and(|it| it * 10 >= all),
        "only {served:?} of {all} calls succeeded"
    );
    let faults = watch.faults();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("nothing was lost, made twice, contradictory or illegal");
}

/// For how many seconds it goes on.
fn seconds() -> u64 {
    const ASKED: &str = "MOCKSCALE_SOAK_SECONDS";
    match std::env::var(ASKED) {
        Ok(asked) => asked
            .parse()
            .unwrap_or_else(|_| panic!("{ASKED} is '{asked}'; it must be a number of seconds")),
        Err(_) if std::env::var_os("MOCKSCALE_BENCH_QUICK").is_some() => 2,
        Err(_) => SECONDS,
    }
}

async fn soak(length: Duration) -> Arc<Watch> {
    let watch = Arc::new(Watch::default());
    let seen = Arc::clone(&watch);
    let cloud = Cloud::builder()
        .account(conversation::ACCOUNTS[1])
        .account(OFFICE)
        .keep_exchanges(1)
        .report()
        .observe(move |exchange| seen.note(exchange))
        .start();
    let office = clerk::Office::open(&cloud.as_account(OFFICE));
    let until = Instant::now() + length;
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        let cloud = cloud.clone();
        let watch = Arc::clone(&watch);
        if number < CLERKS {
            let office = office.clone();
            tasks.spawn(async move { clerk::work(&cloud, &office, number, until, &watch).await });
        } else {
            tasks.spawn(async move {
                wanderer::wander(&cloud, number, until, &watch).await;
                BTreeMap::new()
            });
        }
    }
    let mut ledger = clerk::Ledger::new();
    while let Some(written) = tasks.join_next().await {
        for (shelf, entries) in written.expect("no client panics") {
            ledger.entry(shelf).or_default().extend(entries);
        }
    }
    clerk::compare(&cloud.as_account(OFFICE), &office, &ledger, &watch);
    watch.look(&cloud);
    watch
}
