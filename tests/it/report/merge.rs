//! Coverage put together is the same in whatever order, and the same as if it had been one.

use mockscale::{Coverage, Value, json};
use proptest::prelude::*;

use crate::support::builder;

/// Calls that touch every dimension, legal and not.
fn calls() -> Vec<(&'static str, Value)> {
    vec![
        ("CreateNet", json!({ "IpRange": "10.0.0.0/16" })),
        ("CreateNet", json!({ "IpRange": "10.0.0.0/33" })),
        ("CreateNet", json!({ "IpRnge": "10.0.0.0/16" })),
        (
            "CreateVolume",
            json!({ "SubregionName": "eu-west-2a", "Size": 10 }),
        ),
        ("ReadVolumes", json!({})),
        (
            "ReadVolumes",
            json!({ "Filters": { "VolumeIds": ["vol-12345678"] } }),
        ),
        ("ReadNets", json!({ "DryRun": true })),
        ("CreateLoadBalancer", json!({})),
        ("NoSuchCall", json!({})),
        (
            "CreateVmTemplate",
            json!({
                "CpuCores": 2, "CpuGeneration": "v4", "CpuPerformance": "medium",
                "ImageId": super::image(), "Ram": 4, "VmTemplateName": "one",
            }),
        ),
    ]
}

fn coverage(calls: &[(&str, Value)]) -> Coverage {
    let cloud = builder().report().build();
    for (operation, input) in calls {
        cloud.call(operation, input.clone());
    }
    cloud.coverage()
}

fn some_calls() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    prop::collection::vec(prop::sample::select(calls()), 0..6)
}

fn together(one: &Coverage, other: &Coverage) -> Coverage {
    let mut both = one.clone();
    both.merge(other).expect("one contract");
    both
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_whatever_order(a in some_calls(), b in some_calls(), c in some_calls()) {
        let [a, b, c] = [a, b, c].map(|calls| coverage(&calls));
        let left = together(&together(&a, &b), &c);
        let right = together(&a, &together(&b, &c));
        prop_assert_eq!(&left, &right);
        let turned = together(&together(&c, &a), &b);
        prop_assert_eq!(&left, &turned);
        let silence = coverage(&[]);
        prop_assert_eq!(together(&a, &silence), a);
    }

    #[test]
    fn over_a_directory(a in some_calls(), b in some_calls()) {
        let directory = tempfile::tempdir().expect("a directory");
        for calls in [&a, &b, &vec![("ReadVms", json!({}))]] {
            let cloud = builder().report().coverage(directory.path()).build();
            for (operation, input) in calls {
                cloud.call(operation, input.clone());
            }
        }
        let loaded = Coverage::load(directory.path()).expect("coverage");
        let last = coverage(&[("ReadVms", json!({}))]);
        let added = together(&together(&coverage(&a), &coverage(&b)), &last);
        prop_assert_eq!(loaded, added);
    }
}
