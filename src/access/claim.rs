//! Who the caller says they are, and whether the proof they bring holds.

use jiff::Timestamp;

use super::basic::Login;
use super::refusal::{Check, Refusal};
use super::scheme::Scheme;
use super::signature::{self, Authorization, Suspect};
use super::{Gate, Origin};
use crate::cloud::State;
use crate::cloud::account::Caller;
use crate::cloud::account::directory::{self, Key};
use crate::cloud::lockout::Attempt;
use crate::cloud::object::Fields;
use crate::wire::WireRequest;

/// The value of the one Authorization header.
pub(super) fn authorization(request: &WireRequest) -> Result<&str, Refusal> {
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
pub(super) enum Claim<'r> {
    Signature(Authorization<'r>),
    Basic(Login),
}

impl<'r> Claim<'r> {
    pub(super) fn well_formed(
        scheme: Scheme,
        text: &'r str,
        request: &'r WireRequest,
    ) -> Result<Self, Refusal> {
        signature::one_of_each(&request.headers)
            .and_then(|()| match scheme {
                Scheme::Signature(algorithm) => {
                    Authorization::parse(algorithm, text).map(Self::Signature)
                }
                Scheme::Basic => Login::parse(text).map(Self::Basic),
            })
            .map_err(|malformed| Check::WellFormed.refuses(malformed))
    }

    /// What failures of this claim count against.
    fn attempt(&self, origin: &Origin) -> Attempt<'_> {
        match self {
            Self::Signature(authorization) => Attempt::Key {
                from: origin.address,
                access_key: authorization.access_key,
            },
            Self::Basic(login) => Attempt::Password { login: &login.name },
        }
    }

    /// What is locked after failures, unless it may be a secret in the wrong place.
    fn subject(&self, origin: &Origin) -> String {
        let from = origin.address;
        match self {
            Self::Signature(it) if it.access_key.len() <= 20 => {
                format!("the access key {} from {from}", it.access_key)
            }
            Self::Signature(_) => format!("that access key from {from}"),
            Self::Basic(_) => "the password of that login".to_owned(),
        }
    }

    /// Refuses whoever is locked out for now.
    pub(super) fn unlocked(&self, origin: &Origin, state: &State) -> Result<(), Refusal> {
        let now = state.clock.now();
        match state.lockout.remaining(self.attempt(origin), now) {
            None => Ok(()),
            Some(remaining) => Err(Check::Unlocked.locks(&self.subject(origin), remaining)),
        }
    }

    /// Holds the proof against what the cloud knows.
    pub(super) fn proven(
        &self,
        request: &WireRequest,
        gate: &Gate,
        wall: Timestamp,
        state: &State,
    ) -> Result<Caller, Refusal> {
        match self {
            Self::Signature(authorization) => {
                let key = known(authorization.access_key, state)?;
                usable(&key, state.clock.now())?;
                if let Some(window) = gate.window {
                    signature::age_within(authorization, request, wall, window)
                        .map_err(|why| Check::Fresh.refuses(why))?;
                }
                signature::verify(authorization, request, key.secret(), &gate.keys)
                    .map_err(|why| Check::Signature.refuses(why.explain(&suspects(state))))?;
                Ok(key.caller())
            }
            Self::Basic(login) => {
                let account = directory::by_login(state, &login.name)
                    .ok_or_else(|| Check::LoginKnown.refuses("no account has that login"))?;
                if !directory::has_password(account, &login.password) {
                    return Err(Check::Password.refuses("the password is another one"));
                }
                Ok(Caller::root(&account.id))
            }
        }
    }

    /// Counts a failed proof, and forgets the failures before a good one.
    ///
    /// assumed: an unknown key or login counts like a wrong proof; a key that is switched off or
    /// at its end does not, nor does an old signature.
    pub(super) fn note(
        &self,
        origin: &Origin,
        proven: &Result<Caller, Refusal>,
        state: &mut State,
    ) {
        let counts = match proven {
            Ok(_) => true,
            Err(refusal) => !matches!(refusal.check, Check::KeyUsable | Check::Fresh),
        };
        if counts {
            let now = state.clock.now();
            state
                .lockout
                .note(self.attempt(origin), proven.is_ok(), now);
        }
    }
}

/// The secrets that a client may have taken for that of its key.
fn suspects(state: &State) -> Vec<Suspect> {
    let keys = directory::every_key(state).map(|key| Suspect {
        what: format!("the secret key of {}", key.id()),
        secret: key.secret().to_owned(),
    });
    let passwords = directory::accounts(state).map(|account| Suspect {
        what: format!("the password of the account {}", account.id),
        secret: account.notes.text(directory::PASSWORD).to_owned(),
    });
    keys.chain(passwords).collect()
}

/// The access key of that name.
fn known<'s>(access_key: &str, state: &'s State) -> Result<Key<'s>, Refusal> {
    directory::key(state, access_key)
        .ok_or_else(|| Check::KeyKnown.refuses(unknown_key(access_key)))
}

/// Refuses a key that is switched off or past its end, by the cloud's clock.
fn usable(key: &Key<'_>, now: Timestamp) -> Result<(), Refusal> {
    let id = key.id();
    if !key.is_active() {
        return Err(Check::KeyUsable.refuses(format!("the access key {id} is INACTIVE")));
    }
    match key.expires() {
        Some(end) if end <= now => Err(Check::KeyUsable.refuses(format!(
            "the access key {id} expired at {end}; the cloud's clock stands at {now}"
        ))),
        _ => Ok(()),
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
