//! The fake cloud itself: pure, synchronous, deterministic.

pub mod account;
pub mod fault;
