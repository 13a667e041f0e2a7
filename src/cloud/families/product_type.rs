//! Product types: the kinds of licences that images bear.
//!
//! By default: making one. By rule: reading them, the seeded ones first.

use std::sync::Arc;

use serde_json::Value;

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::{default, seeds};

/// Product types that an account has made, as a kind of resource.
pub(in crate::cloud) const PRODUCT_TYPE: &Kind = &Kind::new(
    "ProductType",
    "ProductTypeId",
    "pty-",
    fault::NO_SUCH_RESOURCE,
);

pub(super) const FAMILY: Family = Family {
    tag: "ProductType",
    kinds: &[PRODUCT_TYPE],
    filters: &[],
    transitions: &[],
    rules: &[("ReadProductTypes", read_product_types)],
};

/// Answers the product types that the filters select: those of the cloud, then the caller's.
///
/// # Faults
/// Those of [`default::read_listed`].
fn read_product_types(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let made = call.owned(PRODUCT_TYPE).map(Arc::clone);
    let made: Vec<Value> = made.map(|it| Value::Object(it.body.clone())).collect();
    default::read_listed(call, seeds::product_types().iter().chain(&made))
}
