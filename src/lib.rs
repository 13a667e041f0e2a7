#![doc = include_str!("../README.md")]

// The way of a request is the table of contents: wire → access → contract → cloud → transcript,
// put together in `kit`, listened for in `server`.
//
// What is hidden is public for the crate's own table tests; it is no part of the promised interface.
#[doc(hidden)]
pub mod access;
#[doc(hidden)]
pub mod cloud;
pub mod contract;
#[cfg(feature = "rstest")]
pub mod fixtures;
mod kit;
pub mod manual;
#[cfg(feature = "tls")]
pub mod pki;
pub mod replay;
mod report;
#[cfg(feature = "sdk")]
pub mod sdk;
#[cfg(feature = "server")]
mod server;
mod transcript;
pub mod wire;

pub use access::Check;
#[doc(inline)]
pub use access::signature;
pub use cloud::account::Credentials;
pub use cloud::dispatch::Served;
pub use cloud::effect::{Change, Effect, FieldChange};
pub use cloud::lifecycle::Pace;
pub use contract::{Breach, Contract, ContractError, Shape, Side, Violation};
#[cfg(feature = "snapshot")]
pub use insta;
pub use jiff;
#[cfg(feature = "server")]
pub use kit::environment;
pub use kit::{
    ApiError, Cloud, CloudBuilder, Response, ServedOperation, operations, quotas, regions,
};
pub use kit::{BrokenInvariant, DanglingReference, Expectation, Guard, Leak, Received, Times};
pub use kit::{Clock, Explanation, NewAccount, Support};
#[cfg(feature = "remote")]
pub use replay::Remote;
pub use replay::{Endpoint, EndpointError, Replay};
pub use report::{Coverage, CoverageError, Dimension, Figure, Figures};
pub use report::{FieldLoss, Loss, LostField, OperationLoss};
pub use serde_json::{Value, json};
pub use transcript::{Exchange, Http, Mark, Said, Source, Transcript, TranscriptError};
#[cfg(feature = "server")]
pub use wiremock;

#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "snapshot")]
    pub use insta;

    #[cfg(feature = "snapshot")]
    pub use crate::transcript::snapshot::{Comparable, Site, in_folder, yaml};
}
