//! Changes of a load balancer: one attribute a call.

use serde::Deserialize;
use serde_json::{Value, json};

use super::card::{put_groups, put_public_ip};
use super::create::{only_in_a_net, wear};
use super::{LOAD_BALANCER, health_check, named, shown};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::{listener, load_balancer_policy, nic};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// What changes an attribute of a load balancer to what the request says.
type Change = fn(&mut Call<'_>, &Resource) -> Result<(), Fault>;

/// The attributes that a call may change.
const ATTRIBUTES: &[(&str, Change)] = &[
    ("AccessLog", put_access_log),
    ("HealthCheck", put_health_check),
    ("PolicyNames", load_balancer_policy::enable),
    ("PublicIp", put_public_ip),
    ("SecuredCookies", put_secured_cookies),
    ("SecurityGroups", put_security_groups),
    ("ServerCertificateId", listener::put_certificate),
];

/// How often access logs may be published, in minutes; documented, the last is the usual one.
const INTERVALS: [i64; 2] = [5, 60];

/// Changes one attribute of a load balancer. `LoadBalancerPort` says which listener is meant.
///
/// # Faults
/// - Those of [`named`].
/// - assumed: `MISSING_PARAMETER` without an attribute.
/// - assumed: `INVALID_PARAMETER_SET` with several.
/// - Those of the attribute's own change.
pub(super) fn update_load_balancer(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancer = named(call)?;
    let mut sent = ATTRIBUTES
        .iter()
        .filter(|(attribute, _)| call.input.contains_key(*attribute));
    match (sent.next(), sent.next()) {
        (Some((_, change)), None) => change(call, &balancer)?,
        (Some((one, _)), Some((other, _))) => {
            return Err(fault::INVALID_PARAMETER_SET.says(format!(
                "One attribute is changed at a time, not both {one} and {other}."
            )));
        }
        (None, _) => {
            return Err(fault::MISSING_PARAMETER.says("One attribute to be changed is required."));
        }
    }
    Ok(shown(call, &balancer.id))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AccessLog {
    is_enabled: Option<bool>,
    osu_bucket_name: Option<String>,
    osu_bucket_prefix: Option<String>,
    publication_interval: Option<i64>,
}

/// Replaces the settings of access logs.
///
/// assumed: what is not sent is as in the beginning.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER` when they are enabled without a bucket, which is documented.
/// - `INVALID_PUBLICATION_INTERVAL` for an interval that is neither 5 nor 60 minutes.
fn put_access_log(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        access_log: AccessLog,
    }
    let Sent { access_log } = call.read()?;
    let is_enabled = access_log.is_enabled.unwrap_or(false);
    let interval = access_log.publication_interval.unwrap_or(INTERVALS[1]);
    if !INTERVALS.contains(&interval) {
        return Err(fault::INVALID_PUBLICATION_INTERVAL.says(format!(
            "The PublicationInterval is {interval}; it must be {} or {}.",
            INTERVALS[0], INTERVALS[1]
        )));
    }
    let mut log = json!({ "IsEnabled": is_enabled, "PublicationInterval": interval });
    for (property, text) in [
        ("OsuBucketName", access_log.osu_bucket_name),
        ("OsuBucketPrefix", access_log.osu_bucket_prefix),
    ] {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            log[property] = text.into();
        }
    }
    if is_enabled && log["OsuBucketName"].is_null() {
        return Err(fault::INVALID_PARAMETER.says("Access logs need an OsuBucketName."));
    }
    put(call, balancer, "AccessLog", log);
    Ok(())
}

/// Replaces the health check.
///
/// # Faults
/// Those of [`health_check::Sent::check`].
fn put_health_check(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        health_check: health_check::Sent,
    }
    let Sent { health_check } = call.read()?;
    put(call, balancer, "HealthCheck", health_check.check()?);
    Ok(())
}

/// Sets whether cookies are for encrypted connections only.
fn put_secured_cookies(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        secured_cookies: bool,
    }
    let Sent { secured_cookies } = call.read()?;
    put(call, balancer, "SecuredCookies", secured_cookies);
    Ok(())
}

/// Replaces the security groups: those sent, or the default group of the Net.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER_SET` in the public Cloud.
/// - Those of [`nic::groups`].
fn put_security_groups(call: &mut Call<'_>, balancer: &Resource) -> Result<(), Fault> {
    let Some(net_id) = balancer.body.some_text("NetId") else {
        return Err(only_in_a_net());
    };
    let groups = nic::groups(call, call.input.texts("SecurityGroups"), Some(net_id))?;
    put_groups(call.state, balancer, &groups);
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        wear(&mut it.body, &balancer.account, &groups);
    });
    Ok(())
}

fn put(call: &mut Call<'_>, balancer: &Resource, property: &str, value: impl Into<Value>) {
    call.edit(LOAD_BALANCER, &balancer.id, |it| {
        it.body.put(property, value);
    });
}
