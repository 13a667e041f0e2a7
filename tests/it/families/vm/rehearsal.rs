//! A rehearsal (`DryRun`) of every call about VMs changes nothing.

use mockscale::json;

use super::{LINUX, running, shown, stopped};
use crate::support::{cloud, refused, rehearsed};

#[test]
fn of_every_call() {
    let cloud = cloud();
    let (up, down) = (running(&cloud, json!({})), stopped(&cloud, json!({})));
    let ask = json!({ "ClientToken": "once", "ImageId": LINUX, "MaxVmsCount": 3 });
    rehearsed(&cloud, "CreateVms", ask);
    for operation in ["DeleteVms", "RebootVms", "StopVms"] {
        rehearsed(&cloud, operation, json!({ "VmIds": [up] }));
    }
    rehearsed(&cloud, "StartVms", json!({ "VmIds": [down] }));
    for operation in ["ReadAdminPassword", "ReadConsoleOutput"] {
        rehearsed(&cloud, operation, json!({ "VmId": up }));
    }
    for operation in ["ReadVmTypes", "ReadVms", "ReadVmsState"] {
        rehearsed(&cloud, operation, json!({}));
    }
    let change = json!({ "DeletionProtection": true, "VmId": up });
    rehearsed(&cloud, "UpdateVm", change);
    let all = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(all["Vms"].as_array().map(Vec::len), Some(2));
    for (vm_id, state) in [(&up, "running"), (&down, "stopped")] {
        assert_eq!(shown(&cloud, vm_id)["State"], state);
    }
}

/// A token that was only rehearsed stands for nothing.
#[test]
fn of_a_client_token() {
    let cloud = cloud();
    let ask = |count: i64| json!({ "ClientToken": "once", "ImageId": LINUX, "MinVmsCount": count });
    rehearsed(&cloud, "CreateVms", ask(2));
    cloud.call("CreateVms", ask(1)).ok();
    rehearsed(&cloud, "CreateVms", ask(1));
    let mut other = ask(2);
    other["DryRun"] = true.into();
    assert_eq!(refused(&cloud, "CreateVms", other).1, "4091");
}
