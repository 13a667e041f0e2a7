//! The fake cloud itself: pure, synchronous, deterministic.

pub mod account;
pub mod fault;
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the families that read it follow")
)]
pub(crate) mod seeds;
