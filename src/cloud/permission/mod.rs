//! The policy language: what documents of statements allow and deny. Pure: no state, no accounts.
//!
//! Who a document applies to is the business of the families of users, groups and policies. Left
//! out: conditions, principals and variables, which a document may not have; and the resources that
//! a call works on, whose names the cloud does not publish.

mod decision;
mod document;
mod pointer;
mod unique;

pub use decision::{Decision, Place, decide};
pub use document::Document;
pub use pointer::BadDocument;
