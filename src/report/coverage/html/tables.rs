//! The tables of the page, one for each dimension.
//!
//! A row carries what the script filters by: its family, its count, and its clients by number.

use maud::{Markup, html};

use super::count;
use crate::cloud::dispatch::Served;
use crate::report::coverage::figures::Dimension;
use crate::report::coverage::sheet::{Row, Sheet, What};

/// The table of a dimension. All but that of operations is closed at first: they are long.
pub(super) fn table(sheet: &Sheet, dimension: Dimension) -> Markup {
    let rows: Vec<_> = sheet
        .rows
        .iter()
        .filter(|row| row.dimension() == dimension)
        .collect();
    let exercised = rows.iter().filter(|row| row.count > 0).count();
    html! {
        details #(dimension.name()) open[dimension == Dimension::Operations] {
            summary {
                h2 { (title(dimension)) } " "
                span.shown { (exercised) " of " (rows.len()) }
            }
            div.scroll role="region" aria-label=(title(dimension)) tabindex="0" {
                table {
                    caption.hidden { (title(dimension)) ", and in how many calls each was exercised" }
                    thead { tr {
                        @for (name, number) in columns(dimension) {
                            th.number[*number] scope="col" { (name) }
                        }
                    } }
                    tbody { @for row in rows { (line(row)) } }
                }
            }
        }
    }
}

fn title(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Operations => "Operations",
        Dimension::RequestFields => "Request fields",
        Dimension::EnumValues => "Enum values",
        Dimension::ReplyFields => "Reply fields",
        Dimension::ErrorCodes => "Error codes",
        Dimension::Transitions => "Transitions",
    }
}

/// The columns of a table, and which of them hold numbers.
fn columns(dimension: Dimension) -> &'static [(&'static str, bool)] {
    match dimension {
        Dimension::Operations => &[
            ("Operation", false),
            ("Family", false),
            ("Served by", false),
            ("Calls", true),
            ("Answered", true),
            ("Illegal", true),
        ],
        Dimension::RequestFields | Dimension::ReplyFields => &[
            ("Field", false),
            ("Operation", false),
            ("Family", false),
            ("Calls", true),
        ],
        Dimension::EnumValues => &[
            ("Value", false),
            ("Field", false),
            ("In the", false),
            ("Operation", false),
            ("Family", false),
            ("Calls", true),
        ],
        Dimension::ErrorCodes => &[
            ("Code", true),
            ("Name", false),
            ("Type", false),
            ("Status", true),
            ("Calls", true),
        ],
        Dimension::Transitions => &[
            ("Transition", false),
            ("Family", false),
            ("Begun", true),
            ("Completed", true),
        ],
    }
}

fn line(row: &Row) -> Markup {
    let clients: Vec<_> = row.clients.iter().map(usize::to_string).collect();
    let clients = (!clients.is_empty()).then(|| clients.join(" "));
    let family = Some(&row.family).filter(|family| !family.is_empty());
    html! {
        tr data-family=[family] data-count=(row.count) data-clients=[clients] {
            (cells(row))
        }
    }
}

fn cells(row: &Row) -> Markup {
    match &row.what {
        What::Operation {
            operation,
            served,
            calls,
        } => html! {
            (texts(&[operation, &row.family, by(*served)]))
            (count(calls.asked))
            (count(calls.answered))
            (count(calls.illegal))
        },
        What::Field {
            operation, path, ..
        } => html! {
            (texts(&[path, operation, &row.family]))
            (count(row.count))
        },
        What::Listed {
            side,
            operation,
            path,
            value,
        } => html! {
            (texts(&[value, path, &side.to_string(), operation, &row.family]))
            (count(row.count))
        },
        What::Error {
            code,
            name,
            kind,
            status,
        } => html! {
            th.number scope="row" data-sort=(code) { (code) }
            td { (name) }
            td { (kind) }
            td.number data-sort=(status) { (status) }
            (count(row.count))
        },
        What::Move {
            transition,
            begun,
            completed,
        } => html! {
            (texts(&[&transition.to_string(), &row.family]))
            (count(*begun))
            (count(*completed))
        },
    }
}

/// Cells with text; the first one is what the row is called.
fn texts(texts: &[&str]) -> Markup {
    html! {
        @for (at, text) in texts.iter().enumerate() {
            @if at == 0 { th scope="row" { (text) } } @else { td { (text) } }
        }
    }
}

fn by(served: Served) -> &'static str {
    match served {
        Served::Rule => "rule",
        Served::Default => "default",
        Served::Gap => "not served",
    }
}
