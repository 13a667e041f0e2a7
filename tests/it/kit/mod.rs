//! The cloud as a test holds it.

mod bad_input;
mod determinism;
mod guards;
mod handle;
mod life;
mod overrides;
mod raw;
mod replies;
mod secrets;
