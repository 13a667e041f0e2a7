//! What all handles and the listener of one cloud share: the state, the record and the judges.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;

use super::coverage::Collector;
use super::invariant;
use super::replies::{Replies, Shapes};
use super::strictness::Strictness;
#[cfg(feature = "server")]
use super::trust::Trust;
use super::verdict::Verdict;
use crate::access::{Gate, WINDOW};
use crate::cloud::State;
use crate::cloud::account::directory;
use crate::cloud::dispatch::Served;
use crate::cloud::id;
use crate::contract::{Contract, Violation};
use crate::transcript::{About, Exchange, Mark, Record, Redactions, Transcript, hide_misplaced};

/// Who is told of each exchange as it is recorded.
pub(crate) type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// How old signatures may be, if there is a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window(pub(crate) Option<SignedDuration>);

impl Default for Window {
    fn default() -> Self {
        Self(Some(WINDOW))
    }
}

/// What a cloud was told to be like, beyond its state.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// How many exchanges are kept.
    pub(crate) keep_exchanges: Option<usize>,
    /// What fails the test.
    pub(crate) strictness: Strictness,
    /// Whether the clock follows the system's.
    pub(crate) wall_clock: bool,
    /// How old signatures may be.
    pub(crate) window: Window,
    /// What no exchange may show.
    pub(crate) redactions: Redactions,
    /// Who is told of each exchange.
    pub(crate) observer: Option<Observer>,
    /// What replies look like at first.
    pub(crate) replies: Shapes,
    /// Where coverage is collected; otherwise where the environment says, if it does.
    pub(crate) coverage: Option<PathBuf>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("keep_exchanges", &self.keep_exchanges)
            .field("strictness", &self.strictness)
            .field("wall_clock", &self.wall_clock)
            .field("window", &self.window)
            .field("redactions", &self.redactions)
            .field("coverage", &self.coverage)
            .finish_non_exhaustive()
    }
}

/// One cloud's state, record and judges.
#[derive(Debug)]
pub(crate) struct Desk {
    contract: Arc<Contract>,
    gate: Gate,
    #[cfg(feature = "server")]
    trust: Trust,
    book: Mutex<Book>,
    verdict: Verdict,
    replies: Replies,
    settings: Settings,
    /// What tallies coverage, when it is collected.
    collector: Option<Arc<Collector>>,
    began: Began,
}

/// How far things were when the cloud was made or forked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Began {
    /// See [`Store::turn`](crate::cloud::store::Store::turn).
    pub(crate) turn: u64,
    /// See [`Store::edits`](crate::cloud::store::Store::edits).
    pub(crate) edits: u64,
    /// How many requests were answered before the conversation began.
    requests: u64,
}

/// What changes together: a call's effects and its place in the record.
#[derive(Debug)]
pub(crate) struct Book {
    /// The state.
    pub(crate) state: State,
    /// The conversation.
    pub(crate) record: Record,
}

impl Desk {
    /// A desk with nothing said yet.
    pub(crate) fn new(contract: Arc<Contract>, state: State, settings: Settings) -> Self {
        let verdict = Verdict::new(settings.strictness.clone());
        let collector = Collector::wished(settings.coverage.as_deref(), &contract);
        Self {
            contract,
            gate: Gate::new(settings.window.0),
            #[cfg(feature = "server")]
            trust: Trust::new(),
            began: Began {
                turn: state.store.turn(),
                edits: state.store.edits(),
                requests: 0,
            },
            book: Mutex::new(Book {
                state,
                record: Record::keeping(settings.keep_exchanges),
            }),
            verdict,
            replies: Replies::new(settings.replies.clone()),
            collector,
            settings,
        }
    }

    /// Another desk with the same state and nothing said; what it exercises is tallied together.
    pub(crate) fn fork(&self) -> Self {
        let (state, said) = {
            let book = self.book();
            (book.state.clone(), book.record.said())
        };
        let mut settings = self.settings.clone();
        settings.strictness = self.verdict.strictness();
        settings.replies = self.replies.shapes().clone();
        let mut fork = Self::new(Arc::clone(&self.contract), state, settings);
        fork.collector.clone_from(&self.collector);
        fork.began.requests = self.began.requests + said;
        fork
    }

    /// The contract in force.
    pub(crate) fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Who may call.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// What requests over HTTP may declare about themselves.
    #[cfg(feature = "server")]
    pub(crate) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// What the guards will say.
    pub(crate) fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// What replies look like.
    pub(crate) fn replies(&self) -> &Replies {
        &self.replies
    }

    /// What no exchange may show.
    pub(crate) fn redactions(&self) -> &Redactions {
        &self.settings.redactions
    }

    /// The identifier of a request: a fork, which has the log of its origin, goes on from there.
    pub(crate) fn request_id(&self, state: &State, number: u64) -> String {
        id::request_id(state.ids.seed(), self.began.requests + number)
    }

    /// How far things were at first.
    pub(crate) fn began(&self) -> Began {
        self.began
    }

    /// The state and the record, together.
    ///
    /// A panic elsewhere has lost nothing: a call works on a draft of the state, which is replaced
    /// as a whole, and only then is the exchange recorded.
    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if self.settings.wall_clock {
            book.state.clock.advance_to(jiff::Timestamp::now());
        }
        book
    }

    /// Remembers an exchange, and tells those who watch: last, since they may panic.
    pub(crate) fn record(&self, book: &mut Book, mut exchange: Exchange) {
        if exchange.status >= 400 {
            hide_misplaced(&mut exchange, directory::secrets(&book.state));
        }
        self.settings.redactions.hide(&mut exchange);
        self.verdict.note(&exchange);
        if let Some(collector) = &self.collector {
            collector.note(&exchange);
        }
        let exchange = Arc::new(exchange);
        if !exchange.effects.is_empty() && self.verdict.asks_for_invariants() {
            let broken = invariant::broken(&book.state, &self.contract, Some(&exchange));
            self.verdict.note_broken(broken);
        }
        book.record.push(Arc::clone(&exchange));
        if let Some(observer) = &self.settings.observer {
            observer(&exchange);
        }
    }

    /// What tallies coverage, if it is collected.
    pub(crate) fn collector(&self) -> Option<&Arc<Collector>> {
        self.collector.as_ref()
    }

    /// Looks at the state, or changes it.
    pub(crate) fn with_state<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.book().state)
    }

    /// The region.
    pub(crate) fn region(&self) -> Arc<str> {
        self.with_state(|state| Arc::clone(&state.region))
    }

    /// What is remembered of the conversation.
    pub(crate) fn transcript(&self) -> Transcript {
        let book = self.book();
        let about = About {
            start: book.state.clock.start(),
            api: self.contract.version().to_owned(),
            region: book.state.region.to_string(),
            contract: Arc::clone(&self.contract),
            forgotten: book.record.forgotten(),
            left_out: 0,
        };
        Transcript::of(about, book.record.exchanges().cloned().collect())
    }

    /// Where the conversation stands.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.book().record.said())
    }

    /// Everything that broke the contract.
    pub(crate) fn violations(&self) -> Vec<Violation> {
        let book = self.book();
        book.record
            .exchanges()
            .flat_map(|exchange| exchange.violations.iter().cloned())
            .collect()
    }

    /// Calls that were not served: gaps, and what the contract does not know.
    pub(crate) fn unserved(&self) -> Vec<Arc<Exchange>> {
        let book = self.book();
        book.record
            .exchanges()
            .filter(|exchange| {
                exchange.served == Some(Served::Gap)
                    || exchange
                        .violations
                        .iter()
                        .any(|violation| violation.breach.rule == "operation")
            })
            .cloned()
            .collect()
    }
}
