//! Mistakes about the string to sign but for its scope: algorithm, time, hash and end.

use super::Mistake;
use crate::access::signature::Algorithm::{Aws4, Osc4};
use crate::access::signature::date;
use crate::access::signature::recipe::{DAY, Hash};

pub(super) const MISTAKES: &[Mistake] = &[
    ("the string to sign names OSC4-HMAC-SHA256", |it, _| {
        it.algorithm = Osc4.name();
    }),
    ("the string to sign names AWS4-HMAC-SHA256", |it, _| {
        it.algorithm = Aws4.name();
    }),
    ("the day takes the place of the time", |it, _| {
        it.timestamp = it.scope[DAY].clone();
    }),
    ("the time is written with dashes and colons", |it, _| {
        if let Some(time) = date::timestamp(&it.timestamp) {
            it.timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
        }
    }),
    (
        "the hash of the canonical request is in capitals",
        |it, _| {
            it.hash = Hash::Capitals;
        },
    ),
    (
        "the canonical request itself takes the place of its hash",
        |it, _| {
            it.hash = Hash::Nothing;
        },
    ),
    ("a newline follows the string to sign", |it, _| {
        it.end = "\n";
    }),
];
