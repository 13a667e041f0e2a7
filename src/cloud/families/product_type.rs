//! Product types: the kinds of licences that images bear.
//!
//! By default: making one. By rule: reading them, the seeded ones first.

use std::sync::Arc;

use serde_json::Value;

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::{default, seeds};

/// Product types that an account has made, as a kind of resource.
pub(in crate::cloud) const PRODUCT_TYPE: &Kind = &Kind::new(
    "ProductType",
    "ProductTypeId",
    "pty-",
    fault::NO_SUCH_RESOURCE,
)
.lasting();

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

/// The description of a product type, of the cloud's or of any account's.
pub(super) fn description<'s>(state: &'s State, code: &str) -> Option<&'s str> {
    let seeded = seeds::product_types().iter();
    let seeded = seeded.filter_map(Value::as_object);
    let made = state.get(PRODUCT_TYPE, code).map(|it| &it.body);
    let found = seeded
        .chain(made)
        .find(|it| it.text(PRODUCT_TYPE.id) == code);
    found.map(|it| it.text("Description"))
}

/// Refuses the code of a product type that the caller cannot see.
///
/// # Faults
/// `NO_SUCH_RESOURCE`.
pub(super) fn check(call: &Call<'_>, code: &str) -> Result<(), Fault> {
    let made = call.state.get(PRODUCT_TYPE, code);
    let others = made.is_some_and(|made| made.account != call.account);
    if !others && description(call.state, code).is_some() {
        return Ok(());
    }
    // assumed: that it is refused, and the code.
    Err(fault::NO_SUCH_RESOURCE.says(format!("The ProductCode '{code}' doesn't exist.")))
}
