//! Permissions: with which accounts an image or a snapshot is shared.
//!
//! They stand in a field of its body, as it is shown. Left out: whether an account that is named
//! exists; the real one may be anywhere.

use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::{self, Fault};
use super::object::{Fields, Object};

/// How many digits the number of an account has.
const ACCOUNT_DIGITS: usize = 12;

/// The permissions of what is shared with nobody.
pub fn private() -> Value {
    json!({ "AccountIds": [], "GlobalPermission": false })
}

/// Whether the permissions in a field let an account in.
pub fn lets_in(body: &Object, field: &str, account: &str) -> bool {
    body.object(field).is_some_and(|permissions| {
        permissions.flag("GlobalPermission") == Some(true)
            || permissions.texts("AccountIds").any(|id| id == account)
    })
}

/// A change of permissions, as requests have it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Change {
    additions: Option<Permissions>,
    removals: Option<Permissions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Permissions {
    #[serde(default)]
    account_ids: Vec<String>,
    global_permission: Option<bool>,
}

impl Change {
    /// The permissions in a field, changed.
    ///
    /// assumed: adding what is there, and taking away what is not, is no fault; a
    /// `GlobalPermission` of false says nothing.
    ///
    /// # Faults
    /// - `INVALID_PARAMETER_SET` for additions together with removals, `MISSING_PARAMETER` for
    ///   neither.
    /// - `INVALID_PERMISSION_FORMAT` for an account that is not called by its 12 digits.
    pub fn of(&self, body: &Object, field: &str) -> Result<Object, Fault> {
        let (sent, add) = self.sent()?;
        let mut permissions = body.object(field).cloned().unwrap_or_default();
        let accounts = permissions.list_mut("AccountIds");
        for id in &sent.account_ids {
            check_account(id)?;
            accounts.retain(|present| add || *present != **id);
            if add && !accounts.iter().any(|present| *present == **id) {
                accounts.push(id.as_str().into());
            }
        }
        if sent.global_permission == Some(true) {
            permissions.put("GlobalPermission", add);
        }
        Ok(permissions)
    }

    /// What is to be changed, and whether it is added.
    fn sent(&self) -> Result<(&Permissions, bool), Fault> {
        // assumed: both codes; that it must be one of them is documented.
        match (&self.additions, &self.removals) {
            (Some(additions), None) => Ok((additions, true)),
            (None, Some(removals)) => Ok((removals, false)),
            (Some(_), Some(_)) => Err(fault::INVALID_PARAMETER_SET
                .says("Additions and Removals cannot be given together.")),
            (None, None) => {
                Err(fault::MISSING_PARAMETER.says("Additions or Removals must be given."))
            }
        }
    }
}

fn check_account(id: &str) -> Result<(), Fault> {
    if id.len() == ACCOUNT_DIGITS && id.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(());
    }
    // assumed: the code, by its name.
    Err(fault::INVALID_PERMISSION_FORMAT.says(format!(
        "The AccountId '{id}' does not have {ACCOUNT_DIGITS} digits."
    )))
}
