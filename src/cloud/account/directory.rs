//! What is asked at the door about accounts, keys, rules and policies: typed looks at resources.
//!
//! Also what an account starts with. Left out: what calls do to all this, which is the families'.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Caller, Credentials};
use crate::cloud::families::access_key::ACCESS_KEY;
use crate::cloud::families::account::ACCOUNT;
use crate::cloud::families::api_access_rule::API_ACCESS_RULE;
use crate::cloud::families::ca::CA;
use crate::cloud::families::user::USER;
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;
use crate::cloud::{State, clock};

/// The note of an account that holds its password.
pub const PASSWORD: &str = "Password";
/// The note of an access key that holds its secret.
pub const SECRET_KEY: &str = "SecretKey";
/// The note of an access key that names the user it belongs to; root keys have none.
pub const USER_ID: &str = "UserId";
/// The note of an account with the longest life of its keys in seconds, 0 for any.
pub const MAX_SECONDS: &str = "MaxAccessKeyExpirationSeconds";
/// The note of an account that says whether a trusted session is active.
pub const TRUSTED: &str = "RequireTrustedEnv";
/// The note of a certificate authority with its certificate: DER in base64.
pub const CERTIFICATE: &str = "Certificate";
/// The note of an account with its place among those of its cloud, from 1.
const ORDINAL: &str = "Ordinal";

/// The range of the rule that accounts start with, and how that rule describes itself.
pub const EVERYWHERE: (&str, &str) = ("0.0.0.0/0", "Allows all IPv4 domain");

/// The region whose accounts start without any access rule.
pub const RULELESS_REGION: &str = "cloudgouv-eu-west-1";

/// Opens an account with what it proves itself with: its record, its policy, its password.
pub fn open(state: &mut State, account: &str, record: Object, password: &str) {
    let mut notes = Object::new();
    notes.put(PASSWORD, password);
    notes.put(MAX_SECONDS, 0);
    notes.put(TRUSTED, false);
    notes.put(ORDINAL, next_ordinal(state));
    let mut body = record;
    body.put(ACCOUNT.id, account);
    state.insert_with(ACCOUNT, account, body, notes);
}

/// A record for an account of which nothing is known but its login.
pub fn made_up(account: &str, login: &str) -> Object {
    let record = json!({
        "City": "Mockville",
        "CompanyName": "Mockscale",
        "Country": "France",
        "CustomerId": account.get(..8),
        "Email": login,
        "FirstName": "Root",
        "LastName": "Mockscale",
        "ZipCode": "00000",
    });
    match record {
        Value::Object(record) => record,
        _ => Object::new(),
    }
}

/// Gives an account, or a user of it, an access key that is active and has no end.
pub fn add_key(state: &mut State, account: &str, user: Option<&str>, id: &str, secret: &str) {
    let now = clock::offset(state.clock.now());
    let mut body = Object::new();
    body.put(ACCESS_KEY.id, id);
    body.put("CreationDate", now.as_str());
    body.put("LastModificationDate", now);
    body.put("State", ACTIVE);
    let mut notes = Object::new();
    notes.put(SECRET_KEY, secret);
    if let Some(user) = user {
        notes.put(USER_ID, user);
    }
    state.insert_with(ACCESS_KEY, account, body, notes);
}

/// Whether a text is what a rule may ask for: an IP address, or a range in CIDR notation.
pub fn is_range(text: &str) -> bool {
    // The address by the standard library, which takes no leading zeros.
    let address = text.split('/').next().unwrap_or_default();
    let is_address = address.parse::<IpAddr>().is_ok();
    is_address && (!text.contains('/') || text.parse::<IpNet>().is_ok())
}

/// Lets a range of addresses in: the rule that accounts start with when it is [`EVERYWHERE`].
pub fn add_rule(state: &mut State, account: &str, range: &str) {
    let mut body = Object::new();
    body.put("CaIds", json!([]));
    body.put("Cns", json!([]));
    if range == EVERYWHERE.0 {
        body.put("Description", EVERYWHERE.1);
    }
    body.put("IpRanges", json!([range]));
    state.insert(API_ACCESS_RULE, account, body);
}

/// The state of a key that opens the door.
pub const ACTIVE: &str = "ACTIVE";
/// The property of a key that says when it ends.
pub const EXPIRATION: &str = "ExpirationDate";

/// The record of an account, if the cloud has it.
pub fn account<'s>(state: &'s State, account: &str) -> Option<&'s Arc<Resource>> {
    state.get(ACCOUNT, account)
}

/// Every account, in the order in which they were opened.
pub fn accounts(state: &State) -> impl Iterator<Item = &Arc<Resource>> {
    state.store.all(ACCOUNT)
}

/// The account that logs in with that e-mail address.
pub fn by_login<'s>(state: &'s State, login: &str) -> Option<&'s Arc<Resource>> {
    accounts(state).find(|account| account.body.text("Email") == login)
}

/// Whether a password is the account's, in a time that depends on neither.
pub fn has_password(account: &Resource, password: &[u8]) -> bool {
    use hmac::digest::CtOutput;
    let digest = |password| CtOutput::<Sha256>::new(Sha256::digest(password));
    digest(password) == digest(account.notes.text(PASSWORD).as_bytes())
}

/// An access key as the door sees it.
pub struct Key<'s> {
    resource: &'s Arc<Resource>,
}

/// The access key of that identifier, whoever owns it.
pub fn key<'s>(state: &'s State, access_key: &str) -> Option<Key<'s>> {
    let resource = state.get(ACCESS_KEY, access_key)?;
    Some(Key { resource })
}

/// The keys of an account, or of a user of it, in the order of creation.
pub fn keys<'s>(
    state: &'s State,
    account: &'s str,
    user: Option<&'s str>,
) -> impl Iterator<Item = Key<'s>> {
    all_keys(state, account).filter(move |key| key.user() == user)
}

/// The keys of all accounts, in the order of creation.
pub fn every_key(state: &State) -> impl Iterator<Item = Key<'_>> {
    let keys = state.store.all(ACCESS_KEY);
    keys.map(|resource| Key { resource })
}

/// What nobody but its owner may read: the secrets of all keys, and the passwords.
pub fn secrets(state: &State) -> Vec<String> {
    let keys = every_key(state).map(|key| key.secret().to_owned());
    let passwords = accounts(state).map(|account| account.notes.text(PASSWORD).to_owned());
    keys.chain(passwords).collect()
}

/// The keys of an account and of all its users, in the order of creation.
pub fn all_keys<'s>(state: &'s State, account: &'s str) -> impl Iterator<Item = Key<'s>> {
    let owned = state.owned(ACCESS_KEY, account);
    owned.map(|resource| Key { resource })
}

impl<'s> Key<'s> {
    /// The key itself.
    pub fn id(&self) -> &'s Arc<str> {
        &self.resource.id
    }

    /// What signatures are made with.
    pub fn secret(&self) -> &'s str {
        self.resource.notes.text(SECRET_KEY)
    }

    /// The `UserId` of the user that it belongs to; `None` for a key of the root account.
    pub fn user(&self) -> Option<&'s str> {
        self.resource.notes.some_text(USER_ID)
    }

    /// Whether it was not switched off.
    pub fn is_active(&self) -> bool {
        self.resource.state() == ACTIVE
    }

    /// When it ends, if ever.
    pub fn expires(&self) -> Option<Timestamp> {
        self.resource
            .body
            .some_text(EXPIRATION)
            .and_then(clock::read)
    }

    /// Whom it makes of who has its secret.
    pub fn caller(&self) -> Caller {
        Caller {
            account: Arc::clone(&self.resource.account),
            user: self.user().map(Arc::from),
            access_key: Some(Arc::clone(&self.resource.id)),
        }
    }
}

/// The API access policy of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccessPolicy {
    /// The longest life of a key in seconds; 0 for any.
    pub max_seconds: i64,
    /// Whether a trusted session is active.
    pub trusted: bool,
}

impl AccessPolicy {
    /// Whether a key may have that end: while there is a longest life, what is left of the key's
    /// has to be shorter.
    pub fn allows(self, end: Option<Timestamp>, now: Timestamp) -> bool {
        let longest = SignedDuration::from_secs(self.max_seconds);
        longest.is_zero() || end.is_some_and(|end| end.duration_since(now) < longest)
    }
}

/// The API access policy of an account.
pub fn access_policy(state: &State, account: &str) -> AccessPolicy {
    let notes = state.get(ACCOUNT, account).map(|account| &account.notes);
    AccessPolicy {
        max_seconds: notes.and_then(|it| it.int(MAX_SECONDS)).unwrap_or(0),
        trusted: notes.and_then(|it| it.flag(TRUSTED)).unwrap_or(false),
    }
}

/// Replaces the API access policy of an account.
pub fn set_access_policy(state: &mut State, account: &str, policy: AccessPolicy) {
    state.edit(ACCOUNT, account, |account| {
        account.notes.put(MAX_SECONDS, policy.max_seconds);
        account.notes.put(TRUSTED, policy.trusted);
    });
}

/// The API access rules of an account, in the order of creation.
pub fn rules<'s>(state: &'s State, account: &'s str) -> impl Iterator<Item = &'s Arc<Resource>> {
    state.owned(API_ACCESS_RULE, account)
}

/// The certificate of an authority that an account has registered: DER.
pub fn certificate(state: &State, account: &str, ca: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let ca = state.get(CA, ca).filter(|ca| *ca.account == *account)?;
    let text = ca.notes.text(CERTIFICATE);
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// What a client needs to call as a caller: with the oldest active key, or the oldest where none is.
/// An account without a key has the one that it was made with; a user without one has nothing.
pub fn credentials(state: &State, caller: &Caller) -> Option<Credentials> {
    let record = account(state, &caller.account)?;
    let user = caller.user.as_deref();
    let now = state.clock.now();
    let ended = |key: &Key<'_>| key.expires().is_some_and(|end| end <= now);
    // The one that opens the door rather than one that is at its end, and that rather than one that
    // is switched off.
    let rank = |key: &Key<'_>| (!key.is_active(), ended(key));
    let key = keys(state, &caller.account, user).min_by_key(rank);
    let mut credentials = first_credentials(state, record);
    if user.is_some() {
        credentials.login.clear();
        credentials.password.clear();
        key.as_ref()?;
    } else {
        record.body.text("Email").clone_into(&mut credentials.login);
        record
            .notes
            .text(PASSWORD)
            .clone_into(&mut credentials.password);
    }
    if let Some(key) = key {
        key.id().as_ref().clone_into(&mut credentials.access_key);
        key.secret().clone_into(&mut credentials.secret_key);
    }
    Some(credentials)
}

/// The credentials that the next account of a cloud is given when it is opened: no other account has
/// had the key.
pub fn next_credentials(state: &State, account: &str) -> Credentials {
    Credentials::further(next_ordinal(state), account, &state.region)
}

fn next_ordinal(state: &State) -> usize {
    accounts(state).count() + 1
}

/// The credentials that an account was given when it was opened.
fn first_credentials(state: &State, account: &Resource) -> Credentials {
    let ordinal = account.notes.int(ORDINAL).unwrap_or(1);
    match usize::try_from(ordinal) {
        Ok(ordinal) if ordinal > 1 => Credentials::further(ordinal, &account.id, &state.region),
        _ => Credentials::root(&state.region),
    }
}

/// Makes sure that the root account has a key that is active and has no end: the oldest of its
/// keys, or else the one that it was made with.
pub fn restore_key(state: &mut State, account: &str) {
    let Some(record) = state.get(ACCOUNT, account) else {
        return;
    };
    let first = first_credentials(state, record);
    let Some(oldest) = keys(state, account, None)
        .next()
        .map(|key| Arc::clone(key.id()))
    else {
        add_key(state, account, None, &first.access_key, &first.secret_key);
        return;
    };
    state.edit(ACCESS_KEY, &oldest, |key| {
        key.body.put("State", ACTIVE);
        key.body.remove(EXPIRATION);
    });
}

/// Whether an account has a rule that asks for nothing but addresses of that very range.
pub fn has_rule(state: &State, account: &str, range: &str) -> bool {
    rules(state, account).any(|rule| {
        rule.body.list("CaIds").is_empty() && rule.body.texts("IpRanges").any(|it| it == range)
    })
}

/// An account number that is free.
pub fn free_number(state: &mut State) -> String {
    loop {
        let number = state.ids.digits(ACCOUNT.name, 12);
        if account(state, &number).is_none() {
            return number;
        }
    }
}

/// The name of a user, by its identifier; the identifier itself once the user is gone.
pub fn user_name(state: &State, id: &str) -> String {
    match state.get(USER, id) {
        Some(user) => user.body.text("UserName").to_owned(),
        None => id.to_owned(),
    }
}

/// Whether there is a user of that identifier.
pub fn is_user(state: &State, id: &str) -> bool {
    state.get(USER, id).is_some()
}

/// The user of an account that has that name.
pub fn user<'s>(state: &'s State, account: &'s str, name: &str) -> Option<&'s Arc<Resource>> {
    let mut users = state.owned(USER, account);
    users.find(|user| user.body.text("UserName") == name)
}

/// The names of an account's users, in the order of creation.
pub fn user_names<'s>(state: &'s State, account: &'s str) -> impl Iterator<Item = &'s str> {
    let users = state.owned(USER, account);
    users.map(|user| user.body.text("UserName"))
}
