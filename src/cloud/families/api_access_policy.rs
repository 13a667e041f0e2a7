//! API access policies: how long keys may live, and whether a trusted session is active. Each
//! account has exactly one, which is a part of the account.
//!
//! By rule: all of it. Left out: the other half of a trusted session, which is Cockpit's.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::account::directory::{self, AccessPolicy, EXPIRATION, Key};
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;

pub(super) const FAMILY: Family = Family {
    tag: "ApiAccessPolicy",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        ("ReadApiAccessPolicy", read_api_access_policy),
        ("UpdateApiAccessPolicy", update_api_access_policy),
    ],
};

/// The longest life of keys that can be asked for, in seconds: 100 years; documented.
const LONGEST: i64 = 3_153_600_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    max_access_key_expiration_seconds: i64,
    require_trusted_env: bool,
}

/// Answers the policy of the caller's account.
///
/// # Faults
/// None.
#[expect(clippy::unnecessary_wraps, reason = "the shape of every rule")]
fn read_api_access_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    Ok(shown(directory::access_policy(call.state, &call.account)))
}

/// Replaces the policy of the caller's account.
///
/// # Faults
/// assumed: `INVALID_PARAMETER_VALUE` for all of them.
/// - A longest life outside of 0 to [`LONGEST`], or 0 (for any) with a trusted session.
/// - A longest life while a key of the account, or of a user of it, has no end, or lives as long.
/// - A trusted session while an API access rule names no CA.
fn update_api_access_policy(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let policy = AccessPolicy {
        max_seconds: wanted.max_access_key_expiration_seconds,
        trusted: wanted.require_trusted_env,
    };
    let obstacle = out_of_range(policy)
        .or_else(|| longer_lived_key(call, policy))
        .or_else(|| rule_without_ca(call, policy));
    if let Some(obstacle) = obstacle {
        return Err(fault::INVALID_PARAMETER_VALUE.says(obstacle));
    }
    directory::set_access_policy(call.state, &call.account, policy);
    Ok(shown(policy))
}

fn shown(policy: AccessPolicy) -> Reply {
    let policy: Value = json!({
        directory::MAX_SECONDS: policy.max_seconds,
        directory::TRUSTED: policy.trusted,
    });
    Reply::of("ApiAccessPolicy", policy)
}

fn out_of_range(policy: AccessPolicy) -> Option<String> {
    let max = policy.max_seconds;
    if !(0..=LONGEST).contains(&max) {
        return Some(format!(
            "The {} {max} is not between 0 and {LONGEST}.",
            directory::MAX_SECONDS
        ));
    }
    (policy.trusted && max == 0).then(|| {
        format!(
            "{} asks for a {} greater than 0.",
            directory::TRUSTED,
            directory::MAX_SECONDS
        )
    })
}

/// The first key, of the account or of a user, that the policy does not allow.
fn longer_lived_key(call: &Call<'_>, policy: AccessPolicy) -> Option<String> {
    let now = call.state.clock.now();
    let mut keys = directory::all_keys(call.state, &call.account);
    let key = keys.find(|key| !policy.allows(key.expires(), now))?;
    let whose = whose(call, &key);
    Some(match key.expires() {
        None => format!("The access key '{}'{whose} has no {EXPIRATION}.", key.id()),
        Some(end) => format!(
            "The access key '{}'{whose} lives for another {} seconds, which is not less than {}.",
            key.id(),
            end.duration_since(now).as_secs(),
            policy.max_seconds
        ),
    })
}

fn whose(call: &Call<'_>, key: &Key<'_>) -> String {
    match key.user() {
        Some(user) => format!(" of the user '{}'", directory::user_name(call.state, user)),
        None => String::new(),
    }
}

/// The first rule that a trusted session cannot do with.
fn rule_without_ca(call: &Call<'_>, policy: AccessPolicy) -> Option<String> {
    let mut rules = directory::rules(call.state, &call.account).filter(|_| policy.trusted);
    let rule = rules.find(|rule| rule.body.list("CaIds").is_empty())?;
    Some(format!("The API access rule '{}' names no CA.", rule.id))
}
