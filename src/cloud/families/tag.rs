//! Tags: pairs of texts on resources of many kinds.
//!
//! By rule: all of it. Left out: what tags with names of the cloud's own (`osc.fcu.…`) do, which
//! is their resource's business, and tags of load balancers, which have calls of their own.
//!
//! A tag stands in the `Tags` of its resource. assumed: those keep the order in which they came.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::State;
use crate::cloud::call::{Call, Reply};
use crate::cloud::family::{By, Family};
use crate::cloud::fault::{self, Fault};
use crate::cloud::filter::Selection;
use crate::cloud::object::{Fields, Object};
use crate::cloud::page;
use crate::cloud::store::Resource;

use super::{kind_of_id, kinds, nic};

pub(super) const FAMILY: Family = Family {
    tag: "Tag",
    kinds: &[],
    filters: &[
        ("FiltersTag", "Keys", By::Path("Key")),
        ("FiltersTag", "ResourceTypes", By::Values(types)),
        ("FiltersTag", "Values", By::Path("Value")),
    ],
    transitions: &[],
    rules: &[
        ("CreateTags", create_tags),
        ("DeleteTags", delete_tags),
        ("ReadTags", read_tags),
    ],
};

/// The longest key, in characters.
///
/// assumed: 256 are refused, as clients' tests show; that 255 are not is a guess.
const LONGEST_KEY: usize = 255;
/// The longest value, in characters; documented.
const LONGEST_VALUE: usize = 255;
/// The most tags of one resource.
///
/// assumed: there is an error for it, but its limit is not known.
const MOST_TAGS: usize = 50;

/// The states of what is deleted, or about to be.
const GONE: &[&str] = &["deleted", "deleting", "shutting-down", "terminated"];

/// Words of the documentation for what the cloud calls otherwise, sorted.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("client-gateway", "customer-gateway"),
    ("dhcp-options", "dhcpoptions"),
    ("internet-service", "internet-gateway"),
    ("nat-service", "natgateway"),
    ("net", "vpc"),
    ("net-access-point", "vpc-endpoint"),
    ("net-peering", "vpc-peering-connection"),
    ("nic", "network-interface"),
    ("virtual-gateway", "virtual-private-gateway"),
    ("vm", "instance"),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagging {
    resource_ids: Vec<String>,
    tags: Vec<Tag>,
}

/// A tag as requests have it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// Sets every tag on every resource, replacing the values of keys that are there.
///
/// # Faults
/// - `INVALID_TAG_KEY`, `INVALID_TAG_VALUE` for one that is too long, or a key that is empty.
/// - Those of [`tagged`] for each resource; then nothing is tagged at all.
/// - `TOO_MANY_TAGS` when a resource would have more than 50.
fn create_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let tagging = Tagging::read(call)?;
    for tag in &tagging.tags {
        tag.check()?;
    }
    for resource in tagging.resources(call)? {
        let mut tags = resource.body.list("Tags").to_vec();
        put(&mut tags, &tagging.tags, &resource.id)?;
        call.edit(resource.kind, &resource.id, |it| it.body.put("Tags", tags));
    }
    Ok(Reply::empty())
}

/// Adds tags to those of a resource, replacing the values of keys that are there.
///
/// # Faults
/// - `INVALID_TAG_KEY`, `INVALID_TAG_VALUE` for one that is too long, or a key that is empty.
/// - `TOO_MANY_TAGS` when there would be more than 50.
pub(super) fn put(present: &mut Vec<Value>, new: &[Tag], id: &str) -> Result<(), Fault> {
    for tag in new {
        tag.check()?;
        let Tag { key, value } = tag;
        match present.iter_mut().find(|tag| tag["Key"] == **key) {
            Some(present) => *present = json!({ "Key": key, "Value": value }),
            None => present.push(json!({ "Key": key, "Value": value })),
        }
    }
    if present.len() > MOST_TAGS {
        return Err(fault::TOO_MANY_TAGS.says(format!(
            "The resource '{id}' would have {} tags; {MOST_TAGS} is the most.",
            present.len()
        )));
    }
    Ok(())
}

/// The tags of a request that makes something or replaces its tags; none when it says nothing of
/// them.
///
/// # Faults
/// Those of [`put`].
pub(super) fn sent(call: &Call<'_>, id: &str) -> Result<Option<Vec<Value>>, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        tags: Option<Vec<Tag>>,
    }
    let Some(sent) = call.read::<Sent>()?.tags else {
        return Ok(None);
    };
    let mut tags = Vec::new();
    put(&mut tags, &sent, id)?;
    Ok(Some(tags))
}

/// Takes every tag off every resource; one that is not there does not matter.
///
/// A tag goes if its value is the one given. assumed: an empty value, which the schema requires
/// where the text makes it optional, stands for any.
///
/// # Faults
/// Those of [`tagged`] for each resource.
fn delete_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let tagging = Tagging::read(call)?;
    for resource in tagging.resources(call)? {
        call.edit(resource.kind, &resource.id, |it| {
            it.body.list_mut("Tags").retain(|present| {
                !tagging.tags.iter().any(|tag| {
                    present["Key"] == *tag.key
                        && (tag.value.is_empty() || present["Value"] == *tag.value)
                })
            });
        });
    }
    Ok(Reply::empty())
}

/// Answers the tags that the filters select: the oldest resource first, its keys in order.
///
/// Keys and values select resources regardless of each other, as documented. assumed: of such a
/// resource, the tags that either of them is about.
///
/// # Faults
/// Those of [`Selection::over`] and [`page::cut`].
fn read_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let selection = Selection::over(call, "Tag", "FiltersTag")?;
    let (apart, selection) = selection.split(&["Keys", "Values"]);
    let mut bearers: Vec<&Arc<Resource>> = kinds()
        .filter(|kind| kind.tag_type.is_some())
        .flat_map(|kind| call.owned(kind))
        .filter(|resource| bears_tags(resource))
        .collect();
    bearers.sort_by_key(|resource| resource.turn);
    let mut items = Vec::new();
    for resource in bearers {
        let tags = flat(resource);
        let met = |one: &Selection<'_>| tags.iter().any(|tag| one.accepts(tag));
        if !apart.iter().all(met) {
            continue;
        }
        for (place, tag) in (0..).zip(tags) {
            let named = apart.is_empty() || apart.iter().any(|one| one.accepts(&tag));
            if named && selection.matches(call.state, resource, &tag) {
                // A turn for each tag: that of its resource, then its place there.
                items.push(((resource.turn << 16) | place, tag));
            }
        }
    }
    page::cut(call, "Tags", items)
}

impl Tagging {
    /// # Faults
    /// `MISSING_PARAMETER` for a list without elements.
    fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let tagging: Self = call.read()?;
        let empty = match &tagging {
            Self { resource_ids, .. } if resource_ids.is_empty() => "ResourceIds",
            Self { tags, .. } if tags.is_empty() => "Tags",
            _ => return Ok(tagging),
        };
        // assumed: the refusal and its code.
        Err(fault::MISSING_PARAMETER.says(format!("{empty} has no element.")))
    }

    fn resources(&self, call: &Call<'_>) -> Result<Vec<Arc<Resource>>, Fault> {
        self.resource_ids
            .iter()
            .map(|id| tagged(call, id))
            .collect()
    }
}

impl Tag {
    fn check(&self) -> Result<(), Fault> {
        let key = self.key.chars().count();
        if !(1..=LONGEST_KEY).contains(&key) {
            return Err(fault::INVALID_TAG_KEY.says(format!(
                "A tag key has {key} characters; it must have 1 to {LONGEST_KEY}."
            )));
        }
        let value = self.value.chars().count();
        if value > LONGEST_VALUE {
            return Err(fault::INVALID_TAG_VALUE.says(format!(
                "The value of the tag '{}' has {value} characters; {LONGEST_VALUE} is the most.",
                self.key
            )));
        }
        Ok(())
    }
}

/// The caller's resource of whatever kind that can be tagged.
///
/// # Faults
/// - `INVALID_ID` for an identifier that begins like none of those kinds.
/// - `MALFORMED_ID`, or the kind's own fault when there is no such resource.
fn tagged(call: &Call<'_>, id: &str) -> Result<Arc<Resource>, Fault> {
    match kind_of_id(id).filter(|kind| kind.tag_type.is_some()) {
        Some(kind) => match call.find_own(kind, id)? {
            resource if bears_tags(&resource) => Ok(resource),
            _ => Err(kind.no_such(id)),
        },
        // assumed: the code.
        None => Err(fault::INVALID_ID.says(format!(
            "The ResourceId '{id}' is not that of a resource which can be tagged."
        ))),
    }
}

/// Whether a resource can have tags: not a card that cannot be named.
///
/// assumed: nor what is going away, or is shown as gone.
fn bears_tags(resource: &Resource) -> bool {
    !GONE.contains(&resource.state()) && !nic::is_hidden(resource)
}

/// The tags of a resource as the list of all tags shows them, by key.
fn flat(resource: &Resource) -> Vec<Object> {
    let mut tags: Vec<&Object> = resource.body.objects("Tags").collect();
    tags.sort_by_key(|tag| tag.text("Key"));
    let one = |tag: &Object| {
        let mut flat = tag.clone();
        flat.put("ResourceId", &*resource.id);
        flat.put("ResourceType", resource.kind.tag_type);
        flat
    };
    tags.into_iter().map(one).collect()
}

/// The word for a kind of resource, and the documentation's word where that is another.
///
/// assumed: that the filter takes both; the answer has the first.
fn types(_: &State, resource: &Resource) -> Vec<Value> {
    let shown = resource.kind.tag_type.unwrap_or_default();
    let documented = OTHER_WORDS.iter().filter(|(_, word)| *word == shown);
    documented
        .map(|(word, _)| *word)
        .chain([shown])
        .map(Value::from)
        .collect()
}
