//! The lock after failures in a row, over HTTP: it goes by the cloud's clock.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use mockscale::jiff::SignedDuration;
use mockscale::{Check, Cloud, Credentials, Value, json};
use rstest::rstest;

use crate::http::{send, signed_by};
use crate::support::{builder, last};

/// How somebody proves who they are.
#[derive(Clone, Copy, Debug)]
enum Proof {
    /// By a signature.
    Key,
    /// By a login and a password.
    Password,
    /// By asking whether a login and a password are right.
    Question,
}

use Proof::{Key, Password, Question};

/// The status and the body of a call that is proven in that way, rightly or not.
async fn attempt(cloud: &Cloud, proof: Proof, rightly: bool) -> (u16, Value) {
    let mut credentials = cloud.credentials();
    if !rightly {
        "NOTTHESECRETNOTTHESECRETNOTTHESECRET0000".clone_into(&mut credentials.secret_key);
        "wrong".clone_into(&mut credentials.password);
    }
    attempt_with(cloud, proof, &credentials).await
}

async fn attempt_with(cloud: &Cloud, proof: Proof, with: &Credentials) -> (u16, Value) {
    let path = match proof {
        Key | Password => "/api/v1/ReadAccessKeys",
        Question => "/api/v1/CheckAuthentication",
    };
    let body = match proof {
        Key | Password => json!({}),
        Question => json!({ "Login": with.login, "Password": with.password }),
    };
    let body = body.to_string();
    let headers = match proof {
        Key => signed_by(with, &cloud.url(), path, body.as_bytes()),
        Password => {
            let login = BASE64.encode(format!("{}:{}", with.login, with.password));
            vec![("authorization", format!("Basic {login}"))]
        }
        Question => signed_by(&cloud.credentials(), &cloud.url(), path, body.as_bytes()),
    };
    send(cloud, path, headers, body.into()).await
}

/// Fails that often, each time for another reason than a lock.
async fn fail(cloud: &Cloud, proof: Proof, times: usize) {
    for _ in 0..times {
        let (status, body) = attempt(cloud, proof, false).await;
        assert_eq!((status, code(&body)), (401, "1"));
    }
}

/// Asserts that even the right proof is locked out, for so many seconds.
async fn assert_locked(cloud: &Cloud, proof: Proof, seconds: u32) {
    let (status, body) = attempt(cloud, proof, true).await;
    assert_eq!((status, code(&body)), (401, "13"));
    let error = &body["Errors"][0];
    assert_eq!(error["Type"], "AccessDenied");
    let told = format!("locked for {seconds} seconds.");
    let details = error["Details"].as_str().unwrap_or_default();
    assert!(details.ends_with(&told), "{details} is not {told}");
}

async fn assert_open(cloud: &Cloud, proof: Proof) {
    let (status, body) = attempt(cloud, proof, true).await;
    assert_eq!(status, 200, "{proof:?}: {body}");
}

fn code(body: &Value) -> &str {
    body["Errors"][0]["Code"].as_str().unwrap_or_default()
}

fn wait(cloud: &Cloud, seconds: u32) {
    cloud
        .clock()
        .advance(SignedDuration::from_secs(seconds.into()));
}

#[rstest]
#[case(Key)]
#[case(Password)]
#[case(Question)]
#[tokio::test]
async fn four_failures_in_a_row_lock_for_a_minute(#[case] proof: Proof) {
    let cloud = Cloud::start().await;
    fail(&cloud, proof, 3).await;
    assert_open(&cloud, proof).await;
    fail(&cloud, proof, 4).await;
    assert_locked(&cloud, proof, 60).await;
    wait(&cloud, 59);
    assert_locked(&cloud, proof, 1).await;
    wait(&cloud, 1);
    assert_open(&cloud, proof).await;
}

#[rstest]
#[case(Key)]
#[case(Password)]
#[tokio::test]
async fn each_further_four_lock_for_a_minute_more_up_to_ten(#[case] proof: Proof) {
    let cloud = Cloud::start().await;
    for minutes in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10] {
        fail(&cloud, proof, 4).await;
        assert_locked(&cloud, proof, 60 * minutes).await;
        wait(&cloud, 60 * minutes);
    }
    // A success forgets it all.
    assert_open(&cloud, proof).await;
    fail(&cloud, proof, 4).await;
    assert_locked(&cloud, proof, 60).await;
}

#[rstest]
#[case(Key, &[Password])]
#[case(Password, &[Key])]
#[case(Question, &[Key])]
#[tokio::test]
async fn keys_and_passwords_are_apart(#[case] locked: Proof, #[case] open: &[Proof]) {
    let cloud = Cloud::start().await;
    fail(&cloud, locked, 4).await;
    assert_locked(&cloud, locked, 60).await;
    for proof in open {
        assert_open(&cloud, *proof).await;
    }
}

#[tokio::test]
async fn a_password_is_one_thing_however_it_is_tried() {
    let cloud = Cloud::start().await;
    fail(&cloud, Password, 2).await;
    fail(&cloud, Question, 2).await;
    assert_locked(&cloud, Password, 60).await;
    assert_locked(&cloud, Question, 60).await;
    wait(&cloud, 60);
    assert_open(&cloud, Question).await;
    fail(&cloud, Password, 3).await;
    assert_open(&cloud, Question).await;
    fail(&cloud, Password, 3).await;
    assert_open(&cloud, Password).await;
}

#[rstest]
#[case(Key)]
#[case(Password)]
#[case(Question)]
#[tokio::test]
async fn attempts_during_a_lock_do_not_count(#[case] proof: Proof) {
    let cloud = Cloud::start().await;
    fail(&cloud, proof, 4).await;
    for _ in 0..8 {
        let (status, body) = attempt(&cloud, proof, false).await;
        assert_eq!((status, code(&body)), (401, "13"));
    }
    wait(&cloud, 60);
    fail(&cloud, proof, 4).await;
    assert_locked(&cloud, proof, 120).await;
}

#[tokio::test]
async fn an_unknown_key_and_an_unknown_login_lock_too_and_nobody_else() {
    let cloud = Cloud::start().await;
    let nobody = Credentials {
        access_key: "NOBODYSKEY0000000000".to_owned(),
        login: "nobody@example.com".to_owned(),
        ..cloud.credentials()
    };
    for (proof, expected) in [(Key, (400, "4120")), (Password, (401, "1"))] {
        for _ in 0..4 {
            let (status, body) = attempt_with(&cloud, proof, &nobody).await;
            assert_eq!((status, code(&body)), expected);
        }
        let (status, body) = attempt_with(&cloud, proof, &nobody).await;
        assert_eq!((status, code(&body)), (401, "13"));
        assert_eq!(
            cloud.explain(last(&cloud).number).check,
            Some(Check::Unlocked)
        );
        assert_open(&cloud, proof).await;
    }
}

#[tokio::test]
async fn a_key_is_locked_for_the_address_that_failed() {
    let cloud = Cloud::start().await;
    fail(&cloud, Key, 4).await;
    assert_locked(&cloud, Key, 60).await;
    let path = "/api/v1/ReadAccessKeys";
    let mut headers = signed_by(&cloud.credentials(), &cloud.url(), path, b"{}");
    headers.extend(cloud.from("203.0.113.9").declaration());
    assert_eq!(send(&cloud, path, headers, b"{}".to_vec()).await.0, 200);
}

#[tokio::test]
async fn only_what_proves_nothing_counts() {
    let cloud = Cloud::start().await;
    let key = cloud.call("CreateAccessKey", json!({})).ok();
    let off = Credentials {
        access_key: key.text("/AccessKey/AccessKeyId").to_owned(),
        secret_key: key.text("/AccessKey/SecretKey").to_owned(),
        ..cloud.credentials()
    };
    let update = json!({ "AccessKeyId": off.access_key, "State": "INACTIVE" });
    cloud.call("UpdateAccessKey", update).ok();
    for _ in 0..5 {
        let (status, body) = attempt_with(&cloud, Key, &off).await;
        assert_eq!((status, code(&body)), (401, "1"));
    }
}

#[rstest]
#[case(Key)]
#[case(Password)]
#[case(Question)]
#[tokio::test]
async fn nobody_is_locked_out_of_a_cloud_without_lockout(#[case] proof: Proof) {
    let cloud = builder().without_lockout().start();
    fail(&cloud, proof, 12).await;
    assert_open(&cloud, proof).await;
}

#[rstest]
#[case(Key)]
#[case(Password)]
#[tokio::test]
async fn support_opens_every_lock(#[case] proof: Proof) {
    let cloud = Cloud::start().await;
    for _ in 0..2 {
        fail(&cloud, proof, 4).await;
        assert_locked(&cloud, proof, 60).await;
        cloud.support().unlock();
        assert_open(&cloud, proof).await;
    }
}

#[tokio::test]
async fn the_author_of_a_test_is_told_how_to_open_it() {
    let cloud = Cloud::start().await;
    fail(&cloud, Key, 4).await;
    assert_locked(&cloud, Key, 60).await;
    let explanation = cloud.explain(last(&cloud).number).to_string();
    for way in [
        "clock().advance(",
        "support().unlock()",
        "without_lockout()",
    ] {
        assert!(explanation.contains(way), "{explanation}");
    }
}
