//! Who may call: signatures, passwords and refusals, seen from outside.
//!
//! Signatures are made by [`by_hand`], which shares no code with the crate.

mod accounts;
mod basic;
mod bits;
mod by_hand;
mod certificate;
mod clients;
mod keys;
mod lockout;
mod malformed;
mod mistakes;
mod order;
mod permission;
mod policy;
mod rules;
mod signer;
mod smuggling;
mod throttle;
mod vectors;

use mockscale::Pace;
use mockscale::access::{Gate, Origin, Refusal, Wanted};
use mockscale::cloud::account::{Caller, Credentials};
use mockscale::cloud::{State, bootstrap};
use mockscale::jiff::Timestamp;
use mockscale::wire::WireRequest;

/// The schemes of an ordinary operation.
const SIGNED: &[&str] = &["ApiKeyAuth"];
/// The schemes of an operation on keys and access rules.
const SENSITIVE: &[&str] = &["ApiKeyAuthSec", "BasicAuth"];
/// The schemes of a public operation.
const PUBLIC: &[&str] = &[];

const TIMESTAMP: &str = "20250101T000000Z";

fn root() -> Credentials {
    Credentials::root("eu-west-2")
}

/// A cloud with the root account and a second one.
fn accounts() -> State {
    state(&[root(), Credentials::further(2, "210987654321", "eu-west-2")])
}

/// A cloud with these accounts.
fn state(accounts: &[Credentials]) -> State {
    let mut state = State::new(0, Timestamp::UNIX_EPOCH, "eu-west-2", Pace::Manual);
    for account in accounts {
        bootstrap::open_account(&mut state, account, &[]);
    }
    state
}

/// What the gate makes of a request that comes at the time of its signature.
fn admit_to(
    state: &mut State,
    gate: &Gate,
    request: &WireRequest,
    security: &[&str],
) -> Result<Option<Caller>, Refusal> {
    let security: Vec<_> = security.iter().map(ToString::to_string).collect();
    let wanted = Wanted {
        operation: "ReadVms",
        security: &security,
    };
    let now = "2025-01-01T00:00:00Z".parse().expect("an instant");
    gate.admit(request, wanted, &Origin::of(request), now, state)
}

fn request(path: &str, headers: &[(&str, &str)], body: &str) -> WireRequest {
    WireRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        headers: headers.iter().copied().collect(),
        body: body.as_bytes().to_vec(),
        ..WireRequest::default()
    }
}

/// The number of the account that a request is admitted as, however old its signature.
fn admit(request: &WireRequest, security: &[&str]) -> Result<Option<String>, Refusal> {
    let admitted = admit_to(&mut accounts(), &Gate::new(None), request, security)?;
    Ok(admitted.map(|caller| caller.account.to_string()))
}

#[track_caller]
fn assert_root(request: &WireRequest, security: &[&str]) {
    match admit(request, security) {
        Ok(account) => assert_eq!(account, Some(root().account)),
        Err(refusal) => panic!("{refusal}"),
    }
}

#[track_caller]
fn refused(request: &WireRequest, security: &[&str]) -> Refusal {
    admit(request, security).expect_err("the request should be refused")
}

/// Status, code and details of a refusal.
fn wire(refusal: &Refusal) -> (u16, u16, &str) {
    let fault = &refusal.fault;
    (fault.status(), fault.entry().code, fault.details())
}
