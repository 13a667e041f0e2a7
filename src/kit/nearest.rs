//! Why calls were not as often as wanted, for a person: what came, what came nearest, and in which
//! fields it differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::matcher::Matcher;
use super::times::{Times, often};
use crate::contract::{self, Contract};
use crate::transcript::Exchange;

/// How many calls are named, of many.
const MOST_NAMED: usize = 5;

/// What is missing or too much, in lines that each end with a newline.
pub(crate) fn explain(
    contract: &Contract,
    matcher: &Matcher,
    times: Times,
    count: u64,
    exchanges: &[Arc<Exchange>],
) -> String {
    let mut text = String::new();
    let same: Vec<_> = exchanges
        .iter()
        .filter(|it| it.operation == matcher.operation())
        .collect();
    let (seen, others): (Vec<&Arc<Exchange>>, Vec<_>) =
        same.into_iter().partition(|it| matcher.matches(it));
    if !seen.is_empty() {
        let _ = writeln!(text, "  seen:    {}", numbers(&seen));
    }
    if times.exceeded_by(count) {
        return text;
    }
    // Of several the latest, which the end of the conversation may show.
    let latest_first = others.iter().rev();
    match latest_first.min_by_key(|it| matcher.distance(it)) {
        Some(nearest) => {
            let (number, operation) = (nearest.number, &nearest.operation);
            let _ = writeln!(
                text,
                "  nearest: request {number}, {operation}, which differs in"
            );
            for difference in matcher.differences(nearest) {
                let _ = writeln!(text, "    {difference}");
            }
        }
        None if seen.is_empty() => {
            let _ = writeln!(text, "  nearest: {}", instead(contract, matcher, exchanges));
        }
        None => {}
    }
    text
}

/// How often something came, and how often it should have.
pub(crate) fn counted(matcher: &Matcher, times: Times, count: u64) -> String {
    let came = often(count);
    if times == Times::NEVER {
        return format!("{matcher} was not expected, and came {came}");
    }
    format!("{matcher} was expected {times}, and came {came}")
}

/// `requests 2, 3 and 5`.
fn numbers(exchanges: &[&Arc<Exchange>]) -> String {
    let numbers: Vec<String> = exchanges.iter().map(|it| it.number.to_string()).collect();
    match numbers.as_slice() {
        [one] => format!("request {one}"),
        [all @ .., last] if numbers.len() <= MOST_NAMED => {
            format!("requests {} and {last}", all.join(", "))
        }
        all => format!(
            "requests {} and {} more",
            all[..MOST_NAMED].join(", "),
            all.len() - MOST_NAMED
        ),
    }
}

/// What was called, if the operation was not.
fn instead(contract: &Contract, matcher: &Matcher, exchanges: &[Arc<Exchange>]) -> String {
    let wanted = matcher.operation();
    let mut called: BTreeMap<&str, u64> = BTreeMap::new();
    for exchange in exchanges {
        called.entry(&exchange.operation).or_insert(exchange.number);
    }
    if called.is_empty() {
        return "nothing; no call came at all".to_owned();
    }
    let tag = |name: &str| contract.operation(name).map(|it| it.tag().to_owned());
    let of_wanted = tag(wanted);
    let named = |(name, number): (&&str, &u64)| format!("{name} (request {number})");
    let family: Vec<String> = called
        .iter()
        .filter(|(name, _)| of_wanted.is_some() && tag(name) == of_wanted)
        .take(MOST_NAMED)
        .map(named)
        .collect();
    if !family.is_empty() {
        let family = family.join(", ");
        return format!("{wanted} was not called, but of its family {family}");
    }
    match contract::nearest(wanted, called.keys().copied()) {
        Some(near) => format!(
            "{wanted} was not called, but {}",
            named((&near, &called[near]))
        ),
        None => format!("nothing; {wanted} was not called, nor anything like it"),
    }
}
