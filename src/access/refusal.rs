//! The checks by name and order, and what each of them puts on the wire when it refuses.

use crate::cloud::account::Caller;
use crate::cloud::fault::{self, Fault};
use crate::cloud::lockout;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::fmt;

/// The checks, in the order in which they are made.
///
/// assumed: the order as a whole. Measured is that an unknown key is told before a bad signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Check {
    /// The request is a POST.
    Method,
    /// The path calls an operation.
    Route,
    /// What the request declares about its own origin is vouched for by this cloud.
    Declared,
    /// The request has an Authorization header, and only one.
    Present,
    /// The header's scheme is one the API knows.
    SchemeKnown,
    /// The operation takes that scheme.
    SchemeAllowed,
    /// The header can be read.
    WellFormed,
    /// Whoever that is is not locked out after failures.
    Unlocked,
    /// The access key belongs to an account.
    KeyKnown,
    /// The login belongs to an account.
    LoginKnown,
    /// The access key is active and not past its end.
    KeyUsable,
    /// The signature is neither older nor younger than five minutes.
    Fresh,
    /// The signature is the account's, over this very request.
    Signature,
    /// The password is the account's.
    Password,
    /// An API access rule lets the call in.
    AccessRules,
    /// The account has not called the operation too often.
    Rate,
    /// The user's policies allow the operation.
    Permission,
}

impl Check {
    /// Its name in transcripts: `access_rules`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Route => "route",
            Self::Declared => "declared",
            Self::Present => "present",
            Self::SchemeKnown => "scheme_known",
            Self::SchemeAllowed => "scheme_allowed",
            Self::WellFormed => "well_formed",
            Self::Unlocked => "unlocked",
            Self::KeyKnown => "key_known",
            Self::LoginKnown => "login_known",
            Self::KeyUsable => "key_usable",
            Self::Fresh => "fresh",
            Self::Signature => "signature",
            Self::Password => "password",
            Self::AccessRules => "access_rules",
            Self::Rate => "rate",
            Self::Permission => "permission",
        }
    }

    /// The fault that a caller gets. One place, so that a measurement corrects one line.
    fn fault(self) -> Fault {
        let entry = match self {
            // assumed: the wording; documented is what it asks for.
            Self::AccessRules => {
                return fault::UNMATCHED_ACCESS_RULES.says(
                    "No API access rule of the account lets this call in: \
                     its IP address or its certificate is not one that they accept.",
                );
            }
            Self::Rate => return fault::THROTTLED.says("Request rate exceeded."),
            Self::Permission => {
                return fault::UNAUTHORIZED_OPERATION
                    .says("You are not authorized to perform this action.");
            }
            Self::Method => fault::METHOD_NOT_ALLOWED,
            Self::Route => fault::NO_SUCH_CALL,
            Self::Unlocked => fault::LOCKED_OUT,
            Self::SchemeKnown => fault::UNKNOWN_SCHEME,
            Self::SchemeAllowed => fault::WRONG_SCHEME_FOR_OPERATION,
            Self::KeyKnown => fault::UNKNOWN_ACCESS_KEY,
            // A wrong signature was measured. assumed: the rest; documented is a fault for a missing login or password (403, code 10), but
            // not that a request without the header gets it; what cannot be read proves nothing;
            // an unknown login is not told from a wrong password; a key that is switched off or
            // past its end, and a signature that is too old, prove nothing either.
            Self::Signature
            | Self::Present
            | Self::Declared
            | Self::WellFormed
            | Self::LoginKnown
            | Self::Password
            | Self::KeyUsable
            | Self::Fresh => fault::AUTHENTICATION_FAILED,
        };
        // Measured for a wrong signature and an unknown key; assumed: for the schemes too.
        entry.silent()
    }

    pub(crate) fn refuses(self, why: impl fmt::Display) -> Refusal {
        Refusal {
            fault: self.fault(),
            check: self,
            explanation: Some(why.to_string()),
            caller: None,
        }
    }

    /// Refuses what is locked for so long.
    pub(super) fn locks(self, subject: &str, remaining: SignedDuration) -> Refusal {
        Refusal {
            fault: lockout::refusal(remaining),
            ..self.refuses(format!(
                "{subject} is locked after failures in a row, for another {} seconds of the cloud's \
                 clock; \
                 cloud.clock().advance(…) moves it, cloud.support().unlock() opens the lock, \
                 Cloud::builder().without_lockout() never locks",
                lockout::seconds(remaining)
            ))
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Method => "the method is POST",
            Self::Route => "the path calls an operation",
            Self::Declared => "what the request declares of itself is vouched for",
            Self::Present => "credentials are sent",
            Self::SchemeKnown => "the scheme is known",
            Self::SchemeAllowed => "the operation takes the scheme",
            Self::WellFormed => "the credentials can be read",
            Self::Unlocked => "nobody is locked out",
            Self::KeyKnown => "the access key is known",
            Self::LoginKnown => "the login is known",
            Self::KeyUsable => "the access key is active and not expired",
            Self::Fresh => "the signature is from within five minutes, either way",
            Self::Signature => "the signature is right",
            Self::Password => "the password is right",
            Self::AccessRules => "an API access rule lets the call in",
            Self::Rate => "the account has not called too often",
            Self::Permission => "the user's policies allow the operation",
        })
    }
}

/// Why a call may not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the caller gets.
    pub fault: Fault,
    /// The check that did not hold.
    pub check: Check,
    /// For the author of a test, never for the wire: what exactly is wrong; for a signature also
    /// the canonical request and the string to sign that the cloud computed. Holds no secret.
    pub explanation: Option<String>,
    /// Who called, when that was clear by then.
    pub caller: Option<Caller>,
}

impl Refusal {
    /// The same, of a caller who is known.
    pub(super) fn of(self, caller: &Caller) -> Self {
        Self {
            caller: Some(caller.clone()),
            ..self
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused by the check {}", self.check.name())?;
        match &self.explanation {
            Some(explanation) => write!(f, ": {explanation}"),
            None => Ok(()),
        }
    }
}

impl Error for Refusal {}
