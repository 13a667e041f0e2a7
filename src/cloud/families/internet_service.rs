//! Internet services: a Net's way to the Internet.
//!
//! By default: creation, reading. By rule: the rest. Left out: traffic.

use crate::cloud::State;
use crate::cloud::families::net::NET;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault;
use crate::cloud::object::Fields;

/// Internet services, as a kind of resource.
pub(in crate::cloud) const INTERNET_SERVICE: &Kind = &Kind::new(
    "InternetService",
    "InternetServiceId",
    "igw-",
    fault::NO_SUCH_INTERNET_SERVICE,
)
.silent()
.tagged("internet-gateway");

pub(super) const FAMILY: Family = Family {
    tag: "InternetService",
    kinds: &[INTERNET_SERVICE],
    filters: &[],
    rules: &[],
};

/// The Internet service that is linked to a Net. The Net's notes remember it as `LINKED`.
pub(in crate::cloud) fn linked_to(state: &State, net_id: &str) -> Option<String> {
    let net = state.get(NET, net_id)?;
    net.notes.some_text(LINKED).map(str::to_owned)
}

/// The note of a Net that names the Internet service linked to it.
const LINKED: &str = "InternetServiceId";
