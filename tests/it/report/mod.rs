//! Reports.

mod field_loss;
