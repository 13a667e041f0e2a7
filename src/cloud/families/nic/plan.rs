//! A network card that is to be made: where, in which groups, with which addresses.

use std::net::Ipv4Addr;
use std::sync::Arc;

use serde::Deserialize;

use crate::cloud::call::Call;
use crate::cloud::families::security_group::{self, SECURITY_GROUP};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// A network card that is to be made.
#[derive(Clone, Debug)]
pub(in crate::cloud::families) struct Plan {
    /// The Subnet that it stands in; none in the public Cloud.
    pub(in crate::cloud::families) subnet: Option<Arc<Resource>>,
    /// Whether the cloud lends it a public address.
    pub(in crate::cloud::families) temporary_ip: bool,
    /// What it is for, in the caller's words.
    pub(in crate::cloud::families) description: String,
    /// Its security groups, as it shows them: see [`groups`].
    pub(in crate::cloud::families) groups: Vec<Object>,
    /// Its addresses, the primary one first.
    pub(in crate::cloud::families) addresses: Vec<Wanted>,
}

/// An address of a card: one in particular, or any that is free.
pub(in crate::cloud::families) type Wanted = Option<Ipv4Addr>;

/// An address as requests describe it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cloud::families) struct SentAddress {
    is_primary: Option<bool>,
    private_ip: Option<String>,
}

/// The addresses that a request describes and as many further ones, the primary one first. When
/// none is said to be the primary one, one is added.
///
/// # Faults
/// - Those of [`parse_all`].
/// - `INVALID_PARAMETER_VALUE` for two primary ones.
pub(in crate::cloud::families) fn wanted(
    sent: &[SentAddress],
    further: usize,
) -> Result<Vec<Wanted>, Fault> {
    let (mut primary, mut rest) = (None, Vec::new());
    parse_all(sent.iter().filter_map(|entry| entry.private_ip.as_deref()))?;
    for entry in sent {
        // assumed: an entry without an address stands for any that is free.
        let address = entry.private_ip.as_deref().map(parse).transpose()?;
        if entry.is_primary != Some(true) {
            rest.push(address);
        } else if primary.replace(address).is_some() {
            return Err(fault::INVALID_PARAMETER_VALUE.says("More than one private IP is primary."));
        }
    }
    let mut all = vec![primary.unwrap_or_default()];
    all.append(&mut rest);
    all.resize(all.len() + further, None);
    Ok(all)
}

/// Reads an address.
///
/// # Faults
/// `INVALID_IPV4`.
pub(super) fn parse(text: &str) -> Result<Ipv4Addr, Fault> {
    text.parse()
        .map_err(|_| fault::INVALID_IPV4.says(format!("The IPv4 address '{text}' is invalid.")))
}

/// Reads addresses, each of which may be given once.
///
/// # Faults
/// `INVALID_IPV4`; `INVALID_PARAMETER_VALUE` for the same twice.
pub(in crate::cloud::families) fn parse_all<T: AsRef<str>>(
    texts: impl IntoIterator<Item = T>,
) -> Result<Vec<Ipv4Addr>, Fault> {
    let mut all = Vec::new();
    for text in texts {
        let address = parse(text.as_ref())?;
        if all.contains(&address) {
            // assumed: the code.
            return Err(fault::INVALID_PARAMETER_VALUE
                .says(format!("The private IP {address} is given twice.")));
        }
        all.push(address);
    }
    Ok(all)
}

/// How many further addresses a request asks for.
///
/// # Faults
/// `INVALID_COUNT` for fewer than the least, or for more than any type of VM could have.
pub(in crate::cloud::families) fn further(count: i64, least: usize) -> Result<usize, Fault> {
    /// A bound that keeps plans small; no type takes as many.
    const MOST: usize = 1000;
    usize::try_from(count)
        .ok()
        .filter(|count| (least..MOST).contains(count))
        // assumed: the code.
        .ok_or_else(|| {
            fault::INVALID_COUNT.says(format!("The SecondaryPrivateIpCount is {count}."))
        })
}

/// Security groups as a card shows them, sorted by identifier: those given, else the default
/// group of the Net, or of the public Cloud.
///
/// # Faults
/// - `NO_SUCH_SECURITY_GROUP` for one that does not exist.
/// - `NETWORK_MISMATCH` for one that is of another Net.
pub(in crate::cloud::families) fn groups<'a>(
    call: &Call<'_>,
    ids: impl IntoIterator<Item = &'a str>,
    net_id: Option<&str>,
) -> Result<Vec<Object>, Fault> {
    let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
    if ids.is_empty() {
        ids.extend(security_group::default_group(
            call.state,
            &call.account,
            net_id,
        ));
    }
    // What is wrong is told in the order in which it was sent, which no identifier decides.
    let mut groups = ids
        .iter()
        .map(|id| {
            let group = call.find_own(SECURITY_GROUP, id)?;
            if group.body.some_text("NetId") != net_id {
                // assumed: the code.
                return Err(fault::NETWORK_MISMATCH.says(format!(
                    "The security group '{id}' is not of {}.",
                    net_id.unwrap_or("the public Cloud")
                )));
            }
            let mut light = Object::new();
            light.put("SecurityGroupId", id.as_str());
            light.put("SecurityGroupName", group.body.text("SecurityGroupName"));
            Ok(light)
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    groups.sort_by(|one, other| id_of(one).cmp(id_of(other)));
    groups.dedup_by(|one, other| id_of(one) == id_of(other));
    Ok(groups)
}

fn id_of(group: &Object) -> &str {
    group.text("SecurityGroupId")
}
