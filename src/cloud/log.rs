//! The API's own log: the calls of every account, as the account may read them.
//!
//! Left out: calls that belong to no account, and how a call becomes an entry, which is where the
//! path of a call ends. The transcript is this crate's record and another thing.

use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rpds::QueueSync;
use serde_json::Value;

use super::account::Caller;

/// How long a call stays in the log: 32 days, documented.
const RETENTION: SignedDuration = SignedDuration::from_hours(32 * 24);
/// The statuses of answers that the log does not tell of; documented.
const UNTOLD: [u16; 2] = [401, 404];
/// What stands in place of what must not be shown; documented for the header with the signature.
pub const UNSHOWN: &str = "*****";

/// The calls of all accounts of a cloud. A clone costs two reference counts.
#[derive(Clone, Debug, Default)]
pub struct Log {
    entries: QueueSync<Entry>,
    limit: Option<usize>,
    next: u64,
}

/// One call of an account.
#[derive(Debug)]
pub struct Entry {
    /// Its place in the log; given by the log.
    pub turn: u64,
    /// Who called.
    pub caller: Caller,
    /// What was called.
    pub operation: String,
    /// Where the cloud's clock stood.
    pub at: Timestamp,
    /// From where.
    pub address: IpAddr,
    /// The client's `User-Agent`, over HTTP.
    pub agent: Option<String>,
    /// The headers of the request, without what is secret in them.
    pub headers: String,
    /// The body of the request, without what is secret in it.
    pub payload: Body,
    /// The identifier that the answer carries.
    pub request_id: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The body of the answer.
    pub reply: Body,
}

/// A body as the log keeps it: as little as will do, since most entries are never read.
#[derive(Debug)]
pub enum Body {
    /// As it was sent.
    Text(String),
    /// As JSON, to be written when somebody asks.
    Json(Arc<Value>),
    /// Only its size in bytes: it must not be shown.
    Hidden(u64),
}

impl Log {
    /// A log of the last `limit` calls, or of all of them.
    pub fn keeping(limit: Option<usize>) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Adds a call, if it is one that the log tells of, and forgets what is too old or too much.
    pub fn push(&mut self, entry: Entry) {
        if UNTOLD.contains(&entry.status) {
            return;
        }
        let now = entry.at;
        self.entries.enqueue_mut(Entry {
            turn: self.next,
            ..entry
        });
        self.next += 1;
        let spent = |log: &Self| {
            log.limit.is_some_and(|limit| log.entries.len() > limit)
                || log.entries.peek().is_some_and(|first| !first.is_kept(now))
        };
        while spent(self) && self.entries.dequeue_mut() {}
    }

    /// The calls of an account that are kept at that instant, the latest first.
    pub fn of(&self, account: &str, now: Timestamp) -> impl Iterator<Item = &Entry> {
        let entries: Vec<&Entry> = self.entries.iter().collect();
        let of_account =
            move |entry: &&Entry| *entry.caller.account == *account && entry.is_kept(now);
        entries.into_iter().rev().filter(of_account)
    }
}

impl Entry {
    fn is_kept(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) <= RETENTION
    }
}

impl Body {
    /// What may be shown of it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Json(body) => body.to_string(),
            Self::Hidden(_) => UNSHOWN.to_owned(),
        }
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Json(body) => size(body),
            Self::Hidden(size) => *size,
        }
    }
}

/// How many bytes a value has as compact JSON.
pub fn size(value: &Value) -> u64 {
    let mut counter = Counter(0);
    // A counter takes everything, and a value has nothing that JSON lacks.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// Counts what is written.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use serde_json::json;

    use super::*;

    fn entry(account: &str, status: u16, at: Timestamp) -> Entry {
        Entry {
            turn: 0,
            caller: Caller::root(account),
            operation: "ReadVms".to_owned(),
            at,
            address: Ipv4Addr::LOCALHOST.into(),
            agent: None,
            headers: String::new(),
            payload: Body::Text("{}".to_owned()),
            request_id: String::new(),
            status,
            reply: Body::Hidden(7),
        }
    }

    fn turns(log: &Log, account: &str, now: Timestamp) -> Vec<u64> {
        log.of(account, now).map(|entry| entry.turn).collect()
    }

    #[test]
    fn the_latest_comes_first_and_each_account_has_its_own() {
        let now = Timestamp::UNIX_EPOCH;
        let mut log = Log::default();
        for account in ["a", "b", "a"] {
            log.push(entry(account, 200, now));
        }
        assert_eq!(turns(&log, "a", now), [2, 0]);
        assert_eq!(turns(&log, "b", now), [1]);
    }

    #[test]
    fn some_statuses_are_not_told() {
        let now = Timestamp::UNIX_EPOCH;
        let mut log = Log::default();
        for status in [200, 400, 401, 403, 404, 409, 429] {
            log.push(entry("a", status, now));
        }
        let told: Vec<_> = log.of("a", now).map(|entry| entry.status).collect();
        assert_eq!(told, [429, 409, 403, 400, 200]);
    }

    #[test]
    fn what_is_older_than_32_days_is_forgotten() {
        let start = Timestamp::UNIX_EPOCH;
        let later = start + RETENTION;
        let mut log = Log::default();
        log.push(entry("a", 200, start));
        assert_eq!(turns(&log, "a", later), [0]);
        let too_late = later + SignedDuration::from_millis(1);
        assert!(turns(&log, "a", too_late).is_empty());
        let fork = log.clone();
        log.push(entry("a", 200, too_late));
        assert_eq!((log.entries.len(), fork.entries.len()), (1, 1));
        assert_eq!(turns(&fork, "a", later), [0]);
    }

    #[test]
    fn no_more_is_kept_than_was_asked_for() {
        let now = Timestamp::UNIX_EPOCH;
        let mut log = Log::keeping(Some(2));
        for _ in 0..5 {
            log.push(entry("a", 200, now));
        }
        assert_eq!(turns(&log, "a", now), [4, 3]);
        let mut none = Log::keeping(Some(0));
        none.push(entry("a", 200, now));
        assert!(turns(&none, "a", now).is_empty());
    }

    #[test]
    fn a_body_is_as_long_as_what_is_written() {
        let body = json!({ "é": [1, null, "\n"] });
        let written = serde_json::to_vec(&body).unwrap().len() as u64;
        assert_eq!(size(&body), written);
        assert_eq!(Body::Json(Arc::new(body)).size(), written);
        assert_eq!(Body::Text("é".to_owned()).size(), 2);
        assert_eq!(Body::Hidden(7).size(), 7);
        assert_eq!(Body::Hidden(7).text(), "*****");
    }
}
