//! The `mockscale` program, run as its users run it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};

use rstest::rstest;
use serde_json::Value;

fn mockscale() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mockscale"))
}

fn run(args: &[&str]) -> Output {
    mockscale().args(args).output().expect("the program runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// A served cloud, stopped at the end also when the test fails.
struct Served {
    child: Child,
    url: String,
}

impl Served {
    fn start(args: &[&str]) -> Self {
        let mut child = mockscale()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let url = line
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("not ready: {line}"))
            .trim()
            .to_owned();
        Self { child, url }
    }

    /// Sends a signal.
    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Sends a signal, and answers the exit code and what was logged.
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        self.signal(signal);
        let status = self.child.wait().expect("it ends");
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("piped");
        stderr.read_to_string(&mut log).expect("UTF-8");
        (status.code(), log)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[rstest]
#[case("-INT")]
#[case("-TERM")]
#[tokio::test]
async fn serves_until_it_is_told_to_stop(#[case] signal: &str) {
    let served = Served::start(&["--region", "us-east-2", "--seed", "7", "--no-lockout"]);
    assert!(
        served.url.starts_with("http://127.0.0.1:"),
        "{}",
        served.url
    );
    let response = reqwest::Client::new()
        .post(format!("{}/api/v1/ReadRegions", served.url))
        .header("user-agent", "a-test/1.0")
        .body("{}")
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 200);
    let body: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert!(body["Regions"].to_string().contains("us-east-2"), "{body}");
    let (code, log) = served.stop(signal);
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("#1 200 ReadRegions a-test/1.0"), "{log}");
    assert!(log.contains("stopped"), "{log}");
}

/// The status of a signed `ReadVms`, with further headers.
async fn read_vms(url: &str, declared: &[(&str, &str)]) -> u16 {
    signed(url, "ReadVms", "{}", declared).await
}

/// The status of a signed call, with further headers.
async fn signed(url: &str, operation: &str, body: &str, declared: &[(&str, &str)]) -> u16 {
    let mut request = mockscale::wire::WireRequest {
        method: "POST".to_owned(),
        path: format!("/api/v1/{operation}"),
        headers: [("host", url.trim_start_matches("http://"))]
            .into_iter()
            .collect(),
        body: body.into(),
        ..Default::default()
    };
    let root = mockscale::Cloud::new().credentials();
    let now = mockscale::jiff::Timestamp::now();
    let now = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut post = reqwest::Client::new().post(format!("{url}{}", request.path));
    for (name, value) in mockscale::signature::sign(
        &request,
        &root,
        mockscale::signature::Algorithm::Osc4,
        "api",
        &now,
    ) {
        post = post.header(name, value);
    }
    for (name, value) in declared {
        post = post.header(*name, *value);
    }
    let sent = post.body(std::mem::take(&mut request.body)).send().await;
    sent.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn serves_no_more_than_the_quotas_allow() {
    let served = Served::start(&["--quota", "vpc_limit=1", "--quota", "subnet_limit=0"]);
    let net = r#"{"IpRange":"10.0.0.0/16"}"#;
    assert_eq!(signed(&served.url, "CreateNet", net, &[]).await, 200);
    assert_eq!(signed(&served.url, "CreateNet", net, &[]).await, 400);
    served.stop("-TERM");
    for (wrong, why) in [
        ("nets=1", "there is no quota nets"),
        ("vpc_limit=-1", "'-1' is no limit"),
        ("vpc_limit", "by NAME=MOST"),
    ] {
        let wrong = run(&["serve", "--quota", wrong]);
        assert_eq!(wrong.status.code(), Some(2));
        assert!(err(&wrong).contains(why), "{}", err(&wrong));
    }
}

#[tokio::test]
async fn serves_whom_the_access_rules_let_in_and_only_so_often() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("declaration.txt");
    let file_name = file.to_str().expect("UTF-8");
    let (rule, throttle) = (["--access-rule", "203.0.113.0/24"], ["--throttle", "1"]);
    let wanted = [&rule[..], &throttle, &["--declaration-file", file_name]].concat();
    let served = Served::start(&wanted);
    let headers = std::fs::read_to_string(&file).expect("there before the server is ready");
    let headers: Vec<_> = headers
        .lines()
        .filter_map(|it| it.split_once(": "))
        .collect();
    let voucher = headers.iter().find(|(name, _)| name.ends_with("voucher"));
    let (_, voucher) = voucher.expect("a voucher");
    let office = [
        ("x-mockscale-voucher", *voucher),
        ("x-mockscale-from", "203.0.113.9"),
    ];
    assert_eq!(read_vms(&served.url, &[]).await, 401);
    assert_eq!(read_vms(&served.url, &office).await, 200);
    assert_eq!(read_vms(&served.url, &office).await, 429);
    served.signal("-USR1");
    let patience = std::time::Duration::from_millis(50);
    while read_vms(&served.url, &[]).await == 401 {
        tokio::time::sleep(patience).await;
    }
    let (_, log) = served.stop("-TERM");
    assert!(
        log.contains("127.0.0.1 is in none of 203.0.113.0/24"),
        "{log}"
    );
    assert!(!log.contains(*voucher), "{log}");

    let wrong = run(&["serve", "--access-rule", "everywhere"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        err(&wrong).contains("a range of addresses such as"),
        "{}",
        err(&wrong)
    );
}

#[tokio::test]
async fn serves_https_to_whoever_trusts_the_authority_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    let ca_file = file.to_str().expect("UTF-8");
    let served = Served::start(&["--tls", "--ca-file", ca_file]);
    assert!(
        served.url.starts_with("https://127.0.0.1:"),
        "{}",
        served.url
    );
    let ca = std::fs::read(&file).expect("the file is there before the server is ready");
    let ca = reqwest::Certificate::from_pem(&ca).expect("a certificate");
    let client = reqwest::Client::builder()
        .add_root_certificate(ca)
        .build()
        .expect("a client");
    let sent = client
        .post(format!("{}/api/v1/ReadRegions", served.url))
        .body("{}")
        .send()
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    assert_eq!(served.stop("-TERM").0, Some(0));

    let again = run(&["serve", "--tls", "--ca-file", ca_file]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("--force"), "{}", err(&again));
    let replaced = Served::start(&["--tls", "--ca-file", ca_file, "--force"]);
    assert_eq!(replaced.stop("-TERM").0, Some(0));
}

#[test]
fn https_without_a_file_says_how_to_get_one() {
    let served = Served::start(&["--tls"]);
    let (code, log) = served.stop("-TERM");
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("--ca-file"), "{log}");
}

#[test]
fn the_environment_is_for_a_shell_to_evaluate() {
    let printed = run(&["env", "--endpoint", "http://127.0.0.1:3400"]);
    assert!(printed.status.success());
    let script = format!(
        "{}\nprintf '%s %s' \"$OSC_ENDPOINT_API\" \"$OSC_ACCESS_KEY\"",
        out(&printed)
    );
    let evaluated = Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    assert_eq!(
        out(&evaluated),
        "http://127.0.0.1:3400/api/v1 MOCKSCALE00000000001"
    );
    let printed = run(&["env", "--endpoint", "http://127.0.0.1:3400/api/latest"]);
    assert!(
        out(&printed).contains("='http://127.0.0.1:3400/api/latest'"),
        "{}",
        out(&printed)
    );
}

#[test]
fn operations_as_json() {
    let printed = run(&["operations", "--json"]);
    assert!(printed.status.success());
    let list: Vec<Value> = serde_json::from_str(&out(&printed)).expect("JSON");
    assert_eq!(list.len(), 223);
    let of = |name: &str| {
        list.iter()
            .find(|it| it["operation"] == name)
            .expect(name)
            .clone()
    };
    let net = of("CreateNet");
    assert_eq!(net["tag"], "Net");
    assert_eq!(net["security"], serde_json::json!(["ApiKeyAuth"]));
    assert_eq!(net["served"], "rule");
    assert_eq!(of("ReadNets")["served"], "default");
    assert_eq!(of("ReadRegions")["security"], serde_json::json!([]));
}

#[test]
fn operations_for_people() {
    let printed = out(&run(&["operations"]));
    assert_eq!(printed.lines().count(), 223);
    assert!(
        printed
            .lines()
            .any(|line| line.contains("ReadRegions") && line.ends_with("public"))
    );
}

#[test]
fn distilling_the_facts_gives_the_facts() {
    let facts = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/api/outscale-1.33.1.json"
    );
    let printed = run(&["contract", "distil", facts]);
    assert!(printed.status.success(), "{}", err(&printed));
    assert!(out(&printed) == std::fs::read_to_string(facts).expect("the fixture"));
}

/// What cannot be done: exit code 1, a message that names it, nothing on standard output.
#[rstest]
#[case::no_such_file(&["contract", "distil", "/no/such/file.yaml"], "/no/such/file.yaml")]
#[case::no_document(&["contract", "distil", "Cargo.toml"], "Cargo.toml")]
#[case::no_such_address(&["serve", "--listen", "192.0.2.1:1"], "192.0.2.1:1")]
#[case::no_such_folder(&["serve", "--tls", "--ca-file", "/no/such/ca.pem"], "/no/such/ca.pem")]
fn failures(#[case] args: &[&str], #[case] message: &str) {
    let output = mockscale()
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).starts_with("mockscale: "), "{}", err(&output));
    assert!(err(&output).contains(message), "{}", err(&output));
    assert_eq!(out(&output), "");
}

/// A command line that makes no sense: exit code 2, and what would be right.
#[rstest]
#[case::nothing(&[], "Usage")]
#[case::a_misspelt_command(&["serv"], "'serve'")]
#[case::a_region_that_is_none(&["serve", "--region", "eu-west-9"], "eu-west-2")]
#[case::an_address_that_is_none(&["serve", "--listen", "localhost"], "--listen")]
#[case::a_seed_that_is_none(&["serve", "--seed", "x"], "--seed")]
#[case::a_region_of_no_cloud(&["env", "--endpoint", "http://127.0.0.1:3400", "--region", "eu-west-9"], "eu-west-2")]
#[case::no_scheme(&["env", "--endpoint", "127.0.0.1:3400"], "http://")]
#[case::no_host(&["env", "--endpoint", "http:///api"], "no host")]
#[case::no_endpoint(&["env"], "--endpoint")]
#[case::an_authority_of_no_tls(&["serve", "--ca-file", "ca.pem"], "--tls")]
#[case::nothing_to_replace(&["serve", "--tls", "--force"], "--ca-file")]
fn usage(#[case] args: &[&str], #[case] hint: &str) {
    let output = run(args);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains(hint), "{}", err(&output));
}

#[test]
fn a_port_that_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(&["serve", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains(&address), "{}", err(&output));
}
