//! As whom a handle calls: accounts and their users, and what a client needs to call as them.

use std::sync::Arc;

use super::{Cloud, named};
use crate::cloud::account::{Credentials, directory};
use crate::cloud::bootstrap;

/// An account about to be opened: [`Cloud::account`].
#[derive(Clone, Debug)]
pub struct NewAccount<'c> {
    cloud: &'c Cloud,
    number: Option<String>,
    login: Option<String>,
    rules: Vec<String>,
}

impl Cloud {
    /// Opens another account in this cloud, with resources and keys of its own.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// let other = cloud.account().number("210987654321").open();
    /// other.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" })).ok();
    /// let nets = cloud.call("ReadNets", json!({})).ok();
    /// assert_eq!(nets["Nets"], json!([]));
    /// ```
    pub fn account(&self) -> NewAccount<'_> {
        NewAccount {
            cloud: self,
            number: None,
            login: None,
            rules: Vec::new(),
        }
    }

    /// A handle to the same cloud that calls as another account, as its root.
    ///
    /// One that a call has made has no key; over HTTP it can call once
    /// [`Support::restore_access`](crate::Support::restore_access) has given it one.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::builder().account("210987654321").build();
    /// let other = cloud.as_account("210987654321");
    /// other.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" })).ok();
    /// assert_eq!(cloud.call("ReadNets", json!({}))["Nets"], json!([])); // not ours
    /// ```
    ///
    /// # Panics
    /// When the cloud has no such account; [`Cloud::account`] and
    /// [`CloudBuilder::account`](crate::CloudBuilder::account) open one.
    #[track_caller]
    pub fn as_account(&self, account: &str) -> Self {
        named::account(self.desk(), account);
        self.calling_as(account, None)
    }

    /// A handle to the same cloud that calls as a user of this handle's account.
    ///
    /// What the user's policies do not allow is refused. Over HTTP the user needs an access key of
    /// its own, which [`Cloud::credentials`] of this handle then answers.
    ///
    /// ```
    /// use mockscale::{Cloud, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateUser", json!({ "UserName": "alice" })).ok();
    /// assert_eq!(cloud.as_user("alice").call("ReadVms", json!({})).status(), 403);
    /// ```
    ///
    /// # Panics
    /// When the account has no user of that name.
    #[track_caller]
    pub fn as_user(&self, name: &str) -> Self {
        match self.try_as_user(name) {
            Ok(handle) => handle,
            Err(problem) => panic!("{problem}"),
        }
    }

    /// [`Cloud::as_user`] for a name from outside.
    ///
    /// ```
    /// let problem = mockscale::Cloud::new().try_as_user("alice").unwrap_err();
    /// assert!(problem.contains("has no user alice"), "{problem}");
    /// ```
    ///
    /// # Errors
    /// When the account has no user of that name: which is near.
    pub fn try_as_user(&self, name: &str) -> Result<Self, String> {
        let account = &self.visitor.caller.account;
        let id = named::user(self.desk(), account, name)?;
        Ok(self.calling_as(account, Some(id)))
    }

    /// What a client needs to call as the account, or the user, of this handle.
    ///
    /// Those of the root account are well known: see [`Credentials`]. Of several keys it is the
    /// oldest that is active and not at its end, or the oldest where none is; when an account has
    /// deleted its last key, it is the one that it began with, which opens nothing any more. A user has neither
    /// login nor password.
    ///
    /// # Panics
    /// When a user has no access key.
    #[track_caller]
    pub fn credentials(&self) -> Credentials {
        let caller = &self.visitor.caller;
        let found = self
            .desk()
            .with_state(|state| directory::credentials(state, caller));
        match (found, &caller.user) {
            (Some(credentials), _) => credentials,
            (None, Some(user)) => {
                let name = self.desk().user_name(user);
                panic!(
                    "the user {name} has no access key; make one with \
                     cloud.call(\"CreateAccessKey\", json!({{ \"UserName\": \"{name}\" }}))"
                )
            }
            (None, None) => Credentials::root(&self.desk().region()),
        }
    }
}

impl NewAccount<'_> {
    /// Its number, 12 digits; one that is free unless told otherwise.
    ///
    /// # Panics
    /// When it is not 12 digits.
    #[track_caller]
    pub fn number(mut self, number: &str) -> Self {
        named::account_number(number);
        self.number = Some(number.to_owned());
        self
    }

    /// The e-mail address that it logs in with.
    ///
    /// # Panics
    /// When it is none that Basic authentication can send: without an at sign, or with a colon.
    #[track_caller]
    pub fn login(mut self, login: &str) -> Self {
        assert!(
            login.contains('@') && !login.contains(':'),
            "'{login}' is no e-mail address to log in with"
        );
        self.login = Some(login.to_owned());
        self
    }

    /// Lets only these addresses call, and those of further such ranges; see
    /// [`CloudBuilder::access_rule`](crate::CloudBuilder::access_rule).
    ///
    /// # Panics
    /// When it is no range such as `203.0.113.0/24`.
    #[track_caller]
    pub fn access_rule(mut self, range: &str) -> Self {
        named::range(range);
        self.rules.push(range.to_owned());
        self
    }

    /// Opens it, and answers a handle that calls as it.
    ///
    /// # Panics
    /// When the cloud has an account of that number already, or one with that login.
    #[track_caller]
    pub fn open(self) -> Cloud {
        let opened = self.cloud.desk().with_state(|state| {
            let number = match self.number {
                Some(number) => number,
                None => directory::free_number(state),
            };
            let mut credentials = directory::next_credentials(state, &number);
            if let Some(login) = self.login {
                credentials.login = login;
            }
            if directory::account(state, &number).is_some() {
                return Err(format!("this cloud has an account {number} already"));
            }
            if directory::by_login(state, &credentials.login).is_some() {
                return Err(format!(
                    "an account logs in with {} already",
                    credentials.login
                ));
            }
            bootstrap::open_account(state, &credentials, &self.rules);
            Ok(number)
        });
        match opened {
            Ok(number) => self.cloud.calling_as(&number, None),
            Err(problem) => panic!("{problem}"),
        }
    }
}

impl super::desk::Desk {
    /// The name of a user, by its identifier.
    pub(crate) fn user_name(&self, id: &Arc<str>) -> String {
        self.with_state(|state| directory::user_name(state, id))
    }
}
