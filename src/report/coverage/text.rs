//! Coverage as text: a report for one screen, and the list of what is missing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Coverage;
use super::figures::{Dimension, Figure, Figures};
use super::sheet::{Row, Sheet, What};
use crate::cloud::dispatch::Served;
use crate::contract::{Side, printable};

/// Lists are wrapped before this column.
const WIDTH: usize = 100;
/// How many clients a report names, those that called most.
const CLIENTS: usize = 8;

/// The report.
pub(super) fn report(coverage: &Coverage) -> String {
    let sheet = coverage.sheet();
    let mut out = heading(coverage, &sheet);
    out.push('\n');
    for (dimension, figure) in sheet.figures().iter() {
        let _ = writeln!(out, "  {dimension:<16}{}  {figure}", bar(figure, 30));
    }
    let families = sheet.by_family();
    touched(&mut out, &families);
    idle(&mut out, &sheet, &families);
    untouched(&mut out, &sheet, &families);
    clients(&mut out, &sheet);
    out
}

/// What was counted, in a line.
pub(super) fn heading(coverage: &Coverage, sheet: &Sheet) -> String {
    let calls = sheet.calls();
    let mut out = format!(
        "Coverage of API {}: {} by {}",
        coverage.contract().version(),
        plural(calls.asked, "call"),
        plural(sheet.clients.len() as u64, "client"),
    );
    if coverage.clouds > 0 {
        let clouds = plural(coverage.clouds as u64, "cloud");
        let processes = match coverage.processes {
            1 => "1 process".to_owned(),
            several => format!("{} processes", grouped(several as u64)),
        };
        let _ = write!(out, " to {clouds} in {processes}");
    }
    let told = [
        (calls.illegal, "refused by the contract"),
        (calls.unanswered(), "not served or not let in"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<_> = told
        .map(|(count, what)| format!("{} {what}", grouped(count)))
        .collect();
    out.push('\n');
    if !told.is_empty() {
        let _ = writeln!(out, "  of these {}", told.join(", "));
    }
    out
}

/// A line for each family of which something was exercised.
fn touched(out: &mut String, families: &BTreeMap<String, Figures>) {
    let touched: Vec<_> = families.iter().filter(|(_, it)| !it.are_zero()).collect();
    if !touched.is_empty() {
        let _ = writeln!(
            out,
            "\n  {:<20}{:<12}{:>14}{:>18}{:>18}",
            "family", "", "operations", "request fields", "reply fields"
        );
    }
    for (tag, figures) in touched {
        let of = |dimension| {
            let Figure { exercised, known } = figures[dimension];
            format!("{exercised} of {known}")
        };
        let _ = writeln!(
            out,
            "  {tag:<20}{:<12}{:>14}{:>18}{:>18}",
            bar(figures[Dimension::Operations], 12),
            of(Dimension::Operations),
            of(Dimension::RequestFields),
            of(Dimension::ReplyFields),
        );
    }
}

/// The families of which nothing was, and how much of the API this fake leaves out.
fn untouched(out: &mut String, sheet: &Sheet, families: &BTreeMap<String, Figures>) {
    let untouched = families.iter().filter(|(_, it)| it.are_zero());
    let untouched: Vec<_> = untouched.map(|(tag, _)| tag.as_str()).collect();
    if !untouched.is_empty() {
        let _ = writeln!(out, "\nFamilies without a call that was answered:");
        wrapped(out, "  ", &untouched);
    }
    let gap = |row: &&Row| {
        let served = matches!(row.what, What::Operation { served, .. } if served != Served::Gap);
        row.dimension() == Dimension::Operations && row.count == 0 && !served
    };
    let gaps = sheet.rows.iter().filter(gap).count();
    if gaps > 0 {
        let gaps = plural(gaps as u64, "operation");
        let _ = writeln!(
            out,
            "\nNot served by this fake, nor answered by a mock: {gaps}"
        );
    }
}

fn clients(out: &mut String, sheet: &Sheet) {
    if sheet.clients.len() < 2 {
        return;
    }
    let mut clients: Vec<_> = sheet.clients.iter().zip(sheet.by_client()).collect();
    clients.sort_by_key(|(client, _)| std::cmp::Reverse(client.calls.asked));
    let _ = writeln!(out, "\nClients:");
    for (client, figures) in clients.iter().take(CLIENTS) {
        let calls = plural(client.calls.asked, "call");
        let operations = figures[Dimension::Operations].exercised;
        let operations = plural(operations.into(), "operation");
        let _ = writeln!(
            out,
            "  {:<44}{calls:>16}{operations:>18}",
            shortened(&printable(&client.name), 42)
        );
    }
    if let Some(more @ 1..) = clients.len().checked_sub(CLIENTS) {
        let _ = writeln!(out, "  and {more} more");
    }
}

/// The operations of touched families that could have been exercised without further ado.
fn idle(out: &mut String, sheet: &Sheet, figures: &BTreeMap<String, Figures>) {
    let touched = |tag: &str| figures.get(tag).is_some_and(|it| !it.are_zero());
    let mut families: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in sheet.rows.iter().filter(|row| row.count == 0) {
        if let What::Operation {
            operation, served, ..
        } = &row.what
            && *served != Served::Gap
            && touched(&row.family)
        {
            families.entry(&row.family).or_default().push(operation);
        }
    }
    if families.is_empty() {
        return;
    }
    let count: usize = families.values().map(Vec::len).sum();
    let _ = writeln!(
        out,
        "\nServed in these families, but not exercised: {count}"
    );
    for (family, operations) in families {
        wrapped(out, &format!("  {family}: "), &operations);
    }
}

/// Everything that was not exercised.
pub(super) fn missing(coverage: &Coverage) -> String {
    let sheet = coverage.sheet();
    let mut out = String::new();
    for dimension in Dimension::ALL {
        let of_it = |row: &&Row| row.dimension() == dimension && row.count == 0;
        let mut rows: Vec<_> = sheet.rows.iter().filter(of_it).collect();
        if rows.is_empty() {
            continue;
        }
        rows.sort_by(|one, other| one.family.cmp(&other.family));
        if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(out, "{dimension} not exercised: {}", rows.len());
        let mut family = "";
        for row in rows {
            if row.family != family {
                family = &row.family;
                let _ = writeln!(out, "  {family}");
            }
            let indent = if family.is_empty() { "  " } else { "    " };
            let _ = writeln!(out, "{indent}{}", label(row));
        }
    }
    out
}

fn label(row: &Row) -> String {
    match &row.what {
        What::Operation {
            operation,
            served: Served::Gap,
            ..
        } => format!("{operation} (not served)"),
        What::Operation { operation, .. } => operation.clone(),
        What::Field {
            operation, path, ..
        } => format!("{operation} {path}"),
        What::Listed {
            side,
            operation,
            path,
            value,
        } => {
            let side = if *side == Side::Reply { " (reply)" } else { "" };
            format!("{operation} {path}={value}{side}")
        }
        What::Error { code, name, .. } => format!("{code} {name}"),
        What::Move { transition, .. } => transition.to_string(),
    }
}

fn bar(figure: Figure, width: u32) -> String {
    let full = match figure.known {
        0 => 0,
        // At least one as soon as there is something, and all only for all.
        known => (figure.exercised * width / known).max(u32::from(figure.exercised > 0)),
    };
    let full = full as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(width as usize - full))
}

/// Names with commas between, in lines that begin alike.
fn wrapped(out: &mut String, first: &str, names: &[&str]) {
    let mut column = first.len();
    out.push_str(first);
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        if column + name.len() + 1 > WIDTH && column > first.len() {
            out.push_str("\n    ");
            column = 4;
        } else if at > 0 {
            out.push(' ');
            column += 1;
        }
        let _ = write!(out, "{name}{comma}");
        column += name.len() + comma.len();
    }
    out.push('\n');
}

/// A text that is not too long.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most - 1).collect();
    format!("{start}…")
}

fn plural(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", grouped(count))
}

/// A number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Figure;
    use super::{bar, grouped, wrapped};

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn bars_are_full_only_when_all_is_there() {
        let bar = |exercised, known| bar(Figure { exercised, known }, 4);
        assert_eq!(bar(0, 100), "░░░░");
        assert_eq!(bar(1, 100), "█░░░");
        assert_eq!(bar(99, 100), "███░");
        assert_eq!(bar(100, 100), "████");
        assert_eq!(bar(0, 0), "░░░░");
    }

    #[test]
    fn lists_are_wrapped() {
        let names = ["a-name-of-thirty-characters-000"; 4];
        let mut out = String::new();
        wrapped(&mut out, "  Vm: ", &names);
        assert_eq!(out.lines().count(), 2);
        assert!(out.lines().all(|line| line.len() <= super::WIDTH));
    }
}
