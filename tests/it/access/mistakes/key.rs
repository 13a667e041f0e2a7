//! Mistakes about the signing key and the string to sign.

use super::{put, results, told};
use crate::access::TIMESTAMP;
use crate::access::by_hand::{Steps, sha256};
use crate::access::clients::{
    AWS4, CURL, Client, GO_2, JAVASCRIPT, OSC_CLI, OSC4, PYTHON_0_31, PYTHON_0_41,
};
use rstest::rstest;

const SECRET: &str = "MOCKSCALESECRET0000000000000000000000001";

#[rstest]
#[case::access_key(
    "MOCKSCALE00000000001",
    "the access key takes the place of the secret key"
)]
#[case::empty("", "the secret key is empty")]
#[case::newline(
    "MOCKSCALESECRET0000000000000000000000001\n",
    "a newline follows the secret key"
)]
#[case::carriage_return(
    "MOCKSCALESECRET0000000000000000000000001\r\n",
    "a carriage return and a newline follow the secret key"
)]
#[case::space_after(
    "MOCKSCALESECRET0000000000000000000000001 ",
    "a space follows the secret key"
)]
#[case::space_before(
    " MOCKSCALESECRET0000000000000000000000001",
    "a space precedes the secret key"
)]
#[case::single_quotes(
    "'MOCKSCALESECRET0000000000000000000000001'",
    "the secret key stands in single quotes"
)]
#[case::double_quotes(
    "\"MOCKSCALESECRET0000000000000000000000001\"",
    "the secret key stands in double quotes"
)]
#[case::lower_case(
    "mockscalesecret0000000000000000000000001",
    "the secret key is in lower case"
)]
#[case::of_another_account(
    "MOCKSCALESECRET0000000000000000000000002",
    "the secret key of MOCKSCALE00000000002 is used"
)]
fn in_the_secret_key(
    // The second of these signs no port, the third a public name, the fourth another path.
    #[values(OSC4, PYTHON_0_41, PYTHON_0_31, OSC_CLI, AWS4, GO_2)] client: Client<'_>,
    #[case] secret: &str,
    #[case] mistake: &str,
) {
    let said = told(&client, |steps| put(&mut steps.start, SECRET, secret));
    assert_eq!(said, results(&[mistake]));
}

#[rstest]
#[case::no_version(
    OSC4,
    |it: &mut Steps| put(&mut it.start, "OSC4", ""),
    "nothing stands before the secret key"
)]
#[case::aws4(
    OSC4,
    |it: &mut Steps| put(&mut it.start, "OSC4", "AWS4"),
    "AWS4 stands before the secret key"
)]
#[case::osc4(
    AWS4,
    |it: &mut Steps| put(&mut it.start, "AWS4", "OSC4"),
    "OSC4 stands before the secret key"
)]
#[case::aws4_request(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "osc4", "aws4"),
    "the key is derived for aws4_request"
)]
#[case::osc4_request(
    AWS4,
    |it: &mut Steps| put(&mut it.key_scope, "aws4", "osc4"),
    "the key is derived for osc4_request"
)]
#[case::scope_of_aws4(
    OSC4,
    |it: &mut Steps| put(&mut it.head, "osc4", "aws4"),
    "the scope that is signed ends in aws4_request"
)]
#[case::scope_of_osc4(
    AWS4,
    |it: &mut Steps| put(&mut it.head, "aws4", "osc4"),
    "the scope that is signed ends in osc4_request"
)]
#[case::key_of_aws4(
    OSC4,
    |it: &mut Steps| {
        put(&mut it.start, "OSC4", "AWS4");
        put(&mut it.key_scope, "osc4", "aws4");
    },
    "the key is that of AWS4"
)]
#[case::key_of_osc4(
    AWS4,
    |it: &mut Steps| {
        put(&mut it.start, "AWS4", "OSC4");
        put(&mut it.key_scope, "aws4", "osc4");
    },
    "the key is that of OSC4"
)]
#[case::all_of_aws4(
    OSC4,
    |it: &mut Steps| {
        put(&mut it.start, "OSC4", "AWS4");
        put(&mut it.key_scope, "osc4", "aws4");
        put(&mut it.head, "OSC4", "AWS4");
        put(&mut it.head, "osc4", "aws4");
    },
    "key and string to sign are those of AWS4"
)]
#[case::all_of_osc4(
    AWS4,
    |it: &mut Steps| {
        put(&mut it.start, "AWS4", "OSC4");
        put(&mut it.key_scope, "aws4", "osc4");
        put(&mut it.head, "AWS4", "OSC4");
        put(&mut it.head, "aws4", "osc4");
    },
    "key and string to sign are those of OSC4"
)]
#[case::algorithm_of_aws4(
    OSC4,
    |it: &mut Steps| put(&mut it.head, "OSC4", "AWS4"),
    "the string to sign names AWS4-HMAC-SHA256"
)]
#[case::algorithm_of_osc4(
    AWS4,
    |it: &mut Steps| put(&mut it.head, "AWS4", "OSC4"),
    "the string to sign names OSC4-HMAC-SHA256"
)]
fn in_the_version(#[case] client: Client<'_>, #[case] make: fn(&mut Steps), #[case] mistake: &str) {
    assert_eq!(told(&client, make), results(&[mistake]));
}

#[rstest]
#[case::swapped_in_key(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "eu-west-2/api", "api/eu-west-2"),
    "region and service change places in the key"
)]
#[case::swapped_in_scope(
    OSC4,
    |it: &mut Steps| put(&mut it.head, "eu-west-2/api", "api/eu-west-2"),
    "region and service change places in the scope that is signed"
)]
#[case::swapped(
    OSC4,
    |it: &mut Steps| {
        put(&mut it.key_scope, "eu-west-2/api", "api/eu-west-2");
        put(&mut it.head, "eu-west-2/api", "api/eu-west-2");
    },
    "region and service change places in both key and scope"
)]
#[case::api(
    AWS4,
    |it: &mut Steps| put(&mut it.key_scope, "oapi", "api"),
    "the key is derived for the service api"
)]
#[case::oapi(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "/api", "/oapi"),
    "the key is derived for the service oapi"
)]
#[case::eu_west_2(
    CURL,
    |it: &mut Steps| put(&mut it.key_scope, "/0/", "/eu-west-2/"),
    "the key is derived for the region eu-west-2"
)]
#[case::eu_west_2_api(
    CURL,
    |it: &mut Steps| put(&mut it.key_scope, "0/127", "eu-west-2/api"),
    "the key is derived for eu-west-2 and api"
)]
#[case::eu_west_2_oapi(
    CURL,
    |it: &mut Steps| put(&mut it.key_scope, "0/127", "eu-west-2/oapi"),
    "the key is derived for eu-west-2 and oapi"
)]
#[case::api_in_both(
    AWS4,
    |it: &mut Steps| {
        put(&mut it.key_scope, "oapi", "api");
        put(&mut it.head, "oapi", "api");
    },
    "the service is api in both key and scope"
)]
#[case::oapi_in_both(
    JAVASCRIPT,
    |it: &mut Steps| {
        put(&mut it.key_scope, "/api", "/oapi");
        put(&mut it.head, "/api", "/oapi");
    },
    "the service is oapi in both key and scope"
)]
#[case::eu_west_2_in_both(
    CURL,
    |it: &mut Steps| {
        put(&mut it.key_scope, "/0/", "/eu-west-2/");
        put(&mut it.head, "/0/", "/eu-west-2/");
    },
    "the region is eu-west-2 in both key and scope"
)]
#[case::time_in_key(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "20250101", TIMESTAMP),
    "the time takes the place of the day in the key"
)]
#[case::time_in_scope(
    OSC4,
    |it: &mut Steps| put(&mut it.head, "20250101/", "20250101T000000Z/"),
    "the time takes the place of the day in the scope that is signed"
)]
#[case::time_in_both(
    OSC4,
    |it: &mut Steps| {
        put(&mut it.key_scope, "20250101", TIMESTAMP);
        put(&mut it.head, "20250101/", "20250101T000000Z/");
    },
    "the time takes the place of the day in both key and scope"
)]
#[case::day_before(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "20250101", "20241231"),
    "the key is derived for the day before"
)]
#[case::day_after(
    OSC4,
    |it: &mut Steps| put(&mut it.key_scope, "20250101", "20250102"),
    "the key is derived for the day after"
)]
fn in_the_scope(#[case] client: Client<'_>, #[case] make: fn(&mut Steps), #[case] mistake: &str) {
    assert_eq!(told(&client, make), results(&[mistake]));
}

#[rstest]
#[case::no_time(
    |it: &mut Steps| put(&mut it.head, TIMESTAMP, "20250101"),
    "the day takes the place of the time"
)]
#[case::long_time(
    |it: &mut Steps| put(&mut it.head, TIMESTAMP, "2025-01-01T00:00:00Z"),
    "the time is written with dashes and colons"
)]
#[case::capitals(
    |it: &mut Steps| it.hash = |canonical| sha256(canonical).to_uppercase(),
    "the hash of the canonical request is in capitals"
)]
#[case::no_hash(
    |it: &mut Steps| it.hash = str::to_owned,
    "the canonical request itself takes the place of its hash"
)]
#[case::newline(
    |it: &mut Steps| it.hash = |canonical| sha256(canonical) + "\n",
    "a newline follows the string to sign"
)]
fn in_the_string_to_sign(#[case] make: fn(&mut Steps), #[case] mistake: &str) {
    assert_eq!(told(&OSC4, make), results(&[mistake]));
}
