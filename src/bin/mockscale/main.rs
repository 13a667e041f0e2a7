//! The `mockscale` program: a fake OUTSCALE cloud for clients in any language.
//!
//! Standard output is for what a script reads, standard error for people. Exit codes: 0 when all
//! went well, 1 when something could not be done, 2 when the command line makes no sense, 3 when
//! coverage falls short of what `--fail-under` wants or a replay differs.

mod contract;
mod coverage;
mod env;
mod operations;
mod output;
mod record;
mod replay;
mod serve;
mod transcript;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A fake 3DS OUTSCALE cloud, checked against the API contract.
#[derive(Parser)]
#[command(name = "mockscale", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve a cloud over HTTP or HTTPS until SIGINT or SIGTERM.
    Serve(serve::Args),
    /// Print the variables that point a client at an endpoint, for a shell to evaluate.
    Env(env::Args),
    /// Report what a suite has exercised of the contract.
    Coverage(coverage::Args),
    /// List every operation and how it is served.
    Operations(operations::Args),
    /// Show a recorded conversation, or a part of it, in another form.
    Transcript(transcript::Args),
    /// Say a recorded conversation again and print how the answers differ.
    Replay(replay::Args),
    /// Work with API contracts.
    #[command(subcommand)]
    Contract(ContractCommand),
}

#[derive(Subcommand)]
enum ContractCommand {
    /// Print the facts of an official document (YAML or JSON), without its prose.
    Distil {
        /// The document.
        file: std::path::PathBuf,
    },
}

fn main() -> ExitCode {
    let done: Result<(), Failure> = match Cli::parse().command {
        Command::Serve(args) => serve::run(&args).map_err(Failure::from),
        Command::Env(args) => env::run(&args).map_err(Failure::from),
        Command::Coverage(args) => coverage::run(&args),
        Command::Operations(args) => operations::run(&args).map_err(Failure::from),
        Command::Transcript(args) => transcript::run(&args).map_err(Failure::from),
        Command::Replay(args) => replay::run(&args),
        Command::Contract(ContractCommand::Distil { file }) => {
            let printed = contract::distil(&file).and_then(|facts| print(&facts));
            printed.map_err(Failure::from)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, message }) => {
            output::say(&format!("mockscale: {message}"));
            ExitCode::from(code)
        }
    }
}

/// Why the program ends with another code than 0.
struct Failure {
    code: u8,
    message: String,
}

/// Something could not be done.
impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self { code: 1, message }
    }
}

/// A region that a cloud can play, as a command line names it.
fn region(name: &str) -> Result<String, String> {
    let known: Vec<_> = mockscale::regions().collect();
    if known.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!(
            "there is no such region; there are {}",
            known.join(", ")
        ))
    }
}

/// Writes to standard output; a reader that has gone away (`| head`) is no failure.
fn print(text: &str) -> Result<(), String> {
    use std::io::{ErrorKind, Write as _};
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("cannot write to standard output: {error}"))
        }
        _ => Ok(()),
    }
}
