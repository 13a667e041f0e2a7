//! Answers where the cloud gave none: a panic, a mock that failed, a request that broke off.
//!
//! They use the envelope of the API, because that is what its clients can read and show.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cloud::fault::Entry;
use crate::wire::WireResponse;

/// assumed: code 0 is the cloud's word for an error that it does not name, documented with status
/// 400. The statuses 500 and 502 are the project's own.
const fn unnamed(name: &'static str, status: u16) -> Entry {
    Entry {
        code: 0,
        name,
        kind: "DefaultError",
        status,
    }
}

/// The request ended before its body did.
pub(super) const BROKEN_OFF: &Entry = &unnamed("broken-off", 400);
/// The request came without TLS to a port that speaks it.
#[cfg(feature = "tls")]
pub(super) const WITHOUT_TLS: &Entry = &unnamed("without-tls", 400);
/// The code behind the answer panicked.
pub(super) const PANICKED: &Entry = &unnamed("panicked", 500);
/// The server that plays the mounted mocks gave no answer.
pub(super) const MOCK_FAILED: &Entry = &unnamed("mock-failed", 502);

/// Numbers the mishaps of one listener.
#[derive(Debug, Default)]
pub(super) struct Mishaps(AtomicU64);

impl Mishaps {
    /// The answer that tells the client of a mishap.
    ///
    /// Its request id is not one of the cloud's: it counts, behind zeros that say so.
    pub(super) fn answer(&self, entry: &'static Entry, details: impl Into<String>) -> WireResponse {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let request_id = format!("00000000-0000-4000-8000-{number:012x}");
        let envelope = entry.says(details).envelope(&request_id);
        WireResponse {
            status: entry.status,
            body: envelope.to_string().into_bytes(),
        }
    }
}

/// Runs code that may panic.
///
/// # Errors
/// The text of the panic.
pub(super) fn caught<T>(code: impl FnOnce() -> T) -> Result<T, String> {
    // What the code shares is behind locks of its own, which know when their holder panicked.
    catch_unwind(AssertUnwindSafe(code)).map_err(|payload| panic_text(&*payload))
}

/// What a panic said.
pub(super) fn panic_text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else {
        "a panic without a message".to_owned()
    }
}
