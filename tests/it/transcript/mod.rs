//! What a conversation tells afterwards: its parts, its forms, its files and its snapshots.

mod canonical;
mod effects;
mod lines;
mod origins;
mod redacting;
mod selecting;
mod snapshots;

use mockscale::{Cloud, json};

use crate::support;

/// A short conversation: two Nets, a refusal, and a look at both.
fn two_nets() -> Cloud {
    let cloud = support::cloud();
    for range in ["10.0.0.0/16", "10.1.0.0/16"] {
        cloud.call("CreateNet", json!({ "IpRange": range })).ok();
    }
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    cloud.call("ReadNets", json!({})).ok();
    cloud
}
