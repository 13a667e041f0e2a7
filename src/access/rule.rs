//! API access rules: whether one of an account's lets a call in.
//!
//! One rule is enough; in a rule every criterion must hold; in a criterion one value is enough.
//! While a trusted session is active, the criteria on certificates count only for the operations
//! that manage keys, authorities, rules and the policy.

use std::fmt::{self, Write as _};
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::refusal::{Check, Refusal};
use super::{Origin, Wanted};
use crate::cloud::State;
use crate::cloud::account::Caller;
use crate::cloud::account::directory::{self, RULELESS_REGION};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;
use crate::cloud::x509;

/// Looks for a rule that lets the call in.
///
/// assumed: a trusted session leaves the criterion on addresses standing.
pub(super) fn matched(
    caller: &Caller,
    wanted: Wanted<'_>,
    origin: &Origin,
    state: &State,
) -> Result<(), Refusal> {
    let account = &*caller.account;
    let by_session = directory::access_policy(state, account).trusted && !wanted.is_sensitive();
    let mut rules = directory::rules(state, account);
    if rules.any(|rule| met(rule, by_session, origin, state).is_ok()) {
        return Ok(());
    }
    // Told only now: most calls are let in by the second rule or the third.
    let unmet = directory::rules(state, account)
        .filter_map(|rule| Some((rule, met(rule, by_session, origin, state).err()?)))
        .map(|(rule, why)| format!("{}: {why}", rule.id));
    let mut told: Vec<String> = unmet.take(MOST_TOLD + 1).collect();
    if told.len() > MOST_TOLD {
        told.truncate(MOST_TOLD);
        told.push("and so on for further rules".to_owned());
    }
    Err(Check::AccessRules.refuses(explain(caller, &told, origin, state)))
}

/// How many rules, or values of a criterion, an explanation names.
const MOST_TOLD: usize = 20;

/// Why a criterion of a rule does not hold.
enum Unmet<'r> {
    Address(IpAddr, Vec<&'r str>),
    Certificate(String),
    Name(Option<String>, Vec<&'r str>),
}

impl fmt::Display for Unmet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address, ranges) => write!(
                f,
                "the source address {address} is in none of {}",
                listed(ranges)
            ),
            Self::Certificate(why) => f.write_str(why),
            Self::Name(Some(name), names) => write!(
                f,
                "the certificate's common name '{name}' is none of {}",
                listed(names)
            ),
            Self::Name(None, _) => f.write_str("the certificate has no common name"),
        }
    }
}

/// The first of some values.
fn listed(values: &[&str]) -> String {
    let mut text = values[..values.len().min(MOST_TOLD)].join(", ");
    if let Some(more @ 1..) = values.len().checked_sub(MOST_TOLD) {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Holds a call against every criterion of a rule.
fn met<'r>(
    rule: &'r Resource,
    by_session: bool,
    origin: &Origin,
    state: &State,
) -> Result<(), Unmet<'r>> {
    let ranges: Vec<&str> = rule.body.texts("IpRanges").collect();
    if !ranges.is_empty() && !ranges.iter().any(|range| covers(range, origin)) {
        return Err(Unmet::Address(origin.address, ranges));
    }
    let authorities: Vec<&str> = rule.body.texts("CaIds").collect();
    if by_session || authorities.is_empty() {
        return Ok(());
    }
    vouched_for(&authorities, &rule.account, origin, state).map_err(Unmet::Certificate)?;
    let names: Vec<&str> = rule.body.texts("Cns").collect();
    if names.is_empty() {
        return Ok(());
    }
    let leaf = origin.certificates.first();
    match leaf.and_then(|leaf| x509::common_name(leaf)) {
        Some(name) if names.contains(&name.as_str()) => Ok(()),
        name => Err(Unmet::Name(name, names)),
    }
}

/// Looks for an authority that vouches for the client's certificate.
fn vouched_for(
    authorities: &[&str],
    account: &str,
    origin: &Origin,
    state: &State,
) -> Result<(), String> {
    if origin.certificates.is_empty() {
        return Err("no certificate was presented".to_owned());
    }
    let mut distrusted = Vec::new();
    for ca in authorities {
        let registered = directory::certificate(state, account, ca).unwrap_or_default();
        match judge(origin, &registered, state.clock.now()) {
            Ok(()) => return Ok(()),
            Err(why) => distrusted.push(format!("for {ca}, {why}")),
        }
    }
    Err(distrusted.join("; "))
}

#[cfg(feature = "tls")]
fn judge(origin: &Origin, authority: &[u8], at: Timestamp) -> Result<(), String> {
    super::certificate::judge(&origin.certificates, authority, at).map_err(|why| why.to_string())
}

/// Without the feature `tls` nobody can present a certificate but by a declaration.
#[cfg(not(feature = "tls"))]
fn judge(_: &Origin, _: &[u8], _: Timestamp) -> Result<(), String> {
    Err("certificates are judged with the feature `tls` only".to_owned())
}

/// Whether a range, or a single address, covers the source.
fn covers(range: &str, origin: &Origin) -> bool {
    match range.parse::<IpNet>() {
        Ok(range) => range.contains(&origin.address),
        Err(_) => range.parse() == Ok(origin.address),
    }
}

fn explain(caller: &Caller, unmet: &[String], origin: &Origin, state: &State) -> String {
    let account = &caller.account;
    let way_back = if origin.address.is_ipv6() {
        "accounts start with a rule for IPv4 only: Cloud::builder().access_rule(\"::/0\") lets \
         every IPv6 address in too, and so does cloud.support().restore_access() of such a handle"
    } else {
        "cloud.support().restore_access() opens the door again"
    };
    if !unmet.is_empty() {
        return format!(
            "no API access rule of the account {account} lets the call in; {way_back}\n{}",
            unmet.join("\n")
        );
    }
    if &*state.region == RULELESS_REGION {
        return format!(
            "the account {account} has no API access rule: accounts of {RULELESS_REGION} start \
             with none; give it one with Cloud::builder().access_rule(\"0.0.0.0/0\"), \
             or {way_back}"
        );
    }
    format!("the account {account} has no API access rule; {way_back}")
}
