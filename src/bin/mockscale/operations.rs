//! `mockscale operations`: every operation of the contract and how it is served.

use std::fmt::Write as _;

use crate::print;

/// How to print them.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Prints the list.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let operations = mockscale::operations();
    if args.json {
        let text = serde_json::to_string_pretty(&operations)
            .map_err(|error| format!("cannot write the list as JSON: {error}"))?;
        return print(&format!("{text}\n"));
    }
    let mut lines = String::new();
    for it in &operations {
        let security = if it.security.is_empty() {
            "public".to_owned()
        } else {
            it.security.join(" or ")
        };
        let (served, tag, name) = (it.served.to_string(), &it.tag, &it.operation);
        let _ = writeln!(lines, "{served:<8} {tag:<20} {name:<36} {security}");
    }
    print(&lines)
}
