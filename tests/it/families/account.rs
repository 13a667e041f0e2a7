//! Conversations about the families `account` and `access_key`.

use mockscale::{Cloud, json};

use crate::support::{cloud, refused};

#[test]
fn reading_who_calls() {
    let cloud = cloud();
    cloud.call("ReadAccounts", json!({})).ok();
    cloud.call("ReadAccessKeys", json!({})).ok();
    let key = cloud.credentials().access_key;
    let secret = json!({ "AccessKeyId": key });
    cloud.call("ReadSecretAccessKey", secret).ok();
    cloud.call("ReadAccessKeys", json!({ "UserName": "nobody" }));
    mockscale::assert_transcript!(cloud);
}

#[test]
fn each_account_reads_its_own() {
    let cloud = Cloud::builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let read = other.call("ReadAccounts", json!({})).ok();
    assert_eq!(read.text("/Accounts/0/AccountId"), "222222222222");
    let key = other.credentials().access_key;
    let read = other.call("ReadAccessKeys", json!({})).ok();
    assert_eq!(read.text("/AccessKeys/0/AccessKeyId"), key);
    let (status, code, _) = refused(&cloud, "ReadSecretAccessKey", json!({ "AccessKeyId": key }));
    assert_eq!((status, code.as_str()), (400, "4000"));
}

#[test]
fn every_filter_of_keys_selects() {
    let cloud = cloud();
    let key = cloud.credentials().access_key;
    for (filter, hit, miss) in [
        ("AccessKeyIds", key.as_str(), "A"),
        ("States", "ACTIVE", "INACTIVE"),
    ] {
        let found = |value: &str| {
            let read = json!({ "Filters": { filter: [value] } });
            let read = cloud.call("ReadAccessKeys", read).ok();
            read["AccessKeys"].as_array().map(Vec::len)
        };
        assert_eq!((found(hit), found(miss)), (Some(1), Some(0)), "{filter}");
    }
}
