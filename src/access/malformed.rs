//! The ways in which credentials cannot be read, by name.
//!
//! No text says what the header held: it may be a secret in the wrong place.

use std::fmt;

/// What is wrong with the form of an Authorization header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    SeveralHeaders(&'static str),
    TooLong { limit: usize },
    NotAParameter,
    Missing(&'static str),
    Twice(&'static str),
    ScopePartCount(usize),
    ScopePartEmpty,
    ScopePartTooLong { limit: usize },
    ScopeCharacter,
    ScopeDate,
    Terminator { wants: &'static str },
    SignedHeaderName,
    SignedHeaderTwice,
    TooManySignedHeaders { limit: usize },
    SignatureLength(usize),
    SignatureDigit,
    NotBase64,
    NoColon,
    LoginNotText,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeveralHeaders(name) => write!(f, "there is more than one {name} header"),
            Self::TooLong { limit } => {
                write!(f, "the Authorization header is longer than {limit} bytes")
            }
            Self::NotAParameter => {
                f.write_str("between the commas stands something other than name=value")
            }
            Self::Missing(parameter) => write!(f, "{parameter} is missing"),
            Self::Twice(parameter) => write!(f, "{parameter} is given twice"),
            Self::ScopePartCount(count) => write!(
                f,
                "Credential has {count} parts, not the five of key/date/region/service/terminator"
            ),
            Self::ScopePartEmpty => f.write_str("a part of Credential is empty"),
            Self::ScopePartTooLong { limit } => {
                write!(f, "a part of Credential is longer than {limit} bytes")
            }
            Self::ScopeCharacter => {
                f.write_str("Credential holds a character other than visible ASCII")
            }
            Self::ScopeDate => f.write_str("the date in Credential is no day written YYYYMMDD"),
            Self::Terminator { wants } => {
                write!(f, "with this algorithm Credential has to end in {wants}")
            }
            Self::SignedHeaderName => {
                f.write_str("SignedHeaders holds something that cannot be a header's name")
            }
            Self::SignedHeaderTwice => f.write_str("SignedHeaders names a header twice"),
            Self::TooManySignedHeaders { limit } => {
                write!(f, "SignedHeaders names more than {limit} headers")
            }
            Self::SignatureLength(length) => {
                write!(f, "Signature has {length} bytes, not 64 hexadecimal digits")
            }
            Self::SignatureDigit => {
                f.write_str("Signature holds something other than digits and letters a to f")
            }
            Self::NotBase64 => f.write_str("the Basic credentials are not base64"),
            Self::NoColon => f.write_str("the Basic credentials hold no colon"),
            Self::LoginNotText => f.write_str("the login of the Basic credentials is not UTF-8"),
        }
    }
}
