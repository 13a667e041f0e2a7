//! A 3DS OUTSCALE cloud of its own for each cargo test.

pub mod cloud;
pub mod contract;
pub mod wire;
