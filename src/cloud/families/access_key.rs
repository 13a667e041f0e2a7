//! Access keys: what calls are signed with.
//!
//! By rule: reading. Left out: making, changing and deleting keys (see `fixtures/gaps.json`).

use crate::cloud::account::directory;
use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;

/// Access keys, as a kind of resource; the secret is a note, and so is the user it belongs to.
pub(in crate::cloud) const ACCESS_KEY: &Kind =
    &Kind::opaque("AccessKey", "AccessKeyId", 20, fault::NO_SUCH_ACCESS_KEY);

pub(super) const FAMILY: Family = Family {
    tag: "AccessKey",
    kinds: &[ACCESS_KEY],
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
/// - Those of [`default::read_shown`].
fn read_access_keys(call: &mut Call<'_>) -> Result<Reply, Fault> {
    if let Some(user) = call.input.some_text("UserName") {
        // assumed: the code.
        return Err(fault::NO_SUCH_USER.says(format!("The UserName '{user}' doesn't exist.")));
    }
    default::read_shown(call, "AccessKeys", ACCESS_KEY, |_, key| {
        key.notes.some_text(directory::USER_ID).is_none()
    })
}

/// Answers a key of the root account with its secret.
///
/// # Faults
/// `NO_SUCH_ACCESS_KEY` for a key that is not the caller's.
fn read_secret_access_key(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let key = call.find_own(ACCESS_KEY, call.input.text(ACCESS_KEY.id))?;
    let mut shown = ACCESS_KEY.view(call.state, &key);
    shown.put("SecretKey", key.notes.text(directory::SECRET_KEY));
    Ok(Reply::of("AccessKey", shown))
}
