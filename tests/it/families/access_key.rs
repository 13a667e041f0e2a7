//! Conversations about the family `access_key`: the keys themselves. What they open is told in
//! `access/keys.rs`.

use mockscale::cloud::account::Caller;
use mockscale::cloud::dispatch::dispatch;
use mockscale::cloud::object::Object;
use mockscale::cloud::{State, bootstrap};
use mockscale::jiff::{SignedDuration, Timestamp};
use mockscale::{Cloud, Contract, Credentials, Pace, Value, json};
use rstest::rstest;

use crate::support::{builder, cloud, every_filter, last, made, refused};
use crate::user::user;

/// Makes a key, and answers its identifier.
#[track_caller]
pub(crate) fn key(cloud: &Cloud, input: Value) -> String {
    made(cloud, "CreateAccessKey", input, "/AccessKey/AccessKeyId")
}

/// Makes a user that may call everything.
#[track_caller]
pub(crate) fn able(cloud: &Cloud, name: &str) {
    user(cloud, name);
    let document = r#"{"Statement":[{"Effect":"Allow","Action":["*"],"Resource":["*"]}]}"#;
    let wanted = json!({ "PolicyName": format!("all-of-{name}"), "Document": document });
    let policy = made(cloud, "CreatePolicy", wanted, "/Policy/Orn");
    let link = json!({ "PolicyOrn": policy, "UserName": name });
    cloud.call("LinkPolicy", link).ok();
}

/// The keys that a read shows.
#[track_caller]
fn keys(cloud: &Cloud, input: Value) -> Vec<Value> {
    let read = cloud.call("ReadAccessKeys", input).ok();
    let keys = read["AccessKeys"].as_array().into_iter().flatten();
    keys.map(|key| key["AccessKeyId"].clone()).collect()
}

#[test]
fn making_reading_changing_and_deleting() {
    let cloud = cloud();
    let end = json!({ "ExpirationDate": "2063-04-05" });
    let key = key(&cloud, end);
    cloud.call("ReadAccessKeys", json!({})).ok();
    cloud.clock().advance(SignedDuration::from_secs(90));
    let off = json!({ "AccessKeyId": key, "State": "INACTIVE" });
    cloud.call("UpdateAccessKey", off).ok();
    let secret = json!({ "AccessKeyId": key });
    cloud.call("ReadSecretAccessKey", secret.clone()).ok();
    cloud.call("DeleteAccessKey", secret.clone()).ok();
    cloud.call("DeleteAccessKey", secret);
    cloud.call("ReadAccessKeys", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_secret_is_forty_letters_and_digits_told_twice_and_follows_from_the_seed() {
    let (one, other) = (cloud(), cloud());
    let made = one.call("CreateAccessKey", json!({})).ok();
    let (id, secret) = (
        made.text("/AccessKey/AccessKeyId"),
        made.text("/AccessKey/SecretKey"),
    );
    for (text, length) in [(id, 20), (secret, 40)] {
        let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        assert!(text.len() == length && text.bytes().all(fits), "{text}");
    }
    let read = json!({ "AccessKeyId": id });
    let read = one.call("ReadSecretAccessKey", read).ok();
    assert_eq!(read["AccessKey"], made["AccessKey"]);
    let again = other.call("CreateAccessKey", json!({})).ok();
    assert_eq!(again["AccessKey"], made["AccessKey"]);
    let second = one.call("CreateAccessKey", json!({})).ok();
    assert_ne!(second.text("/AccessKey/SecretKey"), secret);

    let off = json!({ "AccessKeyId": id, "State": "INACTIVE" });
    let update = one.call("UpdateAccessKey", off).ok();
    let keys = one.call("ReadAccessKeys", json!({})).ok();
    assert!(!update.body().to_string().contains("SecretKey"));
    assert!(!keys.body().to_string().contains("SecretKey"));
    assert!(!format!("{:?}{}", one.transcript(), one.transcript()).contains(secret));
}

#[test]
fn there_are_ten_keys_at_most() {
    let cloud = cloud();
    let keys: Vec<_> = (0..9).map(|_| key(&cloud, json!({}))).collect();
    let (status, code, _) = refused(&cloud, "CreateAccessKey", json!({}));
    assert_eq!((status, code.as_str()), (400, "10005"));
    // One that is switched off counts, one that is gone does not.
    let off = json!({ "AccessKeyId": keys[0], "State": "INACTIVE" });
    cloud.call("UpdateAccessKey", off).ok();
    refused(&cloud, "CreateAccessKey", json!({}));
    let gone = json!({ "AccessKeyId": keys[0] });
    cloud.call("DeleteAccessKey", gone).ok();
    key(&cloud, json!({}));
}

#[rstest]
#[case::date("2063-04-05", "2063-04-05T00:00:00.000+0000")]
#[case::zulu("2028-02-20T10:04:05Z", "2028-02-20T10:04:05.000+0000")]
#[case::offset("2028-02-20T11:04:05.250+01:00", "2028-02-20T10:04:05.250+0000")]
#[case::offset_without_a_colon("2028-02-20T10:04:05.000+0000", "2028-02-20T10:04:05.000+0000")]
#[case::soon("2024-05-06T07:08:10Z", "2024-05-06T07:08:10.000+0000")]
fn a_key_ends_at_a_date(#[case] wanted: &str, #[case] shown: &str) {
    let cloud = cloud();
    let made = json!({ "ExpirationDate": wanted });
    let made = cloud.call("CreateAccessKey", made).ok();
    assert_eq!(made["AccessKey"]["ExpirationDate"], shown);
    let key = json!({
        "AccessKeyId": cloud.credentials().access_key,
        "State": "ACTIVE",
        "ExpirationDate": wanted,
    });
    let updated = cloud.call("UpdateAccessKey", key).ok();
    assert_eq!(updated["AccessKey"]["ExpirationDate"], shown);
}

#[rstest]
#[case::now("2024-05-06T07:08:09Z", "4047")]
#[case::past("2024-05-06", "4047")]
#[case::past_by_its_offset("2024-05-06T08:08:09+02:00", "4047")]
#[case::beyond_the_calendar("9999-12-31", "3019")]
#[case::without_a_zone("2063-04-05T10:00:00", "3019")]
#[case::without_a_time("2063-04-05T", "3019")]
#[case::no_such_day("2063-02-29", "3019")]
#[case::empty("", "3019")]
#[case::words("next year", "3019")]
fn a_key_does_not_end_at_any_date(#[case] wanted: &str, #[case] code: &str) {
    let cloud = builder().report().build();
    let key = cloud.credentials().access_key;
    for (operation, input) in [
        ("CreateAccessKey", json!({ "ExpirationDate": wanted })),
        (
            "UpdateAccessKey",
            json!({ "AccessKeyId": key, "State": "ACTIVE", "ExpirationDate": wanted }),
        ),
    ] {
        let (status, said, details) = refused(&cloud, operation, input);
        assert_eq!((status, said.as_str()), (400, code), "{operation}");
        assert!(details.contains("ExpirationDate"), "{operation}: {details}");
    }
    let keys = cloud.call("ReadAccessKeys", json!({})).ok();
    assert_eq!(keys["AccessKeys"].as_array().map(Vec::len), Some(1));
    assert_eq!(keys["AccessKeys"][0].get("ExpirationDate"), None);
}

#[test]
fn an_update_without_an_end_takes_it_away() {
    let cloud = cloud();
    let key = key(&cloud, json!({ "ExpirationDate": "2063-04-05" }));
    let same = json!({ "AccessKeyId": key, "State": "ACTIVE" });
    let updated = cloud.call("UpdateAccessKey", same).ok();
    assert_eq!(updated["AccessKey"].get("ExpirationDate"), None);
}

#[rstest]
#[case("")]
#[case("active")]
#[case("EXPIRED")]
fn a_key_is_active_or_inactive(#[case] state: &str) {
    let cloud = cloud();
    let key = cloud.credentials().access_key;
    let input = json!({ "AccessKeyId": key, "State": state });
    let (status, code, details) = refused(&cloud, "UpdateAccessKey", input);
    assert_eq!((status, code.as_str()), (400, "4047"));
    assert!(details.contains("neither ACTIVE nor INACTIVE"), "{details}");
}

#[rstest]
#[case::unknown("AAAAAAAAAAAAAAAAAAAA")]
#[case::no_key("key")]
#[case::empty("")]
#[case::of_another_account("MOCKSCALE00000000002")]
fn a_key_that_the_caller_has_not_is_unknown(#[case] key: &str) {
    let cloud = builder().account("222222222222").build();
    for (operation, input) in [
        ("DeleteAccessKey", json!({ "AccessKeyId": key })),
        ("ReadSecretAccessKey", json!({ "AccessKeyId": key })),
        (
            "UpdateAccessKey",
            json!({ "AccessKeyId": key, "State": "INACTIVE" }),
        ),
    ] {
        let (status, code, _) = refused(&cloud, operation, input);
        assert_eq!((status, code.as_str()), (400, "4000"), "{operation}");
    }
}

#[test]
fn keys_of_users() {
    let cloud = cloud();
    able(&cloud, "alice");
    let alice = cloud.as_user("alice");
    let mine = key(&alice, json!({}));
    let given = key(&cloud, json!({ "UserName": "alice" }));
    alice.call("ReadAccessKeys", json!({})).ok();
    cloud.call("ReadAccessKeys", json!({})).ok();
    // An active one stays.
    alice.call("DeleteAccessKey", json!({ "AccessKeyId": mine }));
    let off = json!({ "AccessKeyId": mine, "State": "INACTIVE" });
    alice.call("UpdateAccessKey", off).ok();
    alice
        .call("DeleteAccessKey", json!({ "AccessKeyId": mine }))
        .ok();
    let named = json!({ "UserName": "alice" });
    cloud.call("ReadAccessKeys", named).ok();
    let hers = json!({ "AccessKeyId": given, "UserName": "alice" });
    cloud.call("DeleteAccessKey", hers);
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_key_is_its_owners_alone() {
    let cloud = cloud();
    able(&cloud, "alice");
    user(&cloud, "bob");
    let alice = cloud.as_user("alice");
    let root = cloud.credentials().access_key;
    let (hers, his) = (
        key(&alice, json!({})),
        key(&alice, json!({ "UserName": "bob" })),
    );
    assert_eq!(keys(&alice, json!({})), [json!(hers)]);
    assert_eq!(keys(&cloud, json!({})), [json!(root)]);
    assert_eq!(keys(&alice, json!({ "UserName": "bob" })), [json!(his)]);
    let everybodys = json!({ "Filters": { "AccessKeyIds": [root, hers, his] } });
    assert_eq!(keys(&alice, everybodys), [json!(hers)]);
    for (caller, id, name) in [
        (&alice, &root, None),
        (&alice, &his, None),
        (&cloud, &hers, None),
        (&cloud, &hers, Some("bob")),
        (&cloud, &root, Some("alice")),
    ] {
        for operation in ["DeleteAccessKey", "UpdateAccessKey"] {
            let mut input = json!({ "AccessKeyId": id });
            if operation == "UpdateAccessKey" {
                input["State"] = json!("INACTIVE");
            }
            if let Some(name) = name {
                input["UserName"] = json!(name);
            }
            let (status, code, _) = refused(caller, operation, input);
            assert_eq!((status, code.as_str()), (400, "4000"), "{operation}");
        }
    }
}

#[test]
fn only_secrets_of_root_keys_are_read_and_only_by_the_root_account() {
    let cloud = cloud();
    able(&cloud, "alice");
    let alice = cloud.as_user("alice");
    let hers = key(&alice, json!({}));
    let root = cloud.credentials().access_key;
    for (caller, key) in [(&cloud, &hers), (&alice, &hers), (&alice, &root)] {
        let input = json!({ "AccessKeyId": key });
        let (status, code, _) = refused(caller, "ReadSecretAccessKey", input);
        assert_eq!((status, code.as_str()), (400, "4000"));
    }
}

#[test]
fn ten_keys_are_each_owners_own() {
    let cloud = cloud();
    user(&cloud, "alice");
    let hers = json!({ "UserName": "alice" });
    for _ in 0..10 {
        key(&cloud, hers.clone());
    }
    let (status, code, _) = refused(&cloud, "CreateAccessKey", hers);
    assert_eq!((status, code.as_str()), (400, "10005"));
    user(&cloud, "bob");
    key(&cloud, json!({ "UserName": "bob" }));
    key(&cloud, json!({}));
}

#[rstest]
#[case::unknown("nobody")]
#[case::empty("")]
#[case::of_another_account("carol")]
fn a_user_that_the_account_has_not_is_unknown(#[case] name: &str) {
    let cloud = builder().account("222222222222").build();
    user(&cloud.as_account("222222222222"), "carol");
    let key = cloud.credentials().access_key;
    for (operation, input) in [
        ("CreateAccessKey", json!({ "UserName": name })),
        ("ReadAccessKeys", json!({ "UserName": name })),
        (
            "DeleteAccessKey",
            json!({ "UserName": name, "AccessKeyId": key }),
        ),
        (
            "UpdateAccessKey",
            json!({ "UserName": name, "AccessKeyId": key, "State": "ACTIVE" }),
        ),
    ] {
        let (status, code, details) = refused(&cloud, operation, input);
        assert_eq!((status, code.as_str()), (400, "5075"), "{operation}");
        assert!(details.contains(&format!("'{name}'")), "{details}");
    }
}

#[test]
fn every_filter_selects() {
    let cloud = cloud();
    let key = key(&cloud, json!({}));
    let off = json!({ "AccessKeyId": key, "State": "INACTIVE" });
    cloud.call("UpdateAccessKey", off).ok();
    every_filter(
        &cloud,
        "ReadAccessKeys",
        &json!({}),
        ("AccessKeys", "AccessKeyId", &key),
        &[
            (
                "AccessKeyIds",
                json!([key]),
                json!([cloud.credentials().access_key]),
            ),
            ("States", json!(["INACTIVE"]), json!(["ACTIVE"])),
        ],
    );
}

#[test]
fn a_dry_run_makes_no_key() {
    let cloud = cloud();
    let dry = json!({ "DryRun": true });
    let reply = cloud.call("CreateAccessKey", dry).ok();
    assert_eq!(reply.body().get("AccessKey"), None);
    assert!(last(&cloud).effects.is_empty());
    let keys = cloud.call("ReadAccessKeys", json!({})).ok();
    assert_eq!(keys["AccessKeys"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_user_that_is_deleted_behind_the_door_makes_no_key() {
    let mut state = State::new(0, Timestamp::UNIX_EPOCH, "eu-west-2", Pace::Manual);
    let root = Credentials::root("eu-west-2");
    bootstrap::open_account(&mut state, &root, &[]);
    let gone = Caller {
        user: Some("A".repeat(31).into()),
        ..Caller::root(&root.account)
    };
    let contract = Contract::bundled();
    let create = contract.operation("CreateAccessKey").expect("it is there");
    let made = dispatch(&mut state, &contract, create, &Object::new(), &gone);
    assert_eq!(made.result.map_err(|fault| fault.entry().code), Err(5075));
    assert!(made.effects.is_empty());
}
