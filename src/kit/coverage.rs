//! What a cloud has exercised of its contract, and where it is written when the cloud goes.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::desk::Desk;
use super::{Cloud, CloudBuilder};
use crate::contract::Contract;
use crate::report::{self, Coverage, CoverageError, Tally};
use crate::transcript::Exchange;

impl Cloud {
    /// What the exchanges that are remembered have exercised of the contract.
    ///
    /// ```
    /// use mockscale::{Cloud, Dimension, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    /// assert_eq!(cloud.coverage().figures()[Dimension::Operations].exercised, 1);
    /// ```
    pub fn coverage(&self) -> Coverage {
        let contract = Arc::clone(self.desk().contract());
        Coverage::of_contract(&self.transcript(), contract)
    }

    /// Writes what was exercised since it was last written, if coverage is collected: for a cloud
    /// that never goes, such as one in a `static`. Others write by themselves.
    ///
    /// ```
    /// # fn main() -> Result<(), mockscale::CoverageError> {
    /// mockscale::Cloud::new().write_coverage()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the directory or the file in it cannot be made or written.
    pub fn write_coverage(&self) -> Result<(), CoverageError> {
        match self.desk().collector() {
            Some(collector) => collector.write(),
            None => Ok(()),
        }
    }
}

impl CloudBuilder {
    /// Collects coverage in a directory, which is made when it is not there: this cloud adds a line
    /// to a file of the process when the last handle to it and to its forks goes. Instead of the
    /// directory that the environment variable `MOCKSCALE_COVERAGE` names for all clouds of a process.
    ///
    /// Dropping the last handle panics when the directory cannot be made or written.
    ///
    /// ```
    /// use mockscale::{Cloud, Coverage, Dimension, json};
    ///
    /// let directory = std::env::temp_dir().join(format!("coverage-{}", std::process::id()));
    /// let cloud = Cloud::builder().coverage(&directory).build();
    /// cloud.call("ReadNets", json!({}));
    /// drop(cloud);
    /// let coverage = Coverage::load(&directory).expect("what was just written");
    /// assert_eq!(coverage.figures()[Dimension::Operations].exercised, 1);
    /// # std::fs::remove_dir_all(directory).expect("ours");
    /// ```
    pub fn coverage(mut self, directory: impl Into<PathBuf>) -> Self {
        self.settings.coverage = Some(directory.into());
        self
    }
}

/// What a cloud and its forks tally while coverage is collected. They count as they listen: what is
/// remembered of a conversation may be only its end. Forks share it, since a test may make
/// thousands of them to ask one thing each.
#[derive(Debug)]
pub(crate) struct Collector {
    directory: PathBuf,
    contract: Arc<Contract>,
    unwritten: Mutex<Tally>,
    /// How many clouds a test still holds.
    holders: AtomicUsize,
}

impl Collector {
    /// One for a cloud that was told where to collect, or whose process was.
    pub(super) fn wished(directory: Option<&Path>, contract: &Arc<Contract>) -> Option<Arc<Self>> {
        let directory = match directory {
            Some(directory) => directory,
            None => report::wished_directory()?,
        };
        Some(Arc::new(Self {
            // Wherever the test goes meanwhile.
            directory: std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned()),
            contract: Arc::clone(contract),
            unwritten: Mutex::default(),
            holders: AtomicUsize::new(0),
        }))
    }

    /// Counts an exchange.
    pub(super) fn note(&self, exchange: &Exchange) {
        self.unwritten().count(&self.contract, exchange);
    }

    /// Writes what was not written yet. What cannot be written is told once.
    pub(super) fn write(&self) -> Result<(), CoverageError> {
        let unwritten = std::mem::take(&mut *self.unwritten());
        if unwritten.is_empty() {
            return Ok(());
        }
        report::append(&self.directory, &self.contract, &unwritten)
    }

    fn unwritten(&self) -> MutexGuard<'_, Tally> {
        self.unwritten
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was still said after the test let go, by a client that was being answered.
impl Drop for Collector {
    fn drop(&mut self) {
        if let Err(error) = self.write() {
            eprintln!("mockscale: {error}");
        }
    }
}

/// Writes the coverage as the test lets go of the cloud and its forks, whatever the guards say.
#[derive(Debug)]
pub(super) struct AtLast(Option<Arc<Collector>>);

impl AtLast {
    /// For one more cloud that a test holds.
    pub(super) fn of(desk: &Desk) -> Self {
        let collector = desk.collector().cloned();
        if let Some(collector) = &collector {
            collector.holders.fetch_add(1, Ordering::Relaxed);
        }
        Self(collector)
    }
}

impl Drop for AtLast {
    fn drop(&mut self) {
        let Some(collector) = &self.0 else {
            return;
        };
        // The last one sees what the others have counted: that is behind a lock.
        if collector.holders.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        match collector.write() {
            Ok(()) => {}
            Err(error) if std::thread::panicking() => eprintln!("mockscale: {error}"),
            Err(error) => panic!("{error}"),
        }
    }
}
