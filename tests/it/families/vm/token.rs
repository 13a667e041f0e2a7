//! What a `ClientToken` of `CreateVms` stands for.

use mockscale::{Cloud, Value, json};

use super::{LINUX, id, vm};
use crate::support::{cloud, refused};

#[test]
fn a_client_token_stands_for_what_it_made() {
    let cloud = cloud();
    let ask = json!({ "ImageId": LINUX, "ClientToken": "once", "MaxVmsCount": 2 });
    let first = cloud.call("CreateVms", ask.clone()).ok();
    let again = cloud.call("CreateVms", ask.clone()).ok();
    assert_eq!(first["Vms"], again["Vms"]);
    let mut other = ask;
    other["MaxVmsCount"] = 3.into();
    let (status, code, _) = refused(&cloud, "CreateVms", other);
    assert_eq!((status, code.as_str()), (400, "4091"));
    let vms = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(vms["Vms"].as_array().unwrap().len(), 2);
}

#[test]
fn an_empty_client_token_stands_for_nothing() {
    let cloud = cloud();
    vm(&cloud, json!({}));
    for _ in 0..2 {
        let made = vm(&cloud, json!({ "ClientToken": "" }));
        assert_eq!(made.get("ClientToken"), None);
    }
    let vms = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(vms["Vms"].as_array().unwrap().len(), 3);
}

fn made_with(cloud: &Cloud, ask: &Value) -> Vec<String> {
    let made = cloud.call("CreateVms", ask.clone()).ok();
    let vms = made["Vms"].as_array().into_iter().flatten();
    vms.map(|vm| id(&vm["VmId"])).collect()
}

/// A client that asks again gets what it made, whatever has become of that and of its parts.
#[test]
fn a_token_stands_for_vms_that_are_gone() {
    let cloud = cloud();
    let keypair = json!({ "KeypairName": "mine" });
    cloud.call("CreateKeypair", keypair.clone()).ok();
    let ask = json!({
        "ClientToken": "once", "ImageId": LINUX, "KeypairName": "mine",
        "MaxVmsCount": 2, "MinVmsCount": 2,
    });
    let made = made_with(&cloud, &ask);
    let by_token = json!({ "Filters": { "ClientTokens": ["once"] } });
    let found = cloud.call("ReadVms", by_token).ok();
    assert_eq!(found["Vms"].as_array().map(Vec::len), Some(2));
    cloud.call("DeleteKeypair", keypair).ok();
    cloud.call("DeleteVms", json!({ "VmIds": made })).ok();
    cloud.settle();
    assert_eq!(made_with(&cloud, &ask), made);
    let again = cloud.call("CreateVms", ask).ok();
    assert_eq!(again.text("/Vms/0/State"), "terminated");
}

/// assumed: what is said and what is left to the default are not the same request.
#[test]
fn a_default_that_is_said_is_another_request() {
    let cloud = cloud();
    let mut ask = json!({ "ClientToken": "once", "ImageId": LINUX });
    made_with(&cloud, &ask);
    ask["BootOnCreation"] = true.into();
    assert_eq!(refused(&cloud, "CreateVms", ask).1, "4091");
}
