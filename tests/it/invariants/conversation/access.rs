//! How the calls about accounts, keys, rules, authorities and the API access policy are written.

use mockscale::{Value, json};

use super::Row;
use super::pen::Pen;

/// The operations, with their share.
pub(super) const ROWS: &[Row] = &[
    ("CheckAuthentication", 2, |pen| {
        let password = pen.one_of(&["mockscale-password", "mockscale-password", "other"]);
        json!({ "Login": pen.one_of(LOGINS), "Password": password })
    }),
    ("CreateAccessKey", 3, |pen| {
        let mut input = json!({});
        pen.maybe(&mut input, 40, "UserName", |pen| pen.one_of(USERS).into());
        pen.maybe(&mut input, 60, "ExpirationDate", |pen| {
            pen.one_of(DATES).into()
        });
        input
    }),
    ("CreateAccount", 1, |pen| {
        json!({
            "City": "Mockville", "CompanyName": "Mockscale", "Country": "France",
            "CustomerId": pen.one_of(&["12345678", "12345678", "1"]),
            "Email": pen.one_of(LOGINS), "FirstName": "A", "LastName": "B", "ZipCode": "00000",
        })
    }),
    ("CreateCa", 3, |pen| {
        let mut input = json!({ "CaPem": pen.one_of(&[PEM, PEM, "x"]) });
        pen.maybe(&mut input, 20, "Description", |pen| pen.word().into());
        input
    }),
    ("CreateApiAccessRule", 3, |pen| {
        let mut input = rule(pen);
        pen.maybe(&mut input, 20, "Description", |pen| pen.word().into());
        input
    }),
    ("DeleteAccessKey", 2, |pen| {
        let mut input = json!({ "AccessKeyId": pen.last("AccessKeyId") });
        pen.maybe(&mut input, 40, "UserName", |pen| pen.one_of(USERS).into());
        input
    }),
    (
        "DeleteApiAccessRule",
        2,
        |pen| json!({ "ApiAccessRuleId": pen.last("ApiAccessRuleId") }),
    ),
    ("DeleteCa", 2, |pen| json!({ "CaId": pen.last("CaId") })),
    ("ReadConsumptionAccount", 2, |pen| {
        let (from, to) = (pen.one_of(DAYS), pen.one_of(DAYS));
        json!({ "FromDate": from, "ToDate": to })
    }),
    ("UpdateAccessKey", 4, |pen| {
        let state = pen.one_of(&["ACTIVE", "INACTIVE", "ACTIVE", "INACTIVE", "active"]);
        let mut input = json!({ "AccessKeyId": pen.id("AccessKeyId"), "State": state });
        pen.maybe(&mut input, 40, "UserName", |pen| pen.one_of(USERS).into());
        pen.maybe(&mut input, 50, "ExpirationDate", |pen| {
            pen.one_of(DATES).into()
        });
        input
    }),
    ("UpdateApiAccessPolicy", 4, |pen| {
        let seconds = [0, 0, 3_153_600_000_i64, 1, -1, 3_153_600_001];
        json!({
            "MaxAccessKeyExpirationSeconds": *pen.dice.pick(&seconds),
            "RequireTrustedEnv": pen.dice.percent(30),
        })
    }),
    ("UpdateApiAccessRule", 2, |pen| {
        let mut input = rule(pen);
        input["ApiAccessRuleId"] = pen.id("ApiAccessRuleId").into();
        input
    }),
];

const PEM: &str = include_str!("../../../../fixtures/certificates/authority.pem");
const USERS: &[&str] = &["alice", "alice", "bob", "alice", "é"];
const LOGINS: &[&str] = &[
    "root@mockscale.test",
    "root-210987654321@mockscale.test",
    "root@mockscale.test",
    "new@mockscale.test",
    "nobody",
];
const DATES: &[&str] = &[
    "2063-04-05",
    "2024-06-06T07:08:09Z",
    "2025-01-01",
    "2001-01-01",
    "x",
];
const DAYS: &[&str] = &[
    "2024-01-01",
    "2024-02-01",
    "2024-03-01",
    "2024-03-01T01:00:00Z",
];
const RANGES: &[&str] = &[
    "0.0.0.0/0",
    "127.0.0.1",
    "127.0.0.0/8",
    "203.0.113.0/24",
    "0.0.0.0/33",
];

fn rule(pen: &mut Pen<'_>) -> Value {
    let mut input = json!({});
    pen.maybe(&mut input, 90, "IpRanges", |pen| {
        json!([pen.one_of(RANGES)])
    });
    pen.maybe(&mut input, 15, "CaIds", |pen| json!(pen.ids("CaId", 2)));
    pen.maybe(&mut input, 10, "Cns", |_| json!(["client"]));
    input
}
