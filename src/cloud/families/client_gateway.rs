//! Client gateways: the client's end of a VPN connection.
//!
//! By default: reading. By rule: the rest. Left out: the states `pending`, `deleting` and `deleted`.

use std::net::Ipv4Addr;

use serde::Deserialize;

use crate::cloud::call::{Call, Reply};
use crate::cloud::default;
use crate::cloud::dependents;
use crate::cloud::family::{Family, Kind};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::Fields;

/// Client gateways, as a kind of resource.
pub(in crate::cloud) const CLIENT_GATEWAY: &Kind = &Kind::new(
    "ClientGateway",
    "ClientGatewayId",
    "cgw-",
    fault::NO_SUCH_CLIENT_GATEWAY,
)
.tagged("customer-gateway");

pub(super) const FAMILY: Family = Family {
    tag: "ClientGateway",
    kinds: &[CLIENT_GATEWAY],
    filters: &[],
    transitions: &[],
    rules: &[
        ("CreateClientGateway", create_client_gateway),
        ("DeleteClientGateway", delete_client_gateway),
    ],
};

/// The one type of connection there is; documented.
const CONNECTION_TYPE: &str = "ipsec.1";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    bgp_asn: i64,
    connection_type: String,
    public_ip: String,
}

/// Makes a gateway, available at once.
///
/// # Faults
/// assumed: the codes; the limits are documented.
/// - `INVALID_BGP_ASN` unless the number of the autonomous system is 1 to 4294967295.
/// - Those of [`check_connection_type`].
/// - `INVALID_IPV4` for what is no address.
fn create_client_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let wanted: Wanted = call.read()?;
    if !(1..=i64::from(u32::MAX)).contains(&wanted.bgp_asn) {
        return Err(fault::INVALID_BGP_ASN.says(format!(
            "The BgpAsn {} does not lie between 1 and {}.",
            wanted.bgp_asn,
            u32::MAX
        )));
    }
    check_connection_type(&wanted.connection_type)?;
    if wanted.public_ip.parse::<Ipv4Addr>().is_err() {
        return Err(fault::INVALID_IPV4.says(format!(
            "The IPv4 address '{}' is invalid.",
            wanted.public_ip
        )));
    }
    default::create(call, |_| {})
}

/// Deletes a gateway that no connection uses.
///
/// # Faults
/// - Those of [`Call::find_own`].
/// - `CLIENT_GATEWAY_IN_USE` while a VPN connection leads to it; assumed: be it one that is being
///   deleted.
fn delete_client_gateway(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let id = call.input.text(CLIENT_GATEWAY.id);
    call.find_own(CLIENT_GATEWAY, id)?;
    if let Some(user) = dependents::until_deleted(call.state, &[CLIENT_GATEWAY.id], id).next() {
        return Err(fault::CLIENT_GATEWAY_IN_USE.says(format!(
            "The client gateway '{id}' is used by the {} '{}'.",
            user.kind.name, user.id
        )));
    }
    default::delete(call)
}

/// Refuses a type of connection that no gateway has.
///
/// # Faults
/// assumed: the code. `INVALID_VPN_TYPE` for another type than `ipsec.1`.
pub(super) fn check_connection_type(wanted: &str) -> Result<(), Fault> {
    if wanted == CONNECTION_TYPE {
        return Ok(());
    }
    Err(fault::INVALID_VPN_TYPE.says(format!(
        "The ConnectionType '{wanted}' is not '{CONNECTION_TYPE}'."
    )))
}
