//! NAT services: the way out of a Net for what has no public IP of its own.
//!
//! By default: reading. By rule: the rest. Left out: traffic, and the state `pending`, which
//! recordings never show.
//!
//! A service holds one address of its Subnet (note `PrivateIp`) and one public IP, until it is
//! deleted; then it stays readable without them.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::public_ip::{self, PUBLIC_IP};
use super::route;
use super::route_table;
use super::subnet::{self, SUBNET};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply, token_mismatch};
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// NAT services, as a kind of resource.
pub(in crate::cloud) const NAT_SERVICE: &Kind = &Kind::new(
    "NatService",
    "NatServiceId",
    "nat-",
    fault::NO_SUCH_NAT_SERVICE,
)
.tagged("natgateway");

pub(super) const FAMILY: Family = Family {
    tag: "NatService",
    kinds: &[NAT_SERVICE],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateNatService", create_nat_service),
        ("DeleteNatService", delete_nat_service),
    ],
};

/// The note of a service that holds its address in the Subnet.
const PRIVATE_IP: &str = "PrivateIp";

/// The address of its Subnet that a service holds, if it lives.
pub(in crate::cloud) fn private_ip(nat: &Resource) -> Option<Ipv4Addr> {
    nat.notes.some_text(PRIVATE_IP)?.parse().ok()
}

/// Deletes a service; its addresses are free again, and routes to it stay.
pub(super) fn end(state: &mut State, id: &str) {
    let Some(nat) = state.get(NAT_SERVICE, id).cloned() else {
        return;
    };
    for public_ip in nat.body.objects("PublicIps") {
        public_ip::untie(state, public_ip.text(PUBLIC_IP.id));
    }
    if let Some(address) = private_ip(&nat) {
        subnet::free_address(state, nat.body.text(SUBNET.id), address);
    }
    state.edit(NAT_SERVICE, id, |nat| {
        // Measured: the key is gone, and the rest stays.
        nat.body.remove("PublicIps");
        nat.body.put("State", "deleted");
        nat.notes.remove(PRIVATE_IP);
    });
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    client_token: Option<String>,
    public_ip_id: String,
    subnet_id: String,
}

/// Makes a service in a Subnet from which the Internet is reached, available at once.
///
/// A `ClientToken` that was used before answers the service of then. assumed: for as long as that is
/// not deleted; and a Subnet may have several services.
///
/// # Faults
/// - Those of [`Call::find_own`] for the Subnet, then (measured) for the public IP.
/// - assumed: `TOKEN_MISMATCH` for a token that stood for another request.
/// - `SUBNET_NOT_PUBLIC` when no route of the Subnet's table leads to an Internet service.
/// - assumed: `ADDRESS_IN_USE` when the public IP is linked.
/// - Those of [`subnet::take_address`]. assumed: the service takes one address of the Subnet.
fn create_nat_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    let subnet = call.find_own(SUBNET, &wanted.subnet_id)?;
    let public_ip = call.find_own(PUBLIC_IP, &wanted.public_ip_id)?;
    let token = wanted.client_token.as_deref();
    let token = token.filter(|token| !token.is_empty());
    if let Some(nat) = made_before(call, &wanted, token)? {
        return Ok(Reply::of("NatService", nat));
    }
    let table = route_table::of_subnet(call.state, &subnet);
    if !table.is_some_and(|table| route::leads_to_internet(call.state, table)) {
        return Err(fault::SUBNET_NOT_PUBLIC.says(format!(
            "The Subnet '{}' has no route to an Internet service.",
            subnet.id
        )));
    }
    public_ip::check_free(&public_ip)?;
    let address = subnet::take_address(call.state, &subnet.id, None)?;
    let mut body = Object::new();
    if let Some(token) = token {
        body.put("ClientToken", token);
    }
    body.put("NetId", subnet.body.text("NetId"));
    let shown = json!({
        "PublicIp": public_ip.body.text("PublicIp"),
        "PublicIpId": &*public_ip.id,
    });
    body.put("PublicIps", json!([shown]));
    body.put("State", "available");
    body.put("SubnetId", &*subnet.id);
    body.put("Tags", json!([]));
    let mut notes = Object::new();
    notes.put(PRIVATE_IP, address.to_string());
    let account = Arc::clone(&call.account);
    let id = call.state.insert_with(NAT_SERVICE, &account, body, notes);
    public_ip::hold(call.state, &public_ip.id, &id);
    Ok(Reply::of("NatService", call.shown(NAT_SERVICE, &id)))
}

/// The service that was made with the same token.
fn made_before(
    call: &Call<'_>,
    wanted: &Wanted,
    token: Option<&str>,
) -> Result<Option<Object>, Fault> {
    let Some(token) = token else {
        return Ok(None);
    };
    let is_it =
        |nat: &Resource| nat.state() == "available" && nat.body.text("ClientToken") == token;
    let Some(nat) = call.owned(NAT_SERVICE).find(|nat| is_it(nat)) else {
        return Ok(None);
    };
    let mut held = nat.body.objects("PublicIps");
    let same = nat.body.text(SUBNET.id) == wanted.subnet_id
        && held.any(|it| it.text(PUBLIC_IP.id) == wanted.public_ip_id);
    if same {
        Ok(Some(nat.body.clone()))
    } else {
        Err(token_mismatch(token))
    }
}

/// Deletes a service, which can only be read from then on.
///
/// # Faults
/// Those of [`Call::find_live`].
fn delete_nat_service(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let nat = call.find_live(NAT_SERVICE, call.input.text(NAT_SERVICE.id))?;
    end(call.state, &nat.id);
    Ok(Reply::empty())
}
