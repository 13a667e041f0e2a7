//! As whom and from where a conversation is said again: users, addresses, certificates.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::pki::Authority;
use mockscale::{Cloud, EndpointError, Remote, Replay, Transcript, Value, json};
use rstest::rstest;

use crate::http::send;
use crate::support::{builder, cloud, made};

const DESK: &str = "203.0.113.9";
const OTHER: &str = "210987654321";

/// A user is made, is refused, may call, calls, and is refused something else.
fn say(root: &Cloud) {
    root.call("CreateUser", json!({ "UserName": "alice" })).ok();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    let net = made(root, "CreateNet", net, "/Net/NetId");
    let alice = root.as_user("alice");
    assert_eq!(alice.call("ReadNets", json!({})).status(), 403);
    let document = json!({ "Statement": [{
        "Effect": "Allow", "Action": ["api:Read*"], "Resource": ["*"],
    }] });
    let policy = json!({ "PolicyName": "reading", "Document": document.to_string() });
    let orn = made(root, "CreatePolicy", policy, "/Policy/Orn");
    let link = json!({ "PolicyOrn": orn, "UserName": "alice" });
    root.call("LinkPolicy", link).ok();
    alice.call("ReadNets", json!({})).ok();
    let delete = json!({ "NetId": net });
    assert_eq!(alice.call("DeleteNet", delete).status(), 403);
}

fn with_a_user() -> Transcript {
    let cloud = cloud();
    say(&cloud);
    cloud.transcript()
}

/// An endpoint that notes what it is asked for.
fn noting(calls: &RefCell<Vec<String>>) -> impl Fn(&str, &Value) -> Answer {
    |operation, _| {
        calls.borrow_mut().push(operation.to_owned());
        Ok((200, json!({})))
    }
}

type Answer = Result<(u16, Value), EndpointError>;

#[rstest]
#[case::the_same_seed(0)]
#[case::another_seed(7)]
fn a_cloud_calls_as_the_users_that_the_conversation_makes(#[case] seed: u64) {
    let transcript = with_a_user();
    let other = builder().seed(seed).build();
    transcript.replay(&other).assert_match();
    let who = |of: &Transcript| -> Vec<_> {
        let exchanges = of.exchanges().iter();
        exchanges.map(|it| (it.user.clone(), it.status)).collect()
    };
    assert_eq!(who(&other.transcript()), who(&transcript));
}

#[test]
fn a_user_of_another_name_is_substituted() {
    let other = cloud();
    let replayer = Replay::of(&with_a_user()).substitute("alice", "bob");
    replayer.against(&other).assert_match();
    assert_eq!(other.transcript().by("bob").len(), 3);
}

#[test]
fn a_user_whom_a_cloud_does_not_have_says_nothing() {
    let transcript = with_a_user().by("alice");
    let other = cloud();
    let replay = transcript.replay(&other);
    assert_eq!((replay.counts().unsent, replay.is_match()), (3, false));
    assert!(other.transcript().is_empty());
    let text = replay.to_string();
    let why = "#3 ReadNets\n  not sent: the account 123456789012 has no user alice; make one with";
    assert!(text.contains(why), "{text}");
}

#[test]
fn who_calls_as_itself_only_does_not_say_what_a_user_said() {
    let transcript = with_a_user();
    let calls = RefCell::default();
    let endpoint = noting(&calls);
    let replay = transcript.replay(&endpoint);
    let root = ["CreateUser", "CreateNet", "CreatePolicy", "LinkPolicy"];
    assert_eq!(*calls.borrow(), root);
    assert_eq!(replay.counts().unsent, 3);
    let text = replay.to_string();
    let why = "#6 ReadNets\n  not sent: the user alice said it, and this endpoint calls as itself \
               only; give one for the user with .caller(\"alice\", …)";
    assert!(text.contains(why), "{text}");
    // One for the account is none for the user.
    let replayer = Replay::of(&transcript).caller("123456789012", &endpoint);
    assert_eq!(replayer.against(&endpoint).counts().unsent, 3);

    let served = builder().start();
    let remote = Remote::new(&served.url(), served.credentials()).expect("an endpoint");
    assert_eq!(transcript.replay(&remote).counts().unsent, 3);
    assert_eq!(served.transcript().len(), 4);
}

#[test]
fn an_endpoint_that_is_given_for_a_user_says_it() {
    let recorded = cloud();
    say(&recorded);
    let key = json!({ "UserName": "alice" });
    recorded.call("CreateAccessKey", key).ok();
    let alice = recorded.as_user("alice");
    alice.call("ReadNets", json!({})).ok();
    let transcript = recorded.transcript();

    // Of the same seed, it gives her the same key. She has none before that.
    let served = builder().without_lockout().start();
    let remote = |credentials| Remote::new(&served.url(), credentials).expect("an endpoint");
    let (root, alice) = (remote(served.credentials()), remote(alice.credentials()));
    let replay = Replay::of(&transcript)
        .caller("alice", &alice)
        .against(&root);
    let counts = replay.counts();
    assert_eq!((counts.unsent, counts.failed), (0, 0), "{replay}");
    let said = served.transcript();
    let last = said.exchanges().last().expect("an exchange");
    assert_eq!((last.user.as_deref(), last.status), (Some("alice"), 200));
    assert!(replay.exchanges().last().is_some_and(|it| {
        let differs = |place: &mockscale::replay::Difference| place.number == it.number;
        !replay.differences().any(differs)
    }));
}

#[test]
fn users_of_one_name_are_told_apart_by_their_accounts() {
    let recorded = builder().account(OTHER).build();
    for root in [recorded.clone(), recorded.as_account(OTHER)] {
        root.call("CreateUser", json!({ "UserName": "alice" })).ok();
    }
    let call = |account: &str, operation: &str| {
        let alice = recorded.as_account(account).as_user("alice");
        alice.call(operation, json!({}));
    };
    call("123456789012", "ReadNets");
    call(OTHER, "ReadVms");
    call(OTHER, "ReadVolumes");
    let transcript = recorded.transcript();

    let [root, any, theirs] = [(); 3].map(|()| RefCell::default());
    let (to_root, to_any, to_theirs) = (noting(&root), noting(&any), noting(&theirs));
    let replay = Replay::of(&transcript)
        .caller(&format!("{OTHER}/alice"), &to_theirs)
        .caller("alice", &to_any)
        .against(&to_root);
    assert_eq!(*root.borrow(), ["CreateUser", "CreateUser"]);
    assert_eq!(*any.borrow(), ["ReadNets"]);
    assert_eq!(*theirs.borrow(), ["ReadVms", "ReadVolumes"]);
    assert_eq!(replay.counts().unsent, 0);

    let there = builder().account(OTHER).build();
    let other = there.as_account(OTHER);
    let replayer = Replay::of(&transcript).caller(OTHER, &other);
    replayer.against(&there).assert_match();
}

#[rstest]
#[case::a_user(
    "alcie",
    "nobody in the transcript is called alcie; did you mean alice?"
)]
#[case::with_its_account(
    "123456789012/alcie",
    "nobody in the transcript is called 123456789012/alcie; did you mean 123456789012/alice?"
)]
#[case::an_account(
    "123456789021",
    "nobody in the transcript is called 123456789021; did you mean 123456789012?"
)]
#[case::nothing_alike("zoë", "nobody in the transcript is called zoë")]
fn a_caller_whom_nobody_is_panics(#[case] name: &str, #[case] told: &str) {
    // Who is in the conversation is in each part of it.
    let transcript = with_a_user().only("CreateNet");
    let _ = Replay::of(&transcript).caller("alice", &cloud());
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let nobody = |_: &str, _: &Value| Err(EndpointError::new("nobody is there"));
        let _ = Replay::of(&transcript).caller(name, &nobody);
    }));
    let panic = caught.expect_err("a panic");
    assert_eq!(
        panic.downcast_ref::<String>().map(String::as_str),
        Some(told)
    );
}

/// A cloud that only one network may call.
fn office() -> Cloud {
    builder().access_rule("203.0.113.0/24").build()
}

/// A call from inside, and two from outside that are refused.
fn from_several_places() -> Transcript {
    let cloud = office();
    let net = json!({ "IpRange": "10.0.0.0/16" });
    cloud.from(DESK).call("CreateNet", net.clone()).ok();
    assert_eq!(cloud.call("CreateNet", net.clone()).status(), 401);
    let outside = cloud.from("198.51.100.7");
    assert_eq!(outside.call("CreateNet", net).status(), 401);
    cloud.transcript()
}

#[test]
fn a_cloud_is_called_from_where_it_was_called() {
    let transcript = from_several_places();
    let other = office();
    transcript.replay(&other).assert_match();
    let from = |of: &Transcript| -> Vec<_> {
        of.exchanges()
            .iter()
            .map(|it| (it.from, it.check))
            .collect()
    };
    assert_eq!(from(&other.transcript()), from(&transcript));
}

#[test]
fn a_handle_with_an_address_keeps_it() {
    let transcript = from_several_places();
    let other = office();
    let replay = transcript.replay(&other.from("203.0.113.200"));
    assert_eq!(replay.counts().mismatches, 2, "{replay}");
    let said = other.transcript();
    let mut from = said.exchanges().iter().map(|it| it.from);
    assert!(from.all(|it| it == "203.0.113.200".parse().ok()));
}

/// Where no rule keeps it out, it would be done.
#[test]
fn who_calls_from_where_it_is_does_not_say_what_no_rule_let_in() {
    let transcript = from_several_places();
    let calls = RefCell::default();
    let endpoint = noting(&calls);
    for replayer in [
        Replay::of(&transcript),
        Replay::of(&transcript).caller("123456789012", &endpoint),
    ] {
        calls.borrow_mut().clear();
        let replay = replayer.against(&endpoint);
        assert_eq!(*calls.borrow(), ["CreateNet"]);
        let text = replay.to_string();
        for why in [
            "#2 CreateNet\n  not sent: no API access rule let it in from 127.0.0.1, and this \
             endpoint calls from where it is",
            "#3 CreateNet\n  not sent: no API access rule let it in from 198.51.100.7, and",
        ] {
            assert!(text.contains(why), "{text}");
        }
    }
}

#[tokio::test]
async fn a_certificate_is_shown_only_by_an_endpoint_that_is_given() {
    let authority = Authority::new("our devices");
    let card = authority.issue("laptop-7").pem();
    let recorded = builder().start();
    let laptop = recorded.with_certificate(&card);
    let ca = json!({ "CaPem": authority.pem() });
    let ca = made(&recorded, "CreateCa", ca, "/Ca/CaId");
    let rule = json!({ "CaIds": [ca], "IpRanges": ["198.51.100.0/24"] });
    recorded.call("CreateApiAccessRule", rule).ok();
    laptop.from("198.51.100.7").call("ReadNets", json!({})).ok();
    let path = "/api/v1/ReadRegions";
    send(&recorded, path, laptop.declaration(), b"{}".to_vec()).await;
    let transcript = recorded.transcript();

    let replay = transcript.replay(&cloud());
    let text = replay.to_string();
    let why = "#3 ReadNets\n  not sent: it came with a certificate, of which a transcript keeps the \
               name only";
    assert!(text.contains(why), "{text}");
    // Nobody asks who reads the Regions.
    assert_eq!(
        (replay.counts().unsent, replay.differences().count()),
        (1, 0)
    );

    let other = cloud();
    let laptop = other.with_certificate(&card);
    let replayer = Replay::of(&transcript).caller("123456789012", &laptop);
    replayer.against(&other).assert_match();
    let said = other.transcript();
    let read = &said.exchanges()[2];
    assert_eq!(read.certificate.as_deref(), Some("laptop-7"));
    assert_eq!(read.from, "198.51.100.7".parse().ok());
}
