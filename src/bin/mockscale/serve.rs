//! `mockscale serve`: a cloud that lives until it is told to stop.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use ipnet::IpNet;
use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, CloudBuilder, Exchange};
use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1};
use signal_hook::iterator::Signals;

use crate::output::{self, say};
use crate::record::{self, Record};
use crate::{print, region};

/// How many exchanges a long-lived cloud remembers.
const KEEP: usize = 10_000;

/// What to serve, and where.
#[derive(clap::Args)]
#[command(
    group(clap::ArgGroup::new("written").multiple(true)),
    after_help = "\
SIGINT and SIGTERM end it. SIGUSR1 lets the root account in again when it has locked itself out: every
address, no trusted session, no lock, a key without an end."
)]
pub(crate) struct Args {
    /// The address to listen on; port 0 picks one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// The region that the cloud plays.
    #[arg(long, default_value = "eu-west-2", value_parser = region)]
    region: String,
    /// What identifiers follow from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Write every exchange to a file as it comes: JSON lines, which `mockscale transcript` and
    /// `mockscale replay` read.
    #[arg(long, value_name = "FILE", value_parser = record::file, group = "written")]
    record: Option<PathBuf>,
    /// Serve HTTPS, with a certificate of an authority that is made anew each time. Clients may show
    /// certificates of their own.
    #[arg(long)]
    tls: bool,
    /// Write the authority that clients have to trust to a file, as PEM.
    #[arg(long, value_name = "FILE", requires = "tls", group = "written")]
    ca_file: Option<PathBuf>,
    /// Write the headers with which a client declares another source address than its own to a file,
    /// a line each, as `curl --header @FILE` reads them; only this cloud trusts them. Change the
    /// address in the file to the one that calls are to come from.
    #[arg(long, value_name = "FILE", group = "written")]
    declaration_file: Option<PathBuf>,
    /// Replace the files that are written if there are any.
    #[arg(long, requires = "written")]
    force: bool,
    /// Let only these addresses call; may be given several times. Everybody may otherwise, but in
    /// `cloudgouv-eu-west-1`, where nobody may.
    #[arg(long, value_name = "RANGE")]
    access_rule: Vec<AddressRange>,
    /// Never lock a key or a password out after failures.
    #[arg(long)]
    no_lockout: bool,
    /// Let an account call each operation only so often in a second; as often as it likes otherwise.
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..))]
    throttle: Option<u32>,
    /// How much of something each account may have, 0 for any amount; may be given several times.
    /// A name that there is not is answered with all of them.
    #[arg(long, value_name = "NAME=MOST")]
    quota: Vec<Quota>,
    /// Add what clients exercise of the contract to the coverage in this directory, at the end.
    #[arg(long, value_name = "DIR")]
    coverage: Option<PathBuf>,
}

/// A range of addresses in CIDR notation, or one address.
#[derive(Clone)]
struct AddressRange(String);

impl FromStr for AddressRange {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.parse::<IpNet>().is_err() && text.parse::<IpAddr>().is_err() {
            return Err("a range of addresses such as 203.0.113.0/24 is wanted");
        }
        Ok(Self(text.to_owned()))
    }
}

/// The limit of a quota.
#[derive(Clone)]
struct Quota {
    name: String,
    most: u32,
}

impl FromStr for Quota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, most) = text.split_once('=').ok_or("a quota is set by NAME=MOST")?;
        if !mockscale::quotas().any(|it| it == name) {
            let known: Vec<_> = mockscale::quotas().collect();
            return Err(format!(
                "there is no quota {name}; there are {}",
                known.join(", ")
            ));
        }
        let most = most.parse().map_err(|_| format!("'{most}' is no limit"))?;
        let name = name.to_owned();
        Ok(Self { name, most })
    }
}

/// Serves until SIGINT or SIGTERM; SIGUSR1 lets an account in again that has locked itself out.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    // Signals are caught before anything is announced: whoever reads "ready" may stop us.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGUSR1])
        .map_err(|error| format!("cannot listen for signals: {error}"))?;
    let record = match &args.record {
        Some(file) => Some(Arc::new(Record::new(file, args.force)?)),
        None => None,
    };
    let recorder = record.clone();
    let cloud = asked_for(args)?
        .observe(move |exchange| {
            log(exchange);
            if let Some(recorder) = &recorder {
                recorder.add(exchange);
            }
        })
        .build();
    let listen = || listen(&cloud, args);
    let header = cloud.transcript().to_json_lines();
    match &record {
        Some(record) => record.begin(&header, args.force, listen)?,
        None => listen()?,
    }
    print(&format!("ready {}\n", cloud.url()))?;
    for signal in signals.forever() {
        if signal != SIGUSR1 {
            break;
        }
        cloud.support().restore_access();
        say("mockscale: the root account may call again, from everywhere");
    }
    let written = cloud.write_coverage();
    say("mockscale: stopped");
    // What could not be recorded was said when it happened.
    written.map_err(|error| error.to_string())?;
    record.map_or(Ok(()), |record| record.end())
}

/// A cloud as the arguments describe it.
fn asked_for(args: &Args) -> Result<CloudBuilder, String> {
    let mut builder = Cloud::builder()
        .region(&args.region)
        .seed(args.seed)
        .report()
        .keep_exchanges(KEEP)
        .follow_wall_clock();
    if let Some(directory) = &args.coverage {
        // Now rather than when all is over.
        std::fs::create_dir_all(directory).map_err(|error| {
            format!(
                "cannot make the directory {} for coverage: {error}",
                directory.display()
            )
        })?;
        builder = builder.coverage(directory);
    }
    for range in &args.access_rule {
        builder = builder.access_rule(&range.0);
    }
    for Quota { name, most } in &args.quota {
        builder = builder.quota(name, *most);
    }
    if args.no_lockout {
        builder = builder.without_lockout();
    }
    if let Some(calls) = args.throttle {
        builder = builder.throttle(calls, SignedDuration::from_secs(1));
    }
    Ok(builder)
}

/// Opens the port; what clients have to trust is there before anybody can ask.
fn listen(cloud: &Cloud, args: &Args) -> Result<(), String> {
    let served = if args.tls {
        cloud.serve_tls(args.listen)
    } else {
        cloud.serve(args.listen)
    };
    served.map_err(|error| format!("cannot listen on {}: {error}", args.listen))?;
    if let Some(file) = &args.declaration_file {
        let mut lines = String::new();
        for (name, value) in cloud.declaration() {
            let _ = writeln!(lines, "{name}: {value}");
        }
        output::write(file, &lines, args.force)?;
    }
    match &args.ca_file {
        Some(file) => output::write(file, &cloud.ca_pem(), args.force),
        None if args.tls => {
            say("mockscale: clients have to trust an authority that --ca-file FILE writes");
            Ok(())
        }
        None => Ok(()),
    }
}

/// One line for each exchange, and one more for whatever broke the contract.
fn log(exchange: &Exchange) {
    let mut said = format!(
        "#{} {} {} {}",
        exchange.number,
        exchange.status,
        exchange.operation,
        exchange.agent.as_deref().unwrap_or("-")
    );
    if let Some(explanation) = &exchange.explanation {
        let _ = write!(said, "\n  refused: {}", explanation.replace('\n', "\n  "));
    }
    for violation in &exchange.violations {
        let _ = write!(said, "\n  {}", violation.to_string().replace('\n', "\n  "));
    }
    say(&said);
}
