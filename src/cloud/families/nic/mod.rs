//! Network cards: their addresses, their security groups, and their links to VMs.
//!
//! By default: nothing. By rule: all of them. Left out: traffic, and the states
//! `attaching` and `detaching`.
//!
//! Every VM has a card, also in the public Cloud, where it is hidden (note `Hidden`): `ReadNics`
//! does not list it and the VM does not show it, but public IPs name it. The notes also say which
//! public IP belongs to which private one (`PublicIps`), which address the cloud lent the card
//! (`TemporaryIp`, empty while the VM is stopped), and since when it is linked (`LinkDate`).

mod address;
mod create;
mod link;
mod plan;
mod update;
mod view;

pub(in crate::cloud::families) use create::{make, remove};
pub(in crate::cloud::families) use link::{attach, check_free, detach};
pub(in crate::cloud::families) use plan::{Plan, SentAddress, further, groups, parse_all, wanted};
pub(in crate::cloud::families) use update::{
    check_some, left_vm, put_groups, unlinked, vm_started, vm_stopped,
};
pub(in crate::cloud) use view::lent;
pub(in crate::cloud::families) use view::light;

use std::sync::Arc;

use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::family::{By, Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;
use crate::cloud::store::Resource;

/// Network cards, as a kind of resource.
pub(in crate::cloud) const NIC: &Kind = &Kind::new("Nic", "NicId", "eni-", fault::NO_SUCH_NIC)
    .tagged("network-interface")
    .shown_by(view::show);

pub(super) const FAMILY: Family = Family {
    tag: "Nic",
    kinds: &[NIC],
    filters: &[(
        "FiltersNic",
        "PrivateIpsPrimaryIp",
        By::Path("PrivateIps.IsPrimary"),
    )],
    transitions: &[],
    rules: &[
        ("CreateNic", create::create_nic),
        ("DeleteNic", create::delete_nic),
        ("LinkNic", link::link_nic),
        ("LinkPrivateIps", address::link_private_ips),
        ("ReadNics", read_nics),
        ("UnlinkNic", link::unlink_nic),
        ("UnlinkPrivateIps", address::unlink_private_ips),
        ("UpdateNic", update::update_nic),
    ],
};

/// Answers the cards that are not hidden; what terminated VMs left behind has settled by then.
///
/// # Faults
/// Those of [`default::read`].
fn read_nics(call: &mut Call<'_>) -> Result<Reply, Fault> {
    default::read_shown(call, "Nics", NIC, |_, nic| !is_hidden(nic))
}

/// A card of the caller's that is not hidden.
///
/// assumed: the card of a VM in the public Cloud cannot be named, only its VM.
///
/// # Faults
/// Those of [`Call::find_own`].
pub(in crate::cloud::families) fn find(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    let nic = call.find_own(NIC, id)?;
    if is_hidden(&nic) {
        return Err(NIC.no_such(id));
    }
    Ok(nic)
}

/// Whether a card is that of a VM in the public Cloud.
pub(in crate::cloud) fn is_hidden(nic: &Resource) -> bool {
    nic.notes.flag("Hidden") == Some(true)
}
