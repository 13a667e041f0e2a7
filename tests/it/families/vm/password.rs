//! The password of a Windows' administrator.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mockscale::{Cloud, json};
use rstest::rstest;

use super::{LINUX, WINDOWS, id, running, stopped};
use crate::support::{cloud, made, tool};

const ED25519: &str = include_str!("../../../../fixtures/keys/public/ed25519.openssh");

/// Makes a keypair, and answers its private half.
#[track_caller]
fn keypair(cloud: &Cloud) -> String {
    let ask = json!({ "KeypairName": "admin" });
    made(cloud, "CreateKeypair", ask, "/Keypair/PrivateKey")
}

#[track_caller]
fn password(cloud: &Cloud, vm_id: &str) -> String {
    let read = cloud.call("ReadAdminPassword", json!({ "VmId": vm_id }));
    id(&read.ok()["AdminPassword"])
}

#[test]
fn its_keypair_decrypts_it() {
    let cloud = cloud();
    let private = keypair(&cloud);
    let ask = json!({ "ImageId": WINDOWS, "KeypairName": "admin" });
    let vms = [running(&cloud, ask.clone()), running(&cloud, ask)];
    // Not the keypair of today: the one that the VM was made with.
    cloud
        .call("DeleteKeypair", json!({ "KeypairName": "admin" }))
        .ok();
    let mut key = tempfile::NamedTempFile::new().expect("a file");
    key.write_all(private.as_bytes()).expect("room");
    let key = key.path().to_str().expect("a path");
    let told = vms.map(|vm_id| {
        let sealed = password(&cloud, &vm_id);
        assert_eq!(sealed, password(&cloud, &vm_id));
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let sealed = BASE64.decode(sealed).expect("Base64");
        assert_eq!(sealed.len(), 256);
        file.write_all(&sealed).expect("room");
        let file = file.path().to_str().expect("a path");
        let arguments = ["pkeyutl", "-decrypt", "-inkey", key, "-in", file];
        tool("openssl", &arguments, "")
    });
    if let [Some(one), Some(other)] = told {
        assert_ne!(one, other);
        assert_eq!(one.len(), 16);
    }
}

#[test]
fn it_is_told_from_the_first_boot_to_the_second() {
    let cloud = cloud();
    keypair(&cloud);
    let vm_id = stopped(
        &cloud,
        json!({ "ImageId": WINDOWS, "KeypairName": "admin" }),
    );
    let named = json!({ "VmIds": [vm_id] });
    assert_eq!(password(&cloud, &vm_id), "");
    cloud.call("StartVms", named.clone()).ok();
    assert_eq!(password(&cloud, &vm_id), "");
    cloud.settle();
    assert_ne!(password(&cloud, &vm_id), "");
    cloud.call("StopVms", named.clone()).ok();
    cloud.settle();
    assert_eq!(password(&cloud, &vm_id), "");
    cloud.call("StartVms", named).ok();
    cloud.settle();
    assert_eq!(password(&cloud, &vm_id), "");
}

#[test]
fn a_reboot_is_another_boot() {
    let cloud = cloud();
    keypair(&cloud);
    let vm_id = running(
        &cloud,
        json!({ "ImageId": WINDOWS, "KeypairName": "admin" }),
    );
    let reboot = json!({ "DryRun": true, "VmIds": [vm_id] });
    cloud.call("RebootVms", reboot).ok();
    assert_ne!(password(&cloud, &vm_id), "");
    cloud.call("RebootVms", json!({ "VmIds": [vm_id] })).ok();
    assert_eq!(password(&cloud, &vm_id), "");
}

#[rstest]
#[case::linux(json!({ "ImageId": LINUX, "KeypairName": "admin" }))]
#[case::no_key(json!({ "ImageId": WINDOWS }))]
#[case::no_rsa_key(json!({ "ImageId": WINDOWS, "KeypairName": "brought" }))]
fn others_have_none(#[case] ask: mockscale::Value) {
    let cloud = cloud();
    keypair(&cloud);
    let brought = json!({ "KeypairName": "brought", "PublicKey": ED25519 });
    cloud.call("CreateKeypair", brought).ok();
    assert_eq!(password(&cloud, &running(&cloud, ask)), "");
}
