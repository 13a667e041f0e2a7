//! Mistakes about the canonical request.

use super::{NONE, put, results, told, told_of};
use crate::access::TIMESTAMP;
use crate::access::by_hand::sha256;
use crate::access::clients::{
    AWS4, C, Client, GO_2, JSON, LOCAL, LOCAL_HOST, OSC_CLI, OSC_DATE, OSC4, PYTHON_0_31,
    PYTHON_0_41,
};
use mockscale::wire::WireRequest;
use rstest::rstest;

const LINES: &str = "host:127.0.0.1:8080\nx-osc-date:20250101T000000Z\n";
const UNSORTED: Client = Client {
    signed: &[OSC_DATE, JSON, LOCAL_HOST],
    ..OSC4
};
const CAPITALS: Client = Client {
    signed: &[("Host", LOCAL), ("X-Osc-Date", TIMESTAMP)],
    ..OSC4
};
const SPACED: Client = Client {
    signed: &[LOCAL_HOST, ("x-extra", "a   b"), OSC_DATE],
    ..OSC4
};
const SPACED_JSON: Client = Client {
    body: "{\"A\": [1, 2],\n \"B\": \"c, d\"}",
    ..OSC4
};

#[rstest]
#[case::method(OSC4, "POST", "GET", &["the method is GET"])]
#[case::method_in_lower_case(OSC4, "POST", "post", &["the method is in lower case"])]
#[case::root_path(OSC4, "/api/v1/ReadVms", "/", &["the path is /"])]
#[case::base_path(
    OSC4, "/api/v1/ReadVms", "/api/v1", &["the path is /api/v1 without the operation"]
)]
#[case::operation(OSC4, "/api/v1/ReadVms", "/ReadVms", &["the path is the operation alone"])]
#[case::v1(OSC_CLI, "/api/latest/ReadVms", "/api/v1/ReadVms", &["the path begins with /api/v1"])]
#[case::latest(OSC4, "/api/v1/", "/api/latest/", &["the path begins with /api/latest"])]
#[case::two_slashes(OSC4, "/api", "//api", &["the path begins with two slashes"])]
#[case::slash(OSC4, "/ReadVms", "/ReadVms/", &["a slash follows the path"])]
#[case::no_slash(
    Client { path: "/api/v1/ReadVms/", signed_path: "/api/v1/ReadVms/", ..OSC4 },
    "/ReadVms/",
    "/ReadVms",
    &["the path begins with /api/v1", "the slash after the path is left out"]
)]
#[case::port_80(OSC4, ":8080", ":80", &["the host is signed with the port 80"])]
#[case::port_443(OSC4, ":8080", ":443", &["the host is signed with the port 443"])]
#[case::public_port(
    PYTHON_0_31,
    ".outscale.com",
    ".outscale.com:443",
    &["the host is signed with the port 443"]
)]
#[case::localhost(OSC4, "127.0.0.1", "localhost", &["the host is signed as localhost"])]
#[case::localhost_without_port(OSC4, LOCAL, "localhost", &["the host is signed as localhost"])]
#[case::loopback(
    Client { host: "localhost:8080", signed: &[("host", "localhost:8080"), OSC_DATE], ..OSC4 },
    "localhost",
    "127.0.0.1",
    &["the host is signed as 127.0.0.1"]
)]
#[case::public_name(
    C,
    LOCAL,
    "api.eu-west-2.outscale.com",
    &["the host is signed as api.eu-west-2.outscale.com"]
)]
#[case::scheme(
    OSC4, LOCAL, "http://127.0.0.1:8080", &["the host is signed with http:// before it"]
)]
#[case::capital_host(
    Client { host: "Cloud:80", signed: &[("host", "Cloud:80"), OSC_DATE], ..OSC4 },
    "Cloud",
    "cloud",
    &["the host is signed in lower case"]
)]
#[case::no_host(OSC4, LOCAL, "", &["the host is signed as nothing"])]
#[case::no_empty_line(OSC4, "\n\nhost;", "\nhost;", &["no empty line follows the headers"])]
#[case::two_empty_lines(OSC4, "\n\nhost;", "\n\n\nhost;", &["two empty lines follow the headers"])]
fn in_the_canonical_request(
    #[case] client: Client<'_>,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] mistakes: &[&str],
) {
    let said = told(&client, |steps| put(&mut steps.canonical, right, wrong));
    assert_eq!(said, results(mistakes));
}

#[rstest]
#[case::no_date_line(
    OSC4,
    "x-osc-date:20250101T000000Z\n",
    "",
    &["the line of the date header is left out"]
)]
#[case::no_date(
    OSC4,
    "x-osc-date:20250101T000000Z\n\nhost;x-osc-date",
    "\nhost",
    &["the date header is left out"]
)]
#[case::amz_date(
    OSC4,
    "x-osc-date:20250101T000000Z\n\nhost;x-osc-date",
    "x-amz-date:20250101T000000Z\n\nhost;x-amz-date",
    &["x-amz-date takes the place of x-osc-date"]
)]
#[case::osc_date(
    AWS4,
    "x-amz-date:20250101T000000Z\n\nhost;x-amz-date",
    "x-osc-date:20250101T000000Z\n\nhost;x-osc-date",
    &["x-osc-date takes the place of x-amz-date"]
)]
#[case::json(
    PYTHON_0_41, "; charset=utf-8", "", &["content-type is signed as application/json"]
)]
#[case::json_in_utf8(
    C,
    "/json",
    "/json; charset=utf-8",
    &["content-type is signed as application/json; charset=utf-8"]
)]
#[case::form(
    C,
    "/json",
    "/x-www-form-urlencoded",
    &["content-type is signed as application/x-www-form-urlencoded"]
)]
#[case::sorted_lines(
    UNSORTED,
    "x-osc-date:20250101T000000Z\ncontent-type:application/json\nhost:127.0.0.1:8080",
    "content-type:application/json\nhost:127.0.0.1:8080\nx-osc-date:20250101T000000Z",
    &["the header lines are sorted"]
)]
#[case::sorted_names(
    UNSORTED,
    "x-osc-date;content-type;host",
    "content-type;host;x-osc-date",
    &["the list of header names is sorted"]
)]
#[case::sorted(
    UNSORTED,
    "x-osc-date:20250101T000000Z\ncontent-type:application/json\nhost:127.0.0.1:8080\n\n\
     x-osc-date;content-type;host",
    "content-type:application/json\nhost:127.0.0.1:8080\nx-osc-date:20250101T000000Z\n\n\
     content-type;host;x-osc-date",
    &["the header lines and the list of names are sorted"]
)]
#[case::unsorted_lines(
    C,
    "content-type:application/json\nhost:127.0.0.1:8080\n",
    "host:127.0.0.1:8080\ncontent-type:application/json\n",
    &["the header lines stand in the order of sending"]
)]
#[case::unsorted(
    C,
    "content-type:application/json\nhost:127.0.0.1:8080\nx-amz-date:20250101T000000Z\n\n\
     content-type;host;",
    "host:127.0.0.1:8080\ncontent-type:application/json\nx-amz-date:20250101T000000Z\n\n\
     host;content-type;",
    &["the header lines and the list of names stand in the order of sending"]
)]
#[case::capital_lines(
    OSC4,
    LINES,
    "Host:127.0.0.1:8080\nX-Osc-Date:20250101T000000Z\n",
    &["the header lines have capitals"]
)]
#[case::capitals(
    OSC4,
    "host:127.0.0.1:8080\nx-osc-date:20250101T000000Z\n\nhost;x-osc-date",
    "Host:127.0.0.1:8080\nX-Osc-Date:20250101T000000Z\n\nHost;X-Osc-Date",
    &["the header lines and the list of names have capitals"]
)]
// Here two mistakes come to the same.
#[case::capitals_that_are_announced(
    CAPITALS,
    "POST",
    "POST",
    &["the header lines have capitals", "the header lines and the list of names have capitals"]
)]
#[case::lower_case_names(
    CAPITALS,
    "Host:127.0.0.1:8080\nX-Osc-Date:20250101T000000Z\n\nHost;X-Osc-Date",
    "host:127.0.0.1:8080\nx-osc-date:20250101T000000Z\n\nhost;x-osc-date",
    &["the list of header names is in lower case"]
)]
#[case::colons(
    OSC4,
    LINES,
    "host: 127.0.0.1:8080\nx-osc-date: 20250101T000000Z\n",
    &["a space follows the colon after a header's name"]
)]
#[case::spaces(SPACED, "POST", "POST", &["the values of headers keep their spaces"])]
fn in_the_headers(
    #[case] client: Client<'_>,
    #[case] right: &str,
    #[case] wrong: &str,
    #[case] mistakes: &[&str],
) {
    let said = told(&client, |steps| put(&mut steps.canonical, right, wrong));
    assert_eq!(said, results(mistakes));
}

#[rstest]
#[case::empty(OSC4, &sha256(""), &["the body is taken as empty"])]
#[case::braces(GO_2, &sha256("{}"), &["the body is taken as {}"])]
#[case::newline(OSC4, &sha256("{}\n"), &["a newline follows the body"])]
#[case::no_newline(
    GO_2,
    &sha256("{\"DryRun\":false}"),
    &["the white space after the body is left out", "the JSON of the body has no white space"]
)]
#[case::compact(
    SPACED_JSON,
    &sha256(r#"{"A":[1,2],"B":"c, d"}"#),
    &["the JSON of the body has no white space"]
)]
#[case::spaced(
    SPACED_JSON,
    &sha256(r#"{"A": [1, 2], "B": "c, d"}"#),
    &["the JSON of the body has a space after each comma and colon"]
)]
#[case::capitals(OSC4, &sha256("{}").to_uppercase(), &["the hash of the body is in capitals"])]
#[case::nothing(OSC4, "", &["the hash of the body is left out"])]
#[case::unsigned(
    OSC4, "UNSIGNED-PAYLOAD", &["UNSIGNED-PAYLOAD takes the place of the body's hash"]
)]
#[case::end(OSC4, &[&sha256("{}"), "\n"].concat(), &["a newline follows the canonical request"])]
#[case::another(OSC4, &sha256("{\"DryRun\":true}"), &[])]
fn in_the_hash_of_the_body(
    #[case] client: Client<'_>,
    #[case] hash: &str,
    #[case] mistakes: &[&str],
) {
    let right = sha256(client.body);
    let said = told(&client, |steps| put(&mut steps.canonical, &right, hash));
    let expected = if mistakes.is_empty() {
        NONE.to_owned()
    } else {
        results(mistakes)
    };
    assert_eq!(said, expected);
}

#[rstest]
#[case::left_out("POST\n/api/v1/ReadVms\n\n", "the query is left out")]
#[case::as_sent(
    "POST\n/api/v1/ReadVms\nb=2&a=1\n",
    "the query is signed as it was sent"
)]
#[case::in_the_path(
    "POST\n/api/v1/ReadVms?b=2&a=1\n\n",
    "the query stands behind the path"
)]
fn in_the_query(#[case] start: &str, #[case] mistake: &str) {
    let mut steps = OSC4.steps();
    put(&mut steps.canonical, "POST\n/api/v1/ReadVms\n\n", start);
    let request = WireRequest {
        query: "b=2&a=1".to_owned(),
        ..OSC4.request_signed(&steps.signature())
    };
    assert_eq!(told_of(&request), results(&[mistake]));
}
