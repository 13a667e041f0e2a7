//! The speed table: each figure beside its limit, measured in one run.
//!
//! `cargo bench` prints it for release, `cargo bench --profile dev` for debug. The limits are those
//! of release unless a debug limit is given. The figures are medians; on a shared machine compare
//! them with each other, not with yesterday's. Nothing here fails a build.

mod support;

use std::hint::black_box;
use std::io;
use std::process::Command;
use std::time::{Duration, Instant};

use mockscale::access::signature::{Algorithm, sign};
use mockscale::wire::WireRequest;
use mockscale::{Cloud, Value, json};
use support::{bare, load};

/// Set in a process that measures its own first cloud.
const FIRST: &str = "MOCKSCALE_BENCH_FIRST";
/// Set, by cargo or by hand, to compile and start the bench without measuring for long.
const QUICK: &str = "MOCKSCALE_BENCH_QUICK";

fn main() -> io::Result<()> {
    if std::env::var_os(FIRST).is_some() {
        println!("{}", first().as_nanos());
        return Ok(());
    }
    let quick = std::env::var_os(QUICK).is_some();
    let debug = cfg!(debug_assertions);
    println!(
        "mockscale, {} build\n",
        if debug { "debug" } else { "release" }
    );
    println!("{:<58} {:>12} {:>12}", "", "measured", "limit");
    clouds(debug)?;
    calls(debug);
    sizes(if quick { 1_000 } else { 100_000 });
    loopback(if quick { 500 } else { 40_000 })
}

fn row(what: &str, measured: &str, limit: &str) {
    println!("{what:<58} {measured:>12} {limit:>12}");
}

fn micros(duration: Duration) -> String {
    format!("{:.2} µs", duration.as_secs_f64() * 1e6)
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort();
    durations[durations.len() / 2]
}

/// The median of many batches of one thing, for one of it.
fn time(batches: usize, batch: u32, mut it: impl FnMut()) -> Duration {
    let one = |it: &mut dyn FnMut()| {
        let begin = Instant::now();
        for _ in 0..batch {
            it();
        }
        begin.elapsed() / batch
    };
    median((0..batches).map(|_| one(&mut it)).collect())
}

/// A process's first cloud, to its first checked answer.
fn first() -> Duration {
    let begin = Instant::now();
    let cloud = Cloud::new();
    let net = cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    assert_eq!(net.status(), 200);
    begin.elapsed()
}

fn clouds(debug: bool) -> io::Result<()> {
    let program = std::env::current_exe()?;
    let mut firsts = Vec::new();
    for _ in 0..21 {
        let output = Command::new(&program).env(FIRST, "1").output()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        firsts.push(Duration::from_nanos(
            text.parse().map_err(io::Error::other)?,
        ));
    }
    let limit = if debug { "3.5 ms" } else { "1.5 ms" };
    let measured = format!("{:.2} ms", median(firsts).as_secs_f64() * 1e3);
    row(
        "first cloud of a process, to its first checked answer",
        &measured,
        limit,
    );
    let new = time(200, 10, || drop(black_box(Cloud::new())));
    row("Cloud::new(), after the first", &micros(new), "50 µs");
    Ok(())
}

fn usual() -> Cloud {
    Cloud::builder().keep_exchanges(1).build()
}

/// Calls on a cloud of the size that tests have. What is made is forgotten with each batch's fork.
fn calls(debug: bool) {
    let limit = if debug { "" } else { "10 µs" };
    let cloud = usual();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let net = net.text("/Net/NetId");
    let subnet = json!({ "NetId": net, "IpRange": "10.0.0.0/24" });
    let subnet = cloud.call("CreateSubnet", subnet).ok();
    let subnet = subnet.text("/Subnet/SubnetId");
    for (operation, input) in [
        ("ReadNets", json!({ "Filters": { "NetIds": [net] } })),
        (
            "CreateVolume",
            json!({ "SubregionName": "eu-west-2a", "Size": 10 }),
        ),
        ("CreateNet", json!({ "IpRange": "10.0.0.0/16" })),
        (
            "CreateVms",
            json!({ "ImageId": "ami-5aebd4d5", "SubnetId": subnet }),
        ),
        ("DeleteNet", json!({ "NetId": "vpc-00000000" })),
    ] {
        let took = median((0..200).map(|_| batch(&cloud, operation, &input)).collect());
        let what = format!("checked call without a socket: {operation}");
        row(&what, &micros(took), limit);
    }
}

/// The mean of some calls in a row, on a fork.
fn batch(cloud: &Cloud, operation: &str, input: &Value) -> Duration {
    const CALLS: u32 = 20;
    let fork = cloud.fork();
    let inputs: Vec<Value> = (0..CALLS).map(|_| input.clone()).collect();
    let begin = Instant::now();
    for input in inputs {
        black_box(fork.call(operation, input));
    }
    begin.elapsed() / CALLS
}

/// What must not depend on the size of a cloud, which has no quotas here.
fn sizes(large: usize) {
    let filled = |count: usize| {
        let limits = [
            "volume_limit",
            "volume_size_limit",
            "standard_volume_size_limit",
        ];
        let builder = Cloud::builder().keep_exchanges(1);
        let cloud = limits
            .iter()
            .fold(builder, |it, quota| it.quota(quota, 0))
            .build();
        let mut id = String::new();
        for _ in 0..count {
            let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
            cloud
                .call("CreateVolume", volume)
                .ok()
                .text("/Volume/VolumeId")
                .clone_into(&mut id);
        }
        cloud.settle();
        (cloud, id)
    };
    let (small, small_id) = filled(10);
    let (large_cloud, large_id) = filled(large);
    let read = |cloud: &Cloud, id: &str| {
        time(100, 50, || {
            let input = json!({ "Filters": { "VolumeIds": [id] } });
            black_box(cloud.call("ReadVolumes", input));
        })
    };
    let at_small = read(&small, &small_id);
    let at_large = read(&large_cloud, &large_id);
    row("a read by id at 10 resources", &micros(at_small), "");
    row(
        &format!("a read by id at {large} resources"),
        &micros(at_large),
        "",
    );
    let ratio = at_large.as_secs_f64() / at_small.as_secs_f64();
    row("  the ratio of the two", &format!("{ratio:.2}"), "2");
    let fork = time(100, 20, || drop(black_box(large_cloud.fork())));
    row(
        &format!("fork() at {large} resources, made and dropped"),
        &micros(fork),
        "5 µs",
    );
}

fn loopback(calls: usize) -> io::Result<()> {
    let builder = Cloud::builder().keep_exchanges(1);
    let cloud = builder.signature_window(None).start();
    let body = r#"{"Filters":{}}"#;
    let answer = cloud
        .call("ReadNets", json!({ "Filters": {} }))
        .body()
        .to_string();
    let answer: &'static str = Box::leak(answer.into_boxed_str());
    let address = cloud
        .url()
        .trim_start_matches("http://")
        .parse()
        .map_err(io::Error::other)?;
    let wiremock = bare::wiremock(answer)?;
    let servers = [
        ("bare hyper, constant answer", bare::hyper(answer)?),
        ("bare wiremock, constant answer", *wiremock.address()),
        (
            "mockscale: signed ReadNets, verified, checked, recorded",
            address,
        ),
    ];
    for connections in [1, 16] {
        let calls = if connections == 1 { calls / 2 } else { calls };
        let mut rates = Vec::new();
        for (name, address) in servers {
            let headers = signature(&cloud, &address.to_string(), body);
            let took: Vec<Duration> = (0..5)
                .map(|_| {
                    load::drive(
                        address,
                        "/api/v1/ReadNets",
                        &headers,
                        body,
                        connections,
                        calls,
                    )
                })
                .collect::<io::Result<_>>()?;
            let rate =
                f64::from(u32::try_from(calls).unwrap_or(u32::MAX)) / median(took).as_secs_f64();
            rates.push(rate);
            let plural = if connections == 1 { "" } else { "s" };
            row(
                &format!("{connections} connection{plural}, {name}"),
                &format!("{rate:.0}/s"),
                "",
            );
        }
        if let [hyper, wiremock, ours] = rates[..] {
            row(
                "  as a part of hyper's",
                &format!("{:.0} %", 100.0 * ours / hyper),
                "70 %",
            );
            row(
                "  as a part of wiremock's",
                &format!("{:.0} %", 100.0 * ours / wiremock),
                "100 %",
            );
        }
    }
    Ok(())
}

fn signature(cloud: &Cloud, host: &str, body: &str) -> Vec<(&'static str, String)> {
    let request = WireRequest {
        method: "POST".to_owned(),
        path: "/api/v1/ReadNets".to_owned(),
        headers: [("host", host)].into_iter().collect(),
        body: body.as_bytes().to_vec(),
        ..WireRequest::default()
    };
    let credentials = cloud.credentials();
    sign(
        &request,
        &credentials,
        Algorithm::Osc4,
        "api",
        "20250101T000000Z",
    )
    .into()
}
