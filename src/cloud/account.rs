//! Who owns what: the accounts of a cloud and what they prove themselves with.
//!
//! Left out: users, groups and keys made by calls.

use std::collections::BTreeMap;
use std::fmt;

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

/// The accounts of one cloud.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    by_key: BTreeMap<String, Credentials>,
}

impl Directory {
    /// Adds an account.
    pub fn add(&mut self, credentials: Credentials) {
        self.by_key
            .insert(credentials.access_key.clone(), credentials);
    }

    /// The account that an access key belongs to.
    pub fn by_key(&self, access_key: &str) -> Option<&Credentials> {
        self.by_key.get(access_key)
    }

    /// The account that logs in with that address.
    pub fn by_login(&self, login: &str) -> Option<&Credentials> {
        self.by_key.values().find(|c| c.login == login)
    }

    /// The account of that number.
    pub fn by_account(&self, account: &str) -> Option<&Credentials> {
        self.by_key.values().find(|c| c.account == account)
    }

    /// Every account, by access key.
    pub fn iter(&self) -> impl Iterator<Item = &Credentials> {
        self.by_key.values()
    }
}
