//! The fake cloud itself: pure, synchronous, deterministic. No HTTP, no I/O, no wall clock, no dice.

pub mod account;
pub mod address;
pub mod bootstrap;
pub mod bucket;
pub mod call;
pub mod clock;
pub mod dangling;
pub mod default;
pub mod dependents;
pub mod dispatch;
pub mod effect;
pub mod failure;
pub mod families;
pub mod family;
pub mod fault;
pub mod filter;
pub mod id;
pub mod identity;
pub mod invariant;
pub mod lifecycle;
pub mod lockout;
pub mod log;
pub mod object;
pub mod page;
pub mod permission;
pub mod quota;
pub mod seeds;
pub mod sharing;
pub mod ssh;
pub mod state;
pub mod store;
pub mod throttle;
pub mod x509;

pub use state::State;
