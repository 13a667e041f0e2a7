//! Access keys: what calls are signed with. Each belongs to the root account or to one of its users.
//!
//! By rule: all of it. Left out: the root key that some documents say is made anew when the last
//! one is deleted; `cloud.support().restore_access()` makes one.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::user::{self, USER};
use crate::cloud::account::directory::{self, ACTIVE, EXPIRATION, SECRET_KEY, USER_ID};
use crate::cloud::call::{Call, Reply};
use crate::cloud::clock;
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// Access keys, as a kind of resource; the secret is a note, and so is the user it belongs to.
pub(in crate::cloud) const ACCESS_KEY: &Kind =
    &Kind::opaque("AccessKey", "AccessKeyId", 20, fault::NO_SUCH_ACCESS_KEY);

pub(super) const FAMILY: Family = Family {
    tag: "AccessKey",
    kinds: &[ACCESS_KEY],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateAccessKey", create_access_key),
        ("DeleteAccessKey", delete_access_key),
        ("ReadAccessKeys", read_access_keys),
        ("ReadSecretAccessKey", read_secret_access_key),
        ("UpdateAccessKey", update_access_key),
    ],
};

/// The most keys of the root account, and of each user; documented.
const MOST_KEYS: usize = 10;
/// The length of a secret, in upper-case letters and digits; that of the documented samples.
const SECRET_LENGTH: usize = 40;
/// The state of a key that opens nothing.
const INACTIVE: &str = "INACTIVE";

/// Makes an active key of the caller, or of the user that is named, and answers its secret.
///
/// # Faults
/// - `NO_SUCH_USER` for a user that the account does not have.
/// - `TOO_MANY_ACCESS_KEYS` when the owner has ten.
/// - Those of [`expiration`].
fn create_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let owner = owner(call)?;
    let owner = owner.as_deref();
    let end = expiration(call)?;
    let account = Arc::clone(&call.account);
    if directory::keys(call.state, &account, owner).count() >= MOST_KEYS {
        return Err(fault::TOO_MANY_ACCESS_KEYS.says(format!(
            "There cannot be more than {MOST_KEYS} access keys."
        )));
    }
    let id = call.state.ids.opaque(ACCESS_KEY.name, ACCESS_KEY.digits);
    let secret = call.state.ids.opaque(SECRET_KEY, SECRET_LENGTH);
    directory::add_key(call.state, &account, owner, &id, &secret);
    call.edit(ACCESS_KEY, &id, |key| put_expiration(key, end));
    let mut shown = call.shown(ACCESS_KEY, &id);
    shown.put(SECRET_KEY, secret);
    Ok(Reply::of("AccessKey", shown))
}

/// Answers the caller's keys, or those of the user that is named, without their secrets.
///
/// # Faults
/// - `NO_SUCH_USER` for a user that the account does not have.
/// - Those of [`default::read_shown`].
fn read_access_keys(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let owner = owner(call)?;
    default::read_shown(call, "AccessKeys", ACCESS_KEY, |_, key| {
        belongs_to(key, owner.as_deref())
    })
}

/// Answers a key of the root account with its secret.
///
/// # Faults
/// `NO_SUCH_ACCESS_KEY` for any other key; assumed: also for a user that asks for a key of the root
/// account, whose keys it does not see otherwise (measured).
fn read_secret_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(ACCESS_KEY.id);
    let key = call.find_own(ACCESS_KEY, id)?;
    if call.caller.user.is_some() || !belongs_to(&key, None) {
        return Err(ACCESS_KEY.no_such(id));
    }
    let mut shown = ACCESS_KEY.view(call.state, &key);
    shown.put(SECRET_KEY, key.notes.text(SECRET_KEY));
    Ok(Reply::of("AccessKey", shown))
}

/// Switches a key on or off, and gives it another end; without one it has none any more.
///
/// # Faults
/// - `INVALID_PARAMETER_VALUE` for any other state.
/// - Those of [`find`] and [`expiration`].
fn update_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let state = call.input.text("State").to_owned();
    if ![ACTIVE, INACTIVE].contains(&state.as_str()) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The State '{state}' is neither {ACTIVE} nor {INACTIVE}."
        )));
    }
    let key = find(call)?;
    let end = expiration(call)?;
    let now = clock::offset(call.state.clock.now());
    call.edit(ACCESS_KEY, &key.id, |key| {
        put_expiration(key, end);
        key.body.put("LastModificationDate", now);
        key.body.put("State", state);
    });
    Ok(Reply::of("AccessKey", call.shown(ACCESS_KEY, &key.id)))
}

/// Deletes a key, be it the one that the call is signed with.
///
/// # Faults
/// - Those of [`find`].
/// - `INVALID_STATE` for an active key of a user; documented, and that those of the root account
///   may be active.
fn delete_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let key = find(call)?;
    if !belongs_to(&key, None) && key.state() == ACTIVE {
        // assumed: the code.
        return Err(fault::INVALID_STATE.says(format!(
            "The access key '{}' of a user is {ACTIVE}; it has to be {INACTIVE} before it is \
             deleted.",
            key.id
        )));
    }
    call.remove(ACCESS_KEY, &key.id);
    Ok(Reply::empty())
}

/// Whose keys a call is about: the `UserId` of the user that it names, or else the caller's own;
/// `None` for the root account.
///
/// # Faults
/// `NO_SUCH_USER` for a name that no user of the account has, and for a caller that was deleted
/// after it was let in.
fn owner(call: &Call<'_>) -> Result<Option<Arc<str>>, Fault> {
    let named = call.input.get("UserName").and_then(Value::as_str);
    let user = match (named, &call.caller.user) {
        (Some(name), _) => user::find(call, name)?,
        (None, Some(id)) => call.find_own(USER, id)?,
        (None, None) => return Ok(None),
    };
    Ok(Some(Arc::clone(&user.id)))
}

/// The key that a call names, if it belongs to whom the call is about.
///
/// # Faults
/// - Those of [`owner`].
/// - `NO_SUCH_ACCESS_KEY` for any other key.
fn find(call: &Call<'_>) -> Result<Arc<Resource>, Fault> {
    let owner = owner(call)?;
    let id = call.input.text(ACCESS_KEY.id);
    let key = call.find_own(ACCESS_KEY, id)?;
    if belongs_to(&key, owner.as_deref()) {
        Ok(key)
    } else {
        Err(ACCESS_KEY.no_such(id))
    }
}

fn belongs_to(key: &Resource, owner: Option<&str>) -> bool {
    key.notes.some_text(USER_ID) == owner
}

/// When a key shall end, if ever.
///
/// # Faults
/// - `UNKNOWN_PARAMETER_TYPE` for a date that the calendar does not hold.
/// - `INVALID_PARAMETER_VALUE` for a date that is past, and for what the API access policy of the
///   account does not allow.
fn expiration(call: &Call<'_>) -> Result<Option<Timestamp>, Fault> {
    let now = call.state.clock.now();
    let text = call.input.some_text(EXPIRATION);
    let end = match text {
        None => None,
        Some(text) => Some(clock::read(text).ok_or_else(|| {
            fault::UNKNOWN_PARAMETER_TYPE
                .says(format!("The parameter type of {EXPIRATION} is unknown."))
        })?),
    };
    // assumed: the codes of both.
    if end.is_some_and(|end| end <= now) {
        return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
            "The {EXPIRATION} '{}' is past.",
            text.unwrap_or_default()
        )));
    }
    let policy = directory::access_policy(call.state, &call.account);
    if policy.allows(end, now) {
        return Ok(end);
    }
    Err(fault::INVALID_PARAMETER_VALUE.says(format!(
        "The API access policy of the account asks for an {EXPIRATION} that is less than {} seconds \
         away.",
        policy.max_seconds
    )))
}

fn put_expiration(key: &mut Resource, end: Option<Timestamp>) {
    match end {
        Some(end) => key.body.put(EXPIRATION, clock::offset(end)),
        None => {
            key.body.remove(EXPIRATION);
        }
    }
}
