//! Who may call: signatures, passwords and refusals, seen from outside.
//!
//! Signatures are made by [`by_hand`], which shares no code with the crate.

mod basic;
mod by_hand;
mod clients;
mod malformed;
mod order;
mod signer;
mod vectors;

use mockscale::access::{Admitted, Gate, Refusal};
use mockscale::cloud::account::{Credentials, Directory};
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

/// The root account and a second one.
fn accounts() -> Directory {
    let mut accounts = Directory::default();
    accounts.add(root());
    accounts.add(Credentials::further(2, "210987654321", "eu-west-2"));
    accounts
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

/// The number of the account that a request is admitted as.
fn admit(request: &WireRequest, security: &[&str]) -> Result<Option<String>, Refusal> {
    let security: Vec<_> = security.iter().map(ToString::to_string).collect();
    let accounts = accounts();
    let admitted = Gate::new().admit(request, &security, &accounts)?;
    Ok(match admitted {
        Admitted::Anonymous => None,
        Admitted::Account(credentials) => Some(credentials.account.clone()),
    })
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
