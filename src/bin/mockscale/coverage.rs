//! `mockscale coverage`: what a suite has exercised of the contract, printed, and held against
//! what it should have.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use mockscale::{Contract, Coverage, Dimension, Figures};

use crate::{Failure, contract, output, print};

/// The exit code when the command line makes no sense.
const USAGE: u8 = 2;
/// The exit code when coverage falls short.
const SHORT: u8 = 3;

/// What to report, and how.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where a suite, or `mockscale serve --coverage`, has collected.
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// For people, for programs, or as a page.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report to a file instead of standard output, in place of an older one.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what clients have exercised that have this in their user agent.
    #[arg(long, value_name = "TEXT")]
    client: Option<String>,
    /// List everything that was not exercised, instead of the report (text only).
    #[arg(long)]
    missing: bool,
    /// End with exit code 3 when less than so many percent of a dimension were exercised:
    /// operations=60, request-fields, enum-values, reply-fields, error-codes, transitions. May be
    /// given several times.
    #[arg(long, value_name = "DIMENSION=PERCENT")]
    fail_under: Vec<Threshold>,
    /// The API document that the clouds had as their contract, if not the bundled one.
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One screen for people.
    Text,
    /// Everything, for programs.
    Json,
    /// One page that works from a file.
    Html,
}

/// So many percent of a dimension.
#[derive(Clone, Copy)]
struct Threshold {
    dimension: Dimension,
    percent: f64,
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, percent) = text
            .split_once('=')
            .ok_or("a dimension and a percentage are wanted: operations=60")?;
        let dimension = name.parse()?;
        let number = percent.trim_end_matches('%').parse();
        match number {
            Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Self { dimension, percent }),
            _ => Err(format!("'{percent}' is no percentage from 0 to 100")),
        }
    }
}

/// Prints the report, and says what falls short.
///
/// # Errors
/// With code 2 for options that do not go together, with 1 when the coverage cannot be read or the
/// report not be written, with 3 when it falls short; then the report was printed all the same.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    if args.missing && args.format != Format::Text {
        return Err(Failure {
            code: USAGE,
            message: "--missing is for --format text; the others list everything".to_owned(),
        });
    }
    let coverage = read(args)?;
    let report = match args.format {
        Format::Text if args.missing => coverage.missing(),
        Format::Text => format!("{coverage}{}", hint(args)),
        Format::Json => format!("{:#}\n", coverage.to_json()),
        Format::Html => coverage.to_html(),
    };
    match &args.output {
        Some(file) => write(file, &report, &args.directory)?,
        None => print(&report)?,
    }
    gate(&coverage.figures(), &args.fail_under)
}

fn read(args: &Args) -> Result<Coverage, String> {
    let contract = match &args.contract {
        None => Contract::bundled(),
        Some(file) => Arc::new(contract::read(file)?),
    };
    let all = Coverage::load_by(&args.directory, contract).map_err(|error| error.to_string())?;
    match &args.client {
        Some(client) => all.by(client).map_err(|error| error.to_string()),
        None => Ok(all),
    }
}

/// Where the rest is to be found.
fn hint(args: &Args) -> String {
    let directory = args.directory.display();
    format!(
        "\nDetails: mockscale coverage {directory} --missing\n         \
         mockscale coverage {directory} --format html --output coverage.html\n"
    )
}

/// Writes a report, in place of an older one, but not among what was collected.
fn write(file: &Path, report: &str, data: &Path) -> Result<(), String> {
    let beside = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if let (Ok(beside), Ok(data)) = (beside.canonicalize(), data.canonicalize())
        && beside == data
    {
        return Err(format!(
            "{}: that folder holds the coverage, and nothing else may be there",
            file.display()
        ));
    }
    output::write(file, report, true)
}

/// Whether every threshold is met.
fn gate(figures: &Figures, thresholds: &[Threshold]) -> Result<(), Failure> {
    let mut message = String::new();
    for Threshold { dimension, percent } in thresholds {
        let figure = figures[*dimension];
        if figure.percent() < *percent {
            let _ = write!(
                message,
                "\n  {dimension}: {figure}, and {percent} % is wanted"
            );
        }
    }
    if message.is_empty() {
        return Ok(());
    }
    Err(Failure {
        code: SHORT,
        message: format!("coverage falls short:{message}"),
    })
}
