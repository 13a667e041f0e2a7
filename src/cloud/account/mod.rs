//! Who owns what and who calls: accounts, and what they prove themselves with.
//!
//! Accounts, keys, users and rules are resources like all others; [`directory`] holds what is asked
//! about them at the door.

pub mod directory;
pub mod effective;

use std::fmt;
use std::sync::Arc;

/// The account that every cloud starts with.
pub const ROOT_ACCOUNT: &str = "123456789012";
/// The region of a cloud that was not told otherwise.
pub const DEFAULT_REGION: &str = "eu-west-2";

const ROOT_ACCESS_KEY: &str = "MOCKSCALE00000000001";
const ROOT_SECRET_KEY: &str = "MOCKSCALESECRET0000000000000000000000001";
const ROOT_LOGIN: &str = "root@mockscale.test";
const PASSWORD: &str = "mockscale-password";

/// What a client needs to call as an account.
///
/// The root account's values are well known, so that a tool can be pointed at a cloud without
/// asking. They open nothing outside a fake.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// 20 upper-case letters and digits.
    pub access_key: String,
    /// 40 upper-case letters and digits.
    pub secret_key: String,
    /// The e-mail address for Basic authentication.
    pub login: String,
    /// The password for Basic authentication.
    pub password: String,
    /// 12 digits.
    pub account: String,
    /// The region the cloud plays.
    pub region: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .field("login", &self.login)
            .field("account", &self.account)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl Credentials {
    /// The well-known credentials of the root account.
    pub fn root(region: &str) -> Self {
        Self {
            access_key: ROOT_ACCESS_KEY.to_owned(),
            secret_key: ROOT_SECRET_KEY.to_owned(),
            login: ROOT_LOGIN.to_owned(),
            password: PASSWORD.to_owned(),
            account: ROOT_ACCOUNT.to_owned(),
            region: region.to_owned(),
        }
    }

    /// The credentials of a further account, the `n`th of its cloud (from 2).
    pub fn further(n: usize, account: &str, region: &str) -> Self {
        Self {
            access_key: format!("MOCKSCALE{n:011}"),
            secret_key: format!("MOCKSCALESECRET{n:025}"),
            login: format!("root-{account}@mockscale.test"),
            password: PASSWORD.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
        }
    }
}

/// Who calls, once that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The number of the account.
    pub account: Arc<str>,
    /// The `UserId` of the user; `None` for the root account.
    pub user: Option<Arc<str>>,
    /// The access key that signed the call, if one did.
    pub access_key: Option<Arc<str>>,
}

impl Caller {
    /// The root account itself, by a call that nothing signed.
    pub fn root(account: &str) -> Self {
        Self {
            account: account.into(),
            user: None,
            access_key: None,
        }
    }
}
