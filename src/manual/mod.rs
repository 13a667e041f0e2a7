//! The manual: what the documentation of single items has no place for.
//!
//! - [`failures`]: what a failing test looks like, five times.
//! - [`conversations`]: looking at parts of a transcript, snapshots, files, HAR, replay.
//! - [`coverage`]: what a suite exercises of the contract, and how CI holds it.
//! - [`clients`]: for authors of SDKs: replies on demand, and what their models lose.

#[doc = include_str!("failures.md")]
pub mod failures {}
