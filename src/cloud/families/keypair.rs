//! Keypairs: public keys by name, for VMs to let their owner in.
//!
//! By default: reading and deleting; VMs that were made with a key keep its name. By rule: making
//! and importing. Left out: the private half, which nobody keeps; made pairs come from a published
//! pool and protect nothing.
//!
//! The note `PublicKey` is the key itself, as SSH writes it, in Base64.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::ssh::{self, KeyError};
use crate::cloud::store::Resource;

/// Keypairs, as a kind of resource.
pub(in crate::cloud) const KEYPAIR: &Kind =
    &Kind::named("Keypair", "KeypairName", fault::NO_SUCH_KEYPAIR).silent();

pub(super) const FAMILY: Family = Family {
    tag: "Keypair",
    kinds: &[KEYPAIR],
    filters: &[],
    transitions: &[],
    rules: &[("CreateKeypair", create_keypair)],
};

/// The note of a keypair's public key.
const PUBLIC_KEY: &str = "PublicKey";
/// The longest name, in characters; documented.
const LONGEST_NAME: usize = 255;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    keypair_name: String,
    public_key: Option<String>,
}

/// Imports a public key, or makes an RSA pair of 2048 bits and answers its private half, once.
///
/// # Faults
/// - `INVALID_KEYPAIR_NAME` unless the name is 1 to 255 printable ASCII characters.
/// - `DUPLICATE_KEYPAIR` when the account has one of that name.
/// - `INVALID_PUBLIC_KEY` for a key that cannot be read, with empty `Details` (measured).
/// - `INVALID_KEY_SIZE` for an RSA key of fewer than 2048 bits.
fn create_keypair(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let Wanted {
        keypair_name: name,
        public_key,
    } = call.read()?;
    check_name(&name)?;
    if call.find(KEYPAIR, &name).is_ok() {
        // assumed: the code; that the call refuses with a conflict is documented.
        return Err(fault::DUPLICATE_KEYPAIR.says(format!("The keypair '{name}' already exists.")));
    }
    // assumed: an empty key is no key.
    let (public, private) = if let Some(key) = public_key.filter(|key| !key.is_empty()) {
        let public = ssh::read_public_key(&key).map_err(|error| refuse(&error))?;
        (public, None)
    } else {
        let index = call.state.ids.count("RSA pair");
        let made = ssh::make_rsa(call.state.ids.seed(), index.into());
        (made.public, Some(made.private_pem))
    };
    let mut keypair = Object::new();
    keypair.put("KeypairFingerprint", public.fingerprint);
    keypair.put("KeypairName", name);
    keypair.put("KeypairType", public.key_type);
    let mut notes = Object::new();
    notes.put(PUBLIC_KEY, BASE64.encode(public.blob));
    let account = Arc::clone(&call.account);
    (call.state).insert_with(KEYPAIR, &account, keypair.clone(), notes);
    if let Some(private) = private {
        keypair.put("PrivateKey", private);
    }
    Ok(Reply::of("Keypair", keypair))
}

/// A text that only the holder of a keypair's private half can read, if that is an RSA key; in
/// Base64.
pub(super) fn seal(keypair: &Resource, text: &str) -> Option<String> {
    let blob = BASE64.decode(keypair.notes.text(PUBLIC_KEY)).ok()?;
    Some(BASE64.encode(ssh::seal(&blob, text.as_bytes())?))
}

fn check_name(name: &str) -> Result<(), Fault> {
    let printable = name.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if printable && (1..=LONGEST_NAME).contains(&name.len()) {
        return Ok(());
    }
    Err(fault::INVALID_KEYPAIR_NAME.says(format!(
        "A keypair's name has 1 to {LONGEST_NAME} printable ASCII characters."
    )))
}

fn refuse(error: &KeyError) -> Fault {
    match error {
        // assumed: the code.
        KeyError::TooShort(_) => fault::INVALID_KEY_SIZE.says(error.to_string()),
        KeyError::Unreadable | KeyError::Unsupported(_) => fault::INVALID_PUBLIC_KEY.silent(),
    }
}
