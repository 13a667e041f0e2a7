//! What holds whatever is said: random conversations, and random calls from many threads.
//!
//! `PROPTEST_CASES` says how many conversations are tried; the usual number is [`CASES`]. The same
//! number gives the same conversations. A failing one is made short and shown as it was said.

mod broken;
mod conversation;
mod play;
mod threads;
mod view;

use std::cell::RefCell;

use mockscale::jiff::SignedDuration;
use mockscale::{Pace, Served};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

pub(crate) use conversation::{ACCOUNTS, Step, Turn, World, steps};
use play::{Tally, play};

/// How many conversations there are, unless the environment says otherwise.
const CASES: u32 = 150;
/// The most steps of a conversation.
const STEPS: usize = 300;

fn runner() -> TestRunner {
    let cases = match std::env::var("PROPTEST_CASES") {
        Ok(asked) => asked.parse().expect("PROPTEST_CASES is a number"),
        Err(_) => CASES,
    };
    assert!(cases > 0, "PROPTEST_CASES is 0, which tries nothing");
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 3000,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn pace() -> impl Strategy<Value = Pace> {
    prop_oneof![
        7 => Just(Pace::OnRead),
        1 => Just(Pace::Immediate),
        1 => Just(Pace::Manual),
        1 => Just(Pace::After(SignedDuration::from_secs(30))),
    ]
}

#[test]
fn conversations_leave_a_cloud_whole() {
    let tally = RefCell::new(Tally::new());
    let mut runner = runner();
    let result = runner.run(&(pace(), steps(STEPS)), |(pace, steps)| {
        let played = play(pace, &steps).map_err(TestCaseError::fail)?;
        for (operation, (calls, successes)) in played {
            let sum = &mut *tally.borrow_mut();
            let sum = sum.entry(operation).or_default();
            *sum = (sum.0 + calls, sum.1 + successes);
        }
        Ok(())
    });
    match result {
        Ok(()) if runner.config().cases < CASES => {}
        Ok(()) => check_tally(&tally.take()),
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        Err(TestError::Abort(why)) => panic!("given up: {why}"),
    }
}

/// The conversations were worth it: long enough, and every rule let somebody through.
fn check_tally(tally: &Tally) {
    let calls: usize = tally.values().map(|(calls, _)| calls).sum();
    assert!(calls >= 20_000, "only {calls} calls");
    let idle: Vec<_> = mockscale::operations()
        .into_iter()
        .filter(|it| it.served == Served::Rule)
        .map(|it| it.operation)
        .filter(|it| tally.get(it).is_none_or(|(_, successes)| *successes == 0))
        .collect();
    // Chance may pass a few by, whose own conversations succeed.
    let rules = mockscale::operations().into_iter();
    let rules = rules.filter(|it| it.served == Served::Rule).count();
    assert!(
        idle.len() * 20 <= rules,
        "of {rules} rules these never succeeded: {idle:?}"
    );
}
