//! Coverage as a user meets it: collected by programs, printed by `mockscale coverage`, and looked
//! at in a browser.

mod browser;
mod page;
mod program;

use std::path::Path;

use mockscale::{Cloud, json};
use tempfile::TempDir;

/// A directory in which a cloud has collected a small conversation.
fn collected() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    converse(directory.path());
    directory
}

fn converse(directory: &Path) {
    let cloud = Cloud::builder().coverage(directory).build();
    let net = cloud
        .call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }))
        .ok();
    cloud.call("ReadNets", json!({})).ok();
    cloud.call("ReadVms", json!({ "Filters": { "NetIds": [] } }));
    let volume = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    cloud.call("CreateVolume", volume).ok();
    let id = net.text("/Net/NetId");
    cloud.call("DeleteNet", json!({ "NetId": id })).ok();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
}
