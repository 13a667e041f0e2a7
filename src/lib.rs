//! A 3DS OUTSCALE cloud of its own for each cargo test.

pub mod access;
pub mod cloud;
pub mod contract;
mod kit;
#[cfg(feature = "sdk")]
pub mod sdk;
#[cfg(feature = "server")]
mod server;
pub mod transcript;
pub mod wire;

pub use cloud::account::Credentials;
pub use cloud::dispatch::Served;
pub use cloud::lifecycle::Pace;
pub use contract::{Breach, Contract, ContractError, Side, Violation};
pub use jiff;
#[cfg(feature = "server")]
pub use kit::environment;
pub use kit::{ApiError, Cloud, CloudBuilder, Response, ServedOperation, operations, regions};
pub use serde_json::{Value, json};
pub use transcript::{Exchange, Said, Source, Transcript};

#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "snapshot")]
    pub use insta;

    #[cfg(feature = "snapshot")]
    pub use crate::transcript::snapshot::folder as snapshot_folder;
}
