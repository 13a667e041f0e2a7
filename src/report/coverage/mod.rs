//! Coverage as a user holds it: made of a conversation or read from a directory, put together,
//! and asked for figures or a report.
//!
//! `universe.rs` says what there is to exercise and `tally.rs` what one exchange exercises of it.
//! Each cloud tallies for itself; `collect.rs` writes its tally into a directory, one line of a
//! file of the process, and `load.rs` reads such a directory. `sheet.rs` puts the two together, row by
//! row, which the three renderings (`text.rs`, `json.rs`, `html/`) print.
//!
//! Left out: where a test keeps its clouds (see `kit`), and coverage of the fake's own code.

mod collect;
mod error;
mod figures;
#[cfg(feature = "cli")]
mod html;
mod json;
mod line;
mod load;
mod sheet;
mod tally;
mod text;
mod universe;

pub(crate) use collect::{append, wished_directory};
pub use error::CoverageError;
pub use figures::{Dimension, Figure, Figures};
pub(crate) use tally::Tally;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::contract::Contract;
use crate::transcript::Transcript;
use sheet::Sheet;

/// What was exercised of the contract: operations, request fields, listed values, reply fields,
/// error codes and transitions.
///
/// Only what is legal and answered counts: see [`Dimension`](crate::Dimension). A field counts as
/// exercised when it was there and not null; a call to an operation that this fake does not serve
/// does not exercise it, nor does a request that breaks the contract.
///
/// One cloud tells with [`Cloud::coverage`](crate::Cloud::coverage). For a whole suite, collect
/// into a directory and print it:
///
/// ```sh
/// MOCKSCALE_COVERAGE=$PWD/target/coverage cargo test
/// mockscale coverage target/coverage
/// ```
///
/// Each process writes a file of its own there and nothing is ever removed: begin with a new
/// directory for figures of one run. A cloud writes when its last handle goes; one that stands in
/// a `static` writes with [`Cloud::write_coverage`](crate::Cloud::write_coverage).
///
/// `Display` is [`Coverage::to_text`].
#[derive(Clone)]
pub struct Coverage {
    contract: Arc<Contract>,
    tally: Tally,
    processes: usize,
    clouds: usize,
}

impl Coverage {
    /// What a conversation with the bundled contract has exercised.
    ///
    /// ```
    /// use mockscale::{Cloud, Coverage, Dimension, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({ "Filters": { "NetIds": [] } }));
    /// let coverage = Coverage::of(&cloud.transcript());
    /// assert_eq!(coverage.figures()[Dimension::RequestFields].exercised, 2);
    /// ```
    pub fn of(transcript: &Transcript) -> Self {
        Self::of_contract(transcript, Contract::bundled())
    }

    /// [`Coverage::of`] with another contract.
    pub(crate) fn of_contract(transcript: &Transcript, contract: Arc<Contract>) -> Self {
        let mut tally = Tally::default();
        for exchange in transcript.exchanges() {
            tally.count(&contract, exchange);
        }
        Self {
            contract,
            tally,
            processes: 0,
            clouds: 0,
        }
    }

    /// What clouds with the bundled contract have written to a directory.
    ///
    /// ```
    /// use mockscale::Coverage;
    ///
    /// let error = Coverage::load("no/such/directory").unwrap_err();
    /// assert!(error.to_string().contains("MOCKSCALE_COVERAGE"), "{error}");
    /// ```
    ///
    /// # Errors
    /// When there is no coverage, or a file there is damaged, not coverage, of another version of
    /// the format or of the API. Nothing is changed there in any case.
    pub fn load(directory: impl AsRef<Path>) -> Result<Self, CoverageError> {
        Self::load_by(directory, Contract::bundled())
    }

    /// [`Coverage::load`] for clouds with another contract.
    ///
    /// # Errors
    /// Those of [`Coverage::load`].
    pub fn load_by(
        directory: impl AsRef<Path>,
        contract: Arc<Contract>,
    ) -> Result<Self, CoverageError> {
        let loaded = load::load(directory.as_ref(), &contract)?;
        Ok(Self {
            contract,
            tally: loaded.tally,
            processes: loaded.processes,
            clouds: loaded.clouds,
        })
    }

    /// Adds what another has exercised.
    ///
    /// ```
    /// use mockscale::{Cloud, Dimension, json};
    ///
    /// let (one, other) = (Cloud::new(), Cloud::new());
    /// one.call("ReadNets", json!({}));
    /// other.call("ReadVms", json!({}));
    /// let mut both = one.coverage();
    /// both.merge(&other.coverage()).expect("one contract");
    /// assert_eq!(both.figures()[Dimension::Operations].exercised, 2);
    /// ```
    ///
    /// # Errors
    /// When the two are of different versions of the API; then nothing was added.
    pub fn merge(&mut self, other: &Self) -> Result<(), CoverageError> {
        if self.contract.version() != other.contract.version() {
            return Err(CoverageError::Contract {
                collected: other.contract.version().to_owned(),
                contract: self.contract.version().to_owned(),
            });
        }
        self.tally.merge(&other.tally);
        self.processes += other.processes;
        self.clouds += other.clouds;
        Ok(())
    }

    /// What the clients have exercised that have a text in their user agent.
    ///
    /// Calls without a socket are by `(in process)`, calls over HTTP without a user agent by
    /// `(no user agent)`.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.coverage().by("in process").is_ok());
    /// assert!(cloud.coverage().by("terraform").is_err());
    /// ```
    ///
    /// # Errors
    /// When there is no such client; the error lists those that there are.
    pub fn by(&self, client: &str) -> Result<Self, CoverageError> {
        let mut part = self.clone();
        part.tally.clients.retain(|name, _| name.contains(client));
        if part.tally.is_empty() {
            return Err(CoverageError::Client {
                wanted: client.to_owned(),
                known: self.tally.clients.keys().cloned().collect(),
            });
        }
        Ok(part)
    }

    /// The contract that it is of.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// How much of each dimension was exercised.
    pub fn figures(&self) -> Figures {
        self.sheet().figures()
    }

    /// How much of each family, by tag. Errors belong to no family: there is none to be known.
    ///
    /// ```
    /// use mockscale::{Cloud, Dimension, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// let families = cloud.coverage().by_family();
    /// assert_eq!(families["Net"][Dimension::Operations].to_string(), "1 of 4 (25.0 %)");
    /// ```
    pub fn by_family(&self) -> BTreeMap<String, Figures> {
        self.sheet().by_family()
    }

    /// How much each client has exercised, by user agent.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.coverage().by_client().contains_key("(in process)"));
    /// ```
    pub fn by_client(&self) -> BTreeMap<String, Figures> {
        let sheet = self.sheet();
        let figures = sheet.by_client();
        let names = sheet.clients.into_iter().map(|client| client.name);
        names.zip(figures).collect()
    }

    /// A report on one screen: the figures, the families, what was not exercised though it is
    /// served.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.coverage().to_text().contains("1 of 223"));
    /// ```
    pub fn to_text(&self) -> String {
        text::report(self)
    }

    /// Everything that was not exercised, one to a line, by dimension and family.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.coverage().missing().contains("ReadNets Filters.NetIds"));
    /// ```
    pub fn missing(&self) -> String {
        text::missing(self)
    }

    /// Everything, for programs.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// let report = cloud.coverage().to_json();
    /// assert_eq!(report["figures"]["operations"]["exercised"], 1);
    /// ```
    pub fn to_json(&self) -> serde_json::Value {
        json::report(self)
    }

    /// One page that needs nothing else: figures, families, and tables that sort and filter.
    ///
    /// A fragment filters it at once: `page.html#filter=ReadNets&family=Net&missing`.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// assert!(cloud.coverage().to_html().starts_with("<!DOCTYPE html>"));
    /// ```
    #[cfg(feature = "cli")]
    pub fn to_html(&self) -> String {
        html::report(self)
    }

    fn sheet(&self) -> Sheet {
        Sheet::of(&self.contract, &self.tally)
    }
}

/// Two are equal when the same was counted as often, by the same version of the API, wherever it
/// was collected.
impl PartialEq for Coverage {
    fn eq(&self, other: &Self) -> bool {
        self.contract.version() == other.contract.version() && self.tally == other.tally
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl fmt::Debug for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coverage")
            .field("api", &self.contract.version())
            .field("clients", &self.tally.clients.keys())
            .field("processes", &self.processes)
            .field("clouds", &self.clouds)
            .finish_non_exhaustive()
    }
}
