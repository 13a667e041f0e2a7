//! Does a signature belong to the request that it came with?
//!
//! Several clients sign another host than the one they send, and one another path. So each
//! reading of the request that such a client would have signed is tried.

use super::authorization::Authorization;
use super::canonical::{Covered, collapsed, lower, string_to_sign, without_port};
use super::date;
use super::key::Keys;
use crate::access::malformed::Malformed;
use crate::wire::{Headers, WireRequest};
use hmac::Mac;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::borrow::Cow;
use std::iter;

/// Headers that a person might sign and that no explanation repeats.
const UNSPOKEN: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-amz-security-token",
];

/// Checks that the headers every signature covers are not ambiguous.
pub(in crate::access) fn one_of_each(headers: &Headers) -> Result<(), Malformed> {
    ["host", "x-osc-date", "x-amz-date"]
        .into_iter()
        .find(|name| headers.all(name).nth(1).is_some())
        .map_or(Ok(()), |name| Err(Malformed::SeveralHeaders(name)))
}

/// Checks a signature against the request as received and the account's secret.
///
/// # Errors
/// Why it does not hold, for a person.
pub(in crate::access) fn verify(
    authorization: &Authorization,
    request: &WireRequest,
    secret: &str,
    keys: &Keys,
) -> Result<(), String> {
    let timestamp = timestamp(authorization, request)?;
    if let Some(length) = request.oversize {
        return Err(format!(
            "the body of {length} bytes was not kept, so nothing can be said about its signature"
        ));
    }
    let key = keys.get(authorization, secret);
    let covered = Covered::of(request, &authorization.names);
    let readings = Readings::of(request, authorization);
    let string = |path: &str, host: &str| {
        let canonical = covered.canonical(path, host);
        string_to_sign(
            authorization.algorithm,
            timestamp,
            authorization.scope,
            &canonical,
        )
    };
    let signed = |path: &str, host: &str| {
        let mac = key.sign(&string(path, host));
        mac.verify_slice(&authorization.signature).is_ok()
    };
    let mut hosts = readings.hosts();
    if hosts.any(|host| readings.paths().any(|path| signed(path, &host))) {
        return Ok(());
    }
    let string = string(&readings.collapsed, readings.host);
    Err(explain(&covered, &readings, &string))
}

/// Checks that a signature is of about this time.
///
/// What has no date that can be read is left to [`verify`].
///
/// # Errors
/// How far apart the two are, for a person.
pub(in crate::access) fn age_within(
    authorization: &Authorization,
    request: &WireRequest,
    now: Timestamp,
    window: SignedDuration,
) -> Result<(), String> {
    let covered = authorization.algorithm.date_headers();
    let date_header = covered.into_iter().find(|name| authorization.covers(name));
    let said = date_header.and_then(|name| date::timestamp(request.headers.get(name)?.trim()));
    let Some(signed) = said.and_then(|said| said.to_zoned(TimeZone::UTC).ok()) else {
        return Ok(());
    };
    let apart = now.duration_since(signed.timestamp());
    if apart.abs() <= window {
        return Ok(());
    }
    Err(format!("the signature is {apart:#} old"))
}

/// The time of signing, once it is clear that the signature covers what it must.
fn timestamp<'r>(
    authorization: &Authorization,
    request: &'r WireRequest,
) -> Result<&'r str, String> {
    if !authorization.covers("host") {
        return Err("SignedHeaders has to name host".to_owned());
    }
    let Some(date_header) = authorization
        .algorithm
        .date_headers()
        .into_iter()
        .find(|name| authorization.covers(name))
    else {
        return Err("SignedHeaders has to name x-osc-date or x-amz-date".to_owned());
    };
    let lacks = |name: &&&str| request.headers.get(&lower(name)).is_none();
    if let Some(name) = authorization.names.iter().find(lacks) {
        return Err(format!(
            "SignedHeaders names {name}, which the request lacks"
        ));
    }
    let timestamp = request.headers.get(date_header).unwrap_or_default().trim();
    if date::timestamp(timestamp).is_none() {
        return Err(format!(
            "{date_header} holds no time written YYYYMMDDTHHMMSSZ"
        ));
    }
    // assumed: nothing documents that the two days must agree; AWS asks for it.
    if !timestamp.starts_with(authorization.date) {
        return Err(format!(
            "Credential is of {}, but {date_header} says {timestamp}",
            authorization.date
        ));
    }
    Ok(timestamp)
}

/// The paths and hosts that may have been signed.
struct Readings<'r> {
    /// As received.
    path: &'r str,
    collapsed: Cow<'r, str>,
    /// As received.
    host: &'r str,
    region: &'r str,
}

impl<'r> Readings<'r> {
    fn of(request: &'r WireRequest, authorization: &Authorization<'r>) -> Self {
        Self {
            path: &request.path,
            collapsed: collapsed(&request.path),
            host: request.headers.get("host").unwrap_or_default().trim(),
            region: authorization.region,
        }
    }

    /// The likeliest first. osc-cli doubles the first slash after signing.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let raw = (self.path != self.collapsed).then_some(self.path);
        iter::once(&*self.collapsed).chain(raw)
    }

    /// The likeliest first. osc-sdk-python 0.41 leaves the port away, 0.31 signs a public name.
    fn hosts(&self) -> impl Iterator<Item = Cow<'r, str>> {
        let public = || Cow::from(format!("api.{}.outscale.com", self.region));
        iter::once(self.host)
            .chain(without_port(self.host))
            .map(Cow::Borrowed)
            .chain(iter::once_with(public))
    }
}

/// What the signature was expected to cover, without repeating what may be secret.
fn explain(covered: &Covered, readings: &Readings, string: &str) -> String {
    let headers = covered.headers.iter();
    let spoken: Headers = headers
        .map(|(name, value)| {
            if UNSPOKEN.contains(&name) {
                (name, "(not shown)")
            } else {
                (name, value)
            }
        })
        .collect();
    let shown = Covered {
        headers: &spoken,
        ..covered.clone()
    };
    format!(
        "the signature is not that of this request. \
         If the client made the same two texts, its secret key is another one.\n\
         hosts tried: {}\n\
         paths tried: {}\n\
         canonical request:\n{}\n\
         string to sign:\n{string}",
        readings.hosts().collect::<Vec<_>>().join(", "),
        readings.paths().collect::<Vec<_>>().join(", "),
        shown.canonical(&readings.collapsed, readings.host),
    )
}
