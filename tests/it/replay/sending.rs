//! What is sent, what is put into it, and what cannot be sent.

use std::cell::RefCell;
use std::fmt::Write as _;

use mockscale::jiff::SignedDuration;
use mockscale::replay::{Endpoint, Outcome};
use mockscale::{EndpointError, Replay, Transcript, Value, json};
use rstest::rstest;

use super::conversation;
use crate::http::{post, send};
use crate::support::{builder, cloud, made};

const HEADER: &str =
    r#"{"transcript":1,"api":"1.33.1","region":"eu-west-2","start":"2024-05-06T07:08:09Z"}"#;

/// A transcript of calls: a request and a reply each.
fn transcript(calls: &[(Value, Value)]) -> Transcript {
    let mut lines = HEADER.to_owned();
    for (number, (request, reply)) in (1..).zip(calls) {
        let exchange = json!({
            "number": number, "at": "2024-05-06T07:08:09Z", "operation": "ReadVms",
            "request": { "json": request }, "status": 200, "reply": { "json": reply },
        });
        let _ = write!(lines, "\n{exchange}");
    }
    Transcript::parse(&(lines + "\n")).expect("a transcript")
}

/// What is sent after an answer was learnt from.
fn sent_after(recorded: &Value, now: &Value, request: Value) -> Value {
    let transcript = transcript(&[(json!({}), recorded.clone()), (request, json!({}))]);
    let sent = RefCell::new(Vec::new());
    let endpoint = |_: &str, body: &Value| {
        sent.borrow_mut().push(body.clone());
        Ok::<_, EndpointError>((200, now.clone()))
    };
    let _ = transcript.replay(&endpoint);
    sent.into_inner().remove(1)
}

#[rstest]
#[case::identifiers(json!("i-0000000a"), json!("i-0000000b"), "i-0000000a", "i-0000000b")]
#[case::within_a_text(json!("i-0000000a"), json!("i-0000000b"), "vm:i-0000000a.", "vm:i-0000000b.")]
#[case::whole_words(json!("i-0000000a"), json!("i-0000000b"), "xi-0000000a i-0000000ab", "xi-0000000a i-0000000ab")]
#[case::in_an_answers_text(json!("made i-0000000a."), json!("made i-0000000b."), "i-0000000a", "i-0000000b")]
#[case::accounts(json!("123456789012"), json!("210987654321"), "orn::123456789012:x", "orn::210987654321:x")]
#[case::addresses(json!("10.0.0.4"), json!("10.0.0.5"), "10.0.0.4/32", "10.0.0.5/32")]
#[case::other_addresses(json!("10.0.0.4"), json!("10.0.0.5"), "10.0.0.40 110.0.0.4 10.0.0.4.7", "10.0.0.40 110.0.0.4 10.0.0.4.7")]
#[case::the_end_of_a_sentence(json!("10.0.0.4"), json!("10.0.0.5"), "It is 10.0.0.4.", "It is 10.0.0.5.")]
#[case::cards(json!("aa:00:00:00:00:01"), json!("aa:00:00:00:00:02"), "aa:00:00:00:00:01", "aa:00:00:00:00:02")]
#[case::other_texts(json!("available"), json!("pending"), "available", "available")]
fn names_are_put_into_later_requests(
    #[case] recorded: Value,
    #[case] now: Value,
    #[case] said: &str,
    #[case] sent: &str,
) {
    let (recorded, now) = (json!({ "A": recorded }), json!({ "A": now }));
    let request = json!({ "Filters": { "X": [said, 1, null] } });
    let expected = json!({ "Filters": { "X": [sent, 1, null] } });
    assert_eq!(sent_after(&recorded, &now, request), expected);
}

#[test]
fn names_that_change_places_are_not_mixed_up() {
    let recorded =
        json!({ "A": "i-0000000a", "B": "i-0000000b", "C": "10.0.0.1", "D": "10.0.0.2" });
    let now = json!({ "A": "i-0000000b", "B": "i-0000000a", "C": "10.0.0.2", "D": "10.0.0.1" });
    let request = json!("i-0000000a i-0000000b 10.0.0.1 10.0.0.2");
    assert_eq!(
        sent_after(&recorded, &now, request),
        "i-0000000b i-0000000a 10.0.0.2 10.0.0.1"
    );
}

#[test]
fn page_tokens_are_learnt() {
    let recorded = json!({ "NextPageToken": "abc=" });
    let now = json!({ "NextPageToken": "xyz=" });
    let request = json!({ "NextPageToken": "abc=" });
    assert_eq!(sent_after(&recorded, &now, request), now);
}

#[tokio::test]
async fn what_cannot_be_sent_is_said() {
    let cloud = builder().report().start();
    assert_eq!(post(&cloud, "/api/v1/ReadNets", "{ no").await.0, 400);
    assert_eq!(
        send(&cloud, "/api/v1/ReadVms", vec![], b"{}".to_vec())
            .await
            .0,
        401
    );
    assert_eq!(post(&cloud, "/no/such/path/at/all", "{}").await.0, 404);
    let url = format!("{}/api/v1/ReadNets", cloud.url());
    reqwest::Client::new()
        .get(url)
        .send()
        .await
        .expect("an answer");
    cloud.call("ReadNets", json!({ "Password": "hidden" }));
    let transcript = cloud.transcript();

    let other = builder().report().build();
    let replay = transcript.replay(&other);
    assert_eq!((replay.counts().unsent, replay.is_match()), (5, false));
    assert_eq!(other.transcript().len(), 0);
    let text = replay.to_string();
    for why in [
        "in the replay of 5 exchanges no answer differs: ",
        "; 5 not sent",
        "#1 ReadNets\n  not sent: its body could not be read when it was recorded",
        "#2 ReadVms\n  not sent: access was refused to it",
        "#3 /no/such/path/at/all\n  not sent: its path calls no operation",
        "#4 ReadNets\n  not sent: it was no call but a GET request",
        "#5 ReadNets\n  not sent: its Password was not recorded, since it is secret; supply it with .secret(\"Password\", …)",
    ] {
        assert!(text.contains(why), "{why}\n\n{text}");
    }
    assert!(
        Replay::of(&transcript)
            .tolerate_unsent()
            .against(&other)
            .is_match()
    );
}

#[test]
fn a_secret_that_is_supplied_is_sent_and_not_shown() {
    let cloud = builder().report().build();
    cloud.call("ReadNets", json!({ "Password": "hidden" }));
    let echo = |_: &str, body: &Value| {
        assert_eq!(body["Password"], "open sesame");
        let errors = json!([{ "Code": "1", "Type": "T", "Details": "not open sesame" }]);
        Ok::<_, EndpointError>((503, json!({ "Errors": errors })))
    };
    let replay = Replay::of(&cloud.transcript())
        .secret("Password", "open sesame")
        .against(&echo);
    let text = replay.to_string();
    assert!(
        text.contains("status: 400 → 503 (T 1: not <secret>)"),
        "{text}"
    );
    assert!(!format!("{replay:?}").contains("sesame"));
}

#[test]
fn after_a_failure_nothing_is_sent_unless_asked() {
    let transcript = conversation();
    let calls = RefCell::new(0);
    let other = cloud();
    let flaky = |operation: &str, body: &Value| {
        *calls.borrow_mut() += 1;
        if *calls.borrow() == 3 {
            return Err(EndpointError::new("the line is dead"));
        }
        let reply = other.call(operation, body.clone());
        Ok((reply.status(), reply.body().clone()))
    };
    let replay = transcript.replay(&flaky);
    assert_eq!(*calls.borrow(), 3);
    assert_eq!(
        replay.exchanges()[2].outcome,
        Outcome::Failed(EndpointError::new("the line is dead"))
    );
    assert_eq!(
        replay.failure(),
        Some(&EndpointError::new("the line is dead"))
    );
    let text = replay.to_string();
    assert!(
        text.contains("; 16 not answered\n\n#3 CreateSecurityGroup\n  no answer: the line is dead"),
        "{text}"
    );
    assert!(
        text.ends_with("\n\n#4 to #18 were not sent after that"),
        "{text}"
    );

    *calls.borrow_mut() = 0;
    let replay = Replay::of(&transcript).keep_going().against(&flaky);
    assert!(*calls.borrow() > 5);
    assert_eq!(replay.counts().failed, 1);
    assert!(!replay.is_match());
}

#[test]
fn the_one_call_that_was_not_sent_after_a_failure_is_told() {
    let cloud = cloud();
    cloud.call("ReadNets", json!({}));
    cloud.call("ReadVms", json!({}));
    let nobody = |_: &str, _: &Value| Err(EndpointError::new("nobody is there"));
    let text = cloud.transcript().replay(&nobody).to_string();
    assert!(text.ends_with("\n\n#2 was not sent after that"), "{text}");
}

#[test]
fn an_operation_that_nobody_knows_is_sent_all_the_same() {
    let cloud = builder().report().build();
    cloud.call("ReadNetz", json!({}));
    let replay = cloud.transcript().replay(&builder().report().build());
    replay.assert_match();
    assert_eq!(replay.exchanges()[0].operation, "ReadNetz");
}

#[test]
fn two_accounts() {
    let two = || builder().account("210987654321").build();
    let cloud = two();
    let other = cloud.as_account("210987654321");
    made(
        &cloud,
        "CreateNet",
        json!({ "IpRange": "10.0.0.0/16" }),
        "/Net/NetId",
    );
    other.call("ReadNets", json!({})).ok();
    let transcript = cloud.transcript();

    let there = two();
    let replay = transcript.replay(&there);
    let text = replay.to_string();
    assert!(text.contains("\n(recorded as the accounts 123456789012, 210987654321, said as one; Replayer::caller tells them apart)"), "{text}");
    assert!(text.contains("extra     Nets[0]"), "{text}");

    let there = two();
    let handle = there.as_account("210987654321");
    Replay::of(&transcript)
        .caller("210987654321", &handle)
        .against(&there)
        .assert_match();
}

/// An endpoint that only counts the time.
struct Watch(RefCell<Vec<SignedDuration>>);

impl Endpoint for Watch {
    fn call(&self, _: &str, _: &Value) -> Result<(u16, Value), EndpointError> {
        Ok((200, json!({})))
    }

    fn pass(&self, time: SignedDuration) {
        self.0.borrow_mut().push(time);
    }
}

#[test]
fn an_endpoint_hears_how_much_time_passed() {
    let cloud = cloud();
    let seconds = SignedDuration::from_secs;
    cloud.advance(seconds(5)).call("ReadNets", json!({})).ok();
    cloud.call("ReadNets", json!({})).ok();
    cloud.advance(seconds(7)).call("ReadNets", json!({})).ok();
    let watch = Watch(RefCell::default());
    let _ = cloud.transcript().replay(&watch);
    assert_eq!(watch.0.into_inner(), [seconds(5), seconds(7)]);
}

#[test]
fn a_replay_of_nothing_matches() {
    let replay = cloud().transcript().replay(&cloud());
    replay.assert_match();
    assert!(
        replay
            .to_string()
            .starts_with("the replay of 0 exchanges matches"),
        "{replay}"
    );
}
