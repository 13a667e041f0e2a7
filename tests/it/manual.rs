//! The failures that the manual shows are real: each is made here as the page says, and told word
//! for word. `MANUAL_UPDATE=1` writes what is told into the page, to be read and committed.

use std::env;
use std::fs;
use std::process::Command;

use mockscale::{Cloud, Guard, assert_transcript, json};

use crate::kit::said_by;

/// The page.
const PAGE: &str = include_str!("../../src/manual/failures.md");
/// This file: what the page shows must be what is run here.
const OURS: &str = include_str!("manual.rs");
/// What makes the child of [`a_snapshot_that_differs`] one.
const CHILD: &str = "MOCKSCALE_TEST_DIFFERENCE";

fn a_misspelt_field() {
    let cloud = Cloud::new();
    let volume = json!({ "DeviceName": "/dev/sdb", "Bsu": { "VolumeSise": 20 } });
    let vm = json!({ "ImageId": "ami-5aebd4d5", "BlockDeviceMappings": [volume] });
    cloud.call("CreateVms", vm);
}

fn a_call_that_never_came() {
    let cloud = Cloud::new();
    cloud.expect("DeleteVms").times(1);

    // The code under test stops its VM instead.
    let vm = json!({ "ImageId": "ami-5aebd4d5" });
    let made = cloud.call("CreateVms", vm).ok();
    let vms = json!({ "VmIds": [made.text("/Vms/0/VmId")] });
    cloud.call("ReadVms", json!({ "Filters": vms }));
    cloud.call("StopVms", vms).ok();
}

fn a_call_with_other_values() {
    let cloud = Cloud::new();
    let placement = json!({ "SubregionName": "eu-west-2a" });
    let vm = json!({ "ImageId": "ami-5aebd4d5", "Placement": placement });
    cloud.call("CreateVms", vm).ok();

    let wanted = json!({ "Placement": { "SubregionName": "eu-west-2b" } });
    cloud.received("CreateVms").with(wanted).once();
}

fn something_is_left() {
    let cloud = Cloud::builder().guard(Guard::Leaks).build();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = cloud.call("CreateNet", net).ok();
    let net_id = net.text("/Net/NetId");
    let subnet = json!({ "NetId": net_id, "IpRange": "10.0.1.0/24" });
    cloud.call("CreateSubnet", subnet).ok();

    // The code under test forgets the Subnet, and does not look at the answer.
    cloud.call("DeleteNet", json!({ "NetId": net_id }));
}

fn a_snapshot_that_differs() {
    let cloud = Cloud::new();
    let net = json!({ "IpRange": "10.0.0.0/16", "Tenancy": "dedicated" });
    cloud.call("CreateNet", net).ok();
    assert_transcript!(cloud, @r"
    - number: 1
      operation: CreateNet
      caller: '123456789012'
      request:
        IpRange: 10.0.0.0/16
      status: 200
      reply:
        Net:
          DhcpOptionsSetId: <dhcp_options_set:1>
          IpRange: 10.0.0.0/16
          NetId: <net:1>
          State: available
          Tags: []
          Tenancy: default
      effects:
      - created: Net <net:1>
      - created: SecurityGroup <security_group:1>
      - created: RouteTable <route_table:1>
    ");
}

/// The failures in the order of the page: the function's name and what it tells.
fn failures() -> Vec<(&'static str, String)> {
    let told = |failing: fn()| said_by(failing).expect("a failure");
    vec![
        ("a_misspelt_field", told(a_misspelt_field)),
        ("a_call_that_never_came", told(a_call_that_never_came)),
        ("a_call_with_other_values", told(a_call_with_other_values)),
        ("something_is_left", told(something_is_left)),
        ("a_snapshot_that_differs", difference()),
    ]
}

/// What insta prints of the difference, without its rules, which are as wide as the terminal.
fn difference() -> String {
    let output = Command::new(env::current_exe().expect("this binary"))
        .args(["--exact", "manual::as_a_child", "--nocapture"])
        .env(CHILD, "1")
        .env("INSTA_UPDATE", "no")
        .env_remove("INSTA_FORCE_PASS")
        .output()
        .expect("the child ran");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let begin = said.find("-old snapshot").expect("a difference");
    let end = said[begin..].find("Stopped on").expect("its end");
    let lines = said[begin..begin + end].lines();
    let told = lines.filter(|line| !line.starts_with('─'));
    told.map(|line| line.to_owned() + "\n").collect()
}

/// Fails as a child only.
#[test]
fn as_a_child() {
    if env::var(CHILD).is_ok() {
        a_snapshot_that_differs();
    }
}

#[test]
fn the_page_shows_what_is_told() {
    let mut page = PAGE.to_owned();
    let mut at = 0;
    for (name, told) in failures() {
        let (code, after) = block(&page, at, "```rust,should_panic\n");
        let body = format!("fn {name}() {{\n{}}}\n", indented(&page[code.clone()]));
        assert!(
            OURS.contains(&body),
            "{name} is not what is run here:\n{body}"
        );
        let (shown, after) = block(&page, after, "```text\n");
        let told = as_on_the_page(&told);
        page.replace_range(shown.clone(), &told);
        at = after + told.len() - shown.len();
    }
    if env::var("MANUAL_UPDATE").is_ok() {
        fs::write("src/manual/failures.md", &page).expect("the page");
    } else {
        assert_eq!(page, PAGE);
    }
}

/// The next block that opens so, and where it ends.
fn block(page: &str, from: usize, opening: &str) -> (std::ops::Range<usize>, usize) {
    let begin = page[from..].find(opening).expect(opening) + from + opening.len();
    let end = page[begin..].find("```").expect("its end") + begin;
    (begin..end, end + "```".len())
}

/// Code of the page as it stands in a function; what the page hides is not part of it.
fn indented(code: &str) -> String {
    let shown = code.lines().filter(|line| !line.starts_with("use "));
    let lines: Vec<_> = shown
        .skip_while(|line| line.is_empty())
        .map(|line| format!("    {line}").trim_end().to_owned() + "\n")
        .collect();
    lines.concat()
}

/// Where the expectation was written is another place on the page; and no line ends in spaces.
fn as_on_the_page(told: &str) -> String {
    let lines = told.trim_end().lines().map(|line| {
        let line = match line.trim_start().strip_prefix("written: ") {
            Some(_) => "  written: tests/clean_up.rs:5:11",
            None => line.trim_end(),
        };
        line.to_owned() + "\n"
    });
    lines.collect()
}
