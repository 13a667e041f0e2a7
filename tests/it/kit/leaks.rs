//! What a test made and did not delete.

use mockscale::{Cloud, Guard, Leak, Pace, json};
use rstest::rstest;

use super::drop_of;
use crate::support::made;

/// Of each leak the kind, and the kinds of what came with it.
fn kinds(leaks: &[Leak]) -> Vec<(&'static str, Vec<&'static str>)> {
    let with = |leak: &Leak| leak.with.iter().map(|(kind, _)| *kind).collect();
    leaks.iter().map(|leak| (leak.kind, with(leak))).collect()
}

fn net(cloud: &Cloud) -> String {
    made(
        cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    )
}

fn vm(cloud: &Cloud) -> String {
    let input = json!({ "ImageId": "ami-5aebd4d5" });
    made(cloud, "CreateVms", input, "/Vms/0/VmId")
}

#[test]
fn what_comes_with_a_net_is_told_with_it() {
    let cloud = Cloud::builder().guard(Guard::Leaks).build();
    let net = net(&cloud);
    let leaks = cloud.leaks();
    assert_eq!(
        kinds(&leaks),
        [("Net", vec!["SecurityGroup", "RouteTable"])]
    );
    assert_eq!(leaks[0].id, net);
    assert_eq!(leaks[0].account, "123456789012");
    let made_by = leaks[0].made_by.as_ref().expect("an exchange");
    assert_eq!((made_by.number, &*made_by.operation), (1, "CreateNet"));
    let failure = drop_of(cloud).expect("a failure");
    let [(_, group), (_, table)] = leaks[0].with.as_slice() else {
        panic!("{leaks:?}");
    };
    let said = format!(
        "request 1, CreateNet: Net {net} <net:1>\n  \
         with it SecurityGroup {group} <security_group:1>, RouteTable {table} <route_table:1>\n"
    );
    assert!(failure.contains(&said), "{failure}");
}

#[rstest]
#[case(Pace::OnRead)]
#[case(Pace::Immediate)]
#[case(Pace::Manual)]
fn what_is_deleted_is_no_leak_even_while_it_goes(#[case] pace: Pace) {
    let cloud = Cloud::builder().pace(pace).guard(Guard::Leaks).build();
    let net = net(&cloud);
    cloud.call("DeleteNet", json!({ "NetId": net })).ok();
    let vm = vm(&cloud);
    assert_eq!(kinds(&cloud.leaks()), [("Vm", vec!["Nic", "Volume"])]);
    cloud.call("DeleteVms", json!({ "VmIds": [vm] })).ok();
    assert_eq!(kinds(&cloud.leaks()), []);
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn a_root_volume_that_outlives_its_vm_is_a_leak_of_its_own() {
    let cloud = Cloud::new();
    let kept = vm(&cloud);
    let disk = json!([{ "DeviceName": "/dev/sda1", "Bsu": { "DeleteOnVmDeletion": false } }]);
    let input = json!({ "ImageId": "ami-5aebd4d5", "BlockDeviceMappings": disk });
    let gone = made(&cloud, "CreateVms", input, "/Vms/0/VmId");
    let with_both = vec!["Nic", "Volume"];
    let both = [("Vm", with_both.clone()), ("Vm", with_both.clone())];
    assert_eq!(kinds(&cloud.leaks()), both);
    cloud.call("DeleteVms", json!({ "VmIds": [gone] })).ok();
    let leaks = cloud.leaks();
    assert_eq!(kinds(&leaks), [("Vm", with_both), ("Volume", vec![])]);
    assert_eq!(leaks[0].id, kept);
    let text = leaks[1].to_string();
    assert!(
        text.starts_with("request 2, CreateVms: Volume vol-"),
        "{text}"
    );
}

#[test]
fn several_of_one_call_are_told_apart() {
    let cloud = Cloud::new();
    let input = json!({ "ImageId": "ami-5aebd4d5", "MinVmsCount": 3, "MaxVmsCount": 3 });
    let answer = cloud.call("CreateVms", input).ok();
    let leaks = cloud.leaks();
    assert_eq!(kinds(&leaks), vec![("Vm", vec!["Nic", "Volume"]); 3]);
    for (at, leak) in leaks.iter().enumerate() {
        assert_eq!(leak.id, answer.text(&format!("/Vms/{at}/VmId")));
        let volume = format!("/Vms/{at}/BlockDeviceMappings/0/Bsu/VolumeId");
        let volume = answer.text(&volume).to_owned();
        assert!(leak.with.contains(&("Volume", volume)), "{leak}");
    }
}

#[test]
fn what_was_there_before_is_no_leak() {
    let cloud = Cloud::new();
    net(&cloud);
    let fork = cloud.fork();
    assert_eq!(kinds(&fork.leaks()), []);
    let group = made(
        &fork,
        "CreateSecurityGroup",
        json!({ "SecurityGroupName": "mine", "Description": "of the fork" }),
        "/SecurityGroup/SecurityGroupId",
    );
    let tag = json!({ "ResourceIds": [group], "Tags": [{ "Key": "a", "Value": "b" }] });
    fork.call("CreateTags", tag).ok();
    let leaks = fork.leaks();
    assert_eq!(kinds(&leaks), [("SecurityGroup", vec![])]);
    assert_eq!(leaks[0].made_by.as_ref().map(|it| it.number), Some(1));
    assert_eq!(kinds(&cloud.leaks()).len(), 1);
}

#[test]
fn refused_and_dry_calls_leak_nothing() {
    let cloud = Cloud::builder().guard(Guard::Leaks).build();
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/8" }));
    cloud.call(
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16", "DryRun": true }),
    );
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn names_that_two_accounts_have_are_each_their_own() {
    let cloud = Cloud::builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let name = json!({ "KeypairName": "mine" });
    other.call("CreateKeypair", name.clone()).ok();
    cloud.call("CreateKeypair", name.clone()).ok();
    other.call("DeleteKeypair", name.clone()).ok();
    other.call("CreateKeypair", name.clone()).ok();
    let told = |leak: &Leak| {
        (
            leak.account.clone(),
            leak.made_by.as_ref().map(|it| it.number),
        )
    };
    let mut leaks: Vec<_> = cloud.leaks().iter().map(told).collect();
    leaks.sort();
    let all = [
        ("123456789012".to_owned(), Some(2)),
        ("222222222222".to_owned(), Some(4)),
    ];
    assert_eq!(leaks, all);
    other.call("DeleteKeypair", name).ok();
    assert_eq!(cloud.leaks().len(), 1);
}

#[test]
fn what_the_ring_has_forgotten_is_still_a_leak() {
    let cloud = Cloud::builder()
        .keep_exchanges(1)
        .guard(Guard::Leaks)
        .build();
    net(&cloud);
    cloud.call("ReadNets", json!({})).ok();
    assert_eq!(cloud.leaks().len(), 3);
    let failure = drop_of(cloud).expect("a failure");
    assert!(
        failure.contains("a request that is no longer remembered: Net vpc-"),
        "{failure}"
    );
}

#[test]
fn looking_changes_nothing() {
    let cloud = Cloud::builder().pace(Pace::Manual).build();
    vm(&cloud);
    cloud.leaks();
    let read = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(read["Vms"][0]["State"], "pending");
    assert_eq!(cloud.transcript().len(), 2);
}

#[test]
fn what_no_call_deletes_is_no_leak() {
    let cloud = Cloud::new();
    let snapshot = crate::snapshot::snapshot(&cloud);
    let export = json!({ "DiskImageFormat": "raw", "OsuBucket": "exports" });
    let input = json!({ "OsuExport": export, "SnapshotId": snapshot });
    cloud.call("CreateSnapshotExportTask", input).ok();
    let none = Vec::new;
    let left = [("Volume", none()), ("Snapshot", none())];
    assert_eq!(kinds(&cloud.leaks()), left);
}
