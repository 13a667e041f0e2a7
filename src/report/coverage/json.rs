//! Coverage for programs: the figures, and every row of the sheet.

use serde_json::{Map, Value, json};

use super::Coverage;
use super::figures::{Dimension, Figures};
use super::sheet::{Calls, Row, Sheet, What};

/// The version of this shape.
const FORMAT: u64 = 1;

/// The report.
pub(super) fn report(coverage: &Coverage) -> Value {
    let sheet = coverage.sheet();
    let families = sheet.by_family().into_iter();
    let clients = sheet.clients.iter().zip(sheet.by_client());
    let clients = clients.map(|(client, of)| {
        json!({
            "client": client.name,
            "calls": calls(client.calls),
            "figures": figures(&of),
        })
    });
    let mut report = json!({
        "format": FORMAT,
        "api": coverage.contract().version(),
        "processes": coverage.processes,
        "clouds": coverage.clouds,
        "calls": calls(sheet.calls()),
        "figures": figures(&sheet.figures()),
        "families": families
            .map(|(tag, of)| (tag, figures(&of)))
            .collect::<Map<_, _>>(),
        "clients": clients.collect::<Vec<_>>(),
    });
    for dimension in Dimension::ALL {
        let rows = sheet.rows.iter().filter(|row| row.dimension() == dimension);
        report[key(dimension)] = rows.map(|it| row(it, &sheet)).collect();
    }
    report
}

fn key(dimension: Dimension) -> String {
    dimension.name().replace('-', "_")
}

/// By dimension: so many of so many, and in hundredths with one decimal, rounded down.
fn figures(figures: &Figures) -> Value {
    let each = figures.iter().map(|(dimension, figure)| {
        let figure = json!({
            "exercised": figure.exercised,
            "known": figure.known,
            "percent": figure.tenths(),
        });
        (key(dimension), figure)
    });
    Value::Object(each.collect())
}

fn calls(calls: Calls) -> Value {
    json!({
        "asked": calls.asked,
        "answered": calls.answered,
        "refused_by_contract": calls.illegal,
        "not_answered": calls.unanswered(),
    })
}

fn row(row: &Row, sheet: &Sheet) -> Value {
    let names = row.clients.iter().map(|at| &sheet.clients[*at].name);
    let mut out = match &row.what {
        What::Operation {
            operation,
            served,
            calls: of,
        } => json!({ "operation": operation, "served": served, "calls": calls(*of) }),
        What::Field {
            operation, path, ..
        } => json!({ "operation": operation, "path": path }),
        What::Listed {
            side,
            operation,
            path,
            value,
        } => json!({
            "operation": operation,
            "side": side.to_string(),
            "path": path,
            "value": value,
        }),
        What::Error {
            code,
            name,
            kind,
            status,
        } => json!({ "code": code.to_string(), "name": name, "type": kind, "status": status }),
        What::Move {
            transition,
            begun,
            completed,
        } => json!({
            "kind": transition.kind,
            "field": transition.field,
            "from": transition.from,
            "to": transition.to,
            "begun": begun,
            "completed": completed,
        }),
    };
    if !row.family.is_empty() {
        out["family"] = Value::from(row.family.as_str());
    }
    out["count"] = row.count.into();
    out["clients"] = names.cloned().collect();
    out
}
