//! API logs: the calls of an account, as the API lists them. The transcript is this crate's own
//! record.
//!
//! By rule: reading. Left out: calls of other APIs than this one, and the minutes that pass on the
//! real cloud before a call can be read.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::family::{By, Family};
use crate::cloud::fault::Fault;
use crate::cloud::filter::Selection;
use crate::cloud::log::Entry;
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;

pub(super) const FAMILY: Family = Family {
    tag: "ApiLog",
    kinds: &[],
    filters: &[
        ("FiltersApiLog", AFTER, By::NotBefore("QueryDate")),
        ("FiltersApiLog", BEFORE, By::NotAfter("QueryDate")),
    ],
    transitions: &[],
    rules: &[("ReadApiLogs", read_api_logs)],
};

const AFTER: &str = "QueryDateAfter";
const BEFORE: &str = "QueryDateBefore";

/// How much is looked at where only one end of it was given, or none; documented.
const WINDOW: SignedDuration = SignedDuration::from_hours(48);

/// A member of what is shown of a call, and its value; where that is null, it is not there.
type Member = (&'static str, fn(&Call<'_>, &Entry) -> Value);

/// What is shown of a call.
const MEMBERS: [Member; 16] = [
    ("AccountId", |_, it| (&*it.caller.account).into()),
    // assumed: the cloud's clock stands still during a call, so that it takes no time.
    ("CallDuration", |_, _| 0.into()),
    // assumed: absent for a call that no key has signed.
    ("QueryAccessKey", |_, it| {
        it.caller.access_key.as_deref().into()
    }),
    ("QueryApiName", |_, _| "oapi".into()),
    ("QueryApiVersion", |call, _| version(call).into()),
    ("QueryCallName", |_, it| it.operation.as_str().into()),
    ("QueryDate", |_, it| clock::zulu(it.at).into()),
    ("QueryHeaderRaw", |_, it| it.headers.as_str().into()),
    // assumed: the size of what is shown; the documented example fits no other reading either.
    ("QueryHeaderSize", |_, it| it.headers.len().into()),
    ("QueryIpAddress", |_, it| it.address.to_string().into()),
    ("QueryPayloadRaw", |_, it| it.payload.text().into()),
    ("QueryPayloadSize", |_, it| it.payload.size().into()),
    // assumed: absent for a client that does not say what it is.
    ("QueryUserAgent", |_, it| it.agent.as_deref().into()),
    ("RequestId", |_, it| it.request_id.as_str().into()),
    ("ResponseSize", |_, it| it.reply.size().into()),
    ("ResponseStatusCode", |_, it| it.status.into()),
];

/// What filters look at, dates apart. The sizes are left out: they are measured for what is shown.
const FILTERED: [&str; 7] = [
    "QueryAccessKey",
    "QueryApiName",
    "QueryCallName",
    "QueryIpAddress",
    "QueryUserAgent",
    "RequestId",
    "ResponseStatusCode",
];

/// Answers the account's calls of a time, the latest first; also to a user of the account.
///
/// # Faults
/// Those of [`Selection::over`] and [`page::cut`].
fn read_api_logs(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let call = &*call;
    let schema = call.operation.outline().filters.as_deref();
    let selection = Selection::over(call, "Log", schema.unwrap_or_default())?;
    // These are looked at below: a day given as the end belongs to what is read.
    let (_, selection) = selection.split(&[AFTER, BEFORE]);
    let now = call.state.clock.now();
    let (from, until) = window(call, now);
    let in_time = |entry: &&Entry| from <= entry.at && entry.at <= until;
    let wanted = |entry: &&Entry| {
        let facts = || shown(call, entry, |member| FILTERED.contains(&member));
        selection.is_empty() || selection.accepts(&facts())
    };
    let calls = call.state.log.of(&call.account, now);
    let lines = calls.filter(in_time).filter(wanted).map(|entry| {
        // Pages ascend by a number, and these calls descend by their turn.
        (u64::MAX - entry.turn, Line { call, entry })
    });
    page::cut(call, "Logs", lines.collect())
}

/// A call to be shown if it stands on the page: what is not asked for is not measured.
struct Line<'c> {
    call: &'c Call<'c>,
    entry: &'c Entry,
}

impl From<Line<'_>> for Value {
    fn from(line: Line<'_>) -> Self {
        let with = line.call.input.object("With");
        let wanted = |member: &str| with.and_then(|with| with.flag(member)) != Some(false);
        Self::Object(shown(line.call, line.entry, wanted))
    }
}

fn shown(call: &Call<'_>, entry: &Entry, wanted: impl Fn(&str) -> bool) -> Object {
    let members = MEMBERS.iter().filter(|(member, _)| wanted(member));
    members
        .map(|(member, value)| ((*member).to_owned(), value(call, entry)))
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// `1.33` for the contract 1.33.1.
fn version<'c>(call: &Call<'c>) -> &'c str {
    let version = call.contract.version();
    match version.match_indices('.').nth(1) {
        Some((end, _)) => &version[..end],
        None => version,
    }
}

/// From when until when, both included.
///
/// assumed: a time in which nothing lies is no mistake.
fn window(call: &Call<'_>, now: Timestamp) -> (Timestamp, Timestamp) {
    let filters = call.input.object("Filters");
    let date = |name| filters.and_then(|filters| filters.some_text(name));
    // A legal date that cannot be read lies past the end of the calendar.
    let from = date(AFTER).map(|text| clock::read(text).unwrap_or(Timestamp::MAX));
    let until = date(BEFORE).map(|text| end(text).unwrap_or(Timestamp::MAX));
    match (from, until) {
        (Some(from), Some(until)) => (from, until),
        (Some(from), None) => (from, from.saturating_add(WINDOW).unwrap_or(Timestamp::MAX)),
        (None, until) => {
            let until = until.unwrap_or(now);
            (
                until.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN),
                until,
            )
        }
    }
}

/// The instant that a text names; the last one of a day.
///
/// assumed: documented is an example that gives one day as both ends, and is answered.
fn end(text: &str) -> Option<Timestamp> {
    let start = clock::read(text)?;
    if text.parse::<Date>().is_ok() && text.len() == 10 {
        let day = SignedDuration::from_hours(24) - SignedDuration::from_nanos(1);
        return start.checked_add(day).ok();
    }
    Some(start)
}
