//! Tags of load balancers, which have calls of their own. Left out: `ReadTags`, which does not know
//! them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::LOAD_BALANCER;
use crate::cloud::call::{Call, Reply};
use crate::cloud::families::tag::{self, Tag};
use crate::cloud::fault::{self, Fault};
use crate::cloud::object::{Fields, Object};
use crate::cloud::store::Resource;

/// Sets every tag on every load balancer, replacing the values of keys that are there.
///
/// # Faults
/// - Those of [`all_named`], or `MISSING_PARAMETER` without tags.
/// - Those of [`tag::put`]; then nothing is tagged at all.
pub(super) fn create_load_balancer_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Sent {
        tags: Vec<Tag>,
    }
    let Sent { tags } = call.read()?;
    let balancers = all_named(call)?;
    check_some("Tags", &tags)?;
    for balancer in balancers {
        let mut present = balancer.body.list("Tags").to_vec();
        tag::put(&mut present, &tags, &balancer.id)?;
        call.edit(LOAD_BALANCER, &balancer.id, |it| {
            it.body.put("Tags", present);
        });
    }
    Ok(Reply::empty())
}

/// Takes the tags of those keys off every load balancer; one that is not there does not matter.
///
/// # Faults
/// Those of [`all_named`], or `MISSING_PARAMETER` without tags.
pub(super) fn delete_load_balancer_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let balancers = all_named(call)?;
    check_some("Tags", call.input.list("Tags"))?;
    let keys: Vec<&str> = call
        .input
        .objects("Tags")
        .map(|it| it.text("Key"))
        .collect();
    for balancer in balancers {
        call.edit(LOAD_BALANCER, &balancer.id, |it| {
            let goes = |tag: &Value| keys.iter().any(|key| tag["Key"] == **key);
            it.body.list_mut("Tags").retain(|tag| !goes(tag));
        });
    }
    Ok(Reply::empty())
}

/// Answers the tags of load balancers, in the order in which these are named.
///
/// # Faults
/// Those of [`all_named`].
pub(super) fn read_load_balancer_tags(call: &mut Call<'_>) -> Result<Reply, Fault> {
    let mut tags: Vec<Value> = Vec::new();
    for balancer in all_named(call)? {
        for tag in balancer.body.objects("Tags") {
            let mut flat: Object = tag.clone();
            flat.put(LOAD_BALANCER.id, &*balancer.id);
            tags.push(flat.into());
        }
    }
    Ok(Reply::of("Tags", tags))
}

/// The caller's load balancers that a request names, each once.
///
/// # Faults
/// - assumed: `MISSING_PARAMETER` when it names none.
/// - Those of [`Call::find_own`].
fn all_named(call: &Call<'_>) -> Result<Vec<Arc<Resource>>, Fault> {
    check_some("LoadBalancerNames", call.input.list("LoadBalancerNames"))?;
    let mut balancers: Vec<Arc<Resource>> = Vec::new();
    for name in call.input.texts("LoadBalancerNames") {
        let balancer = call.find_own(LOAD_BALANCER, name)?;
        if !balancers.iter().any(|seen| seen.id == balancer.id) {
            balancers.push(balancer);
        }
    }
    Ok(balancers)
}

fn check_some<T>(property: &str, list: &[T]) -> Result<(), Fault> {
    if list.is_empty() {
        return Err(fault::MISSING_PARAMETER.says(format!("{property} has no element.")));
    }
    Ok(())
}
