//! The usual mistakes in signing: each is made by hand, and is named in the explanation alone.

mod key;
mod request;

use super::by_hand::Steps;
use super::clients::{Client, LOCAL_HOST, OSC_DATE, OSC4};
use super::{SIGNED, refused, root};
use mockscale::Credentials;
use mockscale::access::Check;
use mockscale::wire::WireRequest;

const NONE: &str = "No usual mistake leads to it: the secret key most likely is another one, or the \
                    path, the host, the date or the body was changed after it was made.";

/// What is said first of a client's request that is signed with this mistake.
fn told(client: &Client<'_>, mistake: impl Fn(&mut Steps)) -> String {
    let mut steps = client.steps();
    mistake(&mut steps);
    told_of(&client.request_signed(&steps.signature()))
}

fn told_of(request: &WireRequest) -> String {
    let refusal = refused(request, SIGNED);
    assert_eq!(refusal.check, Check::Signature, "{refusal}");
    let explanation = refusal.explanation.expect("there is an explanation");
    for account in [root(), Credentials::further(2, "210987654321", "eu-west-2")] {
        assert!(!explanation.contains(&account.secret_key), "{explanation}");
    }
    let first = explanation.lines().next().expect("it has a first line");
    let opening = "the signature is not that of this request. ";
    first.strip_prefix(opening).expect("the opening").to_owned()
}

/// The sentence that names these mistakes and no other.
fn results(mistakes: &[&str]) -> String {
    format!("It results when {}.", mistakes.join(", or when "))
}

/// Puts a text in the place of another that must be there.
fn put(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "no {from:?} in {text:?}");
    *text = text.replacen(from, to, 1);
}

#[test]
fn an_unusual_mistake_is_told_as_another_secret() {
    assert_eq!(told(&OSC4, |steps| steps.start += "0"), NONE);
    let two_at_once = told(&OSC4, |steps| {
        steps.start += "\n";
        put(&mut steps.canonical, "POST", "GET");
    });
    assert_eq!(two_at_once, NONE);
}

#[test]
fn in_a_long_canonical_request_no_mistake_is_looked_for() {
    let long = "a".repeat(16 << 10);
    let headers = [LOCAL_HOST, ("x-long", &long), OSC_DATE];
    let client = Client {
        signed: &headers,
        ..OSC4
    };
    let said = told(&client, |steps| steps.start += "\n");
    assert_eq!(said, "It covers too much to look for the mistake.");
}
