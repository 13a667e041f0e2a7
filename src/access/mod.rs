//! May this call be made? [`Gate::admit`] is the whole answer: an ordered list of checks, each
//! of which either lets the call go on or names its [`Refusal`].
//!
//! Left out, each to become one more line of that list: the lock after repeated failures, the
//! age of a signature, API access rules, throttling, the permissions of users.

mod basic;
mod malformed;
mod refusal;
mod scheme;
pub mod signature;

pub use refusal::{Check, Refusal};

use crate::cloud::account::{Credentials, Directory};
use crate::wire::WireRequest;
use basic::Login;
use scheme::Scheme;
use signature::{Authorization, Keys};

/// The door of one cloud. It remembers derived signing keys, and nothing about callers.
#[derive(Debug, Default)]
pub struct Gate {
    keys: Keys,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admitted<'d> {
    /// Anybody: the operation is public, and nothing was looked at.
    Anonymous,
    /// The account that has proved itself.
    Account(&'d Credentials),
}

impl Gate {
    /// A gate that has seen nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says who calls, or why they may not.
    ///
    /// `security` holds the names of the security schemes that the contract gives the operation;
    /// with none, it is public. The order is that of [`Check`].
    ///
    /// # Errors
    /// The first check that did not hold.
    pub fn admit<'d>(
        &self,
        request: &WireRequest,
        security: &[String],
        accounts: &'d Directory,
    ) -> Result<Admitted<'d>, Refusal> {
        if security.is_empty() {
            return Ok(Admitted::Anonymous);
        }
        let header = authorization(request)?;
        let (scheme, claim) = Scheme::known(header)?;
        scheme.allowed(security)?;
        let claim = Claim::well_formed(scheme, claim, request)?;
        let account = claim.account(accounts)?;
        claim.proven(request, account, &self.keys)?;
        Ok(Admitted::Account(account))
    }
}

/// The value of the one Authorization header.
fn authorization(request: &WireRequest) -> Result<&str, Refusal> {
    let mut values = request.headers.all("authorization");
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.trim()),
        (Some(_), Some(_)) => {
            Err(Check::Present.refuses("the request has more than one Authorization header"))
        }
        (None, _) => Err(Check::Present.refuses("the request has no Authorization header")),
    }
}

/// Who the caller says they are, and the proof they bring.
enum Claim<'r> {
    Signature(Authorization<'r>),
    Basic(Login),
}

impl<'r> Claim<'r> {
    fn well_formed(
        scheme: Scheme,
        text: &'r str,
        request: &'r WireRequest,
    ) -> Result<Self, Refusal> {
        match scheme {
            Scheme::Signature(algorithm) => signature::one_of_each(&request.headers)
                .and_then(|()| Authorization::parse(algorithm, text))
                .map(Self::Signature),
            Scheme::Basic => Login::parse(text).map(Self::Basic),
        }
        .map_err(|malformed| Check::WellFormed.refuses(malformed))
    }

    fn account<'d>(&self, accounts: &'d Directory) -> Result<&'d Credentials, Refusal> {
        match self {
            Self::Signature(authorization) => accounts
                .by_key(authorization.access_key)
                .ok_or_else(|| Check::KeyKnown.refuses(unknown_key(authorization.access_key))),
            Self::Basic(login) => accounts
                .by_login(&login.name)
                .ok_or_else(|| Check::LoginKnown.refuses("no account has that login")),
        }
    }

    fn proven(
        &self,
        request: &WireRequest,
        account: &Credentials,
        keys: &Keys,
    ) -> Result<(), Refusal> {
        match self {
            Self::Signature(authorization) => {
                signature::verify(authorization, request, account, keys)
                    .map_err(|why| Check::Signature.refuses(why))
            }
            Self::Basic(login) if login.matches(account) => Ok(()),
            Self::Basic(_) => Err(Check::Password.refuses("the password is another one")),
        }
    }
}

/// Repeats an unknown access key only if it cannot be a secret key in the wrong place.
fn unknown_key(access_key: &str) -> String {
    match access_key.len() {
        ..=20 => format!("no account has the access key {access_key}"),
        length => format!(
            "no account has that access key, which is {length} characters long \
             where 20 are usual; is it the secret key?"
        ),
    }
}
