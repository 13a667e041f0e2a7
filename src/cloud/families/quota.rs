//! Quotas: how much an account may have, and how much it has.
//!
//! By rule: reading them. What counts, and what is refused, stands in [`crate::cloud::quota`].

use serde_json::Value;

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{By, Family};
use crate::cloud::fault::Fault;
use crate::cloud::filter::Selection;
use crate::cloud::object::{Fields, Object};
use crate::cloud::{page, quota};

pub(super) const FAMILY: Family = Family {
    tag: "Quota",
    kinds: &[],
    filters: &[
        (FILTERS, "Collections", By::Path("Quotas.QuotaCollection")),
        (FILTERS, "QuotaNames", By::Path("Quotas.Name")),
        (FILTERS, "QuotaTypes", By::Path("QuotaType")),
        (
            FILTERS,
            "ShortDescriptions",
            By::Path("Quotas.ShortDescription"),
        ),
    ],
    transitions: &[],
    rules: &[("ReadQuotas", read_quotas)],
};

const FILTERS: &str = "FiltersQuota";

/// Answers quotas by what they are quotas of: the account, or one of its resources.
///
/// assumed: filters and pages are about quotas, and a type that is left with none is not listed.
///
/// # Faults
/// Those of [`Selection::over`] and [`page::tokens`].
fn read_quotas(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let selection = Selection::over(call, "QuotaTypes", FILTERS)?;
    let mut quotas = quota::list(call.state, &call.account);
    quotas.retain(|(_, quota)| selection.accepts(quota));
    let (page, next) = page::tokens(call, quotas)?;
    let mut types: Vec<Object> = Vec::new();
    for mut quota in page {
        match types.last_mut() {
            Some(last) if last.text("QuotaType") == quota.text("QuotaType") => {
                last.list_mut("Quotas").append(quota.list_mut("Quotas"));
            }
            _ => types.push(quota),
        }
    }
    let types: Vec<Value> = types.into_iter().map(Value::from).collect();
    let reply = Reply::of("QuotaTypes", types);
    Ok(match next {
        Some(next) => reply.with(page::NEXT, next),
        None => reply,
    })
}
