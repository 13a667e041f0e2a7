//! What a suite has exercised of the contract, and what a client's models lose of it.
//!
//! Left out: what became of one conversation (see `transcript`), and what fails a test (see `kit`).

mod coverage;
mod field_loss;

pub use coverage::{Coverage, CoverageError, Dimension, Figure, Figures};
pub(crate) use coverage::{Tally, append, wished_directory};
pub use field_loss::{FieldLoss, Loss, LostField, OperationLoss};
