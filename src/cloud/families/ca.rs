//! Client certificate authorities: whose certificates API access rules may ask for.
//!
//! By default: reading and updating. By rule: the rest. Left out: the certificate itself, which no
//! operation shows again; what one of its clients shows is judged at the door.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::api_access_rule::API_ACCESS_RULE;
use crate::cloud::account::directory::CERTIFICATE;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::x509;

/// Client certificate authorities, as a kind of resource; the certificate is a note.
pub(in crate::cloud) const CA: &Kind =
    &Kind::new("Ca", "CaId", "ca-", fault::NO_SUCH_RESOURCE).digits(32);

pub(super) const FAMILY: Family = Family {
    tag: "Ca",
    kinds: &[CA],
    filters: &[],
    transitions: &[],
    rules: &[("CreateCa", create_ca), ("DeleteCa", delete_ca)],
};

/// Registers the certificate of an authority, also one that is registered already.
///
/// # Faults
/// assumed: the code. `INVALID_PARAMETER_VALUE` for a text that is not the certificate of exactly
/// one authority; nothing of it is repeated.
fn create_ca(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let authority = x509::read_ca(call.input.text("CaPem")).map_err(|bad| {
        fault::INVALID_PARAMETER_VALUE.says(format!("The CaPem cannot be registered: {bad}."))
    })?;
    let mut body = Object::new();
    body.put("CaFingerprint", authority.fingerprint);
    if let Some(description) = call.input.get("Description") {
        body.put("Description", description.clone());
    }
    let mut notes = Object::new();
    notes.put(CERTIFICATE, BASE64.encode(authority.der));
    let id = call.state.insert_with(CA, &call.account, body, notes);
    Ok(Reply::of("Ca", call.shown(CA, &id)))
}

/// Forgets an authority that no API access rule names.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - assumed: `BUSY` while a rule names it; nothing is documented, but its door would be shut.
fn delete_ca(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(CA.id);
    call.find_own(CA, id)?;
    let names_it = |ca: &str| ca == id;
    let mut rules = call.owned(API_ACCESS_RULE);
    if let Some(rule) = rules.find(|rule| rule.body.texts("CaIds").any(names_it)) {
        return Err(fault::BUSY.says(format!(
            "The CaId '{id}' is used by the ApiAccessRule '{}'.",
            rule.id
        )));
    }
    drop(rules);
    default::delete(call)
}
