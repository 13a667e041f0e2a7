//! Access keys: what calls are signed with.
//!
//! By rule: reading the one that an account starts with. Left out: making, changing and deleting
//! keys, which would have to open and close the door (see `fixtures/gaps.json`).

use serde_json::Value;

use crate::cloud::account::Credentials;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::Family;
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::{clock, default};

pub(super) const FAMILY: Family = Family {
    tag: "AccessKey",
    kinds: &[],
    filters: &[],
    transitions: &[],
    rules: &[
        ("ReadAccessKeys", read_access_keys),
        ("ReadSecretAccessKey", read_secret_access_key),
    ],
};

/// Answers the caller's keys, without their secrets.
///
/// # Faults
/// - `NO_SUCH_USER` for a user, of whom there are none yet.
/// - Those of [`default::read_listed`].
fn read_access_keys(call: &mut Call<'_>) -> Result<Reply, Fault> {
    if let Some(user) = call.input.some_text("UserName") {
        // assumed: the code.
        return Err(fault::NO_SUCH_USER.says(format!("The UserName '{user}' doesn't exist.")));
    }
    let keys: Vec<Value> = root_key(call)
        .map(|it| Value::Object(shown(call, it)))
        .into_iter()
        .collect();
    default::read_listed(call, &keys)
}

/// Answers a key of the root account with its secret.
///
/// # Faults
/// `NO_SUCH_ACCESS_KEY` for a key that is not the caller's.
fn read_secret_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text("AccessKeyId");
    let key = root_key(call)
        .filter(|it| it.access_key == id)
        // assumed: the code.
        .ok_or_else(|| {
            fault::NO_SUCH_ACCESS_KEY.says(format!("The AccessKeyId '{id}' doesn't exist."))
        })?;
    let mut shown = shown(call, key);
    shown.put("SecretKey", key.secret_key.as_str());
    Ok(Reply::of("AccessKey", shown))
}

fn root_key<'c>(call: &'c Call<'_>) -> Option<&'c Credentials> {
    call.state.accounts.by_account(&call.account)
}

fn shown(call: &Call<'_>, key: &Credentials) -> Object {
    let made = clock::offset(call.state.clock.start());
    let mut shown = Object::new();
    shown.put("AccessKeyId", key.access_key.as_str());
    shown.put("CreationDate", made.as_str());
    shown.put("LastModificationDate", made);
    shown.put("State", "ACTIVE");
    shown
}
