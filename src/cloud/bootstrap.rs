//! What a cloud holds before the first call: the public images, and for each account its record,
//! its key, its access rule, its default DHCP options and the default security group of the public
//! Cloud.
//!
//! Left out: what is the same for everybody and never changes; that stays in the seeds.

use std::sync::LazyLock;

use super::account::Credentials;
use super::account::directory::{self, EVERYWHERE, RULELESS_REGION};
use super::families::image::IMAGE;
use super::families::{dhcp_option, security_group};
use super::object::{Fields, Object};
use super::store::{Resource, Store};
use super::{State, seeds};

/// Fills an empty state with what every cloud starts with.
pub fn fill(state: &mut State) {
    state.store = IMAGES.draft();
}

/// Opens an account with everything that one starts with; for `rules` see [`fill_account`].
pub fn open_account(state: &mut State, credentials: &Credentials, rules: &[String]) {
    let account = credentials.account.as_str();
    let record = directory::made_up(account, &credentials.login);
    directory::open(state, account, record, &credentials.password);
    let (key, secret) = (&credentials.access_key, &credentials.secret_key);
    directory::add_key(state, account, None, key, secret);
    fill_account(state, account, rules);
}

/// The resources that every account starts with, but for its record and its key.
///
/// `rules` are the ranges of addresses that may call; with none, everybody may, but in the region
/// whose accounts start without a rule.
pub fn fill_account(state: &mut State, account: &str, rules: &[String]) {
    for range in rules {
        directory::add_rule(state, account, range);
    }
    if rules.is_empty() && &*state.region != RULELESS_REGION {
        directory::add_rule(state, account, EVERYWHERE.0);
    }
    dhcp_option::create_default(state, account);
    security_group::create_default(state, account, None);
}

/// The public images, owned by the accounts that publish them; built once for all clouds, which
/// share them until they change something.
static IMAGES: LazyLock<Store> = LazyLock::new(|| {
    let mut store = Store::default();
    for image in seeds::images() {
        let body = image.as_object().cloned().unwrap_or_default();
        store.insert(Resource {
            kind: IMAGE,
            id: body.text(IMAGE.id).into(),
            account: body.text("AccountId").into(),
            turn: 0,
            body,
            notes: Object::new(),
        });
    }
    // No quota counts images.
    store.take_uncounted();
    store
});
