//! Coverage as one page that needs nothing else: no server, no network, and no script to be read.
//!
//! Tables are plain HTML; `page.js` adds sorting and filtering. Every text is escaped by the
//! templates; the policy in the head keeps the page from loading anything.

mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Coverage;
use super::figures::{Dimension, Figure, Figures};
use super::sheet::Sheet;
use super::text::{grouped, heading};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// The page may do what is written in it, and load nothing.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The page.
pub(super) fn report(coverage: &Coverage) -> String {
    let sheet = coverage.sheet();
    let version = coverage.contract().version();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { "Coverage of API " (version) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Contract coverage" }
                    p.told { (heading(coverage, &sheet).trim()) }
                }
                main {
                    (cards(&sheet.figures()))
                    (controls(&sheet))
                    (families(&sheet))
                    (clients(&sheet))
                    @for dimension in Dimension::ALL { (tables::table(&sheet, dimension)) }
                }
                footer { p { "Written by mockscale " (env!("CARGO_PKG_VERSION")) "." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The six figures.
fn cards(figures: &Figures) -> Markup {
    html! {
        section.cards aria-label="Figures" {
            @for (dimension, figure) in figures.iter() {
                a.card href=(format!("#{}", dimension.name())) {
                    span.name { (dimension) }
                    span.percent { (format!("{:.1} %", figure.tenths())) }
                    (bar(figure))
                    span.of { (of(figure)) }
                }
            }
        }
    }
}

/// What filters the tables. Hidden until the script is there to make it work.
fn controls(sheet: &Sheet) -> Markup {
    html! {
        form.controls #controls role="search" aria-label="Filter the tables" hidden {
            label { span { "Filter" } input #filter type="search" autocomplete="off" spellcheck="false" placeholder="operation, field, code …"; }
            label { span { "Family" }
                select #family {
                    option value="" { "all families" }
                    @for tag in sheet.by_family().keys() { option { (tag) } }
                }
            }
            label { span { "Client" }
                select #client {
                    option value="" { "all clients" }
                    @for (at, client) in sheet.clients.iter().enumerate() {
                        option value=(at) { (client.name) }
                    }
                }
            }
            label.check { input #missing type="checkbox"; span { "not exercised only" } }
            button #clear type="reset" { "Clear" }
            p #told role="status" aria-live="polite" {}
        }
    }
}

/// A bar for each family.
fn families(sheet: &Sheet) -> Markup {
    let families = sheet.by_family();
    html! {
        details open #families {
            summary { h2 { "Families" } " " span.shown { (families.len()) } }
            div.scroll role="region" aria-label="Families" tabindex="0" {
                table {
                    caption.hidden { "How much of each family was exercised" }
                    thead { tr {
                        th scope="col" { "Family" }
                        th scope="col" { "Exercised" }
                        th.number scope="col" { "Operations" }
                        th.number scope="col" { "Request fields" }
                        th.number scope="col" { "Enum values" }
                        th.number scope="col" { "Reply fields" }
                        th.number scope="col" { "Transitions" }
                    } }
                    tbody {
                        @for (tag, figures) in &families {
                            tr data-family=(tag) data-count=(figures[Dimension::Operations].exercised) {
                                th scope="row" { (tag) }
                                td.bar data-sort=(permille(figures[Dimension::Operations])) {
                                    (bar(figures[Dimension::Operations]))
                                }
                                @for dimension in OF_FAMILIES {
                                    td.number data-sort=(permille(figures[dimension])) { (of(figures[dimension])) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The dimensions that families have.
const OF_FAMILIES: [Dimension; 5] = [
    Dimension::Operations,
    Dimension::RequestFields,
    Dimension::EnumValues,
    Dimension::ReplyFields,
    Dimension::Transitions,
];

fn clients(sheet: &Sheet) -> Markup {
    let figures = sheet.by_client();
    html! {
        details open[sheet.clients.len() > 1] #clients {
            summary { h2 { "Clients" } " " span.shown { (sheet.clients.len()) } }
            div.scroll role="region" aria-label="Clients" tabindex="0" {
                table {
                    caption.hidden { "What each client has exercised" }
                    thead { tr {
                        th scope="col" { "User agent" }
                        th.number scope="col" { "Calls" }
                        th.number scope="col" { "Answered" }
                        th.number scope="col" title="Refused by the contract" { "Illegal" }
                        @for dimension in Dimension::ALL { th.number scope="col" { (dimension) } }
                    } }
                    tbody {
                        @for (at, client) in sheet.clients.iter().enumerate() {
                            tr data-clients=(at) data-count=(client.calls.answered) {
                                th scope="row" { (client.name) }
                                (count(client.calls.asked))
                                (count(client.calls.answered))
                                (count(client.calls.illegal))
                                @for (_, figure) in figures[at].iter() {
                                    (count(figure.exercised.into()))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A cell with a number.
fn count(number: u64) -> Markup {
    html! { td.number data-sort=(number) { (grouped(number)) } }
}

/// A bar that reads as a figure to who does not see it.
fn bar(figure: Figure) -> Markup {
    let permille = permille(figure);
    let width = format!("width:{}.{}%", permille / 10, permille % 10);
    html! {
        span.track role="img" aria-label=(format!("{} of {}", figure.exercised, figure.known)) {
            span.fill style=(width) {}
        }
    }
}

/// Thousandths of what there is; none of nothing.
fn permille(figure: Figure) -> u64 {
    let known = u64::from(figure.known);
    let part = u64::from(figure.exercised) * 1000;
    part.checked_div(known).unwrap_or_default()
}

fn of(figure: Figure) -> String {
    match figure.known {
        0 => "–".to_owned(),
        _ => format!("{} of {}", figure.exercised, figure.known),
    }
}
