//! Where exchanges are kept: all of them in a test, the last ones in a server that lives long.

use std::collections::VecDeque;
use std::sync::Arc;

use super::exchange::Exchange;

/// The exchanges of one cloud.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    exchanges: VecDeque<Arc<Exchange>>,
    said: u64,
    limit: Option<usize>,
}

impl Record {
    /// Keeps the last `limit` exchanges, or all of them.
    pub(crate) fn keeping(limit: Option<usize>) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// The number of the next exchange, taken.
    pub(crate) fn number(&mut self) -> u64 {
        self.said += 1;
        self.said
    }

    /// How many exchanges there were so far: the number of the last one.
    pub(crate) fn said(&self) -> u64 {
        self.said
    }

    /// How many of them are no longer remembered.
    pub(crate) fn forgotten(&self) -> u64 {
        self.exchanges
            .front()
            .map_or(self.said, |first| first.number - 1)
    }

    /// Remembers an exchange.
    pub(crate) fn push(&mut self, exchange: Arc<Exchange>) {
        self.exchanges.push_back(exchange);
        if self.limit.is_some_and(|limit| self.exchanges.len() > limit) {
            self.exchanges.pop_front();
        }
    }

    /// What is remembered, oldest first.
    pub(crate) fn exchanges(&self) -> impl Iterator<Item = &Arc<Exchange>> {
        self.exchanges.iter()
    }
}
