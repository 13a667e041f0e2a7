//! `mockscale env`: the variables that point a client at an endpoint.

use std::fmt::Write as _;

use mockscale::{Credentials, environment};

use crate::{print, region};

/// Where to point.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The URL that `mockscale serve` printed; the API's path is added when there is none.
    #[arg(long, value_parser = endpoint)]
    endpoint: String,
    /// The region that is served there.
    #[arg(long, default_value = "eu-west-2", value_parser = region)]
    region: String,
}

/// Prints `export NAME='value'` lines.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let mut lines = String::new();
    for (name, value) in environment(&args.endpoint, &Credentials::root(&args.region)) {
        let _ = writeln!(lines, "export {name}='{}'", value.replace('\'', r"'\''"));
    }
    print(&lines)
}

fn endpoint(url: &str) -> Result<String, String> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
        .ok_or("a URL that begins with http:// or https:// is wanted")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() {
        return Err("the URL names no host".to_owned());
    }
    Ok(if path.is_empty() {
        format!("{}/api/v1", url.trim_end_matches('/'))
    } else {
        url.to_owned()
    })
}
