//! Conversations about the family `volume`.

use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, manual, pages_of_one, refused, refused_twice, rehearsed, selected,
};
use crate::vm::{id, running, stopped};

/// A volume that is available.
#[track_caller]
pub(crate) fn volume(cloud: &Cloud, mut input: Value) -> String {
    if input.get("SubregionName").is_none() {
        input["SubregionName"] = "eu-west-2a".into();
    }
    let made = cloud.call("CreateVolume", input).ok();
    cloud.settle();
    id(&made["Volume"]["VolumeId"])
}

#[track_caller]
fn read(cloud: &Cloud, volume_id: &str) -> Value {
    let filter = json!({ "Filters": { "VolumeIds": [volume_id] } });
    cloud.call("ReadVolumes", filter).ok()["Volumes"][0].clone()
}

#[track_caller]
fn link(cloud: &Cloud, volume_id: &str, vm_id: &str, device: &str) {
    cloud
        .call(
            "LinkVolume",
            json!({ "DeviceName": device, "VmId": vm_id, "VolumeId": volume_id }),
        )
        .ok();
}

#[test]
fn a_volume_from_its_beginning_to_its_end() {
    let cloud = cloud();
    let made = cloud
        .call(
            "CreateVolume",
            json!({ "Size": 10, "SubregionName": "eu-west-2a", "VolumeType": "gp2" }),
        )
        .ok();
    let volume_id = id(&made["Volume"]["VolumeId"]);
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud
        .call("DeleteVolume", json!({ "VolumeId": volume_id }))
        .ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("ReadVolumes", json!({})).ok();
    cloud.call("DeleteVolume", json!({ "VolumeId": volume_id }));
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_volume_goes_from_vm_to_vm() {
    let cloud = cloud();
    let (first, second) = (running(&cloud, json!({})), stopped(&cloud, json!({})));
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    for vm_id in [first, second] {
        link(&cloud, &volume_id, &vm_id, "/dev/xvdb");
        cloud
            .call(
                "ReadVolumes",
                json!({ "Filters": { "VolumeIds": [volume_id] } }),
            )
            .ok();
        let vm = crate::vm::shown(&cloud, &vm_id);
        assert_eq!(
            vm["BlockDeviceMappings"][1]["Bsu"]["VolumeId"],
            json!(volume_id)
        );
        cloud
            .call("UnlinkVolume", json!({ "VolumeId": volume_id }))
            .ok();
        let vm = crate::vm::shown(&cloud, &vm_id);
        assert_eq!(vm["BlockDeviceMappings"].as_array().unwrap().len(), 1);
    }
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::standard(json!({ "Size": 1 }), "standard", None)]
#[case::ignored(json!({ "Size": 10, "VolumeType": "gp2", "Iops": 1000 }), "gp2", Some(100))]
#[case::gp2(json!({ "Size": 1000, "VolumeType": "gp2" }), "gp2", Some(3000))]
#[case::io1(json!({ "Size": 44, "VolumeType": "io1", "Iops": 13000 }), "io1", Some(13000))]
fn iops_shown(#[case] ask: Value, #[case] volume_type: &str, #[case] iops: Option<i64>) {
    let cloud = cloud();
    let shown = read(&cloud, &volume(&cloud, ask));
    assert_eq!(shown["VolumeType"], volume_type);
    assert_eq!(shown.get("Iops"), iops.map(Value::from).as_ref());
}

#[rstest]
#[case::subregion(json!({ "Size": 10, "SubregionName": "eu-west-9a" }), "5009")]
#[case::no_size(json!({}), "7999")]
#[case::nothing(json!({ "Size": 0 }), "4078")]
#[case::too_large(json!({ "Size": 14902 }), "4078")]
#[case::snapshot(json!({ "SnapshotId": "snap-00000000" }), "5054")]
#[case::volume_type(json!({ "Size": 10, "VolumeType": "tape" }), "4047")]
#[case::no_iops(json!({ "Size": 10, "VolumeType": "io1" }), "7999")]
#[case::few_iops(json!({ "Size": 10, "VolumeType": "io1", "Iops": 99 }), "4029")]
#[case::many_iops(json!({ "Size": 100, "VolumeType": "io1", "Iops": 13001 }), "4029")]
#[case::dense_iops(json!({ "Size": 10, "VolumeType": "io1", "Iops": 3001 }), "4202")]
fn refusals(#[case] mut ask: Value, #[case] code: &str) {
    let cloud = cloud();
    if ask.get("SubregionName").is_none() {
        ask["SubregionName"] = "eu-west-2a".into();
    }
    let (status, got, _) = refused_twice(&cloud, "CreateVolume", ask);
    assert_eq!((status, got.as_str()), (400, code));
}

#[rstest]
#[case::vm_first(json!({ "VmId": "i-00000000", "VolumeId": "vol-00000000" }), 400, "5063")]
#[case::volume(json!({ "VolumeId": "vol-00000000" }), 400, "5064")]
#[case::malformed(json!({ "VolumeId": "vol-xxx" }), 400, "4105")]
#[case::device(json!({ "DeviceName": "/dev/sda2" }), 400, "4019")]
#[case::taken(json!({ "DeviceName": "/dev/sda1" }), 409, "9004")]
fn refused_links(#[case] changes: Value, #[case] status: u16, #[case] code: &str) {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    let mut ask = json!({ "DeviceName": "/dev/sdb", "VmId": vm_id, "VolumeId": volume_id });
    for (field, value) in changes.as_object().unwrap() {
        ask[field] = value.clone();
    }
    let (got_status, got, _) = refused_twice(&cloud, "LinkVolume", ask);
    assert_eq!((got_status, got.as_str()), (status, code));
}

#[test]
fn states_that_refuse_a_link() {
    let cloud = manual();
    let up = running(&cloud, json!({}));
    let ready = volume(&cloud, json!({ "Size": 10 }));
    let far = volume(&cloud, json!({ "Size": 10, "SubregionName": "eu-west-2b" }));
    let ask = |vm: &str, volume: &str| json!({ "DeviceName": "/dev/sdb", "VmId": vm, "VolumeId": volume });
    let code = |ask: Value| {
        let (status, code, _) = refused(&cloud, "LinkVolume", ask);
        assert_eq!(status, 409);
        code
    };
    assert_eq!(code(ask(&up, &far)), "9071");
    let new = cloud
        .call(
            "CreateVolume",
            json!({ "Size": 10, "SubregionName": "eu-west-2a" }),
        )
        .ok();
    assert_eq!(code(ask(&up, &id(&new["Volume"]["VolumeId"]))), "6007");
    let pending = id(&crate::vm::vm(&cloud, json!({}))["VmId"]);
    assert_eq!(code(ask(&pending, &ready)), "9002");
    cloud.settle();
    link(&cloud, &ready, &pending, "/dev/sdb");
    assert_eq!(code(ask(&up, &ready)), "6007");
    let (_, code, _) = refused(&cloud, "DeleteVolume", json!({ "VolumeId": ready }));
    assert_eq!(code, "6007");
    cloud.call("DeleteVms", json!({ "VmIds": [up] })).ok();
    let (_, code, _) = refused(&cloud, "LinkVolume", ask(&up, &far));
    assert_eq!(code, "6006");
}

#[test]
fn who_tries_again_gets_a_root_volume_off_a_vm_that_stops() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let root =
        crate::vm::shown(&cloud, &vm_id)["BlockDeviceMappings"][0]["Bsu"]["VolumeId"].clone();
    cloud.call("StopVms", json!({ "VmIds": [vm_id] })).ok();
    let ask = json!({ "VolumeId": root });
    assert_eq!(cloud.call("UnlinkVolume", ask.clone()).status(), 409);
    cloud.call("UnlinkVolume", ask).ok();
}

#[test]
fn a_root_volume_leaves_a_stopped_vm_only() {
    let cloud = cloud();
    let up = running(&cloud, json!({}));
    let root = crate::vm::shown(&cloud, &up)["BlockDeviceMappings"][0]["Bsu"]["VolumeId"].clone();
    let ask = json!({ "VolumeId": root });
    let (status, code, _) = refused(&cloud, "UnlinkVolume", ask.clone());
    assert_eq!((status, code.as_str()), (409, "6006"));
    cloud.call("StopVms", json!({ "VmIds": [up] })).ok();
    cloud.settle();
    cloud.call("UnlinkVolume", ask.clone()).ok();
    let (status, code, _) = refused(&cloud, "UnlinkVolume", ask);
    assert_eq!((status, code.as_str()), (409, "9063"));
}

#[test]
fn cold_changes() {
    let cloud = cloud();
    let volume_id = volume(&cloud, json!({ "Size": 10, "VolumeType": "gp2" }));
    for change in [
        json!({ "Size": 11, "VolumeType": "io1", "Iops": 100 }),
        json!({ "Iops": 200 }),
        json!({ "Size": 12, "VolumeType": "gp2" }),
        json!({ "VolumeType": "standard" }),
    ] {
        let mut change = change;
        change["VolumeId"] = json!(volume_id);
        cloud.call("UpdateVolume", change).ok();
        cloud.call("ReadVolumes", json!({})).ok();
    }
    mockscale::assert_transcript!(cloud);
}

#[test]
fn hot_changes() {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let volume_id = volume(
        &cloud,
        json!({ "Size": 10, "VolumeType": "io1", "Iops": 100 }),
    );
    link(&cloud, &volume_id, &vm_id, "/dev/sdb");
    let answer = cloud
        .call(
            "UpdateVolume",
            json!({ "VolumeId": volume_id, "Iops": 200 }),
        )
        .ok();
    assert_eq!(answer["Volume"]["Iops"], 100);
    assert_eq!(read(&cloud, &volume_id)["Iops"], 200);
    for change in [json!({ "Size": 20 }), json!({ "VolumeType": "gp2" })] {
        let mut ask = change;
        ask["VolumeId"] = json!(volume_id);
        let (status, code, _) = refused(&cloud, "UpdateVolume", ask);
        assert_eq!((status, code.as_str()), (409, "6007"));
    }
    // What is sent as it is changes nothing.
    let same = json!({ "Iops": 300, "Size": 10, "VolumeId": volume_id, "VolumeType": "io1" });
    cloud.call("UpdateVolume", same).ok();
    assert_eq!(read(&cloud, &volume_id)["Iops"], 300);
}

/// The answer is about the volume as it is until the change has taken place.
#[test]
fn iops_that_follow_the_size_come_with_it() {
    let cloud = cloud();
    let volume_id = volume(&cloud, json!({ "Size": 10, "VolumeType": "gp2" }));
    let grows = json!({ "Size": 50, "VolumeId": volume_id });
    let answer = cloud.call("UpdateVolume", grows).ok();
    let figures = |volume: &Value| (volume["Size"].clone(), volume["Iops"].clone());
    assert_eq!(figures(&answer["Volume"]), (json!(10), json!(100)));
    assert_eq!(figures(&read(&cloud, &volume_id)), (json!(50), json!(150)));
}

/// Of io1, what is not said stays.
#[rstest]
#[case::size(json!({ "Size": 20 }), 20, "io1", Some(200))]
#[case::same_type(json!({ "VolumeType": "io1" }), 10, "io1", Some(200))]
#[case::iops_and_another_type(json!({ "Iops": 500, "VolumeType": "gp2" }), 10, "gp2", Some(100))]
#[case::no_iops_at_all(json!({ "Iops": 500, "VolumeType": "standard" }), 10, "standard", None)]
fn what_becomes_of_io1(
    #[case] mut change: Value,
    #[case] size: i64,
    #[case] volume_type: &str,
    #[case] iops: Option<i64>,
) {
    let cloud = cloud();
    let ask = json!({ "Iops": 200, "Size": 10, "VolumeType": "io1" });
    let volume_id = volume(&cloud, ask);
    change["VolumeId"] = json!(volume_id);
    cloud.call("UpdateVolume", change).ok();
    let now = read(&cloud, &volume_id);
    assert_eq!(
        (&now["Size"], &now["VolumeType"]),
        (&json!(size), &json!(volume_type))
    );
    assert_eq!(now.get("Iops").and_then(Value::as_i64), iops);
}

/// Of a snapshot without a size, it is the snapshot's size that IOPS go by.
#[test]
fn iops_go_by_the_size_of_the_snapshot() {
    let cloud = cloud();
    let snapshot = crate::snapshot::snapshot(&cloud);
    let mut ask = json!({
        "Iops": 3001, "SnapshotId": snapshot, "SubregionName": "eu-west-2a", "VolumeType": "io1",
    });
    assert_eq!(refused_twice(&cloud, "CreateVolume", ask.clone()).1, "4202");
    ask["Iops"] = 3000.into();
    cloud.call("CreateVolume", ask).ok();
}

#[test]
fn who_tries_again_gets_a_new_volume_deleted() {
    let cloud = cloud();
    let ask = json!({ "Size": 10, "SubregionName": "eu-west-2a" });
    let made = cloud.call("CreateVolume", ask).ok();
    let named = json!({ "VolumeId": made["Volume"]["VolumeId"] });
    let refusal = cloud.call("DeleteVolume", named.clone());
    let code = refusal.error().map(|error| error.code);
    assert_eq!((refusal.status(), code.as_deref()), (409, Some("6007")));
    cloud.call("DeleteVolume", named).ok();
}

/// Whether a change of size is refused, by what the volume is linked to and in which state that is.
#[rstest]
#[case::nothing(None, false)]
#[case::pending(Some("pending"), true)]
#[case::running(Some("running"), true)]
#[case::stopping(Some("stopping"), false)]
#[case::stopped(Some("stopped"), false)]
#[case::shutting_down(Some("shutting-down"), true)]
fn what_is_hot(#[case] state: Option<&str>, #[case] hot: bool) {
    let cloud = manual();
    let volume_id = match state {
        None => volume(&cloud, json!({ "Size": 10 })),
        Some(state) => {
            let vm = crate::vm::vm(&cloud, json!({}));
            let named = json!({ "VmIds": [vm["VmId"]] });
            if state != "pending" {
                cloud.settle();
            }
            match state {
                "stopping" | "stopped" => drop(cloud.call("StopVms", named).ok()),
                "shutting-down" => drop(cloud.call("DeleteVms", named).ok()),
                _ => {}
            }
            if state == "stopped" {
                cloud.settle();
            }
            id(&vm["BlockDeviceMappings"][0]["Bsu"]["VolumeId"])
        }
    };
    let ask = json!({ "VolumeId": volume_id, "Size": 20, "VolumeType": "gp2" });
    if hot {
        let (status, code, _) = refused_twice(&cloud, "UpdateVolume", ask);
        assert_eq!((status, code.as_str()), (409, "6007"));
        return;
    }
    rehearsed(&cloud, "UpdateVolume", ask.clone());
    let answer = cloud.call("UpdateVolume", ask).ok();
    assert_eq!(answer["Volume"]["Size"], 10);
    assert_eq!(answer["Volume"]["VolumeType"], "gp2");
    assert_eq!(read(&cloud, &volume_id)["Size"], 20);
}

#[rstest]
#[case::volume(json!({ "VolumeId": "vol-00000000" }), "5064")]
#[case::smaller(json!({ "Size": 9 }), "4078")]
#[case::too_large(json!({ "Size": 14902 }), "4078")]
#[case::io1_without_iops(json!({ "VolumeType": "io1" }), "7999")]
#[case::iops_of_another_type(json!({ "Iops": 100 }), "4046")]
#[case::volume_type(json!({ "VolumeType": "tape" }), "4047")]
fn refused_changes(#[case] mut change: Value, #[case] code: &str) {
    let cloud = cloud();
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    if change.get("VolumeId").is_none() {
        change["VolumeId"] = json!(volume_id);
    }
    let (status, got, _) = refused_twice(&cloud, "UpdateVolume", change);
    assert_eq!((status, got.as_str()), (400, code));
}

#[rstest]
#[case::few(json!({ "Iops": 99 }), "4029")]
#[case::many(json!({ "Size": 100, "Iops": 13001 }), "4029")]
#[case::dense(json!({ "Iops": 3001 }), "4202")]
fn refused_iops(#[case] mut change: Value, #[case] code: &str) {
    let cloud = cloud();
    let ask = json!({ "Size": 10, "VolumeType": "io1", "Iops": 3000 });
    let volume_id = volume(&cloud, ask);
    change["VolumeId"] = json!(volume_id);
    let (status, got, _) = refused_twice(&cloud, "UpdateVolume", change);
    assert_eq!((status, got.as_str()), (400, code));
    let grown = json!({ "VolumeId": volume_id, "Size": 11, "Iops": 3300 });
    cloud.call("UpdateVolume", grown).ok();
    assert_eq!(read(&cloud, &volume_id)["Iops"], 3300);
}

#[test]
fn a_change_while_the_volume_comes_to_be() {
    let cloud = cloud();
    let made = cloud
        .call(
            "CreateVolume",
            json!({ "Size": 10, "SubregionName": "eu-west-2a" }),
        )
        .ok();
    let volume_id = &made["Volume"]["VolumeId"];
    let answer = cloud
        .call("UpdateVolume", json!({ "VolumeId": volume_id, "Size": 20 }))
        .ok();
    assert_eq!(answer["Volume"]["Size"], 10);
    assert_eq!(answer["Volume"]["State"], "creating");
    assert_eq!(read(&cloud, &id(volume_id))["Size"], 20);
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let vm = crate::vm::vm(&cloud, json!({}));
    cloud.settle();
    let volume_id = id(&vm["BlockDeviceMappings"][0]["Bsu"]["VolumeId"]);
    let shown = read(&cloud, &volume_id);
    cloud
        .call(
            "CreateTags",
            json!({ "ResourceIds": [volume_id], "Tags": [{ "Key": "stage", "Value": "test" }] }),
        )
        .ok();
    let none = json!(["none"]);
    let other = json!(["2020-01-01T00:00:00Z"]);
    let table = [
        (
            "CreationDates",
            json!([shown["CreationDate"]]),
            other.clone(),
        ),
        ("LinkVolumeDeleteOnVmDeletion", json!(true), json!(false)),
        ("LinkVolumeDeviceNames", json!(["/dev/sda1"]), none.clone()),
        ("LinkVolumeLinkDates", json!([vm["CreationDate"]]), other),
        (
            "LinkVolumeLinkStates",
            json!(["attached"]),
            json!(["detached"]),
        ),
        (
            "LinkVolumeVmIds",
            json!([vm["VmId"]]),
            json!(["i-00000000"]),
        ),
        ("SnapshotIds", json!([shown["SnapshotId"]]), none.clone()),
        (
            "SubregionNames",
            json!(["eu-west-2a"]),
            json!(["eu-west-2b"]),
        ),
        ("TagKeys", json!(["stage"]), none.clone()),
        ("TagValues", json!(["test"]), none.clone()),
        ("Tags", json!(["stage=test"]), json!(["stage=live"])),
        ("VolumeIds", json!([volume_id]), json!(["vol-00000000"])),
        ("VolumeSizes", json!([10]), json!([11])),
        ("VolumeStates", json!(["in-use"]), json!(["available"])),
        ("VolumeTypes", json!(["standard"]), json!(["gp2"])),
    ];
    let target = ("Volumes", "VolumeId", volume_id.as_str());
    every_filter(&cloud, "ReadVolumes", &json!({}), target, &table);
}

#[test]
fn a_filter_on_links_needs_a_link() {
    let cloud = cloud();
    volume(&cloud, json!({ "Size": 10 }));
    for wanted in [true, false] {
        let filter = json!({ "Filters": { "LinkVolumeDeleteOnVmDeletion": wanted } });
        let read = cloud.call("ReadVolumes", filter).ok();
        assert_eq!(read["Volumes"], json!([]));
    }
}

#[test]
fn a_dry_run_does_not_end_what_it_is_refused_for() {
    let cloud = cloud();
    let wanted = json!({ "SubregionName": "eu-west-2a", "Size": 10 });
    let made = cloud.call("CreateVolume", wanted).ok();
    let id = made.text("/Volume/VolumeId");
    let trial = json!({ "VolumeId": id, "DryRun": true });
    for _ in 0..2 {
        assert_eq!(refused(&cloud, "DeleteVolume", trial.clone()).0, 409);
    }
    let read = cloud.call("ReadVolumes", json!({})).ok();
    assert_eq!(read["Volumes"][0]["State"], "creating");
}

#[test]
fn what_is_being_deleted_is_gone_for_every_call_but_reads() {
    let cloud = manual();
    let vm_id = running(&cloud, json!({}));
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    let named = json!({ "VolumeId": volume_id });
    cloud.call("DeleteVolume", named.clone()).ok();
    let link = json!({ "DeviceName": "/dev/sdb", "VmId": vm_id, "VolumeId": volume_id });
    for (operation, ask) in [
        ("DeleteVolume", named.clone()),
        ("LinkVolume", link),
        ("UnlinkVolume", named.clone()),
        ("UpdateVolume", named),
    ] {
        let (status, code, details) = refused_twice(&cloud, operation, ask);
        assert_eq!((status, code.as_str()), (400, "5064"), "{operation}");
        assert_eq!(
            details,
            format!("The VolumeId '{volume_id}' doesn't exist.")
        );
    }
    assert_eq!(read(&cloud, &volume_id)["State"], "deleting");
}

#[rstest]
#[case::as_usual(json!({}))]
#[case::by_force(json!({ "ForceUnlink": true }))]
fn a_device_name_is_free_again(#[case] mut unlink: Value) {
    let cloud = cloud();
    let vm_id = stopped(&cloud, json!({}));
    let mappings = || crate::vm::shown(&cloud, &vm_id)["BlockDeviceMappings"].clone();
    let root = id(&mappings()[0]["Bsu"]["VolumeId"]);
    let other = volume(&cloud, json!({ "Size": 10 }));
    unlink["VolumeId"] = json!(root);
    rehearsed(&cloud, "UnlinkVolume", unlink.clone());
    cloud.call("UnlinkVolume", unlink).ok();
    assert_eq!(mappings(), json!([]));
    let free = read(&cloud, &root);
    assert_eq!(
        (&free["State"], &free["LinkedVolumes"]),
        (&json!("available"), &json!([]))
    );
    let ask = json!({ "DeviceName": "/dev/sda1", "VmId": vm_id, "VolumeId": other });
    rehearsed(&cloud, "LinkVolume", ask.clone());
    cloud.call("LinkVolume", ask).ok();
    let bsu = &mappings()[0]["Bsu"];
    assert_eq!(bsu["VolumeId"], json!(other));
    // What a call has linked stays when the VM goes, other than what was made with it.
    assert_eq!(bsu["DeleteOnVmDeletion"], false);
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    assert_eq!(read(&cloud, &other)["State"], "available");
}

#[test]
fn rehearsals() {
    let cloud = cloud();
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    let ask = json!({ "Size": 10, "SubregionName": "eu-west-2a" });
    rehearsed(&cloud, "CreateVolume", ask);
    rehearsed(&cloud, "ReadVolumes", json!({}));
    rehearsed(&cloud, "DeleteVolume", json!({ "VolumeId": volume_id }));
    assert_eq!(read(&cloud, &volume_id)["State"], "available");
}

#[test]
fn another_account_has_nothing_to_do_with_it() {
    let cloud = builder().account("111111111111").build();
    let other = cloud.as_account("111111111111");
    let (vm_id, theirs) = (running(&cloud, json!({})), running(&other, json!({})));
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    let named = json!({ "VolumeId": volume_id });
    let link = |vm: &str| json!({ "DeviceName": "/dev/sdb", "VmId": vm, "VolumeId": volume_id });
    for (caller, operation, ask, expected) in [
        (&other, "DeleteVolume", named.clone(), "5064"),
        (&other, "LinkVolume", link(&theirs), "5064"),
        (&cloud, "LinkVolume", link(&theirs), "5063"),
        (&other, "LinkVolume", link(&vm_id), "5063"),
        (&other, "UnlinkVolume", named.clone(), "5064"),
        (&other, "UpdateVolume", named, "5064"),
    ] {
        let (_, code, _) = refused_twice(caller, operation, ask);
        assert_eq!(code, expected, "{operation}");
    }
}

#[test]
fn volumes_come_in_pages() {
    let cloud = cloud();
    for size in [1, 2, 3] {
        volume(&cloud, json!({ "Size": size }));
    }
    assert_eq!(pages_of_one(&cloud, "ReadVolumes", "Volumes"), 3);
}

/// Whether a volume goes with its VM is said last by `UpdateVm`.
#[rstest]
#[case(true)]
#[case(false)]
fn a_volume_goes_with_its_vm_or_stays(#[case] goes: bool) {
    let cloud = cloud();
    let vm_id = running(&cloud, json!({}));
    let volume_id = volume(&cloud, json!({ "Size": 10 }));
    link(&cloud, &volume_id, &vm_id, "/dev/sdb");
    let root = &crate::vm::shown(&cloud, &vm_id)["BlockDeviceMappings"][0]["Bsu"]["VolumeId"];
    for (device, flag) in [("/dev/sdb", goes), ("/dev/sda1", !goes)] {
        let change = json!({ "VmId": vm_id, "BlockDeviceMappings": [
            { "DeviceName": device, "Bsu": { "DeleteOnVmDeletion": flag } },
        ] });
        cloud.call("UpdateVm", change).ok();
    }
    let linked = |flag: bool| {
        selected(
            &cloud,
            "ReadVolumes",
            "LinkVolumeDeleteOnVmDeletion",
            &flag.into(),
        )
    };
    assert_eq!((linked(true), linked(false)), (1, 1));
    cloud.call("DeleteVms", json!({ "VmIds": [vm_id] })).ok();
    let left = cloud.call("ReadVolumes", json!({})).ok();
    let left = left["Volumes"].as_array().expect("a list");
    let stays = if goes { root } else { &json!(volume_id) };
    assert_eq!(left.len(), 1);
    assert_eq!(
        (&left[0]["VolumeId"], &left[0]["State"]),
        (stays, &json!("available"))
    );
}
