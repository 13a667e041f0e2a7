//! The manual: what the documentation of single items has no place for.
//!
//! - [`failures`]: what a failing test looks like, five times.
//! - [`conversations`]: parts of a transcript, snapshots, hiding, files, replay.
//! - [`coverage`]: what a suite exercises of the contract, and how CI holds it.
//! - [`access`]: who may call: rules, certificates, keys, locks, users and their policies.
//! - [`clients`]: for who writes a client: replies on demand, and what models lose of them.

#[doc = include_str!("access.md")]
pub mod access {}

#[doc = include_str!("failures.md")]
pub mod failures {}

#[doc = include_str!("conversations.md")]
pub mod conversations {}

#[doc = include_str!("coverage.md")]
pub mod coverage {}

#[doc = include_str!("clients.md")]
pub mod clients {}
