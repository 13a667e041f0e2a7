//! What users, groups and policies have in common: names, paths, and the resource names (ORN) made
//! of the two.

use super::clock;
use super::fault::{self, Fault};
use super::object::{Fields, Object};

/// The path of what was given none; documented.
pub const ROOT_PATH: &str = "/";
/// The longest name of a user, in characters; documented.
pub const LONGEST_USER_NAME: usize = 64;
/// The longest name of a group or a policy, in characters.
///
/// assumed: not documented; as in other clouds.
pub const LONGEST_NAME: usize = 128;
/// The longest path, in characters; documented.
const LONGEST_PATH: usize = 512;

/// The resource name of a user, a group or a policy: `sort` is `user`, `usergroup` or `policy`.
pub fn orn(account: &str, sort: &str, path: &str, name: &str) -> String {
    format!("orn:ows:idauth::{account}:{sort}{path}{name}")
}

/// Refuses what cannot be a name.
///
/// assumed: what is documented for users holds for groups and policies too.
///
/// # Faults
/// `INVALID_NAME` unless it has 1 to `longest` letters, digits and `+=,.@-_`.
pub fn check_name(property: &str, name: &str, longest: usize) -> Result<(), Fault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@-_".contains(&byte);
    if (1..=longest).contains(&name.len()) && name.bytes().all(fits) {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::INVALID_NAME.says(format!(
        "The {property} must have 1 to {longest} letters, digits and characters of '+=,.@-_'."
    )))
}

/// Refuses what cannot be a path.
///
/// assumed: what is documented for users holds for groups and policies too.
///
/// # Faults
/// `INVALID_PARAMETER_VALUE` unless it begins and ends with a slash, and has 1 to 512 letters,
/// digits, slashes and underscores.
pub fn check_path(property: &str, path: &str) -> Result<(), Fault> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_');
    let between_slashes = path.starts_with('/') && path.ends_with('/');
    if between_slashes && path.len() <= LONGEST_PATH && path.bytes().all(fits) {
        return Ok(());
    }
    // assumed: the code.
    Err(fault::INVALID_PARAMETER_VALUE.says(format!(
        "The {property} must begin and end with '/', and have 1 to {LONGEST_PATH} letters, digits, \
         '/' and '_'."
    )))
}

/// The object with its two dates as answers about groups write them.
pub fn with_zulu_dates(mut object: Object) -> Object {
    for date in ["CreationDate", "LastModificationDate"] {
        if let Some(instant) = clock::read(object.text(date)) {
            object.put(date, clock::zulu(instant));
        }
    }
    object
}
