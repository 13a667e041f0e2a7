//! Replies on demand: the same cloud, answering more than it has to, or less, or what is to come.
//!
//! Left out: how a reply is shaped, which follows from the schemas alone; see
//! `contract/replies/`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::desk::Desk;
use super::{Cloud, CloudBuilder};
use crate::cloud::{State, clock, families};
use crate::contract::{Operation, Place, Shape};

impl Cloud {
    /// Answers in another shape from the next call on, for testing how a client reads replies.
    ///
    /// Replies of success only, over HTTP and in process; refusals and the answers of mocks stay as
    /// they are. The state does not change, and a shaped reply is checked against the contract like
    /// any other, but for [`Shape::Future`], which breaks it on purpose. The transcript holds what
    /// was sent and says that it was shaped. What was said of single operations before is forgotten.
    ///
    /// ```
    /// use mockscale::{Cloud, Shape, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" })).ok();
    ///
    /// cloud.replies(Shape::Maximal);
    /// let net = &cloud.call("ReadNets", json!({})).ok()["Nets"][0];
    /// assert_eq!(net["IpRange"], "10.0.0.0/16"); // what is there stays
    /// assert_eq!(net["Tags"][0]["Key"], "made-up-Key");
    ///
    /// cloud.replies(Shape::Bare);
    /// assert_eq!(cloud.call("ReadNets", json!({})).ok()["Nets"], json!([{}]));
    /// ```
    pub fn replies(&self, shape: Shape) -> &Self {
        *self.desk().replies().shapes() = Shapes::all(shape);
        self
    }

    /// Like [`Cloud::replies`], for one operation.
    ///
    /// ```
    /// use mockscale::{Cloud, Shape, json};
    ///
    /// let cloud = Cloud::new();
    /// cloud.replies_of("ReadNets", Shape::Future);
    /// let reply = cloud.call("ReadNets", json!({})).ok();
    /// assert_eq!(reply["FutureText"], "unknown");
    /// assert_eq!(cloud.call("ReadVms", json!({})).ok()["FutureText"], json!(null));
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn replies_of(&self, operation: &str, shape: Shape) -> &Self {
        let name = self.contract().named(operation).name();
        let mut shapes = self.desk().replies().shapes();
        shapes.of.insert(name.to_owned(), shape);
        drop(shapes);
        self
    }

    /// A reply of success that nothing in the cloud stands behind: every operation has one, also
    /// those that are not served.
    ///
    /// It is made up in full, as [`Shape::Maximal`] is where there is nothing, and then given its
    /// shape.
    ///
    /// ```
    /// use mockscale::{Cloud, Shape};
    ///
    /// let cloud = Cloud::new();
    /// let reply = cloud.sample_reply("ReadLoadBalancers", Shape::Maximal);
    /// assert_eq!(reply["LoadBalancers"][0]["SubregionNames"][0], "eu-west-2a");
    /// assert_eq!(cloud.transcript().len(), 0);
    /// ```
    ///
    /// # Panics
    /// When the contract has no such operation.
    #[track_caller]
    pub fn sample_reply(&self, operation: &str, shape: Shape) -> Value {
        let operation = self.contract().named(operation);
        self.desk().with_state(|state| {
            let likely = |place: &Place<'_>| likely(state, &self.visitor.caller.account, place);
            let full = operation.shaped_reply(&json!({}), Shape::Maximal, &likely);
            operation.shaped_reply(&full, shape, &likely)
        })
    }
}

impl CloudBuilder {
    /// What replies look like from the first call on; see [`Cloud::replies`].
    ///
    /// ```
    /// use mockscale::{Cloud, Shape, json};
    ///
    /// let cloud = Cloud::builder().replies(Shape::Minimal).build();
    /// assert_eq!(*cloud.call("ReadNets", json!({})).ok().body(), json!({}));
    /// ```
    pub fn replies(mut self, shape: Shape) -> Self {
        self.settings.replies = Shapes::all(shape);
        self
    }
}

/// What the test author has said about replies.
#[derive(Debug)]
pub(crate) struct Replies(Mutex<Shapes>);

impl Replies {
    /// What was said when the cloud was made.
    pub(crate) fn new(shapes: Shapes) -> Self {
        Self(Mutex::new(shapes))
    }

    /// What was said last.
    pub(crate) fn shapes(&self) -> MutexGuard<'_, Shapes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What replies look like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shapes {
    all: Shape,
    of: BTreeMap<String, Shape>,
}

impl Shapes {
    fn all(shape: Shape) -> Self {
        Self {
            all: shape,
            of: BTreeMap::new(),
        }
    }

    fn shape_of(&self, operation: &str) -> Shape {
        self.of.get(operation).copied().unwrap_or(self.all)
    }
}

/// The shape that a reply is to have and the reply in that shape; none if it stays as it is.
pub(super) fn shaped(
    desk: &Desk,
    state: &State,
    operation: &Operation,
    account: &str,
    status: u16,
    body: &Value,
) -> Option<(Shape, Value)> {
    let shape = desk.replies().shapes().shape_of(operation.name());
    if status != 200 || shape == Shape::Live {
        return None;
    }
    let likely = |place: &Place<'_>| likely(state, account, place);
    Some((shape, operation.shaped_reply(body, shape, &likely)))
}

/// Prefixes of identifiers that no kind of resource has.
const PREFIXES: &[(&str, &str)] = &[("LinkNicId", "eni-attach-"), ("ReservationId", "r-")];

/// Likely texts, by how the property's name ends; the first that fits. Addresses and names are of
/// the ranges and domains that are kept for documentation (RFC 5737, RFC 2606).
const ENDINGS: &[(&str, &str)] = &[
    ("PublicIp", "203.0.113.10"),
    ("IpAddress", "203.0.113.10"),
    ("NameServer", "192.0.2.53"),
    ("NtpServer", "192.0.2.123"),
    ("LogServer", "192.0.2.51"),
    ("IpRange", "10.0.0.0/24"),
    ("Ip", "10.0.0.10"),
    ("MacAddress", "aa:00:00:00:00:10"),
    ("DnsName", "made-up.example.com"),
    ("DomainName", "example.com"),
    ("Email", "made-up@example.com"),
    ("Url", "https://made-up.example.com/"),
    ("Architecture", "x86_64"),
    ("DeviceName", "/dev/sda1"),
    ("IpProtocol", "tcp"),
    ("UserData", "bWFkZS11cA=="),
    ("VmType", "tinav5.c1r1p2"),
    ("VolumeType", "gp2"),
    ("VmState", "running"),
    ("State", "available"),
    ("ResourceId", "i-ffffffff"),
    ("ResourceType", "instance"),
];

/// What the schemas do not tell of a value that is made up.
fn likely(state: &State, account: &str, place: &Place<'_>) -> Option<Value> {
    let now = state.clock.now();
    match place.facts["format"].as_str() {
        Some("date-time") => return Some(clock::zulu(now).into()),
        Some("date") => return Some(now.strftime("%Y-%m-%d").to_string().into()),
        _ => {}
    }
    // The items of a list are called like the list: `VmIds`, but not `MacAddress`.
    let singular = place.property.strip_suffix('s');
    let name = match singular.filter(|name| !name.ends_with('s')) {
        Some(name) => name,
        None => place.property,
    };
    let text = match name {
        // `HasMoreItems`: there is no more to be read than what was found.
        "HasMoreItem" | "MaxResultsTruncated" => return Some(json!(false)),
        "RegionName" => state.region.to_string(),
        "SubregionName" => format!("{}a", state.region),
        "Orn" => format!("orn:ows:idauth::{account}:user/made-up"),
        _ if name.ends_with("AccountId") => account.to_owned(),
        _ => identifier(name).or_else(|| {
            let ending = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending));
            Some(ending?.1.to_owned())
        })?,
    };
    Some(text.into())
}

/// An identifier that the cloud has most likely given to nothing.
fn identifier(name: &str) -> Option<String> {
    if let Some((_, prefix)) = PREFIXES.iter().find(|(property, _)| *property == name) {
        return Some(format!("{prefix}ffffffff"));
    }
    let kind = families::kinds()
        .filter(|kind| !kind.prefix.is_empty() && name.ends_with(kind.id))
        .max_by_key(|kind| kind.id.len())?;
    Some(format!("{}{}", kind.prefix, "f".repeat(kind.digits)))
}
