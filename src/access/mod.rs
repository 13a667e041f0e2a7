//! May this call be made? [`Gate::admit`] and [`Gate::pass`] are the whole answer: an ordered list
//! of checks, each of which either lets the call go on or names its [`Refusal`]. The order is that
//! of [`Check`].
//!
//! Left out: method and route, which stand before it where bytes become a call.

mod basic;
#[cfg(feature = "tls")]
pub mod certificate;
mod claim;
mod malformed;
mod origin;
mod permission;
mod refusal;
mod rule;
mod scheme;
pub mod signature;

pub use origin::Origin;
pub use refusal::{Check, Refusal};

use jiff::{SignedDuration, Timestamp};

use crate::cloud::State;
use crate::cloud::account::Caller;
use crate::wire::WireRequest;
use claim::Claim;
use scheme::Scheme;
use signature::Keys;

/// How far a signature's date may lie from the system's time, either way: documented.
pub const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// The door of one cloud. It remembers derived signing keys, and nothing about callers: who is
/// locked out and how often somebody called is part of the cloud's state.
#[derive(Debug)]
pub struct Gate {
    keys: Keys,
    window: Option<SignedDuration>,
}

/// A call that needs credentials, with those that it came with.
pub struct Asked<'a> {
    gate: &'a Gate,
    claim: Claim<'a>,
    request: &'a WireRequest,
    wanted: Wanted<'a>,
    origin: &'a Origin,
    wall: Timestamp,
}

/// What somebody wants to call.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'o> {
    /// The name of the operation.
    pub operation: &'o str,
    /// The names of the security schemes that the contract gives it; with none, it is public.
    pub security: &'o [String],
}

impl Gate {
    /// A gate that takes signatures of that age, either way; of any age with `None`.
    pub fn new(window: Option<SignedDuration>) -> Self {
        Self {
            keys: Keys::default(),
            window,
        }
    }

    /// Says who calls over the wire, `None` being anybody, or why they may not. `wall` is the
    /// system's time, which dates of signatures are compared with.
    ///
    /// # Errors
    /// The first check that did not hold.
    pub fn admit(
        &self,
        request: &WireRequest,
        wanted: Wanted<'_>,
        origin: &Origin,
        wall: Timestamp,
        state: &mut State,
    ) -> Result<Option<Caller>, Refusal> {
        let Some(asked) = self.hear(request, wanted, origin, wall)? else {
            return Ok(None);
        };
        let proof = asked.prove(state)?;
        asked.decide(proof, state).map(Some)
    }

    /// What a request asks for, read without a look at the cloud; `None` for a public operation.
    ///
    /// # Errors
    /// The first check that did not hold.
    pub fn hear<'a>(
        &'a self,
        request: &'a WireRequest,
        wanted: Wanted<'a>,
        origin: &'a Origin,
        wall: Timestamp,
    ) -> Result<Option<Asked<'a>>, Refusal> {
        if wanted.is_public() {
            return Ok(None);
        }
        let (scheme, text) = Scheme::known(claim::authorization(request)?)?;
        scheme.allowed(wanted.security)?;
        Ok(Some(Asked {
            gate: self,
            claim: Claim::well_formed(scheme, text, request)?,
            request,
            wanted,
            origin,
            wall,
        }))
    }

    /// The checks of a caller who is known, with or without a socket.
    ///
    /// # Errors
    /// The first check that did not hold.
    pub fn pass(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
        origin: &Origin,
        state: &mut State,
    ) -> Result<(), Refusal> {
        if wanted.is_public() {
            return Ok(());
        }
        rule::matched(caller, wanted, origin, state)
            .and_then(|()| within_rate(caller, wanted, state))
            .and_then(|()| permission::granted(caller, wanted, state))
            .map_err(|refusal| refusal.of(caller))
    }
}

/// Whether a proof holds, by the cloud that it was held against.
#[derive(Debug)]
pub struct Proof(Result<Caller, Refusal>);

impl Asked<'_> {
    /// Holds the proof against a cloud, which need not be of this very moment: an explanation of
    /// what is wrong with a signature takes its time, and the cloud may go on meanwhile.
    ///
    /// # Errors
    /// When whoever that is is locked out.
    pub fn prove(&self, state: &State) -> Result<Proof, Refusal> {
        self.claim.unlocked(self.origin, state)?;
        let proven = self.claim.proven(self.request, self.gate, self.wall, state);
        Ok(Proof(proven))
    }

    /// Lets a proof count, and makes the checks behind it.
    ///
    /// # Errors
    /// The first check that did not hold; that nobody is locked out once more, for others may have
    /// failed meanwhile.
    pub fn decide(&self, proof: Proof, state: &mut State) -> Result<Caller, Refusal> {
        self.claim.unlocked(self.origin, state)?;
        let Proof(proven) = proof;
        self.claim.note(self.origin, &proven, state);
        let caller = proven?;
        self.gate.pass(&caller, self.wanted, self.origin, state)?;
        Ok(caller)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new(Some(WINDOW))
    }
}

impl Wanted<'_> {
    /// Whether anybody may call it.
    pub fn is_public(self) -> bool {
        self.security.is_empty()
    }

    /// Whether a trusted session does not open it: what manages keys, authorities, rules and the
    /// policy itself.
    fn is_sensitive(self) -> bool {
        self.security.iter().any(|scheme| scheme == "ApiKeyAuthSec")
    }
}

/// Takes the call out of what the account may call in a time.
fn within_rate(caller: &Caller, wanted: Wanted<'_>, state: &mut State) -> Result<(), Refusal> {
    let now = state.clock.now();
    if state.throttle.take(&caller.account, wanted.operation, now) {
        return Ok(());
    }
    Err(Check::Rate.refuses(format!(
        "the account {} has called {} as often as the cloud's throttle allows; \
         move the cloud's clock on",
        caller.account, wanted.operation
    )))
}
