//! Failing the right test: violations, excuses, excuses that excuse nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mockscale::{Cloud, json};

/// What dropping the last handle says, if it fails.
fn drop_of(cloud: Cloud) -> Option<String> {
    let payload = catch_unwind(AssertUnwindSafe(|| drop(cloud))).err()?;
    Some(*payload.downcast::<String>().expect("a text"))
}

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
    assert!(failure.contains("broken 2 times"), "{failure}");
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

#[test]
fn what_is_not_served_says_so() {
    let cloud = Cloud::new();
    // One that needs no input: the contract is asked before anything else.
    let gap = mockscale::operations()
        .into_iter()
        .find(|it| {
            let legal = |name| {
                cloud
                    .contract()
                    .operation(name)
                    .map(|it| it.check_request(&json!({})))
            };
            it.served == mockscale::Served::Gap
                && legal(&it.operation).is_some_and(|it| it.is_empty())
        })
        .expect("a gap that needs no input");
    let response = cloud.call(&gap.operation, json!({}));
    assert_eq!(response.status(), 501, "{}", response.body());
    let error = response.error().expect("an error");
    assert!(error.details.contains(&gap.operation), "{error}");
    assert!(error.details.contains("fixtures/gaps.json"), "{error}");
    assert_eq!(cloud.unserved().len(), 1);
}
