//! The HTTP side: a port of its own for each cloud, and the mocks that are mounted over its answers.
//!
//! The way of a call: [`listener`] accepts and answers, [`message`] turns HTTP into wire types and
//! back, [`overrides`] offers the call to the mounted mocks first, [`mishap`] is the answer where
//! none of them could give one; with the feature `tls` a connection may begin with [`tls`]. Left out:
//! what an operation means, checking, recording (the [`Answer`] does all three), and whether a
//! client's certificate is any good.

mod forward;
mod linger;
mod listener;
mod message;
mod mishap;
mod overrides;
mod runtime;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;

pub(crate) use listener::Listener;
#[cfg(feature = "tls")]
pub(crate) use tls::Tls;

use crate::wire::{WireRequest, WireResponse};

/// What a listener serves: one call in, one answer out, without waiting.
///
/// The functions run on the one thread that serves every listener of the process: they may
/// compute, they must not block. A panic in one of them becomes an answer of status 500.
pub(crate) trait Answer: Send + Sync + 'static {
    /// The cloud's own answer.
    fn answer(&self, request: &WireRequest) -> WireResponse;

    /// Takes note of an answer that did not come from the cloud: what a mounted mock gave, or the
    /// 502 that stood in for a mock that failed. To be checked and recorded like any other.
    fn overridden(&self, request: &WireRequest, response: &WireResponse);

    /// Takes note of the 500 that stood in for an answer because one of the others panicked.
    fn panicked(&self, request: &WireRequest, response: &WireResponse, panic: &str);
}
