//! Properties of transcripts over generated conversations.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{About, Exchange, Http, Said, Source, Transcript};
use crate::cloud::dispatch::Served;
use crate::cloud::effect::{Change, Effect, FieldChange};
use crate::contract::{Breach, Shape, Side, Violation};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{0,8}",
        any::<String>(),
        Just("vpc-0000000a".to_owned()),
        Just("2024-05-06T07:08:09.000Z".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from), // null where JSON has no such number
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        value().prop_map(|body| Said::Json(Arc::new(body))),
        text().prop_map(Said::Unreadable),
    ]
}

fn effect() -> impl Strategy<Value = Effect> {
    let field =
        (text(), option::of(value()), option::of(value())).prop_map(|(path, before, after)| {
            FieldChange {
                path,
                before,
                after,
            }
        });
    let change = prop_oneof![
        Just(Change::Created),
        Just(Change::Deleted),
        vec(field, 0..3).prop_map(Change::Changed),
        (text(), option::of(text())).prop_map(|(from, to)| Change::Scheduled {
            from: from.into(),
            to: to.map(Into::into),
        }),
    ];
    (text(), text(), change).prop_map(|(kind, id, change)| Effect {
        kind: kind.into(),
        id,
        change,
    })
}

fn breach() -> impl Strategy<Value = Breach> {
    let side = prop_oneof![Just(Side::Request), Just(Side::Reply)];
    let texts = (text(), text(), option::of(text()), text());
    (side, texts, value()).prop_map(|(side, (pointer, rule, near, message), said)| Breach {
        side,
        pointer,
        rule,
        said,
        did_you_mean: near,
        message,
    })
}

fn http() -> impl Strategy<Value = Http> {
    let headers = vec((text(), text()), 0..3);
    (text(), text(), headers).prop_map(|(method, path, headers)| Http {
        method,
        path,
        headers,
    })
}

prop_compose! {
    fn exchange()(
        (operation, at, status) in (text(), any::<i32>(), any::<u16>()),
        (caller, agent, explanation) in (option::of(text()), option::of(text()), option::of(text())),
        (from, certificate) in (option::of(any::<IpAddr>()), option::of(text())),
        (request, reply, http) in (said(), said(), option::of(http())),
        (effects, breaches) in (vec(effect(), 0..3), vec(breach(), 0..3)),
        source in prop_oneof![Just(Source::Cloud), Just(Source::Mock)],
        shape in prop_oneof![Just(Shape::Live), Just(Shape::Maximal), Just(Shape::Future)],
        served in option::of(prop_oneof![
            Just(Served::Rule),
            Just(Served::Default),
            Just(Served::Gap),
        ]),
    ) -> Exchange {
        let violations = breaches.into_iter().map(|breach| Violation {
            number: 0,
            operation: operation.clone(),
            breach,
        });
        Exchange {
            number: 0,
            at: Timestamp::from_microsecond(at.into()).expect("an instant"),
            violations: violations.collect(),
            operation,
            user: caller.clone(),
            caller,
            from,
            certificate,
            agent,
            http,
            source,
            request,
            status,
            reply,
            effects,
            served,
            shape,
            check: None,
            explanation,
        }
    }
}

fn transcript() -> impl Strategy<Value = Transcript> {
    (vec(exchange(), 0..4), 0..3_u64).prop_map(|(exchanges, forgotten)| {
        let numbered = (forgotten + 1..).zip(exchanges);
        let exchanges =
            numbered.map(|(number, exchange)| Arc::new(Exchange { number, ..exchange }));
        let mut about = About::usual(Timestamp::UNIX_EPOCH);
        about.forgotten = forgotten;
        Transcript::of(about, exchanges.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_lines_come_back(transcript in transcript()) {
        let lines = transcript.to_json_lines();
        prop_assert_eq!(lines.lines().count(), transcript.len() + 1);
        let back = Transcript::parse(&lines).expect("what was written can be read");
        prop_assert_eq!(back.exchanges(), transcript.exchanges());
        prop_assert_eq!(back.forgotten(), transcript.forgotten());
        prop_assert_eq!(back.to_json_lines(), lines);
    }

    #[test]
    fn what_breaks_off_is_never_taken_for_a_whole(transcript in transcript(), cut in any::<prop::sample::Index>()) {
        let lines = transcript.to_json_lines();
        let mut end = cut.index(lines.len());
        while !lines.is_char_boundary(end) {
            end -= 1;
        }
        // Cut between two lines, it is a shorter transcript, which nothing tells from a whole one.
        let cut = &lines[..end];
        let between = lines[end..].starts_with('\n') || cut.ends_with('\n');
        prop_assert_eq!(Transcript::parse(cut).is_ok(), between);
    }

    #[test]
    fn yaml_is_yaml_and_text_never_fails(transcript in transcript()) {
        let transcript = transcript.with_headers();
        let yaml: Value = serde_norway::from_str(&transcript.to_yaml()).expect("YAML");
        prop_assert_eq!(yaml.as_array().map(Vec::len), Some(transcript.len()));
        for (told, exchange) in yaml.as_array().into_iter().flatten().zip(transcript.exchanges()) {
            prop_assert_eq!(told["operation"].as_str(), Some(exchange.operation.as_str()));
        }
        prop_assert_eq!(transcript.tail(transcript.len()), transcript.to_string());
    }
}
