//! The API contract: what the document says, without state and without HTTP.
//!
//! A [`Contract`] holds the facts of an `OpenAPI` document (operations, schemas, statuses,
//! security) as text and parses a piece of them when it is first asked for it; each
//! [`Operation`] checks the two bodies of a call and tells what its schemas imply. Left out: what
//! the schemas do not say, such as limits and relations between fields. That is behaviour.

mod breach;
mod date;
mod distil;
mod document;
mod error;
mod fields;
mod filter;
mod layout;
mod operation;
mod outline;
mod printable;
mod references;
mod replies;
mod rule;
mod secret;
mod suggest;
mod validator;
mod violation;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use document::Document;

pub use error::ContractError;
pub use fields::{Field, Fields};
pub use operation::{Operation, Verb};
pub use outline::{Envelope, Outline, Paging};
pub(crate) use printable::printable;
pub(crate) use references::escape;
pub use replies::{Likely, Place, Shape};
pub use rule::RULES;
pub(crate) use rule::{nearest_rule, rule};
pub use secret::is_secret;
pub(crate) use secret::{MASK, holds_a_private_key, is_a_slip_of_a_secret};
pub(crate) use suggest::{did_you_mean, nearest};
pub use violation::{Breach, Side, Violation};

/// The facts of API 1.33.1, written by [`Contract::parse`] from the document as published.
const BUNDLED: &str = include_str!("../../fixtures/api/outscale-1.33.1.json");

/// Where each filter looks in a resource; `None` where the schemas do not tell.
pub type FilterPaths = BTreeMap<String, Option<String>>;

/// An API, as its document describes it.
pub struct Contract {
    document: Arc<Document>,
    operations: OnceLock<Vec<OnceLock<Box<Operation>>>>,
    /// By filters schema and resource schema, worked out on first use.
    filters: Mutex<BTreeMap<String, BTreeMap<String, Arc<FilterPaths>>>>,
}

impl Contract {
    /// The bundled contract, API 1.33.1: one for the process, nothing of it parsed at start.
    pub fn bundled() -> Arc<Self> {
        static CONTRACT: OnceLock<Arc<Contract>> = OnceLock::new();
        Arc::clone(CONTRACT.get_or_init(|| Arc::new(Self::of(Cow::Borrowed(BUNDLED)))))
    }

    /// Reads a document of this API as published, in YAML or JSON, or facts as [`Contract::facts`]
    /// gives them.
    ///
    /// # Errors
    ///
    /// Fails if the text is neither YAML nor JSON, no `OpenAPI` 3.0 document, or one whose parts
    /// are missing or lead nowhere. The error names the part and what would be right.
    pub fn parse(text: &str) -> Result<Self, ContractError> {
        Ok(Self::of(Cow::Owned(distil::distil(text)?)))
    }

    fn of(facts: Cow<'static, str>) -> Self {
        Self {
            document: Arc::new(Document::new(facts)),
            operations: OnceLock::new(),
            filters: Mutex::default(),
        }
    }

    /// The facts: an `OpenAPI` 3.0 document in JSON without prose, one operation or schema to a
    /// line, sorted by name.
    pub fn facts(&self) -> &str {
        self.document.text()
    }

    /// The version of the API, such as `1.33.1`.
    pub fn version(&self) -> &str {
        self.document.version()
    }

    /// The operation of that name, parsed on first use.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        Some(self.operation_at(self.document.find_operation(name)?))
    }

    /// The operation that a test author names.
    ///
    /// # Panics
    /// When there is none, with the nearest one.
    #[track_caller]
    pub(crate) fn named(&self, name: &str) -> &Operation {
        if let Some(operation) = self.operation(name) {
            return operation;
        }
        let hint = did_you_mean(self.nearest_operation(name));
        panic!("the contract has no operation {name}{hint}");
    }

    /// Every operation, sorted by name. Parses those that were not used before.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        (0..self.document.operation_count()).map(|number| self.operation_at(number))
    }

    /// The name of every operation, sorted. Parses nothing.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..self.document.operation_count()).map(|number| self.document.operation_name(number))
    }

    /// The schema of that name as the document has it, parsed on first use.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        Some(self.document.schema(self.document.find_schema(name)?))
    }

    /// The operation whose name is nearest to `name`, if any is near: for "did you mean".
    pub fn nearest_operation(&self, name: &str) -> Option<&str> {
        suggest::nearest(name, self.names())
    }

    /// Where each filter of a filters schema looks in a resource of a resource schema.
    ///
    /// A path is property names joined by dots; lists on the way are implied, so that
    /// `BlockDeviceMappings.Bsu.VolumeId` means any mapping's. `Tags` stands for the text
    /// `Key=Value` of each tag. None where the schemas do not tell.
    pub fn filter_paths(&self, filters_schema: &str, resource_schema: &str) -> Arc<FilterPaths> {
        let mut known = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(paths) = known
            .get(filters_schema)
            .and_then(|of| of.get(resource_schema))
        {
            return Arc::clone(paths);
        }
        let paths = filter::paths(&self.document, filters_schema, resource_schema);
        let paths = Arc::new(paths);
        known
            .entry(filters_schema.to_owned())
            .or_default()
            .insert(resource_schema.to_owned(), Arc::clone(&paths));
        paths
    }

    fn operation_at(&self, number: usize) -> &Operation {
        let slots = self.operations.get_or_init(|| {
            let count = self.document.operation_count();
            (0..count).map(|_| OnceLock::new()).collect()
        });
        slots[number].get_or_init(|| Box::new(Operation::of(&self.document, number)))
    }
}

/// What is worked out on first use is put in place as a whole or not at all, so that a panic leaves
/// nothing half done. Said by hand because validators do not say it of themselves.
impl std::panic::RefUnwindSafe for Contract {}

impl std::fmt::Debug for Contract {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contract")
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
