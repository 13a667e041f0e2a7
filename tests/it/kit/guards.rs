//! Failing the right test: violations, calls that are not served, and what is said of them.

use std::panic::catch_unwind;

use mockscale::{Cloud, Guard, json};
use rstest::rstest;

use super::{drop_of, said_by};
use crate::support::{UNSERVED, with_unserved};

#[test]
fn a_violation_fails_the_test_that_made_it() {
    let cloud = Cloud::new();
    cloud.call("ReadNets", json!({}));
    cloud.call("CreateNet", json!({ "IpRnge": "10.0.0.0/16" }));
    let failure = drop_of(cloud).expect("a failure");
    for part in [
        "request 2",
        "CreateNet",
        "/IpRnge",
        "additionalProperties",
        "10.0.0.0/16",
        "did you mean `IpRange`",
        "#1 ReadNets → 200",
    ] {
        assert!(failure.contains(part), "no {part:?} in:\n{failure}");
    }
}

#[test]
fn the_last_handle_is_the_one_that_matters() {
    let cloud = Cloud::new();
    let handle = cloud.clone();
    cloud.call("ReadNets", json!({ "X": 1 }));
    assert_eq!(drop_of(handle), None);
    assert!(drop_of(cloud).is_some());
}

#[test]
fn refusals_of_legal_calls_fail_nothing() {
    let cloud = Cloud::new();
    cloud.call("DeleteNet", json!({ "NetId": "vpc-00000000" }));
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn reporting_collects() {
    let cloud = Cloud::new();
    cloud.report().call("ReadNets", json!({ "X": 1 }));
    let violations = cloud.violations();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].number, 1);
    assert_eq!(violations[0].operation, "ReadNets");
    assert_eq!(drop_of(cloud), None);
}

#[test]
fn an_excuse_covers_its_rule_and_operation_only() {
    let excused = || {
        let cloud = Cloud::new();
        let reason = "a client of the next version";
        cloud.allow("ReadNets", "additionalProperties", reason);
        cloud.call("ReadNets", json!({ "X": 1 }));
        cloud
    };
    assert_eq!(drop_of(excused()), None);

    let cloud = excused();
    cloud.call("ReadNets", json!({ "DryRun": 1 }));
    cloud.call("ReadSubnets", json!({ "X": 1 }));
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("broken twice"), "{failure}");
}

#[test]
fn an_excuse_may_be_given_after_the_call() {
    for report in [false, true] {
        let cloud = Cloud::new();
        if report {
            cloud.report();
        }
        cloud.call("ReadNets", json!({ "X": 1 }));
        cloud.allow("ReadNets", "additionalProperties", "said too late");
        assert_eq!(drop_of(cloud), None);
    }
}

#[test]
fn an_excuse_that_excuses_nothing_fails() {
    let cloud = Cloud::new();
    cloud.allow("ReadNets", "type", "left over from last year");
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.contains("excused nothing"), "{failure}");
    assert!(failure.contains("left over from last year"), "{failure}");
}

#[test]
#[should_panic(expected = "did you mean ReadNets?")]
fn an_excuse_for_an_unknown_operation_is_refused_when_written() {
    Cloud::new().allow("ReadNet", "type", "a slip");
}

#[test]
fn nothing_is_added_to_a_test_that_fails_already() {
    let failure = catch_unwind(|| {
        let cloud = Cloud::new();
        cloud.call("ReadNets", json!({ "X": 1 }));
        panic!("the test's own failure");
    })
    .expect_err("a failure");
    assert_eq!(
        failure.downcast_ref::<&str>(),
        Some(&"the test's own failure")
    );
}

/// Does nothing but as a child.
#[test]
fn a_child_fails_and_broke_the_contract() {
    if std::env::var("MOCKSCALE_TEST_FAILS").is_ok() {
        let cloud = Cloud::new();
        cloud.expect("ReadVms");
        cloud.call("ReadNets", json!({ "Fliters": {} }));
        panic!("the test's own failure");
    }
}

#[test]
fn a_test_that_fails_already_is_told_on_the_side_what_it_broke() {
    let child = std::process::Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "--exact",
            "kit::guards::a_child_fails_and_broke_the_contract",
        ])
        .arg("--nocapture")
        .env("MOCKSCALE_TEST_FAILS", "1")
        .output()
        .expect("the child ran");
    assert!(!child.status.success());
    let told = String::from_utf8_lossy(&child.stderr).into_owned();
    let besides = "the test fails already; besides, the contract was broken once:";
    assert!(told.contains(besides), "{told}");
    assert!(told.contains("did you mean `Filters`?"), "{told}");
    assert!(!told.contains("ReadVms was expected"), "{told}");
}

#[test]
fn what_is_not_served_says_so_and_fails_the_test() {
    let cloud = Cloud::builder().contract(with_unserved()).build();
    let response = cloud.call(UNSERVED, json!({}));
    cloud.call(UNSERVED, json!({}));
    assert_eq!(response.status(), 501, "{}", response.body());
    let error = response.error().expect("an error");
    assert!(error.details.contains(UNSERVED), "{error}");
    let why = "neither a rule nor a default fits it";
    assert!(error.details.ends_with(&format!("{why}.")), "{error}");
    assert_eq!(cloud.unserved().len(), 2);
    let failure = drop_of(cloud).expect("a failure");
    let named = format!("request 1, {UNSERVED} (called twice): {why}\n");
    assert!(failure.contains(&named), "{failure}");
    assert!(failure.contains("without(Guard::Unserved)"), "{failure}");
}

/// Something for each guard to find.
fn guilty(cloud: &Cloud) {
    cloud.call("ReadNets", json!({ "X": 1 }));
    cloud.call("CreateNet", json!({ "IpRange": "10.0.0.0/16" }));
    cloud.call(UNSERVED, json!({}));
}

#[rstest]
#[case(Guard::Violations, "the contract was broken")]
#[case(Guard::Leaks, "what was made is still there")]
#[case(Guard::Unserved, "this fake does not serve what was called")]
fn each_guard_is_switched_on_and_off(#[case] guard: Guard, #[case] title: &str) {
    for building in [true, false] {
        let all = [Guard::Violations, Guard::Leaks, Guard::Unserved];
        let mut builder = Cloud::builder().contract(with_unserved());
        for other in all {
            builder = builder.without(other);
        }
        let cloud = if building {
            builder.clone().guard(guard).build()
        } else {
            builder.clone().build().guard(guard).clone()
        };
        guilty(&cloud);
        let failure = drop_of(cloud).expect("a failure");
        assert!(failure.starts_with(title), "{failure}");
        assert_eq!(
            failure.matches("switch this guard off").count(),
            1,
            "{failure}"
        );
        let named = format!("cloud.without(Guard::{guard:?})");
        assert!(failure.contains(&named), "{failure}");

        let cloud = builder.build();
        guilty(&cloud);
        assert_eq!(drop_of(cloud), None);
    }
}

#[test]
fn one_failure_says_it_all_and_shows_the_conversation_once() {
    let cloud = Cloud::builder()
        .contract(with_unserved())
        .guard(Guard::Leaks)
        .build();
    cloud.allow("ReadVms", "type", "left over");
    cloud.expect("DeleteNet");
    guilty(&cloud);
    let failure = drop_of(cloud).expect("a failure");
    let titles = [
        "the contract was broken",
        "this fake does not serve",
        "excused nothing",
        "DeleteNet was expected",
        "what was made is still there",
        "the conversation:",
    ];
    let places: Vec<_> = titles.iter().map(|it| failure.find(it)).collect();
    assert!(places.iter().all(Option::is_some), "{failure}");
    assert!(places.is_sorted(), "{failure}");
    assert_eq!(failure.matches("the conversation:").count(), 1, "{failure}");
}

#[test]
fn a_cloud_that_reports_fails_for_plans_and_excuses_only() {
    let reporting = || {
        let builder = Cloud::builder().contract(with_unserved());
        let cloud = builder.guard(Guard::Leaks).report().build();
        guilty(&cloud);
        cloud
    };
    assert_eq!(drop_of(reporting()), None);
    let cloud = reporting();
    cloud.expect("DeleteVms");
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.starts_with("DeleteVms was expected"), "{failure}");
    let cloud = reporting();
    cloud.strict().call(UNSERVED, json!({}));
    let failure = drop_of(cloud).expect("a failure");
    assert!(failure.starts_with("this fake does not serve"), "{failure}");
    assert!(failure.contains("request 4"), "{failure}");
}

#[rstest]
#[case::is_a_violation(true, true, "the contract was broken once")]
#[case::or_unserved(false, true, "this fake does not serve what was called")]
#[case::or_nothing(false, false, "")]
fn an_operation_that_does_not_exist_is_told_once(
    #[case] violations: bool,
    #[case] unserved: bool,
    #[case] title: &str,
) {
    let cloud = Cloud::new();
    if !violations {
        cloud.without(Guard::Violations);
    }
    if !unserved {
        cloud.without(Guard::Unserved);
    }
    cloud.call("ReadNetz", json!({}));
    let failure = drop_of(cloud).unwrap_or_default();
    assert!(failure.starts_with(title), "{failure}");
    let told = failure.split("the conversation:").next();
    let hints = told.map_or(0, |it| it.matches("id you mean").count());
    assert_eq!(hints, usize::from(violations), "{failure}");
    let guards = usize::from(violations || unserved);
    assert_eq!(
        failure.matches("switch this guard off").count(),
        guards,
        "{failure}"
    );
}

#[test]
fn an_operation_that_does_not_exist_can_be_excused() {
    for without in [None, Some(Guard::Violations)] {
        let cloud = Cloud::new();
        if let Some(guard) = without {
            cloud.without(guard);
        }
        cloud.call("ReadNetz", json!({}));
        cloud.report_rule("operation");
        assert_eq!(drop_of(cloud), None);
    }
}

#[test]
fn what_a_verification_told_is_not_told_again() {
    let cloud = Cloud::builder()
        .contract(with_unserved())
        .guard(Guard::Leaks)
        .build();
    cloud.verify();
    cloud.allow("ReadVms", "type", "left over");
    cloud.expect("DeleteVms");
    guilty(&cloud);
    let failure = said_by(|| cloud.verify()).expect("a failure");
    for part in [
        "broken once",
        "does not serve",
        "excused nothing",
        "expected",
        "still there",
    ] {
        assert!(failure.contains(part), "no {part:?} in:\n{failure}");
    }
    cloud.verify();
    cloud.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }));
    let failure = drop_of(cloud).expect("a failure");
    assert!(
        failure.starts_with("what was made is still there"),
        "{failure}"
    );
    assert!(failure.contains("request 4"), "{failure}");
    assert!(!failure.contains("request 2"), "{failure}");
}

#[test]
fn a_verification_of_a_test_that_fails_already_stays_silent() {
    struct Verifies(Cloud);
    impl Drop for Verifies {
        fn drop(&mut self) {
            self.0.verify();
        }
    }
    let failure = catch_unwind(|| {
        let builder = Cloud::builder().contract(with_unserved());
        let cloud = Verifies(builder.build());
        guilty(&cloud.0);
        panic!("the test's own failure");
    });
    let failure = failure.expect_err("a failure");
    assert_eq!(
        failure.downcast_ref::<&str>(),
        Some(&"the test's own failure")
    );
}

#[test]
fn a_fork_has_the_guards_but_not_the_findings() {
    let cloud = Cloud::builder()
        .contract(with_unserved())
        .guard(Guard::Leaks)
        .without(Guard::Unserved)
        .build();
    guilty(&cloud);
    let fork = cloud.fork();
    assert!(drop_of(cloud).is_some());
    fork.call(UNSERVED, json!({}));
    fork.verify();
    fork.call("CreateNet", json!({ "IpRange": "10.1.0.0/16" }));
    let failure = drop_of(fork).expect("a failure");
    assert!(
        failure.starts_with("what was made is still there"),
        "{failure}"
    );
}

#[test]
fn two_threads_call_and_verify_without_waiting_for_each_other() {
    let cloud = Cloud::builder().guard(Guard::Leaks).build();
    cloud.expect("CreateNet").times(50);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..50 {
                cloud.call("CreateNet", json!({ "IpRange": format!("10.{n}.0.0/16") }));
            }
        });
        scope.spawn(|| {
            for _ in 0..50 {
                said_by(|| cloud.verify());
                cloud.expect("ReadVms").never();
            }
        });
    });
    cloud.without(Guard::Leaks);
    cloud.received("CreateNet").times(50);
    said_by(|| cloud.verify());
    assert_eq!(drop_of(cloud), None);
}
