//! `mockscale replay`: a recorded conversation, said again to a fresh cloud or to a service.

use std::collections::BTreeSet;
use std::path::PathBuf;

use mockscale::replay::Replayer;
use mockscale::{Cloud, Credentials, Remote, Replay, Transcript};

use crate::output::harmless;
use crate::{Failure, contract, print, transcript};

/// The exit code when something differs.
const DIFFERS: u8 = 3;

/// What to say, to whom, and what may differ.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 when every answer matches or varies only (identifiers, instants, request ids, page
tokens, and what --varies names); 3 when something differs or could not be sent; 1 when the replay
could not be done.")]
pub(crate) struct Args {
    /// The recording: JSON lines (.jsonl), or a HAR (.har) of this program, a browser or a proxy.
    file: PathBuf,
    /// The service to call, signed with `OSC_ACCESS_KEY` and `OSC_SECRET_KEY` for the region
    /// `OSC_REGION` (the recording's unless it is set). What the conversation makes there stays there. Without
    /// it, a fresh cloud of this program is called.
    #[arg(long, value_name = "URL", conflicts_with_all = ["seed", "contract"])]
    endpoint: Option<String>,
    /// What identifiers of the fresh cloud follow from.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The document of another version of the API (YAML or JSON) for the fresh cloud.
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// What may have any value in a reply, such as `**.PublicIp`; may be given again.
    #[arg(long, value_name = "PATH")]
    varies: Vec<String>,
    /// What to say instead of something recorded, such as an image; may be given again.
    #[arg(long, value_name = "OLD=NEW", value_parser = pair)]
    substitute: Vec<(String, String)>,
    /// The environment variable that holds a secret which was not recorded, such as
    /// `Password=MY_PASSWORD`; may be given again.
    #[arg(long, value_name = "PROPERTY=VARIABLE", value_parser = pair)]
    secret: Vec<(String, String)>,
    /// Go on when a call is not answered.
    #[arg(long)]
    keep_going: bool,
    /// Count exchanges that cannot be sent as no difference.
    #[arg(long)]
    tolerate_unsent: bool,
}

/// Says the conversation again and prints the differences, which are a failure.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let transcript = transcript::load(&args.file)?;
    let replay = match &args.endpoint {
        Some(url) => {
            let remote = Remote::new(url, credentials(&transcript)?);
            let remote = remote.map_err(|error| error.to_string())?;
            replayer(args, &transcript)?.against(&remote)
        }
        None => against_fresh(args, &transcript)?,
    };
    print(&format!("{}\n", harmless(&replay.to_string())))?;
    match replay.failure() {
        Some(error) => Err(format!("the replay could not be done: {error}").into()),
        None if replay.is_match() => Ok(()),
        None => Err(Failure {
            code: DIFFERS,
            message: match replay.differences().next() {
                Some(_) => "the answers are not what was recorded",
                None => "not everything could be sent; see --secret and --tolerate-unsent",
            }
            .to_owned(),
        }),
    }
}

fn replayer<'e>(args: &Args, transcript: &Transcript) -> Result<Replayer<'e>, String> {
    let mut replayer = Replay::of(transcript);
    for path in &args.varies {
        replayer = replayer.try_varies(path)?;
    }
    for (old, new) in &args.substitute {
        replayer = replayer.substitute(old, new);
    }
    for (property, variable) in &args.secret {
        replayer = replayer.secret(property, variable_of(variable)?);
    }
    if args.keep_going {
        replayer = replayer.keep_going();
    }
    if args.tolerate_unsent {
        replayer = replayer.tolerate_unsent();
    }
    Ok(replayer)
}

/// Replays against a cloud as the recorded one was when it began: its region, clock and accounts.
fn against_fresh(args: &Args, transcript: &Transcript) -> Result<Replay, String> {
    let region = crate::region(transcript.region())
        .map_err(|error| format!("{}: {}: {error}", args.file.display(), transcript.region()))?;
    let mut builder = Cloud::builder()
        .region(&region)
        .seed(args.seed)
        .start_at(transcript.start())
        .report();
    if let Some(file) = &args.contract {
        builder = builder.contract(contract::read(file)?);
    }
    let callers =
        accounts(transcript).map_err(|error| format!("{}: {error}", args.file.display()))?;
    for caller in &callers {
        builder = builder.account(caller);
    }
    let cloud = builder.build();
    let mut handles = callers
        .into_iter()
        .map(|caller| (caller, cloud.as_account(caller)));
    let first = handles.next().map(|(_, handle)| handle);
    let others: Vec<_> = handles.collect();
    let mut replayer = replayer(args, transcript)?;
    for (caller, handle) in &others {
        replayer = replayer.caller(caller, handle);
    }
    Ok(replayer.against(first.as_ref().unwrap_or(&cloud)))
}

/// The accounts that call in a conversation.
fn accounts(transcript: &Transcript) -> Result<BTreeSet<&str>, String> {
    let exchanges = transcript.exchanges().iter();
    let callers = exchanges.filter_map(|it| Some((it.number, it.caller.as_deref()?)));
    callers
        .map(|(number, caller)| {
            let is_number = caller.len() == 12 && caller.bytes().all(|it| it.is_ascii_digit());
            is_number.then_some(caller).ok_or_else(|| {
                format!("exchange {number}: the caller {caller:?} is no account: one has 12 digits")
            })
        })
        .collect()
}

/// The credentials that the environment holds.
fn credentials(transcript: &Transcript) -> Result<Credentials, String> {
    let region = std::env::var("OSC_REGION").unwrap_or_else(|_| transcript.region().to_owned());
    Ok(Credentials {
        access_key: variable_of("OSC_ACCESS_KEY")?,
        secret_key: variable_of("OSC_SECRET_KEY")?,
        ..Credentials::root(&region)
    })
}

fn variable_of(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((one, other)) if !one.is_empty() && !other.is_empty() => {
            Ok((one.to_owned(), other.to_owned()))
        }
        _ => Err("two texts with = between them are wanted".to_owned()),
    }
}
