//! What a client sees of a listener. Left out: mocks.

use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use rstest::rstest;

use super::{Client, Stage};
use crate::server::Listener;
use crate::server::message::MAX_DRAIN;
use crate::wire::MAX_BODY;

#[test]
fn a_connection_is_used_again() {
    let stage = Stage::new();
    let mut client = stage.client();
    for body in ["{}", "", "third"] {
        let reply = client.post("/api", body.as_bytes());
        assert_eq!(reply.body, format!("double: POST /api body {body}"));
    }
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
    let paths = ["/1", "/2", "/3"].map(|path| format!("double: GET {path} body "));
    assert_eq!([(); 3].map(|()| client.reply().body), paths);
}

#[test]
fn each_listener_answers_for_its_own_target() {
    let (one, other) = (Stage::named("one"), Stage::named("other"));
    let (mut to_one, mut to_other) = (one.client(), other.client());
    assert_eq!(to_one.post("/", b"").body, "one: POST / body ");
    assert_eq!(to_other.post("/", b"").body, "other: POST / body ");
    one.close();
    assert_eq!(to_other.post("/", b"").body, "other: POST / body ");
}

#[test]
fn the_target_line_is_handed_on_as_sent() {
    let stage = Stage::new();
    let reply = stage
        .client()
        .send("PATCH //api//v1/X%20?a=b&c HTTP/1.1\r\n\r\n")
        .reply();
    assert_eq!(reply.body, "double: PATCH //api//v1/X%20?a=b&c body ");
}

#[test]
fn a_head_request_gets_the_headers_alone() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send("HEAD / HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
    let length = "double: HEAD / body ".len().to_string();
    assert_eq!(client.reply_head().header("content-length"), Some(&*length));
    assert_eq!(client.reply().body, "double: GET /next body ");
}

#[test]
fn header_bytes_that_are_not_utf8_are_replaced() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send(b"GET / HTTP/1.1\r\nX-Odd: caf\xe9 \xc3\xa9\r\n\r\n");
    assert_eq!(client.reply().body, "double: GET / odd caf\u{fffd} é body ");
}

#[rstest]
#[case::largest_that_is_kept(MAX_BODY, "length 4194304")]
#[case::one_more(MAX_BODY + 1, "oversize 4194305 kept 0")]
#[case::ten_megabytes(10_000_000, "oversize 10000000 kept 0")]
fn a_large_body_leaves_the_connection_usable(#[case] length: usize, #[case] seen: &str) {
    let stage = Stage::new();
    let mut client = stage.client();
    let reply = client.post("/large", &vec![b' '; length]);
    assert_eq!(reply.body, format!("double: POST /large {seen}"));
    assert_eq!(client.post("/next", b"").body, "double: POST /next body ");
}

#[test]
fn a_chunked_body_is_joined_and_counted() {
    let stage = Stage::new();
    let mut client = stage.client();
    let head = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
    client
        .send(head)
        .send("2\r\n{\"\r\n3\r\n\":1\r\n1\r\n}\r\n0\r\n\r\n");
    assert_eq!(client.reply().body, r#"double: POST / body {"":1}"#);

    let chunk = format!("{:x}\r\n{}\r\n", MAX_BODY, " ".repeat(MAX_BODY));
    client
        .send(head)
        .send(&chunk)
        .send(&chunk)
        .send("0\r\n\r\n");
    assert_eq!(
        client.reply().body,
        "double: POST / oversize 8388608 kept 0"
    );
}

#[test]
fn a_body_too_large_to_drain_is_answered_before_the_connection_ends() {
    let stage = Stage::new();
    let length = MAX_DRAIN + 1;
    let mut client = stage.client();
    client.send(format!(
        "POST / HTTP/1.1\r\ncontent-length: {length}\r\n\r\n"
    ));
    let part = vec![b' '; 1 << 20];
    // Still sending while the answer is on its way: a reset would lose it.
    for _ in 0..length / (1 << 20) {
        client.send(&part);
    }
    let reply = client.send(" ").reply();
    assert_eq!(
        reply.body,
        format!("double: POST / oversize {length} kept 0")
    );
    assert_eq!(reply.header("connection"), Some("close"));
    client.assert_ended();
}

#[test]
fn chunks_without_end_are_answered_before_the_connection_ends() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    for _ in 0..=MAX_DRAIN >> 20 {
        client.send(&chunk);
    }
    let reply = client.reply();
    assert!(reply.body.contains("oversize 67"), "{}", reply.body);
    assert_eq!(reply.header("connection"), Some("close"));
    client.assert_ended();
}

#[test]
fn a_client_that_expects_to_be_told_to_continue_is_told() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send("POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
    assert_eq!(client.reply().status(), 100);
    assert_eq!(client.send("{}").reply().body, "double: POST / body {}");
}

#[test]
fn a_client_that_asks_before_sending_far_too_much_is_spared_it() {
    let stage = Stage::new();
    let length = MAX_DRAIN + 1;
    let mut client = stage.client();
    client.send(format!(
        "POST / HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: {length}\r\n\r\n"
    ));
    assert_eq!(client.reply().status(), 200);
}

#[test]
fn successful_answers_carry_the_security_headers_and_refusals_do_not() {
    let stage = Stage::new();
    let mut client = stage.client();
    let security = [
        "referrer-policy",
        "strict-transport-security",
        "x-content-type-options",
        "x-frame-options",
        "x-xss-protection",
    ];
    for (path, status, secured) in [("/", 200, true), ("/refused", 400, false)] {
        let reply = client.post(path, b"");
        assert_eq!(reply.status(), status);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
        for name in security {
            assert_eq!(reply.header(name).is_some(), secured, "{name} on {path}");
        }
    }
}

#[test]
fn a_panic_is_answered_and_the_next_call_works() {
    let stage = Stage::new();
    let mut client = stage.client();
    let reply = client.post("/panic", b"");
    assert_eq!(reply.status(), 500);
    let [code, kind, details] = reply.error();
    assert_eq!((code.as_str(), kind.as_str()), ("0", "DefaultError"));
    assert!(details.contains("as asked"), "{details}");
    assert_eq!(stage.told(), ["/panic 500 panicked"]);
    assert_eq!(client.post("/next", b"").body, "double: POST /next body ");
}

#[test]
fn what_is_not_http_gets_a_400() {
    let stage = Stage::new();
    let mut client = stage.client();
    let reply = client.send("this is not HTTP\r\n\r\nnor is this").reply();
    assert_eq!(reply.status(), 400);
    client.assert_ended();
}

#[rstest]
#[case::too_short("POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n{}")]
#[case::bad_chunk("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")]
fn a_request_that_breaks_off_gets_a_400_of_the_api(#[case] request: &str) {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send(request);
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    let reply = client.reply();
    assert_eq!(reply.status(), 400);
    assert_eq!(reply.error()[1], "DefaultError");
    client.assert_ended();
}

#[test]
fn a_client_that_half_closes_gets_its_answer() {
    let stage = Stage::new();
    let mut client = stage.client();
    client.send("GET / HTTP/1.1\r\n\r\n");
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.reply().body, "double: GET / body ");
    client.assert_ended();
}

#[test]
fn dropping_closes_the_port_and_frees_the_target() {
    let stage = Stage::new();
    let address = stage.listener.address();
    let mut idle = stage.client();
    idle.post("/", b"");
    let mut halfway = stage.client();
    halfway.send("POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n");
    stage.close();
    let refused = TcpStream::connect(address).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    idle.assert_ended();
}

#[test]
fn a_taken_port_is_an_error() {
    let stage = Stage::new();
    let again = Listener::bind(stage.listener.address(), Arc::clone(&stage.double) as _);
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}

#[test]
fn sixty_four_clients_at_once() {
    let stage = Stage::new();
    let address = stage.listener.address();
    std::thread::scope(|scope| {
        for client in 0..64 {
            scope.spawn(move || {
                let mut connection = Client::to(address);
                for call in 0..20 {
                    let path = format!("/{client}/{call}");
                    let reply = connection.post(&path, b"{}");
                    assert_eq!(reply.body, format!("double: POST {path} body {{}}"));
                }
            });
        }
    });
}

#[tokio::test]
async fn it_can_live_and_die_inside_a_runtime() {
    let stage = Stage::new();
    let client = reqwest::Client::new();
    let answered = client.post(stage.url("/")).body("{}").send().await.unwrap();
    assert_eq!(answered.status(), 200);
    assert_eq!(answered.text().await.unwrap(), "double: POST / body {}");
    stage.close();
}
