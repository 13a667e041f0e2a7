//! What the test holds: when the last handle goes, the port closes and the guards run.

use std::sync::Arc;

use super::coverage::AtLast;
use super::desk::Desk;
#[cfg(feature = "server")]
use super::serve::Port;

/// A cloud as the test holds it. The listener shares the desk, never this.
#[derive(Debug)]
pub(crate) struct Held {
    desk: Arc<Desk>,
    #[cfg(feature = "server")]
    pub(super) port: std::sync::OnceLock<Port>,
    /// After the port, so that it closes before.
    _coverage: AtLast,
}

impl Held {
    /// A cloud without a port.
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self {
            #[cfg(feature = "server")]
            port: std::sync::OnceLock::new(),
            _coverage: AtLast::of(&desk),
            desk,
        }
    }

    /// What it shares with its listener.
    pub(crate) fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The test fails already. The port closes as it is dropped, and verifies nothing.
            return;
        }
        let mut failures = Vec::new();
        #[cfg(feature = "server")]
        if let Some(port) = self.port.take() {
            failures.extend(port.close());
        }
        failures.extend(self.desk.verdict().failure(|| self.desk.transcript()));
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}
