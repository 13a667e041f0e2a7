//! The one background runtime of the process, on a thread of its own.
//!
//! One thread serves every listener: answering takes microseconds, and over loopback a single
//! thread has the better tail. It is never stopped, so that a cloud may be dropped anywhere, in
//! the middle of a caller's runtime too, without waiting for anything.

use std::future;
use std::io;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use tokio::runtime::{Builder, Handle};

static RUNTIME: OnceLock<Handle> = OnceLock::new();
/// Held while the runtime is started, so that two first users do not start two.
static STARTING: Mutex<()> = Mutex::new(());

/// The runtime, started on first use.
///
/// # Errors
/// When its thread or its poller cannot be had from the system; the next call tries again.
pub(super) fn handle() -> io::Result<&'static Handle> {
    if let Some(handle) = RUNTIME.get() {
        return Ok(handle);
    }
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    match RUNTIME.get() {
        Some(handle) => Ok(handle),
        None => start().map(|handle| RUNTIME.get_or_init(|| handle)),
    }
}

fn start() -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("mockscale-server".to_owned())
        .spawn(move || runtime.block_on(future::pending::<()>()))?;
    Ok(handle)
}
