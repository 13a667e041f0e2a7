//! Reports: what a suite, or a client, has shown of itself.

mod field_loss;

pub use field_loss::{FieldLoss, Loss, LostField, OperationLoss};
