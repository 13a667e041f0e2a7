//! Request signatures of the versions `OSC4` and `AWS4`: reading, verifying and making them.
//!
//! The two differ in three words (prefix of the key, last part of the scope, name of the date
//! header) and are otherwise one. What a request says about itself is believed, and then held
//! against the signature: any region and any service will do, as real clients send about any.
//!
//! A signature that is not right is compared with what the usual mistakes lead to, so that whoever
//! made it is told what went wrong.
//!
//! Left out: signatures in the query string, which the API does not offer; `.` and `..` in a path,
//! which no operation has.

mod authorization;
mod canonical;
mod date;
mod key;
mod mismatch;
mod mistake;
mod reading;
mod recipe;
mod sign;
mod verify;

pub use sign::sign;

pub(super) use authorization::{Authorization, MAX_AUTHORIZATION};
pub(super) use key::Keys;
pub(super) use mismatch::Suspect;
pub(super) use verify::{age_within, one_of_each, verify};

/// The version of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// `OSC4-HMAC-SHA256`, the vendor's.
    Osc4,
    /// `AWS4-HMAC-SHA256`, for tools made for AWS.
    Aws4,
}

impl Algorithm {
    /// The name in the Authorization header, which is signed too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Osc4 => "OSC4-HMAC-SHA256",
            Self::Aws4 => "AWS4-HMAC-SHA256",
        }
    }

    /// The header that holds the time of signing (lower case).
    pub fn date_header(self) -> &'static str {
        match self {
            Self::Osc4 => "x-osc-date",
            Self::Aws4 => "x-amz-date",
        }
    }

    /// The last part of the credential scope.
    pub fn terminator(self) -> &'static str {
        match self {
            Self::Osc4 => "osc4_request",
            Self::Aws4 => "aws4_request",
        }
    }

    /// The algorithm of that name, spelt exactly so.
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Osc4, Self::Aws4]
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// What stands before the secret key when a signing key is derived.
    fn key_prefix(self) -> &'static str {
        match self {
            Self::Osc4 => "OSC4",
            Self::Aws4 => "AWS4",
        }
    }

    /// Both date headers, the algorithm's own first: some clients send the other's.
    fn date_headers(self) -> [&'static str; 2] {
        match self {
            Self::Osc4 => ["x-osc-date", "x-amz-date"],
            Self::Aws4 => ["x-amz-date", "x-osc-date"],
        }
    }
}
