//! What a cloud holds before the first call: the public images, and for each account its default
//! DHCP options and the default security group of the public Cloud.
//!
//! Left out: what is the same for everybody and never changes; that stays in the seeds.

use std::sync::{Arc, LazyLock};

use super::families::image::IMAGE;
use super::families::{dhcp_option, security_group};
use super::object::{Fields, Object};
use super::store::{Resource, Store};
use super::{State, seeds};

/// Fills an empty state with what every account starts with.
pub fn fill(state: &mut State) {
    state.store = IMAGES.draft();
    let accounts = Arc::clone(&state.accounts);
    for owner in accounts.iter() {
        dhcp_option::create_default(state, &owner.account);
        security_group::create_default(state, &owner.account, None);
    }
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
    store
});
