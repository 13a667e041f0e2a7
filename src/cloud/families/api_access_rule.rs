//! API access rules: from where, and with whose certificate, the API may be called.
//!
//! By default: reading. By rule: the rest. Left out: what a rule lets in, which is judged at the
//! door (`access/rule.rs`); and the rule that lets Cockpit in, which few accounts still have.

use serde::Deserialize;

use super::ca::CA;
use crate::cloud::account::directory;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// API access rules, as a kind of resource.
pub(in crate::cloud) const API_ACCESS_RULE: &Kind = &Kind::new(
    "ApiAccessRule",
    "ApiAccessRuleId",
    "aar-",
    fault::NO_SUCH_RESOURCE,
)
.digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "ApiAccessRule",
    kinds: &[API_ACCESS_RULE],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateApiAccessRule", create_api_access_rule),
        ("DeleteApiAccessRule", delete_api_access_rule),
        ("UpdateApiAccessRule", update_api_access_rule),
    ],
};

/// What a rule is made of: nothing, where a list is absent or empty.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Criteria {
    ca_ids: Vec<String>,
    cns: Vec<String>,
    description: Option<String>,
    ip_ranges: Vec<String>,
}

/// Adds a rule. It counts from the next call on.
///
/// # Faults
/// Those of [`Criteria::of`].
fn create_api_access_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let body = Criteria::of(call)?.into_body();
    let id = call.insert(API_ACCESS_RULE, body);
    Ok(Reply::of("ApiAccessRule", call.shown(API_ACCESS_RULE, &id)))
}

/// Replaces a rule as a whole: what is not sent again is gone.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - Those of [`Criteria::of`].
fn update_api_access_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(API_ACCESS_RULE.id);
    call.find_own(API_ACCESS_RULE, id)?;
    let mut body = Criteria::of(call)?.into_body();
    body.put(API_ACCESS_RULE.id, id);
    call.edit(API_ACCESS_RULE, id, |rule| rule.body = body);
    Ok(Reply::of("ApiAccessRule", call.shown(API_ACCESS_RULE, id)))
}

/// Takes a rule away, also the one that has let this very call in.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - `BUSY` for the last one of the account (assumed: the code; that it stays is documented).
fn delete_api_access_rule(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(API_ACCESS_RULE.id);
    call.find_own(API_ACCESS_RULE, id)?;
    if call.owned(API_ACCESS_RULE).nth(1).is_none() {
        return Err(fault::BUSY.says(format!(
            "The ApiAccessRule '{id}' is the last one of the account."
        )));
    }
    default::delete(call)
}

impl Criteria {
    /// Reads the criteria of a request.
    ///
    /// # Faults
    /// - `INVALID_ACCESS_RULE` without addresses and authorities, and for common names without
    ///   authorities (assumed: the code was seen, for a request that was not shown).
    /// - assumed: `INVALID_IP_RANGE` for a range that is none; addresses alone and IPv6 are taken,
    ///   as are bits beyond the mask, which the documented example has.
    /// - Those of [`Call::find_own`] for an authority.
    /// - assumed: `INVALID_PARAMETER_VALUE` without authorities while a trusted session is active,
    ///   which could not have been begun with such a rule.
    fn of(call: &Call<'_>) -> Result<Self, Fault> {
        let criteria: Self = call.read()?;
        let anybody = criteria.ca_ids.is_empty();
        if anybody && (criteria.ip_ranges.is_empty() || !criteria.cns.is_empty()) {
            let why = if criteria.cns.is_empty() {
                "a rule asks for addresses (IpRanges), for authorities (CaIds), or both"
            } else {
                "common names (Cns) count only together with authorities (CaIds)"
            };
            return Err(fault::INVALID_ACCESS_RULE.silent().because(why));
        }
        for range in &criteria.ip_ranges {
            if !directory::is_range(range) {
                return Err(fault::INVALID_IP_RANGE.says(format!(
                    "The value '{range}' of IpRanges is neither an IP address nor a range in CIDR \
                     notation."
                )));
            }
        }
        for ca in &criteria.ca_ids {
            call.find_own(CA, ca)?;
        }
        if anybody && directory::access_policy(call.state, &call.account).trusted {
            return Err(fault::INVALID_PARAMETER_VALUE.says(
                "CaIds are missing: while RequireTrustedEnv is true, every API access rule names \
                 at least one.",
            ));
        }
        Ok(criteria)
    }

    /// The rule as it is shown, without its identifier.
    fn into_body(self) -> Object {
        let mut body = Object::new();
        body.put("CaIds", self.ca_ids);
        body.put("Cns", self.cns);
        if let Some(description) = self.description {
            body.put("Description", description);
        }
        body.put("IpRanges", self.ip_ranges);
        body
    }
}
