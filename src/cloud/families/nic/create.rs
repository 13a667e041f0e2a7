//! The beginning and the end of a network card.

use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::plan::{Plan, SentAddress, Wanted, groups, wanted};
use super::update::TEMPORARY_IP;
use super::view::private_dns_name;
use super::{NIC, address};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::public_ip;
use crate::cloud::families::subnet::{self, SUBNET};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// Makes a card, available and linked to nothing, and answers its identifier.
///
/// # Faults
/// Those of [`subnet::take_address`].
pub(in crate::cloud::families) fn make(
    state: &mut State,
    account: &str,
    plan: &Plan,
) -> Result<String, Fault> {
    let addresses = take(state, plan)?;
    let mut body = Object::new();
    body.put("AccountId", account);
    body.put("Description", plan.description.as_str());
    body.put("IsSourceDestChecked", true);
    body.put("MacAddress", state.ids.mac());
    body.put(
        "PrivateIps",
        addresses
            .iter()
            .enumerate()
            .map(|(n, address)| entry(state, *address, n == 0))
            .collect::<Vec<_>>(),
    );
    if let Some(primary) = addresses.first() {
        body.put("PrivateDnsName", private_dns_name(state, *primary));
    }
    body.put("SecurityGroups", json!(plan.groups));
    body.put("State", "available");
    body.put("Tags", json!([]));
    let mut notes = Object::new();
    match &plan.subnet {
        Some(subnet) => {
            for field in ["NetId", "SubnetId", "SubregionName"] {
                body.put(field, subnet.body.text(field));
            }
        }
        None => notes.put("Hidden", true),
    }
    if plan.temporary_ip {
        notes.put(TEMPORARY_IP, public_ip::take_address(state).to_string());
    }
    Ok(state.insert_with(NIC, account, body, notes))
}

/// Takes a card out: its addresses are free again, a public IP that it had is kept.
pub(in crate::cloud::families) fn remove(state: &mut State, nic_id: &str) {
    public_ip::release_nic(state, nic_id);
    if let Some(nic) = state.remove(NIC, nic_id)
        && let Some(subnet_id) = nic.body.some_text("SubnetId")
    {
        for private_ip in nic.body.objects("PrivateIps") {
            if let Ok(address) = private_ip.text("PrivateIp").parse() {
                subnet::free_address(state, subnet_id, address);
            }
        }
    }
}

/// An address as a card shows it.
pub(super) fn entry(state: &State, address: Ipv4Addr, primary: bool) -> Value {
    json!({
        "IsPrimary": primary,
        "PrivateDnsName": private_dns_name(state, address),
        "PrivateIp": address.to_string(),
    })
}

/// Takes the addresses of a card: first those that are wanted in particular, lest one of the
/// others gets them.
fn take(state: &mut State, plan: &Plan) -> Result<Vec<Ipv4Addr>, Fault> {
    let Some(subnet) = &plan.subnet else {
        return Ok(vec![address::of_public_cloud(state)]);
    };
    let mut taken: Vec<Wanted> = plan.addresses.clone();
    for address in taken.iter().flatten() {
        subnet::take_address(state, &subnet.id, Some(*address))?;
    }
    for slot in &mut taken {
        if slot.is_none() {
            *slot = Some(subnet::take_address(state, &subnet.id, None)?);
        }
    }
    Ok(taken.into_iter().flatten().collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateNic {
    description: Option<String>,
    #[serde(default)]
    private_ips: Vec<SentAddress>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    subnet_id: String,
}

/// Makes a network card in a Subnet.
///
/// # Faults
/// - Those of [`wanted`], then `NO_SUCH_SUBNET`: shape comes before existence (measured elsewhere).
/// - Those of [`groups`] and [`subnet::take_address`].
pub(super) fn create_nic(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: CreateNic = call.read()?;
    let addresses = wanted(&request.private_ips, 0)?;
    let subnet = call.find_own(SUBNET, &request.subnet_id)?;
    let groups = groups(
        call,
        request.security_group_ids.iter().map(String::as_str),
        subnet.body.some_text("NetId"),
    )?;
    let plan = Plan {
        temporary_ip: subnet.body.flag("MapPublicIpOnLaunch") == Some(true),
        subnet: Some(subnet),
        description: request.description.unwrap_or_default(),
        groups,
        addresses,
    };
    let account = call.account.clone();
    let id = make(call.state, &account, &plan)?;
    Ok(Reply::of("Nic", call.shown(NIC, &id)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteNic {
    nic_id: String,
}

/// Deletes a network card that is linked to no VM; it is gone at once.
///
/// # Faults
/// - `NO_SUCH_NIC`.
/// - `BUSY` while it is linked.
pub(super) fn delete_nic(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: DeleteNic = call.read()?;
    let nic = super::find(call, &request.nic_id)?;
    if let Some(link) = nic.body.object("LinkNic") {
        // assumed: the code; that it must be unlinked first is documented.
        return Err(fault::BUSY.says(format!(
            "The network card '{}' is linked to the VM '{}'.",
            nic.id,
            link.text("VmId")
        )));
    }
    remove(call.state, &nic.id);
    Ok(Reply::empty())
}
