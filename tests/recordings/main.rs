//! Recordings and the `mockscale` program: made by it, shown by it, said again by it.

mod bad;
mod replayed;
mod served;
mod shown;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Output, Stdio};

use mockscale::{Cloud, Transcript, json};
use tempfile::TempDir;

/// A folder that goes with its test, and paths in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).expect("a file")
    }

    fn count(&self) -> usize {
        fs::read_dir(self.0.path()).expect("a folder").count()
    }
}

fn mockscale(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mockscale"));
    command.args(args);
    for variable in ["OSC_ACCESS_KEY", "OSC_SECRET_KEY", "OSC_REGION"] {
        command.env_remove(variable);
    }
    command
}

fn run(args: &[&str]) -> Ran {
    Ran::of(&mockscale(args).output().expect("the program runs"))
}

/// What a run gave: exit code, standard output, standard error.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
            err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
        }
    }
}

/// A conversation: a net that is made and deleted, a secret, a refusal, a VM, an address.
fn conversation() -> Transcript {
    let cloud = Cloud::builder().account("210987654321").report();
    let cloud = cloud
        .start_at("2024-05-06T07:08:09Z".parse().expect("an instant"))
        .build();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    let net = json!({ "NetId": net.text("/Net/NetId") });
    cloud.call("DeleteNet", net.clone()).ok();
    cloud.call("DeleteNet", net);
    cloud
        .as_account("210987654321")
        .call("CreatePublicIp", json!({}))
        .ok();
    cloud.call("ReadVms", json!({})).ok();
    cloud.transcript()
}

fn saved(folder: &Folder) -> String {
    let file = folder.path("a.jsonl");
    conversation().save(&file).expect("written");
    file
}

/// A served cloud that records, killed at the end.
struct Served(Child, String);

impl Served {
    fn start(args: &[&str]) -> Self {
        Self::telling(args, Stdio::null())
    }

    /// With a place for its log.
    fn telling(args: &[&str], log: Stdio) -> Self {
        let mut command = mockscale(&["serve", "--listen", "127.0.0.1:0"]);
        let command = command.args(args).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.as_mut().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let url = line
            .strip_prefix("ready ")
            .unwrap_or_else(|| panic!("not ready: {line}"));
        Self(child, url.trim().to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
