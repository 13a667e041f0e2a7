//! Field loss; and coverage: what counts, what is collected, what is refused, and how it reads.

mod collect;
mod damaged;
mod field_loss;
mod merge;
mod rules;
mod shape;
mod transitions;

use mockscale::{Cloud, Value};

use crate::support::cloud;

/// The rows of a dimension that were exercised, each as one text: what it is and how often.
pub(crate) fn exercised(cloud: &Cloud, dimension: &str) -> Vec<String> {
    rows(&cloud.coverage().to_json(), dimension)
}

/// An image that every cloud has.
pub(crate) fn image() -> Value {
    let images = cloud().call("ReadImages", mockscale::json!({})).ok();
    images["Images"][0]["ImageId"].clone()
}

/// [`exercised`] of a report.
pub(crate) fn rows(report: &Value, dimension: &str) -> Vec<String> {
    let rows = report[dimension].as_array().expect("a list of rows");
    let counted = rows.iter().filter(|row| row["count"] != 0);
    counted
        .map(|row| {
            let parts = ["operation", "path", "value", "code", "kind", "from", "to"];
            let parts = parts.iter().filter_map(|part| row[*part].as_str());
            format!("{} {}", parts.collect::<Vec<_>>().join(" "), row["count"])
        })
        .collect()
}
