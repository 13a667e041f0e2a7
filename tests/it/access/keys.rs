//! Keys at the door: what a call makes of a key counts from the next request on.

use mockscale::jiff::SignedDuration;
use mockscale::{Check, Cloud, Credentials, Response, Value, json};

use crate::access_key::able;
use crate::http::{send, signed_by};
use crate::support::last;

/// What a client needs to call with a key that was just made.
fn with_key(cloud: &Cloud, made: &Response) -> Credentials {
    Credentials {
        access_key: made.text("/AccessKey/AccessKeyId").to_owned(),
        secret_key: made.text("/AccessKey/SecretKey").to_owned(),
        ..cloud.credentials()
    }
}

/// The status and the code of a signed call.
async fn call(cloud: &Cloud, with: &Credentials, operation: &str, input: Value) -> (u16, String) {
    let (path, body) = (format!("/api/v1/{operation}"), input.to_string());
    let headers = signed_by(with, &cloud.url(), &path, body.as_bytes());
    let (status, reply) = send(cloud, &path, headers, body.into()).await;
    let code = reply["Errors"][0]["Code"].as_str().unwrap_or_default();
    (status, code.to_owned())
}

/// Whether a key opens the door, or by which status, code and check it is refused.
async fn opens(cloud: &Cloud, with: &Credentials) -> Result<(), (u16, String, Option<Check>)> {
    let (status, code) = call(cloud, with, "ReadVms", json!({})).await;
    let check = cloud.explain(last(cloud).number).check;
    if status == 200 {
        assert_eq!(check, None);
        return Ok(());
    }
    Err((status, code, check))
}

fn unusable() -> Result<(), (u16, String, Option<Check>)> {
    Err((401, "1".to_owned(), Some(Check::KeyUsable)))
}

fn unknown() -> Result<(), (u16, String, Option<Check>)> {
    Err((400, "4120".to_owned(), Some(Check::KeyKnown)))
}

#[tokio::test]
async fn a_new_key_opens_the_door_until_it_is_switched_off_or_deleted() {
    let cloud = Cloud::start().await;
    let key = with_key(&cloud, &cloud.call("CreateAccessKey", json!({})).ok());
    assert_eq!(opens(&cloud, &key).await, Ok(()));
    for (state, expected) in [
        ("INACTIVE", unusable()),
        ("ACTIVE", Ok(())),
        ("INACTIVE", unusable()),
    ] {
        let update = json!({ "AccessKeyId": key.access_key, "State": state });
        cloud.call("UpdateAccessKey", update).ok();
        assert_eq!(opens(&cloud, &key).await, expected, "{state}");
    }
    let gone = json!({ "AccessKeyId": key.access_key });
    cloud.call("DeleteAccessKey", gone).ok();
    assert_eq!(opens(&cloud, &key).await, unknown());
}

#[tokio::test]
async fn a_key_ends_by_the_clouds_clock() {
    let cloud = Cloud::start().await;
    let end = cloud.now() + SignedDuration::from_secs(60);
    let wanted = json!({ "ExpirationDate": end.to_string() });
    let key = with_key(&cloud, &cloud.call("CreateAccessKey", wanted).ok());
    cloud.clock().advance(SignedDuration::from_millis(59_999));
    assert_eq!(opens(&cloud, &key).await, Ok(()));
    cloud.clock().advance(SignedDuration::from_millis(1));
    assert_eq!(opens(&cloud, &key).await, unusable());
    // It reads as before, and lives again with another end.
    let read = json!({ "Filters": { "AccessKeyIds": [key.access_key] } });
    let read = cloud.call("ReadAccessKeys", read).ok();
    assert_eq!(read["AccessKeys"][0]["State"], "ACTIVE");
    let longer = json!({ "AccessKeyId": key.access_key, "State": "ACTIVE" });
    cloud.call("UpdateAccessKey", longer).ok();
    assert_eq!(opens(&cloud, &key).await, Ok(()));
}

#[tokio::test]
async fn a_key_deletes_itself_and_the_next_call_is_refused() {
    let cloud = Cloud::start().await;
    let root = cloud.credentials();
    let gone = json!({ "AccessKeyId": root.access_key });
    let (status, _) = call(&cloud, &root, "DeleteAccessKey", gone).await;
    assert_eq!(status, 200);
    assert_eq!(opens(&cloud, &root).await, unknown());
    cloud.support().restore_access();
    assert_eq!(opens(&cloud, &root).await, Ok(()));
}

#[tokio::test]
async fn a_users_key_calls_as_the_user() {
    let cloud = Cloud::start().await;
    able(&cloud, "alice");
    let made = json!({ "UserName": "alice" });
    let key = with_key(&cloud, &cloud.call("CreateAccessKey", made).ok());
    assert_eq!(
        cloud.as_user("alice").credentials().access_key,
        key.access_key
    );
    assert_eq!(opens(&cloud, &key).await, Ok(()));
    assert_eq!(last(&cloud).user.as_deref(), Some("alice"));
    let off = json!({ "AccessKeyId": key.access_key, "State": "INACTIVE" });
    assert_eq!(call(&cloud, &key, "UpdateAccessKey", off).await.0, 200);
    assert_eq!(opens(&cloud, &key).await, unusable());
}

#[tokio::test]
async fn a_refused_or_dry_call_leaves_the_door_as_it_is() {
    let cloud = Cloud::start().await;
    let root = cloud.credentials();
    for input in [
        json!({ "AccessKeyId": root.access_key, "State": "GONE" }),
        json!({ "AccessKeyId": root.access_key, "State": "INACTIVE", "DryRun": true }),
    ] {
        call(&cloud, &root, "UpdateAccessKey", input).await;
        assert_eq!(opens(&cloud, &root).await, Ok(()));
    }
    let dry = json!({ "AccessKeyId": root.access_key, "DryRun": true });
    assert_eq!(call(&cloud, &root, "DeleteAccessKey", dry).await.0, 200);
    assert_eq!(opens(&cloud, &root).await, Ok(()));
}
