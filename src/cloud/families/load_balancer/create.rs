//! The beginning of a load balancer: where it stands, and what it begins with.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::card::{self, INTERNET_FACING, only_internet_facing};
use super::{LOAD_BALANCER, LONGEST_NAME, health_check, is_name, shown};
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::listener::{self, SentListener};
use crate::cloud::families::subnet::SUBNET;
use crate::cloud::families::tag::{self, Tag};
use crate::cloud::families::{nic, public_ip, subregion};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// The security group that VMs of the public Cloud see load balancers in: its owner and its name;
/// documented.
const PUBLIC_GROUP: (&str, &str) = ("outscale-elb", "outscale-elb-sg");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    listeners: Vec<SentListener>,
    load_balancer_name: String,
    load_balancer_type: Option<String>,
    public_ip: Option<String>,
    #[serde(default)]
    security_groups: Vec<String>,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    subregion_names: Vec<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

/// Makes a load balancer, in a Subnet or in the public Cloud, with its first listeners.
///
/// # Faults
/// - `INVALID_LOAD_BALANCER_NAME`, or `DUPLICATE_LOAD_BALANCER` when the account has one of that
///   name.
/// - Those of [`listener::check`] and [`place`].
/// - `INVALID_PARAMETER_SET` for a public IP of an internal one; those of [`public_ip::find_free`].
/// - Those of [`tag::put`] and [`card::make`].
pub(super) fn create_load_balancer(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let sent: Sent = call.read()?;
    let name = sent.load_balancer_name.as_str();
    check_name(call, name)?;
    let listeners = listener::check(call, &sent.listeners, [])?;
    let place = place(call, &sent)?;
    let internet_facing = place.body.text("LoadBalancerType") == INTERNET_FACING;
    // assumed: an empty address is none.
    let address = sent.public_ip.as_deref().filter(|it| !it.is_empty());
    if address.is_some() && !internet_facing {
        return Err(only_internet_facing());
    }
    let public_ip = address
        .map(|it| public_ip::find_free(call, it))
        .transpose()?;
    let mut tags = Vec::new();
    tag::put(&mut tags, &sent.tags, name)?;
    let mut body = place.body;
    body.extend(initial(&sent));
    body.put("DnsName", dns_name(call, name, internet_facing));
    body.put("Tags", tags);
    let plan = card::Plan {
        subnet: place.subnet,
        groups: place.groups,
        internet_facing,
        public_ip,
    };
    let account = Arc::clone(&call.account);
    let notes = card::make(call.state, name, plan)?;
    call.state.insert_with(LOAD_BALANCER, &account, body, notes);
    listener::add(call, name, listeners);
    Ok(shown(call, name))
}

/// What a load balancer has before anybody changes it; documented, but for the empty lists of
/// policies and addresses.
fn initial(sent: &Sent) -> Object {
    let fields = json!({
        "AccessLog": { "IsEnabled": false, "PublicationInterval": 60 },
        "ApplicationStickyCookiePolicies": [],
        // assumed: shown by this version too; later ones were seen to.
        "BackendIps": [],
        "BackendVmIds": [],
        "HealthCheck": health_check::initial(sent.listeners.first()),
        "Listeners": [],
        "LoadBalancerName": sent.load_balancer_name,
        "LoadBalancerStickyCookiePolicies": [],
        "SecuredCookies": false,
    });
    fields.as_object().cloned().unwrap_or_default()
}

fn check_name(call: &Call<'_>, name: &str) -> Result<(), Fault> {
    if !is_name(name) || name.starts_with('-') || name.ends_with('-') {
        return Err(fault::INVALID_LOAD_BALANCER_NAME.says(format!(
            "The LoadBalancerName '{name}' must have 1 to {LONGEST_NAME} letters, digits and \
             dashes, none of these at its ends."
        )));
    }
    if call.find(LOAD_BALANCER, name).is_ok() {
        return Err(fault::DUPLICATE_LOAD_BALANCER
            .says(format!("The load balancer '{name}' already exists.")));
    }
    Ok(())
}

/// The name that clients resolve, as it was seen; some examples have a dot before the number.
fn dns_name(call: &mut Call<'_>, name: &str, internet_facing: bool) -> String {
    let prefix = if internet_facing { "" } else { "internal-" };
    let number = call.state.ids.digits("load balancer", 9);
    format!(
        "{prefix}{name}-{number}.{}.lbu.outscale.com",
        call.state.region
    )
}

/// Where a load balancer stands.
struct Place {
    /// The Subnet; none in the public Cloud.
    subnet: Option<Arc<Resource>>,
    /// The security groups that it wears, none in the public Cloud.
    groups: Vec<Object>,
    /// What it shows of that.
    body: Object,
}

/// Where a request puts a load balancer.
///
/// # Faults
/// - assumed: `INVALID_PARAMETER_SET` unless it names either Subnets or Subregions.
/// - assumed: `INVALID_PARAMETER_VALUE` for several of them.
/// - `NO_SUCH_SUBNET` or `NO_SUCH_SUBREGION`; those of [`nic::groups`].
/// - `INVALID_LOAD_BALANCER_TYPE` for a type that is none, or assumed: `internal` in the public
///   Cloud.
/// - assumed: `INVALID_PARAMETER_SET` for security groups there.
fn place(call: &Call<'_>, sent: &Sent) -> Result<Place, Fault> {
    let kind = sent
        .load_balancer_type
        .as_deref()
        .unwrap_or(INTERNET_FACING);
    if ![INTERNET_FACING, "internal"].contains(&kind) {
        return Err(fault::INVALID_LOAD_BALANCER_TYPE.says(format!(
            "The LoadBalancerType '{kind}' is neither '{INTERNET_FACING}' nor 'internal'."
        )));
    }
    let mut place = match (sent.subnets.as_slice(), sent.subregion_names.as_slice()) {
        ([subnet], []) => in_subnet(call, sent, subnet)?,
        ([], [subregion]) => in_public_cloud(call, sent, subregion, kind)?,
        ([], []) => {
            return Err(fault::INVALID_PARAMETER_SET
                .says("Subnets is required in a Net, SubregionNames in the public Cloud."));
        }
        ([], _) | (_, []) => {
            return Err(fault::INVALID_PARAMETER_VALUE
                .says("A load balancer is made in one Subnet or in one Subregion."));
        }
        _ => {
            return Err(
                fault::INVALID_PARAMETER_SET.says("Subnets and SubregionNames exclude each other.")
            );
        }
    };
    place.body.put("LoadBalancerType", kind);
    Ok(place)
}

fn in_subnet(call: &Call<'_>, sent: &Sent, subnet: &str) -> Result<Place, Fault> {
    let subnet = call.find_own(SUBNET, subnet)?;
    let net_id = subnet.body.text("NetId");
    let ids = sent.security_groups.iter().map(String::as_str);
    let groups = nic::groups(call, ids, Some(net_id))?;
    let mut body = Object::new();
    body.put("NetId", net_id);
    body.put("Subnets", json!([&*subnet.id]));
    body.put("SubregionNames", json!([subnet.body.text("SubregionName")]));
    wear(&mut body, &call.account, &groups);
    Ok(Place {
        subnet: Some(subnet),
        groups,
        body,
    })
}

fn in_public_cloud(
    call: &Call<'_>,
    sent: &Sent,
    subregion: &str,
    kind: &str,
) -> Result<Place, Fault> {
    subregion::check(call.state, subregion)?;
    if kind != INTERNET_FACING {
        return Err(fault::INVALID_LOAD_BALANCER_TYPE.says(format!(
            "A load balancer in the public Cloud is '{INTERNET_FACING}'."
        )));
    }
    if !sent.security_groups.is_empty() {
        return Err(only_in_a_net());
    }
    let (account, group) = PUBLIC_GROUP;
    let mut body = Object::new();
    body.put("SourceSecurityGroup", source(account, group));
    body.put("Subnets", json!([]));
    body.put("SubregionNames", json!([subregion]));
    Ok(Place {
        subnet: None,
        groups: Vec::new(),
        body,
    })
}

/// Puts security groups on what a load balancer of a Net shows, sorted by identifier; the first is
/// the source.
pub(super) fn wear(body: &mut Object, account: &str, groups: &[Object]) {
    let ids: Vec<&str> = groups.iter().map(|it| it.text("SecurityGroupId")).collect();
    body.put("SecurityGroups", ids);
    let first = groups.first().map_or("", |it| it.text("SecurityGroupName"));
    body.put("SourceSecurityGroup", source(account, first));
}

/// The fault for security groups in the public Cloud.
pub(super) fn only_in_a_net() -> Fault {
    fault::INVALID_PARAMETER_SET
        .says("Only a load balancer in a Net has SecurityGroups of the caller's.")
}

fn source(account: &str, name: &str) -> serde_json::Value {
    json!({ "SecurityGroupAccountId": account, "SecurityGroupName": name })
}
