//! What a mounted mock does to the answers of a listener.

use std::net::Shutdown;
use std::sync::{Mutex, mpsc};

use reqwest::{Client, Response};
use rstest::rstest;
use serde_json::json;
use wiremock::matchers::{any, body_json, header, method, path, query_param};
use wiremock::{Mock, MockBuilder, Request, ResponseTemplate};

use super::{PATIENCE, Stage};
use crate::wire::MAX_BODY;

/// What wiremock answers to posts to `/mocked`.
fn mocked() -> MockBuilder {
    Mock::given(method("POST")).and(path("/mocked"))
}

fn teapot() -> ResponseTemplate {
    ResponseTemplate::new(418).set_body_string("short and stout")
}

async fn post(stage: &Stage, path: &str) -> Response {
    Client::new()
        .post(stage.url(path))
        .body("{}")
        .send()
        .await
        .unwrap()
}

async fn text(response: Response) -> (u16, String) {
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn mount(stage: &Stage, mock: Mock) {
    stage.listener.overrides().mount(mock).await.unwrap();
}

#[tokio::test]
async fn a_mock_answers_what_it_matches_and_the_rest_falls_through() {
    let stage = Stage::new();
    mount(&stage, mocked().respond_with(teapot()).expect(2)).await;

    let first = text(post(&stage, "/mocked").await).await;
    assert_eq!(first, (418, "short and stout".to_owned()));
    let other = text(post(&stage, "/other?a=b").await).await;
    assert_eq!(other, (200, "double: POST /other?a=b body {}".to_owned()));
    assert_eq!(post(&stage, "/mocked").await.status(), 418);

    assert_eq!(stage.told(), ["/mocked 418 short and stout"; 2]);
    assert_eq!(stage.listener.overrides().verify(), Ok(()));
}

#[tokio::test]
async fn an_answer_reaches_the_client_as_the_mock_gave_it() {
    let stage = Stage::new();
    let answer = ResponseTemplate::new(200)
        .insert_header("x-mine", "yes")
        .insert_header("x-mockscale-fall-through", "not of this server")
        .set_body_raw("<xml/>", "text/xml");
    mount(&stage, mocked().respond_with(answer)).await;

    let response = post(&stage, "/mocked").await;
    let header = |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap());
    assert_eq!(header("x-mine"), Some("yes"));
    assert_eq!(header("content-type"), Some("text/xml"));
    assert_eq!(header("content-length"), Some("6"));
    assert_eq!(header("access-control-allow-origin"), None);
    assert_eq!(header("x-frame-options"), None);
    assert_eq!(response.text().await.unwrap(), "<xml/>");
}

#[tokio::test]
async fn what_a_mock_says_of_its_connection_is_not_said_of_the_clients() {
    let stage = Stage::new();
    let last = teapot().insert_header("connection", "close");
    mount(&stage, mocked().respond_with(last)).await;
    let mut client = stage.client();
    for _ in 0..3 {
        let reply = client.post("/mocked", b"{}");
        assert_eq!((reply.status(), reply.header("connection")), (418, None));
    }
}

#[tokio::test]
async fn a_client_that_half_closes_gets_the_answer_of_a_slow_mock() {
    let stage = Stage::new();
    let (go, wait) = mpsc::channel();
    let wait = Mutex::new(wait);
    let slow = move |_: &Request| {
        wait.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        teapot()
    };
    mount(&stage, Mock::given(any()).respond_with(slow)).await;

    let mut client = stage.client();
    client.send("GET / HTTP/1.1\r\n\r\n");
    client.0.get_ref().shutdown(Shutdown::Write).unwrap();
    // All listeners share a thread: this one having answered, the other has seen the end.
    assert_eq!(Stage::new().client().post("/", b"").status(), 200);
    go.send(()).unwrap();
    assert_eq!(client.reply().status(), 418);
}

#[tokio::test]
async fn matchers_see_the_whole_request() {
    let stage = Stage::new();
    let picky = mocked()
        .and(query_param("a", "b c"))
        .and(header("x-who", "me"))
        .and(header("host", "api.example"))
        .and(body_json(json!({ "Filters": {} })))
        .respond_with(teapot());
    mount(&stage, picky).await;

    let mut client = stage.client();
    let head = "POST /mocked?a=b%20c HTTP/1.1\r\nHost: api.example\r\nX-Who: me\r\n\
                Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(client.send(head).reply().status(), 100);
    client.send("e\r\n{\"Filters\": {}\r\n1\r\n}\r\n0\r\n\r\n");
    assert_eq!(client.reply().status(), 418);
}

#[tokio::test]
async fn a_mock_that_is_used_up_falls_through() {
    let stage = Stage::new();
    mount(&stage, mocked().respond_with(teapot()).up_to_n_times(1)).await;
    assert_eq!(post(&stage, "/mocked").await.status(), 418);
    assert_eq!(post(&stage, "/mocked").await.status(), 200);
}

#[tokio::test]
async fn an_expectation_that_failed_is_reported_in_the_words_of_wiremock() {
    let stage = Stage::new();
    let twice = mocked().respond_with(teapot()).expect(2);
    mount(&stage, twice).await;
    mount(
        &stage,
        Mock::given(path("/never"))
            .respond_with(teapot())
            .named("never"),
    )
    .await;
    post(&stage, "/mocked").await;

    let report = stage.listener.overrides().verify().unwrap_err();
    assert_eq!(
        report,
        "Verifications failed:\n\
         - Mock #1.\n\
         \tExpected range of matching incoming requests: == 2\n\
         \tNumber of matched incoming requests: 1",
    );
}

#[tokio::test]
async fn once_verified_the_mocks_are_out_of_the_way() {
    let stage = Stage::new();
    let overrides = stage.listener.overrides();
    assert_eq!(overrides.verify(), Ok(()), "nothing mounted");
    mount(&stage, mocked().respond_with(teapot()).expect(1)).await;
    overrides.verify().unwrap_err();

    assert_eq!(overrides.verify(), Ok(()), "already verified");
    assert_eq!(post(&stage, "/mocked").await.status(), 200);
    let late = overrides.mount(mocked().respond_with(teapot())).await;
    assert!(late.unwrap_err().to_string().contains("already verified"));
}

#[rstest]
#[case::by_panicking(mocked().respond_with(|_: &Request| -> ResponseTemplate { panic!("mock") }))]
#[case::by_request(mocked().respond_with_err(|_: &Request| std::io::Error::other("mock")))]
#[tokio::test]
async fn a_mock_that_fails_is_a_bad_gateway(#[case] failing: Mock) {
    let stage = Stage::new();
    mount(&stage, failing.up_to_n_times(1)).await;

    let mut client = stage.client();
    let reply = client.post("/mocked", b"{}");
    assert_eq!(reply.status(), 502);
    let [code, kind, details] = reply.error();
    assert_eq!((code.as_str(), kind.as_str()), ("0", "DefaultError"));
    assert!(details.contains("mounted mocks gave no answer to POST /mocked"));
    assert_eq!(stage.told(), [format!("/mocked 502 {}", reply.body)]);
    assert_eq!(client.post("/mocked", b"{}").status(), 200);
}

#[tokio::test]
async fn a_panic_while_recording_is_answered() {
    let stage = Stage::new();
    mount(&stage, Mock::given(any()).respond_with(teapot())).await;
    let mut client = stage.client();
    assert_eq!(client.post("/panic", b"").status(), 500);
    assert_eq!(client.post("/", b"").status(), 418);
}

#[tokio::test]
async fn what_wiremock_cannot_read_goes_to_the_cloud() {
    let stage = Stage::new();
    mount(&stage, Mock::given(any()).respond_with(teapot())).await;
    let mut client = stage.client();
    let large = client.post("/mocked", &vec![b' '; MAX_BODY + 1]);
    assert!(large.body.contains("oversize"), "{}", large.body);
    let star = client.send("OPTIONS * HTTP/1.1\r\n\r\n").reply();
    assert_eq!(star.body, "double: OPTIONS * body ");
}

#[tokio::test]
async fn mounts_at_the_same_time_share_one_server() {
    let stage = Stage::new();
    let one = Mock::given(path("/one")).respond_with(teapot()).expect(1);
    let two = Mock::given(path("/two")).respond_with(teapot()).expect(1);
    tokio::join!(mount(&stage, one), mount(&stage, two));
    assert_eq!(post(&stage, "/one").await.status(), 418);
    assert_eq!(post(&stage, "/two").await.status(), 418);
    assert_eq!(stage.listener.overrides().verify(), Ok(()));
}

/// A bare drop of the server at this point would never return: the mounts have used up what tokio
/// lets one task do before it must yield.
#[tokio::test]
async fn verifying_does_not_depend_on_the_budget_of_the_task() {
    let stage = Stage::new();
    for _ in 0..128 {
        mount(&stage, mocked().respond_with(teapot())).await;
    }
    assert_eq!(stage.listener.overrides().verify(), Ok(()));
    stage.close();
}

#[tokio::test]
async fn dropping_without_verifying_frees_everything() {
    let stage = Stage::new();
    mount(&stage, mocked().respond_with(teapot()).expect(1)).await;
    let mut idle = stage.client();
    assert_eq!(idle.post("/other", b"").status(), 200);
    stage.close();
    idle.assert_ended();
}
