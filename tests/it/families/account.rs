//! Conversations about the family `account`.

use mockscale::jiff::SignedDuration;
use mockscale::{Cloud, Value, json};
use rstest::rstest;

use crate::http::post;
use crate::support::{builder, cloud, last, refused};

/// What an account needs.
fn customer(email: &str) -> Value {
    json!({
        "City": "Mockville",
        "CompanyName": "Example",
        "Country": "France",
        "CustomerId": "87654321",
        "Email": email,
        "FirstName": "Jean",
        "LastName": "Dupont",
        "ZipCode": "92210",
    })
}

#[test]
fn making_reading_and_changing() {
    let cloud = cloud();
    cloud.call("ReadAccounts", json!({})).ok();
    let changed = json!({
        "AdditionalEmails": ["one@example.com", "two@example.com"],
        "Email": "me@example.com",
        "JobTitle": "Tester",
    });
    cloud.call("UpdateAccount", changed).ok();
    let replaced = json!({ "AdditionalEmails": ["three@example.com"] });
    cloud.call("UpdateAccount", replaced).ok();
    let cleared = json!({ "AdditionalEmails": [] });
    cloud.call("UpdateAccount", cleared).ok();
    let made = cloud
        .call("CreateAccount", customer("jean@example.com"))
        .ok();
    let other = cloud.as_account(made.text("/Account/AccountId"));
    other.call("ReadAccounts", json!({})).ok();
    other.call("ReadAccessKeys", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[test]
fn each_account_reads_its_own() {
    let cloud = builder().account("222222222222").build();
    let other = cloud.as_account("222222222222");
    let read = other.call("ReadAccounts", json!({})).ok();
    assert_eq!(read["Accounts"].as_array().map(Vec::len), Some(1));
    assert_eq!(read.text("/Accounts/0/AccountId"), "222222222222");
    let key = other.credentials().access_key;
    let read = other.call("ReadAccessKeys", json!({})).ok();
    assert_eq!(read.text("/AccessKeys/0/AccessKeyId"), key);
}

#[tokio::test]
async fn a_new_account_has_what_accounts_start_with_and_no_key() {
    let cloud = Cloud::start().await;
    let made = cloud
        .call("CreateAccount", customer("jean@example.com"))
        .ok();
    let other = cloud.as_account(made.text("/Account/AccountId"));
    for (operation, list, count) in [
        ("ReadAccessKeys", "AccessKeys", 0),
        ("ReadDhcpOptions", "DhcpOptionsSets", 1),
        ("ReadSecurityGroups", "SecurityGroups", 1),
        ("ReadNets", "Nets", 0),
    ] {
        let read = other.call(operation, json!({})).ok();
        assert_eq!(read[list].as_array().map(Vec::len), Some(count), "{list}");
    }
    let path = "/api/v1/ReadNets";
    let (status, body) = post(&other, path, "{}").await;
    assert_eq!((status, &body["Errors"][0]["Code"]), (400, &json!("4120")));
    other.support().restore_access();
    assert_eq!(post(&other, path, "{}").await.0, 200);
    assert_eq!(other.credentials().login, "jean@example.com");
}

#[rstest]
#[case::customer_too_short("CustomerId", "1234567", 400, "4047")]
#[case::customer_too_long("CustomerId", "123456789", 400, "4047")]
#[case::customer_no_number("CustomerId", "1234567x", 400, "4047")]
#[case::customer_in_other_digits("CustomerId", "١٢٣٤٥٦٧٨", 400, "4047")]
#[case::taken("Email", "root@mockscale.test", 409, "9007")]
#[case::empty("Email", "", 400, "4020")]
#[case::no_host("Email", "jean@", 400, "4020")]
#[case::no_name("Email", "@example.com", 400, "4020")]
#[case::no_domain("Email", "jean@example", 400, "4020")]
#[case::odd_host("Email", "jean@exam_ple.com", 400, "4020")]
#[case::empty_label("Email", "jean@example..com", 400, "4020")]
#[case::two_hosts("Email", "jean@example.com, x@example", 400, "4020")]
fn creation_is_refused(
    #[case] field: &str,
    #[case] value: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    let mut wanted = customer("jean@example.com");
    wanted[field] = json!(value);
    let (refused, said, details) = refused(&cloud, "CreateAccount", wanted);
    assert_eq!((refused, said.as_str()), (status, code));
    assert!(details.contains(value), "{details}");
}

#[rstest]
#[case::taken("other@example.com", 409, "9007")]
#[case::none("me", 400, "4020")]
fn an_address_is_refused_when_it_changes(
    #[case] email: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let cloud = cloud();
    cloud.account().login("other@example.com").open();
    let (refused, said, _) = refused(&cloud, "UpdateAccount", json!({ "Email": email }));
    assert_eq!((refused, said.as_str()), (status, code));
}

#[test]
fn an_address_may_stay_and_additional_ones_have_a_form() {
    let cloud = builder().report().build();
    let same = json!({ "Email": "root@mockscale.test" });
    cloud.call("UpdateAccount", same).ok();
    assert!(last(&cloud).effects.is_empty());
    let input = json!({ "AdditionalEmails": ["me"] });
    let (status, code, _) = refused(&cloud, "UpdateAccount", input);
    assert_eq!((status, code.as_str()), (400, "4047"));
}

#[test]
fn an_account_logs_in_with_its_new_address() {
    let cloud = cloud();
    let changed = json!({ "Email": "me@example.com" });
    cloud.call("UpdateAccount", changed).ok();
    assert_eq!(cloud.credentials().login, "me@example.com");
    assert_eq!(check(&cloud, "me@example.com", &password(&cloud)), 200);
    assert_eq!(check(&cloud, "root@mockscale.test", &password(&cloud)), 401);
}

fn password(cloud: &Cloud) -> String {
    cloud.credentials().password
}

/// The status of an attempt to log in.
fn check(cloud: &Cloud, login: &str, password: &str) -> u16 {
    let input = json!({ "Login": login, "Password": password });
    cloud.call("CheckAuthentication", input).status()
}

#[test]
fn checking_a_login() {
    let cloud = cloud();
    let login = cloud.credentials().login;
    check(&cloud, &login, &password(&cloud));
    check(&cloud, &login, "wrong");
    check(&cloud, "nobody@example.com", &password(&cloud));
    for _ in 0..3 {
        check(&cloud, &login, "wrong");
    }
    check(&cloud, &login, &password(&cloud));
    cloud.clock().advance(SignedDuration::from_secs(60));
    check(&cloud, &login, &password(&cloud));
    mockscale::assert_transcript!(cloud);
}

#[test]
fn a_dry_run_of_a_login_counts_too() {
    let cloud = cloud();
    let login = cloud.credentials().login;
    let input = json!({ "Login": login, "Password": "wrong", "DryRun": true });
    for _ in 0..4 {
        refused(&cloud, "CheckAuthentication", input.clone());
    }
    let (status, code, _) = refused(&cloud, "CheckAuthentication", input);
    assert_eq!((status, code.as_str()), (401, "13"));
}

#[test]
fn consuming_nothing() {
    let cloud = cloud();
    let month = json!({ "FromDate": "2023-06-01", "ToDate": "2023-07-01" });
    cloud.call("ReadConsumptionAccount", month).ok();
    let priced = json!({
        "FromDate": "2023-06-01T00:00:00.000Z",
        "ToDate": "2023-06-02T02:00:00+02:00",
        "ShowPrice": true,
        "Overall": true,
    });
    cloud.call("ReadConsumptionAccount", priced).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::missing(json!({ "ToDate": "2023-07-01" }), "3019", "The parameter type of FromDate is unknown.")]
#[case::no_date(json!({ "FromDate": "June", "ToDate": "2023-07-01" }), "3019", "FromDate")]
#[case::beyond(json!({ "FromDate": "2023-06-01", "ToDate": "9999-12-31" }), "3019", "ToDate")]
#[case::same(json!({ "FromDate": "2023-06-01", "ToDate": "2023-06-01" }), "4047", "not later")]
#[case::reversed(json!({ "FromDate": "2023-06-02", "ToDate": "2023-06-01" }), "4047", "not later")]
#[case::noon(json!({ "FromDate": "2023-06-01T12:00:00Z", "ToDate": "2023-07-01" }), "4047", "FromDate")]
#[case::elsewhere(json!({ "FromDate": "2023-06-01", "ToDate": "2023-07-01T00:00:00+02:00" }), "4047", "ToDate")]
fn a_period_is_refused(#[case] period: Value, #[case] code: &str, #[case] told: &str) {
    let cloud = builder().report().build();
    let (status, said, details) = refused(&cloud, "ReadConsumptionAccount", period);
    assert_eq!((status, said.as_str()), (400, code));
    assert!(details.contains(told), "{details}");
}
