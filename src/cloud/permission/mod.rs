//! The policy language: what documents of statements allow and deny. Pure: no state, no accounts.
//!
//! Who a document applies to is the business of the families of users, groups and policies. Left
//! out: conditions, principals and variables, which a document may not have; the resources that a
//! call works on, whose names the cloud does not publish; and keys that stand twice in a document,
//! of which the last counts, as JSON readers have it.

mod decision;
mod document;
mod pointer;

pub use decision::{Decision, Place, decide};
pub use document::Document;
pub use pointer::BadDocument;
