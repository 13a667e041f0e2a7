//! Conversations about the family `flexible_gpu`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, made, manual, refused_twice, rehearsed};
use crate::vm::{running, stopped};

/// A type of VM that takes a P100: of its generation, and of the highest performance.
const FITTING: &str = "tinav5.c2r4p1";

fn wanted() -> Value {
    json!({ "ModelName": "nvidia-p100", "SubregionName": "eu-west-2a" })
}

fn gpu(cloud: &Cloud, with: &Value) -> String {
    let mut input = wanted();
    for (property, value) in with.as_object().into_iter().flatten() {
        input[property] = value.clone();
    }
    made(
        cloud,
        "CreateFlexibleGpu",
        input,
        "/FlexibleGpu/FlexibleGpuId",
    )
}

fn both(gpu: &str, vm: &str) -> Value {
    json!({ "FlexibleGpuId": gpu, "VmId": vm })
}

/// The state of a GPU, and the VM that it names.
fn state(cloud: &Cloud, gpu: &str) -> String {
    let read = json!({ "Filters": { "FlexibleGpuIds": [gpu] } });
    let read = cloud.call("ReadFlexibleGpus", read).ok();
    let Some(gpu) = read["FlexibleGpus"].get(0) else {
        return "gone".to_owned();
    };
    let state = gpu["State"].as_str().unwrap_or_default();
    match gpu["VmId"].as_str() {
        Some(vm) => in_vm(state, vm),
        None => state.to_owned(),
    }
}

fn in_vm(state: &str, vm: &str) -> String {
    format!("{state} in {vm}")
}

#[test]
fn life() {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let vm = json!({ "ImageId": "ami-5aebd4d5", "VmType": FITTING });
    let vm = made(&cloud, "CreateVms", vm, "/Vms/0/VmId");
    cloud.call("ReadVms", json!({})).ok();
    let (named, vms) = (json!({ "FlexibleGpuId": gpu }), json!({ "VmIds": [vm] }));
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
    cloud.call("DeleteFlexibleGpu", named.clone());
    cloud.call("RebootVms", vms.clone()).ok();
    cloud.call("ReadFlexibleGpus", json!({})).ok();
    cloud.call("StopVms", vms.clone()).ok();
    cloud.call("ReadVmsState", json!({ "AllVms": true })).ok();
    cloud.call("ReadFlexibleGpus", json!({})).ok();
    cloud.call("StartVms", vms.clone()).ok();
    cloud.call("ReadVmsState", json!({ "AllVms": true })).ok();
    cloud.call("UnlinkFlexibleGpu", named.clone()).ok();
    cloud.call("ReadFlexibleGpus", json!({})).ok();
    cloud.call("StopVms", vms).ok();
    cloud.call("ReadVmsState", json!({ "AllVms": true })).ok();
    cloud.call("ReadFlexibleGpus", json!({})).ok();
    let goes = json!({ "FlexibleGpuId": gpu, "DeleteOnVmDeletion": true });
    cloud.call("UpdateFlexibleGpu", goes).ok();
    cloud.call("UpdateFlexibleGpu", named.clone()).ok();
    cloud.call("DeleteFlexibleGpu", named.clone()).ok();
    cloud.call("DeleteFlexibleGpu", named);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_stopped_vm_does_not_make_it_wait() {
    let cloud = cloud();
    let (first, second) = (gpu(&cloud, &json!({})), gpu(&cloud, &json!({})));
    let vm = stopped(&cloud, json!({ "VmType": FITTING }));
    for gpu in [&first, &second] {
        cloud.call("LinkFlexibleGpu", both(gpu, &vm)).ok();
        assert_eq!(state(&cloud, gpu), in_vm("attached", &vm));
    }
    let named = json!({ "FlexibleGpuId": first });
    cloud.call("UnlinkFlexibleGpu", named).ok();
    assert_eq!(state(&cloud, &first), "allocated");
    assert_eq!(state(&cloud, &second), in_vm("attached", &vm));
}

/// A link that was not complete yet waits for the stop to end, as one that was.
#[test]
fn a_link_may_end_before_it_was_complete() {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let vm = running(&cloud, json!({ "VmType": FITTING }));
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
    let named = json!({ "FlexibleGpuId": gpu });
    cloud.call("UnlinkFlexibleGpu", named).ok();
    assert_eq!(state(&cloud, &gpu), in_vm("detaching", &vm));
    cloud.call("StopVms", json!({ "VmIds": [vm] })).ok();
    assert_eq!(state(&cloud, &gpu), in_vm("detaching", &vm));
    cloud.settle();
    assert_eq!(state(&cloud, &gpu), "allocated");
}

#[test]
fn a_vm_that_restarts_by_itself_passes_through_the_stop() {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let restarting = json!({ "VmType": FITTING, "VmInitiatedShutdownBehavior": "restart" });
    let vm = running(&cloud, restarting);
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
    cloud.call("StopVms", json!({ "VmIds": [vm] })).ok();
    cloud.settle();
    assert_eq!(crate::vm::shown(&cloud, &vm)["State"], "running");
    assert_eq!(state(&cloud, &gpu), in_vm("attached", &vm));
}

#[rstest]
#[case::attaching(&["LinkFlexibleGpu"])]
#[case::attached(&["LinkFlexibleGpu", "StopVms"])]
#[case::detaching(&["LinkFlexibleGpu", "StopVms", "StartVms", "UnlinkFlexibleGpu"])]
fn a_vm_that_is_terminated_lets_go(#[case] before: &[&str], #[values(true, false)] goes: bool) {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({ "DeleteOnVmDeletion": goes }));
    let vm = running(&cloud, json!({ "VmType": FITTING }));
    for operation in before {
        let input = match *operation {
            "LinkFlexibleGpu" => both(&gpu, &vm),
            "UnlinkFlexibleGpu" => json!({ "FlexibleGpuId": gpu }),
            _ => json!({ "VmIds": [vm] }),
        };
        cloud.call(operation, input).ok();
        cloud.settle();
    }
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    let after = if goes { "gone" } else { "allocated" };
    assert_eq!(state(&cloud, &gpu), after);
}

#[rstest]
#[case("nvidia-p100", json!({}), "v5")]
#[case("nvidia-m60", json!({}), "v3")]
#[case("nvidia-m60", json!({ "Generation": "v4" }), "v4")]
#[case("nvidia-h200", json!({}), "v7")]
#[case("nvidia-h200", json!({ "Generation": "v104" }), "v104")]
fn generations(#[case] model: &str, #[case] mut with: Value, #[case] generation: &str) {
    with["ModelName"] = model.into();
    let cloud = cloud();
    gpu(&cloud, &with);
    let read = cloud.call("ReadFlexibleGpus", json!({})).ok();
    assert_eq!(read.text("/FlexibleGpus/0/Generation"), generation);
}

#[rstest]
#[case::model("ModelName", "nvidia-p1000", "4047")]
#[case::no_model("ModelName", "", "4047")]
#[case::generation("Generation", "v4", "4047")]
#[case::bare_generation("Generation", "5", "4047")]
#[case::subregion("SubregionName", "eu-west-2z", "5009")]
#[case::no_subregion("SubregionName", "", "5009")]
fn what_cannot_be_reserved(#[case] field: &str, #[case] value: &str, #[case] code: &str) {
    let mut input = wanted();
    input[field] = value.into();
    let (status, said, _) = refused_twice(&cloud(), "CreateFlexibleGpu", input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::unknown("fgpu-00000000", "5074")]
#[case::of_another_kind("i-00000000", "4104")]
#[case::malformed("fgpu-0", "4105")]
fn what_does_not_exist(
    #[case] id: &str,
    #[case] code: &str,
    #[values(
        "DeleteFlexibleGpu",
        "LinkFlexibleGpu",
        "UnlinkFlexibleGpu",
        "UpdateFlexibleGpu"
    )]
    operation: &str,
) {
    let mut input = json!({ "FlexibleGpuId": id });
    if operation == "LinkFlexibleGpu" {
        // Unknown too, which is found out later.
        input["VmId"] = "i-00000000".into();
    }
    let (status, said, _) = refused_twice(&cloud(), operation, input);
    assert_eq!((status, &*said), (400, code));
}

#[rstest]
#[case::vm_unknown("i-00000000", 400, "5063")]
#[case::vm_of_another_kind("vol-00000000", 400, "4104")]
fn vms_that_do_not_exist(#[case] vm: &str, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let said = refused_twice(&cloud, "LinkFlexibleGpu", both(&gpu, vm));
    assert_eq!((said.0, &*said.1), (status, code));
}

#[rstest]
#[case::performance(json!({ "VmType": "tinav5.c2r4p2" }), json!({}), "9072", "highest")]
#[case::performance_of_a_plain_type(json!({ "VmType": "tinav5.c2r4" }), json!({}), "9072", "highest")]
#[case::generation(json!({ "VmType": "tinav4.c2r4p1" }), json!({}), "9072", "v5")]
#[case::cores(json!({ "VmType": "tinav5.c81r4p1" }), json!({}), "9072", "80 vCores")]
#[case::memory(json!({ "VmType": "tinav5.c2r513p1" }), json!({}), "9072", "512 GiB")]
#[case::subregion(
    json!({ "VmType": FITTING, "Placement": { "SubregionName": "eu-west-2b" } }),
    json!({}),
    "9071",
    "eu-west-2b"
)]
fn vms_that_do_not_take_it(
    #[case] vm: Value,
    #[case] with: Value,
    #[case] code: &str,
    #[case] why: &str,
) {
    let cloud = cloud();
    let gpu = gpu(&cloud, &with);
    let vm = running(&cloud, vm);
    let (status, said, details) = refused_twice(&cloud, "LinkFlexibleGpu", both(&gpu, &vm));
    assert_eq!((status, &*said), (409, code));
    assert!(details.contains(why), "{details}");
}

#[test]
fn the_largest_vm_that_takes_it() {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let vm = running(&cloud, json!({ "VmType": "tinav5.c80r512p1" }));
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
}

#[test]
fn a_vm_of_a_dedicated_group_takes_none() {
    let cloud = cloud();
    let group = json!({ "CpuGeneration": 5, "Name": "mine", "SubregionName": "eu-west-2a" });
    let id = "/DedicatedGroup/DedicatedGroupId";
    let group = made(&cloud, "CreateDedicatedGroup", group, id);
    let vm = running(
        &cloud,
        json!({ "VmType": FITTING, "Placement": { "Tenancy": group } }),
    );
    let gpu = gpu(&cloud, &json!({}));
    let (status, code, details) = refused_twice(&cloud, "LinkFlexibleGpu", both(&gpu, &vm));
    assert_eq!((status, &*code), (409, "9072"));
    assert!(details.contains(&group), "{details}");
    // On hardware of the account alone it may be.
    let vm = running(
        &cloud,
        json!({ "VmType": FITTING, "Placement": { "Tenancy": "dedicated" } }),
    );
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
}

#[test]
fn all_of_a_vm_are_of_one_model() {
    let cloud = cloud();
    let first = gpu(&cloud, &json!({}));
    let other = gpu(&cloud, &json!({ "ModelName": "nvidia-v100" }));
    let vm = running(&cloud, json!({ "VmType": FITTING }));
    cloud.call("LinkFlexibleGpu", both(&first, &vm)).ok();
    let (status, code, details) = refused_twice(&cloud, "LinkFlexibleGpu", both(&other, &vm));
    assert_eq!((status, &*code), (409, "9072"));
    assert!(details.contains(&first), "{details}");
}

#[rstest]
#[case::pending("pending", "9002")]
#[case::stopping("stopping", "6006")]
#[case::terminated("terminated", "6006")]
fn vms_in_the_wrong_state(#[case] state: &str, #[case] code: &str) {
    let cloud = manual();
    let gpu = gpu(&cloud, &json!({}));
    let vm = json!({ "ImageId": "ami-5aebd4d5", "VmType": FITTING });
    let vm = made(&cloud, "CreateVms", vm, "/Vms/0/VmId");
    let vms = json!({ "VmIds": [vm] });
    match state {
        "stopping" => {
            cloud.settle();
            cloud.call("StopVms", vms).ok();
        }
        "terminated" => {
            cloud.call("DeleteVms", vms).ok();
            cloud.settle();
        }
        _ => {}
    }
    let (status, said, _) = refused_twice(&cloud, "LinkFlexibleGpu", both(&gpu, &vm));
    assert_eq!((status, &*said), (409, code));
}

#[test]
fn a_gpu_is_in_one_vm_and_leaves_it_once() {
    let cloud = cloud();
    let gpu = gpu(&cloud, &json!({}));
    let named = json!({ "FlexibleGpuId": gpu });
    let free = refused_twice(&cloud, "UnlinkFlexibleGpu", named.clone());
    assert_eq!((free.0, &*free.1), (409, "6003"));
    let (here, there) = (
        running(&cloud, json!({ "VmType": FITTING })),
        running(&cloud, json!({ "VmType": FITTING })),
    );
    cloud.call("LinkFlexibleGpu", both(&gpu, &here)).ok();
    for vm in [&here, &there] {
        let (status, code, details) = refused_twice(&cloud, "LinkFlexibleGpu", both(&gpu, vm));
        assert_eq!((status, &*code), (409, "9004"));
        assert!(details.contains(&here), "{details}");
    }
    let held = refused_twice(&cloud, "DeleteFlexibleGpu", named.clone());
    assert_eq!((held.0, &*held.1), (409, "9004"));
    cloud.call("UnlinkFlexibleGpu", named.clone()).ok();
    let leaving = refused_twice(&cloud, "UnlinkFlexibleGpu", named.clone());
    assert_eq!((leaving.0, &*leaving.1), (409, "6003"));
    let held = refused_twice(&cloud, "DeleteFlexibleGpu", named);
    assert_eq!((held.0, &*held.1), (409, "9004"));
}

#[test]
fn what_belongs_to_others_does_not_exist() {
    let cloud = builder().account("210987654321").build();
    let other = cloud.as_account("210987654321");
    let (mine, theirs) = (gpu(&cloud, &json!({})), gpu(&other, &json!({})));
    let vm = running(&cloud, json!({ "VmType": FITTING }));
    for (gpu, vm, code) in [(&mine, &vm, "5074"), (&theirs, &vm, "5063")] {
        let said = refused_twice(&other, "LinkFlexibleGpu", both(gpu, vm));
        assert_eq!((said.0, &*said.1), (400, code));
    }
    for operation in [
        "DeleteFlexibleGpu",
        "UnlinkFlexibleGpu",
        "UpdateFlexibleGpu",
    ] {
        let said = refused_twice(&other, operation, json!({ "FlexibleGpuId": mine }));
        assert_eq!((said.0, &*said.1), (400, "5074"), "{operation}");
    }
    assert_eq!(state(&other, &mine), "gone");
}

#[test]
fn rehearsals_change_nothing() {
    let cloud = cloud();
    let (linked, free) = (gpu(&cloud, &json!({})), gpu(&cloud, &json!({})));
    let vm = running(&cloud, json!({ "VmType": FITTING }));
    cloud.call("LinkFlexibleGpu", both(&linked, &vm)).ok();
    let goes = json!({ "FlexibleGpuId": free, "DeleteOnVmDeletion": true });
    for (operation, input) in [
        ("CreateFlexibleGpu", wanted()),
        ("LinkFlexibleGpu", both(&free, &vm)),
        ("UpdateFlexibleGpu", goes),
        ("DeleteFlexibleGpu", json!({ "FlexibleGpuId": free })),
        ("UnlinkFlexibleGpu", json!({ "FlexibleGpuId": linked })),
        ("ReadFlexibleGpus", json!({})),
        ("ReadFlexibleGpuCatalog", json!({})),
    ] {
        rehearsed(&cloud, operation, input);
    }
    assert_eq!(state(&cloud, &linked), in_vm("attaching", &vm));
    assert_eq!(state(&cloud, &free), "allocated");
}

#[test]
fn filters() {
    let cloud = cloud();
    let with = json!({ "DeleteOnVmDeletion": true, "SubregionName": "eu-west-2b" });
    let gpu = gpu(&cloud, &with);
    let placed = json!({ "VmType": FITTING, "Placement": { "SubregionName": "eu-west-2b" } });
    let vm = running(&cloud, placed);
    cloud.call("LinkFlexibleGpu", both(&gpu, &vm)).ok();
    every_filter(
        &cloud,
        "ReadFlexibleGpus",
        &json!({}),
        ("FlexibleGpus", "FlexibleGpuId", &gpu),
        &[
            ("DeleteOnVmDeletion", json!(true), json!(false)),
            ("FlexibleGpuIds", json!([gpu]), json!(["fgpu-00000000"])),
            ("Generations", json!(["v5"]), json!(["v4"])),
            ("ModelNames", json!(["nvidia-p100"]), json!(["nvidia-p6"])),
            ("States", json!(["attaching"]), json!(["allocated"])),
            (
                "SubregionNames",
                json!(["eu-west-2b"]),
                json!(["eu-west-2a"]),
            ),
            ("VmIds", json!([vm]), json!(["i-00000000"])),
        ],
    );
}
