//! What a call asks to open or close: the two forms of a request, read into one.
//!
//! Left out: whatever depends on the group.

use serde::{Deserialize, Deserializer};

use crate::cloud::address;
use crate::cloud::call::Call;
use crate::cloud::families::security_group::SECURITY_GROUP;
use crate::cloud::fault::{self, Fault};

/// The protocols that have a name; `-1` is all of them.
pub(super) const NAMES: &[&str] = &["-1", "icmp", "tcp", "udp"];

/// A request on the rules of a group.
#[derive(Debug)]
pub(super) struct Asked {
    /// The identifier of the group.
    pub(super) group: String,
    /// The group's list of rules for that flow.
    pub(super) flow: &'static str,
    /// What is opened or closed, one peer at a time.
    pub(super) permissions: Vec<(Opening, Peer)>,
}

/// A protocol and its ports, or its type and code.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub(super) protocol: String,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// Whom a rule is about.
#[derive(Debug)]
pub(super) enum Peer {
    /// A range of addresses.
    Range(String),
    /// A security group, of an account other than the caller if one is given.
    Member {
        account: Option<String>,
        group: Named,
    },
    /// A service.
    Service(String),
}

/// How a request names a security group.
#[derive(Debug)]
pub(super) enum Named {
    Id(String),
    Name(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    flow: String,
    security_group_id: String,
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(flatten)]
    flat: Flat,
}

/// The form without a list: one rule, one peer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Flat {
    ip_protocol: Option<String>,
    from_port_range: Option<i64>,
    to_port_range: Option<i64>,
    #[serde(deserialize_with = "unless_empty", default)]
    ip_range: Option<String>,
    #[serde(
        alias = "SecurityGroupNameToUnlink",
        deserialize_with = "unless_empty",
        default
    )]
    security_group_name_to_link: Option<String>,
    #[serde(
        alias = "SecurityGroupAccountIdToUnlink",
        deserialize_with = "unless_empty",
        default
    )]
    security_group_account_id_to_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Rule {
    ip_protocol: Option<String>,
    from_port_range: Option<i64>,
    to_port_range: Option<i64>,
    ip_ranges: Vec<String>,
    security_groups_members: Vec<Member>,
    service_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Member {
    #[serde(deserialize_with = "unless_empty")]
    account_id: Option<String>,
    #[serde(deserialize_with = "unless_empty")]
    security_group_id: Option<String>,
    #[serde(deserialize_with = "unless_empty")]
    security_group_name: Option<String>,
}

/// assumed: an empty text names nobody, as was measured where a public IP is unlinked.
fn unless_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

impl Member {
    /// assumed: of an identifier and a name, which clients send back as they read them, the
    /// identifier counts.
    fn named(&self) -> Result<Named, Fault> {
        match (&self.security_group_id, &self.security_group_name) {
            (Some(id), _) => Ok(Named::Id(id.clone())),
            (None, Some(name)) => Ok(Named::Name(name.clone())),
            (None, None) => Err(fault::MISSING_PARAMETER
                .says("A member needs SecurityGroupId or SecurityGroupName.")),
        }
    }
}

impl Asked {
    /// Reads a request.
    ///
    /// # Faults
    /// - assumed: `INVALID_PARAMETER_VALUE` for a flow that is neither `Inbound` nor `Outbound`.
    /// - assumed: `INVALID_PARAMETER_SET` when both forms are used, or two peers in the flat one.
    /// - assumed: `MISSING_PARAMETER` when a rule has no peer, or its protocol needs ports.
    /// - assumed: `INVALID_PROTOCOL` for a protocol that is neither a name nor a number.
    /// - assumed: `INVALID_START_PORT`, `INVALID_END_PORT` or `INVALID_PORT_RANGE` for the ports.
    /// - `INVALID_IP_RANGE` for a range that is none.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let request: Request = call.read()?;
        let flow = match request.flow.as_str() {
            "Inbound" => "InboundRules",
            "Outbound" => "OutboundRules",
            other => {
                return Err(fault::INVALID_PARAMETER_VALUE.says(format!(
                    "The Flow is '{other}'; it must be 'Inbound' or 'Outbound'."
                )));
            }
        };
        let rules = if request.rules.is_empty() {
            vec![request.flat.into_rule()?]
        } else if request.flat.is_empty() {
            request.rules
        } else {
            return Err(fault::INVALID_PARAMETER_SET.says(
                "A rule is given either by Rules or by the parameters beside it, not both.",
            ));
        };
        let mut permissions = Vec::new();
        for rule in rules {
            let opening = rule.opening()?;
            let peers = rule.peers()?;
            permissions.extend(peers.into_iter().map(|peer| (opening.clone(), peer)));
        }
        Ok(Self {
            group: request.security_group_id,
            flow,
            permissions,
        })
    }
}

impl Flat {
    fn is_empty(&self) -> bool {
        self.ip_protocol.is_none()
            && self.from_port_range.is_none()
            && self.to_port_range.is_none()
            && self.ip_range.is_none()
            && self.security_group_name_to_link.is_none()
            && self.security_group_account_id_to_link.is_none()
    }

    fn into_rule(self) -> Result<Rule, Fault> {
        if self.ip_range.is_some() && self.security_group_name_to_link.is_some() {
            return Err(fault::INVALID_PARAMETER_SET
                .says("A rule is about an IP range or about a security group, not both."));
        }
        let member = self.security_group_name_to_link.map(|group| {
            // The one field takes either; no name begins as identifiers do.
            let is_id = group.starts_with(SECURITY_GROUP.prefix);
            let (id, name) = if is_id {
                (Some(group), None)
            } else {
                (None, Some(group))
            };
            Member {
                account_id: self.security_group_account_id_to_link,
                security_group_id: id,
                security_group_name: name,
            }
        });
        Ok(Rule {
            ip_protocol: self.ip_protocol,
            from_port_range: self.from_port_range,
            to_port_range: self.to_port_range,
            ip_ranges: self.ip_range.into_iter().collect(),
            security_groups_members: member.into_iter().collect(),
            service_ids: Vec::new(),
        })
    }
}

impl Rule {
    fn opening(&self) -> Result<Opening, Fault> {
        let protocol = self.ip_protocol.as_deref().unwrap_or("-1");
        let sort = Sort::of(protocol)?;
        let (from, to) = match (sort, self.from_port_range, self.to_port_range) {
            // Whatever was sent, all protocols have all ports; measured for -1, assumed for
            // numbers of protocols that have no ports.
            (Sort::Portless, _, _) => (-1, -1),
            (_, Some(from), Some(to)) => (from, to),
            _ => {
                return Err(fault::MISSING_PARAMETER.says(format!(
                    "The IpProtocol '{protocol}' needs FromPortRange and ToPortRange."
                )));
            }
        };
        sort.check(from, to)?;
        Ok(Opening {
            // assumed: numbers of protocols that have a name stay as sent.
            protocol: protocol.to_owned(),
            from,
            to,
        })
    }

    fn peers(self) -> Result<Vec<Peer>, Fault> {
        let mut peers = Vec::new();
        for range in self.ip_ranges {
            address::range(&range)?;
            peers.push(Peer::Range(range));
        }
        for member in self.security_groups_members {
            peers.push(Peer::Member {
                group: member.named()?,
                account: member.account_id,
            });
        }
        peers.extend(self.service_ids.into_iter().map(Peer::Service));
        if peers.is_empty() {
            return Err(fault::MISSING_PARAMETER
                .says("A rule needs an IP range, a security group or a service."));
        }
        Ok(peers)
    }
}

/// What the two numbers of a protocol are.
#[derive(Clone, Copy)]
enum Sort {
    /// Nothing.
    Portless,
    /// The first and the last port.
    Ports,
    /// A type and a code.
    Icmp,
}

impl Sort {
    fn of(protocol: &str) -> Result<Self, Fault> {
        match protocol {
            "tcp" | "udp" | "6" | "17" => Ok(Self::Ports),
            "icmp" | "1" => Ok(Self::Icmp),
            "-1" => Ok(Self::Portless),
            number if number.parse::<u8>().is_ok_and(|n| n.to_string() == number) => {
                Ok(Self::Portless)
            }
            other => Err(fault::INVALID_PROTOCOL.says(format!(
                "The IpProtocol '{other}' is none of {} and no protocol number.",
                NAMES.join(", ")
            ))),
        }
    }

    fn check(self, from: i64, to: i64) -> Result<(), Fault> {
        // assumed: -1 for both ports means all of them, as for the other protocols.
        let most = match self {
            Self::Portless => return Ok(()),
            Self::Ports if (from, to) == (-1, -1) => return Ok(()),
            Self::Ports => 0..=65_535,
            Self::Icmp => -1..=255,
        };
        let (low, high) = (most.start(), most.end());
        if !most.contains(&from) {
            return Err(fault::INVALID_START_PORT.says(format!(
                "FromPortRange is {from}; it must lie between {low} and {high}."
            )));
        }
        if !most.contains(&to) {
            return Err(fault::INVALID_END_PORT.says(format!(
                "ToPortRange is {to}; it must lie between {low} and {high}."
            )));
        }
        if matches!(self, Self::Ports) && from > to {
            return Err(fault::INVALID_PORT_RANGE.says(format!(
                "FromPortRange is {from}, which lies behind ToPortRange, {to}."
            )));
        }
        Ok(())
    }
}
