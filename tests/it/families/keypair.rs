//! Conversations about the family `keypair`.

use mockscale::json;
use rstest::rstest;

use crate::support::{
    builder, cloud, every_filter, pages_of_one, refused, refused_twice, rehearsed,
};

#[path = "keypair/tools.rs"]
mod tools;

const ED25519: &str = include_str!("../../../fixtures/keys/public/ed25519.openssh");
const ECDSA: &str = include_str!("../../../fixtures/keys/public/ecdsa-384.spki.pem");
const RSA: &str = include_str!("../../../fixtures/keys/public/rsa-2048.rfc4716");
const RSA_1024: &str = include_str!("../../../fixtures/keys/public/rsa-1024.openssh");
const DSA: &str = include_str!("../../../fixtures/keys/public/dsa.openssh");

#[test]
fn making_importing_reading_and_deleting() {
    let cloud = cloud();
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "made" }))
        .ok();
    cloud
        .call(
            "CreateKeypair",
            json!({ "KeypairName": "brought", "PublicKey": ED25519 }),
        )
        .ok();
    cloud.call("ReadKeypairs", json!({})).ok();
    let gone = json!({ "KeypairName": "made" });
    cloud.call("DeleteKeypair", gone.clone()).ok();
    cloud.call("DeleteKeypair", gone);
    cloud.call("ReadKeypairs", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_made_key_is_told_once_and_is_the_same_for_the_same_seed() {
    let make = |name: &str, cloud: &mockscale::Cloud| {
        let made = cloud
            .call("CreateKeypair", json!({ "KeypairName": name }))
            .ok();
        made.text("/Keypair/PrivateKey").to_owned()
    };
    let (one, other) = (cloud(), cloud());
    let key = make("a", &one);
    assert!(key.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
    assert_eq!(key, make("a", &other));
    assert_ne!(key, make("b", &one));
    let read = one.call("ReadKeypairs", json!({})).ok();
    assert_eq!(read["Keypairs"][0].get("PrivateKey"), None);
}

#[rstest]
#[case(ED25519, "ssh-ed25519")]
#[case(ECDSA, "ecdsa-sha2-nistp384")]
#[case(RSA, "ssh-rsa")]
fn keys_of_every_type_can_be_brought(#[case] key: &str, #[case] key_type: &str) {
    let cloud = cloud();
    let wanted = json!({ "KeypairName": "brought", "PublicKey": key });
    let brought = cloud.call("CreateKeypair", wanted).ok();
    assert_eq!(brought["Keypair"]["KeypairType"], key_type);
    assert_eq!(brought["Keypair"].get("PrivateKey"), None);
}

#[rstest]
#[case::unreadable("new", "no key", 400, "4032")]
#[case::unsupported("new", DSA, 400, "4032")]
#[case::too_short("new", RSA_1024, 400, "4033")]
#[case::taken("taken", ED25519, 409, "9011")]
#[case::nameless("", ED25519, 400, "4035")]
#[case::unprintable("a\nb", ED25519, 400, "4035")]
#[case::beyond_ascii("clé", ED25519, 400, "4035")]
fn creation_is_refused(
    #[case] name: &str,
    #[case] key: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    cloud
        .call("CreateKeypair", json!({ "KeypairName": "taken" }))
        .ok();
    let wanted = json!({ "KeypairName": name, "PublicKey": key });
    let (refused, said, details) = refused_twice(&cloud, "CreateKeypair", wanted);
    assert_eq!((refused, said.as_str()), (status, code));
    assert_eq!(details.is_empty(), code == "4032", "{details}");
}

#[test]
fn a_name_may_have_255_characters() {
    let cloud = cloud();
    let named = |length| json!({ "KeypairName": "k".repeat(length), "PublicKey": ED25519 });
    cloud.call("CreateKeypair", named(255)).ok();
    let (status, code, _) = refused(&cloud, "CreateKeypair", named(256));
    assert_eq!((status, code.as_str()), (400, "4035"));
}

#[test]
fn a_name_is_unique_in_its_account_only() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let wanted = json!({ "KeypairName": "mine", "PublicKey": ED25519 });
    cloud.call("CreateKeypair", wanted.clone()).ok();
    other.call("CreateKeypair", wanted).ok();
    let mine = json!({ "KeypairName": "mine" });
    other.call("DeleteKeypair", mine.clone()).ok();
    let (status, code, details) = refused(&other, "DeleteKeypair", mine.clone());
    assert_eq!((status, code.as_str(), details.as_str()), (400, "5071", ""));
    cloud.call("DeleteKeypair", mine).ok();
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let wanted = json!({ "KeypairName": "mine", "PublicKey": ED25519 });
    let made = cloud.call("CreateKeypair", wanted).ok();
    let fingerprint = made.text("/Keypair/KeypairFingerprint");
    let target = ("Keypairs", "KeypairName", "mine");
    let table = [
        (
            "KeypairFingerprints",
            json!([fingerprint]),
            json!(["00:11"]),
        ),
        ("KeypairNames", json!(["mine"]), json!(["yours"])),
        (
            "KeypairTypes",
            json!(["ssh-ed25519"]),
            json!(["ssh-rsa", "ecdsa-sha2-nistp256"]),
        ),
    ];
    every_filter(&cloud, "ReadKeypairs", &json!({}), target, &table);
}

#[test]
fn pages_of_one_make_the_whole() {
    let cloud = cloud();
    for name in ["c", "a", "b"] {
        let wanted = json!({ "KeypairName": name, "PublicKey": ED25519 });
        cloud.call("CreateKeypair", wanted).ok();
    }
    assert_eq!(pages_of_one(&cloud, "ReadKeypairs", "Keypairs"), 3);
}

#[test]
fn a_rehearsal_makes_deletes_and_uses_up_nothing() {
    let (one, other) = (cloud(), cloud());
    let wanted = json!({ "KeypairName": "made" });
    rehearsed(&one, "CreateKeypair", wanted.clone());
    let made = one.call("CreateKeypair", wanted.clone()).ok();
    let same = other.call("CreateKeypair", wanted.clone()).ok();
    assert_eq!(made["Keypair"], same["Keypair"]);
    rehearsed(&one, "ReadKeypairs", json!({}));
    rehearsed(&one, "DeleteKeypair", wanted.clone());
    one.call("DeleteKeypair", wanted).ok();
}

#[test]
fn vms_keep_the_name_of_a_keypair_that_is_gone() {
    let cloud = cloud();
    let pair = json!({ "KeypairName": "mine", "PublicKey": ED25519 });
    let vm = json!({ "ImageId": "ami-5aebd4d5", "KeypairName": "mine" });
    let unknown = || {
        let (status, code, details) = refused_twice(&cloud, "CreateVms", vm.clone());
        assert_eq!((status, code.as_str(), details.as_str()), (400, "5071", ""));
    };
    unknown();
    let other = cloud.account().open();
    other.call("CreateKeypair", pair.clone()).ok();
    // That of another account is not there.
    unknown();
    cloud.call("CreateKeypair", pair).ok();
    cloud.call("CreateVms", vm.clone()).ok();
    let gone = json!({ "KeypairName": "mine" });
    cloud.call("DeleteKeypair", gone).ok();
    let read = cloud.call("ReadVms", json!({})).ok();
    assert_eq!(read["Vms"][0]["KeypairName"], "mine");
    unknown();
}
