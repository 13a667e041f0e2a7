//! What a client's models lose of the replies that they read.
//!
//! A body as it came over the wire is held against what the client's model writes when it is
//! serialised again. Left out: how the two are compared (see `compare.rs`), and requests.

mod compare;
mod table;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::contract::Contract;
use crate::transcript::{Said, Transcript};

/// What a client's models lose of the replies that they read, for each operation.
///
/// ```
/// use mockscale::{Cloud, FieldLoss, Shape, json};
///
/// #[derive(serde::Deserialize, serde::Serialize)]
/// #[serde(rename_all = "PascalCase")]
/// struct ReadNetsResponse {
///     nets: Vec<Net>,
/// }
///
/// #[derive(serde::Deserialize, serde::Serialize)]
/// struct Net {
///     #[serde(rename(deserialize = "NetId"))]
///     net_id: String,
///     #[serde(rename = "IpRange")]
///     ip_range: String,
/// }
///
/// let cloud = Cloud::new();
/// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" })).ok();
/// let wire = cloud.replies(Shape::Maximal).call("ReadNets", json!({})).ok();
///
/// let mut report = FieldLoss::new();
/// report.compare_as::<ReadNetsResponse>("ReadNets", wire.body());
/// assert!(!report.is_lossless());
/// let text = report.to_string();
/// assert!(text.contains("  Nets.NetId             renamed  to net_id\n"), "{text}");
/// assert!(text.contains("  Nets.Tenancy           dropped  was \"default\"\n"), "{text}");
/// ```
///
/// A path names properties joined by dots; lists on the way are implied, and a field that many
/// items lose counts once. `null` says as much as nothing does: neither is a loss against the
/// other. Values of properties that hold secrets are not shown.
#[derive(Clone, Debug, Serialize)]
pub struct FieldLoss {
    #[serde(skip)]
    contract: Arc<Contract>,
    operations: BTreeMap<String, OperationLoss>,
}

/// What is lost of the replies of one operation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OperationLoss {
    /// How many replies were compared.
    pub replies: u64,
    /// What is lost, in the order in which it was met.
    pub fields: Vec<LostField>,
}

/// One field that a model does not give back as it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LostField {
    /// Where: property names joined by dots; empty for the whole body.
    pub path: String,
    /// What became of it.
    pub loss: Loss,
}

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Loss {
    /// It is gone.
    Dropped {
        /// What it held.
        was: Value,
    },
    /// It has another name: one that differs in case and separators only, or that holds the same
    /// text, number or structure.
    Renamed {
        /// The new name.
        to: String,
    },
    /// It has another type.
    Retyped {
        /// The JSON type that it had; `integer` and `number` are two.
        from: String,
        /// The JSON type that it has.
        to: String,
    },
    /// It has another value, as of less precision, or a list has another length.
    Changed {
        /// The value that it had.
        from: Value,
        /// The value that it has.
        to: Value,
    },
    /// It was not there, and the model says something.
    Added {
        /// What it holds.
        value: Value,
    },
    /// The model could not be made of the reply, or could not be written again.
    Unreadable {
        /// Why.
        message: String,
    },
}

impl FieldLoss {
    /// A report on operations of the bundled contract, with nothing compared yet.
    pub fn new() -> Self {
        Self::by(Contract::bundled())
    }

    /// A report on operations of another contract.
    pub fn by(contract: Arc<Contract>) -> Self {
        Self {
            contract,
            operations: BTreeMap::new(),
        }
    }

    /// Compares a body as it came with what a client makes of it.
    ///
    /// For clients in any language: have them write what they have read.
    ///
    /// ```
    /// use mockscale::{FieldLoss, json};
    ///
    /// let mut report = FieldLoss::new();
    /// let wire = json!({ "Volumes": [{ "Size": 10, "Iops": 100 }] });
    /// let model = json!({ "Volumes": [{ "Size": "10", "Iops": 100 }] });
    /// report.compare("ReadVolumes", &wire, &model);
    /// assert!(report.to_string().contains("Volumes.Size  retyped  integer → string"));
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn compare(&mut self, operation: &str, wire: &Value, model: &Value) -> &mut Self {
        let found = compare::losses(wire, model);
        self.note(operation, found)
    }

    /// Reads a body into a model, writes it again, and compares.
    ///
    /// A model that cannot read the body is a finding, not a panic.
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn compare_as<M>(&mut self, operation: &str, wire: &Value) -> &mut Self
    where
        M: DeserializeOwned + Serialize,
    {
        let found = match compare::again::<M>(wire) {
            Ok(model) => compare::losses(wire, &model),
            Err(unreadable) => vec![unreadable],
        };
        self.note(operation, found)
    }

    /// Like [`FieldLoss::compare_as`], with the last reply of success in a transcript.
    ///
    /// Secrets are masked there, as texts of another kind.
    ///
    /// ```
    /// use mockscale::{Cloud, FieldLoss, Value, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("ReadNets", json!({}));
    /// let mut report = FieldLoss::new();
    /// report.compare_last::<Value>("ReadNets", &cloud.transcript());
    /// report.assert_lossless();
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation, or the transcript no reply of success to it.
    #[track_caller]
    pub fn compare_last<M>(&mut self, operation: &str, transcript: &Transcript) -> &mut Self
    where
        M: DeserializeOwned + Serialize,
    {
        let name = self.contract.named(operation).name();
        let replies = transcript.exchanges().iter().rev();
        let mut replies = replies.filter(|it| it.operation == name && it.status == 200);
        match replies.next().map(|exchange| &exchange.reply) {
            Some(Said::Json(wire)) => self.compare_as::<M>(operation, wire),
            _ => panic!("the transcript holds no reply of success to {operation}"),
        }
    }

    /// What was compared, by operation.
    pub fn operations(&self) -> &BTreeMap<String, OperationLoss> {
        &self.operations
    }

    /// Whether nothing was lost.
    pub fn is_lossless(&self) -> bool {
        self.operations.values().all(|it| it.fields.is_empty())
    }

    /// Fails the test if something was lost.
    ///
    /// # Panics
    /// When something was lost, with the report.
    #[track_caller]
    pub fn assert_lossless(&self) {
        assert!(self.is_lossless(), "{self}");
    }

    /// The report as JSON: what was compared and lost, by operation.
    ///
    /// ```
    /// use mockscale::{FieldLoss, json};
    ///
    /// let mut report = FieldLoss::new();
    /// report.compare("ReadNets", &json!({ "Nets": [] }), &json!({}));
    /// let lost = &report.to_json()["ReadNets"]["fields"][0];
    /// assert_eq!(*lost, json!({ "path": "Nets", "loss": { "what": "dropped", "was": [] } }));
    /// ```
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.operations).unwrap_or_default()
    }

    /// Adds what was found of one reply; what is known already is not said twice.
    #[track_caller]
    fn note(&mut self, operation: &str, found: Vec<LostField>) -> &mut Self {
        let name = self.contract.named(operation).name();
        let of = self.operations.entry(name.to_owned()).or_default();
        of.replies += 1;
        for lost in found {
            let same = |known: &LostField| {
                let kind = std::mem::discriminant(&known.loss);
                known.path == lost.path && kind == std::mem::discriminant(&lost.loss)
            };
            if !of.fields.iter().any(same) {
                of.fields.push(lost);
            }
        }
        self
    }
}

impl Default for FieldLoss {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for FieldLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&table::table(&self.operations))
    }
}
