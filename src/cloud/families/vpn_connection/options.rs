//! What can be said about the tunnel of a VPN connection.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::Value;

use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};

/// The inside of tunnels; documented.
const INSIDE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 254, 0), 24);
/// How long the mask is of one tunnel's inside, in bits; documented.
const MASK: u8 = 30;

/// Puts the options that were sent over those that a connection has, one by one.
///
/// assumed: that what is not sent stays, and that phase options are shown as they were sent, whether
/// they have any effect or not.
///
/// # Faults
/// assumed: the codes; the limits are documented.
/// - `INVALID_IP_RANGE` for an inside that is no network of four addresses in 169.254.254.0/24.
/// - `INVALID_PARAMETER_VALUE` for a key with a line break or a double quote.
pub(super) fn merge(present: Option<&Object>, sent: &Object) -> Result<Object, Fault> {
    if let Some(range) = sent.get("TunnelInsideIpRange").and_then(Value::as_str) {
        check_inside(range)?;
    }
    let phase = sent.object("Phase2Options");
    let key = phase.and_then(|phase| phase.get("PreSharedKey"));
    if let Some(key) = key.and_then(Value::as_str)
        && key.contains(['\n', '\r', '"'])
    {
        return Err(fault::INVALID_PARAMETER_VALUE
            .says("A PreSharedKey has neither line breaks nor double quotes."));
    }
    let mut options = present.cloned().unwrap_or_default();
    for (name, value) in sent {
        match (options.get_mut(name).and_then(Value::as_object_mut), value) {
            (Some(present), Value::Object(sent)) => present.extend(sent.clone()),
            _ => options.put(name, value.clone()),
        }
    }
    Ok(options)
}

/// Bits beyond the mask are taken: the documentation's example has some.
fn check_inside(text: &str) -> Result<(), Fault> {
    let range = text.parse::<Ipv4Net>();
    let fits = range.is_ok_and(|it| it.prefix_len() == MASK && INSIDE.contains(&it.addr()));
    if fits {
        return Ok(());
    }
    Err(fault::INVALID_IP_RANGE.says(format!(
        "The TunnelInsideIpRange '{text}' is no range with the mask /{MASK} of {INSIDE}."
    )))
}
