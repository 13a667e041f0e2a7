//! Tags of load balancers.

use mockscale::{Value, json};
use rstest::rstest;

use super::{public, shown};
use crate::support::{cloud, refused_twice};

fn tags(names: &[&str], pairs: &[(&str, &str)]) -> Value {
    let tag = |(key, value): &(&str, &str)| json!({ "Key": key, "Value": value });
    let tags: Value = pairs.iter().map(tag).collect();
    json!({ "LoadBalancerNames": names, "Tags": tags })
}

#[test]
fn setting_replacing_reading_and_deleting() {
    let cloud = cloud();
    public(&cloud, "web");
    public(&cloud, "api");
    let set = tags(&["web", "api"], &[("stage", "test"), ("owner", "")]);
    cloud.call("CreateLoadBalancerTags", set).ok();
    let replaced = tags(&["web"], &[("stage", "live")]);
    cloud.call("CreateLoadBalancerTags", replaced).ok();
    let names = json!({ "LoadBalancerNames": ["api", "web", "api"] });
    cloud.call("ReadLoadBalancerTags", names.clone()).ok();
    let keys = json!({
        "LoadBalancerNames": ["api", "web"],
        "Tags": [{ "Key": "stage" }, { "Key": "nothing" }],
    });
    cloud.call("DeleteLoadBalancerTags", keys).ok();
    cloud.call("ReadLoadBalancerTags", names).ok();
    // The other calls for tags do not know them.
    cloud.call("ReadTags", json!({})).ok();
    mockscale::assert_transcript!(cloud);
}

#[rstest]
#[case::nobody(&["web", "nobody"], &[("a", "b")], "5030")]
#[case::no_name(&[], &[("a", "b")], "7999")]
#[case::no_tag(&["web"], &[], "7999")]
#[case::no_key(&["web"], &[("", "b")], "4069")]
#[case::long_key(&["web"], &[(&*"k".repeat(256), "b")], "4069")]
#[case::long_value(&["web"], &[("a", &*"v".repeat(256))], "4071")]
fn refusals(#[case] names: &[&str], #[case] pairs: &[(&str, &str)], #[case] code: &str) {
    let cloud = cloud();
    public(&cloud, "web");
    let input = tags(names, pairs);
    let (status, said, _) = refused_twice(&cloud, "CreateLoadBalancerTags", input);
    assert_eq!((status, &*said), (400, code));
    assert_eq!(shown(&cloud, "web")["Tags"], json!([]));
}

#[rstest]
#[case::nobody(&["web", "nobody"], &["a"], "5030")]
#[case::no_name(&[], &["a"], "7999")]
#[case::no_tag(&["web"], &[], "7999")]
fn refused_deletions(#[case] names: &[&str], #[case] keys: &[&str], #[case] code: &str) {
    let cloud = cloud();
    public(&cloud, "web");
    let set = tags(&["web"], &[("a", "b")]);
    cloud.call("CreateLoadBalancerTags", set).ok();
    let keys: Value = keys.iter().map(|key| json!({ "Key": key })).collect();
    let input = json!({ "LoadBalancerNames": names, "Tags": keys });
    let (status, said, _) = refused_twice(&cloud, "DeleteLoadBalancerTags", input);
    assert_eq!((status, &*said), (400, code));
    assert_eq!(shown(&cloud, "web")["Tags"].as_array().unwrap().len(), 1);
    if code != "7999" || names.is_empty() {
        let input = json!({ "LoadBalancerNames": names });
        assert_eq!(refused_twice(&cloud, "ReadLoadBalancerTags", input).1, code);
    }
}

#[test]
fn a_load_balancer_bears_fifty() {
    let cloud = cloud();
    public(&cloud, "web");
    let many: Value = (0..50)
        .map(|n| json!({ "Key": format!("key-{n}"), "Value": "" }))
        .collect();
    let many = json!({ "LoadBalancerNames": ["web"], "Tags": many });
    cloud.call("CreateLoadBalancerTags", many).ok();
    let one_more = tags(&["web"], &[("one", "more")]);
    let (status, code, _) = refused_twice(&cloud, "CreateLoadBalancerTags", one_more);
    assert_eq!((status, &*code), (400, "10041"));
}
