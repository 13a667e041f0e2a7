//! `mockscale transcript`: a recorded conversation, or a part of it, in another form.

use std::path::{Path, PathBuf};

use mockscale::Transcript;

use crate::{output, print};

/// What to show, and how.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The recording: JSON lines (.jsonl), or a HAR (.har) of this program, a browser or a proxy.
    file: PathBuf,
    /// The form.
    #[arg(long = "as", value_name = "FORM", default_value = "text")]
    form: Form,
    /// Only the calls of one operation (`CreateVms`) or of one family (`Vm`).
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Only the calls that were refused.
    #[arg(long)]
    refusals: bool,
    /// Write to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file of --output if there is one.
    #[arg(long, requires = "output")]
    force: bool,
}

/// The forms of a transcript.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Form {
    /// For people: references such as `<vm:1>` for identifiers, times since the beginning.
    Text,
    /// The same, one fact a line, as snapshots have it.
    Yaml,
    /// For programs: as it was recorded, secrets replaced.
    Jsonl,
    /// HAR 1.2, which browsers' developer tools load; as it was recorded, secrets replaced.
    Har,
}

/// Prints the conversation, or writes it.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let mut transcript = load(&args.file)?;
    if let Some(name) = &args.only {
        transcript = transcript.try_only(name)?;
    }
    if args.refusals {
        transcript = transcript.refusals();
    }
    let text = match args.form {
        Form::Text => transcript.to_string(),
        Form::Yaml => transcript.to_yaml(),
        Form::Jsonl => transcript.to_json_lines(),
        Form::Har => transcript.to_har(),
    };
    match &args.output {
        Some(file) => output::write(file, &text, args.force),
        None => print(&text),
    }
}

/// Reads a recording, and says what of it is none.
pub(crate) fn load(file: &Path) -> Result<Transcript, String> {
    let transcript = Transcript::load(file).map_err(|error| error.to_string())?;
    match transcript.left_out() {
        0 => {}
        1 => output::say("mockscale: 1 entry is no call of the API and is left out"),
        count => output::say(&format!(
            "mockscale: {count} entries are no calls of the API and are left out"
        )),
    }
    Ok(transcript)
}
