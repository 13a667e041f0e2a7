//! The cloud as a test holds it.

mod access;
mod bad_input;
mod dangling;
mod determinism;
mod expect;
mod failing;
mod guards;
mod handle;
mod leaks;
mod life;
mod overrides;
pub(crate) mod raw;
mod received;
mod replies;
mod secrets;
mod strictness;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::Cloud;

/// What dropping the last handle says, if it fails.
pub(crate) fn drop_of(cloud: Cloud) -> Option<String> {
    said_by(|| drop(cloud))
}

/// What a failing assertion says.
pub(crate) fn said_by(assertion: impl FnOnce()) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).err()?;
    Some(*payload.downcast::<String>().expect("a text"))
}
