//! What a suite has exercised of the contract, and what a client's models lose of it.
//!
//! `universe.rs` says what there is to exercise and `tally.rs` what one exchange exercises of it.
//! Each cloud tallies for itself; `collect.rs` writes its tally into a directory, one line of a
//! file of the process, and `load.rs` reads such a directory. `sheet.rs` puts the two together, row by
//! row, which the three renderings (`text.rs`, `json.rs`, `html.rs`) print.
//!
//! Left out: where a test keeps its clouds (see `kit`), and coverage of the fake's own code.

mod collect;
mod coverage;
mod error;
mod field_loss;
mod figures;
#[cfg(feature = "cli")]
mod html;
mod json;
mod line;
mod load;
mod sheet;
mod tally;
mod text;
mod universe;

pub(crate) use collect::{append, wished_directory};
pub use coverage::Coverage;
pub use error::CoverageError;
pub use field_loss::{FieldLoss, Loss, LostField, OperationLoss};
pub use figures::{Dimension, Figure, Figures};
pub(crate) use tally::Tally;
