//! Does a signature belong to the request that it came with, and is it of these minutes?

use super::authorization::Authorization;
use super::canonical::lower;
use super::date;
use super::key::Keys;
use super::mismatch::{Compared, Mismatch};
use super::reading::Readings;
use super::recipe::Recipe;
use crate::access::malformed::Malformed;
use crate::wire::{Headers, WireRequest};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Checks that the headers that credentials go with are not ambiguous: one host, and one date in
/// whichever of its two headers.
pub(in crate::access) fn one_of_each(headers: &Headers) -> Result<(), Malformed> {
    let several = |names: &[&str]| {
        let values = names.iter().flat_map(|name| headers.all(name));
        values.count() > 1
    };
    if several(&["host"]) {
        return Err(Malformed::SeveralHeaders("Host"));
    }
    if several(&["x-osc-date", "x-amz-date"]) {
        return Err(Malformed::SeveralHeaders("date (X-Osc-Date, X-Amz-Date)"));
    }
    Ok(())
}

/// Checks that a signature says it was made within a window around `now`, before or after it;
/// documented are 5 minutes.
///
/// The signature need not have been verified. One without a date that can be read passes, as
/// [`verify`] refuses it.
///
/// # Errors
/// How far apart they are, for a person.
pub(in crate::access) fn age_within(
    authorization: &Authorization,
    request: &WireRequest,
    now: Timestamp,
    window: SignedDuration,
) -> Result<(), String> {
    let Some((header, timestamp)) = signed_date(authorization, request) else {
        return Ok(());
    };
    let Some(made) = date::timestamp(timestamp) else {
        return Ok(());
    };
    // A calendar's arithmetic: an instant of the last day of the year 9999 is none to jiff.
    let now = TimeZone::UTC.to_datetime(now);
    let age = now.duration_since(made);
    if age.abs() <= window {
        return Ok(());
    }
    let apart = SignedDuration::from_secs(age.as_secs()).abs();
    let way = if age.is_positive() {
        "behind"
    } else {
        "ahead of"
    };
    Err(format!(
        "{header} says {timestamp}, which is {apart:#} {way} the system's clock, the one that \
         counts ({}); a signature is good for {window:#} before and after",
        now.strftime("%Y%m%dT%H%M%SZ"),
    ))
}

/// Checks a signature against the request as received and the secret key of its access key.
///
/// # Errors
/// Why it does not hold.
pub(in crate::access) fn verify<'r>(
    authorization: &Authorization<'r>,
    request: &'r WireRequest,
    secret: &'r str,
    keys: &Keys,
) -> Result<(), Mismatch<'r>> {
    let timestamp = timestamp(authorization, request).map_err(Mismatch::Incomparable)?;
    if let Some(length) = request.oversize {
        return Err(Mismatch::Incomparable(format!(
            "the body of {length} bytes was not kept, so nothing can be said about its signature"
        )));
    }
    let recipe = Recipe::of(authorization, request, secret, timestamp);
    let readings = Readings::of(request, authorization);
    let key = keys.get(authorization, secret);
    let signature = authorization.signature;
    let right = |reading: Recipe<'_>| key.verifies(&reading.string(), &signature);
    if readings.each(&recipe).any(right) {
        return Ok(());
    }
    Err(Mismatch::Different(Box::new(Compared {
        recipe,
        key,
        readings,
        request,
        access_key: authorization.access_key,
        signature,
    })))
}

/// The date header that a signature covers, and its value.
fn signed_date<'r>(
    authorization: &Authorization,
    request: &'r WireRequest,
) -> Option<(&'static str, &'r str)> {
    let mut names = authorization.algorithm.date_headers().into_iter();
    let name = names.find(|name| authorization.covers(name))?;
    Some((name, request.headers.get(name)?.trim()))
}

/// The time of signing, once it is clear that the signature covers what it must.
fn timestamp<'r>(
    authorization: &Authorization,
    request: &'r WireRequest,
) -> Result<&'r str, String> {
    if !authorization.covers("host") {
        return Err("SignedHeaders has to name host".to_owned());
    }
    let lacks = |name: &&&str| request.headers.get(&lower(name)).is_none();
    if let Some(name) = authorization.names.iter().find(lacks) {
        return Err(format!(
            "SignedHeaders names {name}, which the request lacks"
        ));
    }
    let Some((header, timestamp)) = signed_date(authorization, request) else {
        return Err("SignedHeaders has to name x-osc-date or x-amz-date".to_owned());
    };
    if date::timestamp(timestamp).is_none() {
        return Err(format!("{header} holds no time written YYYYMMDDTHHMMSSZ"));
    }
    // assumed: nothing documents that the two days must agree; AWS asks for it.
    if !timestamp.starts_with(authorization.date) {
        return Err(format!(
            "Credential is of {}, but {header} says {timestamp}",
            authorization.date
        ));
    }
    Ok(timestamp)
}

#[cfg(test)]
mod tests {
    use super::{Authorization, SignedDuration, Timestamp, WireRequest, age_within};
    use crate::access::signature::Algorithm;
    use rstest::rstest;

    const NOON: &str = "20250101T120000Z";

    /// What is said of a signature with these date headers, of which `signed` is covered.
    fn age(headers: &[(&str, &str)], signed: &str, now: &str) -> Result<(), String> {
        let text = format!(
            "Credential=AK/20250101/r/s/osc4_request,SignedHeaders={signed},Signature={:064}",
            0
        );
        let authorization = Authorization::parse(Algorithm::Osc4, &text);
        let request = WireRequest {
            headers: headers.iter().copied().collect(),
            ..WireRequest::default()
        };
        let now: Timestamp = now.parse().expect("an instant");
        let authorization = authorization.expect("the header is well formed");
        age_within(&authorization, &request, now, SignedDuration::from_mins(5))
    }

    #[rstest]
    #[case::at_once("2025-01-01T12:00:00Z", None)]
    #[case::in_time("2025-01-01T12:05:00Z", None)]
    #[case::ahead_of_time("2025-01-01T11:55:00Z", None)]
    #[case::a_moment_late("2025-01-01T12:05:00.5Z", Some("5m behind"))]
    #[case::late("2025-01-01T12:05:01Z", Some("5m 1s behind"))]
    #[case::early("2025-01-01T11:54:59Z", Some("5m 1s ahead of"))]
    #[case::as_in_another_zone("2025-01-01T13:00:00Z", Some("1h behind"))]
    #[case::years_late("2026-01-01T12:00:00Z", Some("8760h behind"))]
    #[case::at_the_end_of_time("9999-12-30T22:00:00Z", Some("behind"))]
    fn within_five_minutes(#[case] now: &str, #[case] told: Option<&str>) {
        let refusal = age(&[("x-osc-date", NOON)], "host;x-osc-date", now).err();
        assert_eq!(refusal.is_some(), told.is_some(), "{refusal:?}");
        let (refusal, told) = (refusal.unwrap_or_default(), told.unwrap_or_default());
        assert!(refusal.contains(told), "{refusal}");
    }

    #[test]
    fn the_refusal_names_both_times() {
        assert_eq!(
            age(
                &[("x-osc-date", NOON)],
                "x-osc-date",
                "2025-01-01T12:07:03Z"
            ),
            Err(
                "x-osc-date says 20250101T120000Z, which is 7m 3s behind the system's clock, \
                 the one that counts (20250101T120703Z); a signature is good for 5m before and \
                 after"
                    .to_owned()
            )
        );
    }

    #[rstest]
    #[case::the_last_second("99991231T235959Z")]
    #[case::the_first_second("00000101T000000Z")]
    fn no_date_is_too_far_away(#[case] date: &str) {
        let refused = age(
            &[("x-osc-date", date)],
            "x-osc-date",
            "2025-01-01T12:00:00Z",
        );
        assert!(refused.is_err());
    }

    #[rstest]
    #[case::none(&[], "host")]
    #[case::not_sent(&[], "x-osc-date")]
    #[case::not_signed(&[("x-osc-date", "20200101T000000Z")], "host")]
    #[case::unreadable(&[("x-osc-date", "yesterday")], "x-osc-date")]
    #[case::the_other_is_signed(
        &[("x-osc-date", "20200101T000000Z"), ("x-amz-date", NOON)],
        "x-amz-date"
    )]
    #[case::the_own_of_two(
        &[("x-amz-date", "20200101T000000Z"), ("x-osc-date", NOON)],
        "x-amz-date;x-osc-date"
    )]
    fn what_is_not_looked_at(#[case] headers: &[(&str, &str)], #[case] signed: &str) {
        assert_eq!(age(headers, signed, "2025-01-01T12:00:00Z"), Ok(()));
    }
}
