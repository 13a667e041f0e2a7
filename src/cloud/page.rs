//! Pages: tokens with `ResultsPerPage`, and items with `FirstItem`.
//!
//! Without `ResultsPerPage` the token system returns everything, as measured on the real cloud,
//! whatever the documented default says; but for API logs, whose schema itself declares one. Left
//! out: sorting, which is the reader's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::call::{Call, Reply};
use super::fault::{self, Fault};
use super::object::Fields;
use crate::contract::Paging;

/// The largest page, in items.
const MOST: i64 = 1000;
/// The largest page of the item system, and its default; measured.
pub const MOST_ITEMS: usize = 100;
/// How long a token serves, in seconds of the cloud's clock.
///
/// assumed: its lifetime is not documented.
const TOKEN_SECONDS: i64 = 300;

/// Answers one page of what a read has selected.
///
/// Each item comes with its turn: a number that ascends and stays with it.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for a page size outside 1 to 1000, or a first item before 0.
/// - `PAGE_TOKEN_INVALID` for a token of another read, other filters, or none of ours.
/// - `PAGE_TOKEN_EXPIRED` for one that is too old.
pub fn cut<T: Into<Value>>(
    call: &Call<'_>,
    key: &str,
    items: Vec<(u64, T)>,
) -> Result<Reply, Fault> {
    match call.operation.outline().paging {
        Paging::Token => by_token(call, key, items),
        Paging::Item => by_item(call, key, items),
        Paging::None => Ok(Reply::of(key, values(bare(items)))),
    }
}

fn by_token<T: Into<Value>>(
    call: &Call<'_>,
    key: &str,
    items: Vec<(u64, T)>,
) -> Result<Reply, Fault> {
    let (items, next) = tokens(call, items)?;
    let reply = Reply::of(key, values(items));
    Ok(match next {
        Some(next) => reply.with(NEXT, next),
        None => reply,
    })
}

/// The property of a reply that leads to the next page.
pub const NEXT: &str = "NextPageToken";

/// The page of the token system that the request asks for, of whatever a read has selected, and the
/// token of the next one.
///
/// # Faults
/// Those of [`cut`].
pub fn tokens<T>(
    call: &Call<'_>,
    mut items: Vec<(u64, T)>,
) -> Result<(Vec<T>, Option<String>), Fault> {
    let token = match call.input.some_text(NEXT) {
        Some(text) => Some(Token::read(call, text)?),
        None => None,
    };
    let size = match call.input.int("ResultsPerPage") {
        Some(size) if (1..=MOST).contains(&size) => Some(size),
        Some(size) => {
            return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                "ResultsPerPage is {size}; it must lie between 1 and {MOST}."
            )));
        }
        None => match &token {
            Some(token) => Some(token.size),
            None => call.operation.outline().page_size,
        },
    };
    if let Some(token) = &token {
        items.retain(|(turn, _)| *turn > token.after);
    }
    let Some(size) = size else {
        return Ok((bare(items), None));
    };
    let whole = items.len();
    items.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let next = items
        .last()
        .filter(|_| items.len() < whole)
        .map(|(turn, _)| Token { after: *turn, size }.write(call));
    Ok((bare(items), next))
}

fn by_item<T: Into<Value>>(call: &Call<'_>, key: &str, all: Vec<(u64, T)>) -> Result<Reply, Fault> {
    let page = items(call, all)?;
    Ok(Reply::of(key, values(bare(page.items)))
        .with("HasMoreItems", page.more)
        .with("MaxResultsLimit", page.size)
        .with("MaxResultsTruncated", page.truncated))
}

/// A page of the item system.
#[derive(Debug)]
pub struct Items<T> {
    /// What stands on it.
    pub items: Vec<T>,
    /// Whether there is more behind it.
    pub more: bool,
    /// How many items fit.
    pub size: usize,
    /// Whether more than the largest page was asked for.
    pub truncated: bool,
}

/// The page of the item system that the request asks for, of whatever a read has selected.
///
/// # Faults
/// `INVALID_PARAMETER_VALUE` for a page of no items, or a first item before 0.
pub fn items<T>(call: &Call<'_>, all: Vec<T>) -> Result<Items<T>, Fault> {
    // assumed: a page of nothing is refused; a client that asked for the next one would never end.
    let first = at_least(call, "FirstItem", 0)?.unwrap_or(0);
    let asked = at_least(call, "ResultsPerPage", 1)?.unwrap_or(MOST_ITEMS);
    let size = asked.min(MOST_ITEMS);
    Ok(Items {
        more: all.len() > first.saturating_add(size),
        items: all.into_iter().skip(first).take(size).collect(),
        size,
        truncated: asked > MOST_ITEMS,
    })
}

fn at_least(call: &Call<'_>, field: &str, least: i64) -> Result<Option<usize>, Fault> {
    let Some(number) = call.input.int(field) else {
        return Ok(None);
    };
    let fits = Some(number).filter(|number| *number >= least);
    match fits.and_then(|number| usize::try_from(number).ok()) {
        Some(number) => Ok(Some(number)),
        None => Err(fault::INVALID_PARAMETER_VALUE
            .says(format!("{field} is {number}; {least} is the least."))),
    }
}

fn bare<T>(items: Vec<(u64, T)>) -> Vec<T> {
    items.into_iter().map(|(_, item)| item).collect()
}

fn values<T: Into<Value>>(items: Vec<T>) -> Vec<Value> {
    items.into_iter().map(Into::into).collect()
}

/// Where the next page begins. Opaque to the caller: bound to the operation and its filters.
struct Token {
    after: u64,
    size: i64,
}

impl Token {
    fn write(&self, call: &Call<'_>) -> String {
        let made = call.state.clock.now().as_second();
        let facts = json!([binding(call), self.after, self.size, made]);
        BASE64.encode(facts.to_string())
    }

    fn read(call: &Call<'_>, text: &str) -> Result<Self, Fault> {
        let invalid = || {
            fault::PAGE_TOKEN_INVALID.says(format!(
                "The NextPageToken was not given by {} with these filters.",
                call.operation.name()
            ))
        };
        let facts = BASE64.decode(text).map_err(|_| invalid())?;
        let (bound, after, size, made): (String, u64, i64, i64) =
            serde_json::from_slice(&facts).map_err(|_| invalid())?;
        if bound != binding(call) || !(1..=MOST).contains(&size) {
            return Err(invalid());
        }
        // Saturating: nobody but a forger wrote such an instant, and a forger is refused too.
        if call.state.clock.now().as_second().saturating_sub(made) > TOKEN_SECONDS {
            return Err(fault::PAGE_TOKEN_EXPIRED.says(format!(
                "The NextPageToken is older than {TOKEN_SECONDS} seconds."
            )));
        }
        Ok(Self { after, size })
    }
}

/// What ties a token to its read: a short digest of the operation, the account and the filters.
fn binding(call: &Call<'_>) -> String {
    let filters = call.input.get("Filters").unwrap_or(&Value::Null);
    let text = format!("{}/{}/{filters}", call.operation.name(), call.account);
    BASE64.encode(&Sha256::digest(text.as_bytes())[..6])
}
