//! The crate seen from outside.

mod contract;
