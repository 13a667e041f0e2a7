//! The `mockscale` program: a fake OUTSCALE cloud for clients in any language.
//!
//! Standard output is for what a script reads, standard error for people. Exit codes: 0 when all
//! went well, 1 when something could not be done, 2 when the command line makes no sense.

mod contract;
mod env;
mod operations;
mod serve;

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
    /// Serve a cloud over HTTP until SIGINT or SIGTERM.
    Serve(serve::Args),
    /// Print the variables that point a client at an endpoint, for a shell to evaluate.
    Env(env::Args),
    /// List every operation and how it is served.
    Operations(operations::Args),
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
    let done = match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Env(args) => env::run(&args),
        Command::Operations(args) => operations::run(&args),
        Command::Contract(ContractCommand::Distil { file }) => {
            contract::distil(&file).and_then(|facts| print(&facts))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("mockscale: {message}");
            ExitCode::FAILURE
        }
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
