//! The network cards of VMs that are to be made.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

use super::check_private_ips;
use super::plan::Request;
use crate::cloud::call::Call;
use crate::cloud::families::nic::{self, NIC, SentAddress};
use crate::cloud::families::security_group::SECURITY_GROUP;
use crate::cloud::families::subnet::SUBNET;
use crate::cloud::families::subregion;
use crate::cloud::fault::{self, Entry, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// What the card is called that a VM gets without being asked; recorded.
const PRIMARY: &str = "Primary network interface";

/// A network card of a VM that is to be made.
pub(super) struct Card {
    /// Its device number.
    pub(super) device: i64,
    /// Whether it goes with the VM.
    pub(super) delete: bool,
    /// The card.
    pub(super) source: Source,
}

/// Where a card comes from.
pub(super) enum Source {
    /// It is there already.
    Given(String),
    /// It is made with the VM.
    Made(Box<nic::Plan>),
}

/// A network card as the request describes it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SentCard {
    delete_on_vm_deletion: Option<bool>,
    #[serde(default)]
    description: String,
    device_number: Option<i64>,
    nic_id: Option<String>,
    #[serde(default)]
    private_ips: Vec<SentAddress>,
    secondary_private_ip_count: Option<i64>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    subnet_id: Option<String>,
}

/// Where the VMs of a request are, and which cards they get, by device number.
///
/// # Faults
/// - `INVALID_PARAMETER_SET` for parameters that exclude each other.
/// - `NO_SUCH_SUBREGION`, `NO_SUCH_SUBNET`, `NO_SUCH_NIC`, and those of security groups.
/// - `NETWORK_MISMATCH` or `SUBREGION_MISMATCH` for what does not lie together.
/// - `INVALID_PARAMETER_VALUE` for device numbers, `BUSY` for a card that is linked.
/// - Those of [`check_private_ips`].
pub(super) fn plan(
    call: &Call<'_>,
    request: &Request,
    private_only: bool,
) -> Result<(String, Vec<Card>), Fault> {
    check_set(request)?;
    if let Some(name) = request.subregion() {
        subregion::check(call.state, name)?;
    }
    let mut cards = match (request.nics.as_slice(), &request.subnet_id) {
        (sent @ [_, ..], _) => sent
            .iter()
            .map(|sent| card(call, sent))
            .collect::<Result<Vec<_>, _>>()?,
        ([], Some(subnet_id)) => vec![in_subnet(call, request, subnet_id)?],
        ([], None) => {
            let place = request.subregion().unwrap_or(subregion::usual(call.state));
            let card = in_public_cloud(call, request, private_only)?;
            return Ok((place.to_owned(), vec![card]));
        }
    };
    cards.sort_by_key(|card| card.device);
    check_devices(&cards)?;
    let place = check_together(call, &cards)?;
    if request.subregion().is_some_and(|wanted| wanted != place) {
        // assumed: the code; that the Subnet decides follows from what it is.
        return Err(fault::SUBREGION_MISMATCH.says(format!("The Subnet is in {place}.")));
    }
    for card in &cards {
        let addresses = match &card.source {
            Source::Given(id) => call
                .state
                .get(NIC, id)
                .map_or(0, |nic| nic.body.list("PrivateIps").len()),
            Source::Made(plan) => plan.addresses.len(),
        };
        check_private_ips(request.vm_type(), addresses)?;
    }
    Ok((place, cards))
}

/// Refuses parameters that exclude each other.
fn check_set(request: &Request) -> Result<(), Fault> {
    let named_groups =
        !request.security_group_ids.is_empty() || !request.security_groups.is_empty();
    // assumed: an empty list, here as anywhere, is as good as none.
    let clash = if !request.nics.is_empty() {
        [
            (request.subnet_id.is_some(), "SubnetId"),
            (request.subregion().is_some(), "Placement.SubregionName"),
            (!request.private_ips.is_empty(), "PrivateIps"),
            // assumed: refused rather than applied to one of the cards.
            (named_groups, "security groups of the VM"),
        ]
        .into_iter()
        .find_map(|(given, what)| given.then(|| format!("Nics excludes {what}.")))
    } else if request.subnet_id.is_none() && !request.private_ips.is_empty() {
        // assumed: that they are refused; the documentation has them with the SubnetId.
        Some("PrivateIps needs the SubnetId.".to_owned())
    } else {
        None
    };
    match clash {
        Some(details) => Err(fault::INVALID_PARAMETER_SET.says(details)),
        None => Ok(()),
    }
}

/// assumed: the user data of the creation says for good whether it is lent an address; tags of that
/// meaning come too late.
fn in_public_cloud(call: &Call<'_>, request: &Request, private_only: bool) -> Result<Card, Fault> {
    Ok(made(
        nic::Plan {
            subnet: None,
            temporary_ip: !private_only,
            description: PRIMARY.to_owned(),
            groups: groups(call, request, None)?,
            addresses: vec![None],
        },
        0,
        true,
    ))
}

fn in_subnet(call: &Call<'_>, request: &Request, subnet_id: &str) -> Result<Card, Fault> {
    let subnet = call.find_own(SUBNET, subnet_id)?;
    let groups = groups(call, request, subnet.body.some_text("NetId"))?;
    let mut addresses: Vec<_> = nic::parse_all(&request.private_ips)?
        .into_iter()
        .map(Some)
        .collect();
    if addresses.is_empty() {
        addresses.push(None);
    }
    Ok(made(
        nic::Plan {
            temporary_ip: subnet.body.flag("MapPublicIpOnLaunch") == Some(true),
            subnet: Some(subnet),
            description: PRIMARY.to_owned(),
            groups,
            addresses,
        },
        0,
        true,
    ))
}

fn made(plan: nic::Plan, device: i64, delete: bool) -> Card {
    Card {
        device,
        delete,
        source: Source::Made(Box::new(plan)),
    }
}

/// One of the cards that a request lists.
fn card(call: &Call<'_>, sent: &SentCard) -> Result<Card, Fault> {
    // assumed: what is sent empty says nothing: some clients send every field.
    let nic_id = sent.nic_id.as_deref().filter(|id| !id.is_empty());
    let subnet_id = sent.subnet_id.as_deref().filter(|id| !id.is_empty());
    match (nic_id, subnet_id) {
        (Some(nic_id), None) => given(call, sent, nic_id),
        (None, Some(subnet_id)) => new(call, sent, subnet_id),
        // assumed: the codes of what a card must not be, here and below.
        _ => Err(fault::INVALID_PARAMETER_SET
            .says("A network card needs either the NicId or the SubnetId.")),
    }
}

fn given(call: &Call<'_>, sent: &SentCard, nic_id: &str) -> Result<Card, Fault> {
    let only_for_new = sent.delete_on_vm_deletion.is_some()
        || !sent.description.is_empty()
        || !sent.private_ips.is_empty()
        || sent
            .secondary_private_ip_count
            .is_some_and(|count| count != 0)
        || !sent.security_group_ids.is_empty();
    if only_for_new {
        return Err(fault::INVALID_PARAMETER_SET
            .says("With a NicId, a network card takes a DeviceNumber and nothing else."));
    }
    let nic = nic::find(call, nic_id)?;
    nic::check_free(&nic)?;
    Ok(Card {
        // assumed: without a number, it is the primary one.
        device: sent.device_number.unwrap_or(0),
        delete: false,
        source: Source::Given(nic_id.to_owned()),
    })
}

fn new(call: &Call<'_>, sent: &SentCard, subnet_id: &str) -> Result<Card, Fault> {
    let subnet = call.find_own(SUBNET, subnet_id)?;
    // assumed: the code.
    let device = sent
        .device_number
        .ok_or_else(|| fault::MISSING_PARAMETER.says("A new network card needs a DeviceNumber."))?;
    let addresses = &sent.private_ips;
    let further = further(sent.secondary_private_ip_count, addresses.len())?;
    let ids = sent.security_group_ids.iter().map(String::as_str);
    let plan = nic::Plan {
        groups: nic::groups(call, ids, subnet.body.some_text("NetId"))?,
        temporary_ip: subnet.body.flag("MapPublicIpOnLaunch") == Some(true),
        subnet: Some(subnet),
        description: sent.description.clone(),
        addresses: nic::wanted(addresses, further)?,
    };
    Ok(made(
        plan,
        device,
        sent.delete_on_vm_deletion.unwrap_or(true),
    ))
}

/// How many addresses a card gets besides those that are listed.
fn further(count: Option<i64>, listed: usize) -> Result<usize, Fault> {
    match count {
        None | Some(0) => Ok(0),
        Some(_) if listed > 1 => Err(fault::INVALID_PARAMETER_SET
            .says("SecondaryPrivateIpCount and more than one of PrivateIps exclude each other.")),
        Some(count) => nic::further(count, 0),
    }
}

/// The groups that a request gives to its VMs, by identifier and by name.
fn groups(call: &Call<'_>, request: &Request, net_id: Option<&str>) -> Result<Vec<Object>, Fault> {
    let mut ids: Vec<String> = request.security_group_ids.clone();
    for name in &request.security_groups {
        let named = call.owned(SECURITY_GROUP).find(|group| {
            group.body.text("SecurityGroupName") == name && group.body.some_text("NetId") == net_id
        });
        let missing: &'static Entry = match net_id {
            Some(_) => fault::NO_SUCH_SECURITY_GROUP_IN_NET,
            None => fault::NO_SUCH_SECURITY_GROUP_NAME,
        };
        // assumed: the codes.
        ids.push(named.ok_or_else(|| missing.silent())?.id.to_string());
    }
    nic::groups(call, ids.iter().map(String::as_str), net_id)
}

/// Refuses device numbers that are out of range, taken twice, or lack the primary one.
fn check_devices(cards: &[Card]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for card in cards {
        if !(0..=7).contains(&card.device) || !seen.insert(card.device) {
            // assumed: the code; the bounds are documented.
            return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                "The DeviceNumber {} is taken, or does not lie between 0 and 7.",
                card.device
            )));
        }
    }
    if !seen.contains(&0) {
        return Err(fault::INVALID_PARAMETER_VALUE
            .says("One network card must have the DeviceNumber 0: the primary one."));
    }
    Ok(())
}

impl Card {
    /// What says where it is: a card that is there, or the Subnet that it is made in; nothing in
    /// the public Cloud.
    pub(super) fn home(&self, call: &Call<'_>) -> Option<Arc<Resource>> {
        match &self.source {
            Source::Given(id) => call.state.get(NIC, id).cloned(),
            Source::Made(plan) => plan.subnet.clone(),
        }
    }
}

/// The Subregion of the cards, which must all be of one Net there.
fn check_together(call: &Call<'_>, cards: &[Card]) -> Result<String, Fault> {
    let homes: Vec<Arc<Resource>> = cards.iter().filter_map(|card| card.home(call)).collect();
    let place = |home: &Arc<Resource>| home.body.text("SubregionName").to_owned();
    let first = homes.first().map(place).unwrap_or_default();
    for pair in homes.windows(2) {
        if pair[0].body.get("NetId") != pair[1].body.get("NetId") {
            // assumed: the codes of both.
            return Err(fault::NETWORK_MISMATCH.says("The network cards are of several Nets."));
        }
        if place(&pair[0]) != place(&pair[1]) {
            return Err(
                fault::SUBREGION_MISMATCH.says("The network cards are in several Subregions.")
            );
        }
    }
    Ok(first)
}
