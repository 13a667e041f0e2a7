//! What there is and what was exercised of it, row by row: what figures and renderings read.

use std::collections::BTreeMap;

use super::figures::{Dimension, Figures};
use super::line::plain;
use super::tally::{Counts, Tally};
use super::universe;
use crate::cloud::dispatch::{self, Served};
use crate::contract::{Contract, Operation, Side};

/// Everything that there is to exercise, in the order of dimensions, operations and fields.
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    /// By name.
    pub(super) clients: Vec<Client>,
}

/// A client and its calls.
pub(super) struct Client {
    pub(super) name: String,
    pub(super) calls: Calls,
}

/// What became of calls.
#[derive(Clone, Copy, Default)]
pub(super) struct Calls {
    pub(super) asked: u64,
    pub(super) answered: u64,
    /// Refused by the contract.
    pub(super) illegal: u64,
}

/// One thing that there is to exercise.
pub(super) struct Row {
    pub(super) what: What,
    /// The tag that it belongs to; none for errors.
    pub(super) family: String,
    /// In how many exchanges.
    pub(super) count: u64,
    /// By whom: places in [`Sheet::clients`].
    pub(super) clients: Vec<usize>,
}

/// What a row is about.
pub(super) enum What {
    Operation {
        operation: String,
        served: Served,
        calls: Calls,
    },
    Field {
        side: Side,
        operation: String,
        path: String,
    },
    Listed {
        side: Side,
        operation: String,
        path: String,
        value: String,
    },
    Error {
        code: u16,
        name: &'static str,
        kind: &'static str,
        status: u16,
    },
    Move {
        transition: &'static universe::Move,
        begun: u64,
        completed: u64,
    },
}

impl Row {
    /// Which dimension it counts for.
    pub(super) fn dimension(&self) -> Dimension {
        match self.what {
            What::Operation { .. } => Dimension::Operations,
            What::Field {
                side: Side::Request,
                ..
            } => Dimension::RequestFields,
            What::Listed { .. } => Dimension::EnumValues,
            What::Field {
                side: Side::Reply, ..
            } => Dimension::ReplyFields,
            What::Error { .. } => Dimension::ErrorCodes,
            What::Move { .. } => Dimension::Transitions,
        }
    }
}

impl Sheet {
    /// Holds a tally against the whole.
    pub(super) fn of(contract: &Contract, tally: &Tally) -> Self {
        let mut sheet = Self {
            rows: Vec::new(),
            clients: clients(tally),
        };
        for operation in contract.operations() {
            sheet.operation(tally, operation);
        }
        for side in [Side::Request, Side::Reply] {
            for operation in contract.operations() {
                sheet.fields(tally, operation, side);
            }
        }
        sheet.errors(tally);
        sheet.moves(tally);
        // As the dimensions stand in reports, and otherwise as they were found.
        sheet.rows.sort_by_key(Row::dimension);
        sheet
    }

    /// The figures of all rows.
    pub(super) fn figures(&self) -> Figures {
        let mut figures = Figures::default();
        for row in &self.rows {
            figures.of(row.dimension()).count(row.count > 0);
        }
        figures
    }

    /// The figures of each family.
    pub(super) fn by_family(&self) -> BTreeMap<String, Figures> {
        let mut families: BTreeMap<String, Figures> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| !row.family.is_empty()) {
            if !families.contains_key(&row.family) {
                families.insert(row.family.clone(), Figures::default());
            }
            if let Some(figures) = families.get_mut(&row.family) {
                figures.of(row.dimension()).count(row.count > 0);
            }
        }
        families
    }

    /// The figures of each client, in the order of [`Sheet::clients`].
    pub(super) fn by_client(&self) -> Vec<Figures> {
        let mut nothing = Figures::default();
        for row in &self.rows {
            nothing.of(row.dimension()).count(false);
        }
        let mut all = vec![nothing; self.clients.len()];
        // Only whoever exercised a row: there may be thousands of clients.
        for row in &self.rows {
            for &client in &row.clients {
                all[client].of(row.dimension()).exercised += 1;
            }
        }
        all
    }

    /// What became of all calls.
    pub(super) fn calls(&self) -> Calls {
        let clients = self.clients.iter();
        clients.fold(Calls::default(), |sum, it| sum.plus(it.calls))
    }

    fn operation(&mut self, tally: &Tally, operation: &Operation) {
        let name = operation.name();
        let mut calls = Calls::default();
        for counts in tally.clients.values().filter_map(|it| it.get(name)) {
            calls = calls.plus(Calls::of(counts));
        }
        let what = What::Operation {
            operation: name.to_owned(),
            served: dispatch::served(operation),
            calls,
        };
        self.row(tally, operation.tag(), Some(name), what, |it| it.answered);
    }

    fn fields(&mut self, tally: &Tally, operation: &Operation, side: Side) {
        let fields = operation.fields(side);
        let (name, tag) = (operation.name(), operation.tag());
        let counted = |slot: usize| {
            move |counts: &Counts| {
                let counts = match side {
                    Side::Request => &counts.request,
                    Side::Reply => &counts.reply,
                };
                counts.get(slot).copied().unwrap_or_default()
            }
        };
        for (number, field) in fields.iter().enumerate() {
            let what = What::Field {
                side,
                operation: name.to_owned(),
                path: field.path().to_owned(),
            };
            self.row(tally, tag, Some(name), what, counted(number));
            for (at, value) in field.values().iter().enumerate() {
                let what = What::Listed {
                    side,
                    operation: name.to_owned(),
                    path: field.path().to_owned(),
                    value: plain(value),
                };
                let slot = fields.value_slot(number, at);
                self.row(tally, tag, Some(name), what, counted(slot));
            }
        }
    }

    fn errors(&mut self, tally: &Tally) {
        for entry in universe::errors() {
            let what = What::Error {
                code: entry.code,
                name: entry.name,
                kind: entry.kind,
                status: entry.status,
            };
            let of = |counts: &Counts| counts.errors.get(&entry.code).copied().unwrap_or_default();
            self.row(tally, "", None, what, of);
        }
    }

    fn moves(&mut self, tally: &Tally) {
        for (number, transition) in universe::moves().iter().enumerate() {
            let of = |counts: &Counts| counts.moves.get(&number).copied().unwrap_or_default();
            let all = tally.clients.values().flat_map(BTreeMap::values);
            let sum = all.map(of).fold([0_u64; 2], |[begun, completed], it| {
                [begun.saturating_add(it[0]), completed.saturating_add(it[1])]
            });
            let what = What::Move {
                transition,
                begun: sum[0],
                completed: sum[1],
            };
            self.row(tally, transition.family, None, what, |counts| {
                let [begun, completed] = of(counts);
                begun.saturating_add(completed)
            });
        }
    }

    /// Adds a row, counted over the clients and over one operation or all of them.
    fn row(
        &mut self,
        tally: &Tally,
        family: &str,
        operation: Option<&str>,
        what: What,
        of: impl Fn(&Counts) -> u64,
    ) {
        let mut row = Row {
            what,
            family: family.to_owned(),
            count: 0,
            clients: Vec::new(),
        };
        for (at, operations) in tally.clients.values().enumerate() {
            let count = match operation {
                Some(name) => operations.get(name).map_or(0, &of),
                None => operations.values().map(&of).fold(0, u64::saturating_add),
            };
            if count > 0 {
                row.count = row.count.saturating_add(count);
                row.clients.push(at);
            }
        }
        self.rows.push(row);
    }
}

impl Calls {
    fn of(counts: &Counts) -> Self {
        Self {
            asked: counts.asked,
            answered: counts.answered,
            illegal: counts.illegal,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_add(other.asked),
            answered: self.answered.saturating_add(other.answered),
            illegal: self.illegal.saturating_add(other.illegal),
        }
    }

    /// Legal requests that nobody answered: gaps, and callers that were not let in.
    pub(super) fn unanswered(self) -> u64 {
        let settled = self.answered.saturating_add(self.illegal);
        self.asked.saturating_sub(settled)
    }
}

fn clients(tally: &Tally) -> Vec<Client> {
    let each = tally.clients.iter().map(|(name, operations)| {
        let calls = operations.values().map(Calls::of);
        Client {
            name: name.clone(),
            calls: calls.fold(Calls::default(), Calls::plus),
        }
    });
    each.collect()
}
