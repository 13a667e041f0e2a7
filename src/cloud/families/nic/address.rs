//! Addresses of network cards: those that the cloud gives, and secondary ones of the caller's.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::Deserialize;

use super::create::entry;
use super::link::link_of;
use super::plan::{Wanted, further, parse, parse_all};
use super::{NIC, find};
use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::{public_ip, subnet, vm};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// The next private address of the public Cloud: 10.x, never one that ends in 0 or 255, and never
/// the same again before 16 million others.
pub(super) fn of_public_cloud(state: &mut State) -> Ipv4Addr {
    const HOSTS: u32 = 254;
    let n = state.ids.count("public-cloud-address");
    let block = n / HOSTS % (1 << 16);
    Ipv4Addr::from_bits((10 << 24) | (block << 8) | (n % HOSTS + 1))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LinkPrivateIps {
    #[serde(default)]
    allow_relink: bool,
    nic_id: String,
    #[serde(default)]
    private_ips: Vec<String>,
    secondary_private_ip_count: Option<i64>,
}

impl LinkPrivateIps {
    /// # Faults
    /// - `INVALID_PARAMETER_SET` when both addresses and a count are given.
    /// - Those of [`parse_all`] and [`further`].
    fn wanted(&self) -> Result<Vec<Wanted>, Fault> {
        match (self.private_ips.is_empty(), self.secondary_private_ip_count) {
            (false, Some(_)) => Err(fault::INVALID_PARAMETER_SET
                .says("PrivateIps and SecondaryPrivateIpCount exclude each other.")),
            (false, None) => Ok(parse_all(&self.private_ips)?
                .into_iter()
                .map(Some)
                .collect()),
            (true, count) => Ok(vec![None; further(count.unwrap_or(1), 1)?]),
        }
    }
}

/// Gives a card secondary addresses: those named, or as many as asked for, or one.
///
/// # Faults
/// - Those of the request's shape, then `NO_SUCH_NIC`.
/// - Those of [`vm::check_private_ips`], when it is on a VM.
/// - `ADDRESS_IN_USE` for one of another card, unless `AllowRelink` and it is not its primary one.
/// - Those of [`subnet::take_address`].
pub(super) fn link_private_ips(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: LinkPrivateIps = call.read()?;
    let mut wanted = request.wanted()?;
    let nic = find(call, &request.nic_id)?;
    // assumed: a card that has the address already keeps it.
    wanted.retain(|wanted| wanted.is_none_or(|address| !holds(&nic.body, address)));
    check_room(call.state, &nic, wanted.len())?;
    let subnet_id = nic.body.text("SubnetId");
    for address in wanted {
        if let Some(address) = address
            && request.allow_relink
        {
            take_from_another(call, &nic, address)?;
        }
        let address = subnet::take_address(call.state, subnet_id, address)?;
        let entry = entry(call.state, address, false);
        call.edit(NIC, &request.nic_id, |nic| {
            nic.body.list_mut("PrivateIps").push(entry);
        });
    }
    Ok(Reply::empty())
}

/// Refuses more addresses than the type of the card's VM allows.
fn check_room(state: &State, nic: &Resource, more: usize) -> Result<(), Fault> {
    let vm = link_of(nic).and_then(|link| state.get(vm::VM, link.text("VmId")));
    match vm {
        Some(vm) => {
            let all = nic.body.list("PrivateIps").len().saturating_add(more);
            vm::check_private_ips(vm.body.text("VmType"), all)
        }
        None => Ok(()),
    }
}

/// Takes a secondary address off the other card of the Subnet that has it, if one has.
fn take_from_another(call: &mut Call<'_>, nic: &Resource, address: Ipv4Addr) -> Result<(), Fault> {
    let holder: Option<Arc<Resource>> = call
        .owned(NIC)
        .filter(|other| other.id != nic.id)
        .filter(|other| other.body.text("SubnetId") == nic.body.text("SubnetId"))
        .find(|other| holds(&other.body, address))
        .cloned();
    match holder {
        Some(holder) => give_up(call, &holder, address),
        None => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UnlinkPrivateIps {
    nic_id: String,
    private_ips: Vec<String>,
}

/// Takes secondary addresses off a card; a public IP of one of them is unlinked.
///
/// # Faults
/// - Those of [`parse`] for what is no address, then `NO_SUCH_NIC`.
/// - `NO_SUCH_IP` for one that the card does not have, `ADDRESS_IN_USE` for the primary one.
pub(super) fn unlink_private_ips(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let request: UnlinkPrivateIps = call.read()?;
    let addresses: Vec<Ipv4Addr> = request
        .private_ips
        .iter()
        .map(|text| parse(text))
        .collect::<Result<_, Fault>>()?;
    // Also for an empty list, the card must exist.
    find(call, &request.nic_id)?;
    for address in addresses {
        let nic = find(call, &request.nic_id)?;
        if !holds(&nic.body, address) {
            // assumed: the code.
            return Err(fault::NO_SUCH_IP.says(format!(
                "The network card '{}' has no private IP {address}.",
                nic.id
            )));
        }
        give_up(call, &nic, address)?;
    }
    Ok(Reply::empty())
}

/// Takes a secondary address off a card.
fn give_up(call: &mut Call<'_>, nic: &Resource, address: Ipv4Addr) -> Result<(), Fault> {
    let text = address.to_string();
    let is_it = |entry: &Object| entry.text("PrivateIp") == text;
    let primary = nic
        .body
        .objects("PrivateIps")
        .any(|entry| is_it(entry) && entry.flag("IsPrimary") == Some(true));
    if primary {
        // assumed: the code.
        return Err(fault::ADDRESS_IN_USE.says(format!(
            "{address} is the primary private IP of the network card '{}'.",
            nic.id
        )));
    }
    public_ip::release_address(call.state, &nic.id, &text);
    call.edit(NIC, &nic.id, |nic| {
        nic.body
            .list_mut("PrivateIps")
            .retain(|entry| !entry.as_object().is_some_and(is_it));
    });
    subnet::free_address(call.state, nic.body.text("SubnetId"), address);
    Ok(())
}

fn holds(nic: &Object, address: Ipv4Addr) -> bool {
    let text = address.to_string();
    nic.objects("PrivateIps")
        .any(|entry| entry.text("PrivateIp") == text)
}
